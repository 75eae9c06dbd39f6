//! Why a file was not read at all, in words for the person who sent it, and the limits that keep a file from taking the
//! server's memory.

/// A file that cannot be read: what is wrong and the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// A stable word for the cause.
    pub code: &'static str,
    /// A Swedish sentence or two: the cause, then what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal with its cause and its way out.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// How much of a file is read. The defaults fit the largest lists of a Swedish municipality many times over.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file (data-formats 1: 50 MB).
    pub bytes: usize,
    /// Bytes of a workbook after inflating, all parts together.
    pub inflated: u64,
    /// How many times larger a workbook part may be than it was compressed.
    pub ratio: u64,
    /// Parts of a workbook.
    pub parts: usize,
    /// Columns of a sheet.
    pub columns: usize,
    /// Records of a sheet.
    pub rows: usize,
    /// Cells of a file, all sheets together.
    pub cells: usize,
    /// Characters of a cell; a workbook's own limit is 32 767.
    pub cell_chars: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 50 * 1024 * 1024,
            inflated: 300 * 1024 * 1024,
            ratio: 400,
            parts: 5_000,
            columns: 500,
            rows: 500_000,
            cells: 6_000_000,
            cell_chars: 32_767,
            sheets: 100,
        }
    }
}

/// A figure with a thin space between thousands, for messages.
pub(crate) fn figure(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}
