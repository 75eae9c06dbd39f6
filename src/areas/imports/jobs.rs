//! Long imports as jobs: checking and taking in, which people may leave and come back to; and the clearing out of files
//! that were sent and never taken in.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::flow::{self, Surroundings};
use super::model::{Run, State};
use super::queries;
use crate::error::AppError;
use crate::jobs::{Job, JobCtx, JobError, JobResult, Registry};

/// Files that were sent and never taken in are kept this long.
const ABANDONED_AFTER: TimeDelta = TimeDelta::days(14);

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new().job::<ImportCheck>().job::<ImportTakeIn>().job::<ImportCleanup>().every_tenant(
        "import_cleanup",
        "45 3 * * *",
        &ImportCleanup {},
    )
}

fn around(ctx: &JobCtx) -> Surroundings {
    Surroundings {
        kinds: crate::areas::import_kinds(),
        keys: ctx.env().keys.clone(),
        today: ctx.clock().today(),
        now: ctx.clock().now(),
    }
}

async fn find(ctx: &JobCtx, run_id: Uuid, around: &Surroundings) -> Result<Option<Run>, JobError> {
    let kinds: Vec<String> = around.kinds.iter().map(|kind| kind.code().to_owned()).collect();
    let mut tx = ctx.begin().await?;
    let run = queries::find_run(&mut tx, run_id, &kinds).await?;
    tx.rollback().await?;
    Ok(run)
}

/// What failed for good is said on the run's own page; everything else is tried again.
async fn fail(ctx: &JobCtx, run_id: Uuid, error: AppError) -> JobResult {
    let AppError::Rejected(text) = error else { return Err(error.into()) };
    let mut tx = ctx.begin().await?;
    queries::update_state(&mut tx, run_id, State::Failed, &text).await?;
    tx.commit().await?;
    Ok(())
}

/// Checks the rows of a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportCheck {
    /// The run.
    pub run_id: Uuid,
}

impl Job for ImportCheck {
    const KIND: &'static str = "import_check";
    const LABEL: &'static str = "Kontroll av fil";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let around = around(ctx);
        let Some(run) = find(ctx, self.run_id, &around).await?.filter(|run| run.state == State::Checking)
        else {
            return Ok(());
        };
        ctx.progress(0, u64::try_from(run.counts.read).unwrap_or(0), "Kontrollerar rader").await?;
        let trial = ctx.begin().await?;
        let mut then = ctx.begin().await?;
        match flow::check(trial, &mut then, &run, &around).await {
            Ok(()) => Ok(then.commit().await?),
            Err(error) => {
                then.rollback().await?;
                fail(ctx, run.id, error).await
            }
        }
    }
}

/// Takes the rows of a file in.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportTakeIn {
    /// The run.
    pub run_id: Uuid,
}

impl Job for ImportTakeIn {
    const KIND: &'static str = "import_take_in";
    const LABEL: &'static str = "Inläsning av fil";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let around = around(ctx);
        let Some(run) = find(ctx, self.run_id, &around).await?.filter(|run| run.state == State::TakingIn)
        else {
            return Ok(());
        };
        ctx.progress(0, u64::try_from(run.counts.read).unwrap_or(0), "Läser in rader").await?;
        let mut tx = ctx.begin().await?;
        match flow::take_in_run(&mut tx, &run, &around).await {
            Ok(_) => Ok(tx.commit().await?),
            Err(error) => {
                tx.rollback().await?;
                fail(ctx, run.id, error).await
            }
        }
    }
}

/// Throws away files that were sent and never taken in.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportCleanup {}

impl Job for ImportCleanup {
    const KIND: &'static str = "import_cleanup";
    const LABEL: &'static str = "Rensning av filer som inte lästes in";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        for run in queries::list_abandoned(&mut tx, ctx.clock().now() - ABANDONED_AFTER).await? {
            queries::delete_run(&mut tx, run).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
