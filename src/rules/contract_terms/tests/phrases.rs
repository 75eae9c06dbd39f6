//! How people write. Each table is phrase → meaning; the second half of a table is what a person is asked about.

use chrono::NaiveDate;

use super::super::*;
use crate::rules::contract_dates::{
    ContractKind, MonthBasis, Notice, ProcurementPath, RenewalKind, StatedEnd,
};
use crate::tabular::Cell;
use crate::tabular::values::DateOptions;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is not a date"))
}

fn before_end(months: u32) -> Notice {
    Notice::months_before_end(months)
}

fn calendar(months: u32) -> Notice {
    Notice::Months { months, basis: MonthBasis::Calendar }
}

fn unstated(months: u32) -> Notice {
    Notice::Months { months, basis: MonthBasis::Unstated }
}

fn day(month: u32, day: u32) -> Notice {
    Notice::FixedDate { month, day }
}

#[test]
fn notice_that_is_clear_is_read_without_a_question() {
    for (text, meaning) in [
        ("tre (3) månader före utgången", before_end(3)),
        ("3 (tre) månader före avtalstidens utgång", before_end(3)),
        ("TRE MÅNADER FÖRE AVTALSTIDENS UTGÅNG", before_end(3)),
        ("3 mån före slut", before_end(3)),
        ("3 mån. innan avtalet går ut", before_end(3)),
        ("3mån före", before_end(3)),
        ("6 m före avtalets slut", before_end(6)),
        ("6 månad(er) före avtalsslut", before_end(6)),
        ("en (1) månader före utgången", before_end(1)),
        ("minst tre månader innan avtalet löper ut", before_end(3)),
        ("senast 3 månader före avtalsperiodens slut", before_end(3)),
        ("3-månaders uppsägning före utgången", before_end(3)),
        ("tremånaders uppsägning före utgången", before_end(3)),
        ("nio månader före", before_end(9)),
        ("1 år före utgången", before_end(12)),
        ("ett år före utgången", before_end(12)),
        ("1,5 år före utgången", before_end(18)),
        ("ett och ett halvt år före utgången", before_end(18)),
        ("ett halvår före utgången", before_end(6)),
        ("ett halvt år före slut", before_end(6)),
        ("12 månader (ett år) före utgången", before_end(12)),
        ("Uppsägning ska ske skriftligen senast nio (9) månader före avtalstidens utgång", before_end(9)),
        ("minst 6 månader före avtalstidens utgång, annars förlängs avtalet med 12 månader", before_end(6)),
        ("sägs upp 3 mån innan, förlängs annars ett år i taget", before_end(3)),
        ("enligt punkt 7: 3 månader före utgången", before_end(3)),
        ("3 månader (kalendermånader)", calendar(3)),
        ("ett kvartal före slut", before_end(3)),
        ("två kvartal före slut", before_end(6)),
        ("3 manader fore slut", before_end(3)),
        ("3 kalendermånader efter uppsägning", calendar(3)),
        ("3 kal.mån från månadsskiftet efter uppsägning", calendar(3)),
        ("3 kalendermånader", calendar(3)),
        ("tre kalendermånader före", calendar(3)),
        ("3 kal mån", calendar(3)),
        ("tre månader räknat från månadsskiftet", calendar(3)),
        ("90 dagar", Notice::Days(90)),
        ("90 dgr före", Notice::Days(90)),
        ("90 dagar före avtalets slut", Notice::Days(90)),
        ("nittio dagar", Notice::Days(90)),
        ("trettio (30) dagar", Notice::Days(30)),
        ("30 d", Notice::Days(30)),
        ("12 v före slut", Notice::Weeks(12)),
        ("8 veckor", Notice::Weeks(8)),
        ("fyra veckors uppsägningstid", Notice::Weeks(4)),
        ("4 v.", Notice::Weeks(4)),
        ("senast 30/9", day(9, 30)),
        ("Senast 30/9 varje år", day(9, 30)),
        ("senast den 30 september", day(9, 30)),
        ("senast den 30:e september", day(9, 30)),
        ("Senast 28 februari varje år", day(2, 28)),
        ("senast sista september", day(9, 30)),
        ("sista dagen i september", day(9, 30)),
        ("september månads utgång", day(9, 30)),
        ("senast 30 sept", day(9, 30)),
        ("senast 30.9", day(9, 30)),
        ("före den 1 oktober", day(9, 30)),
        ("senast 1 oktober", day(10, 1)),
        ("vid årsskiftet", day(12, 31)),
        ("ingen", Notice::None),
        ("Ingen uppsägning krävs", Notice::None),
        ("upphör utan uppsägning", Notice::None),
        ("löper ut", Notice::None),
        ("behöver ej sägas upp", Notice::None),
        ("avslutas automatiskt", Notice::None),
        ("nej", Notice::None),
        ("", Notice::Unknown),
        ("-", Notice::Unknown),
        ("saknas", Notice::Unknown),
        ("okänt", Notice::Unknown),
    ] {
        let reading = notice(text, NoticeHint::default());
        assert_eq!(reading.value, meaning, "{text}");
        assert!(reading.is_sure(), "{text}: {:?}", reading.doubts);
    }
}

#[test]
fn notice_that_is_not_clear_is_read_and_asked_about() {
    for (text, meaning, doubt) in [
        ("3 månader", unstated(3), Doubt::BasisMissing),
        ("3 mån", unstated(3), Doubt::BasisMissing),
        ("3 månaders uppsägningstid", unstated(3), Doubt::BasisMissing),
        ("3", unstated(3), Doubt::UnitAssumed),
        ("90", Notice::Days(90), Doubt::UnitAssumed),
        ("tre (4) månader före utgången", before_end(4), Doubt::NumbersDisagree),
        ("3 månader för kunden, 6 månader för leverantören", before_end(6), Doubt::SeveralPeriods),
        ("3-6 mån före slut", before_end(6), Doubt::SeveralPeriods),
        ("3 månder före slut", before_end(3), Doubt::SpellingGuessed),
        ("3 måndader före slut", before_end(3), Doubt::SpellingGuessed),
        ("10 arbetsdagar", Notice::Days(16), Doubt::WorkingDays),
        ("3 dagar", Notice::Days(3), Doubt::Unusual),
        ("360 månader före slut", before_end(360), Doubt::Unusual),
        ("3 månader före 31/12", day(9, 30), Doubt::PutTogether),
        ("3 månader före årsskiftet", day(9, 30), Doubt::PutTogether),
        ("3 månader före kalenderårets slut", day(9, 30), Doubt::PutTogether),
        ("senast 2026-09-30", day(9, 30), Doubt::YearGiven),
        ("se avtal", Notice::Unknown, Doubt::SeeContract),
        ("enl. avtal", Notice::Unknown, Doubt::SeeContract),
        ("enligt § 12", Notice::Unknown, Doubt::SeeContract),
        ("omgående", Notice::Days(0), Doubt::Unusual),
        ("å september", Notice::Unknown, Doubt::NotUnderstood),
        ("kolla med Eva", Notice::Unknown, Doubt::NotUnderstood),
        ("!!!", Notice::Unknown, Doubt::NotUnderstood),
    ] {
        let reading = notice(text, NoticeHint::default());
        assert_eq!(reading.value, meaning, "{text}");
        assert!(!reading.is_sure(), "{text} must be asked about");
        assert!(reading.doubts.contains(&doubt), "{text}: {:?}", reading.doubts);
    }
}

#[test]
fn the_column_a_text_stands_in_helps() {
    let months = NoticeHint { unit: Some(Unit::Months), extension: true };
    for text in ["3", "3 mån", "3 mån före", "tre månader"] {
        let reading = notice(text, months);
        assert_eq!((reading.value, reading.is_sure()), (before_end(3), true), "{text}");
    }
    let days = NoticeHint { unit: Some(Unit::Days), extension: false };
    assert_eq!(notice("30", days), Reading::sure(Notice::Days(30)));
}

#[test]
fn silent_renewal_is_read() {
    let reading = |text| renewal(text);
    let auto = |months, max_end: Option<&str>| RenewalReading {
        kind: Some(RenewalKind::Auto),
        months,
        max_end: max_end.map(date),
    };
    let no = RenewalReading { kind: Some(RenewalKind::None), ..RenewalReading::default() };
    let open = RenewalReading { kind: Some(RenewalKind::UntilFurtherNotice), ..RenewalReading::default() };
    for (text, meaning) in [
        ("ja, 12 mån i taget", auto(Some(12), None)),
        ("Ja 1 år", auto(Some(12), None)),
        ("JA, ETT ÅR I TAGET", auto(Some(12), None)),
        ("1 år i taget", auto(Some(12), None)),
        ("12 månader", auto(Some(12), None)),
        ("ettårsvis automatisk förlängning med ett år", auto(Some(12), None)),
        ("förlängs automatiskt med 24 månader om inte uppsagt", auto(Some(24), None)),
        ("förlängs med ett år om ingen part säger upp avtalet", auto(Some(12), None)),
        ("tyst förlängning årsvis", auto(Some(12), None)),
        ("årligen", auto(Some(12), None)),
        ("varje år", auto(Some(12), None)),
        ("ja, kvartalsvis", auto(Some(3), None)),
        ("Ja 1 år, längst t.o.m. 2026-12-31", auto(Some(12), Some("2026-12-31"))),
        ("ja, 36 mån i taget", auto(Some(36), None)),
        ("nej", no),
        ("Nej", no),
        ("förlängs ej", no),
        ("nej, option", no),
        ("nej, förlängs inte automatiskt", no),
        ("ingen automatisk förlängning", no),
        ("löper ut", no),
        ("upphör", no),
        ("tillsvidare", open),
        ("tv", open),
        ("T.v.", open),
        ("löper tills vidare", open),
        ("", RenewalReading::default()),
        ("-", RenewalReading::default()),
    ] {
        assert_eq!(reading(text).value, meaning, "{text}");
        assert!(reading(text).is_sure(), "{text}: {:?}", reading(text).doubts);
    }
    for (text, meaning, doubt) in [
        ("ja", auto(None, None), Doubt::RenewalLengthAssumed),
        ("x", auto(None, None), Doubt::RenewalLengthAssumed),
        ("Automatisk", auto(None, None), Doubt::RenewalLengthAssumed),
        ("ja, längst t.o.m. 2028-02-29", auto(None, Some("2028-02-29")), Doubt::RenewalLengthAssumed),
        ("ja, 12 mån högst 2 ggr", auto(Some(12), None), Doubt::RenewalLimitUnclear),
        ("nej, 12 mån", no, Doubt::Contradicts),
        ("kanske", RenewalReading::default(), Doubt::NotUnderstood),
    ] {
        assert_eq!(reading(text).value, meaning, "{text}");
        assert!(reading(text).doubts.contains(&doubt), "{text}: {:?}", reading(text).doubts);
    }
}

#[test]
fn options_are_read_in_months() {
    for (text, lengths, stated, mutual) in [
        ("2+1+1", vec![24, 12, 12], None, false),
        ("2+1+1 år", vec![24, 12, 12], None, false),
        ("2 + 1 + 1", vec![24, 12, 12], None, false),
        ("2+1+1 (optioner 1+1)", vec![24, 12, 12], Some(2), false),
        ("3+2 (optioner 2)", vec![36, 24], Some(1), false),
        ("3+1+1 år, efter överenskommelse", vec![36, 12, 12], None, true),
        ("3+1+1 (optioner 1+1), efter överenskommelse", vec![36, 12, 12], Some(2), true),
        ("24+12+12 mån", vec![24, 12, 12], None, false),
        ("24+12", vec![24, 12], None, false),
        ("2 år + 1 år + 1 år", vec![24, 12, 12], None, false),
        ("2 år +12 mån", vec![24, 12], None, false),
        ("2 år plus 1 år", vec![24, 12], None, false),
        ("option 1+1", vec![12, 12], Some(2), false),
        ("Option 1+1 år", vec![12, 12], Some(2), false),
        ("möjlighet till förlängning 2 ggr 12 månader", vec![12, 12], Some(2), false),
        ("option 2 x 12 mån", vec![12, 12], Some(2), false),
        ("förlängning 12 mån x 2", vec![12, 12], Some(2), false),
        ("avtalstid 2 år, option 1+1 år", vec![24, 12, 12], Some(2), false),
        ("2 år med option på 1+1 år", vec![24, 12, 12], Some(2), false),
        ("12 mån", vec![12], Some(1), false),
        ("ett år", vec![12], Some(1), false),
        ("1,5+1 år", vec![18, 12], None, false),
        ("nej", vec![], None, false),
        ("", vec![], None, false),
    ] {
        let reading = options(text);
        assert_eq!(reading.value, OptionReading { lengths, stated_options: stated, mutual }, "{text}");
        assert!(reading.is_sure(), "{text}: {:?}", reading.doubts);
    }
    for text in ["kanske", "ja", "se avtal"] {
        assert!(!options(text).is_sure(), "{text}");
    }
}

#[test]
fn options_are_fitted_to_the_dates() {
    let resolve = |text: &str, start: &str, end: &str| {
        resolve_options(&options(text).value, Some(date(start)), Some(date(end)))
    };
    let meaning = |initial: Option<u32>, steps: &[u32], exercised| ResolvedOptions {
        initial_months: initial,
        steps: steps.to_vec(),
        exercised,
    };
    for (text, start, end, expected) in [
        ("2+1+1", "2024-06-01", "2026-05-31", meaning(Some(24), &[12, 12], 0)),
        ("2+1+1", "2024-06-01", "2027-05-31", meaning(Some(24), &[12, 12], 1)),
        ("2+1+1", "2024-06-01", "2028-05-31", meaning(Some(24), &[12, 12], 2)),
        ("2+2 (optioner 2)", "2021-12-01", "2025-11-30", meaning(Some(24), &[24], 1)),
        ("3+1 år", "2025-03-01", "2028-02-29", meaning(Some(36), &[12], 0)),
    ] {
        let reading = resolve(text, start, end);
        assert_eq!(reading, Reading::sure(expected), "{text} {start} {end}");
    }
    for (text, start, end, expected, doubt) in [
        ("1+1", "2024-01-01", "2026-12-31", meaning(Some(36), &[12, 12], 0), Doubt::FirstPeriodUnclear),
        ("1+1", "2024-01-01", "2025-12-31", meaning(Some(12), &[12], 1), Doubt::FirstPeriodUnclear),
        (
            "option 1+1",
            "2024-01-01",
            "2026-12-31",
            meaning(Some(36), &[12, 12], 0),
            Doubt::UsedOptionsUnknown,
        ),
        ("2+1+1", "2024-06-01", "2026-06-15", meaning(None, &[12, 12], 0), Doubt::DoesNotFitDates),
    ] {
        let reading = resolve(text, start, end);
        assert_eq!(reading.value, expected, "{text} {start} {end}");
        assert!(reading.doubts.contains(&doubt), "{text}: {:?}", reading.doubts);
    }
    let without_dates = resolve_options(&options("2+1+1").value, None, None);
    assert_eq!(without_dates.value, meaning(Some(24), &[12, 12], 0));
    assert!(!without_dates.is_sure());
}

#[test]
fn ends_are_dates_or_words() {
    let read = |text: &str| stated_end(&Cell::Text(text.to_owned()), DateOptions::default());
    for text in [
        "2026-12-31",
        "20261231",
        "31/12-26",
        "31 dec 2026",
        "46387",
        "t.o.m. 2026-12-31",
        "Gäller t.o.m. 2026-12-31",
    ] {
        assert_eq!(read(text).value.end, StatedEnd::Date(date("2026-12-31")), "{text}");
        assert!(read(text).is_sure(), "{text}");
    }
    for text in [
        "tills vidare",
        "tv",
        "T.v.",
        "tillsvidare",
        "löper",
        "Löpande",
        "9999-12-31",
        "pågående",
        "löper tillsvidare",
    ] {
        assert!(read(text).value.open_ended, "{text}");
        assert!(read(text).is_sure(), "{text}");
    }
    for text in ["följer huvudavtalet", "Se huvudavtal", "enligt ramavtal"] {
        assert_eq!(read(text).value.end, StatedEnd::FollowsParent, "{text}");
    }
    for text in ["", "?", "okänt"] {
        assert_eq!(
            read(text),
            Reading::sure(EndReading { end: StatedEnd::Unknown, open_ended: false }),
            "{text}"
        );
    }
    assert_eq!(read("2026-12").value.end, StatedEnd::Date(date("2026-12-31")));
    assert_eq!(read("2026-12").doubts, [Doubt::DayAssumed]);
    assert_eq!(read("upphör 2027-01-01").value.end, StatedEnd::Date(date("2026-12-31")));
    assert!(!read("upphör 2027-01-01").is_sure());
    assert!(!read("när projektet är klart").is_sure());
}

#[test]
fn kinds_and_forms_are_known_by_their_words() {
    for (text, expected) in [
        ("ramavtal", ContractKind::Framework),
        ("Ramavtal IT-konsulter", ContractKind::Framework),
        ("avrop", ContractKind::CallOff),
        ("Avrop från ramavtal", ContractKind::CallOff),
        ("avropsavtal", ContractKind::CallOff),
        ("Direktupphandling", ContractKind::DirectAward),
        ("direktupphandlat avtal", ContractKind::DirectAward),
        ("upphandlat avtal", ContractKind::Procured),
        ("Tilläggsavtal 2", ContractKind::Amendment),
        ("tillägg till ramavtal", ContractKind::Amendment),
        ("serviceavtal", ContractKind::Service),
        ("Support och underhåll", ContractKind::Service),
        ("LICENSAVTAL", ContractKind::Licence),
        ("PUB-avtal", ContractKind::DataProcessing),
        ("Personuppgiftsbiträdesavtal", ContractKind::DataProcessing),
        ("SLA", ContractKind::ServiceLevel),
        ("Hyresavtal", ContractKind::Lease),
        ("leasing", ContractKind::Lease),
        ("tillsvidareavtal", ContractKind::OpenEnded),
        ("intern överenskommelse", ContractKind::Internal),
    ] {
        assert_eq!(kind(text), Some(expected), "{text}");
    }
    assert_eq!(kind("övrigt"), None);
    for expected in ContractKind::ALL {
        assert_eq!(kind(expected.label()), Some(*expected), "{expected}");
    }
    for (text, expected) in [
        ("Öppet förfarande", ProcurementPath::Announced),
        ("Öppet förfarande (över tröskel)", ProcurementPath::AnnouncedAboveThreshold),
        ("Öppet förfarande, verksamhetssystem", ProcurementPath::LargeSystem),
        ("Förnyad konkurrensutsättning", ProcurementPath::MiniCompetition),
        ("FKU", ProcurementPath::MiniCompetition),
        ("Avrop rangordning", ProcurementPath::RankedCallOff),
        ("Direktupphandling", ProcurementPath::Direct),
        ("Förenklat förfarande", ProcurementPath::Announced),
        ("Selektivt EU", ProcurementPath::AnnouncedAboveThreshold),
        ("Öppet förfarande under tröskelvärdet", ProcurementPath::Announced),
    ] {
        assert_eq!(procurement_form(text), Some(expected), "{text}");
    }
    assert_eq!(procurement_form("vet inte"), None);
}

#[test]
fn remarks_tell_of_notices_and_limits() {
    for (text, day) in [
        ("Uppsagt, mottaget 2026-09-12", Some("2026-09-12")),
        ("uppsagt 12/9-26", Some("2026-09-12")),
        ("Uppsagt 2026-09-10, mottaget 2026-09-12", Some("2026-09-12")),
        ("mottaget 2026-09-12, skickat 2026-09-10", Some("2026-09-12")),
        ("12 september 2026", Some("2026-09-12")),
        ("", None),
        ("nej", None),
    ] {
        assert_eq!(notice_received(text), Reading::sure(day.map(date)), "{text}");
    }
    assert_eq!(notice_received("ja").doubts, [Doubt::NotUnderstood]);
    let note = framework_note("Tak 9 500 000, avropat 7 790 000, avrop högst 12 mån efter ramavtalets slut");
    assert_eq!(note.ceiling, Some(9_500_000.into()));
    assert_eq!(note.used, Some(7_790_000.into()));
    assert_eq!(note.calloff_months, Some(12));
    assert_eq!(framework_note("Takvolym: 9,5 mkr").ceiling, Some(9_500_000.into()));
    assert_eq!(framework_note("tak 9.500.000 kr").ceiling, Some(9_500_000.into()));
    assert_eq!(framework_note("externa bokar"), FrameworkNote::default());
}

#[test]
fn what_happens_at_the_end_follows_from_all_the_texts() {
    let kind = |renew: &str, option: &str, open_ended, notice| {
        renewal_kind(&renewal(renew).value, &options(option).value, open_ended, notice)
    };
    for (renew, option, open_ended, notice, expected) in [
        ("ja, 12 mån", "", false, true, RenewalKind::Auto),
        ("nej", "2+1+1", false, false, RenewalKind::OptionUnilateral),
        ("nej", "2+1 år, efter överenskommelse", false, false, RenewalKind::OptionMutual),
        ("", "", true, true, RenewalKind::UntilFurtherNotice),
        ("", "", false, false, RenewalKind::None),
        ("nej", "", false, true, RenewalKind::None),
    ] {
        assert_eq!(kind(renew, option, open_ended, notice), Reading::sure(expected), "{renew} {option}");
    }
    assert_eq!(kind("", "", false, true).doubts, [Doubt::RenewalUnclear]);
    assert_eq!(kind("ja", "2+1+1", false, true).doubts, [Doubt::Contradicts]);
}
