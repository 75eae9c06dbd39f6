//! Class by strong evidence, and what the name on the item has to say about it (E1–E6; `docs/rules.md` 2.5 A, 2.6
//! rules 1, 2 and 5).

use chrono::Days;

use super::{
    Matcher,
    classify::is_full,
    codes::{CapReason, Class, Contradiction, EvidenceCode, Note},
    limits::by_standing,
    model::{Item, Person, PersonIx},
    name_index::NameHit,
    proposal::{Candidate, Evidence, Proposal},
    standing::Standing,
};
use crate::rules::names::{NameMatch, PersonName};

/// Days that a new employment may begin before the old one ends and still follow on it: a month's notice or leave in between
/// (rules 2.6, as built).
const OVERLAP_DAYS: u64 = 31;

impl Matcher<'_> {
    /// E1–E6.
    pub(super) fn by_identity(
        &self,
        item: &Item,
        name: &PersonName,
        hidden: bool,
        hits: &[NameHit],
        strong: Vec<(PersonIx, Evidence)>,
    ) -> Proposal {
        let mut candidates: Vec<Candidate> = Vec::new();
        for (person, evidence) in strong {
            match candidates.iter_mut().find(|c| c.person == person) {
                Some(candidate) => candidate.evidence.push(evidence),
                None => candidates.push(Candidate {
                    person,
                    evidence: vec![evidence],
                    standing: self.standing(person),
                }),
            }
        }
        let has_name = name.is_personal() && !hidden;
        // Whom the name speaks for, and who is certain, goes first.
        candidates.sort_by_key(|c| {
            let certain = c.evidence.iter().any(|e| matches!(e.code, EvidenceCode::E1 | EvidenceCode::E6));
            (!certain, self.agreement(name, c.person), std::cmp::Reverse(c.evidence.len()), c.person)
        });
        let Some(first) = candidates.first().cloned() else { return Proposal::new(Class::Unknown) };
        let agreement = self.agreement(name, first.person);
        let mut proposal = by_standing(first.standing, Class::A);
        self.add_name_evidence(&mut candidates, item, hits);
        // Nobody is told that somebody protected bears the name: the number has said whose it is.
        let full = |h: &&NameHit| is_full(h) && !h.is_earlier && !self.is_protected(h.person);
        proposal.same_name_active = self.count(hits.iter().filter(full), first.person, true);
        proposal.same_name_ended = self.count(hits.iter().filter(full), first.person, false);
        self.other_persons(&mut proposal, name, first.standing, &candidates);
        if has_name && agreement == NameMatch::None {
            self.other_name(&mut proposal, item, name, &first, hits);
        } else if has_name && !matches!(agreement, NameMatch::Full(_)) && proposal.same_name_active > 0 {
            // Somebody who works here bears the name to the letter; the person whom the number tells of only nearly bears it.
            proposal.cap(Class::C, CapReason::SameNameActive);
        }
        if self.may_be_another(first.person) {
            proposal.cap(Class::C, CapReason::KnownFromList);
        }
        self.use_after_end(&mut proposal, item, &first);
        self.cap_by_snapshot(&mut proposal);
        proposal.is_protected = candidates.iter().any(|c| self.is_protected(c.person));
        candidates.truncate(Proposal::MAX_CANDIDATES);
        proposal.candidates = candidates;
        proposal
    }

    /// A person known from a list alone, by a number that no snapshot has and a name that somebody here bears, may
    /// be that somebody: the list's number is then of a second employment, or of the one before. A list has the name that one
    /// goes by and the snapshot all given names, so the name may say less where the other began to work here when this one
    /// left; alike names alone do not tell of a new employment.
    pub(super) fn may_be_another(&self, person: PersonIx) -> bool {
        let Some(known) = self.input.persons.get(person) else { return false };
        let is_open = |h: &&NameHit| {
            h.person != person && self.standing(h.person).is_here() && !self.are_told_apart(known, h.person)
        };
        known.employments.is_empty()
            && known.names.iter().any(|n| {
                self.names.find(&n.name).iter().filter(is_open).any(|h| {
                    let says_less = h.agreement == NameMatch::Subset && !h.is_earlier;
                    is_full(h) || says_less && self.began_as_left(h.person, person)
                })
            })
    }

    /// Whether two are known to be two: by personal numbers or by accounts that both have, and that would have made them one. What
    /// only one of them has tells nothing: a snapshot without personal numbers knows nobody by the one in a list.
    fn are_told_apart(&self, known: &Person, other: PersonIx) -> bool {
        self.input.persons.get(other).is_some_and(|other| {
            known.personal_id.is_some() && other.personal_id.is_some()
                || !known.accounts.is_empty() && !other.accounts.is_empty()
        })
    }

    /// Whether a person has an employment that began when another's ended, at most [`OVERLAP_DAYS`] before, or later.
    fn began_as_left(&self, person: PersonIx, left: PersonIx) -> bool {
        let since = self.standing(left).end().and_then(|end| end.checked_sub_days(Days::new(OVERLAP_DAYS)));
        let employments =
            self.input.persons.get(person).map(|p| p.employments.as_slice()).unwrap_or_default();
        since.is_some_and(|since| employments.iter().any(|e| e.start.is_some_and(|start| start >= since)))
    }

    /// Strong evidence for several persons: the item has passed from one to the other, or a reference is wrong.
    fn other_persons(&self, proposal: &mut Proposal, name: &PersonName, first: Standing, all: &[Candidate]) {
        let others = all.get(1..).unwrap_or_default();
        if others.is_empty() || first.is_here() {
            return;
        }
        let named = all.first().is_some_and(|c| self.agreement(name, c.person) != NameMatch::None);
        if named && others.iter().any(|c| c.standing.is_here()) {
            proposal.contradict(Contradiction::HolderChanged);
        } else {
            proposal.cap(Class::C, CapReason::SeveralPersons);
        }
    }

    /// The name on the item is not the person's.
    fn other_name(
        &self,
        proposal: &mut Proposal,
        item: &Item,
        name: &PersonName,
        first: &Candidate,
        hits: &[NameHit],
    ) {
        if first.standing.is_here() {
            proposal.note(Note::NameDiffers);
            // The name still says who has left: the item has passed on, and somebody should see that it was written so.
            let gone = |h: &&NameHit| {
                is_full(h) && !h.is_earlier && matches!(self.standing(h.person), Standing::Leaver { .. })
            };
            if hits.iter().any(|h| gone(&h)) {
                proposal.contradict(Contradiction::HolderChanged);
            }
            return;
        }
        let another_here =
            hits.iter().any(|h| is_full(h) && h.person != first.person && self.standing(h.person).is_here());
        let changed = item.holder_change.as_ref().is_some_and(|c| {
            first.standing.end().is_some_and(|end| c.seen > end)
                && self.agreement(&PersonName::parse(&c.previous), first.person) != NameMatch::None
        });
        if another_here || changed {
            proposal.contradict(Contradiction::HolderChanged);
            return;
        }
        proposal.note(Note::NameDiffers);
        // A new surname with the same given names is what a marriage looks like; anything else is another person.
        let shares = self.input.persons.get(first.person).is_some_and(|p| {
            let known: Vec<&str> =
                p.names.iter().flat_map(|n| n.name.tokens()).map(|t| t.k1.as_str()).collect();
            name.tokens().iter().any(|t| known.contains(&t.k1.as_str()))
        });
        if !shares {
            proposal.cap(Class::C, CapReason::OtherName);
        }
    }

    /// Adds what the name says to those whom stronger evidence has found already.
    fn add_name_evidence(&self, candidates: &mut [Candidate], item: &Item, hits: &[NameHit]) {
        let alone = hits.iter().filter(|h| is_full(h) && !self.is_protected(h.person)).count() == 1;
        for candidate in candidates {
            let Some(hit) = hits.iter().find(|h| h.person == candidate.person) else { continue };
            let code = match (is_full(hit) && !hit.is_earlier, alone) {
                (true, true) if self.works_at(hit.person, item) => EvidenceCode::E7,
                (true, true) => EvidenceCode::E8,
                (true, false) => EvidenceCode::E9,
                (false, _) => EvidenceCode::E10,
            };
            candidate.evidence.push(self.name_evidence(code, item, hit.person));
        }
    }
}
