//! Sessions: our own table. The cookie holds a random token, the table its hash. A session ends after
//! [`IDLE`] without use or [`ABSOLUTE`] after sign-in; its token is replaced every [`ROTATE`] of use, so that a token that
//! leaked soon stops working.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::AppResult;

/// A session that is not used ends after this.
pub const IDLE: TimeDelta = TimeDelta::hours(2);
/// A session ends after this, used or not.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// The token is replaced when it is older than this.
pub const ROTATE: TimeDelta = TimeDelta::minutes(15);
/// For how long the token before the last replacement still works: pages load several things at once.
pub const GRACE: TimeDelta = TimeDelta::seconds(60);

/// A new random secret, 256 bits, for a cookie or an address.
#[must_use]
pub fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the table keeps of a secret.
#[must_use]
pub fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The signed-in user, whichever municipality the page is about.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session_id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// The user's name.
    pub name: String,
    /// The user's e-mail address.
    pub email: String,
    /// `kompakt` or `sm`.
    pub density: String,
    /// `auto`, `light` or `dark`.
    pub colour_scheme: String,
    /// Runs the whole installation.
    pub is_platform_admin: bool,
}

/// Starts a session; the answer is the token for the cookie.
pub async fn create(pool: &PgPool, user_id: Uuid, user_agent: &str, now: DateTime<Utc>) -> AppResult<String> {
    let token = new_secret();
    let agent: String = user_agent.chars().take(200).collect();
    sqlx::query!(
        "insert into sys.session (id, token_hash, rotated_at, user_id, created_at, last_seen_at, expires_at, user_agent)
         values ($1, $2, $3, $4, $3, $3, $5, $6)",
        crate::ids::new_id(),
        hash_secret(&token),
        now,
        user_id,
        now + ABSOLUTE,
        agent
    )
    .execute(pool)
    .await?;
    Ok(token)
}

/// The session of a token, if it still lives; notes that it was used.
pub async fn find(pool: &PgPool, token: &str, now: DateTime<Utc>) -> AppResult<Option<SignedIn>> {
    let hash = hash_secret(token);
    let Some(row) = sqlx::query!(
        r#"select s.id, s.user_id, s.last_seen_at,
                  u.name, u.email::text as "email!", u.density, u.colour_scheme, u.is_platform_admin
           from sys.session s join sys.user_account u on u.id = s.user_id
           where (s.token_hash = $1 or (s.previous_token_hash = $1 and s.rotated_at > $2))
             and s.expires_at > $3 and s.last_seen_at > $4 and u.disabled_at is null"#,
        hash,
        now - GRACE,
        now,
        now - IDLE
    )
    .fetch_optional(pool)
    .await?
    else {
        return Ok(None);
    };
    if row.last_seen_at < now - TimeDelta::minutes(1) {
        sqlx::query!("update sys.session set last_seen_at = $2 where id = $1", row.id, now)
            .execute(pool)
            .await?;
    }
    Ok(Some(SignedIn {
        session_id: row.id,
        user_id: row.user_id,
        name: row.name,
        email: row.email,
        density: row.density,
        colour_scheme: row.colour_scheme,
        is_platform_admin: row.is_platform_admin,
    }))
}

/// A new token for the session if the token given is the newest one and old enough. Asked once per request.
pub async fn rotate_if_old(pool: &PgPool, token: &str, now: DateTime<Utc>) -> AppResult<Option<String>> {
    let new = new_secret();
    let replaced = sqlx::query!(
        "update sys.session set previous_token_hash = token_hash, token_hash = $2, rotated_at = $3
         where token_hash = $1 and rotated_at < $4 and expires_at > $3",
        hash_secret(token),
        hash_secret(&new),
        now,
        now - ROTATE
    )
    .execute(pool)
    .await?;
    Ok((replaced.rows_affected() == 1).then_some(new))
}

/// Ends one session of a user (signing out, or ending it from the list of sessions).
pub async fn delete(pool: &PgPool, user_id: Uuid, session_id: Uuid) -> AppResult<bool> {
    let ended = sqlx::query!("delete from sys.session where id = $1 and user_id = $2", session_id, user_id)
        .execute(pool)
        .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends every session of a user but one: after a new password, or on request.
pub async fn delete_others(pool: &PgPool, user_id: Uuid, keep: Option<Uuid>) -> AppResult<u64> {
    let ended = sqlx::query!(
        "delete from sys.session where user_id = $1 and ($2::uuid is null or id <> $2)",
        user_id,
        keep
    )
    .execute(pool)
    .await?;
    Ok(ended.rows_affected())
}
