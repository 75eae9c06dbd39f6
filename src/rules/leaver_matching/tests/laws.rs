//! Laws that hold in any municipality.

use proptest::prelude::*;

use super::world::{World, day, employment, held_by, today};
use crate::rules::leaver_matching::*;

const GIVEN: [&str; 3] = ["Anna", "Bo", "Anna Maria"];
const SURNAMES: [&str; 3] = ["Lind", "Ek", "Öberg"];
const ENDS: [&str; 4] = ["2026-06-30", "2026-10-31", "2026-11-14", "2026-12-31"];
const EVENTS: [EventKind; 5] =
    [EventKind::Leaves, EventKind::HourlyEnds, EventKind::Moves, EventKind::Leave, EventKind::Deceased];

/// What one person is like: given name, surname, how it stands (0 works, 1 gone unlisted, else listed), end, event, whether
/// there is a correction.
type Seed = (usize, usize, u8, usize, usize, bool);

fn world(seeds: &[Seed]) -> World {
    let mut w = World::new();
    for (given, surname, state, end, event, corrected) in seeds {
        let (given, surname) = (GIVEN[given % 3], SURNAMES[surname % 3]);
        match state % 4 {
            0 => {
                w.works(surname, given);
            }
            1 => {
                let p = w.works(surname, given);
                w.persons[p].employments[0].in_newest = false;
            }
            _ => {
                w.left(surname, given, ENDS[end % 4]);
                let row = w.rows.len() - 1;
                w.rows[row].event = EVENTS[event % 5];
                if *corrected {
                    w.rows.push(LeaverRow { event: EventKind::Correction, ..w.rows[row].clone() });
                }
            }
        }
    }
    w
}

fn persons() -> impl Strategy<Value = Vec<Seed>> {
    proptest::collection::vec(
        (0..3usize, 0..3usize, 0..4u8, 0..4usize, 0..5usize, proptest::bool::weighted(0.2)),
        1..6,
    )
}

/// A holder's name, a cost centre and a reference of an item.
fn items() -> impl Strategy<Value = (usize, usize, bool, Option<usize>)> {
    (0..3usize, 0..3usize, any::<bool>(), proptest::option::of(0..6usize))
}

fn item((given, surname, at_unit, number): (usize, usize, bool, Option<usize>)) -> Item {
    Item {
        cost_centre: if at_unit { "4711".into() } else { String::new() },
        reference: number.map(|n| (1000 + n).to_string()).unwrap_or_default(),
        ..held_by(&format!("{} {}", GIVEN[given], SURNAMES[surname]))
    }
}

/// How high a class is: A, B, C, P, and all that is in no worklist.
fn height(class: Class) -> u8 {
    match class {
        Class::A => 4,
        Class::B => 3,
        // A planned leaver is not surer or less sure than a possible one: it is early.
        Class::C | Class::P => 2,
        _ => 0,
    }
}

proptest! {
    #[test]
    fn a_name_alone_is_never_the_highest_class(seeds in persons(), (given, surname, at_unit, _) in items()) {
        let proposal = world(&seeds).propose(&item((given, surname, at_unit, None)));
        prop_assert_ne!(proposal.class, Class::A);
    }

    #[test]
    fn a_name_that_somebody_who_works_here_bears_too_is_never_better_than_possible(
        seeds in persons(), (given, surname, at_unit, _) in items()
    ) {
        let mut w = world(&seeds);
        let here = w.works(SURNAMES[surname], GIVEN[given]);
        w.persons[here].employments[0].unit = "9000".into();
        let proposal = w.propose(&item((given, surname, at_unit, None)));
        prop_assert!(!matches!(proposal.class, Class::A | Class::B), "{:?}", proposal);
    }

    #[test]
    fn any_other_active_employment_takes_an_item_out_of_the_worklist(seeds in persons(), it in items()) {
        let mut w = world(&seeds);
        for (n, person) in w.persons.iter_mut().enumerate() {
            person.employments.push(employment(&(5000 + n).to_string(), "9000", "2021-01-01"));
        }
        let proposal = w.propose(&item(it));
        prop_assert!(!proposal.is_open(today()), "{:?}", proposal);
        prop_assert_ne!(proposal.class, Class::P);
    }

    #[test]
    fn what_speaks_against_the_proposed_person_never_raises_the_class(seeds in persons(), it in items(), which in 0..5u8) {
        let mut w = world(&seeds);
        let mut item = item(it);
        let before = w.propose(&item);
        let Some(person) = before.person().filter(|_| height(before.class) > 0) else { return Ok(()) };
        match which {
            0 => item.decisions.push(Decision::NotHolder(person)),
            1 => item.last_use = Some(LastUse { on: today(), by: Some("Siv Ask".into()) }),
            2 => w.persons[person].employments.push(employment("7000", "9000", "2021-01-01")),
            _ => {
                let event = if which == 3 { EventKind::Leave } else { EventKind::Correction };
                let row = w.lists(person, "2026-11-14");
                w.rows[row].event = event;
                w.rows[row].list_month = day("2026-12-01");
            }
        }
        let after = w.propose(&item);
        prop_assert!(height(after.class) <= height(before.class), "{:?} became {:?}", before, after);
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(seeds in persons(), it in items(), turn in 0..8usize) {
        let w = world(&seeds);
        let mut turned = w.clone();
        let n = turned.rows.len().max(1);
        turned.rows.rotate_left(turn % n);
        turned.rows.reverse();
        let (a, b) = (Matcher::new(w.input()), Matcher::new(turned.input()));
        prop_assert_eq!(a.propose(&item(it)), b.propose(&item(it)));
        let meaning = |m: &Matcher<'_>, w: &World| {
            let mut all: Vec<_> = w
                .rows
                .iter()
                .zip(m.verdicts())
                .map(|(r, v)| (r.person, r.event == EventKind::Correction, v.verdict, v.l_code, v.end))
                .collect();
            all.sort();
            all
        };
        prop_assert_eq!(meaning(&a, &w), meaning(&b, &turned));
    }

    #[test]
    fn a_row_said_twice_says_no_more(seeds in persons(), it in items()) {
        let w = world(&seeds);
        let mut doubled = w.clone();
        doubled.rows.extend(w.rows.clone());
        prop_assert_eq!(w.propose(&item(it)), doubled.propose(&item(it)));
    }

    #[test]
    fn nothing_open_is_to_be_done_before_the_last_day(seeds in persons(), it in items()) {
        let proposal = world(&seeds).propose(&item(it));
        if matches!(proposal.class, Class::A | Class::B) {
            prop_assert!(proposal.not_before.is_some_and(|d| d <= today()));
        }
    }
}
