//! The flags as people see them, and what people do with them.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::{
    finding::ObjectKind,
    model::{Flag, FlagObject, FlagRow, Recipient, read_day},
};
use crate::{
    auth::principal::{Principal, Scope},
    db::tenant::TenantTx,
    error::AppResult,
};

fn everywhere(principal: &Principal) -> Vec<String> {
    principal.grants.iter().filter(|g| g.units.is_none()).map(|g| g.role.code().to_owned()).collect()
}

/// Open flags addressed to the person, or to a role that the user has for the whole municipality.
pub async fn count_waiting(tx: &mut TenantTx, principal: &Principal, today: NaiveDate) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(distinct f.id) as "n!" from watch_flag f join flag_recipient r on r.flag_id = f.id
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3))
             and (r.person_id = $1 or r.app_role = any($2))"#,
        principal.person_id,
        &everywhere(principal),
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The flags of [`count_waiting`], the nearest day first, those without a day last.
pub async fn list_waiting(
    tx: &mut TenantTx,
    principal: &Principal,
    today: NaiveDate,
    limit: i64,
    urgent_first: bool,
) -> AppResult<Vec<Flag>> {
    Ok(sqlx::query_as!(
        Flag,
        r#"select f.id, f.rule, f.object_kind, f.object_id, f.due_date, f.stage, f.title, f.detail, f.severity, f.state, f.opened_at,
                  f.snoozed_until, f.reason, f.owner_unit_id
           from watch_flag f
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3))
             and exists (select 1 from flag_recipient r where r.flag_id = f.id and (r.person_id = $1 or r.app_role = any($2)))
           order by case when $5 then array_position(array['urgent', 'normal', 'info'], f.severity) end, f.due_date = '0001-01-01', f.due_date, array_position(array['urgent', 'normal', 'info'], f.severity), f.title, f.id
           limit $4"#,
        principal.person_id,
        &everywhere(principal),
        today,
        limit,
        urgent_first
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The open flags within reach.
pub async fn list_open(
    tx: &mut TenantTx,
    scope: &Scope,
    today: NaiveDate,
    limit: i64,
    urgent_first: bool,
) -> AppResult<Vec<Flag>> {
    Ok(sqlx::query_as!(
        Flag,
        r#"select f.id, f.rule, f.object_kind, f.object_id, f.due_date, f.stage, f.title, f.detail, f.severity, f.state, f.opened_at,
                  f.snoozed_until, f.reason, f.owner_unit_id
           from watch_flag f
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3)) and ($1 or f.owner_unit_id = any($2))
           order by case when $5 then array_position(array['urgent', 'normal', 'info'], f.severity) end, f.due_date = '0001-01-01', f.due_date, array_position(array['urgent', 'normal', 'info'], f.severity), f.title, f.id
           limit $4"#,
        scope.all,
        &scope.units,
        today,
        limit,
        urgent_first
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many flags [`list_open`] would give without a limit.
pub async fn count_open_within(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from watch_flag f
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3)) and ($1 or f.owner_unit_id = any($2))"#,
        scope.all,
        &scope.units,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The open flags on an object.
pub async fn list_on_object(
    tx: &mut TenantTx,
    kind: ObjectKind,
    object_id: Uuid,
    today: NaiveDate,
) -> AppResult<Vec<Flag>> {
    Ok(sqlx::query_as!(
        Flag,
        r#"select id, rule, object_kind, object_id, due_date, stage, title, detail, severity, state, opened_at, snoozed_until, reason, owner_unit_id
           from watch_flag
           where object_kind = $1 and object_id = $2 and (state = 'open' or (state = 'snoozed' and snoozed_until <= $3))
           order by array_position(array['urgent', 'normal', 'info'], severity), due_date = '0001-01-01', due_date, title"#,
        kind.code(),
        object_id,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whether a flag is addressed to the user.
pub async fn is_addressed_to(tx: &mut TenantTx, id: Uuid, principal: &Principal) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from flag_recipient r where r.flag_id = $1 and (r.person_id = $2 or r.app_role = any($3))) as "is!""#,
        id,
        principal.person_id,
        &everywhere(principal)
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// A flag that is the user's to see: addressed to them, or on something within reach.
pub async fn find_flag(
    tx: &mut TenantTx,
    id: Uuid,
    principal: &Principal,
    scope: &Scope,
) -> AppResult<Option<Flag>> {
    Ok(sqlx::query_as!(
        Flag,
        r#"select f.id, f.rule, f.object_kind, f.object_id, f.due_date, f.stage, f.title, f.detail, f.severity, f.state, f.opened_at,
                  f.snoozed_until, f.reason, f.owner_unit_id
           from watch_flag f
           where f.id = $1 and ($4 or f.owner_unit_id = any($5)
              or exists (select 1 from flag_recipient r where r.flag_id = f.id and (r.person_id = $2 or r.app_role = any($3))))"#,
        id,
        principal.person_id,
        &everywhere(principal),
        scope.all,
        &scope.units
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// To whom a flag went.
pub async fn list_recipients(tx: &mut TenantTx, flag_id: Uuid) -> AppResult<Vec<Recipient>> {
    let rows = sqlx::query!(
        r#"select r.app_role, r.via, p.display_name as "name?", coalesce(p.is_protected, false) as "is_protected!"
           from flag_recipient r left join person p on p.id = r.person_id where r.flag_id = $1 order by p.display_name"#,
        flag_id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Recipient {
            name: match (r.name, r.app_role) {
                (Some(name), _) => name,
                (None, role) => role
                    .as_deref()
                    .and_then(crate::auth::permissions::Role::from_code)
                    .map_or_else(String::new, |role| role.label().to_owned()),
            },
            via: r.via,
            is_protected: r.is_protected,
        })
        .collect())
}

/// Snoozes a flag.
pub async fn update_snoozed(tx: &mut TenantTx, id: Uuid, until: NaiveDate, reason: &str) -> AppResult<()> {
    sqlx::query!("update watch_flag set state = 'snoozed', snoozed_until = $2, reason = $3 where id = $1 and state in ('open', 'snoozed')", id, until, reason)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that a person has dealt with a flag.
pub async fn update_decided(tx: &mut TenantTx, id: Uuid, reason: &str, now: DateTime<Utc>) -> AppResult<()> {
    let user = tx.actor().user_id;
    sqlx::query!(
        "update watch_flag set state = 'decided', snoozed_until = null, reason = $2, decided_by = $3, closed_at = $4
         where id = $1 and state in ('open', 'snoozed')",
        id,
        reason,
        user,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Opens a flag that a person had dealt with or put to rest.
pub async fn update_reopened(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    sqlx::query!(
        "update watch_flag set state = 'open', snoozed_until = null, closed_at = null, decided_by = null, reason = ''
         where id = $1 and state in ('snoozed', 'decided')",
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Every flag, for the command line.
pub async fn list_rows(tx: &mut TenantTx) -> AppResult<Vec<FlagRow>> {
    let rows = sqlx::query!(
        r#"select f.rule, f.stage, f.object_kind, f.object_id, f.due_date, f.state,
                  coalesce(s.name, c.title, u.name, l.name, '') as "label!",
                  coalesce(array_agg(coalesce(r.app_role, r.via)) filter (where r.id is not null), '{}') as "recipients!"
           from watch_flag f
           left join it_system s on f.object_kind = 'system' and s.id = f.object_id
           left join contract c on f.object_kind = 'contract' and c.id = f.object_id
           left join org_unit u on f.object_kind = 'org_unit' and u.id = f.object_id
           left join leaver_sender l on f.object_kind = 'leaver_sender' and l.id = f.object_id
           left join flag_recipient r on r.flag_id = f.id
           group by f.tenant_id, f.id, s.name, c.title, u.name, l.name
           order by f.due_date, f.rule, f.id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| FlagRow {
            rule: match r.stage {
                Some(stage) => format!("{}_{stage}", r.rule),
                None => r.rule,
            },
            object: FlagObject { kind: r.object_kind, id: r.object_id, label: r.label },
            due_date: read_day(r.due_date),
            state: r.state,
            recipients: r.recipients,
        })
        .collect())
}
