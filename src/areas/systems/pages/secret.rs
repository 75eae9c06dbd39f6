//! The secret note (OSL 18 kap. 8 §): behind a right of its own, and every reading is logged.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::queries::systems,
    frame::{self, At, Head},
};
use crate::{
    areas::audit::AccessKind,
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
    },
};

#[derive(Template)]
#[template(path = "systems/secret.html")]
struct SecretPage {
    page: Page,
    head: Head,
    text: String,
    version: i32,
    may_change: bool,
    faults: Faults,
}

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawSecret {
    version: i32,
    secret_note: String,
}

/// Shows the note and logs that it was shown.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    if !opened.may(&ctx, P::SystemSecretRead) {
        return Err(AppError::NotFound);
    }
    let id = opened.system.id;
    let note = systems::find_secret_note(&mut tx, id).await?.unwrap_or_default();
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Overview, "Skyddad anteckning").await?;
    ctx.log_access(&mut tx, AccessKind::Reveal, ("system", Some(id)), json!({ "field": "secret_note" }))
        .await?;
    tx.commit().await?;
    ctx.html(&SecretPage {
        page,
        head,
        text: note,
        version: opened.system.version,
        may_change: opened.may(&ctx, P::SystemSecretWrite),
        faults: Faults::default(),
    })
}

/// Changes the note.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawSecret>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    if !opened.may(&ctx, P::SystemSecretWrite) {
        return Err(AppError::NotFound);
    }
    let mut faults = Faults::default();
    let note = faults.text("secret_note", "Anteckningen", &raw.secret_note, 4000);
    if !faults.is_empty() {
        let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Overview, "Skyddad anteckning").await?;
        tx.commit().await?;
        return ctx.unprocessable(&SecretPage {
            page: page.faulty(),
            head,
            text: raw.secret_note,
            version: raw.version,
            may_change: true,
            faults,
        });
    }
    if !systems::update_secret_note(&mut tx, opened.system.id, raw.version, &note).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat systemet sedan du öppnade sidan. Kopiera din text, ladda om sidan och skriv in den igen.".into(),
        ));
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path(""), &Flash::success("Den skyddade anteckningen är sparad.")))
}
