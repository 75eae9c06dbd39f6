//! Signing in and out.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::clock_time;
use crate::{
    auth::{
        event::Kind,
        password::Password,
        session,
        sign_in::{Attempt, Outcome, sign_in},
    },
    error::AppResult,
    web::{
        extract::{Form, Query},
        filters,
        form::Faults,
        open_ctx::{OpenCtx, local_path},
        page::Page,
    },
};

/// Where to go on to.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What is typed.
#[derive(Default, Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    page: Page,
    email: String,
    next: String,
    faults: Faults,
}

/// The sign-in page; whoever is signed in goes on.
pub async fn show(ctx: OpenCtx, Query(query): Query<Next>) -> AppResult<Response> {
    let next = local_path(&query.next).unwrap_or("/").to_owned();
    if ctx.user_if_any().is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    ctx.html(&SignInPage {
        page: ctx.page("Logga in"),
        email: String::new(),
        next,
        faults: Faults::default(),
    })
}

/// Signs in. The token is new, whatever the browser carried before, and a session that it carried ends.
pub async fn create(ctx: OpenCtx, Form(form): Form<SignInForm>) -> AppResult<Response> {
    let next = local_path(&form.next).unwrap_or("/").to_owned();
    let mut faults = Faults::default();
    if form.email.trim().is_empty() {
        faults.add("email", "Ange din e-postadress.");
    }
    if form.password.is_empty() {
        faults.add("password", "Ange ditt lösenord.");
    }
    let mut again = None;
    if faults.is_empty() {
        let attempt = Attempt {
            email: &form.email,
            password: Password::new(&form.password),
            client_ip: ctx.client_ip,
            user_agent: &ctx.user_agent,
            request_id: ctx.request_id,
        };
        match sign_in(&ctx.app, &attempt).await? {
            Outcome::In(token) => {
                if let Some(old) = ctx.user_if_any() {
                    session::delete(ctx.app.system().pool(), old.user_id, old.session_id).await?;
                }
                let jar = CookieJar::new().add(ctx.app.cookies().session(token));
                return Ok((jar, Redirect::to(&next)).into_response());
            }
            Outcome::Wrong => faults
                .add("", "E-postadressen eller lösenordet stämmer inte. Kontrollera båda och försök igen."),
            Outcome::Locked(until) => {
                faults.add(
                    "",
                    format!(
                        "Det har gjorts för många försök. Du kan försöka igen klockan {}.",
                        clock_time(until)
                    ),
                );
                again = Some(until);
            }
        }
    }
    let template = SignInPage { page: ctx.page("Logga in").faulty(), email: form.email, next, faults };
    let Some(until) = again else { return ctx.unprocessable(&template) };
    let mut response = ctx.answer(StatusCode::TOO_MANY_REQUESTS, &template)?;
    let seconds = (until - ctx.now()).num_seconds().max(1);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

/// Signs out.
pub async fn delete(ctx: OpenCtx) -> AppResult<Response> {
    if let Some(user) = ctx.user_if_any() {
        let pool = ctx.app.system().pool();
        session::delete(pool, user.user_id, user.session_id).await?;
        ctx.event(Kind::SignOut, Some(user.user_id)).record(pool, ctx.now()).await?;
    }
    let jar = CookieJar::new().add(ctx.app.cookies().no_session());
    Ok((jar, Redirect::to("/login")).into_response())
}
