//! The history of objects, with what belongs to them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{ROW, ROW_FROM, row};
use crate::{
    areas::audit::{
        labels,
        model::{Cursor, Row},
    },
    db::tenant::TenantTx,
    error::AppResult,
};

/// The ids of the objects and of all that is or was a part of them, by the parents that the labels state.
pub(in super::super) async fn list_object_ids(
    tx: &mut TenantTx,
    objects: &[(&str, Uuid)],
) -> AppResult<Vec<Uuid>> {
    let mut ids: Vec<Uuid> = objects.iter().map(|(_, id)| *id).collect();
    let mut query = QueryBuilder::new("");
    let mut is_first = true;
    for (table, id) in objects {
        for (part, column) in labels::parts_of(table) {
            query.push(if is_first { "" } else { " union " });
            is_first = false;
            query.push(format_args!("(select id from {} where {column} = ", part.name)).push_bind(*id);
            // What was removed is known by its last state. The tables of parts are small; the index on removals leads there.
            query
                .push(") union (select object_id from history where op = 'D' and table_name = ")
                .push_bind(part.name);
            query.push(format_args!(" and old ->> '{column}' = ")).push_bind(id.to_string()).push(")");
        }
    }
    if !is_first {
        ids.extend(query.build_query_scalar::<Uuid>().fetch_all(&mut **tx).await?);
    }
    Ok(ids)
}

/// What happened to the objects, newest first, from a place on.
pub(in super::super) async fn list_rows_of(
    tx: &mut TenantTx,
    ids: &[Uuid],
    before: Option<Cursor>,
    limit: i64,
) -> AppResult<Vec<Row>> {
    let mut query = QueryBuilder::new("select ");
    query.push(ROW).push(ROW_FROM).push("where h.object_id = any(").push_bind(ids).push(")");
    if let Some(c) = before {
        query.push(" and (h.at, h.id) < (").push_bind(c.at).push(", ").push_bind(c.id).push(")");
    }
    query.push(" order by h.at desc, h.id desc limit ").push_bind(limit);
    query.build().fetch_all(&mut **tx).await?.iter().map(row).collect()
}

/// What a change set changed, newest first, from a place on.
pub(in super::super) async fn list_rows_of_set(
    tx: &mut TenantTx,
    set: Uuid,
    before: Option<i64>,
    limit: i64,
) -> AppResult<Vec<Row>> {
    let mut query = QueryBuilder::new("select ");
    query.push(ROW).push(ROW_FROM).push("where h.change_set_id = ").push_bind(set);
    if let Some(id) = before {
        query.push(" and h.id < ").push_bind(id);
    }
    query.push(" order by h.id desc limit ").push_bind(limit);
    query.build().fetch_all(&mut **tx).await?.iter().map(row).collect()
}

/// The newest history row of each object: what it is called now, or was called last.
pub(in super::super) async fn list_last_rows(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Row>> {
    let mut query = QueryBuilder::new("select distinct on (h.object_id) ");
    query.push(ROW).push(ROW_FROM).push("where h.object_id = any(").push_bind(ids);
    query.push(") order by h.object_id, h.id desc");
    query.build().fetch_all(&mut **tx).await?.iter().map(row).collect()
}
