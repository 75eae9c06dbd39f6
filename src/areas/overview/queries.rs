//! The area's SQL.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// How many systems there are in each phase, within reach.
pub async fn count_phases(tx: &mut TenantTx, scope: &Scope) -> AppResult<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select s.phase, count(*) as "n!" from it_system s
           where s.merged_into_id is null
             and ($1 or s.owner_unit_id = any($2)
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $3 and r.role = any($4)))
           group by s.phase"#,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.phase, r.n)).collect())
}

/// What is filled in of what should be, for systems that are not wound up.
#[derive(Debug, Default)]
pub struct SystemQuality {
    pub total: i64,
    pub with_owner: i64,
    pub with_manager: i64,
    pub classified: i64,
    pub with_contract: i64,
}

/// The quality of the systems' records, within reach.
pub async fn system_quality(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<SystemQuality> {
    Ok(sqlx::query_as!(
        SystemQuality,
        r#"with mine as (
             select s.id, s.level_k is not null and s.level_r is not null and s.level_t is not null as classified from it_system s
             where s.merged_into_id is null and s.phase not in ('avvecklad', 'avbruten')
               and ($1 or s.owner_unit_id = any($2)
                    or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $3 and r.role = any($4)))),
           held as (
             select r.system_id, bool_or(r.role = 'systemagare') as owner, bool_or(r.role = 'systemforvaltare') as manager
             from role_assignment r
             where r.system_id is not null and not r.is_deputy and (r.valid_from is null or r.valid_from <= $5) and (r.valid_to is null or r.valid_to >= $5)
             group by r.system_id)
           select count(*) as "total!", count(*) filter (where h.owner) as "with_owner!", count(*) filter (where h.manager) as "with_manager!",
                  count(*) filter (where m.classified) as "classified!",
                  count(*) filter (where exists (select 1 from contract_system c where c.system_id = m.id)) as "with_contract!"
           from mine m left join held h on h.system_id = m.id"#,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// A contract with a day to act within the period shown.
#[derive(Debug)]
pub struct TimelineContract {
    pub id: Uuid,
    pub title: String,
    pub supplier: Option<String>,
    pub next_action_date: NaiveDate,
    pub current_period_end: Option<NaiveDate>,
    pub if_nobody_acts: String,
    pub total: i64,
    pub contracts: i64,
}

/// Contracts whose day to act lies in a period, the nearest first, within reach.
pub async fn list_timeline(
    tx: &mut TenantTx,
    scope: &Scope,
    from: NaiveDate,
    to: NaiveDate,
    limit: i64,
) -> AppResult<Vec<TimelineContract>> {
    Ok(sqlx::query_as!(
        TimelineContract,
        r#"with mine as (
             select c.id, c.title, c.supplier_id, d.next_action_date, d.current_period_end, d.if_nobody_acts
             from contract c join contract_dates d on d.id = c.id
             where $1 or c.owner_unit_id = any($2)
                or exists (select 1 from role_assignment r left join contract_system x on x.system_id = r.system_id
                           where (r.contract_id = c.id or x.contract_id = c.id) and r.person_id = $3 and r.role = any($4)))
           select m.id, m.title, v.name as "supplier?", m.next_action_date as "next_action_date!", m.current_period_end, m.if_nobody_acts,
                  count(*) over () as "total!", (select count(*) from mine) as "contracts!"
           from mine m left join supplier v on v.id = m.supplier_id
           where m.next_action_date between $5 and $6
           order by m.next_action_date, m.title, m.id limit $7"#,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        from,
        to,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What the open flags of one rule add up to, for the figures at the top.
#[derive(Debug, Default)]
pub struct RuleSum {
    pub rule: String,
    pub open: i64,
    pub pressing: i64,
    pub urgent: i64,
    pub annual_value: Option<Decimal>,
}

/// The open flags by rule, within reach; the money is the yearly value of the contracts they are about.
pub async fn sum_flags(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<Vec<RuleSum>> {
    Ok(sqlx::query_as!(
        RuleSum,
        r#"select f.rule, count(*) as "open!",
                  count(*) filter (where f.due_date > '0001-01-01' and f.due_date <= $3::date + 14) as "pressing!",
                  count(*) filter (where f.severity = 'urgent') as "urgent!", sum(c.annual_value) as annual_value
           from watch_flag f left join contract c on f.object_kind = 'contract' and c.id = f.object_id
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3)) and ($1 or f.owner_unit_id = any($2))
           group by f.rule"#,
        scope.all,
        &scope.units,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whether anything at all is in the register: an empty one gets a different overview.
pub async fn is_empty(tx: &mut TenantTx) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select 1 from it_system) and not exists (select 1 from contract) and not exists (select 1 from employment) as "e!""#
    )
    .fetch_one(&mut **tx)
    .await?)
}
