//! The last day a notice may reach the other party (`docs/rules.md` 1.2, 1.3, 1.7).

use chrono::{Datelike, NaiveDate};

use super::model::{MonthBasis, Notice};
use super::periods::{add_days, add_months, day_after, day_before, month_end, sub_days, sub_months};
use crate::rules::working_days;

/// A deadline. Months before an end can be read in two ways that differ at the ends of months; the earlier is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The day to keep to: the earlier of the two readings.
    pub date: NaiveDate,
    /// Reading A: the same date so many months back. Only for months before an end.
    pub reading_a: Option<NaiveDate>,
    /// Reading B: so many whole months fit after the notice. Only for months before an end.
    pub reading_b: Option<NaiveDate>,
}

impl Deadline {
    fn single(date: NaiveDate) -> Self {
        Self { date, reading_a: None, reading_b: None }
    }

    /// Whether the two readings give different days.
    #[must_use]
    pub fn readings_differ(&self) -> bool {
        self.reading_a != self.reading_b
    }
}

/// The last day for a notice against a period that ends on `end`, or `None` when no notice applies or none is known.
#[must_use]
pub fn deadline(notice: Notice, end: NaiveDate) -> Option<Deadline> {
    Some(match notice {
        Notice::Unknown | Notice::None => return None,
        Notice::Months { months, basis: MonthBasis::BeforeEnd | MonthBasis::Unstated } => {
            let reading_a = sub_months(end, months);
            let reading_b = day_before(sub_months(day_after(end), months));
            Deadline {
                date: reading_a.min(reading_b),
                reading_a: Some(reading_a),
                reading_b: Some(reading_b),
            }
        }
        Notice::Months { months, basis: MonthBasis::Calendar } => {
            let this_month_end = month_end(end);
            let reference =
                if this_month_end == end { end } else { day_before(end.with_day(1).unwrap_or(end)) };
            let first = reference.with_day(1).unwrap_or(reference);
            Deadline::single(month_end(sub_months(first, months)))
        }
        Notice::Days(days) => Deadline::single(sub_days(end, u64::from(days))),
        Notice::Weeks(weeks) => Deadline::single(sub_days(end, u64::from(weeks) * 7)),
        Notice::FixedDate { month, day } => {
            let this_year = day_of_year(end.year(), month, day)?;
            Deadline::single(if this_year <= end {
                this_year
            } else {
                day_of_year(end.year().checked_sub(1)?, month, day)?
            })
        }
    })
}

/// The given day in a year; 29 February is the 28th in ordinary years.
fn day_of_year(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
        .or_else(|| (month == 2 && day == 29).then(|| NaiveDate::from_ymd_opt(year, 2, 28)).flatten())
}

/// When an open-ended contract ends at the earliest, if the notice is received on `received` (rules 1.3).
///
/// `None` when the term of notice is unknown, or is a date of the year (then the end depends on the contract year).
#[must_use]
pub fn open_ended_end(notice: Notice, received: NaiveDate) -> Option<NaiveDate> {
    match notice {
        Notice::Months { months, basis: MonthBasis::BeforeEnd | MonthBasis::Unstated } => {
            Some(add_months(received, months))
        }
        Notice::Months { months, basis: MonthBasis::Calendar } => {
            let first = received.with_day(1).unwrap_or(received);
            Some(month_end(add_months(first, months)))
        }
        Notice::Days(days) => Some(add_days(received, u64::from(days))),
        Notice::Weeks(weeks) => Some(add_days(received, u64::from(weeks) * 7)),
        Notice::None => Some(received),
        Notice::Unknown | Notice::FixedDate { .. } => None,
    }
}

/// The last day to send a notice so that it has arrived by `deadline`: the last working day on or before it, less the
/// margin in working days.
#[must_use]
pub fn act_by(deadline: NaiveDate, send_margin: u32) -> NaiveDate {
    working_days::working_days_before(deadline, send_margin)
}
