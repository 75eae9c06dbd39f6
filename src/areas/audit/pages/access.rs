//! The log of reads of personal data and of exports.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    MOST_IN_A_FILE, chosen_user, exports, file, log_export, period, query_of, tabs, too_much, users,
};
use crate::{
    areas::audit::{
        AccessKind, Viewer, labels,
        names::{Names, Wanted},
        queries::{self, AccessFilter, AccessRow},
    },
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    tabular::write::Value as Entry,
    web::{
        ctx::Ctx,
        download::FileKind,
        extract::Query,
        filters,
        form::Faults,
        format::capital,
        nav::PLACES,
        page::{Link, Page},
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
    format: String,
}

impl Asked {
    /// The query string without the place to go on from.
    fn query(&self) -> String {
        query_of(&[
            ("user", &self.user),
            ("object", &self.object),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ])
    }
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
    exports: Vec<Link>,
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
    let viewer = Viewer::of(&ctx);
    let mut faults = Faults::default();
    let filter = filter(&asked, &mut faults);
    let mut tx = ctx.begin().await?;
    let mut rows = if faults.is_empty() {
        let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
        queries::list_access(&mut tx, &filter, place(&asked.before), limit).await?
    } else {
        Vec::new()
    };
    let query = asked.query();
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
    let names = names(&mut tx, &viewer, &rows).await?;
    let page = AccessPage {
        exports: exports(&ctx, "audit/access/export", &query),
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

fn filter(asked: &Asked, faults: &mut Faults) -> AccessFilter {
    let period = period(faults, &asked.from, &asked.until);
    let (user, by_system) = chosen_user(&asked.user);
    AccessFilter {
        user,
        by_system,
        object: Uuid::parse_str(&asked.object).ok(),
        kind: AccessKind::ALL.iter().map(|(kind, _)| *kind).find(|kind| kind.code() == asked.kind),
        from: period.from,
        until: period.until,
    }
}

async fn names(tx: &mut TenantTx, viewer: &Viewer, rows: &[AccessRow]) -> AppResult<Names> {
    let mut wanted = Wanted::default();
    for row in rows {
        wanted.user(row.user_id);
        if let Some(id) = row.object_id {
            wanted.row(&row.object_kind, id);
        }
    }
    Names::find(tx, viewer, &wanted).await
}

/// The log as a file: what the page's choices find, on all pages.
pub async fn export(ctx: Ctx, Query(asked): Query<Asked>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let filter = filter(&asked, &mut faults);
    if !faults.is_empty() {
        return Err(AppError::rejected("Urvalet går inte att läsa. Gå tillbaka till loggen och rätta det."));
    }
    let mut tx = ctx.begin().await?;
    let limit = i64::try_from(MOST_IN_A_FILE + 1).unwrap_or(i64::MAX);
    let rows = queries::list_access(&mut tx, &filter, None, limit).await?;
    if rows.len() > MOST_IN_A_FILE {
        return Err(too_much("rader"));
    }
    let names = names(&mut tx, &Viewer::of(&ctx), &rows).await?;
    tx.rollback().await?;
    let lines = rows.iter().map(|row| {
        let line = line(row, &names, &ctx);
        vec![
            Entry::DateTime(line.at.with_timezone(&chrono_tz::Europe::Stockholm).naive_local()),
            line.who.into(),
            line.kind.into(),
            line.object.into(),
            line.detail.into(),
        ]
    });
    let lines: Vec<Vec<Entry>> = lines.collect();
    let kind = FileKind::parse(&asked.format);
    log_export(&ctx, "access_log", kind, lines.len(), &asked.query()).await?;
    let columns = [("När", 17), ("Vem", 24), ("Händelse", 22), ("Vad", 36), ("Uppgifter", 44)];
    file(&ctx, "lasningar-och-uttag", "Läsningar och uttag", kind, &columns, lines)
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
