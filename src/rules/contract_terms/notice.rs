//! Terms of notice (`docs/rules.md` 1.2).

use chrono::{Datelike, NaiveDate};

use super::doubt::{Doubt, Reading};
use super::quantity::{Quantity, Unit, is_of_renewal, quantities};
use super::tokens::{Token, tokens};
use crate::rules::contract_dates::deadlines::deadline;
use crate::rules::contract_dates::{MonthBasis, Notice};
use crate::tabular::values::is_placeholder;

/// What is known about the column or field a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoticeHint {
    /// The unit a bare number has, when the header says it ("Uppsägningstid mån").
    pub unit: Option<Unit>,
    /// The text is about extending: it is always counted before the end of the period.
    pub extension: bool,
}

/// Reads a term of notice.
#[must_use]
pub fn notice(text: &str, hint: NoticeHint) -> Reading<Notice> {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_placeholder(trimmed) {
        return Reading::sure(Notice::Unknown);
    }
    let tokens = tokens(trimmed);
    let words = Words::new(&tokens);
    let mut found = quantities(&tokens);
    found.retain(|quantity| !is_of_renewal(&tokens, quantity));
    let day = yearly_day(&tokens, &words);
    let with_unit: Vec<&Quantity> = found.iter().filter(|quantity| quantity.unit.is_some()).collect();
    match (longest(&with_unit), day) {
        (Some(quantity), Some(day)) if words.any(&["fore", "innan", "before"]) => before_a_day(quantity, day),
        (Some(quantity), other) => {
            let several = with_unit.iter().any(|one| one.rough_length() != quantity.rough_length())
                || found.len() > with_unit.len()
                || other.is_some();
            of_quantity(quantity, &words, hint).doubt_if(Doubt::SeveralPeriods, several)
        }
        (None, Some(day)) => {
            let strictly_before = words.any(&["fore", "innan"]) && !words.any(&["senast"]);
            on_a_day(day, strictly_before)
        }
        (None, None) => {
            if let [number] = &*found
                && words.few()
            {
                return bare_number(number, &words, hint);
            }
            no_quantity(&words)
        }
    }
}

/// The folded words of a text.
pub(super) struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    pub(super) fn new(tokens: &'a [Token]) -> Self {
        Self(tokens.iter().filter_map(Token::word).collect())
    }

    pub(super) fn any(&self, these: &[&str]) -> bool {
        self.0.iter().any(|word| these.contains(word))
    }

    pub(super) fn any_prefix(&self, these: &[&str]) -> bool {
        self.0.iter().any(|word| these.iter().any(|prefix| word.starts_with(prefix)))
    }

    pub(super) fn first(&self) -> Option<&'a str> {
        self.0.first().copied()
    }

    pub(super) fn begin_with(&self, these: &[&str]) -> bool {
        self.0.starts_with(these)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// At most a word or two, so that a bare number is the substance of the text.
    fn few(&self) -> bool {
        self.0.len() <= 2
    }
}

fn longest<'a>(quantities: &[&'a Quantity]) -> Option<&'a Quantity> {
    quantities.iter().copied().max_by_key(|quantity| quantity.rough_length())
}

fn of_quantity(quantity: &Quantity, words: &Words<'_>, hint: NoticeHint) -> Reading<Notice> {
    let halves = quantity.halves;
    let whole = halves.div_ceil(2);
    let value = match quantity.unit.unwrap_or(Unit::Months) {
        Unit::Days => Notice::Days(whole),
        // Five working days are at most seven calendar days and a weekend; holidays are for the person who checks.
        Unit::WorkingDays => Notice::Days(whole.saturating_mul(7).div_ceil(5).saturating_add(2)),
        Unit::Weeks => Notice::Weeks(whole),
        Unit::Years => {
            Notice::Months { months: halves.saturating_mul(6), basis: month_basis(false, words, hint) }
        }
        Unit::Months => Notice::Months { months: whole, basis: month_basis(false, words, hint) },
        Unit::CalendarMonths => Notice::Months { months: whole, basis: month_basis(true, words, hint) },
    };
    let unstated = matches!(value, Notice::Months { basis: MonthBasis::Unstated, .. });
    let mut reading = Reading { value, doubts: quantity.doubts.clone() }
        .doubt_if(Doubt::BasisMissing, unstated)
        .doubt_if(Doubt::WorkingDays, quantity.unit == Some(Unit::WorkingDays));
    let negated = words.any(&["ingen", "inget"]) && !words.any_prefix(&["darefter", "sedan"]);
    reading = reading.doubt_if(Doubt::Contradicts, negated);
    reading.doubt_if(Doubt::Unusual, is_unusual(value))
}

fn month_basis(calendar: bool, words: &Words<'_>, hint: NoticeHint) -> MonthBasis {
    let turn_of_month =
        words.any_prefix(&["manadsskift", "manadskift", "manadsslut", "kalendermanad", "kalenderman"]);
    if hint.extension {
        MonthBasis::BeforeEnd
    } else if calendar || turn_of_month {
        MonthBasis::Calendar
    } else if words.any(&["fore", "innan", "f", "for", "fr", "before", "prior", "inden", "expiry"])
        || words.any_prefix(&[
            "utgang",
            "slut",
            "avtalsslut",
            "avtalstidens",
            "avtalsperiodens",
            "upphor",
            "utlop",
            "loper",
            "forfall",
        ])
    {
        MonthBasis::BeforeEnd
    } else {
        MonthBasis::Unstated
    }
}

fn is_unusual(notice: Notice) -> bool {
    match notice {
        Notice::Months { months, .. } => months == 0 || months > 24,
        Notice::Days(days) => !(7..=730).contains(&days),
        Notice::Weeks(weeks) => weeks == 0 || weeks > 104,
        Notice::Unknown | Notice::None | Notice::FixedDate { .. } => false,
    }
}

/// A day of the year the text names: written out, the turn of the year, or a full date.
#[derive(Debug, Clone, Copy)]
struct YearlyDay {
    month: u32,
    day: u32,
    with_year: bool,
    several: bool,
}

fn yearly_day(tokens: &[Token], words: &Words<'_>) -> Option<YearlyDay> {
    let mut days = tokens.iter().filter_map(|token| match token {
        Token::Day { month, day } => Some((*month, *day, false)),
        Token::Date(date) => Some((date.month(), date.day(), true)),
        _ => None,
    });
    let first = days.next();
    let several = days.next().is_some();
    let turn_of_year = words.any_prefix(&["arsskift", "arskift", "kalenderarets", "kalenderarsslut"])
        || (words.any(&["arets"]) && words.any_prefix(&["slut", "utgang"]));
    first.or_else(|| turn_of_year.then_some((12, 31, false))).map(|(month, day, with_year)| YearlyDay {
        month,
        day,
        with_year,
        several,
    })
}

fn on_a_day(day: YearlyDay, strictly_before: bool) -> Reading<Notice> {
    let kept = if strictly_before {
        NaiveDate::from_ymd_opt(2023, day.month, day.day)
            .and_then(|date| date.pred_opt())
            .map_or((day.month, day.day), |date| (date.month(), date.day()))
    } else {
        (day.month, day.day)
    };
    Reading::sure(Notice::FixedDate { month: kept.0, day: kept.1 })
        .doubt_if(Doubt::YearGiven, day.with_year)
        .doubt_if(Doubt::SeveralDates, day.several)
}

/// "3 månader före den 31 december" is a fixed day, worked out in an ordinary year.
fn before_a_day(quantity: &Quantity, day: YearlyDay) -> Reading<Notice> {
    let words = Words(Vec::new());
    let term = of_quantity(quantity, &words, NoticeHint { extension: true, ..NoticeHint::default() });
    let end = NaiveDate::from_ymd_opt(2023, day.month, day.day);
    match end.and_then(|end| deadline(term.value, end)) {
        Some(found) => Reading::doubtful(
            Notice::FixedDate { month: found.date.month(), day: found.date.day() },
            Doubt::PutTogether,
        )
        .doubt_if(Doubt::YearGiven, day.with_year),
        None => term.doubt_if(Doubt::NotUnderstood, true),
    }
}

/// A number and nothing else: months, unless the header says otherwise or it is too large for months.
fn bare_number(number: &Quantity, words: &Words<'_>, hint: NoticeHint) -> Reading<Notice> {
    let value = number.halves.div_ceil(2);
    let unit = hint.unit.unwrap_or(if value > 24 { Unit::Days } else { Unit::Months });
    if value == 0 {
        return Reading::doubtful(Notice::None, Doubt::UnitAssumed);
    }
    let quantity = Quantity { unit: Some(unit), ..number.clone() };
    of_quantity(&quantity, words, hint).doubt_if(Doubt::UnitAssumed, hint.unit.is_none())
}

fn no_quantity(words: &Words<'_>) -> Reading<Notice> {
    if words.is_empty() {
        return Reading::doubtful(Notice::Unknown, Doubt::NotUnderstood);
    }
    let refers = matches!(words.first(), Some("se" | "enl" | "enligt" | "per" | "framgar" | "jfr"))
        || words.any_prefix(&["bilaga", "paragraf"]);
    if refers {
        return Reading::doubtful(Notice::Unknown, Doubt::SeeContract);
    }
    if words.any_prefix(&["omgaende", "omedelbar", "direkt", "narsomhelst", "lopande"])
        || (words.any(&["nar"]) && words.any(&["helst"]))
    {
        return Reading::doubtful(Notice::Days(0), Doubt::Unusual);
    }
    let negated = words.any(&["ingen", "inget", "inga", "ej", "nej", "icke", "inte", "utan", "noll"]);
    let ends = words.any_prefix(&["upphor", "loper", "avslutas", "utgar", "forfaller", "automatiskt"]);
    if negated || ends {
        return Reading::sure(Notice::None);
    }
    Reading::doubtful(Notice::Unknown, Doubt::NotUnderstood)
}
