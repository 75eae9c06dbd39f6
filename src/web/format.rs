//! How dates, sums and names are written in Swedish, as plain functions: for [`super::filters`], exports, mail and calendars.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Stockholm;
use rust_decimal::Decimal;

use crate::rules::month_names::MONTHS;

/// What stands for a value that is not there.
pub const MISSING: &str = "–";
/// No-break space: groups digits and keeps a unit on the line of its number.
pub const NBSP: char = '\u{a0}';

const WEEKDAYS: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];
const WEEKDAYS_SHORT: [&str; 7] = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"];
const MONTHS_SHORT: [&str; 12] =
    ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"];

/// A date, perhaps missing.
pub trait AsDate {
    /// The date.
    fn as_date(&self) -> Option<NaiveDate>;
}
impl AsDate for NaiveDate {
    fn as_date(&self) -> Option<NaiveDate> {
        Some(*self)
    }
}
/// A moment's date is the date in Europe/Stockholm.
impl AsDate for DateTime<Utc> {
    fn as_date(&self) -> Option<NaiveDate> {
        Some(self.with_timezone(&Stockholm).date_naive())
    }
}
impl<T: AsDate> AsDate for Option<T> {
    fn as_date(&self) -> Option<NaiveDate> {
        self.as_ref().and_then(AsDate::as_date)
    }
}
impl<T: AsDate + ?Sized> AsDate for &T {
    fn as_date(&self) -> Option<NaiveDate> {
        (**self).as_date()
    }
}

/// A moment, perhaps missing.
pub trait AsMoment {
    /// The moment.
    fn as_moment(&self) -> Option<DateTime<Utc>>;
}
impl AsMoment for DateTime<Utc> {
    fn as_moment(&self) -> Option<DateTime<Utc>> {
        Some(*self)
    }
}
impl<T: AsMoment> AsMoment for Option<T> {
    fn as_moment(&self) -> Option<DateTime<Utc>> {
        self.as_ref().and_then(AsMoment::as_moment)
    }
}
impl<T: AsMoment + ?Sized> AsMoment for &T {
    fn as_moment(&self) -> Option<DateTime<Utc>> {
        (**self).as_moment()
    }
}

/// A number, perhaps missing.
pub trait AsNumber {
    /// The number.
    fn as_number(&self) -> Option<Decimal>;
}
macro_rules! as_number {
    ($($t:ty),*) => { $(impl AsNumber for $t { fn as_number(&self) -> Option<Decimal> { Some(Decimal::from(*self)) } })* };
}
as_number!(i16, i32, i64, u16, u32, u64, usize);
impl AsNumber for Decimal {
    fn as_number(&self) -> Option<Decimal> {
        Some(*self)
    }
}
impl<T: AsNumber> AsNumber for Option<T> {
    fn as_number(&self) -> Option<Decimal> {
        self.as_ref().and_then(AsNumber::as_number)
    }
}
impl<T: AsNumber + ?Sized> AsNumber for &T {
    fn as_number(&self) -> Option<Decimal> {
        (**self).as_number()
    }
}

/// Groups the digits of a whole or decimal number: `1842000` → `1 842 000`, `-12.5` → `−12,5`.
#[must_use]
pub fn number_of(value: Decimal) -> String {
    let text = value.normalize().abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 4);
    if value.is_sign_negative() && !value.is_zero() {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(NBSP);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// A sum in kronor: whole kronor without decimals, else with both öre: `1 842 000 kr`, `99,50 kr`.
#[must_use]
pub fn kr_of(value: Decimal) -> String {
    format!("{}{NBSP}kr", amount_of(value))
}

/// As [`kr_of`] without the unit, for a column whose heading says "kr".
#[must_use]
pub fn amount_of(value: Decimal) -> String {
    let value = value.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    let mut text = number_of(value);
    if !value.fract().is_zero() && value.normalize().scale() == 1 {
        text.push('0');
    }
    text
}

/// The weekday and date in short: `mån 30 nov`; with the year when it is not the year of `today`: `fre 1 jan 2027`.
#[must_use]
pub fn short_date(date: NaiveDate, today: NaiveDate) -> String {
    let weekday = WEEKDAYS_SHORT[date.weekday().num_days_from_monday() as usize];
    let month = MONTHS_SHORT[date.month0() as usize];
    if date.year() == today.year() {
        format!("{weekday} {} {month}", date.day())
    } else {
        format!("{weekday} {} {month} {}", date.day(), date.year())
    }
}

/// The month in short: `nov`.
#[must_use]
pub fn month_short(date: NaiveDate) -> &'static str {
    MONTHS_SHORT[date.month0() as usize]
}

/// The month in full with its year: `november 2026`.
#[must_use]
pub fn month_words(date: NaiveDate) -> String {
    format!("{} {}", MONTHS[date.month0() as usize], date.year())
}

/// The date in full: `fredag 20 november 2026`.
#[must_use]
pub fn long_date(date: NaiveDate) -> String {
    let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
    format!("{weekday} {} {} {}", date.day(), MONTHS[date.month0() as usize], date.year())
}

/// How far away a day is: `i dag`, `i morgon`, `om 10 dagar`, `om 3 månader`, `i går`, `för 3 dagar sedan`.
///
/// Days up to 60, then months (rounded down) up to two years, then years.
#[must_use]
pub fn distance(date: NaiveDate, today: NaiveDate) -> String {
    let days = (date - today).num_days();
    match days {
        0 => return "i dag".to_owned(),
        1 => return "i morgon".to_owned(),
        -1 => return "i går".to_owned(),
        _ => {}
    }
    let (early, late) = if days > 0 { (today, date) } else { (date, today) };
    let months = whole_months(early, late);
    let amount = if days.abs() <= 60 {
        format!("{}{NBSP}dagar", days.abs())
    } else if months < 24 {
        if months == 1 { format!("1{NBSP}månad") } else { format!("{months}{NBSP}månader") }
    } else {
        format!("{}{NBSP}år", months / 12)
    };
    if days > 0 { format!("om {amount}") } else { format!("för {amount} sedan") }
}

fn whole_months(early: NaiveDate, late: NaiveDate) -> i32 {
    let months = (late.year() - early.year()) * 12 + i32::try_from(late.month0()).unwrap_or(0)
        - i32::try_from(early.month0()).unwrap_or(0);
    if late.day() < early.day() { months - 1 } else { months }
}

/// The moment in Europe/Stockholm: `2026-11-20 08.42`.
#[must_use]
pub fn moment_of(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Stockholm);
    format!("{} {:02}.{:02}", at.date_naive(), at.hour(), at.minute())
}

/// The initials of a name: first letter of the first and of the last word; of an e-mail address its first letter.
#[must_use]
pub fn initials_of(name: &str) -> String {
    let local = name.split('@').next().unwrap_or(name);
    let mut words = local.split_whitespace().filter(|w| w.chars().next().is_some_and(char::is_alphabetic));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect()
}

/// "ett fel", "två fel" … "tolv fel": small numbers as words, larger as digits. `neuter` is for "ett".
#[must_use]
pub fn count_word(count: usize, neuter: bool) -> String {
    const WORDS: [&str; 11] =
        ["två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];
    match count {
        1 if neuter => "ett".to_owned(),
        1 => "en".to_owned(),
        2..=12 => WORDS[count - 2].to_owned(),
        _ => number_of(Decimal::from(count)),
    }
}

/// The first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The name of a level in KLASSA (0–4).
#[must_use]
pub fn classification_name(level: i16) -> &'static str {
    match level {
        0 => "ingen eller försumbar",
        1 => "måttlig",
        2 => "betydande",
        3 => "allvarlig",
        4 => "synnerligen allvarlig",
        _ => MISSING,
    }
}

/// A yes or a no, perhaps missing.
pub trait AsFlag {
    /// The answer.
    fn as_flag(&self) -> Option<bool>;
}
impl AsFlag for bool {
    fn as_flag(&self) -> Option<bool> {
        Some(*self)
    }
}
impl AsFlag for Option<bool> {
    fn as_flag(&self) -> Option<bool> {
        *self
    }
}
impl<T: AsFlag + ?Sized> AsFlag for &T {
    fn as_flag(&self) -> Option<bool> {
        (**self).as_flag()
    }
}

/// Text, perhaps missing.
pub trait AsText {
    /// The text; `None` when it is missing or only white space.
    fn as_text(&self) -> Option<&str>;
}
impl AsText for str {
    fn as_text(&self) -> Option<&str> {
        Some(self.trim()).filter(|t| !t.is_empty())
    }
}
impl AsText for String {
    fn as_text(&self) -> Option<&str> {
        self.as_str().as_text()
    }
}
impl<T: AsText> AsText for Option<T> {
    fn as_text(&self) -> Option<&str> {
        self.as_ref().and_then(AsText::as_text)
    }
}
impl<T: AsText + ?Sized> AsText for &T {
    fn as_text(&self) -> Option<&str> {
        (**self).as_text()
    }
}

/// The text of something that may be missing, for `{% if let Some(text) = … %}`.
pub fn text_of<T: AsText + ?Sized>(value: &T) -> Option<&str> {
    value.as_text()
}

/// The heading of an error summary: "Två uppgifter behöver rättas".
#[must_use]
pub fn faults_heading(count: usize) -> String {
    let noun = if count == 1 { "uppgift" } else { "uppgifter" };
    format!("{} {noun} behöver rättas", capital(&count_word(count, false)))
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
