//! What an import of a list compares with, and what it leaves behind.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::model::SystemFields;
use crate::{db::tenant::TenantTx, error::AppResult};

/// A row of a unit's list, taken in before.
#[derive(Clone, Debug)]
pub struct KnownSource {
    /// Identity.
    pub id: Uuid,
    /// The unit whose list it was.
    pub unit_id: Option<Uuid>,
    /// By which the row is known again.
    pub row_key: String,
    /// The system that it became, wherever that has been merged to since.
    pub system_id: Uuid,
    /// The file it was last in.
    pub file_name: String,
    /// Its sheet.
    pub sheet: String,
    /// What it said.
    pub said: Value,
}

/// The rows of the lists of units, taken in before; `None` among them stands for lists of the whole municipality.
pub async fn list_known_sources(tx: &mut TenantTx, units: &[Option<Uuid>]) -> AppResult<Vec<KnownSource>> {
    let ids: Vec<Uuid> = units.iter().copied().flatten().collect();
    let whole = units.contains(&None);
    Ok(sqlx::query_as!(
        KnownSource,
        "select id, unit_id, row_key, system_id, file_name, sheet, said from system_source
         where unit_id = any($1) or ($2 and unit_id is null) order by id",
        &ids,
        whole
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A system, as far as an import compares with it.
#[derive(Clone, Debug)]
pub struct KnownSystem {
    /// Identity.
    pub id: Uuid,
    /// Its version.
    pub version: i32,
    /// What is said about it.
    pub fields: SystemFields,
    /// The keys of its names.
    pub name_keys: Vec<String>,
    /// Its function areas.
    pub areas: Vec<String>,
}

/// Systems that are not merged into another: those named, and those that units answer for.
pub async fn list_known_systems(
    tx: &mut TenantTx,
    ids: &[Uuid],
    units: &[Uuid],
) -> AppResult<Vec<KnownSystem>> {
    let rows = sqlx::query!(
        r#"select s.id, s.version, to_jsonb(s) - 'secret_note' as "fields!: Json<SystemFields>",
                  array(select s.name_key union select a.name_key from system_alias a where a.system_id = s.id) as "name_keys!",
                  array(select a.name from system_function_area l join function_area a on a.id = l.function_area_id
                        where l.system_id = s.id) as "areas!"
           from it_system s where (s.id = any($1) or s.owner_unit_id = any($2)) and s.merged_into_id is null order by s.number"#,
        ids,
        units
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| KnownSystem {
            id: r.id,
            version: r.version,
            fields: r.fields.0,
            name_keys: r.name_keys,
            areas: r.areas,
        })
        .collect())
}

/// Where a row was taken in from.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Identity: that of the source there is, or a new one.
    pub id: Uuid,
    /// The system.
    pub system_id: Uuid,
    /// The unit whose list it is.
    pub unit_id: Option<Uuid>,
    /// By which the row is known again.
    pub row_key: String,
    /// The record number.
    pub row_no: i32,
    /// What it said.
    pub said: Value,
}

/// The file that rows came from.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// The run.
    pub run_id: Uuid,
    /// The file's name.
    pub file_name: &'a str,
    /// The sheet.
    pub sheet: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// Notes where rows came from; a row known before gets its new place.
pub async fn upsert_sources(tx: &mut TenantTx, file: SourceFile<'_>, sources: &[NewSource]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = sources.iter().map(|s| s.id).collect();
    let systems: Vec<Uuid> = sources.iter().map(|s| s.system_id).collect();
    let units: Vec<Option<Uuid>> = sources.iter().map(|s| s.unit_id).collect();
    let keys: Vec<String> = sources.iter().map(|s| s.row_key.clone()).collect();
    let rows: Vec<i32> = sources.iter().map(|s| s.row_no).collect();
    let said: Vec<Value> = sources.iter().map(|s| s.said.clone()).collect();
    sqlx::query!(
        "insert into system_source (tenant_id, id, system_id, unit_id, row_key, import_run_id, file_name, sheet, row_no, said, taken_in_at)
         select $1, n.id, n.system_id, n.unit_id, n.row_key, $8, $9, $10, n.row_no, n.said, $11
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int4[], $7::jsonb[]) as n (id, system_id, unit_id, row_key, row_no, said)
         on conflict (tenant_id, id) do update set row_key = excluded.row_key, import_run_id = excluded.import_run_id,
            file_name = excluded.file_name, sheet = excluded.sheet, row_no = excluded.row_no, said = excluded.said,
            taken_in_at = excluded.taken_in_at, missing_since = null",
        tenant,
        &ids,
        &systems,
        &units as &[Option<Uuid>],
        &keys,
        &rows,
        &said,
        file.run_id,
        file.file_name,
        file.sheet,
        file.at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that rows are not in their unit's newest list. What was noted before keeps its day. The answer counts those noted.
pub async fn update_missing(tx: &mut TenantTx, sources: &[Uuid], at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update system_source set missing_since = $2 where id = any($1) and missing_since is null",
        sources,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A role held on a system now.
#[derive(Clone, Debug)]
pub struct HeldRole {
    /// The system.
    pub system_id: Uuid,
    /// The role.
    pub role: String,
    /// The person.
    pub person_id: Option<Uuid>,
    /// The name as text.
    pub holder_text: String,
}

/// The roles that systems have an open holder of.
pub async fn list_held_roles(tx: &mut TenantTx, systems: &[Uuid]) -> AppResult<Vec<HeldRole>> {
    Ok(sqlx::query_as!(
        HeldRole,
        r#"select system_id as "system_id!", role, person_id, holder_text from role_assignment
           where system_id = any($1) and not is_deputy and valid_to is null order by id"#,
        systems
    )
    .fetch_all(&mut **tx)
    .await?)
}
