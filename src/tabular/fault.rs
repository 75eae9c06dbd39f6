//! What is wrong with a cell or a row: a stable code for programs and a Swedish sentence for people.

/// Codes of faults. Areas may add their own, named the same way.
pub mod code {
    /// A SIM card number that a spreadsheet has turned into scientific notation; its digits are lost.
    pub const ICCID_SCIENTIFIC: &str = "iccid_scientific";
    /// Any other long number in scientific notation.
    pub const NUMBER_SCIENTIFIC: &str = "number_scientific";
    /// No telephone number where one is required.
    pub const MSISDN_MISSING: &str = "msisdn_missing";
    /// U+FFFD: letters were lost before the file came here.
    pub const REPLACEMENT_CHAR: &str = "replacement_char";
    /// Not a date.
    pub const DATE_INVALID: &str = "date_invalid";
    /// A date with two-digit parts whose order cannot be told.
    pub const DATE_AMBIGUOUS: &str = "date_ambiguous";
    /// A required cell is empty.
    pub const REQUIRED_MISSING: &str = "required_missing";
    /// More or fewer cells than the header has.
    pub const COLUMN_COUNT: &str = "column_count";
    /// `1.234`: one thousand or one and a bit?
    pub const AMOUNT_AMBIGUOUS: &str = "amount_ambiguous";
    /// Not an amount.
    pub const AMOUNT_INVALID: &str = "amount_invalid";
    /// An amount in another currency than kronor.
    pub const AMOUNT_CURRENCY: &str = "amount_currency";
    /// Not a number.
    pub const NUMBER_INVALID: &str = "number_invalid";
    /// Neither yes nor no.
    pub const YES_NO_INVALID: &str = "yes_no_invalid";
    /// Not an e-mail address.
    pub const EMAIL_INVALID: &str = "email_invalid";
    /// A workbook's error value, such as `#N/A`.
    pub const CELL_ERROR: &str = "cell_error";
    /// A cell longer than is kept.
    pub const CELL_TOO_LONG: &str = "cell_too_long";
    /// A quotation mark that is opened and never closed.
    pub const QUOTE_UNCLOSED: &str = "quote_unclosed";
    /// The row stands earlier in the same file, letter for letter.
    pub const EXACT_DUPLICATE: &str = "exact_duplicate";
    /// A cell that a spreadsheet would run as a formula.
    pub const FORMULA_INJECTION: &str = "formula_injection";
    /// A cell that begins with `+`.
    pub const FORMULA_PREFIX_PLUS: &str = "formula_prefix_plus";
    /// A cell that begins with `-` and is neither a number nor a dash.
    pub const FORMULA_PREFIX_MINUS: &str = "formula_prefix_minus";
    /// A cell that begins with `@`.
    pub const FORMULA_PREFIX_AT: &str = "formula_prefix_at";
    /// Text that had been encoded twice and was repaired.
    pub const DOUBLE_ENCODED: &str = "double_encoded";
    /// A row in another encoding than the rest of its file.
    pub const MIXED_ENCODING: &str = "mixed_encoding";
    /// A row with one cell that was taken as data and may be a heading.
    pub const SINGLE_CELL_ROW: &str = "single_cell_row";
}

/// What is wrong with the value of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// One of [`code`] or an area's own.
    pub code: &'static str,
    /// A Swedish sentence: what is wrong and the way out.
    pub message: String,
}

impl Fault {
    /// A fault with its sentence.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The fault of a place in a file.
    #[must_use]
    pub fn at(self, row: u32, column: Option<&str>, value: Option<&str>) -> RowFault {
        RowFault {
            row,
            column: column.map(str::to_owned),
            value: value.map(str::to_owned),
            code: self.code,
            message: self.message,
        }
    }
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Record number in the file, sheet row in a workbook.
    pub row: u32,
    /// The column's header, where the fault is of one column.
    pub column: Option<String>,
    /// What stood there. Mask it before it is shown when the column is secret.
    pub value: Option<String>,
    /// One of [`code`] or an area's own.
    pub code: &'static str,
    /// A Swedish sentence: what is wrong and the way out.
    pub message: String,
}
