//! The area's SQL.

use super::model::Unit;
use crate::{db::tenant::TenantTx, error::AppResult};

/// Every unit as it stands.
pub async fn list_units(tx: &mut TenantTx) -> AppResult<Vec<Unit>> {
    Ok(sqlx::query_as!(
        Unit,
        "select id, code, name, kind, parent_id, head_person_id, head_text, valid_from, valid_to, successor_id, in_scope, version
         from org_unit"
    )
    .fetch_all(&mut **tx)
    .await?)
}
