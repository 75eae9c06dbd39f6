//! What a run of the rules reads and writes: the flags that exist, their recipients, and that it was run.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::{
    finding::{Finding, ObjectKind},
    model::stored_day,
    run::{Holders, RunOutcome},
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// A flag that exists, as far as a run needs it.
#[derive(Debug)]
pub struct KnownFlag {
    pub id: Uuid,
    pub object_kind: String,
    pub object_id: Uuid,
    pub rule: String,
    pub due_date: NaiveDate,
    pub state: String,
    pub snoozed_until: Option<NaiveDate>,
    pub title: String,
    pub detail: String,
    pub severity: String,
    pub stage: Option<i16>,
    pub owner_unit_id: Option<Uuid>,
}

impl KnownFlag {
    /// Whether what is shown has changed.
    pub fn differs_from(&self, finding: &Finding) -> bool {
        self.title != finding.title
            || self.detail != finding.detail
            || self.severity != finding.severity.code()
            || self.stage != finding.stage
            || self.owner_unit_id != finding.owner_unit_id
    }
}

/// A flag to write.
#[derive(Debug)]
pub struct NewFlag {
    id: Uuid,
    rule: String,
    object_kind: String,
    object_id: Uuid,
    due_date: NaiveDate,
    stage: Option<i16>,
    title: String,
    detail: String,
    severity: String,
    owner_unit_id: Option<Uuid>,
}

impl NewFlag {
    /// The flag of a finding.
    pub fn of(id: Uuid, finding: &Finding) -> Self {
        Self {
            id,
            rule: finding.rule.to_owned(),
            object_kind: finding.object_kind.code().to_owned(),
            object_id: finding.object_id,
            due_date: stored_day(finding.due_date),
            stage: finding.stage,
            title: finding.title.clone(),
            detail: finding.detail.clone(),
            severity: finding.severity.code().to_owned(),
            owner_unit_id: finding.owner_unit_id,
        }
    }
}

/// A recipient to write.
#[derive(Debug)]
pub struct NewRecipient {
    pub flag_id: Uuid,
    pub person_id: Option<Uuid>,
    pub app_role: Option<String>,
    pub via: String,
}

/// One run at a time in a municipality.
pub async fn lock_run(tx: &mut TenantTx) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('watch:' || $1::text, 0))")
        .bind(tenant)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Every flag that exists.
pub async fn list_known(tx: &mut TenantTx) -> AppResult<Vec<KnownFlag>> {
    Ok(sqlx::query_as!(
        KnownFlag,
        "select id, object_kind, object_id, rule, due_date, state, snoozed_until, title, detail, severity, stage, owner_unit_id from watch_flag"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Opens flags.
pub async fn insert_flags(tx: &mut TenantTx, flags: &[NewFlag], now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into watch_flag (tenant_id, id, rule, object_kind, object_id, due_date, stage, title, detail, severity, owner_unit_id, opened_at)
         select $1, x.id, x.rule, x.kind, x.object_id, x.due, x.stage, x.title, x.detail, x.severity, x.unit, $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::date[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::uuid[])
              as x (id, rule, kind, object_id, due, stage, title, detail, severity, unit)",
        tenant,
        now,
        &flags.iter().map(|f| f.id).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.rule.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.object_kind.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.object_id).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.due_date).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.stage).collect::<Vec<_>>() as &[Option<i16>],
        &flags.iter().map(|f| f.title.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.detail.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.severity.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.owner_unit_id).collect::<Vec<_>>() as &[Option<Uuid>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Brings the words of flags up to date.
pub async fn update_flags(tx: &mut TenantTx, flags: &[NewFlag]) -> AppResult<()> {
    sqlx::query!(
        "update watch_flag f set title = x.title, detail = x.detail, severity = x.severity, stage = x.stage, owner_unit_id = x.unit
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::uuid[]) as x (id, title, detail, severity, stage, unit)
         where f.id = x.id",
        &flags.iter().map(|f| f.id).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.title.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.detail.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.severity.clone()).collect::<Vec<_>>(),
        &flags.iter().map(|f| f.stage).collect::<Vec<_>>() as &[Option<i16>],
        &flags.iter().map(|f| f.owner_unit_id).collect::<Vec<_>>() as &[Option<Uuid>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Opens flags whose cause came back.
pub async fn reopen_flags(tx: &mut TenantTx, ids: &[Uuid], now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update watch_flag set state = 'open', opened_at = $2, closed_at = null, reason = '' where id = any($1)", ids, now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Flags whose snooze is over.
pub async fn wake_flags(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<()> {
    sqlx::query!("update watch_flag set state = 'open', snoozed_until = null where id = any($1)", ids)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Flags whose cause is gone.
pub async fn resolve_flags(tx: &mut TenantTx, ids: &[Uuid], now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update watch_flag set state = 'resolved', closed_at = $2, snoozed_until = null where id = any($1)",
        ids,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts the recipients of the flags named as they should be, and touches none that already are.
pub async fn replace_recipients(tx: &mut TenantTx, wanted: &[NewRecipient]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = wanted.iter().map(|_| crate::ids::new_id()).collect();
    let flags: Vec<Uuid> = wanted.iter().map(|r| r.flag_id).collect();
    let persons: Vec<Option<Uuid>> = wanted.iter().map(|r| r.person_id).collect();
    let roles: Vec<Option<String>> = wanted.iter().map(|r| r.app_role.clone()).collect();
    let via: Vec<String> = wanted.iter().map(|r| r.via.clone()).collect();
    sqlx::query!(
        "delete from flag_recipient r where r.flag_id = any($1) and not exists (
            select 1 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as x (flag_id, person_id, app_role, via)
            where x.flag_id = r.flag_id and x.person_id is not distinct from r.person_id
              and x.app_role is not distinct from r.app_role and x.via = r.via)",
        &flags,
        &persons as &[Option<Uuid>],
        &roles as &[Option<String>],
        &via
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into flag_recipient (tenant_id, id, flag_id, person_id, app_role, via)
         select distinct on (x.flag_id, x.person_id, x.app_role) $1::uuid, x.id, x.flag_id, x.person_id, x.app_role, x.via
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) as x (id, flag_id, person_id, app_role, via)
         where not exists (select 1 from flag_recipient r where r.flag_id = x.flag_id
            and r.person_id is not distinct from x.person_id and r.app_role is not distinct from x.app_role)",
        tenant,
        &ids,
        &flags,
        &persons as &[Option<Uuid>],
        &roles as &[Option<String>],
        &via
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Open and snoozed flags.
pub async fn count_open(tx: &mut TenantTx) -> AppResult<usize> {
    let n =
        sqlx::query_scalar!(r#"select count(*) as "n!" from watch_flag where state in ('open', 'snoozed')"#)
            .fetch_one(&mut **tx)
            .await?;
    Ok(usize::try_from(n).unwrap_or_default())
}

/// Notes that the rules were run.
pub async fn insert_run(
    tx: &mut TenantTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    outcome: RunOutcome,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let small = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into watch_run (tenant_id, id, ran_at, today, opened, resolved, open_after) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        crate::ids::new_id(),
        now,
        today,
        small(outcome.opened),
        small(outcome.resolved),
        small(outcome.open_after)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When the rules were last run.
pub async fn find_last_run(tx: &mut TenantTx) -> AppResult<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select ran_at from watch_run order by ran_at desc limit 1")
        .fetch_optional(&mut **tx)
        .await?)
}

/// Who holds which role on which object today; on a contract also the roles of the systems it is about.
pub async fn list_role_holders(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Holders> {
    let rows = sqlx::query!(
        r#"with held as (
             select system_id, contract_id, role, person_id, is_deputy from role_assignment
             where person_id is not null and (valid_from is null or valid_from <= $1) and (valid_to is null or valid_to >= $1))
           select 'system' as "kind!", system_id as "object_id!", role as "role!", person_id as "person_id!", is_deputy as "is_deputy!" from held where system_id is not null
           union all
           select 'contract', contract_id, role, person_id, is_deputy from held where contract_id is not null
           union all
           select 'contract', cs.contract_id, h.role, h.person_id, h.is_deputy from held h join contract_system cs on cs.system_id = h.system_id
           order by 5"#,
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut holders = Holders::new();
    for row in rows {
        let Some(kind) = ObjectKind::from_code(&row.kind) else { continue };
        let persons = holders.entry((kind, row.object_id, row.role)).or_default();
        if !persons.contains(&row.person_id) {
            persons.push(row.person_id);
        }
    }
    Ok(holders)
}

/// Every unit's head and the unit above.
pub async fn list_unit_heads(
    tx: &mut TenantTx,
    today: NaiveDate,
) -> AppResult<HashMap<Uuid, (Option<Uuid>, Option<Uuid>)>> {
    let rows = sqlx::query!(
        "select id, case when valid_to is null or valid_to >= $1 then head_person_id end as head, coalesce(parent_id, successor_id) as above from org_unit",
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, (r.head, r.above))).collect())
}
