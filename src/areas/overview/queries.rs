//! The area's SQL.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A contract with a day to act within the period shown.
#[derive(Debug)]
pub struct TimelineContract {
    pub id: Uuid,
    pub title: String,
    pub supplier: Option<String>,
    pub next_action_date: NaiveDate,
    pub current_period_end: Option<NaiveDate>,
    pub if_nobody_acts: String,
}

/// Contracts whose day to act lies in a period, the nearest first, within the reach of the list of contracts.
pub async fn list_timeline(
    tx: &mut TenantTx,
    scope: &Scope,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
    limit: i64,
) -> AppResult<Vec<TimelineContract>> {
    Ok(sqlx::query_as!(
        TimelineContract,
        r#"select c.id, c.title, v.name as "supplier?", d.next_action_date as "next_action_date!", d.current_period_end, d.if_nobody_acts
           from contract c join contract_dates d on d.id = c.id left join supplier v on v.id = c.supplier_id
           where d.next_action_date between $5 and $6
             and ($1 or c.owner_unit_id = any($2)
                  or exists (select 1 from role_assignment r
                             where r.person_id = $3 and r.role = any($4) and (r.valid_from is null or r.valid_from <= $8)
                               and (r.valid_to is null or r.valid_to >= $8)
                               and (r.contract_id = c.id
                                    or r.system_id in (select x.system_id from contract_system x where x.contract_id = c.id))))
           order by d.next_action_date, c.title, c.id limit $7"#,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        from,
        to,
        limit,
        today
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
