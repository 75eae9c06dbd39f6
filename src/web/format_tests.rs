use super::*;
use rust_decimal::Decimal;

fn d(y: i32, m: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, day).unwrap()
}
fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn digits_are_grouped_by_three_with_no_break_spaces() {
    for (value, text) in [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1\u{a0}000"),
        ("1842000", "1\u{a0}842\u{a0}000"),
        ("-12.50", "−12,5"),
        ("1234.567", "1\u{a0}234,567"),
    ] {
        assert_eq!(number_of(dec(value)), text);
    }
}

#[test]
fn kronor_show_ore_only_when_there_are_any() {
    for (value, text) in [
        ("1842000.00", "1\u{a0}842\u{a0}000\u{a0}kr"),
        ("99.5", "99,50\u{a0}kr"),
        ("99.55", "99,55\u{a0}kr"),
        ("0.005", "0,01\u{a0}kr"),
        ("-3", "−3\u{a0}kr"),
    ] {
        assert_eq!(kr_of(dec(value)), text);
    }
}

#[test]
fn a_day_is_said_as_a_person_says_it() {
    let today = d(2026, 11, 20);
    for (date, text) in [
        (today, "i dag"),
        (d(2026, 11, 21), "i morgon"),
        (d(2026, 11, 19), "i går"),
        (d(2026, 11, 30), "om 10\u{a0}dagar"),
        (d(2026, 11, 17), "för 3\u{a0}dagar sedan"),
        (d(2027, 1, 19), "om 60\u{a0}dagar"),
        (d(2027, 1, 20), "om 2\u{a0}månader"),
        (d(2028, 11, 19), "om 23\u{a0}månader"),
        (d(2028, 11, 20), "om 2\u{a0}år"),
        (d(2020, 1, 1), "för 6\u{a0}år sedan"),
    ] {
        assert_eq!(distance(date, today), text, "{date}");
    }
}

#[test]
fn the_year_is_said_only_when_it_is_another() {
    let today = d(2026, 11, 20);
    assert_eq!(short_date(d(2026, 11, 30), today), "mån 30 nov");
    assert_eq!(short_date(d(2027, 1, 1), today), "fre 1 jan 2027");
    assert_eq!(long_date(today), "fredag 20 november 2026");
}

#[test]
fn a_moment_is_told_in_swedish_time_winter_and_summer() {
    let winter = DateTime::parse_from_rfc3339("2026-11-20T07:42:00Z").unwrap().with_timezone(&Utc);
    let summer = DateTime::parse_from_rfc3339("2026-06-30T22:30:00Z").unwrap().with_timezone(&Utc);
    assert_eq!(moment_of(winter), "2026-11-20 08.42");
    assert_eq!(moment_of(summer), "2026-07-01 00.30");
    assert_eq!(summer.as_date(), Some(d(2026, 7, 1)));
}

#[test]
fn initials_are_first_and_last() {
    for (name, text) in [
        ("Anna Lindqvist", "AL"),
        ("Åsa von Öberg", "ÅÖ"),
        ("Cher", "C"),
        ("it@ekevik.example", "I"),
        ("", ""),
        ("Anna (vikarie)", "A"),
    ] {
        assert_eq!(initials_of(name), text, "{name}");
    }
}

#[test]
fn small_counts_are_words() {
    assert_eq!(count_word(1, true), "ett");
    assert_eq!(count_word(1, false), "en");
    assert_eq!(count_word(2, false), "två");
    assert_eq!(count_word(12, false), "tolv");
    assert_eq!(count_word(13, false), "13");
}

#[test]
fn blank_text_counts_as_missing() {
    assert_eq!("  ".as_text(), None);
    assert_eq!(Some(String::from(" x ")).as_text(), Some("x"));
    assert_eq!(None::<String>.as_text(), None);
}
