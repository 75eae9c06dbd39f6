//! The proof: what the operator's next list says about a decision (rules 2.8, F26).
//!
//! Worked out from the record as it stands, each time: when a list that proved something is taken back, the proof falls with it.
//! Nothing but a list proves; nobody can say on the screen that a number is gone.
//!
//! ```text
//! decided, ordered ──list without the number──▶ verified ──a later list with it──▶ open again ("back")
//!        └─────────list after the last day still with it──▶ not_gone ──gone──▶ verified
//! ```

mod findings;
mod judge;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use findings::findings;

use self::judge::{Proof, judge};
use super::load::Ground;
use super::model::CaseState;
use super::queries::{self, ProofRow, ProvedRow};
use crate::areas::organisation::Units;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// Why a case is open again: its number has come back.
pub const BACK: &str = "back";

/// Holds every decision in force against the newest lists, and writes what differs.
pub async fn verify(tx: &mut TenantTx, ground: &Ground) -> AppResult<()> {
    let units = Units::load(tx).await?;
    let grace = crate::areas::settings::load(tx).await?.proof_grace_days;
    let successor = |code: &str| {
        let unit = units.by_code(code)?;
        units.current(unit.id, ground.today).map(|unit| unit.code.clone())
    };
    let changed: Vec<ProvedRow> = queries::list_to_prove(tx)
        .await?
        .iter()
        .filter_map(|row| {
            let proved = proved(row, judge(row, grace, &successor), ground.today);
            (proved != before(row)).then_some(proved)
        })
        .collect();
    queries::update_proved(tx, &changed).await
}

fn before(row: &ProofRow) -> ProvedRow {
    ProvedRow {
        id: row.id,
        case_id: row.case_id,
        state: CaseState::from_code(&row.state).map_or("", CaseState::code),
        verified_on: row.verified_on,
        verified_list_id: row.verified_list_id,
        not_gone_since: row.not_gone_since,
        last_day: row.last_day,
        back_on: row.back_on,
        closed_on: row.closed_on,
        reopened_on: None,
        reopened_reason: row.reopened_reason.clone(),
    }
}

/// A decision and its case after the proof.
fn proved(row: &ProofRow, proof: Proof, today: NaiveDate) -> ProvedRow {
    let told = if row.sent_on.is_some() { CaseState::Ordered } else { CaseState::Decided };
    let none = ProvedRow {
        state: told.code(),
        verified_on: None,
        verified_list_id: None,
        not_gone_since: None,
        last_day: None,
        back_on: None,
        closed_on: None,
        reopened_on: None,
        reopened_reason: String::new(),
        ..before(row)
    };
    match proof {
        Proof::Pending => none,
        Proof::Verified { list, on, last_day } => ProvedRow {
            state: CaseState::Verified.code(),
            verified_on: Some(on),
            verified_list_id: Some(list),
            last_day,
            closed_on: Some(on),
            ..none
        },
        Proof::NotGone(since) => ProvedRow {
            state: CaseState::NotGone.code(),
            // The first list that showed it, while it goes on.
            not_gone_since: Some(row.not_gone_since.map_or(since, |first| first.min(since))),
            ..none
        },
        Proof::Back(on) => {
            let first = row.back_on.map_or(on, |first| first.min(on));
            let is_new = row.reopened_reason != BACK;
            ProvedRow {
                state: CaseState::Open.code(),
                back_on: Some(first),
                closed_on: None,
                reopened_on: is_new.then_some(today),
                reopened_reason: BACK.to_owned(),
                not_gone_since: None,
                ..before(row)
            }
        }
    }
}
