//! Every file of the two made-up municipalities, read as its kind and compared with what is known to be in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use overblick::tabular::check::{self, Reading};
use overblick::tabular::vocabulary::Vocabulary;
use overblick::tabular::{Limits, Mapping, Sheet, Table, guess, mapping, read, words};
use serde_json::Value;

use crate::support::data::shared;

/// The kind of a file, by the folder that its sender put it in.
fn vocabulary(file: &str) -> &'static Vocabulary {
    let kinds: [(&str, &'static Vocabulary); 13] = [
        ("org_tree", &words::ORG_TREE),
        ("hr_snapshot", &words::STAFF),
        ("leavers/", &words::LEAVERS),
        ("subscriptions/", &words::SUBSCRIPTIONS),
        ("systems/", &words::SYSTEMS),
        ("contracts/leverant", &words::SUPPLIERS),
        ("contracts/", &words::CONTRACTS),
        ("licences/atea", &words::LICENCE_ORDERS),
        ("licences/", &words::LICENCES),
        ("tags/installations", &words::INSTALLATIONS),
        ("tags/", &words::TAGS),
        ("finance/", &words::INVOICES),
        ("sla/", &words::SERVICE_LEVELS),
    ];
    kinds.iter().find(|(start, _)| file.starts_with(start)).map(|(_, vocabulary)| *vocabulary).expect(file)
}

fn numbers(value: &Value) -> BTreeSet<u64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn found<'a>(rows: impl IntoIterator<Item = &'a u32>) -> BTreeSet<u64> {
    rows.into_iter().map(|row| u64::from(*row)).collect()
}

/// Differences between what was found and the truth of one file, one line each.
#[derive(Default)]
struct Differences(String);

impl Differences {
    #[expect(clippy::needless_pass_by_value, reason = "most of what is compared is made for it")]
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: T, truth: T) {
        if found != truth {
            let _ = writeln!(self.0, "  {what}: found {found:?}, truth {truth:?}");
        }
    }
}

struct Figures {
    files: usize,
    rows: usize,
    rejects: usize,
    duplicates: usize,
    repaired: usize,
    guessed: usize,
    columns: usize,
    mapped: usize,
}

fn text_facts(differences: &mut Differences, sheet: &Sheet, truth: &Value) {
    let Some(facts) = &sheet.text else { return };
    let encoding = match truth["encoding"].as_str() {
        Some("cp1252") => "windows-1252",
        Some(other) => other,
        None => "",
    };
    differences.same("encoding", facts.encoding, encoding);
    differences.same("bom", facts.bom, truth["bom"].as_bool().unwrap_or(false));
    differences.same(
        "delimiter",
        facts.delimiter.map(String::from),
        truth["delimiter"].as_str().map(str::to_owned),
    );
    differences.same("line end", Some(facts.line_end), truth["line_end"].as_str());
    differences.same("sep line", facts.sep_line, truth["sep_hint_line"].as_bool().unwrap_or(false));
}

fn compare(
    file: &str,
    truth: &Value,
    sheet: &Sheet,
    second_seats: &BTreeSet<u64>,
    figures: &mut Figures,
) -> String {
    let vocabulary = vocabulary(file);
    let mut differences = Differences::default();
    text_facts(&mut differences, sheet, truth);
    let table = match Table::read(sheet, vocabulary) {
        Ok(table) => table,
        Err(refusal) => return format!("  refused: {refusal}\n"),
    };
    let header: Vec<&str> =
        truth["columns"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    differences.same("header row", Some(u64::from(table.header.row)), truth["header_row"].as_u64());
    differences.same(
        "extra header rows",
        found(&table.header.extra_rows),
        numbers(&truth["header_extra_rows"]),
    );
    differences.same("columns", table.header.columns.iter().map(String::as_str).collect(), header);
    differences.same("records", Some(u64::from(sheet.last_record)), truth["records_total"].as_u64());
    differences.same("data rows", Some(table.rows.len() as u64), truth["data_rows"].as_u64());
    differences.same("title rows", found(&table.title_rows), numbers(&truth["title_rows"]));
    differences.same(
        "section rows",
        found(table.sections.iter().map(|(row, _)| row)),
        numbers(&truth["section_rows"]),
    );
    differences.same("sum rows", found(&table.sum_rows), numbers(&truth["sum_rows"]));
    differences.same(
        "note rows",
        found(table.notes.iter().map(|(row, _)| row)),
        numbers(&truth["note_rows"]),
    );
    differences.same("blank rows", found(&sheet.blank_rows()), numbers(&truth["blank_rows"]));
    differences.same(
        "repeated headers",
        found(&table.repeated_header_rows),
        numbers(&truth["repeated_header_rows"]),
    );
    differences.same(
        "repaired rows",
        found(&table.double_encoded_rows),
        numbers(&truth["double_encoded_rows"]),
    );

    let suggestions = mapping::suggest(&table, vocabulary);
    let mapping = Mapping::suggested(&suggestions);
    let near = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let reading = Reading::of(&table, &mapping, vocabulary, near);
    let mut rejects: BTreeSet<(u64, String)> = BTreeSet::new();
    let mut duplicates: BTreeSet<(u64, u64)> = BTreeSet::new();
    let mut warnings: BTreeSet<(u64, String)> = BTreeSet::new();
    for row in &table.rows {
        let checked = check::row(&table, row, &mapping, vocabulary, &reading);
        let number = u64::from(row.number);
        if let Some(fault) = checked.faults.first() {
            rejects.insert((number, fault.code.to_owned()));
        } else if let Some(earlier) = checked.duplicate_of {
            duplicates.insert((number, u64::from(earlier)));
        }
        warnings.extend(
            checked
                .warnings
                .iter()
                .filter(|one| one.code.starts_with("formula"))
                .map(|one| (number, one.code.to_owned())),
        );
    }
    let list = |key: &str| truth[key].as_array().cloned().unwrap_or_default();
    let true_rejects = list("rejects")
        .iter()
        .filter_map(|one| Some((one["row"].as_u64()?, one["reason"].as_str()?.to_owned())))
        .collect();
    let true_duplicates = list("duplicates")
        .iter()
        .filter_map(|one| Some((one["row"].as_u64()?, one["duplicate_of"].as_u64()?)))
        .collect();
    let true_warnings = list("warnings")
        .iter()
        .filter_map(|one| Some((one["row"].as_u64()?, one["code"].as_str()?.to_owned())))
        .filter(|(_, code)| code.starts_with("formula"))
        .collect();
    figures.files += 1;
    figures.rows += table.rows.len();
    figures.rejects += rejects.len();
    figures.duplicates += duplicates.len();
    figures.repaired += table.double_encoded_rows.len();
    figures.columns += suggestions.len();
    figures.mapped += suggestions.iter().filter(|one| one.field.is_some()).count();
    // A second seat of the same user cannot be told from a row exported twice: the licence truth has both.
    duplicates.retain(|(row, _)| !second_seats.contains(row));
    differences.same(
        "good rows",
        Some((table.rows.len() - rejects.len() - duplicates.len()) as u64),
        truth["good_rows"].as_u64(),
    );
    differences.same("rejects", rejects, true_rejects);
    differences.same("duplicates", duplicates, true_duplicates);
    differences.same("warnings", warnings, true_warnings);
    let guessed = guess::kind(sheet, file, &words::ALL);
    figures.guessed += usize::from(guessed == Some(vocabulary.kind));
    differences.same("guessed kind", guessed, Some(vocabulary.kind));
    differences.0
}

/// Rows of the licence list that are a user's second seat for the same product.
fn second_seats(folder: &Path) -> BTreeSet<u64> {
    let mut reader =
        csv::Reader::from_path(folder.join("truth/licence_truth.csv")).expect("the licence truth");
    let headers = reader.headers().expect("headers").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect(name);
    let (row, second) = (column("row"), column("duplicate_seat"));
    reader
        .records()
        .map(|record| record.expect("a record"))
        .filter(|record| record.get(second) == Some("1"))
        .filter_map(|record| record.get(row)?.parse().ok())
        .collect()
}

fn municipality(name: &str) {
    let Some(folder) = shared(name) else { return };
    let truth = std::fs::read_to_string(folder.join("truth/import_truth.jsonl")).expect("the truth");
    let mut figures = Figures {
        files: 0,
        rows: 0,
        rejects: 0,
        duplicates: 0,
        repaired: 0,
        guessed: 0,
        columns: 0,
        mapped: 0,
    };
    let mut report = String::new();
    let second_seats = second_seats(&folder);
    for line in truth.lines() {
        let truth: Value = serde_json::from_str(line).expect("a JSON object");
        let file = truth["file"].as_str().expect("a file");
        let bytes = std::fs::read(folder.join(file)).expect(file);
        let book = read(&bytes, &Limits::default()).expect(file);
        let name = truth["sheet"].as_str().unwrap_or_default();
        let sheet = book.sheets.iter().find(|sheet| sheet.name == name).expect(file);
        let none = BTreeSet::new();
        let seats = if file.starts_with("licences/snow") { &second_seats } else { &none };
        let differences = compare(file, &truth, sheet, seats, &mut figures);
        if !differences.is_empty() {
            let _ = write!(report, "{file} {name}\n{differences}");
        }
    }
    eprintln!(
        "{name}: {} files, {} rows of data, {} refused, {} duplicates, {} repaired; {} kinds guessed; {} of {} columns mapped",
        figures.files,
        figures.rows,
        figures.rejects,
        figures.duplicates,
        figures.repaired,
        figures.guessed,
        figures.mapped,
        figures.columns
    );
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn the_files_of_the_small_municipality_are_read_as_they_are() {
    municipality("data/kommun-small");
}

#[test]
fn the_files_of_the_medium_municipality_are_read_as_they_are() {
    municipality("data/kommun-medium");
}
