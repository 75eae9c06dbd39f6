//! Lists of several layouts over several months.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::{column, list, take_in};
use crate::support::TestApp;

const FIRST: &str = "Mobilnummer;Innehavare;Typ;Kst;SIM;PUK-kod;Status;Bindning;Månadspris\n\
    0701740605;Eva Ek;Mobil Plus;4711;8946087000000000010;11112222;Aktiv;tillsvidare;149,00\n\
    0701740606;Bo Al;Mobil Plus;4711;;;Aktiv;2027-06-30;149,00\n\
    0701740607;Surfplatta receptionen;Bredband;4711;;;Aktiv;;0\n\
    0701740608;Eva Ek;Datakort till 070-174 06 05;4711;;;Aktiv;;49,00\n";

async fn changes(app: &TestApp) -> Vec<String> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(
        "select right(s.msisdn, 2) || ' ' || c.kind || ' ' || c.old_value || '>' || c.new_value
         from subscription_change c join subscription s on s.id = c.subscription_id order by 1",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_later_list_tells_what_is_new_changed_gone_and_renamed_and_keeps_whose_each_number_was() {
    let app = TestApp::new().await;
    list(&app, "telenor 2026-09-15.csv", FIRST).await;
    let second = "Abonnemang,Användare,Abonnemangstyp,Kostnadsställe,Läge,Pris kr/mån\n\
        +46 70 174 06 05,EK EVA,Mobil Plus,4711,Aktiv,149.00\n\
        701740606,Vera Ny,Mobil Plus,4720,Uppsagd per 2026-12-31,129.00\n\
        0701740608,Eva Ek,Datakort till 0701740605,4711,Aktiv,49.00\n\
        0701740609,Larm källaren,M2M,4711,Aktiv,39.00\n";
    let receipt = list(&app, "telenor 2026-10-15.csv", second).await;
    assert_eq!((receipt.new, receipt.missing, receipt.refused), (1, 1, 0), "{receipt:#?}");
    assert_eq!(
        changes(&app).await,
        ["06 cost_centre 4711>4720", "06 price 149.00>129.00", "06 renamed >", "06 status aktiv>uppsagd"]
    );
    let holders = column(
        &app,
        "select s.msisdn, string_agg(h.holder || ' ' || h.seen_from || '–' || coalesce(h.seen_to::text, ''), ', ' order by h.seen_from)
         from subscription s join subscription_holder h on h.subscription_id = s.id group by 1",
    )
    .await;
    assert_eq!(holders["+46701740606"], "Bo Al 2026-09-15–2026-09-15, Vera Ny 2026-10-15–");
    assert_eq!(
        holders["+46701740605"], "Eva Ek 2026-09-15–",
        "the same name in another order is no other holder"
    );

    let third = FIRST.replace("Eva Ek;Mobil Plus", "Eva Ek;Mobil Max");
    list(&app, "telenor 2026-11-15.csv", &third).await;
    assert!(changes(&app).await.contains(&"07 back >".to_owned()));
    let gone = column(
        &app,
        "select msisdn, missing_from_list_id::text from subscription where missing_from_list_id is not null",
    )
    .await;
    assert_eq!(gone.keys().collect::<Vec<_>>(), ["+46701740609"]);
}

#[tokio::test]
async fn the_receipt_leads_to_what_the_list_brought() {
    let app = TestApp::new().await;
    let receipt = list(&app, "telenor 2026-09-15.csv", FIRST).await;
    let run = receipt.run_id.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get(&format!("/imports/{run}")).await.expect(StatusCode::OK);
    let became = page.attributes("a[href*='/subscriptions/lists/']", "href").remove(0);
    let page = it.get(became.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert!(page.shows("070-174 06 07"), "{}", page.visible());
}

#[tokio::test]
async fn the_columns_order_and_words_do_not_matter() {
    let app = TestApp::new().await;
    let danish = "Månedlig pris;Bruger;Omkostningssted;Abonnementstype;Telefonnummer;Tilstand;Binding til;Sidste brug\n\
        149,00;Eva Ek;4711;Mobil Plus;+46701740605;Aktiv;9999-12-31;2026-11-02\n\
        39,00;Alarm;4711;M2M;+46701740606;Spærret;2027-06-30;\n";
    list(&app, "abonnementer 2026-11.csv", danish).await;
    let english = "Cost Center;Rate Plan;Wireless Number;User First Name;User Last Name;Status;Contract End Date;Monthly Charge\n\
        4711;Business 5;+46701740615;Eva;Ek;Suspended;2027-06-30;10.00\n\
        4711;Business 5;+46701740616;Bo;Al;Cancelled;;10.00\n";
    list(&app, "tre export.csv", english).await;
    let facts = column(
        &app,
        "select s.msisdn, concat_ws('|', o.name, s.holder, s.status, s.cost_centre, s.monthly_price, s.binding_until, s.last_traffic)
         from subscription s join operator o on o.id = s.operator_id",
    )
    .await;
    assert_eq!(facts["+46701740605"], "abonnementer|Eva Ek|aktiv|4711|149.00|2026-11-02");
    assert_eq!(facts["+46701740606"], "abonnementer|Alarm|sparrad|4711|39.00|2027-06-30");
    assert_eq!(facts["+46701740615"], "Tre|Eva Ek|pausad|4711|10.00|2027-06-30");
    assert_eq!(facts["+46701740616"], "Tre|Bo Al|avslutad|4711|10.00");
}

#[tokio::test]
async fn a_number_whose_row_is_refused_is_not_gone() {
    let app = TestApp::new().await;
    list(&app, "telenor 2026-09-15.csv", FIRST).await;
    let second = FIRST.replace("8946087000000000010", "8,94609E+18");
    let receipt = list(&app, "telenor 2026-10-15.csv", &second).await;
    assert_eq!((receipt.refused, receipt.missing), (1, 0), "{receipt:#?}");
}

#[tokio::test]
async fn of_two_rows_with_one_number_the_one_in_use_stands() {
    let app = TestApp::new().await;
    let text = "Nummer;Användare;Status\n0701740605;Eva Ek;Avslutad\n0701740605;Bo Al;Aktiv\n0701740606;Cia Bo;Aktiv\n";
    let receipt = list(&app, "telia.csv", text).await;
    let receipt = serde_json::to_value(&receipt).unwrap();
    assert_eq!((&receipt["new"], &receipt["unchanged"]), (&2.into(), &1.into()));
    let warned: Vec<_> =
        receipt["warnings"].as_array().unwrap().iter().map(|w| (&w["row"], &w["code"])).collect();
    assert_eq!(warned, [(&2.into(), &"same_msisdn_conflict".into())]);
    let holders = column(&app, "select msisdn, holder from subscription").await;
    assert_eq!(holders["+46701740605"], "Bo Al");
}

#[tokio::test]
async fn a_ported_number_keeps_its_history_and_the_operator_it_left_does_not_end_it() {
    let app = TestApp::new().await;
    list(&app, "telenor 2026-09-15.csv", FIRST).await;
    list(
        &app,
        "telia 2026-10-15.csv",
        "Nummer;Användare;Kst;Status\n0701740606;Bo Al;4711;Aktiv\n0701740699;Cia Bo;4711;Aktiv\n",
    )
    .await;
    let third = FIRST.replace("Mobil Plus;4711;;;Aktiv", "Mobil Plus;4711;;;Porterad");
    let receipt = list(&app, "telenor 2026-11-15.csv", &third).await;
    let receipt = serde_json::to_value(&receipt).unwrap();
    assert!(receipt["warnings"].as_array().unwrap().iter().any(|w| w["code"] == "ported_elsewhere"));
    let facts = column(
        &app,
        "select s.msisdn, o.name || ' ' || s.status || ' ' || (select count(*) from subscription_holder h where h.subscription_id = s.id)
         from subscription s join operator o on o.id = s.operator_id",
    )
    .await;
    assert_eq!(facts["+46701740606"], "Telia aktiv 2");
}

#[tokio::test]
async fn the_same_secrets_again_write_nothing_and_no_secret_or_person_stands_in_what_is_kept_of_rows() {
    let app = TestApp::new().await;
    list(&app, "telenor 2026-09-15.csv", FIRST).await;
    let count = async || {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_scalar::<_, i64>("select count(*) from history where table_name = 'subscription'")
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    let before = count().await;
    let receipt = list(&app, "telenor 2026-10-15.csv", &FIRST.replace("Bo Al", "Bo Ål")).await;
    assert_eq!((receipt.changed, receipt.unchanged), (1, 3), "{receipt:#?}");
    assert_eq!(count().await, before + 1);
    let mut tx = app.begin(&app.a).await;
    let kept: Vec<String> = sqlx::query_scalar(
        "select to_jsonb(r)::text from import_row r union all select to_jsonb(c)::text from subscription_change c
         union all select to_jsonb(h)::text from history h where table_name = 'subscription'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    for secret in ["11112222", "8946087000000000010"] {
        assert!(!kept.iter().any(|row| row.contains(secret)), "{secret}");
    }
    let labels: Vec<String> =
        sqlx::query_scalar("select to_jsonb(r)::text from import_row r").fetch_all(&mut *tx).await.unwrap();
    for personal in ["Eva Ek", "1740605", "Bo Al"] {
        assert!(!labels.iter().any(|row| row.contains(personal)), "{personal}: {labels:#?}");
    }
}

#[tokio::test]
async fn another_municipality_sees_nothing_of_it() {
    let app = TestApp::new().await;
    list(&app, "telenor 2026-09-15.csv", FIRST).await;
    take_in(&app, &app.b, "subscriptions", "telenor.csv", FIRST.as_bytes()).await;
    let mut tx = app.begin(&app.b).await;
    let n: i64 = sqlx::query_scalar("select count(*) from subscription").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(n, 4);
}

/// A workbook with a row in each sheet, on the same row of both.
fn two_sheets(header: &[&str], sheets: [(&str, &[&str]); 2]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, row) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (at, line) in [(0, header), (1, row)] {
            for (column, text) in (0_u16..).zip(line) {
                sheet.write(at, column, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn the_command_line_says_in_which_sheet_of_a_workbook_a_row_stood() {
    let app = TestApp::new().await;
    let sources = async |kind: &str, listed: &str, file: &str, bytes: &[u8]| -> Vec<Value> {
        for receipt in take_in(&app, &app.a, kind, file, bytes).await {
            assert!(receipt.reason.is_none(), "{:?}", receipt.reason);
        }
        let args = ["list", listed, "--tenant", "vik", "--json", "--today", "2026-11-20"];
        app.command().run(&args).expect(0).json().iter().map(|row| row["source"].clone()).collect()
    };
    let tele = two_sheets(
        &["Mobilnummer", "Innehavare"],
        [("Tal", &["0701740605", "Eva Ek"]), ("Data", &["0701740606", "Bo Al"])],
    );
    assert_eq!(
        sources("subscriptions", "subscriptions", "telia 2026-11.xlsx", &tele[..]).await,
        [
            json!({"file": "telia 2026-11.xlsx", "sheet": "Tal", "row": 2}),
            json!({"file": "telia 2026-11.xlsx", "sheet": "Data", "row": 2}),
        ]
    );
    let left = two_sheets(
        &["Anställningsnummer", "Efternamn", "Förnamn", "Slutdatum", "Orsak"],
        [
            ("Oktober", &["004711", "Ek", "Eva", "2026-10-31", "Pension"]),
            ("November", &["004712", "Al", "Bo", "2026-11-15", "Pension"]),
        ],
    );
    assert_eq!(
        sources("leavers", "leaver-rows", "soc avslutade 2026.xlsx", &left[..]).await,
        [
            json!({"file": "soc avslutade 2026.xlsx", "sheet": "November", "row": 2}),
            json!({"file": "soc avslutade 2026.xlsx", "sheet": "Oktober", "row": 2}),
        ]
    );
    let plain = b"Mobilnummer;Innehavare\n0701740607;Ulf Or\n";
    let last = sources("subscriptions", "subscriptions", "tele2 2026-11.csv", &plain[..]).await.pop();
    assert_eq!(last, Some(json!({"file": "tele2 2026-11.csv", "sheet": null, "row": 2})));
}
