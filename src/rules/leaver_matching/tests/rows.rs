//! Every ground of 2.4: what the rows of a list mean.

use super::world::{World, day, employment, held_by};
use crate::rules::leaver_matching::*;

#[test]
fn l1_on_the_list_and_nowhere_else_has_left() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    assert_eq!(w.verdict(0), (Verdict::Leaver, LCode::L1));
    assert_eq!(Matcher::new(w.input()).standing(p).end(), Some(day("2026-10-31")));
    // The end date itself counts: it is the last day.
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-11-20");
    assert_eq!(w.verdict(0), (Verdict::Leaver, LCode::L1));
}

#[test]
fn l2_another_active_employment_is_no_leaver() {
    for (start, event, expected) in [
        ("2019-01-01", EventKind::Leaves, Verdict::Multiple),
        ("2026-11-01", EventKind::Leaves, Verdict::Mover),
        ("2019-01-01", EventKind::Moves, Verdict::Mover),
    ] {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", "2026-10-31");
        w.persons[p].employments.push(employment("2000", "5000", start));
        w.rows[0].event = event;
        assert_eq!(w.verdict(0), (expected, LCode::L2), "{start}");
        assert_eq!(Matcher::new(w.input()).standing(p), Standing::NotLeaver(LCode::L2));
    }
}

#[test]
fn l2_the_list_itself_may_tell_of_a_new_employment() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-11-19");
    w.rows[0].new_employment = true;
    assert_eq!(w.verdict(0), (Verdict::Mover, LCode::L2));
    assert_eq!(Matcher::new(w.input()).standing(p), Standing::NotLeaver(LCode::L2));
    // A later snapshot that does not show where makes it a question for HR.
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.rows[0].event = EventKind::Moves;
    assert_eq!(w.verdict(0), (Verdict::Mover, LCode::L2));
    assert_eq!(Matcher::new(w.input()).standing(p), Standing::Suspected);
}

#[test]
fn l3_an_end_date_to_come_is_planned() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-12-31");
    assert_eq!(w.verdict(0), (Verdict::Planned, LCode::L3));
    assert_eq!(Matcher::new(w.input()).verdicts()[0].not_before, Some(day("2026-12-31")));
}

#[test]
fn l4_gone_from_the_snapshot_without_a_list_is_suspected() {
    let mut w = World::new();
    let p = w.works("Lind", "Anna");
    w.persons[p].employments[0].in_newest = false;
    assert_eq!(Matcher::new(w.input()).standing(p), Standing::Suspected);
    // An end date in the snapshot is no list: it counts when the snapshot was taken after it.
    for (end, expected) in [("2026-11-19", Standing::Active), ("2026-11-17", Standing::Suspected)] {
        let employment = &mut w.persons[p].employments[0];
        employment.in_newest = true;
        employment.end = Some(day(end));
        assert_eq!(Matcher::new(w.input()).standing(p), expected, "{end}");
    }
    w.persons[p].employments[0].end = None;
    // Without any full snapshot nobody can be missing from it.
    w.snapshot = None;
    assert_eq!(Matcher::new(w.input()).standing(p), Standing::Active);
}

#[test]
fn l5_employed_again_within_ninety_days_is_a_rehire() {
    for (end, start, expected) in [
        ("2026-08-31", "2026-09-20", (Verdict::Rehire, LCode::L5)),
        ("2026-08-02", "2026-10-31", (Verdict::Rehire, LCode::L5)),
        ("2026-08-01", "2026-10-31", (Verdict::Rehire, LCode::L2)),
    ] {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", end);
        w.persons[p].employments.push(employment("2000", "5000", start));
        assert_eq!(w.verdict(0), expected, "{end} {start}");
    }
    // One that begins later counts when it begins soon enough.
    for (start, expected) in
        [("2027-01-01", (Verdict::Rehire, LCode::L5)), ("2027-03-01", (Verdict::Leaver, LCode::L1))]
    {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", "2026-10-31");
        let coming = Employment { status: EmploymentStatus::Coming, ..employment("2000", "5000", start) };
        w.persons[p].employments.push(coming);
        assert_eq!(w.verdict(0), expected, "{start}");
    }
}

#[test]
fn l5_what_ended_before_the_employment_began_is_an_earlier_one_whatever_they_share() {
    let goes_on = (Verdict::Extended, LCode::L6);
    let again = (Verdict::Rehire, LCode::L5);
    for (number, unit, start, expected) in [
        // One number for all employments, or none in the list: back at the same unit three weeks later.
        ("1000", "4711", "2026-09-20", again),
        ("", "4711", "2026-09-20", again),
        ("1000", "5000", "2026-09-20", again),
        // The next term begins the day after.
        ("1000", "4711", "2026-09-01", goes_on),
        ("", "4711", "2026-09-01", goes_on),
        ("1000", "5000", "2026-09-01", (Verdict::Mover, LCode::L2)),
    ] {
        let mut w = World::new();
        let p = w.works("Lind", "Anna");
        w.lists(p, "2026-08-31");
        w.rows[0].start = None;
        w.rows[0].number = number.to_owned();
        w.persons[p].employments[0].unit = unit.to_owned();
        w.persons[p].employments[0].start = Some(day(start));
        assert_eq!(w.verdict(0), expected, "{number} {unit} {start}");
    }
}

#[test]
fn l2_shifts_that_end_are_not_the_monthly_employment_at_the_same_unit() {
    for (form, event) in
        [(EmploymentForm::Hourly, EventKind::Leaves), (EmploymentForm::Unstated, EventKind::HourlyEnds)]
    {
        let mut w = World::new();
        let p = w.works("Lind", "Anna");
        w.lists(p, "2026-10-31");
        w.rows[0] = LeaverRow { number: String::new(), start: None, form, event, ..w.rows[0].clone() };
        assert_eq!(w.verdict(0), (Verdict::Multiple, LCode::L2), "{event:?}");
    }
}

#[test]
fn l6_leave_and_a_prolonged_term_are_no_end() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.rows[0].event = EventKind::Leave;
    assert_eq!(w.verdict(0), (Verdict::Leave, LCode::L6));
    assert_eq!(Matcher::new(w.input()).standing(p), Standing::NotLeaver(LCode::L6));
    // The snapshot from after the end date shows that the employment goes on.
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p].employments[0].in_newest = true;
    w.persons[p].employments[0].end = Some(day("2027-06-30"));
    assert_eq!(w.verdict(0), (Verdict::Extended, LCode::L6));
    // One from before the end date cannot know.
    w.snapshot = Some(Snapshot { taken_on: day("2026-10-15") });
    assert_eq!(w.verdict(0), (Verdict::Leaver, LCode::L1));
}

#[test]
fn l7_hourly_paid_have_sixty_days_of_grace() {
    for (end, expected) in [
        ("2026-09-21", (Verdict::HourlyGrace, LCode::L7)),
        ("2026-09-20", (Verdict::Leaver, LCode::L7)),
        ("2026-11-10", (Verdict::HourlyGrace, LCode::L7)),
    ] {
        for by_reason in [true, false] {
            let mut w = World::new();
            let p = w.left("Lind", "Anna", end);
            if by_reason {
                w.rows[0].event = EventKind::HourlyEnds;
            } else {
                w.persons[p].employments[0].form = EmploymentForm::Hourly;
            }
            assert_eq!(w.verdict(0), expected, "{end}");
        }
    }
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.rows[0].form = EmploymentForm::Hourly;
    assert_eq!(Matcher::new(w.input()).verdicts()[0].not_before, Some(day("2026-12-31")), "day 61");
}

#[test]
fn l7_who_ends_a_monthly_paid_employment_too_has_left() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    let second = Employment {
        in_newest: false,
        form: EmploymentForm::Hourly,
        ..employment("2000", "4711", "2026-01-01")
    };
    w.persons[p].employments.push(second);
    let row =
        LeaverRow { number: "2000".into(), form: EmploymentForm::Hourly, start: None, ..w.rows[0].clone() };
    w.rows.push(row);
    assert_eq!(w.verdict(0), (Verdict::Leaver, LCode::L1));
    assert_eq!(w.verdict(1), (Verdict::Leaver, LCode::L7));
}

#[test]
fn l8_an_assignment_ends_by_its_own_date() {
    let mut w = World::new();
    let p = w.works("Lind", "Anna");
    w.persons[p].employments[0].kind = EmploymentKind::Assignment;
    let left = |end: &str| Standing::Leaver { code: LCode::L8, end: day(end) };
    for (end, standing) in [
        (Some("2026-10-31"), left("2026-10-31")),
        // The end date itself counts, as it does for an employment on a list.
        (Some("2026-11-20"), left("2026-11-20")),
        (Some("2026-11-21"), Standing::Active),
        (None, Standing::Active),
    ] {
        w.persons[p].employments[0].end = end.map(day);
        assert_eq!(Matcher::new(w.input()).standing(p), standing, "{end:?}");
    }
}

#[test]
fn l9_the_deceased_are_told_apart_in_neutral_words() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.rows[0].event = EventKind::Deceased;
    assert_eq!(w.verdict(0), (Verdict::Deceased, LCode::L9));
    for words in [Verdict::Deceased.swedish(), LCode::L9.swedish()] {
        assert!(!words.to_lowercase().contains("avlid"), "{words}");
    }
}

#[test]
fn l10_a_correction_withdraws_the_row_it_is_about() {
    for (month, end, expected) in [
        ("2026-11-01", Some("2026-10-31"), Verdict::Withdrawn),
        ("2026-11-01", Some("2026-12-31"), Verdict::Withdrawn),
        ("2026-10-01", Some("2026-10-31"), Verdict::Withdrawn),
        ("2026-10-01", None, Verdict::Withdrawn),
        // In one month, a correction of another end date leaves this one.
        ("2026-10-01", Some("2026-09-30"), Verdict::Leaver),
        // A correction cannot know of a later row.
        ("2026-09-01", Some("2026-10-31"), Verdict::Leaver),
    ] {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", "2026-10-31");
        w.rows.push(LeaverRow {
            event: EventKind::Correction,
            list_month: day(month),
            end: end.map(day),
            ..w.rows[0].clone()
        });
        assert_eq!(w.verdict(0).0, expected, "{month} {end:?}");
        assert_eq!(w.verdict(1), (Verdict::Correction, LCode::L10));
        let matcher = Matcher::new(w.input());
        let withdraws = matcher.verdicts()[1].withdraws.clone();
        assert_eq!(withdraws, if expected == Verdict::Withdrawn { vec![0] } else { vec![] });
        assert_eq!(matcher.standing(p).is_here(), expected == Verdict::Withdrawn);
    }
}

#[test]
fn a_correction_of_one_employment_leaves_the_other_row() {
    let mut w = World::new();
    let p = w.left("Lind", "Anna", "2026-10-31");
    w.persons[p]
        .employments
        .push(Employment { in_newest: false, ..employment("2000", "4711", "2024-01-01") });
    w.rows.push(LeaverRow {
        number: "2000".into(),
        start: None,
        event: EventKind::Correction,
        list_month: day("2026-11-01"),
        ..w.rows[0].clone()
    });
    assert_eq!(w.verdict(0).0, Verdict::Leaver);
}

#[test]
fn a_later_list_moves_the_end_date() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.rows.push(LeaverRow {
        list_month: day("2026-11-01"),
        end: Some(day("2026-12-31")),
        ..w.rows[0].clone()
    });
    assert_eq!(w.verdict(0), (Verdict::Planned, LCode::L3));
    assert_eq!(w.verdict(1), (Verdict::Planned, LCode::L3));
}

#[test]
fn a_new_unit_with_the_same_number_is_a_move_and_a_new_code_is_not() {
    for (unit, expected) in [("5000", Verdict::Mover), ("4611", Verdict::Extended)] {
        let mut w = World::new();
        let p = w.left("Lind", "Anna", "2026-10-31");
        w.persons[p].employments[0].in_newest = true;
        w.rows[0].unit = unit.into();
        assert_eq!(w.verdict(0).0, expected, "{unit}");
    }
}

#[test]
fn a_row_of_a_hidden_person_is_handled_outside_the_lists() {
    let mut w = World::new();
    w.left("Lind", "Anna", "2026-10-31");
    w.rows[0].person = None;
    w.rows[0].is_protected = true;
    assert_eq!(w.verdict(0).0, Verdict::Protected);
    assert!(Matcher::new(w.input()).verdicts()[0].is_protected);
}

#[test]
fn a_row_that_only_a_number_identifies_is_doubted_when_the_name_works_on() {
    let mut w = World::new();
    w.works("Lind", "Anna");
    let p = w.left("Lind", "Anna", "2026-10-31");
    assert!(!Matcher::new(w.input()).verdicts()[0].is_doubtful);
    w.persons[p].personal_id = None;
    w.persons[p].employments.clear();
    assert!(Matcher::new(w.input()).verdicts()[0].is_doubtful);
}

#[test]
fn a_personal_number_or_an_account_tells_two_apart_only_where_both_have_one() {
    let account = |id: &str| Account { id: id.into(), ..Account::default() };
    for (listed_id, here_id, listed_account, here_account, doubtful) in [
        (true, true, false, false, false),
        // The snapshot has no personal numbers: the one in the list may be of her who works on under another number.
        (true, false, false, false, true),
        (true, false, false, true, true),
        (false, true, false, false, true),
        (false, false, true, true, false),
        (false, false, true, false, true),
    ] {
        let mut w = World::new();
        let here = w.works("Lind", "Anna");
        let p = w.left("Lind", "Anna", "2026-10-31");
        w.persons[p].employments.clear();
        for (person, has_id, has_account, id) in
            [(p, listed_id, listed_account, "annlin02"), (here, here_id, here_account, "annlin01")]
        {
            if !has_id {
                w.persons[person].personal_id = None;
            }
            if has_account {
                w.persons[person].accounts.push(account(id));
            }
        }
        let case = (listed_id, here_id, listed_account, here_account);
        assert_eq!(Matcher::new(w.input()).verdicts()[0].is_doubtful, doubtful, "{case:?}");
        let by_number = w.propose(&Item { reference: "1001".into(), ..held_by("Anna Lind") });
        assert_eq!(by_number.class, if doubtful { Class::C } else { Class::A }, "{case:?}");
    }
}

#[test]
fn a_name_that_says_less_than_somebodys_here_is_doubted_where_it_may_be_that_person() {
    for (given, began, doubtful) in [
        // Has worked here all along: somebody else.
        ("Anna Karin", "2020-01-01", false),
        // Began here when the listed employment ended.
        ("Anna Karin", "2026-11-01", true),
        ("Karin Anna", "2026-10-15", true),
    ] {
        let mut w = World::new();
        let here = w.works("Lind", given);
        w.persons[here].employments[0].start = Some(day(began));
        let p = w.left("Lind", "Anna", "2026-10-31");
        w.persons[p].personal_id = None;
        w.persons[p].employments.clear();
        assert_eq!(Matcher::new(w.input()).verdicts()[0].is_doubtful, doubtful, "{given} {began}");
        let class = if doubtful { (Class::C, Class::C) } else { (Class::A, Class::B) };
        let by_number = w.propose(&Item { reference: "1001".into(), ..held_by("Anna Lind") });
        assert_eq!((by_number.class, w.propose(&held_by("Anna Lind")).class), class, "{given} {began}");
    }
}
