//! Systems (C02–C04, C06): the register of IT systems, who answers for them, how they are classified, which units use
//! them, and which rows of the units' lists are one and the same.
//!
//! | I look for … | It is in … |
//! |---|---|
//! | what a system is | [`model`] |
//! | a page | `pages/` |
//! | how a form is read | [`forms`] |
//! | which systems may be the same | [`same`] |

mod bulk;
mod facts;
pub mod find;
mod forms;
mod import;
pub mod keys;
pub mod list;
mod merge;
pub mod model;
pub mod named;
mod pages;
mod queries;
mod rows;
pub mod same;
mod suppliers;
mod units;

pub use find::SystemNames;
pub use import::Systems;
pub use rows::{SystemRow, list_rows};

use crate::{auth::permissions::Permission as P, web::routes::Routes};

/// What stands for the name of a person whose identity is protected (rules 9.6).
const PROTECTED: &str = "Skyddad uppgift";

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/systems", P::SystemRead, pages::list::list)
        .post("/systems/bulk", P::SystemWrite, pages::list::bulk)
        .get("/systems/same", P::SystemMerge, pages::same::list)
        .get("/systems/same/compare", P::SystemMerge, pages::same::compare)
        .post("/systems/same/preview", P::SystemMerge, pages::same::preview)
        .post("/systems/same/merge", P::SystemMerge, pages::same::merge)
        .post("/systems/same/later", P::SystemMerge, pages::same::later)
        .post("/systems/same/reject", P::SystemMerge, pages::same::reject)
        .post("/systems/same/{id}/reopen", P::SystemMerge, pages::same::reopen)
        .get("/systems/new", P::SystemWrite, pages::edit::new)
        .post("/systems", P::SystemWrite, pages::edit::create)
        .get("/systems/{id}", P::SystemRead, pages::show::show)
        .get("/systems/{id}/edit", P::SystemWrite, pages::edit::edit)
        .post("/systems/{id}/edit", P::SystemWrite, pages::edit::update)
        .get("/systems/{id}/phase", P::SystemWrite, pages::phase::edit)
        .post("/systems/{id}/phase", P::SystemWrite, pages::phase::update)
        .get("/systems/{id}/roles", P::SystemRead, pages::roles::show)
        .post("/systems/{id}/roles", P::SystemWrite, pages::roles::assign)
        .get("/systems/{id}/roles/{role}", P::SystemWrite, pages::roles::edit)
        .post("/systems/{id}/roles/{role}", P::SystemWrite, pages::roles::update)
        .post("/systems/{id}/roles/{role}/delete", P::SystemWrite, pages::roles::remove)
        .get("/systems/{id}/contracts", P::SystemRead, pages::show::contracts)
        .get("/systems/{id}/classification", P::SystemRead, pages::classification::show)
        .post("/systems/{id}/classification", P::ClassificationWrite, pages::classification::update)
        .get("/systems/{id}/units", P::SystemRead, pages::units::show)
        .post("/systems/{id}/units", P::SystemWrite, pages::units::add)
        .post("/systems/{id}/units/{link}/delete", P::SystemWrite, pages::units::remove)
        .get("/systems/{id}/aliases", P::SystemRead, pages::aliases::show)
        .post("/systems/{id}/aliases", P::SystemWrite, pages::aliases::add)
        .post("/systems/{id}/aliases/{alias}/delete", P::SystemWrite, pages::aliases::remove)
        .get("/systems/{id}/history", P::SystemRead, pages::show::history)
        .get("/systems/{id}/secret", P::SystemSecretRead, pages::secret::show)
        .post("/systems/{id}/secret", P::SystemSecretWrite, pages::secret::update)
        .get("/systems/{id}/delete", P::SystemWrite, pages::delete::confirm)
        .post("/systems/{id}/delete", P::SystemWrite, pages::delete::delete)
}
