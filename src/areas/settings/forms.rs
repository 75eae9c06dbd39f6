//! From the forms of the settings to [`Settings`], with every fault at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    model::{MAX_LIMITS, NUMBERS, SWITCHES, Settings, WEEKDAYS, weekday, weekday_code},
    names::Named,
    sunset,
};
use crate::web::{form::Faults, format};

/// Fields by name, as typed.
pub type Raw = BTreeMap<String, String>;

/// The longest name of a phase or a role.
const LONGEST_NAME: usize = 40;

/// A row of the limits for direct award, as the form has it.
#[derive(Clone, Debug)]
pub struct LimitRow {
    /// Field name of the day.
    pub from_field: String,
    /// Field name of the amount.
    pub amount_field: String,
    /// The day as typed.
    pub from: String,
    /// The amount as typed.
    pub amount: String,
}

fn limit_fields(row: usize) -> (String, String) {
    (format!("limit_from_{row}"), format!("limit_amount_{row}"))
}

/// The values of the form for the settings as they are.
#[must_use]
pub fn raw_values(settings: &Settings) -> Raw {
    let mut raw = Raw::new();
    for number in NUMBERS {
        raw.insert(number.key.to_owned(), (number.get)(settings).to_string());
    }
    for switch in SWITCHES.iter().filter(|switch| (switch.get)(settings)) {
        raw.insert(switch.key.to_owned(), "ja".to_owned());
    }
    for (row, (from, amount)) in settings.contracts.direct_award_limits.iter().enumerate() {
        let (from_field, amount_field) = limit_fields(row);
        raw.insert(from_field, from.to_string());
        raw.insert(amount_field, format::number_of(*amount));
    }
    raw.insert("documentation_limit".to_owned(), format::number_of(settings.contracts.documentation_limit));
    raw.insert("digest_weekday".to_owned(), weekday_code(settings.digest_weekday));
    raw.insert("support_contact".to_owned(), settings.support_contact.clone());
    raw.insert("network_sunset".to_owned(), sunset::to_text(&settings.sunsets));
    raw
}

/// The rows of limits of a form, with an empty one at the end.
#[must_use]
pub fn limit_rows(raw: &Raw) -> Vec<LimitRow> {
    let mut rows = Vec::new();
    for row in 0..MAX_LIMITS {
        let (from_field, amount_field) = limit_fields(row);
        let text = |field: &str| raw.get(field).cloned().unwrap_or_default();
        let (from, amount) = (text(&from_field), text(&amount_field));
        let is_empty = from.trim().is_empty() && amount.trim().is_empty();
        rows.push(LimitRow { from_field, amount_field, from, amount });
        if is_empty {
            break;
        }
    }
    rows
}

/// Reads the form of values into `settings`.
pub fn parse_values(raw: &Raw, settings: &mut Settings) -> Faults {
    let mut faults = Faults::default();
    let text = |field: &str| raw.get(field).map(String::as_str).unwrap_or_default();
    for number in NUMBERS {
        let before = faults.len();
        match faults.integer(number.key, number.label, text(number.key), number.bounds.clone()) {
            Some(n) => (number.set)(settings, n.unsigned_abs()),
            None if faults.len() == before => faults.add(
                number.key,
                format!("Ange ett heltal mellan {} och {}.", number.bounds.start(), number.bounds.end()),
            ),
            None => {}
        }
    }
    for switch in SWITCHES {
        (switch.set)(settings, raw.contains_key(switch.key));
    }
    if let Some(limits) = parse_limits(raw, &mut faults) {
        settings.contracts.direct_award_limits = limits;
    }
    let before = faults.len();
    match faults.amount("documentation_limit", "Gränsen", text("documentation_limit")) {
        Some(limit) if !limit.is_sign_negative() => settings.contracts.documentation_limit = limit,
        _ if faults.len() == before => {
            faults.add("documentation_limit", "Ange ett belopp i kronor, till exempel 100 000.");
        }
        _ => {}
    }
    let codes: Vec<&str> = WEEKDAYS.iter().map(|(code, _)| *code).collect();
    let day = faults.choice("digest_weekday", "Veckodag", text("digest_weekday"), &codes);
    settings.digest_weekday = weekday(&day);
    settings.support_contact = faults.text("support_contact", "Kontakten", text("support_contact"), 200);
    match raw.get("network_sunset").map(|text| sunset::parse(text)) {
        Some(Ok(sunsets)) => settings.sunsets = sunsets,
        Some(Err(message)) => faults.add("network_sunset", message),
        None => {}
    }
    faults
}

/// The limits, oldest first. Rows without day and amount are left out; one with only one of them is a fault.
fn parse_limits(raw: &Raw, faults: &mut Faults) -> Option<Vec<(NaiveDate, Decimal)>> {
    let before = faults.len();
    let mut limits: Vec<(NaiveDate, Decimal)> = Vec::new();
    for row in 0..MAX_LIMITS {
        let (from_field, amount_field) = limit_fields(row);
        let typed = |field: &str| raw.get(field).map(|t| t.trim().to_owned()).unwrap_or_default();
        let (from_text, amount_text) = (typed(&from_field), typed(&amount_field));
        if from_text.is_empty() && amount_text.is_empty() {
            continue;
        }
        let mut own = Faults::default();
        let from = own.date("from", "Dagen", &from_text);
        let amount = own.amount("amount", "Gränsen", &amount_text).filter(|a| !a.is_sign_negative());
        match (from, amount) {
            (Some(from), Some(_)) if limits.iter().any(|(day, _)| *day == from) => {
                faults.add(from_field, "Samma dag står två gånger. Varje dag kan ha en gräns.");
            }
            (Some(from), Some(amount)) => limits.push((from, amount)),
            (None, _) => {
                faults.add(from_field, "Ange dagen som gränsen gäller från, till exempel 2026-01-01.");
            }
            (_, None) => faults.add(amount_field, "Ange gränsen i kronor, till exempel 700 000."),
        }
    }
    if limits.is_empty() && faults.len() == before {
        faults.add(limit_fields(0).0, "Ange minst en gräns för direktupphandling.");
    }
    limits.sort_unstable();
    (faults.len() == before).then_some(limits)
}

/// The names of the form for the settings as they are: what the municipality has not named is empty.
#[must_use]
pub fn raw_names(settings: &Settings) -> Raw {
    let mut raw = Raw::new();
    for named in Named::ALL {
        for (code, _) in named.usual() {
            let own = settings.names.own(named, code).unwrap_or_default();
            raw.insert(named.key(code), own.to_owned());
        }
    }
    raw
}

/// Reads the form of names into `settings`. Two of a kind cannot be called the same.
pub fn parse_names(raw: &Raw, settings: &mut Settings) -> Faults {
    let mut faults = Faults::default();
    for named in Named::ALL {
        for (code, _) in named.usual() {
            let key = named.key(code);
            let typed = raw.get(&key).map(|t| t.trim()).unwrap_or_default();
            if typed.chars().count() > LONGEST_NAME {
                faults.add(key, format!("Namnet får ha högst {LONGEST_NAME} tecken."));
            } else {
                settings.names.set(named, code, typed);
            }
        }
        let mut taken = BTreeMap::new();
        for (code, name) in settings.names.list(named) {
            if let Some(other) = taken.insert(name.to_lowercase(), code)
                && settings.names.own(named, code).or(settings.names.own(named, other)).is_some()
            {
                let at = if settings.names.own(named, code).is_some() { code } else { other };
                faults.add(
                    named.key(at),
                    format!("{name} heter redan något annat i listan. Välj ett annat namn."),
                );
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_the_settings_as_they_are_gives_the_same_settings() {
        let mut settings = Settings::default();
        settings.contracts.send_margin = 7;
        settings.show_level_0 = false;
        settings.digest_weekday = None;
        settings.names.set(Named::Phase, "anvandning", "I drift");
        let mut read = Settings::default();
        assert!(parse_values(&raw_values(&settings), &mut read).is_empty());
        assert!(parse_names(&raw_names(&settings), &mut read).is_empty());
        assert_eq!(read, settings);
    }

    #[test]
    fn limits_are_sorted_and_each_needs_both_a_day_and_an_amount() {
        let mut raw = raw_values(&Settings::default());
        raw.insert("limit_from_0".to_owned(), "2028-01-01".to_owned());
        raw.insert("limit_amount_0".to_owned(), "800 000".to_owned());
        raw.insert("limit_from_1".to_owned(), "2022-02-01".to_owned());
        raw.insert("limit_amount_1".to_owned(), "700 000 kr".to_owned());
        let mut settings = Settings::default();
        assert!(parse_values(&raw, &mut settings).is_empty());
        let days: Vec<_> =
            settings.contracts.direct_award_limits.iter().map(|(day, _)| day.to_string()).collect();
        assert_eq!(days, ["2022-02-01", "2028-01-01"]);

        raw.insert("limit_amount_1".to_owned(), String::new());
        let faults = parse_values(&raw, &mut settings);
        assert_eq!(faults.iter().map(|f| f.field.as_ref()).collect::<Vec<_>>(), ["limit_amount_1"]);
    }

    #[test]
    fn a_number_must_be_there_and_within_its_bounds() {
        for typed in ["", "-1", "1000", "tio"] {
            let mut raw = raw_values(&Settings::default());
            raw.insert("send_margin_days".to_owned(), typed.to_owned());
            assert_eq!(parse_values(&raw, &mut Settings::default()).len(), 1, "{typed:?}");
        }
    }

    #[test]
    fn two_phases_cannot_have_the_same_name() {
        let mut raw = raw_names(&Settings::default());
        raw.insert("name.phase.anvandning".to_owned(), "avveckling".to_owned());
        let faults = parse_names(&raw, &mut Settings::default());
        assert_eq!(faults.iter().map(|f| f.field.as_ref()).collect::<Vec<_>>(), ["name.phase.anvandning"]);
    }
}
