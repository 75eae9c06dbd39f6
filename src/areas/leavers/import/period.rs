//! The month that a list is of: as it was told, else as its titles or the name of its file say, else the month in which most of
//! its employments end, else the month it came.

use std::collections::HashMap;

use chrono::{Datelike as _, Months, NaiveDate};

use crate::rules::month_names::{self, MONTHS};

/// What said which month it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaidBy {
    /// The sender told.
    Sender,
    /// A title in the list.
    Title,
    /// The name of the file or of the sheet.
    Name,
    /// The days on which employments end.
    EndDates,
    /// Nothing but the day it came.
    Arrival,
}

/// A month, and what said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// Its first day.
    pub month: NaiveDate,
    /// What said it.
    pub by: SaidBy,
}

/// What can be known about a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs<'a> {
    /// What the sender told.
    pub told: Option<NaiveDate>,
    /// Texts above the header.
    pub titles: &'a [String],
    /// The names of the file and its sheet.
    pub names: &'a [&'a str],
    /// The last days of its employments.
    pub ends: &'a [NaiveDate],
    /// The day it came.
    pub received: NaiveDate,
}

/// Finds the month.
pub(super) fn find(signs: &Signs<'_>) -> Period {
    let found = |month, by| Period { month, by };
    if let Some(month) = signs.told.and_then(|day| day.with_day(1)) {
        return found(month, SaidBy::Sender);
    }
    in_the_list(signs).unwrap_or_else(|| {
        let usual = usual_month(signs.ends).map(|month| found(month, SaidBy::EndDates));
        let stamp = || signs.names.iter().find_map(|name| last_date(name)).and_then(|day| day.with_day(1));
        usual
            .or_else(|| stamp().map(|month| found(month, SaidBy::Name)))
            .unwrap_or_else(|| found(signs.received.with_day(1).unwrap_or(signs.received), SaidBy::Arrival))
    })
}

/// The month that the list itself or its name says, whatever was told.
pub(super) fn in_the_list(signs: &Signs<'_>) -> Option<Period> {
    let title = signs.titles.iter().find_map(|title| month_in(title, signs.received, false));
    let name = || signs.names.iter().find_map(|name| month_in(stem(name), signs.received, true));
    title
        .map(|month| Period { month, by: SaidBy::Title })
        .or_else(|| name().map(|month| Period { month, by: SaidBy::Name }))
}

/// A file's name without its ending.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, ending)| {
        if (2..=5).contains(&ending.len())
            && ending.chars().all(char::is_alphanumeric)
            && ending.starts_with(char::is_alphabetic)
        {
            stem
        } else {
            name
        }
    })
}

fn usual_month(ends: &[NaiveDate]) -> Option<NaiveDate> {
    let mut counts: HashMap<NaiveDate, usize> = HashMap::new();
    for month in ends.iter().filter_map(|day| day.with_day(1)) {
        *counts.entry(month).or_default() += 1;
    }
    // Of months with as many, the latest: corrections of earlier months stand in lists of later ones.
    counts.into_iter().max_by_key(|(month, n)| (*n, *month)).map(|(month, _)| month)
}

/// A run of letters or of digits, and the characters between it and the one before.
#[derive(Debug)]
struct Part<'a> {
    text: &'a str,
    gap: &'a str,
    is_number: bool,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let (mut gap_from, mut rest_from) = (0, 0);
    while let Some(rest) = text.get(rest_from..).filter(|rest| !rest.is_empty()) {
        let kind = |c: char| {
            if c.is_ascii_digit() {
                1
            } else if c.is_alphabetic() {
                2
            } else {
                0
            }
        };
        let first = rest.chars().next().map_or(0, kind);
        let length = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        if first != 0 {
            let (gap, text) =
                (text.get(gap_from..rest_from).unwrap_or_default(), rest.get(..length).unwrap_or_default());
            found.push(Part { text, gap, is_number: first == 1 });
            gap_from = rest_from + length;
        }
        rest_from += length;
    }
    found
}

fn number(part: &Part<'_>) -> Option<u32> {
    part.is_number.then(|| part.text.parse().ok()).flatten()
}

fn first_of(year: i32, month: u32) -> Option<NaiveDate> {
    (2000..2100).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, 1)).flatten()
}

fn word_month(part: &Part<'_>) -> Option<u32> {
    if part.is_number {
        return None;
    }
    let word = part.text.to_lowercase();
    // "avslutaugusti", where somebody left out the space.
    let run_together = || MONTHS.iter().find(|name| name.len() >= 7 && word.ends_with(*name));
    month_names::number(&word).or_else(|| month_names::number(run_together()?))
}

/// Every whole date of a text, as it stands.
fn dates(parts: &[Part<'_>]) -> Vec<(usize, usize, NaiveDate)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let of = |offset: usize| parts.get(at + offset);
        let joined = |offset: usize| of(offset).is_some_and(|part| matches!(part.gap, "-" | "." | "/" | "_"));
        let value = |offset: usize| of(offset).and_then(number);
        let length = |offset: usize| of(offset).map_or(0, |part| part.text.len());
        let date = match (value(0), length(0)) {
            (Some(whole), 8) => {
                let year = i32::try_from(whole / 10_000).unwrap_or_default();
                NaiveDate::from_ymd_opt(year, whole / 100 % 100, whole % 100).map(|day| (1, day))
            }
            (Some(year), 4) if joined(1) && joined(2) && length(1) <= 2 && length(2) <= 2 => {
                i32::try_from(year).ok().zip(value(1)).zip(value(2)).and_then(|((year, month), day)| {
                    NaiveDate::from_ymd_opt(year, month, day).map(|day| (3, day))
                })
            }
            // 30/6 2026, 30.6.2026
            (Some(day), 1 | 2) if joined(1) && length(1) <= 2 && length(2) == 4 => value(2)
                .and_then(|year| i32::try_from(year).ok())
                .zip(value(1))
                .and_then(|(year, month)| NaiveDate::from_ymd_opt(year, month, day).map(|day| (3, day))),
            _ => None,
        };
        let date = date.filter(|(_, day)| (2000..2100).contains(&day.year()));
        if let Some((used, day)) = date {
            found.push((at, at + used, day));
            at += used;
        } else {
            at += 1;
        }
    }
    found
}

fn last_date(text: &str) -> Option<NaiveDate> {
    dates(&parts(text)).last().map(|(.., day)| *day)
}

/// The month that a text says it is about. One whole date may be the day of the list instead, so that it counts only as the
/// last day of a month. `in_name` = bare digits such as 2606 may be a month.
fn month_in(text: &str, received: NaiveDate, in_name: bool) -> Option<NaiveDate> {
    let parts = parts(text);
    let dates = dates(&parts);
    if let [.., (.., last)] = dates.as_slice()
        && (dates.len() > 1 || last.succ_opt().is_some_and(|next| next.day() == 1))
    {
        return last.with_day(1);
    }
    let in_date = |at: usize| dates.iter().any(|(from, to, _)| (*from..*to).contains(&at));
    let free = |at: usize| parts.get(at).filter(|_| !in_date(at));
    let year_at = |at: usize| {
        free(at)
            .filter(|part| part.text.len() == 4)
            .and_then(number)
            .and_then(|year| i32::try_from(year).ok())
    };
    // "juni 2026", "2026 juni", "juni 26", "juni"
    for at in 0..parts.len() {
        if let Some(month) = free(at).and_then(word_month) {
            let short = || {
                free(at + 1)
                    .filter(|part| part.text.len() == 2 && !part.gap.is_empty())
                    .and_then(number)
                    .filter(|year| (20..60).contains(year))
                    .and_then(|year| i32::try_from(2000 + year).ok())
            };
            let year = year_at(at + 1).or_else(|| at.checked_sub(1).and_then(year_at)).or_else(short);
            return match year {
                Some(year) => first_of(year, month),
                None => latest(month, received),
            };
        }
    }
    // 2026-06, 06-2026, 2026_06
    for at in 0..parts.len() {
        let two = |other: usize| free(other).filter(|part| part.text.len() <= 2).and_then(number);
        let gap_fits =
            |other: usize| free(other).is_some_and(|part| part.gap.chars().count() == 1 && part.gap != "(");
        if let (Some(year), Some(month), true) = (year_at(at), two(at + 1), gap_fits(at + 1))
            && let Some(month) = first_of(year, month)
        {
            return Some(month);
        }
        if let (Some(month), Some(year), true) = (two(at), year_at(at + 1), gap_fits(at + 1))
            && let Some(month) = first_of(year, month)
        {
            return Some(month);
        }
    }
    // 202606, 2606; in a title, where a figure may be anything, after a word for it: "Period: 202606".
    (0..parts.len()).find_map(|at| {
        let part = free(at)?;
        let value = number(part)?;
        let said = || at.checked_sub(1).and_then(|before| parts.get(before)).is_some_and(names_a_month);
        if !in_name && !said() {
            return None;
        }
        let year = match part.text.len() {
            6 => value / 100,
            4 => 2000 + value / 100,
            _ => return None,
        };
        first_of(i32::try_from(year).ok()?, value % 100).filter(|month| is_near(*month, received))
    })
}

/// Whether a word says that a month follows.
fn names_a_month(part: &Part<'_>) -> bool {
    matches!(
        part.text.to_lowercase().as_str(),
        "period" | "perioden" | "månad" | "månaden" | "manad" | "mån" | "avser"
    )
}

/// Whether a month is one that a list of the day may be about.
fn is_near(month: NaiveDate, received: NaiveDate) -> bool {
    let from = received.checked_sub_months(Months::new(36));
    let to = received.checked_add_months(Months::new(2));
    from.is_none_or(|from| month >= from) && to.is_none_or(|to| month <= to)
}

/// The latest month of that name: next month at most.
fn latest(month: u32, received: NaiveDate) -> Option<NaiveDate> {
    let last = received.checked_add_months(Months::new(1))?.with_day(1)?;
    [0, 1].into_iter().find_map(|back| first_of(last.year() - back, month).filter(|first| *first <= last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of(titles: &[&str], name: &str, ends: &[&str]) -> (String, SaidBy) {
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        let ends: Vec<NaiveDate> = ends.iter().map(|end| day(end)).collect();
        let signs =
            Signs { told: None, titles: &titles, names: &[name], ends: &ends, received: day("2026-11-20") };
        let found = find(&signs);
        (found.month.format("%Y-%m").to_string(), found.by)
    }

    #[test]
    fn a_title_says_which_month_the_list_is_of() {
        for (title, month) in [
            ("Avslutade anställningar perioden 2026-06-01 - 2026-06-30", "2026-06"),
            ("Avslutade anställningar 20260601–20260630", "2026-06"),
            ("Fritidsförvaltningen – personer som slutat, augusti 2026", "2026-08"),
            ("Avser juli", "2026-07"),
            ("Avgångar dec 2025", "2025-12"),
            ("Avgångar dec", "2026-12"),
            ("Månad: 2026-09", "2026-09"),
            ("Period 09/2026", "2026-09"),
            ("Period: 202610", "2026-10"),
            ("Personal, period 2609", "2026-09"),
            ("Till och med 31/8 2026", "2026-08"),
        ] {
            assert_eq!(of(&[title], "x.csv", &["2025-01-31"]), (month.to_owned(), SaidBy::Title), "{title}");
        }
    }

    #[test]
    fn a_day_in_a_title_that_ends_no_month_is_the_day_of_the_list() {
        assert_eq!(of(&["Uttaget 2026-07-03 av HR"], "avslutade_2026-06.csv", &[]).0, "2026-06");
        assert_eq!(of(&["Uttaget 2026-07-03 av HR"], "lista.csv", &["2026-06-30"]).0, "2026-06");
        assert_eq!(of(&["Rapport 202605"], "lista.csv", &["2026-06-30"]).0, "2026-06");
    }

    #[test]
    fn the_name_of_the_file_says_it_when_no_title_does() {
        for (name, month) in [
            ("avslutade_2026-06_kommun.csv", "2026-06"),
            ("avslutade_2026-08_kommun (1).csv", "2026-08"),
            ("VOF avslutade 2026-10.csv", "2026-10"),
            ("Fritid_avslut_juni.xlsx", "2026-06"),
            ("kultur_avg_2606.csv", "2026-06"),
            ("avgångna 202511.csv", "2025-11"),
            ("slutat_mars26.csv", "2026-03"),
            ("slutat mars 26.csv", "2026-03"),
            ("Avslut 2026_09.xlsx", "2026-09"),
            ("SLUTAT-AUGUSTI.CSV", "2026-08"),
            ("april.csv", "2026-04"),
            ("leavers_20260630.csv", "2026-06"),
        ] {
            assert_eq!(of(&[], name, &["2025-01-31"]), (month.to_owned(), SaidBy::Name), "{name}");
        }
    }

    #[test]
    fn else_the_month_in_which_most_employments_end() {
        let ends = ["2026-08-31", "2026-08-12", "2026-10-31", "2026-07-31"];
        assert_eq!(of(&["Avslutade"], "lista 12.csv", &ends), ("2026-08".to_owned(), SaidBy::EndDates));
        assert_eq!(of(&[], "lista 20260903.csv", &ends).0, "2026-08");
        assert_eq!(of(&[], "marstrand 2512345.csv", &ends).0, "2026-08");
    }

    #[test]
    fn else_the_day_in_the_name_or_the_month_it_came() {
        assert_eq!(of(&[], "lista 20260903.csv", &[]), ("2026-09".to_owned(), SaidBy::Name));
        assert_eq!(of(&[], "lista.csv", &[]), ("2026-11".to_owned(), SaidBy::Arrival));
    }

    #[test]
    fn what_was_told_goes_before_everything() {
        let titles = ["juni 2026".to_owned()];
        let told = Some(day("2026-05-01"));
        let signs = Signs { told, titles: &titles, names: &[], ends: &[], received: day("2026-11-20") };
        assert_eq!(find(&signs), Period { month: day("2026-05-01"), by: SaidBy::Sender });
        assert_eq!(in_the_list(&signs).map(|period| period.month), Some(day("2026-06-01")));
    }
}
