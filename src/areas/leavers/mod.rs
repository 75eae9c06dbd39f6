//! Lists of those whose employment ends (C19; F19, F20, F27): HR's page of months and senders, the lists' rows and what they turn
//! out to mean, corrections, and how well the routine is kept. HR sees people here, and not what they hold.

pub mod events;
mod import;
mod queries;

pub use import::Leavers;

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
