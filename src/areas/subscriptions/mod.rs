//! Mobile subscriptions (C18; F15–F25): the register that the operators' lists make, what belongs to no person, the history of
//! numbers, and the yearly word of each unit on what is in use.

mod import;
mod model;
mod queries;

pub use import::{SubscriptionRow, Subscriptions};

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
