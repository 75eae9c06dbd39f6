//! What a list covers: of each operator the series that hold mostly numbers of the list. What a covered series has and the list
//! has not is gone; a list of other numbers begins a series of its own.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    areas::subscriptions::queries::import::{KnownSeries, KnownSubscription, NewList, NewSeries},
    ids::new_id,
};

/// A series as the list covers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covered {
    /// The list for the series.
    pub list: Uuid,
    /// The newest list of the series, where that is newer than this one.
    pub newer: Option<Uuid>,
    /// The day of the newest list before, for where a number's history ends.
    pub before: Option<NaiveDate>,
}

/// What the list covers.
#[derive(Debug, Default)]
pub(super) struct Extent {
    /// Series that the register did not have.
    pub new_series: Vec<NewSeries>,
    /// A list for each series.
    pub lists: Vec<NewList>,
    /// By series.
    pub covered: HashMap<Uuid, Covered>,
    /// The series of each operator that new numbers join.
    main: HashMap<Uuid, Uuid>,
    /// The newest list's day of every series of the register, and whose it is.
    known: HashMap<Uuid, (Uuid, Option<NaiveDate>)>,
}

/// Finds out what a list covers. `numbers` = every number in it, those of refused rows included; `operators` = the operators in
/// it; `label` = what a new series is called.
pub(super) fn find(
    numbers: &HashSet<&str>,
    operators: &[Uuid],
    known: &[KnownSubscription],
    series: &[KnownSeries],
    taken_on: NaiveDate,
    label: &str,
) -> Extent {
    let mut counts: HashMap<Uuid, [usize; 4]> = HashMap::new();
    for (of, one) in known.iter().filter_map(|s| Some((s.series_id?, s))) {
        let [present, here, all, all_here] = counts.entry(of).or_default();
        let is_in = usize::from(numbers.contains(one.msisdn.as_str()));
        if one.missing_from_list_id.is_none() {
            *present += 1;
            *here += is_in;
        }
        *all += 1;
        *all_here += is_in;
    }
    let mut extent = Extent {
        known: series.iter().map(|s| (s.id, (s.operator_id, s.newest_on))).collect(),
        ..Extent::default()
    };
    for operator in operators {
        let mut best: Option<(usize, Uuid)> = None;
        for one in series.iter().filter(|s| s.operator_id == *operator) {
            let [present, here, all, all_here] = counts.get(&one.id).copied().unwrap_or_default();
            // Of a series that is gone as a whole, what was in it.
            let (of, here) = if present == 0 { (all, all_here) } else { (present, here) };
            if here * 2 <= of {
                continue;
            }
            let newer = one.newest_id.filter(|_| one.newest_on.is_some_and(|day| day > taken_on));
            let list = extent.add(one.id, newer, one.newest_on);
            if best.is_none_or(|(n, _)| here > n) {
                best = Some((here, list));
                extent.main.insert(*operator, one.id);
            }
        }
        if best.is_none() {
            let id = new_id();
            extent.new_series.push(NewSeries { id, operator_id: *operator, label: label.to_owned() });
            extent.add(id, None, None);
            extent.main.insert(*operator, id);
        }
    }
    extent
}

impl Extent {
    fn add(&mut self, series: Uuid, newer: Option<Uuid>, before: Option<NaiveDate>) -> Uuid {
        let list = new_id();
        self.lists.push(NewList { id: list, series_id: series, row_count: 0 });
        self.covered.insert(series, Covered { list, newer, before });
        list
    }

    /// The series that a number of the list belongs to, and how the list covers it. A number stays in a series of its operator
    /// as long as the list covers any.
    pub(super) fn place(&self, operator: Uuid, old: Option<&KnownSubscription>) -> Option<(Uuid, Covered)> {
        let main = *self.main.get(&operator)?;
        let covered = *self.covered.get(&main)?;
        let Some(own) = old.and_then(|s| s.series_id) else { return Some((main, covered)) };
        if let Some(own_covered) = self.covered.get(&own) {
            return Some((own, *own_covered));
        }
        let is_same_operator = self.known.get(&own).is_some_and(|(of, _)| *of == operator);
        let begins = self.new_series.iter().any(|s| s.id == main);
        Some((if is_same_operator && !begins { own } else { main }, covered))
    }

    /// Whether what is known of a number is newer than the list.
    pub(super) fn is_outdated(&self, old: &KnownSubscription, taken_on: NaiveDate) -> bool {
        old.missing_from_list_id.is_none()
            && old
                .series_id
                .and_then(|id| self.known.get(&id))
                .is_some_and(|(_, on)| on.is_some_and(|day| day > taken_on))
    }

    /// Counts a row of a series.
    pub(super) fn count(&mut self, series: Uuid) {
        let of = if self.covered.contains_key(&series) {
            Some(series)
        } else {
            self.main.values().next().copied()
        };
        if let Some(list) = self.lists.iter_mut().find(|l| Some(l.series_id) == of) {
            list.row_count += 1;
        }
    }

    /// What the list ought to have had and has not, with the list it is gone from.
    pub(super) fn missing(
        &self,
        numbers: &HashSet<&str>,
        known: &[KnownSubscription],
    ) -> (Vec<Uuid>, Vec<Uuid>) {
        known
            .iter()
            .filter(|s| s.missing_from_list_id.is_none() && !numbers.contains(s.msisdn.as_str()))
            .filter_map(|s| {
                let covered = self.covered.get(&s.series_id?)?;
                covered.newer.is_none().then_some((s.id, covered.list))
            })
            .unzip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(series: Uuid, numbers: &[&str]) -> Vec<KnownSubscription> {
        numbers
            .iter()
            .map(|n| KnownSubscription {
                id: new_id(),
                msisdn: (*n).to_owned(),
                series_id: Some(series),
                ..KnownSubscription::default()
            })
            .collect()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_covers_a_series_when_it_holds_most_of_it() {
        let (operator, id) = (new_id(), new_id());
        let series = [KnownSeries {
            id,
            operator_id: operator,
            newest_id: Some(new_id()),
            newest_on: Some(day("2026-10-15")),
        }];
        let register = known(id, &["1", "2", "3", "4"]);
        let cover = |numbers: &[&str], on: &str| {
            find(&numbers.iter().copied().collect(), &[operator], &register, &series, day(on), "")
        };
        let most = cover(&["1", "2", "3", "9"], "2026-11-16");
        assert!(most.new_series.is_empty());
        assert_eq!(most.missing(&["1", "2", "3", "9"].into(), &register).0, [register[3].id]);
        assert_eq!(most.place(operator, None).map(|(s, _)| s), Some(id));

        let half = cover(&["1", "2", "9"], "2026-11-16");
        assert_eq!(half.new_series.len(), 1);
        assert!(half.missing(&["1", "2", "9"].into(), &register).0.is_empty());

        let older = cover(&["1", "2", "3"], "2026-09-15");
        assert_eq!(older.covered[&id].newer, series[0].newest_id);
        assert!(
            older.missing(&["1", "2", "3"].into(), &register).0.is_empty(),
            "an older list tells nothing of what is gone"
        );
    }

    #[test]
    fn an_operators_two_lists_are_two_series() {
        let (operator, one, other) = (new_id(), new_id(), new_id());
        let of = |id| KnownSeries { id, operator_id: operator, newest_id: None, newest_on: None };
        let mut register = known(one, &["1", "2", "3"]);
        register.extend(known(other, &["7", "8", "9"]));
        let numbers = ["7", "8", "9"].into();
        let extent = find(&numbers, &[operator], &register, &[of(one), of(other)], day("2026-11-16"), "");
        assert!(extent.missing(&numbers, &register).0.is_empty());
        assert_eq!(extent.place(operator, None).map(|(s, _)| s), Some(other));
    }
}
