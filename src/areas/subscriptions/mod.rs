//! Mobile subscriptions (C18; F15–F25): the register that the operators' lists make, what belongs to no person, the history of
//! numbers, and the yearly word of each unit on what is in use.
//!
//! For other areas: [`early_end`] (what it costs to end before the binding does), [`findings`] for the watch. What a subscription is
//! used for is `rules::subscription_use`, how much of whose it is a reader sees `web::sight`.

mod bulk;
mod findings;
mod forms;
mod import;
mod list;
mod model;
mod pages;
mod queries;

pub use findings::findings;
pub use import::{SubscriptionRow, Subscriptions};
pub use list::LIST;
pub use model::{CHANGES, STATUSES, early_end};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    web::{ctx::Ctx, nav::NavItem, page::Link, routes::Routes},
};

/// The lists that a file became, one for each series that it covers.
pub async fn lists_of_run(ctx: &Ctx, tx: &mut TenantTx, run_id: Uuid) -> AppResult<Vec<Link>> {
    let lists = queries::lists::list_of_run(tx, run_id).await?;
    Ok(lists
        .into_iter()
        .map(|(id, operator, series, taken_on)| Link {
            label: [operator, series, taken_on.to_string()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            href: ctx.path(format!("subscriptions/lists/{id}")),
        })
        .collect())
}

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use pages::{delete, edit, inventory, list, lists, operators, show};
    Routes::new()
        .get("/subscriptions", P::SubscriptionRead, list::list)
        .post("/subscriptions/bulk", P::SubscriptionWrite, list::bulk)
        .get("/subscriptions/new", P::SubscriptionWrite, edit::new)
        .post("/subscriptions", P::SubscriptionWrite, edit::create)
        .get("/subscriptions/operators", P::SubscriptionRead, operators::list)
        .get("/subscriptions/operators/new", P::SubscriptionWrite, operators::new)
        .post("/subscriptions/operators", P::SubscriptionWrite, operators::create)
        .get("/subscriptions/operators/{id}", P::SubscriptionRead, operators::show)
        .post("/subscriptions/operators/{id}", P::SubscriptionWrite, operators::update)
        .get("/subscriptions/lists", P::SubscriptionRead, lists::list)
        .get("/subscriptions/lists/{id}", P::SubscriptionRead, lists::show)
        .get("/subscriptions/inventory", P::SubscriptionRead, inventory::progress)
        .get("/subscriptions/inventory/{unit}", P::SubscriptionRead, inventory::show)
        .post("/subscriptions/inventory/{unit}", P::SubscriptionConfirm, inventory::update)
        .get("/subscriptions/{id}", P::SubscriptionRead, show::show)
        .post("/subscriptions/{id}/reveal", P::SubscriptionWrite, show::reveal)
        .get("/subscriptions/{id}/history", P::SubscriptionRead, show::history)
        .get("/subscriptions/{id}/edit", P::SubscriptionWrite, edit::edit)
        .post("/subscriptions/{id}/edit", P::SubscriptionWrite, edit::update)
        .get("/subscriptions/{id}/delete", P::SubscriptionWrite, delete::confirm)
        .post("/subscriptions/{id}/delete", P::SubscriptionWrite, delete::delete)
}

/// What the user may create here, for the menu "Nytt".
#[must_use]
pub fn create_menu(ctx: &Ctx) -> Vec<NavItem> {
    let may = ctx.can(P::SubscriptionWrite);
    may.then(|| NavItem::new("Abonnemang", "mobil", ctx.path("subscriptions/new"))).into_iter().collect()
}

/// After a change by hand: what is worked out from the register is brought up to date in the same transaction, so that nobody sees
/// a subscription before it is known whether its holder is protected.
async fn settle(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<()> {
    super::after_import(tx, "subscriptions", now, today).await
}
