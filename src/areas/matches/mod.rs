//! Who has left but still holds a subscription (C20; rules 2): the matching of the register, its cases, the decisions and their
//! proof. It proposes and a human decides; nothing is ended here.

use crate::jobs::Registry;
use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new()
}
