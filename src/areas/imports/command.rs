//! `overblick import`: a file at a time, one transaction for each, and one object of the receipt for each sheet
//! (docs/cli.md).

use std::collections::BTreeMap;

use axum::body::Bytes;
use serde::Serialize;
use uuid::Uuid;

use super::flow::{self, RunOf, Surroundings, Told};
use super::kinds::Report;
use super::model::{Counts, Facts, State, kept_mapping};
use super::plan::{self, Plan, Said};
use super::queries::{self, NewRun};
use crate::db::tenant::{Actor, TenantDb, TenantTx};
use crate::error::AppResult;
use crate::tabular::{Book, RowFault, Sheet};

/// What is to be done with a file.
#[derive(Debug, Clone)]
pub struct Order {
    /// The municipality.
    pub tenant_id: Uuid,
    /// What the sender says the file is.
    pub said: Said,
    /// What was told about it.
    pub told: Told,
    /// Whether to take everything back afterwards.
    pub dry_run: bool,
}

/// How it went for a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Taken in.
    TakenIn,
    /// Would have been.
    DryRun,
    /// Not read.
    Refused,
    /// The same content was taken in before.
    AlreadyTakenIn,
    /// No rows, or no list at all beside one that is.
    Empty,
}

/// A refused row.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedRow {
    row: u32,
    column: Option<String>,
    value: Option<String>,
    code: &'static str,
    message: String,
}

/// Something to know about a row.
#[derive(Debug, Clone, Serialize)]
pub struct Warning {
    row: u32,
    column: Option<String>,
    code: &'static str,
    message: String,
}

/// The receipt of a sheet.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// The file's name.
    pub file: String,
    /// The sheet; absent for a delimited file.
    pub sheet: Option<String>,
    /// The kind.
    pub kind: Option<&'static str>,
    /// How it went.
    pub outcome: Outcome,
    /// Why, when it was not taken in.
    pub reason: Option<String>,
    /// The stable word for the reason.
    pub code: Option<&'static str>,
    /// The run.
    pub run_id: Option<Uuid>,
    encoding: Option<String>,
    delimiter: Option<String>,
    header_row: Option<u32>,
    columns: BTreeMap<String, Option<&'static str>>,
    /// Rows of data.
    pub read: i32,
    /// New in the register.
    pub new: i32,
    /// Changed.
    pub changed: i32,
    /// As the register.
    pub unchanged: i32,
    /// In the register and not in the list.
    pub missing: i32,
    /// Refused.
    pub refused: i32,
    /// The same as an earlier row.
    pub duplicates: i32,
    /// Why rows were refused.
    pub refusals: Vec<RefusedRow>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

impl Receipt {
    fn empty(file: &str, sheet: &str, outcome: Outcome) -> Self {
        Self {
            file: file.to_owned(),
            sheet: Some(sheet.to_owned()).filter(|name| !name.is_empty()),
            kind: None,
            outcome,
            reason: None,
            code: None,
            run_id: None,
            encoding: None,
            delimiter: None,
            header_row: None,
            columns: BTreeMap::new(),
            read: 0,
            new: 0,
            changed: 0,
            unchanged: 0,
            missing: 0,
            refused: 0,
            duplicates: 0,
            refusals: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn refused(file: &str, sheet: &str, code: &'static str, reason: String) -> Self {
        Self { reason: Some(reason), code: Some(code), ..Self::empty(file, sheet, Outcome::Refused) }
    }

    /// Whether anything was not taken in that should have been.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self.outcome, Outcome::Refused | Outcome::AlreadyTakenIn) || self.refused > 0
    }

    /// The receipt for a person.
    #[must_use]
    pub fn in_words(&self) -> String {
        let place = self
            .sheet
            .as_ref()
            .map_or_else(|| self.file.clone(), |sheet| format!("{}, bladet {sheet}", self.file));
        let counts = format!(
            "{} rader: {} nya, {} ändrade, {} oförändrade, {} saknas i listan, {} avvisade, {} dubbletter",
            self.read, self.new, self.changed, self.unchanged, self.missing, self.refused, self.duplicates
        );
        let mut text = match (self.outcome, &self.reason) {
            (Outcome::TakenIn, _) => format!("{place} är inläst. {counts}."),
            (Outcome::DryRun, _) => format!("{place} skulle ge {counts}. Ingenting är sparat."),
            (_, Some(reason)) => format!("{place}: {reason}"),
            (_, None) => format!("{place} har inga rader."),
        };
        for refusal in &self.refusals {
            let column = refusal.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
            text = format!("{text}\n  rad {}{column}: {}", refusal.row, refusal.message);
        }
        text
    }
}

/// Takes a file in.
///
/// # Errors
/// When the database or the machine fails; what is wrong with the file is in the receipts.
pub async fn import(
    db: &TenantDb,
    around: &Surroundings,
    order: &Order,
    file: &str,
    bytes: Vec<u8>,
) -> AppResult<Vec<Receipt>> {
    let bytes = Bytes::from(bytes);
    let sha256 = flow::sha256(&bytes);
    let book = match flow::open(bytes.clone()).await? {
        Ok(book) => book,
        Err(refusal) => return Ok(vec![Receipt::refused(file, "", refusal.code, refusal.message)]),
    };
    let mut tx = db.begin(order.tenant_id, Actor::system("kommandoraden")).await?;
    queries::lock(&mut tx).await?;
    let mut file_id = None;
    let mut receipts = Vec::new();
    for sheet in &book.sheets {
        if let Some(before) = queries::find_taken_before(&mut tx, &sha256, &sheet.name).await? {
            let mut receipt =
                Receipt::refused(file, &sheet.name, "already_taken_in", flow::taken_before(&before));
            (receipt.outcome, receipt.run_id) = (Outcome::AlreadyTakenIn, Some(before.run_id));
            receipts.push(receipt);
            continue;
        }
        receipts.push(sheet_in(&mut tx, around, order, (file, &bytes, &sha256), &mut file_id, sheet).await?);
    }
    if order.dry_run {
        tx.rollback().await?;
    } else {
        tx.commit().await?;
    }
    forgive_other_sheets(&book, &mut receipts);
    Ok(receipts)
}

async fn sheet_in(
    tx: &mut TenantTx,
    around: &Surroundings,
    order: &Order,
    (file, bytes, sha256): (&str, &[u8], &[u8; 32]),
    file_id: &mut Option<Uuid>,
    sheet: &Sheet,
) -> AppResult<Receipt> {
    let remembered = match order.said {
        Said::Kind(kind) if !order.told.source.is_empty() => {
            queries::find_mapping(tx, kind.code(), &order.told.source).await?
        }
        _ => BTreeMap::new(),
    };
    let plan = match plan::plan(sheet, file, order.said, &around.kinds, &remembered) {
        Ok(plan) => plan,
        Err(refusal) => return Ok(Receipt::refused(file, &sheet.name, refusal.code, refusal.message)),
    };
    let mut receipt = described(file, sheet, &plan);
    if let Some(refusal) = plan.columns_missing() {
        (receipt.outcome, receipt.reason, receipt.code) =
            (Outcome::Refused, Some(refusal.message), Some(refusal.code));
        return Ok(receipt);
    }
    // Kept first: what the rows become refers to the run.
    let kept = match *file_id {
        Some(id) => id,
        None => *file_id.insert(queries::insert_file(tx, sha256, file, bytes, around.now).await?),
    };
    let facts = Facts::of(sheet, &plan.table);
    let new = NewRun {
        file_id: kept,
        sheet: &sheet.name,
        kind: plan.kind.code(),
        source: &order.told.source,
        unit_id: order.told.unit_id,
        period: order.told.period,
        received_on: order.told.received.unwrap_or(around.today),
        mapping: &kept_mapping(&plan.mapping),
        facts: &facts,
        state: State::TakingIn,
    };
    let run_id = queries::insert_run(tx, &new, around.now).await?;
    let run = RunOf { id: run_id, kind: plan.kind, file_name: file, sheet: &sheet.name, told: &order.told };
    let report = flow::take_in(tx, &run, &plan.table, &plan.mapping, around).await?;
    counted(&mut receipt, &report);
    receipt.run_id = (!order.dry_run).then_some(run_id);
    receipt.outcome = match (order.dry_run, report.rows.is_empty()) {
        (_, true) => Outcome::Empty,
        (true, false) => Outcome::DryRun,
        (false, false) => Outcome::TakenIn,
    };
    Ok(receipt)
}

fn described(file: &str, sheet: &Sheet, plan: &Plan<'_>) -> Receipt {
    let facts = Facts::of(sheet, &plan.table);
    let mut receipt = Receipt {
        kind: Some(plan.kind.code()),
        encoding: facts.encoding,
        delimiter: facts.delimiter,
        header_row: Some(facts.header_row).filter(|row| *row > 0),
        ..Receipt::empty(file, &sheet.name, Outcome::Refused)
    };
    for (column, header) in
        plan.table.header.columns.iter().enumerate().filter(|(_, header)| !header.is_empty())
    {
        receipt.columns.insert(header.clone(), plan.mapping.field(column));
    }
    for one in plan.suggestions.iter().filter(|one| one.unsure) {
        let label =
            one.field.and_then(|field| plan.kind.vocabulary.field(field)).map_or("", |field| field.label);
        receipt.warnings.push(Warning {
            row: plan.table.header.row,
            column: plan.table.name(one.column).map(str::to_owned),
            code: "mapping_unsure",
            message: format!(
                "Kolumnen lästes som ”{label}”, men det är osäkert. Kontrollera att det stämmer."
            ),
        });
    }
    receipt
}

fn counted(receipt: &mut Receipt, report: &Report) {
    let counts = Counts::of(report);
    receipt.read = counts.read;
    receipt.new = counts.new;
    receipt.changed = counts.changed;
    receipt.unchanged = counts.unchanged;
    receipt.missing = counts.missing;
    receipt.refused = counts.refused;
    receipt.duplicates = counts.duplicate;
    let warning = |fault: &RowFault| Warning {
        row: fault.row,
        column: fault.column.clone(),
        code: fault.code,
        message: fault.message.clone(),
    };
    for row in &report.rows {
        // One refusal for a row; what else is wrong with it is told beside it.
        if let Some((first, others)) = row.faults.split_first() {
            receipt.refusals.push(RefusedRow {
                row: first.row,
                column: first.column.clone(),
                value: first.value.clone(),
                code: first.code,
                message: first.message.clone(),
            });
            receipt.warnings.extend(others.iter().map(warning));
        }
        receipt.warnings.extend(row.warnings.iter().map(warning));
    }
}

/// A workbook often has a sheet of instructions or of codes beside the list: what is no list there is no refusal.
fn forgive_other_sheets(book: &Book, receipts: &mut [Receipt]) {
    let taken = receipts.iter().any(|receipt| {
        matches!(receipt.outcome, Outcome::TakenIn | Outcome::DryRun | Outcome::AlreadyTakenIn)
    });
    if book.sheets.len() < 2 || !taken {
        return;
    }
    for (receipt, sheet) in receipts.iter_mut().zip(&book.sheets) {
        let no_list = matches!(
            receipt.code,
            Some("header_missing" | "kind_unknown" | "kind_wrong" | "columns_missing")
        );
        if receipt.outcome == Outcome::Refused && no_list {
            receipt.outcome = Outcome::Empty;
            let hidden = if sheet.hidden { " (bladet är dolt)" } else { "" };
            receipt.reason =
                receipt.reason.take().map(|reason| format!("Bladet lästes inte{hidden}. {reason}"));
        }
    }
}
