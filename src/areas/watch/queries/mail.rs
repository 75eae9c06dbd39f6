//! Who gets the weekly digest.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Every member who can sign in.
pub async fn list_member_ids(tx: &mut TenantTx) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select u.id from sys.user_account u join sys.membership m on m.user_id = u.id
         where m.tenant_id = $1 and m.ended_at is null and u.disabled_at is null",
        tenant
    )
    .fetch_all(&mut **tx)
    .await?)
}
