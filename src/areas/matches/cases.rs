//! From proposals to cases: opened when there is something to look at, brought up to date while they wait, opened again when the
//! ground of a decision is gone, closed when there is nothing left to decide, and taken away when nobody has touched them and
//! their cause is gone.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::decide::state_after;
use super::load::Ground;
use super::model::{CaseState, Dossier, Outcome, Suspect};
use super::proof::BACK;
use super::queries::{self, CaseRow, ProposalRow};
use super::refresh::Found;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;
use crate::rules::leaver_matching::{EvidenceCode, LCode, Proposal};

/// Whether a class is something to look at: in the worklist, coming, contradicted, or without a holder.
fn makes_a_case(class: &str) -> bool {
    matches!(class, "A" | "B" | "C" | "P" | "X" | "U")
}

/// Why a case was closed by itself: nothing is proposed any more.
const CAUSE_GONE: &str = "cause_gone";

/// The same: its number is gone from its operator's lists. Whatever else was decided, there is nothing left to decide about.
pub(super) const NUMBER_GONE: &str = "number_gone";

/// What is to be written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    pub insert: Vec<CaseRow>,
    pub update: Vec<CaseRow>,
    pub delete: Vec<Uuid>,
}

/// Brings the cases up to date with the proposals.
pub(super) async fn sync(
    tx: &mut TenantTx,
    ground: &Ground,
    found: &Found,
    proposals: &[ProposalRow],
    today: NaiveDate,
) -> AppResult<()> {
    let known = queries::list_cases(tx).await?;
    let wanted: Vec<CaseRow> = proposals
        .iter()
        .enumerate()
        .filter(|(_, p)| makes_a_case(p.class))
        .map(|(ix, p)| wanted(ground, found, ix, p, today))
        .collect();
    let gone_on: HashMap<Uuid, NaiveDate> = ground.gone.iter().map(|s| (s.id, ground.gone_on(s))).collect();
    let changes = plan(known, wanted, &gone_on, today);
    queries::delete_cases(tx, &changes.delete).await?;
    queries::insert_cases(tx, &changes.insert).await?;
    queries::update_cases(tx, &changes.update).await
}

fn wanted(ground: &Ground, found: &Found, ix: usize, p: &ProposalRow, today: NaiveDate) -> CaseRow {
    let keys = found.proposals.get(ix).and_then(Proposal::person).map(|person| ground.keys_of(person));
    CaseRow {
        id: new_id(),
        subscription_id: p.id,
        subject_key: if p.subject_key.is_empty() { "-".to_owned() } else { p.subject_key.clone() },
        subject_keys: keys.unwrap_or_default(),
        person_id: p.person_id,
        leaver_row_id: p.leaver_row_id,
        class: p.class.to_owned(),
        l_code: p.l_code.to_owned(),
        end_date: p.end_date,
        not_before: p.not_before,
        owner_unit_id: ground.subscriptions.get(ix).and_then(|s| s.org_unit_id),
        is_protected: p.is_protected,
        state: CaseState::Open.code().to_owned(),
        opened_on: today,
        evidence: p.detail.clone(),
        ..CaseRow::default()
    }
}

/// Whether two cases are about the same person.
fn is_same(a: &CaseRow, b: &CaseRow) -> bool {
    a.subject_key == b.subject_key
        || a.subject_keys.contains(&b.subject_key)
        || b.subject_keys.contains(&a.subject_key)
        || a.subject_keys.iter().any(|key| b.subject_keys.contains(key))
}

/// What is to be done: pure, so that every way a case can go has a test. `gone_on` has the subscriptions whose number is gone from
/// the lists, with the day of the list that showed it.
pub(super) fn plan(
    known: Vec<CaseRow>,
    wanted: Vec<CaseRow>,
    gone_on: &HashMap<Uuid, NaiveDate>,
    today: NaiveDate,
) -> Changes {
    let mut of_subscription: HashMap<Uuid, Vec<CaseRow>> = HashMap::new();
    for case in known {
        of_subscription.entry(case.subscription_id).or_default().push(case);
    }
    let mut changes = Changes::default();
    let mut kept: HashSet<Uuid> = HashSet::new();
    for mut new in wanted {
        let theirs = of_subscription.get(&new.subscription_id).map(Vec::as_slice).unwrap_or_default();
        let Some(old) = theirs.iter().find(|old| is_same(old, &new)) else {
            changes.insert.push(new);
            continue;
        };
        kept.insert(old.id);
        let case = brought_up(old, &mut new, today);
        if case != *old {
            changes.update.push(case);
        }
    }
    for old in of_subscription.into_values().flatten().filter(|old| !kept.contains(&old.id)) {
        match gone(&old, gone_on.get(&old.subscription_id).copied(), today) {
            Gone::Delete => changes.delete.push(old.id),
            Gone::Change(proposal) => changes.update.push(*proposal),
            Gone::Stays => {}
        }
    }
    changes
}

/// A case with what is known now. A decision that the ground has fallen away under is for somebody to look at again.
fn brought_up(old: &CaseRow, new: &mut CaseRow, today: NaiveDate) -> CaseRow {
    let mut case = CaseRow {
        id: old.id,
        state: old.state.clone(),
        opened_on: old.opened_on,
        decision_id: old.decision_id,
        outcome: old.outcome.clone(),
        end_on: old.end_on,
        known_then: old.known_then.clone(),
        kept_until: old.kept_until,
        reopened_on: old.reopened_on,
        reopened_reason: old.reopened_reason.clone(),
        closed_on: old.closed_on,
        is_touched: old.is_touched,
        ..std::mem::take(new)
    };
    let in_worklist = matches!(case.class.as_str(), "A" | "B" | "C");
    // It was closed because there was nothing left to decide, and there is again.
    if is_closed_by_itself(old) && makes_a_case(&case.class) {
        take_up(&mut case, today);
    }
    let state = CaseState::from_code(&case.state).unwrap_or(CaseState::Open);
    match state {
        CaseState::Decided | CaseState::Ordered
            if ends(old) && (case.class == "X" || ends_too_soon(&case)) =>
        {
            reopen(&mut case, "ground_gone", today);
        }
        CaseState::Kept if case.kept_until.is_none_or(|until| until <= today) => {
            reopen(&mut case, "review_due", today);
        }
        CaseState::Kept if in_worklist && tells_more(&case) => reopen(&mut case, "new_evidence", today),
        // What is settled stays as it was when it was settled.
        CaseState::Verified | CaseState::Closed => return old.clone(),
        _ => {}
    }
    case
}

/// Whether the decision in force is to end the subscription: then the proof judges what the lists say.
fn ends(case: &CaseRow) -> bool {
    case.outcome.as_deref().and_then(Outcome::from_code).is_some_and(Outcome::ends)
}

/// Whether the end that was decided is before the last day, or the grace, that a later list has told of (rules 2.6.6).
fn ends_too_soon(case: &CaseRow) -> bool {
    let earliest = case.end_date.max(case.not_before);
    case.class == "P" && case.end_on.zip(earliest).is_some_and(|(end, earliest)| end < earliest)
}

/// Whether more speaks for it than when it was decided to be kept (rules 2.6.10): something as sure as an employee number points at
/// the person that did not then, or the person is listed as leaving and was not. A name that has become alone is no news.
fn tells_more(case: &CaseRow) -> bool {
    let first = |evidence: &Value| -> Option<Suspect> {
        serde_json::from_value::<Dossier>(evidence.clone()).ok()?.suspects.into_iter().next()
    };
    let Some((then, now)) = case.known_then.as_ref().and_then(first).zip(first(&case.evidence)) else {
        return false;
    };
    let leaves = |suspect: &Suspect| {
        matches!(
            LCode::from_code(&suspect.l_code),
            Some(LCode::L1 | LCode::L3 | LCode::L7 | LCode::L8 | LCode::L9)
        )
    };
    let is_new = |code: &str| {
        EvidenceCode::from_code(code).is_some_and(EvidenceCode::is_strong)
            && !then.evidence.iter().any(|known| known.code == code)
    };
    now.evidence.iter().any(|known| is_new(&known.code)) || (leaves(&now) && !leaves(&then))
}

/// Whether nobody closed the case: there was nothing left to decide.
fn is_closed_by_itself(case: &CaseRow) -> bool {
    case.state == CaseState::Closed.code()
        && matches!(case.reopened_reason.as_str(), CAUSE_GONE | NUMBER_GONE)
}

/// Where the decision of a case put it, where the number was gone and is back. `None`: somebody has to look at it anew, since there
/// is no decision, or one to end what was gone without it.
fn stood(case: &CaseRow) -> Option<CaseState> {
    let outcome = case.outcome.as_deref().and_then(Outcome::from_code)?;
    let state = state_after(outcome);
    let stands = case.reopened_reason == NUMBER_GONE && !outcome.ends() && state != CaseState::Closed;
    stands.then_some(state)
}

/// Takes a case up that was closed by itself: as it was decided, or open.
fn take_up(case: &mut CaseRow, today: NaiveDate) {
    match stood(case) {
        Some(state) => {
            state.code().clone_into(&mut case.state);
            case.reopened_on = None;
            case.reopened_reason.clear();
            case.closed_on = None;
        }
        None => reopen(case, "cause_back", today),
    }
}

fn reopen(case: &mut CaseRow, why: &str, today: NaiveDate) {
    CaseState::Open.code().clone_into(&mut case.state);
    case.reopened_on = Some(today);
    why.clone_into(&mut case.reopened_reason);
    case.closed_on = None;
}

fn close(case: &mut CaseRow, why: &str, on: NaiveDate) {
    CaseState::Closed.code().clone_into(&mut case.state);
    case.closed_on = Some(on);
    why.clone_into(&mut case.reopened_reason);
}

enum Gone {
    Delete,
    Change(Box<CaseRow>),
    Stays,
}

/// A case whose proposal is no longer there: because nothing is proposed for the subscription any more, or because the number itself
/// is gone, by a list of the day `number`. The latter closes every case that is not for the proof to judge.
fn gone(old: &CaseRow, number: Option<NaiveDate>, today: NaiveDate) -> Gone {
    if !old.is_touched {
        return Gone::Delete;
    }
    let state = CaseState::from_code(&old.state).unwrap_or(CaseState::Open);
    let mut case = old.clone();
    match (number, state) {
        (None, CaseState::Closed) if stood(old).is_some() => take_up(&mut case, today),
        (None, CaseState::Open | CaseState::Waiting) => close(&mut case, CAUSE_GONE, today),
        // Its review date has come, and there is nothing to look at. What lies in reserve is looked at whoever had it.
        (None, CaseState::Kept)
            if old.outcome.as_deref() == Some(Outcome::Keep.code())
                && old.kept_until.is_some_and(|until| until <= today) =>
        {
            close(&mut case, CAUSE_GONE, today);
        }
        (None, CaseState::Decided | CaseState::Ordered) if ends(old) => {
            reopen(&mut case, "ground_gone", today);
        }
        (Some(on), _) if !is_settled(state) && !is_for_the_proof(old, state) => {
            close(&mut case, NUMBER_GONE, on.max(old.opened_on));
        }
        _ => return Gone::Stays,
    }
    Gone::Change(Box::new(case))
}

fn is_settled(state: CaseState) -> bool {
    matches!(state, CaseState::Verified | CaseState::Closed)
}

/// Whether the proof says what it means that the number is gone: it was to go, or had gone before.
fn is_for_the_proof(case: &CaseRow, state: CaseState) -> bool {
    ends(case)
        && match state {
            CaseState::Decided | CaseState::Ordered | CaseState::NotGone => true,
            CaseState::Open => case.reopened_reason == BACK,
            _ => false,
        }
}

#[cfg(test)]
#[path = "cases_tests.rs"]
mod tests;
