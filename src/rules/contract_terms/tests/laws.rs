//! What must hold for every text.

use proptest::prelude::*;

use super::super::*;
use crate::rules::contract_dates::periods::period_end;
use crate::rules::contract_dates::{MonthBasis, Notice};
use crate::tabular::Cell;
use crate::tabular::values::DateOptions;

/// Texts made of the pieces that occur in real ones, so that the parsers are driven deeper than by noise.
fn likely_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "3",
        "12",
        "1,5",
        "½",
        "0",
        "99999999999",
        "tre",
        "(3)",
        "(",
        ")",
        "+",
        "x",
        "*",
        "-",
        "månader",
        "mån",
        "kal",
        "år",
        "halvår",
        "kvartal",
        "veckor",
        "v",
        "dagar",
        "arbetsdagar",
        "före",
        "efter",
        "slut",
        "senast",
        "30/9",
        "31/2",
        "29/2",
        "2026-09-30",
        "20260930",
        "30.9.26",
        "september",
        "sista",
        "och",
        "ett",
        "halvt",
        "option",
        "förlängning",
        "ja",
        "nej",
        "ej",
        "inte",
        "om",
        "tills",
        "vidare",
        "t.o.m.",
        "ggr",
        "varje",
        "årsskiftet",
        "mottaget",
        "Tak",
        "avrop",
        ",",
        ".",
        ";",
        "huvudavtal",
        "löper",
        "ut",
        "upphör",
        "ömsesidig",
        "Å",
        "ß",
        "ﬁ",
        "\u{a0}",
        "\u{308}",
        "0000",
    ]);
    prop::collection::vec((piece, prop::bool::ANY), 0..12).prop_map(|pieces| {
        pieces
            .into_iter()
            .map(|(piece, space)| if space { format!("{piece} ") } else { piece.to_owned() })
            .collect()
    })
}

fn every_parser(text: &str) {
    let _ = notice(text, NoticeHint::default());
    let _ = notice(text, NoticeHint { unit: Some(Unit::Weeks), extension: true });
    let _ = renewal(text);
    let _ = kind(text);
    let _ = procurement_form(text);
    let _ = notice_received(text);
    let _ = framework_note(text);
    let _ = stated_end(&Cell::Text(text.to_owned()), DateOptions::default());
    let read = options(text).value;
    let day = chrono::NaiveDate::MIN;
    for (start, end) in
        [(None, None), (Some(day), Some(chrono::NaiveDate::MAX)), (Some(chrono::NaiveDate::MAX), Some(day))]
    {
        let resolved = resolve_options(&read, start, end).value;
        assert!(resolved.exercised <= resolved.steps.len());
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC*") {
        every_parser(&text);
    }

    #[test]
    fn no_likely_text_makes_a_parser_panic(text in likely_text()) {
        every_parser(&text);
    }

    #[test]
    fn control_characters_and_odd_letters_are_answered(text in "(?s).{0,80}") {
        every_parser(&text);
    }

    #[test]
    fn a_date_read_as_notice_is_a_day_of_the_year(text in likely_text()) {
        if let Notice::FixedDate { month, day } = notice(&text, NoticeHint::default()).value {
            prop_assert!(chrono::NaiveDate::from_ymd_opt(2024, month, day).is_some(), "{month}-{day}");
        }
    }

    #[test]
    fn case_makes_no_difference(text in likely_text()) {
        prop_assert_eq!(notice(&text.to_uppercase(), NoticeHint::default()).value,
            notice(&text.to_lowercase(), NoticeHint::default()).value);
    }

    #[test]
    fn every_number_of_months_is_read_back(months in 1u32..=24) {
        for text in [format!("{months} månader före utgången"), format!("{months} mån. före slut"),
            format!("({months}) månader före"), format!("{months}-månaders före slut")] {
            prop_assert_eq!(notice(&text, NoticeHint::default()),
                Reading::sure(Notice::months_before_end(months)), "{}", text);
        }
        prop_assert_eq!(notice(&format!("{months} kalendermånader"), NoticeHint::default()),
            Reading::sure(Notice::Months { months, basis: MonthBasis::Calendar }));
    }

    #[test]
    fn a_notice_as_we_write_it_reads_back_the_same(months in 1u32..=24, days in 7u32..=365, weeks in 1u32..=52) {
        for meaning in [Notice::months_before_end(months), Notice::Days(days), Notice::Weeks(weeks),
            Notice::Months { months, basis: MonthBasis::Calendar }, Notice::FixedDate { month: 9, day: 30 }] {
            prop_assert_eq!(notice(&meaning.to_string(), NoticeHint::default()), Reading::sure(meaning));
        }
    }

    #[test]
    fn options_that_fit_the_dates_are_found(
        initial in 1u32..5, steps in prop::collection::vec(1u32..4, 1..4), used in 0usize..4, days in 0i64..5_000,
    ) {
        let used = used.min(steps.len());
        let start = chrono::NaiveDate::from_ymd_opt(2015, 1, 1).expect("date") + chrono::Duration::days(days);
        let total = initial + steps.iter().take(used).sum::<u32>();
        let end = period_end(start, total * 12);
        let text = steps.iter().fold(initial.to_string(), |text, step| format!("{text}+{step}"));
        let found = resolve_options(&options(&text).value, Some(start), Some(end)).value;
        prop_assert_eq!(found.initial_months, Some(initial * 12));
        prop_assert_eq!(found.steps, steps.iter().map(|step| step * 12).collect::<Vec<_>>());
        prop_assert_eq!(found.exercised, used);
    }

    #[test]
    fn doubts_are_not_repeated(text in likely_text()) {
        let doubts = notice(&text, NoticeHint::default()).doubts;
        let distinct: std::collections::HashSet<_> = doubts.iter().collect();
        prop_assert_eq!(distinct.len(), doubts.len());
    }
}

#[test]
fn every_doubt_has_a_code_of_its_own_and_a_sentence() {
    let codes: std::collections::HashSet<_> = Doubt::ALL.iter().map(|doubt| doubt.code()).collect();
    assert_eq!(codes.len(), Doubt::ALL.len());
    for doubt in Doubt::ALL {
        assert_eq!(Doubt::from_code(doubt.code()), Some(*doubt));
        assert!(doubt.text().ends_with('.'));
    }
}
