//! The day a list is of, as it says in its titles or in the names of its file and sheet.

use chrono::{Datelike as _, Months, NaiveDate};

use crate::tabular::Cell;
use crate::tabular::values::{DateOptions, MonthAs, When, date};

/// Finds the day. Titles go before names, whole days before months, and of several the last: a list "for the period
/// 2026-06-01 – 2026-06-30" is of its last day. A month is its last day, but never later than `received`.
#[must_use]
pub fn find(titles: &[String], names: &[&str], received: NaiveDate) -> Option<NaiveDate> {
    let above = titles.iter().flat_map(|title| days(title)).max_by_key(|(day, whole)| (*whole, *day));
    let fallback = || names.iter().flat_map(|name| days(name)).max_by_key(|(day, whole)| (*whole, *day));
    above.or_else(fallback).map(|(day, whole)| if whole { day } else { day.min(received) })
}

/// The days and (as their last day) months in a text, and whether each was a whole day.
fn days(text: &str) -> Vec<(NaiveDate, bool)> {
    let mut found = Vec::new();
    let parts: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '_')).collect();
    let options = DateOptions { month_as: MonthAs::Last, ..DateOptions::default() };
    let read = |text: &str| match date(&Cell::Text(text.trim_matches(['.', ':']).to_owned()), options) {
        Ok(When::On(day, _)) if (1990..2100).contains(&day.year()) => Some(day),
        _ => None,
    };
    for (index, part) in parts.iter().enumerate() {
        let stem = part
            .rsplit_once('.')
            .filter(|(_, ending)| ending.chars().all(char::is_alphabetic))
            .map_or(*part, |(stem, _)| stem);
        let digits = stem.chars().filter(char::is_ascii_digit).count();
        match digits {
            8 => found.extend(read(stem).map(|day| (day, true))),
            6 if stem.len() == 7 => found.extend(read(stem).map(|day| (day, false))),
            // ”juni 2026”, ”30 juni 2026”
            4 if stem.len() == 4 && index > 0 => {
                let month = parts.get(index - 1).copied().unwrap_or_default();
                let day = index.checked_sub(2).and_then(|at| parts.get(at)).copied().unwrap_or_default();
                if let Some(day) = read(&format!("{day} {month} {stem}")) {
                    found.push((day, true));
                } else if month.chars().any(char::is_alphabetic) {
                    found.extend(read(&format!("{month} {stem}")).map(|day| (day, false)));
                }
            }
            _ => {}
        }
    }
    found
}

/// The last day of a month, from any day of it.
#[must_use]
pub fn last_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)))
        .and_then(|next| next.pred_opt())
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(titles: &[&str], name: &str) -> Option<String> {
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        find(&titles, &[name], NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn a_title_says_which_day_the_list_is_of() {
        assert_eq!(
            of(&["Aktiva anställningar", "Uttaget 2026-10-30 av HR-enheten"], "x").as_deref(),
            Some("2026-10-30")
        );
        assert_eq!(of(&["Avslutade perioden 2026-06-01 - 2026-06-30"], "x").as_deref(), Some("2026-06-30"));
        assert_eq!(of(&["PORTVAKT 3 KORTLISTA 20261116"], "x").as_deref(), Some("2026-11-16"));
        assert_eq!(of(&["Personer som slutat, oktober 2026"], "x").as_deref(), Some("2026-10-31"));
        assert_eq!(of(&["Uppdaterad 3 mars 2026"], "x").as_deref(), Some("2026-03-03"));
    }

    #[test]
    fn the_name_says_it_when_no_title_does() {
        assert_eq!(of(&[], "anstallda_2026-10.csv").as_deref(), Some("2026-10-31"));
        assert_eq!(of(&["Avtalslista"], "lista 2026-11-03.xlsx").as_deref(), Some("2026-11-03"));
        assert_eq!(of(&[], "avtal_2026.xlsx"), None);
    }

    #[test]
    fn a_month_that_has_not_ended_is_of_the_day_the_list_came() {
        assert_eq!(of(&[], "anstallda_2026-11.csv").as_deref(), Some("2026-11-20"));
    }
}
