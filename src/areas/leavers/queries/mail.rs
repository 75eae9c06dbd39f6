//! Who is reminded.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Members who upload leaver lists, of the whole municipality or of a part.
pub(in super::super) async fn list_hr_users(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct user_id from role_grant where role = 'hr_admin' and valid_from <= $1 and (valid_to is null or valid_to >= $1)",
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Where to mail a member.
#[derive(Clone, Debug)]
pub(in super::super) struct Addressee {
    pub email: String,
    pub slug: String,
    pub municipality: String,
}

/// A member's address, if the member can still sign in.
pub(in super::super) async fn find_addressee(
    tx: &mut TenantTx,
    user_id: Uuid,
) -> AppResult<Option<Addressee>> {
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
