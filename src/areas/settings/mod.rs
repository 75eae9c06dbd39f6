//! Settings: what a municipality decides for itself, and its background jobs.
//!
//! Others ask with [`load`]:
//! ```ignore
//! let settings = settings::load(&mut tx).await?;
//! settings.names.phase("anvandning")                      // "Användning", or what the municipality calls it
//! settings.names.object_role("systemagare")
//! contract_dates::evaluate(&terms, today, &settings.contracts)
//! ```

mod model;
mod names;
mod queries;

pub use self::{
    model::Settings,
    names::{Named, Names, PHASES},
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// What the municipality has decided, with the usual values for the rest. One small query.
pub async fn load(tx: &mut TenantTx) -> AppResult<Settings> {
    Ok(Settings::read(&queries::list_settings(tx).await?))
}
