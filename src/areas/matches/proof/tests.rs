//! The lists and what they prove, one decision at a time.

use uuid::Uuid;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const L1: Uuid = Uuid::from_u128(1);
const L2: Uuid = Uuid::from_u128(2);
const L3: Uuid = Uuid::from_u128(3);

/// Decided on 10 October to end on the 31st; the newest list is from 5 November and has the number.
fn row() -> ProofRow {
    ProofRow {
        state: "ordered".into(),
        outcome: "avsluta".into(),
        decided_on: day("2026-10-10"),
        end_on: Some(day("2026-10-31")),
        sent_on: Some(day("2026-10-11")),
        status: "aktiv".into(),
        newest_list_id: Some(L2),
        newest_on: Some(day("2026-11-05")),
        ..ProofRow::default()
    }
}

fn judged(row: &ProofRow) -> Proof {
    judge(row, 5, &|code| (code == "4711").then(|| "4800".to_owned()))
}

fn missing(row: ProofRow, list: Uuid, on: &str) -> ProofRow {
    ProofRow { missing_list_id: Some(list), missing_on: Some(day(on)), ..row }
}

fn verified(list: Uuid, on: &str, ended: &str) -> Proof {
    Proof::Verified { list, on: day(on), last_day: Some(day(ended)) }
}

#[test]
fn a_list_without_the_number_after_the_last_day_verifies() {
    assert_eq!(judged(&missing(row(), L2, "2026-11-05")), verified(L2, "2026-11-05", "2026-10-31"));
    // Gone already in a list before the last day: the next one proves it.
    assert_eq!(judged(&missing(row(), L1, "2026-10-20")), verified(L2, "2026-11-05", "2026-10-31"));
    let early = ProofRow { newest_list_id: Some(L1), newest_on: Some(day("2026-10-20")), ..row() };
    assert_eq!(judged(&missing(early, L1, "2026-10-20")), Proof::Pending);
    // A list from before the decision proves nothing.
    let old = ProofRow { newest_on: Some(day("2026-10-10")), end_on: None, ..row() };
    assert_eq!(judged(&missing(old, L2, "2026-10-10")), Proof::Pending);
}

#[test]
fn a_status_in_a_newer_list_verifies() {
    for status in ["avslutad", "porterad"] {
        let ended = ProofRow { status: status.into(), ..row() };
        assert_eq!(judged(&ended), verified(L2, "2026-11-05", "2026-10-31"));
    }
    let noticed = ProofRow { status: "uppsagd".into(), ends_on: Some(day("2026-12-31")), ..row() };
    assert_eq!(
        judged(&noticed),
        verified(L2, "2026-11-05", "2026-12-31"),
        "the saving counts from the operator's day"
    );
    let no_day = ProofRow { status: "uppsagd".into(), newest_on: Some(day("2026-11-03")), ..row() };
    assert_eq!(judged(&no_day), Proof::Pending);
}

#[test]
fn what_is_still_there_some_days_after_its_last_is_not_gone() {
    for (newest, proof) in [("2026-11-05", Proof::Pending), ("2026-11-06", Proof::NotGone(day("2026-11-06")))]
    {
        assert_eq!(judged(&ProofRow { newest_on: Some(day(newest)), ..row() }), proof, "{newest}");
    }
    let overdue = ProofRow {
        status: "uppsagd".into(),
        ends_on: Some(day("2026-10-31")),
        newest_on: Some(day("2026-12-05")),
        ..row()
    };
    assert_eq!(judged(&overdue), Proof::NotGone(day("2026-12-05")));
    // Without a day and without an order there is nothing to be late with.
    let untold = ProofRow { end_on: None, sent_on: None, newest_on: Some(day("2027-03-01")), ..row() };
    assert_eq!(judged(&untold), Proof::Pending);
}

fn was_verified(row: ProofRow) -> ProofRow {
    ProofRow {
        state: "verified".into(),
        verified_on: Some(day("2026-11-05")),
        verified_list_id: Some(L2),
        verified_list_on: Some(day("2026-11-05")),
        last_day: Some(day("2026-10-31")),
        closed_on: Some(day("2026-11-05")),
        ..row
    }
}

#[test]
fn what_was_gone_and_is_back_is_opened_again() {
    let back =
        was_verified(ProofRow { newest_list_id: Some(L3), newest_on: Some(day("2026-12-05")), ..row() });
    let proof = judged(&back);
    assert_eq!(proof, Proof::Back(day("2026-12-05")));
    let after = proved(&back, proof, day("2026-12-06"));
    assert_eq!(
        (after.state, after.reopened_reason.as_str(), after.back_on),
        ("open", "back", Some(day("2026-12-05")))
    );
    assert_eq!(after.verified_on, Some(day("2026-11-05")), "it was gone for a time");
    assert_eq!(after.closed_on, None);
}

#[test]
fn the_first_list_that_proved_it_goes_on_doing_so() {
    let later = was_verified(missing(
        ProofRow { newest_list_id: Some(L3), newest_on: Some(day("2026-12-05")), ..row() },
        L2,
        "2026-11-05",
    ));
    assert_eq!(judged(&later), verified(L2, "2026-11-05", "2026-10-31"));
    assert_eq!(proved(&later, judged(&later), day("2026-12-06")), before(&later), "nothing is written");
}

#[test]
fn what_is_verified_is_closed_since_the_list_that_verified_it() {
    let gone = missing(row(), L2, "2026-11-05");
    let after = proved(&gone, judged(&gone), day("2026-11-20"));
    assert_eq!((after.state, after.closed_on), ("verified", Some(day("2026-11-05"))));
    // One that was written without the day gets it.
    let without = ProofRow { closed_on: None, ..was_verified(gone) };
    let after = proved(&without, judged(&without), day("2026-12-06"));
    assert_ne!(after, before(&without));
    assert_eq!(after.closed_on, Some(day("2026-11-05")));
}

#[test]
fn a_proof_falls_with_its_list() {
    let taken_back = ProofRow {
        verified_list_on: None,
        newest_list_id: Some(L1),
        newest_on: Some(day("2026-10-05")),
        ..was_verified(row())
    };
    let after = proved(&taken_back, judged(&taken_back), day("2026-11-20"));
    assert_eq!((after.state, after.verified_on, after.verified_list_id), ("ordered", None, None));
    assert_eq!(after.closed_on, None);
    let unsent = ProofRow { sent_on: None, ..taken_back };
    assert_eq!(proved(&unsent, judged(&unsent), day("2026-11-20")).state, "decided");
}

#[test]
fn a_hand_over_shows_in_the_name_or_in_who_pays() {
    let over = ProofRow {
        outcome: "overlat".into(),
        new_holder: "Anna Lind".into(),
        new_cost_centre: "4711".into(),
        holder: "BERG LARS".into(),
        cost_centre: "1200".into(),
        cost_centre_then: "1200".into(),
        ..row()
    };
    assert_eq!(judged(&over), Proof::Pending);
    let shown = Proof::Verified { list: L2, on: day("2026-11-05"), last_day: None };
    assert_eq!(judged(&ProofRow { holder: "Lind, Anna".into(), ..over.clone() }), shown);
    assert_eq!(judged(&ProofRow { cost_centre: "4711".into(), ..over.clone() }), shown);
    // The unit has a successor that pays instead.
    assert_eq!(judged(&ProofRow { cost_centre: "4800".into(), ..over.clone() }), shown);
    // They had the same cost centre before: only the name shows it.
    let same = ProofRow { cost_centre: "4711".into(), cost_centre_then: "4711".into(), ..over.clone() };
    assert_eq!(judged(&same), Proof::Pending);
    let old = ProofRow { newest_on: Some(over.decided_on), holder: "Anna Lind".into(), ..over };
    assert_eq!(judged(&old), Proof::Pending);
}

#[test]
fn a_moved_cost_shows_in_who_pays() {
    let moved = ProofRow {
        outcome: "flytta_kostnad".into(),
        new_cost_centre: "4711".into(),
        cost_centre: "4711".into(),
        cost_centre_then: "1200".into(),
        ..row()
    };
    assert!(matches!(judged(&moved), Proof::Verified { .. }));
    assert_eq!(judged(&ProofRow { cost_centre: "1200".into(), ..moved }), Proof::Pending);
}
