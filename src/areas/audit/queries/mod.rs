//! The area's SQL: the history of objects, the log, the log of reads, the hash chain.

mod access;
mod log;
mod objects;
mod seals;

pub(super) use access::*;
pub(super) use log::*;
pub(super) use objects::*;
pub(super) use seals::*;

use serde_json::{Map, Value};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::model::{Cursor, Op, Row, SetHead};
use crate::error::{AppError, AppResult};

/// The columns that [`row`] reads, of `history h left join change_set c`.
const ROW: &str = "h.at, h.id, h.table_name, h.object_id, h.op::text as op, h.old, h.new, h.user_id, h.actor, h.purpose, \
                   c.id as set_id, c.kind as set_kind, c.label as set_label, c.undone_at as set_undone_at";

/// How [`ROW`] is joined.
const ROW_FROM: &str = " from history h left join change_set c on c.id = h.change_set_id ";

/// A row of the history.
fn row(r: &PgRow) -> AppResult<Row> {
    let object = |v: Option<Value>| match v {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    };
    let op: String = r.try_get("op")?;
    let set = match r.try_get::<Option<Uuid>, _>("set_id")? {
        None => None,
        Some(id) => Some(SetHead {
            id,
            kind: r.try_get("set_kind")?,
            label: r.try_get("set_label")?,
            undone_at: r.try_get("set_undone_at")?,
        }),
    };
    Ok(Row {
        cursor: Cursor { at: r.try_get("at")?, id: r.try_get("id")? },
        table: r.try_get("table_name")?,
        object_id: r.try_get("object_id")?,
        op: Op::from_code(&op).ok_or_else(|| AppError::broken("an unknown kind of change in the history"))?,
        old: object(r.try_get("old")?),
        new: object(r.try_get("new")?),
        user_id: r.try_get("user_id")?,
        actor: r.try_get("actor")?,
        purpose: r.try_get("purpose")?,
        set,
    })
}
