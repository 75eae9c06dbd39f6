//! The extractor of pages outside every municipality: sign-in, links in mail, the user's own account. What [`super::ctx::Ctx`]
//! is for the others.

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    client_ip::ClientIp,
    ctx::{self, RequestId},
    flash, form,
    nav::{NavGroup, NavItem},
    page::{Density, Flash, Page, TenantLink, Theme, UserBadge},
};
use crate::{
    app::AppState,
    auth::{event, session::SignedIn},
    db::system::Tenant,
    error::{AppError, AppResult},
};

/// Who asks for a page outside every municipality, signed in or not.
#[derive(Clone, Debug)]
pub struct OpenCtx {
    /// The server's shared parts.
    pub app: AppState,
    /// The request's id.
    pub request_id: Uuid,
    /// The client's address on the network.
    pub client_ip: Option<IpAddr>,
    /// What the browser calls itself.
    pub user_agent: String,
    user: Option<Arc<SignedIn>>,
    path: String,
    flash: Option<Flash>,
}

impl FromRequestParts<AppState> for OpenCtx {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, AppError> {
        let user = match ctx::signed_in(parts, app).await {
            Ok(user) => Some(Arc::new(user)),
            Err(AppError::SignInNeeded(_)) => None,
            Err(error) => return Err(error),
        };
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            request_id: parts.extensions.get::<RequestId>().copied().unwrap_or_default().0,
            client_ip: parts.extensions.get::<ClientIp>().copied().unwrap_or_default().0,
            user_agent: agent.to_owned(),
            user,
            // What was posted is not repeated after sign-in.
            path: if parts.method == axum::http::Method::GET {
                parts.uri.path().to_owned()
            } else {
                String::new()
            },
            flash: flash::read(app.cookies(), &CookieJar::from_headers(&parts.headers)),
        })
    }
}

impl OpenCtx {
    /// The signed-in user, else the way to the sign-in page and back.
    pub fn user(&self) -> AppResult<&SignedIn> {
        self.user.as_deref().ok_or_else(|| AppError::SignInNeeded(self.path.clone()))
    }

    /// The signed-in user, if anyone is.
    #[must_use]
    pub fn user_if_any(&self) -> Option<&SignedIn> {
        self.user.as_deref()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock().now()
    }

    /// A security event of this request.
    #[must_use]
    pub fn event(&self, kind: event::Kind, user_id: Option<Uuid>) -> event::Event {
        let event = user_id.map_or_else(|| event::Event::anonymous(kind), |id| event::Event::of(kind, id));
        event.request(self.request_id)
    }

    /// The frame of a page for someone who is not signed in.
    #[must_use]
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page {
            flash: self.flash.iter().cloned().collect(),
            ..Page::signed_out(title, self.app.clock().today())
        }
    }

    /// The frame of a page of the signed-in user's own: the menu leads to the account and to the user's municipalities.
    pub async fn own_page(&self, title: impl Into<String>) -> AppResult<Page> {
        let user = self.user()?;
        let tenants = self.app.system().list_tenants_of(user.user_id).await?;
        let link = |t: &Tenant| TenantLink::new(&t.slug, &t.name);
        let account = NavItem { current: true, ..NavItem::new("Mitt konto", "nyckel", "/account") };
        let mut nav = vec![NavGroup { label: String::new(), items: vec![account] }];
        if !tenants.is_empty() {
            let items = tenants
                .iter()
                .map(|t| NavItem::new(&t.name, "organisation", format!("/{}", t.slug)))
                .collect();
            nav.push(NavGroup { label: "Kommuner".to_owned(), items });
        }
        Ok(Page {
            tenants: tenants.iter().map(link).collect(),
            user: Some(UserBadge::new(&user.name, &user.email)),
            nav,
            density: Density::parse(&user.density),
            theme: Theme::parse(&user.colour_scheme),
            request_id: self.request_id.to_string(),
            ..self.page(title)
        })
    }

    /// A page, 200.
    pub fn html(&self, template: &impl Template) -> AppResult<Response> {
        self.answer(StatusCode::OK, template)
    }

    /// A form that came back with faults, 422.
    pub fn unprocessable(&self, template: &impl Template) -> AppResult<Response> {
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, template)
    }

    /// A page with a status of its own.
    pub fn answer(&self, status: StatusCode, template: &impl Template) -> AppResult<Response> {
        let response = (status, Html(form::in_order(template.render()?))).into_response();
        // What was shown once is not shown again.
        let shown = self.flash.is_some();
        Ok(if shown {
            (CookieJar::new().add(self.app.cookies().no_flash()), response).into_response()
        } else {
            response
        })
    }

    /// After a success: on to a path of this server, with a message.
    #[must_use]
    pub fn redirect(&self, to: &str, flash: &Flash) -> Response {
        (CookieJar::new().add(flash::cookie(self.app.cookies(), flash)), Redirect::to(to)).into_response()
    }
}

/// Where to go after sign-in: a path on this server that begins in a municipality or at the account, or nothing. What a browser
/// could read as another server (`//x`, `/\x`, a tab or a line feed) is nothing.
#[must_use]
pub fn local_path(typed: &str) -> Option<&str> {
    let is_odd = |c: char| c == '\\' || c.is_control();
    let ok = typed.starts_with('/')
        && !typed.starts_with("//")
        && !typed.chars().any(is_odd)
        && typed.len() <= 2000;
    let path = typed.split(['?', '#']).next().unwrap_or_default();
    let leads_nowhere = ["/login", "/logout", "/setup", "/forgot"].contains(&path);
    (ok && !leads_nowhere).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_our_own_is_gone_on_to() {
        for good in ["/vik", "/vik/contracts?vy=loper-ut&q=a%2Fb", "/account"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "vik",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/login?next=/login",
            "/logout",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }
}
