//! What subscriptions without a holder cost, and what it saves to end them (`docs/reports.md` R06, R09).
//!
//! * Accrued cost: the price times the full months since the holder's last day.
//! * Potential per month: what the open items of class A and B cost; those of class C are told apart, since whose they are is
//!   not settled.
//! * Realised: for each end that a later list has verified, the price for each month from the first whole month after the last
//!   day to the natural end: the end of the operator's contract, else a number of months. A bound subscription is paid for
//!   until the binding ends whatever is ordered.
//!
//! A number counts once in a month, however many decisions there are about it, and no longer when it is back in the lists.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::contract_dates::periods::add_months;
use super::leaver_months::{month_of, months_later};

/// Full months from a day to another; 0 when the second is not later. The last day of a month is a month after that of the
/// month before.
#[must_use]
pub fn full_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let mut months = 0;
    while months < 1200 && add_months(from, months + 1) <= to {
        months += 1;
    }
    months
}

/// What an item has cost since its holder left.
#[must_use]
pub fn accrued(price: Decimal, ended: NaiveDate, today: NaiveDate) -> Decimal {
    price * Decimal::from(full_months(ended, today))
}

/// An item that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open<I> {
    /// The number.
    pub item: I,
    /// Class A or B: whose it is, is settled or likely.
    pub is_likely: bool,
    /// Kronor a month; `None` = the operator does not say.
    pub price: Option<Decimal>,
}

/// What could be saved each month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Potential {
    /// Class A and B.
    pub likely: Decimal,
    /// How many those are.
    pub likely_count: usize,
    /// Class C.
    pub possible: Decimal,
    /// How many those are.
    pub possible_count: usize,
    /// Items without a price, in any class.
    pub unpriced: usize,
}

/// Sums what is open; a number with two cases counts once, as the likelier.
#[must_use]
pub fn potential<I: Eq + Hash + Clone>(open: &[Open<I>]) -> Potential {
    let mut items: HashMap<I, (bool, Option<Decimal>)> = HashMap::new();
    for one in open {
        let entry = items.entry(one.item.clone()).or_insert((one.is_likely, one.price));
        entry.0 |= one.is_likely;
        entry.1 = entry.1.max(one.price);
    }
    let mut sum = Potential::default();
    for (is_likely, price) in items.into_values() {
        sum.unpriced += usize::from(price.is_none());
        let price = price.unwrap_or_default();
        if is_likely {
            sum.likely += price;
            sum.likely_count += 1;
        } else {
            sum.possible += price;
            sum.possible_count += 1;
        }
    }
    sum
}

/// An end that a later list has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended<I> {
    /// The number.
    pub item: I,
    /// Kronor a month when it was decided.
    pub price: Decimal,
    /// The last day that it was had.
    pub last_day: NaiveDate,
    /// It was paid for until then, whatever was ordered.
    pub binding_until: Option<NaiveDate>,
    /// The end of the operator's contract, if one is known.
    pub contract_end: Option<NaiveDate>,
    /// The day of the list that it was back in.
    pub back_on: Option<NaiveDate>,
}

impl<I> Ended<I> {
    /// The last day that is paid for.
    #[must_use]
    pub fn paid_until(&self) -> NaiveDate {
        self.binding_until.map_or(self.last_day, |bound| bound.max(self.last_day))
    }

    /// The months that it saves, as their first days: the first and the one after the last.
    #[must_use]
    pub fn months(&self, usual_months: u32) -> (NaiveDate, NaiveDate) {
        let paid = self.paid_until();
        // Paid to the last of a month: the next month is the first that is saved. Else the rest of the month is paid for.
        let first = months_later(month_of(paid), 1);
        let natural = match self.contract_end {
            // Only months that the contract would have lasted through.
            Some(end) => month_of(end.checked_add_days(Days::new(1)).unwrap_or(end)),
            None => months_later(first, usual_months),
        };
        let end = self.back_on.map_or(natural, |back| natural.min(month_of(back)));
        (first, end.max(first))
    }
}

/// What one end saves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<I> {
    /// The number.
    pub item: I,
    /// The position of the end among those that were given.
    pub of: usize,
    /// Kronor a month.
    pub price: Decimal,
    /// The months that count for this end, as their first days.
    pub months: Vec<NaiveDate>,
}

impl<I> Row<I> {
    /// Everything to the natural end.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.price * Decimal::from(self.months.len())
    }

    /// What has been saved up to and including a month.
    #[must_use]
    pub fn until(&self, month: NaiveDate) -> Decimal {
        self.price * Decimal::from(self.months.iter().filter(|m| **m <= month).count())
    }
}

/// What is saved in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// Numbers that count.
    pub count: usize,
    /// Kronor in the month.
    pub amount: Decimal,
    /// Kronor from the first month to this one.
    pub cumulative: Decimal,
}

/// The realised saving, end by end and month by month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realised<I> {
    /// Ends in the order in which they begin to save.
    pub rows: Vec<Row<I>>,
    /// Every month from the first that saves to the last, without gaps.
    pub months: Vec<Month>,
}

impl<I> Realised<I> {
    /// Everything to the natural ends.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.rows.iter().map(Row::total).sum()
    }

    /// What has been saved up to and including a month.
    #[must_use]
    pub fn until(&self, month: NaiveDate) -> Decimal {
        self.rows.iter().map(|row| row.until(month)).sum()
    }
}

/// Counts what verified ends save. Of two about the same number the one that began first counts in the months they share.
#[must_use]
pub fn realised<I: Eq + Hash + Clone>(ends: &[Ended<I>], usual_months: u32) -> Realised<I> {
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by_key(|i| (ends[*i].paid_until(), *i));
    let mut taken: HashMap<I, Vec<NaiveDate>> = HashMap::new();
    let mut sums: BTreeMap<NaiveDate, (usize, Decimal)> = BTreeMap::new();
    let mut rows = Vec::with_capacity(ends.len());
    for of in order {
        let ended = &ends[of];
        let (mut month, end) = ended.months(usual_months);
        let already = taken.entry(ended.item.clone()).or_default();
        let mut months = Vec::new();
        while month < end {
            if !already.contains(&month) {
                already.push(month);
                months.push(month);
                let sum = sums.entry(month).or_default();
                sum.0 += 1;
                sum.1 += ended.price;
            }
            month = months_later(month, 1);
        }
        rows.push(Row { item: ended.item.clone(), of, price: ended.price, months });
    }
    let mut months = Vec::new();
    let mut cumulative = Decimal::ZERO;
    if let (Some((first, _)), Some((last, _))) = (sums.first_key_value(), sums.last_key_value()) {
        let (mut month, last) = (*first, *last);
        while month <= last {
            let (count, amount) = sums.get(&month).copied().unwrap_or_default();
            cumulative += amount;
            months.push(Month { month, count, amount, cumulative });
            month = months_later(month, 1);
        }
    }
    Realised { rows, months }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn kr(n: i64) -> Decimal {
        Decimal::from(n)
    }

    fn ended(item: u32, price: i64, last_day: &str) -> Ended<u32> {
        Ended {
            item,
            price: kr(price),
            last_day: day(last_day),
            binding_until: None,
            contract_end: None,
            back_on: None,
        }
    }

    #[test]
    fn months_are_counted_when_they_are_full() {
        for (from, to, months) in [
            ("2026-08-31", "2026-09-29", 0),
            ("2026-08-31", "2026-09-30", 1),
            ("2026-08-15", "2026-11-14", 2),
            ("2026-08-15", "2026-11-15", 3),
            ("2026-11-20", "2026-11-20", 0),
            ("2026-12-01", "2026-11-20", 0),
            ("2024-02-29", "2025-02-28", 12),
        ] {
            assert_eq!(full_months(day(from), day(to)), months, "{from} {to}");
        }
        assert_eq!(accrued(kr(189), day("2026-08-31"), day("2026-11-20")), kr(378));
    }

    #[test]
    fn the_potential_tells_the_likely_from_the_possible_and_counts_a_number_once() {
        let open = |item, is_likely, price: Option<i64>| Open { item, is_likely, price: price.map(kr) };
        let sum = potential(&[
            open(1, true, Some(100)),
            open(1, false, Some(100)),
            open(2, false, Some(50)),
            open(3, true, None),
        ]);
        assert_eq!((sum.likely, sum.likely_count, sum.possible, sum.possible_count), (kr(100), 2, kr(50), 1));
        assert_eq!(sum.unpriced, 1);
    }

    #[test]
    fn a_saving_lasts_from_the_month_after_the_last_day_to_the_natural_end() {
        for (name, end, first, after) in [
            ("twelve months as usual", ended(1, 1, "2026-09-30"), "2026-10-01", "2027-10-01"),
            ("the rest of a begun month is paid for", ended(1, 1, "2026-10-15"), "2026-11-01", "2027-11-01"),
            (
                "never before the binding ends",
                Ended { binding_until: Some(day("2027-01-31")), ..ended(1, 1, "2026-09-30") },
                "2027-02-01",
                "2028-02-01",
            ),
            (
                "a binding that is over",
                Ended { binding_until: Some(day("2025-01-31")), ..ended(1, 1, "2026-09-30") },
                "2026-10-01",
                "2027-10-01",
            ),
            (
                "to the end of the contract",
                Ended { contract_end: Some(day("2027-03-31")), ..ended(1, 1, "2026-09-30") },
                "2026-10-01",
                "2027-04-01",
            ),
            (
                "whole months of the contract only",
                Ended { contract_end: Some(day("2027-03-15")), ..ended(1, 1, "2026-09-30") },
                "2026-10-01",
                "2027-03-01",
            ),
            (
                "a contract that was over saves nothing",
                Ended { contract_end: Some(day("2026-06-30")), ..ended(1, 1, "2026-09-30") },
                "2026-10-01",
                "2026-10-01",
            ),
            (
                "what is back is paid for from that month",
                Ended { back_on: Some(day("2026-12-03")), ..ended(1, 1, "2026-09-30") },
                "2026-10-01",
                "2026-12-01",
            ),
        ] {
            assert_eq!(end.months(12), (day(first), day(after)), "{name}");
        }
    }

    #[test]
    fn a_saving_worked_out_by_hand() {
        // 189 kr from October, 99 kr from November, three months each; the second is back in January.
        let ends = [
            Ended { back_on: Some(day("2027-01-02")), ..ended(2, 99, "2026-10-20") },
            ended(1, 189, "2026-09-30"),
        ];
        let saved = realised(&ends, 3);
        let months: Vec<_> =
            saved.months.iter().map(|m| (m.month.to_string(), m.count, m.amount, m.cumulative)).collect();
        assert_eq!(
            months,
            [
                ("2026-10-01".into(), 1, kr(189), kr(189)),
                ("2026-11-01".into(), 2, kr(288), kr(477)),
                ("2026-12-01".into(), 2, kr(288), kr(765)),
            ]
        );
        assert_eq!((saved.total(), saved.until(day("2026-11-01"))), (kr(765), kr(477)));
        assert_eq!(saved.rows[0].of, 1, "the first to save stands first");
    }

    #[test]
    fn a_second_decision_about_a_number_does_not_count_double() {
        let once = realised(&[ended(1, 100, "2026-09-30")], 12);
        let twice = realised(&[ended(1, 100, "2026-09-30"), ended(1, 100, "2026-09-30")], 12);
        assert_eq!((once.total(), &once.months), (twice.total(), &twice.months));
        // It came back and was ended again: the months between are paid for.
        let again = realised(
            &[
                Ended { back_on: Some(day("2026-12-02")), ..ended(1, 100, "2026-09-30") },
                ended(1, 120, "2027-01-31"),
            ],
            12,
        );
        assert_eq!(again.total(), kr(2 * 100 + 12 * 120));
        assert_eq!(
            again.months[2],
            Month { month: day("2026-12-01"), count: 0, amount: kr(0), cumulative: kr(200) }
        );
    }

    fn ends() -> impl Strategy<Value = Vec<Ended<u32>>> {
        let days = || (0u64..1500).prop_map(|n| day("2024-01-01") + Days::new(n));
        let one = (
            0u32..6,
            0i64..500,
            days(),
            proptest::option::of(days()),
            proptest::option::of(days()),
            proptest::option::of(days()),
        );
        let ended = one.prop_map(|(item, price, last_day, binding_until, contract_end, back_on)| Ended {
            item,
            price: kr(price),
            last_day,
            binding_until,
            contract_end,
            back_on,
        });
        proptest::collection::vec(ended, 0..12)
    }

    proptest! {
        #[test]
        fn the_months_and_the_rows_make_the_same_sum(ends in ends(), usual in 0u32..40) {
            let saved = realised(&ends, usual);
            prop_assert_eq!(saved.total(), saved.months.iter().map(|m| m.amount).sum::<Decimal>());
            prop_assert_eq!(saved.months.last().map_or(Decimal::ZERO, |m| m.cumulative), saved.total());
            prop_assert_eq!(saved.rows.len(), ends.len());
        }

        #[test]
        fn a_number_counts_at_most_once_in_a_month(ends in ends(), usual in 0u32..40) {
            let mut seen = std::collections::HashSet::new();
            for row in realised(&ends, usual).rows {
                for month in row.months {
                    prop_assert!(seen.insert((row.item, month)));
                    prop_assert!(month > month_of(ends[row.of].last_day));
                }
            }
        }

        #[test]
        fn more_ends_never_save_less(ends in ends(), usual in 0u32..40) {
            let numbers: std::collections::HashSet<_> = ends.iter().map(|e| e.item).collect();
            let fewer = realised(&ends[..ends.len() / 2], usual);
            let months = |r: &Realised<u32>| r.rows.iter().map(|row| row.months.len()).sum::<usize>();
            prop_assert!(months(&realised(&ends, usual)) >= months(&fewer));
            prop_assert!(realised(&ends, usual).months.iter().all(|m| m.count <= numbers.len()));
        }
    }
}
