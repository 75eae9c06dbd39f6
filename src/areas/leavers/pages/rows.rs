//! One row: what the list says, what it turned out to mean, what came of it; and withdrawing it (rules 2.4, L10).

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::{self, Row},
        queries::{
            read::{self, Wanted},
            write,
        },
    },
    TITLE, lists, refreshed,
};
use crate::{
    areas::{matches::refresh, people::ProtectedMask, watch},
    auth::permissions::Permission,
    db::{change_set, tenant::TenantTx},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
    },
};

/// Why a row is withdrawn, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct WithdrawForm {
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "leavers/row.html")]
struct RowPage {
    page: Page,
    row: Row,
    list_title: String,
    /// Where the list is, for whoever may open it.
    list_href: String,
    /// The reader may correct the row: HR, within its reach. A manager reads.
    may_correct: bool,
    person_href: String,
    base: String,
    raw: WithdrawForm,
    faults: Faults,
}

async fn find(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Row> {
    let sees_protected = ctx.scope_for(Permission::ProtectedRead).all;
    let wanted = Wanted { list: None, row: Some(id) };
    read::list_rows(tx, wanted, ctx.scope(), sees_protected, 1).await?.pop().ok_or(AppError::NotFound)
}

/// One row.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    refreshed(&ctx).await?;
    draw(&ctx, id, WithdrawForm::default(), Faults::default()).await
}

async fn draw(ctx: &Ctx, id: Uuid, raw: WithdrawForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let mut row = find(ctx, &mut tx, id).await?;
    if let Some((_, reason)) = &mut row.withdrawn {
        ProtectedMask::for_reader(ctx, &mut tx).await?.cover_in(reason);
    }
    let opened = lists::open(ctx, &mut tx, row.list_id).await?;
    let wanted = Wanted { list: None, row: Some(id) };
    let may_correct = !read::list_rows(&mut tx, wanted, &ctx.scope_for(Permission::LeaverUpload), false, 1)
        .await?
        .is_empty();
    let opens_list = ctx.can(Permission::LeaverCounts);
    let page = ctx.page(&mut tx, row.name.clone()).await?;
    let page = if opens_list {
        page.crumb(TITLE, "leavers").crumb(opened.title(), format!("leavers/lists/{}", row.list_id))
    } else {
        page.crumb(TITLE, "leavers/rows")
    };
    if let Some(kind) = model::kind_of_read(std::slice::from_ref(&row)) {
        ctx.log_access(&mut tx, kind, ("leaver_row", Some(id)), serde_json::json!({})).await?;
    }
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = RowPage {
        page: if is_faulty { page.faulty() } else { page },
        list_title: opened.title(),
        list_href: if opens_list {
            ctx.path(format!("leavers/lists/{}", row.list_id))
        } else {
            String::new()
        },
        may_correct,
        person_href: match row.person_id {
            Some(person) if ctx.can(Permission::PersonRead) => ctx.path(format!("people/{person}")),
            _ => String::new(),
        },
        base: ctx.path(format!("leavers/rows/{id}")),
        row,
        raw,
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Withdraws a row: the person does not leave after all, or is on the list by mistake.
pub async fn withdraw(ctx: Ctx, Id(id): Id, Form(raw): Form<WithdrawForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let reason = faults.required("reason", "Anledning", &raw.reason, 300);
    if !faults.is_empty() {
        return draw(&ctx, id, raw, faults).await;
    }
    let text = "Raden är tillbakadragen. Det som byggde på den öppnas igen.";
    change(&ctx, id, Some(ctx.today()), &reason, "Drog tillbaka", text).await
}

/// Takes a withdrawal back.
pub async fn restore(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    change(&ctx, id, None, "", "Tog tillbaka återkallelsen av", "Raden gäller igen.").await
}

async fn change(
    ctx: &Ctx,
    id: Uuid,
    on: Option<NaiveDate>,
    reason: &str,
    act: &str,
    text: &'static str,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let row = find(ctx, &mut tx, id).await?;
    let opened = lists::open(ctx, &mut tx, row.list_id).await?;
    let label = format!("{act} rad {} i listan {}", row.row_no, opened.title());
    let set = change_set::open(&mut tx, "bulk:leavers", &label).await?;
    if !write::update_withdrawn(&mut tx, id, on, reason).await? {
        return Err(AppError::Conflict(
            "Någon annan har redan ändrat raden. Öppna den igen och se efter.".into(),
        ));
    }
    change_set::close(&mut tx).await?;
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    // Whoever decided on the row is told at once that the ground is gone, not in the night (L10).
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let flash = Flash::success(text);
    // Whoever reaches a part of the municipality only has the button on the row's page instead.
    let flash = if ctx.scope().all {
        flash.with_form("Ångra", ctx.path(format!("audit/change-sets/{set}/undo")), Vec::new())
    } else {
        flash
    };
    Ok(ctx.redirect(format!("leavers/rows/{id}"), &flash))
}
