//! The way in and the user's own account: sign-in, links in mail, the first start, name, password and sessions. Nothing here
//! belongs to a municipality. The rules behind are in [`crate::auth`].

mod agent;
mod jobs;
mod pages;
mod queries;
mod slug;

pub use self::{jobs::jobs, slug::slug_fault};
use crate::web::routes::{Open, Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use pages::{home, link, own, password, setup, sign_in};
    Routes::new()
        .open_get("/", Open::Anyone, home::show)
        .open_get("/login", Open::Anyone, sign_in::show)
        .open_post("/login", Open::Anyone, sign_in::create)
        .open_post("/logout", Open::Anyone, sign_in::delete)
        .open_get("/forgot", Open::Anyone, password::forgotten)
        .open_post("/forgot", Open::Anyone, password::send_link)
        .open_get("/reset/{secret}", Open::Anyone, link::show_reset)
        .open_post("/reset/{secret}", Open::Anyone, link::reset)
        .open_get("/invite/{secret}", Open::Anyone, link::show_invitation)
        .open_post("/invite/{secret}", Open::Anyone, link::accept)
        .open_get("/setup", Open::Anyone, setup::show)
        .open_post("/setup", Open::Anyone, setup::create)
        .open_get("/account", Open::SignedIn, own::show)
        .open_post("/account", Open::SignedIn, own::update)
        .open_get("/account/password", Open::SignedIn, password::edit)
        .open_post("/account/password", Open::SignedIn, password::update)
        .open_post("/account/sessions/end-all", Open::SignedIn, own::end_all)
        .open_post("/account/sessions/{id}/end", Open::SignedIn, own::end_one)
}
