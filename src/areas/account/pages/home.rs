//! `/`: on to where one belongs.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::{
    areas::account::queries,
    db::system::Tenant,
    error::AppResult,
    web::{filters, open_ctx::OpenCtx, page::Page},
};

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage {
    page: Page,
    tenants: Vec<Tenant>,
}

/// To the only municipality, or a choice of them; to sign-in, or to the first start.
pub async fn show(ctx: OpenCtx) -> AppResult<Response> {
    let Some(user) = ctx.user_if_any() else {
        let is_first_start =
            ctx.app.setup_token().is_some() && !queries::anyone(ctx.app.system().pool()).await?;
        return Ok(Redirect::to(if is_first_start { "/setup" } else { "/login" }).into_response());
    };
    let tenants = ctx.app.system().list_tenants_of(user.user_id).await?;
    if let [only] = tenants.as_slice() {
        return Ok(Redirect::to(&format!("/{}", only.slug)).into_response());
    }
    let title = if tenants.is_empty() { "Ingen kommun än" } else { "Välj kommun" };
    ctx.html(&HomePage { page: ctx.own_page(title).await?, tenants })
}
