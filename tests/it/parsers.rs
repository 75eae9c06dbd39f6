//! Every parser of a text, with noise and with texts made of the pieces that real ones are made of: none panics, and what
//! is read fits in its type. What each parser must make of its texts is tested beside it.

use chrono::NaiveDate;
use overblick::areas::imports::as_of;
use overblick::rules::classification::{Criticality, outage_hours, parse_classification, parse_level};
use overblick::rules::contract_terms::{self as terms, NoticeHint};
use overblick::rules::digits;
use overblick::rules::iccid::Iccid;
use overblick::rules::imei::Imei;
use overblick::rules::names::{self, PersonName};
use overblick::rules::org_number::OrgNumber;
use overblick::rules::personal_id::{PersonalId, Profile};
use overblick::rules::phone::Phone;
use overblick::rules::supplier_names::SupplierName;
use overblick::rules::system_names;
use overblick::tabular::values::{self, AmountStyle, DateOptions, MonthAs, TwoDigit, When};
use overblick::tabular::{Cell, Limits, encoding, fold, read};
use proptest::prelude::*;

/// Pieces of real cells, and characters that have broken parsers elsewhere.
fn likely() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "2026",
        "0000",
        "9999",
        "1900",
        "31",
        "02",
        "30",
        "12",
        "-",
        "/",
        ".",
        ",",
        ":",
        ";",
        " ",
        "\u{a0}",
        "\u{202f}",
        "+46",
        "070",
        "0046",
        "19",
        "kr",
        "tkr",
        "mnkr",
        "%",
        "E+18",
        "8,94",
        "1 234,50",
        "(",
        ")",
        "\"",
        "'",
        "=",
        "@",
        "januari",
        "sept",
        "Å",
        "å",
        "ß",
        "ﬁ",
        "İ",
        "e\u{301}",
        "Ã¥",
        "\u{fffd}",
        "\u{feff}",
        "\u{200d}",
        "𝟙",
        "٣",
        "von",
        "AB",
        "HB",
        "K2",
        "R",
        "T3",
        "2-2-3",
        "ja",
        "nej",
        "t.o.m.",
        "tv",
        "Lind, Per",
        "(perlin01)",
        "x",
        "*",
        "556000-0001",
        "19000101-9801",
        "8946087000000000010",
        "170174060500000000000000000000",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![likely(), "\\PC{0,60}", ".{0,60}"]
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn rules(text: &str) {
    let _ = Phone::parse(text).map(|phone| (phone.e164(), phone.display(), phone.masked()));
    let _ = PersonalId::parse(text, today(), Profile { temporary: true }).map(|id| id.birth_year());
    let _ = OrgNumber::parse(text).map(|number| number.digits());
    let _ = Iccid::parse(text);
    let _ = Imei::parse(text);
    let name = PersonName::parse(text);
    let _ = (name.keys(), name.is_personal(), names::split_persons(text));
    let _ = names::compare(&name, &PersonName::from_parts(text, "Per"));
    let _ = SupplierName::parse(text).map(|supplier| supplier.compare(&supplier));
    let _ = system_names::SystemName::parse(text).is_empty();
    let _ = (parse_classification(text), parse_level(text), Criticality::parse(text), outage_hours(text));
    let hint = NoticeHint { unit: None, extension: false };
    let _ = (terms::notice(text, hint), terms::options(text), terms::renewal(text), terms::kind(text));
    let _ = (terms::procurement_form(text), terms::notice_received(text), terms::framework_note(text));
    let _ = (digits::is_scientific(text), digits::without_separators(text));
}

fn cell(cell: &Cell) {
    for month_as in [MonthAs::First, MonthAs::Last] {
        for two_digit in [TwoDigit::Refuse, TwoDigit::DayFirst, TwoDigit::YearFirst] {
            let options = DateOptions { two_digit, month_as, ..DateOptions::default() };
            if let Ok(When::On(day, _)) = values::date(cell, options) {
                // Later ones mean that there is no end.
                assert!(chrono::Datelike::year(&day) < 2900, "{cell:?} gave {day}");
            }
        }
    }
    for style in [AmountStyle::PointDecimal, AmountStyle::default()] {
        let _ = values::amount(cell, style);
    }
    let _ = (values::text(cell), values::integer(cell), values::decimal(cell), values::yes_no(cell));
    let _ = (values::email(cell), values::iccid(cell), cell.is_blank());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_parser_of_the_rules(text in texts()) {
        rules(&text);
    }

    #[test]
    fn no_cell_breaks_a_parser_of_values(text in texts(), number in any::<f64>()) {
        cell(&Cell::Text(text));
        cell(&Cell::Number(number));
    }

    #[test]
    fn folding_twice_is_folding_once(text in texts()) {
        let once = fold::fold(&text);
        prop_assert_eq!(fold::fold(&once), once);
        let once = fold::compact(&text);
        prop_assert_eq!(fold::compact(&once), once);
    }

    #[test]
    fn mending_an_encoding_twice_gives_no_more_than_once(text in texts()) {
        if let Some(mended) = encoding::repair(&text) {
            prop_assert!(mended.chars().count() < text.chars().count(), "{:?} → {:?}", text, mended);
        }
    }

    #[test]
    fn no_title_breaks_the_search_for_the_day_of_a_list(text in texts()) {
        if let Some(day) = as_of::find(std::slice::from_ref(&text), &[&text], today()) {
            prop_assert!((1990..2100).contains(&chrono::Datelike::year(&day)));
        }
    }

    #[test]
    fn no_bytes_break_the_reading_of_a_file(bytes in prop::collection::vec(any::<u8>(), 0..3_000), mark in 0_usize..6) {
        const MARKS: [&[u8]; 6] =
            [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"sep=;\r\n"];
        let _ = read(&[MARKS[mark], &bytes].concat(), &Limits::default());
    }
}
