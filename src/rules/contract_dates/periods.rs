//! Where periods end (`docs/rules.md` 1.1).
//!
//! Every end is counted from the original anchor, never from the end before it: stepping 31 January month by month
//! would drift to the 28th, counted from the anchor it gives 29 February, 31 March, 30 April.
//! All functions are total: a date beyond the calendar becomes its last or first day.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Adds months; a day the target month lacks becomes its last day.
#[must_use]
pub fn add_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// Subtracts months; a day the target month lacks becomes its last day.
#[must_use]
pub fn sub_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// The day before.
#[must_use]
pub fn day_before(date: NaiveDate) -> NaiveDate {
    date.pred_opt().unwrap_or(NaiveDate::MIN)
}

/// The day after.
#[must_use]
pub fn day_after(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// Subtracts days.
#[must_use]
pub fn sub_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// Adds days.
#[must_use]
pub fn add_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The last day, inclusive, of a period of `months` months that begins on `anchor`.
#[must_use]
pub fn period_end(anchor: NaiveDate, months: u32) -> NaiveDate {
    day_before(add_months(anchor, months))
}

/// The last day of the date's month.
#[must_use]
pub fn month_end(date: NaiveDate) -> NaiveDate {
    date.with_day(1).map_or(date, |first| period_end(first, 1))
}

/// Whole months from one date to another; nought when `to` is not after `from`.
#[must_use]
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    if to <= from {
        return 0;
    }
    let months = (to.year() - from.year()) * 12 + month_number(to) - month_number(from);
    let months = u32::try_from(months).unwrap_or(0);
    if add_months(from, months) > to { months.saturating_sub(1) } else { months }
}

fn month_number(date: NaiveDate) -> i32 {
    i32::try_from(date.month()).unwrap_or(1)
}
