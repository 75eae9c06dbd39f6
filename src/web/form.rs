//! From what was typed to typed values, with every fault at once.
//!
//! ```
//! use overblick::web::form::Faults;
//! let mut faults = Faults::default();
//! let name = faults.required("name", "Namn", " Vårdia ", 200);
//! let cost = faults.amount("annual_cost", "Kostnad per år", "12 kr och lite till");
//! assert_eq!(name, "Vårdia");
//! assert_eq!(cost, None);
//! assert_eq!(faults.of("annual_cost"), Some("Kostnad per år ska vara ett belopp i kronor, till exempel 1 234,50."));
//! ```
//! A page with faults is answered with 422 and shows what was typed.

use std::{borrow::Cow, str::FromStr as _};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

/// What was wrong in a form: field and sentence, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name (and id) of the field.
    pub field: Cow<'static, str>,
    /// A plain Swedish sentence: what is wrong and what to do.
    pub message: Cow<'static, str>,
}

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        self.0.push(Fault { field: field.into(), message: message.into() });
    }

    /// The fault of a field, if it has one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|f| f.field == field).map(|f| f.message.as_ref())
    }

    /// No faults.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order of the form.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// Text that must be there.
    pub fn required(&mut self, field: &'static str, label: &str, typed: &str, max: usize) -> String {
        let text = self.text(field, label, typed, max);
        if text.is_empty() {
            self.add(field, format!("Ange {}.", lower_first(label)));
        }
        text
    }

    /// Text that may be empty. Trimmed; at most `max` characters.
    pub fn text(&mut self, field: &'static str, label: &str, typed: &str, max: usize) -> String {
        let text = typed.trim();
        if text.chars().count() > max {
            self.add(field, format!("{label} får ha högst {max} tecken."));
        }
        text.to_owned()
    }

    /// A date, `2026-11-30` or `20261130`; empty is none.
    pub fn date(&mut self, field: &'static str, label: &str, typed: &str) -> Option<NaiveDate> {
        let text = typed.trim();
        if text.is_empty() {
            return None;
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(text, "%Y%m%d"))
            .ok();
        if date.is_none() {
            self.add(
                field,
                format!(
                    "{label} ska vara ett datum som finns, skrivet år-månad-dag, till exempel 2026-11-30."
                ),
            );
        }
        date
    }

    /// An amount in kronor: `1 234,50`, `1234.50`, `12 000 kr`; empty is none.
    pub fn amount(&mut self, field: &'static str, label: &str, typed: &str) -> Option<Decimal> {
        let text: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}'))
            .collect();
        let text = text.strip_suffix("kr").unwrap_or(&text).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let amount = Decimal::from_str(&text).ok().filter(|a| a.abs() < Decimal::from(1_000_000_000_000_i64));
        if amount.is_none() {
            self.add(field, format!("{label} ska vara ett belopp i kronor, till exempel 1 234,50."));
        }
        amount
    }

    /// A whole number within bounds; empty is none.
    pub fn integer(
        &mut self,
        field: &'static str,
        label: &str,
        typed: &str,
        bounds: std::ops::RangeInclusive<i32>,
    ) -> Option<i32> {
        let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|n| bounds.contains(n));
        if number.is_none() {
            self.add(
                field,
                format!("{label} ska vara ett heltal mellan {} och {}.", bounds.start(), bounds.end()),
            );
        }
        number
    }

    /// One of the codes offered; empty is the empty code.
    pub fn choice(&mut self, field: &'static str, label: &str, typed: &str, codes: &[&str]) -> String {
        if typed.is_empty() || codes.contains(&typed) {
            return typed.to_owned();
        }
        self.add(field, format!("Välj {} i listan.", lower_first(label)));
        String::new()
    }

    /// The id of something chosen in a list; empty is none.
    pub fn id(&mut self, field: &'static str, label: &str, typed: &str) -> Option<Uuid> {
        if typed.is_empty() {
            return None;
        }
        let id = Uuid::parse_str(typed).ok();
        if id.is_none() {
            self.add(field, format!("Välj {} i listan.", lower_first(label)));
        }
        id
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn lower_first(label: &str) -> String {
    let mut chars = label.chars();
    let second_is_upper = label.chars().nth(1).is_some_and(char::is_uppercase);
    match chars.next() {
        Some(first) if !second_is_upper => first.to_lowercase().chain(chars).collect(),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_swedes_write_them() {
        let mut faults = Faults::default();
        for (typed, öre) in
            [("1 234,50", 123_450), ("1234.5", 123_450), ("12\u{a0}000 kr", 1_200_000), ("-5", -500)]
        {
            assert_eq!(faults.amount("a", "Belopp", typed), Some(Decimal::new(öre, 2)), "{typed}");
        }
        assert!(faults.is_empty());
        assert_eq!(faults.amount("a", "Belopp", "tolv"), None);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn all_faults_are_told_at_once_in_the_order_of_the_form() {
        let mut faults = Faults::default();
        faults.required("name", "Namn", "  ", 10);
        faults.date("end", "Slutdatum", "2026-02-30");
        faults.integer("users", "Antal användare", "-1", 0..=100);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["name", "end", "users"]);
        assert_eq!(faults.of("name"), Some("Ange namn."));
    }

    #[test]
    fn an_abbreviation_keeps_its_capitals() {
        let mut faults = Faults::default();
        faults.required("x", "IT-kontakt", "", 10);
        assert_eq!(faults.of("x"), Some("Ange IT-kontakt."));
    }
}
