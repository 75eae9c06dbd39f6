//! What is kept of a run's rows, and which of them an object of the register came from.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::areas::imports::kinds::RowOutcome;
use crate::areas::imports::model::{KeptFault, KeptRow};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;

/// Replaces what is kept of a run's rows.
pub async fn replace_rows(tx: &mut TenantTx, run_id: Uuid, rows: &[KeptRow]) -> AppResult<()> {
    sqlx::query!("delete from import_row where run_id = $1", run_id).execute(&mut **tx).await?;
    let tenant = tx.tenant_id();
    for rows in rows.chunks(5_000) {
        let ids: Vec<Uuid> = rows.iter().map(|_| new_id()).collect();
        let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
        let outcomes: Vec<String> = rows.iter().map(|row| row.outcome.code().to_owned()).collect();
        let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
        let faults =
            rows.iter().map(|row| serde_json::to_value(&row.faults)).collect::<Result<Vec<Value>, _>>()?;
        let warnings =
            rows.iter().map(|row| serde_json::to_value(&row.warnings)).collect::<Result<Vec<Value>, _>>()?;
        let objects: Vec<Option<Uuid>> = rows.iter().map(|row| row.object_id).collect();
        sqlx::query!(
            "insert into import_row (tenant_id, id, run_id, row_no, outcome, label, faults, warnings, object_id)
             select $1, r.id, $2, r.row_no, r.outcome, r.label, r.faults, r.warnings, r.object_id
             from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::uuid[])
                 as r (id, row_no, outcome, label, faults, warnings, object_id)",
            tenant,
            run_id,
            &ids,
            &numbers,
            &outcomes,
            &labels,
            &faults,
            &warnings,
            &objects as &[Option<Uuid>]
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Which rows of a run are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowFilter {
    /// All.
    #[default]
    All,
    /// Those that became this.
    Outcome(RowOutcome),
    /// Those with a warning.
    Warned,
}

impl RowFilter {
    /// The filter of a word in the address.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "warned" => Self::Warned,
            other => RowOutcome::parse(other).map_or(Self::All, Self::Outcome),
        }
    }

    /// The word in the address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Warned => "warned",
            Self::Outcome(outcome) => outcome.code(),
        }
    }
}

/// Rows of a run, in the order of the file.
pub async fn list_rows(
    tx: &mut TenantTx,
    run_id: Uuid,
    filter: RowFilter,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<KeptRow>> {
    let rows = sqlx::query!(
        r#"select row_no, outcome, label, faults as "faults: Json<Vec<KeptFault>>", warnings as "warnings: Json<Vec<KeptFault>>", object_id
           from import_row
           where run_id = $1 and ($2 = '' or ($2 = 'warned' and warnings <> '[]') or outcome = $2)
           order by row_no limit $3 offset $4"#,
        run_id,
        filter.word(),
        limit,
        offset
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(KeptRow {
                row: row.row_no,
                outcome: RowOutcome::parse(&row.outcome)?,
                label: row.label,
                faults: row.faults.0,
                warnings: row.warnings.0,
                object_id: row.object_id,
            })
        })
        .collect())
}

/// How many rows of a run a filter shows.
pub async fn count_rows(tx: &mut TenantTx, run_id: Uuid, filter: RowFilter) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from import_row
           where run_id = $1 and ($2 = '' or ($2 = 'warned' and warnings <> '[]') or outcome = $2)"#,
        run_id,
        filter.word()
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Where an object of the register came from, latest first.
#[derive(Debug, Clone)]
pub struct Source {
    /// The object.
    pub object_id: Uuid,
    /// The run.
    pub run_id: Uuid,
    /// The file's name.
    pub file: String,
    /// The sheet.
    pub sheet: String,
    /// The record number.
    pub row: i32,
}

/// The latest row that each object came from.
pub async fn list_sources_of(tx: &mut TenantTx, objects: &[Uuid]) -> AppResult<Vec<Source>> {
    Ok(sqlx::query_as!(
        Source,
        r#"select distinct on (i.object_id) i.object_id as "object_id!", r.id as run_id, f.name as file, r.sheet, i.row_no as row
           from import_row i join import_run r on r.tenant_id = i.tenant_id and r.id = i.run_id
           join import_file f on f.tenant_id = r.tenant_id and f.id = r.file_id
           left join change_set c on c.tenant_id = r.tenant_id and c.id = r.change_set_id
           where i.object_id = any($1) and r.state = 'taken_in' and c.undone_at is null and i.outcome in ('new', 'changed', 'unchanged')
           order by i.object_id, r.taken_in_at desc, i.row_no"#,
        objects
    )
    .fetch_all(&mut **tx)
    .await?)
}
