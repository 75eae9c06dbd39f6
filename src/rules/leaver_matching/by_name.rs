//! Class by name alone: never the highest (E7–E10; `docs/rules.md` 2.1.3, 2.5 B and C, 2.6 rules 1 and 2).

use super::{
    Matcher,
    classify::is_full,
    codes::{CapReason, Class, EvidenceCode},
    limits::{by_standing, class_of},
    model::{Item, PersonIx},
    name_index::NameHit,
    proposal::{Candidate, Proposal},
    standing::Standing,
};
use crate::rules::names::NameMatch;

impl Matcher<'_> {
    /// E7–E10. Persons of whom it is decided that they are not the holder are no candidates, but they still bear
    /// the name: it does not become unique by a decision.
    pub(super) fn by_name(&self, item: &Item, hits: &[NameHit], refused: &[PersonIx]) -> Proposal {
        let full = hits.iter().filter(|h| is_full(h)).count();
        let open: Vec<&NameHit> = hits.iter().filter(|h| !refused.contains(&h.person)).collect();
        let full_open: Vec<&NameHit> = open.iter().copied().filter(|h| is_full(h)).collect();
        let weak = full_open.iter().all(|h| h.is_earlier);
        let chosen = if full_open.is_empty() { open } else { full_open };
        let Some(first) = chosen.first() else { return Proposal::new(Class::Unknown) };
        let single = chosen.len() == 1 && full <= 1;
        let standings: Vec<Standing> = chosen.iter().map(|h| self.standing(h.person)).collect();
        let here: Vec<PersonIx> =
            chosen.iter().map(|h| h.person).filter(|p| self.works_at(*p, item)).collect();
        let last_here = self.last_at_unit(item, hits).filter(|p| !single && !refused.contains(p));
        let mut proposal = if single {
            let standing = self.standing(first.person);
            by_standing(standing, if weak { Class::C } else { Class::B })
        } else if let Some(person) = last_here {
            by_standing(self.standing(person), Class::B)
        } else {
            self.by_several(&standings, &here)
        };
        if weak {
            proposal.cap(Class::C, CapReason::WeakName);
        }
        let mut candidates: Vec<Candidate> = chosen
            .iter()
            .map(|h| {
                let code = match (weak, single) {
                    (true, _) => EvidenceCode::E10,
                    (false, false) if last_here == Some(h.person) => EvidenceCode::E7,
                    (false, false) => EvidenceCode::E9,
                    (false, true) if here.contains(&h.person) => EvidenceCode::E7,
                    (false, true) => EvidenceCode::E8,
                };
                let evidence = self.name_evidence(code, item, h.person);
                Candidate { person: h.person, evidence: vec![evidence], standing: self.standing(h.person) }
            })
            .collect();
        if !single {
            candidates.sort_by_key(|c| (!here.contains(&c.person), class_of(c.standing, Class::C), c.person));
            if last_here.is_none() {
                proposal.not_before = candidates.iter().filter_map(|c| c.standing.not_before()).max();
            }
            if last_here.is_none() && !weak && standings.iter().any(|s| s.works_today()) {
                proposal.cap(Class::C, CapReason::SameNameActive);
            }
        }
        let person = candidates.first().map_or(first.person, |c| c.person);
        if !weak {
            proposal.same_name_active = self.count(chosen.iter().copied(), person, true);
            proposal.same_name_ended = self.count(chosen.iter().copied(), person, false);
        }
        if single && self.may_be_another(first.person) {
            proposal.cap(Class::C, CapReason::KnownFromList);
        }
        // Who bears more given names may go by these two: where such a person works where the item is paid and the bearer of
        // the very name does not, it may be either's.
        let is_sure = proposal.class == Class::B && here.is_empty();
        let others: Vec<PersonIx> = hits
            .iter()
            .filter(|h| is_sure && h.agreement == NameMatch::Subset && !h.is_earlier)
            .filter(|h| !refused.contains(&h.person))
            .map(|h| h.person)
            .filter(|p| self.standing(*p).is_here() && self.works_at(*p, item))
            .collect();
        if !others.is_empty() {
            proposal.cap(Class::C, CapReason::SameNameActive);
            candidates.extend(others.into_iter().map(|person| Candidate {
                person,
                evidence: vec![self.name_evidence(EvidenceCode::E10, item, person)],
                standing: self.standing(person),
            }));
        }
        if let Some(candidate) = candidates.first().cloned() {
            self.use_after_end(&mut proposal, item, &candidate);
        }
        self.cap_by_snapshot(&mut proposal);
        proposal.is_protected = candidates.iter().any(|c| self.is_protected(c.person));
        candidates.truncate(Proposal::MAX_CANDIDATES);
        proposal.candidates = candidates;
        proposal
    }

    /// E7 where several bear the name: the only one of them at the item's unit, once all others have left (2.6 rules 1
    /// and 2). Whoever is said not to be the holder still bears the name.
    fn last_at_unit(&self, item: &Item, hits: &[NameHit]) -> Option<PersonIx> {
        let bearers = || hits.iter().filter(|h| is_full(h));
        let mut at_unit = bearers().filter(|h| self.works_at(h.person, item));
        let only = at_unit.next().filter(|h| !h.is_earlier)?.person;
        let has_left = |h: &NameHit| matches!(self.standing(h.person), Standing::Leaver { .. });
        (at_unit.next().is_none() && bearers().all(|h| h.person == only || has_left(h))).then_some(only)
    }

    /// Several bear the name. Whoever works where the item is paid, and has not left, is taken for the holder; else
    /// anyone who has left makes it worth a look.
    fn by_several(&self, standings: &[Standing], here: &[PersonIx]) -> Proposal {
        let at_unit = match here {
            [person] => Some(self.standing(*person)),
            _ => None,
        };
        let any = |wanted: fn(&Standing) -> bool| standings.iter().any(wanted);
        if at_unit == Some(Standing::Active) {
            Proposal::new(Class::None)
        } else if any(|s| matches!(s, Standing::Leaver { .. } | Standing::Suspected)) {
            Proposal::new(Class::C)
        } else if any(|s| matches!(s, Standing::Planned { .. } | Standing::Grace { .. })) {
            Proposal::new(Class::P)
        } else if let Some(Standing::NotLeaver(code)) = at_unit {
            by_standing(Standing::NotLeaver(code), Class::C)
        } else if any(|s| *s == Standing::Active) {
            Proposal::new(Class::None)
        } else {
            standings.first().map_or_else(|| Proposal::new(Class::Unknown), |s| by_standing(*s, Class::C))
        }
    }
}
