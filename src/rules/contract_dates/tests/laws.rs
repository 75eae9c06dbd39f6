//! What must hold for every contract.

use proptest::option;
use proptest::prelude::*;

use super::super::deadlines::{act_by, deadline};
use super::super::periods::{period_end, whole_months};
use super::super::timeline::timeline;
use super::*;
use crate::rules::working_days::is_working_day;

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0i64..36_525).prop_map(|days| date("1980-01-01") + chrono::Duration::days(days))
}

fn any_notice() -> impl Strategy<Value = Notice> {
    prop_oneof![
        Just(Notice::Unknown),
        Just(Notice::None),
        (0u32..40).prop_map(Notice::months_before_end),
        (0u32..40).prop_map(|months| Notice::Months { months, basis: MonthBasis::Calendar }),
        (0u32..40).prop_map(|months| Notice::Months { months, basis: MonthBasis::Unstated }),
        (0u32..800).prop_map(Notice::Days),
        (0u32..120).prop_map(Notice::Weeks),
        (1u32..=12, 1u32..=31)
            .prop_filter("a day of the year", |(month, day)| NaiveDate::from_ymd_opt(2024, *month, *day)
                .is_some())
            .prop_map(|(month, day)| Notice::FixedDate { month, day }),
    ]
}

fn any_step() -> impl Strategy<Value = OptionStep> {
    (1u32..48, 0usize..StepState::ALL.len(), option::of(any_date()))
        .prop_map(|(months, state, sent_on)| OptionStep { months, state: StepState::ALL[state], sent_on })
}

prop_compose! {
    fn any_terms()(
        kind in 0usize..ContractKind::ALL.len(),
        renewal in 0usize..RenewalKind::ALL.len(),
        start in option::of(any_date()),
        end in option::of(any_date()),
        initial_months in option::of(0u32..120),
        auto in option::of(0u32..60),
        cap in option::of(any_date()),
        notice in any_notice(),
        option_notice in any_notice(),
        steps in prop::collection::vec(any_step(), 0..5),
        notices in prop::collection::vec((any_date(), any::<bool>()), 0..3),
    ) -> ContractTerms {
        ContractTerms {
            start,
            end: end.map_or(StatedEnd::Unknown, StatedEnd::Date),
            initial_months,
            auto_renewal_months: auto,
            auto_max_end: cap,
            notice,
            option_notice,
            option_steps: steps,
            notices: notices.into_iter()
                .map(|(received, accepted_late)| NoticeReceived { received, accepted_late }).collect(),
            lead_months: Some(9),
            annual_value: Some(1_200.into()),
            ..ContractTerms::new(ContractKind::ALL[kind], RenewalKind::ALL[renewal])
        }
    }
}

fn auto_terms() -> impl Strategy<Value = ContractTerms> {
    (any_date(), 1u32..60, 1u32..37, any_notice()).prop_map(|(start, initial, renewal, notice)| {
        ContractTerms {
            start: Some(start),
            initial_months: Some(initial),
            auto_renewal_months: Some(renewal),
            notice,
            ..ContractTerms::new(ContractKind::Service, RenewalKind::Auto)
        }
    })
}

proptest! {
    #[test]
    fn a_deadline_is_never_after_the_end(notice in any_notice(), end in any_date()) {
        if let Some(found) = deadline(notice, end) {
            prop_assert!(found.date <= end);
            prop_assert_eq!(Some(found.date), found.reading_a.min(found.reading_b).or(Some(found.date)));
        }
    }

    #[test]
    fn more_notice_never_gives_a_later_deadline(months in 0u32..60, end in any_date()) {
        for basis in [MonthBasis::BeforeEnd, MonthBasis::Calendar, MonthBasis::Unstated] {
            let less = deadline(Notice::Months { months, basis }, end).map(|found| found.date);
            let more = deadline(Notice::Months { months: months + 1, basis }, end).map(|found| found.date);
            prop_assert!(more < less);
        }
    }

    #[test]
    fn period_ends_never_drift_from_the_anchor(anchor in any_date(), months in 1u32..240, steps in 1u32..20) {
        let ends: Vec<_> = (1..=steps).map(|step| period_end(anchor, months * step)).collect();
        prop_assert!(ends.windows(2).all(|pair| pair[0] < pair[1]));
        for (end, step) in ends.iter().zip(1..) {
            prop_assert_eq!(whole_months(anchor, end.succ_opt().expect("within the calendar")), months * step);
        }
    }

    #[test]
    fn any_contract_on_any_day_is_answered(terms in any_terms(), today in any_date()) {
        let found = evaluate(&terms, today, &Settings::default());
        let _ = timeline(&terms, &found, today);
        let _ = silent_renewals(&terms, today);
        prop_assert!(!found.if_nobody_acts.is_empty());
        if let Some(end) = found.effective_end {
            prop_assert_eq!(found.status == Status::Ended, end < today);
        }
        if let Some((action, act_by)) = found.next_action_date.zip(found.act_by) {
            prop_assert!(is_working_day(act_by));
            prop_assert!(act_by <= action);
        }
        prop_assert_eq!(found.next_action.is_some(), found.next_action_date.is_some());
        if let Some((effective, max)) = found.effective_end.zip(found.max_end) {
            prop_assert!(effective <= max);
        }
        if let Some((current, effective)) = found.current_period_end.zip(found.effective_end) {
            prop_assert!(current <= effective);
        }
        let due = found.flags.iter().filter(|flag| matches!(flag, Flag::ActionDue(_))).count();
        prop_assert!(due <= 1);
        let distinct: std::collections::HashSet<_> = found.flags.iter().collect();
        prop_assert_eq!(distinct.len(), found.flags.len());
    }

    #[test]
    fn terms_at_the_edge_of_the_calendar_are_answered(
        months in any::<u32>(), value in any::<u32>(), early in any::<bool>(), renewal in 0usize..5,
    ) {
        let edge = if early { NaiveDate::MIN } else { NaiveDate::MAX };
        let terms = ContractTerms {
            start: Some(edge),
            end: StatedEnd::Date(edge),
            initial_months: Some(months),
            auto_renewal_months: Some(months),
            option_steps: vec![OptionStep::open(months), OptionStep::open(value)],
            notice: Notice::Weeks(value),
            notices: vec![NoticeReceived { received: edge, accepted_late: false }],
            lead_months: Some(value),
            annual_value: Some(rust_decimal::Decimal::MAX),
            ..ContractTerms::new(ContractKind::Service, RenewalKind::ALL[renewal])
        };
        for today in [NaiveDate::MIN, date("2026-11-20"), NaiveDate::MAX] {
            let found = evaluate(&terms, today, &Settings::default());
            let _ = timeline(&terms, &found, today);
            let _ = silent_renewals(&terms, today);
        }
    }

    #[test]
    fn time_never_shortens_a_contract_that_nobody_touches(
        terms in auto_terms(), today in any_date(), days in 1i64..3_000,
    ) {
        let now = evaluate(&terms, today, &Settings::default());
        let later = evaluate(&terms, today + chrono::Duration::days(days), &Settings::default());
        prop_assert!(now.effective_end <= later.effective_end);
        prop_assert!(now.current_period_end <= later.current_period_end);
    }

    #[test]
    fn giving_notice_earlier_never_ends_a_contract_later(
        terms in auto_terms(), first in any_date(), wait in 0i64..2_000,
    ) {
        let second = first + chrono::Duration::days(wait);
        let today = second + chrono::Duration::days(1);
        let ends = |received| {
            let terms = ContractTerms {
                notices: vec![NoticeReceived { received, accepted_late: false }],
                ..terms.clone()
            };
            evaluate(&terms, today, &Settings::default()).effective_end
        };
        prop_assert!(ends(first) <= ends(second));
    }

    #[test]
    fn a_notice_on_the_action_date_stops_the_renewal_and_a_day_later_does_not(
        terms in auto_terms(), today in any_date(),
    ) {
        let before = evaluate(&terms, today, &Settings::default());
        let Some(last_day) = before.next_action_date else { return Ok(()) };
        let with = |received: NaiveDate| {
            let terms = ContractTerms {
                notices: vec![NoticeReceived { received, accepted_late: false }],
                ..terms.clone()
            };
            evaluate(&terms, received, &Settings::default())
        };
        prop_assert_eq!(with(last_day).effective_end, before.effective_end);
        let late = with(last_day.succ_opt().expect("within the calendar"));
        prop_assert!(late.effective_end > before.effective_end);
    }

    #[test]
    fn a_wider_margin_never_gives_a_later_day_to_act(deadline in any_date(), margin in 0u32..40) {
        prop_assert!(act_by(deadline, margin + 1) < act_by(deadline, margin));
    }

    #[test]
    fn stored_parts_of_a_notice_read_back(notice in any_notice()) {
        let month_day = match notice {
            Notice::FixedDate { month, day } => Some((month, day)),
            _ => None,
        };
        prop_assert_eq!(Notice::from_parts(notice.basis(), notice.value(), month_day), Some(notice));
    }
}
