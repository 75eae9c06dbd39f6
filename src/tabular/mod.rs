//! Bytes of a CSV or XLSX file → sheets with a header, rows and row faults. Knows no area and no database.

mod delimited;
pub mod encoding;
pub mod fault;
pub mod fold;
pub mod grid;
mod refusal;
mod sniff;
pub mod values;
mod workbook;
mod workbook_guard;

pub use fault::{Fault, RowFault};
pub use grid::{Book, Cell, Format, Record, Sheet};
pub use refusal::{Limits, Refusal};

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
