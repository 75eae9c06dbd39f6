//! Office Open XML workbooks: cells are streamed row by row, so a used range far larger than the content costs nothing.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::delimited::too_many_rows;
use super::encoding;
use super::grid::{Cell, Merge, Record, Sheet, trim};
use super::refusal::{Limits, Refusal, figure};
use super::workbook_guard;

/// Merged regions that are looked at; a list has a handful.
const MERGES: usize = 20_000;

/// Reads every sheet that has content.
///
/// # Errors
/// When the file is another sort of archive, is broken, or would take more memory than the limits allow.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, Refusal> {
    workbook_guard::check(bytes, limits)?;
    // The reader is a library that meets hostile files here: should it panic, that is a broken file, not a broken server.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, limits))).unwrap_or_else(|_| Err(broken()))
}

pub(super) fn broken() -> Refusal {
    Refusal::new(
        "file_broken",
        "Arbetsboken är skadad och går inte att läsa. Öppna den i kalkylprogrammet, spara den på nytt och skicka den igen.",
    )
}

fn sheets(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, Refusal> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Refusal::new(
            "file_encrypted",
            "Arbetsboken är skyddad med lösenord. Ta bort lösenordet och skicka den igen.",
        ),
        _ => broken(),
    })?;
    let named: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    if named.len() > limits.sheets {
        return Err(Refusal::new(
            "too_many_sheets",
            format!("Arbetsboken har fler än {} blad. Dela upp den.", figure(limits.sheets)),
        ));
    }
    let mut sheets = Vec::new();
    let mut cells = 0_usize;
    for (name, hidden) in named {
        let mut sheet = sheet(&mut book, &name, limits, &mut cells)?;
        if sheet.records.is_empty() {
            continue;
        }
        sheet.merges = merges(&mut book, &name);
        fill_down(&mut sheet);
        sheet.name = name;
        sheet.hidden = hidden;
        sheets.push(sheet);
    }
    Ok(sheets)
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn sheet(book: &mut Book<'_>, name: &str, limits: &Limits, cells: &mut usize) -> Result<Sheet, Refusal> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| broken())?;
    let mut sheet = Sheet::default();
    while let Some(found) = reader.next_cell().map_err(|_| broken())? {
        let mut repaired = false;
        let mut cut = false;
        let cell = cell(found.get_value(), limits, &mut repaired, &mut cut);
        if cell.is_blank() {
            continue;
        }
        let (row, column) = found.get_position();
        let (number, column) = (row.saturating_add(1), column as usize);
        if column >= limits.columns {
            return Err(Refusal::new(
                "too_many_columns",
                format!(
                    "Bladet ”{name}” har fler än {} kolumner på rad {number}. Ta bort det som inte hör till listan.",
                    figure(limits.columns)
                ),
            ));
        }
        if sheet.records.last().is_none_or(|record| record.number != number) {
            sheet.records.push(Record { number, ..Record::default() });
        }
        let Some(record) = sheet.records.last_mut() else { continue };
        if column >= record.cells.len() {
            *cells += column + 1 - record.cells.len();
            record.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = record.cells.get_mut(column) {
            *place = cell;
        }
        record.width = record.cells.len();
        record.repaired |= repaired;
        record.cut |= cut;
        if sheet.records.len() > limits.rows || *cells > limits.cells {
            return Err(too_many_rows(limits));
        }
    }
    // A file made by hand may have its rows in any order.
    if !sheet.records.is_sorted_by_key(|record| record.number) {
        sheet.records.sort_by_key(|record| record.number);
        sheet.records.dedup_by_key(|record| record.number);
    }
    sheet.last_record = sheet.records.last().map_or(0, |record| record.number);
    Ok(sheet)
}

fn cell(value: &DataRef<'_>, limits: &Limits, repaired: &mut bool, cut: &mut bool) -> Cell {
    match value {
        DataRef::Int(number) => text(&number.to_string(), limits, repaired, cut),
        DataRef::Float(number) if number.is_finite() => Cell::Number(*number),
        DataRef::Empty | DataRef::DurationIso(_) | DataRef::Float(_) => Cell::Empty,
        DataRef::String(content) => text(content, limits, repaired, cut),
        DataRef::SharedString(content) => text(content, limits, repaired, cut),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(at) if at.is_duration() => Cell::Number(at.as_f64()),
        DataRef::DateTime(at) => dated(at.as_f64(), at.as_datetime()),
        DataRef::DateTimeIso(content) => iso(content).unwrap_or_else(|| text(content, limits, repaired, cut)),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// A number formatted as a date. Serial 0 is an empty date in disguise, numbers below 1 are times of day.
fn dated(serial: f64, at: Option<NaiveDateTime>) -> Cell {
    match at {
        Some(at) if serial >= 1.0 => day(at),
        Some(at) if serial > 0.0 => Cell::Text(at.format("%H:%M").to_string()),
        Some(_) => Cell::Empty,
        None => Cell::Number(serial),
    }
}

fn day(at: NaiveDateTime) -> Cell {
    if at.time() == NaiveTime::MIN { Cell::Date(at.date()) } else { Cell::DateTime(at) }
}

fn iso(content: &str) -> Option<Cell> {
    let at = NaiveDateTime::parse_from_str(content, "%Y-%m-%dT%H:%M:%S%.f").ok();
    at.or_else(|| {
        NaiveDate::parse_from_str(content, "%Y-%m-%d").ok().and_then(|date| date.and_hms_opt(0, 0, 0))
    })
    .map(day)
}

fn text(content: &str, limits: &Limits, repaired: &mut bool, cut: &mut bool) -> Cell {
    if trim(content).is_empty() {
        return Cell::Empty;
    }
    let (content, fixed) = encoding::repaired(content);
    *repaired |= fixed;
    match content.char_indices().nth(limits.cell_chars) {
        Some((end, _)) => {
            *cut = true;
            Cell::Text(content.get(..end).unwrap_or_default().to_owned())
        }
        None => Cell::Text(content.into_owned()),
    }
}

fn merges(book: &mut Book<'_>, name: &str) -> Vec<Merge> {
    let Ok(found) = book.merge_cells_by_sheet_name(name) else { return Vec::new() };
    found
        .into_iter()
        .take(MERGES)
        .map(|region| Merge {
            first_row: region.start.0.saturating_add(1),
            last_row: region.end.0.saturating_add(1),
            first_column: region.start.1 as usize,
            last_column: region.end.1 as usize,
        })
        .filter(|merge| merge.first_row <= merge.last_row && merge.first_column <= merge.last_column)
        .collect()
}

/// A cell merged downwards says the same of each of its rows: the value is written to the rows that have content.
fn fill_down(sheet: &mut Sheet) {
    for merge in sheet.merges.iter().filter(|merge| merge.last_row > merge.first_row) {
        let first = sheet.records.partition_point(|record| record.number < merge.first_row);
        let last = sheet.records.partition_point(|record| record.number <= merge.last_row);
        let Some(rows) = sheet.records.get_mut(first..last) else { continue };
        let Some((top, below)) = rows.split_first_mut() else { continue };
        if top.number != merge.first_row {
            continue;
        }
        let value = top.cell(merge.first_column).clone();
        for record in below.iter_mut().filter(|_| !value.is_blank()) {
            if record.cells.len() <= merge.first_column {
                record.cells.resize(merge.first_column + 1, Cell::Empty);
                record.width = record.cells.len();
            }
            if let Some(place) = record.cells.get_mut(merge.first_column)
                && place.is_blank()
            {
                *place = value.clone();
            }
        }
    }
}
