//! What a kind of file holds: its fields, the words that headers use for them and what their cells look like.
//!
//! A vocabulary is how the caller says which list it wants. [`super::words`] has one for each kind of municipal file.

use super::values::MonthAs;

/// What the cells of a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Any text.
    Text,
    /// The name of a person.
    Name,
    /// A date; a month alone is its first or last day.
    Date(MonthAs),
    /// Kronor.
    Amount,
    /// A whole number.
    Integer,
    /// A number, perhaps with a percent sign.
    Decimal,
    /// Yes or no.
    YesNo,
    /// A telephone number.
    Phone,
    /// An organisation number.
    OrgNo,
    /// A personal identity number.
    PersonalId,
    /// An employee number: digits, mostly six.
    EmployeeNo,
    /// A code or reference: short, mostly with digits.
    Code,
    /// An e-mail address.
    Email,
    /// A SIM card number.
    Iccid,
    /// A device number.
    Imei,
    /// An account name.
    Login,
    /// A web address.
    Url,
}

/// What a cell that cannot be read means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFault {
    /// The row is refused.
    Refuse,
    /// The row is taken in without the value, with a warning.
    Warn,
    /// The row is refused when the cell tries to be such a value and fails (`2027-02-30`), and warned about when it says
    /// something else in words (`följer huvudavtalet`), which the area may understand.
    RefuseAttempt,
}

/// One field of a kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The program's name of it.
    pub code: &'static str,
    /// Its Swedish name on screens.
    pub label: &'static str,
    /// Headers it goes by, best first. Case, punctuation and diacritics do not matter.
    pub words: &'static [&'static str],
    /// What its cells look like.
    pub content: Content,
    /// What a cell that cannot be read means.
    pub on_fault: OnFault,
    /// Whether its values are masked wherever they are shown (PUK codes, personal identity numbers).
    pub secret: bool,
}

impl Field {
    /// A field of free text whose faults are warnings.
    #[must_use]
    pub const fn text(code: &'static str, label: &'static str, words: &'static [&'static str]) -> Self {
        Self { code, label, words, content: Content::Text, on_fault: OnFault::Warn, secret: false }
    }

    /// A field with other content than text, whose faults are warnings.
    #[must_use]
    pub const fn of(
        code: &'static str,
        label: &'static str,
        content: Content,
        words: &'static [&'static str],
    ) -> Self {
        Self { content, ..Self::text(code, label, words) }
    }

    /// The same field, where a cell that cannot be read refuses the row.
    #[must_use]
    pub const fn refusing(self) -> Self {
        Self { on_fault: OnFault::Refuse, ..self }
    }

    /// The same field, where words are warned about and a failed attempt at the value refuses the row.
    #[must_use]
    pub const fn refusing_attempts(self) -> Self {
        Self { on_fault: OnFault::RefuseAttempt, ..self }
    }

    /// The same field, masked.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// A demand on a file and on each of its rows: at least one of these fields.
#[derive(Debug, Clone, Copy)]
pub struct Required {
    /// Codes of fields, best first; one of them must have a column.
    pub any: &'static [&'static str],
    /// Whether a row must have a value in the first of them that has a column, or in any of them.
    pub first: bool,
    /// The fault of a row without it.
    pub code: &'static str,
}

impl Required {
    /// Any of the fields will do in each row.
    #[must_use]
    pub const fn any(any: &'static [&'static str], code: &'static str) -> Self {
        Self { any, first: false, code }
    }

    /// The first of the fields that the file has must be filled in each row.
    #[must_use]
    pub const fn first(any: &'static [&'static str], code: &'static str) -> Self {
        Self { any, first: true, code }
    }
}

/// A kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// The kind's code, as on the command line.
    pub kind: &'static str,
    /// The kind's Swedish name: "Avtalslista".
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// What every row needs.
    pub required: &'static [Required],
    /// Fields of which one must be filled for a row to be a thing that can occur twice by mistake: two rows that are alike and
    /// name nobody are two things (licences without a named user). Empty: every row.
    pub identity: &'static [&'static str],
    /// Words in file and sheet names that speak for the kind, folded.
    pub file_words: &'static [&'static str],
    /// Headers that no list of the kind has, whatever other columns it has: a list with a reason for leaving in each row is
    /// not of everybody employed.
    pub foreign: &'static [&'static str],
    /// What a list may say that there is none of, instead of a header and rows ("Inga avslutade"): beginnings of words,
    /// folded. Empty: a list of the kind has a header.
    pub none_of: &'static [&'static str],
}

impl Vocabulary {
    /// The field with a code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}
