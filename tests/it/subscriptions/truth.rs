//! The operators' lists of the fictional municipalities against their answer key.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use overblick::areas::imports::command::Receipt;
use overblick::rules::subscription_use::use_of;
use serde_json::Value;

use super::{column, last_set, register, take_back, take_in};
use crate::support::TestApp;
use crate::support::data::shared;
use overblick::db::change_set::Undo;

pub(super) fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

const FILES: [&str; 3] = [
    "subscriptions/telenor_2026-10.csv",
    "subscriptions/telenor_2026-11.csv",
    "subscriptions/telia_2026-11.xlsx",
];

pub(super) async fn files(app: &TestApp, root: &Path, files: &[&str]) -> Vec<Receipt> {
    let tree = std::fs::read(root.join("org_tree.csv")).unwrap();
    take_in(app, &app.a, "org-tree", "org_tree.csv", &tree).await;
    let mut receipts = Vec::new();
    for file in files {
        let name = file.rsplit('/').next().unwrap();
        receipts.extend(
            take_in(app, &app.a, "subscriptions", name, &std::fs::read(root.join(file)).unwrap()).await,
        );
    }
    receipts
}

fn compare(root: &Path, receipts: &[Receipt]) {
    let keys = std::fs::read_to_string(root.join("truth/import_truth.jsonl")).unwrap();
    let keys: Vec<Value> = keys.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (file, receipt) in FILES.iter().zip(receipts) {
        let key = keys.iter().find(|k| k["file"] == *file).unwrap();
        let receipt = serde_json::to_value(receipt).unwrap();
        let refused = |list: &Value, code: &str| -> Vec<String> {
            let one = |r: &Value| format!("{} {}", r["row"], r[code].as_str().unwrap());
            list.as_array().unwrap().iter().map(one).collect()
        };
        assert_eq!(receipt["header_row"], key["header_row"], "{file}");
        assert_eq!(receipt["read"], key["data_rows"], "{file}");
        assert_eq!(refused(&receipt["refusals"], "code"), refused(&key["rejects"], "reason"), "{file}");
        let duplicates = key["duplicates"].as_array().unwrap().len();
        assert_eq!(receipt["duplicates"], duplicates, "{file}");
        let good: i64 = ["new", "changed", "unchanged"].iter().map(|n| receipt[*n].as_i64().unwrap()).sum();
        assert_eq!(good, key["good_rows"].as_i64().unwrap(), "{file}");
        let conflicts = |list: &Value| -> Vec<Value> {
            let is_one = |w: &&Value| w["code"] == "same_msisdn_conflict";
            list.as_array().unwrap().iter().filter(is_one).map(|w| w["row"].clone()).collect()
        };
        assert_eq!(conflicts(&receipt["warnings"]), conflicts(&key["warnings"]), "{file}");
    }
}

async fn the_register_is_as_the_key(folder: &str) {
    let Some(root) = shared(folder) else { return };
    let app = TestApp::new().await;
    let receipts = files(&app, &root, &FILES).await;
    compare(&root, &receipts);

    let truth = table(&root.join("truth/subscription_truth.csv"));
    let by_id: HashMap<&str, &str> =
        truth.iter().map(|r| (r["subscription_id"].as_str(), r["msisdn"].as_str())).collect();
    let units = column(
        &app,
        "select s.msisdn, u.code from subscription s left join org_unit u on u.id = s.org_unit_id",
    )
    .await;
    let prices = column(&app, "select msisdn, trim_scale(monthly_price)::text from subscription").await;
    let mains = column(
        &app,
        "select s.msisdn, m.msisdn from subscription s left join subscription m on m.id = s.main_subscription_id",
    )
    .await;
    let operators = column(
        &app,
        "select s.msisdn, lower(o.name) from subscription s join operator o on o.id = s.operator_id",
    )
    .await;
    let gone = column(&app, "select msisdn, missing_from_list_id::text from subscription").await;
    let changes = column(
        &app,
        "select s.msisdn, string_agg(c.kind, '|' order by c.kind) from subscription s left join subscription_change c
         on c.subscription_id = s.id group by 1",
    )
    .await;
    let (mut seen, mut wrong): (BTreeMap<&str, usize>, Vec<String>) = (BTreeMap::new(), Vec::new());
    for row in &truth {
        let number = row["msisdn"].as_str();
        let Some(operator) = operators.get(number) else {
            if row["row_rejected"].is_empty() {
                wrong.push(format!("{}: not in the register", row["subscription_id"]));
            }
            continue;
        };
        let mut same = |what: &'static str, found: &str, expected: &str| {
            *seen.entry(what).or_default() += 1;
            if found != expected {
                wrong.push(format!("{}: {what} {found:?} instead of {expected:?}", row["subscription_id"]));
            }
        };
        same("operator", operator, &row["operator"]);
        same("unit", &units[number], &row["shown_cost_centre"]);
        same("price", &prices[number], &row["monthly_price"]);
        same(
            "main",
            &mains[number],
            by_id.get(row["main_subscription_id"].as_str()).copied().unwrap_or_default(),
        );
        let is_gone = row["change_oct_nov"] == "terminated_executed";
        same("gone", if gone[number].is_empty() { "no" } else { "yes" }, if is_gone { "yes" } else { "no" });
        // A name that is only written in another way is no other holder.
        if row["change_oct_nov"] != "name_text_corrected" {
            let found = changes[number].split('|').any(|kind| kind == "renamed");
            let is_renamed = row["change_oct_nov"] == "transferred";
            same("renamed", if found { "yes" } else { "no" }, if is_renamed { "yes" } else { "no" });
        }
    }
    eprintln!("{folder}: {} subscriptions, compared {seen:?}, {} differences", operators.len(), wrong.len());
    assert!(wrong.is_empty(), "{:#?}", wrong.iter().take(40).collect::<Vec<_>>());
}

#[tokio::test]
async fn lists_of_the_small_municipality_give_the_register_of_its_key() {
    the_register_is_as_the_key("data/kommun-small").await;
}

#[tokio::test]
async fn lists_of_the_medium_municipality_give_the_register_of_its_key() {
    the_register_is_as_the_key("data/kommun-medium").await;
}

#[tokio::test]
async fn imports_are_taken_back_whichever_came_first_and_nothing_is_left() {
    let Some(root) = shared("data/kommun-small") else { return };
    for order in [[0, 1, 2], [1, 2, 0]] {
        let app = TestApp::new().await;
        let tree = std::fs::read(root.join("org_tree.csv")).unwrap();
        take_in(&app, &app.a, "org-tree", "org_tree.csv", &tree).await;
        let mut sets = Vec::new();
        for at in order {
            let before = register(&app).await;
            let name = FILES[at].rsplit('/').next().unwrap();
            let receipt =
                take_in(&app, &app.a, "subscriptions", name, &std::fs::read(root.join(FILES[at])).unwrap())
                    .await;
            assert!(receipt[0].reason.is_none(), "{name}: {:?}", receipt[0].reason);
            sets.push((last_set(&app).await, before));
        }
        for (set, before) in sets.into_iter().rev() {
            assert!(matches!(take_back(&app, set).await, Undo::Done(_)), "{order:?}");
            let after = register(&app).await;
            for (name, rows) in before {
                let left: Vec<_> = after[name].iter().filter(|r| !rows.contains(r)).take(3).collect();
                let lost: Vec<_> = rows.iter().filter(|r| !after[name].contains(r)).take(3).collect();
                assert!(left.is_empty() && lost.is_empty(), "{order:?} {name}: left {left:?}, lost {lost:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_later_list_taken_in_first_gives_the_same_register() {
    let Some(root) = shared("data/kommun-small") else { return };
    let mut found = Vec::new();
    for order in [[0, 1], [1, 0]] {
        let app = TestApp::new().await;
        files(&app, &root, &order.map(|at| FILES[at])).await;
        // What only the earlier file has a column for is what the later one leaves as it was.
        let facts = column(
            &app,
            "select s.msisdn, concat_ws('|', s.holder, s.reference, s.cost_centre, s.status, s.monthly_price, s.binding_until,
                    s.missing_from_list_id is null, m.msisdn,
                    (select string_agg(h.holder || '/' || h.cost_centre || h.seen_from, ',' order by h.seen_from)
                     from subscription_holder h where h.subscription_id = s.id))
             from subscription s left join subscription m on m.id = s.main_subscription_id",
        )
        .await;
        found.push(facts);
    }
    // What the later list refused to tell of, nobody knows to have been in it when the earlier one comes after.
    let truth = table(&root.join("truth/subscription_truth.csv"));
    let refused: Vec<&str> =
        truth.iter().filter(|r| !r["row_rejected"].is_empty()).map(|r| r["msisdn"].as_str()).collect();
    let differ: Vec<_> = found[0]
        .iter()
        .filter(|(number, facts)| found[1].get(*number) != Some(facts) && !refused.contains(&number.as_str()))
        .collect();
    assert_eq!(found[0].len(), found[1].len());
    assert!(differ.is_empty(), "{} differ: {:#?}", differ.len(), differ.iter().take(8).collect::<Vec<_>>());
}

/// What each is used for, told from the operator's kind and the holder's text: measured, and at least 99 in 100.
#[test]
fn uses_agree_with_the_key() {
    for folder in ["data/kommun-small", "data/kommun-medium"] {
        let Some(root) = shared(folder) else { return };
        let truth = table(&root.join("truth/subscription_truth.csv"));
        let rows: HashMap<&str, &HashMap<String, String>> =
            truth.iter().map(|r| (r["row_2026_11"].as_str(), r)).collect();
        let text = std::fs::read_to_string(root.join("subscriptions/telenor_2026-11.csv")).unwrap();
        let (mut all, mut wrong) = (0, Vec::new());
        for (at, line) in text.lines().enumerate() {
            let Some(row) = rows.get((at + 1).to_string().as_str()) else { continue };
            let cells: Vec<&str> = line.split(';').collect();
            if row["operator"] != "telenor" || cells.len() < 10 {
                continue;
            }
            let is_non_person = row["kind"] == "nonperson";
            let found = use_of(cells[2], cells[1], is_non_person, !row["main_subscription_id"].is_empty());
            all += 1;
            if found.code() != row["use"] {
                wrong.push(format!("{} for {}: {} ({})", found.code(), row["use"], cells[1], cells[2]));
            }
        }
        eprintln!(
            "{folder}: use of {all} subscriptions, {} otherwise than the key: {:#?}",
            wrong.len(),
            wrong.iter().take(30).collect::<Vec<_>>()
        );
        assert!(all > 250 && wrong.len() * 100 <= all, "{}", wrong.len());
    }
}
