//! The twelve-month picture of contracts: where each month begins, and each contract's bar, in percent of the width.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use super::queries::TimelineContract;
use crate::web::format;

/// The start of a month on the line.
#[derive(Debug)]
pub struct Month {
    /// Percent from the left.
    pub x: String,
    /// "dec", or "jan 2027" where the year turns.
    pub label: String,
}

/// One contract's line.
#[derive(Debug)]
pub struct Row {
    /// Where the name leads.
    pub id: uuid::Uuid,
    /// The contract.
    pub title: String,
    /// Its supplier.
    pub supplier: String,
    /// Percent from the left where the day to act is.
    pub deadline: String,
    /// Percent of the width from the day to act to the end of the period.
    pub notice: String,
    /// The day in short: "30 nov".
    pub day: String,
    /// Within 14 days or passed.
    pub is_near: bool,
    /// The whole line in words.
    pub alternative: String,
}

/// The picture.
#[derive(Debug)]
pub struct Timeline {
    /// The months.
    pub months: Vec<Month>,
    /// Percent from the left where today is.
    pub today: String,
    /// The contracts, nearest first.
    pub rows: Vec<Row>,
    /// How many contracts have a day in the period.
    pub total: i64,
    /// How many contracts there are.
    pub contracts: i64,
}

/// The period shown: from the first of this month, twelve months.
#[must_use]
pub fn period(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = today.with_day(1).unwrap_or(today);
    let to = from.checked_add_months(Months::new(12)).map_or(from, |end| end - TimeDelta::days(1));
    (from, to)
}

/// Puts the contracts on the line.
#[must_use]
pub fn draw(contracts: Vec<TimelineContract>, today: NaiveDate, total: i64, all: i64) -> Timeline {
    let (from, to) = period(today);
    let days = f64::from(i32::try_from((to - from).num_days() + 1).unwrap_or(365));
    let at = |day: NaiveDate| {
        (f64::from(i32::try_from((day - from).num_days()).unwrap_or_default()) / days * 100.0)
            .clamp(0.0, 100.0)
    };
    let percent = |value: f64| format!("{value:.2}");
    let months = (0..12)
        .filter_map(|n| from.checked_add_months(Months::new(n)))
        .map(|first| {
            let name = format::month_short(first);
            let label = if first.month() == 1 { format!("{name} {}", first.year()) } else { name.to_owned() };
            Month { x: percent(at(first)), label }
        })
        .collect();
    let rows = contracts
        .into_iter()
        .map(|c| {
            let act = at(c.next_action_date);
            let end = c.current_period_end.map_or(act, &at).max(act);
            Row {
                id: c.id,
                alternative: format!("{}. {}", c.title, c.if_nobody_acts),
                title: c.title,
                supplier: c.supplier.unwrap_or_default(),
                deadline: percent(act),
                notice: percent(end - act),
                day: format!("{} {}", c.next_action_date.day(), format::month_short(c.next_action_date)),
                is_near: c.next_action_date <= today + TimeDelta::days(14),
            }
        })
        .collect();
    Timeline { months, today: percent(at(today)), rows, total, contracts: all }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn contract(act: &str, end: &str) -> TimelineContract {
        TimelineContract {
            id: uuid::Uuid::nil(),
            title: "Drift".into(),
            supplier: None,
            next_action_date: day(act),
            current_period_end: Some(day(end)),
            if_nobody_acts: "Avtalet förlängs.".into(),
        }
    }

    #[test]
    fn the_line_is_twelve_whole_months_from_the_first_of_this_one() {
        assert_eq!(period(day("2026-11-20")), (day("2026-11-01"), day("2027-10-31")));
        let line = draw(vec![], day("2026-11-20"), 0, 0);
        assert_eq!(line.months.len(), 12);
        assert_eq!(line.months[2].label, "jan 2027");
    }

    #[test]
    fn a_bar_stays_inside_the_picture_and_never_runs_backwards() {
        let line = draw(
            vec![contract("2026-11-28", "2029-01-31"), contract("2027-03-01", "2026-12-31")],
            day("2026-11-20"),
            2,
            3,
        );
        for row in &line.rows {
            let (at, width): (f64, f64) = (row.deadline.parse().unwrap(), row.notice.parse().unwrap());
            assert!(width >= 0.0 && at + width <= 100.01, "{row:?}");
        }
        assert!(line.rows[0].is_near && !line.rows[1].is_near);
    }
}
