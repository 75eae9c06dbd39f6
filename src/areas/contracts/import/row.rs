//! A row of a list of contracts.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::areas::imports::{RowFaults, RowView};
use crate::areas::suppliers;
use crate::rules::contract_dates::StatedEnd;
use crate::rules::contract_terms::{self as terms, Doubt, EndReading, Reading, Unit};
use crate::rules::org_number::OrgNumber;
use crate::tabular::fold::fold;
use crate::tabular::values::{DateOptions, Precision, When};

/// A contract as a file has it. What the file does not say is `None`.
#[derive(Clone, Debug)]
pub struct ContractFileRow {
    pub(super) contract_no: String,
    pub(super) title: String,
    pub(super) supplier_name: String,
    pub(super) org_no: Option<OrgNumber>,
    pub(super) kind: Option<String>,
    pub(super) parent_no: Option<String>,
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<Reading<EndReading>>,
    pub(super) end_text: Option<String>,
    pub(super) period: Option<String>,
    pub(super) options: Option<String>,
    pub(super) option_notice: Option<String>,
    pub(super) option_notice_unit: Option<Unit>,
    pub(super) notice: Option<String>,
    pub(super) notice_unit: Option<Unit>,
    pub(super) renewal: Option<String>,
    pub(super) annual_value: Option<Decimal>,
    pub(super) ceiling_value: Option<Decimal>,
    pub(super) value_used: Option<Decimal>,
    pub(super) calloff_months: Option<i32>,
    pub(super) index: Option<String>,
    pub(super) dpa: Option<&'static str>,
    pub(super) system: Option<String>,
    pub(super) procured_by: Option<String>,
    pub(super) responsible: Option<String>,
    pub(super) cost_centre: Option<String>,
    pub(super) department: Option<String>,
    pub(super) case_no: Option<String>,
    pub(super) signed_by: Option<String>,
    pub(super) signed_on: Option<NaiveDate>,
    pub(super) terminated: Option<NaiveDate>,
    pub(super) terminated_text: Option<String>,
    pub(super) terminated_doubts: Vec<Doubt>,
    pub(super) amendment_ground: Option<String>,
    pub(super) url: Option<String>,
    pub(super) note: Option<String>,
}

impl ContractFileRow {
    /// The supplier as the row names it.
    pub(super) fn supplier(&self) -> (String, Option<OrgNumber>) {
        (self.supplier_name.clone(), self.org_no)
    }

    /// The last day, when the row gives one.
    pub(super) fn end_date(&self) -> Option<NaiveDate> {
        match self.end.as_ref()?.value.end {
            StatedEnd::Date(day) => Some(day),
            StatedEnd::Unknown | StatedEnd::FollowsParent => None,
        }
    }
}

/// Reads a row.
pub(super) fn read(row: &RowView<'_>, faults: &mut RowFaults) -> Option<ContractFileRow> {
    let (contract_no, title) = number_and_title(row.text_or_empty("contract_no"), row.text_or_empty("title"));
    let note = row.text("note");
    let remarks = note.as_deref().map(terms::framework_note).unwrap_or_default();
    let end = end(row);
    let start = row.day("start_date");
    if let (Some(start), Some(Reading { value: EndReading { end: StatedEnd::Date(last), .. }, .. })) =
        (start, &end)
        && *last < start
    {
        let text = "Slutdatumet ligger före startdatumet. Rätta det som är fel och läs in raden igen.";
        faults.refuse(row, "end_date", "date_order", text);
    }
    let terminated_text = row.text("terminated");
    let terminated = terminated_text.as_deref().map(terms::notice_received);
    Some(ContractFileRow {
        title: [title, contract_no.clone(), row.text_or_empty("system"), row.text_or_empty("supplier")]
            .into_iter()
            .find(|text| !text.is_empty())?,
        contract_no,
        supplier_name: row.text_or_empty("supplier"),
        org_no: suppliers::read_number(row, faults),
        kind: row.text("kind"),
        parent_no: row.text("parent_no"),
        start,
        end,
        end_text: row.text("end_date"),
        period: row.text("initial_period"),
        options: row.text("extension"),
        option_notice: row.text("extension_notice"),
        option_notice_unit: row.header("extension_notice").and_then(unit_of_header),
        notice: row.text("notice"),
        notice_unit: row.header("notice").and_then(unit_of_header),
        renewal: row.text("auto_renewal"),
        annual_value: money(row, "annual_value"),
        ceiling_value: money(row, "ceiling_value").or(remarks.ceiling.and_then(fits)),
        value_used: money(row, "value_used").or(remarks.used.and_then(fits)),
        calloff_months: row
            .integer("calloff_limit_months")
            .and_then(|months| i32::try_from(months).ok())
            .or(remarks.calloff_months.and_then(|months| i32::try_from(months).ok()))
            .filter(|months| (0..=240).contains(months)),
        index: row.text("index"),
        dpa: row.text("dpa").as_deref().and_then(dpa_status),
        system: row.text("system"),
        procured_by: row.text("procured_by"),
        responsible: row.text("responsible"),
        cost_centre: row.text("cost_centre"),
        department: row.text("department"),
        case_no: row.text("case_no"),
        signed_by: row.text("signed_by"),
        signed_on: row.day("signed_on"),
        terminated: terminated.as_ref().and_then(|reading| reading.value),
        terminated_doubts: terminated.map(|reading| reading.doubts).unwrap_or_default(),
        terminated_text,
        amendment_ground: row.text("amendment_ground").or_else(|| note.clone()).as_deref().and_then(ground),
        url: row.text("url").filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        note,
    })
}

fn money(row: &RowView<'_>, field: &str) -> Option<Decimal> {
    // A cell that names its unit is no longer counted in the header's.
    let plain = !row.text(field).is_some_and(|text| text.contains(char::is_alphabetic));
    let times = row.header(field).filter(|_| plain).map_or(Decimal::ONE, times_of_header);
    row.amount(field).and_then(|sum| sum.checked_mul(times)).and_then(fits)
}

/// What a header says that its sums are counted in: "Värde (tkr)", "Årskostnad MSEK".
fn times_of_header(header: &str) -> Decimal {
    let times = fold(header).split(' ').find_map(|word| match word {
        "tkr" | "ksek" | "kkr" | "tusental" => Some(1_000),
        "mkr" | "mnkr" | "msek" => Some(1_000_000),
        _ => None,
    });
    Decimal::from(times.unwrap_or(1))
}

/// A sum that fits in the register, in kronor and öre as there. A larger one is a slip, or no sum at all.
fn fits(sum: Decimal) -> Option<Decimal> {
    let mut sum = sum.round_dp(2);
    // The register gives back two decimals always: the same sum must look the same.
    sum.rescale(2);
    (sum.abs() < Decimal::from(1_000_000_000_000_i64)).then_some(sum)
}

/// The end: a date, else words such as "följer huvudavtalet".
fn end(row: &RowView<'_>) -> Option<Reading<EndReading>> {
    let reading = |end, open_ended, doubt: Option<Doubt>| Reading {
        value: EndReading { end, open_ended },
        doubts: doubt.into_iter().collect(),
    };
    row.text("end_date")?;
    Some(match row.when("end_date") {
        Some(When::On(day, precision)) => {
            let doubt = (precision != Precision::Day).then_some(Doubt::DayAssumed);
            reading(StatedEnd::Date(day), false, doubt)
        }
        Some(When::NoEnd) => reading(StatedEnd::Unknown, true, None),
        Some(When::Missing) => reading(StatedEnd::Unknown, false, None),
        None => terms::stated_end(row.cell("end_date"), DateOptions::default()),
    })
}

/// A number and a name that share a cell: "A-0349 Support Fiskgjus". A first word with both a digit and a sign or a letter is
/// a number; "2 st licenser" and "2026 års avtal" have none.
fn number_and_title(number: String, title: String) -> (String, String) {
    if !number.is_empty() {
        return (number, title);
    }
    let Some((first, rest)) = title.split_once(' ') else { return (number, title) };
    let digits = first.chars().filter(char::is_ascii_digit).count();
    let others = first.chars().count() - digits;
    let is_number = digits >= 2
        && others >= 1
        && first.chars().count() <= 20
        && first
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_uppercase() || matches!(c, '-' | '/' | '.' | '_' | ':'))
        && !rest.trim().is_empty();
    if is_number { (first.trim_end_matches(':').to_owned(), rest.trim().to_owned()) } else { (number, title) }
}

/// The unit that a header gives its numbers: "Uppsägningstid mån".
fn unit_of_header(header: &str) -> Option<Unit> {
    fold(header).split(' ').find_map(|word| match word {
        "man" | "manad" | "manader" | "months" => Some(Unit::Months),
        "dagar" | "dgr" | "days" => Some(Unit::Days),
        "veckor" | "weeks" => Some(Unit::Weeks),
        "ar" => Some(Unit::Years),
        _ => None,
    })
}

/// The state of a data processing agreement by the words lists use.
fn dpa_status(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    let first = folded.split(' ').next().unwrap_or_default();
    let has = |prefixes: &[&str]| {
        folded.split(' ').any(|word| prefixes.iter().any(|prefix| word.starts_with(prefix)))
    };
    if has(&["sakna", "mangla"]) {
        Some("saknas")
    } else if has(&["paga", "under", "vantar", "forhandl"]) {
        Some("pagar")
    } else if has(&["upphor"]) {
        Some("upphort")
    } else if matches!(first, "nej" | "n" | "ej" | "inte" | "no") || has(&["aktuell", "tillamplig"]) {
        Some("behovs_ej")
    } else if matches!(first, "ja" | "j" | "x" | "yes" | "1") || has(&["teckna", "finns", "signera", "klar"])
    {
        Some("tecknat")
    } else {
        None
    }
}

/// The ground of an amendment: "17:12", "17 kap. 12 §".
fn ground(text: &str) -> Option<String> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty() && part.len() <= 2)
        .filter_map(|part| part.parse().ok())
        .collect();
    numbers
        .windows(2)
        .find(|pair| {
            pair.first() == Some(&17) && pair.get(1).is_some_and(|section| (9..=14).contains(section))
        })
        .and_then(|pair| pair.get(1))
        .map(|section| format!("17:{section}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_before_a_name_is_told_apart_from_a_number_in_a_name() {
        let split = |title: &str| number_and_title(String::new(), title.to_owned());
        assert_eq!(split("A-0349 Support Vårdia"), ("A-0349".to_owned(), "Support Vårdia".to_owned()));
        assert_eq!(split("KS2024/12 Drift"), ("KS2024/12".to_owned(), "Drift".to_owned()));
        for title in ["Support Vårdia", "2 st licenser", "2026 års avtal", "365 licenser", "A-0349"] {
            assert_eq!(split(title), (String::new(), title.to_owned()), "{title}");
        }
        let both = number_and_title("A-1".to_owned(), "B-22 Drift".to_owned());
        assert_eq!(both, ("A-1".to_owned(), "B-22 Drift".to_owned()));
    }

    #[test]
    fn a_header_gives_its_numbers_a_unit() {
        assert_eq!(unit_of_header("Uppsägningstid mån"), Some(Unit::Months));
        assert_eq!(unit_of_header("Uppsägningstid (dagar)"), Some(Unit::Days));
        assert_eq!(unit_of_header("Uppsägningstid"), None);
    }

    #[test]
    fn a_header_may_count_in_thousands() {
        for (header, times) in
            [("Värde (tkr)", 1_000), ("Årskostnad MSEK", 1_000_000), ("kr/år", 1), ("Värde/år exkl moms", 1)]
        {
            assert_eq!(times_of_header(header), Decimal::from(times), "{header}");
        }
    }

    #[test]
    fn data_processing_agreements_have_many_words() {
        for (text, status) in [
            ("ja", Some("tecknat")),
            ("Tecknat 2024-01-12", Some("tecknat")),
            ("nej", Some("behovs_ej")),
            ("ej aktuellt", Some("behovs_ej")),
            ("SAKNAS", Some("saknas")),
            ("pågår", Some("pagar")),
            ("kanske", None),
        ] {
            assert_eq!(dpa_status(text), status, "{text}");
        }
    }

    #[test]
    fn grounds_of_amendment_are_found_in_text() {
        for text in ["17:12", "Ändringsgrund 17:12", "LOU 17 kap. 12 §", "17 kap 12 § LOU"] {
            assert_eq!(ground(text).as_deref(), Some("17:12"), "{text}");
        }
        assert_eq!(ground("se avtal 2017"), None);
        assert_eq!(ground("Tak 9 500 000, avropat 17"), None);
    }
}
