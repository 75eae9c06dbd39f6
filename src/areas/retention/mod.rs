//! Retention (rules 8): what is purged when, by whose decision; dry runs, purges and their protocols.

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
