//! The runs: one sheet of a file on its way into the register, or taken in.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use crate::areas::imports::model::{Counts, Facts, Run, State};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;

/// Lets one import at a time write in a municipality.
pub async fn lock(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query(
        "select pg_advisory_xact_lock(hashtextextended('import:' || current_setting('app.tenant_id'), 0))",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A run to be.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// The file.
    pub file_id: Uuid,
    /// The sheet.
    pub sheet: &'a str,
    /// The kind's code.
    pub kind: &'a str,
    /// Who sends such files.
    pub source: &'a str,
    /// The unit whose list it is.
    pub unit_id: Option<Uuid>,
    /// The month it is of.
    pub period: Option<NaiveDate>,
    /// When it arrived.
    pub received_on: NaiveDate,
    /// Which column is which field.
    pub mapping: &'a BTreeMap<String, usize>,
    /// About the table.
    pub facts: &'a Facts,
    /// Where it stands.
    pub state: State,
}

/// Begins a run.
pub async fn insert_run(tx: &mut TenantTx, run: &NewRun<'_>, now: DateTime<Utc>) -> AppResult<Uuid> {
    let id = new_id();
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    sqlx::query!(
        "insert into import_run (tenant_id, id, file_id, sheet, kind, source, unit_id, period, received_on, state, mapping, facts,
             created_at, created_by, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        tenant,
        id,
        run.file_id,
        run.sheet,
        run.kind,
        run.source,
        run.unit_id,
        run.period,
        run.received_on,
        run.state.code(),
        serde_json::to_value(run.mapping)?,
        serde_json::to_value(run.facts)?,
        now,
        actor.user_id,
        actor.name
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Sets where a run stands, and why it failed if it did.
pub async fn update_state(tx: &mut TenantTx, id: Uuid, state: State, failure: &str) -> AppResult<()> {
    sqlx::query!("update import_run set state = $2, failure = $3 where id = $1", id, state.code(), failure)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Sets the mapping.
pub async fn update_mapping(
    tx: &mut TenantTx,
    id: Uuid,
    mapping: &BTreeMap<String, usize>,
    facts: &Facts,
) -> AppResult<()> {
    sqlx::query!(
        "update import_run set mapping = $2, facts = $3 where id = $1",
        id,
        serde_json::to_value(mapping)?,
        serde_json::to_value(facts)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets what the rows became.
pub async fn update_counts(tx: &mut TenantTx, id: Uuid, counts: Counts) -> AppResult<()> {
    sqlx::query!(
        "update import_run set rows_read = $2, rows_new = $3, rows_changed = $4, rows_unchanged = $5, rows_missing = $6,
             rows_refused = $7, rows_duplicate = $8
         where id = $1",
        id,
        counts.read,
        counts.new,
        counts.changed,
        counts.unchanged,
        counts.missing,
        counts.refused,
        counts.duplicate
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a run has been taken in.
pub async fn update_taken_in(
    tx: &mut TenantTx,
    id: Uuid,
    change_set_id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let by = tx.actor().name.clone();
    sqlx::query!(
        "update import_run set state = 'taken_in', failure = '', taken_in_at = $2, taken_in_by = $3, change_set_id = $4 where id = $1",
        id,
        now,
        by,
        change_set_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Throws a run away, and its file where no other run needs it.
pub async fn delete_run(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let file = sqlx::query_scalar!("delete from import_run where id = $1 returning file_id", id)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(file) = file {
        sqlx::query!("delete from import_file f where f.id = $1 and not exists (select 1 from import_run r where r.file_id = f.id)", file)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Runs that were begun before a moment and never taken in.
pub async fn list_abandoned(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from import_run where taken_in_at is null and created_at < $1", before)
        .fetch_all(&mut **tx)
        .await?)
}

struct RunRow {
    id: Uuid,
    file_id: Uuid,
    file_name: String,
    file_size: i32,
    has_content: bool,
    sheet: String,
    kind: String,
    source: String,
    unit_id: Option<Uuid>,
    unit_name: Option<String>,
    period: Option<NaiveDate>,
    received_on: NaiveDate,
    state: String,
    mapping: Json<BTreeMap<String, usize>>,
    facts: Json<Facts>,
    rows_read: i32,
    rows_new: i32,
    rows_changed: i32,
    rows_unchanged: i32,
    rows_missing: i32,
    rows_refused: i32,
    rows_duplicate: i32,
    failure: String,
    created_at: DateTime<Utc>,
    actor: String,
    taken_in_at: Option<DateTime<Utc>>,
    taken_in_by: Option<String>,
    change_set_id: Option<Uuid>,
    undone_at: Option<DateTime<Utc>>,
}

impl From<RunRow> for Run {
    fn from(row: RunRow) -> Self {
        Self {
            id: row.id,
            file_id: row.file_id,
            file_name: row.file_name,
            file_size: row.file_size,
            has_content: row.has_content,
            sheet: row.sheet,
            kind: row.kind,
            source: row.source,
            unit_id: row.unit_id,
            unit_name: row.unit_name,
            period: row.period,
            received_on: row.received_on,
            state: State::parse(&row.state),
            mapping: row.mapping.0,
            facts: row.facts.0,
            counts: Counts {
                read: row.rows_read,
                new: row.rows_new,
                changed: row.rows_changed,
                unchanged: row.rows_unchanged,
                missing: row.rows_missing,
                refused: row.rows_refused,
                duplicate: row.rows_duplicate,
            },
            failure: row.failure,
            created_at: row.created_at,
            actor: row.actor,
            taken_in_at: row.taken_in_at,
            taken_in_by: row.taken_in_by,
            change_set_id: row.change_set_id,
            undone_at: row.undone_at,
        }
    }
}

/// Which runs a list shows.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// These kinds.
    pub kinds: Vec<String>,
    /// One run only.
    pub id: Option<Uuid>,
    /// The runs of one file.
    pub file_id: Option<Uuid>,
    /// Text in the names of file and source.
    pub search: String,
    /// In this state; `undone` for those taken back.
    pub state: String,
}

/// Runs, newest first.
pub async fn list_runs(
    tx: &mut TenantTx,
    filter: &RunFilter,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<Run>> {
    let rows = sqlx::query_as!(
        RunRow,
        r#"select r.id, r.file_id, f.name as file_name, f.size as file_size, f.content is not null as "has_content!", r.sheet, r.kind, r.source,
                  r.unit_id, u.name as "unit_name?", r.period, r.received_on, r.state,
                  r.mapping as "mapping: Json<BTreeMap<String, usize>>", r.facts as "facts: Json<Facts>",
                  r.rows_read, r.rows_new, r.rows_changed, r.rows_unchanged, r.rows_missing, r.rows_refused, r.rows_duplicate,
                  r.failure, r.created_at, r.actor, r.taken_in_at, r.taken_in_by, r.change_set_id, c.undone_at as "undone_at?"
           from import_run r join import_file f on f.tenant_id = r.tenant_id and f.id = r.file_id
           left join org_unit u on u.tenant_id = r.tenant_id and u.id = r.unit_id
           left join change_set c on c.tenant_id = r.tenant_id and c.id = r.change_set_id
           where r.kind = any($1) and ($2::uuid is null or r.id = $2) and ($3::uuid is null or r.file_id = $3)
             and ($4 = '' or concat_ws(' ', f.name, r.sheet, r.source) ilike '%' || $4 || '%')
             and ($5 = '' or ($5 = 'undone' and c.undone_at is not null) or (r.state = $5 and c.undone_at is null))
           order by r.created_at desc, r.id desc limit $6 offset $7"#,
        &filter.kinds,
        filter.id,
        filter.file_id,
        like(&filter.search),
        filter.state,
        limit,
        offset
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Run::from).collect())
}

/// How many runs [`list_runs`] would give without a limit.
pub async fn count_runs(tx: &mut TenantTx, filter: &RunFilter) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!"
           from import_run r join import_file f on f.tenant_id = r.tenant_id and f.id = r.file_id
           left join change_set c on c.tenant_id = r.tenant_id and c.id = r.change_set_id
           where r.kind = any($1) and ($2 = '' or concat_ws(' ', f.name, r.sheet, r.source) ilike '%' || $2 || '%')
             and ($3 = '' or ($3 = 'undone' and c.undone_at is not null) or (r.state = $3 and c.undone_at is null))"#,
        &filter.kinds,
        like(&filter.search),
        filter.state
    )
    .fetch_one(&mut **tx)
    .await?)
}

fn like(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// One run of one of the kinds.
pub async fn find_run(tx: &mut TenantTx, id: Uuid, kinds: &[String]) -> AppResult<Option<Run>> {
    let filter = RunFilter { kinds: kinds.to_vec(), id: Some(id), ..RunFilter::default() };
    Ok(list_runs(tx, &filter, 1, 0).await?.pop())
}
