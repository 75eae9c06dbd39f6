//! The area's SQL: tables and columns from the catalogue, so that a new table is in the export without being told.

use futures_util::Stream;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::{db::tenant::TenantTx, error::AppResult};

/// The municipality's tables.
pub async fn list_tables(tx: &mut TenantTx) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select c.relname::text as "name!" from pg_class c
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity
           order by 1"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A table's columns but the municipality's own id.
pub async fn list_columns(tx: &mut TenantTx, table: &str) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select attname::text as "name!" from pg_attribute
           where attrelid = format('public.%I', $1::text)::regclass and attnum > 0 and not attisdropped and attname <> 'tenant_id'
           order by attnum"#,
        table
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A table's rows, one by one, as objects of the columns. `table` and `columns` come from the catalogue.
pub fn rows<'t>(
    tx: &'t mut TenantTx,
    table: &str,
    columns: &[String],
) -> impl Stream<Item = sqlx::Result<Value>> + Unpin + 't {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let columns: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    // Rows in the order of their ids: two exports of the same state are the same files.
    let sql = format!(
        "select to_jsonb(r) from (select {} from public.{} order by id) r",
        columns.join(", "),
        quoted(table)
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch(&mut **tx)
}
