//! The lists of a made-up municipality against what is known to be true of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use overblick::areas::imports::command::Outcome;

use super::import::{rows, take_in};
use crate::{
    staff_files,
    support::{TestApp, data::shared},
};

/// A CSV of the truth: one map per row.
fn table(path: &std::path::Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|r| r.unwrap()).collect()
}

/// A folded name as a key of people, so that order and commas do not matter.
fn sorted_words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a cell names without accounts in brackets and words for nobody.
fn named(cell: &str) -> BTreeSet<String> {
    let mut text = String::new();
    let mut depth = 0;
    for c in cell.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    let words = sorted_words(&text);
    if words.len() == 1 && words.iter().any(|w| ["vakant", "saknas", "okänd"].contains(&w.as_str())) {
        BTreeSet::new()
    } else {
        words
    }
}

/// What the receipt of each list says against the key: where the header is, which rows are refused and why, how many are
/// told as repeated.
fn compare_receipts(root: &std::path::Path, receipts: &[Value], wrong: &mut Vec<String>) {
    let keys = std::fs::read_to_string(root.join("truth/import_truth.jsonl")).unwrap();
    for key in keys.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let file = key["file"].as_str().unwrap();
        if !file.starts_with("systems/") {
            continue;
        }
        let Some(receipt) = receipts
            .iter()
            .find(|r| r["file"] == file && (r["sheet"].is_null() || r["sheet"] == key["sheet"]))
        else {
            wrong.push(format!("{file}: no receipt"));
            continue;
        };
        let refused = |list: &Value, code: &str| -> Vec<String> {
            list.as_array()
                .unwrap()
                .iter()
                .map(|r| format!("{} {}", r["row"], r[code].as_str().unwrap()))
                .collect()
        };
        let mut same = |what: &str, found: String, expected: String| {
            if found != expected {
                wrong.push(format!("{file}: {what} {found} instead of {expected}"));
            }
        };
        same("outcome", receipt["outcome"].to_string(), "\"taken_in\"".to_owned());
        same("header row", receipt["header_row"].to_string(), key["header_row"].to_string());
        same(
            "refused",
            refused(&receipt["refusals"], "code").join(", "),
            refused(&key["rejects"], "reason").join(", "),
        );
        same(
            "repeated",
            receipt["duplicates"].to_string(),
            key["duplicates"].as_array().unwrap().len().to_string(),
        );
        same("new", receipt["new"].to_string(), key["good_rows"].to_string());
    }
}

/// Whoever a list names as owner is linked to the right person or to nobody; a namesake whose full name is what was
/// written may be taken for another once in a hundred.
async fn compare_holders(app: &TestApp, root: &std::path::Path, truth: &[HashMap<String, String>]) {
    let logins: HashMap<String, String> = table(&root.join("truth/persons.csv"))
        .into_iter()
        .map(|p| (p["person_id"].clone(), p["login"].clone()))
        .collect();
    let mut tx = app.begin(&app.a).await;
    let held: Vec<(String, i32, Option<String>)> = sqlx::query_as(
        "select x.file_name, x.row_no, p.login from system_source x join role_assignment r on r.system_id = x.system_id
         left join person p on p.id = r.person_id where r.role = 'systemagare'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    tx.rollback().await.unwrap();
    let (mut linked, mut wrong) = (0, Vec::new());
    // Of someone who has left, the newest snapshot knows only a namesake.
    for row in
        truth.iter().filter(|r| !["several_in_cell", "owner_left"].contains(&r["owner_state"].as_str()))
    {
        let place = (row["file"].as_str(), row["row"].parse::<i32>().unwrap());
        for (_, _, login) in held.iter().filter(|(f, r, login)| (f.as_str(), *r) == place && login.is_some())
        {
            linked += 1;
            let expected = logins.get(&row["owner_person"]);
            if login.as_ref() != expected {
                wrong.push(format!("{place:?}: {login:?} instead of {expected:?} ({})", row["owner_text"]));
            }
        }
    }
    eprintln!("{linked} owners linked to a person, {} of them to a namesake: {wrong:?}", wrong.len());
    assert!(wrong.len() * 100 <= linked, "{wrong:#?}");
    assert!(
        linked * 2 > truth.iter().filter(|r| r["owner_state"].starts_with("valid")).count(),
        "only {linked}"
    );
}

#[expect(clippy::too_many_lines, reason = "one comparison, read from the top down")]
async fn measure(municipality: &str) {
    let Some(root) = shared(&format!("data/{municipality}")) else { return };
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("delete from org_unit where id <> $1 and parent_id <> $1")
        .bind(app.a.top)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("delete from org_unit where id <> $1").bind(app.a.top).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    for (kind, file) in [("org-tree", "org_tree.csv"), ("staff-snapshot", "hr_snapshot_2026-11.csv")] {
        let receipt =
            staff_files::take_in(&app, &app.a, kind, file, std::fs::read(root.join(file)).unwrap()).await;
        assert_eq!(receipt.outcome, Outcome::TakenIn, "{receipt:#?}");
    }

    let mut files: Vec<_> =
        std::fs::read_dir(root.join("systems")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut receipts = Vec::new();
    for file in &files {
        let name = format!("systems/{}", file.file_name().unwrap().to_str().unwrap());
        let taken = take_in(&app, &app.a, &name, &std::fs::read(file).unwrap(), None).await;
        receipts.extend(taken.iter().map(|r| serde_json::to_value(r).unwrap()));
    }
    let mut wrong = Vec::new();
    compare_receipts(&root, &receipts, &mut wrong);
    let found = rows(&app, &app.a).await;
    let mut by_place: BTreeMap<(String, i64), &Value> = BTreeMap::new();
    for row in &found {
        for source in row["sources"].as_array().unwrap() {
            by_place
                .insert((source["file"].as_str().unwrap().to_owned(), source["row"].as_i64().unwrap()), row);
        }
    }

    let departments: HashMap<String, String> = table(&root.join("truth/org_units.csv"))
        .into_iter()
        .filter(|u| u["type"] == "förvaltning")
        .map(|u| (u["forvaltning"].clone(), u["name"].trim().to_owned()))
        .collect();
    let phases: HashMap<String, String> = table(&root.join("truth/systems.csv"))
        .into_iter()
        .map(|s| (s["system_id"].clone(), s["phase"].clone()))
        .collect();
    let with_column = |file: &str, field: &str| {
        receipts
            .iter()
            .any(|r| r["file"] == file && r["columns"].as_object().unwrap().values().any(|c| c == field))
    };
    let truth: Vec<_> = table(&root.join("truth/system_row_truth.csv"))
        .into_iter()
        .filter(|r| r["status"] == "good")
        .collect();
    let (mut system_of, mut compared, mut with_area) = (HashMap::new(), 0, 0);
    for row in &truth {
        let place = (row["file"].clone(), row["row"].parse::<i64>().unwrap());
        let Some(system) = by_place.get(&place) else {
            wrong.push(format!("{place:?}: not in the register"));
            continue;
        };
        system_of.insert(system["id"].as_str().unwrap().to_owned(), row["system_id"].clone());
        let mut same = |what: &str, found: &str, expected: &str| {
            compared += 1;
            if found != expected {
                wrong.push(format!("{place:?} {what}: {found:?} instead of {expected:?}"));
            }
        };
        for level in ["k", "r", "t", "s"] {
            let said = system[level].as_i64().map(|l| l.to_string()).unwrap_or_default();
            // A layout without spårbarhet cannot tell it.
            if !(level == "s" && said.is_empty()) {
                same(level, &said, &row[level]);
            }
        }
        let end = system["contract_end"].as_str().unwrap_or_default();
        same(
            "contract_end",
            end,
            if row["contract_end_state"] == "date" { row["contract_end"].as_str() } else { "" },
        );
        let units: Vec<&str> = system["units"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        same("units", &units.join(", "), &departments[&row["forvaltning"]]);
        let areas: Vec<&str> =
            system["function_areas"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if !areas.is_empty() {
            same("function area", &areas.join(", "), &row["function_area"]);
            with_area += 1;
        }
        if with_column(&place.0, "phase") {
            let phase = phases[&row["system_id"]].replace('ä', "a").replace('ö', "o");
            same("phase", system["phase"].as_str().unwrap(), &phase);
        }
        let owner = sorted_words(system["owner"].as_str().unwrap_or_default());
        let written = named(&row["owner_text"]);
        // A name that was found among the people is shown as the person's own, which may have more given names.
        if !written.is_subset(&owner) || written.is_empty() != owner.is_empty() {
            wrong.push(format!("{place:?} owner: {owner:?} instead of {written:?}"));
        }
    }
    assert!(with_area * 3 > truth.len(), "function areas of {with_area} rows only");
    assert!(wrong.is_empty(), "{} of {} rows: {wrong:#?}", wrong.len(), truth.len());
    assert_eq!(found.len(), truth.len(), "each good row is one system, and nothing else is");
    compare_holders(&app, &root, &truth).await;

    let mut expected = BTreeSet::new();
    let ids: Vec<&String> = system_of.keys().collect();
    for (i, a) in ids.iter().enumerate() {
        for b in ids.iter().skip(i + 1).filter(|b| system_of[**b] == system_of[*a]) {
            expected.insert(((*a).min(*b), (*a).max(*b)));
        }
    }
    // Pairs that are the same through others are the same: a group is decided on as one.
    let mut group: HashMap<&String, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    for row in &found {
        let id = row["id"].as_str().unwrap().to_owned();
        for other in row["proposed_same_as"].as_array().unwrap() {
            let other = other["id"].as_str().unwrap().to_owned();
            let (from, to) = (group[&other], group[&id]);
            group.values_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
    }
    let mut proposed = BTreeSet::new();
    for (i, a) in ids.iter().enumerate() {
        for b in ids.iter().skip(i + 1).filter(|b| group[**b] == group[*a]) {
            proposed.insert(((*a).min(*b), (*a).max(*b)));
        }
    }
    let right = proposed.intersection(&expected).count();
    let share = |n: usize, of: usize| {
        f64::from(u32::try_from(n).unwrap()) / f64::from(u32::try_from(of.max(1)).unwrap())
    };
    let (precision, recall) = (share(right, proposed.len()), share(right, expected.len()));
    eprintln!(
        "{municipality}: {} lists, {} rows, {compared} values compared; {} pairs proposed, {} true, precision {precision:.3}, recall {recall:.3}",
        files.len(),
        truth.len(),
        proposed.len(),
        expected.len()
    );
    assert!(precision >= 0.95, "precision {precision:.3}");
    assert!(recall >= 0.90, "recall {recall:.3}");
}

#[tokio::test]
async fn the_small_municipalitys_lists_are_read_as_they_are_meant() {
    measure("kommun-small").await;
}

#[tokio::test]
async fn the_medium_municipalitys_lists_are_read_as_they_are_meant() {
    measure("kommun-medium").await;
}
