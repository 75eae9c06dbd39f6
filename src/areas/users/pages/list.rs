//! The list of members.

use std::sync::LazyLock;

use axum::{extract::RawQuery, response::Response};

use crate::{
    auth::permissions::{Permission, Role},
    error::AppResult,
    web::{
        ctx::Ctx,
        list::{Code, Codes, Column, Filter, Kind, List, ListDef, Reach, View},
    },
};

const STANDINGS: Codes = &[
    Code::new("aktiv", "Aktiv").colored("success"),
    Code::new("inbjuden", "Inbjuden").colored("info"),
    Code::new("avslutad", "Avslutad").colored("neutral"),
];

/// The usual names of the roles, for a role that the municipality has not named itself.
static SELECT: LazyLock<&'static str> = LazyLock::new(|| {
    let usual: Vec<String> =
        Role::ALL.iter().map(|role| format!("when '{}' then '{}'", role.code(), role.label())).collect();
    let usual = usual.join(" ");
    let select = format!(
        "select m.user_id as id,
                case when p.is_protected then 'Skyddad uppgift' else u.name end as name,
                case when p.is_protected then null else u.email::text end as email,
                case when p.is_protected then 'Skyddad uppgift' else p.display_name end as person_name,
                case when m.ended_at is not null then 'avslutad' when u.password_hash is null then 'inbjuden' else 'aktiv' end
                    as standing,
                u.last_login_at, m.created_at, coalesce(g.roles, array[]::text[]) as roles, coalesce(g.role_names, array[]::text[]) as role_names,
                coalesce(g.unit_ids, array[]::uuid[]) as unit_ids
         from sys.membership m join sys.user_account u on u.id = m.user_id
         left join member_profile mp on mp.user_id = m.user_id left join person p on p.id = mp.person_id
         left join lateral (
             select array_agg(x.label || coalesce(' (' || x.unit || ')', '') order by x.label, x.unit) filter (where x.is_current)
                        as roles,
                    array_agg(distinct x.label) filter (where x.is_current) as role_names,
                    array_agg(x.org_unit_id) filter (where x.org_unit_id is not null) as unit_ids
             from (select coalesce(s.value #>> array[]::text[], case rg.role {usual} else rg.role end) as label, o.name as unit,
                          rg.org_unit_id, rg.valid_to is null or rg.valid_to >= {{today}} as is_current
                   from role_grant rg left join org_unit o on o.id = rg.org_unit_id
                   left join tenant_setting s on s.key = 'name.role.' || rg.role
                   where rg.user_id = m.user_id) x
         ) g on true
         where m.tenant_id = app.tenant_id()"
    );
    String::leak(select)
});

/// The list, declared.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    // A unit's administrator sees those who have or have had a role in the own unit.
    let reach = Reach::Condition("{all} or r.unit_ids && {units}");
    ListDef::new("users", "Användare", ("användare", "användare"), *SELECT, reach)
        .columns([
            Column::name("name", "Namn", "users/{id}"),
            Column::text("email", "E-postadress"),
            Column::of("roles", "Roller", Kind::Several).unsorted(),
            Column::of("standing", "Läge", Kind::Tag(STANDINGS)),
            Column::of("last_login_at", "Senast inloggad", Kind::Moment),
            Column::text("person_name", "Person i registret").hidden(),
            Column::of("created_at", "Med sedan", Kind::Moment).hidden(),
        ])
        .filters([
            Filter::among("roll", "Roll", "r.role_names"),
            Filter::codes("lage", "Läge", "r.standing", STANDINGS),
        ])
        .search("Namn eller e-postadress", ["r.name", "r.email"])
        .sorted("name")
        .views([
            View::new("aktiva", "Aktiva", "r.standing = 'aktiv'"),
            View::new("inbjudna", "Inbjudna", "r.standing = 'inbjuden'").sorted("-created_at"),
            View::new("utan-roll", "Saknar roll", "r.standing <> 'avslutad' and cardinality(r.roles) = 0"),
            View::new("avslutade", "Avslutade", "r.standing = 'avslutad'"),
        ])
        .when_empty("Bjud in den första.")
});

/// The list.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut list = List::of(&LIST).personal();
    if ctx.can(Permission::UserInvite) {
        list = list.action("Bjud in", "plus", "users/new");
    }
    list.respond(&ctx, query.as_deref()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_declared_right() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }
}
