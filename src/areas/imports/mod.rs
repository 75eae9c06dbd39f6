//! Taking in files (C49): upload, kind, mapping, preview, receipt, undo; the same five steps for every kind.
//!
//! An area that takes in a kind of file implements [`ImportKind`] and adds it to `areas::import_kinds()`.

pub mod as_of;
pub mod command;
mod cover;
pub mod file_names;
pub mod flow;
pub mod headings;
mod jobs;
pub mod kind;
mod kinds;
pub mod model;
mod pages;
pub mod plan;
mod queries;

use uuid::Uuid;

pub use kind::{Asks, Became, ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn};
pub use kinds::{Kind, Kinds, Prepared, Report, RowOutcome, RowReport};
pub use queries::Source;

use crate::auth::permissions::Permission as P;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::routes::Routes;

pub use jobs::jobs;

/// The area's routes. Each handler asks besides for the right of the file's kind.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/imports", P::ImportRead, pages::list)
        .get("/imports/new", P::ImportRead, pages::new)
        .post("/imports", P::ImportRead, pages::create)
        .get("/imports/{id}", P::ImportRead, pages::show)
        .get("/imports/{id}/mapping", P::ImportRead, pages::edit)
        .post("/imports/{id}/mapping", P::ImportRead, pages::update)
        .post("/imports/{id}/take-in", P::ImportRead, pages::take_in)
        .post("/imports/{id}/discard", P::ImportRead, pages::discard)
        .get("/imports/{id}/refused", P::ImportRead, pages::refused)
}

/// The unit of a code.
pub async fn find_unit(tx: &mut TenantTx, code: &str) -> AppResult<Option<Uuid>> {
    queries::find_unit(tx, code).await
}

/// The latest file and row that each object of the register came from; objects that came from no file are left out.
pub async fn sources_of(tx: &mut TenantTx, objects: &[Uuid]) -> AppResult<Vec<Source>> {
    queries::list_sources_of(tx, objects).await
}
