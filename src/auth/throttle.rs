//! Counting attempts, so that nobody can guess for long.
//!
//! What is counted by (an address typed, an address on the network) is kept as a keyed hash only, and an account that does not
//! exist is counted like one that does: a lock tells nothing. An attempt is counted *before* it is judged, so that many at
//! once are not judged at the same time; a success takes the count away.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use crate::{crypto::Keys, error::AppResult};

/// What is counted, and how soon it locks.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    name: &'static str,
    /// This many attempts are free; the last of them locks.
    free: i32,
    /// Without a lock, the count begins anew after this.
    window: TimeDelta,
}

/// Wrong passwords for one address typed: five, then one minute, two, four, eight, fifteen.
pub const ACCOUNT: Limit = Limit { name: "sign-in.account", free: 5, window: TimeDelta::hours(12) };
/// Wrong passwords from one address on the network. A whole municipality may share one, so it takes more.
pub const CLIENT: Limit = Limit { name: "sign-in.client", free: 50, window: TimeDelta::minutes(30) };
/// Requests for a new password for one address typed.
pub const RESET_ACCOUNT: Limit = Limit { name: "reset.account", free: 3, window: TimeDelta::hours(1) };
/// Requests for a new password from one address on the network.
pub const RESET_CLIENT: Limit = Limit { name: "reset.client", free: 30, window: TimeDelta::hours(1) };
/// Guesses of the set-up secret.
pub const SETUP: Limit = Limit { name: "setup", free: 20, window: TimeDelta::hours(1) };

/// The longest lock.
pub const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// What an attempt is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    key: Vec<u8>,
    free: i32,
    window: TimeDelta,
}

impl Limit {
    /// Counts by an address typed. Capitals and space around it make no difference.
    #[must_use]
    pub fn by_text(self, keys: &Keys, typed: &str) -> Counter {
        self.counter(keys, &typed.trim().to_lowercase())
    }

    /// Counts by an address on the network; of IPv6 the network (/64), which is what one customer has. Without an address all
    /// are counted as one.
    #[must_use]
    pub fn by_client(self, keys: &Keys, client: Option<IpAddr>) -> Counter {
        let network = match client.map(|ip| ip.to_canonical()) {
            Some(IpAddr::V4(ip)) => ip.to_string(),
            Some(IpAddr::V6(ip)) => format!("{:x?}", &ip.segments()[..4]),
            None => String::new(),
        };
        self.counter(keys, &network)
    }

    fn counter(self, keys: &Keys, value: &str) -> Counter {
        Counter { key: keys.system_hash(self.name, value), free: self.free, window: self.window }
    }
}

/// How long the lock after so many attempts lasts: none while they are free, then 1, 2, 4, 8 and 15 minutes.
#[must_use]
pub fn lock_after(attempts: i32, free: i32) -> TimeDelta {
    match attempts - free {
        over @ 0..=3 => TimeDelta::minutes(1 << over),
        over if over > 3 => LONGEST,
        _ => TimeDelta::zero(),
    }
}

/// Counts an attempt. `Err` inside = it may not be made before that time.
pub async fn attempt(
    pool: &PgPool,
    counter: &Counter,
    now: DateTime<Utc>,
) -> AppResult<Result<(), DateTime<Utc>>> {
    // One transaction: whoever counts the next attempt waits until the lock of this one is written.
    let mut tx = pool.begin().await?;
    let attempts = sqlx::query_scalar!(
        "insert into sys.login_throttle as t (key_hash, failures, first_failure_at) values ($1, 1, $2)
         on conflict (key_hash) do update set
             failures = case when t.first_failure_at < $3 then 1 else t.failures + 1 end,
             first_failure_at = case when t.first_failure_at < $3 then $2 else t.first_failure_at end,
             locked_until = null
         where t.locked_until is null or t.locked_until <= $2
         returning failures",
        counter.key,
        now,
        now - counter.window
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(attempts) = attempts else {
        let until = sqlx::query_scalar!(
            "select locked_until from sys.login_throttle where key_hash = $1",
            counter.key
        )
        .fetch_optional(&mut *tx)
        .await?;
        return Ok(Err(until.flatten().unwrap_or(now + TimeDelta::minutes(1))));
    };
    let lock = lock_after(attempts, counter.free);
    if lock > TimeDelta::zero() {
        sqlx::query!(
            "update sys.login_throttle set locked_until = $2 where key_hash = $1",
            counter.key,
            now + lock
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Takes the count away: the attempt was no guess.
pub async fn forgive(pool: &PgPool, counter: &Counter) -> AppResult<()> {
    sqlx::query!("delete from sys.login_throttle where key_hash = $1", counter.key).execute(pool).await?;
    Ok(())
}

/// Takes back one attempt without forgiving the others: whoever has one account cannot wipe out guesses at another.
pub async fn take_back(pool: &PgPool, counter: &Counter) -> AppResult<()> {
    sqlx::query!(
        "update sys.login_throttle set failures = greatest(failures - 1, 0),
                locked_until = case when failures - 1 < $2 then null else locked_until end
         where key_hash = $1",
        counter.key,
        counter.free
    )
    .execute(pool)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_grows_to_a_quarter_of_an_hour_and_no_further() {
        let minutes: Vec<_> = (1..=12).map(|n| lock_after(n, 5).num_minutes()).collect();
        assert_eq!(minutes, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(lock_after(i32::MAX, 5), LONGEST);
    }
}
