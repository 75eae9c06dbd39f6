//! Text cut into numbers, days, words and signs.
//!
//! Words are folded (lower case, å and ä as a, ö as o), so that upper case, lost diacritics and decomposed letters make
//! no difference.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::rules::month_names;
use crate::tabular::fold::fold;

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A number, counted in halves so that "1,5 år" is exact.
    Number(u32),
    /// A full date.
    Date(NaiveDate),
    /// A day of the year without a year, "30/9".
    Day { month: u32, day: u32 },
    /// A folded word.
    Word(String),
    /// A sign that matters: `+ ( ) * - §`.
    Sign(char),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// No contract term needs more text than this; what follows is not read.
const LONGEST: usize = 2_000;

/// Cuts a text into tokens.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.nfkc().take(LONGEST).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(character) = characters.get(at).copied() {
        if character.is_ascii_digit() {
            at = number(&characters, at, &mut found);
        } else if character.is_alphabetic() {
            let end = run(&characters, at, |next| next.is_alphabetic() || is_combining_mark(next));
            push_word(&characters[at..end], &mut found);
            at = end;
        } else {
            match character {
                '+' | '(' | ')' | '*' | '§' => found.push(Token::Sign(character)),
                '×' => found.push(Token::Sign('*')),
                '-' | '–' | '—' | '−' => found.push(Token::Sign('-')),
                '½' => found.push(Token::Number(1)),
                _ => {}
            }
            at += 1;
        }
    }
    join_named_days(found)
}

/// Where a run of characters that hold ends.
fn run(characters: &[char], from: usize, holds: impl Fn(char) -> bool) -> usize {
    characters
        .iter()
        .skip(from)
        .position(|character| !holds(*character))
        .map_or(characters.len(), |length| from + length)
}

fn push_word(characters: &[char], found: &mut Vec<Token>) {
    let word: String = characters.iter().collect();
    // A word may fold to several or to none, for example a lone letter of another script.
    for part in fold(&word).split(' ').filter(|part| !part.is_empty()) {
        found.push(Token::Word(part.to_owned()));
    }
}

/// Reads a number or a date of digits; returns where to go on.
fn number(characters: &[char], from: usize, found: &mut Vec<Token>) -> usize {
    let (first, end) = digits(characters, from);
    let length = end - from;
    let next = |at: usize| characters.get(at).copied();
    // 20260930
    if length == 8 {
        let date = first.and_then(|number| ymd(number / 10_000, number / 100 % 100, number % 100));
        if let Some(date) = date {
            found.push(Token::Date(date));
            return end;
        }
    }
    if let Some(separator @ ('/' | '.' | '-')) = next(end) {
        let (second, second_end) = digits(characters, end + 1);
        let two = first.zip(second);
        // 2026-09-30
        if length == 4 && separator == next(second_end).unwrap_or(' ') {
            let (third, third_end) = digits(characters, second_end + 1);
            let date = two.zip(third).and_then(|((year, month), day)| ymd(year, month, day));
            if let Some(date) = date {
                found.push(Token::Date(date));
                return third_end;
            }
        }
        // 30/9-26, 30/9 2026, 30.9.2026, 30/9
        let is_day = length <= 2 && second_end - (end + 1) <= 2 && separator != '-';
        if let Some((day, month)) = two.filter(|_| is_day) {
            if let Some('-' | '.' | '/' | ' ') = next(second_end) {
                let (year, year_end) = digits(characters, second_end + 1);
                let date = year.and_then(|year| match year_end - (second_end + 1) {
                    2 if next(second_end) != Some(' ') => ymd(2000 + year, month, day),
                    4 => ymd(year, month, day),
                    _ => None,
                });
                if let Some(date) = date {
                    found.push(Token::Date(date));
                    return year_end;
                }
            }
            // "1.5 år" is one and a half; "30.9" is a day.
            let decimal = separator == '.' && month == 5 && second_end - (end + 1) == 1 && day < 10;
            if !decimal && ymd(2024, month, day).is_some() {
                found.push(Token::Day { month, day });
                return second_end;
            }
        }
    }
    let halves = first.map_or(u32::MAX, |number| number.saturating_mul(2));
    if let (Some(',' | '.'), Some('5')) = (next(end), next(end + 1)) {
        let decimals_end = run(characters, end + 1, |character| character.is_ascii_digit());
        if characters.get(end + 2..decimals_end).is_some_and(|rest| rest.iter().all(|zero| *zero == '0')) {
            found.push(Token::Number(halves.saturating_add(1)));
            return decimals_end;
        }
    }
    if let (Some(',' | '.'), Some('0')) = (next(end), next(end + 1)) {
        let decimals_end = run(characters, end + 1, |character| character == '0');
        if decimals_end - (end + 1) <= 2 {
            found.push(Token::Number(halves));
            return decimals_end;
        }
    }
    found.push(Token::Number(halves));
    end
}

/// A run of digits as a number (none when it is empty or too large), and where it ends.
fn digits(characters: &[char], from: usize) -> (Option<u32>, usize) {
    let end = run(characters, from, |character| character.is_ascii_digit());
    let number: String = characters.get(from..end).unwrap_or_default().iter().collect();
    (number.parse().ok(), end)
}

fn ymd(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| (1900..=9999).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Joins "30 september", "30:e sept 2026", "sista dagen i september" and "september månads utgång" to days.
fn join_named_days(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let Some(month) = token.word().and_then(month) else {
            joined.push(token);
            continue;
        };
        let day = match joined.last() {
            Some(Token::Number(halves)) if halves % 2 == 0 => Some(halves / 2),
            Some(Token::Word(ordinal)) if ordinal == "e" || ordinal == "a" => {
                match joined.get(joined.len().saturating_sub(2)..) {
                    Some([Token::Number(halves), _]) if halves % 2 == 0 => Some(halves / 2),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(day) = day.filter(|day| ymd(2024, month, *day).is_some()) {
            if matches!(joined.last(), Some(Token::Word(_))) {
                joined.pop();
            }
            joined.pop();
            let year = match rest.peek() {
                Some(Token::Number(halves)) if (3_800..4_400).contains(halves) => Some(halves / 2),
                _ => None,
            };
            match year.and_then(|year| ymd(year, month, day)) {
                Some(date) => {
                    rest.next();
                    joined.push(Token::Date(date));
                }
                None => joined.push(Token::Day { month, day }),
            }
        } else if is_end_of_month(&joined) || is_months_end(rest.peek()) {
            while matches!(
                joined.last().and_then(Token::word),
                Some("sista" | "dagen" | "i" | "av" | "utgangen" | "slutet")
            ) {
                joined.pop();
            }
            joined.push(Token::Day { month, day: last_day(month) });
        } else {
            joined.push(token);
        }
    }
    joined
}

fn is_end_of_month(before: &[Token]) -> bool {
    before.iter().rev().take(4).any(|token| matches!(token.word(), Some("sista" | "utgangen" | "slutet")))
}

fn is_months_end(after: Option<&Token>) -> bool {
    matches!(after.and_then(Token::word), Some("manads" | "manad" | "utgang" | "slut"))
}

fn last_day(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a month by its folded Swedish name or an abbreviation of it.
pub(super) fn month(word: &str) -> Option<u32> {
    let stem = word.strip_suffix('s').filter(|stem| month_names::MONTHS.contains(stem));
    month_names::number(stem.unwrap_or(word))
}
