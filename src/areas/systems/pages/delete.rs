//! Deleting a system that nothing refers to: for what was registered by mistake. A system that has been in use is moved to
//! the phase avvecklad instead, and stays.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    super::queries::systems::{self, References},
    frame::{self, At, Head},
};
use crate::{
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        format::count_word,
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "systems/delete.html")]
struct DeletePage {
    page: Page,
    head: Head,
    title: String,
    version: i32,
    hindrances: Vec<String>,
}

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawDelete {
    version: i32,
}

/// What stands in the way, in words.
fn hindrances(references: &References) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |count: i64, one: &str, many: &str| {
        if let Ok(n @ 1..) = usize::try_from(count) {
            out.push(format!("{} {}", count_word(n, true), if n == 1 { one } else { many }));
        }
    };
    say(references.contracts, "avtal som gäller systemet", "avtal som gäller systemet");
    say(references.merged, "system som har slagits ihop med det", "system som har slagits ihop med det");
    say(references.sources, "inläst rad som det kommer från", "inlästa rader som det kommer från");
    say(references.decisions, "ställningstagande om samma system", "ställningstaganden om samma system");
    out
}

/// Asks whether to delete, or says what stands in the way.
pub async fn confirm(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let references = systems::count_references(&mut tx, opened.system.id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Overview, "Ta bort").await?;
    tx.commit().await?;
    ctx.html(&DeletePage {
        title: format!("Ta bort {}?", head.name),
        page,
        head,
        version: opened.system.version,
        hindrances: hindrances(&references),
    })
}

/// Deletes.
pub async fn delete(ctx: Ctx, Id(id): Id, Form(raw): Form<RawDelete>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let references = systems::count_references(&mut tx, opened.system.id).await?;
    if !references.is_none() {
        return Err(AppError::rejected(format!(
            "Systemet kan inte tas bort, för det finns {}. Byt fas till avvecklad i stället.",
            hindrances(&references).join(" och ")
        )));
    }
    if !systems::delete_system(&mut tx, opened.system.id, raw.version).await? {
        return Err(AppError::Conflict("Någon annan har ändrat systemet sedan du öppnade sidan. Titta på det igen innan du tar bort det.".into()));
    }
    tx.commit().await?;
    Ok(ctx.redirect("systems", &Flash::success("Systemet är borttaget.")))
}
