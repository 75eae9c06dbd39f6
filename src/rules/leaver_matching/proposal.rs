//! What the matching says about an item.

use chrono::NaiveDate;

use super::{
    codes::{CapReason, Class, Contradiction, EvidenceCode, NonPersonMark, Note},
    model::PersonIx,
    standing::Standing,
};

/// One piece of evidence, with what was compared. For a protected person the values are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Which evidence.
    pub code: EvidenceCode,
    /// What the item says, masked where it must be.
    pub item_value: Option<String>,
    /// What the person's record says, masked where it must be.
    pub person_value: Option<String>,
}

/// A person whom the item may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonIx,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// Where the person stands.
    pub standing: Standing,
}

/// The result for one item. It proposes; a human decides (`docs/rules.md` 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// How sure.
    pub class: Class,
    /// Whom it may belong to, the likeliest first; at most [`Proposal::MAX_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// What speaks against it.
    pub contradictions: Vec<Contradiction>,
    /// Why the class is no better.
    pub caps: Vec<CapReason>,
    /// What else to know.
    pub notes: Vec<Note>,
    /// How many others of the same full name work here (2.6.1).
    pub same_name_active: usize,
    /// How many others of the same full name have left.
    pub same_name_ended: usize,
    /// Nothing is to be done before this day.
    pub not_before: Option<NaiveDate>,
    /// A protected person is concerned: shown by nobody's name.
    pub is_protected: bool,
    /// For class N: why.
    pub non_person: Option<NonPersonMark>,
    /// For class N: the contact person, when one is named and found.
    pub contact: Option<PersonIx>,
    /// Decided to be kept until this day: not to be proposed again before.
    pub kept_until: Option<NaiveDate>,
}

impl Proposal {
    /// Candidates beyond this many are left out.
    pub const MAX_CANDIDATES: usize = 10;

    pub(super) fn new(class: Class) -> Self {
        Self {
            class,
            candidates: Vec::new(),
            contradictions: Vec::new(),
            caps: Vec::new(),
            notes: Vec::new(),
            same_name_active: 0,
            same_name_ended: 0,
            not_before: None,
            is_protected: false,
            non_person: None,
            contact: None,
            kept_until: None,
        }
    }

    /// Whether it belongs in the worklist: A, B or C, and no decision holds it back on `today`.
    #[must_use]
    pub fn is_open(&self, today: NaiveDate) -> bool {
        matches!(self.class, Class::A | Class::B | Class::C)
            && self.kept_until.is_none_or(|until| until <= today)
    }

    /// The likeliest person. `None` when nobody is found.
    #[must_use]
    pub fn person(&self) -> Option<PersonIx> {
        self.candidates.first().map(|c| c.person)
    }

    /// All evidence codes of the likeliest person.
    #[must_use]
    pub fn evidence_codes(&self) -> Vec<EvidenceCode> {
        self.candidates.first().map(|c| c.evidence.iter().map(|e| e.code).collect()).unwrap_or_default()
    }

    pub(super) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn contradict(&mut self, contradiction: Contradiction) {
        if !self.contradictions.contains(&contradiction) {
            self.contradictions.push(contradiction);
        }
        self.class = Class::X;
    }

    /// Lowers the class to `at_best`, and says why. A class that is no better stays, with the reason.
    pub(super) fn cap(&mut self, at_best: Class, reason: CapReason) {
        if matches!(self.class, Class::A | Class::B | Class::C) {
            self.class = self.class.max(at_best);
            if !self.caps.contains(&reason) {
                self.caps.push(reason);
            }
        }
    }
}
