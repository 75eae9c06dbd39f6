//! Taking lists in: receipts, months, the same file again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use overblick::areas::imports::command::Receipt;
use overblick::areas::imports::flow::Told;
use overblick::auth::permissions::Role;
use overblick::rules::leaver_months::MonthState;
use serde_json::Value;

use super::{HEADER, calendar, count, day, last_set, list, name_of, register, take_in, take_in_of};
use crate::support::TestApp;
use crate::support::client::Upload;
use crate::support::data::shared;

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
    // From there to the receipt, and from the receipt to the list that the file became.
    let receipt = again.attributes("form.formular a[href*='/imports/']", "href").remove(0);
    let receipt = hr.get(receipt.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    let became = receipt.attributes("a[href*='/leavers/lists/']", "href").remove(0);
    assert!(receipt.shows("oktober 2026"), "{}", receipt.visible());
    let page = hr.get(became.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert!(page.shows("Pension"), "{}", page.visible());
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
