//! The page of names.

use askama::Template;
use axum::response::Response;

use super::tabs;
use crate::{
    areas::settings::{
        self,
        forms::{self, Raw},
        names::Named,
    },
    auth::permissions::Permission,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::Form,
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Tab,
    },
};

/// A name to give, as the form has it.
struct NameField {
    key: String,
    usual: &'static str,
    typed: String,
}

struct NameGroup {
    id: &'static str,
    title: &'static str,
    fields: Vec<NameField>,
}

#[derive(Template)]
#[template(path = "settings/names.html")]
struct NamesPage {
    page: Page,
    tabs: Vec<Tab>,
    may_write: bool,
    groups: Vec<NameGroup>,
    faults: Faults,
}

/// The names.
pub async fn show(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let settings = settings::load(&mut tx).await?;
    let page = ctx.page(&mut tx, "Namn på faser och roller").await?.crumb("Inställningar", "settings");
    tx.commit().await?;
    ctx.html(&template(&ctx, page, &forms::raw_names(&settings), Faults::default()))
}

/// Changes the names.
pub async fn update(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let raw: Raw = pairs.into_iter().collect();
    let mut tx = ctx.begin().await?;
    let before = settings::load(&mut tx).await?;
    let mut after = before.clone();
    let faults = forms::parse_names(&raw, &mut after);
    if !faults.is_empty() {
        let page =
            ctx.page(&mut tx, "Namn på faser och roller").await?.crumb("Inställningar", "settings").faulty();
        tx.rollback().await?;
        return ctx.unprocessable(&template(&ctx, page, &raw, faults));
    }
    settings::save(&mut tx, &before, &after).await?;
    tx.commit().await?;
    Ok(ctx.redirect("settings/names", &Flash::success("Namnen är sparade och gäller överallt.")))
}

fn template(ctx: &Ctx, page: Page, raw: &Raw, faults: Faults) -> NamesPage {
    let group = |named: Named, id, title| NameGroup {
        id,
        title,
        fields: named
            .usual()
            .into_iter()
            .map(|(code, usual)| {
                let key = named.key(code);
                NameField { typed: raw.get(&key).cloned().unwrap_or_default(), key, usual }
            })
            .collect(),
    };
    NamesPage {
        page,
        tabs: tabs(ctx, "settings/names"),
        may_write: ctx.can(Permission::SettingsWrite),
        groups: vec![
            group(Named::Phase, "faser", "Faser i ett systems liv"),
            group(Named::ObjectRole, "objektroller", "Roller på system och avtal"),
            group(Named::Role, "roller", "Roller i Överblick"),
        ],
        faults,
    }
}
