//! Jobs: the nightly run of the rules, and the weekly digest by mail (rules 7).

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{digest, queries};
use crate::{
    areas::{settings, users},
    auth::principal,
    error::AppError,
    jobs::{Job, JobCtx, JobError, JobResult, Registry, enqueue_letters},
};

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new()
        .job::<WatchRun>()
        .job::<DigestRun>()
        .job::<DigestMail>()
        .every_tenant("watch_run", "15 4 * * *", &WatchRun {})
        .every_tenant("digest_run", "30 6 * * *", &DigestRun {})
}

/// Runs the rules of a municipality.
#[derive(Debug, Serialize, Deserialize)]
pub struct WatchRun {}

impl Job for WatchRun {
    const KIND: &'static str = "watch_run";
    const LABEL: &'static str = "Bevakning";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        let outcome = super::run(&mut tx, ctx.clock().now(), ctx.clock().today()).await?;
        tx.commit().await?;
        tracing::info!(
            opened = outcome.opened,
            resolved = outcome.resolved,
            open = outcome.open_after,
            "watch run"
        );
        Ok(())
    }
}

/// On the municipality's day for it, queues a digest for every member with something waiting.
#[derive(Debug, Serialize, Deserialize)]
pub struct DigestRun {}

impl Job for DigestRun {
    const KIND: &'static str = "digest_run";
    const LABEL: &'static str = "Veckobrev";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let today = ctx.clock().today();
        let mut tx = ctx.begin().await?;
        if settings::load(&mut tx).await?.digest_weekday != Some(today.weekday()) {
            return Ok(());
        }
        let readers = queries::list_member_ids(&mut tx).await?;
        let letter = |user_id| DigestMail { user_id, day: today };
        enqueue_letters(&mut tx, &readers, (ctx.clock().now(), today), letter).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Mails one member what waits for them.
#[derive(Debug, Serialize, Deserialize)]
pub struct DigestMail {
    user_id: Uuid,
    day: NaiveDate,
}

impl Job for DigestMail {
    const KIND: &'static str = "digest_mail";
    const LABEL: &'static str = "Veckobrev till en mottagare";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        let principal = principal::load(&mut tx, self.user_id, self.day).await?;
        let flags = queries::list_waiting(&mut tx, &principal, self.day, 200, false).await?;
        let to = users::find_addressee(&mut tx, self.user_id).await?;
        tx.commit().await?;
        let (Some(to), false) = (to, flags.is_empty()) else { return Ok(()) };
        let base = format!("{}/{}", ctx.env().base_url, to.slug);
        let mail = digest::compose(&flags, &to.municipality, &base, self.day);
        ctx.env()
            .mailer
            .send(&to.email, &mail.subject, mail.text)
            .await
            .map_err(|e| JobError::Failed(AppError::internal("sending a digest", e)))
    }
}
