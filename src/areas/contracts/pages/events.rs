//! What is recorded on a contract as time passes: notices, options, what has been checked.

use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::frame;
use super::show::{Typed, overview};
use crate::areas::contracts::dates;
use crate::areas::contracts::forms::{NoticeForm, OptionForm};
use crate::areas::contracts::model::OptionRow;
use crate::areas::contracts::queries;
use crate::areas::watch;
use crate::error::{AppError, AppResult};
use crate::rules::contract_dates::StepState;
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Path};
use crate::web::page::Flash;

/// Records a notice that has been received.
pub async fn create_notice(ctx: Ctx, Id(id): Id, Form(raw): Form<NoticeForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, id).await?;
    let notice = match raw.read(id, ctx.today()) {
        Ok(notice) => notice,
        Err(faults) => {
            tx.rollback().await?;
            return overview(&ctx, id, Typed { notice: raw, faults, ..Typed::default() }).await;
        }
    };
    queries::insert_notice(&mut tx, &notice).await?;
    let after = dates::evaluate_one(&mut tx, contract, ctx.today()).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let flash = if after.evaluation.late_notice.is_some() {
        Flash::warning(format!(
            "Uppsägningen är registrerad, men kom för sent. {}",
            after.evaluation.if_nobody_acts
        ))
    } else {
        Flash::success(format!("Uppsägningen är registrerad. {}", after.evaluation.if_nobody_acts))
    };
    Ok(ctx.redirect(format!("contracts/{id}"), &flash))
}

/// A contract and something of it.
#[derive(Debug, Deserialize)]
pub struct Part {
    id: Uuid,
    part: Uuid,
}

/// Takes a notice back.
pub async fn withdraw_notice(ctx: Ctx, Path(path): Path<Part>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::load_to_write(&ctx, &mut tx, path.id).await?;
    if !queries::update_withdrawn(&mut tx, path.id, path.part, ctx.today()).await? {
        return Err(AppError::NotFound);
    }
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("contracts/{}", path.id), &Flash::success("Uppsägningen är återtagen.")))
}

/// Records what has been done with a step of an option.
pub async fn update_option(
    ctx: Ctx,
    Path(path): Path<Part>,
    Form(raw): Form<OptionForm>,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, path.id).await?;
    let steps = queries::list_options_of(&mut tx, path.id).await?;
    let at = steps.iter().position(|step| step.id == path.part).ok_or(AppError::NotFound)?;
    let before = dates::evaluate_one(&mut tx, contract.clone(), ctx.today()).await?;
    let dates_of = before.evaluation.option_steps.get(at).ok_or_else(|| {
        AppError::rejected("Avtalet förlängs inte med optioner. Ändra det under Vad som händer vid slutet.")
    })?;
    let earlier_used = steps.iter().take(at).all(|step| step.step_state() == StepState::Exercised);
    let step = steps.get(at).ok_or(AppError::NotFound)?;
    let changed = match raw.read(step, dates_of, earlier_used, ctx.today()) {
        Ok(step) => step,
        Err(faults) => {
            tx.rollback().await?;
            return overview(
                &ctx,
                path.id,
                Typed { option: Some((path.part, raw)), faults, ..Typed::default() },
            )
            .await;
        }
    };
    let all: Vec<OptionRow> =
        steps.iter().map(|step| if step.id == changed.id { changed.clone() } else { step.clone() }).collect();
    queries::replace_options(&mut tx, path.id, &all).await?;
    let after = dates::evaluate_one(&mut tx, contract, ctx.today()).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let text = format!("Optionen är uppdaterad. {}", after.evaluation.if_nobody_acts);
    Ok(ctx.redirect(format!("contracts/{}", path.id), &Flash::success(text)))
}

/// What has been checked: one field, or all of them.
#[derive(Debug, Default, Deserialize)]
pub struct ReviewForm {
    #[serde(default)]
    field: String,
}

/// Notes that a person has checked what was read with doubt.
pub async fn review(ctx: Ctx, Id(id): Id, Form(raw): Form<ReviewForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let contract = frame::load_to_write(&ctx, &mut tx, id).await?;
    let left: Vec<_> = contract
        .reviews()
        .into_iter()
        .filter(|review| !raw.field.is_empty() && review.field != raw.field)
        .collect();
    queries::update_review(&mut tx, id, &serde_json::to_value(&left)?, ctx.now()).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let text =
        if left.is_empty() { "Allt i avtalet är kontrollerat." } else { "Uppgiften är kontrollerad." };
    Ok(ctx.redirect(format!("contracts/{id}"), &Flash::success(text)))
}
