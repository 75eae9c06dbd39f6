//! Other names of a system, and the rows of units' lists that it comes from.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        keys,
        queries::parts::{self, Alias, Source},
    },
    frame::{self, At, Head},
};
use crate::{
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Path},
        filters,
        form::Faults,
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "systems/aliases.html")]
struct AliasesPage {
    page: Page,
    head: Head,
    aliases: Vec<Alias>,
    sources: Vec<Source>,
    typed: String,
    fault: String,
    can_see_imports: bool,
}

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawAlias {
    alias: String,
}

async fn draw(ctx: &Ctx, id: Uuid, typed: String, fault: String) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(ctx, &mut tx, id).await?;
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Aliases, "Alias och källor").await?;
    let aliases = parts::list_aliases(&mut tx, opened.system.id).await?;
    let sources = parts::list_sources(&mut tx, opened.system.id).await?;
    tx.commit().await?;
    let came_back = !fault.is_empty();
    let template = AliasesPage {
        page: if came_back { page.faulty() } else { page },
        head,
        aliases,
        sources,
        typed,
        fault,
        can_see_imports: ctx.can(P::ImportRead),
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The tab.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, String::new(), String::new()).await
}

/// Adds another name.
pub async fn add(ctx: Ctx, Id(id): Id, Form(raw): Form<RawAlias>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let name = faults.required("alias", "Ett namn", &raw.alias, 200);
    if let Some(fault) = faults.of("alias") {
        let fault = fault.to_owned();
        return draw(&ctx, id, raw.alias, fault).await;
    }
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let key = keys::system(&name);
    let added = parts::insert_aliases(&mut tx, opened.system.id, &[(name, key)]).await?;
    tx.commit().await?;
    let flash = if added == 0 {
        Flash::info("Namnet fanns redan.")
    } else {
        Flash::success("Namnet är tillagt. Listor och avtal som använder det hittar hit.")
    };
    Ok(ctx.redirect(opened.path("aliases"), &flash))
}

/// Takes another name away.
pub async fn remove(ctx: Ctx, Path((_, id, alias)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    if !parts::delete_alias(&mut tx, opened.system.id, alias).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path("aliases"), &Flash::success("Namnet är borttaget.")))
}
