//! Bytes of a CSV or XLSX file → sheets with a header, rows and row faults. Knows no area and no database.
//!
//! The way of a file through here:
//!
//! 1. [`read`]: bytes → sheets of numbered records ([`grid`]); what is not a list is refused with the way out.
//! 2. [`Table::read`]: a sheet and the words of the wanted kind ([`Vocabulary`], [`words`]) → the header, rows of data,
//!    headings, sums and notes, and the faults that can be told without knowing the columns.
//! 3. [`mapping::suggest`]: which column is which field, by the header's meaning and the cells' content.
//! 4. [`check::row`]: required cells and cells that cannot be read. The values themselves come from [`values`].
//!
//! The way out, exports and lists of refused rows, is [`write`].

pub mod check;
pub mod content;
mod delimited;
pub mod encoding;
pub mod fault;
mod fixed;
pub mod fold;
pub mod grid;
pub mod guess;
pub mod header;
mod lexicon;
pub mod mapping;
mod matching;
pub mod nothing;
mod persons;
mod refusal;
mod row_kind;
mod sniff;
mod table;
pub mod values;
pub mod vocabulary;
pub mod words;
mod workbook;
mod workbook_guard;
pub mod write;

pub use fault::{Fault, RowFault};
pub use grid::{Book, Cell, Format, Record, Sheet};
pub use mapping::Mapping;
pub use refusal::{Limits, Refusal};
pub use table::{DataRow, Table};
pub use vocabulary::{Field, Vocabulary};

/// Reads a file into its sheets.
///
/// # Errors
/// When the file is not a list that can be read: the refusal says why and what to do instead.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Book, Refusal> {
    let book = match sniff::content(bytes, limits)? {
        sniff::Content::Zip => Book { format: Format::Xlsx, sheets: workbook::read(bytes, limits)? },
        sniff::Content::Text => {
            Book { format: Format::Delimited, sheets: vec![delimited::read(bytes, limits)?] }
        }
    };
    if book.sheets.iter().all(|sheet| sheet.records.is_empty()) {
        return Err(Refusal::new(
            "file_without_content",
            "Filen har inget innehåll: alla rader är tomma. Kontrollera att exporten blev klar och skicka filen igen.",
        ));
    }
    Ok(book)
}
