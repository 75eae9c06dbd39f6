//! The units that use a system.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        queries::parts::{self, UsingUnit},
        units,
    },
    frame::{self, At, Head},
};
use crate::{
    auth::{permissions::Permission as P, principal::Scope},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Path},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "systems/units.html")]
struct UnitsPage {
    page: Page,
    head: Head,
    units: Vec<UsingUnit>,
    options: Vec<Choice>,
    fault: String,
}

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawUnit {
    unit_id: String,
}

async fn draw(ctx: &Ctx, id: Uuid, fault: Option<String>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(ctx, &mut tx, id).await?;
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Units, "Enheter").await?;
    let using = parts::list_units(&mut tx, opened.system.id).await?;
    // A unit may be said to use a system whoever answers for the system, so every unit can be chosen.
    let mut options = units::choices(&mut tx, &Scope::everything(), None, ctx.today()).await?;
    tx.commit().await?;
    options.retain(|o| !using.iter().any(|u| u.unit_id.to_string() == o.value));
    let came_back = fault.is_some();
    let template = UnitsPage {
        page: if came_back { page.faulty() } else { page },
        head,
        units: using,
        options,
        fault: fault.unwrap_or_default(),
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The tab.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, None).await
}

/// Notes that a unit uses the system.
pub async fn add(ctx: Ctx, Id(id): Id, Form(raw): Form<RawUnit>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let unit = faults.id("unit_id", "Enhet", &raw.unit_id);
    let Some(unit) = unit else {
        return draw(&ctx, id, Some("Välj vilken enhet som använder systemet.".to_owned())).await;
    };
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let known = units::choices(&mut tx, &Scope::everything(), None, ctx.today()).await?;
    if !known.iter().any(|u| u.value == unit.to_string()) {
        tx.rollback().await?;
        return draw(&ctx, id, Some("Enheten finns inte. Välj en annan i listan.".to_owned())).await;
    }
    parts::insert_units(&mut tx, &[opened.system.id], &[unit]).await?;
    tx.commit().await?;
    Ok(ctx.redirect(opened.path("units"), &Flash::success("Enheten är tillagd.")))
}

/// Notes that a unit no longer uses it.
pub async fn remove(ctx: Ctx, Path((_, id, link)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    if !parts::delete_unit(&mut tx, opened.system.id, link).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path("units"), &Flash::success("Enheten är borttagen från systemet.")))
}
