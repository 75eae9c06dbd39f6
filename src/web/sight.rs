//! How much of whose something is a reader sees (rules 4.2 and 9.6): in full, masked, or "Skyddad uppgift".
//!
//! The grant for persons with protected identity lifts the protection and gives no need to know: whoever sees holders masked sees a
//! protected one masked too, never in full. Pages ask [`Sees::sight`]; a list's SELECT says the same with `{names}` and `{protected}`:
//! `{names} and ({protected} or not is_protected)` is in full, `is_protected and not {protected}` is hidden.

use crate::areas::people::PROTECTED;
use crate::auth::permissions::Permission;
use crate::rules::{masking, phone};
use crate::web::ctx::Ctx;

/// How much of whose something is a reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Name and number.
    Full,
    /// Initials, and the ends of the number.
    Masked,
    /// That there is something, and nothing of whose.
    Hidden,
}

impl Sight {
    /// A name.
    #[must_use]
    pub fn name(self, text: &str) -> String {
        match self {
            Self::Full => text.to_owned(),
            Self::Masked => masking::name(text),
            Self::Hidden => PROTECTED.to_owned(),
        }
    }

    /// A number, written as people read it.
    #[must_use]
    pub fn number(self, e164: &str) -> String {
        match self {
            Self::Full => phone::shown(e164),
            Self::Masked => masking::number(e164),
            Self::Hidden => PROTECTED.to_owned(),
        }
    }

    /// Anything else that points a person out: whole or nothing.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Full => text.to_owned(),
            Self::Masked if text.is_empty() => String::new(),
            Self::Masked => "•••".to_owned(),
            Self::Hidden => PROTECTED.to_owned(),
        }
    }

    /// What tells whose it is without naming anybody: a cost centre, a reference.
    #[must_use]
    pub fn detail(self, text: &str) -> String {
        if self == Self::Full { text.to_owned() } else { String::new() }
    }
}

/// What the reader may know of those whom things are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// How much of one of them: nothing of a protected one without the grant, else what is seen of anybody.
    #[must_use]
    pub fn sight(self, is_protected: bool) -> Sight {
        match (is_protected && !self.protected, self.names) {
            (true, _) => Sight::Hidden,
            (false, true) => Sight::Full,
            (false, false) => Sight::Masked,
        }
    }

    /// A name as far as it may be known.
    #[must_use]
    pub fn name(self, text: &str, is_protected: bool) -> String {
        self.sight(is_protected).name(text)
    }

    /// A number as far as it may be known.
    #[must_use]
    pub fn number(self, e164: &str, is_protected: bool) -> String {
        self.sight(is_protected).number(e164)
    }

    /// Anything else that points a person out, as far as it may be known.
    #[must_use]
    pub fn text(self, text: &str, is_protected: bool) -> String {
        self.sight(is_protected).text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protected_person_is_hidden_from_whoever_lacks_the_grant() {
        for (is_protected, names, protected, sight) in [
            (true, true, false, Sight::Hidden),
            (true, false, false, Sight::Hidden),
            (true, true, true, Sight::Full),
            (true, false, true, Sight::Masked),
            (false, true, false, Sight::Full),
            (false, false, true, Sight::Masked),
            (false, false, false, Sight::Masked),
        ] {
            assert_eq!(Sees { names, protected }.sight(is_protected), sight);
        }
    }

    #[test]
    fn what_is_seen_is_in_full_masked_or_nothing() {
        let number = "+46701740605";
        for (sight, name, number, text, detail) in [
            (Sight::Full, "Anna Ek", phone::shown(number), "4711", "4711"),
            (Sight::Masked, "A. E.", masking::number(number), "•••", ""),
            (Sight::Hidden, PROTECTED, PROTECTED.to_owned(), PROTECTED, ""),
        ] {
            assert_eq!(sight.name("Anna Ek"), name);
            assert_eq!(sight.number("+46701740605"), number);
            assert_eq!(sight.text("4711"), text);
            assert_eq!(sight.detail("4711"), detail);
        }
        assert_eq!(Sight::Masked.text(""), "");
        assert_eq!(Sight::Full.number("+46701740605"), "070-174 06 05");
    }
}
