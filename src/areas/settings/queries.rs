//! The area's SQL.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{db::tenant::TenantTx, error::AppResult};

/// The municipality's own values by key.
pub async fn list_settings(tx: &mut TenantTx) -> AppResult<BTreeMap<String, Value>> {
    let rows = sqlx::query!("select key, value from tenant_setting").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}
