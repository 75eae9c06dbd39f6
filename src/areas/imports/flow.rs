//! The steps from bytes to rows taken in, the same for pages, jobs and the command.

use axum::body::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::cover::Cover;
use super::kinds::{Kind, Kinds, Prepared, Report, RowOutcome};
use super::model::{Counts, KeptRow, Run, State};
use super::queries::{self, TakenBefore};
use super::{ImportContext, as_of, plan};
use crate::areas::watch;
use crate::crypto::Keys;
use crate::db::change_set;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::jobs::Enqueue;
use crate::tabular::check::Reading;
use crate::tabular::{Book, Limits, Mapping, Refusal, Sheet, Table, read};
use crate::web::format::moment_of;

/// What the steps work with.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The kinds there are.
    pub kinds: Kinds,
    /// Keys for secret columns.
    pub keys: Keys,
    /// Today in Sweden.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What the sender told about a file.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Who sends such files.
    pub source: String,
    /// The unit whose list it is.
    pub unit_id: Option<Uuid>,
    /// The first day of the month that it is of.
    pub period: Option<NaiveDate>,
    /// When it arrived; today when nothing is said.
    pub received: Option<NaiveDate>,
}

/// The hash by which a file is known again.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Reads a file beside the work of the server, which must not stand still meanwhile.
///
/// # Errors
/// The inner refusal is the file's; the outer failure is ours.
pub async fn open(bytes: impl Into<Bytes>) -> AppResult<Result<Book, Refusal>> {
    let bytes = bytes.into();
    tokio::task::spawn_blocking(move || read(&bytes, &Limits::default()))
        .await
        .map_err(|error| AppError::internal("reading a file", error))
}

/// The sentence for a file that was taken in before.
#[must_use]
pub fn taken_before(before: &TakenBefore) -> String {
    let name = &before.file_name;
    let by = if before.by.is_empty() { String::new() } else { format!(" av {}", before.by) };
    format!(
        "Filen är redan inläst: samma innehåll lästes in {}{by} som ”{name}”. Ingenting lästes in igen.",
        moment_of(before.at)
    )
}

/// The sentence for a file that waits already, told of in the same words.
#[must_use]
pub fn waits_already(run: &Run) -> String {
    format!(
        "Filen väntar redan: samma innehåll skickades in {} av {} som ”{}”. Läs in eller kasta den där.",
        moment_of(run.created_at),
        run.actor,
        run.file_name
    )
}

/// Carries a run's rows out in the open transaction: everything but noting the outcome. What comes of each row is told without
/// anything of persons with protected identity, with a label for each row.
pub async fn carry_out(
    tx: &mut TenantTx,
    run: &RunOf<'_>,
    table: &Table<'_>,
    mapping: &Mapping,
    around: &Surroundings,
) -> AppResult<(Report, Vec<String>)> {
    let received = run.told.received.unwrap_or(around.today);
    let titles = table.titles();
    let of_day = as_of::find(&titles, &[run.file_name, run.sheet], received);
    let near = of_day.or(run.told.period.map(as_of::last_of_month)).unwrap_or(received);
    let reading = Reading::of(table, mapping, run.kind.vocabulary, near);
    let ctx = ImportContext {
        run_id: run.id,
        file_name: run.file_name.to_owned(),
        sheet: run.sheet.to_owned(),
        source: run.told.source.clone(),
        unit_id: run.told.unit_id,
        period: run.told.period,
        received,
        as_of: of_day,
        titles,
        notes: table.notes.iter().map(|(_, text)| text.clone()).collect(),
        today: around.today,
        now: around.now,
        keys: around.keys.clone(),
        refused: Vec::new(),
    };
    let mut report = run.kind.take_in(tx, &Prepared { table, mapping, reading: &reading }, &ctx).await?;
    // As the register stands afterwards, so that what the file itself says of protection counts.
    let cover = Cover::load(tx, (table, mapping, run.kind), (&around.keys, around.today)).await?;
    cover.report(&mut report);
    let labels = table.rows.iter().map(|row| cover.label(row)).collect();
    Ok((report, labels))
}

/// What a run is of.
#[derive(Debug)]
pub struct RunOf<'a> {
    /// Its id.
    pub id: Uuid,
    /// The kind.
    pub kind: Kind,
    /// The file's name.
    pub file_name: &'a str,
    /// The sheet.
    pub sheet: &'a str,
    /// What was told about the file.
    pub told: &'a Told,
}

/// Takes a run in: change set, rows, receipt, and the watch that looks at what is new. The run must be in the register.
pub async fn take_in(
    tx: &mut TenantTx,
    run: &RunOf<'_>,
    table: &Table<'_>,
    mapping: &Mapping,
    around: &Surroundings,
) -> AppResult<Report> {
    let label = format!("Inläsning: {} ({})", run.file_name, run.kind.name().to_lowercase());
    let set = change_set::open(tx, &format!("import:{}", run.kind.code()), &label).await?;
    let (report, labels) = carry_out(tx, run, table, mapping, around).await?;
    change_set::close(tx).await?;
    crate::areas::after_import(tx, run.kind.code(), around.now, around.today).await?;
    keep(tx, run.id, &report, labels).await?;
    queries::update_taken_in(tx, run.id, set, around.now).await?;
    if !run.told.source.is_empty() {
        let headers = plan::to_remember(&table.header.columns, mapping);
        queries::upsert_mapping(tx, run.kind.code(), &run.told.source, &headers).await?;
    }
    Enqueue::new(&watch::jobs::WatchRun {}, around.now)?.unique("import").in_tenant(tx).await?;
    Ok(report)
}

async fn keep(tx: &mut TenantTx, run_id: Uuid, report: &Report, labels: Vec<String>) -> AppResult<()> {
    let rows: Vec<KeptRow> =
        report.rows.iter().zip(labels).map(|(row, label)| KeptRow::of(row, label)).collect();
    queries::replace_rows(tx, run_id, &rows).await?;
    queries::update_counts(tx, run_id, Counts::of(report)).await
}

/// The sheet of a run in its file.
#[must_use]
pub fn sheet_of<'a>(book: &'a Book, run: &Run) -> Option<&'a Sheet> {
    book.sheets.iter().find(|sheet| sheet.name == run.sheet)
}

/// What a run in the register was told.
#[must_use]
pub fn told_of(run: &Run) -> Told {
    Told {
        source: run.source.clone(),
        unit_id: run.unit_id,
        period: run.period,
        received: Some(run.received_on),
    }
}

/// Opens a run's file again.
async fn reopen(tx: &mut TenantTx, run: &Run) -> AppResult<Book> {
    let (_, bytes) = queries::find_content(tx, run.file_id)
        .await?
        .ok_or_else(|| AppError::rejected("Filens innehåll är borttaget. Skicka filen igen."))?;
    open(bytes).await?.map_err(|refusal| AppError::rejected(refusal.message))
}

/// Tries a run, keeps what its rows would become, and takes everything else back. `tx` is a transaction of its own for
/// the trial; `then` is the one in which the outcome is kept.
pub async fn check(
    mut trial: TenantTx,
    then: &mut TenantTx,
    run: &Run,
    around: &Surroundings,
) -> AppResult<()> {
    let kind = around.kinds.find(&run.kind).ok_or(AppError::NotFound)?;
    let book = reopen(&mut trial, run).await?;
    let sheet = sheet_of(&book, run).ok_or(AppError::NotFound)?;
    let table = Table::read(sheet, kind.vocabulary).map_err(|refusal| AppError::rejected(refusal.message))?;
    let mapping = run.mapping_of(kind.vocabulary);
    let told = told_of(run);
    let of = RunOf { id: run.id, kind, file_name: &run.file_name, sheet: &run.sheet, told: &told };
    let report = carry_out(&mut trial, &of, &table, &mapping, around).await;
    trial.rollback().await?;
    let (mut report, labels) = report?;
    // What would have been created does not exist.
    for row in &mut report.rows {
        if row.outcome == RowOutcome::New {
            row.object_id = None;
        }
    }
    keep(then, run.id, &report, labels).await?;
    queries::update_state(then, run.id, State::Checked, "").await
}

/// Takes a run of the register in.
///
/// # Errors
/// `Rejected` with a sentence when the same file has been taken in meanwhile or the run is not to be taken in.
pub async fn take_in_run(tx: &mut TenantTx, run: &Run, around: &Surroundings) -> AppResult<Report> {
    queries::lock(tx).await?;
    let kind = around.kinds.find(&run.kind).ok_or(AppError::NotFound)?;
    let (_, bytes) = queries::find_content(tx, run.file_id)
        .await?
        .ok_or_else(|| AppError::rejected("Filens innehåll är borttaget. Skicka filen igen."))?;
    if let Some(before) = queries::find_taken_before(tx, &sha256(&bytes), &run.sheet).await? {
        return Err(AppError::rejected(taken_before(&before)));
    }
    let book = open(bytes).await?.map_err(|refusal| AppError::rejected(refusal.message))?;
    let sheet = sheet_of(&book, run).ok_or(AppError::NotFound)?;
    let table = Table::read(sheet, kind.vocabulary).map_err(|refusal| AppError::rejected(refusal.message))?;
    let mapping = run.mapping_of(kind.vocabulary);
    if let Some(refusal) = plan::columns_missing(&table, &mapping, kind) {
        return Err(AppError::rejected(refusal.message));
    }
    let told = told_of(run);
    let of = RunOf { id: run.id, kind, file_name: &run.file_name, sheet: &run.sheet, told: &told };
    take_in(tx, &of, &table, &mapping, around).await
}
