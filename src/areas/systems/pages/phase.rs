//! Moving a system to another phase of its life cycle, from a day.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    super::{
        model::{PHASES, codes_of},
        queries::systems,
    },
    frame::{self, At, Head},
};
use crate::{
    areas::settings::Named,
    auth::permissions::Permission as P,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawPhase {
    version: i32,
    phase: String,
    phase_since: String,
}

#[derive(Template)]
#[template(path = "systems/phase.html")]
struct PhasePage {
    page: Page,
    head: Head,
    raw: RawPhase,
    faults: Faults,
    phases: Vec<Choice>,
}

async fn draw(ctx: &Ctx, id: uuid::Uuid, raw: Option<RawPhase>, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(ctx, &mut tx, id, P::SystemWrite).await?;
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Overview, "Byt fas").await?;
    tx.commit().await?;
    let system = &opened.system;
    let raw = raw.unwrap_or_else(|| RawPhase {
        version: system.version,
        phase: system.fields.phase.clone(),
        phase_since: ctx.today().to_string(),
    });
    let phases = opened
        .settings
        .names
        .list(Named::Phase)
        .into_iter()
        .map(|(code, name)| Choice::new(code, name))
        .collect();
    let came_back = !faults.is_empty();
    let page = if came_back { page.faulty() } else { page };
    let template = PhasePage { page, head, raw, faults, phases };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The form.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, None, Faults::default()).await
}

/// Changes the phase.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawPhase>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let phase = faults.choice("phase", "Fas", &raw.phase, &codes_of(&PHASES));
    if phase.is_empty() && faults.is_empty() {
        faults.add("phase", "Välj fas.");
    }
    let since = faults.date("phase_since", "Dagen", &raw.phase_since);
    if since.is_none() && faults.of("phase_since").is_none() {
        faults.add("phase_since", "Ange från vilken dag systemet är i fasen.");
    }
    if !faults.is_empty() {
        return draw(&ctx, id, Some(raw), faults).await;
    }
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let mut fields = opened.system.fields.clone();
    fields.phase = phase;
    fields.phase_since = since;
    if !systems::update_system(&mut tx, opened.system.id, raw.version, &fields).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat systemet sedan du öppnade sidan. Gå tillbaka, ladda om sidan och välj fas igen.".into(),
        ));
    }
    tx.commit().await?;
    let name = opened.settings.names.phase(&fields.phase).to_lowercase();
    Ok(ctx.redirect(opened.path(""), &Flash::success(format!("Systemet är nu i fasen {name}."))))
}
