//! The area's pages.

pub(super) mod access;
pub(super) mod change_set;
pub(super) mod log;

use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{AccessKind, model::Viewer, queries};
use crate::{
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    tabular::write::{Value, write_csv, write_xlsx},
    web::{
        ctx::Ctx,
        download::{self, FileKind},
        form::Faults,
        format::number_of,
        page::Link,
        page_parts::{Choice, Tab},
    },
};

/// The value of the choice "jobs and commands" among users.
const SYSTEM: &str = "system";

/// The tabs over the two logs.
fn tabs(ctx: &Ctx, is_access: bool) -> Vec<Tab> {
    vec![
        Tab::new("Ändringar", ctx.path("audit")).current(!is_access),
        Tab::new("Läsningar och uttag", ctx.path("audit/access")).current(is_access),
    ]
}

/// The most changes, or lines of the log of reads, that go into one file: more is refused, never cut short.
const MOST_IN_A_FILE: usize = 20_000;

fn too_much(what: &str) -> AppError {
    AppError::rejected(format!(
        "Urvalet har fler än {} {what}, vilket är mer än en fil tar. Välj en kortare period och ta ut flera filer.",
        number_of(Decimal::from(MOST_IN_A_FILE))
    ))
}

/// The links to the files of what is shown.
fn exports(ctx: &Ctx, path: &str, query: &str) -> Vec<Link> {
    let and = if query.len() > 1 { "&" } else { "" };
    [("Excel (.xlsx)", FileKind::Xlsx), ("CSV (.csv)", FileKind::Csv)]
        .into_iter()
        .map(|(label, kind)| {
            Link::new(label, format!("{}{query}{and}format={}", ctx.path(path), kind.ending()))
        })
        .collect()
}

/// Notes that a log was taken out: how much and by which kinds of choices, not what was searched for.
async fn log_export(ctx: &Ctx, what: &str, kind: FileKind, rows: usize, query: &str) -> AppResult<()> {
    let filters: Vec<&str> =
        query.trim_start_matches('?').split('&').filter_map(|pair| pair.split('=').next()).collect();
    let mut tx = ctx.begin().await?;
    let detail = serde_json::json!({ "rows": rows, "format": kind.ending(), "filters": filters });
    ctx.log_access(&mut tx, AccessKind::Export, (what, None), detail).await?;
    tx.commit().await
}

fn file(
    ctx: &Ctx,
    name: &str,
    sheet: &str,
    kind: FileKind,
    columns: &[(&str, usize)],
    rows: Vec<Vec<Value>>,
) -> AppResult<Response> {
    let bytes = match kind {
        FileKind::Csv => {
            let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            write_csv(Vec::new(), &header, rows).map_err(|e| AppError::internal("writing a csv file", e))?
        }
        FileKind::Xlsx => {
            write_xlsx(sheet, columns, rows).map_err(|e| AppError::internal("writing a workbook", e))?
        }
    };
    Ok(download::file(&format!("{name}-{}", ctx.today()), kind, bytes))
}

/// The users to choose among.
async fn users(tx: &mut TenantTx, viewer: &Viewer) -> AppResult<Vec<Choice>> {
    let users = queries::list_users(tx).await?;
    let mut choices = vec![Choice::new(SYSTEM, "Jobb och kommandon")];
    choices.extend(users.into_iter().map(|u| {
        Choice::new(
            u.id.to_string(),
            if u.is_protected && !viewer.sees_protected { super::PROTECTED.to_owned() } else { u.name },
        )
    }));
    Ok(choices)
}

/// A chosen user: the id, or that none but jobs and commands are wanted.
fn chosen_user(typed: &str) -> (Option<Uuid>, bool) {
    (Uuid::parse_str(typed).ok(), typed == SYSTEM)
}

/// A period of days, from its first moment to the first one after it.
struct Period {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

fn period(faults: &mut Faults, from: &str, until: &str) -> Period {
    let first = faults.date("from", "Från och med", from);
    let last = faults.date("until", "Till och med", until);
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        faults.add("until", "Till och med ska vara samma dag som från och med, eller senare.");
    }
    Period {
        from: first.and_then(midnight),
        until: last.and_then(|d| midnight(d.checked_add_days(Days::new(1))?)),
    }
}

/// The first moment of a day in Sweden.
fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    Stockholm
        .from_local_datetime(&day.and_time(chrono::NaiveTime::MIN))
        .earliest()
        .map(|t| t.with_timezone(&Utc))
}

/// A query string of the pairs that have a value.
fn query_of(pairs: &[(&str, &str)]) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let parts: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    format!("?{}", parts.join("&"))
}
