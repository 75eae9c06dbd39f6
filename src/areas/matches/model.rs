//! The area's types: what a decision can be, where a case stands, and the evidence as it is kept.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::rules::codes::codes;
use crate::rules::leaver_matching::{Person, account_key, number_key};

codes! {
    /// What is decided about a case (`docs/rules.md` 2.8).
    Outcome as label {
        /// The subscription is to end.
        End = "avsluta", "Avsluta";
        /// Somebody else takes it over.
        HandOver = "overlat", "Överlåt till medarbetare";
        /// The holder keeps it in another unit, which pays from now on.
        MoveCost = "flytta_kostnad", "Flytta kostnaden";
        /// It stays as it is for a time.
        Keep = "behall", "Behåll";
        /// It belongs to no person.
        NonPerson = "ej_person", "Ej person";
        /// It goes to the unit's pool.
        Reserve = "reserv", "Lägg i reserv";
        /// The former holder takes the number over.
        PrivateTakeover = "privat_overtagande", "Privat övertagande";
        /// The proposed person is not the holder.
        WrongMatch = "fel_traff", "Fel träff";
        /// Somebody has been asked.
        WaitForAnswer = "vantar_svar", "Väntar på svar";
    }
}

impl Outcome {
    /// Whether the operator must be told for it to happen.
    #[must_use]
    pub fn needs_order(self) -> bool {
        matches!(self, Self::End | Self::HandOver | Self::MoveCost | Self::PrivateTakeover)
    }

    /// Whether the number leaves the municipality's lists when it is carried out.
    #[must_use]
    pub fn ends(self) -> bool {
        matches!(self, Self::End | Self::PrivateTakeover)
    }
}

codes! {
    /// Where a case stands.
    CaseState as label {
        /// Waits for a decision.
        Open = "open", "Att ta ställning till";
        /// Somebody has been asked.
        Waiting = "waiting", "Väntar på svar";
        /// Decided, and the operator has not been told.
        Decided = "decided", "Beslutat";
        /// The operator has been told.
        Ordered = "ordered", "Beställt";
        /// A later list shows that it was carried out.
        Verified = "verified", "Verifierat";
        /// A later list shows that it was not.
        NotGone = "not_gone", "Borde vara borta men är kvar";
        /// Decided to stay for now.
        Kept = "kept", "Behålls";
        /// Nothing more to do.
        Closed = "closed", "Avslutat";
    }
}

impl CaseState {
    /// Whether somebody has to do something in it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Waiting | Self::NotGone)
    }
}

/// The keys by which somebody whom only lists know is the same person again, whatever ids the rows get: a hash of company and employee
/// number, of the keyed hash of the personal number, of the account. `person` is the id in the register, if there is one.
/// The first is the one that stands for the person.
#[must_use]
pub fn identity_keys(id: Option<Uuid>, person: &Person) -> Vec<String> {
    let hash = |kind: &str, text: &str| {
        let digest = Sha256::digest(format!("{kind}\u{1f}{text}"));
        format!("k:{:032x}", u128::from_be_bytes(std::array::from_fn(|at| digest[at])))
    };
    let mut keys: Vec<String> = id.map(|id| format!("p:{id}")).into_iter().collect();
    let numbers = person.numbers.iter().map(|n| n.number.as_str());
    for number in
        numbers.chain(person.employments.iter().map(|e| e.number.as_str())).filter(|n| !n.is_empty())
    {
        keys.push(hash("number", &number_key(number)));
    }
    keys.extend(person.personal_id.as_deref().map(|pid| hash("pid", pid)));
    keys.extend(person.accounts.iter().map(|a| hash("account", &account_key(&a.id))));
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    keys
}

/// One piece of evidence as it is kept and shown. Values are absent for a protected person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownEvidence {
    /// E1 … E10, N1.
    pub code: String,
    /// What the subscription says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What the person's record says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// Somebody whom the subscription may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The first of [`identity_keys`].
    pub key: String,
    /// The person in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Rows of leaver lists about the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Uuid>,
    /// L1 … L10; empty for somebody who works here and is on no list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub l_code: String,
    /// Whether the person works here.
    pub is_here: bool,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDate>,
    /// Why the subscription may be this person's.
    pub evidence: Vec<KnownEvidence>,
}

/// What the matching knew when it proposed: what a case shows and a decision freezes (rules 2.9).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dossier {
    /// The class.
    pub class: String,
    /// Whom it may belong to, the likeliest first.
    pub suspects: Vec<Suspect>,
    /// Codes of [`crate::rules::leaver_matching::Contradiction`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<String>,
    /// Codes of [`crate::rules::leaver_matching::CapReason`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<String>,
    /// Codes of [`crate::rules::leaver_matching::Note`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How many others of the same full name work here.
    pub same_name_active: usize,
    /// How many others of the same full name have left.
    pub same_name_ended: usize,
    /// The day of the full staff snapshot.
    pub snapshot_on: Option<NaiveDate>,
    /// That snapshot.
    pub snapshot_id: Option<Uuid>,
    /// The operator's list that the subscription was last in.
    pub list_id: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::leaver_matching::{Account, EmployeeNumber};

    #[test]
    fn outcomes_and_states_find_their_way_back_from_their_codes() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), Some(*outcome));
        }
        for state in CaseState::ALL {
            assert_eq!(CaseState::from_code(state.code()), Some(*state));
        }
    }

    #[test]
    fn a_person_is_the_same_again_by_any_key_that_identifies() {
        let person = |number: &str, pid: Option<&str>, login: &str| Person {
            personal_id: pid.map(str::to_owned),
            numbers: vec![EmployeeNumber { company: String::new(), number: number.into() }],
            accounts: vec![Account { id: login.into(), from: None }],
            ..Person::default()
        };
        let listed = identity_keys(None, &person("004711", None, "KOMMUN\\annlin01"));
        let known = identity_keys(Some(Uuid::from_u128(7)), &person("4711", Some("ab"), "annlin01"));
        assert_eq!(known[0], format!("p:{}", Uuid::from_u128(7)));
        assert!(listed.iter().all(|key| known.contains(key)), "{listed:?} {known:?}");
        assert!(listed.iter().all(|key| !key.contains("4711")), "a key tells no number");
    }
}
