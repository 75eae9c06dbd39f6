//! What the handlers share, and the order of the layers around them.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::HeaderValue,
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use sqlx::PgPool;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};
use uuid::Uuid;

use crate::{
    areas,
    auth::{permissions::Permission, session},
    clock::Clock,
    crypto::Keys,
    db::{system::SystemDb, tenant::TenantDb},
    mail::Mailer,
    web::{
        client_ip,
        cookies::Cookies,
        csrf,
        ctx::RequestId,
        errors, extract, headers,
        routes::{Access, RouteInfo, Routes},
        slash,
    },
};

/// The most that one request may carry: a file of 50 MB and the form around it.
pub const MAX_BODY: usize = 51 * 1024 * 1024;

/// What the handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    system: SystemDb,
    tenants: TenantDb,
    clock: Clock,
    keys: Keys,
    mailer: Mailer,
    base_url: String,
    trusted_proxies: Vec<IpAddr>,
    setup_token: Option<String>,
    routes: Vec<RouteInfo>,
    places: HashMap<String, Permission>,
}

/// What [`AppState::new`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// A pool of the restricted role.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// Keys for secret columns.
    pub keys: Keys,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// The address that links in mail begin with, without a slash at the end.
    pub base_url: String,
    /// The proxies whose word on the client's address is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// The secret that guards the set-up page while there is no user.
    pub setup_token: Option<String>,
}

impl AppState {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let routes = areas::routes().table().to_vec();
        let mut places = HashMap::new();
        for route in routes.iter().filter(|r| r.method == axum::http::Method::GET) {
            if let Access::Needs(permission) = route.access {
                let rest = route.path.strip_prefix("/{tenant}").unwrap_or_default();
                if !rest.contains('{') && rest.matches('/').count() <= 1 {
                    places.insert(rest.trim_start_matches('/').to_owned(), permission);
                }
            }
        }
        Self(Arc::new(Inner {
            system: SystemDb::new(parts.pool.clone()),
            tenants: TenantDb::new(parts.pool),
            clock: parts.clock,
            keys: parts.keys,
            mailer: parts.mailer,
            base_url: parts.base_url,
            trusted_proxies: parts.trusted_proxies,
            setup_token: parts.setup_token,
            routes,
            places,
        }))
    }

    /// Identity, tenants, the queue.
    #[must_use]
    pub fn system(&self) -> &SystemDb {
        &self.0.system
    }

    /// The door to a municipality's data.
    #[must_use]
    pub fn tenants(&self) -> &TenantDb {
        &self.0.tenants
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Keys for secret columns.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Outgoing mail.
    #[must_use]
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// The address that links in mail begin with.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The proxies whose word on the client's address is taken.
    #[must_use]
    pub fn trusted_proxies(&self) -> &[IpAddr] {
        &self.0.trusted_proxies
    }

    /// The service's cookies.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        Cookies::of(&self.0.base_url)
    }

    /// The secret that guards the set-up page.
    #[must_use]
    pub fn setup_token(&self) -> Option<&str> {
        self.0.setup_token.as_deref()
    }

    /// Every route.
    #[must_use]
    pub fn routes(&self) -> &[RouteInfo] {
        &self.0.routes
    }

    /// The permission of the page `/{tenant}/{slug}`; `None` = there is no such page.
    #[must_use]
    pub fn place_permission(&self, slug: &str) -> Option<Permission> {
        self.0.places.get(slug).copied()
    }

    /// Whether a municipality has a page at a path such as `systems/new`.
    #[must_use]
    pub fn has_page(&self, path: &str) -> bool {
        let wanted = path.trim_start_matches('/');
        self.0
            .routes
            .iter()
            .any(|r| r.method == axum::http::Method::GET && r.path.strip_prefix("/{tenant}/") == Some(wanted))
    }

    /// Whether a path such as `/login` is ours and not a municipality's.
    #[must_use]
    pub fn is_open_path(&self, path: &str) -> bool {
        self.0.routes.iter().any(|r| {
            matches!(r.access, Access::Open(_)) && (r.path == path || r.path.starts_with(&format!("{path}/")))
        })
    }
}

/// The whole service: routes inside, and what becomes of an address that is none of theirs; then from the inside out: addresses
/// that no text can hold, CSRF, error pages, body limit, panics, time limit, headers, compression, session renewal, client address,
/// request id and log line.
pub fn router(state: AppState) -> Router {
    let routes: Routes = areas::routes();
    routes
        .into_router()
        .fallback(slash::without)
        .layer(from_fn(extract::layer))
        .layer(from_fn(csrf::layer))
        .layer(from_fn_with_state(state.clone(), errors::layer))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            use axum::response::IntoResponse as _;
            crate::error::AppError::broken("a handler panicked").into_response()
        }))
        .layer(from_fn_with_state(state.clone(), errors::layer))
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(120),
        ))
        .layer(from_fn(headers::layer))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), renew_session))
        .layer(from_fn_with_state(state.clone(), client_ip::layer))
        .layer(from_fn(log_request))
        .with_state(state)
}

/// Gives the request its id and writes one line when it is answered: the path pattern, never the query.
async fn log_request(mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let path = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or("-".to_owned(), |p| p.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, %path);
    let started = std::time::Instant::now();
    let mut response = tracing::Instrument::instrument(next.run(request), span.clone()).await;
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), ms, "answered"));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// A token that [`session::find`] replaced while the request ran goes out with the answer.
async fn renew_session(
    axum::extract::State(state): axum::extract::State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    use axum::http::header::SET_COOKIE;
    let cookies = state.cookies();
    let token = axum_extra::extract::cookie::CookieJar::from_headers(request.headers())
        .get(cookies.session_name())
        .map(|c| c.value().to_owned());
    let mut response = next.run(request).await;
    let own = format!("{}=", cookies.session_name());
    let sets_its_own =
        response.headers().get_all(SET_COOKIE).iter().any(|v| v.as_bytes().starts_with(own.as_bytes()));
    if let (Some(token), false) = (token, sets_its_own)
        && let Ok(Some(new)) =
            session::rotate_if_old(state.system().pool(), &token, state.clock().now()).await
        && let Ok(value) = HeaderValue::from_str(&cookies.session(new).to_string())
    {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
