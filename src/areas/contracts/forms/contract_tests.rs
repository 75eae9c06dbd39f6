use super::super::from_contract;
use super::*;
use crate::rules::contract_dates::{MonthBasis, Notice};

fn raw(pairs: &[(&str, &str)]) -> Raw {
    Raw::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn read_new(pairs: &[(&str, &str)]) -> ContractInput {
    read(&raw(pairs), None, None).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn faults_of(pairs: &[(&str, &str)]) -> Vec<String> {
    match read(&raw(pairs), None, None) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| fault.field.to_string()).collect(),
    }
}

fn reviewed(input: &ContractInput) -> Vec<String> {
    input.contract.reviews().into_iter().map(|review| format!("{}:{}", review.field, review.reason)).collect()
}

#[test]
fn terms_are_read_from_the_texts_when_nothing_is_chosen() {
    let input = read_new(&[
        ("title", "Drift"),
        ("start_date", "2022-03-01"),
        ("end_date", "2025-02-28"),
        ("renewal_text", "ja, 12 mån i taget"),
        ("notice_text", "tre (3) månader före utgången"),
    ]);
    assert_eq!(input.contract.renewal(), RenewalKind::Auto);
    assert_eq!(input.contract.auto_renewal_months, Some(12));
    assert_eq!(input.contract.notice(), Notice::months_before_end(3));
    assert_eq!(reviewed(&input), Vec::<String>::new());
}

#[test]
fn what_is_unsure_is_noted_for_a_person() {
    let input = read_new(&[
        ("title", "Drift"),
        ("end_date", "2027-12-31"),
        ("renewal_text", "ja"),
        ("notice_text", "3 mån"),
    ]);
    assert_eq!(reviewed(&input), ["renewal:renewal_length_assumed", "notice:basis_missing"]);
}

#[test]
fn what_a_person_chooses_wins_over_the_text_and_needs_no_check() {
    let input = read_new(&[
        ("title", "Drift"),
        ("end_date", "2027-12-31"),
        ("renewal_text", "ja"),
        ("renewal_kind", "auto"),
        ("auto_renewal_months", "24"),
        ("notice_text", "3 mån"),
        ("notice_basis", "calendar_months"),
        ("notice_value", "3"),
    ]);
    assert_eq!(input.contract.notice(), Notice::Months { months: 3, basis: MonthBasis::Calendar });
    assert_eq!(input.contract.auto_renewal_months, Some(24));
    assert_eq!(reviewed(&input), Vec::<String>::new());
}

#[test]
fn a_changed_text_is_read_again_though_the_old_choice_is_still_in_the_form() {
    let old = read_new(&[
        ("title", "Drift"),
        ("notice_text", "3 månader före utgången"),
        ("end_date", "2027-12-31"),
    ]);
    let mut typed = from_contract(&old, "");
    typed.set("notice_text", "6 månader före utgången");
    let changed = read(&typed, Some(&old), None).unwrap();
    assert_eq!(changed.contract.notice(), Notice::months_before_end(6));
    let same = read(&from_contract(&old, ""), Some(&old), None).unwrap();
    assert_eq!(same.contract.notice(), Notice::months_before_end(3));
}

#[test]
fn options_get_their_first_period_and_their_use_from_the_dates() {
    let input = read_new(&[
        ("title", "Drift"),
        ("start_date", "2024-06-01"),
        ("end_date", "2027-05-31"),
        ("option_text", "2+1+1 år, efter överenskommelse"),
        ("option_notice_text", "3"),
    ]);
    assert_eq!(input.contract.renewal(), RenewalKind::OptionMutual);
    assert_eq!(input.contract.initial_months, Some(24));
    let steps: Vec<_> = input.options.iter().map(|step| (step.months, step.state.as_str())).collect();
    assert_eq!(steps, [(12, "exercised"), (12, "open")]);
    assert_eq!(input.contract.option_notice(), Notice::months_before_end(3));
}

#[test]
fn what_has_been_done_with_a_step_survives_an_edit() {
    let mut old = read_new(&[
        ("title", "Drift"),
        ("start_date", "2024-06-01"),
        ("end_date", "2026-05-31"),
        ("option_text", "2+1+1"),
    ]);
    old.options[0].state = "decided".to_owned();
    let mut typed = from_contract(&old, "");
    typed.set("note", "ny anteckning");
    let changed = read(&typed, Some(&old), None).unwrap();
    assert_eq!(changed.options[0].state, "decided");
    assert_eq!(changed.options[0].id, old.options[0].id);
}

#[test]
fn every_fault_is_told_at_its_field() {
    assert_eq!(faults_of(&[]), ["title"]);
    for (pairs, field) in [
        (vec![("start_date", "2027-01-01"), ("end_date", "2026-01-01")], "end_date"),
        (vec![("end_date", "2027-02-30")], "end_date"),
        (vec![("end_date", "2027-12-31"), ("renewal_kind", "until_further_notice")], "end_date"),
        (vec![("end_date", "2027-12-31"), ("end_follows_parent", "ja")], "end_date"),
        (vec![("end_date", "2027-12-31"), ("auto_max_end_date", "2026-12-31")], "auto_max_end_date"),
        (
            vec![("start_date", "2024-01-01"), ("end_date", "2026-11-30"), ("initial_months", "36")],
            "initial_months",
        ),
        (vec![("kind", "påhittad")], "kind"),
        (vec![("annual_value", "många")], "annual_value"),
        (vec![("annual_value", "-5")], "annual_value"),
        (vec![("notice_basis", "before_end")], "notice_value"),
        (vec![("notice_basis", "fixed_date"), ("notice_month", "2"), ("notice_day", "30")], "notice_day"),
        (vec![("option_months", "ett år")], "option_months"),
        (vec![("option_months", "12"), ("options_used", "2")], "options_used"),
        (vec![("document_url", "javascript:alert(1)")], "document_url"),
    ] {
        let pairs: Vec<_> = pairs.iter().copied().chain([("title", "Drift")]).collect();
        assert_eq!(faults_of(&pairs), [field], "{pairs:?}");
    }
}

#[test]
fn a_stated_end_may_be_the_end_of_any_renewed_period() {
    for end in ["2025-02-28", "2026-02-28", "2028-02-29"] {
        let pairs = [
            ("title", "Drift"),
            ("start_date", "2022-03-01"),
            ("initial_months", "36"),
            ("end_date", end),
            ("renewal_kind", "auto"),
            ("auto_renewal_months", "12"),
        ];
        assert_eq!(faults_of(&pairs), Vec::<String>::new(), "{end}");
    }
}
