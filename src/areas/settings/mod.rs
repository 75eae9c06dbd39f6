//! Settings: what a municipality decides for itself, and its background jobs.
//!
//! Others ask with [`load`]:
//! ```ignore
//! let settings = settings::load(&mut tx).await?;
//! settings.names.phase("anvandning")                      // "Användning", or what the municipality calls it
//! settings.names.object_role("systemagare")
//! contract_dates::evaluate(&terms, today, &settings.contracts)
//! ```

mod forms;
mod model;
mod names;
mod pages;
mod queries;
mod sunset;

pub use self::{
    model::Settings,
    names::{Named, Names, PHASES},
    sunset::Sunset,
};
use crate::{
    auth::permissions::Permission as P, db::tenant::TenantTx, error::AppResult, web::routes::Routes,
};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use pages::{jobs, names, values};
    Routes::new()
        .get("/settings", P::SettingsRead, values::show)
        .post("/settings", P::SettingsWrite, values::update)
        .get("/settings/names", P::SettingsRead, names::show)
        .post("/settings/names", P::SettingsWrite, names::update)
        .get("/settings/jobs", P::SettingsRead, jobs::overview)
        .get("/settings/jobs/all", P::SettingsRead, jobs::list)
        .get("/settings/jobs/{id}", P::SettingsRead, jobs::show)
        .post("/settings/jobs/{id}/run", P::SettingsWrite, jobs::run_again)
}

/// What the municipality has decided, with the usual values for the rest. One small query.
pub async fn load(tx: &mut TenantTx) -> AppResult<Settings> {
    Ok(Settings::read(&queries::list_settings(tx).await?))
}

/// Writes what differs between two states of the settings, and nothing else: what somebody changed meanwhile stays.
pub async fn save(tx: &mut TenantTx, before: &Settings, after: &Settings) -> AppResult<()> {
    let (before, after) = (before.rows(), after.rows());
    for (key, value) in &after {
        if before.get(key) != Some(value) {
            queries::upsert_setting(tx, key, value).await?;
        }
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        queries::delete_setting(tx, key).await?;
    }
    Ok(())
}
