//! Persons, their employments and assignments (uppdrag). Personal data: reading is logged, the personal identity number is
//! encrypted and shown masked (rules 9.5), and nothing of a person with protected identity is shown without the special
//! grant (rules 9.6).
//!
//! For other areas: [`find_holder`] and [`Holders`] (who a cell such as "Lundqvist, Staffan (stalun01)" names), [`shown`]
//! (a person's name as far as the reader may know it), [`list_links`] (the same with the way to the person's page),
//! [`ProtectedMask`] (whether a text names somebody with protected identity).

mod forms;
mod holders;
mod import;
mod list;
mod model;
mod names;
mod pages;
pub mod protected;
mod queries;

pub use holders::{Holder, Holders, How, find_holder};
pub use import::{Lengths, StaffSnapshot};
pub(in crate::areas) use import::{hides, is_test_name, login};
pub use names::{PersonLink, list_candidates, list_links};
pub use protected::ProtectedMask;

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
        // What is shown and may be done is decided by the reach to each system, contract and unit.
        .get("/people/{id}/handover", P::Member, pages::handover::show)
        .post("/people/{id}/handover", P::Member, pages::handover::hand_over)
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

/// Which of these employee numbers are of persons without protected identity only.
pub async fn list_open_numbers(
    tx: &mut crate::db::tenant::TenantTx,
    numbers: &[String],
) -> crate::error::AppResult<Vec<String>> {
    queries::list_open_numbers(tx, numbers).await
}

/// Which of these persons have protected identity.
pub async fn list_protected_among(
    tx: &mut crate::db::tenant::TenantTx,
    ids: &[uuid::Uuid],
) -> crate::error::AppResult<Vec<uuid::Uuid>> {
    queries::list_protected_among(tx, ids).await
}

/// The last day of those of the persons who leave, by the lists of leavers.
pub async fn list_leaving(
    tx: &mut crate::db::tenant::TenantTx,
    persons: &[uuid::Uuid],
) -> crate::error::AppResult<std::collections::HashMap<uuid::Uuid, chrono::NaiveDate>> {
    queries::list_leaving(tx, persons).await
}

/// Persons who leave and hold a role on an object, or head it: whose handover is due. None with protected identity.
pub async fn list_leaving_holders(
    tx: &mut crate::db::tenant::TenantTx,
    object: uuid::Uuid,
    today: chrono::NaiveDate,
) -> crate::error::AppResult<Vec<uuid::Uuid>> {
    queries::list_leaving_holders(tx, object, today).await
}
