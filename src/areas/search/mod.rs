//! Search in the whole register: systems, contracts, suppliers, units, subscriptions and persons, as far as the user may see them.

mod pages;
mod queries;

use crate::{auth::permissions::Permission, web::routes::Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/search", Permission::Member, pages::show)
}
