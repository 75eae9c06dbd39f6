//! The platform's own jobs: sealing the history, making room for the months to come, and throwing away what has had its time.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Job, JobCtx, JobResult, Registry};
use crate::auth::session;

/// Rows sealed in one transaction: while it runs, the municipality's writers wait.
const SEAL_BATCH: i64 = 20_000;
/// Months of history that there is always room for ahead.
const MONTHS_AHEAD: i32 = 12;

/// Kinds and times of the platform's own jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new()
        .job::<SealHistory>()
        .job::<EnsurePartitions>()
        .job::<Purge>()
        .every_tenant("seal_history", "10 1 * * *", &SealHistory {})
        .once("ensure_partitions", "20 0 * * *", &EnsurePartitions {})
        .once("purge", "40 0 * * *", &Purge {})
}

/// Seals a municipality's history in its hash chain (`docs/architecture.md`, idea 2).
#[derive(Debug, Serialize, Deserialize)]
pub struct SealHistory {}

impl Job for SealHistory {
    const KIND: &'static str = "seal_history";
    const LABEL: &'static str = "Försegling av historiken";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        loop {
            let mut tx = ctx.begin().await?;
            let sealed = sqlx::query_scalar!(r#"select app.seal_history($1) as "n!""#, SEAL_BATCH)
                .fetch_one(&mut *tx)
                .await?;
            tx.commit().await?;
            if sealed < SEAL_BATCH {
                return Ok(());
            }
            if ctx.is_stopping() {
                return Err(super::JobError::Stopping);
            }
        }
    }
}

/// Makes the history's partitions for the months to come.
#[derive(Debug, Serialize, Deserialize)]
pub struct EnsurePartitions {}

impl Job for EnsurePartitions {
    const KIND: &'static str = "ensure_partitions";
    const LABEL: &'static str = "Plats för historiken";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        sqlx::query!("select app.ensure_history_partitions($1, $2)", ctx.clock().today(), MONTHS_AHEAD)
            .execute(ctx.env().system.pool())
            .await?;
        Ok(())
    }
}

/// Throws away sessions, links and counters that have had their time, and the receipts of old jobs (`docs/rules.md` 8:
/// sessions, sign-in attempts and notices 6–12 months at the most).
#[derive(Debug, Serialize, Deserialize)]
pub struct Purge {}

impl Job for Purge {
    const KIND: &'static str = "purge";
    const LABEL: &'static str = "Utrensning av gamla sessioner";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let now = ctx.clock().now();
        let pool = ctx.env().system.pool();
        sqlx::query!(
            "delete from sys.session where expires_at < $1 or last_seen_at < $2",
            now,
            now - session::IDLE
        )
        .execute(pool)
        .await?;
        sqlx::query!(
            "delete from sys.auth_token where coalesce(used_at, expires_at) < $1 and kind <> 'calendar'",
            now - TimeDelta::days(30)
        )
        .execute(pool)
        .await?;
        sqlx::query!(
            "delete from sys.login_throttle where first_failure_at < $1 and coalesce(locked_until, $2) <= $2",
            now - TimeDelta::days(1),
            now
        )
        .execute(pool)
        .await?;
        sqlx::query!(
            "delete from sys.job where (state = 'done' and finished_at < $1) or (state = 'failed' and finished_at < $2)",
            now - TimeDelta::days(90),
            now - TimeDelta::days(365)
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}
