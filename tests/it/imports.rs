//! Taking in files: upload, mapping, preview, receipt, refused rows, undo; and the same by the command.

use std::fmt::Write as _;

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use serde_json::Value;

use crate::support::client::{Client, Page, Upload};
use crate::support::{TestApp, TestTenant};

const TREE: &str = "Organisation Vik 2026-11-18\r\n\r\nKod;Namn;Nivå;Förälder;Typ;Giltig från;Giltig till\r\n\
                    K;Viks kommun;0;;kommun;2015-01-01;\r\n\
                    N47;Fritidsnämnden;1;K;nämnd;2015-01-01;\r\n\
                    47;Fritidsförvaltningen;2;N47;förvaltning;2015-01-01;\r\n\
                    4711;Simhallen;4;47;enhet;2015-01-01;\r\n\
                    4711;Simhallen;4;47;enhet;2015-01-01;\r\n\
                    4712;;4;47;enhet;2015-01-01;\r\n\
                    4713;Ishallen;4;47;enhet;2026-02-30;\r\n\
                    Antal;7;;;;;\r\n";

async fn send(client: &mut Client, name: &str, bytes: &[u8], form: &[(&str, &str)]) -> Page {
    client.upload("/imports", form, &[Upload { field: "file", file_name: name, bytes }]).await
}

async fn count(app: &TestApp, tenant: &TestTenant, table: &str) -> i64 {
    let mut tx = app.begin(tenant).await;
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

async fn names(app: &TestApp, tenant: &TestTenant, codes: &[&str]) -> Vec<String> {
    let mut tx = app.begin(tenant).await;
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    sqlx::query_scalar("select name from org_unit where code = any($1) order by code")
        .bind(codes)
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

/// The page of a run whose file was sent.
async fn run_page(client: &mut Client, answer: &Page) -> Page {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    client.follow(answer).await
}

#[tokio::test]
async fn a_file_goes_from_upload_over_preview_to_receipt() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let answer =
        send(&mut client, "org.csv", TREE.as_bytes(), &[("kind", "org-tree"), ("source", "HR")]).await;
    let preview = run_page(&mut client, &answer).await;
    assert!(preview.shows("Väntar på beslut"), "{}", preview.visible());
    // Nothing is in the register before the decision.
    assert!(names(&app, &app.a, &["4711"]).await.is_empty());
    let refused = client.get(&format!("{}?rows=refused", path(&preview))).await;
    assert_eq!(refused.count("tbody tr"), 2, "{}", refused.visible());
    assert!(refused.shows("Raden saknar värde i kolumnen ”Namn”"));
    assert!(refused.shows("”2026-02-30” är inget datum"));

    let answer = client.post(&format!("{}/take-in", path(&preview)), &[]).await;
    let receipt = run_page(&mut client, &answer).await;
    assert!(receipt.shows("Inläst") && receipt.shows("Filen är inläst"), "{}", receipt.visible());
    assert_eq!(
        names(&app, &app.a, &["4711", "47", "4712", "4713"]).await,
        ["Fritidsförvaltningen", "Simhallen"]
    );
    let facts = receipt.texts("dl.fakta dd");
    assert!(facts.iter().any(|value| value == "utf-8"), "{facts:?}");
    // It can be opened later, from the list.
    let list = client.get("/imports").await;
    assert!(list.texts("tbody th a").contains(&"org.csv".to_owned()));
}

/// A page's own path inside the municipality.
fn path(page: &Page) -> String {
    let address = page.address.split('?').next().unwrap();
    address.trim_start_matches("/vik").to_owned()
}

async fn taken_in(client: &mut Client, name: &str, bytes: &[u8], kind: &str) -> Page {
    let answer = send(client, name, bytes, &[("kind", kind)]).await;
    let preview = run_page(client, &answer).await;
    let answer = client.post(&format!("{}/take-in", path(&preview)), &[]).await;
    run_page(client, &answer).await
}

#[tokio::test]
async fn the_same_content_again_is_refused_by_name_time_and_person() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    taken_in(&mut client, "org.csv", TREE.as_bytes(), "org-tree").await;
    let again = send(&mut client, "kopia (1).csv", TREE.as_bytes(), &[("kind", "org-tree")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.shows("redan inläst") && again.shows("org.csv") && again.shows("Test Registeransvarig"),
        "{}",
        again.visible()
    );
    // The other municipality is another matter.
    let mut other = app.client(&app.b, Role::TenantAdmin).await;
    let answer = send(&mut other, "org.csv", TREE.as_bytes(), &[("kind", "org-tree")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_file_that_waits_is_not_sent_a_second_time_unless_something_else_is_said_of_it() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let form = [("kind", "org-tree"), ("source", "HR")];
    let answer = send(&mut client, "org.csv", TREE.as_bytes(), &form).await;
    let preview = run_page(&mut client, &answer).await;
    let again = send(&mut client, "kopia.csv", TREE.as_bytes(), &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.shows("väntar redan") && again.shows("org.csv"), "{}", again.visible());
    let there = again.attributes("form.formular a[href*='/imports/']", "href");
    assert_eq!(there, [format!("/vik{}", path(&preview))]);
    assert_eq!(count(&app, &app.a, "import_run").await, 1);
    let mended = [("kind", "org-tree"), ("source", "Kansliet")];
    let answer = send(&mut client, "org.csv", TREE.as_bytes(), &mended).await;
    let other = run_page(&mut client, &answer).await;
    assert!(other.shows("Samma fil väntar redan med andra uppgifter"), "{}", other.visible());
    // Thrown away, it may be sent as before.
    client.post(&format!("{}/discard", path(&preview)), &[]).await;
    let answer = send(&mut client, "org.csv", TREE.as_bytes(), &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let subscriptions = "Mobilnummer;Innehavare;Abonnemangstyp;Kostnadsställe;ICCID;Pris/mån\n\
                         070-174 06 05;Eva Ek;Fri;4711;8946087000000000010;199\n070-174 06 06;Per Ö;Fri;4711;8946087000000000028;199\n";
    let answer = send(&mut client, "lista.csv", subscriptions.as_bytes(), &[("kind", "org-tree")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("ser inte ut som organisationsträd utan som abonnemang"), "{}", answer.visible());
    for (name, bytes, cause) in [
        ("a.pdf", b"%PDF-1.7 x".as_slice(), "PDF"),
        ("a.xlsx", b"<html><body><table>".as_slice(), "webbsida"),
        ("a.csv", b"".as_slice(), "Välj en fil"),
        ("a.csv", b"1;2;3\n4;5;6\n7;8;9\n".as_slice(), "rubrik"),
    ] {
        let answer = send(&mut client, name, bytes, &[("kind", "org-tree")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.shows(cause), "{cause}: {}", answer.visible());
    }
    assert_eq!((count(&app, &app.a, "import_file").await, count(&app, &app.a, "import_run").await), (0, 0));
}

#[tokio::test]
async fn unclear_columns_are_chosen_by_a_person_and_remembered_by_sender() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let odd = |name: &str| format!("Xyz;Kallas för;Under enhet\n1;{name};\n2;Skolan;1\n3;Badet;1\n");
    let form = [("kind", "org-tree"), ("source", "Kansliet")];
    let answer = send(&mut client, "udda.csv", odd("Kommunen").as_bytes(), &form).await;
    let page = run_page(&mut client, &answer).await;
    assert!(page.address.ends_with("/mapping"), "{}", page.address);
    let run = path(&page).trim_end_matches("/mapping").to_owned();
    // The code is required.
    let lacking = client.post(&format!("{run}/mapping"), &[("c1", "name")]).await;
    assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(lacking.shows("saknar en kolumn som måste finnas"), "{}", lacking.visible());
    let twice = client.post(&format!("{run}/mapping"), &[("c0", "code"), ("c1", "code")]).await;
    assert!(twice.shows("Två kolumner är valda"), "{}", twice.visible());
    let answer =
        client.post(&format!("{run}/mapping"), &[("c0", "code"), ("c1", "name"), ("c2", "parent")]).await;
    let preview = run_page(&mut client, &answer).await;
    assert!(preview.shows("Väntar på beslut"), "{}", preview.visible());
    // Next time the same sender's columns are known, and the preview comes at once.
    let answer = send(&mut client, "udda2.csv", odd("Vik").as_bytes(), &form).await;
    let preview = run_page(&mut client, &answer).await;
    assert!(preview.shows("Väntar på beslut"), "{}", preview.visible());
}

#[tokio::test]
async fn refused_rows_can_be_fetched_mended_and_sent_again() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let receipt = taken_in(&mut client, "org.csv", TREE.as_bytes(), "org-tree").await;
    let file = client.get(&format!("{}/refused?format=csv", path(&receipt))).await;
    let text = file.text();
    assert!(
        text.starts_with('\u{feff}') && text.lines().next().unwrap().ends_with("Fel;Rad i filen"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 3);
    let mended = text.replace("2026-02-30", "2026-02-28").replace("4712;;", "4712;Sporthallen;");
    let receipt = taken_in(&mut client, "rattade.csv", mended.as_bytes(), "org-tree").await;
    assert!(receipt.shows("2 nya"), "{}", receipt.visible());
    assert_eq!(names(&app, &app.a, &["4712", "4713"]).await, ["Sporthallen", "Ishallen"]);
    let workbook = client.get(&format!("{}/refused?format=xlsx", path(&receipt))).await;
    assert_eq!(workbook.status, StatusCode::OK);
    assert!(workbook.header("content-disposition").is_some_and(|name| name.contains(".xlsx")));
}

#[tokio::test]
async fn an_import_is_taken_back_and_may_then_be_made_again() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let receipt = taken_in(&mut client, "org.csv", TREE.as_bytes(), "org-tree").await;
    let undo = receipt.attributes("a[href*='/undo']", "href").pop().expect("a way to undo");
    let undo = undo.trim_start_matches("/vik").to_owned();
    assert!(client.get(&undo).await.shows("Ångra"));
    let answer = client.post(&undo, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    assert!(names(&app, &app.a, &["47", "4711"]).await.is_empty());
    let receipt = client.get(&path(&receipt)).await;
    assert!(receipt.shows("Ångrad") && receipt.shows("ångrades"), "{}", receipt.visible());
    taken_in(&mut client, "org.csv", TREE.as_bytes(), "org-tree").await;
    assert_eq!(names(&app, &app.a, &["4711"]).await, ["Simhallen"]);
}

#[tokio::test]
async fn a_run_is_seen_only_with_the_right_to_its_kind() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let receipt = taken_in(&mut admin, "org.csv", TREE.as_bytes(), "org-tree").await;
    // IT-enheten takes in other kinds, but not the organisation.
    let mut it = app.client(&app.a, Role::ItUnit).await;
    for page in ["", "/mapping", "/refused"] {
        assert_eq!(
            it.get(&format!("{}{page}", path(&receipt))).await.status,
            StatusCode::NOT_FOUND,
            "{page}"
        );
    }
    for page in ["/take-in", "/discard"] {
        assert_eq!(
            it.post(&format!("{}{page}", path(&receipt)), &[]).await.status,
            StatusCode::NOT_FOUND,
            "{page}"
        );
    }
    assert!(!it.get("/imports").await.shows("org.csv"));
    // The head of a unit has no business here at all.
    let mut manager = app.client(&app.a, Role::Manager).await;
    assert_eq!(manager.get("/imports").await.status, StatusCode::NOT_FOUND);
    let answer = send(&mut manager, "org.csv", TREE.as_bytes(), &[("kind", "org-tree")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_is_thrown_away_leaves_nothing() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let answer = send(&mut client, "org.csv", TREE.as_bytes(), &[("kind", "org-tree")]).await;
    let preview = run_page(&mut client, &answer).await;
    let answer = client.post(&format!("{}/discard", path(&preview)), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    for table in ["import_file", "import_run", "import_row"] {
        assert_eq!(count(&app, &app.a, table).await, 0, "{table}");
    }
}

/// Runs the command on files written to a folder of its own; gives the receipts.
fn command(app: &TestApp, args: &[&str], files: &[(&str, &[u8])], status: i32) -> Vec<Value> {
    let program = app.command();
    let folder = program.data_dir().parent().unwrap().to_owned();
    let mut all = vec!["import", "--tenant", "vik", "--json"];
    all.extend(args);
    let paths: Vec<String> = files
        .iter()
        .map(|(name, bytes)| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).unwrap();
            path.display().to_string()
        })
        .collect();
    all.extend(paths.iter().map(String::as_str));
    program.run(&all).expect(status).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_gives_one_object_for_each_file() {
    let app = TestApp::new().await;
    let receipts = command(&app, &["--kind", "org-tree"], &[("org.csv", TREE.as_bytes())], 1);
    let [receipt] = receipts.as_slice() else { panic!("{receipts:?}") };
    let field = |name: &str| receipt[name].clone();
    assert_eq!(field("outcome"), "taken_in");
    assert_eq!(
        (field("file"), field("sheet"), field("kind")),
        ("org.csv".into(), Value::Null, "org-tree".into())
    );
    assert_eq!(
        (field("encoding"), field("delimiter"), field("header_row")),
        ("utf-8".into(), ";".into(), 3.into())
    );
    assert_eq!(receipt["columns"]["Förälder"], "parent");
    assert_eq!(
        (field("read"), field("new"), field("refused"), field("duplicates")),
        (7.into(), 4.into(), 2.into(), 1.into())
    );
    let refusals: Vec<(i64, &str, &str)> = receipt["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["row"].as_i64().unwrap(), one["column"].as_str().unwrap(), one["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(refusals, [(9, "Namn", "required_missing"), (10, "Giltig från", "date_invalid")]);
    assert!(
        receipt["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["row"] == 8 && one["code"] == "exact_duplicate")
    );
    assert!(receipt["run_id"].is_string());

    // The same content under another name.
    let again = command(&app, &[], &[("kopia.csv", TREE.as_bytes())], 1);
    assert_eq!(again[0]["outcome"], "already_taken_in");
    assert!(again[0]["reason"].as_str().unwrap().contains("org.csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_the_same_and_leaves_nothing() {
    let app = TestApp::new().await;
    let receipts = command(&app, &["--dry-run"], &[("organisation.csv", TREE.as_bytes())], 1);
    assert_eq!((&receipts[0]["outcome"], &receipts[0]["new"]), (&"dry_run".into(), &4.into()));
    assert_eq!(receipts[0]["run_id"], Value::Null);
    for table in ["import_file", "import_run", "import_row", "change_set"] {
        assert_eq!(count(&app, &app.a, table).await, 0, "{table}");
    }
    assert!(names(&app, &app.a, &["4711"]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_refuses_what_is_no_list_and_goes_on_with_the_rest() {
    let app = TestApp::new().await;
    let good = "Kod;Namn;Förälder\nK;Kommunen;\n47;Fritid;K\n";
    let receipts = command(
        &app,
        &["--kind", "org-tree"],
        &[
            ("a.json", b"[{\"a\": 1}]"),
            ("b.csv", b"Belopp;Datum\n1;2026-01-01\n2;2026-01-02\n"),
            ("c.csv", good.as_bytes()),
        ],
        1,
    );
    let outcomes: Vec<(&str, Option<&str>)> =
        receipts.iter().map(|one| (one["outcome"].as_str().unwrap(), one["code"].as_str())).collect();
    assert_eq!(
        outcomes,
        [("refused", Some("file_json")), ("refused", Some("columns_missing")), ("taken_in", None)]
    );
    assert!(receipts[1]["reason"].as_str().unwrap().contains("”Kod”"), "{}", receipts[1]["reason"]);
    command(&app, &["--kind", "weather"], &[("d.csv", b"x")], 2);
    command(&app, &["--unit", "finns-inte"], &[("d.csv", b"x")], 2);
}

#[tokio::test]
async fn a_long_file_is_worked_on_by_a_job_and_can_be_left() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let mut long = "Kod;Namn;Förälder\nK;Kommunen;\n".to_owned();
    for number in 0..2_100 {
        writeln!(long, "E{number};Enhet {number};K").unwrap();
    }
    let answer = send(&mut client, "lang.csv", long.as_bytes(), &[("kind", "org-tree")]).await;
    let working = run_page(&mut client, &answer).await;
    assert!(working.shows("Du kan lämna sidan"), "{}", working.visible());
    app.run_jobs().await;
    let preview = client.get(&path(&working)).await;
    assert!(preview.shows("Väntar på beslut"), "{}", preview.visible());
    assert_eq!(preview.count("nav.ds-pagination"), 1);
    client.post(&format!("{}/take-in", path(&working)), &[]).await;
    app.run_jobs().await;
    let receipt = client.get(&path(&working)).await;
    assert!(receipt.shows("Inläst"), "{}", receipt.visible());
    assert_eq!(names(&app, &app.a, &["E2099"]).await, ["Enhet 2099"]);
}
