//! The own password: forgotten, or changed.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{clock_time, new_password};
use crate::{
    areas::{
        account::{
            jobs::{PasswordChangedMail, ResetMail},
            queries,
        },
        users::Email,
    },
    auth::{
        event::Kind,
        password::{self, Password},
        session,
        sign_in::{self, Outcome},
        throttle, token,
    },
    error::{AppError, AppResult},
    jobs::Enqueue,
    web::{
        extract::Form,
        filters, flash,
        form::Faults,
        open_ctx::OpenCtx,
        page::{Flash, Page},
    },
};

/// The address that a link is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct ForgottenForm {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "account/forgotten.html")]
struct ForgottenPage {
    page: Page,
    email: String,
    faults: Faults,
    is_sent: bool,
}

/// "Glömt lösenord".
pub async fn forgotten(ctx: OpenCtx) -> AppResult<Response> {
    let page = ctx.page("Glömt lösenord");
    ctx.html(&ForgottenPage { page, email: String::new(), faults: Faults::default(), is_sent: false })
}

/// Queues the letter with the link. The answer is the same for an address that nobody has, and after the same work.
pub async fn send_link(ctx: OpenCtx, Form(form): Form<ForgottenForm>) -> AppResult<Response> {
    let Some(email) = Email::parse(&form.email) else {
        let mut faults = Faults::default();
        faults.add("email", "Ange din e-postadress, till exempel namn@kommunen.se.");
        let page = ctx.page("Glömt lösenord").faulty();
        return ctx.unprocessable(&ForgottenPage { page, email: form.email, faults, is_sent: false });
    };
    let (pool, now) = (ctx.app.system().pool(), ctx.now());
    let client = throttle::RESET_CLIENT.by_client(ctx.app.keys(), ctx.client_ip);
    if throttle::attempt(pool, &client, now).await?.is_err() {
        return Err(AppError::TooManyRequests);
    }
    // Over the limit for one address nothing is sent and nothing is told: the one who fills a mailbox learns nothing.
    let address = throttle::RESET_ACCOUNT.by_text(ctx.app.keys(), email.as_str());
    if throttle::attempt(pool, &address, now).await?.is_ok() {
        let user_id = queries::find_user_id(pool, email.as_str()).await?;
        Enqueue::new(&ResetMail { user_id }, now)?.send(pool).await?;
        ctx.event(Kind::ResetRequested, user_id).record(pool, now).await?;
    }
    ctx.html(&ForgottenPage {
        page: ctx.page("Titta i din inkorg"),
        email: form.email,
        faults: Faults::default(),
        is_sent: true,
    })
}

/// What is typed to change the password.
#[derive(Default, Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    page: Page,
    email: String,
    faults: Faults,
}

/// The page to change the password.
pub async fn edit(ctx: OpenCtx) -> AppResult<Response> {
    let page = ctx.own_page("Byt lösenord").await?.crumb("Mitt konto", "account");
    ctx.html(&PasswordPage { page, email: ctx.user()?.email.clone(), faults: Faults::default() })
}

/// Changes the password. Every other session ends, and this one gets a new token.
pub async fn update(ctx: OpenCtx, Form(form): Form<PasswordForm>) -> AppResult<Response> {
    let user = ctx.user()?;
    let mut faults = Faults::default();
    if form.current.is_empty() {
        faults.add("current", "Ange ditt nuvarande lösenord.");
    }
    let own = [user.email.as_str(), user.name.as_str()];
    let new = new_password(&mut faults, &form.password, &form.password_again, &own);
    if faults.is_empty() {
        if form.current == form.password {
            faults.add("password", "Det nya lösenordet är detsamma som det gamla. Välj ett annat.");
        } else {
            match sign_in::confirm(&ctx.app, user.user_id, &user.email, &Password::new(&form.current)).await?
            {
                Outcome::In(_) => {}
                Outcome::Wrong => faults.add("current", "Det nuvarande lösenordet stämmer inte."),
                Outcome::Locked(until) => faults.add(
                    "current",
                    format!(
                        "Det har gjorts för många försök. Du kan försöka igen klockan {}.",
                        clock_time(until)
                    ),
                ),
            }
        }
    }
    if !faults.is_empty() {
        let page = ctx.own_page("Byt lösenord").await?.crumb("Mitt konto", "account").faulty();
        return ctx.unprocessable(&PasswordPage { page, email: user.email.clone(), faults });
    }
    let hash = password::hash(&new).await?;
    let (pool, now) = (ctx.app.system().pool(), ctx.now());
    let mut tx = pool.begin().await?;
    queries::update_password(&mut *tx, user.user_id, &hash).await?;
    token::revoke_all(&mut *tx, user.user_id).await?;
    ctx.event(Kind::PasswordChanged, Some(user.user_id)).record(&mut *tx, now).await?;
    Enqueue::new(&PasswordChangedMail { user_id: user.user_id }, now)?.send(&mut *tx).await?;
    tx.commit().await?;
    session::delete_others(pool, user.user_id, None).await?;
    let token = session::create(pool, user.user_id, &ctx.user_agent, now).await?;
    let message = Flash::success("Lösenordet är bytt. Alla andra inloggningar har avslutats.");
    let cookies = ctx.app.cookies();
    let jar = CookieJar::new().add(cookies.session(token)).add(flash::cookie(cookies, &message));
    Ok((jar, Redirect::to("/account")).into_response())
}
