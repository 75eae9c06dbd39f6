//! Dates as Swedish files write them (data-formats 1). The list of forms is closed: what is not on it is a fault.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::super::fault::{Fault, code};
use super::super::grid::Cell;
use super::{is_placeholder, quoted, readable};

/// What a date cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing, or a word for not knowing.
    Missing,
    /// No end: `tv`, `tills vidare`, `9999-12-31`.
    NoEnd,
    /// A day, and how exactly it was given.
    On(NaiveDate, Precision),
}

/// How exactly a day was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// The day itself.
    Day,
    /// The month; the day is its first or last.
    Month,
    /// The year; the day is its first or last.
    Year,
}

/// Which day a month or year without a day stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MonthAs {
    /// Starts: the first.
    #[default]
    First,
    /// Ends, inclusive: the last.
    Last,
}

/// In what order six digits or a date with dashes and a two-digit year is written. Never guessed cell by cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TwoDigit {
    /// Accept only what can be read one way.
    #[default]
    Refuse,
    /// DDMMÅÅ.
    DayFirst,
    /// ÅÅMMDD.
    YearFirst,
}

/// How a column's dates are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateOptions {
    /// For month-only and year-only dates.
    pub month_as: MonthAs,
    /// For six digits and two-digit years.
    pub two_digit: TwoDigit,
    /// `01/31/2026` is 31 January: only for files known to be American.
    pub month_first: bool,
}

/// 1930-01-01 to 2119: serials outside are numbers of another sort.
const SERIALS: std::ops::RangeInclusive<u64> = 10_959..=80_000;
/// From this year on a date means "no end".
const FOREVER: i32 = 2900;
/// Years before it whose last day systems write for "no end".
const LAST_DAYS: [i32; 4] = [2099, 2199, 2222, 2299];

/// Reads a date cell.
///
/// # Errors
/// `date_invalid` for what is no date, `date_ambiguous` for two-digit dates that can be read two ways.
pub fn date(cell: &Cell, options: DateOptions) -> Result<When, Fault> {
    match cell {
        Cell::Date(day) => Ok(open_or(*day, Precision::Day)),
        Cell::DateTime(at) => Ok(open_or(at.date(), Precision::Day)),
        _ => match readable(cell)? {
            None => Ok(When::Missing),
            Some(text) => parse(&text, options),
        },
    }
}

/// Reads a date cell that may be empty or say that there is no end; both are `None`.
///
/// # Errors
/// As [`date`].
pub fn day(cell: &Cell, options: DateOptions) -> Result<Option<NaiveDate>, Fault> {
    Ok(match date(cell, options)? {
        When::On(day, _) => Some(day),
        When::Missing | When::NoEnd => None,
    })
}

fn open_or(day: NaiveDate, precision: Precision) -> When {
    let is_last = LAST_DAYS.contains(&day.year()) && (day.month(), day.day()) == (12, 31);
    if day.year() >= FOREVER || is_last { When::NoEnd } else { When::On(day, precision) }
}

fn invalid(text: &str) -> Fault {
    Fault::new(code::DATE_INVALID, format!("{} är inget datum. Skriv det som ÅÅÅÅ-MM-DD.", quoted(text)))
}

fn parse(raw: &str, options: DateOptions) -> Result<When, Fault> {
    let lower = raw.to_lowercase();
    let text = without_words(lower.trim());
    if is_placeholder(text) {
        return Ok(When::Missing);
    }
    if no_end(text) {
        return Ok(When::NoEnd);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text, options).ok_or_else(|| invalid(raw)).flatten_fault(raw);
    }
    let mut parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if let [one] = *parts {
        parts = runs(one);
    }
    let read = if parts.iter().any(|part| part.chars().any(char::is_alphabetic)) {
        named_month(&parts, options).map(Ok)
    } else {
        separated(text, &parts, options)
    };
    read.ok_or_else(|| invalid(raw)).flatten_fault(raw)
}

/// `30okt2026` in its runs of digits and of letters.
fn runs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        found.push(run);
        rest = after;
    }
    found
}

/// Two layers of failure: not a date at all, or one of two dates.
trait Flatten {
    fn flatten_fault(self, raw: &str) -> Result<When, Fault>;
}

impl Flatten for Result<Result<When, Ambiguous>, Fault> {
    fn flatten_fault(self, raw: &str) -> Result<When, Fault> {
        self?.map_err(|Ambiguous| {
            Fault::new(
                code::DATE_AMBIGUOUS,
                format!(
                    "{} kan läsas som flera olika datum. Skriv året med fyra siffror: ÅÅÅÅ-MM-DD.",
                    quoted(raw)
                ),
            )
        })
    }
}

struct Ambiguous;

type Read = Option<Result<When, Ambiguous>>;

/// The days of the week, and what stands for them before a date.
const WEEKDAYS: [&str; 16] = [
    "måndag", "mån", "tisdag", "tis", "onsdag", "ons", "torsdag", "tors", "tor", "fredag", "fre", "lördag",
    "lör", "söndag", "sön", "sönd",
];

/// Takes away words that only say which date it is, and a time of day.
fn without_words(text: &str) -> &str {
    let mut text = text.trim_matches(['.', ',', '(', ')', '\'', ' ', '\u{a0}']);
    if let Some((first, rest)) = text.split_once(char::is_whitespace)
        && WEEKDAYS.contains(&first.trim_end_matches(['.', ',']))
    {
        text = rest.trim_start();
    }
    for word in [
        "bunden till ",
        "bundet till ",
        "bunden ",
        "bundet ",
        "bindning till ",
        "t.o.m.",
        "t.o.m",
        "tom ",
        "t o m",
        "fr.o.m.",
        "fr.o.m",
        "from ",
        "till och med",
        "från och med",
        "den ",
        "d.",
    ] {
        text = text.strip_prefix(word).unwrap_or(text).trim_start();
    }
    match text.split_once(['t', ' ']) {
        Some((day, time))
            if day.len() >= 8 && day.starts_with(|c: char| c.is_ascii_digit()) && is_time(time) =>
        {
            day
        }
        _ => text,
    }
}

fn is_time(text: &str) -> bool {
    let text = text.trim().trim_start_matches("kl").trim_start_matches(['.', ' ']);
    text.contains(':')
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'z' | b'+'))
}

fn no_end(text: &str) -> bool {
    let word: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(
        word.as_str(),
        "tv" | "tillsvidare"
            | "tillsv"
            | "löper"
            | "löpande"
            | "inget"
            | "ingetslut"
            | "ingetslutdatum"
            | "999999"
            | "99999999"
            | "ubegrænset"
            | "untilfurthernotice"
            | "indtilvidere"
            | "indefinite"
            | "evergreen"
            | "obegränsad"
            | "obegränsat"
            | "ingenbindning"
            | "ingenbindningstid"
            | "utanbindning"
            | "utanbindningstid"
            | "obunden"
            | "obundet"
            | "ejbunden"
            | "ejbundet"
            | "bindningsfri"
            | "bindningsfritt"
    ) || word.starts_with("tillsvidare")
}

/// A date from its parts, when they are one.
fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    (1900..=9999).contains(&date.year()).then_some(date)
}

/// Two digits of a year: up to 2069, from 1970.
fn century(two: i64) -> i64 {
    if two < 70 { 2000 + two } else { 1900 + two }
}

fn digits(text: &str, options: DateOptions) -> Read {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let on = |date: NaiveDate| Ok(open_or(date, Precision::Day));
    match text.len() {
        8 => from_numbers(number(0, 4)?, number(4, 6)?, number(6, 8)?)
            .or_else(|| from_numbers(number(4, 8)?, number(2, 4)?, number(0, 2)?))
            .map(on),
        6 => {
            let by_day = from_numbers(century(number(4, 6)?), number(2, 4)?, number(0, 2)?);
            let by_year = from_numbers(century(number(0, 2)?), number(2, 4)?, number(4, 6)?);
            let year = text.get(0..4)?.parse().ok().filter(|year| (1950..2100).contains(year));
            let month = year.and_then(|year| whole_month(year, text.get(4..6)?.parse().ok()?, options));
            match (options.two_digit, month) {
                (TwoDigit::Refuse, Some(_)) if by_day.or(by_year).is_some() => Some(Err(Ambiguous)),
                (TwoDigit::Refuse, Some(month)) => Some(Ok(month)),
                _ => one_of(by_day, by_year, options),
            }
        }
        5 => serial(text.parse().ok()?).map(on),
        4 => text
            .parse()
            .ok()
            .filter(|year| (1950..2100).contains(year))
            .and_then(|year| year_only(year, options))
            .map(Ok),
        _ => None,
    }
}

fn serial(number: u64) -> Option<NaiveDate> {
    // Excel's day 0, counted with the 29 February 1900 that never was.
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    SERIALS.contains(&number).then(|| epoch.checked_add_days(Days::new(number))).flatten()
}

fn whole_month(year: i32, month: u32, options: DateOptions) -> Option<When> {
    let first = ymd(year, month, 1)?;
    let day = match options.month_as {
        MonthAs::First => first,
        MonthAs::Last => first.checked_add_months(Months::new(1))?.pred_opt()?,
    };
    Some(open_or(day, Precision::Month))
}

fn year_only(year: i32, options: DateOptions) -> Option<When> {
    let day = match options.month_as {
        MonthAs::First => ymd(year, 1, 1)?,
        MonthAs::Last => ymd(year, 12, 31)?,
    };
    Some(open_or(day, Precision::Year))
}

fn separated(text: &str, parts: &[&str], options: DateOptions) -> Read {
    let numbers: Vec<i64> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let on = |date: NaiveDate| Ok(open_or(date, Precision::Day));
    match (&*numbers, &*lengths) {
        // 01/31/2026
        (&[month, day, year], &[1..=2, 1..=2, 4]) if options.month_first => {
            from_numbers(year, month, day).map(on)
        }
        // 2026-01-31, 31/1-2026, 31.1.2026, 31-01-2026, 31/01/2026
        (&[year, month, day], &[4, 1..=2, 1..=2]) | (&[day, month, year], &[1..=2, 1..=2, 4]) => {
            from_numbers(year, month, day).map(on)
        }
        (&[first, second, third], &[1..=2, 1..=2, 2]) => {
            two_digit_year(text, [first, second, third], options)
        }
        // 2026-01, 01/2026
        (&[year, month], &[4, 1..=2]) | (&[month, year], &[1..=2, 4]) => {
            whole_month(i32::try_from(year).ok()?, u32::try_from(month).ok()?, options).map(Ok)
        }
        // Eight digits that a program took for a number: 20260131.0
        (&[_, 0], &[8, _]) => digits(parts.first()?, options),
        // A serial with a time of day.
        (&[days, _], &[5, _]) => serial(u64::try_from(days).ok()?).map(on),
        _ => None,
    }
}

fn from_numbers(year: i64, month: i64, day: i64) -> Option<NaiveDate> {
    ymd(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn two_digit_year(text: &str, [first, second, third]: [i64; 3], options: DateOptions) -> Read {
    let on = |date: NaiveDate| Ok(open_or(date, Precision::Day));
    let by_day = from_numbers(century(third), second, first);
    let by_year = from_numbers(century(first), second, third);
    // ”31/1-26” is a Swedish way of writing that has one meaning.
    let slash_dash = text
        .split_once('/')
        .is_some_and(|(_, after)| after.contains(['-', ' ', '–']) && !after.contains('/'));
    if slash_dash {
        return by_day.map(on);
    }
    one_of(by_day, by_year, options)
}

/// The reading that the profile names, or the only one there is.
fn one_of(by_day: Option<NaiveDate>, by_year: Option<NaiveDate>, options: DateOptions) -> Read {
    let on = |date: NaiveDate| Ok(open_or(date, Precision::Day));
    match options.two_digit {
        TwoDigit::DayFirst => by_day.map(on),
        TwoDigit::YearFirst => by_year.map(on),
        TwoDigit::Refuse => match (by_day, by_year) {
            (Some(date), None) | (None, Some(date)) => Some(on(date)),
            (Some(one), Some(other)) if one == other => Some(on(one)),
            (Some(_), Some(_)) => Some(Err(Ambiguous)),
            (None, None) => None,
        },
    }
}

/// `31 jan 2026`, `jan 2026`, `January 31, 2026`, `06-Feb-23`.
fn named_month(parts: &[&str], options: DateOptions) -> Option<When> {
    let at = parts.iter().position(|part| month(part).is_some())?;
    let month = month(parts.get(at)?)?;
    let year = |part: &str| -> Option<i32> {
        let number: i32 = part.parse().ok()?;
        match part.len() {
            4 => Some(number),
            2 => i32::try_from(century(i64::from(number))).ok(),
            _ => None,
        }
    };
    let day = |part: &str| -> Option<u32> {
        let part = part.strip_suffix(":e").or_else(|| part.strip_suffix('e')).unwrap_or(part);
        part.parse().ok().filter(|_| part.len() <= 2)
    };
    let on = |date: NaiveDate| open_or(date, Precision::Day);
    match (at, parts) {
        (1, [y, _, d]) if y.len() == 4 => ymd(year(y)?, month, day(d)?).map(on),
        (1, [d, _, y]) => ymd(year(y)?, month, day(d)?).map(on),
        (0, [_, d, y]) if y.len() == 4 => ymd(year(y)?, month, day(d)?).map(on),
        (0, [_, y]) => whole_month(year(y)?, month, options),
        (1, [y, _]) if y.len() == 4 => whole_month(year(y)?, month, options),
        _ => None,
    }
}

/// A month's number by its Swedish, Danish, Norwegian or English name or the three first letters of it.
fn month(word: &str) -> Option<u32> {
    const NAMES: [(&str, u32); 27] = [
        ("januari", 1),
        ("january", 1),
        ("januar", 1),
        ("februari", 2),
        ("february", 2),
        ("februar", 2),
        ("mars", 3),
        ("march", 3),
        ("marts", 3),
        ("april", 4),
        ("maj", 5),
        ("may", 5),
        ("mai", 5),
        ("juni", 6),
        ("june", 6),
        ("juli", 7),
        ("july", 7),
        ("augusti", 8),
        ("august", 8),
        ("september", 9),
        ("oktober", 10),
        ("october", 10),
        ("november", 11),
        ("december", 12),
        ("desember", 12),
        ("sept", 9),
        ("okt", 10),
    ];
    (word.chars().count() >= 3)
        .then(|| NAMES.iter().find(|(name, _)| name.starts_with(word)).map(|(_, number)| *number))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str, options: DateOptions) -> Result<When, &'static str> {
        date(&Cell::Text(text.to_owned()), options).map_err(|fault| fault.code)
    }

    fn iso(text: &str, options: DateOptions) -> String {
        match on(text, options) {
            Ok(When::On(day, Precision::Day)) => day.to_string(),
            Ok(When::On(day, precision)) => format!("{day} {precision:?}"),
            Ok(other) => format!("{other:?}"),
            Err(code) => code.to_owned(),
        }
    }

    #[test]
    fn every_form_of_the_list_is_read() {
        let plain = DateOptions::default();
        for text in [
            "2026-01-31",
            "20260131",
            "31/1-26",
            "31/1-2026",
            "31/1 2026",
            "31 jan 2026",
            "31 januari 2026",
            "31 jan. 2026",
            "den 31 januari 2026",
            "31-01-2026",
            "31.1.2026",
            "31/01/2026",
            "46053",
            "2026-01-31 00:00:00",
            "2026-01-31T00:00:00",
            "2026/01/31",
            "2026.01.31",
            "January 31, 2026",
            "31-Jan-26",
            "t.o.m. 2026-01-31",
            "31012026",
            "20260131.0",
            "20260131,0",
            "2026-1-31",
            "31 JAN 2026",
            "31JAN2026",
            "31jan26",
            "lör 31 jan 2026",
            "lördag den 31 januari 2026",
            "Lör. 31/1-2026",
            "Bunden till 2026-01-31",
            "Bunden t.o.m. 31 jan 2026",
        ] {
            assert_eq!(iso(text, plain), "2026-01-31", "{text}");
        }
        assert_eq!(iso("1 feb 2017", plain), "2017-02-01");
        assert_eq!(iso("31 mars 2028", plain), "2028-03-31");
        assert_eq!(iso("15 maj 2025", plain), "2025-05-15");
        assert_eq!(iso("1/10-19", plain), "2019-10-01");
    }

    #[test]
    fn a_month_is_its_first_or_last_day_as_asked() {
        let last = DateOptions { month_as: MonthAs::Last, ..DateOptions::default() };
        for text in ["2028-02", "feb 2028", "februari 2028", "02/2028", "2028/02"] {
            assert_eq!(iso(text, DateOptions::default()), "2028-02-01 Month", "{text}");
            assert_eq!(iso(text, last), "2028-02-29 Month", "{text}");
        }
        assert_eq!(iso("2027", last), "2027-12-31 Year");
    }

    #[test]
    fn no_end_has_many_names() {
        for text in [
            "tv",
            "t.v.",
            "T.v.",
            "tills vidare",
            "tillsvidare",
            "9999-12-31",
            "99991231",
            "999999",
            "löper",
            "2099-12-31",
            "20991231",
            "99991231.0",
            "2222-12-31",
            "Ingen bindning",
            "Obunden",
        ] {
            assert_eq!(on(text, DateOptions::default()), Ok(When::NoEnd), "{text}");
        }
        for text in ["", "-", "?", "saknas", "vet ej"] {
            assert_eq!(on(text, DateOptions::default()), Ok(When::Missing), "{text:?}");
        }
    }

    #[test]
    fn six_digits_are_read_by_profile_only() {
        let by_day = DateOptions { two_digit: TwoDigit::DayFirst, ..DateOptions::default() };
        let by_year = DateOptions { two_digit: TwoDigit::YearFirst, ..DateOptions::default() };
        assert_eq!(iso("300626", by_day), "2026-06-30");
        assert_eq!(iso("060619", by_day), "2019-06-06");
        assert_eq!(iso("260630", by_year), "2026-06-30");
        assert_eq!(iso("26-06-30", by_year), "2026-06-30");
        assert_eq!(iso("121110", DateOptions::default()), "date_ambiguous");
        assert_eq!(iso("10-11-12", DateOptions::default()), "date_ambiguous");
        assert_eq!(iso("311326", by_day), "date_invalid");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "2026-13-01",
            "2027-02-30",
            "2026-02-29",
            "kolla med inköp",
            "följer huvudavtalet",
            "31/2-26",
            "12",
            "1234567",
            "0000-00-00",
            "imorgon",
            "2026-06-31",
            "1/1",
            "99999",
            "20260131.5",
            "20261331.0",
            "32 jan 2026",
            "se avtalet",
            "jan",
            "13/2026",
            "mån",
            "31jan",
            "v 42",
            "2099-02-30",
        ] {
            assert_eq!(iso(text, DateOptions::default()), "date_invalid", "{text}");
        }
    }

    #[test]
    fn a_workbook_number_in_the_range_of_dates_is_one() {
        assert_eq!(day(&Cell::Number(46_053.0), DateOptions::default()).unwrap(), ymd(2026, 1, 31));
        assert_eq!(day(&Cell::Number(20_260_131.0), DateOptions::default()).unwrap(), ymd(2026, 1, 31));
        assert_eq!(day(&Cell::Number(46_053.5), DateOptions::default()).unwrap(), ymd(2026, 1, 31));
        assert!(day(&Cell::Number(12.0), DateOptions::default()).is_err());
        assert!(day(&Cell::Error("#N/A".into()), DateOptions::default()).is_err());
    }
}
