//! Silent renewals as events, and the picture.

use super::super::timeline::{MarkKind, PeriodKind, timeline};
use super::*;

#[test]
fn every_silent_renewal_is_told_with_the_day_it_became_certain() {
    let events = silent_renewals(&silently_renewed(), date("2026-12-01"));
    let told: Vec<_> = events.iter().map(|event| (event.on, event.from_end, event.to_end)).collect();
    assert_eq!(
        told,
        [
            (date("2024-11-29"), date("2025-02-28"), date("2026-02-28")),
            (date("2025-11-29"), date("2026-02-28"), date("2027-02-28")),
            (date("2026-11-29"), date("2027-02-28"), date("2028-02-29")),
        ]
    );
}

#[test]
fn no_renewal_is_told_after_a_notice_or_past_the_last_allowed_day() {
    let noticed = ContractTerms { notices: vec![received("2025-10-01")], ..silently_renewed() };
    assert_eq!(silent_renewals(&noticed, date("2030-01-01")).len(), 1);
    let capped = ContractTerms { auto_max_end: Some(date("2026-02-28")), ..silently_renewed() };
    assert_eq!(silent_renewals(&capped, date("2030-01-01")).len(), 1);
    assert!(silent_renewals(&with_options(), date("2030-01-01")).is_empty());
}

#[test]
fn the_picture_shows_periods_that_follow_on_each_other() {
    for terms in [silently_renewed(), with_options(), fixed("2024-01-01", "2027-12-31")] {
        let found = on(&terms, "2026-01-20");
        let picture = timeline(&terms, &found, date("2026-01-20"));
        assert!(!picture.periods.is_empty());
        for pair in picture.periods.windows(2) {
            assert_eq!(pair[0].to.succ_opt(), Some(pair[1].from));
        }
        assert!(picture.marks.iter().any(|mark| mark.kind == MarkKind::Today));
        assert!(picture.marks.iter().any(|mark| matches!(mark.kind, MarkKind::End | MarkKind::PeriodEnd)));
        assert!(picture.marks.windows(2).all(|pair| pair[0].date <= pair[1].date));
    }
}

#[test]
fn the_picture_says_what_would_be_renewed_and_what_is_lost() {
    let terms = silently_renewed();
    let picture = timeline(&terms, &on(&terms, "2026-11-20"), date("2026-11-20"));
    assert_eq!(picture.periods.last().map(|period| period.kind), Some(PeriodKind::WouldRenew));
    let terms = with_options();
    let picture = timeline(&terms, &on(&terms, "2026-03-01"), date("2026-03-01"));
    assert_eq!(picture.periods.last().map(|period| period.kind), Some(PeriodKind::OptionLost));
}

#[test]
fn a_contract_renewed_for_forty_years_still_fits_in_the_picture() {
    let terms = ContractTerms { start: Some(date("1985-01-01")), ..silently_renewed() };
    let picture = timeline(&terms, &on(&terms, "2026-11-20"), date("2026-11-20"));
    assert!(picture.periods.len() <= 10, "{} periods", picture.periods.len());
    assert_eq!(picture.from, date("1985-01-01"));
}
