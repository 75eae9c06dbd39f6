//! The fictional municipalities' own months, taken in file by file as their people would send them, against the answer key: what
//! every row of every leaver list means, and whose every subscription is. What is measured is printed.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::TestApp;
use super::support::command::Program;
use super::support::data::shared;

const TODAY: &str = "2026-11-20";

/// The rows of an answer key.
fn key(dir: &Path, name: &str) -> Vec<HashMap<String, String>> {
    let text = std::fs::read_to_string(dir.join("truth").join(name)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn import(program: &Program, kind: &str, more: &[&str], file: &Path) -> Vec<Value> {
    let mut args = vec!["import", "--tenant", "vik", "--kind", kind, "--json", "--yes", "--today", TODAY];
    args.extend(more);
    args.push(file.to_str().unwrap());
    let ended = program.run(&args);
    assert!(ended.status < 2, "{}: {}", file.display(), ended.stderr);
    lines(&ended.stdout)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    // The first of two equal files is the one without "(1)" in its name.
    files.sort_by_key(|file| (file.as_os_str().len(), file.clone()));
    files
}

/// The codes that the README of a municipality's files explains: "Orsakskoder i VOF-listorna: 01 egen uppsägning, …".
fn codes(dir: &Path) -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(dir.join("README.md")).unwrap();
    readme
        .lines()
        .filter(|line| line.contains("koder i "))
        .filter_map(|line| line.split_once(": "))
        .map(|(of, codes)| (of.to_lowercase(), codes.trim_end_matches('.').to_owned()))
        .collect()
}

/// Takes in everything that the matching looks at, oldest first. `explained` = the senders' own codes are told too.
async fn municipality(name: &str, explained: bool) -> Option<(TestApp, Program, PathBuf)> {
    let dir = shared(&format!("data/{name}"))?;
    let app = TestApp::new().await;
    // One program for all files: personal numbers are compared by a key that lies in its folder.
    let program = app.command();
    import(&program, "org-tree", &[], &dir.join("org_tree.csv"));
    import(&program, "staff-snapshot", &["--received", "2026-10-30"], &dir.join("hr_snapshot_2026-10.xlsx"));
    import(&program, "staff-snapshot", &["--received", "2026-11-18"], &dir.join("hr_snapshot_2026-11.csv"));
    for file in files(&dir.join("leavers")) {
        let of_vof = file.file_name().unwrap().to_string_lossy().starts_with("VOF");
        let source = if of_vof { "VOF" } else { "" };
        let told: &[&str] = if of_vof { &["--source", source] } else { &[] };
        import(&program, "leavers", told, &file);
        if explained && of_vof {
            let (_, codes) = codes(&dir).into_iter().find(|(of, _)| of.contains("vof")).unwrap();
            let ended = program.run(&[
                "leavers", "reasons", "--tenant", "vik", "--source", source, &codes, "--today", TODAY,
            ]);
            assert_eq!(ended.status, 0, "{}", ended.stderr);
        }
    }
    for file in files(&dir.join("subscriptions")) {
        import(&program, "subscriptions", &[], &file);
    }
    Some((app, program, dir))
}

fn list(program: &Program, kind: &str) -> Vec<Value> {
    let ended = program.run(&["list", kind, "--tenant", "vik", "--json", "--today", TODAY]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    lines(&ended.stdout)
}

/// File name and row of where a row of a list came from.
fn place(row: &Value) -> (String, i64) {
    let source = &row["source"];
    let file = source["file"].as_str().unwrap_or_default();
    (file.rsplit('/').next().unwrap_or_default().to_owned(), source["row"].as_i64().unwrap_or_default())
}

/// The verdicts that mean the same as the answer key's words.
fn agrees(truth: &str, verdict: &str) -> bool {
    match truth {
        "true_leaver" | "true_leaver_two_employments" | "hourly_ended" => verdict == "leaver",
        "mover" | "reorganisation_mover" => verdict == "mover",
        "multiple_employment" => verdict == "multiple",
        "rehire" | "rehire_gap_over_90" => verdict == "rehire",
        "leave_of_absence" => verdict == "leave",
        "extended" => matches!(verdict, "leave" | "extended"),
        "correction_row" | "withdrawn_later" => matches!(verdict, "correction" | "withdrawn"),
        "hourly_in_grace" => verdict == "hourly_grace",
        "protected_leaver" | "protected_mover" => matches!(verdict, "protected" | "leaver" | "mover"),
        same => same == verdict,
    }
}

fn verdicts(name: &str, program: &Program, dir: &Path) -> (usize, usize, usize) {
    let found: HashMap<(String, i64), Value> =
        list(program, "leaver-rows").into_iter().map(|row| (place(&row), row)).collect();
    let (mut right, mut all, mut wrongly_left) = (0, 0, 0);
    for truth in key(dir, "leaver_row_truth.csv").iter().filter(|t| t["status"] == "good") {
        all += 1;
        let file = truth["file"].rsplit('/').next().unwrap().to_owned();
        let row = found.get(&(file, truth["row"].parse().unwrap()));
        let verdict = row.map_or("", |row| row["verdict"].as_str().unwrap_or_default());
        if agrees(&truth["verdict"], verdict) {
            right += 1;
        } else {
            eprintln!("{name} {} row {}: {} but {verdict}", truth["file"], truth["row"], truth["verdict"]);
        }
        wrongly_left += usize::from(truth["is_leaver_2026_11_20"] == "0" && verdict == "leaver");
    }
    (right, all, wrongly_left)
}

/// How the proposals agree with the answer key.
#[derive(Debug, Default)]
struct Figures {
    all: usize,
    within: usize,
    strict: usize,
    wrongly_a: usize,
    leavers: usize,
    leavers_found: usize,
    kinds: usize,
    uses: usize,
    holders: usize,
    right_holders: usize,
    outside: BTreeMap<String, usize>,
}

fn classes(name: &str, program: &Program, dir: &Path) -> Figures {
    let found: HashMap<(String, i64), Value> =
        list(program, "subscriptions").into_iter().map(|row| (place(&row), row)).collect();
    let numbers: HashMap<String, String> = key(dir, "employments.csv")
        .into_iter()
        .map(|e| (e["anstallningsnummer"].trim_start_matches('0').to_owned(), e["person_id"].clone()))
        .collect();
    let mut figures = Figures::default();
    for truth in key(dir, "subscription_truth.csv").iter().filter(|t| !t["expected_class"].is_empty()) {
        if truth["row_rejected"].contains("11") || truth["row_rejected"].contains("telia") {
            continue;
        }
        let place = match (truth["row_2026_11"].parse(), truth["row_telia"].parse()) {
            (Ok(row), _) => ("telenor_2026-11.csv".to_owned(), row),
            (_, Ok(row)) => ("telia_2026-11.xlsx".to_owned(), row),
            _ => continue,
        };
        let Some(row) = found.get(&place) else {
            // A row that was refused is no subscription; any other must be found.
            assert!(!truth["row_rejected"].is_empty(), "{name} {place:?} is not in the list");
            continue;
        };
        let class = row["class"].as_str().unwrap_or_default();
        let accepted: Vec<&str> = truth["accept_classes"].split('|').collect();
        let hidden = row["name"] == "Skyddad uppgift";
        // The command gives nothing for what needs nobody, whether the holder is found or not.
        let fits = |accepted: &str| accepted == class || (class.is_empty() && matches!(accepted, "-" | "U"));
        let ok = accepted.iter().any(|a| fits(a)) || (hidden && accepted.contains(&"SKYDD"));
        let expected = truth["expected_class"].as_str();
        figures.all += 1;
        figures.within += usize::from(ok);
        figures.strict += usize::from(fits(expected));
        figures.wrongly_a += usize::from(class == "A" && !accepted.contains(&"A"));
        let left = matches!(expected, "A" | "B");
        figures.leavers += usize::from(left);
        figures.leavers_found += usize::from(left && matches!(class, "A" | "B"));
        let kind = if row["kind"] == "non_person" { "nonperson" } else { "person" };
        figures.kinds += usize::from(kind == truth["kind"] || accepted.contains(&"N"));
        figures.uses += usize::from(row["use"] == truth["use"].as_str());
        if matches!(class, "A" | "B") && !truth["candidates"].is_empty() {
            figures.holders += 1;
            // Whom the item's own data point at: also where the number has been given on and only the name says so.
            let number = row["employee_no"].as_str().unwrap_or_default().trim_start_matches('0');
            let person = numbers.get(number).map(String::as_str);
            let right = number.is_empty() || truth["candidates"].split('|').any(|c| Some(c) == person);
            figures.right_holders += usize::from(right);
        }
        if !ok {
            *figures.outside.entry(format!("{expected} as {class}")).or_default() += 1;
            eprintln!(
                "{name} {place:?}: expected {} got {class} {:?}",
                truth["accept_classes"], row["evidence"]
            );
        }
    }
    figures
}

async fn holds(name: &str) {
    let Some((_app, program, dir)) = municipality(name, true).await else { return };
    let (right, all, wrongly_left) = verdicts(name, &program, &dir);
    eprintln!(
        "{name}: {right} of {all} leaver rows as the answer key says, {wrongly_left} wrongly taken for leavers"
    );
    let figures = classes(name, &program, &dir);
    eprintln!("{name}, subscriptions: {figures:?}");
    assert!(all > 0 && right * 100 >= all * 99, "{right} of {all}");
    assert!(figures.all > 0, "nothing compared");
    assert!(figures.within * 100 >= figures.all * 98, "{} of {}", figures.within, figures.all);
    assert_eq!(figures.wrongly_a, 0);
    assert!(
        figures.leavers_found * 100 >= figures.leavers * 95,
        "{} of {}",
        figures.leavers_found,
        figures.leavers
    );
    assert_eq!(figures.right_holders, figures.holders, "a proposed holder is somebody else");
}

#[tokio::test]
async fn the_months_of_the_small_municipality_are_what_its_answer_key_says() {
    holds("kommun-small").await;
}

#[tokio::test]
async fn the_months_of_the_medium_municipality_are_what_its_answer_key_says() {
    holds("kommun-medium").await;
}

#[tokio::test]
async fn a_sender_whose_codes_nobody_has_explained_makes_nobody_a_sure_leaver_who_is_not() {
    let Some((_app, program, dir)) = municipality("kommun-small", false).await else { return };
    let (right, all, _) = verdicts("unexplained", &program, &dir);
    let figures = classes("unexplained", &program, &dir);
    eprintln!("unexplained codes: {right} of {all} leaver rows, subscriptions {figures:?}");
    assert_eq!(figures.wrongly_a, 0);
    assert!(figures.within * 100 >= figures.all * 98, "{} of {}", figures.within, figures.all);
}
