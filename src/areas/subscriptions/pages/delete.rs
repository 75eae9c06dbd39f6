//! Removing a subscription that nothing was built on.

use askama::Template;
use axum::response::Response;

use super::{
    super::{
        queries::{find, write},
        settle,
    },
    frame,
};
use crate::{
    db::change_set,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::Id,
        filters,
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "subscriptions/delete.html")]
struct DeletePage {
    page: Page,
    number: String,
    from_list: bool,
    decisions: i64,
    confirmations: i64,
    cards: i64,
    action: String,
    cancel: String,
}

/// Asks first, and says what stands in the way.
pub async fn confirm(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let (decisions, confirmations, cards) = find::count_built_on(&mut tx, id).await?;
    let number = opened.sight.number(&opened.subscription.msisdn);
    let page = ctx
        .page(&mut tx, "Ta bort abonnemang")
        .await?
        .crumb("Abonnemang", "subscriptions")
        .crumb(number.clone(), frame::path(id, ""));
    tx.commit().await?;
    ctx.html(&DeletePage {
        page,
        number,
        from_list: opened.subscription.first_list_id.is_some()
            && opened.subscription.missing_from_list_id.is_none(),
        decisions,
        confirmations,
        cards,
        action: ctx.path(frame::path(id, "delete")),
        cancel: ctx.path(frame::path(id, "")),
    })
}

/// Removes it. It can be taken back.
pub async fn delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::open_for_write(&ctx, &mut tx, id).await?;
    let (decisions, confirmations, cards) = find::count_built_on(&mut tx, id).await?;
    if decisions + confirmations + cards > 0 {
        return Err(AppError::Conflict(
            "Abonnemanget har beslut, svar från inventeringen eller extra kort och kan inte tas bort. Ändra status i stället.".into(),
        ));
    }
    // No number in the label: it stands in the log for all to read.
    let set = change_set::open(&mut tx, "bulk:subscriptions", "Tog bort ett abonnemang").await?;
    write::delete(&mut tx, id).await?;
    change_set::close(&mut tx).await?;
    settle(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    let flash = Flash::success("Abonnemanget är borttaget.").with_form(
        "Ångra",
        ctx.path(format!("undo/{set}")),
        Vec::new(),
    );
    Ok(ctx.redirect("subscriptions", &flash))
}
