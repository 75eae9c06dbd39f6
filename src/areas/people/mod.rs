//! Persons, their employments and assignments (uppdrag). Personal data: reading is logged, the personal identity number is
//! encrypted and shown masked (rules 9.5), and nothing of a person with protected identity is shown without the special
//! grant (rules 9.6).
//!
//! For other areas: [`find_holder`] and [`Holders`] (who a cell such as "Lundqvist, Staffan (stalun01)" names), [`shown`]
//! (a person's name as far as the reader may know it), [`list_links`] (the same with the way to the person's page).

mod holders;
mod import;
mod names;
mod queries;

pub use holders::{Holder, Holders, How, find_holder};
pub use import::{Lengths, StaffSnapshot};
pub use names::{PersonLink, list_candidates, list_links};

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
