//! The list of persons.

use std::sync::LazyLock;

use crate::web::list::{Code, Codes, Column, Filter, Kind, ListDef, Reach, View};

/// How a person's main employment or assignment stands.
pub const STATES: Codes = &[
    Code::new("aktiv", "Aktiv").colored("success"),
    Code::new("tjanstledig", "Tjänstledig").colored("info"),
    Code::new("kommande", "Kommande").colored("info"),
    Code::new("saknas", "Inte i senaste filen").colored("warning"),
    Code::new("avslutad", "Avslutad"),
    Code::new("utan", "Utan anställning"),
];

const SORTS: Codes = &[Code::new("anstallning", "Anställning"), Code::new("uppdrag", "Uppdrag")];

/// Persons with protected identity are there only for whoever has the grant for the whole municipality, and without name,
/// unit and the rest (rules 9.6): the person's own page shows them, and the reading is logged.
const SELECT: &str = "
with recursive dept as (
    select id, id as dept_id, name as dept_name from org_unit where kind in ('forvaltning', 'bolag')
    union
    select u.id, d.dept_id, d.dept_name from org_unit u join dept d on u.parent_id = d.id where u.kind not in ('forvaltning', 'bolag')
)
select p.id, case when p.is_protected then 'Skyddad uppgift' else p.display_name end as name,
       case when not p.is_protected then lower(concat_ws(' ', nullif(p.family_name, ''), nullif(p.given_names, ''))) end as sort_name,
       case when not p.is_protected then array_to_string(p.earlier_names, ' ') end as earlier,
       case when not p.is_protected then p.email end as email,
       case when not p.is_protected then p.login end as login,
       case when not p.is_protected then p.work_mobile end as work_mobile,
       case when not p.is_protected then nullif(e.title, '') end as title,
       case when not p.is_protected then nullif(e.employee_no, '') end as employee_no,
       case when not p.is_protected then e.start_date end as start_date,
       case when not p.is_protected then e.end_date end as end_date,
       case when not p.is_protected then e.kind end as kind,
       case when not p.is_protected then nullif(e.form, '') end as form,
       case when not p.is_protected then e.org_unit_id end as org_unit_id,
       case when not p.is_protected then u.name end as unit_name,
       case when not p.is_protected then d.dept_id end as dept_id,
       case when not p.is_protected then d.dept_name end as dept_name,
       case when p.is_protected then null when e.id is null then 'utan' when e.missing_from_snapshot_id is not null then 'saknas'
            when e.end_date < {today} then 'avslutad' when e.start_date > {today} then 'kommande' else e.status end as state,
       not p.is_protected and (coalesce(e.is_manager, false) or exists (
           select 1 from org_unit h where h.head_person_id = p.id and (h.valid_to is null or h.valid_to >= {today}))) as is_manager,
       (select count(*) from role_assignment r where r.person_id = p.id and not p.is_protected
        and (r.valid_from is null or r.valid_from <= {today}) and (r.valid_to is null or r.valid_to >= {today})) as roles,
       exists (select 1 from member_profile m where m.person_id = p.id) as has_user,
       p.is_protected
from person p
left join lateral (
    select x.* from employment x where x.person_id = p.id
    order by x.status = 'avslutad' or x.missing_from_snapshot_id is not null or coalesce(x.end_date < {today}, false), not x.is_main,
             x.start_date desc nulls last, x.id
    limit 1
) e on true
left join org_unit u on u.id = e.org_unit_id
left join dept d on d.id = e.org_unit_id
where not p.is_protected
   or exists (select 1 from role_grant g where g.user_id = {user} and g.role = 'protected_identity' and g.org_unit_id is null
              and g.valid_from <= {today} and (g.valid_to is null or g.valid_to >= {today}))";

/// Whoever is or was employed in a unit within reach.
const REACH: Reach = Reach::Condition(
    "{all} or r.id in (select e.person_id from employment e where e.org_unit_id = any({units}))",
);

/// The list.
pub static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new("people", "Personer", ("person", "personer"), SELECT, REACH)
        .columns([
            Column::name("name", "Namn", "people/{id}").sort_by("r.sort_name"),
            Column::text("title", "Befattning"),
            Column::of("unit_name", "Enhet", Kind::Link { href: "organisation/{org_unit_id}" }),
            Column::text("dept_name", "Förvaltning"),
            Column::of("state", "Läge", Kind::Tag(STATES)).sort_by(
                "array_position(array['aktiv', 'tjanstledig', 'kommande', 'saknas', 'avslutad', 'utan'], r.state)",
            ),
            Column::of("is_manager", "Chef", Kind::YesNo).hidden(),
            Column::integer("roles", "Roller").help("roller på system och avtal som personen har i dag"),
            Column::text("email", "E-post").hidden(),
            Column::text("login", "Inloggningsnamn").hidden(),
            Column::text("work_mobile", "Mobil i tjänsten").hidden(),
            Column::text("employee_no", "Anställningsnummer").hidden(),
            Column::of("kind", "Slag", Kind::Code(SORTS)).hidden(),
            Column::text("form", "Form").hidden(),
            Column::date("start_date", "Från").hidden(),
            Column::date("end_date", "Till").hidden(),
            Column::of("has_user", "Konto i Överblick", Kind::YesNo).hidden(),
        ])
        .filters([
            Filter::loaded("forvaltning", "Förvaltning", "r.dept_id", "r.dept_name"),
            Filter::loaded("enhet", "Enhet", "r.org_unit_id", "r.unit_name"),
            Filter::codes("lage", "Läge", "r.state", STATES),
            Filter::yes_no("chef", "Chef", "r.is_manager"),
            Filter::yes_no("roll", "Har en roll", "r.roles > 0"),
            Filter::yes_no("borta", "Inte i senaste filen", "r.state = 'saknas'"),
            Filter::codes("slag", "Slag", "r.kind", SORTS),
            Filter::yes_no("konto", "Har konto i Överblick", "r.has_user").quiet(),
        ])
        .search("Namn, användarnamn eller anställningsnummer", ["r.name", "r.sort_name", "r.earlier", "r.login", "r.email", "r.employee_no"])
        .sorted("name")
        .views([
            View::new("chefer", "Chefer", "r.is_manager"),
            View::new("uppdrag", "Uppdrag", "r.kind = 'uppdrag'"),
            View::new("borta", "Inte i senaste filen", "r.state = 'saknas'"),
            View::new("roll-utan-anstallning", "Har roll men har slutat", "r.roles > 0 and r.state in ('saknas', 'avslutad')"),
        ])
        .when_empty("Läs in en personalfil under Filer in, eller lägg till en person.")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_holds() {
        assert_eq!(LIST.check(), Vec::<String>::new());
    }
}
