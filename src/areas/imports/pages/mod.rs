//! The pages of imports: the list, upload, mapping, preview, receipt.

mod list;
mod mapping;
mod rows;
mod show;
mod upload;

pub use list::list;
pub use mapping::{edit, update};
pub use rows::refused;
pub use show::{discard, show, take_in};
pub use upload::{create, new};

use axum::response::Response;
use uuid::Uuid;

use super::flow::{self, Surroundings};
use super::kinds::{Kind, Kinds};
use super::model::{Run, State};
use super::{jobs, queries};
use crate::areas::import_kinds;
use crate::areas::people::ProtectedMask;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::jobs::enqueue;
use crate::web::ctx::Ctx;
use crate::web::page_parts::Step;

/// Files with more rows than this are worked on by a job, which people may leave.
const AT_ONCE: i32 = 2_000;

/// The steps of an import.
const STEPS: [&str; 4] = ["Välj fil", "Para ihop kolumner", "Kontrollera", "Läs in"];

fn steps(current: usize, run: Option<(&Ctx, &Run)>) -> Vec<Step> {
    let mut steps = Step::list(&STEPS, current);
    if let Some((ctx, run)) = run
        && current >= 2
        && run.state != State::TakenIn
        && let Some(step) = steps.get_mut(1)
    {
        step.href = Some(ctx.path(format!("imports/{}/mapping", run.id)));
    }
    steps
}

fn around(ctx: &Ctx) -> Surroundings {
    Surroundings { kinds: import_kinds(), keys: ctx.app.keys().clone(), today: ctx.today(), now: ctx.now() }
}

/// The kinds that the user may take in, on some unit at least.
fn allowed(ctx: &Ctx) -> Kinds {
    import_kinds().only(|kind| ctx.can(kind.permission))
}

fn codes(kinds: &Kinds) -> Vec<String> {
    kinds.iter().map(|kind| kind.code().to_owned()).collect()
}

/// Whether the user may take in a list of a unit (or of the whole municipality).
fn reaches(ctx: &Ctx, kind: &Kind, unit: Option<Uuid>) -> bool {
    ctx.scope_for(kind.permission).reaches_unit(unit)
}

/// Who sent a file and what the sender called it may name a person with protected identity (rules 9.6): for pages alone, the run
/// keeps its name.
async fn cover_names(ctx: &Ctx, tx: &mut TenantTx, runs: &mut [Run]) -> AppResult<()> {
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    for run in runs {
        for text in [&mut run.file_name, &mut run.actor].into_iter().chain(&mut run.taken_in_by) {
            mask.cover_in(text);
        }
    }
    Ok(())
}

/// A run that the user may see.
async fn load(tx: &mut TenantTx, ctx: &Ctx, id: Uuid) -> AppResult<(Run, Kind)> {
    let kinds = allowed(ctx);
    let run = queries::find_run(tx, id, &codes(&kinds)).await?.ok_or(AppError::NotFound)?;
    let kind =
        kinds.find(&run.kind).filter(|kind| reaches(ctx, kind, run.unit_id)).ok_or(AppError::NotFound)?;
    Ok((run, kind))
}

/// Checks a run: at once when it is short, else by a job.
async fn check(ctx: &Ctx, tx: &mut TenantTx, id: Uuid, rows: i32) -> AppResult<()> {
    if rows > AT_ONCE {
        queries::update_state(tx, id, State::Checking, "").await?;
        enqueue(tx, &jobs::ImportCheck { run_id: id }, ctx.now()).await?;
        return Ok(());
    }
    let (run, _) = load(tx, ctx, id).await?;
    let trial = ctx.begin().await?;
    flow::check(trial, tx, &run, &around(ctx)).await
}

/// On to a run's page.
fn to_run(ctx: &Ctx, id: Uuid) -> Response {
    ctx.go(format!("imports/{id}"))
}
