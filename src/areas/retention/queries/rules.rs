//! Rules as they are decided, runs with their protocols, and the emptying of the history.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::model::{Decided, Line, RULES, Run};
use super::remove::Emptied;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;

/// Every rule, as the municipality has decided about it.
pub async fn list_decided(tx: &mut TenantTx) -> AppResult<Vec<Decided>> {
    let rows = sqlx::query!(
        "select id, code, days, decision_ref, decided_on, is_active, hold_reason, version from retention_rule"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(RULES
        .iter()
        .map(|rule| match rows.iter().find(|row| row.code == rule.code) {
            Some(row) => Decided {
                rule,
                id: Some(row.id),
                own_days: row.days,
                decision_ref: row.decision_ref.clone(),
                decided_on: row.decided_on,
                is_active: row.is_active,
                hold_reason: row.hold_reason.clone(),
                version: row.version,
            },
            None => Decided::usual(rule),
        })
        .collect())
}

/// One rule.
pub async fn find_decided(tx: &mut TenantTx, code: &str) -> AppResult<Option<Decided>> {
    Ok(list_decided(tx).await?.into_iter().find(|decided| decided.rule.code == code))
}

/// Saves what was decided if nobody else has saved since; `false` = somebody has.
pub async fn save(tx: &mut TenantTx, decided: &Decided) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "insert into retention_rule (tenant_id, id, code, days, decision_ref, decided_on, is_active, hold_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict on constraint retention_rule_code_key do update
         set days = excluded.days, decision_ref = excluded.decision_ref, decided_on = excluded.decided_on,
             is_active = excluded.is_active, hold_reason = excluded.hold_reason, version = retention_rule.version + 1
         where retention_rule.version = $9",
        tenant,
        decided.id.unwrap_or_else(new_id),
        decided.rule.code,
        decided.own_days,
        decided.decision_ref,
        decided.decided_on,
        decided.is_active,
        decided.hold_reason,
        decided.version
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets one purge at a time work in a municipality.
pub async fn lock(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query(
        "select pg_advisory_xact_lock(hashtextextended('retention:' || current_setting('app.tenant_id'), 0))",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a run with its protocol.
pub async fn insert_run(
    tx: &mut TenantTx,
    (now, today): (DateTime<Utc>, NaiveDate),
    is_dry: bool,
    lines: &[Line],
) -> AppResult<Uuid> {
    let (tenant, actor, id) = (tx.tenant_id(), tx.actor().clone(), new_id());
    sqlx::query!(
        "insert into retention_run (tenant_id, id, at, today, actor, user_id, is_dry, protocol) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        id,
        now,
        today,
        actor.name,
        actor.user_id,
        is_dry,
        serde_json::to_value(lines)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Runs, newest first; one of them when an id is given.
pub async fn list_runs(tx: &mut TenantTx, id: Option<Uuid>, limit: i64) -> AppResult<Vec<Run>> {
    let rows = sqlx::query!(
        r#"select id, at, today, actor, user_id, is_dry, protocol as "protocol: Json<Vec<Line>>"
           from retention_run where $1::uuid is null or id = $1 order by at desc, id desc limit $2"#,
        id,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Run {
            id: row.id,
            at: row.at,
            today: row.today,
            actor: row.actor,
            user_id: row.user_id,
            is_dry: row.is_dry,
            lines: row.protocol.0,
        })
        .collect())
}

/// How many rows of the history an emptying reaches.
pub async fn count_history(tx: &mut TenantTx, emptied: &Emptied) -> AppResult<i64> {
    if emptied.ids.is_empty() {
        return Ok(0);
    }
    Ok(match &emptied.field {
        None => {
            sqlx::query_scalar!(
                r#"select count(*) as "n!" from history where table_name = $1 and object_id = any($2) and purged_at is null"#,
                emptied.table,
                &emptied.ids
            )
            .fetch_one(&mut **tx)
            .await?
        }
        Some((key, empty)) => {
            sqlx::query_scalar!(
                r#"select count(*) as "n!" from history h
                   cross join lateral (select coalesce(app.row_as_json(h.table_name, h.object_id) -> $3, $4) as v) now
                   where h.table_name = $1 and h.object_id = any($2)
                     and ((h.old ? $3 and h.old -> $3 not in (now.v, $4)) or (h.new ? $3 and h.new -> $3 not in (now.v, $4)))"#,
                emptied.table,
                &emptied.ids,
                key,
                empty
            )
            .fetch_one(&mut **tx)
            .await?
        }
    })
}

/// Empties what the history holds.
pub async fn purge_history(tx: &mut TenantTx, run: Uuid, emptied: &Emptied) -> AppResult<()> {
    if emptied.ids.is_empty() {
        return Ok(());
    }
    match &emptied.field {
        None => {
            sqlx::query_scalar!("select app.purge_history($1, $2, $3)", run, emptied.table, &emptied.ids)
                .fetch_one(&mut **tx)
                .await?;
        }
        Some((key, empty)) => {
            sqlx::query_scalar!(
                "select app.purge_history_values($1, $2, $3, $4, $5)",
                run,
                emptied.table,
                &emptied.ids,
                key,
                empty
            )
            .fetch_one(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

/// Removes the reads of personal data up to and with a day.
pub async fn purge_reads(tx: &mut TenantTx, run: Uuid, until: NaiveDate) -> AppResult<()> {
    sqlx::query_scalar!("select app.purge_access_log($1, $2::date + interval '1 day')", run, until)
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}
