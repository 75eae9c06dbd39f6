//! HR's monthly lists: taking them in, the months, corrections, and who sees what of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use chrono::NaiveDate;
use overblick::areas::import_kinds;
use overblick::areas::imports::command::{Order, Receipt, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use overblick::areas::leavers::Calendar;
use overblick::auth::permissions::Role;
use overblick::auth::principal::Scope;
use overblick::ids::new_id;
use overblick::rules::leaver_months::MonthState;
use serde_json::Value;
use uuid::Uuid;

use super::support::client::Upload;
use super::support::data::shared;
use super::support::matching::Ground;
use super::support::{TestApp, today};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn take_in_of(app: &TestApp, name: &str, content: &[u8], told: Told) -> Receipt {
    let kinds = import_kinds();
    let said = Said::Kind(kinds.find("leavers").unwrap());
    let around =
        Surroundings { kinds, keys: app.state.keys().clone(), today: today(), now: app.state.clock().now() };
    let order = Order { tenant_id: app.a.id, said, told, dry_run: false };
    let mut receipts = import(app.state.tenants(), &around, &order, name, content.to_vec()).await.unwrap();
    assert_eq!(receipts.len(), 1);
    receipts.remove(0)
}

async fn take_in(app: &TestApp, name: &str, content: &str) -> Receipt {
    take_in_of(app, name, content.as_bytes(), Told::default()).await
}

const HEADER: &str = "Enhet;Anställningsnummer;Efternamn;Förnamn;Startdatum;Slutdatum;Orsak\n";

/// A list with these rows: unit, number, family name, given name, last day, reason.
fn list(rows: &[[&str; 6]]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|[unit, number, family, given, end, reason]| {
            format!("{unit};{number};{family};{given};2020-01-01;{end};{reason}")
        })
        .collect();
    format!("{HEADER}{}\n", lines.join("\n"))
}

/// The name of a unit of the tests.
async fn name_of(app: &TestApp, unit: Uuid) -> String {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select name from org_unit where id = $1")
        .bind(unit)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

async fn calendar(app: &TestApp, on: &str) -> Calendar {
    let mut tx = app.begin(&app.a).await;
    Calendar::load(&mut tx, day(on), &Scope::everything()).await.unwrap()
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

async fn one_id(app: &TestApp, sql: &'static str) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

/// Employs somebody, as a staff file would.
async fn employ(app: &TestApp, name: &str, number: &str, unit: Uuid, is_protected: bool) -> Uuid {
    let id = new_id();
    let (given, family) = name.split_once(' ').unwrap();
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, given_names, family_name, is_protected) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(name)
    .bind(given)
    .bind(family)
    .bind(is_protected)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into employment (tenant_id, id, person_id, org_unit_id, employee_no, start_date) values ($1, $2, $3, $4, $5, '2020-01-01')",
    )
    .bind(app.a.id)
    .bind(new_id())
    .bind(id)
    .bind(unit)
    .bind(number)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir.join("leavers")).unwrap().map(|file| file.unwrap().path()).collect();
    // The first of two equal files is the one without "(1)" in its name.
    files.sort_by_key(|file| (file.as_os_str().len(), file.clone()));
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// The organisation of a made-up municipality and all its lists.
async fn municipality(name_of_it: &str) -> Option<(TestApp, PathBuf, Vec<(String, Receipt)>)> {
    let dir = shared(&format!("data/{name_of_it}"))?;
    let app = TestApp::new().await;
    let tree = dir.join("org_tree.csv");
    let args = ["import", "--tenant", "vik", "--kind", "org-tree", "--yes", tree.to_str().unwrap()];
    assert!(app.command().run(&args).status < 2);
    let mut receipts = Vec::new();
    for file in files(&dir) {
        let content = std::fs::read(&file).unwrap();
        let receipt = take_in_of(&app, &name(&file), &content, Told::default()).await;
        receipts.push((name(&file), receipt));
    }
    Some((app, dir, receipts))
}

#[tokio::test]
async fn every_list_of_the_municipalities_gives_the_receipt_that_it_should_and_its_month_stands_as_it_did() {
    for of in ["kommun-small", "kommun-medium"] {
        let Some((app, dir, receipts)) = municipality(of).await else { return };
        let truth = std::fs::read_to_string(dir.join("truth/import_truth.jsonl")).unwrap();
        let mut seen = 0;
        for line in truth.lines() {
            let truth: Value = serde_json::from_str(line).unwrap();
            let Some(file) = truth["file"].as_str().unwrap().strip_prefix("leavers/") else { continue };
            let (_, receipt) = receipts.iter().find(|(name, _)| name == file).unwrap();
            let receipt = serde_json::to_value(receipt).unwrap();
            seen += 1;
            let outcome = match truth["expected"].as_str().unwrap() {
                "refuse_identical_file" => {
                    assert_eq!(receipt["outcome"], "already_taken_in", "{file}");
                    continue;
                }
                "import" => "taken_in",
                _ => "empty",
            };
            assert_eq!(receipt["outcome"], outcome, "{file}: {receipt}");
            let rows = |list: &Value| -> BTreeSet<(i64, String)> {
                let reason =
                    |row: &Value| row["reason"].as_str().or(row["code"].as_str()).unwrap().to_owned();
                list.as_array()
                    .unwrap()
                    .iter()
                    .map(|row| (row["row"].as_i64().unwrap(), reason(row)))
                    .collect()
            };
            assert_eq!(rows(&receipt["refusals"]), rows(&truth["rejects"]), "{file}");
            assert_eq!(receipt["new"], truth["good_rows"], "{file}");
            assert_eq!(receipt["duplicates"], truth["duplicates"].as_array().unwrap().len(), "{file}");
        }
        assert!(seen >= 24, "{of}: {seen}");

        let calendar = calendar(&app, "2026-11-20").await;
        let senders: Vec<(String, String)> =
            calendar.lines.iter().map(|line| (line.sender.key.clone(), line.sender.name.clone())).collect();
        assert_eq!(senders.len(), 4, "{senders:?}");
        let mut reader = csv::Reader::from_path(dir.join("truth/leaver_months.csv")).unwrap();
        for month in reader.deserialize::<std::collections::HashMap<String, String>>().map(Result::unwrap) {
            let key = match month["sender"].as_str() {
                "KOM" => "kommun",
                "VOF" => "vof",
                "FRI" => "fritid",
                _ => "kultur",
            };
            let line = calendar.lines.iter().find(|line| line.sender.key == key).unwrap();
            let first = day(&format!("{}-01", month["month"]));
            let cell = line.cells.iter().find(|cell| cell.month == first).unwrap();
            let fits = match (month["state"].as_str(), cell.state.unwrap()) {
                ("delivered", state) => matches!(state, MonthState::Delivered | MonthState::DeliveredLate),
                ("missing", state) => state == MonthState::Missing,
                ("declared_empty", state) => {
                    matches!(state, MonthState::SaysNobody | MonthState::SaysNobodyLate)
                }
                (_, state) => state == MonthState::EmptyUnconfirmed,
            };
            assert!(fits, "{of} {key} {}: {} but {:?}", month["month"], month["state"], cell.state);
        }
        let covered = |key: &str| {
            let line = calendar.lines.iter().find(|line| line.sender.key == key).unwrap();
            line.covers.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(covered("fritid"), ["Fritidsförvaltningen"], "{of}");
        assert_eq!(covered("vof"), ["Vård- och omsorgsförvaltningen"], "{of}");
        assert_eq!(covered("kultur"), ["Kulturförvaltningen"], "{of}");
        assert!(covered("kommun").len() >= 5, "{of}: {:?}", covered("kommun"));
    }
}

/// All that the area keeps, row by row.
async fn register(app: &TestApp) -> BTreeSet<String> {
    let mut tx = app.begin(&app.a).await;
    let mut rows = BTreeSet::new();
    for table in ["leaver_sender", "leaver_sender_unit", "leaver_list", "leaver_row"] {
        let sql = format!("select $1 || to_jsonb(t)::text from {table} t");
        let found: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(table).fetch_all(&mut *tx).await.unwrap();
        rows.extend(found);
    }
    rows
}

async fn last_set(app: &TestApp) -> Uuid {
    one_id(app, "select id from change_set order by at desc, id desc limit 1").await
}

#[tokio::test]
async fn each_list_is_taken_back_on_its_own_in_whatever_order() {
    for order in [[2, 1, 0], [0, 1, 2], [1, 0, 2], [1, 2, 0]] {
        let app = TestApp::new().await;
        let before = register(&app).await;
        let department = name_of(&app, app.a.department).await;
        let mut sets = Vec::new();
        for (month, number) in [("2026-08", "100001"), ("2026-09", "100002"), ("2026-10", "100003")] {
            let rows = list(&[[&department, number, "Ek", "Anna", &format!("{month}-15"), "Pension"]]);
            take_in(&app, &format!("soc_{month}.csv"), &rows).await;
            sets.push(last_set(&app).await);
        }
        let mut hr = app.client(&app.a, Role::HrAdmin).await;
        for at in order {
            hr.post(&format!("/audit/change-sets/{}/undo", sets[at]), &[])
                .await
                .expect(StatusCode::SEE_OTHER);
        }
        assert_eq!(register(&app).await, before, "{order:?}");
    }
}

#[tokio::test]
async fn a_list_of_two_thousand_rows_is_taken_in_whole() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let numbers: Vec<String> = (0..2000).map(|n| format!("{}", 100_000 + n)).collect();
    let rows: Vec<[&str; 6]> = numbers
        .iter()
        .map(|n| [department.as_str(), n.as_str(), "Ek", "Anna", "2026-10-31", "Pension"])
        .collect();
    let content = list(&rows);
    let receipt = take_in(&app, "soc oktober.csv", &content).await;
    assert_eq!(receipt.new, 2000);
}

#[tokio::test]
async fn of_somebody_whom_the_list_hides_nothing_is_kept_that_tells_who_to_a_reader() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "004711", "SKYDDAD", "", "2026-10-31", "Egen uppsägning"]]);
    take_in(&app, "soc_2026-10.csv", &rows).await;
    let kept = register(&app).await.into_iter().find(|row| row.starts_with("leaver_row")).unwrap();
    assert!(kept.contains("\"is_hidden\": true") && !kept.contains("SKYDDAD"), "{kept}");
    assert!(kept.contains("\"org_unit_id\": null") && kept.contains("\"unit_text\": \"\""), "{kept}");
    let ended = app
        .command()
        .run(&["list", "leaver-rows", "--tenant", "vik", "--json", "--today", "2026-11-20"])
        .expect(0);
    let listed: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(listed["employee_no"], Value::Null);
    assert_eq!(listed["verdict"], "protected");
    assert_eq!(listed["source"]["file"], "soc_2026-10.csv");
}

#[tokio::test]
async fn a_protected_person_whom_the_list_names_is_in_no_page_receipt_export_or_mail() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    employ(&app, "Zäta Planterad", "777123", app.a.unit, true).await;
    employ(&app, "Öppen Persson", "777124", app.a.unit, false).await;
    let content = list(&[
        [&department, "777123", "Planterad", "Zäta", "2026-10-31", "Egen uppsägning"],
        [&department, "777124", "Persson", "Öppen", "2026-10-31", "Egen uppsägning"],
        [&department, "777123", "Plan\u{fffd}erad", "Zäta", "2026-10-31", "Egen uppsägning"],
        [&department, "777123", "Planterad", "Zäta", "2026-02-31", "77"],
    ]);
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let files = [Upload { field: "file", file_name: "soc_2026-10.csv", bytes: content.as_bytes() }];
    let answer = hr.upload("/imports", &[("kind", "leavers"), ("period", "2026-10")], &files).await;
    let path = answer.location().unwrap().trim_start_matches("/vik").to_owned();
    let mut pages = vec![hr.get(&path).await.text(), hr.get(&format!("{path}/mapping")).await.text()];
    hr.post(&format!("{path}/take-in"), &[]).await.expect(StatusCode::SEE_OTHER);
    let listed = one_id(&app, "select id from leaver_list").await;
    let row = one_id(&app, "select id from leaver_row where employee_no = '777123'").await;
    let sender = one_id(&app, "select id from leaver_sender").await;
    for page in [
        path.clone(),
        format!("{path}/refused?format=csv"),
        "/leavers".to_owned(),
        format!("/leavers/lists/{listed}"),
        "/leavers/rows".to_owned(),
        "/leavers/rows?format=csv".to_owned(),
        "/leavers/rows?q=Planterad".to_owned(),
        "/leavers/missing".to_owned(),
        format!("/leavers/rows/{row}"),
        format!("/leavers/senders/{sender}"),
    ] {
        pages.push(hr.get(&page).await.text());
    }
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for page in ["/leavers".to_owned(), format!("/leavers/lists/{listed}"), "/audit".to_owned()] {
        pages.push(auditor.get(&page).await.text());
    }
    app.run_jobs().await;
    pages.extend(app.mail());
    let ended =
        app.command().run(&["list", "leaver-rows", "--tenant", "vik", "--json", "--today", "2026-11-20"]);
    pages.push(ended.stdout);
    for text in &pages {
        for secret in ["777123", "Zäta"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let shown = hr.get(&format!("/leavers/lists/{listed}")).await;
    assert!(shown.shows("Skyddad uppgift") && shown.shows("Persson, Öppen"), "{}", shown.visible());
    let open = hr.get("/leavers/rows?q=Persson").await;
    assert!(open.shows("Persson, Öppen"));
}

#[tokio::test]
async fn the_same_file_again_is_refused_and_a_broken_one_says_why() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let content = list(&[[&department, "100001", "Ek", "Anna", "2026-10-31", "Pension"]]);
    take_in(&app, "soc_2026-10.csv", &content).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let files = [Upload { field: "file", file_name: "soc_2026-10 (1).csv", bytes: content.as_bytes() }];
    let again =
        hr.upload("/imports", &[("kind", "leavers")], &files).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.shows("redan inläst"), "{}", again.visible());
    let broken = "Namn;Orsak\nAnna Ek;Pension\nBo Al;Pension\n";
    let files = [Upload { field: "file", file_name: "soc_2026-11.csv", bytes: broken.as_bytes() }];
    let answer = hr.upload("/imports", &[("kind", "leavers")], &files).await;
    let text = match answer.location() {
        Some(to) => hr.get(to.trim_start_matches("/vik")).await.visible(),
        None => answer.visible(),
    };
    assert!(text.contains("Slutdatum"), "{text}");
    // A list with nothing but its header is no repetition of another month's.
    for month in ["2026-08", "2026-09"] {
        let receipt = take_in(&app, &format!("soc_{month}.csv"), HEADER).await;
        assert_eq!(serde_json::to_value(&receipt).unwrap()["outcome"], "empty");
    }
    assert_eq!(
        count(&app, "select count(*) from leaver_list where row_count = 0 and not says_nobody").await,
        2
    );
}

#[tokio::test]
async fn an_empty_list_asks_hr_whose_word_answers_the_month_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    take_in(&app, "soc_2026-10.csv", HEADER).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(page.shows("Tom, inte bekräftad"), "{}", page.visible());
    let sender = one_id(&app, "select id from leaver_sender").await;
    let asked =
        hr.get(&format!("/leavers/senders/{sender}/nobody?month=2026-10")).await.expect(StatusCode::OK);
    assert!(asked.shows("Ingen slutade i oktober 2026"), "{}", asked.visible());
    let form = [("month", "2026-10")];
    let answer =
        hr.post(&format!("/leavers/senders/{sender}/nobody"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await;
    assert!(page.shows("Inga avslutade"), "{}", page.visible());
    hr.post(&format!("/leavers/senders/{sender}/nobody"), &form).await.expect(StatusCode::CONFLICT);
    let word = one_id(&app, "select id from leaver_list where says_nobody").await;
    hr.get(&format!("/leavers/lists/{word}")).await.expect(StatusCode::OK);
    hr.post(&format!("/leavers/lists/{word}/withdraw"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.get("/leavers").await.shows("Tom, inte bekräftad"));
    // A month that is not one is no page.
    hr.get(&format!("/leavers/senders/{sender}/nobody?month=x")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_row_is_withdrawn_with_a_reason_and_counts_again_when_that_is_taken_back() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let row = one_id(&app, "select id from leaver_row").await;
    let path = format!("/leavers/rows/{row}");
    assert!(hr.get(&path).await.expect(StatusCode::OK).shows("Har slutat"));
    let odd = hr
        .post(&format!("{path}/withdraw"), &[("reason", " ")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.shows("Ange anledning"), "{}", odd.visible());
    let answer = hr.post(&format!("{path}/withdraw"), &[("reason", "Återtagen uppsägning")]).await;
    let page = hr.follow(&answer.expect(StatusCode::SEE_OTHER)).await;
    assert!(page.shows("Återtagen uppsägning") && !page.shows("Har slutat"), "{}", page.visible());
    // Two who withdraw the same: one is told.
    hr.post(&format!("{path}/withdraw"), &[("reason", "Igen")]).await.expect(StatusCode::CONFLICT);
    hr.post(&format!("{path}/restore"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.get(&path).await.shows("Har slutat"));
}

#[tokio::test]
async fn a_list_is_taken_back_with_the_corrections_of_its_rows_and_the_history_tells_of_both() {
    for from_the_receipt in [false, true] {
        let app = TestApp::new().await;
        let before = register(&app).await;
        let department = name_of(&app, app.a.department).await;
        let rows = list(&[
            [&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"],
            [&department, "100002", "Al", "Bo", "2026-09-30", "Pension"],
        ]);
        take_in(&app, "soc_2026-09.csv", &rows).await;
        let set = last_set(&app).await;
        let mut hr = app.client(&app.a, Role::HrAdmin).await;
        let row = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
        let path = format!("/leavers/rows/{row}");
        // Withdrawn, restored and withdrawn again.
        hr.post(&format!("{path}/withdraw"), &[("reason", "Fel rad")]).await.expect(StatusCode::SEE_OTHER);
        hr.post(&format!("{path}/restore"), &[]).await.expect(StatusCode::SEE_OTHER);
        hr.post(&format!("{path}/withdraw"), &[("reason", "Fel igen")]).await.expect(StatusCode::SEE_OTHER);

        let id = one_id(&app, "select id from leaver_list").await;
        let (ask, word) = if from_the_receipt {
            (format!("/audit/change-sets/{set}/undo"), "dragits tillbaka för sig ångras det också")
        } else {
            (format!("/leavers/lists/{id}/withdraw"), "1 rad i listan har dragits tillbaka för sig.")
        };
        let asked = hr.get(&ask).await.expect(StatusCode::OK);
        assert!(asked.shows(word), "{}", asked.visible());
        hr.post(&ask, &[]).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(register(&app).await, before, "{ask}");
        let open = "select count(*) from change_set where kind in ('bulk:leavers', 'import:leavers') and undone_at is null";
        assert_eq!(count(&app, open).await, 0, "each correction is marked as taken back");
        let told = "select count(*) from history h join change_set c on c.id = h.change_set_id
                    where c.kind = 'bulk:leavers' and h.new ->> 'withdrawn_reason' = 'Fel igen'";
        assert_eq!(count(&app, told).await, 1, "what was corrected and why is still known");
    }
}

#[tokio::test]
async fn a_list_whose_rows_something_else_has_changed_stays_with_its_corrections_and_says_what_to_do() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[
        [&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"],
        [&department, "100002", "Al", "Bo", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let row = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
    hr.post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "Fel rad")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update leaver_row set department_id = null where employee_no = '100002'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = register(&app).await;
    let id = one_id(&app, "select id from leaver_list").await;
    let stopped = hr.post(&format!("/leavers/lists/{id}/withdraw"), &[]).await;
    assert!(
        stopped.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("öppna raden i listan och välj Dra tillbaka")
    );
    assert_eq!(register(&app).await, before, "the correction stands too");
}

#[tokio::test]
async fn a_whole_list_is_withdrawn_and_its_month_is_open_again() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    for month in ["2026-08", "2026-09"] {
        let rows = list(&[[&department, "100001", "Ek", "Anna", &format!("{month}-28"), "Pension"]]);
        take_in(&app, &format!("soc_{month}.csv"), &rows).await;
    }
    let list = one_id(&app, "select id from leaver_list where period = '2026-09-01'").await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    hr.get(&format!("/leavers/lists/{list}/withdraw")).await.expect(StatusCode::OK);
    hr.post(&format!("/leavers/lists/{list}/withdraw"), &[]).await.expect(StatusCode::SEE_OTHER);
    let calendar = calendar(&app, "2026-11-20").await;
    let cell = calendar.lines[0].cells.iter().find(|cell| cell.month == day("2026-09-01")).unwrap();
    assert_eq!(cell.state, Some(MonthState::Missing));
}

#[tokio::test]
async fn others_than_hr_see_that_lists_came_and_no_names() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ekberg", "Annika", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let list = one_id(&app, "select id from leaver_list").await;
    let row = one_id(&app, "select id from leaver_row").await;
    for role in [Role::Auditor, Role::ItUnit, Role::SubscriptionManager, Role::LicenceManager] {
        let mut client = app.client(&app.a, role).await;
        for path in ["/leavers".to_owned(), format!("/leavers/lists/{list}")] {
            let page = client.get(&path).await.expect(StatusCode::OK);
            assert!(!page.text().contains("Ekberg") && !page.text().contains("100001"), "{role:?} {path}");
        }
        for path in
            [format!("/leavers/rows/{row}"), "/leavers/rows".to_owned(), "/leavers/missing".to_owned()]
        {
            client.get(&path).await.expect(StatusCode::NOT_FOUND);
        }
        client
            .post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "x")])
            .await
            .expect(StatusCode::NOT_FOUND);
        client.post(&format!("/leavers/lists/{list}/withdraw"), &[]).await.expect(StatusCode::NOT_FOUND);
    }
    for role in [Role::Manager, Role::UnitAdmin, Role::Finance, Role::BoardViewer, Role::TenantAdmin] {
        let mut client = app.client(&app.a, role).await;
        client.get("/leavers").await.expect(StatusCode::NOT_FOUND);
        client.get(&format!("/leavers/lists/{list}")).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn hr_of_one_office_sees_and_decides_about_its_own_rows_only() {
    let app = TestApp::new().await;
    let (own, other) = (name_of(&app, app.a.department).await, name_of(&app, app.a.other_department).await);
    let rows = list(&[
        [&own, "100001", "Egensson", "Anna", "2026-09-30", "Pension"],
        [&other, "100002", "Andrasson", "Bo", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "avslutade_2026-09_kommun.csv", &rows).await;
    let only_other = list(&[[&other, "100003", "Tredjesson", "Cilla", "2026-09-30", "Pension"]]);
    take_in(&app, "bun_2026-09.csv", &only_other).await;
    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let page = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(page.shows("Hela kommunen") && !page.text().contains(&other), "{}", page.visible());
    let all = hr.get("/leavers/rows").await.expect(StatusCode::OK);
    assert!(all.shows("Egensson, Anna") && !all.shows("Andrasson") && !all.shows("Tredjesson"));
    let list_of = |period: &'static str| one_id(&app, period);
    let whole = list_of("select list_id from leaver_row where employee_no = '100001'").await;
    let page = hr.get(&format!("/leavers/lists/{whole}")).await.expect(StatusCode::OK);
    assert!(page.shows("Egensson, Anna") && !page.shows("Andrasson"), "{}", page.visible());
    hr.post(&format!("/leavers/lists/{whole}/withdraw"), &[]).await.expect(StatusCode::NOT_FOUND);
    let foreign = list_of("select list_id from leaver_row where employee_no = '100003'").await;
    hr.get(&format!("/leavers/lists/{foreign}")).await.expect(StatusCode::NOT_FOUND);
    let row = one_id(&app, "select id from leaver_row where employee_no = '100002'").await;
    hr.get(&format!("/leavers/rows/{row}")).await.expect(StatusCode::NOT_FOUND);
    hr.post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "x")]).await.expect(StatusCode::NOT_FOUND);

    // A list must be said to be of an own unit, and then other units' rows are refused.
    let files = [Upload { field: "file", file_name: "soc_2026-10.csv", bytes: only_other.as_bytes() }];
    let answer = hr.upload("/imports", &[("kind", "leavers")], &files).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.visible());
    let told = Told { unit_id: Some(app.a.department), ..Told::default() };
    let mixed = rows.replace("2026-09-30", "2026-10-31");
    let receipt = take_in_of(&app, "soc_2026-10.csv", mixed.as_bytes(), told).await;
    assert_eq!((receipt.new, receipt.refused), (1, 1));
}

/// Sends a list of October in the browser, for a unit, and gives the path of its receipt.
async fn send(client: &mut super::support::Client, unit: Uuid, file_name: &str, content: &str) -> String {
    let unit = unit.to_string();
    let files = [Upload { field: "file", file_name, bytes: content.as_bytes() }];
    let form = [("kind", "leavers"), ("period", "2026-10"), ("unit", unit.as_str())];
    let answer = client.upload("/imports", &form, &files).await;
    let path = answer.location().unwrap().trim_start_matches("/vik").to_owned();
    client.post(&format!("{path}/take-in"), &[]).await.expect(StatusCode::SEE_OTHER);
    path
}

#[tokio::test]
async fn hr_of_one_office_takes_back_its_own_list_from_the_receipt_and_nobody_elses() {
    let app = TestApp::new().await;
    let own = name_of(&app, app.a.department).await;
    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let mut colleague = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let mut whole = app.client(&app.a, Role::HrAdmin).await;
    let undo = |page: &super::support::client::Page| {
        page.attributes("a", "href").into_iter().find(|href| href.ends_with("/undo"))
    };

    let mine = list(&[[&own, "100001", "Ek", "Anna", "2026-10-31", "Pension"]]);
    let receipt = send(&mut hr, app.a.department, "soc_2026-10.csv", &mine).await;
    let link = undo(&hr.get(&receipt).await.expect(StatusCode::OK)).unwrap();
    let link = link.trim_start_matches("/vik");
    hr.get(link).await.expect(StatusCode::OK);
    // A colleague may read the receipt; the list is for the one who sent it, or for HR of the whole municipality, to take back.
    assert_eq!(undo(&colleague.get(&receipt).await.expect(StatusCode::OK)), None);
    colleague.get(link).await.expect(StatusCode::NOT_FOUND);
    colleague.post(link, &[]).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 1);
    let done = hr.post(link, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.follow(&done).await.expect(StatusCode::OK).shows("Ändringarna är ångrade."));
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 0);

    let theirs = list(&[[&own, "100002", "Al", "Bo", "2026-10-31", "Pension"]]);
    let receipt = send(&mut whole, app.a.department, "soc_2026-10_2.csv", &theirs).await;
    let link = undo(&whole.get(&receipt).await.expect(StatusCode::OK)).unwrap();
    assert_eq!(undo(&hr.get(&receipt).await.expect(StatusCode::OK)), None, "a link leads somewhere");
    hr.post(link.trim_start_matches("/vik"), &[]).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 1);
}

#[tokio::test]
async fn a_manager_reads_the_rows_of_the_own_staff_and_corrects_nothing() {
    let app = TestApp::new().await;
    let (own, other) = (name_of(&app, app.a.unit).await, name_of(&app, app.a.other_department).await);
    employ(&app, "Zäta Planterad", "100003", app.a.unit, true).await;
    let rows = list(&[
        [&own, "100001", "Egensson", "Anna", "2026-09-30", "Pension"],
        [&other, "100002", "Andrasson", "Bo", "2026-09-30", "Pension"],
        [&own, "100003", "Planterad", "Zäta", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "avslutade_2026-09_kommun.csv", &rows).await;
    let listed = one_id(&app, "select id from leaver_list").await;
    let mine = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
    let theirs = one_id(&app, "select id from leaver_row where employee_no = '100002'").await;
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.unit))]).await;
    // The way there is from the own staff.
    let people = manager.get("/people").await.expect(StatusCode::OK);
    assert!(people.attributes("a", "href").contains(&"/vik/leavers/rows".to_owned()));
    for path in ["/leavers/rows", "/leavers/rows?format=csv"] {
        let page = manager.get(path).await.expect(StatusCode::OK).text();
        assert!(page.contains("Egensson, Anna") && !page.contains("Andrasson"), "{path}: {page}");
        assert!(!page.contains("Planterad"), "{path}");
    }
    let read =
        "select count(*) from access_log where object_kind = 'leavers/rows' and kind = 'read_personal'";
    assert_eq!(count(&app, read).await, 1, "reading the list is logged");
    let page = manager.get(&format!("/leavers/rows/{mine}")).await.expect(StatusCode::OK);
    assert!(page.shows("Egensson, Anna") && page.shows("Säg det till HR"), "{}", page.visible());
    assert_eq!(page.count("form[action*='/leavers/']"), 0, "nothing to correct with");
    for href in page.attributes("main a", "href").into_iter().filter(|href| href.contains("/leavers")) {
        manager.get(href.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    }
    manager.get(&format!("/leavers/rows/{theirs}")).await.expect(StatusCode::NOT_FOUND);
    for path in ["/leavers".to_owned(), "/leavers/missing".to_owned(), format!("/leavers/lists/{listed}")] {
        manager.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    for path in [format!("/leavers/rows/{mine}/withdraw"), format!("/leavers/lists/{listed}/withdraw")] {
        manager.post(&path, &[("reason", "x")]).await.expect(StatusCode::NOT_FOUND);
    }
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get(&format!("/leavers/rows/{mine}")).await.expect(StatusCode::OK);
    assert!(page.count("form[action$='/withdraw']") == 1 && !page.shows("Säg det till HR"));
}

#[tokio::test]
async fn a_senders_codes_are_warned_about_once_and_understood_when_told() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let content = list(&[
        [&department, "100001", "Ek", "Anna", "2026-09-30", "07"],
        [&department, "100002", "Al", "Bo", "2026-09-30", "07"],
        [&department, "100003", "Lind", "Cilla", "2026-09-30", "Pension"],
    ]);
    let receipt = serde_json::to_value(take_in(&app, "soc_2026-09.csv", &content).await).unwrap();
    let warned: Vec<&Value> =
        receipt["warnings"].as_array().unwrap().iter().filter(|w| w["code"] == "reason_unknown").collect();
    assert_eq!(warned.len(), 1, "{receipt}");
    let flags = |app: &TestApp| {
        app.command().run(&["watch", "run", "--tenant", "vik", "--today", "2026-11-20"]).expect(0);
        app.command().run(&["list", "flags", "--tenant", "vik", "--json"]).expect(0).stdout
    };
    assert!(flags(&app).contains("reason_unmapped"));
    let told = app
        .command()
        .run(&[
            "leavers",
            "reasons",
            "--tenant",
            "vik",
            "--source",
            "soc",
            "--json",
            "07 byter förvaltning, 08 kvasi",
        ])
        .expect(1);
    assert!(told.stdout.contains("08 kvasi"), "{}", told.stdout);
    let sender = one_id(&app, "select id from leaver_sender").await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get(&format!("/leavers/senders/{sender}")).await.expect(StatusCode::OK);
    assert!(page.shows("Byter enhet") && page.shows("08 kvasi"), "{}", page.visible());
    let resolved: Vec<Value> = flags(&app).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        resolved.iter().any(|flag| flag["rule"] == "reason_unmapped" && flag["state"] == "resolved"),
        "{resolved:?}"
    );
}

#[tokio::test]
async fn a_sender_is_changed_and_one_can_be_expected_before_its_first_list() {
    let app = TestApp::new().await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let first = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(first.shows("Ingen lista har kommit än"), "{}", first.visible());
    let odd = hr.post("/leavers/senders", &[("name", ""), ("due_workday", "40")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unit = app.a.department.to_string();
    let form = [("name", "SOC"), ("units", unit.as_str()), ("expected_from", "2026-09"), ("is_active", "ja")];
    hr.post("/leavers/senders", &form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(hr.post("/leavers/senders", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let calendar = calendar(&app, "2026-11-20").await;
    let states: Vec<_> = calendar.lines[0].cells.iter().map(|cell| cell.state).take(4).collect();
    let missing = Some(MonthState::Missing);
    assert_eq!(states, [Some(MonthState::Due), missing, missing, None]);
    // Its list is known again by what the file is called.
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "SOC avslutade 2026-09.csv", &rows).await;
    assert_eq!(count(&app, "select count(*) from leaver_sender").await, 1);
    let sender = one_id(&app, "select id from leaver_sender").await;
    let later =
        [("version", "2"), ("name", "Socialförvaltningens HR"), ("due_workday", "8"), ("is_active", "ja")];
    hr.post(&format!("/leavers/senders/{sender}"), &later).await.expect(StatusCode::SEE_OTHER);
    hr.post(&format!("/leavers/senders/{sender}"), &later).await.expect(StatusCode::CONFLICT);
    let link = hr.get("/leavers").await;
    let upload = link.attributes("a", "href").into_iter().find(|href| href.contains("source=")).unwrap();
    let form = hr.get(upload.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("select[name=kind] option[selected]", "value"), ["leavers"]);
    assert_eq!(form.attributes("input[name=source]", "value"), ["soc"]);
}

#[tokio::test]
async fn what_hr_says_of_somebody_who_is_gone_from_the_register_is_kept_shown_and_in_the_history() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let anna = ground.person("Anna", "Borta", "100301").add(&ground).await;
    let bo = ground.person("Bo", "Likaså", "100302").add(&ground).await;
    let hemma = ground.person("Hemma", "Hemligsson", "100303").protected().add(&ground).await;
    let kept = ground.person("Kerstin", "Kvar", "100304").add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update employment set missing_from_snapshot_id = $1 where person_id <> $2")
        .bind(ground.snapshot)
        .bind(kept)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get("/leavers/missing").await.expect(StatusCode::OK);
    assert!(page.shows("3 personer utan svar.") && page.shows("Anna Borta"), "{}", page.visible());
    assert!(!page.text().contains("Hemligsson") && !page.text().contains(&hemma.to_string()));

    // Somebody who works here is not asked about; of somebody protected only who may know answers.
    let path = format!("/leavers/missing/{anna}");
    for id in [kept, hemma] {
        let other = format!("/leavers/missing/{id}");
        hr.get(&other).await.expect(StatusCode::NOT_FOUND);
        hr.post(&other, &[("answer", "vet_inte")]).await.expect(StatusCode::NOT_FOUND);
    }
    let mut elsewhere = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.other_department))]).await;
    elsewhere.get(&path).await.expect(StatusCode::NOT_FOUND);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    it.post(&path, &[("answer", "vet_inte")]).await.expect(StatusCode::NOT_FOUND);

    hr.get(&path).await.expect(StatusCode::OK);
    for (form, wrong) in [
        (vec![], "Välj vad som gäller."),
        (vec![("answer", "har_slutat")], "Skriv sista dagen."),
        (vec![("answer", "har_slutat"), ("last_day", "i våras")], "Sista dag"),
    ] {
        let answer = hr.post(&path, &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.shows(wrong), "{form:?}: {}", answer.visible());
    }
    assert_eq!(count(&app, "select count(*) from missing_answer").await, 0);
    let answer = hr.post(&path, &[("answer", "vet_inte")]).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await.expect(StatusCode::OK);
    assert!(page.shows("2 personer utan svar.") && page.shows("Vet inte"), "{}", page.visible());
    // It turns out; the word before is in the history.
    let form = [("answer", "har_slutat"), ("last_day", "2026-10-31")];
    let answer = hr.post(&path, &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await.expect(StatusCode::OK);
    assert!(
        page.shows("Har slutat, sista dag 2026-10-31")
            && page.shows("Test HR-administratör, 2026-11-20")
            && page.shows("Skicka in listan"),
        "{}",
        page.visible()
    );
    let upload = page.attributes("a", "href").into_iter().find(|href| href.contains("period=2026%2D10"));
    assert!(upload.is_some(), "the list's month is filled in");
    hr.post(&format!("/leavers/missing/{bo}"), &[("answer", "arbetar_kvar")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let history = hr.get(&format!("/people/{anna}/history")).await.expect(StatusCode::OK);
    assert!(history.shows("Vet inte") && history.shows("Har slutat"), "{}", history.visible());
    assert_eq!(count(&app, "select count(*) from missing_answer").await, 2, "one word of each");

    // Who comes on a list is no longer asked about, and nothing was ended meanwhile.
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100301", "Borta", "Anna", "2026-10-31", "Pension"]]);
    take_in(&app, "soc_2026-10.csv", &rows).await;
    assert!(!hr.get("/leavers/missing").await.shows("Anna Borta"));
    hr.get(&path).await.expect(StatusCode::NOT_FOUND);

    let mut granted =
        app.client_with(&app.a, &[(Role::HrAdmin, None), (Role::ProtectedIdentity, None)]).await;
    let secret = format!("/leavers/missing/{hemma}");
    granted.post(&secret, &[("answer", "arbetar_kvar")]).await.expect(StatusCode::SEE_OTHER);
    let page = granted.get("/leavers/missing").await;
    assert!(page.shows("Hemma Hemligsson") && page.shows("Arbetar kvar"), "{}", page.visible());
    let page = hr.get("/leavers/missing").await;
    assert_eq!(
        page.visible().matches("Arbetar kvar").count(),
        1,
        "nothing of what was said of the protected one"
    );
}

#[tokio::test]
async fn what_nobody_has_settled_thirty_days_after_a_list_is_told_once_to_the_units_head_and_to_it_in_counts()
{
    let on = day("2026-12-08");
    let app = TestApp::on(on).await;
    let ground = Ground::of(&app, &app.a).await;
    let boss = ground.person("Karin", "Chefsson", "900100").managing().add(&ground).await;
    ground.heads(boss, app.a.department).await;
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(&ground).await;
    ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(&ground).await;
    ground.person("Hemma", "Hemligsson", "300500").left("2026-08-31").listed().protected().add(&ground).await;
    ground.subscription("+46701740688", "Hemma Hemligsson").reference("300500").add(&ground).await;
    ground.refresh_on(on).await;
    let head = app.client_with(&app.a, &[]).await.user_id();
    ground.is_person(head, boss).await;
    let it = app.client(&app.a, Role::ItUnit).await.user_id();
    let hr = app.client(&app.a, Role::HrAdmin).await.user_id();
    let manager_elsewhere =
        app.client_with(&app.a, &[(Role::Manager, Some(app.a.other_department))]).await.user_id();
    let letters = |user: Uuid| -> Vec<String> {
        app.mail()
            .into_iter()
            .map(|mail| mail.replace("=\r\n", ""))
            .filter(|mail| mail.contains(&user.simple().to_string()))
            .collect()
    };
    for _ in 0..2 {
        let mut tx = app.begin(&app.a).await;
        let job = overblick::areas::leavers::unsolved::UnsolvedReminder {};
        overblick::jobs::enqueue(&mut tx, &job, app.state.clock().now()).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
    }
    // The unit of a protected person's subscription is nothing that its head is told; IT-enheten counts it.
    let (to_head, to_it) = (letters(head), letters(it));
    assert_eq!((to_head.len(), to_it.len()), (1, 1), "{:?}", app.mail());
    assert!(to_head[0].contains(": 1 abonnemang") && to_head[0].contains("/vik/reports/r06"), "{to_head:?}");
    assert!(to_it[0].contains(": 2 abonnemang") && to_it[0].contains("/vik/matches"), "{to_it:?}");
    for letter in to_head.iter().chain(&to_it) {
        for secret in ["Eklind", "Hemlig", "740601", "740688", "100201", "300500"] {
            assert!(!letter.contains(secret), "{secret}");
        }
    }
    assert!(letters(hr).is_empty() && letters(manager_elsewhere).is_empty());
    assert_eq!(count(&app, "select count(*) from leaver_reminder where kind = 'unsolved'").await, 1);
}

#[tokio::test]
async fn hr_is_flagged_and_mailed_about_a_late_list_once() {
    let app = TestApp::on(day("2026-11-07")).await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    hr.get("/leavers").await.expect(StatusCode::OK);
    let run = || async {
        let mut tx = app.begin(&app.a).await;
        let job = overblick::areas::leavers::jobs::LeaverReminder {};
        overblick::jobs::enqueue(&mut tx, &job, app.state.clock().now()).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
        app.mail().into_iter().filter(|mail| mail.replace("=\r\n", "").contains("2026-11-06")).count()
    };
    let first = run().await;
    assert_eq!(first, 1, "{:?}", app.mail());
    assert_eq!(run().await, first, "mailed once");
    assert_eq!(count(&app, "select count(*) from leaver_reminder where kind = 'late'").await, 1);
    app.command().run(&["watch", "run", "--tenant", "vik", "--today", "2026-11-09"]).expect(0);
    let flags = app.command().run(&["list", "flags", "--tenant", "vik", "--json"]).expect(0).stdout;
    assert!(flags.contains("leaver_list_missing") && !flags.contains("Ek"), "{flags}");
}
