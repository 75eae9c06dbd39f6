//! Which systems of the register may be the same: computed by [`rules::system_names`](crate::rules::system_names) over all
//! names and aliases, kept in a table so that no page waits for it, and decided by a person. Nothing is merged silently.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::queries::same::{self as queries, Comparable, Pair};
use crate::{
    db::tenant::TenantTx,
    error::AppResult,
    rules::system_names::{Reason, SystemRow, propose},
};

/// Compares every system with every other and keeps what is proposed.
pub async fn refresh(tx: &mut TenantTx) -> AppResult<()> {
    let pairs = pairs(tx).await?;
    queries::replace_proposals(tx, &pairs).await
}

/// Every pair of systems that may be the same, decided or not.
pub(super) async fn pairs(tx: &mut TenantTx) -> AppResult<Vec<Pair>> {
    Ok(judge(&queries::list_comparable(tx).await?))
}

/// As [`refresh`]; the answer counts the systems that may be the same as one, undecided.
pub async fn refresh_and_count(tx: &mut TenantTx, system: Uuid) -> AppResult<usize> {
    refresh(tx).await?;
    let waiting = queries::list_waiting(tx).await?;
    Ok(waiting.iter().filter(|w| w.system_a_id == system || w.system_b_id == system).count())
}

/// The pairs that the rule proposes. A system has several rows when it has several names; the surest pair counts.
fn judge(rows: &[Comparable]) -> Vec<Pair> {
    let mut lists: HashMap<Option<Uuid>, u32> = HashMap::new();
    let compared: Vec<SystemRow<'_>> = rows
        .iter()
        .map(|row| {
            let next = u32::try_from(lists.len()).unwrap_or(u32::MAX);
            SystemRow {
                name: &row.name,
                supplier: row.supplier.as_deref(),
                function_area: row.function_area.as_deref(),
                owner: row.owner.as_deref(),
                // Systems that no unit answers for stand in no list together.
                list: if row.unit_id.is_some() {
                    *lists.entry(row.unit_id).or_insert(next)
                } else {
                    u32::MAX - next
                },
            }
        })
        .collect();
    let mut best: BTreeMap<(Uuid, Uuid), (u8, Vec<Reason>)> = BTreeMap::new();
    for proposal in propose(&compared) {
        let (Some(a), Some(b)) = (rows.get(proposal.a), rows.get(proposal.b)) else { continue };
        if a.id == b.id {
            continue;
        }
        let key = (a.id.min(b.id), a.id.max(b.id));
        let known = best.entry(key).or_insert((0, Vec::new()));
        if proposal.score > known.0 {
            *known = (proposal.score, proposal.reasons);
        }
    }
    best.into_iter()
        .map(|((a, b), (score, reasons))| Pair {
            a,
            b,
            score: i16::from(score),
            reasons: reasons.into_iter().map(Reason::code).collect::<Vec<_>>().join(" "),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u128, name: &str, unit: Option<u128>) -> Comparable {
        Comparable {
            id: Uuid::from_u128(id),
            name: name.to_owned(),
            supplier: Some("Nordvård AB".to_owned()),
            function_area: Some("journal".to_owned()),
            owner: None,
            unit_id: unit.map(Uuid::from_u128),
        }
    }

    #[test]
    fn a_system_is_found_by_any_of_its_names_and_never_paired_with_itself() {
        let rows = [
            row(1, "Vårdia Journal", Some(9)),
            row(1, "Gamla Journalen", Some(9)),
            row(2, "GAMLA JOURNALEN", Some(8)),
        ];
        let found = judge(&rows);
        assert_eq!(
            found.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>(),
            [(Uuid::from_u128(1), Uuid::from_u128(2))]
        );
    }

    #[test]
    fn the_surest_of_several_reasons_is_kept_once() {
        let rows = [
            row(1, "Vårdia Journal", Some(9)),
            row(1, "Vardia Jurnal", Some(9)),
            row(2, "Vårdia Journal", Some(8)),
        ];
        let found = judge(&rows);
        assert_eq!(found.len(), 1);
        assert!(found[0].reasons.starts_with("same_name"));
    }
}
