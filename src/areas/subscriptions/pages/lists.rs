//! What each operator's list brought: new, gone, other holders, other facts.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;

use super::{
    super::{
        model::{CHANGES, STATUSES, label},
        queries::lists::{self, Compared},
    },
    frame,
};
use crate::{
    areas::audit::AccessKind,
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::Id,
        filters,
        page::Page,
        sight::{Sees, Sight},
    },
};

/// The lists are of the whole municipality.
fn only_whole(ctx: &Ctx) -> AppResult<()> {
    if ctx.scope().all { Ok(()) } else { Err(AppError::NotFound) }
}

#[derive(Template)]
#[template(path = "subscriptions/lists.html")]
struct ListsPage {
    page: Page,
    lists: Vec<Compared>,
    sees_imports: bool,
}

/// Every list.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    only_whole(&ctx)?;
    let mut tx = ctx.begin().await?;
    let lists = lists::list(&mut tx, None).await?;
    let page = ctx.page(&mut tx, "Jämför listor").await?.crumb("Abonnemang", "subscriptions");
    tx.commit().await?;
    ctx.html(&ListsPage { page, lists, sees_imports: ctx.can(P::ImportRead) })
}

/// A subscription in a list.
struct Row {
    href: String,
    number: String,
    holder: String,
    type_text: String,
    unit: String,
    price: Option<Decimal>,
}

/// A change in a list.
struct Change {
    href: String,
    number: String,
    holder: String,
    what: String,
    old: String,
    new: String,
}

#[derive(Template)]
#[template(path = "subscriptions/list.html")]
struct ListPage {
    page: Page,
    list: Compared,
    new: Vec<Row>,
    gone: Vec<Row>,
    renamed: Vec<Change>,
    changed: Vec<Change>,
    most: usize,
    sees_imports: bool,
}

/// One list, compared with the one before.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    only_whole(&ctx)?;
    let mut tx = ctx.begin().await?;
    let list = lists::list(&mut tx, Some(id)).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let sees = Sees::of(&ctx);
    let row = |one: lists::Told| {
        let sight = sees.sight(one.is_protected);
        Row {
            href: ctx.path(frame::path(one.id, "")),
            number: sight.number(&one.msisdn),
            holder: sight.name(&one.holder),
            type_text: one.type_text,
            unit: if sight == Sight::Hidden { String::new() } else { one.unit_name.unwrap_or_default() },
            price: one.monthly_price,
        }
    };
    let change = |one: lists::Changed| {
        let sight = sees.sight(one.is_protected);
        // A cost centre tells the unit.
        let hides = sight == Sight::Hidden && one.kind == "cost_centre";
        let words =
            |text: String| if one.kind == "status" { label(STATUSES, &text).to_owned() } else { text };
        Change {
            href: ctx.path(frame::path(one.id, "")),
            number: sight.number(&one.msisdn),
            holder: sight.name(&one.holder),
            what: label(CHANGES, &one.kind).to_owned(),
            old: if hides { String::new() } else { words(one.old_value) },
            new: if hides { String::new() } else { words(one.new_value) },
        }
    };
    let new = lists::list_told(&mut tx, id, false).await?.into_iter().map(row).collect();
    let gone = lists::list_told(&mut tx, id, true).await?.into_iter().map(row).collect();
    let renamed = lists::list_changed(&mut tx, id, true).await?.into_iter().map(change).collect();
    let changed = lists::list_changed(&mut tx, id, false).await?.into_iter().map(change).collect();
    ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("subscription_list", Some(id)), serde_json::json!({}))
        .await?;
    let page = ctx
        .page(&mut tx, format!("{} {}", list.operator, list.taken_on))
        .await?
        .crumb("Abonnemang", "subscriptions")
        .crumb("Jämför listor", "subscriptions/lists");
    tx.commit().await?;
    ctx.html(&ListPage {
        page,
        list,
        new,
        gone,
        renamed,
        changed,
        most: lists::MOST,
        sees_imports: ctx.can(P::ImportRead),
    })
}
