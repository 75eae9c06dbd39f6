//! The area's background jobs.

use serde::{Deserialize, Serialize};

use crate::jobs::{Job, JobCtx, JobError, JobResult, Registry};

/// Kinds and times of the area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new().job::<VerifyHistory>().every_tenant("verify_history", "30 2 * * 0", &VerifyHistory {})
}

/// Checks a municipality's hash chain. A fault makes the job fail, so that whoever runs the service is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct VerifyHistory {}

impl Job for VerifyHistory {
    const KIND: &'static str = "verify_history";
    const LABEL: &'static str = "Kontroll av historikens försegling";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        let faults = super::verify_chain(&mut tx, ctx.clock().now()).await?;
        tx.commit().await?;
        if faults.is_empty() {
            return Ok(());
        }
        Err(JobError::hopeless(
            "Historiken stämmer inte med sin försegling. Öppna händelseloggen och ta kontakt med den som driver tjänsten.",
        ))
    }
}
