//! Who gets the weekly digest, and where.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Where a member's mail goes.
#[derive(Debug)]
pub struct Addressee {
    pub email: String,
    pub slug: String,
    pub municipality: String,
}

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

/// A member's address, if the member can still sign in.
pub async fn find_addressee(tx: &mut TenantTx, user_id: Uuid) -> AppResult<Option<Addressee>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Addressee,
        r#"select u.email::text as "email!", t.slug, t.name as municipality
           from sys.user_account u join sys.membership m on m.user_id = u.id join sys.tenant t on t.id = m.tenant_id
           where m.tenant_id = $1 and u.id = $2 and m.ended_at is null and u.disabled_at is null"#,
        tenant,
        user_id
    )
    .fetch_optional(&mut **tx)
    .await?)
}
