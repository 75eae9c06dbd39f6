//! Every evidence, class, cap and contradiction of 2.3–2.7 on an item, but what its name says: see `item_names`.

use chrono::Days;

use super::world::{World, class_and_codes, day, held_by, today};
use crate::rules::leaver_matching::*;

#[test]
fn strong_evidence_of_every_kind_gives_the_highest_class() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].accounts.push(Account { id: "annlin01".into(), from: None });
    w.persons[p].mobiles.push(WorkMobile { number: "+46701740605".into(), recorded: day("2026-01-15") });
    w.persons[p].devices.push("8946087000000000010".into());
    for (code, item) in [
        ("E1", Item { personal_id: Some("199001011000".into()), ..Item::default() }),
        ("E2", Item { reference: "01000".into(), ..Item::default() }),
        ("E2", Item { reference: "Anst.nr 1000".into(), ..Item::default() }),
        ("E2", Item { reference: "1000 Anna Lind".into(), ..Item::default() }),
        ("E2", Item { employee_number: Some("1000".into()), company: Some("1".into()), ..Item::default() }),
        ("E3", Item { account: Some("KOMMUN\\ANNLIN01".into()), ..Item::default() }),
        ("E3", Item { reference: "annlin01".into(), ..Item::default() }),
        ("E4", Item { msisdn: Some("+46701740605".into()), ..Item::default() }),
        ("E5", Item { devices: vec!["8946087000000000010".into()], ..Item::default() }),
        ("E6", Item { decisions: vec![Decision::Holder(p)], ..Item::default() }),
    ] {
        let proposal = w.propose(&item);
        assert_eq!(class_and_codes(&proposal), (Class::A, vec![code]));
        assert_eq!((proposal.person(), proposal.not_before), (Some(p), Some(day("2026-10-31"))));
    }
}

#[test]
fn a_number_is_read_behind_its_company_and_beside_the_name_it_belongs_to() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].accounts.push(Account { id: "anna.lind@kommun.example".into(), from: None });
    for (code, item) in [
        ("E2", Item { reference: "01-1000".into(), ..Item::default() }),
        ("E2", Item { reference: "1/1000".into(), ..Item::default() }),
        ("E2", Item { reference: "AID 1000".into(), ..Item::default() }),
        ("E2", Item { reference: "AID-nr: 1000".into(), ..Item::default() }),
        ("E2", Item { reference: "1000 per.berg@kommun.example".into(), ..Item::default() }),
        ("E2", held_by("Anna Lind 1000")),
        ("E3", Item { reference: "Lind <anna.lind@kommun.example>".into(), ..Item::default() }),
    ] {
        let proposal = w.propose(&item);
        assert_eq!((proposal.class, proposal.evidence_codes()[0].code()), (Class::A, code), "{item:?}");
    }
    for item in [
        Item { reference: "02-1000".into(), ..held_by("Eva Ek") },
        Item { reference: "2026-1000".into(), ..held_by("Eva Ek") },
        Item { reference: "Aida 1000".into(), ..held_by("Eva Ek") },
        held_by("Eva Ek 1000"),
    ] {
        assert!(matches!(w.propose(&item).class, Class::Unknown | Class::N), "{item:?}");
    }
}

#[test]
fn numbers_of_another_company_and_old_records_are_no_evidence() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].mobiles.push(WorkMobile { number: "+46701740605".into(), recorded: day("2025-11-01") });
    let other =
        Item { employee_number: Some("1000".into()), company: Some("02".into()), ..held_by("Eva Ek") };
    assert_eq!(w.propose(&other).class, Class::Unknown);
    let old = w.propose(&Item { msisdn: Some("+46701740605".into()), ..held_by("Eva Ek") });
    assert_eq!((old.class, old.notes), (Class::Unknown, vec![Note::OldMobileRecord]));
    let unknown = w.propose(&Item { reference: "999999".into(), ..held_by("Eva Ek") });
    assert_eq!((unknown.class, unknown.notes), (Class::Unknown, vec![Note::UnknownNumber]));
}

#[test]
fn an_order_or_a_cost_centre_in_the_reference_is_no_employee_number() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    for reference in ["Order 1000", "1000 Eva Ek", "RITM1000"] {
        let proposal = w.propose(&Item { reference: reference.into(), ..held_by("Siv Ask") });
        assert_eq!(proposal.class, Class::Unknown, "{reference}");
    }
    w.persons[p].employments[0].unit = "1000".into();
    let proposal = w.propose(&Item { reference: "1000".into(), ..held_by("Siv Ask") });
    assert_eq!((proposal.class, proposal.notes), (Class::Unknown, vec![]));
}

#[test]
fn an_item_that_a_number_says_has_passed_on_from_who_left_is_contradicted() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.works("Ek", "Eva");
    let proposal = w.propose(&Item { reference: "1001".into(), ..held_by("Anna Lind") });
    assert_eq!((proposal.class, proposal.contradictions), (Class::X, vec![Contradiction::HolderChanged]));
}

#[test]
fn a_number_that_has_passed_on_is_the_newer_persons() {
    let mut w = World::new();
    let left = w.left("Lind", "Anna", "2026-10-31");
    let here = w.works("Ek", "Eva");
    for (person, recorded) in [(left, "2026-09-15"), (here, "2026-11-18")] {
        w.persons[person].mobiles.push(WorkMobile { number: "+46701740605".into(), recorded: day(recorded) });
    }
    let proposal = w.propose(&Item { msisdn: Some("+46701740605".into()), ..held_by("Eva Ek") });
    assert_eq!((proposal.class, proposal.person()), (Class::None, Some(here)));
}

#[test]
fn an_account_given_to_somebody_else_is_that_persons() {
    let mut w = World::new();
    let left = w.left("Lind", "Anna", "2026-10-31");
    let here = w.works("Lindh", "Annika");
    for person in [left, here] {
        w.persons[person].accounts.push(Account { id: "annlin01".into(), from: None });
    }
    let proposal = w.propose(&Item { account: Some("annlin01".into()), ..Item::default() });
    assert_eq!((proposal.class, proposal.person()), (Class::None, Some(here)));
    assert!(proposal.notes.contains(&Note::AccountReissued));
}

#[test]
fn the_standing_decides_the_class_of_a_sure_holder() {
    let mut w = World::new();
    let here = w.works("Ek", "Eva");
    let planned = w.left("Alm", "Per", "2026-12-31");
    let grace = w.left("Ask", "Bo", "2026-10-31");
    w.rows[1].event = EventKind::HourlyEnds;
    let leave = w.left("Al", "Siv", "2026-10-31");
    w.rows[2].event = EventKind::Leave;
    let missing = w.works("Rönn", "Åke");
    w.persons[missing].employments[0].in_newest = false;
    for (person, class, contradictions) in [
        (here, Class::None, vec![]),
        (planned, Class::P, vec![]),
        (grace, Class::P, vec![]),
        (leave, Class::X, vec![Contradiction::OnLeave]),
        (missing, Class::C, vec![]),
    ] {
        let proposal = w.propose(&Item { reference: (1000 + person).to_string(), ..Item::default() });
        assert_eq!((proposal.class, proposal.contradictions.clone()), (class, contradictions), "{person}");
    }
    let proposal = w.propose(&Item { reference: (1000 + grace).to_string(), ..Item::default() });
    assert_eq!(proposal.not_before, Some(day("2026-12-31")));
}

#[test]
fn without_a_fresh_full_snapshot_nothing_is_sure() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    let item = Item { reference: "1000".into(), ..held_by("Anna Lind") };
    w.snapshot = Some(Snapshot { taken_on: today() - Days::new(45) });
    assert_eq!(w.propose(&item).class, Class::A);
    w.snapshot = Some(Snapshot { taken_on: today() - Days::new(46) });
    assert_eq!((w.propose(&item).class, w.propose(&item).caps), (Class::B, vec![CapReason::OldSnapshot]));
    w.snapshot = None;
    assert_eq!((w.propose(&item).class, w.propose(&item).caps), (Class::B, vec![CapReason::NoSnapshot]));
}

#[test]
fn a_decision_that_it_is_somebody_else_blocks() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    for item in [held_by("Anna Lind"), Item { reference: "1000".into(), ..held_by("Anna Lind") }] {
        let item = Item { decisions: vec![Decision::NotHolder(p)], ..item };
        let proposal = w.propose(&item);
        assert_eq!((proposal.class, proposal.contradictions), (Class::X, vec![Contradiction::NotSamePerson]));
    }
    // It does not make another bearer of the name unique.
    w.left("Lind", "Anna", "2026-09-30");
    let item = Item { decisions: vec![Decision::NotHolder(p)], ..held_by("Anna Lind") };
    assert_eq!(w.propose(&item).class, Class::C);
}

#[test]
fn numbers_that_point_at_two_persons_are_not_sure() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    let second = w.left("Ek", "Eva", "2026-09-30");
    w.persons[second].mobiles.push(WorkMobile { number: "+46701740605".into(), recorded: day("2026-09-01") });
    let item = Item { reference: "1000".into(), msisdn: Some("+46701740605".into()), ..held_by("Anna Lind") };
    let proposal = w.propose(&item);
    assert_eq!((proposal.class, proposal.caps), (Class::C, vec![CapReason::SeveralPersons]));
    // When the other works here, the item has passed on.
    w.rows.truncate(1);
    w.persons[second].employments[0].in_newest = true;
    assert_eq!(w.propose(&item).class, Class::X);
}

#[test]
fn use_after_the_end_date_by_somebody_else_contradicts() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    for (on, by, class) in [
        ("2026-11-15", Some("Eva Ek"), Class::X),
        ("2026-11-14", Some("Eva Ek"), Class::A),
        ("2026-11-15", Some("Anna Lind"), Class::A),
        ("2026-11-15", None, Class::A),
    ] {
        let last_use = Some(LastUse { on: day(on), by: by.map(str::to_owned) });
        let proposal = w.propose(&Item { reference: "1000".into(), last_use, ..held_by("Anna Lind") });
        assert_eq!(proposal.class, class, "{on} {by:?}");
        let noted = class == Class::A && on == "2026-11-15";
        assert_eq!(proposal.notes.contains(&Note::UsedAfterEnd), noted, "{on} {by:?}");
    }
}

#[test]
fn a_twin_follows_its_main_subscription() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.works("Ek", "Eva");
    let twin = |holder: &str, reference: &str| Item {
        main: Some(0),
        reference: reference.into(),
        type_text: "Datakort".into(),
        ..held_by(holder)
    };
    let main = Item { reference: "1000".into(), ..held_by("Anna Lind") };
    let items = [main, twin("Anna Lind", ""), twin("", ""), twin("Eva Ek", "1001")];
    let proposals = Matcher::new(w.input()).propose_all(&items);
    let classes: Vec<Class> = proposals.iter().map(|p| p.class).collect();
    assert_eq!(classes, [Class::A, Class::A, Class::A, Class::None], "the last has its own number");
    assert!(proposals[1].notes.contains(&Note::FollowsMain));
}

#[test]
fn what_was_decided_about_a_twin_goes_before_what_is_proposed_for_its_main_subscription() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    let until = day("2026-12-31");
    for (decision, class, kept_until) in [
        (Decision::NotHolder(p), Class::X, None),
        (Decision::NonPerson, Class::N, None),
        (Decision::KeepUntil(until), Class::A, Some(until)),
    ] {
        let main = Item { reference: "1000".into(), ..held_by("Anna Lind") };
        let twin = Item { main: Some(0), decisions: vec![decision.clone()], ..held_by("Anna Lind") };
        let proposals = Matcher::new(w.input()).propose_all(&[main, twin]);
        assert_eq!(proposals[0].class, Class::A, "{decision:?}");
        assert_eq!((proposals[1].class, proposals[1].kept_until), (class, kept_until), "{decision:?}");
    }
}

#[test]
fn things_are_nobodys_and_their_contact_may_have_left() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    for reference in ["Kontakt: Anna Lind", "1000"] {
        let item = Item { reference: reference.into(), ..held_by("Hisstelefon Simhallen") };
        let proposal = w.propose(&item);
        assert_eq!((proposal.class, proposal.contact), (Class::N, Some(p)), "{reference}");
        assert!(proposal.notes.contains(&Note::OwnerLeft) && proposal.candidates.is_empty());
    }
    let decided = Item { decisions: vec![Decision::NonPerson], ..held_by("Anna Lind") };
    assert_eq!(w.propose(&decided).non_person, Some(NonPersonMark::Decided));
    let data = Item { type_text: "Mobilt bredband".into(), ..held_by("Anna Lind") };
    assert_eq!(w.propose(&data).class, Class::B, "a person's own data card");
}

#[test]
fn what_is_kept_by_decision_is_not_open_until_its_day() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    for (until, open) in [("2026-12-01", false), ("2026-11-20", true)] {
        let item = Item { decisions: vec![Decision::KeepUntil(day(until))], ..held_by("Anna Lind") };
        let proposal = w.propose(&item);
        assert_eq!((proposal.class, proposal.is_open(today())), (Class::B, open), "{until}");
    }
}

#[test]
fn a_protected_person_is_shown_by_no_value() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].is_protected = true;
    for item in [held_by("Anna Lind"), Item { reference: "1000".into(), ..held_by("Anna Lind") }] {
        let proposal = w.propose(&item);
        assert!(proposal.is_protected);
        let shown = proposal.candidates.iter().flat_map(|c| &c.evidence);
        assert!(shown.into_iter().all(|e| e.item_value.is_none() && e.person_value.is_none()));
    }
    let hidden = w.propose(&held_by("SKYDDAD"));
    assert_eq!((hidden.class, hidden.is_protected), (Class::Unknown, true));
}

#[test]
fn evidence_shows_telephone_numbers_and_devices_masked() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].mobiles.push(WorkMobile { number: "+46701740605".into(), recorded: day("2026-09-01") });
    w.persons[p].devices.push("8946087000000000010".into());
    let item = Item {
        msisdn: Some("+46701740605".into()),
        devices: vec!["8946087000000000010".into()],
        ..Item::default()
    };
    let proposal = w.propose(&item);
    let values: Vec<_> =
        proposal.candidates[0].evidence.iter().map(|e| e.item_value.clone().unwrap()).collect();
    assert_eq!(values, ["070-*** ** 05", "…0010"]);
}
