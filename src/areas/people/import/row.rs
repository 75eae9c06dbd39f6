//! A row of a staff list → typed values, with what could not be read as warnings.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    areas::{
        imports::{RowFaults, RowView, headings},
        organisation::Units,
    },
    rules::{digits::without_decimals, names::lower, phone::Phone},
    tabular::fold::fold,
};

/// An employment as a file has it.
#[derive(Clone, Default)]
pub struct StaffRow {
    pub(super) company: String,
    pub(super) employee_no: String,
    /// As written; checked when it is known which day it is.
    pub(super) personal_id: Option<String>,
    pub(super) family_name: String,
    pub(super) given_names: String,
    /// The file hides who it is ("SKYDDAD").
    pub(super) is_nameless: bool,
    pub(super) earlier_name: Option<String>,
    pub(super) login: Option<String>,
    pub(super) email: Option<String>,
    /// E.164.
    pub(super) mobile: Option<String>,
    pub(super) unit_code: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) department: Option<String>,
    pub(super) form: String,
    pub(super) title: String,
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    pub(super) is_main: Option<bool>,
    pub(super) status: Option<&'static str>,
    pub(super) percent: Option<Decimal>,
    pub(super) is_protected: Option<bool>,
    pub(super) manager: Option<String>,
    pub(super) manager_no: Option<String>,
    pub(super) has: Has,
}

/// Which columns the file has.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column that may be missing")]
pub(super) struct Has {
    pub login: bool,
    pub email: bool,
    pub mobile: bool,
    pub form: bool,
    pub title: bool,
    pub start: bool,
    pub end: bool,
    pub main: bool,
    pub percent: bool,
    pub manager: bool,
}

/// Words that stand where a protected name would.
const HIDING: [&str; 8] = [
    "skyddad",
    "skyddat",
    "skyddad identitet",
    "skyddade personuppgifter",
    "skyddad personuppgift",
    "sekretess",
    "sekretessmarkerad",
    "sekretesskyddad",
];

/// Reads a row.
pub(super) fn read(row: &RowView<'_>, faults: &mut RowFaults) -> StaffRow {
    let (family_name, given_names) = names(row);
    let is_nameless = hides(&family_name) && hides(&given_names);
    let mobile = row.text("mobile").and_then(|text| match Phone::parse(&text) {
        Ok(phone) => Some(phone.e164()),
        Err(error) => {
            faults.warn(row, "mobile", "phone_invalid", error.to_string());
            None
        }
    });
    StaffRow {
        company: row.text_or_empty("company"),
        employee_no: row.text_or_empty("employee_no"),
        personal_id: row.text("personal_id").filter(|t| !hides(t)),
        family_name: if is_nameless { String::new() } else { family_name },
        given_names: if is_nameless { String::new() } else { given_names },
        is_nameless,
        earlier_name: row.text("earlier_name"),
        login: row.text("login").and_then(|t| login(&t)),
        email: row.email("email").map(|e| lower(&e)),
        mobile,
        unit_code: row.text("unit_code").map(|code| without_decimals(&code).to_owned()),
        unit: row.text("unit").filter(|t| !hides(t)),
        department: row.text("department").or_else(|| headings::of_unit(row.section())),
        form: row.text_or_empty("form"),
        title: row.text_or_empty("title"),
        start: row.day("start_date"),
        end: row.day("end_date"),
        is_main: row.yes_no("main_employment"),
        status: row.text("status").as_deref().and_then(status),
        percent: row
            .decimal("extent")
            .map(|p| p.round_dp(2))
            .filter(|p| *p >= Decimal::ZERO && *p < Decimal::from(10_000)),
        is_protected: if is_nameless { Some(true) } else { row.yes_no("protected") },
        manager: row.text("manager"),
        manager_no: row.text("manager_no"),
        has: Has {
            login: row.has("login"),
            email: row.has("email"),
            mobile: row.has("mobile"),
            form: row.has("form"),
            title: row.has("title"),
            start: row.has("start_date"),
            end: row.has("end_date"),
            main: row.has("main_employment"),
            percent: row.has("extent"),
            manager: row.has("manager") || row.has("manager_no"),
        },
    }
}

/// Family name and given names, from two columns or one.
fn names(row: &RowView<'_>) -> (String, String) {
    if let (Some(family), given) = (row.text("last_name"), row.text_or_empty("first_name")) {
        return (family, given);
    }
    let Some(whole) = row.text("name") else { return (String::new(), row.text_or_empty("first_name")) };
    split(&whole)
}

/// "Efternamn, Förnamn", or else the last word (with its particles) as the family name.
pub(super) fn split(whole: &str) -> (String, String) {
    const PARTICLES: [&str; 9] = ["af", "von", "de", "van", "der", "den", "da", "di", "al"];
    if let Some((family, given)) = whole.split_once(',') {
        return (family.trim().to_owned(), given.trim().to_owned());
    }
    let words: Vec<&str> = whole.split_whitespace().collect();
    let mut first = words.len().saturating_sub(1);
    while first > 1 && PARTICLES.contains(&words[first - 1].to_lowercase().as_str()) {
        first -= 1;
    }
    (words[first..].join(" "), words[..first].join(" "))
}

/// Whether a text stands where the name of somebody with protected identity would, or there is none.
#[must_use]
pub fn hides(text: &str) -> bool {
    let folded = lower(text.trim());
    folded.is_empty()
        || HIDING.contains(&folded.as_str())
        || folded.chars().all(|c| matches!(c, '*' | 'x' | '-'))
}

/// Whether a name is one that somebody made to try the payroll system with.
#[must_use]
pub fn is_test_name(name: &str) -> bool {
    let whole = fold(name);
    let mut words = whole.split(' ').filter(|w| !w.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|w| {
            matches!(
                w,
                "test"
                    | "testsson"
                    | "testson"
                    | "testperson"
                    | "testare"
                    | "testkonto"
                    | "tester"
                    | "testdotter"
            )
        })
}

/// An account without its domain, in lower case.
pub fn login(text: &str) -> Option<String> {
    let text = text.rsplit('\\').next().unwrap_or(text);
    let text = text.split('@').next().unwrap_or(text).trim();
    (!text.is_empty() && !text.contains(char::is_whitespace)).then(|| lower(text))
}

/// What a word for the status of an employment means.
fn status(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    let any = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    if any(&["ledig", "leave", "sjukskriven", "franvar"]) {
        Some("tjanstledig")
    } else if any(&["kommande", "blivande", "framtida", "ej tilltratt", "ej borjat", "future"]) {
        Some("kommande")
    } else if any(&["avslut", "slutat", "upphor", "ended", "inaktiv", "inactive"]) {
        Some("avslutad")
    } else if any(&["aktiv", "pagaende", "anstalld", "active", "i tjanst"]) {
        Some("aktiv")
    } else {
        None
    }
}

impl StaffRow {
    /// A row that somebody made to try the payroll system with.
    pub(super) fn is_test(&self) -> bool {
        is_test_name(&format!("{} {}", self.given_names, self.family_name))
    }

    /// The unit, and how the row writes it where there is none.
    pub(super) fn find_unit(&self, units: &Units, today: NaiveDate) -> (Option<Uuid>, String) {
        if let Some(unit) = self.unit_code.as_deref().and_then(|code| units.by_code(code)) {
            return (Some(unit.id), String::new());
        }
        let text = match (&self.unit_code, &self.unit) {
            (Some(code), Some(name)) => format!("{code} {name}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => return (None, String::new()),
        };
        let found = self.unit.as_deref().and_then(|name| {
            let found = units.find(name, today);
            // Of several units of that name, the one in the row's own förvaltning.
            found.one().or_else(|| {
                let crate::areas::organisation::Lookup::Several(ids) = found else { return None };
                let department = self.find_department(units, today)?;
                let mut here =
                    ids.into_iter().filter(|id| units.department(*id).is_some_and(|d| d.id == department));
                here.next().filter(|_| here.next().is_none())
            })
        });
        if found.is_some() { (found, String::new()) } else { (None, text) }
    }

    /// The förvaltning that the row names.
    pub(super) fn find_department(&self, units: &Units, today: NaiveDate) -> Option<Uuid> {
        units.find(self.department.as_deref()?, today).one()
    }

    /// Whether the title says that its holder leads others.
    pub(super) fn title_leads(&self) -> bool {
        fold(&self.title).split(' ').any(|word| {
            ["chef", "chefen", "direktor", "direktoren", "rektor", "forestandare"]
                .iter()
                .any(|w| word.ends_with(w))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_one_column_is_cut_at_its_comma_or_before_its_last_word() {
        for (text, family, given) in [
            ("Åkerlund, Anna-Karin", "Åkerlund", "Anna-Karin"),
            ("Anna Karin Åkerlund", "Åkerlund", "Anna Karin"),
            ("Carl von der Heide", "von der Heide", "Carl"),
            ("Madonna", "Madonna", ""),
        ] {
            assert_eq!(split(text), (family.to_owned(), given.to_owned()), "{text}");
        }
    }

    #[test]
    fn titles_of_those_who_lead_are_told_from_titles_that_only_sound_so() {
        let leads = |title: &str| StaffRow { title: title.into(), ..StaffRow::default() }.title_leads();
        for title in ["Enhetschef", "Bitr. rektor", "Förvaltningsdirektör", "Föreståndare", "Chef för stab"]
        {
            assert!(leads(title), "{title}");
        }
        for title in ["Chefssekreterare", "Projektledare", "Rektorsassistent", "Lärare", ""] {
            assert!(!leads(title), "{title}");
        }
    }

    #[test]
    fn rows_for_trying_the_payroll_system_are_recognised_and_people_are_not() {
        let named = |given: &str, family: &str| StaffRow {
            given_names: given.into(),
            family_name: family.into(),
            ..StaffRow::default()
        };
        assert!(named("Test", "Testsson").is_test());
        for (given, family) in [("Ernst", "Test"), ("Testa", "Rossa"), ("", "")] {
            assert!(!named(given, family).is_test(), "{given} {family}");
        }
    }

    #[test]
    fn statuses_are_understood_in_several_words() {
        assert_eq!(status("Föräldraledig"), Some("tjanstledig"));
        assert_eq!(status("AKTIV"), Some("aktiv"));
        assert_eq!(status("Inaktiv"), Some("avslutad"));
        assert_eq!(status("Ej tillträtt"), Some("kommande"));
        assert_eq!(status("7"), None);
    }

    #[test]
    fn an_account_is_kept_without_its_domain() {
        assert_eq!(login("KOMMUN\\AnnAke01").as_deref(), Some("annake01"));
        assert_eq!(login("annake01@vik.se").as_deref(), Some("annake01"));
        assert_eq!(login("  "), None);
    }

    #[test]
    fn words_that_hide_a_name_are_no_names() {
        for text in ["SKYDDAD", "Sekretess", "***", " "] {
            assert!(hides(text), "{text}");
        }
        assert!(!hides("Skyddman"));
    }
}
