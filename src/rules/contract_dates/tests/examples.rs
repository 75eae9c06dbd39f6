//! Every worked example of `docs/rules.md` 1.1–1.10.

use rust_decimal::Decimal;

use super::super::deadlines::{deadline, open_ended_end};
use super::super::periods::{add_months, period_end};
use super::*;

#[test]
fn periods_counted_from_the_anchor_do_not_drift() {
    let anchor = date("2024-01-31");
    let reached: Vec<_> = (1..=4).map(|months| add_months(anchor, months)).collect();
    assert_eq!(reached, ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"].map(date));
}

#[test]
fn months_before_the_end_have_two_readings_and_the_earlier_is_kept_to() {
    for (end, months, reading_a, reading_b, kept) in [
        ("2026-12-31", 3, "2026-09-30", "2026-09-30", "2026-09-30"),
        ("2027-02-28", 3, "2026-11-28", "2026-11-30", "2026-11-28"),
        ("2028-02-29", 3, "2027-11-29", "2027-11-30", "2027-11-29"),
        ("2027-04-30", 1, "2027-03-30", "2027-03-31", "2027-03-30"),
        ("2027-03-30", 1, "2027-02-28", "2027-02-27", "2027-02-27"),
        ("2027-03-31", 1, "2027-02-28", "2027-02-28", "2027-02-28"),
        ("2027-08-31", 6, "2027-02-28", "2027-02-28", "2027-02-28"),
        ("2026-11-30", 6, "2026-05-30", "2026-05-31", "2026-05-30"),
        ("2026-12-15", 3, "2026-09-15", "2026-09-15", "2026-09-15"),
    ] {
        let found = deadline(Notice::months_before_end(months), date(end)).expect("months give a deadline");
        assert_eq!(found.reading_a, Some(date(reading_a)), "{end} A");
        assert_eq!(found.reading_b, Some(date(reading_b)), "{end} B");
        assert_eq!(found.date, date(kept), "{end}");
        assert_eq!(found.readings_differ(), reading_a != reading_b, "{end}");
    }
}

#[test]
fn the_other_ways_to_count_notice_give_their_own_days() {
    let calendar = |months| Notice::Months { months, basis: MonthBasis::Calendar };
    for (notice, end, kept) in [
        (Notice::Days(90), "2026-12-31", "2026-10-02"),
        (Notice::Weeks(12), "2026-12-31", "2026-10-08"),
        (Notice::FixedDate { month: 9, day: 30 }, "2027-12-31", "2027-09-30"),
        (Notice::FixedDate { month: 9, day: 30 }, "2027-01-31", "2026-09-30"),
        (Notice::FixedDate { month: 9, day: 30 }, "2027-09-30", "2027-09-30"),
        (Notice::FixedDate { month: 2, day: 29 }, "2027-12-31", "2027-02-28"),
        (Notice::FixedDate { month: 2, day: 29 }, "2028-12-31", "2028-02-29"),
        (calendar(3), "2026-12-31", "2026-09-30"),
        (calendar(3), "2027-02-28", "2026-11-30"),
        (calendar(3), "2026-12-15", "2026-08-31"),
        (Notice::Months { months: 3, basis: MonthBasis::Unstated }, "2027-02-28", "2026-11-28"),
    ] {
        assert_eq!(deadline(notice, date(end)).map(|found| found.date), Some(date(kept)), "{notice} {end}");
    }
    assert_eq!(deadline(Notice::None, date("2026-12-31")), None);
    assert_eq!(deadline(Notice::Unknown, date("2026-12-31")), None);
}

#[test]
fn an_open_ended_contract_shows_the_earliest_end_if_terminated_today() {
    for (notice, today, end) in [
        (Notice::months_before_end(3), "2026-11-20", "2027-02-20"),
        (Notice::Months { months: 3, basis: MonthBasis::Calendar }, "2026-10-01", "2027-01-31"),
        (Notice::Months { months: 3, basis: MonthBasis::Calendar }, "2026-11-20", "2027-02-28"),
        (Notice::Days(90), "2026-11-20", "2027-02-18"),
        (Notice::Weeks(12), "2026-11-20", "2027-02-12"),
    ] {
        assert_eq!(open_ended_end(notice, date(today)), Some(date(end)), "{notice}");
        let terms = ContractTerms {
            notice,
            start: Some(date("2019-12-01")),
            ..ContractTerms::new(ContractKind::OpenEnded, RenewalKind::UntilFurtherNotice)
        };
        let found = on(&terms, today);
        assert_eq!(found.earliest_end_if_notice_today, Some(date(end)));
        assert_eq!(found.status, Status::OpenEnded);
        assert_eq!(found.effective_end, None);
        assert!(found.flags.contains(&Flag::NoEndPoint));
        assert!(found.if_nobody_acts.contains(end), "{}", found.if_nobody_acts);
    }
}

#[test]
fn a_silently_renewed_contract_has_its_chain_of_ends_and_deadlines() {
    let terms = silently_renewed();
    for (today, end, last_day) in [
        ("2024-11-28", "2025-02-28", "2024-11-28"),
        ("2025-11-28", "2026-02-28", "2025-11-28"),
        ("2026-11-28", "2027-02-28", "2026-11-28"),
        ("2027-11-29", "2028-02-29", "2027-11-29"),
        ("2028-11-28", "2029-02-28", "2028-11-28"),
    ] {
        let found = on(&terms, today);
        assert_eq!(found.current_period_end, Some(date(end)), "{today}");
        assert_eq!(found.effective_end, Some(date(end)), "{today}");
        assert_eq!(found.next_action_date, Some(date(last_day)), "{today}");
        assert_eq!((found.status, found.locked_in), (Status::Active, false), "{today}");
    }
}

#[test]
fn after_the_deadline_the_contract_is_locked_for_another_period() {
    let found = on(&silently_renewed(), "2026-12-01");
    assert_eq!(found.status, Status::Locked);
    assert!(found.locked_in && found.flags.contains(&Flag::LockedIn));
    assert_eq!(found.current_period_end, Some(date("2027-02-28")));
    assert_eq!(found.effective_end, Some(date("2028-02-29")));
    assert_eq!(found.next_action_date, Some(date("2027-11-29")));
    assert_eq!(found.silently_renewed_on, Some(date("2026-11-29")));
}

#[test]
fn the_sentence_says_what_happens_if_nobody_acts() {
    assert_eq!(
        on(&silently_renewed(), "2026-11-20").if_nobody_acts,
        "Avtalet förlängs 12 månader till 2028-02-29 om ingen säger upp det senast 2026-11-28."
    );
    let option = on(&with_options(), "2026-01-15");
    assert!(
        option.if_nobody_acts.starts_with(
            "Avtalet upphör 2026-05-31 om optionen på 12 månader inte tas ut senast 2026-02-28."
        ),
        "{}",
        option.if_nobody_acts
    );
    let ends = on(&fixed("2024-01-01", "2027-06-30"), "2026-11-20");
    assert_eq!(ends.if_nobody_acts, "Avtalet upphör 2027-06-30. Det förlängs inte av sig självt.");
    assert!(ends.ends_by_inaction && option.ends_by_inaction);
    assert!(!on(&silently_renewed(), "2026-11-20").ends_by_inaction);
}

#[test]
fn a_notice_in_time_ends_the_contract_at_the_end_of_the_period() {
    let terms = ContractTerms { notices: vec![received("2026-11-28")], ..silently_renewed() };
    let found = on(&terms, "2026-12-01");
    assert_eq!(found.status, Status::Terminated);
    assert_eq!(found.effective_end, Some(date("2027-02-28")));
    assert_eq!(found.next_action, None);
    assert_eq!(on(&terms, "2027-03-01").status, Status::Ended);
}

#[test]
fn a_late_notice_ends_the_contract_one_period_later_unless_it_is_accepted() {
    let late = ContractTerms { notices: vec![received("2026-11-29")], ..silently_renewed() };
    let found = on(&late, "2026-12-01");
    assert_eq!(found.status, Status::Terminated);
    assert_eq!(found.effective_end, Some(date("2028-02-29")));
    assert_eq!(found.late_notice, Some(date("2026-11-29")));
    assert!(found.flags.contains(&Flag::LateNotice) && found.flags.contains(&Flag::LockedIn));
    let accepted = ContractTerms {
        notices: vec![NoticeReceived { received: date("2026-11-29"), accepted_late: true }],
        ..silently_renewed()
    };
    assert_eq!(on(&accepted, "2026-12-01").effective_end, Some(date("2027-02-28")));
}

#[test]
fn a_notice_is_unknown_before_the_day_it_was_received() {
    let terms = ContractTerms { notices: vec![received("2026-10-01")], ..silently_renewed() };
    assert_eq!(on(&terms, "2026-09-30").status, Status::Active);
    assert_eq!(on(&terms, "2026-10-01").status, Status::Terminated);
}

#[test]
fn the_renewals_stop_at_the_last_allowed_day() {
    let terms = ContractTerms { auto_max_end: Some(date("2028-02-29")), ..silently_renewed() };
    let found = on(&terms, "2026-11-20");
    assert_eq!(found.max_end, Some(date("2028-02-29")));
    assert!(!found.flags.contains(&Flag::NoEndPoint));
    let last = on(&terms, "2027-12-15");
    assert_eq!(last.effective_end, Some(date("2028-02-29")));
    assert_eq!(last.next_action, None);
    assert!(last.ends_by_inaction);
    assert_eq!(on(&terms, "2028-03-01").status, Status::Ended);
}

#[test]
fn an_option_contract_ends_when_nobody_acts() {
    let found = on(&with_options(), "2026-01-15");
    let steps: Vec<_> =
        found.option_steps.iter().map(|step| (step.period_end, step.deadline, step.new_end)).collect();
    assert_eq!(
        steps,
        [
            (date("2026-05-31"), date("2026-02-28"), date("2027-05-31")),
            (date("2027-05-31"), date("2027-02-28"), date("2028-05-31")),
        ]
    );
    assert_eq!(found.max_end, Some(date("2028-05-31")));
    assert_eq!(found.effective_end, Some(date("2026-05-31")));
    assert_eq!(found.next_action, Some(NextAction::DecideOption));
    assert_eq!(found.next_action_date, Some(date("2026-02-28")));
}

#[test]
fn a_missed_option_lapses_and_takes_the_later_ones_with_it() {
    let found = on(&with_options(), "2026-03-01");
    assert!(found.option_steps.iter().all(|step| step.state == StepState::Lapsed));
    assert!(found.flags.contains(&Flag::OptionLapsed));
    assert_eq!(found.next_action, None);
    assert_eq!(found.effective_end, Some(date("2026-05-31")));
}

#[test]
fn an_option_used_after_its_last_day_is_a_risk_under_lou() {
    let mut terms = with_options();
    terms.option_steps[0] =
        OptionStep { months: 12, state: StepState::Exercised, sent_on: Some(date("2026-05-21")) };
    let found = on(&terms, "2026-06-01");
    assert!(found.flags.contains(&Flag::LateOption));
    assert_eq!(found.effective_end, Some(date("2027-05-31")));
    terms.option_steps[0].sent_on = Some(date("2026-02-28"));
    assert!(!on(&terms, "2026-06-01").flags.contains(&Flag::LateOption));
}

#[test]
fn a_sent_option_waits_for_confirmation_and_does_not_lapse() {
    let mut terms = with_options();
    terms.option_steps[0] =
        OptionStep { months: 12, state: StepState::Sent, sent_on: Some(date("2026-02-20")) };
    let waiting = on(&terms, "2026-02-25");
    assert_eq!(waiting.next_action, Some(NextAction::ConfirmOption));
    let overdue = on(&terms, "2026-03-05");
    assert_eq!(overdue.option_steps[0].state, StepState::Sent);
    assert!(overdue.flags.contains(&Flag::ActionOverdue));
}

#[test]
fn a_decided_option_that_was_never_sent_is_overdue() {
    let mut terms = with_options();
    terms.option_steps[0].state = StepState::Decided;
    let found = on(&terms, "2026-03-01");
    assert!(found.flags.contains(&Flag::ActionOverdue) && found.flags.contains(&Flag::OptionLapsed));
}

#[test]
fn a_declined_option_is_not_asked_about_again() {
    let mut terms = with_options();
    terms.option_steps[0].state = StepState::Declined;
    let found = on(&terms, "2026-01-15");
    assert_eq!(found.next_action, None);
    assert!(!found.flags.contains(&Flag::OptionLapsed));
    assert_eq!(found.if_nobody_acts, "Avtalet upphör 2026-05-31. Optionen tas inte ut.");
}

#[test]
fn a_call_off_may_outlive_its_framework_only_so_long() {
    let limit = CalloffLimit::MonthsAfterFramework(36).last_day(date("2028-02-29"));
    assert_eq!(limit, date("2031-02-28"));
    let terms = ContractTerms { calloff_limit: Some(limit), ..fixed("2027-01-01", "2031-03-31") };
    assert!(on(&terms, "2028-01-01").flags.contains(&Flag::CalloffBeyondLimit));
    let within = ContractTerms { calloff_limit: Some(limit), ..fixed("2027-01-01", "2031-02-28") };
    assert!(!on(&within, "2028-01-01").flags.contains(&Flag::CalloffBeyondLimit));
}

#[test]
fn the_action_date_is_reminded_of_at_the_smallest_step_that_holds() {
    let terms = silently_renewed();
    for (today, flag) in [
        ("2026-11-28", Some("action_due_7")),
        ("2026-11-21", Some("action_due_7")),
        ("2026-11-20", Some("action_due_30")),
        ("2026-10-28", Some("action_due_90")),
        ("2026-06-01", Some("action_due_180")),
        ("2026-05-31", Some("action_due_270")),
        ("2026-03-02", Some("action_due_365")),
        ("2025-11-29", Some("action_due_365")),
    ] {
        let found = on(&terms, today);
        let due: Vec<_> = found
            .flags
            .iter()
            .map(|flag| flag.code())
            .filter(|code| code.starts_with("action_due"))
            .collect();
        assert_eq!(due, flag.into_iter().collect::<Vec<_>>(), "{today}");
    }
}

#[test]
fn the_procurement_must_start_so_many_months_before_the_need() {
    for (path, start) in [
        (ProcurementPath::Direct, "2027-09-01"),
        (ProcurementPath::RankedCallOff, "2027-09-01"),
        (ProcurementPath::MiniCompetition, "2027-04-01"),
        (ProcurementPath::Announced, "2027-01-01"),
        (ProcurementPath::AnnouncedAboveThreshold, "2026-07-01"),
        (ProcurementPath::LargeSystem, "2026-01-01"),
    ] {
        let terms = ContractTerms { procurement_path: Some(path), ..fixed("2024-01-01", "2027-12-31") };
        let found = on(&terms, "2026-11-20");
        assert_eq!(found.procurement_needed_from, Some(date("2028-01-01")));
        assert_eq!(found.procurement_start_by, Some(date(start)), "{path}");
        assert_eq!(found.flags.contains(&Flag::ProcurementWindowOpen), start <= "2026-11-20", "{path}");
    }
}

#[test]
fn a_linked_procurement_closes_the_question_of_starting_one() {
    let mut terms = ContractTerms {
        procurement_path: Some(ProcurementPath::LargeSystem),
        ..fixed("2024-01-01", "2027-12-31")
    };
    terms.facts.procurement_linked = true;
    assert!(!on(&terms, "2026-11-20").flags.contains(&Flag::ProcurementWindowOpen));
}

#[test]
fn the_value_under_lou_counts_options_as_used_and_no_end_as_48_months() {
    let annual = |terms: ContractTerms| ContractTerms { annual_value: Some(Decimal::from(120_000)), ..terms };
    for (terms, value) in [
        (annual(with_options()), 480_000),
        (annual(silently_renewed()), 480_000),
        (annual(fixed("2024-01-01", "2026-12-31")), 360_000),
        (annual(fixed("2024-01-15", "2026-07-14")), 300_000),
        (annual(ContractTerms::new(ContractKind::OpenEnded, RenewalKind::UntilFurtherNotice)), 480_000),
        (
            ContractTerms {
                one_off_value: Some(Decimal::from(50_000)),
                ..annual(fixed("2024-01-01", "2024-12-31"))
            },
            170_000,
        ),
    ] {
        assert_eq!(on(&terms, "2026-11-20").total_value_lou, Some(Decimal::from(value)));
    }
    let framework = ContractTerms {
        kind: ContractKind::Framework,
        ceiling_value: Some(Decimal::from(4_000_000)),
        ..annual(with_options())
    };
    assert_eq!(on(&framework, "2026-11-20").total_value_lou, Some(Decimal::from(4_000_000)));
    assert_eq!(on(&fixed("2024-01-01", "2024-12-31"), "2026-11-20").total_value_lou, None);
}

#[test]
fn a_direct_award_at_the_limit_of_its_day_is_flagged() {
    let award = |annual: i64, signed: &str| ContractTerms {
        kind: ContractKind::DirectAward,
        annual_value: Some(Decimal::from(annual)),
        signed_on: Some(date(signed)),
        ..fixed("2024-01-01", "2024-12-31")
    };
    assert!(on(&award(700_000, "2023-12-01"), "2024-06-01").flags.contains(&Flag::DirectAwardLimit));
    assert!(!on(&award(699_999, "2023-12-01"), "2024-06-01").flags.contains(&Flag::DirectAwardLimit));
    let settings = Settings {
        direct_award_limits: vec![
            (date("2022-02-01"), Decimal::from(700_000)),
            (date("2024-01-01"), Decimal::from(800_000)),
        ],
        ..Settings::default()
    };
    let flags = |signed| evaluate(&award(750_000, signed), date("2024-06-01"), &settings).flags;
    assert!(flags("2023-12-31").contains(&Flag::DirectAwardLimit));
    assert!(!flags("2024-01-01").contains(&Flag::DirectAwardLimit));
}

#[test]
fn a_framework_over_four_years_needs_special_reasons() {
    let mut terms = ContractTerms { kind: ContractKind::Framework, ..fixed("2022-01-01", "2026-01-01") };
    assert!(on(&terms, "2024-01-01").flags.contains(&Flag::FrameworkOver48Months));
    terms.facts.special_reasons = true;
    assert!(!on(&terms, "2024-01-01").flags.contains(&Flag::FrameworkOver48Months));
    let four_years = ContractTerms { kind: ContractKind::Framework, ..fixed("2022-01-01", "2025-12-31") };
    assert!(!on(&four_years, "2024-01-01").flags.contains(&Flag::FrameworkOver48Months));
}

#[test]
fn the_ceiling_is_warned_of_at_80_and_at_100_per_cent() {
    for (used, code) in
        [(799, None), (800, Some("ceiling_80")), (999, Some("ceiling_80")), (1000, Some("ceiling_100"))]
    {
        let terms = ContractTerms {
            kind: ContractKind::Framework,
            ceiling_value: Some(Decimal::from(1000)),
            value_used: Some(Decimal::from(used)),
            ..fixed("2024-01-01", "2027-12-31")
        };
        let found = on(&terms, "2026-11-20");
        let ceiling = found.flags.iter().map(|flag| flag.code()).find(|code| code.starts_with("ceiling"));
        assert_eq!(ceiling, code, "{used}");
    }
}

#[test]
fn what_is_missing_is_flagged_where_it_matters() {
    let unknown_end = ContractTerms::new(ContractKind::Procured, RenewalKind::None);
    assert_eq!(on(&unknown_end, "2026-11-20").status, Status::UnknownEnd);
    assert!(on(&unknown_end, "2026-11-20").flags.contains(&Flag::MissingEnd));
    let no_notice = ContractTerms { notice: Notice::Unknown, ..silently_renewed() };
    assert!(on(&no_notice, "2026-11-20").flags.contains(&Flag::MissingNotice));
    let unstated = ContractTerms {
        notice: Notice::Months { months: 3, basis: MonthBasis::Unstated },
        ..silently_renewed()
    };
    assert!(on(&unstated, "2026-11-20").flags.contains(&Flag::BasisMissing));
    let amendment = ContractTerms {
        end: StatedEnd::FollowsParent,
        ..ContractTerms::new(ContractKind::Amendment, RenewalKind::None)
    };
    assert_eq!(on(&amendment, "2026-11-20").status, Status::FollowsParent);
    assert!(!on(&fixed("2024-01-01", "2027-12-31"), "2026-11-20").flags.contains(&Flag::MissingNotice));
}

#[test]
fn recommendation_and_decision_fall_due_before_the_action_date() {
    let found = on(&with_options(), "2025-06-01");
    assert_eq!(found.recommendation_due, Some(date("2025-08-28")));
    assert_eq!(found.decision_due, Some(date("2025-11-28")));
    assert_eq!(found.act_by, Some(date("2026-02-13")));
}

#[test]
fn an_end_in_the_file_anchors_the_chain_when_the_first_period_is_unknown() {
    let terms = ContractTerms {
        start: None,
        initial_months: None,
        end: StatedEnd::Date(date("2024-02-29")),
        ..silently_renewed()
    };
    assert_eq!(on(&terms, "2026-11-20").current_period_end, Some(date("2027-02-28")));
    assert_eq!(period_end(date("2024-03-01"), 48), date("2028-02-29"));
}
