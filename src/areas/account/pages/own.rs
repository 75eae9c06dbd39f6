//! The user's own account: name, how pages look, where one is signed in.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    areas::account::{agent, queries},
    auth::{event, session},
    error::{AppError, AppResult},
    web::{
        extract::{Form, Id},
        filters, flash,
        form::Faults,
        open_ctx::OpenCtx,
        page::{Density, Flash, Page, Theme},
        page_parts::Choice,
    },
};

/// How many of the account's events are shown.
const EVENTS: i64 = 10;

/// What is typed.
#[derive(Debug, Default, Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    density: String,
    #[serde(default)]
    colour_scheme: String,
}

struct Session {
    id: Uuid,
    device: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    is_this: bool,
}

struct Event {
    at: DateTime<Utc>,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "account/show.html")]
struct AccountPage {
    page: Page,
    email: String,
    raw: ProfileForm,
    densities: Vec<Choice>,
    schemes: Vec<Choice>,
    sessions: Vec<Session>,
    events: Vec<Event>,
    faults: Faults,
}

/// The account.
pub async fn show(ctx: OpenCtx) -> AppResult<Response> {
    let user = ctx.user()?;
    let raw = ProfileForm {
        name: user.name.clone(),
        density: user.density.clone(),
        colour_scheme: user.colour_scheme.clone(),
    };
    ctx.html(&page(&ctx, raw, Faults::default()).await?)
}

/// Changes name and looks.
pub async fn update(ctx: OpenCtx, Form(raw): Form<ProfileForm>) -> AppResult<Response> {
    let user = ctx.user()?;
    let mut faults = Faults::default();
    let name = faults.required("name", "Namn", &raw.name, 200);
    if !faults.is_empty() {
        let mut template = page(&ctx, raw, faults).await?;
        template.page = template.page.faulty();
        return ctx.unprocessable(&template);
    }
    // Both are read so that anything else becomes the usual.
    let density = Density::parse(&raw.density).code();
    let scheme = Theme::parse(&raw.colour_scheme).code();
    queries::update_profile(ctx.app.system().pool(), user.user_id, &name, density, scheme).await?;
    Ok(ctx.redirect("/account", &Flash::success("Ändringarna är sparade.")))
}

/// Ends one of the user's sessions; ending this one is signing out.
pub async fn end_one(ctx: OpenCtx, Id(id): Id) -> AppResult<Response> {
    let user = ctx.user()?;
    let pool = ctx.app.system().pool();
    if !session::delete(pool, user.user_id, id).await? {
        return Err(AppError::NotFound);
    }
    ctx.event(event::Kind::SessionsEnded, Some(user.user_id)).record(pool, ctx.now()).await?;
    if id == user.session_id {
        let jar = CookieJar::new().add(ctx.app.cookies().no_session());
        return Ok((jar, Redirect::to("/login")).into_response());
    }
    Ok(ctx.redirect("/account", &Flash::success("Inloggningen är avslutad.")))
}

/// Ends every session of the user's, this one too.
pub async fn end_all(ctx: OpenCtx) -> AppResult<Response> {
    let user = ctx.user()?;
    let pool = ctx.app.system().pool();
    session::delete_others(pool, user.user_id, None).await?;
    ctx.event(event::Kind::SessionsEnded, Some(user.user_id)).record(pool, ctx.now()).await?;
    let cookies = ctx.app.cookies();
    let message = Flash::success("Du är utloggad överallt.");
    let jar = CookieJar::new().add(cookies.no_session()).add(flash::cookie(cookies, &message));
    Ok((jar, Redirect::to("/login")).into_response())
}

async fn page(ctx: &OpenCtx, raw: ProfileForm, faults: Faults) -> AppResult<AccountPage> {
    let user = ctx.user()?;
    let pool = ctx.app.system().pool();
    let sessions = queries::list_sessions(pool, user.user_id, ctx.now()).await?;
    let events = queries::list_events(pool, user.user_id, EVENTS).await?;
    Ok(AccountPage {
        page: ctx.own_page("Mitt konto").await?,
        email: user.email.clone(),
        raw,
        densities: vec![
            Choice::new(Density::Compact.code(), "Tätt")
                .with_hint("Mer på skärmen, för den som arbetar här hela dagen."),
            Choice::new(Density::Comfortable.code(), "Luftigt").with_hint("Större text och mer luft."),
        ],
        schemes: vec![
            Choice::new(Theme::Auto.code(), "Som datorn"),
            Choice::new(Theme::Light.code(), "Ljust"),
            Choice::new(Theme::Dark.code(), "Mörkt"),
        ],
        sessions: sessions
            .into_iter()
            .map(|s| Session {
                id: s.id,
                device: agent::device(&s.user_agent),
                created_at: s.created_at,
                last_seen_at: s.last_seen_at,
                is_this: s.id == user.session_id,
            })
            .collect(),
        events: events.into_iter().map(|e| Event { at: e.at, label: event::Kind::label(&e.kind) }).collect(),
        faults,
    })
}
