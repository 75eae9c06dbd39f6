//! A row of a unit's list of systems, read: what it says of a system, and what hangs on it, as text.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{super::model::SystemFields, words};
use crate::{
    areas::imports::{RowFaults, RowView},
    rules::classification::{Criticality, Level, parse_classification, parse_level},
    tabular::{
        Cell,
        values::{self, When},
    },
};

/// A text of the row, with the header it stood under, for remarks about it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The text; empty when there is none.
    pub text: String,
    /// The header of its column.
    pub header: Option<String>,
}

/// A row of a list.
#[derive(Clone, Debug, Default)]
pub struct SystemRow {
    /// What it says of the system; a field that it says nothing about is empty.
    pub fields: SystemFields,
    /// The supplier's name.
    pub supplier: Said,
    /// Function areas.
    pub areas: Vec<String>,
    /// The units that the row names: the one that answers for the system, or those that use it.
    pub department: Said,
    /// Who owns it.
    pub owner: Said,
    /// Who manages it.
    pub manager: Said,
    /// "Nej" on the question whether it is a cloud service was read as the municipality's own operation.
    pub guessed_hosting: bool,
}

/// More words than this are a description and no function area.
const MOST_WORDS: usize = 4;

/// Reads a row. `None` when it has no name, which is reported already.
pub fn read(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SystemRow> {
    let mut out = SystemRow {
        fields: SystemFields { name: row.text("name")?, ..SystemFields::default() },
        ..SystemRow::default()
    };
    let f = &mut out.fields;
    let mut notes: Vec<String> = row.text("note").into_iter().collect();
    f.short_name = row.text_or_empty("short_name");
    f.case_number = row.text_or_empty("case_no");
    f.replaces_text = row.text_or_empty("replaces");
    f.it_contact = row.text_or_empty("it_contact");
    f.option_text = row.text_or_empty("option");
    f.plan_year = row.text("plan").and_then(|t| year(&t));
    f.user_count = row.text("users").and_then(|t| count(&t));
    f.uses_ai = row.yes_no("uses_ai");
    f.personal_data = personal_data(row);
    code(row, faults, &mut notes, "phase", words::phase).unwrap_or_default().clone_into(&mut f.phase);
    code(row, faults, &mut notes, "category", words::category)
        .unwrap_or_default()
        .clone_into(&mut f.category);
    let (hosting, guessed) = hosting(row, faults, &mut notes);
    hosting.unwrap_or_default().clone_into(&mut f.hosting);
    out.guessed_hosting = guessed;
    criticality(row, faults, &mut notes).unwrap_or_default().clone_into(&mut f.criticality);
    levels(row, faults, f);
    f.classified_on = row.day("classified_on");
    contract_end(row, f);
    f.notice_text = notice(row);
    f.annual_cost = cost(row, &mut notes);
    let (areas, purpose) = function(row);
    out.areas = areas;
    f.purpose = purpose;
    let said =
        |field: &str| Said { text: row.text_or_empty(field), header: row.header(field).map(str::to_owned) };
    out.supplier = said("supplier");
    if words::is_no_supplier(&out.supplier.text) {
        let text = std::mem::take(&mut out.supplier.text);
        // "Egenutvecklat" says something; a question mark does not.
        if text.chars().filter(|c| c.is_alphabetic()).count() > 6 && !text.to_lowercase().starts_with("vet") {
            notes.push(format!("Leverantör: {text}"));
        }
    }
    out.department = said("department");
    out.owner = said("owner");
    out.manager = said("manager");
    f.note = notes.join(". ");
    Some(out)
}

/// A code that a word means. A word that means none is kept in the note, and reported.
fn code(
    row: &RowView<'_>,
    faults: &mut RowFaults,
    notes: &mut Vec<String>,
    field: &str,
    read: fn(&str) -> Option<&'static str>,
) -> Option<&'static str> {
    let text = row.text(field).filter(|t| t.chars().any(char::is_alphanumeric))?;
    let found = read(&text);
    if found.is_none() {
        unknown(row, faults, notes, field, &text);
    }
    found
}

fn unknown(row: &RowView<'_>, faults: &mut RowFaults, notes: &mut Vec<String>, field: &str, text: &str) {
    let header = row.header(field).unwrap_or(field).to_owned();
    faults.warn(
        row,
        field,
        "value_unknown",
        format!("Värdet i ”{header}” känns inte igen. Det står kvar i systemets anmärkning; rätta det där."),
    );
    notes.push(format!("{header}: {text}"));
}

/// Where it runs, and whether that was told by "nej" in a column that asks for cloud services only.
fn hosting(
    row: &RowView<'_>,
    faults: &mut RowFaults,
    notes: &mut Vec<String>,
) -> (Option<&'static str>, bool) {
    // "Moln?" may be read as either column: what decides is that the answer is a yes or a no.
    for field in ["cloud", "operation"] {
        if let Some(answer) = row.yes_no(field) {
            return (Some(if answer { "molntjanst" } else { "egen_drift" }), !answer);
        }
    }
    (code(row, faults, notes, "operation", words::hosting), false)
}

fn criticality(row: &RowView<'_>, faults: &mut RowFaults, notes: &mut Vec<String>) -> Option<&'static str> {
    let text = row.text("criticality").filter(|t| t.chars().any(char::is_alphanumeric))?;
    if let Some(found) = Criticality::parse(&text) {
        return Some(found.code());
    }
    match row.yes_no("criticality") {
        // "Verksamhetskritiskt? ja".
        Some(true) => Some(Criticality::Critical.code()),
        Some(false) => None,
        None => {
            unknown(row, faults, notes, "criticality", &text);
            None
        }
    }
}

fn personal_data(row: &RowView<'_>) -> String {
    let text = row.text_or_empty("personal_data").to_lowercase();
    let sensitive =
        ["känslig", "särskild", "sekretess", "art. 9", "artikel 9"].iter().any(|w| text.contains(w));
    let code = match row.yes_no("personal_data") {
        _ if sensitive && !text.starts_with("nej") && !text.starts_with("inga") => "kansliga",
        Some(true) => "ja",
        Some(false) => "nej",
        None if text.starts_with("ja") => "ja",
        None if text.starts_with("nej") || text.starts_with("inga") => "nej",
        None => "",
    };
    code.to_owned()
}

/// The levels: a column for each, else all in one cell. A blank is not 0.
fn levels(row: &RowView<'_>, faults: &mut RowFaults, f: &mut SystemFields) {
    let number = |level: Option<Level>| level.map(|l| i16::from(l.number()));
    if row.has("classification") {
        match parse_classification(&row.cell("classification").text()) {
            Ok(found) => {
                f.level_k = number(found.k);
                f.level_r = number(found.r);
                f.level_t = number(found.t);
                f.level_s = number(found.s);
            }
            Err(error) => faults.warn(row, "classification", "classification_invalid", error.to_string()),
        }
    }
    let mut one = |field: &str| -> Option<i16> {
        let text = row.cell(field).text().into_owned();
        // All of them in the first of the columns: "2-1-3" under "K".
        match parse_level(&text) {
            Ok(level) => number(level),
            Err(error) => {
                faults.warn(row, field, "classification_invalid", error.to_string());
                None
            }
        }
    };
    let own = [one("k"), one("r"), one("t"), one("s")];
    f.level_k = own[0].or(f.level_k);
    f.level_r = own[1].or(f.level_r);
    f.level_t = own[2].or(f.level_t);
    f.level_s = own[3].or(f.level_s);
}

/// The end of the contract: a day, "tills vidare", or what stands there, as it stands.
fn contract_end(row: &RowView<'_>, f: &mut SystemFields) {
    let text = row.text_or_empty("contract_end");
    match row.when("contract_end") {
        Some(When::On(day, _)) => f.contract_end = Some(day),
        Some(When::NoEnd) => "tills vidare".clone_into(&mut f.contract_end_text),
        _ if words::runs_on(&text) => "tills vidare".clone_into(&mut f.contract_end_text),
        _ if text.chars().any(char::is_alphanumeric) || text.contains('?') => f.contract_end_text = text,
        _ => {}
    }
}

/// The notice, as text that says what it is: "3 månader", "senast 2027-02-28", or as it stands.
fn notice(row: &RowView<'_>) -> String {
    let text = row.text_or_empty("notice");
    let header = row.header("notice").unwrap_or_default().to_lowercase();
    let is_date = matches!(row.cell("notice"), Cell::Date(_) | Cell::DateTime(_));
    let day = values::day(
        row.cell("notice"),
        values::DateOptions { month_as: values::MonthAs::Last, ..values::DateOptions::default() },
    )
    .ok()
    .flatten();
    let asks_for_day = ["senast", "datum", "dag"].iter().any(|w| header.contains(w));
    match (text.parse::<u32>(), day) {
        (Ok(number @ 0..=99), _) if header.contains("mån") || !asks_for_day => {
            format!("{number} {}", if number == 1 { "månad" } else { "månader" })
        }
        (_, Some(day)) if is_date || asks_for_day => format!("senast {day}"),
        _ if text.chars().any(char::is_alphanumeric) => text,
        _ => String::new(),
    }
}

/// Kronor a year. Words in its place ("ingår") are kept in the note.
fn cost(row: &RowView<'_>, notes: &mut Vec<String>) -> Option<Decimal> {
    let found = row.amount("annual_cost");
    if found.is_none()
        && let Some(text) = row.text("annual_cost").filter(|t| t.chars().any(char::is_alphabetic))
    {
        notes.push(format!("{}: {text}", row.header("annual_cost").unwrap_or("Kostnad")));
    }
    found.filter(|c| !c.is_sign_negative())
}

/// What the system is for: function areas when it is said in a few words, else a purpose.
fn function(row: &RowView<'_>) -> (Vec<String>, String) {
    let text = row.text_or_empty("function");
    if !text.chars().any(char::is_alphanumeric) {
        return (Vec::new(), String::new());
    }
    let parts: Vec<&str> =
        text.split([',', ';', '/', '\n']).map(|p| bare_area(p.trim())).filter(|p| !p.is_empty()).collect();
    let short = |p: &&str| p.split_whitespace().count() <= MOST_WORDS && p.chars().count() <= 60;
    if parts.iter().all(short) && !text.trim_end().ends_with('.') {
        (parts.into_iter().map(str::to_owned).collect(), String::new())
    } else {
        (Vec::new(), text)
    }
}

/// A function area without the words that lead to it: "stöd för bokning" is about bokning.
fn bare_area(text: &str) -> &str {
    const LEADS: [&str; 12] = [
        "stöd för ",
        "stöd till ",
        "stöd vid ",
        "system för ",
        "it-stöd för ",
        "verktyg för ",
        "används för ",
        "används till ",
        "hantering av ",
        "administration av ",
        "hanterar ",
        "för ",
    ];
    let low = text.to_lowercase();
    // The lengths agree only where lower case is as long as what was written.
    let lead = LEADS.iter().find(|lead| low.len() == text.len() && low.starts_with(**lead));
    lead.and_then(|lead| text.get(lead.len()..)).map_or(text, str::trim_start)
}

fn year(text: &str) -> Option<i32> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.get(..4)?.parse().ok().filter(|y| (2000..=2100).contains(y))
}

/// How many users: "120", "ca 1 200", "50 st".
fn count(text: &str) -> Option<i32> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .trim_end_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok().filter(|n| (0..=10_000_000).contains(n))
}

/// The last day that a classification is good for.
pub fn valid_until(classified_on: Option<NaiveDate>, months: u32) -> Option<NaiveDate> {
    classified_on?.checked_add_months(chrono::Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_area_is_what_it_is_about() {
        for (text, area) in [
            ("Stöd för bokning", "bokning"),
            ("hantering av bygglov", "bygglov"),
            ("stödsystem", "stödsystem"),
            ("Lön", "Lön"),
            ("", ""),
        ] {
            assert_eq!(bare_area(text), area, "{text}");
        }
    }

    #[test]
    fn numbers_of_users_and_years_of_plans_are_read_out_of_words() {
        assert_eq!((count("ca 1 200"), count("50 st"), count("många")), (Some(1200), Some(50), None));
        assert_eq!(
            (year("2026"), year("Plan 2025"), year("ja"), year("1999")),
            (Some(2026), Some(2025), None, None)
        );
    }
}
