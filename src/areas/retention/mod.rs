//! Retention (C38, rules 8): what is purged when and by whose decision; dry runs, purges and their protocols.
//!
//! Nothing is purged by itself, and nothing without a decision that can be pointed at. A purge removes rows and empties what the
//! history holds of them; the hashes stay, so that the chain still verifies. It cannot be taken back.

mod forms;
mod model;
mod pages;
mod queries;
mod service;

pub use model::{Line, RULES, Rule, Run};
pub use service::{dry_run, findings, purge};

use crate::auth::permissions::Permission as P;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/retention", P::RetentionRead, pages::list)
        .post("/retention/dry-run", P::RetentionWrite, pages::dry_run)
        .post("/retention/purge", P::RetentionWrite, pages::purge)
        .get("/retention/runs/{id}", P::RetentionRead, pages::show)
        .get("/retention/rules/{code}", P::RetentionWrite, pages::edit)
        .post("/retention/rules/{code}", P::RetentionWrite, pages::update)
}

/// A run with its protocol.
pub async fn find_run(tx: &mut TenantTx, id: uuid::Uuid) -> AppResult<Run> {
    queries::list_runs(tx, Some(id), 1).await?.pop().ok_or(AppError::NotFound)
}
