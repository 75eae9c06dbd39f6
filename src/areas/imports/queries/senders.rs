//! What is known of those who send files: how their columns were mapped before, and the units that a list can be of.

use std::collections::BTreeMap;

use sqlx::types::Json;
use uuid::Uuid;

use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;

/// How a source's headers were mapped before.
pub async fn find_mapping(
    tx: &mut TenantTx,
    kind: &str,
    source: &str,
) -> AppResult<BTreeMap<String, String>> {
    let headers = sqlx::query_scalar!(
        r#"select headers as "headers: Json<BTreeMap<String, String>>" from import_mapping where kind = $1 and source = $2"#,
        kind,
        source
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(headers.map(|headers| headers.0).unwrap_or_default())
}

/// Remembers how a source's headers are mapped, besides those remembered before.
pub async fn upsert_mapping(
    tx: &mut TenantTx,
    kind: &str,
    source: &str,
    headers: &BTreeMap<String, String>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into import_mapping (tenant_id, id, kind, source, headers) values ($1, $2, $3, $4, $5)
         on conflict on constraint import_mapping_source_key do update set headers = import_mapping.headers || excluded.headers",
        tenant,
        new_id(),
        kind,
        source,
        serde_json::to_value(headers)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sources that files have come from, for the upload form.
pub async fn list_sources(tx: &mut TenantTx) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!("select distinct source from import_run where source <> '' order by 1 limit 200")
        .fetch_all(&mut **tx)
        .await?)
}

/// Units with an own list: id, name.
pub async fn list_units(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    Ok(sqlx::query!(
        "select id, name from org_unit where kind in ('kommun', 'namnd', 'forvaltning', 'bolag') order by name, id limit 1000"
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|row| (row.id, row.name))
    .collect())
}

/// The unit of a code.
pub async fn find_unit(tx: &mut TenantTx, code: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from org_unit where code = $1", code).fetch_optional(&mut **tx).await?)
}
