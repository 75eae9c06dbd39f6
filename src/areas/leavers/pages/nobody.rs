//! "Inga avslutade": somebody says that nobody left in a month, which answers for it as well as a list.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{super::calendar::Line, super::queries::write, TITLE, answers_for, find_line};
use crate::{
    db::change_set,
    error::{AppError, AppResult},
    rules::leaver_months::MonthState,
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        format::month_words,
        page::{Flash, Page},
    },
};

/// Which month.
#[derive(Debug, Default, Deserialize)]
pub struct OfMonth {
    #[serde(default)]
    month: String,
}

#[derive(Template)]
#[template(path = "leavers/nobody.html")]
struct NobodyPage {
    page: Page,
    sender: String,
    covers: String,
    month: String,
    value: String,
    action: String,
    cancel: String,
    came_empty: bool,
}

/// The sender and the month, if the user may speak for it and it is not answered.
async fn find(
    ctx: &Ctx,
    tx: &mut crate::db::tenant::TenantTx,
    id: uuid::Uuid,
    month: &str,
) -> AppResult<(Line, NaiveDate)> {
    let line = find_line(ctx, tx, id).await?;
    let month = NaiveDate::parse_from_str(&format!("{}-01", month.trim()), "%Y-%m-%d")
        .map_err(|_| AppError::NotFound)?;
    if !answers_for(ctx, &line) || !line.cells.iter().any(|cell| cell.month == month) {
        return Err(AppError::NotFound);
    }
    Ok((line, month))
}

/// Asks before it is said.
pub async fn confirm(ctx: Ctx, Id(id): Id, Query(of): Query<OfMonth>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (line, month) = find(&ctx, &mut tx, id, &of.month).await?;
    let page = ctx.page(&mut tx, "Inga avslutade").await?.crumb(TITLE, "leavers");
    tx.commit().await?;
    let covers: Vec<&str> = line.covers.iter().map(|(_, name)| name.as_str()).collect();
    ctx.html(&NobodyPage {
        page,
        covers: covers.join(", "),
        month: month_words(month),
        value: month.format("%Y-%m").to_string(),
        action: ctx.path(format!("leavers/senders/{id}/nobody")),
        cancel: ctx.path("leavers"),
        came_empty: line.cells.iter().any(|cell| cell.month == month && !cell.lists.is_empty()),
        sender: line.sender.name,
    })
}

/// Says it.
pub async fn create(ctx: Ctx, Id(id): Id, Form(of): Form<OfMonth>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (line, month) = find(&ctx, &mut tx, id, &of.month).await?;
    let words = month_words(month);
    if line.cells.iter().any(|cell| cell.month == month && cell.state.is_some_and(MonthState::is_answered)) {
        return Err(AppError::Conflict(
            format!(
                "{} för {words} är redan besvarad. Öppna månaden och se efter innan du ändrar något.",
                line.sender.name
            )
            .into(),
        ));
    }
    let label = format!("Inga avslutade i {words}: {}", line.sender.name);
    change_set::open(&mut tx, "bulk:leavers", &label).await?;
    let list = write::insert_word(&mut tx, id, month, ctx.today(), &ctx.user.name).await?;
    change_set::close(&mut tx).await?;
    crate::areas::watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let flash = Flash::success(format!("Noterat: inga avslutade i {words} hos {}.", line.sender.name))
        .with_form("Ångra", ctx.path(format!("leavers/lists/{list}/withdraw")), Vec::new());
    Ok(ctx.redirect("leavers", &flash))
}
