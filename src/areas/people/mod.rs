//! Persons, their employments and assignments (uppdrag). Personal data: reading is logged, the personal identity number is
//! encrypted and shown masked (rules 9.5), and nothing of a person with protected identity is shown without the special
//! grant (rules 9.6).
//!
//! For other areas: [`find_holder`] and [`Holders`] (who a cell such as "Lundqvist, Staffan (stalun01)" names), [`shown`]
//! (a person's name as far as the reader may know it), [`list_links`] (the same with the way to the person's page).

mod forms;
mod holders;
mod import;
mod list;
mod model;
mod names;
mod pages;
mod queries;

pub use holders::{Holder, Holders, How, find_holder};
pub use import::{Lengths, StaffSnapshot};
pub(in crate::areas) use import::{hides, is_test_name, login};
pub use names::{PersonLink, list_candidates, list_links};

use crate::{auth::permissions::Permission as P, web::routes::Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/people", P::PersonRead, pages::list::list)
        .get("/people/new", P::PersonWrite, pages::edit::new)
        .post("/people", P::PersonWrite, pages::edit::create)
        .get("/people/{id}", P::PersonRead, pages::show::show)
        .post("/people/{id}/reveal", P::PersonIdRead, pages::show::reveal)
        .get("/people/{id}/history", P::PersonRead, pages::show::history)
        .get("/people/{id}/edit", P::PersonWrite, pages::edit::edit)
        .post("/people/{id}/edit", P::PersonWrite, pages::edit::update)
        .get("/people/{id}/assignments/new", P::PersonWrite, pages::assignment::new)
        .post("/people/{id}/assignments", P::PersonWrite, pages::assignment::create)
        .get("/people/{id}/assignments/{assignment}", P::PersonWrite, pages::assignment::edit)
        .post("/people/{id}/assignments/{assignment}", P::PersonWrite, pages::assignment::update)
        .post("/people/{id}/assignments/{assignment}/delete", P::PersonWrite, pages::assignment::delete)
}

/// What the sealed personal identity number is bound to.
pub(crate) const PERSONAL_ID: &str = "person.personal_id";

/// What stands for a person with protected identity.
pub use super::audit::PROTECTED;

/// A person's name as far as the reader may know it. `sees_protected` = has the grant
/// [`Permission::ProtectedRead`](crate::auth::permissions::Permission::ProtectedRead).
#[must_use]
pub fn shown(name: &str, is_protected: bool, sees_protected: bool) -> &str {
    if is_protected && !sees_protected { PROTECTED } else { name }
}
