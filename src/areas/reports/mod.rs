//! Reports (`docs/reports.md`): figures that lead to their rows, on paper, on the screen and as files.

use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}
