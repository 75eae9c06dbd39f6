//! The overview: what must I do, and by when? Counts are links to exactly the list they count.

mod pages;
mod queries;
mod sides;
mod timeline;

use crate::{auth::permissions::Permission, web::routes::Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/", Permission::Member, pages::show)
}
