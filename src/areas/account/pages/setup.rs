//! The first start: while nobody has an account, whoever can read the server's log makes the first municipality and its
//! administrator.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::new_password;
use crate::{
    areas::{
        account::{queries, slug_fault},
        users::{self, Email, Moment, NewMember},
    },
    auth::{event::Kind, password, permissions::Role, throttle},
    db::tenant::Actor,
    error::{AppError, AppResult},
    web::{
        extract::{Form, Query},
        filters,
        form::Faults,
        open_ctx::OpenCtx,
        page::{Flash, Page},
    },
};

/// The secret from the log, when the address carries it.
#[derive(Default, Deserialize)]
pub struct SetupQuery {
    #[serde(default)]
    token: String,
}

/// What is typed.
#[derive(Default, Deserialize)]
pub struct SetupForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    tenant_name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

#[derive(Template)]
#[template(path = "account/setup.html")]
struct SetupPage {
    page: Page,
    raw: SetupForm,
    faults: Faults,
}

/// The page, while nobody has an account; then there is no such page.
pub async fn show(ctx: OpenCtx, Query(query): Query<SetupQuery>) -> AppResult<Response> {
    open(&ctx).await?;
    let raw = SetupForm { token: query.token, ..SetupForm::default() };
    ctx.html(&SetupPage { page: ctx.page("Kom igång"), raw, faults: Faults::default() })
}

/// Makes the municipality and its administrator.
pub async fn create(ctx: OpenCtx, Form(raw): Form<SetupForm>) -> AppResult<Response> {
    let secret = open(&ctx).await?;
    let counter = throttle::SETUP.by_client(ctx.app.keys(), ctx.client_ip);
    if throttle::attempt(ctx.app.system().pool(), &counter, ctx.now()).await?.is_err() {
        return Err(AppError::TooManyRequests);
    }
    let mut faults = Faults::default();
    if !bool::from(raw.token.trim().as_bytes().ct_eq(secret.as_bytes())) {
        faults.add(
            "token",
            "Koden stämmer inte. Kopiera den ur serverns logg, från raden som skrevs när servern startade.",
        );
    }
    let tenant_name = faults.required("tenant_name", "Kommunens namn", &raw.tenant_name, 200);
    let slug = raw.slug.trim().to_lowercase();
    if let Some(fault) = slug_fault(&slug) {
        faults.add("slug", fault);
    }
    let name = faults.required("name", "Ditt namn", &raw.name, 200);
    let email = Email::parse(&raw.email);
    if email.is_none() {
        faults.add("email", "Ange din e-postadress, till exempel namn@kommunen.se.");
    }
    let own = [raw.email.as_str(), name.as_str(), tenant_name.as_str()];
    let password = new_password(&mut faults, &raw.password, &raw.password_again, &own);
    let (true, Some(email)) = (faults.is_empty(), email) else {
        return ctx.answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            &SetupPage { page: ctx.page("Kom igång").faulty(), raw, faults },
        );
    };
    let hash = password::hash(&password).await?;
    let actor = Actor { user_id: None, name, request_id: Some(ctx.request_id) };
    let new = NewMember {
        email,
        name: actor.name.clone(),
        person_id: None,
        roles: vec![(Role::TenantAdmin, None)],
    };
    let tenant_id = crate::ids::new_id();
    let mut tx = ctx.app.tenants().begin(tenant_id, actor).await?;
    if !queries::begin_setup(&mut tx, &slug, &tenant_name).await? {
        return Err(AppError::NotFound);
    }
    let user_id = users::join(&mut tx, &new, Some(&hash), Moment::of(ctx.app.clock())).await?;
    ctx.event(Kind::SetUp, Some(user_id)).tenant(tenant_id).record(&mut *tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect("/login", &Flash::success("Kommunen är upplagd. Logga in för att börja.")))
}

/// The secret, while the page is open.
async fn open(ctx: &OpenCtx) -> AppResult<String> {
    let secret = ctx.app.setup_token().ok_or(AppError::NotFound)?;
    if queries::anyone(ctx.app.system().pool()).await? {
        return Err(AppError::NotFound);
    }
    Ok(secret.to_owned())
}
