//! What an area says about a kind of file that it takes in: its words, who may, how a row is read, and what becomes of the
//! rows. Everything else (reading, mapping, checking, preview, receipt, undo) is the same for all kinds.
//!
//! ```ignore
//! // areas/suppliers/import.rs
//! pub struct Suppliers;
//!
//! impl ImportKind for Suppliers {
//!     type Row = SupplierRow;
//!
//!     fn vocabulary() -> &'static Vocabulary { &words::SUPPLIERS }
//!     fn permission() -> Permission { Permission::ImportContracts }
//!
//!     fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SupplierRow> {
//!         let name = row.text("name")?;                      // required: its absence is reported already
//!         let org_no = match row.text("org_no").map(|text| OrgNo::parse(&text)).transpose() {
//!             Ok(org_no) => org_no,
//!             Err(error) => { faults.warn(row, "org_no", "org_no_invalid", error.to_string()); None }
//!         };
//!         Some(SupplierRow { name, org_no, city: row.text("city") })
//!     }
//!
//!     async fn take_in(tx: &mut TenantTx, rows: Vec<Incoming<SupplierRow>>, ctx: &ImportContext) -> AppResult<TakenIn> {
//!         let mut taken = TakenIn::default();
//!         // compare with the register in one query, insert and update in bulk (`unnest`), and say what each row became:
//!         // taken.created(row.number, id); taken.changed(…); taken.unchanged(…); taken.refuse(row.number, …);
//!         Ok(taken)
//!     }
//! }
//! // areas/mod.rs, in import_kinds(): .kind::<suppliers::Suppliers>()
//! ```
//!
//! - `take_in` runs inside the one transaction and change set of the file. A preview runs the same code and rolls back, so it
//!   must have no effect outside the transaction.
//! - Rows that the general checks refused, and rows that are the same as an earlier row, never reach `take_in`.
//! - A row that `take_in` says nothing about counts as unchanged.

use std::collections::HashMap;
use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::auth::permissions::Permission;
use crate::crypto::Keys;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::tabular::check::Reading;
use crate::tabular::values::{self, When};
use crate::tabular::{Cell, DataRow, Fault, Mapping, RowFault, Table, Vocabulary};

/// A kind of file.
pub trait ImportKind: Send + Sync + 'static {
    /// A row, parsed.
    type Row: Send + 'static;

    /// The kind's code, name, fields and words: one of [`crate::tabular::words`].
    fn vocabulary() -> &'static Vocabulary;

    /// The right to take such files in.
    fn permission() -> Permission;

    /// What must be told about a file of this kind that is not in it.
    #[must_use]
    fn asks() -> Asks {
        Asks::default()
    }

    /// The fields that a kept row is known by; `None` = its first open ones. A kind whose rows may be about persons with protected
    /// identity names fields that say nothing of anybody.
    #[must_use]
    fn label_fields() -> Option<&'static [&'static str]> {
        None
    }

    /// What a refused row is about, as far as it can be read: the kind gets it in [`ImportContext::refused`], so that what the
    /// list does hold is not taken for gone.
    #[must_use]
    fn refused_key(_row: &RowView<'_>) -> Option<String> {
        None
    }

    /// Reads a row. Faults that refuse it, and warnings, go to `faults`; `None` without a fault leaves the row out silently
    /// and is counted as unchanged. The general checks (required cells, dates, amounts …) are done and reported before.
    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<Self::Row>;

    /// Takes the rows in.
    fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<Self::Row>>,
        ctx: &ImportContext,
    ) -> impl Future<Output = AppResult<TakenIn>> + Send;
}

/// What the upload page asks for besides the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asks {
    /// Which unit the list is of.
    pub unit: bool,
    /// Which month the list is of.
    pub period: bool,
}

/// What is known about the file as a whole.
#[derive(Debug, Clone)]
pub struct ImportContext {
    /// The run, for references to where a thing came from.
    pub run_id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// The sheet's name; empty for a delimited file.
    pub sheet: String,
    /// Who sends such files: mappings are remembered by it.
    pub source: String,
    /// The unit whose list it is, when that was told.
    pub unit_id: Option<Uuid>,
    /// The first day of the month that the list is of, when that was told.
    pub period: Option<NaiveDate>,
    /// When the file arrived.
    pub received: NaiveDate,
    /// The day that the list says it is of, in a title or in the names of file and sheet: the last day of the month
    /// where only a month is given.
    pub as_of: Option<NaiveDate>,
    /// Texts above the header.
    pub titles: Vec<String>,
    /// Remarks in the list.
    pub notes: Vec<String>,
    /// Today in Sweden.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
    /// Keys for secret columns.
    pub keys: Keys,
    /// What the refused rows are about ([`ImportKind::refused_key`]).
    pub refused: Vec<String>,
}

/// A parsed row and where it stood.
#[derive(Debug, Clone)]
pub struct Incoming<R> {
    /// Record number in the file, sheet row in a workbook.
    pub number: u32,
    /// The row.
    pub row: R,
}

/// What a row became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// Something that was not in the register.
    New(Uuid),
    /// Something that was, and is different now.
    Changed(Uuid),
    /// Something that was, and said the same.
    Unchanged(Uuid),
    /// Nothing.
    Refused(RowFault),
}

/// What came of the rows.
#[derive(Debug, Clone, Default)]
pub struct TakenIn {
    /// By record number.
    pub rows: HashMap<u32, Became>,
    /// How many things of the register the list should have had and has not.
    pub missing: u64,
    /// What the sender should know.
    pub warnings: Vec<RowFault>,
}

impl TakenIn {
    /// The row became something new.
    pub fn created(&mut self, row: u32, id: Uuid) {
        self.rows.insert(row, Became::New(id));
    }

    /// The row changed something.
    pub fn changed(&mut self, row: u32, id: Uuid) {
        self.rows.insert(row, Became::Changed(id));
    }

    /// The row says what the register said.
    pub fn unchanged(&mut self, row: u32, id: Uuid) {
        self.rows.insert(row, Became::Unchanged(id));
    }

    /// The row cannot be taken in after all. `column` is a field's code; the report has the file's header for it.
    pub fn refuse(&mut self, row: u32, column: Option<&str>, code: &'static str, message: impl Into<String>) {
        self.rows.insert(row, Became::Refused(Fault::new(code, message).at(row, column, None)));
    }

    /// The row was taken in, and there is something to know about it. `column` as for [`Self::refuse`].
    pub fn warn(&mut self, row: u32, column: Option<&str>, code: &'static str, message: impl Into<String>) {
        self.warnings.push(Fault::new(code, message).at(row, column, None));
    }
}

/// Faults of the row that is being read.
#[derive(Debug, Default)]
pub struct RowFaults {
    /// These refuse the row.
    pub refusals: Vec<RowFault>,
    /// These do not.
    pub warnings: Vec<RowFault>,
}

impl RowFaults {
    /// Refuses the row for what stands in a field.
    pub fn refuse(&mut self, row: &RowView<'_>, field: &str, code: &'static str, message: impl Into<String>) {
        self.refusals.push(row.fault(field, code, message));
    }

    /// Warns about what stands in a field.
    pub fn warn(&mut self, row: &RowView<'_>, field: &str, code: &'static str, message: impl Into<String>) {
        self.warnings.push(row.fault(field, code, message));
    }
}

/// A row of a file, by field. Every getter gives `None` for a field without a column, for an empty cell and for one that
/// cannot be read, which has been reported already.
#[derive(Debug, Clone, Copy)]
pub struct RowView<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) row: &'a DataRow,
    pub(super) mapping: &'a Mapping,
    pub(super) reading: &'a Reading,
    pub(super) vocabulary: &'static Vocabulary,
}

impl<'a> RowView<'a> {
    /// Record number in the file.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.row.number
    }

    /// Whether the file has a column for a field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.mapping.column(field).is_some()
    }

    /// The header of a field's column.
    #[must_use]
    pub fn header(&self, field: &str) -> Option<&'a str> {
        self.mapping.column(field).and_then(|column| self.table.name(column))
    }

    /// The cell itself.
    #[must_use]
    pub fn cell(&self, field: &str) -> &'a Cell {
        self.mapping.column(field).map_or(&Cell::Empty, |column| self.table.cell(self.row, column))
    }

    /// The text, tidied.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<String> {
        values::text(self.cell(field))
    }

    /// The text, empty where there is none.
    #[must_use]
    pub fn text_or_empty(&self, field: &str) -> String {
        self.text(field).unwrap_or_default()
    }

    /// The heading within the list that the row stands under: "Kostnadsställe 8010 Ledning och stab".
    #[must_use]
    pub fn section(&self) -> Option<&'a str> {
        self.table.section(self.row)
    }

    /// A date, with what a date cell may say besides. `None` when it is no date at all.
    #[must_use]
    pub fn when(&self, field: &str) -> Option<When> {
        let options = self.vocabulary.field(field).map(|field| self.reading.dates(field)).unwrap_or_default();
        values::date(self.cell(field), options).ok()
    }

    /// A date; "no end" and nothing are both `None`.
    #[must_use]
    pub fn day(&self, field: &str) -> Option<NaiveDate> {
        match self.when(field)? {
            When::On(day, _) => Some(day),
            When::Missing | When::NoEnd => None,
        }
    }

    /// An amount in kronor.
    #[must_use]
    pub fn amount(&self, field: &str) -> Option<Decimal> {
        let style = self.mapping.column(field).map(|column| self.reading.amounts(column)).unwrap_or_default();
        values::amount(self.cell(field), style).ok().flatten()
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self, field: &str) -> Option<i64> {
        values::integer(self.cell(field)).ok().flatten()
    }

    /// A number.
    #[must_use]
    pub fn decimal(&self, field: &str) -> Option<Decimal> {
        values::decimal(self.cell(field)).ok().flatten()
    }

    /// Yes or no.
    #[must_use]
    pub fn yes_no(&self, field: &str) -> Option<bool> {
        values::yes_no(self.cell(field)).ok().flatten()
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(&self, field: &str) -> Option<String> {
        values::email(self.cell(field)).ok().flatten()
    }

    /// A fault of this row and field. A secret field's value is left out.
    #[must_use]
    pub fn fault(&self, field: &str, code: &'static str, message: impl Into<String>) -> RowFault {
        let secret = self.vocabulary.field(field).is_some_and(|field| field.secret);
        let text = self.cell(field).text();
        let value = Some(&*text).filter(|text| !text.is_empty() && !secret);
        Fault::new(code, message).at(self.row.number, self.header(field), value)
    }
}
