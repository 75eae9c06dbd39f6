//! A list as a file: exactly what is shown, on all pages.

use axum::response::Response;
use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::def::{Column, ListDef};
use super::load::Row;
use crate::error::{AppError, AppResult};
use crate::web::download::{self, FileKind};

/// What goes into the file beside the rows.
pub(super) struct About {
    /// When it was made.
    pub today: NaiveDate,
    /// Whose list it is.
    pub tenant: String,
    /// The view and the filters, as sentences.
    pub choices: Vec<String>,
    /// How many rows there are though fewer went into the file.
    pub total: i64,
}

/// Writes the file and answers with it.
pub(super) fn answer(
    def: &ListDef,
    file: FileKind,
    columns: &[&Column],
    rows: &[Row],
    about: &About,
) -> AppResult<Response> {
    let bytes = match file {
        FileKind::Csv => csv(columns, rows)?,
        FileKind::Xlsx => {
            xlsx(def, columns, rows, about).map_err(|e| AppError::internal("writing a workbook", e))?
        }
    };
    Ok(download::file(&format!("{}-{}", def.slug, about.today), file, bytes))
}

/// Text that a spreadsheet would take for a formula gets an apostrophe before it. A telephone number or a negative number is
/// no formula and is left as it is.
fn harmless(text: String) -> String {
    let Some(first) = text.chars().next() else { return text };
    let starts_formula = matches!(first, '=' | '@' | '\t' | '\r')
        || (matches!(first, '+' | '-')
            && text.chars().skip(1).any(|c| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | ',' | '.'))));
    if starts_formula { format!("'{text}") } else { text }
}

/// Semicolons, a byte order mark and line ends as a Swedish spreadsheet expects them.
fn csv(columns: &[&Column], rows: &[Row]) -> AppResult<Vec<u8>> {
    let mut out = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::from("\u{feff}".as_bytes()));
    let wrong = |e: csv::Error| AppError::internal("writing a csv file", e);
    out.write_record(columns.iter().map(|c| c.label)).map_err(wrong)?;
    for row in rows {
        out.write_record(row.cells.iter().map(|cell| harmless(cell.plain()))).map_err(wrong)?;
    }
    out.into_inner().map_err(|e| AppError::broken(format!("writing a csv file: {e}")))
}

fn xlsx(def: &ListDef, columns: &[&Column], rows: &[Row], about: &About) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_title(def.title).set_company(&about.tenant));
    let heading = Format::new().set_bold().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let whole = Format::new().set_num_format("#,##0");
    let money = Format::new().set_num_format("#,##0.00");

    // Sheets in constant memory: a row is written and let go.
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(sheet_name(def.title))?;
    sheet.set_freeze_panes(1, 1)?;
    for (c, column) in (0u16..).zip(columns) {
        sheet.set_column_width(c, width(column, rows, usize::from(c)))?;
        sheet.write_with_format(0, c, column.label, &heading)?;
    }
    for (r, row) in (1u32..).zip(rows) {
        for (c, cell) in (0u16..).zip(&row.cells) {
            write(sheet, r, c, cell, [&date, &moment, &whole, &money])?;
        }
    }
    if let (Some(last_column), false) =
        (columns.len().checked_sub(1).and_then(|c| u16::try_from(c).ok()), rows.is_empty())
    {
        sheet.autofilter(0, 0, u32::try_from(rows.len()).unwrap_or(u32::MAX), last_column)?;
    }

    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("Om filen")?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 80)?;
    let mut facts = vec![
        ("Lista", def.title.to_owned()),
        ("Kommun", about.tenant.clone()),
        ("Skapad", about.today.to_string()),
        ("Rader i filen", rows.len().to_string()),
    ];
    if usize::try_from(about.total).is_ok_and(|total| total > rows.len()) {
        facts.push(("Rader i urvalet", format!("{} (filen tar bara de första)", about.total)));
    }
    facts.extend(about.choices.iter().map(|choice| ("Urval", choice.clone())));
    for (r, (name, value)) in (0u32..).zip(&facts) {
        sheet.write_with_format(r, 0, *name, &heading)?;
        sheet.write_string(r, 1, value)?;
    }
    book.save_to_buffer()
}

fn write(
    sheet: &mut Worksheet,
    r: u32,
    c: u16,
    cell: &Cell,
    [date, moment, whole, money]: [&Format; 4],
) -> Result<(), XlsxError> {
    match cell {
        Cell::Missing | Cell::Lacking => {}
        Cell::Date(day) | Cell::Soon(day) => {
            sheet.write_datetime_with_format(r, c, day, date)?;
        }
        Cell::Moment(at) => {
            let local = at.with_timezone(&chrono_tz::Europe::Stockholm).naive_local();
            let value = ExcelDateTime::parse_from_str(&local.format("%Y-%m-%dT%H:%M:%S").to_string())?;
            sheet.write_datetime_with_format(r, c, &value, moment)?;
        }
        Cell::Integer(n) => match i32::try_from(*n) {
            Ok(n) => {
                sheet.write_number_with_format(r, c, n, whole)?;
            }
            Err(_) => {
                sheet.write_string(r, c, n.to_string())?;
            }
        },
        Cell::Money(n) | Cell::Percent(n) => match n.to_f64() {
            Some(value) => {
                sheet.write_number_with_format(
                    r,
                    c,
                    value,
                    if n.fract().is_zero() { whole } else { money },
                )?;
            }
            None => {
                sheet.write_string(r, c, cell.plain())?;
            }
        },
        // Written as text, a formula stays text: nothing to make harmless.
        _ => {
            sheet.write_string(r, c, cell.plain())?;
        }
    }
    Ok(())
}

/// A sheet's name has at most 31 characters and none of `[]:*?/\`.
fn sheet_name(title: &str) -> String {
    title.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect()
}

fn width(column: &Column, rows: &[Row], c: usize) -> f64 {
    let longest = rows
        .iter()
        .take(200)
        .filter_map(|row| row.cells.get(c))
        .map(|cell| cell.plain().chars().count())
        .max()
        .unwrap_or(0);
    let chars = longest.max(column.label.chars().count() + 2).clamp(8, 60);
    u32::try_from(chars).map_or(60.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn row(cells: Vec<Cell>) -> Row {
        Row { id: "1".into(), cells }
    }

    #[test]
    fn a_csv_file_opens_in_a_swedish_spreadsheet() {
        let (name, cost) = (Column::text("name", "Namn"), Column::money("cost", "Kostnad, kr"));
        let rows = [
            row(vec![Cell::Text("Åäö; \"x\"".into()), Cell::Money(Decimal::new(123_450, 2))]),
            row(vec![Cell::Lacking, Cell::Missing]),
        ];
        let bytes = csv(&[&name, &cost], &rows).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}Namn;Kostnad, kr\r\n\"Åäö; \"\"x\"\"\";1234,5\r\n;\r\n"
        );
    }

    #[test]
    fn what_looks_like_a_formula_is_made_harmless_and_numbers_are_left_alone() {
        for (text, out) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|x", "'+cmd|x"),
            ("-2+3+cmd", "'-2+3+cmd"),
            ("+46 70 123 45 67", "+46 70 123 45 67"),
            ("-12,5", "-12,5"),
            ("Vårdia", "Vårdia"),
            ("", ""),
        ] {
            assert_eq!(harmless(text.to_owned()), out);
        }
    }

    #[test]
    fn a_workbook_holds_dates_and_numbers_as_such() {
        use calamine::{Data, Reader as _, Xlsx};
        let def =
            ListDef::new("things", "Saker: alla", ("sak", "saker"), "", super::super::def::Reach::Everyone);
        let columns =
            [Column::text("name", "Namn"), Column::date("end", "Slut"), Column::integer("n", "Antal")];
        let refs: Vec<&Column> = columns.iter().collect();
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let about = About {
            today: day,
            tenant: "Ekeviks kommun".into(),
            choices: vec!["Fas: Användning".into()],
            total: 1,
        };
        let bytes = xlsx(
            &def,
            &refs,
            &[row(vec![Cell::Text("=x".into()), Cell::Soon(day), Cell::Integer(7)])],
            &about,
        )
        .unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Saker alla").unwrap();
        assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("=x".into())));
        assert!(
            matches!(sheet.get_value((1, 1)), Some(Data::DateTime(d)) if d.as_datetime().map(|d| d.date()) == Some(day))
        );
        assert_eq!(sheet.get_value((1, 2)), Some(&Data::Float(7.0)));
        let about = book.worksheet_range("Om filen").unwrap();
        assert!(about.rows().any(|r| r[1] == Data::String("Fas: Användning".into())));
    }
}
