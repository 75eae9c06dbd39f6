//! What remarks say: a notice that has been given, and a framework's limits.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::doubt::{Doubt, Reading};
use super::notice::Words;
use super::quantity::quantities;
use super::tokens::{Token, tokens};
use crate::tabular::values::is_placeholder;

/// The day a notice was received, from a text such as "Uppsagt, mottaget 2026-09-12".
#[must_use]
pub fn notice_received(text: &str) -> Reading<Option<NaiveDate>> {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_placeholder(trimmed) {
        return Reading::sure(None);
    }
    let tokens = tokens(trimmed);
    let words = Words::new(&tokens);
    let mut received = None;
    let mut dates = Vec::new();
    let mut after_received = false;
    for token in &tokens {
        match token {
            Token::Date(day) => {
                if after_received && received.is_none() {
                    received = Some(*day);
                }
                dates.push(*day);
            }
            Token::Word(word) if word.starts_with("mottag") || word.starts_with("inkom") => {
                after_received = true;
            }
            _ => {}
        }
    }
    match received.or_else(|| dates.iter().copied().max()) {
        Some(day) => {
            Reading::sure(Some(day)).doubt_if(Doubt::SeveralDates, received.is_none() && dates.len() > 1)
        }
        None if matches!(words.first(), Some("nej" | "ej" | "inte" | "n")) => Reading::sure(None),
        None => Reading::doubtful(None, Doubt::NotUnderstood),
    }
}

/// A framework's limits in a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameworkNote {
    /// The ceiling in kronor.
    pub ceiling: Option<Decimal>,
    /// What has been called off, in kronor.
    pub used: Option<Decimal>,
    /// Months a call-off may run after the framework.
    pub calloff_months: Option<u32>,
}

/// Reads "Tak 9 500 000, avropat 7 790 000, avrop högst 12 mån efter ramavtalets slut" and the like.
#[must_use]
pub fn framework_note(text: &str) -> FrameworkNote {
    let mut note = FrameworkNote::default();
    for clause in clauses(text) {
        let tokens = tokens(&clause);
        let words = Words::new(&tokens);
        let months = quantities(&tokens).iter().find_map(super::quantity::Quantity::months);
        if words.any_prefix(&["avrop"]) && words.any(&["efter"]) && months.is_some() {
            note.calloff_months = note.calloff_months.or(months);
        } else if words.any_prefix(&["tak", "maxvolym", "maxvarde"]) {
            note.ceiling = note.ceiling.or_else(|| amount(&clause));
        } else if words.any_prefix(&["avropa", "forbruka", "utnyttja", "nyttja"]) {
            note.used = note.used.or_else(|| amount(&clause));
        }
    }
    note
}

/// The text at its commas, semicolons and full stops that do not stand inside a number.
fn clauses(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().take(2_000).collect();
    let mut clauses = vec![String::new()];
    for (at, character) in characters.iter().enumerate() {
        let inside_number = characters.get(at + 1).is_some_and(char::is_ascii_digit)
            && at.checked_sub(1).and_then(|before| characters.get(before)).is_some_and(char::is_ascii_digit);
        if matches!(character, ',' | ';' | '.' | '\n') && !inside_number {
            clauses.push(String::new());
        } else if let Some(clause) = clauses.last_mut() {
            clause.push(*character);
        }
    }
    clauses
}

/// A sum with spaces or stops between thousands; "mkr" and "tkr" multiply.
fn amount(clause: &str) -> Option<Decimal> {
    let start = clause.find(|character: char| character.is_ascii_digit())?;
    let rest = clause.get(start..)?;
    let end = rest
        .find(|character: char| {
            !(character.is_ascii_digit() || character.is_whitespace() || matches!(character, ',' | '.'))
        })
        .unwrap_or(rest.len());
    let number: String = rest
        .get(..end)?
        .trim_end_matches([',', '.'])
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let unit = rest.get(end..).unwrap_or_default().trim().to_lowercase();
    // Stops between groups of three are thousands; a comma, or a lone stop, is the decimal sign.
    let thousands = number.matches('.').count() > 1
        || number.split_once('.').is_some_and(|(_, after)| after.len() == 3 && !number.contains(','));
    let number = if thousands { number.replace('.', "") } else { number };
    let value: Decimal = number.replace(',', ".").parse().ok()?;
    let factor = if unit.starts_with("mkr") || unit.starts_with("mnkr") || unit.starts_with("milj") {
        1_000_000
    } else if unit.starts_with("tkr") || unit.starts_with("kkr") {
        1_000
    } else {
        1
    };
    value.checked_mul(Decimal::from(factor)).map(|sum| sum.normalize())
}
