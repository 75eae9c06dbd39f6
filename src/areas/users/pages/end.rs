//! Ending a membership.

use askama::Template;
use axum::response::Response;

use super::{load, roles::LAST_ADMIN};
use crate::{
    areas::users::{
        model::{Member, Standing},
        queries, service,
    },
    auth::{event, permissions::Permission},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::Id,
        filters,
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "users/end.html")]
struct EndPage {
    page: Page,
    member: Member,
}

/// Asks whether it is meant.
pub async fn confirm(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let member = load(&ctx, &mut tx, id, Permission::UserWrite).await?;
    let page = ctx
        .page(&mut tx, "Avsluta användare")
        .await?
        .crumb("Användare", "users")
        .crumb(member.name.clone(), format!("users/{id}"));
    tx.commit().await?;
    ctx.html(&EndPage { page, member })
}

/// Ends the membership and every role of it. The account itself is the person's own.
pub async fn delete(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    if !ctx.scope().all {
        return Err(AppError::NotFound);
    }
    let mut tx = ctx.begin().await?;
    let member = load(&ctx, &mut tx, id, Permission::UserWrite).await?;
    if member.standing() == Standing::Ended {
        return Err(AppError::rejected("Användaren är redan avslutad."));
    }
    let today = ctx.today();
    if queries::is_admin(&mut tx, id, today).await?
        && queries::count_other_admins(&mut tx, id, None, today).await? == 0
    {
        return Err(AppError::Forbidden(LAST_ADMIN.into()));
    }
    queries::end_membership(&mut tx, id, ctx.now(), today).await?;
    service::record(&mut tx, event::Kind::MembershipEnded, id, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect("users", &Flash::success("Användaren är avslutad och kommer inte längre in.")))
}
