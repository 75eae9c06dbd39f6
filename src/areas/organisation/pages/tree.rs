//! The tree.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::kind_label,
        queries,
        tree::{self, Wish},
        units::Units,
    },
    frame::head_of,
};
use crate::{
    areas::people::{self, PersonLink},
    auth::permissions::Permission as P,
    error::AppResult,
    web::{ctx::Ctx, extract::Query, filters, page::Page},
};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TreeQuery {
    /// Name or code.
    q: String,
    /// The day.
    dag: String,
    /// Units that have ended or not begun too.
    alla: String,
    /// Everything open.
    oppna: String,
}

/// A line as it is drawn.
struct Row {
    href: String,
    code: String,
    name: String,
    kind: &'static str,
    head: Option<PersonLink>,
    staff: i64,
    tags: Vec<(String, &'static str)>,
    is_hit: bool,
    children: usize,
    is_open: bool,
    closes: usize,
}

#[derive(Template)]
#[template(path = "organisation/list.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct TreePage {
    page: Page,
    rows: Vec<Row>,
    q: String,
    day: NaiveDate,
    is_today: bool,
    odd_day: bool,
    with_others: bool,
    opens_all: bool,
    others: usize,
    open_href: String,
    can_write: bool,
    is_empty: bool,
}

/// The organisation as a tree, as of a day.
pub async fn list(ctx: Ctx, Query(query): Query<TreeQuery>) -> AppResult<Response> {
    let asked = query.dag.trim();
    let day = NaiveDate::parse_from_str(asked, "%Y-%m-%d").ok();
    let odd_day = day.is_none() && !asked.is_empty();
    let day = day.unwrap_or_else(|| ctx.today());
    let mut tx = ctx.begin().await?;
    let list = if day < ctx.today() {
        queries::list_units_as_of(&mut tx, day).await?
    } else {
        queries::list_units(&mut tx).await?
    };
    let units = Units::new(list);
    let wish = Wish {
        day,
        search: query.q.trim().chars().take(100).collect(),
        with_others: query.alla == "ja",
        open: query.oppna == "ja",
    };
    let lines = tree::lines(&units, &wish);
    // Who was employed on an earlier day is not known as well as who is.
    let staff: HashMap<Uuid, i64> = if day == ctx.today() {
        queries::count_staff(&mut tx, day).await?.into_iter().collect()
    } else {
        HashMap::new()
    };
    let heads: Vec<Uuid> = lines.iter().filter_map(|l| l.unit.head_person_id).collect();
    let heads = people::list_links(&ctx, &mut tx, &heads).await?;
    let mask = people::ProtectedMask::for_reader(&ctx, &mut tx).await?;
    let rows = lines
        .into_iter()
        .map(|line| {
            let unit = &line.unit;
            let mut tags = Vec::new();
            if !unit.in_scope {
                tags.push(("Utanför registret".to_owned(), "neutral"));
            }
            if let Some(to) = unit.valid_to.filter(|to| *to < day) {
                tags.push((format!("Upphörde {to}"), "warning"));
            } else if let Some(to) = unit.valid_to {
                tags.push((format!("Upphör {to}"), "warning"));
            }
            if let Some(from) = unit.valid_from.filter(|from| *from > day) {
                tags.push((format!("Börjar {from}"), "info"));
            }
            Row {
                href: ctx.path(format!("organisation/{}", unit.id)),
                code: unit.code.clone(),
                name: unit.name.clone(),
                kind: kind_label(&unit.kind),
                head: head_of(unit, &heads, &mask),
                // With those of the units under it, so that a förvaltning is not empty.
                staff: units.with_all_under(unit.id).iter().filter_map(|u| staff.get(u)).sum(),
                tags,
                is_hit: line.is_hit,
                children: line.children,
                is_open: line.is_open,
                closes: line.closes,
            }
        })
        .collect();
    let page = ctx.page(&mut tx, "Organisation").await?;
    tx.commit().await?;
    let others = units.iter().filter(|u| !u.exists_on(day)).count();
    let on = if day == ctx.today() { String::new() } else { format!("&dag={day}") };
    let others_too = if wish.with_others { "&alla=ja" } else { "" };
    let open_href = ctx.path(format!("organisation?oppna=ja{on}{others_too}"));
    ctx.html(&TreePage {
        page,
        rows,
        q: wish.search,
        day,
        is_today: day == ctx.today(),
        odd_day,
        with_others: wish.with_others,
        opens_all: wish.open,
        others,
        open_href,
        can_write: ctx.can(P::OrgWrite),
        is_empty: units.iter().next().is_none(),
    })
}
