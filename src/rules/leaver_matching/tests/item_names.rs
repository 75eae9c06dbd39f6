//! What the name on an item says, alone and beside a number: E7–E10, and who else bears it (2.5, 2.6 rules 1, 2 and 5).

use super::world::{World, class_and_codes, day, employment, held_by};
use crate::rules::leaver_matching::*;

#[test]
fn a_unit_is_known_by_its_code_also_with_its_name_behind() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    for shown in ["4711 Simhallen", "4611 Simhallen", "4711"] {
        let proposal = w.propose(&Item { cost_centre: shown.into(), ..held_by("Anna Lind") });
        assert_eq!(proposal.evidence_codes(), [EvidenceCode::E7], "{shown}");
    }
}

#[test]
fn names_give_at_best_the_second_class() {
    let mut w = World::new();
    let p = w.left("Åkerlund", "Anna-Karin", "2026-10-31");
    w.persons[p].names.push(KnownName::earlier("Anna-Karin", "Berg"));
    for (holder, cost_centre, expected) in [
        ("Anna Karin Åkerlund", "4711", (Class::B, vec!["E7"])),
        ("AKERLUND ANNA-KARIN", "4611", (Class::B, vec!["E7"])),
        ("Åkerlund, Anna-Karin", "5000", (Class::B, vec!["E8"])),
        ("Åkerlund, Anna-Karin", "", (Class::B, vec!["E8"])),
        ("Karin Åkerlund", "4711", (Class::C, vec!["E10"])),
        ("A. Åkerlund", "", (Class::C, vec!["E10"])),
        ("Aakerlund Anna-Karin", "", (Class::C, vec!["E10"])),
        ("Anna-Karin Åkerlnd", "4711", (Class::C, vec!["E10"])),
        ("Anna-Karin Berg", "", (Class::C, vec!["E10"])),
        ("Anna-Karin Åkerlnd", "5000", (Class::Unknown, vec![])),
        ("Anna-Karin Maria Åkerlund", "5000", (Class::Unknown, vec![])),
        ("Maria Åkerlund", "4711", (Class::Unknown, vec![])),
    ] {
        let item = Item { cost_centre: cost_centre.into(), ..held_by(holder) };
        let proposal = w.propose(&item);
        assert_eq!(class_and_codes(&proposal), expected, "{holder} {cost_centre}");
    }
}

#[test]
fn somebody_of_the_same_name_who_works_on_makes_it_weak() {
    let mut w = World::new();
    let left = w.left("Andersson", "Anna", "2026-10-31");
    let here = w.works("Andersson", "Anna");
    w.persons[here].employments[0].unit = "5000".into();
    let proposal = w.propose(&Item { cost_centre: "4711".into(), ..held_by("Anna Andersson") });
    assert_eq!(class_and_codes(&proposal), (Class::C, vec!["E9"]));
    assert_eq!((proposal.person(), proposal.same_name_active, proposal.same_name_ended), (Some(left), 1, 0));
    assert!(proposal.caps.contains(&CapReason::SameNameActive));
    // Whoever works where the item is paid is taken for its holder.
    let proposal = w.propose(&Item { cost_centre: "5000".into(), ..held_by("Anna Andersson") });
    assert_eq!((proposal.class, proposal.person()), (Class::None, Some(here)));
    // A number lifts it over the name.
    let proposal = w.propose(&Item { reference: "1000".into(), ..held_by("Anna Andersson") });
    assert_eq!((proposal.class, proposal.same_name_active), (Class::A, 1));
}

#[test]
fn a_number_whose_person_only_nearly_bears_the_name_is_no_surer_than_possible_while_its_bearer_works_here() {
    for (given, bearer_works_here, class) in [
        // The number's person goes by the very name.
        ("Anna", true, Class::A),
        ("Anna Karin", false, Class::A),
        // The operator has written in the name of somebody here, and the reference is of whoever had it before.
        ("Anna Karin", true, Class::C),
    ] {
        let mut w = World::new();
        let left = w.left("Andersson", given, "2026-10-31");
        if bearer_works_here {
            w.works("Andersson", "Anna");
        }
        let proposal = w.propose(&Item { reference: "1000".into(), ..held_by("Anna Andersson") });
        assert_eq!((proposal.class, proposal.person()), (class, Some(left)), "{given} {bearer_works_here}");
    }
}

#[test]
fn the_only_bearer_of_a_name_at_the_unit_is_likely_once_all_others_have_left() {
    // The other bearer's standing, at another unit; then what an item paid by the first one's unit is.
    let elsewhere = |w: &mut World, p: PersonIx| w.persons[p].employments[0].unit = "5000".into();
    let at = |cost_centre: &str| Item { cost_centre: cost_centre.into(), ..held_by("Anna Lind") };
    for (other, class, code) in
        [(Some("2026-09-30"), Class::B, "E7"), (Some("2026-12-31"), Class::C, "E9"), (None, Class::C, "E9")]
    {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", "2026-10-31");
        let q = match other {
            Some(end) => w.left("Lind", "Anna", end),
            None => w.works("Lind", "Anna"),
        };
        elsewhere(&mut w, q);
        for row in &mut w.rows {
            row.unit.clear();
        }
        let proposal = w.propose(&at("4711"));
        assert_eq!(class_and_codes(&proposal), (class, vec![code]), "{other:?}");
        assert_eq!(proposal.person(), Some(p), "{other:?}");
    }
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    let q = w.left("Lind", "Anna", "2026-09-30");
    // Both at the unit, or no unit shown: only a number tells them apart (2.6.2).
    assert_eq!(w.propose(&at("4711")).class, Class::C);
    elsewhere(&mut w, q);
    w.rows.iter_mut().for_each(|row| row.unit.clear());
    assert_eq!(w.propose(&held_by("Anna Lind")).class, Class::C);
    let proposal = w.propose(&at("4711"));
    assert_eq!((proposal.not_before, proposal.same_name_ended), (Some(day("2026-10-31")), 1));
    // The first one was never the holder: who is left is no surer for that.
    let rejected = Item { decisions: vec![Decision::NotHolder(p)], ..at("4711") };
    assert_eq!(w.propose(&rejected).class, Class::C);
    // Nor is a name that the person at the unit has given up.
    w.persons[p].names = vec![KnownName::current("Anna", "Ek"), KnownName::earlier("Anna", "Lind")];
    assert_eq!(w.propose(&at("4711")).class, Class::C);
}

#[test]
fn who_bears_more_given_names_and_works_where_the_item_is_paid_may_be_meant() {
    for (unit, cost_centre, expected) in [
        ("5000", "5000", (Class::C, vec!["E8"])),
        // Nothing says that it is the other's.
        ("5000", "", (Class::B, vec!["E8"])),
        ("5000", "4711", (Class::B, vec!["E7"])),
        ("4711", "4711", (Class::B, vec!["E7"])),
    ] {
        let mut w = World::new();
        let left = w.left("Lind", "Anna", "2026-10-31");
        let here = w.works("Lind", "Anna Karin");
        w.persons[here].employments[0].unit = unit.into();
        let proposal = w.propose(&Item { cost_centre: cost_centre.into(), ..held_by("Anna Lind") });
        assert_eq!(class_and_codes(&proposal), expected, "{unit} {cost_centre}");
        assert_eq!(proposal.person(), Some(left));
        assert_eq!(proposal.candidates.len() == 2, proposal.class == Class::C);
    }
}

#[test]
fn whoever_leaves_later_works_here_still_and_counts_among_the_bearers_of_the_name() {
    for (end, active, ended) in [("2026-12-31", 1, 0), ("2026-10-15", 0, 1)] {
        let mut w = World::new();
        w.left("Lind", "Anna", "2026-10-31");
        w.left("Lind", "Anna", end);
        let proposal = w.propose(&held_by("Anna Lind"));
        let counts = (proposal.same_name_active, proposal.same_name_ended);
        assert_eq!((proposal.class, counts), (Class::C, (active, ended)), "{end}");
        assert_eq!(proposal.caps.contains(&CapReason::SameNameActive), active > 0, "{end}");
    }
}

#[test]
fn another_name_on_the_item_contradicts_the_number() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.works("Ek", "Eva");
    let item = |holder: &str| Item { reference: "1000".into(), ..held_by(holder) };
    let proposal = w.propose(&item("Eva Ek"));
    assert_eq!((proposal.class, proposal.contradictions), (Class::X, vec![Contradiction::HolderChanged]));
    let proposal = w.propose(&item("Siv Ask"));
    assert_eq!((proposal.class, proposal.caps), (Class::C, vec![CapReason::OtherName]));
    // A new surname is what a marriage looks like.
    let proposal = w.propose(&item("Anna Berg"));
    assert_eq!((proposal.class, proposal.notes), (Class::A, vec![Note::NameDiffers]));
    // The name was changed after the person had left.
    let changed = HolderChange { seen: day("2026-11-01"), previous: "Anna Lind".into() };
    let proposal = w.propose(&Item { holder_change: Some(changed), ..item("Siv Ask") });
    assert_eq!((proposal.class, proposal.contradictions), (Class::X, vec![Contradiction::HolderChanged]));
}

#[test]
fn a_number_proposes_the_same_whether_or_not_somebody_protected_bears_the_name() {
    let mut w = World::new();
    w.left("Andersson", "Anna", "2026-10-31");
    let item = Item { reference: "1000".into(), ..held_by("Anna Andersson") };
    let alone = w.propose(&item);
    assert_eq!((alone.class, alone.is_protected), (Class::A, false));
    let namesake = w.works("Andersson", "Anna");
    w.persons[namesake].is_protected = true;
    assert_eq!(w.propose(&item), alone);
}

#[test]
fn who_left_long_ago_is_no_bearer_of_the_name() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2024-10-31");
    assert_eq!(w.propose(&held_by("Anna Lind")).class, Class::Unknown);
    w.left("Lind", "Anna", "2026-10-31");
    assert_eq!(w.propose(&held_by("Anna Lind")).class, Class::B);
}

#[test]
fn the_unit_may_be_told_by_the_list_alone() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].employments.clear();
    let proposal = w.propose(&Item { cost_centre: "4711".into(), ..held_by("Anna Lind") });
    assert_eq!(class_and_codes(&proposal), (Class::B, vec!["E7"]));
    w.persons[p]
        .employments
        .push(Employment { in_newest: false, ..employment("1000", "4711", "2020-01-01") });
    assert_eq!(w.propose(&held_by("Anna Lind")).evidence_codes(), [EvidenceCode::E8]);
}
