//! Signing in with address and password. An address without an account is treated in every way as one with: the same answer, the
//! same time, the same lock.

use std::{fmt::Write as _, net::IpAddr};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    event::{Event, Kind},
    password::{self, Password, Verdict},
    session, throttle,
};
use crate::{app::AppState, error::AppResult};

/// Who tries, from where.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// The address as typed.
    pub email: &'a str,
    /// The password as typed.
    pub password: Password,
    /// The client's address on the network.
    pub client_ip: Option<IpAddr>,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// The request.
    pub request_id: Uuid,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session began; this is its token.
    In(String),
    /// Wrong address or password: which of them is not told.
    Wrong,
    /// Too many attempts; the next may be made then.
    Locked(DateTime<Utc>),
}

/// Tries to sign in.
pub async fn sign_in(app: &AppState, attempt: &Attempt<'_>) -> AppResult<Outcome> {
    let (pool, now) = (app.system().pool(), app.clock().now());
    let account = throttle::ACCOUNT.by_text(app.keys(), attempt.email);
    let client = throttle::CLIENT.by_client(app.keys(), attempt.client_ip);
    for counter in [&account, &client] {
        if let Err(until) = throttle::attempt(pool, counter, now).await? {
            event(app, attempt, Kind::SignInLocked, None).record(pool, now).await?;
            return Ok(Outcome::Locked(until));
        }
    }
    let found = sqlx::query!(
        "select id, password_hash from sys.user_account where email = $1::text::citext and disabled_at is null",
        attempt.email.trim()
    )
    .fetch_optional(pool)
    .await?;
    let user_id = found.as_ref().map(|account| account.id);
    let hash = found.and_then(|account| account.password_hash);
    let verdict = password::verify(&attempt.password, hash.as_deref()).await?;
    let (Some(user_id), true) = (user_id, verdict != Verdict::Wrong) else {
        event(app, attempt, Kind::SignInFailed, user_id).record(pool, now).await?;
        return Ok(Outcome::Wrong);
    };
    throttle::forgive(pool, &account).await?;
    throttle::take_back(pool, &client).await?;
    if verdict == Verdict::RightButOld {
        let hash = password::hash(&attempt.password).await?;
        sqlx::query!("update sys.user_account set password_hash = $2 where id = $1", user_id, hash)
            .execute(pool)
            .await?;
    }
    sqlx::query!("update sys.user_account set last_login_at = $2 where id = $1", user_id, now)
        .execute(pool)
        .await?;
    let token = session::create(pool, user_id, attempt.user_agent, now).await?;
    Event::of(Kind::SignIn, user_id).request(attempt.request_id).record(pool, now).await?;
    Ok(Outcome::In(token))
}

/// An event about an attempt: the address typed is kept as a keyed hash, enough to see that the same one was tried again.
fn event(app: &AppState, attempt: &Attempt<'_>, kind: Kind, user_id: Option<Uuid>) -> Event {
    let event = user_id.map_or_else(|| Event::anonymous(kind), |id| Event::of(kind, id));
    let hash = app.keys().system_hash("security-event.address", &attempt.email.trim().to_lowercase());
    let hex = hash.iter().skip(2).take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    event.request(attempt.request_id).detail(json!({ "address_hash": hex }))
}

/// Whether a signed-in user knows the own password: asked before it is changed. Counted like a sign-in.
pub async fn confirm(app: &AppState, user_id: Uuid, email: &str, password: &Password) -> AppResult<Outcome> {
    let (pool, now) = (app.system().pool(), app.clock().now());
    let counter = throttle::ACCOUNT.by_text(app.keys(), email);
    if let Err(until) = throttle::attempt(pool, &counter, now).await? {
        return Ok(Outcome::Locked(until));
    }
    let hash = sqlx::query_scalar!("select password_hash from sys.user_account where id = $1", user_id)
        .fetch_optional(pool)
        .await?
        .flatten();
    if password::verify(password, hash.as_deref()).await? == Verdict::Wrong {
        return Ok(Outcome::Wrong);
    }
    throttle::forgive(pool, &counter).await?;
    Ok(Outcome::In(String::new()))
}
