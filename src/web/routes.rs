//! Route registration: method + path + permission, in one line. A route without a permission does not compile, and the
//! table that grows from the registrations is what the tests walk (`tests/it/routes.rs`, `tests/it/tenancy.rs`).

use axum::{
    Extension, Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, on},
};

use crate::{app::AppState, auth::permissions::Permission};

/// Why a route needs no permission in a municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Before sign-in: sign-in itself, links in mail, static files, health.
    Anyone,
    /// Signed in, but about the user's own account and no municipality.
    SignedIn,
    /// Carries its own secret in the address (calendar feeds).
    SecretAddress,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Members of the municipality with this permission; others get 404.
    Needs(Permission),
    /// Not bound to a municipality.
    Open(Open),
}

/// What was registered.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// GET, POST …
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: String,
    /// Who may call it.
    pub access: Access,
}

/// The permission that the route was registered with; [`crate::web::ctx::Ctx`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct Required(pub Permission);

/// The registrations of an area, or of all of them.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    table: Vec<RouteInfo>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Routes {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// GET of a municipality's page; `path` begins after the municipality: `/contracts/{id}`.
    #[must_use]
    pub fn get<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.tenant(MethodFilter::GET, Method::GET, path, permission, handler)
    }

    /// POST to a municipality's page.
    #[must_use]
    pub fn post<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &str,
        permission: Permission,
        handler: H,
    ) -> Self {
        self.tenant(MethodFilter::POST, Method::POST, path, permission, handler)
    }

    /// GET outside every municipality.
    #[must_use]
    pub fn open_get<H: Handler<T, AppState>, T: 'static>(self, path: &str, why: Open, handler: H) -> Self {
        self.open(MethodFilter::GET, Method::GET, path, why, handler)
    }

    /// POST outside every municipality.
    #[must_use]
    pub fn open_post<H: Handler<T, AppState>, T: 'static>(self, path: &str, why: Open, handler: H) -> Self {
        self.open(MethodFilter::POST, Method::POST, path, why, handler)
    }

    /// Adds another area's routes.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// Everything registered so far.
    #[must_use]
    pub fn table(&self) -> &[RouteInfo] {
        &self.table
    }

    /// The router, without the layers that [`crate::app`] puts around it.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }

    fn tenant<H: Handler<T, AppState>, T: 'static>(
        mut self,
        filter: MethodFilter,
        method: Method,
        path: &str,
        permission: Permission,
        handler: H,
    ) -> Self {
        let path = format!("/{{tenant}}{}", if path == "/" { "" } else { path });
        self.router = self.router.route(&path, on(filter, handler).layer(Extension(Required(permission))));
        self.table.push(RouteInfo { method, path, access: Access::Needs(permission) });
        self
    }

    fn open<H: Handler<T, AppState>, T: 'static>(
        mut self,
        filter: MethodFilter,
        method: Method,
        path: &str,
        why: Open,
        handler: H,
    ) -> Self {
        self.router = self.router.route(path, on(filter, handler));
        self.table.push(RouteInfo { method, path: path.to_owned(), access: Access::Open(why) });
        self
    }
}
