//! The askama filters: how dates, sums and names are written in Swedish in a template.
//!
//! `{{ contract.end_date|date }}`, `{{ flag.due|in_days(page.today) }}`, `{{ sum|kr }}`, `{{ count|number }}`. Every filter takes
//! the value, a reference to it or an `Option` of it; what is missing becomes "–". A module with templates needs
//! `use crate::web::filters;`. The same as plain functions: [`super::format`].
#![expect(
    missing_docs,
    reason = "the filter macro makes a struct and a method of each function and carries no doc comment over"
)]

use std::fmt::Display;

use askama::Values;
use chrono::{Datelike, Timelike};
use chrono_tz::Europe::Stockholm;
use rust_decimal::Decimal;

use crate::rules::month_names::MONTHS;

use super::format::{
    AsDate, AsFlag, AsMoment, AsNumber, AsText, MISSING, NBSP, amount_of, capital, classification_name,
    count_word, distance, initials_of, kr_of, long_date, moment_of, number_of, short_date,
};

/// `2026-11-30`.
#[askama::filter_fn]
pub fn date(value: impl AsDate, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_date().map_or_else(|| MISSING.to_owned(), |d| d.to_string()))
}

/// `mån 30 nov`, see [`short_date`].
#[askama::filter_fn]
pub fn day<T: AsDate>(value: impl AsDate, _: &dyn Values, today: T) -> askama::Result<String> {
    let Some(date) = value.as_date() else { return Ok(MISSING.to_owned()) };
    Ok(short_date(date, today.as_date().unwrap_or(date)))
}

/// `fredag 20 november 2026`.
#[askama::filter_fn]
pub fn full_date(value: impl AsDate, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_date().map_or_else(|| MISSING.to_owned(), long_date))
}

/// `om 10 dagar`, see [`distance`].
#[askama::filter_fn]
pub fn in_days<T: AsDate>(value: impl AsDate, _: &dyn Values, today: T) -> askama::Result<String> {
    let Some(date) = value.as_date() else { return Ok(MISSING.to_owned()) };
    Ok(distance(date, today.as_date().unwrap_or(date)))
}

/// `november 2026`.
#[askama::filter_fn]
pub fn month(value: impl AsDate, _: &dyn Values) -> askama::Result<String> {
    Ok(value
        .as_date()
        .map_or_else(|| MISSING.to_owned(), |d| format!("{} {}", MONTHS[d.month0() as usize], d.year())))
}

/// `2026-11-20 08.42` in Europe/Stockholm.
#[askama::filter_fn]
pub fn moment(value: impl AsMoment, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_moment().map_or_else(|| MISSING.to_owned(), moment_of))
}

/// `i dag 08.42`, `i går 16.05`, `mån 16 nov`: a moment as a person says it.
#[askama::filter_fn]
pub fn ago<T: AsDate>(value: impl AsMoment, _: &dyn Values, today: T) -> askama::Result<String> {
    let Some(at) = value.as_moment() else { return Ok(MISSING.to_owned()) };
    let local = at.with_timezone(&Stockholm);
    let date = local.date_naive();
    let today = today.as_date().unwrap_or(date);
    Ok(match (date - today).num_days() {
        0 | -1 => format!("{} {:02}.{:02}", distance(date, today), local.hour(), local.minute()),
        _ => short_date(date, today),
    })
}

/// For `<time datetime="…">`.
#[askama::filter_fn]
pub fn machine_time(value: impl AsMoment, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_moment().map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// `1 842 000 kr`, see [`kr_of`].
#[askama::filter_fn]
pub fn kr(value: impl AsNumber, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_number().map_or_else(|| MISSING.to_owned(), kr_of))
}

/// `1 842 000`, for a column whose heading says "kr".
#[askama::filter_fn]
pub fn amount(value: impl AsNumber, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_number().map_or_else(|| MISSING.to_owned(), amount_of))
}

/// `1 214`.
#[askama::filter_fn]
pub fn number(value: impl AsNumber, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_number().map_or_else(|| MISSING.to_owned(), number_of))
}

/// `92 %`: the value is already in percent.
#[askama::filter_fn]
pub fn percent(value: impl AsNumber, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_number().map_or_else(
        || MISSING.to_owned(),
        |n| {
            format!(
                "{}{NBSP}%",
                number_of(n.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
            )
        },
    ))
}

/// Initials of a name.
#[askama::filter_fn]
pub fn initials(value: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(initials_of(&value.to_string()))
}

/// "Ja", "Nej" or "–".
#[askama::filter_fn]
pub fn yes_no(value: impl AsFlag, _: &dyn Values) -> askama::Result<&'static str> {
    Ok(match value.as_flag() {
        Some(true) => "Ja",
        Some(false) => "Nej",
        None => MISSING,
    })
}

/// The text, or "–" when there is none.
#[askama::filter_fn]
pub fn or_dash(value: impl AsText, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_text().unwrap_or(MISSING).to_owned())
}

/// The text, or nothing: for the value of a field.
#[askama::filter_fn]
pub fn or_empty(value: impl AsText, _: &dyn Values) -> askama::Result<String> {
    Ok(value.as_text().unwrap_or_default().to_owned())
}

/// "ett", "två" … as a word: `{{ errors.len()|words }} uppgifter`.
#[askama::filter_fn]
pub fn words(value: usize, _: &dyn Values) -> askama::Result<String> {
    Ok(count_word(value, false))
}

/// `{{ n|plural("rad", "rader") }}` → "1 rad", "2 rader", "1 214 rader".
#[askama::filter_fn]
pub fn plural<A: Display, B: Display>(
    value: impl AsNumber,
    _: &dyn Values,
    one: A,
    many: B,
) -> askama::Result<String> {
    let count = value.as_number().unwrap_or_default();
    let noun = if count == Decimal::ONE { one.to_string() } else { many.to_string() };
    Ok(format!("{}{NBSP}{noun}", number_of(count)))
}

/// The first letter as a capital.
#[askama::filter_fn]
pub fn capitalised(value: impl Display, _: &dyn Values) -> askama::Result<String> {
    Ok(capital(&value.to_string()))
}

/// The name of a KLASSA level: `3` → "allvarlig".
#[askama::filter_fn]
pub fn klassa(value: impl AsNumber, _: &dyn Values) -> askama::Result<&'static str> {
    use rust_decimal::prelude::ToPrimitive;
    Ok(value.as_number().and_then(|n| n.to_i16()).map_or(MISSING, classification_name))
}
