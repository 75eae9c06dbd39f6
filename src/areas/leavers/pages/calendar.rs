//! Months and senders: what has come, what is to come, and how well it goes.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;

use super::{
    super::{
        calendar::{Calendar, Cell, Kept, Line},
        model::mark,
    },
    TITLE, answers_for, upload_href,
};
use crate::{
    auth::permissions::Permission,
    error::AppResult,
    rules::leaver_months::MonthState,
    web::{
        ctx::Ctx,
        filters,
        format::{capital, month_short, month_words, short_date},
        page::Page,
        svg::{self, Trend},
    },
};

/// A sender as the head of a column.
struct Head {
    name: String,
    href: String,
    covers: String,
    is_active: bool,
}

/// A month of a sender, drawn.
struct Mark {
    sender: String,
    month: String,
    label: &'static str,
    color: &'static str,
    icon: &'static str,
    note: String,
    /// The lists that came: what they are called and where they are.
    lists: Vec<(String, String)>,
    upload_href: String,
    nobody_href: String,
}

struct MonthRow {
    label: String,
    marks: Vec<Option<Mark>>,
}

#[derive(Template)]
#[template(path = "leavers/list.html")]
struct CalendarPage {
    page: Page,
    heads: Vec<Head>,
    rows: Vec<MonthRow>,
    waiting: Vec<Mark>,
    kept: Vec<Kept>,
    trend: Option<Trend>,
    trend_rows: Vec<(String, i64)>,
    uncovered: String,
    may_upload: bool,
    upload_href: String,
}

/// The months.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let calendar = Calendar::load(&mut tx, ctx.today(), ctx.scope()).await?;
    let page = ctx.page(&mut tx, TITLE).await?.wide();
    tx.commit().await?;
    let may_upload = ctx.can(Permission::LeaverUpload);
    let heads = calendar.lines.iter().map(|line| head(&ctx, line, may_upload)).collect();
    let rows = calendar
        .months
        .iter()
        .enumerate()
        .take(calendar.begun())
        .map(|(at, month)| MonthRow {
            label: capital(&month_words(*month)),
            marks: calendar
                .lines
                .iter()
                .map(|line| line.cells.get(at).and_then(|cell| drawn(&ctx, line, cell)))
                .collect(),
        })
        .collect();
    let waiting = calendar
        .waiting(ctx.today())
        .into_iter()
        .filter_map(|(line, cell)| drawn(&ctx, line, cell))
        .collect();
    let months = calendar.trend();
    let label = |month: NaiveDate| format!("{} {}", month_short(month), month.format("%y"));
    let points: Vec<(String, i64)> =
        months.iter().map(|(month, percent)| (label(*month), *percent)).collect();
    let template = CalendarPage {
        page,
        heads,
        rows,
        waiting,
        kept: calendar.kept(),
        trend: (points.len() > 1).then(|| svg::trend(&points, "procent i tid")),
        trend_rows: months.iter().map(|(month, percent)| (capital(&month_words(*month)), *percent)).collect(),
        uncovered: calendar.uncovered.join(", "),
        may_upload,
        upload_href: upload_href(&ctx, None, None, None),
    };
    ctx.html(&template)
}

fn head(ctx: &Ctx, line: &Line, may_upload: bool) -> Head {
    Head {
        name: line.sender.name.clone(),
        href: if may_upload {
            ctx.path(format!("leavers/senders/{}", line.sender.id))
        } else {
            String::new()
        },
        covers: covers(line),
        is_active: line.sender.is_active,
    }
}

/// The förvaltningar of a sender in few words.
pub(super) fn covers(line: &Line) -> String {
    match line.covers.as_slice() {
        [] => "Förvaltning ej känd".to_owned(),
        [(_, only)] if *only == line.sender.name => String::new(),
        [(_, only)] => only.clone(),
        several => format!("{} förvaltningar", several.len()),
    }
}

fn drawn(ctx: &Ctx, line: &Line, cell: &Cell) -> Option<Mark> {
    let state = cell.state?;
    let (color, icon) = mark(state);
    let today = ctx.today();
    let due = short_date(cell.due, today);
    let came = cell
        .lists
        .iter()
        .filter(|list| list.row_count > 0 || list.says_nobody)
        .map(|list| list.received_on)
        .min();
    let note = match state {
        MonthState::Delivered | MonthState::DeliveredLate => {
            let rows = format!("{} {}", cell.rows(), if cell.rows() == 1 { "rad" } else { "rader" });
            came.map_or_else(|| rows.clone(), |day| format!("{rows}, {}", short_date(day, today)))
        }
        MonthState::SaysNobody | MonthState::SaysNobodyLate => {
            came.map(|day| short_date(day, today)).unwrap_or_default()
        }
        MonthState::EmptyUnconfirmed => "Slutade ingen?".to_owned(),
        MonthState::Due => format!("senast {due}"),
        MonthState::Late | MonthState::Missing => format!("skulle ha kommit {due}"),
    };
    let may = answers_for(ctx, line);
    let unit = match line.covers.as_slice() {
        [(only, _)] if !ctx.scope_for(Permission::LeaverUpload).all => Some(*only),
        _ => None,
    };
    let sees = ctx.can(Permission::LeaverCounts);
    Some(Mark {
        sender: line.sender.name.clone(),
        month: month_words(cell.month),
        label: state.label(),
        color,
        icon,
        note,
        lists: cell
            .lists
            .iter()
            .filter(|_| sees)
            .enumerate()
            .map(|(at, list)| {
                let name =
                    if cell.lists.len() == 1 { "Öppna".to_owned() } else { format!("Lista {}", at + 1) };
                (name, ctx.path(format!("leavers/lists/{}", list.id)))
            })
            .collect(),
        upload_href: if may {
            upload_href(ctx, Some(&line.sender), Some(cell.month), unit)
        } else {
            String::new()
        },
        nobody_href: if may && !state.is_answered() {
            let month = cell.month.format("%Y-%m");
            ctx.path(format!("leavers/senders/{}/nobody?month={month}", line.sender.id))
        } else {
            String::new()
        },
    })
}
