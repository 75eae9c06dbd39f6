//! The end of a contract as a list shows it.

use chrono::{Days, NaiveDate};

use super::doubt::{Doubt, Reading};
use super::notice::Words;
use super::renewal::is_open_ended;
use super::tokens::{Token, tokens};
use crate::rules::contract_dates::StatedEnd;
use crate::tabular::Cell;
use crate::tabular::values::{DateOptions, MonthAs, Precision, When, date};

/// What a text says about the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndReading {
    /// The last day in force, or what is said instead.
    pub end: StatedEnd,
    /// The contract runs until terminated.
    pub open_ended: bool,
}

impl EndReading {
    const UNKNOWN: Self = Self { end: StatedEnd::Unknown, open_ended: false };

    fn on(day: NaiveDate) -> Self {
        Self { end: StatedEnd::Date(day), open_ended: false }
    }
}

/// Reads the end: a date in any of the forms files use, "tills vidare", "följer huvudavtalet".
///
/// `options` says how the column's dates are written; a month or a year alone stands for its last day.
#[must_use]
pub fn stated_end(cell: &Cell, options: DateOptions) -> Reading<EndReading> {
    let options = DateOptions { month_as: MonthAs::Last, ..options };
    match date(cell, options) {
        Ok(When::Missing) => return Reading::sure(EndReading::UNKNOWN),
        Ok(When::NoEnd) => return Reading::sure(EndReading { end: StatedEnd::Unknown, open_ended: true }),
        Ok(When::On(day, precision)) => {
            return Reading::sure(EndReading::on(day))
                .doubt_if(Doubt::DayAssumed, precision != Precision::Day);
        }
        Err(_) => {}
    }
    let text = cell.text();
    let tokens = tokens(&text);
    let words = Words::new(&tokens);
    if words.any_prefix(&["huvudavtal", "ramavtal", "grundavtal"]) {
        return Reading::sure(EndReading { end: StatedEnd::FollowsParent, open_ended: false });
    }
    let days: Vec<NaiveDate> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Date(day) => Some(*day),
            _ => None,
        })
        .collect();
    if let Some(last) = days.iter().copied().max() {
        // "upphör den 1 januari 2027": the first day that is not covered.
        let first_day_after = words.any_prefix(&["upphor"]) && !words.any(&["tom", "till", "utgangen"]);
        let day = if first_day_after { last.checked_sub_days(Days::new(1)).unwrap_or(last) } else { last };
        return Reading::sure(EndReading::on(day))
            .doubt_if(Doubt::DayAssumed, first_day_after)
            .doubt_if(Doubt::SeveralDates, days.len() > 1 || is_open_ended(&words));
    }
    let lasting =
        words.any_prefix(&["loper", "lopande", "pagaende", "tillsvidare", "fortlopande", "rullande", "evig"]);
    if is_open_ended(&words) || (lasting && !words.any(&["ut"])) {
        return Reading::sure(EndReading { end: StatedEnd::Unknown, open_ended: true });
    }
    let refers = matches!(words.first(), Some("se" | "enl" | "enligt"));
    Reading::doubtful(EndReading::UNKNOWN, if refers { Doubt::SeeContract } else { Doubt::NotUnderstood })
}
