//! Who has left but still holds something: the matching of leaver lists with subscriptions, licences and tags
//! (`docs/rules.md` 2).
//!
//! It proposes and a human decides (2.1.1). Being on a list is not enough (2.1.2), a name alone never gives the
//! highest class (2.1.3), and what contradicts wins over what agrees (2.5).
//!
//! ```text
//! persons ─┬─ employments ─┐
//!          │               ├─ spells ── verdict per row, standing per person ─┐
//! rows  ───┴───────────────┘                                                  ├─ class per item
//! items ── number, account, telephone, device, decision (E1–E6) ── name ──────┘
//! ```
//!
//! Nothing is compared with everything: persons are found by keys, names by pairs of their words. The time grows
//! with the number of persons, rows and items.

mod by_identity;
mod by_name;
mod classify;
mod codes;
mod evidence;
mod limits;
mod model;
mod name_index;
mod non_person;
mod proposal;
mod reasons;
mod register;
mod spells;
mod standing;
mod verdicts;

pub use codes::{CapReason, Class, Contradiction, EvidenceCode, LCode, NonPersonMark, Note, Verdict};
pub use model::{
    Account, Decision, EmployeeNumber, Employment, EmploymentKind, HolderChange, Input, Item, ItemIx,
    KnownName, LastUse, LeaverRow, Person, PersonIx, RowIx, Settings, Snapshot, WorkMobile, account_key,
    number_key, unit_key,
};
pub use proposal::{Candidate, Evidence, Proposal};
pub use reasons::{EmploymentForm, EmploymentStatus, EventKind, ReasonTable};
pub use register::{Identity, Link, LinkedBy, Register};
pub use standing::Standing;
pub use verdicts::RowVerdict;

use chrono::Days;
use evidence::IdentityIndex;
use name_index::NameIndex;
use non_person::Places;

/// The matching of one municipality on one day.
pub struct Matcher<'a> {
    input: Input<'a>,
    standings: Vec<Standing>,
    verdicts: Vec<RowVerdict>,
    /// Rows sorted by person.
    order: Vec<RowIx>,
    /// Where each person's rows begin and end in `order`.
    spans: Vec<(usize, usize)>,
    identities: IdentityIndex,
    names: NameIndex,
    places: Places,
}

impl<'a> Matcher<'a> {
    /// Judges every row and person, and builds the indexes that items are looked up in.
    #[must_use]
    pub fn new(input: Input<'a>) -> Self {
        let mut rows: Vec<(PersonIx, RowIx)> = input
            .rows
            .iter()
            .enumerate()
            .filter_map(|(ix, r)| Some((r.person.filter(|p| *p < input.persons.len())?, ix)))
            .collect();
        rows.sort_unstable();
        let order: Vec<RowIx> = rows.iter().map(|(_, ix)| *ix).collect();
        let spans: Vec<(usize, usize)> = (0..input.persons.len())
            .map(|p| (rows.partition_point(|(q, _)| *q < p), rows.partition_point(|(q, _)| *q <= p)))
            .collect();
        let mut standings = Vec::with_capacity(input.persons.len());
        let mut verdicts: Vec<Option<RowVerdict>> = vec![None; input.rows.len()];
        for (person, (from, to)) in input.persons.iter().zip(&spans) {
            let (standing, judged) =
                verdicts::judge(&input, person, order.get(*from..*to).unwrap_or_default());
            standings.push(standing);
            for (ix, verdict) in judged {
                if let Some(slot) = verdicts.get_mut(ix) {
                    *slot = Some(verdict);
                }
            }
        }
        let verdicts = verdicts
            .into_iter()
            .enumerate()
            .filter_map(|(ix, verdict)| verdict.or_else(|| verdicts::judge_alone(&input, ix)))
            .collect();
        let forgotten = Days::new(input.settings.name_memory_days.unsigned_abs());
        let oldest = input.today.checked_sub_days(forgotten);
        let remembered = |ix: PersonIx| match standings.get(ix) {
            Some(Standing::Leaver { end, .. }) => oldest.is_none_or(|oldest| *end >= oldest),
            _ => true,
        };
        let mut matcher = Self {
            names: NameIndex::build(input.persons, remembered),
            identities: IdentityIndex::build(input.persons),
            places: Places::new(
                input.unit_names.iter().map(String::as_str),
                input.titles.iter().map(String::as_str),
                input.persons.iter().flat_map(|p| &p.accounts).map(|a| a.id.as_str()),
            ),
            input,
            standings,
            verdicts,
            order,
            spans,
        };
        let doubtful: Vec<bool> =
            input.rows.iter().map(|r| r.person.is_some_and(|p| matcher.may_be_another(p))).collect();
        for (verdict, doubtful) in matcher.verdicts.iter_mut().zip(doubtful) {
            verdict.is_doubtful = doubtful;
        }
        matcher
    }

    /// What each row of the lists means, in the order of the rows.
    #[must_use]
    pub fn verdicts(&self) -> &[RowVerdict] {
        &self.verdicts
    }

    /// Where a person stands on the day. A person that is not in the input counts as active: nothing is proposed.
    #[must_use]
    pub fn standing(&self, person: PersonIx) -> Standing {
        self.standings.get(person).copied().unwrap_or(Standing::Active)
    }

    /// The rows about a person.
    #[must_use]
    pub fn rows_of(&self, person: PersonIx) -> &[RowIx] {
        self.spans.get(person).and_then(|(from, to)| self.order.get(*from..*to)).unwrap_or_default()
    }

    /// Proposes for all items, in their order. A twin or data card follows its main subscription when that has a
    /// holder.
    #[must_use]
    pub fn propose_all(&self, items: &[Item]) -> Vec<Proposal> {
        let mut proposals: Vec<Proposal> = items.iter().map(|item| self.propose(item)).collect();
        for (ix, item) in items.iter().enumerate() {
            let Some(main) = item.main.filter(|m| *m != ix) else { continue };
            if items.get(main).is_none_or(|m| m.main.is_some()) {
                continue;
            }
            // What was decided about the card itself goes before what is proposed for the main subscription.
            let is_refused = |p: &Proposal| {
                item.decisions.iter().any(|decision| match decision {
                    Decision::NonPerson => true,
                    Decision::NotHolder(person) => p.person() == Some(*person),
                    _ => false,
                })
            };
            let followed = proposals
                .get(main)
                .filter(|p| !matches!(p.class, Class::Unknown | Class::N) && !is_refused(p))
                .cloned();
            // Its own number or account may say that it stayed with another than the main subscription.
            let own = proposals.get(ix).filter(|p| p.evidence_codes().iter().any(|e| e.is_strong()));
            if own.is_some_and(|own| followed.as_ref().is_some_and(|f| own.person() != f.person())) {
                continue;
            }
            if let (Some(mut followed), Some(slot)) = (followed, proposals.get_mut(ix)) {
                if slot.kept_until.is_some() {
                    followed.kept_until = slot.kept_until;
                    followed.note(Note::Kept);
                }
                followed.note(Note::FollowsMain);
                *slot = followed;
            }
        }
        proposals
    }
}

#[cfg(test)]
mod tests;
