//! The log of reads of personal data and of exports.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{chosen_user, demand_whole, period, query_of, tabs, users};
use crate::{
    areas::audit::{
        AccessKind, Viewer, labels,
        names::{Names, Wanted},
        queries::{self, AccessFilter, AccessRow},
    },
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::Query,
        filters,
        form::Faults,
        format::capital,
        nav::PLACES,
        page::Page,
        page_parts::{Choice, Tab},
    },
};

/// How many rows a page shows.
const PER_PAGE: usize = 100;

/// What the keys of a log line's detail are called.
const DETAILS: [(&str, &str); 8] = [
    ("rows", "rader"),
    ("format", "format"),
    ("columns", "kolumner"),
    ("filters", "filter"),
    ("view", "vy"),
    ("searched", "sökning"),
    ("reason", "skäl"),
    ("field", "uppgift"),
];

/// What is asked for, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    user: String,
    object: String,
    kind: String,
    from: String,
    until: String,
    before: String,
}

/// A line of the log in words.
struct Line {
    at: DateTime<Utc>,
    who: String,
    kind: &'static str,
    object: String,
    href: Option<String>,
    detail: String,
}

#[derive(Template)]
#[template(path = "audit/access.html")]
struct AccessPage {
    page: Page,
    tabs: Vec<Tab>,
    asked: Asked,
    users: Vec<Choice>,
    kinds: Vec<Choice>,
    fault_from: Option<String>,
    fault_until: Option<String>,
    narrowed: bool,
    rows: Vec<Line>,
    next: Option<String>,
}

/// The log.
pub async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> AppResult<Response> {
    demand_whole(&ctx)?;
    let viewer = Viewer::of(&ctx);
    let mut faults = Faults::default();
    let period = period(&mut faults, &asked.from, &asked.until);
    let (user, by_system) = chosen_user(&asked.user);
    let filter = AccessFilter {
        user,
        by_system,
        object: Uuid::parse_str(&asked.object).ok(),
        kind: AccessKind::ALL.iter().map(|(kind, _)| *kind).find(|kind| kind.code() == asked.kind),
        from: period.from,
        until: period.until,
    };
    let mut tx = ctx.begin().await?;
    let mut rows = if faults.is_empty() {
        let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
        queries::list_access(&mut tx, &filter, place(&asked.before), limit).await?
    } else {
        Vec::new()
    };
    let query = query_of(&[
        ("user", &asked.user),
        ("object", &asked.object),
        ("kind", &asked.kind),
        ("from", &asked.from),
        ("until", &asked.until),
    ]);
    let next = (rows.len() > PER_PAGE).then(|| {
        let last = &rows[PER_PAGE - 1];
        format!(
            "{query}{}before={}-{}",
            if query.len() > 1 { "&" } else { "" },
            last.at.timestamp_micros(),
            last.id
        )
    });
    rows.truncate(PER_PAGE);
    let mut wanted = Wanted::default();
    for row in &rows {
        wanted.user(row.user_id);
        if let Some(id) = row.object_id {
            wanted.row(&row.object_kind, id);
        }
    }
    let names = Names::find(&mut tx, &viewer, &wanted).await?;
    let page = AccessPage {
        tabs: tabs(&ctx, true),
        users: users(&mut tx, &viewer).await?,
        kinds: AccessKind::ALL.iter().map(|(kind, label)| Choice::new(kind.code(), *label)).collect(),
        fault_from: faults.of("from").map(str::to_owned),
        fault_until: faults.of("until").map(str::to_owned),
        narrowed: query.len() > 1,
        rows: rows.iter().map(|row| line(row, &names, &ctx)).collect(),
        next,
        asked,
        page: ctx.page(&mut tx, "Läsningar och uttag").await?.wide(),
    };
    if faults.is_empty() { ctx.html(&page) } else { ctx.unprocessable(&page) }
}

/// The moment and the id of the last row of the page before.
fn place(code: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = code.split_once('-')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::parse_str(id).ok()?))
}

fn line(row: &AccessRow, names: &Names, ctx: &Ctx) -> Line {
    let table = labels::find(&row.object_kind);
    let place = || PLACES.iter().flat_map(|(_, places)| places.iter()).find(|p| p.slug == row.object_kind);
    let (object, href) = match (table, row.object_id) {
        (Some(table), Some(id)) => (
            format!("{} {}", capital(table.noun), names.row(id)),
            (!table.path.is_empty()).then(|| ctx.path(format!("{}/{id}", table.path))),
        ),
        (Some(table), None) => (capital(table.noun), None),
        (None, _) => (place().map_or_else(|| row.object_kind.clone(), |p| p.label.to_owned()), None),
    };
    Line {
        at: row.at,
        who: names.user(row.user_id, &row.actor),
        kind: AccessKind::ALL
            .iter()
            .find(|(kind, _)| kind.code() == row.kind)
            .map_or("", |(_, label)| *label),
        object,
        href,
        detail: detail(&row.detail),
    }
}

/// "rader: 38, format: csv".
fn detail(value: &Value) -> String {
    let Value::Object(map) = value else { return String::new() };
    let words = |value: &Value| match value {
        Value::Null | Value::Object(_) => String::new(),
        Value::Bool(yes) => (if *yes { "ja" } else { "nej" }).to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Number(n) => n.to_string(),
    };
    map.iter()
        .map(|(key, value)| {
            (DETAILS.iter().find(|(k, _)| k == key).map_or(key.as_str(), |(_, label)| *label), words(value))
        })
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}: {value}"))
        .collect::<Vec<_>>()
        .join("; ")
}
