//! What a person's standing, the snapshot and later use make of a class (`docs/rules.md` 2.5 and 2.6 rules 4 and 8), and
//! the looks into persons and units that all ways to a class share.

use chrono::{Days, NaiveDate};

use super::{
    Matcher,
    codes::{CapReason, Class, Contradiction, EvidenceCode, LCode, Note},
    model::{Item, PersonIx, account_key},
    name_index::NameHit,
    proposal::{Candidate, Evidence, Proposal},
    spells::successor,
    standing::Standing,
};
use crate::rules::names::{NameMatch, PersonName, compare};

impl Matcher<'_> {
    /// Rules 2.6.4 and 2.6.8.
    pub(super) fn cap_by_snapshot(&self, proposal: &mut Proposal) {
        match self.input.snapshot {
            None => proposal.cap(Class::B, CapReason::NoSnapshot),
            Some(s)
                if (self.input.today - s.taken_on).num_days() > self.input.settings.snapshot_max_age_days =>
            {
                proposal.cap(Class::B, CapReason::OldSnapshot);
            }
            Some(_) => {}
        }
    }

    /// Use after the end date: by a named other it contradicts, else it is noted.
    pub(super) fn use_after_end(&self, proposal: &mut Proposal, item: &Item, candidate: &Candidate) {
        let (Some(used), Some(end)) = (&item.last_use, candidate.standing.end()) else { return };
        let from = end.checked_add_days(Days::new(self.input.settings.use_after_end_days.unsigned_abs()));
        if from.is_none_or(|from: NaiveDate| used.on <= from) {
            return;
        }
        let by_other = used.by.as_deref().filter(|by| !by.trim().is_empty()).map(|by| {
            let own_account = self
                .input
                .persons
                .get(candidate.person)
                .is_some_and(|p| p.accounts.iter().any(|a| account_key(&a.id) == account_key(by)));
            !own_account && self.agreement(&PersonName::parse(by), candidate.person) == NameMatch::None
        });
        match by_other {
            Some(true) => proposal.contradict(Contradiction::UsedByOther),
            Some(false) | None => proposal.note(Note::UsedAfterEnd),
        }
    }

    pub(super) fn name_evidence(&self, code: EvidenceCode, item: &Item, person: PersonIx) -> Evidence {
        let value = self.shown(person, Some(item.holder.trim().to_owned()));
        Evidence { code, item_value: value, person_value: self.shown_name(person) }
    }

    /// The best agreement of a name with any name of a person.
    pub(super) fn agreement(&self, name: &PersonName, person: PersonIx) -> NameMatch {
        let known = self.input.persons.get(person).map(|p| p.names.as_slice()).unwrap_or_default();
        known.iter().map(|n| compare(name, &n.name)).min().unwrap_or(NameMatch::None)
    }

    /// E7: one of the person's units or cost centres is the item's, also under an old code.
    pub(super) fn works_at(&self, person: PersonIx, item: &Item) -> bool {
        let shown: Vec<String> =
            [&item.cost_centre, &item.unit].into_iter().flat_map(|u| self.unit_codes(u)).collect();
        let employments =
            self.input.persons.get(person).map(|p| p.employments.as_slice()).unwrap_or_default();
        let listed = self.rows_of(person).iter().filter_map(|r| self.input.rows.get(*r)).map(|r| &r.unit);
        !shown.is_empty()
            && employments
                .iter()
                .flat_map(|e| [&e.unit, &e.cost_centre])
                .chain(listed)
                .flat_map(|u| self.unit_codes(u))
                .any(|u| shown.contains(&u))
    }

    /// A unit as it is written and, for "4711 Simhallen", by its code alone; old codes as those of today.
    fn unit_codes(&self, unit: &str) -> impl Iterator<Item = String> + use<'_> {
        let unit = unit.trim();
        let code = unit
            .split_once(' ')
            .map(|(code, _)| code)
            .filter(|c| c.bytes().any(|b| b.is_ascii_digit()))
            .map(|c| successor(&self.input, c));
        (!unit.is_empty()).then(|| successor(&self.input, unit)).into_iter().chain(code)
    }

    /// Rules 2.6.1: how many others bear the name and work here, or do not.
    pub(super) fn count<'h>(
        &self,
        hits: impl Iterator<Item = &'h NameHit>,
        except: PersonIx,
        here: bool,
    ) -> usize {
        hits.filter(|h| h.person != except && self.standing(h.person).works_today() == here).count()
    }

    pub(super) fn is_protected(&self, person: PersonIx) -> bool {
        self.input.persons.get(person).is_some_and(|p| p.is_protected)
    }

    pub(super) fn shown(&self, person: PersonIx, value: Option<String>) -> Option<String> {
        value.filter(|v| !v.is_empty() && !self.is_protected(person))
    }

    pub(super) fn shown_name(&self, person: PersonIx) -> Option<String> {
        let name = self.input.persons.get(person)?.names.first().map(|n| n.text.clone());
        self.shown(person, name)
    }
}

/// The class that a standing gives, at best `identity`.
pub(super) fn class_of(standing: Standing, identity: Class) -> Class {
    match standing {
        Standing::Leaver { .. } => identity,
        Standing::Planned { .. } | Standing::Grace { .. } => Class::P,
        Standing::NotLeaver(_) => Class::X,
        Standing::Suspected => Class::C,
        Standing::Active => Class::None,
    }
}

/// The class that one person's standing gives, at best `identity`.
pub(super) fn by_standing(standing: Standing, identity: Class) -> Proposal {
    let mut proposal = Proposal::new(class_of(standing, identity));
    proposal.not_before = standing.not_before();
    match standing {
        Standing::NotLeaver(code) => proposal.contradict(match code {
            LCode::L5 => Contradiction::Rehired,
            LCode::L6 => Contradiction::OnLeave,
            LCode::L10 => Contradiction::Withdrawn,
            _ => Contradiction::OtherEmployment,
        }),
        Standing::Suspected => proposal.cap(Class::C, CapReason::NotListed),
        _ => {}
    }
    proposal
}
