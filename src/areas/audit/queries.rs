//! The area's SQL.

use uuid::Uuid;

use super::AccessKind;
use crate::{db::tenant::TenantTx, error::AppResult};

/// Appends to the log of reads and exports.
pub async fn insert_access(
    tx: &mut TenantTx,
    kind: AccessKind,
    (object_kind, object_id): (&str, Option<Uuid>),
    detail: serde_json::Value,
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    sqlx::query!(
        "insert into access_log (tenant_id, id, user_id, actor, kind, object_kind, object_id, detail, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        crate::ids::new_id(),
        actor.user_id,
        actor.name,
        kind.code(),
        object_kind,
        object_id,
        detail,
        actor.request_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
