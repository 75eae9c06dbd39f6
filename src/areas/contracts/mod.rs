//! Contracts (C08): terms, the dates that follow from them, options and notices as objects with a state, call-offs, links.
//!
//! Every date comes from [`crate::rules::contract_dates`]; [`dates`] feeds it with the register and keeps the copy that lists
//! filter and sort by.

pub mod dates;
mod findings;
mod forms;
mod import;
mod list;
mod model;
mod pages;
mod picture;
mod queries;
mod rows;

use chrono::NaiveDate;
use uuid::Uuid;

pub use findings::findings;
pub use import::ContractList;
pub use list::LIST;
pub use queries::ContractLink;
pub use rows::{ContractRow, list_rows};

use crate::auth::permissions::Permission as P;
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::nav::NavItem;
use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/contracts", P::ContractRead, pages::list)
        .get("/contracts/new", P::ContractWrite, pages::new)
        .get("/contracts/parse", P::ContractWrite, pages::parse)
        .post("/contracts", P::ContractWrite, pages::create)
        .get("/contracts/{id}", P::ContractRead, pages::show)
        .get("/contracts/{id}/details", P::ContractRead, pages::details)
        .get("/contracts/{id}/history", P::ContractRead, pages::history)
        .get("/contracts/{id}/edit", P::ContractWrite, pages::edit)
        .post("/contracts/{id}", P::ContractWrite, pages::update)
        .get("/contracts/{id}/delete", P::ContractWrite, pages::confirm_delete)
        .post("/contracts/{id}/delete", P::ContractWrite, pages::delete)
        .post("/contracts/{id}/review", P::ContractWrite, pages::review)
        .post("/contracts/{id}/notices", P::ContractWrite, pages::create_notice)
        .post("/contracts/{id}/notices/{part}/withdraw", P::ContractWrite, pages::withdraw_notice)
        .post("/contracts/{id}/options/{part}", P::ContractWrite, pages::update_option)
        .post("/contracts/{id}/systems", P::ContractWrite, pages::add_system)
        .post("/contracts/{id}/systems/{part}/remove", P::ContractWrite, pages::remove_system)
        .post("/contracts/{id}/responsible", P::ContractWrite, pages::add_responsible)
        .post("/contracts/{id}/responsible/{part}/end", P::ContractWrite, pages::end_responsible)
}

/// What the user may create here, for the menu "Nytt".
#[must_use]
pub fn create_menu(ctx: &Ctx) -> Vec<NavItem> {
    let may = ctx.can(P::ContractWrite);
    may.then(|| NavItem::new("Avtal", "avtal", ctx.path("contracts/new"))).into_iter().collect()
}

/// A supplier's contracts within reach, those in force first. Their dates are those of the last [`dates::refresh`].
pub async fn list_of_supplier(
    tx: &mut TenantTx,
    supplier: Uuid,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<ContractLink>> {
    queries::list_of_supplier(tx, supplier, scope, today).await
}
