//! Jobs: the nightly matching, before the watch looks at its outcome (rules 7).

use serde::{Deserialize, Serialize};

use super::refresh;
use crate::jobs::{Job, JobCtx, JobResult, Registry};

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new().job::<MatchRun>().every_tenant("match_run", "0 4 * * *", &MatchRun {})
}

/// Matches the register anew: what was planned yesterday may be due today.
#[derive(Debug, Serialize, Deserialize)]
pub struct MatchRun {}

impl Job for MatchRun {
    const KIND: &'static str = "match_run";
    const LABEL: &'static str = "Matchning av avslutade anställda";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        refresh::run(&mut tx, ctx.clock().now(), ctx.clock().today()).await?;
        tx.commit().await?;
        Ok(())
    }
}
