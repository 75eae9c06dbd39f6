//! From proposals to cases: opened when there is something to look at, brought up to date while they wait, opened again when the
//! ground of a decision is gone, and taken away when nobody has touched them and their cause is gone.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::load::Ground;
use super::model::{CaseState, Outcome};
use super::queries::{self, CaseRow, ProposalRow};
use super::refresh::Found;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::ids::new_id;
use crate::rules::leaver_matching::Proposal;

/// Whether a class is something to look at: in the worklist, coming, contradicted, or without a holder.
fn makes_a_case(class: &str) -> bool {
    matches!(class, "A" | "B" | "C" | "P" | "X" | "U")
}

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
    let classes: HashMap<Uuid, &str> = proposals.iter().map(|p| (p.id, p.class)).collect();
    let changes = plan(known, wanted, &classes, today);
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
        kept_until: p.kept_until,
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

/// What is to be done: pure, so that every way a case can go has a test.
pub(super) fn plan(
    known: Vec<CaseRow>,
    wanted: Vec<CaseRow>,
    classes: &HashMap<Uuid, &str>,
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
        let now = brought_up(old, &mut new, today);
        if now != *old {
            changes.update.push(now);
        }
    }
    for old in of_subscription.into_values().flatten().filter(|old| !kept.contains(&old.id)) {
        match gone(&old, classes.get(&old.subscription_id).copied(), today) {
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
        reopened_on: old.reopened_on,
        reopened_reason: old.reopened_reason.clone(),
        closed_on: old.closed_on,
        is_touched: old.is_touched,
        ..std::mem::take(new)
    };
    let in_worklist = matches!(case.class.as_str(), "A" | "B" | "C");
    let state = CaseState::from_code(&old.state).unwrap_or(CaseState::Open);
    let ends = old.outcome.as_deref().and_then(Outcome::from_code).is_some_and(Outcome::ends);
    match state {
        CaseState::Decided | CaseState::Ordered if ends && case.class == "X" => {
            reopen(&mut case, "ground_gone", today);
        }
        CaseState::Kept if in_worklist && case.kept_until.is_none_or(|until| until <= today) => {
            reopen(&mut case, "review_due", today);
        }
        // It was closed because its cause was gone, and the cause is back.
        CaseState::Closed if old.outcome.is_none() && makes_a_case(&case.class) => {
            reopen(&mut case, "cause_back", today);
        }
        // What is settled stays as it was when it was settled.
        CaseState::Verified | CaseState::Closed => return old.clone(),
        _ => {}
    }
    case.kept_until = old.kept_until;
    case
}

fn reopen(case: &mut CaseRow, why: &str, today: NaiveDate) {
    CaseState::Open.code().clone_into(&mut case.state);
    case.reopened_on = Some(today);
    why.clone_into(&mut case.reopened_reason);
    case.closed_on = None;
}

enum Gone {
    Delete,
    Change(Box<CaseRow>),
    Stays,
}

/// A case whose proposal is no longer there. `class` is what is proposed for the subscription now; `None` = it is gone from the
/// lists, which is for the proof to judge.
fn gone(old: &CaseRow, class: Option<&str>, today: NaiveDate) -> Gone {
    if !old.is_touched {
        return Gone::Delete;
    }
    let state = CaseState::from_code(&old.state).unwrap_or(CaseState::Open);
    let ends = old.outcome.as_deref().and_then(Outcome::from_code).is_some_and(Outcome::ends);
    let mut case = old.clone();
    match state {
        CaseState::Open | CaseState::Waiting if class.is_some() || old.outcome.is_none() => {
            CaseState::Closed.code().clone_into(&mut case.state);
            case.closed_on = Some(today);
            "cause_gone".clone_into(&mut case.reopened_reason);
            Gone::Change(Box::new(case))
        }
        CaseState::Decided | CaseState::Ordered if ends && class.is_some() => {
            reopen(&mut case, "ground_gone", today);
            Gone::Change(Box::new(case))
        }
        _ => Gone::Stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn case(subject: &str, class: &str) -> CaseRow {
        CaseRow {
            id: new_id(),
            subscription_id: Uuid::from_u128(1),
            subject_key: subject.to_owned(),
            class: class.to_owned(),
            state: "open".to_owned(),
            opened_on: day("2026-11-01"),
            ..CaseRow::default()
        }
    }

    fn decided(subject: &str, outcome: &str, state: &str) -> CaseRow {
        CaseRow {
            outcome: Some(outcome.to_owned()),
            decision_id: Some(Uuid::from_u128(9)),
            state: state.to_owned(),
            is_touched: true,
            ..case(subject, "A")
        }
    }

    fn planned(known: CaseRow, wanted: Option<CaseRow>, class: Option<&str>) -> Changes {
        let classes = class.map(|class| (Uuid::from_u128(1), class)).into_iter().collect();
        plan(vec![known], wanted.into_iter().collect(), &classes, day("2026-11-20"))
    }

    #[test]
    fn a_case_that_nobody_touched_goes_with_its_cause() {
        let changes = planned(case("p:1", "A"), None, Some("-"));
        assert_eq!(changes.delete.len(), 1);
        assert!(changes.insert.is_empty() && changes.update.is_empty());
    }

    #[test]
    fn the_same_person_under_another_key_is_the_same_case() {
        let known = CaseRow { subject_keys: vec!["k:aa".into()], ..case("k:aa", "A") };
        let wanted = CaseRow { subject_keys: vec!["p:1".into(), "k:aa".into()], ..case("p:1", "A") };
        let id = known.id;
        let changes = planned(known, Some(wanted), Some("A"));
        assert_eq!(changes.update.iter().map(|c| c.id).collect::<Vec<_>>(), [id]);
        assert_eq!(changes.update[0].subject_key, "p:1");
        assert_eq!(changes.update[0].opened_on, day("2026-11-01"), "it has been open since then");
        assert!(changes.insert.is_empty() && changes.delete.is_empty());
    }

    #[test]
    fn a_decision_to_end_is_opened_again_when_its_ground_is_gone() {
        for state in ["decided", "ordered"] {
            let changes = planned(decided("p:1", "avsluta", state), Some(case("p:1", "X")), Some("X"));
            assert_eq!(
                (changes.update[0].state.as_str(), changes.update[0].reopened_reason.as_str()),
                ("open", "ground_gone")
            );
            let changes = planned(decided("p:1", "avsluta", state), None, Some("-"));
            assert_eq!(changes.update[0].state, "open");
        }
    }

    #[test]
    fn a_subscription_that_is_gone_from_the_lists_leaves_the_decision_to_the_proof() {
        assert_eq!(planned(decided("p:1", "avsluta", "ordered"), None, None), Changes::default());
    }

    #[test]
    fn a_hand_over_leaves_no_proposal_and_stays_decided() {
        assert_eq!(planned(decided("p:1", "overlat", "decided"), None, Some("-")), Changes::default());
    }

    #[test]
    fn what_is_kept_comes_back_at_its_review_date() {
        let wanted = |until: &str| CaseRow { kept_until: Some(day(until)), ..case("p:1", "A") };
        let changes = planned(decided("p:1", "behall", "kept"), Some(wanted("2026-11-20")), Some("A"));
        assert_eq!(changes.update[0].reopened_reason, "review_due");
        let changes = planned(decided("p:1", "behall", "kept"), Some(wanted("2026-11-21")), Some("A"));
        assert!(changes.update.iter().all(|c| c.state == "kept"));
    }

    #[test]
    fn what_is_settled_is_not_written_again() {
        for state in ["verified", "closed"] {
            let changes = planned(decided("p:1", "fel_traff", state), Some(case("p:1", "X")), Some("X"));
            assert_eq!(changes, Changes::default());
        }
    }

    #[test]
    fn another_person_makes_a_case_of_its_own() {
        let changes = planned(decided("p:1", "fel_traff", "closed"), Some(case("p:2", "B")), Some("B"));
        assert_eq!(changes.insert.len(), 1);
        assert!(changes.update.is_empty() && changes.delete.is_empty());
    }

    #[test]
    fn nothing_new_writes_nothing() {
        let known = case("p:1", "A");
        let again = CaseRow { id: new_id(), opened_on: day("2026-11-20"), ..known.clone() };
        assert_eq!(planned(known, Some(again), Some("A")), Changes::default());
    }
}
