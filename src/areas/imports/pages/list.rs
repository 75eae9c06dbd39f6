//! Every file that was sent, newest first.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{allowed, codes};
use crate::areas::imports::model::{Run, State};
use crate::areas::imports::queries::{self, RunFilter};
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::extract::Query;
use crate::web::filters;
use crate::web::page::Page;
use crate::web::page_parts::{Choice, Pager};

const PER_PAGE: i64 = 50;

/// What is chosen on the page.
#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "imports/list.html")]
struct ListPage {
    page: Page,
    runs: Vec<(Run, &'static str)>,
    count: i64,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    chosen: Chosen,
    narrowed: bool,
    pager: Pager,
    may_send: bool,
}

/// The list.
pub async fn list(ctx: Ctx, Query(chosen): Query<Chosen>) -> AppResult<Response> {
    let kinds = allowed(&ctx);
    let one = kinds.find(&chosen.kind).map(|kind| vec![kind.code().to_owned()]);
    let filter = RunFilter {
        kinds: one.unwrap_or_else(|| codes(&kinds)),
        search: chosen.q.clone(),
        state: chosen.state.clone(),
        ..RunFilter::default()
    };
    let mut tx = ctx.begin().await?;
    let count = queries::count_runs(&mut tx, &filter).await?;
    let pages = (count + PER_PAGE - 1) / PER_PAGE;
    let at = chosen.page.parse::<i64>().unwrap_or(1).clamp(1, pages.max(1));
    let mut runs = queries::list_runs(&mut tx, &filter, PER_PAGE, (at - 1) * PER_PAGE).await?;
    super::cover_names(&ctx, &mut tx, &mut runs).await?;
    let page = ctx.page(&mut tx, "Filer in").await?.wide();
    tx.commit().await?;
    let reach = |run: &Run| kinds.find(&run.kind).filter(|kind| super::reaches(&ctx, kind, run.unit_id));
    let runs = runs.into_iter().filter_map(|run| reach(&run).map(|kind| (run, kind.name()))).collect();
    let mut states: Vec<Choice> =
        State::ALL.iter().map(|(_, code, label)| Choice::new(*code, *label)).collect();
    states.push(Choice::new("undone", "Ångrad"));
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let base =
        format!("?q={}&kind={}&state={}", encode(&chosen.q), encode(&chosen.kind), encode(&chosen.state));
    ctx.html(&ListPage {
        page,
        runs,
        count,
        may_send: kinds.iter().next().is_some(),
        kinds: kinds.iter().map(|kind| Choice::new(kind.code(), kind.name())).collect(),
        states,
        narrowed: !chosen.q.is_empty() || !chosen.kind.is_empty() || !chosen.state.is_empty(),
        pager: Pager::new(at, pages, |number| format!("{base}&page={number}")),
        chosen,
    })
}
