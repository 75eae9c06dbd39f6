//! The rows of `overblick list subscriptions` (docs/cli.md): worked out there and then, on the day that is asked for.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::load::Ground;
use super::queries::{self, SubscriptionRow};
use super::refresh::{self, Found};
use crate::areas::{imports, people};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::leaver_matching::{Class, EvidenceCode, Proposal};

/// Where a row came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The record in it, from 1.
    pub row: i32,
}

/// Somebody whom the subscription may belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CandidateRow {
    /// The person in the register, or the key of somebody whom only lists know.
    person_id: String,
    /// The employee number.
    employee_no: Option<String>,
}

/// A subscription with what the matching says about it.
#[derive(Clone, Debug, Serialize)]
pub struct MatchedRow {
    msisdn: Option<String>,
    operator: String,
    kind: &'static str,
    #[serde(rename = "use")]
    use_code: Option<String>,
    name: String,
    cost_centre: Option<String>,
    main_msisdn: Option<String>,
    class: Option<&'static str>,
    employee_no: Option<String>,
    person_id: Option<String>,
    evidence: Vec<&'static str>,
    candidates: Vec<CandidateRow>,
    state: String,
    monthly_price: Option<Decimal>,
    source: Option<Source>,
}

impl MatchedRow {
    /// The number, of a case of the surest class that waits for a decision.
    #[must_use]
    pub fn sure_number(&self) -> Option<&str> {
        self.msisdn.as_deref().filter(|_| self.class == Some("A") && self.state == "open")
    }
}

/// Every subscription, by number, as the matching sees it on a day.
pub async fn list_rows(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<MatchedRow>> {
    let (ground, found) = refresh::found(tx, today).await?;
    let states: HashMap<Uuid, String> = queries::list_case_states(tx).await?.into_iter().collect();
    let ids: Vec<Uuid> = ground.subscriptions.iter().chain(&ground.gone).map(|s| s.id).collect();
    let sources: HashMap<Uuid, Source> = imports::sources_of(tx, &ids)
        .await?
        .into_iter()
        .map(|s| (s.object_id, Source { file: s.file, sheet: text(&s.sheet), row: s.row }))
        .collect();
    let here = (0..ground.subscriptions.len()).filter_map(|ix| row(&ground, &found, ix, &states, &sources));
    let gone = ground.gone.iter().zip(&found.gone).map(|(s, proposal)| gone(s, proposal, &sources));
    let mut rows: Vec<(String, MatchedRow)> = here.chain(gone).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What the list itself says; `msisdn` goes along to sort by.
fn listed(subscription: &SubscriptionRow, kind: &'static str, source: Option<Source>) -> MatchedRow {
    MatchedRow {
        msisdn: Some(subscription.msisdn.clone()),
        operator: subscription.operator.clone(),
        kind,
        use_code: text(&refresh::use_code(subscription, kind)),
        name: subscription.holder.clone(),
        cost_centre: text(&subscription.cost_centre),
        main_msisdn: subscription.main_msisdn.clone(),
        class: None,
        employee_no: None,
        person_id: None,
        evidence: Vec::new(),
        candidates: Vec::new(),
        state: subscription.status.clone(),
        monthly_price: subscription.monthly_price.map(|price| price.normalize()),
        source,
    }
}

/// Nothing that tells who it is (rules 9.6). The row of the file stays: it says nothing to whoever does not have the file.
fn hide(row: MatchedRow) -> MatchedRow {
    MatchedRow {
        msisdn: None,
        name: people::PROTECTED.to_owned(),
        cost_centre: None,
        main_msisdn: None,
        employee_no: None,
        person_id: None,
        candidates: Vec::new(),
        ..row
    }
}

fn row(
    ground: &Ground,
    found: &Found,
    ix: usize,
    states: &HashMap<Uuid, String>,
    sources: &HashMap<Uuid, Source>,
) -> Option<(String, MatchedRow)> {
    let (subscription, proposal) = (ground.subscriptions.get(ix)?, found.proposals.get(ix)?);
    let listed = listed(
        subscription,
        refresh::kind_of(subscription, proposal),
        sources.get(&subscription.id).cloned(),
    );
    let candidates: Vec<CandidateRow> = proposal
        .candidates
        .iter()
        .map(|candidate| CandidateRow {
            person_id: ground.person_id(candidate.person).map_or_else(
                || ground.keys_of(candidate.person).into_iter().next().unwrap_or_default(),
                |id| id.to_string(),
            ),
            employee_no: text(ground.employee_no(candidate.person)),
        })
        .collect();
    let first = candidates.first().cloned();
    let row = MatchedRow {
        class: Some(proposal.class)
            .filter(|class| !matches!(class, Class::None | Class::Unknown))
            .map(Class::code),
        employee_no: first.as_ref().and_then(|c| c.employee_no.clone()),
        person_id: first.map(|c| c.person_id),
        evidence: proposal.evidence_codes().into_iter().map(EvidenceCode::code).collect(),
        candidates,
        state: states.get(&subscription.id).cloned().unwrap_or_else(|| listed.state.clone()),
        ..listed
    };
    let shown = if proposal.is_protected { hide(row) } else { row };
    Some((subscription.msisdn.clone(), shown))
}

/// A subscription that is gone from the lists: nothing is proposed for it.
fn gone(
    subscription: &SubscriptionRow,
    proposal: &Proposal,
    sources: &HashMap<Uuid, Source>,
) -> (String, MatchedRow) {
    let kind = refresh::kind_of(subscription, proposal);
    let row = listed(subscription, kind, sources.get(&subscription.id).cloned());
    let state = if subscription.is_missing { "gone".to_owned() } else { row.state.clone() };
    let row = if proposal.is_protected { hide(row) } else { row };
    (subscription.msisdn.clone(), MatchedRow { state, ..row })
}
