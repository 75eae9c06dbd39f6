//! The decisions of the pages on systems that are pointed out by name: for the demonstration, where nobody is there to click.
//! A name that no system has is passed over.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    merge::{self, Merge},
    model::System,
    queries::{find, systems},
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// Makes one system of all that have one of these names; the oldest is kept.
pub async fn merge(tx: &mut TenantTx, names: &[String], now: (DateTime<Utc>, NaiveDate)) -> AppResult<()> {
    let members = load(tx, names, now.1).await?;
    if let [kept, _, ..] = members.as_slice() {
        let order = Merge { kept: kept.id, owner_of: Some(kept.id), ..Merge::default() };
        merge::merge(tx, &members, &order, now).await?;
    }
    Ok(())
}

/// Remembers that the systems with these names are not the same as each other.
pub async fn keep_apart(
    tx: &mut TenantTx,
    names: &[String],
    reason: &str,
    at: DateTime<Utc>,
) -> AppResult<()> {
    let ids = find::list_ids_named(tx, names).await?;
    merge::reject(tx, &ids, reason, at).await
}

/// Puts the systems with these names in a phase from a day on.
pub async fn change_phase(
    tx: &mut TenantTx,
    names: &[String],
    phase: &str,
    since: NaiveDate,
) -> AppResult<()> {
    for system in load(tx, names, since).await? {
        let mut fields = system.fields;
        phase.clone_into(&mut fields.phase);
        fields.phase_since = Some(since);
        systems::update_system(tx, system.id, system.version, &fields).await?;
    }
    Ok(())
}

async fn load(tx: &mut TenantTx, names: &[String], today: NaiveDate) -> AppResult<Vec<System>> {
    let mut found = Vec::new();
    for id in find::list_ids_named(tx, names).await? {
        found.extend(systems::find_system(tx, id, None, today).await?);
    }
    Ok(found)
}
