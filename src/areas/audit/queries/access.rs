//! The log of reads and exports.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{QueryBuilder, Row as _};
use uuid::Uuid;

use crate::{areas::audit::AccessKind, db::tenant::TenantTx, error::AppResult};

/// Appends to the log of reads and exports.
pub(in super::super) async fn insert_access(
    tx: &mut TenantTx,
    kind: AccessKind,
    (object_kind, object_id): (&str, Option<Uuid>),
    detail: Value,
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    sqlx::query!(
        "insert into access_log (tenant_id, id, user_id, actor, kind, object_kind, object_id, detail, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        crate::ids::new_id(),
        actor.user_id,
        actor.name,
        kind.code(),
        object_kind,
        object_id,
        detail,
        actor.request_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What to show of the log of reads and exports.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct AccessFilter {
    pub user: Option<Uuid>,
    pub by_system: bool,
    pub object: Option<Uuid>,
    pub kind: Option<AccessKind>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// A read or an export.
#[derive(Clone, Debug)]
pub(in super::super) struct AccessRow {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub user_id: Option<Uuid>,
    pub actor: String,
    pub kind: String,
    pub object_kind: String,
    pub object_id: Option<Uuid>,
    pub detail: Value,
}

/// Reads and exports, newest first, from a place on: the moment and the id of the last one shown.
pub(in super::super) async fn list_access(
    tx: &mut TenantTx,
    filter: &AccessFilter,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> AppResult<Vec<AccessRow>> {
    let mut query = QueryBuilder::new(
        "select id, at, user_id, actor, kind, object_kind, object_id, detail from access_log where true",
    );
    if let Some(user) = filter.user {
        query.push(" and user_id = ").push_bind(user);
    }
    if filter.by_system {
        query.push(" and user_id is null");
    }
    if let Some(object) = filter.object {
        query.push(" and object_id = ").push_bind(object);
    }
    if let Some(kind) = filter.kind {
        query.push(" and kind = ").push_bind(kind.code());
    }
    if let Some(from) = filter.from {
        query.push(" and at >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and at < ").push_bind(until);
    }
    if let Some((at, id)) = before {
        query.push(" and (at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    query.push(" order by at desc, id desc limit ").push_bind(limit);
    let mut rows = Vec::new();
    for r in query.build().fetch_all(&mut **tx).await? {
        rows.push(AccessRow {
            id: r.try_get("id")?,
            at: r.try_get("at")?,
            user_id: r.try_get("user_id")?,
            actor: r.try_get("actor")?,
            kind: r.try_get("kind")?,
            object_kind: r.try_get("object_kind")?,
            object_id: r.try_get("object_id")?,
            detail: r.try_get("detail")?,
        });
    }
    Ok(rows)
}
