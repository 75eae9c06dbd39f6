//! What a municipality calls things: the phases of a system, the roles on systems and contracts, the roles in the application.
//! Every page asks here, so that a new name shows everywhere at once.

use std::collections::BTreeMap;

use crate::auth::permissions::{OBJECT_ROLES, Role};

/// The phases of a system's life with their usual names, in order (`docs/rules.md` 6).
pub const PHASES: [(&str, &str); 6] = [
    ("anskaffning", "Anskaffning"),
    ("inforande", "Införande"),
    ("anvandning", "Användning"),
    ("avveckling", "Avveckling"),
    ("avvecklad", "Avvecklad"),
    ("avbruten", "Avbruten"),
];

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A phase of a system's life.
    Phase,
    /// A role on a system or a contract: systemägare and so on.
    ObjectRole,
    /// A role in the application: IT-enheten and so on.
    Role,
}

impl Named {
    /// Everything that is named.
    pub const ALL: [Self; 3] = [Self::Phase, Self::ObjectRole, Self::Role];

    /// Codes and usual names, in the order that they are shown.
    #[must_use]
    pub fn usual(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Phase => PHASES.to_vec(),
            Self::ObjectRole => OBJECT_ROLES.to_vec(),
            Self::Role => Role::ALL.iter().map(|role| (role.code(), role.label())).collect(),
        }
    }

    /// The part of a key that says which of these it is.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::ObjectRole => "object_role",
            Self::Role => "role",
        }
    }

    /// The key of the setting that holds the name of `code`.
    #[must_use]
    pub fn key(self, code: &str) -> String {
        format!("name.{}.{code}", self.code())
    }
}

/// A municipality's own names. What it has not named has its usual name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// What a phase is called; a code that is none stands for itself.
    #[must_use]
    pub fn phase<'a>(&'a self, code: &'a str) -> &'a str {
        self.of(Named::Phase, code)
    }

    /// What a role on a system or a contract is called; a code that is none stands for itself.
    #[must_use]
    pub fn object_role<'a>(&'a self, code: &'a str) -> &'a str {
        self.of(Named::ObjectRole, code)
    }

    /// What a role in the application is called.
    #[must_use]
    pub fn role(&self, role: Role) -> &str {
        self.of(Named::Role, role.code())
    }

    /// What `code` is called.
    #[must_use]
    pub fn of<'a>(&'a self, named: Named, code: &'a str) -> &'a str {
        self.own(named, code).unwrap_or_else(|| {
            named.usual().into_iter().find(|(known, _)| *known == code).map_or(code, |(_, usual)| usual)
        })
    }

    /// The municipality's own name, if it has given one.
    #[must_use]
    pub fn own(&self, named: Named, code: &str) -> Option<&str> {
        self.0.get(&named.key(code)).map(String::as_str)
    }

    /// Gives a name; an empty name, or the usual one, takes the municipality's own away.
    pub fn set(&mut self, named: Named, code: &str, name: &str) {
        let name = name.trim();
        let is_usual = named.usual().iter().any(|(known, usual)| *known == code && *usual == name);
        if name.is_empty() || is_usual {
            self.0.remove(&named.key(code));
        } else {
            self.0.insert(named.key(code), name.to_owned());
        }
    }

    /// Code and name of each, in order: for a list to choose from.
    #[must_use]
    pub fn list(&self, named: Named) -> Vec<(&'static str, &str)> {
        named.usual().into_iter().map(|(code, _)| (code, self.of(named, code))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_own_name_has_its_usual_one() {
        let mut names = Names::default();
        names.set(Named::Phase, "anvandning", " I drift ");
        assert_eq!(names.phase("anvandning"), "I drift");
        assert_eq!(names.phase("avveckling"), "Avveckling");
        assert_eq!(names.object_role("systemagare"), "Systemägare");
        assert_eq!(names.role(Role::ItUnit), Role::ItUnit.label());
        assert_eq!(names.phase("unheard_of"), "unheard_of");
    }

    #[test]
    fn the_usual_name_or_none_takes_the_own_name_away() {
        let mut names = Names::default();
        for name in ["", "  ", "Systemägare"] {
            names.set(Named::ObjectRole, "systemagare", "Objektägare");
            names.set(Named::ObjectRole, "systemagare", name);
            assert_eq!(names, Names::default(), "{name:?}");
        }
    }
}
