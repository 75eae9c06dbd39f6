//! The area's SQL, on schema `sys` only.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::{auth::session, db::tenant::TenantTx, error::AppResult};

/// Whether anybody has an account yet.
pub async fn anyone(executor: impl PgExecutor<'_>) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select 1 from sys.user_account) as "any!""#)
        .fetch_one(executor)
        .await?)
}

/// The account that a new password may be asked for.
pub async fn find_user_id(executor: impl PgExecutor<'_>, email: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from sys.user_account where email = $1::text::citext and disabled_at is null",
        email.trim()
    )
    .fetch_optional(executor)
    .await?)
}

/// Address and name of a user who may sign in.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
}

/// The user, for a letter.
pub async fn find_addressee(pool: &PgPool, user_id: Uuid) -> AppResult<Option<Addressee>> {
    Ok(sqlx::query_as!(
        Addressee,
        r#"select email::text as "email!", name from sys.user_account where id = $1 and disabled_at is null"#,
        user_id
    )
    .fetch_optional(pool)
    .await?)
}

/// Sets a user's password.
pub async fn update_password(executor: impl PgExecutor<'_>, user_id: Uuid, hash: &str) -> AppResult<()> {
    sqlx::query!("update sys.user_account set password_hash = $2 where id = $1", user_id, hash)
        .execute(executor)
        .await?;
    Ok(())
}

/// Sets a user's name.
pub async fn update_name(executor: impl PgExecutor<'_>, user_id: Uuid, name: &str) -> AppResult<()> {
    sqlx::query!("update sys.user_account set name = $2 where id = $1", user_id, name)
        .execute(executor)
        .await?;
    Ok(())
}

/// Sets a user's name and how pages look.
pub async fn update_profile(
    pool: &PgPool,
    user_id: Uuid,
    name: &str,
    density: &str,
    colour_scheme: &str,
) -> AppResult<()> {
    sqlx::query!(
        "update sys.user_account set name = $2, density = $3, colour_scheme = $4 where id = $1",
        user_id,
        name,
        density,
        colour_scheme
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A session that lives.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session.
    pub id: Uuid,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
    /// What the browser called itself.
    pub user_agent: String,
}

/// A user's sessions that live, the last used first.
pub async fn list_sessions(pool: &PgPool, user_id: Uuid, now: DateTime<Utc>) -> AppResult<Vec<SessionRow>> {
    Ok(sqlx::query_as!(
        SessionRow,
        "select id, created_at, last_seen_at, user_agent from sys.session
         where user_id = $1 and expires_at > $2 and last_seen_at > $3 order by last_seen_at desc, id",
        user_id,
        now,
        now - session::IDLE
    )
    .fetch_all(pool)
    .await?)
}

/// Something that happened to the account.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: String,
}

/// The latest of what happened to a user's account.
pub async fn list_events(pool: &PgPool, user_id: Uuid, limit: i64) -> AppResult<Vec<EventRow>> {
    Ok(sqlx::query_as!(
        EventRow,
        "select at, kind from sys.security_event where user_id = $1 order by at desc, id desc limit $2",
        user_id,
        limit
    )
    .fetch_all(pool)
    .await?)
}

/// A municipality's name and slug.
pub async fn find_tenant_name(pool: &PgPool, id: Uuid) -> AppResult<Option<(String, String)>> {
    let row =
        sqlx::query!("select name, slug from sys.tenant where id = $1", id).fetch_optional(pool).await?;
    Ok(row.map(|r| (r.name, r.slug)))
}

/// Creates the first municipality, in the transaction opened for it, unless somebody has an account already. A lock makes two
/// who try at once take turns.
pub async fn begin_setup(tx: &mut TenantTx, slug: &str, name: &str) -> AppResult<bool> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('setup', 0))").execute(&mut **tx).await?;
    if anyone(&mut **tx).await? {
        return Ok(false);
    }
    let id = tx.tenant_id();
    sqlx::query!("insert into sys.tenant (id, slug, name) values ($1, $2, $3)", id, slug, name)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}
