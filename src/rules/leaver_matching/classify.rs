//! From an item to a proposal: first whether it is a person's at all, then whose (`docs/rules.md` 2.5–2.7).

use super::{
    Matcher,
    codes::{CapReason, Class, Contradiction, EvidenceCode, NonPersonMark, Note},
    evidence::Found,
    model::{Decision, Item, PersonIx},
    name_index::NameHit,
    non_person::{self, Holder, Strength},
    proposal::{Candidate, Evidence, Proposal},
    standing::Standing,
};
use crate::rules::names::{KeyLevel, NameMatch, PersonName, says_more};

impl Matcher<'_> {
    /// Proposes for one item by itself. Twin and data cards follow their main subscription only in
    /// [`Matcher::propose_all`].
    #[must_use]
    pub fn propose(&self, item: &Item) -> Proposal {
        let mut proposal = self.weigh(item);
        let is_rejection = |decision: &Decision| matches!(decision, Decision::NotHolder(_));
        if matches!(proposal.class, Class::A | Class::B) && item.decisions.iter().any(is_rejection) {
            let mut open = item.clone();
            open.decisions.retain(|decision| !is_rejection(decision));
            let at_best = match self.weigh(&open).class {
                class @ (Class::B | Class::C) => class,
                Class::P => Class::C,
                _ => Class::A,
            };
            if at_best > proposal.class {
                proposal.cap(at_best, CapReason::OtherRejected);
            }
        }
        proposal
    }

    /// What speaks for whom, without regard to what would be had nobody been rejected.
    fn weigh(&self, item: &Item) -> Proposal {
        let name = match item.holder.trim() {
            "" => item.account.as_deref().and_then(name_in_address).unwrap_or_default(),
            address if address.contains('@') && !address.contains(char::is_whitespace) => {
                name_in_address(address).unwrap_or_default()
            }
            holder => PersonName::parse(holder),
        };
        let hidden = non_person::is_hidden_person(&name);
        let found = self.identities.gather(&self.input, item, |p| self.standing(p).is_here());
        let hits = if hidden { Vec::new() } else { self.likely(item, &name) };
        let mut proposal = match self.non_person(item, &name, &hits, &found) {
            Some(mark) => {
                let mut proposal = self.non_person_proposal(item, mark, &found);
                // No person's, and still written with the name of somebody who is not to be known.
                proposal.is_protected |= hits.iter().any(|hit| is_full(hit) && self.is_protected(hit.person));
                proposal
            }
            None => self.person_proposal(item, &name, hidden, &hits, found),
        };
        proposal.is_protected |= hidden;
        for decision in &item.decisions {
            if let Decision::KeepUntil(until) = decision
                && *until > self.input.today
            {
                proposal.kept_until = proposal.kept_until.max(Some(*until));
                proposal.note(Note::Kept);
            }
        }
        proposal
    }

    /// Persons whose name agrees. Another spelling, and a name that says more than the register does, mean
    /// something only where the person also works at the item's unit; where the item shows no unit, they stay.
    fn likely(&self, item: &Item, name: &PersonName) -> Vec<NameHit> {
        let mut hits = self.names.find(name);
        let shows_unit = !item.cost_centre.trim().is_empty() || !item.unit.trim().is_empty();
        if shows_unit {
            hits.retain(|hit| is_full(hit) || !self.needs_unit(name, hit) || self.works_at(hit.person, item));
        }
        hits
    }

    fn needs_unit(&self, name: &PersonName, hit: &NameHit) -> bool {
        let known = self.input.persons.get(hit.person).map(|p| p.names.as_slice()).unwrap_or_default();
        hit.agreement == NameMatch::Variant || known.iter().all(|k| says_more(name, &k.name))
    }

    fn non_person(
        &self,
        item: &Item,
        name: &PersonName,
        hits: &[NameHit],
        found: &Found,
    ) -> Option<NonPersonMark> {
        if item.decisions.contains(&Decision::NonPerson) {
            return Some(NonPersonMark::Decided);
        }
        let holder =
            Holder { text: &item.holder, name, kind: &item.type_text, account: item.account.as_deref() };
        let (mark, strength) = non_person::assess(holder, &self.places, &self.names)?;
        let full = hits.iter().any(is_full);
        let spoken_for = match (strength, mark) {
            // A person may be called Bo Bom; a machine's subscription is a machine's all the same.
            (Strength::Strong, NonPersonMark::Word | NonPersonMark::Numbered) => full,
            (Strength::Strong, _) => false,
            // A guest of the same name as an employee is a guest.
            (Strength::Weak, NonPersonMark::OtherHolder) => !found.evidence.is_empty(),
            (Strength::Weak, _) => full || !found.evidence.is_empty(),
        };
        let hidden = non_person::is_hidden_person(name);
        (!spoken_for && !hidden).then_some(mark)
    }

    /// Class N, with the contact person and whether that person has left (flag `owner_left`).
    fn non_person_proposal(&self, item: &Item, mark: NonPersonMark, found: &Found) -> Proposal {
        let mut proposal = Proposal::new(Class::N);
        proposal.non_person = Some(mark);
        let named = item.reference.split_once(':').map_or(item.reference.as_str(), |(_, name)| name);
        let by_name: Vec<PersonIx> = self
            .names
            .find(&PersonName::parse(named))
            .iter()
            .filter(|h| is_full(h))
            .map(|h| h.person)
            .collect();
        proposal.contact = match (found.evidence.first(), by_name.as_slice()) {
            (Some((person, _)), _) | (None, [person]) => Some(*person),
            _ => None,
        };
        if let Some(person) = proposal.contact {
            proposal.is_protected = self.is_protected(person);
            if matches!(self.standing(person), Standing::Leaver { .. }) {
                proposal.note(Note::OwnerLeft);
            }
        }
        proposal
    }

    fn person_proposal(
        &self,
        item: &Item,
        name: &PersonName,
        hidden: bool,
        hits: &[NameHit],
        found: Found,
    ) -> Proposal {
        let refused: Vec<PersonIx> = item
            .decisions
            .iter()
            .filter_map(|d| match d {
                Decision::NotHolder(person) => Some(*person),
                _ => None,
            })
            .collect();
        let (strong, refused_strong): (Vec<_>, Vec<_>) =
            found.evidence.into_iter().partition(|(p, _)| !refused.contains(p));
        let open: Vec<NameHit> = hits.iter().copied().filter(|h| !refused.contains(&h.person)).collect();
        let mut proposal = if strong.is_empty() {
            self.by_name(item, hits, &refused)
        } else {
            self.by_identity(item, name, hidden, &open, strong)
        };
        proposal
            .notes
            .extend(found.notes.iter().filter(|n| !proposal.notes.contains(n)).copied().collect::<Vec<_>>());
        proposal.notes.dedup();
        self.refuse(&mut proposal, item, hits, &open, &refused_strong);
        proposal
    }

    /// N1: when the person who is not the holder is whom the item points at, it is contradicted.
    fn refuse(
        &self,
        proposal: &mut Proposal,
        item: &Item,
        hits: &[NameHit],
        open: &[NameHit],
        refused: &[(PersonIx, Evidence)],
    ) {
        let by_name = hits.len() > open.len() && open.iter().all(|h| !is_full(h));
        if !matches!(proposal.class, Class::Unknown | Class::None) || (refused.is_empty() && !by_name) {
            return;
        }
        let mut persons: Vec<PersonIx> = refused.iter().map(|(p, _)| *p).collect();
        persons.extend(hits.iter().filter(|h| !open.contains(h)).map(|h| h.person));
        persons.dedup();
        if persons.iter().all(|p| self.standing(*p) == Standing::Active) {
            return;
        }
        proposal.contradict(Contradiction::NotSamePerson);
        for person in persons {
            let value = self.shown(person, Some(item.holder.trim().to_owned()));
            let evidence =
                Evidence { code: EvidenceCode::N1, item_value: value, person_value: self.shown_name(person) };
            proposal.candidates.push(Candidate {
                person,
                evidence: vec![evidence],
                standing: self.standing(person),
            });
        }
        proposal.candidates.truncate(Proposal::MAX_CANDIDATES);
    }
}

/// Equal names, å/ä/ö folded at most; "aa" for å is a spelling, not the name (E10).
pub(super) fn is_full(hit: &NameHit) -> bool {
    matches!(hit.agreement, NameMatch::Full(KeyLevel::K0 | KeyLevel::K1))
}

/// "anna-karin.lind@kommun.example" names a person where nothing else does. An address with a digit in it is one of
/// several of the same name, and tells nothing.
fn name_in_address(account: &str) -> Option<PersonName> {
    let local = account.trim().split_once('@')?.0;
    let letters = local.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '_'));
    (letters && local.contains(['.', '_'])).then(|| PersonName::parse(&local.replace(['.', '_'], " ")))
}
