//! Rows of the history → events in words.

use std::str::FromStr as _;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    labels::{self, Field, Kind, Table},
    model::{Change, Cursor, Event, History, Op, PROTECTED, Part, Row, SetLink, Viewer, What},
    names::{Names, id_of},
};
use crate::{
    db::tenant::TenantTx,
    error::AppResult,
    web::format::{capital, kr_of, moment_of, number_of},
};

/// Columns that every table has and that say nothing.
const BOOKKEEPING: [&str; 3] = ["tenant_id", "id", "version"];

/// Puts rows in words, newest first; rows of one transaction become one event. `limit` is how many rows were wanted: one
/// more than that means that there is more.
pub(super) async fn history(
    tx: &mut TenantTx,
    viewer: &Viewer,
    mut rows: Vec<Row>,
    limit: usize,
) -> AppResult<History> {
    let next = (rows.len() > limit).then(|| rows[limit - 1].cursor.code());
    rows.truncate(limit);
    let names = Names::load(tx, viewer, &rows).await?;
    let mut events: Vec<(Cursor, Event)> = Vec::new();
    for row in &rows {
        let part = part(row, &names, viewer);
        // A change that touched nothing a reader knows of (a sort key) is no event.
        if part.op == Op::Update && part.changes.is_empty() {
            continue;
        }
        let event = event(row, &names, viewer);
        match events.last_mut() {
            Some((at, last)) if at.at == row.cursor.at && last.who == event.who && last.set == event.set => {
                last.parts.push(part);
            }
            _ => events.push((row.cursor, Event { parts: vec![part], ..event })),
        }
    }
    let mut events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    for event in &mut events {
        // Within one act things are told in the order they were done.
        event.parts.reverse();
    }
    Ok(History { events, next })
}

fn event(row: &Row, names: &Names, viewer: &Viewer) -> Event {
    Event {
        at: row.cursor.at,
        who: names.user(row.user_id, &row.actor),
        purpose: row.purpose.as_deref().map(|text| names.covered(text)),
        set: row.set.as_ref().map(|set| SetLink {
            label: names.covered(&set.label),
            href: format!("/{}/audit/change-sets/{}", viewer.slug, set.id),
            undone_at: set.undone_at,
            rows: None,
        }),
        parts: Vec::new(),
    }
}

/// What happened to one row.
pub(super) fn part(row: &Row, names: &Names, viewer: &Viewer) -> Part {
    let Some(table) = labels::find(&row.table) else {
        return Part { op: row.op, noun: "uppgift", title: String::new(), href: None, changes: Vec::new() };
    };
    let hides = |state: &Map<String, Value>| {
        table.person.and_then(|p| id_of(state.get(p))).is_some_and(|p| names.hides(p))
    };
    let hidden = hides(&row.old) || hides(&row.new) || names.hides_row(row.object_id);
    // Whoever a row is tied to is known; a text beside, and what somebody has said, may name anybody.
    let is_free = |state: &Map<String, Value>| {
        table.is_spoken || table.person.is_none_or(|p| id_of(state.get(p)).is_none())
    };
    let is_free = (is_free(&row.old) && !row.old.is_empty()) || (is_free(&row.new) && !row.new.is_empty());
    let changes = row
        .changed()
        .filter(|c| !BOOKKEEPING.contains(c))
        .filter_map(|column| change(table, column, row, (hidden, is_free), names))
        .collect();
    let title: Vec<String> = table
        .title
        .iter()
        .filter_map(|column| {
            let field = table.field(column)?;
            if hidden && field.personal {
                return Some(PROTECTED.to_owned());
            }
            let text = words(field.kind, row.state().get(*column)?, names)?;
            let hides = is_free && is_text(field.kind) && names.hides_text(&text);
            Some(if hides { PROTECTED.to_owned() } else { text })
        })
        .collect();
    let mut title = title.join(", ");
    if hidden && title.contains(PROTECTED) {
        PROTECTED.clone_into(&mut title);
    }
    Part { op: row.op, noun: table.noun, title, href: href(table, row, viewer), changes }
}

/// The page of the row, else of the first object it is a part of.
fn href(table: &Table, row: &Row, viewer: &Viewer) -> Option<String> {
    if !table.path.is_empty() {
        return (row.op != Op::Delete).then(|| format!("/{}/{}/{}", viewer.slug, table.path, row.object_id));
    }
    table.parents.iter().find_map(|parent| {
        let id = id_of(row.state().get(parent.column))?;
        Some(format!("/{}/{}/{id}", viewer.slug, labels::find(parent.table)?.path))
    })
}

/// Whether a field holds what somebody wrote.
fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::List)
}

fn change(
    table: &Table,
    column: &str,
    row: &Row,
    (hidden, is_free): (bool, bool),
    names: &Names,
) -> Option<Change> {
    let (old, new) = (row.old.get(column), row.new.get(column));
    let unnamed = Field { column: "", label: "", kind: Kind::Text, personal: table.person.is_some() };
    let field = table.field(column).unwrap_or(&unnamed);
    if matches!(field.kind, Kind::Hidden) {
        return None;
    }
    let label =
        if field.label.is_empty() { capital(&column.replace('_', " ")) } else { field.label.to_owned() };
    let is_binary = |v: Option<&Value>| v.and_then(Value::as_str).is_some_and(|s| s.starts_with("\\x"));
    let is_secret =
        matches!(field.kind, Kind::Secret) || (field.column.is_empty() && (is_binary(old) || is_binary(new)));
    let say = |value: Option<&Value>| value.and_then(|v| words(field.kind, v, names));
    let (from, to) = (say(old), say(new));
    // A row that is new or gone tells what it held, not what it lacked.
    let is_nothing = |v: Option<&Value>| {
        v.is_none_or(|v| v.is_null() || *v == Value::Bool(false) || v.as_str() == Some(""))
    };
    if row.op != Op::Update && is_nothing(old) && is_nothing(new) {
        return None;
    }
    let is_secret = is_secret || (names.masks_persons && field.personal && is_text(field.kind));
    let what = if is_secret {
        What::Secret
    } else if hidden && field.personal
        || is_text(field.kind)
            && [&from, &to]
                .into_iter()
                .flatten()
                .any(|text| names.hides_number(text) || (is_free && names.hides_text(text)))
    {
        What::Protected
    } else {
        What::Shown { from, to }
    };
    Some(Change { label, what })
}

/// A value in words; `None` = empty.
fn words(kind: Kind, value: &Value, names: &Names) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(s) if s.is_empty() => return None,
        Value::String(s) => s.clone(),
        Value::Bool(true) => "Ja".to_owned(),
        Value::Bool(false) => "Nej".to_owned(),
        Value::Number(n) => n.to_string(),
        Value::Array(items) => {
            items.iter().filter_map(|v| words(Kind::Text, v, names)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) => map
            .iter()
            .filter_map(|(k, v)| Some(format!("{k}: {}", words(Kind::Text, v, names)?)))
            .collect::<Vec<_>>()
            .join(", "),
    };
    if text.is_empty() {
        return None;
    }
    Some(match kind {
        Kind::Text | Kind::Date | Kind::YesNo | Kind::List | Kind::Secret | Kind::Hidden => text,
        Kind::Number => Decimal::from_str(&text).map_or(text, number_of),
        Kind::Amount => Decimal::from_str(&text).map_or(text, kr_of),
        Kind::Moment => {
            DateTime::parse_from_rfc3339(&text).map_or(text, |t| moment_of(t.with_timezone(&Utc)))
        }
        Kind::Codes(list) => {
            list.iter().find(|(code, _)| *code == text).map_or(text, |(_, label)| (*label).to_owned())
        }
        Kind::Ref(_) => id_of(Some(value)).map_or(text, |id| names.row(id)),
        Kind::User => names.user(id_of(Some(value)), ""),
    })
}
