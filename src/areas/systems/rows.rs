//! `overblick list systems` (docs/cli.md).

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{queries::rows as queries, same};
use crate::{db::tenant::TenantTx, error::AppResult};

/// A system on the command line.
#[derive(Debug, Serialize)]
pub struct SystemRow {
    id: Uuid,
    name: String,
    aliases: Vec<String>,
    function_areas: Vec<String>,
    units: Vec<String>,
    owner: Option<String>,
    manager: Option<String>,
    phase: String,
    k: Option<i16>,
    r: Option<i16>,
    t: Option<i16>,
    s: Option<i16>,
    contract_end: Option<NaiveDate>,
    sources: Value,
    proposed_same_as: Vec<SameAs>,
}

/// Another system that may be the same, undecided.
#[derive(Clone, Debug, Serialize)]
struct SameAs {
    id: Uuid,
    score: i16,
    reasons: Vec<String>,
}

/// Every system. What is proposed is computed from the names as they stand in the transaction, which may stand on an earlier
/// day ([`TenantTx::stand_as_of`]).
pub async fn list_rows(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<SystemRow>> {
    let rows = queries::list_rows(tx, today).await?;
    let decided = queries::list_decided(tx).await?;
    let mut proposed: HashMap<Uuid, Vec<SameAs>> = HashMap::new();
    for pair in same::pairs(tx).await?.into_iter().filter(|p| !decided.contains(&(p.a, p.b))) {
        let reasons: Vec<String> = pair.reasons.split(' ').map(str::to_owned).collect();
        for (one, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
            proposed.entry(one).or_default().push(SameAs {
                id: other,
                score: pair.score,
                reasons: reasons.clone(),
            });
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| SystemRow {
            proposed_same_as: proposed.remove(&row.id).unwrap_or_default(),
            id: row.id,
            name: row.name,
            aliases: row.aliases,
            function_areas: row.function_areas,
            units: row.units,
            owner: row.owner,
            manager: row.manager,
            phase: row.phase,
            k: row.k,
            r: row.r,
            t: row.t,
            s: row.s,
            contract_end: row.contract_end,
            sources: row.sources,
        })
        .collect())
}
