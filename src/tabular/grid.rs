//! What a file holds once its bytes are understood: sheets of numbered records of cells.
//!
//! A record keeps the number it has in the file (1-based; blank lines, titles and headers count; in a workbook the
//! sheet row), so that every message can name the place the sender sees in their own program.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The value of one cell as the file gives it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing there.
    #[default]
    Empty,
    /// Text, as written. The only kind a delimited file has.
    Text(String),
    /// A number of a workbook, not formatted as a date.
    Number(f64),
    /// A workbook date without a time of day.
    Date(NaiveDate),
    /// A workbook date with a time of day.
    DateTime(NaiveDateTime),
    /// A workbook truth value.
    Bool(bool),
    /// An error value of a workbook, such as `#N/A`.
    Error(String),
}

/// Numbers at least this large have lost digits in a workbook, which keeps fifteen.
const LOST_DIGITS: f64 = 1e15;

impl Cell {
    /// The cell as text, surrounding space removed. Dates are ISO. A number too large for a workbook to hold exactly is
    /// given in scientific notation, as the sender sees it, so that nobody mistakes it for the identifier it once was.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(trim(text)),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::DateTime(at) if at.time() == NaiveTime::MIN => Cow::Owned(at.date().to_string()),
            Self::DateTime(at) => Cow::Owned(at.format("%Y-%m-%d %H:%M:%S").to_string()),
            Self::Bool(true) => Cow::Borrowed("ja"),
            Self::Bool(false) => Cow::Borrowed("nej"),
            Self::Error(error) => Cow::Borrowed(error),
        }
    }

    /// Whether there is nothing to read in the cell: empty, or white space only.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => trim(text).is_empty(),
            _ => false,
        }
    }

    /// Feeds what the cell says to a hasher: surrounding space does not count.
    pub fn hash_into(&self, state: &mut impl Hasher) {
        match self {
            Self::Empty => {}
            Self::Text(text) => trim(text).hash(state),
            Self::Number(number) => number.to_bits().hash(state),
            Self::Date(day) => day.hash(state),
            Self::DateTime(at) => at.hash(state),
            Self::Bool(value) => value.hash(state),
            Self::Error(error) => error.hash(state),
        }
    }

    /// Whether two cells say the same, surrounding space apart.
    #[must_use]
    pub fn says_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => trim(one) == trim(other),
            _ => self == other,
        }
    }

    /// Whether the cell is a workbook's number, date or truth value, which a header or a title never is.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Date(_) | Self::DateTime(_) | Self::Bool(_))
    }
}

/// Removes surrounding white space, byte order marks and zero-width characters.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\0')
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e15 fits")]
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < LOST_DIGITS {
        return (number as i64).to_string();
    }
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = if number.abs() >= LOST_DIGITS {
        write!(out, "{number:.5E}").map(|()| out = out.replace('.', ",").replace('E', "E+"))
    } else {
        // A workbook shows fifteen digits; more are the noise of a formula.
        let shown = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
        write!(out, "{shown}")
    };
    out
}

/// One record of a file, blank ones left out.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// 1-based number in the file or sheet.
    pub number: u32,
    /// Cells from the first column on; cells after the last one written are not stored.
    pub cells: Vec<Cell>,
    /// How many cells the record was written with, empty ones at its end included.
    pub width: usize,
    /// Whether text that had been encoded twice was repaired in it.
    pub repaired: bool,
    /// Whether it has a quotation mark that is opened and never closed.
    pub unclosed_quote: bool,
    /// Whether a cell was longer than the limit and has been cut.
    pub cut: bool,
}

impl Record {
    /// The cell of a column, `Empty` past the last one.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// How many cells hold something.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_blank()).count()
    }

    /// The columns that hold something, with their cell.
    pub fn filled_cells(&self) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank())
    }

    /// The columns that hold something, with their text.
    pub fn texts(&self) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_blank())
            .map(|(column, cell)| (column, cell.text()))
    }
}

/// A merged region of a workbook sheet: record numbers are 1-based, columns 0-based, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First record.
    pub first_row: u32,
    /// Last record.
    pub last_row: u32,
    /// First column.
    pub first_column: usize,
    /// Last column.
    pub last_column: usize,
}

/// How the text of a file was encoded and divided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextFacts {
    /// `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`, `cp850`, `macintosh`.
    pub encoding: &'static str,
    /// Whether the file began with a byte order mark.
    pub bom: bool,
    /// The character between cells; `None` when there is one column.
    pub delimiter: Option<char>,
    /// Whether the first record is a `sep=` line.
    pub sep_line: bool,
    /// `CRLF`, `LF` or `CR`.
    pub line_end: &'static str,
    /// Records that were in another encoding than the rest of the file.
    pub mixed_rows: Vec<u32>,
}

/// One sheet of a workbook, or the whole of a delimited file.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The sheet's name; empty for a delimited file.
    pub name: String,
    /// Whether the workbook hides the sheet.
    pub hidden: bool,
    /// Present for delimited files only.
    pub text: Option<TextFacts>,
    /// Records that hold something, in the order of the file.
    pub records: Vec<Record>,
    /// The number of the last record of the file; for a workbook the last row with content.
    pub last_record: u32,
    /// Merged regions, workbooks only.
    pub merges: Vec<Merge>,
}

impl Sheet {
    /// Numbers of the records that hold nothing.
    #[must_use]
    pub fn blank_rows(&self) -> Vec<u32> {
        let mut blank = Vec::new();
        let mut next = if self.text.as_ref().is_some_and(|facts| facts.sep_line) { 2 } else { 1 };
        for record in &self.records {
            blank.extend(next..record.number);
            next = record.number + 1;
        }
        if self.text.is_some() {
            blank.extend(next..=self.last_record);
        }
        blank
    }

    /// Whether the record is one merged region from `column` over at least `columns` columns.
    #[must_use]
    pub fn merged_across(&self, row: u32, column: usize, columns: usize) -> bool {
        self.merges.iter().any(|merge| {
            merge.first_row <= row
                && row <= merge.last_row
                && merge.first_column == column
                && merge.last_column + 1 - merge.first_column >= columns
        })
    }
}

/// The kind of container the file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with a delimiter (CSV, TSV, TXT).
    Delimited,
    /// An Office Open XML workbook.
    Xlsx,
}

/// A file, read.
#[derive(Debug, Clone)]
pub struct Book {
    /// The container.
    pub format: Format,
    /// Sheets with content, hidden ones included and marked.
    pub sheets: Vec<Sheet>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_no_needless_decimals() {
        assert_eq!(Cell::Number(104_223.0).text(), "104223");
        assert_eq!(Cell::Number(22.5).text(), "22.5");
        assert_eq!(Cell::Number(0.1 + 0.2).text(), "0.3");
    }

    #[test]
    fn a_number_that_lost_digits_is_shown_in_scientific_notation() {
        assert_eq!(Cell::Number(8_946_087_000_000_000_010.0).text(), "8,94609E+18");
    }

    #[test]
    fn blank_rows_are_the_gaps_between_records() {
        let sheet = Sheet {
            text: Some(TextFacts::default()),
            records: vec![
                Record { number: 2, ..Record::default() },
                Record { number: 5, ..Record::default() },
            ],
            last_record: 6,
            ..Sheet::default()
        };
        assert_eq!(sheet.blank_rows(), [1, 3, 4, 6]);
    }
}
