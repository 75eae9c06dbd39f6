//! A row of a list → typed values. Of somebody whom the list hides, only what the matching finds a person by within the program.

use chrono::NaiveDate;

use crate::{
    areas::{
        imports::{RowFaults, RowView, headings},
        people,
    },
    rules::{digits::without_decimals, names::lower, phone::Phone},
    tabular::{fold::fold, values::When},
};

/// An employment that ends, as a list has it.
#[derive(Clone, Debug, Default)]
pub struct LeaverRow {
    pub(in super::super) company: String,
    pub(in super::super) employee_no: String,
    /// As written; checked and hashed when it is taken in, and not kept.
    pub(in super::super) personal_id: Option<String>,
    pub(in super::super) family_name: String,
    pub(in super::super) given_names: String,
    pub(in super::super) full_name: String,
    pub(in super::super) department: String,
    pub(in super::super) unit_code: String,
    pub(in super::super) unit: String,
    pub(in super::super) form: String,
    pub(in super::super) title: String,
    pub(in super::super) start: Option<NaiveDate>,
    pub(in super::super) end: NaiveDate,
    pub(in super::super) reason: String,
    pub(in super::super) event: String,
    pub(in super::super) manager: String,
    pub(in super::super) manager_email: String,
    pub(in super::super) manager_no: String,
    pub(in super::super) email: String,
    pub(in super::super) login: String,
    /// E.164.
    pub(in super::super) mobile: Option<String>,
    /// The heading within the list that it stands under, to find its unit by; not kept.
    pub(super) heading: String,
    pub(in super::super) new_employment: bool,
    pub(in super::super) is_hidden: bool,
}

/// Reads a row; `None` with a fault where it has no last day.
pub(super) fn read(row: &RowView<'_>, faults: &mut RowFaults) -> Option<LeaverRow> {
    let end = match row.when("end_date") {
        Some(When::On(day, _)) => day,
        Some(When::NoEnd) => {
            let text =
                "Raden säger att anställningen gäller tills vidare. Ange sista dagen, eller ta bort raden.";
            faults.refuse(row, "end_date", "date_invalid", text);
            return None;
        }
        // Reported by the general checks.
        Some(When::Missing) | None => return None,
    };
    if begins(&row.text_or_empty("event")) {
        let text = "Raden gäller någon som börjar, inte någon som slutar. Den läses inte in.";
        faults.refuse(row, "event", "not_leaving", text);
        return None;
    }
    let read = LeaverRow {
        company: row.text_or_empty("company"),
        employee_no: row.text_or_empty("employee_no"),
        personal_id: row.text("personal_id").filter(|text| !hides(text)),
        end,
        reason: short(row.text_or_empty("reason")),
        event: short(row.text_or_empty("event")),
        ..LeaverRow::default()
    };
    let (family_name, given_names) = (row.text_or_empty("last_name"), row.text_or_empty("first_name"));
    let full_name = row.text_or_empty("name");
    let has_name = row.has("last_name") || row.has("first_name") || row.has("name");
    let names = [&family_name, &given_names, &full_name];
    if has_name
        && (names.iter().all(|name| hides(name)) || names.iter().any(|name| !name.is_empty() && hides(name)))
    {
        return Some(LeaverRow { is_hidden: true, ..read });
    }
    let mobile = row.text("mobile").and_then(|text| {
        let phone = Phone::parse(&text).ok();
        if phone.is_none() {
            let message = "Mobilnumret går inte att läsa. Raden läses in utan det.";
            faults.warn(row, "mobile", "phone_invalid", message);
        }
        Some(phone?.e164())
    });
    let start = row.day("start_date");
    if start.is_some_and(|start| start > end) {
        faults.warn(
            row,
            "start_date",
            "start_after_end",
            "Första dagen är efter sista dagen. Kontrollera datumen.",
        );
    }
    Some(LeaverRow {
        family_name,
        given_names,
        full_name,
        department: row.text_or_empty("department"),
        heading: headings::of_unit(row.section()).unwrap_or_default(),
        unit_code: without_decimals(&row.text_or_empty("unit_code")).to_owned(),
        unit: row.text("unit").filter(|text| !people::hides(text)).unwrap_or_default(),
        form: row.text_or_empty("form"),
        title: row.text_or_empty("title"),
        start,
        manager: row.text_or_empty("manager"),
        manager_email: row.email("manager_email").map(|email| lower(&email)).unwrap_or_default(),
        manager_no: row.text_or_empty("manager_no"),
        email: row.email("email").map(|email| lower(&email)).unwrap_or_default(),
        login: row.text("login").and_then(|text| people::login(&text)).unwrap_or_default(),
        mobile,
        new_employment: row.yes_no("new_employment").unwrap_or_default(),
        ..read
    })
}

/// Whether a cell hides a name, alone or with more words: "SKYDDAD", "Sekretess", "Skyddad identitet (kontakta HR)", nothing.
fn hides(text: &str) -> bool {
    let folded = fold(text);
    people::hides(text)
        || folded.split(' ').next().is_some_and(|word| {
            matches!(word, "skyddad" | "skyddade" | "skyddat") || word.starts_with("sekretess")
        })
}

/// Whether an event is that somebody comes: a list of changes tells of those too, and the day of such a row is no last day. Whoever
/// gets a new employment *within* the municipality moves.
fn begins(event: &str) -> bool {
    let folded = fold(event);
    ["nyanstall", "nyrekryter", "tilltrad", "borjar"].iter().any(|word| folded.starts_with(word))
}

/// A reason is a few words. What is longer is somebody's remark, which is not for a register.
fn short(text: String) -> String {
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}

impl LeaverRow {
    /// A row that somebody made to try the payroll system with.
    pub(super) fn is_test(&self) -> bool {
        people::is_test_name(&format!("{} {} {}", self.given_names, self.family_name, self.full_name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_begins_does_not_leave() {
        for event in ["Nyanställning", "NYANSTÄLLD", "Tillträder", "Börjar"] {
            assert!(begins(event), "{event}");
        }
        for event in ["", "Avslut", "Ny anställning i kommunen", "Byte av enhet", "AVG", "Återanställd"] {
            assert!(!begins(event), "{event}");
        }
    }

    #[test]
    fn words_that_hide_a_name_are_no_names() {
        for text in ["SKYDDAD", "Sekretess", "", "***", "Skyddad identitet (ring HR)", "Sekretessmarkerad"] {
            assert!(hides(text), "{text}");
        }
        for text in ["Skyddman, Eva", "Anna Andersson", "Xena"] {
            assert!(!hides(text), "{text}");
        }
    }
}
