//! Taking in the units' own lists of systems.

use overblick::areas::imports::command::{Order, Outcome, Receipt, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use overblick::areas::{import_kinds, systems};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{TestApp, TestTenant, today};

/// Takes a file in as the command does.
pub(super) async fn take_in(
    app: &TestApp,
    tenant: &TestTenant,
    file: &str,
    bytes: &[u8],
    unit: Option<Uuid>,
) -> Vec<Receipt> {
    let kinds = import_kinds();
    let kind = kinds.find("systems").unwrap();
    let around =
        Surroundings { kinds, keys: app.state.keys().clone(), today: today(), now: app.state.clock().now() };
    let order = Order {
        tenant_id: tenant.id,
        said: Said::Kind(kind),
        told: Told { unit_id: unit, ..Told::default() },
        dry_run: false,
    };
    import(app.state.tenants(), &around, &order, file, bytes.to_vec()).await.unwrap()
}

/// The register as the command line lists it.
pub(super) async fn rows(app: &TestApp, tenant: &TestTenant) -> Vec<Value> {
    let mut tx = app.begin(tenant).await;
    let rows = systems::list_rows(&mut tx, today()).await.unwrap();
    tx.rollback().await.unwrap();
    rows.into_iter().map(|r| serde_json::to_value(r).unwrap()).collect()
}

/// The codes of what a receipt warns of.
fn codes(receipt: &Receipt) -> Vec<String> {
    let receipt = serde_json::to_value(receipt).unwrap();
    receipt["warnings"].as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap().to_owned()).collect()
}

fn by_name<'a>(rows: &'a [Value], name: &str) -> &'a Value {
    rows.iter().find(|r| r["name"] == name).unwrap_or_else(|| panic!("{name} is not among {rows:#?}"))
}

const LIST: &str = "Benämning;Används för;Ägare;Förv.;Lev.;Klassning (K-R-T);Avtalet löper ut;Säg upp senast;kr/år;Moln?;Status;Övrigt\n\
    Vårdia Journal;journal;Karin Wiklund (karwik01);Vakant;Nordvård AB;2-1-3;2027-05-31;3 mån före;1 842 000 kr;ja;i drift;\n\
    Planera;schema, bemanning;Mats Öberg / Eva Strand;?;Räkna Rätt AB;K1R0T2;löper;;ingår;nej;ska avvecklas;byts 2027\n\
    Hyllan;;;;;ej klassad;kolla med inköp;;;;;\n";

#[tokio::test]
async fn a_list_of_another_layout_becomes_systems_of_its_unit_with_all_it_says() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    super::person(&mut tx, "Karin Wiklund", "karwik01").await;
    tx.commit().await.unwrap();
    let receipts =
        take_in(&app, &app.a, "socialförvaltningens lista.csv", LIST.as_bytes(), Some(app.a.department))
            .await;
    assert_eq!(
        (receipts[0].outcome, receipts[0].new, receipts[0].refused),
        (Outcome::TakenIn, 3, 0),
        "{receipts:#?}"
    );

    let rows = rows(&app, &app.a).await;
    let journal = by_name(&rows, "Vårdia Journal");
    assert_eq!(
        (&journal["k"], &journal["r"], &journal["t"], &journal["s"]),
        (&2.into(), &1.into(), &3.into(), &Value::Null)
    );
    assert_eq!(journal["owner"], "Karin Wiklund");
    assert_eq!(journal["manager"], Value::Null, "a vacancy is nobody");
    assert_eq!(journal["contract_end"], "2027-05-31");
    assert_eq!(journal["units"], serde_json::json!(["Socialförvaltningen"]));
    assert_eq!(
        journal["sources"],
        serde_json::json!([{ "file": "socialförvaltningens lista.csv", "sheet": null, "row": 2 }])
    );
    let planera = by_name(&rows, "Planera");
    assert_eq!(planera["owner"], "Mats Öberg / Eva Strand", "kept as text, both");
    assert_eq!(planera["phase"], "avveckling");
    assert_eq!(planera["function_areas"], serde_json::json!(["bemanning", "schema"]));
    assert_eq!((&planera["k"], &planera["r"]), (&1.into(), &0.into()));
    let shelf = by_name(&rows, "Hyllan");
    assert_eq!(
        (&shelf["k"], &shelf["contract_end"], &shelf["phase"]),
        (&Value::Null, &Value::Null, &"anvandning".into())
    );

    let mut tx = app.begin(&app.a).await;
    let said: Vec<(String, String, String, String)> =
        sqlx::query_as("select name, hosting, contract_end_text, note from it_system order by number")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(said[0].1, "molntjanst");
    assert_eq!((said[1].1.as_str(), said[1].2.as_str()), ("egen_drift", "tills vidare"));
    assert!(said[1].3.contains("ingår") && said[1].3.contains("byts 2027"), "{}", said[1].3);
    assert_eq!(said[2].2, "kolla med inköp");
    let codes = codes(&receipts[0]);
    for code in ["several_owners", "holder_unknown", "hosting_guessed"] {
        assert!(codes.iter().any(|c| c == code), "{code} is not among {codes:?}");
    }
}

#[tokio::test]
async fn a_newer_list_of_the_unit_updates_and_never_doubles_and_what_it_lacks_is_told() {
    let app = TestApp::new().await;
    take_in(&app, &app.a, "a.csv", LIST.as_bytes(), Some(app.a.department)).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "update it_system set criticality = 'hog', hosting = 'egen_drift' where name = 'Vårdia Journal'",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let newer = "Benämning;Lev.;Moln?;Avtalet löper ut;Ägare\n\
        VÅRDIA  JOURNAL;Nordvård Aktiebolag;ja;2029-05-31;Karin Wiklund (karwik01)\n\
        Planera 2.0;Räkna Rätt AB;nej;löper;Mats Öberg / Eva Strand\n\
        Nya saken;;;;\n";
    let receipts = take_in(&app, &app.a, "b.csv", newer.as_bytes(), Some(app.a.department)).await;
    let r = &receipts[0];
    assert_eq!((r.new, r.changed, r.unchanged, r.missing), (1, 2, 0, 1), "{receipts:#?}");
    let rows = rows(&app, &app.a).await;
    assert_eq!(rows.len(), 4);
    assert_eq!(by_name(&rows, "VÅRDIA JOURNAL")["contract_end"], "2029-05-31");
    let mut tx = app.begin(&app.a).await;
    let kept: (String, String) =
        sqlx::query_as("select hosting, criticality from it_system where number = 1")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(kept, ("egen_drift".to_owned(), "hog".to_owned()), "what was changed in the register stays");
    let missing: Vec<String> = sqlx::query_scalar("select s.name from system_source r join it_system s on s.id = r.system_id where r.missing_since is not null")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(missing, ["Hyllan"]);
}

#[tokio::test]
async fn the_same_system_in_two_units_lists_is_two_and_proposed_as_one() {
    let app = TestApp::new().await;
    take_in(&app, &app.a, "a.csv", LIST.as_bytes(), Some(app.a.department)).await;
    let other = "System;Leverantör\nVardia Journal;NORDVÅRD AB\n";
    take_in(&app, &app.a, "b.csv", other.as_bytes(), Some(app.a.other_department)).await;
    let rows = rows(&app, &app.a).await;
    assert_eq!(rows.len(), 4);
    let a = by_name(&rows, "Vårdia Journal");
    let b = by_name(&rows, "Vardia Journal");
    assert_eq!(a["proposed_same_as"][0]["id"], b["id"]);
    assert_eq!(b["proposed_same_as"][0]["id"], a["id"]);
    assert!(!a["proposed_same_as"][0]["reasons"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_row_without_a_name_is_refused_with_its_place_and_the_rest_is_taken_in() {
    let app = TestApp::new().await;
    let list = "Systemnamn;Ägare\nVårdia;\n;system som saknar namn\n";
    let receipts = take_in(&app, &app.a, "a.csv", list.as_bytes(), Some(app.a.department)).await;
    let r = &receipts[0];
    assert_eq!((r.new, r.refused), (1, 1), "{receipts:#?}");
    let refusal = serde_json::to_value(&r.refusals[0]).unwrap();
    assert_eq!((&refusal["row"], &refusal["code"]), (&3.into(), &"required_missing".into()));
}

#[tokio::test]
async fn a_list_that_does_not_say_whose_it_is_is_guessed_from_its_name_and_says_so() {
    let app = TestApp::new().await;
    let receipts = take_in(
        &app,
        &app.a,
        "systemlista_barn_och_utbildning.csv",
        b"System;Leverantor\nSkolan;X AB\n",
        None,
    )
    .await;
    assert!(codes(&receipts[0]).iter().any(|c| c == "unit_guessed"), "{receipts:#?}");
    assert_eq!(
        rows(&app, &app.a).await[0]["units"],
        serde_json::json!(["Barn- och utbildningsförvaltningen"])
    );
}
