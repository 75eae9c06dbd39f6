//! Every way a case can go.

use serde_json::json;

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

/// As long as the number is in the lists.
fn planned(known: CaseRow, wanted: Option<CaseRow>) -> Changes {
    plan(vec![known], wanted.into_iter().collect(), &HashMap::new(), day("2026-11-20"))
}

/// When the list of 18 November lacks the number: then nothing is proposed.
fn without_the_number(known: CaseRow) -> Changes {
    let gone_on = HashMap::from([(Uuid::from_u128(1), day("2026-11-18"))]);
    plan(vec![known], Vec::new(), &gone_on, day("2026-11-20"))
}

#[test]
fn a_case_that_nobody_touched_goes_with_its_cause() {
    let changes = planned(case("p:1", "A"), None);
    assert_eq!(changes.delete.len(), 1);
    assert!(changes.insert.is_empty() && changes.update.is_empty());
}

#[test]
fn the_same_person_under_another_key_is_the_same_case() {
    let known = CaseRow { subject_keys: vec!["k:aa".into()], ..case("k:aa", "A") };
    let wanted = CaseRow { subject_keys: vec!["p:1".into(), "k:aa".into()], ..case("p:1", "A") };
    let id = known.id;
    let changes = planned(known, Some(wanted));
    assert_eq!(changes.update.iter().map(|c| c.id).collect::<Vec<_>>(), [id]);
    assert_eq!(changes.update[0].subject_key, "p:1");
    assert_eq!(changes.update[0].opened_on, day("2026-11-01"), "it has been open since then");
    assert!(changes.insert.is_empty() && changes.delete.is_empty());
}

#[test]
fn a_decision_to_end_is_opened_again_when_its_ground_is_gone() {
    for state in ["decided", "ordered"] {
        let changes = planned(decided("p:1", "avsluta", state), Some(case("p:1", "X")));
        assert_eq!(
            (changes.update[0].state.as_str(), changes.update[0].reopened_reason.as_str()),
            ("open", "ground_gone")
        );
        let changes = planned(decided("p:1", "avsluta", state), None);
        assert_eq!(changes.update[0].state, "open");
    }
}

#[test]
fn a_subscription_that_is_gone_from_the_lists_leaves_the_decision_to_the_proof() {
    assert_eq!(without_the_number(decided("p:1", "avsluta", "ordered")), Changes::default());
}

#[test]
fn a_case_whose_number_is_gone_is_closed_since_the_list_that_lacked_it() {
    let again = |outcome: &str, reason: &str| CaseRow {
        reopened_reason: reason.to_owned(),
        ..decided("p:1", outcome, "open")
    };
    let asked = CaseRow { is_touched: true, state: "waiting".into(), ..case("p:1", "A") };
    for (known, wanted) in [
        (decided("p:1", "behall", "kept"), Some("2026-11-18")),
        (decided("p:1", "reserv", "kept"), Some("2026-11-18")),
        (again("behall", "review_due"), Some("2026-11-18")),
        (asked, Some("2026-11-18")),
        (decided("p:1", "overlat", "ordered"), Some("2026-11-18")),
        (decided("p:1", "flytta_kostnad", "decided"), Some("2026-11-18")),
        (again("avsluta", "ground_gone"), Some("2026-11-18")),
        // The day is never before the case was there.
        (CaseRow { opened_on: day("2026-11-19"), ..decided("p:1", "behall", "kept") }, Some("2026-11-19")),
        // The proof judges what was to go.
        (decided("p:1", "avsluta", "decided"), None),
        (decided("p:1", "privat_overtagande", "ordered"), None),
        (decided("p:1", "avsluta", "not_gone"), None),
        (again("avsluta", BACK), None),
        // And what is settled is settled.
        (decided("p:1", "overlat", "verified"), None),
        (decided("p:1", "fel_traff", "closed"), None),
    ] {
        let changes = without_the_number(known.clone());
        let Some(on) = wanted else {
            assert_eq!(changes, Changes::default(), "{known:?}");
            continue;
        };
        let now = &changes.update[0];
        assert_eq!(
            (now.state.as_str(), now.reopened_reason.as_str(), now.closed_on),
            ("closed", NUMBER_GONE, Some(day(on))),
            "{known:?}"
        );
        assert_eq!((&now.outcome, now.decision_id), (&known.outcome, known.decision_id));
    }
}

#[test]
fn a_case_whose_number_is_back_stands_as_it_was_decided() {
    let closed = |outcome: &str| CaseRow {
        closed_on: Some(day("2026-11-18")),
        reopened_reason: NUMBER_GONE.to_owned(),
        ..decided("p:1", outcome, "closed")
    };
    for (outcome, until, class, state, reason) in [
        ("behall", Some("2027-01-15"), Some("A"), "kept", ""),
        ("behall", Some("2026-11-20"), Some("A"), "open", "review_due"),
        // The holder has come back meanwhile: nothing is proposed, and the decision stands.
        ("behall", Some("2027-01-15"), None, "kept", ""),
        ("overlat", None, None, "decided", ""),
        // It was to end, and was opened again before it was gone.
        ("avsluta", None, Some("A"), "open", "cause_back"),
    ] {
        let known = CaseRow { kept_until: until.map(day), ..closed(outcome) };
        let changes = planned(known, class.map(|class| case("p:1", class)));
        let now = &changes.update[0];
        assert_eq!((now.state.as_str(), now.reopened_reason.as_str()), (state, reason), "{outcome}");
        assert_eq!((now.closed_on, now.outcome.as_deref()), (None, Some(outcome)));
    }
    let undecided = CaseRow { outcome: None, decision_id: None, ..closed("behall") };
    assert_eq!(planned(undecided.clone(), Some(case("p:1", "A"))).update[0].state, "open");
    assert_eq!(planned(undecided, None), Changes::default());
}

#[test]
fn a_case_that_was_closed_when_its_cause_was_gone_is_opened_when_it_is_back_though_it_was_decided_once() {
    let known = CaseRow {
        closed_on: Some(day("2026-11-10")),
        reopened_reason: CAUSE_GONE.to_owned(),
        ..decided("p:1", "behall", "closed")
    };
    let changes = planned(known, Some(case("p:1", "A")));
    assert_eq!(
        (changes.update[0].state.as_str(), changes.update[0].reopened_reason.as_str()),
        ("open", "cause_back")
    );
}

#[test]
fn a_hand_over_leaves_no_proposal_and_stays_decided() {
    assert_eq!(planned(decided("p:1", "overlat", "decided"), None), Changes::default());
}

fn kept(until: &str) -> CaseRow {
    CaseRow { kept_until: Some(day(until)), ..decided("p:1", "behall", "kept") }
}

#[test]
fn what_is_kept_comes_back_at_its_review_date_whatever_is_proposed_then() {
    for class in ["A", "B", "C", "P", "U", "X"] {
        let changes = planned(kept("2026-11-20"), Some(case("p:1", class)));
        assert_eq!(
            (changes.update[0].state.as_str(), changes.update[0].reopened_reason.as_str()),
            ("open", "review_due"),
            "{class}"
        );
        let changes = planned(kept("2026-11-21"), Some(case("p:1", class)));
        assert!(changes.update.iter().all(|c| c.state == "kept"), "{class}");
    }
}

#[test]
fn what_is_kept_is_closed_on_its_review_date_when_nothing_is_proposed_and_a_reserve_is_not() {
    let changes = planned(kept("2026-11-20"), None);
    let now = &changes.update[0];
    assert_eq!(
        (now.state.as_str(), now.reopened_reason.as_str(), now.closed_on),
        ("closed", CAUSE_GONE, Some(day("2026-11-20")))
    );
    assert_eq!(planned(kept("2026-11-21"), None), Changes::default());
    let reserve = CaseRow { outcome: Some("reserv".to_owned()), ..kept("2026-11-20") };
    assert_eq!(planned(reserve, None), Changes::default(), "it is looked at whoever had it");
}

/// What is known of one person: where the person stands, and what points at them.
fn knowing(l_code: &str, codes: &[&str]) -> Value {
    let evidence: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    json!({ "suspects": [{ "key": "p:1", "l_code": l_code, "is_here": false, "evidence": evidence }] })
}

#[test]
fn what_is_kept_is_opened_when_new_evidence_arrives_and_for_nothing_less() {
    for (then, now, is_opened) in [
        (("L4", &["E8"][..]), ("L4", &["E8"][..]), false),
        // The name has become or ceased to be alone.
        (("L4", &["E9"]), ("L4", &["E7"]), false),
        (("L1", &["E2", "E7"]), ("L1", &["E2"]), false),
        (("L1", &["E8"]), ("L1", &["E2", "E8"]), true),
        (("L4", &["E2"]), ("L1", &["E2"]), true),
        (("L6", &["E2"]), ("L3", &["E2"]), true),
        // That the last day would come was known.
        (("L3", &["E2"]), ("L1", &["E2"]), false),
    ] {
        let known = CaseRow { known_then: Some(knowing(then.0, then.1)), ..kept("2027-01-15") };
        let wanted = CaseRow { evidence: knowing(now.0, now.1), ..case("p:1", "B") };
        let changes = planned(known, Some(wanted));
        let opened: Vec<&str> = changes.update.iter().map(|c| c.reopened_reason.as_str()).collect();
        assert_eq!(opened.contains(&"new_evidence"), is_opened, "{then:?} {now:?}");
    }
}

#[test]
fn an_end_before_a_last_day_that_is_told_later_is_for_somebody_to_look_at() {
    let ending = CaseRow { end_on: Some(day("2026-11-20")), ..decided("p:1", "avsluta", "ordered") };
    for (class, not_before, is_opened) in
        [("P", "2026-12-31", true), ("P", "2026-11-20", false), ("A", "2026-11-21", false)]
    {
        let wanted = CaseRow { not_before: Some(day(not_before)), ..case("p:1", class) };
        let changes = planned(ending.clone(), Some(wanted));
        let opened: Vec<&str> = changes.update.iter().map(|c| c.reopened_reason.as_str()).collect();
        assert_eq!(opened.contains(&"ground_gone"), is_opened, "{class} {not_before}");
    }
}

#[test]
fn what_is_settled_is_not_written_again() {
    for state in ["verified", "closed"] {
        let changes = planned(decided("p:1", "fel_traff", state), Some(case("p:1", "X")));
        assert_eq!(changes, Changes::default());
    }
}

#[test]
fn another_person_makes_a_case_of_its_own() {
    let changes = planned(decided("p:1", "fel_traff", "closed"), Some(case("p:2", "B")));
    assert_eq!(changes.insert.len(), 1);
    assert!(changes.update.is_empty() && changes.delete.is_empty());
}

#[test]
fn nothing_new_writes_nothing() {
    let known = case("p:1", "A");
    let again = CaseRow { id: new_id(), opened_on: day("2026-11-20"), ..known.clone() };
    assert_eq!(planned(known, Some(again)), Changes::default());
}
