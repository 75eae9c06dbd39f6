//! The decision: the same, not the same, or later.

use axum::response::Response;
use uuid::Uuid;

use super::{
    super::super::{
        merge as acts,
        queries::{merge as queries, same as proposals},
    },
    open_all, open_sent, read,
};
use crate::{
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        form::Faults,
        page::Flash,
    },
};

/// Makes one of them.
pub async fn merge(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (sent, members) = open_sent(&ctx, &mut tx, &form).await?;
    let done = acts::merge(&mut tx, &members, &sent.merge, (ctx.now(), ctx.today())).await?;
    tx.commit().await?;
    let flash = Flash::success("Systemen är hopslagna. De andra namnen finns kvar som alias.")
        .with_link("Visa eller ångra", ctx.path(format!("audit/change-sets/{done}")));
    Ok(ctx.redirect(format!("systems/{}", sent.merge.kept), &flash))
}

/// Remembers that they are not the same.
pub async fn reject(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let sent = read(&form);
    let mut faults = Faults::default();
    let reason = form.iter().find(|(k, _)| k == "reason").map_or("", |(_, v)| v.as_str());
    let reason = faults.text("reason", "Skälet", reason, 500);
    if !faults.is_empty() {
        return Err(AppError::rejected("Skälet får ha högst 500 tecken. Gå tillbaka och korta det."));
    }
    let mut tx = ctx.begin().await?;
    let members = open_all(&ctx, &mut tx, &sent.ids).await?;
    let ids: Vec<Uuid> = members.iter().map(|m| m.id).collect();
    acts::reject(&mut tx, &ids, &reason, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "systems/same",
        &Flash::success("Det är noterat att systemen inte är samma. De föreslås inte igen."),
    ))
}

/// Puts a proposal off: it comes last among the proposals until somebody decides.
pub async fn later(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let sent = read(&form);
    let mut tx = ctx.begin().await?;
    let members = open_all(&ctx, &mut tx, &sent.ids).await?;
    let ids: Vec<Uuid> = members.iter().map(|m| m.id).collect();
    proposals::update_later(&mut tx, &ids, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "systems/same",
        &Flash::success("Förslaget är sparat till senare. Det finns sist i listan."),
    ))
}

/// Lets two systems be proposed again.
pub async fn reopen(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    if !queries::delete_rejection(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect("systems/same", &Flash::success("Systemen föreslås igen.")))
}
