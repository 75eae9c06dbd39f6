//! The way out: exports and lists of refused rows as CSV and XLSX, row by row in constant memory.
//!
//! A text that a spreadsheet would run as a formula is made harmless: in CSV with an apostrophe before it, in XLSX with the
//! cell's own mark for quoted text, which shows the text as it is.

use std::io::Write;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::grid::Cell;

/// One value of an export.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with decimals.
    Decimal(Decimal),
    /// An amount in kronor.
    Amount(Decimal),
    /// A day.
    Date(NaiveDate),
    /// A day and a time.
    DateTime(NaiveDateTime),
    /// Yes or no.
    YesNo(bool),
}

impl From<&Cell> for Value {
    fn from(cell: &Cell) -> Self {
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Date(day) => Self::Date(*day),
            Cell::DateTime(at) => Self::DateTime(*at),
            Cell::Bool(value) => Self::YesNo(*value),
            Cell::Number(_) | Cell::Text(_) | Cell::Error(_) => Self::Text(cell.text().into_owned()),
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::YesNo(value)
    }
}

/// Whether a spreadsheet may take the text for a formula.
pub(super) fn is_risky(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        || text.starts_with(['\t', '\r', '\n'])
}

/// Characters that no file format of the two can hold are left out.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Writes CSV as Swedish spreadsheets open it: semicolons, UTF-8 with a mark, CRLF, decimal commas.
pub struct CsvWriter<W: Write> {
    out: W,
    line: String,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file with its header.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn new(mut out: W, header: &[&str]) -> std::io::Result<Self> {
        out.write_all(b"\xEF\xBB\xBF")?;
        let mut writer = Self { out, line: String::new() };
        let header: Vec<Value> = header.iter().map(|name| Value::from(*name)).collect();
        writer.row(&header)?;
        Ok(writer)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn row(&mut self, values: &[Value]) -> std::io::Result<()> {
        self.line.clear();
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.line.push(';');
            }
            self.value(value);
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes())
    }

    fn value(&mut self, value: &Value) {
        let text = match value {
            Value::Empty => return,
            Value::Text(text) if is_risky(text) => format!("'{}", clean(text)),
            Value::Text(text) => clean(text),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.to_string().replace('.', ","),
            Value::Amount(amount) => format!("{:.2}", amount.round_dp(2)).replace('.', ","),
            Value::Date(day) => day.to_string(),
            Value::DateTime(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Value::YesNo(true) => "ja".to_owned(),
            Value::YesNo(false) => "nej".to_owned(),
        };
        if text.contains([';', '"', '\n', '\r', ',', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
            self.line.push('"');
            self.line.push_str(&text.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(&text);
        }
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Writes a whole CSV file.
///
/// # Errors
/// When the output cannot be written.
pub fn write_csv<W: Write>(
    out: W,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> std::io::Result<W> {
    let mut writer = CsvWriter::new(out, header)?;
    for row in rows {
        writer.row(&row)?;
    }
    writer.finish()
}

/// A workbook in the making: one sheet after another, each row written once and forgotten.
pub struct XlsxWriter {
    book: Workbook,
    formats: Formats,
}

struct Formats {
    header: Format,
    date: Format,
    date_time: Format,
    amount: Format,
    text: Format,
    quoted: Format,
}

/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 9..=44;

impl XlsxWriter {
    /// An empty workbook.
    #[must_use]
    pub fn new() -> Self {
        let wrapped = Format::new().set_align(FormatAlign::Top);
        Self {
            book: Workbook::new(),
            formats: Formats {
                header: Format::new()
                    .set_bold()
                    .set_font_color(Color::White)
                    .set_background_color(Color::RGB(0x0B_5C6B))
                    .set_align(FormatAlign::Top)
                    .set_text_wrap(),
                date: wrapped.clone().set_num_format("yyyy-mm-dd"),
                date_time: wrapped.clone().set_num_format("yyyy-mm-dd hh:mm"),
                amount: wrapped.clone().set_num_format("#,##0.00"),
                text: wrapped.clone(),
                quoted: wrapped.set_quote_prefix(),
            },
        }
    }

    /// Writes a sheet: a styled header that stays in view, filters, and the rows. Columns are as wide as their header and
    /// the hint given for them, in characters.
    ///
    /// # Errors
    /// When the name is not allowed or the sheet has more rows than a workbook can hold.
    pub fn sheet(
        &mut self,
        name: &str,
        header: &[(&str, usize)],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<&mut Self, XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(name))?;
        for (column, (name, width)) in (0_u16..).zip(header) {
            let width = (*width).max(name.chars().count() + 2).clamp(*WIDTHS.start(), *WIDTHS.end());
            sheet.set_column_width(column, u32::try_from(width).unwrap_or(20))?;
        }
        sheet.set_freeze_panes(1, 0)?;
        for (column, (name, _)) in (0_u16..).zip(header) {
            sheet.write_string_with_format(0, column, *name, &self.formats.header)?;
        }
        let mut last = 0;
        for (row, values) in (1_u32..).zip(rows) {
            for (column, value) in (0_u16..).zip(&values) {
                self.formats.write(sheet, row, column, value)?;
            }
            last = row;
        }
        if let Some(columns) = u16::try_from(header.len()).ok().and_then(|columns| columns.checked_sub(1)) {
            sheet.autofilter(0, 0, last, columns)?;
        }
        Ok(self)
    }

    /// The finished file.
    ///
    /// # Errors
    /// When the workbook cannot be put together.
    pub fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        self.book.save_to_buffer()
    }
}

impl Default for XlsxWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl Formats {
    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, value: &Value) -> Result<(), XlsxError> {
        match value {
            Value::Empty => {}
            Value::Text(text) => {
                let format = if is_risky(text) { &self.quoted } else { &self.text };
                let text: String = clean(text).chars().take(32_767).collect();
                sheet.write_string_with_format(row, column, text, format)?;
            }
            Value::Integer(number) => {
                // A workbook keeps fifteen digits; longer numbers are text.
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "only numbers that fit exactly are written as numbers"
                )]
                if number.unsigned_abs() < 1_000_000_000_000_000 {
                    sheet.write_number_with_format(row, column, *number as f64, &self.text)?;
                } else {
                    sheet.write_string_with_format(row, column, number.to_string(), &self.text)?;
                }
            }
            Value::Decimal(number) => {
                sheet.write_number_with_format(
                    row,
                    column,
                    number.to_f64().unwrap_or_default(),
                    &self.text,
                )?;
            }
            Value::Amount(amount) => {
                sheet.write_number_with_format(
                    row,
                    column,
                    amount.to_f64().unwrap_or_default(),
                    &self.amount,
                )?;
            }
            Value::Date(day) => {
                sheet.write_datetime_with_format(row, column, day, &self.date)?;
            }
            Value::DateTime(at) => {
                sheet.write_datetime_with_format(row, column, at, &self.date_time)?;
            }
            Value::YesNo(value) => {
                sheet.write_string_with_format(row, column, if *value { "ja" } else { "nej" }, &self.text)?;
            }
        }
        Ok(())
    }
}

/// A name a workbook allows: at most 31 characters, none of `[]:*?/\`.
fn sheet_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c })
        .take(31)
        .collect();
    let name = name.trim().trim_matches('\'').trim().to_owned();
    if name.is_empty() { "Blad".to_owned() } else { name }
}

/// Writes a workbook with one sheet.
///
/// # Errors
/// As [`XlsxWriter::sheet`].
pub fn write_xlsx(
    name: &str,
    header: &[(&str, usize)],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Vec<u8>, XlsxError> {
    let mut writer = XlsxWriter::new();
    writer.sheet(name, header, rows)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, read};
    use super::*;

    fn rows() -> Vec<Vec<Value>> {
        vec![
            vec![
                Value::from("=HYPERLINK(\"http://exempel.invalid\")"),
                Value::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap()),
                Value::Amount(Decimal::new(123_450, 2)),
                Value::from("Åkerlund; \"Anna\"\nKarin"),
            ],
            vec![
                Value::from("+46701740605"),
                Value::Empty,
                Value::Integer(8_946_087_000_000_000_010),
                Value::YesNo(true),
            ],
        ]
    }

    #[test]
    fn a_csv_file_is_what_a_swedish_spreadsheet_expects() {
        let bytes = write_csv(Vec::new(), &["Text", "Datum", "Belopp", "Namn"], rows()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "\u{feff}Text;Datum;Belopp;Namn\r\n\"'=HYPERLINK(\"\"http://exempel.invalid\"\")\";2026-01-31;\"1234,50\";\"Åkerlund; \"\"Anna\"\"\nKarin\"\r\n\
             '+46701740605;;8946087000000000010;ja\r\n"
        );
    }

    #[test]
    fn a_workbook_keeps_dates_numbers_and_long_identifiers() {
        let bytes =
            write_xlsx("Avtal: 2026/27", &[("Text", 20), ("Datum", 0), ("Belopp", 0), ("Namn", 0)], rows())
                .unwrap();
        let book = read(&bytes, &Limits::default()).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "Avtal  2026 27");
        let cell = |row: usize, column: usize| sheet.records[row].cell(column);
        assert_eq!(cell(1, 0).text(), "=HYPERLINK(\"http://exempel.invalid\")");
        assert_eq!(*cell(1, 1), Cell::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap()));
        assert_eq!(*cell(1, 2), Cell::Number(1234.5));
        assert_eq!(cell(2, 2).text(), "8946087000000000010");
        assert_eq!(cell(2, 3).text(), "ja");
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let bytes = write_csv(Vec::new(), &["Text", "Datum", "Belopp", "Namn"], rows()).unwrap();
        let book = read(&bytes, &Limits::default()).unwrap();
        let text = |row: usize, column: usize| {
            super::super::values::text(book.sheets[0].records[row].cell(column)).unwrap()
        };
        assert_eq!(text(1, 0), "=HYPERLINK(\"http://exempel.invalid\")");
        assert_eq!(text(1, 3), "Åkerlund; \"Anna\" Karin");
        assert_eq!(text(2, 0), "+46701740605");
    }
}
