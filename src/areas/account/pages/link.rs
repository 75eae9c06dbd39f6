//! What links in mail lead to: a new password, and an invitation.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::new_password;
use crate::{
    areas::account::{jobs::PasswordChangedMail, queries},
    auth::{
        event::Kind as EventKind,
        password, session, throttle,
        token::{self, Holder, Kind},
    },
    error::AppResult,
    jobs::Enqueue,
    web::{
        extract::{Form, Path},
        filters,
        form::Faults,
        open_ctx::OpenCtx,
        page::{Flash, Page},
    },
};

/// What is typed to choose a password.
#[derive(Default, Deserialize)]
pub struct ChooseForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

#[derive(Template)]
#[template(path = "account/link.html")]
struct LinkPage {
    page: Page,
    /// The form's own address.
    action: String,
    /// The municipality that invites; `None` when it is about a new password.
    invited_to: Option<String>,
    full_name: String,
    email: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "account/link_gone.html")]
struct GonePage {
    page: Page,
    is_invitation: bool,
}

/// The page to choose a new password. Opening it uses nothing up.
pub async fn show_reset(ctx: OpenCtx, Path(secret): Path<String>) -> AppResult<Response> {
    show(&ctx, Kind::Reset, &secret).await
}

/// The page of an invitation. Opening it uses nothing up.
pub async fn show_invitation(ctx: OpenCtx, Path(secret): Path<String>) -> AppResult<Response> {
    show(&ctx, Kind::Invite, &secret).await
}

/// Chooses a new password.
pub async fn reset(
    ctx: OpenCtx,
    Path(secret): Path<String>,
    Form(form): Form<ChooseForm>,
) -> AppResult<Response> {
    choose(&ctx, Kind::Reset, &secret, form).await
}

/// Accepts an invitation.
pub async fn accept(
    ctx: OpenCtx,
    Path(secret): Path<String>,
    Form(form): Form<ChooseForm>,
) -> AppResult<Response> {
    choose(&ctx, Kind::Invite, &secret, form).await
}

async fn show(ctx: &OpenCtx, kind: Kind, secret: &str) -> AppResult<Response> {
    match token::find(ctx.app.system().pool(), kind, secret, ctx.now()).await? {
        None => gone(ctx, kind),
        Some(holder) => {
            let name = holder.name.clone();
            ctx.html(&page(ctx, kind, secret, &holder, name, Faults::default()).await?)
        }
    }
}

async fn choose(ctx: &OpenCtx, kind: Kind, secret: &str, form: ChooseForm) -> AppResult<Response> {
    let (pool, now) = (ctx.app.system().pool(), ctx.now());
    let Some(holder) = token::find(pool, kind, secret, now).await? else { return gone(ctx, kind) };
    let mut faults = Faults::default();
    let name = match kind {
        Kind::Invite => faults.required("name", "Namn", &form.name, 200),
        Kind::Reset => holder.name.clone(),
    };
    let own = [holder.email.as_str(), name.as_str()];
    let password = new_password(&mut faults, &form.password, &form.password_again, &own);
    if !faults.is_empty() {
        let mut template = page(ctx, kind, secret, &holder, name, faults).await?;
        template.page = template.page.faulty();
        return ctx.unprocessable(&template);
    }
    let hash = password::hash(&password).await?;
    let mut tx = pool.begin().await?;
    if !token::spend(&mut *tx, holder.token_id, now).await? {
        return gone(ctx, kind);
    }
    queries::update_password(&mut *tx, holder.user_id, &hash).await?;
    token::revoke_all(&mut *tx, holder.user_id).await?;
    let event = match kind {
        Kind::Invite => {
            queries::update_name(&mut *tx, holder.user_id, &name).await?;
            EventKind::InvitationAccepted
        }
        Kind::Reset => {
            Enqueue::new(&PasswordChangedMail { user_id: holder.user_id }, now)?.send(&mut *tx).await?;
            EventKind::PasswordReset
        }
    };
    let event = ctx.event(event, Some(holder.user_id));
    let event = holder.tenant_id.into_iter().fold(event, crate::auth::event::Event::tenant);
    event.record(&mut *tx, now).await?;
    tx.commit().await?;
    session::delete_others(pool, holder.user_id, None).await?;
    // Whoever has the mailbox is no guesser: a lock that others have caused ends.
    throttle::forgive(pool, &throttle::ACCOUNT.by_text(ctx.app.keys(), &holder.email)).await?;
    let message = match kind {
        Kind::Invite => Flash::success("Välkommen! Logga in med din e-postadress och det lösenord du valde."),
        Kind::Reset => Flash::success("Lösenordet är bytt. Logga in med det nya."),
    };
    Ok(ctx.redirect("/login", &message))
}

async fn page(
    ctx: &OpenCtx,
    kind: Kind,
    secret: &str,
    holder: &Holder,
    name: String,
    faults: Faults,
) -> AppResult<LinkPage> {
    let (title, path) = match kind {
        Kind::Invite => ("Välkommen till Överblick", "invite"),
        Kind::Reset => ("Välj ett nytt lösenord", "reset"),
    };
    let tenant = match holder.tenant_id {
        Some(id) => queries::find_tenant_name(ctx.app.system().pool(), id).await?,
        None => None,
    };
    // The secret came from the address and was found: it is one of ours.
    Ok(LinkPage {
        page: ctx.page(title),
        action: format!("/{path}/{secret}"),
        invited_to: tenant.map(|(name, _)| name),
        full_name: name,
        email: holder.email.clone(),
        faults,
    })
}

fn gone(ctx: &OpenCtx, kind: Kind) -> AppResult<Response> {
    let template =
        GonePage { page: ctx.page("Länken gäller inte längre"), is_invitation: kind == Kind::Invite };
    ctx.answer(StatusCode::NOT_FOUND, &template)
}
