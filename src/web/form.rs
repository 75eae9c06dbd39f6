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

/// What was wrong in a form: field and sentence. The page tells them in the order in which the fields stand ([`in_order`]).
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

    /// In the order in which they were noted.
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

/// Puts what a drawn page says is wrong (`summary` of `components/form.html`) in the order in which the fields stand on it: whoever
/// follows the links from the first to the last goes down the page. A check that compares two fields is made after both are read,
/// and a template may show the fields in another order than they are read in, so only the page itself knows. What belongs to no
/// field comes first, what belongs to a field that is not on the page comes last.
#[must_use]
pub fn in_order(page: String) -> String {
    reordered(&page).unwrap_or(page)
}

/// The page with its faults in order; nothing where they are, or where there are none.
fn reordered(page: &str) -> Option<String> {
    let (from, to) = summary_of(page)?;
    let mut items: Vec<(usize, &str)> = page[from..to]
        .split_inclusive("</li>")
        .filter(|item| item.ends_with("</li>"))
        .map(|item| (place_of(page, item), item))
        .collect();
    if items.is_sorted_by_key(|(place, _)| *place) {
        return None;
    }
    items.sort_by_key(|(place, _)| *place);
    let items: String = items.into_iter().map(|(_, item)| item).collect();
    Some(format!("{}{items}{}", &page[..from], &page[to..]))
}

/// Where the items of the summary begin and end.
fn summary_of(page: &str) -> Option<(usize, usize)> {
    let summary = page.find("<div class=\"ds-error-summary\"")?;
    let from = summary + page[summary..].find("<ul>")? + "<ul>".len();
    let to = from + page[from..].find("</ul>")?;
    Some((from, to))
}

/// Where the field of an item stands.
fn place_of(page: &str, item: &str) -> usize {
    let Some((_, rest)) = item.split_once("<a href=\"#") else { return 0 };
    let field = rest.split('"').next().unwrap_or_default();
    page.find(&format!(" id=\"{field}\"")).unwrap_or(usize::MAX)
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
    fn all_faults_are_told_at_once() {
        let mut faults = Faults::default();
        faults.required("name", "Namn", "  ", 10);
        faults.date("end", "Slutdatum", "2026-02-30");
        faults.integer("users", "Antal användare", "-1", 0..=100);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["name", "end", "users"]);
        assert_eq!(faults.of("name"), Some("Ange namn."));
    }

    #[test]
    fn the_page_tells_faults_in_the_order_in_which_the_fields_stand() {
        let page = |faults: &str| {
            format!(
                "<div class=\"ds-error-summary\" id=\"felruta\"><h2>Rätta</h2><ul>{faults}\n</ul></div>\
                 <input id=\"from\"><p id=\"from-f\">x</p><ul><li>y</li></ul><input class=\"a\" id=\"to\">"
            )
        };
        let told = |field: &str| format!("\n  <li><a href=\"#{field}\">Ange {field}.</a></li>");
        let whole = "\n  <li>Någon annan har ändrat.</li>".to_owned();
        let typed = page(&[told("gone"), told("to"), whole.clone(), told("from")].concat());
        let wanted = [whole, told("from"), told("to"), told("gone")].concat();
        let shown = in_order(typed);
        assert_eq!(shown, page(&wanted).replace("\n</ul></div>", "</ul></div>"));
        assert_eq!(in_order(shown.clone()), shown);
        assert_eq!(in_order("<p>Inget fel</p>".to_owned()), "<p>Inget fel</p>");
    }

    #[test]
    fn an_abbreviation_keeps_its_capitals() {
        let mut faults = Faults::default();
        faults.required("x", "IT-kontakt", "", 10);
        assert_eq!(faults.of("x"), Some("Ange IT-kontakt."));
    }
}
