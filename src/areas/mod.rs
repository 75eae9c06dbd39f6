//! The areas: vertical slices of the product. Slug = module = template folder = test file.
//! Areas use the platform, never the other way; one area reaches another only through its `mod.rs`.

pub mod account;
pub mod audit;
pub mod contracts;
pub mod export;
pub mod imports;
pub mod leavers;
pub mod matches;
pub mod organisation;
pub mod overview;
pub mod people;
pub mod reports;
pub mod retention;
pub mod search;
pub mod settings;
pub mod subscriptions;
pub mod suppliers;
pub mod systems;
pub mod users;
pub mod watch;

use crate::auth::permissions::Permission;
use crate::jobs::{Registry, housekeeping};
use crate::web::{
    ctx::Ctx,
    nav::NavItem,
    page::Link,
    routes::{Open, Routes},
};

/// Every route of the product, in the order of the menu.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .open_get("/static/{*path}", Open::Anyone, crate::web::assets::serve)
        .open_get("/health", Open::Anyone, health)
        .merge(crate::web::list::routes())
        .merge(contracts::routes())
        .merge(suppliers::routes())
        .merge(overview::routes())
        .merge(watch::routes())
        .merge(search::routes())
        .merge(systems::routes())
        .merge(organisation::routes())
        .merge(people::routes())
        .merge(subscriptions::routes())
        .merge(leavers::routes())
        .merge(matches::routes())
        .merge(reports::routes())
        .merge(retention::routes())
        .merge(audit::routes())
        .merge(imports::routes())
        .merge(account::routes())
        .merge(users::routes())
        .merge(settings::routes())
}

/// Every kind of background job and every schedule: the platform's and the areas'.
#[must_use]
pub fn jobs() -> Registry {
    housekeeping::jobs()
        .merge(account::jobs())
        .merge(users::jobs())
        .merge(watch::jobs::jobs())
        .merge(audit::jobs())
        .merge(imports::jobs())
        .merge(matches::jobs())
        .merge(leavers::jobs())
}

/// Every kind of file that can be taken in: each area tells of its own.
#[must_use]
pub fn import_kinds() -> imports::Kinds {
    imports::Kinds::new()
        .kind::<organisation::OrgTree>()
        .kind::<people::StaffSnapshot>()
        .kind::<systems::Systems>()
        .kind::<suppliers::SupplierRegister>()
        .kind::<contracts::ContractList>()
        .kind::<subscriptions::Subscriptions>()
        .kind::<leavers::Leavers>()
}

/// The menu "Nytt": what the user may create, as far as the product has a page for it.
#[must_use]
pub fn create_menu(ctx: &Ctx) -> Vec<NavItem> {
    let own = |label: &str, icon, path: &str, permission| {
        (ctx.can(permission) && ctx.app.has_page(path)).then(|| NavItem::new(label, icon, ctx.path(path)))
    };
    own("System", "system", "systems/new", Permission::SystemWrite)
        .into_iter()
        .chain(contracts::create_menu(ctx))
        .chain(suppliers::create_menu(ctx))
        .chain(subscriptions::create_menu(ctx))
        .chain(own("Enhet", "organisation", "organisation/new", Permission::OrgWrite))
        .chain(own("Person", "person", "people/new", Permission::PersonWrite))
        .chain(own("Fil in", "uppladdning", "imports/new", Permission::ImportRead))
        .collect()
}

/// The user's own menu, above "Logga ut".
#[must_use]
pub fn account_menu(_ctx: &Ctx) -> Vec<NavItem> {
    vec![NavItem::new("Mitt konto", "nyckel", "/account")]
}

/// The links at the foot of every page.
#[must_use]
pub fn footer(_ctx: &Ctx) -> Vec<Link> {
    Vec::new()
}

/// Whether the server answers and reaches its database: for a load balancer and the container's health check.
async fn health(
    axum::extract::State(app): axum::extract::State<crate::app::AppState>,
) -> axum::http::StatusCode {
    match sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(app.system().pool()).await {
        Ok(_) => axum::http::StatusCode::NO_CONTENT,
        Err(_) => axum::http::StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Everything that the watch rules find today, from every area that has rules.
pub async fn watch_findings(
    tx: &mut crate::db::tenant::TenantTx,
    today: chrono::NaiveDate,
) -> crate::error::AppResult<Vec<watch::Finding>> {
    let mut findings = watch::register_findings(tx, today).await?;
    findings.extend(contracts::findings(tx, today).await?);
    findings.extend(subscriptions::findings(tx, today).await?);
    findings.extend(leavers::findings(tx, today).await?);
    findings.extend(retention::findings(tx, today).await?);
    findings.extend(matches::findings(tx, today).await?);
    findings.extend(matches::proof_findings(tx).await?);
    Ok(findings)
}

/// Brings what is worked out from the register up to date after a file of a kind has been taken in or taken back, in the same
/// transaction: nobody is shown a subscription before it is known whether its holder is protected.
pub async fn after_import(
    tx: &mut crate::db::tenant::TenantTx,
    kind: &str,
    now: chrono::DateTime<chrono::Utc>,
    today: chrono::NaiveDate,
) -> crate::error::AppResult<()> {
    if matches!(kind, "org-tree" | "staff-snapshot" | "leavers" | "subscriptions") {
        matches::refresh::run(tx, now, today).await?;
    }
    Ok(())
}

/// What a file became, to look at: the lists that came of a run, for whoever may open them.
pub async fn lists_of_run(
    ctx: &Ctx,
    tx: &mut crate::db::tenant::TenantTx,
    kind: &str,
    run_id: uuid::Uuid,
) -> crate::error::AppResult<Vec<Link>> {
    match kind {
        "leavers" if ctx.can(Permission::LeaverCounts) => leavers::lists_of_run(ctx, tx, run_id).await,
        // They are of the whole municipality.
        "subscriptions" if ctx.scope_for(Permission::SubscriptionRead).all => {
            subscriptions::lists_of_run(ctx, tx, run_id).await
        }
        _ => Ok(Vec::new()),
    }
}
