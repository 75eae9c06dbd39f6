//! The lists of a made-up municipality against what is known to be true of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::import::{rows, take_in};
use crate::support::{TestApp, data::shared};

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

async fn measure(municipality: &str) {
    let Some(root) = shared(&format!("data/{municipality}")) else { return };
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    for unit in table(&root.join("truth/org_units.csv"))
        .iter()
        .filter(|u| u.get("type").is_some_and(|t| t == "förvaltning"))
    {
        let code = format!("T{}", unit["code"]);
        sqlx::query("insert into org_unit (tenant_id, id, code, name, kind, parent_id) values ($1, gen_random_uuid(), $2, $3, 'forvaltning', $4)")
            .bind(app.a.id)
            .bind(code)
            .bind(unit["name"].trim())
            .bind(app.a.top)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();

    let mut files: Vec<_> =
        std::fs::read_dir(root.join("systems")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in &files {
        let name = format!("systems/{}", file.file_name().unwrap().to_str().unwrap());
        take_in(&app, &app.a, &name, &std::fs::read(file).unwrap(), None).await;
    }
    let found = rows(&app, &app.a).await;
    let mut by_place: BTreeMap<(String, i64), &Value> = BTreeMap::new();
    for row in &found {
        for source in row["sources"].as_array().unwrap() {
            by_place
                .insert((source["file"].as_str().unwrap().to_owned(), source["row"].as_i64().unwrap()), row);
        }
    }

    let truth: Vec<_> = table(&root.join("truth/system_row_truth.csv"))
        .into_iter()
        .filter(|r| r["status"] == "good")
        .collect();
    let (mut wrong, mut system_of) = (Vec::new(), HashMap::new());
    for row in &truth {
        let place = (row["file"].clone(), row["row"].parse::<i64>().unwrap());
        let Some(system) = by_place.get(&place) else {
            wrong.push(format!("{place:?}: not in the register"));
            continue;
        };
        system_of.insert(system["id"].as_str().unwrap().to_owned(), row["system_id"].clone());
        for level in ["k", "r", "t", "s"] {
            let said = system[level].as_i64().map(|l| l.to_string()).unwrap_or_default();
            // A layout without spårbarhet cannot tell it.
            if said != row[level] && !(level == "s" && said.is_empty()) {
                wrong.push(format!("{place:?} {level}: {said} instead of {}", row[level]));
            }
        }
        let end = system["contract_end"].as_str().unwrap_or_default();
        let expected = if row["contract_end_state"] == "date" { row["contract_end"].as_str() } else { "" };
        if end != expected {
            wrong.push(format!(
                "{place:?} contract_end: {end} instead of {expected} ({})",
                row["contract_end_text"]
            ));
        }
        let owner = sorted_words(system["owner"].as_str().unwrap_or_default());
        let written = sorted_words(row["owner_text"].split('(').next().unwrap_or_default());
        if owner != written {
            wrong.push(format!("{place:?} owner: {owner:?} instead of {written:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows: {wrong:#?}", wrong.len(), truth.len());
    assert_eq!(found.len(), truth.len(), "each good row is one system, and nothing else is");

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
        "{municipality}: {} rows, {} pairs proposed, {} true, precision {precision:.3}, recall {recall:.3}",
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
