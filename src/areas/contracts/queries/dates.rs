//! The computed dates, kept so that lists can filter and sort by them.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// A row of `contract_dates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatesRow {
    /// The contract.
    pub id: Uuid,
    /// A code of `Status`.
    pub status: &'static str,
    /// End of the running period.
    pub current_period_end: Option<NaiveDate>,
    /// Last day as things stand.
    pub effective_end: Option<NaiveDate>,
    /// Last possible day.
    pub max_end: Option<NaiveDate>,
    /// Last day for a termination to arrive.
    pub deadline: Option<NaiveDate>,
    /// Last day to send.
    pub act_by: Option<NaiveDate>,
    /// A code of `NextAction`, or empty.
    pub next_action: &'static str,
    /// Last day for it.
    pub next_action_date: Option<NaiveDate>,
    /// Last day to start procuring.
    pub procurement_start_by: Option<NaiveDate>,
    /// Bound for another period.
    pub locked_in: bool,
    /// Ends if nobody acts.
    pub ends_by_inaction: bool,
    /// Value counted by LOU.
    pub total_value_lou: Option<Decimal>,
    /// Codes of flags.
    pub flags: Vec<&'static str>,
    /// The words for them.
    pub flag_labels: Vec<&'static str>,
    /// What happens if nobody acts.
    pub if_nobody_acts: String,
}

/// For which day and after which change the dates were computed.
pub async fn find_run(tx: &mut TenantTx) -> AppResult<Option<(NaiveDate, i64)>> {
    Ok(sqlx::query!("select computed_for, history_id from contract_dates_run")
        .fetch_optional(&mut **tx)
        .await?
        .map(|run| (run.computed_for, run.history_id)))
}

/// Replaces the municipality's dates; rows that are as before are not touched.
pub async fn replace_dates(
    tx: &mut TenantTx,
    rows: &[DatesRow],
    computed_for: NaiveDate,
    history_id: i64,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    // Two readers on the first page of the day: the one waits and writes the same.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('contract_dates:' || $1::text, 0))")
        .bind(tenant.to_string())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "insert into contract_dates as d (tenant_id, id, status, current_period_end, effective_end, max_end, deadline, act_by,
             next_action, next_action_date, procurement_start_by, locked_in, ends_by_inaction, total_value_lou, flags, flag_labels, if_nobody_acts)
         select $1, r.id, r.status, r.current_period_end, r.effective_end, r.max_end, r.deadline, r.act_by, r.next_action,
                r.next_action_date, r.procurement_start_by, r.locked_in, r.ends_by_inaction, r.total_value_lou, r.flags, r.flag_labels, r.if_nobody_acts
         from jsonb_populate_recordset(null::contract_dates, $2) r
         on conflict (tenant_id, id) do update set (status, current_period_end, effective_end, max_end, deadline, act_by,
             next_action, next_action_date, procurement_start_by, locked_in, ends_by_inaction, total_value_lou, flags, flag_labels, if_nobody_acts)
             = (excluded.status, excluded.current_period_end, excluded.effective_end, excluded.max_end, excluded.deadline,
                excluded.act_by, excluded.next_action, excluded.next_action_date, excluded.procurement_start_by,
                excluded.locked_in, excluded.ends_by_inaction, excluded.total_value_lou, excluded.flags, excluded.flag_labels, excluded.if_nobody_acts)
         where d is distinct from excluded",
    )
    .bind(tenant)
    .bind(serde_json::to_value(rows)?)
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into contract_dates_run (tenant_id, id, computed_for, history_id) values ($1, $1, $2, $3)
         on conflict (tenant_id) do update set computed_for = excluded.computed_for, history_id = excluded.history_id",
        tenant,
        computed_for,
        history_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
