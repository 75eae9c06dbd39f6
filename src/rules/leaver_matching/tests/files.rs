//! A simple reader of the shared municipal files, for the acceptance test only: it knows the words of headers, not
//! the files.

use std::{collections::HashMap, path::Path};

use calamine::{Data, Reader, open_workbook_auto};
use chrono::{Days, NaiveDate};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Company,
    Pid,
    Number,
    Surname,
    Given,
    Name,
    EarlierSurname,
    Login,
    Email,
    Mobile,
    UnitCode,
    UnitName,
    Form,
    Title,
    Start,
    End,
    Status,
    Protected,
    Reason,
    NewEmployment,
    Msisdn,
    Holder,
    CostCentre,
    Reference,
    Type,
    LastUse,
    Main,
    Other,
}

const HEADERS: [(&str, Field); 73] = [
    ("application", Field::Other),
    ("manufacturer", Field::Other),
    ("metric", Field::Other),
    ("företagskod", Field::Company),
    ("företag", Field::Company),
    ("personnummer", Field::Pid),
    ("personnr", Field::Pid),
    ("pnr", Field::Pid),
    ("personal-id", Field::Pid),
    ("anställningsnummer", Field::Number),
    ("anst.nr", Field::Number),
    ("anst nr", Field::Number),
    ("aid", Field::Number),
    ("efternamn", Field::Surname),
    ("enamn", Field::Surname),
    ("förnamn", Field::Given),
    ("fnamn", Field::Given),
    ("tilltalsnamn", Field::Given),
    ("namn", Field::Name),
    ("tidigare efternamn", Field::EarlierSurname),
    ("login", Field::Login),
    ("användarnamn", Field::Login),
    ("e-post", Field::Email),
    ("mobil", Field::Mobile),
    ("enhetskod", Field::UnitCode),
    ("org-id", Field::UnitCode),
    ("orgkod", Field::UnitCode),
    ("org", Field::UnitName),
    ("org.enhet", Field::UnitName),
    ("enhet", Field::UnitName),
    ("orgnamn", Field::UnitName),
    ("anställningsform", Field::Form),
    ("anst.form", Field::Form),
    ("anst_form", Field::Form),
    ("form", Field::Form),
    ("befattning", Field::Title),
    ("yrkestitel", Field::Title),
    ("startdatum", Field::Start),
    ("anställd fr.o.m.", Field::Start),
    ("gäller from", Field::Start),
    ("fr_o_m", Field::Start),
    ("slutdatum", Field::End),
    ("anställd t.o.m.", Field::End),
    ("gäller tom", Field::End),
    ("t_o_m", Field::End),
    ("sista dag", Field::End),
    ("status", Field::Status),
    ("skyddad", Field::Protected),
    ("avgångsorsak", Field::Reason),
    ("orsak", Field::Reason),
    ("händelse", Field::Reason),
    ("ny anställning", Field::NewEmployment),
    ("mobilnummer", Field::Msisdn),
    ("nummer", Field::Msisdn),
    ("abonnemang", Field::Msisdn),
    ("innehavare", Field::Holder),
    ("användare", Field::Holder),
    ("namn/användning", Field::Holder),
    ("kst", Field::CostCentre),
    ("kostnadsställe", Field::CostCentre),
    ("beställarref", Field::Reference),
    ("referens", Field::Reference),
    ("typ", Field::Type),
    ("avtalstyp", Field::Type),
    ("abonnemangstyp", Field::Type),
    ("senaste trafik", Field::LastUse),
    ("extra sim till", Field::Main),
    ("user", Field::Login),
    ("taggnr", Field::Msisdn),
    ("tagg", Field::Msisdn),
    ("kortnr", Field::Msisdn),
    ("anstnr", Field::Number),
    ("anställningsnr", Field::Number),
];

/// A row by field, with its number in the file and the heading it stands under, if any.
pub(super) struct Row {
    pub number: usize,
    pub heading: String,
    cells: HashMap<Field, String>,
}

impl Row {
    pub(super) fn get(&self, field: Field) -> &str {
        self.cells.get(&field).map(String::as_str).unwrap_or_default()
    }
}

/// The rows under the header. Rows that no importer would take in (too few columns, letters lost in decoding) are
/// left out.
pub(super) fn rows(path: &Path) -> Vec<Row> {
    let lines = if path.extension().is_some_and(|e| e == "xlsx") { workbook(path) } else { text(path) };
    let mut header: Option<Vec<Option<Field>>> = None;
    let mut heading = String::new();
    let mut out = Vec::new();
    for (number, cells) in lines {
        let fields: Vec<Option<Field>> = cells
            .iter()
            .map(|c| HEADERS.iter().find(|(h, _)| *h == c.trim().to_lowercase()).map(|(_, f)| *f))
            .collect();
        if fields.iter().flatten().count() >= 4 {
            header = Some(fields);
            continue;
        }
        let Some(header) = &header else { continue };
        let filled: Vec<&String> = cells.iter().filter(|c| !c.trim().is_empty()).collect();
        if filled.len() == 1 && cells.first().is_some_and(|c| !c.trim().is_empty()) {
            heading.clone_from(filled[0]);
            continue;
        }
        if filled.is_empty() || cells.len() < header.len() || cells.iter().any(|c| c.contains('\u{fffd}')) {
            continue;
        }
        let cells = header
            .iter()
            .zip(cells)
            .filter_map(|(f, c)| Some(((*f)?, c.trim().to_owned())))
            .filter(|(_, c)| !c.is_empty())
            .collect();
        out.push(Row { number, heading: heading.clone(), cells });
    }
    out
}

fn text(path: &Path) -> Vec<(usize, Vec<String>)> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
    };
    let count = |c: char| text.chars().filter(|x| *x == c).count();
    let delimiter = if count(';') >= count(',') { b';' } else { b',' };
    text.lines()
        .enumerate()
        .map(|(i, line)| {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .flexible(true)
                .from_reader(line.as_bytes());
            let cells = reader
                .records()
                .next()
                .map(|r| r.unwrap().iter().map(repaired).collect())
                .unwrap_or_default();
            (i + 1, cells)
        })
        .collect()
}

fn workbook(path: &Path) -> Vec<(usize, Vec<String>)> {
    let mut book = open_workbook_auto(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let sheet = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&sheet).unwrap();
    let first = range.start().unwrap_or_default().0 as usize;
    range
        .rows()
        .enumerate()
        .map(|(i, row)| {
            let cells = row.iter().map(|c| match c {
                Data::DateTime(d) => d.as_datetime().map(|d| d.date().to_string()).unwrap_or_default(),
                Data::Empty => String::new(),
                other => repaired(&other.to_string()),
            });
            (first + i + 1, cells.collect())
        })
        .collect()
}

/// UTF-8 read as Windows-1252 once too often.
fn repaired(cell: &str) -> String {
    if !cell.contains('Ã') {
        return cell.to_owned();
    }
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(cell);
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) if !lossy => text,
        _ => cell.to_owned(),
    }
}

/// ISO, compact, day-month-year in six digits, "31 aug 2026", or a serial number.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
    let text = text.trim();
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date);
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        8 if digits => return NaiveDate::parse_from_str(text, "%Y%m%d").ok(),
        6 if digits => return NaiveDate::parse_from_str(text, "%d%m%y").ok(),
        5 if digits => {
            return NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(text.parse().ok()?));
        }
        _ => {}
    }
    // "31/7-26"
    if let Some((day, rest)) = text.split_once('/') {
        let (month, year) = rest.split_once('-')?;
        return NaiveDate::from_ymd_opt(
            2000 + year.parse::<i32>().ok()?,
            month.parse().ok()?,
            day.parse().ok()?,
        );
    }
    let mut words = text.split_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().zip(1..).find(|(m, _)| month.to_lowercase().starts_with(*m))?.1;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month, day.parse().ok()?)
}
