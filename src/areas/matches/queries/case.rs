//! Cases as they are shown.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// The state of the case of each subscription: the one that is open, or else the one opened last.
pub async fn list_case_states(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    Ok(sqlx::query!(
        "select distinct on (subscription_id) subscription_id, state from match_case
         order by subscription_id, state in ('verified', 'closed'), opened_on desc, id desc"
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|r| (r.subscription_id, r.state))
    .collect())
}
