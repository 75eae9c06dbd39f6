//! The kinds of file that the product takes in, without their row types: what pages and the command work with.

use std::future::Future;
use std::pin::Pin;

use super::kind::{Asks, Became, ImportContext, ImportKind, Incoming, RowFaults, RowView};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::tabular::check::{self, Reading};
use crate::tabular::{Mapping, RowFault, Table, Vocabulary};

/// A table with its mapping: all that a kind needs to read the rows.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// The table.
    pub table: &'a Table<'a>,
    /// Which column is which field.
    pub mapping: &'a Mapping,
    /// How its dates and amounts are written.
    pub reading: &'a Reading,
}

/// What became of one row of data.
#[derive(Debug, Clone)]
pub struct RowReport {
    /// Record number in the file.
    pub row: u32,
    /// What it became.
    pub outcome: RowOutcome,
    /// Why it was refused.
    pub faults: Vec<RowFault>,
    /// What to know about it.
    pub warnings: Vec<RowFault>,
    /// The object it became or is about.
    pub object_id: Option<uuid::Uuid>,
}

/// The sorts of outcome of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowOutcome {
    /// New in the register.
    New,
    /// Changes something.
    Changed,
    /// Says what the register says.
    Unchanged,
    /// Refused.
    Refused,
    /// The same as an earlier row of the file.
    Duplicate,
}

/// What became of all rows.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order of the file.
    pub rows: Vec<RowReport>,
    /// Things that the list should have had.
    pub missing: u64,
}

type Taking<'a> = Pin<Box<dyn Future<Output = AppResult<Report>> + Send + 'a>>;
type TakeIn = for<'a> fn(&'a mut TenantTx, &'a Prepared<'a>, &'a ImportContext) -> Taking<'a>;

/// A kind of file.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its words.
    pub vocabulary: &'static Vocabulary,
    /// The right to take such files in.
    pub permission: Permission,
    /// What must be told about a file.
    pub asks: Asks,
    /// The fields that a kept row is known by ([`ImportKind::label_fields`]).
    pub label_fields: Option<&'static [&'static str]>,
    take_in: TakeIn,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind").field("code", &self.vocabulary.kind).finish_non_exhaustive()
    }
}

impl Kind {
    fn of<K: ImportKind>() -> Self {
        Self {
            vocabulary: K::vocabulary(),
            permission: K::permission(),
            asks: K::asks(),
            label_fields: K::label_fields(),
            take_in: |tx, prepared, ctx| Box::pin(take_in::<K>(tx, prepared, ctx)),
        }
    }

    /// The code, as on the command line.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.vocabulary.kind
    }

    /// The Swedish name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.vocabulary.name
    }

    /// Checks every row and takes the sound ones in, in the open transaction.
    ///
    /// # Errors
    /// When the database refuses something that is no fault of a row.
    pub async fn take_in(
        &self,
        tx: &mut TenantTx,
        prepared: &Prepared<'_>,
        ctx: &ImportContext,
    ) -> AppResult<Report> {
        (self.take_in)(tx, prepared, ctx).await
    }
}

/// The kinds there are. `areas::import_kinds()` puts them together.
#[derive(Debug, Clone, Default)]
pub struct Kinds(Vec<Kind>);

impl Kinds {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And this.
    #[must_use]
    pub fn kind<K: ImportKind>(mut self) -> Self {
        self.0.push(Kind::of::<K>());
        self
    }

    /// Those that hold.
    #[must_use]
    pub fn only(mut self, holds: impl Fn(&Kind) -> bool) -> Self {
        self.0.retain(holds);
        self
    }

    /// The kind of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<Kind> {
        self.0.iter().find(|kind| kind.code() == code).copied()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter()
    }

    /// Their words, for guessing what a file is.
    #[must_use]
    pub fn vocabularies(&self) -> Vec<&'static Vocabulary> {
        self.0.iter().map(|kind| kind.vocabulary).collect()
    }
}

async fn take_in<K: ImportKind>(
    tx: &mut TenantTx,
    prepared: &Prepared<'_>,
    ctx: &ImportContext,
) -> AppResult<Report> {
    let (mut report, incoming, refused) = read_rows::<K>(prepared);
    let ctx = ImportContext { refused, ..ctx.clone() };
    let taken = K::take_in(tx, incoming, &ctx).await?;
    let mut warnings = taken.warnings;
    for row in &mut report.rows {
        if matches!(row.outcome, RowOutcome::Refused | RowOutcome::Duplicate) {
            continue;
        }
        match taken.rows.get(&row.row) {
            Some(Became::New(id)) => (row.outcome, row.object_id) = (RowOutcome::New, Some(*id)),
            Some(Became::Changed(id)) => (row.outcome, row.object_id) = (RowOutcome::Changed, Some(*id)),
            Some(Became::Unchanged(id)) => row.object_id = Some(*id),
            Some(Became::Refused(fault)) => {
                row.outcome = RowOutcome::Refused;
                row.faults.push(placed(fault.clone(), prepared, K::vocabulary()));
            }
            None => {}
        }
    }
    for warning in warnings.drain(..) {
        // The rows are in the order of the file.
        if let Ok(at) = report.rows.binary_search_by_key(&warning.row, |row| row.row)
            && let Some(row) = report.rows.get_mut(at)
        {
            row.warnings.push(placed(warning, prepared, K::vocabulary()));
        }
    }
    report.missing = taken.missing;
    Ok(report)
}

/// The fault with the file's own header where the kind named a field.
fn placed(mut fault: RowFault, prepared: &Prepared<'_>, vocabulary: &Vocabulary) -> RowFault {
    if let Some(field) = fault.column.as_deref().and_then(|code| vocabulary.field(code)) {
        let header = prepared.mapping.column(field.code).and_then(|column| prepared.table.name(column));
        fault.column = Some(header.unwrap_or(field.label).to_owned());
    }
    fault
}

fn read_rows<K: ImportKind>(prepared: &Prepared<'_>) -> (Report, Vec<Incoming<K::Row>>, Vec<String>) {
    let vocabulary = K::vocabulary();
    let Prepared { table, mapping, reading } = prepared;
    let mut report = Report { rows: Vec::with_capacity(table.rows.len()), missing: 0 };
    let mut incoming = Vec::with_capacity(table.rows.len());
    let mut refused = Vec::new();
    for row in &table.rows {
        let view = RowView { table, row, mapping, reading, vocabulary };
        let mut checked = check::row(table, row, mapping, vocabulary, reading);
        let outcome = if !checked.faults.is_empty() {
            RowOutcome::Refused
        } else if checked.duplicate_of.is_some() {
            RowOutcome::Duplicate
        } else {
            let mut faults = RowFaults::default();
            let parsed = K::read_row(&view, &mut faults);
            checked.warnings.append(&mut faults.warnings);
            checked.faults.append(&mut faults.refusals);
            match parsed {
                Some(parsed) if checked.faults.is_empty() => {
                    incoming.push(Incoming { number: row.number, row: parsed });
                    RowOutcome::Unchanged
                }
                _ if checked.faults.is_empty() => RowOutcome::Unchanged,
                _ => RowOutcome::Refused,
            }
        };
        if outcome == RowOutcome::Refused {
            refused.extend(K::refused_key(&view));
        }
        report.rows.push(RowReport {
            row: row.number,
            outcome,
            faults: checked.faults,
            warnings: checked.warnings,
            object_id: None,
        });
    }
    (report, incoming, refused)
}
