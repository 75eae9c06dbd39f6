//! The area's SQL.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult, jobs::queue::JobRow};

/// The municipality's own values by key.
pub async fn list_settings(tx: &mut TenantTx) -> AppResult<BTreeMap<String, Value>> {
    let rows = sqlx::query!("select key, value from tenant_setting").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Sets a value.
pub async fn upsert_setting(tx: &mut TenantTx, key: &str, value: &Value) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into tenant_setting (tenant_id, id, key, value) values ($1, $2, $3, $4)
         on conflict (tenant_id, key) do update set value = excluded.value",
        tenant,
        crate::ids::new_id(),
        key,
        value
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a value away: the usual one applies.
pub async fn delete_setting(tx: &mut TenantTx, key: &str) -> AppResult<()> {
    sqlx::query!("delete from tenant_setting where key = $1", key).execute(&mut **tx).await?;
    Ok(())
}

/// Every setting that there is or was: the objects of the settings' history.
pub async fn list_setting_ids(tx: &mut TenantTx) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!" from tenant_setting
           union select object_id from history where op = 'D' and table_name = 'tenant_setting'"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The municipality's jobs in some states, newest first.
pub async fn list_jobs(tx: &mut TenantTx, states: &[&str], limit: i64) -> AppResult<Vec<JobRow>> {
    let (tenant, states) = (tx.tenant_id(), states.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    Ok(sqlx::query_as!(
        JobRow,
        "select id, kind, state, run_at, attempts, max_attempts, progress, error, created_at, started_at, finished_at
         from sys.job where tenant_id = $1 and state = any($2) order by created_at desc, id desc limit $3",
        tenant,
        &states,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// When each schedule last had its time.
pub async fn list_last_due(tx: &mut TenantTx) -> AppResult<BTreeMap<String, DateTime<Utc>>> {
    let rows = sqlx::query!("select name, last_due_at from sys.job_schedule").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.last_due_at)).collect())
}
