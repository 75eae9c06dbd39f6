//! When a month's list of leavers is due, and where it stands (`docs/rules.md` 2.10).
//!
//! The list of a month is due some working days into the month after. Three days after that somebody is told that it is
//! missing. A list without rows is not yet an answer: that there was nobody must have been said.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::working_days::is_working_day;

/// The working day of the following month on which a list is due where nothing else is decided.
pub const DUE_WORKDAY: u32 = 5;

/// Days after the due day when a list that is not there is called missing.
pub const GRACE_DAYS: u64 = 3;

/// The first day of a date's month.
#[must_use]
pub fn month_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The first day of the month a number of months later.
#[must_use]
pub fn months_later(month: NaiveDate, months: u32) -> NaiveDate {
    month_of(month).checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The first day of the month a number of months earlier.
#[must_use]
pub fn months_earlier(month: NaiveDate, months: u32) -> NaiveDate {
    month_of(month).checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// The months from one to another, both included, by their first days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first month.
    pub from: NaiveDate,
    /// The last month.
    pub until: NaiveDate,
}

impl Period {
    /// So many months, that of a day the last.
    #[must_use]
    pub fn up_to(day: NaiveDate, months: u32) -> Self {
        let until = month_of(day);
        Self { from: months_earlier(until, months.saturating_sub(1)), until }
    }

    /// Its months, the newest first.
    #[must_use]
    pub fn months(self) -> Vec<NaiveDate> {
        std::iter::successors(Some(self.until), |month| month.checked_sub_months(Months::new(1)))
            .take_while(|month| *month >= self.from)
            .collect()
    }
}

/// The `workday`th working day of the month after `month`: the last day on which the month's list is in time.
///
/// Counts from 1; 0 is taken as 1. A number that the month does not have gives its last working day.
#[must_use]
pub fn due_date(month: NaiveDate, workday: u32) -> NaiveDate {
    let first = months_later(month, 1);
    let next = months_later(month, 2);
    let days = first.iter_days().take_while(|day| *day < next).filter(|day| is_working_day(*day));
    days.take(workday.max(1) as usize).last().unwrap_or(first)
}

/// A list of a month, as far as its time goes: the one that answered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The day it came.
    pub on: NaiveDate,
    /// How many rows it has.
    pub rows: u32,
    /// Somebody said that there was nobody.
    pub says_nobody: bool,
}

/// Where a month of a sender stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthState {
    /// The due day has not come and the month may not even be over.
    Due,
    /// The due day has passed.
    Late,
    /// The due day passed [`GRACE_DAYS`] or more days ago: somebody is told.
    Missing,
    /// There is a list without rows, and nobody has said that there was nobody.
    EmptyUnconfirmed,
    /// A list came in time.
    Delivered,
    /// A list came after the due day.
    DeliveredLate,
    /// Somebody said in time that there was nobody.
    SaysNobody,
    /// Somebody said so after the due day.
    SaysNobodyLate,
}

impl MonthState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Due,
        Self::Late,
        Self::Missing,
        Self::EmptyUnconfirmed,
        Self::Delivered,
        Self::DeliveredLate,
        Self::SaysNobody,
        Self::SaysNobodyLate,
    ];

    /// The code that is filtered on.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Late => "late",
            Self::Missing => "missing",
            Self::EmptyUnconfirmed => "empty_unconfirmed",
            Self::Delivered => "delivered",
            Self::DeliveredLate => "delivered_late",
            Self::SaysNobody => "says_nobody",
            Self::SaysNobodyLate => "says_nobody_late",
        }
    }

    /// The words on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Due => "Väntas",
            Self::Late => "Sen",
            Self::Missing => "Saknas",
            Self::EmptyUnconfirmed => "Tom, inte bekräftad",
            Self::Delivered => "Lämnad",
            Self::DeliveredLate => "Lämnad för sent",
            Self::SaysNobody => "Inga avslutade",
            Self::SaysNobodyLate => "Inga avslutade, för sent",
        }
    }

    /// Whether the municipality knows who left that month.
    #[must_use]
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Delivered | Self::DeliveredLate | Self::SaysNobody | Self::SaysNobodyLate)
    }

    /// Whether the answer came in time.
    #[must_use]
    pub fn is_in_time(self) -> bool {
        matches!(self, Self::Delivered | Self::SaysNobody)
    }
}

/// Where a month stands today. `received` are the lists that stand for the month, in any order: an answer counts from the day
/// the first of them answered, so that a later correction does not make it late.
#[must_use]
pub fn month_state(due: NaiveDate, received: &[Received], today: NaiveDate) -> MonthState {
    month_state_with(due, received, today, GRACE_DAYS)
}

/// The same where the municipality has decided how many days after the due day a list is called missing.
#[must_use]
pub fn month_state_with(
    due: NaiveDate,
    received: &[Received],
    today: NaiveDate,
    grace_days: u64,
) -> MonthState {
    let answered = |r: &&Received| r.rows > 0 || r.says_nobody;
    if let Some(first) = received.iter().filter(answered).min_by_key(|r| (r.on, r.rows == 0)) {
        let nobody = received.iter().all(|r| r.rows == 0);
        return match (nobody, first.on > due) {
            (false, false) => MonthState::Delivered,
            (false, true) => MonthState::DeliveredLate,
            (true, false) => MonthState::SaysNobody,
            (true, true) => MonthState::SaysNobodyLate,
        };
    }
    if !received.is_empty() {
        return MonthState::EmptyUnconfirmed;
    }
    match due.checked_add_days(Days::new(grace_days)) {
        _ if today <= due => MonthState::Due,
        Some(missing) if today >= missing => MonthState::Missing,
        _ => MonthState::Late,
    }
}

/// Lists due and lists in time (R07): compliance is the second over the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compliance {
    /// Lists whose due day has passed, and lists that have been answered before it.
    pub due: u32,
    /// Those that were answered in time.
    pub in_time: u32,
}

impl Compliance {
    /// Counts one more month of a sender; one that is still awaited counts for nothing yet.
    pub fn add(&mut self, state: MonthState, due: NaiveDate, today: NaiveDate) {
        let counts = state.is_answered() || today > due;
        self.due += u32::from(counts);
        self.in_time += u32::from(counts && state.is_in_time());
    }

    /// Whole percent, rounded down so that 100 means all; `None` when nothing was due.
    #[must_use]
    pub fn percent(self) -> Option<u32> {
        (self.in_time * 100).checked_div(self.due)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn list(on: &str, rows: u32) -> Received {
        Received { on: day(on), rows, says_nobody: false }
    }

    fn nobody(on: &str) -> Received {
        Received { on: day(on), rows: 0, says_nobody: true }
    }

    #[test]
    fn a_period_has_its_months_the_newest_first() {
        let period = Period::up_to(day("2026-02-17"), 3);
        assert_eq!(period, Period { from: day("2025-12-01"), until: day("2026-02-01") });
        assert_eq!(period.months(), ["2026-02-01", "2026-01-01", "2025-12-01"].map(day));
        assert_eq!(Period::up_to(day("2026-02-17"), 1).months(), [day("2026-02-01")]);
    }

    #[test]
    fn a_list_is_due_on_the_fifth_working_day_of_the_month_after() {
        for (month, workday, due) in [
            ("2026-10-01", 5, "2026-11-06"), // Monday 2 to Friday 6 November; allhelgonadagen is a Saturday
            ("2026-09-01", 5, "2026-10-07"),
            ("2026-11-01", 5, "2026-12-07"),
            ("2026-12-01", 5, "2027-01-11"), // nyårsdagen is a Friday, trettondagen a Wednesday
            ("2026-03-01", 5, "2026-04-09"), // långfredagen 3 April, annandag påsk 6 April
            ("2026-04-01", 5, "2026-05-08"), // first of May is a Friday
            ("2026-05-01", 1, "2026-06-01"),
            ("2026-10-01", 10, "2026-11-13"),
            ("2026-10-01", 0, "2026-11-02"),
            ("2026-10-17", 5, "2026-11-06"), // any day of the month stands for it
        ] {
            assert_eq!(due_date(day(month), workday), day(due), "{month}, {workday}");
        }
    }

    #[test]
    fn a_number_of_working_days_that_the_month_lacks_gives_its_last() {
        assert_eq!(due_date(day("2026-01-01"), 25), day("2026-02-27"));
    }

    #[test]
    fn a_month_goes_from_awaited_through_late_to_missing() {
        let due = day("2026-11-06");
        for (today, state) in [
            ("2026-10-10", MonthState::Due),
            ("2026-11-06", MonthState::Due),
            ("2026-11-07", MonthState::Late),
            ("2026-11-08", MonthState::Late),
            ("2026-11-09", MonthState::Missing),
            ("2027-03-01", MonthState::Missing),
        ] {
            assert_eq!(month_state(due, &[], day(today)), state, "{today}");
        }
    }

    #[test]
    fn what_came_says_where_the_month_stands() {
        use MonthState as S;
        let due = day("2026-11-06");
        for (received, state) in [
            (vec![list("2026-11-06", 4)], S::Delivered),
            (vec![list("2026-11-07", 4)], S::DeliveredLate),
            // A correction afterwards does not make it late, in whatever order they are told.
            (vec![list("2026-11-20", 5), list("2026-11-03", 4)], S::Delivered),
            (vec![list("2026-11-03", 0)], S::EmptyUnconfirmed),
            (vec![nobody("2026-11-03")], S::SaysNobody),
            (vec![nobody("2026-11-10")], S::SaysNobodyLate),
            // An empty file in time that was confirmed after: the answer came with the word.
            (vec![list("2026-11-03", 0), nobody("2026-11-10")], S::SaysNobodyLate),
            // There was somebody after all: the first answer was in time.
            (vec![nobody("2026-11-03"), list("2026-11-12", 1)], S::Delivered),
        ] {
            assert_eq!(month_state(due, &received, day("2026-11-20")), state, "{received:?}");
        }
    }

    #[test]
    fn compliance_is_lists_in_time_of_lists_due() {
        let (due, today) = (day("2026-11-06"), day("2026-11-20"));
        let mut figure = Compliance::default();
        assert_eq!(figure.percent(), None);
        for state in
            [MonthState::Delivered, MonthState::SaysNobody, MonthState::DeliveredLate, MonthState::Missing]
        {
            figure.add(state, due, today);
        }
        figure.add(MonthState::Due, day("2026-12-07"), today);
        figure.add(MonthState::Delivered, day("2026-12-07"), today);
        assert_eq!((figure.due, figure.in_time, figure.percent()), (5, 3, Some(60)));
    }

    #[test]
    fn every_state_has_its_own_code_and_words() {
        let codes: std::collections::HashSet<_> = MonthState::ALL.iter().map(|s| s.code()).collect();
        let labels: std::collections::HashSet<_> = MonthState::ALL.iter().map(|s| s.label()).collect();
        assert_eq!((codes.len(), labels.len()), (MonthState::ALL.len(), MonthState::ALL.len()));
    }

    proptest! {
        #[test]
        fn a_due_day_is_a_working_day_of_the_month_after(n in 0u32..3000, workday in 1u32..=22) {
            let month = months_later(day("2000-01-01"), n % 600);
            let due = due_date(month, workday);
            prop_assert!(is_working_day(due));
            prop_assert_eq!(month_of(due), months_later(month, 1));
            prop_assert!(due_date(month, workday + 1) >= due);
        }

        #[test]
        fn the_order_of_the_lists_does_not_matter(
            mut lists in proptest::collection::vec((0u64..60, 0u32..3, any::<bool>()), 0..5), after in 0u64..90
        ) {
            let due = day("2026-11-06");
            let of = |l: &[(u64, u32, bool)]| l.iter().map(|(d, rows, says)| Received {
                on: day("2026-10-20") + Days::new(*d), rows: *rows, says_nobody: *says && *rows == 0,
            }).collect::<Vec<_>>();
            let today = day("2026-10-20") + Days::new(after);
            let one = month_state(due, &of(&lists), today);
            lists.reverse();
            prop_assert_eq!(one, month_state(due, &of(&lists), today));
        }
    }
}
