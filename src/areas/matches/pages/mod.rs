//! The area's pages: the worklist, a case, deciding one or several, questions to managers.

pub mod bulk;
pub mod decide;
pub mod evidence;
pub mod list;
pub mod questions;
pub mod show;

use super::queries::FullCase;
use crate::areas::people;
use crate::auth::permissions::Permission;
use crate::rules::masking;
use crate::rules::phone::Phone;
use crate::web::ctx::Ctx;

/// What the reader may know of those whom cases are about.
#[derive(Clone, Copy, Debug)]
pub struct Sees {
    /// Names and numbers in full; else masked (rules 4.2, "M").
    pub names: bool,
    /// Persons with protected identity (rules 9.6).
    pub protected: bool,
}

impl Sees {
    /// What the user may know.
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        Self { names: ctx.can(Permission::HolderNames), protected: ctx.can(Permission::ProtectedRead) }
    }

    /// A name as far as it may be known.
    #[must_use]
    pub fn name(self, text: &str, is_protected: bool) -> String {
        match (is_protected && !self.protected, self.names) {
            (true, _) => people::PROTECTED.to_owned(),
            (false, true) => text.to_owned(),
            (false, false) => masking::name(text),
        }
    }

    /// A number as far as it may be known.
    #[must_use]
    pub fn number(self, text: &str, is_protected: bool) -> String {
        match (is_protected && !self.protected, self.names) {
            (true, _) => people::PROTECTED.to_owned(),
            (false, true) => Phone::parse(text).map_or_else(|_| text.to_owned(), |p| p.display()),
            (false, false) => masking::number(text),
        }
    }

    /// Anything else that points a person out: whole or nothing.
    #[must_use]
    pub fn text(self, text: &str, is_protected: bool) -> String {
        match (is_protected && !self.protected, self.names) {
            (true, _) => people::PROTECTED.to_owned(),
            (false, true) => text.to_owned(),
            (false, false) if text.is_empty() => String::new(),
            (false, false) => "•••".to_owned(),
        }
    }

    /// The heading of a case: the holder as on the operator's list.
    #[must_use]
    pub fn title(self, case: &FullCase) -> String {
        match self.name(&case.holder, case.is_protected) {
            name if name.is_empty() => "Abonnemang utan namn".to_owned(),
            name => name,
        }
    }
}
