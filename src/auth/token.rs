//! Links that let someone in: invitations and new passwords. The secret is in the mail, its hash in `sys.auth_token`. A link
//! works once, for a while, and a newer link of the same kind puts the older ones out of force.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::session::{hash_secret, new_secret};
use crate::error::AppResult;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first password of an invited user.
    Invite,
    /// A new password.
    Reset,
}

impl Kind {
    /// The code in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
        }
    }

    /// For how long the link works.
    #[must_use]
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::Invite => TimeDelta::days(14),
            Self::Reset => TimeDelta::hours(1),
        }
    }
}

/// Whose a link is.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The link.
    pub token_id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// The user's address.
    pub email: String,
    /// The user's name.
    pub name: String,
    /// The municipality that invited.
    pub tenant_id: Option<Uuid>,
}

/// Makes a link and puts older ones of its kind for the user out of force. The answer is the secret.
pub async fn issue(
    pool: &PgPool,
    kind: Kind,
    user_id: Uuid,
    tenant_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> AppResult<String> {
    let secret = new_secret();
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "delete from sys.auth_token where kind = $1 and user_id = $2 and tenant_id is not distinct from $3 and used_at is null",
        kind.code(),
        user_id,
        tenant_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into sys.auth_token (id, token_hash, kind, user_id, tenant_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        crate::ids::new_id(),
        hash_secret(&secret),
        kind.code(),
        user_id,
        tenant_id,
        now,
        now + kind.lifetime()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(secret)
}

/// Whose a link is, if it still works. Opening a page uses nothing up: mail systems open links to look at them.
pub async fn find(pool: &PgPool, kind: Kind, secret: &str, now: DateTime<Utc>) -> AppResult<Option<Holder>> {
    Ok(sqlx::query_as!(
        Holder,
        r#"select t.id as token_id, u.id as user_id, u.email::text as "email!", u.name, t.tenant_id
           from sys.auth_token t join sys.user_account u on u.id = t.user_id
           where t.token_hash = $1 and t.kind = $2 and t.used_at is null and t.expires_at > $3 and u.disabled_at is null"#,
        hash_secret(secret),
        kind.code(),
        now
    )
    .fetch_optional(pool)
    .await?)
}

/// Uses a link up. `false` = somebody else was first.
pub async fn spend(executor: impl PgExecutor<'_>, token_id: Uuid, now: DateTime<Utc>) -> AppResult<bool> {
    let spent = sqlx::query!(
        "update sys.auth_token set used_at = $2 where id = $1 and used_at is null and expires_at > $2",
        token_id,
        now
    )
    .execute(executor)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Puts every unused link that gives a password to a user out of force.
pub async fn revoke_all(executor: impl PgExecutor<'_>, user_id: Uuid) -> AppResult<()> {
    sqlx::query!(
        "delete from sys.auth_token where user_id = $1 and kind in ('invite', 'reset') and used_at is null",
        user_id
    )
    .execute(executor)
    .await?;
    Ok(())
}
