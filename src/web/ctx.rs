//! The one extractor of a municipality's pages: who asks, where, with what right.
//!
//! ```ignore
//! pub async fn list(ctx: Ctx) -> AppResult<Response> {
//!     let mut tx = ctx.begin().await?;
//!     let systems = queries::list_systems(&mut tx, ctx.scope()).await?;
//!     let page = ctx.page(&mut tx, "System").await?;
//!     ctx.html(&SystemsPage { page: page.wide(), systems })
//! }
//! ```
//! A route's permission is checked before the handler runs: without it the page does not exist (404).

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, Uri, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    flash, form,
    list::state::pairs,
    nav::{self, Tally},
    page::{Density, Flash, Page, TenantLink, Theme, UserBadge},
    routes::Required,
};
use crate::{
    app::AppState,
    auth::{
        permissions::Permission,
        principal::{self, Principal, Scope},
        session::{self, SignedIn},
    },
    db::{
        system::Tenant,
        tenant::{Actor, TenantTx},
    },
    error::{AppError, AppResult},
};

/// The request's id, given by the outermost layer.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestId(pub Uuid);

/// Who asks for a page of which municipality, with what right.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The server's shared parts.
    pub app: AppState,
    /// The municipality of the address.
    pub tenant: Tenant,
    /// The signed-in user.
    pub user: Arc<SignedIn>,
    /// What the user may do here.
    pub principal: Arc<Principal>,
    /// The request's id.
    pub request_id: Uuid,
    /// Whether htmx asks for a part of the page.
    pub is_partial: bool,
    permission: Permission,
    scope: Scope,
    path: String,
    flash: Option<Flash>,
}

impl FromRequestParts<AppState> for Ctx {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, AppError> {
        let Required(permission) = parts
            .extensions
            .get::<Required>()
            .copied()
            .ok_or_else(|| AppError::broken("a route without permission"))?;
        let user = signed_in(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| AppError::NotFound)?;
        let slug = params
            .iter()
            .find(|(k, _)| *k == "tenant")
            .map(|(_, v)| v.to_owned())
            .ok_or(AppError::NotFound)?;
        let tenant = app.system().find_tenant(&slug).await?.ok_or(AppError::NotFound)?;
        let is_member = sqlx::query_scalar!(
            r#"select exists (select 1 from sys.membership where tenant_id = $1 and user_id = $2 and ended_at is null) as "m!""#,
            tenant.id,
            user.user_id
        )
        .fetch_one(app.system().pool())
        .await?;
        if !is_member {
            return Err(AppError::NotFound);
        }
        let request_id = parts.extensions.get::<RequestId>().copied().unwrap_or_default().0;
        let actor =
            Actor { user_id: Some(user.user_id), name: user.name.clone(), request_id: Some(request_id) };
        let mut tx = app.tenants().begin(tenant.id, actor).await?;
        let principal = principal::load(&mut tx, user.user_id, app.clock().today()).await?;
        tx.rollback().await?;
        let scope = principal.scope(permission).ok_or(AppError::NotFound)?;
        let jar = CookieJar::from_headers(&parts.headers);
        Ok(Self {
            app: app.clone(),
            tenant,
            user: Arc::new(user),
            principal: Arc::new(principal),
            request_id,
            // Not "hx-request": when htmx goes back in history it asks for the whole page.
            is_partial: parts.headers.get("hx-request-type").is_some_and(|kind| kind == "partial"),
            permission,
            scope,
            path: parts.uri.path().to_owned(),
            flash: flash::read(app.cookies(), &jar),
        })
    }
}

/// The signed-in user, else the way to the sign-in page and back.
pub async fn signed_in(parts: &Parts, app: &AppState) -> AppResult<SignedIn> {
    // A page is worth coming back to; what was posted is not repeated.
    let back = if parts.method == axum::http::Method::GET { way_back(&parts.uri) } else { String::new() };
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(token) = jar.get(app.cookies().session_name()) else { return Err(AppError::SignInNeeded(back)) };
    session::find(app.system().pool(), token.value(), app.clock().now())
        .await?
        .ok_or(AppError::SignInNeeded(back))
}

/// The address to come back to after sign-in. What was searched for may be a name, and the address of the sign-in page stays in
/// the browser after the session: a search is left out, and the filters with it, which without it would show something else.
fn way_back(uri: &Uri) -> String {
    let is_search = pairs(uri.query().unwrap_or_default()).iter().any(|(key, _)| key == "q");
    if is_search {
        uri.path().to_owned()
    } else {
        uri.path_and_query().map_or_else(String::new, ToString::to_string)
    }
}

impl Ctx {
    /// The reach of the route's permission.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The reach of another permission; empty if the user lacks it.
    #[must_use]
    pub fn scope_for(&self, permission: Permission) -> Scope {
        self.principal.scope(permission).unwrap_or_default()
    }

    /// Whether the user has a permission, on something at least: for showing a button. What it acts on is checked
    /// against [`Ctx::scope_for`] when it is loaded.
    #[must_use]
    pub fn can(&self, permission: Permission) -> bool {
        self.principal.can(permission)
    }

    /// The route's permission.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// Today in Sweden.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.app.clock().today()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock().now()
    }

    /// On whose behalf: for jobs and for [`Ctx::begin`].
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: Some(self.user.user_id),
            name: self.user.name.clone(),
            request_id: Some(self.request_id),
        }
    }

    /// A transaction in the municipality's data.
    pub async fn begin(&self) -> AppResult<TenantTx> {
        self.app.tenants().begin(self.tenant.id, self.actor()).await
    }

    /// The path of something in this municipality.
    #[must_use]
    pub fn path(&self, rest: impl AsRef<str>) -> String {
        let rest = rest.as_ref().trim_start_matches('/');
        if rest.is_empty() {
            format!("/{}", self.tenant.slug)
        } else {
            format!("/{}/{rest}", self.tenant.slug)
        }
    }

    /// The path that was asked for.
    #[must_use]
    pub fn request_path(&self) -> &str {
        &self.path
    }

    /// The frame of a page: menu by rights, tasks waiting, messages.
    pub async fn page(&self, tx: &mut TenantTx, title: impl Into<String>) -> AppResult<Page> {
        let waiting = crate::areas::watch::count_waiting(tx, &self.principal, self.today()).await?;
        // Whoever has never been asked anything has no use for the place.
        let asked = crate::areas::matches::count_questions(tx, &self.principal).await?;
        let see = |slug: &str| {
            let permission = self.app.place_permission(slug)?;
            let waits = match slug {
                "tasks" => waiting,
                "questions" => asked?,
                _ => 0,
            };
            self.principal
                .can(permission)
                .then_some(Tally { count: None, badge: (waits > 0).then_some(waits) })
        };
        let (nav, nav_end) = nav::menu(&self.tenant.slug, &self.path, see);
        let tenants = self.app.system().list_tenants_of(self.user.user_id).await?;
        let link = |t: &Tenant| TenantLink::new(&t.slug, &t.name);
        Ok(Page {
            title: title.into(),
            tenant: Some(link(&self.tenant)),
            tenants: tenants.iter().map(link).collect(),
            user: Some(UserBadge::new(&self.user.name, &self.user.email)),
            nav,
            nav_end,
            create: crate::areas::create_menu(self),
            account: crate::areas::account_menu(self),
            footer: crate::areas::footer(self),
            flash: self.flash.iter().cloned().collect(),
            searchable: self.app.place_permission("search").is_some(),
            today: self.today(),
            version: env!("CARGO_PKG_VERSION"),
            density: Density::parse(&self.user.density),
            theme: Theme::parse(&self.user.colour_scheme),
            request_id: self.request_id.to_string(),
            notice: self.tenant.is_demo.then(|| {
                "Det här är en påhittad kommun. Personer, företag och nummer finns inte.".to_owned()
            }),
            ..Page::default()
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

    fn answer(&self, status: StatusCode, template: &impl Template) -> AppResult<Response> {
        let mut response = (status, Html(form::in_order(template.render()?))).into_response();
        // What was shown once is not shown again.
        if self.flash.is_some() {
            response = (CookieJar::new().add(self.app.cookies().no_flash()), response).into_response();
        }
        Ok(response)
    }

    /// After a success: on to a page of this municipality, with a message.
    #[must_use]
    pub fn redirect(&self, to: impl AsRef<str>, flash: &Flash) -> Response {
        (CookieJar::new().add(flash::cookie(self.app.cookies(), flash)), Redirect::to(&self.path(to)))
            .into_response()
    }

    /// On to a page of this municipality.
    #[must_use]
    pub fn go(&self, to: impl AsRef<str>) -> Response {
        Redirect::to(&self.path(to)).into_response()
    }

    /// Logs that personal data was read or that data was taken out. `detail` holds counts and filters, never the data.
    pub async fn log_access(
        &self,
        tx: &mut TenantTx,
        kind: crate::areas::audit::AccessKind,
        object: (&str, Option<Uuid>),
        detail: serde_json::Value,
    ) -> AppResult<()> {
        crate::areas::audit::log_access(tx, kind, object, detail).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_does_not_stand_in_the_address_of_the_sign_in_page() {
        for (address, back) in [
            ("/vik/contracts?vy=loper-ut&page=2", "/vik/contracts?vy=loper-ut&page=2"),
            ("/vik/people?q=Karin", "/vik/people"),
            ("/vik/people?vy=nya&q=Karin%20Ek&page=2", "/vik/people"),
            ("/vik/search?%71=Karin", "/vik/search"),
            ("/vik", "/vik"),
        ] {
            assert_eq!(way_back(&address.parse().unwrap()), back);
        }
    }
}
