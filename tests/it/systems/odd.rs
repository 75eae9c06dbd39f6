//! Lists of systems in layouts of their own, made up here: other words, orders, separators and habits.

use overblick::areas::imports::command::{Outcome, Receipt};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::{Value, json};

use super::import::{rows, take_in};
use crate::support::TestApp;

async fn read(file: &str, bytes: &[u8]) -> (Vec<Receipt>, Vec<Value>) {
    let app = TestApp::new().await;
    let receipts = take_in(&app, &app.a, file, bytes, None).await;
    let rows = rows(&app, &app.a).await;
    (receipts, rows)
}

/// The values of some fields of the row with a name.
#[track_caller]
fn said(rows: &[Value], name: &str, fields: &[&str]) -> Value {
    let row = rows.iter().find(|r| r["name"] == name).unwrap_or_else(|| panic!("{name} is not in {rows:#?}"));
    fields.iter().map(|f| row[*f].clone()).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn book(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

fn write(sheet: &mut Worksheet, first: u32, lines: &[&[&str]]) {
    for (row, line) in (first..).zip(lines) {
        for (column, text) in (0_u16..).zip(*line) {
            if !text.is_empty() {
                sheet.write(row, column, *text).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_list_with_tabs_in_windows_letters_with_a_title_and_a_sum_is_read() {
    let text = "IT-system inom Socialförvaltningen\t\t\t\t\t\r\n\
        Senast ändrad 2026-09-01\t\t\t\t\t\r\n\
        \t\t\t\t\t\r\n\
        Verksamhetssystem\tVad gör systemet\tÄgare (chef)\tFörvaltas av\tLöper ut\tKostnad/år (kr)\r\n\
        Vårdia\tjournal\tSand, Ulla\tKlein Bo\t2028-12-31\t1 200 000\r\n\
        Måltid\tkost\tvakant\t-\ttills vidare\t45 000 kr\r\n\
        Summa\t\t\t\t\t1 245 000\r\n";
    let (receipts, rows) = read("export.txt", &latin1(text)).await;
    let r = &receipts[0];
    assert_eq!((r.outcome, r.new, r.refused), (Outcome::TakenIn, 2, 0), "{r:#?}");
    let fields = ["units", "owner", "manager", "contract_end"];
    assert_eq!(
        said(&rows, "Vårdia", &fields),
        json!([["Socialförvaltningen"], "Sand, Ulla", "Klein Bo", "2028-12-31"])
    );
    assert_eq!(said(&rows, "Måltid", &fields), json!([["Socialförvaltningen"], null, null, null]));
    assert_eq!(said(&rows, "Vårdia", &["function_areas"]), json!([["journal"]]));
}

#[tokio::test]
async fn a_header_of_two_rows_with_merged_groups_gives_each_level_its_own() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.set_name("Blad1").unwrap();
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 8, "Systemöversikt Barn- och utbildningsförvaltningen", &plain).unwrap();
        sheet.merge_range(2, 2, 2, 5, "Informationsklassning", &plain).unwrap();
        sheet.merge_range(2, 6, 2, 7, "Ansvariga", &plain).unwrap();
        sheet.merge_range(2, 8, 2, 9, "Avtal", &plain).unwrap();
        sheet.merge_range(2, 0, 3, 0, "System", &plain).unwrap();
        sheet.merge_range(2, 1, 3, 1, "Leverantör", &plain).unwrap();
        write(sheet, 3, &[&["", "", "K", "R", "T", "S", "Ägare", "Förvaltare", "t.o.m.", "Uppsägningstid"]]);
        write(
            sheet,
            4,
            &[&["Klassrummet", "Lärdata AB", "", "", "", "", "Eva Strand", "Per Ek", "", "3 mån"]],
        );
        for (column, level) in (2_u16..).zip([2.0, 0.0, 3.0, 1.0]) {
            sheet.write(4, column, level).unwrap();
        }
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(4, 8, ExcelDateTime::from_ymd(2027, 6, 30).unwrap(), &day).unwrap();
        write(sheet, 5, &[&["Biblioteket", "Lärdata AB", "1", "1", "", "", "", "", "löper", ""]]);
    });
    let (receipts, rows) = read("översikt.xlsx", &bytes).await;
    let r = &receipts[0];
    assert_eq!((r.outcome, r.new, r.refused), (Outcome::TakenIn, 2, 0), "{r:#?}");
    let fields = ["k", "r", "t", "s", "owner", "manager", "contract_end", "units"];
    let unit = "Barn- och utbildningsförvaltningen";
    assert_eq!(
        said(&rows, "Klassrummet", &fields),
        json!([2, 0, 3, 1, "Eva Strand", "Per Ek", "2027-06-30", [unit]]),
        "{r:#?}"
    );
    assert_eq!(said(&rows, "Biblioteket", &fields), json!([1, 1, null, null, null, null, null, [unit]]));
}

#[tokio::test]
async fn each_sheet_of_a_workbook_is_the_list_of_the_unit_it_is_named_after() {
    let bytes = book(|book| {
        let notes = book.add_worksheet();
        notes.set_name("Läs mig").unwrap();
        write(
            notes,
            0,
            &[&["Den här arbetsboken uppdateras två gånger per år."], &["Frågor ställs till IT-enheten."]],
        );
        for (name, system) in [("Socialförvaltningen", "Vårdia"), ("Barn o utbildning", "Vardia")] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            write(sheet, 0, &[&["System", "Leverantör", "Status"], &[system, "Nordvård AB", "I drift"]]);
        }
    });
    let (receipts, rows) = read("systemlista.xlsx", &bytes).await;
    let outcomes: Vec<_> = receipts.iter().map(|r| (r.outcome, r.new)).collect();
    assert!(outcomes[1..] == [(Outcome::TakenIn, 1), (Outcome::TakenIn, 1)], "{receipts:#?}");
    assert!(matches!(outcomes[0].0, Outcome::Empty | Outcome::Refused), "{outcomes:?}");
    assert_eq!(said(&rows, "Vårdia", &["units"]), json!([["Socialförvaltningen"]]));
    let same = said(&rows, "Vardia", &["proposed_same_as"]);
    assert_eq!(same[0].as_array().unwrap().len(), 1, "two lists' systems are proposed, not joined");
}

#[tokio::test]
async fn lists_that_are_nobodys_are_never_joined_with_each_other_and_a_newer_copy_is_the_same_list() {
    let app = TestApp::new().await;
    let list = "System;Leverantör\nVårdia;Nordvård AB\nPlanera;Räkna Rätt AB\n";
    let other = "System;Leverantör\nVårdia;Nordvård AB\n";
    take_in(&app, &app.a, "grupp A 2026.csv", list.as_bytes(), None).await;
    let receipts = take_in(&app, &app.a, "grupp B.csv", other.as_bytes(), None).await;
    assert_eq!((receipts[0].new, receipts[0].changed, receipts[0].missing), (1, 0, 0), "{receipts:#?}");
    let found = rows(&app, &app.a).await;
    assert_eq!(found.len(), 3);
    let newer = "System;Leverantör\nVårdia;Nordvård AB\nPlanera;Räkna Rätt AB\nNy;\n";
    let receipts = take_in(&app, &app.a, "grupp A 2027 (kopia).csv", newer.as_bytes(), None).await;
    assert_eq!((receipts[0].new, receipts[0].unchanged), (1, 2), "{receipts:#?}");
    assert_eq!(rows(&app, &app.a).await.len(), 4);
}

#[tokio::test]
async fn a_list_of_the_whole_municipality_puts_each_row_in_its_unit() {
    let text = "Nr,Enhet,Applikation,Leverantör,Klassning K/R/T,Objektägare,Avtal giltigt till,Livscykel,Kritisk\n\
        1,Socialförvaltningen,Vårdia,\"Nordvård, AB\",2/1/3,Ulla Sand,31.12.2028,Förvaltning,Ja\n\
        2,Hemtjänsten,Rutten,Rutt AB,K1 R1 T2,,2027-06,Ska avvecklas,Nej\n\
        3,Parkförvaltningen,Gräset,,,,,Ny,\n";
    let (receipts, rows) = read("kommunens system.csv", text.as_bytes()).await;
    let r = &receipts[0];
    assert_eq!((r.outcome, r.new, r.refused), (Outcome::TakenIn, 3, 0), "{r:#?}");
    let fields = ["units", "k", "r", "t", "owner", "contract_end", "phase"];
    assert_eq!(
        said(&rows, "Vårdia", &fields),
        json!([["Socialförvaltningen"], 2, 1, 3, "Ulla Sand", "2028-12-31", "anvandning"])
    );
    assert_eq!(
        said(&rows, "Rutten", &fields),
        json!([["Hemtjänsten"], 1, 1, 2, null, "2027-06-30", "avveckling"])
    );
    assert_eq!(said(&rows, "Gräset", &["units"]), json!([[]]));
    let receipt = serde_json::to_value(r).unwrap();
    let warned: Vec<&Value> =
        receipt["warnings"].as_array().unwrap().iter().filter(|w| w["code"] == "unit_not_found").collect();
    assert_eq!(warned.len(), 1, "{receipt:#}");
    assert_eq!((&warned[0]["row"], &warned[0]["column"]), (&json!(4), &json!("Enhet")));
}

#[tokio::test]
async fn levels_are_read_however_they_are_written_and_a_blank_is_not_nought() {
    for (written, levels) in [
        ("2-1-3", json!([2, 1, 3, null])),
        ("2-1-3-0", json!([2, 1, 3, 0])),
        ("K2R1T3", json!([2, 1, 3, null])),
        ("K2 R1 T3 S2", json!([2, 1, 3, 2])),
        ("K=2, R=1, T=3", json!([2, 1, 3, null])),
        ("K:2 R:1 T:3 S:1", json!([2, 1, 3, 1])),
        ("2/1/3", json!([2, 1, 3, null])),
        ("2, 1, 3", json!([2, 1, 3, null])),
        ("2 1 3", json!([2, 1, 3, null])),
        ("213", json!([2, 1, 3, null])),
        ("2.1.3", json!([2, 1, 3, null])),
        ("KRT 213", json!([2, 1, 3, null])),
        ("Nivå 2-1-3", json!([2, 1, 3, null])),
        ("ej klassad", json!([null, null, null, null])),
        ("", json!([null, null, null, null])),
        ("pågår", json!([null, null, null, null])),
        ("-", json!([null, null, null, null])),
    ] {
        let text = format!("System;Infoklass;Ägare\nVårdia;{written};Ulla Sand\n");
        let (receipts, rows) = read("social.csv", text.as_bytes()).await;
        assert_eq!(receipts[0].new, 1, "{written}: {receipts:#?}");
        assert_eq!(said(&rows, "Vårdia", &["k", "r", "t", "s"]), levels, "{written}: {receipts:#?}");
    }
}

#[tokio::test]
async fn the_header_again_on_every_page_and_rows_that_only_name_a_group_are_no_systems() {
    let text = "Systemnamn;Leverantör;Systemägare;Driftform\n\
        Vård och omsorg;;;\n\
        Vårdia;Nordvård AB;Ulla Sand;SaaS\n\
        Systemnamn;Leverantör;Systemägare;Driftform\n\
        Måltid;Kost AB;Bo Klein;lokal server\n\
        \n\
        Antal system: 2;;;\n";
    let (receipts, rows) = read("social.csv", text.as_bytes()).await;
    assert!(receipts[0].refused == 0, "{receipts:#?}");
    let names: Vec<&str> = rows.iter().filter_map(|r| r["name"].as_str()).collect();
    assert!(names.contains(&"Vårdia") && names.contains(&"Måltid"), "{names:?}");
    assert!(!names.iter().any(|n| n.contains("Antal") || *n == "Systemnamn"), "{names:?}");
}

#[tokio::test]
async fn a_list_in_english_and_one_from_a_neighbour_country_are_read() {
    let text = "Application,Vendor,Business Owner,Lifecycle,Hosting,Contract end\nVardia,Northcare Ltd,Ann Lee,Phase out,Cloud,2027-12-31\nPlan,Count Ltd,,Active,On-prem,\n";
    let (receipts, rows) = read("apps.csv", text.as_bytes()).await;
    assert_eq!(receipts[0].new, 2, "{receipts:#?}");
    assert_eq!(
        said(&rows, "Vardia", &["owner", "phase", "contract_end"]),
        json!(["Ann Lee", "avveckling", "2027-12-31"])
    );
    let text = "Systemnavn|Leverandør|Systemejer|Formål\nVardia|Nordpleje ApS|Ann Lee|journal\nPlan|Tælle A/S|Bo Å|lønn\n";
    let (receipts, rows) = read("systemer.csv", text.as_bytes()).await;
    assert_eq!(receipts[0].new, 2, "{receipts:#?}");
    assert_eq!(said(&rows, "Vardia", &["owner", "function_areas"]), json!(["Ann Lee", ["journal"]]));
}

#[tokio::test]
async fn what_is_no_list_of_systems_is_refused_with_a_reason_and_keeps_nothing() {
    for (file, bytes) in [
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n0000".to_vec()),
        ("tom.csv", Vec::new()),
        ("brev.txt", "Hej!\nHär kommer listan, hoppas den fungerar.\nHälsningar\nUlla\n".as_bytes().to_vec()),
        ("bara rubriker.csv", "Systemnamn;Leverantör;Systemägare\n".as_bytes().to_vec()),
        (
            "inga namn.csv",
            "Leverantör;Systemägare;Driftform\nNordvård AB;Ulla Sand;moln\nKost AB;Bo Ek;moln\n"
                .as_bytes()
                .to_vec(),
        ),
    ] {
        let (receipts, rows) = read(file, &bytes).await;
        assert!(rows.is_empty(), "{file}: {rows:#?}");
        let r = &receipts[0];
        assert_ne!(r.outcome, Outcome::TakenIn, "{file}: {r:#?}");
        let reason = r.reason.as_deref().unwrap_or_default();
        assert!(
            r.outcome == Outcome::Empty || reason.len() > 20 && reason.ends_with('.'),
            "{file}: {reason:?}"
        );
    }
}

#[tokio::test]
async fn a_row_with_a_lost_letter_or_one_column_too_many_is_refused_and_says_why() {
    let text = "System;Leverantör;Ägare\nVårdia;Nordv\u{fffd}rd AB;Ulla Sand\nMåltid;Kost AB;Bo Klein;ett;två;tre\nPlanera;Räkna Rätt AB;Eva Strand\n";
    let (receipts, rows) = read("social.csv", text.as_bytes()).await;
    let receipt = serde_json::to_value(&receipts[0]).unwrap();
    let refused: Vec<(i64, &str)> = receipt["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["row"].as_i64().unwrap(), r["code"].as_str().unwrap()))
        .collect();
    assert_eq!(refused, [(2, "replacement_char"), (3, "column_count")], "{receipt:#}");
    assert_eq!(rows.len(), 1);
}
