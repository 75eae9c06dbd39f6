//! What goes in: persons with their employments, rows of leaver lists, and the items that somebody holds.
//! Plain data; everything is compared by position in the slices the caller hands over.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::reasons::{EmploymentForm, EmploymentStatus, EventKind};
use crate::rules::names::PersonName;

/// Position of a person in the input.
pub type PersonIx = usize;
/// Position of a leaver row in the input.
pub type RowIx = usize;
/// Position of an item in the input.
pub type ItemIx = usize;

/// A person as the register knows them: HR's records and what the leaver lists add.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Personnummer or samordningsnummer, as the twelve digits or as a keyed hash. Only compared, never shown.
    pub personal_id: Option<String>,
    /// Every employee number the person has or has had.
    pub numbers: Vec<EmployeeNumber>,
    /// Every name the person is known by, the present one and earlier ones.
    pub names: Vec<KnownName>,
    /// Logins, e-mail addresses and UPNs.
    pub accounts: Vec<Account>,
    /// Work numbers on the person's record.
    pub mobiles: Vec<WorkMobile>,
    /// SIM and device numbers (ICCID, IMEI) assigned to the person in the asset list.
    pub devices: Vec<String>,
    /// Employments and assignments, present and ended.
    pub employments: Vec<Employment>,
    /// Skyddade personuppgifter: never shown by name.
    pub is_protected: bool,
}

/// An employee number with the company that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EmployeeNumber {
    /// Company code; empty when the source has none.
    pub company: String,
    /// The number. Leading zeros do not matter.
    pub number: String,
}

/// A name and whether it is the present one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// As written, for showing.
    pub text: String,
    /// Ready to compare.
    pub name: PersonName,
    /// The person no longer bears it.
    pub is_earlier: bool,
}

impl KnownName {
    /// A present name from two columns.
    #[must_use]
    pub fn current(given: &str, surname: &str) -> Self {
        Self {
            text: format!("{} {}", given.trim(), surname.trim()).trim().to_owned(),
            name: PersonName::from_parts(surname, given),
            is_earlier: false,
        }
    }

    /// A present name from one column.
    #[must_use]
    pub fn whole(text: &str) -> Self {
        Self { text: text.trim().to_owned(), name: PersonName::parse(text), is_earlier: false }
    }

    /// An earlier surname with the given names of today.
    #[must_use]
    pub fn earlier(given: &str, surname: &str) -> Self {
        Self { is_earlier: true, ..Self::current(given, surname) }
    }
}

/// A login, an e-mail address or a UPN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The identifier; case and a domain in front of "\" do not matter.
    pub id: String,
    /// From when the person has it, where known.
    pub from: Option<NaiveDate>,
}

/// A telephone number on the person's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkMobile {
    /// E.164, as `rules::phone` gives it.
    pub number: String,
    /// The date of the record that said so.
    pub recorded: NaiveDate,
}

/// Employment, or an assignment handled like one (`docs/rules.md` 2.4, L8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmploymentKind {
    /// Anställning.
    #[default]
    Employment,
    /// Uppdrag: consultant, elected, trainee, temporary from an agency.
    Assignment,
}

/// One employment or assignment.
#[derive(Debug, Clone, Default)]
pub struct Employment {
    /// Employment or assignment.
    pub kind: EmploymentKind,
    /// Company code; may be empty.
    pub company: String,
    /// Employee number; may be empty.
    pub number: String,
    /// Unit code or name.
    pub unit: String,
    /// Cost centre, where it is not the unit code.
    pub cost_centre: String,
    /// First day.
    pub start: Option<NaiveDate>,
    /// Last day, inclusive; `None` when none is stated.
    pub end: Option<NaiveDate>,
    /// Form of employment.
    pub form: EmploymentForm,
    /// Status in the newest snapshot that has it.
    pub status: EmploymentStatus,
    /// Whether the newest full snapshot has it. Ignored for assignments.
    pub in_newest: bool,
}

/// One row of a leaver list.
#[derive(Debug, Clone)]
pub struct LeaverRow {
    /// Whose row it is, when it could be told.
    pub person: Option<PersonIx>,
    /// Any day of the month the list is for. Lists of one month have no order.
    pub list_month: NaiveDate,
    /// Company code; may be empty.
    pub company: String,
    /// Employee number; may be empty.
    pub number: String,
    /// Unit code or name; may be empty.
    pub unit: String,
    /// First day of the employment.
    pub start: Option<NaiveDate>,
    /// Last day, inclusive.
    pub end: Option<NaiveDate>,
    /// Form of employment.
    pub form: EmploymentForm,
    /// What the reason or the event code means.
    pub event: EventKind,
    /// The list says that the person has a new employment.
    pub new_employment: bool,
    /// The list hides who it is.
    pub is_protected: bool,
}

/// The newest full snapshot of active employments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// The day it shows.
    pub taken_on: NaiveDate,
}

/// What a person said about an item before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The item is this person's (E6).
    Holder(PersonIx),
    /// The item is not this person's (N1).
    NotHolder(PersonIx),
    /// Keep it, and do not propose it again before this date.
    KeepUntil(NaiveDate),
    /// It belongs to no person.
    NonPerson,
}

/// The last use of an item, where the supplier tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// The day.
    pub on: NaiveDate,
    /// By whom, where it is told.
    pub by: Option<String>,
}

/// That the holder on an item was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderChange {
    /// The date of the first list with the present holder.
    pub seen: NaiveDate,
    /// The holder before.
    pub previous: String,
}

/// A subscription, a licence seat, an access tag or an account.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// The holder as the supplier writes it.
    pub holder: String,
    /// The holder's personal number, in the same form as on persons.
    pub personal_id: Option<String>,
    /// A column for the employee number.
    pub employee_number: Option<String>,
    /// The company of that number.
    pub company: Option<String>,
    /// A free reference: an employee number, a contact, an order.
    pub reference: String,
    /// Login, e-mail or UPN.
    pub account: Option<String>,
    /// E.164.
    pub msisdn: Option<String>,
    /// SIM and device numbers.
    pub devices: Vec<String>,
    /// Cost centre as shown.
    pub cost_centre: String,
    /// Unit as shown, code or name.
    pub unit: String,
    /// Kind of subscription, as the supplier writes it.
    pub type_text: String,
    /// The main subscription of a twin or data card.
    pub main: Option<ItemIx>,
    /// Last use.
    pub last_use: Option<LastUse>,
    /// The last change of holder.
    pub holder_change: Option<HolderChange>,
    /// Earlier decisions.
    pub decisions: Vec<Decision>,
}

/// The limits of the rules. The defaults are those of `docs/rules.md` 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// L7: days after the end date before an hourly paid person counts as gone.
    pub grace_days: u64,
    /// L5: days within which a new employment is a re-hire.
    pub rehire_days: i64,
    /// Rule 2.6.8: the oldest snapshot that gives class A.
    pub snapshot_max_age_days: i64,
    /// E4: how old a person's record of a work number may be.
    pub mobile_max_age_days: i64,
    /// How long an ended person counts among bearers of a name (E8).
    pub name_memory_days: i64,
    /// Days after the end date during which use says nothing.
    pub use_after_end_days: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            grace_days: 60,
            rehire_days: 90,
            snapshot_max_age_days: 45,
            mobile_max_age_days: 366,
            name_memory_days: 731,
            use_after_end_days: 14,
        }
    }
}

/// Everything the matching looks at, except the items.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The day it is.
    pub today: NaiveDate,
    /// All persons: active, and ended ones for as long as they are kept.
    pub persons: &'a [Person],
    /// All rows of all lists taken in, of any month.
    pub rows: &'a [LeaverRow],
    /// The newest full snapshot; `None` when there is none.
    pub snapshot: Option<Snapshot>,
    /// Old unit or cost centre, as [`unit_key`] writes it → the one that replaced it.
    pub successors: &'a HashMap<String, String>,
    /// Names of units, for telling them from persons.
    pub unit_names: &'a [String],
    /// Titles of posts, likewise.
    pub titles: &'a [String],
    /// The limits.
    pub settings: Settings,
}

/// An employee number without leading zeros and separators, so that "88242" and "088242" are one.
#[must_use]
pub fn number_key(number: &str) -> String {
    let plain: String = number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let trimmed = plain.trim_start_matches('0');
    if trimmed.is_empty() { plain } else { trimmed.to_owned() }
}

/// An account in lower case without the domain in front of "\".
#[must_use]
pub fn account_key(account: &str) -> String {
    let trimmed = account.trim();
    trimmed.rsplit_once('\\').map_or(trimmed, |(_, login)| login).to_lowercase()
}

/// A unit code or name for comparing: case and surrounding space do not matter.
#[must_use]
pub fn unit_key(unit: &str) -> String {
    unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_accounts_and_units_are_compared_by_their_keys() {
        assert_eq!(number_key("088242"), number_key(" 88 242 "));
        assert_eq!(number_key("000"), "000");
        assert_ne!(number_key("10"), number_key("1"));
        assert_eq!(account_key("KOMMUN\\AnnBer01"), account_key("annber01 "));
        assert_eq!(unit_key(" Ledning  och stab"), "ledning och stab");
    }
}
