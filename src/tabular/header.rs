//! Finding the header: the row among the first thirty that has the wanted kind's words, or the shape of a header.

use std::collections::HashSet;

use super::grid::{Cell, Record, Sheet};
use super::lexicon::Lexicon;
use super::refusal::Refusal;
use super::values::{self, AmountStyle, DateOptions, TwoDigit};
use super::vocabulary::Vocabulary;

/// How a header was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// It has words of the wanted kind.
    Words,
    /// It looks like a header, but its words are not known.
    Shape,
}

/// The header of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Record number of the row with the columns' names.
    pub row: u32,
    /// Further rows of the same header: group names above, units or part names below.
    pub extra_rows: Vec<u32>,
    /// How it was recognised.
    pub found_by: FoundBy,
    /// Columns of the kind's fields that it names, a measure of how sure the find is.
    pub known: usize,
    /// The columns' names, group and part joined; empty for a column without a name.
    pub columns: Vec<String>,
    /// The part name alone, for columns that stand under a group.
    pub parts: Vec<String>,
}

/// Records that are searched for a header.
const SEARCHED: usize = 30;

/// Finds the header of a sheet.
///
/// # Errors
/// When no row looks like one: the file is not a table, or its header is missing.
pub fn find(sheet: &Sheet, vocabulary: &Vocabulary) -> Result<Header, Refusal> {
    let lexicon = Lexicon::of(vocabulary);
    let (index, known, found_by) = match by_words(sheet, &lexicon) {
        Some((index, known)) => (index, known, FoundBy::Words),
        None => (by_shape(sheet, searched(sheet)).ok_or_else(|| missing(sheet))?, 0, FoundBy::Shape),
    };
    let Some(record) = sheet.records.get(index) else { return Err(missing(sheet)) };
    let above = index
        .checked_sub(1)
        .and_then(|at| sheet.records.get(at))
        .filter(|above| groups(sheet, above, record, &lexicon));
    let below = sheet.records.get(index + 1).filter(|below| continues(sheet, record, below, &lexicon));
    Ok(joined(sheet, record, above, below, found_by, known))
}

/// How many fields of the kind the best header names: the quick question before all the others.
pub(super) fn known_fields(sheet: &Sheet, vocabulary: &Vocabulary) -> usize {
    by_words(sheet, &Lexicon::of(vocabulary)).map_or(0, |(_, known)| known)
}

fn searched(sheet: &Sheet) -> &[Record] {
    sheet.records.get(..sheet.records.len().min(SEARCHED)).unwrap_or_default()
}

/// The first of the records that name the most fields. One above it that names nearly as many, and as many columns, is the
/// header, and the better one below it a header printed again: what stands between them is data, not a title.
fn by_words(sheet: &Sheet, lexicon: &Lexicon) -> Option<(usize, usize)> {
    let candidates: Vec<(usize, usize)> = searched(sheet)
        .iter()
        .enumerate()
        .filter_map(|(index, record)| known(record, lexicon).map(|known| (index, known)))
        .filter(|(index, known)| *known >= 2 || *known == 1 && single_column(sheet, *index))
        .collect();
    let best = *candidates.iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let width = |index: usize| sheet.records.get(index).map_or(0, Record::filled);
    let first = candidates.iter().find(|(index, known)| {
        *index + 1 < best.0 && known * 2 > best.1 && *known >= 3 && width(*index) >= width(best.0)
    });
    Some(first.copied().unwrap_or(best))
}

fn missing(sheet: &Sheet) -> Refusal {
    let place =
        if sheet.name.is_empty() { "Filen".to_owned() } else { format!("Bladet ”{}”", sheet.name) };
    Refusal::new(
        "header_missing",
        format!(
            "{place} saknar rubrikrad: ingen av de första {SEARCHED} raderna har namn på kolumnerna. Lägg till en rad med rubriker \
             överst i listan och skicka den igen. Är det en rapport och inte en lista, be om listan som den bygger på."
        ),
    )
}

/// How many of the kind's fields a record names; `None` when it holds values and so is no header.
fn known(record: &Record, lexicon: &Lexicon) -> Option<usize> {
    let (mut filled, mut values) = (0_usize, 0_usize);
    let mut fields = HashSet::new();
    for (column, text) in record.texts() {
        filled += 1;
        match lexicon.known(&text) {
            Some(field) => {
                fields.insert(field);
            }
            None if is_value(record.cell(column)) => values += 1,
            None => {}
        }
    }
    (values * 4 <= filled).then_some(fields.len())
}

/// Whether a cell is a number, a date, an address or the like, which no header is.
fn is_value(cell: &Cell) -> bool {
    if cell.is_typed() {
        return true;
    }
    let text = cell.text();
    let two_digit = DateOptions { two_digit: TwoDigit::DayFirst, ..DateOptions::default() };
    text.chars().any(|c| c.is_ascii_digit())
        && (values::day(cell, two_digit).is_ok_and(|day| day.is_some())
            || values::amount(cell, AmountStyle::PointDecimal).is_ok_and(|amount| amount.is_some())
            || text.chars().all(|c| !c.is_alphabetic()))
        || text.contains('@') && values::email(cell).is_ok()
        || text.chars().count() > 80
}

fn single_column(sheet: &Sheet, index: usize) -> bool {
    let below = sheet.records.get(index..).unwrap_or_default();
    below.len() > 1 && below.iter().all(|record| record.filled() <= 1)
}

/// A row of distinct short texts above rows that are as wide and hold values where it holds names.
fn by_shape(sheet: &Sheet, searched: &[Record]) -> Option<usize> {
    searched.iter().enumerate().position(|(index, record)| {
        let filled = record.filled();
        let texts: HashSet<String> = record.texts().map(|(_, text)| text.to_lowercase()).collect();
        let names = texts.len() == filled
            && record
                .texts()
                .all(|(column, text)| !is_value(record.cell(column)) && text.chars().count() <= 60);
        let below = sheet.records.get(index + 1..).unwrap_or_default();
        let below = below.get(..below.len().min(200)).unwrap_or_default();
        // A name that ends with a colon stands before its value: a form or a report, not a list.
        let form = record.texts().any(|(_, text)| text.ends_with(':'));
        if filled < 2 || !names || form || below.is_empty() {
            return false;
        }
        let as_wide =
            below.iter().filter(|row| row.filled() * 3 >= filled && row.filled() <= filled + 1).count();
        let values = record.texts().any(|(column, _)| {
            let cells: Vec<&Cell> =
                below.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_blank()).collect();
            cells.iter().filter(|cell| is_value(cell)).count() * 2 > cells.len()
        });
        let repeats = record
            .texts()
            .any(|(column, text)| below.iter().filter(|row| row.cell(column).text() == text).count() > 2);
        values && !repeats && as_wide * 4 >= below.len() * 3
    })
}

/// Whether the row above the header names groups of its columns: it is merged over some of them, or, in text, the names
/// below it need it to be told apart or to be known at all.
fn groups(sheet: &Sheet, above: &Record, header: &Record, lexicon: &Lexicon) -> bool {
    let last = header.cells.len();
    let fits = above.number + 1 == header.number
        && above.filled() < header.filled().max(2)
        && above.texts().all(|(column, _)| column < last && !is_value(above.cell(column)));
    if !fits {
        return false;
    }
    let merged = sheet.merges.iter().any(|merge| {
        merge.first_row == above.number
            && merge.last_column > merge.first_column
            && merge.last_column - merge.first_column + 2 < last
    });
    let names: Vec<String> = header.texts().map(|(_, text)| text.to_lowercase()).collect();
    let repeated = names.iter().collect::<HashSet<_>>().len() < names.len();
    merged && !sheet.merged_across(above.number, 0, last.saturating_sub(1).max(2))
        || above.filled() >= 2 && (repeated || completes(above, header, lexicon))
}

/// Whether a name is known only together with the one that stands above it or above a column to its left: `Organisation`
/// above `Kod`.
fn completes(above: &Record, header: &Record, lexicon: &Lexicon) -> bool {
    let mut group = String::new();
    (0..header.cells.len()).any(|column| {
        if !above.cell(column).is_blank() {
            group = above.cell(column).text().into_owned();
        }
        let part = header.cell(column).text();
        !group.is_empty()
            && !part.is_empty()
            && lexicon.known(&part).is_none()
            && lexicon.known(&format!("{group} {part}")).is_some()
    })
}

/// Whether the row below the header belongs to it: units in brackets, or part names under groups.
fn continues(sheet: &Sheet, header: &Record, below: &Record, lexicon: &Lexicon) -> bool {
    if below.number != header.number + 1 || below.texts().any(|(column, _)| is_value(below.cell(column))) {
        return false;
    }
    let unit = |text: &str| {
        let bracketed = text.starts_with(['(', '[']) && text.ends_with([')', ']']);
        bracketed
            || matches!(
                text.to_lowercase().as_str(),
                "kr" | "sek" | "st" | "%" | "tkr" | "ja/nej" | "åååå-mm-dd" | "mån" | "antal"
            )
    };
    if below.filled() > 0 && below.texts().all(|(_, text)| unit(&text)) {
        return true;
    }
    let grouped = |column: usize| {
        sheet.merges.iter().any(|merge| {
            merge.first_row <= header.number
                && header.number <= merge.last_row
                && merge.first_column <= column
                && column <= merge.last_column
                && (merge.last_column > merge.first_column || merge.last_row > header.number)
        })
    };
    // "Avtalstid" above "från", and above "till" nothing: a group that was never merged.
    let begins_group =
        |column: usize| header.cell(column + 1).is_blank() && !below.cell(column + 1).is_blank();
    let under = below
        .texts()
        .filter(|(column, _)| header.cell(*column).is_blank() || grouped(*column) || begins_group(*column))
        .count();
    let new = below.texts().filter(|(column, text)| header.cell(*column).text() != *text).count();
    let named = below.texts().filter(|(_, text)| lexicon.known(text).is_some()).count();
    under == below.filled()
        && new >= 2
        && (named >= 1 || sheet.merges.iter().any(|merge| merge.first_row == header.number))
}

fn joined(
    sheet: &Sheet,
    header: &Record,
    above: Option<&Record>,
    below: Option<&Record>,
    found_by: FoundBy,
    known: usize,
) -> Header {
    let width = [Some(header), above, below]
        .into_iter()
        .flatten()
        .map(|record| record.cells.len())
        .max()
        .unwrap_or(0);
    let (upper, lower) = match (above, below) {
        (Some(above), _) => (Some(above), header),
        (None, Some(below)) => (Some(header), below),
        (None, None) => (None, header),
    };
    let mut columns = Vec::with_capacity(width);
    let mut parts = Vec::with_capacity(width);
    let mut group = String::new();
    for column in 0..width {
        let part = lower.cell(column).text().into_owned();
        if let Some(upper) = upper {
            if !upper.cell(column).is_blank() {
                group = upper.cell(column).text().into_owned();
            } else if !spans(sheet, upper.number, column) {
                group.clear();
            }
        }
        let name = match (group.is_empty(), part.is_empty()) {
            (true, _) => part.clone(),
            (false, true) => group.clone(),
            (false, false) if group == part => part.clone(),
            (false, false) => format!("{group} {part}"),
        };
        columns.push(name.split_whitespace().collect::<Vec<_>>().join(" "));
        parts.push(part);
    }
    let mut extra_rows: Vec<u32> = [above, below].into_iter().flatten().map(|record| record.number).collect();
    extra_rows.sort_unstable();
    Header { row: header.number, extra_rows, found_by, known, columns, parts }
}

/// Whether a blank cell of the group row continues the group to its left: merged with it, or, in text, simply blank.
fn spans(sheet: &Sheet, row: u32, column: usize) -> bool {
    sheet.merges.is_empty()
        || sheet
            .merges
            .iter()
            .any(|merge| merge.first_row == row && merge.first_column < column && column <= merge.last_column)
}
