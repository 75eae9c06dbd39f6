//! Lists of those whose employment ends (C19; F19, F20, F27): HR's page of months and senders, the lists' rows and what they turn
//! out to mean, corrections, and how well the routine is kept. HR sees people here, and not what they hold.
//!
//! A list is of a [`model::Sender`] and a month. When it is due and where it stands is `rules::leaver_months`; what a row means is
//! `rules::leaver_matching`, worked out by `areas::matches`. Whoever sees counts ([`P::LeaverCounts`]) sees that lists came and what
//! became of them; names are for [`P::LeaverRows`] (HR, and a manager for the own staff), within its reach, and nobody's who is
//! protected (rules 9.6). Only HR corrects anything.

pub mod calendar;
mod command;
pub mod events;
mod findings;
mod import;
pub mod jobs;
mod list;
pub mod model;
mod pages;
mod queries;
mod rows;
pub mod unsolved;

pub use calendar::Calendar;
pub use command::{Told, set_reasons};
pub use findings::findings;
pub use import::Leavers;
pub use jobs::jobs;
pub use model::Answered;
pub use rows::list_rows;

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    web::{ctx::Ctx, format::month_words, page::Link, routes::Routes},
};

/// What HR has said last of those of the persons who are or were gone from the staff register. Whom the reader may know of is the
/// caller's to say.
pub async fn list_answers_of(tx: &mut TenantTx, persons: &[Uuid]) -> AppResult<HashMap<Uuid, Answered>> {
    let answers = queries::read::list_answers_of(tx, persons).await?;
    Ok(answers.into_iter().map(|answer| (answer.person_id, answer)).collect())
}

/// The lists that a file became, one for each month in it.
pub async fn lists_of_run(ctx: &Ctx, tx: &mut TenantTx, run_id: Uuid) -> AppResult<Vec<Link>> {
    let lists = queries::read::list_lists_of_run(tx, run_id).await?;
    Ok(lists
        .into_iter()
        .map(|(id, sender, month)| Link {
            label: format!("{sender}, {}", month_words(month)),
            href: ctx.path(format!("leavers/lists/{id}")),
        })
        .collect())
}

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use pages::{calendar, lists, missing, nobody, rows, senders};
    Routes::new()
        .get("/leavers", P::LeaverCounts, calendar::list)
        .get("/leavers/rows", P::LeaverRows, lists::all)
        .get("/leavers/missing", P::LeaverUpload, missing::list)
        .get("/leavers/missing/{id}", P::LeaverUpload, missing::edit)
        .post("/leavers/missing/{id}", P::LeaverUpload, missing::answer)
        .get("/leavers/senders/new", P::LeaverUpload, senders::new)
        .post("/leavers/senders", P::LeaverUpload, senders::create)
        .get("/leavers/senders/{id}", P::LeaverUpload, senders::show)
        .post("/leavers/senders/{id}", P::LeaverUpload, senders::update)
        .get("/leavers/senders/{id}/nobody", P::LeaverUpload, nobody::confirm)
        .post("/leavers/senders/{id}/nobody", P::LeaverUpload, nobody::create)
        .get("/leavers/lists/{id}", P::LeaverCounts, lists::show)
        .get("/leavers/lists/{id}/withdraw", P::LeaverUpload, lists::confirm_withdraw)
        .post("/leavers/lists/{id}/withdraw", P::LeaverUpload, lists::withdraw)
        .get("/leavers/rows/{id}", P::LeaverRows, rows::show)
        .post("/leavers/rows/{id}/withdraw", P::LeaverUpload, rows::withdraw)
        .post("/leavers/rows/{id}/restore", P::LeaverUpload, rows::restore)
}
