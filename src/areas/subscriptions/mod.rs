//! Mobile subscriptions (C18; F15–F25): the register that the operators' lists make, what belongs to no person, the history of
//! numbers, and the yearly word of each unit on what is in use.

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
