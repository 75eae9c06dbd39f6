//! Users, their roles, and who may give which role to whom. No database, no pages.

use std::str::FromStr as _;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::auth::{
    permissions::{Permission, Role, allows},
    principal::Principal,
};

/// The longest address that mail systems take.
const LONGEST_ADDRESS: usize = 254;

/// An e-mail address that mail can be sent to. Capitals are kept as typed and make no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads what was typed; `None` = no address.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let text = typed.trim();
        let has_domain =
            text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') || domain == "localhost");
        let ok = text.len() <= LONGEST_ADDRESS && has_domain && lettre::Address::from_str(text).is_ok();
        ok.then(|| Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What to call its owner until a name is known: "anna.lind@x.se" → "Anna Lind".
    #[must_use]
    pub fn guess_name(&self) -> String {
        let local = self.0.split('@').next().unwrap_or_default();
        let capitalised = |word: &str| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
        };
        let words: Vec<_> = local.split(['.', '_', '+']).filter_map(capitalised).collect();
        if words.is_empty() { self.0.clone() } else { words.join(" ") }
    }
}

/// How a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Has a password and may enter.
    Active,
    /// Has been invited and has not chosen a password.
    Invited,
    /// Is a member no longer.
    Ended,
}

impl Standing {
    /// The code in lists and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Ended => "ended",
        }
    }

    /// What it is called, and its colour.
    #[must_use]
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Active => ("Aktiv", "success"),
            Self::Invited => ("Inbjuden", "info"),
            Self::Ended => ("Avslutad", "neutral"),
        }
    }
}

/// A member of the municipality.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user.
    pub user_id: Uuid,
    /// The user's name.
    pub name: String,
    /// The user's address.
    pub email: String,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Last sign-in, to any municipality.
    pub last_login_at: Option<DateTime<Utc>>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Since when no longer.
    pub ended_at: Option<DateTime<Utc>>,
    /// The person in the register that the user is.
    pub person_id: Option<Uuid>,
    /// That person's name.
    pub person_name: Option<String>,
    /// The person's identity is protected and the reader may not see it: name and address are blanked out.
    pub is_hidden: bool,
}

impl Member {
    /// How the member stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.ended_at, self.has_password) {
            (Some(_), _) => Standing::Ended,
            (None, true) => Standing::Active,
            (None, false) => Standing::Invited,
        }
    }
}

/// A role given to a member.
#[derive(Clone, Debug)]
pub struct GivenRole {
    /// The grant.
    pub id: Uuid,
    /// The role's code.
    pub role: String,
    /// The unit it begins at; `None` = the whole municipality.
    pub unit_id: Option<Uuid>,
    /// That unit's name.
    pub unit_name: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
}

impl GivenRole {
    /// The role; `None` for a code that this version does not know.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        Role::from_code(&self.role)
    }

    /// Whether it is in force, or will be.
    #[must_use]
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.valid_to.is_none_or(|last| last >= today)
    }
}

/// Whether `giver` may give (or end) a role for a unit, or for the whole municipality (`None`).
///
/// - Whoever may write users may give every role, within reach of that right.
/// - Whoever may invite only (a unit's own administrator) may give the roles that are for a unit, within reach.
/// - To oneself nobody gives more than one has: every right of the role must be there already, and reach as far.
#[must_use]
pub fn may_give(giver: &Principal, to_self: bool, role: Role, unit: Option<Uuid>) -> bool {
    let reaches = |permission| giver.scope(permission).is_some_and(|scope| scope.reaches_unit(unit));
    let may = reaches(Permission::UserWrite)
        || (role.needs_unit() && unit.is_some() && reaches(Permission::UserInvite));
    may && (!to_self || covers(giver, role, unit))
}

/// The roles that `giver` may give to others for some unit at least.
#[must_use]
pub fn roles_to_give(giver: &Principal) -> Vec<Role> {
    let writes = giver.can(Permission::UserWrite);
    let invites = giver.can(Permission::UserInvite);
    Role::ALL.into_iter().filter(|role| writes || (invites && role.needs_unit())).collect()
}

/// Whether every right of the role is the user's already, and reaches the unit.
fn covers(user: &Principal, role: Role, unit: Option<Uuid>) -> bool {
    Permission::ALL.into_iter().filter(|p| *p != Permission::Member && allows(role, *p)).all(|permission| {
        // Only what roles give: holding a role on an object gives nothing for a unit.
        let mut given = user.grants.iter().filter(|grant| allows(grant.role, permission));
        given.any(|grant| match (&grant.units, unit) {
            (None, _) => true,
            (Some(units), Some(unit)) => units.contains(&unit),
            (Some(_), None) => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::principal::Grant;

    const MINE: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn principal(grants: &[(Role, Option<Uuid>)]) -> Principal {
        let grants =
            grants.iter().map(|(role, unit)| Grant { role: *role, units: unit.map(|u| vec![u]) }).collect();
        Principal { grants, ..Principal::default() }
    }

    #[test]
    fn addresses_are_read_as_mail_systems_do() {
        for good in ["anna.lind@ekevik.se", " Anna+x@sub.ekevik.se ", "o'hara@ekevik.se", "root@localhost"] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "anna",
            "anna@",
            "@ekevik.se",
            "anna@ekevik",
            "a b@ekevik.se",
            "a@b.se, c@d.se",
            "Anna <a@b.se>",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Email::parse("anna.lind@ekevik.se").unwrap().guess_name(), "Anna Lind");
    }

    #[test]
    fn an_administrator_gives_every_role_to_others() {
        let admin = principal(&[(Role::TenantAdmin, None)]);
        for role in Role::ALL {
            assert!(may_give(&admin, false, role, None), "{role:?}");
        }
    }

    #[test]
    fn nobody_gives_themselves_more_than_they_have() {
        let admin = principal(&[(Role::TenantAdmin, None)]);
        assert!(!may_give(&admin, true, Role::HrAdmin, None));
        assert!(!may_give(&admin, true, Role::ProtectedIdentity, None));
        assert!(may_give(&admin, true, Role::TenantAdmin, None));
        let both = principal(&[(Role::TenantAdmin, None), (Role::HrAdmin, None)]);
        assert!(may_give(&both, true, Role::HrAdmin, Some(MINE)));
    }

    #[test]
    fn a_units_administrator_gives_the_roles_of_a_unit_in_the_own_unit() {
        let local = principal(&[(Role::UnitAdmin, Some(MINE))]);
        assert!(may_give(&local, false, Role::Manager, Some(MINE)));
        assert!(may_give(&local, false, Role::UnitAdmin, Some(MINE)));
        assert!(!may_give(&local, false, Role::Manager, Some(OTHER)));
        assert!(!may_give(&local, false, Role::Manager, None));
        assert!(!may_give(&local, false, Role::ItUnit, Some(MINE)));
        assert!(!may_give(&local, true, Role::Manager, Some(MINE)), "a manager answers for staff");
        assert_eq!(roles_to_give(&local), [Role::UnitAdmin, Role::Manager]);
    }

    #[test]
    fn whoever_only_reads_users_gives_nothing() {
        let auditor = principal(&[(Role::Auditor, None)]);
        assert!(roles_to_give(&auditor).is_empty());
        assert!(!may_give(&auditor, false, Role::BoardViewer, None));
    }
}
