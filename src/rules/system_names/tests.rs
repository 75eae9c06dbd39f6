use std::collections::{HashMap, HashSet};

use calamine::{Data, Reader, open_workbook_auto};
use proptest::prelude::*;

use super::*;
use crate::rules::test_support::{shared_csv, shared_dir};

fn row<'a>(name: &'a str, supplier: &'a str, area: &'a str) -> SystemRow<'a> {
    let some = |s: &'a str| Some(s).filter(|s| !s.is_empty());
    SystemRow { name, supplier: some(supplier), function_area: some(area), owner: None, list: 0 }
}

fn proposed(a: SystemRow<'_>, b: SystemRow<'_>) -> Option<Vec<Reason>> {
    let b = SystemRow { list: 1, ..b };
    propose(&[a, b]).pop().map(|p| p.reasons)
}

#[test]
fn one_system_in_the_writings_of_two_units_is_proposed() {
    let s = "Exempel Data AB";
    for (a, b, first) in [
        ("Björkö Bygglov", "Björkö Bygglov", Reason::SameName),
        ("Björkö Bygglov", " BJÖRKÖ BYGGLOV", Reason::SameNameFolded),
        ("Björkö Bygglov", "Bjorko Bygglov", Reason::SameNameFolded),
        ("Björkö Bygglov", "Bjoerkoe Bygglov", Reason::SameNameFolded),
        ("Björkö Bygglov", "BjörköBygglov", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö-Bygglov", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö Bygglo", Reason::Truncated),
        ("Björkö Bygglov", "Björkö Byglov", Reason::Typo),
        ("Björkö Bygglov", "Bjrk Bygglov", Reason::LettersLost),
        ("Björkö Bygglov", "Björkö Bygglov 3.0", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö Bygglov v2", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö Bygglov (molnet)", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö Bygglov - Exempel", Reason::SameNameFolded),
        ("Björkö Bygglov", "Björkö Bygglov (Exempel Data)", Reason::SameNameFolded),
        ("Björkö Bygglov (skola)", "Björkö Bygglov, instans skola", Reason::SameNameFolded),
        ("Björkö Bygglov (skola)", "BJÖRKÖ-BYGGLOV skola", Reason::SameNameFolded),
        ("Plan & Bygg", "Plan och bygg", Reason::SameNameFolded),
        ("Björkö", "Exempel Björkö", Reason::ExtraWord),
    ] {
        let reasons = proposed(row(a, s, "bygglov"), row(b, "EXEMPEL  DATA Aktiebolag", "bygglov"));
        assert_eq!(reasons.as_ref().and_then(|r| r.first()).copied(), Some(first), "{a} = {b}");
        assert!(reasons.unwrap().contains(&Reason::SameSupplier), "{a} = {b}");
    }
}

#[test]
fn other_instances_and_other_products_are_not_proposed() {
    let s = "Exempel Data AB";
    for (a, b) in [
        ("Björkö Bokning", "Björkö Bokning (skola)"),
        ("Björkö Bokning (vård)", "Björkö Bokning (skola)"),
        ("Björkö Bokning vård", "Björkö Bokning skola"),
        ("Björkö Bokning", "Björkö Bokning test"),
        ("Björkö Bokning", "Björkö Lokalbok"),
        ("Björkö Bokning", "Lingö Bokning"),
        ("Björkö Nav", "Björkö Nöd"),
        ("Björkö Tid", "Björkö Tidbok"),
        ("Björkö Karta", "Björkö Kassa"),
        ("Björkö 360", "Björkö 365"),
        ("Björkö Lön", "Björkö Lån"),
        ("IST Hem skola", "IST Hem förskola"),
    ] {
        assert_eq!(proposed(row(a, s, ""), row(b, s, "")), None, "{a} = {b}");
    }
}

#[test]
fn another_supplier_speaks_against_unless_the_name_says_enough() {
    let (x, y) = ("Exempel Data AB", "Annan Leverantör AB");
    assert_eq!(
        proposed(row("Intranät", x, "intranät"), row("Intranät", y, "intranät")),
        None,
        "a generic word"
    );
    let reasons = proposed(row("Björkö Bygglov", x, "bygglov"), row("Björkö Bygglov", y, "")).unwrap();
    assert_eq!(reasons.last(), Some(&Reason::OtherSupplier));
    assert_eq!(proposed(row("Björkö Bygglov", x, "bygglov"), row("Björkö Bygglo", y, "bygglov")), None);
    assert_eq!(proposed(row("Björkö Bygglov", x, "bygglov"), row("Björkö Bygglov", y, "arkiv")), None);
}

#[test]
fn a_supplier_behind_the_name_is_known_from_other_rows() {
    let rows = [
        SystemRow {
            name: "Björkö Bygglov",
            supplier: Some("Exempel Data AB"),
            list: 0,
            ..SystemRow::default()
        },
        SystemRow { name: "Björkö Bygglov - Exempel", list: 1, ..SystemRow::default() },
        SystemRow { name: "Björkö Bygglov - Nämnden", list: 2, ..SystemRow::default() },
    ];
    let pairs: Vec<(usize, usize)> = propose(&rows).iter().map(|p| (p.a, p.b)).collect();
    assert_eq!(pairs, [(0, 1)]);
}

#[test]
fn groups_join_what_is_proposed() {
    let p = |a, b| Proposal { a, b, score: 90, reasons: vec![Reason::SameName] };
    assert_eq!(groups(6, &[p(0, 2), p(2, 5), p(1, 3)]), [vec![0, 2, 5], vec![1, 3]]);
    assert!(groups(3, &[]).is_empty());
}

#[test]
fn a_name_shared_by_very_many_rows_still_joins_them_all() {
    let rows: Vec<SystemRow<'_>> =
        (0..300).map(|list| SystemRow { name: "Kontorspaketet", list, ..SystemRow::default() }).collect();
    let proposals = propose(&rows);
    assert!(proposals.len() < 1000, "{} pairs", proposals.len());
    assert_eq!(groups(300, &proposals).len(), 1);
}

/// Reads the lists themselves: the name, supplier, purpose and owner columns by the words in their headers.
fn cells(file: &std::path::Path) -> HashMap<u32, [String; 4]> {
    let mut book = open_workbook_auto(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let sheet = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&sheet).unwrap();
    let first = range.start().unwrap_or_default().0;
    let text = |c: &Data| c.to_string();
    let header = |wanted: &[&str], cells: &[Data]| {
        cells.iter().position(|c| wanted.contains(&text(c).to_lowercase().trim_end_matches(['.', '?'])))
    };
    let mut columns: Option<[Option<usize>; 4]> = None;
    let mut out = HashMap::new();
    for (i, row) in range.rows().enumerate() {
        if columns.is_none() {
            if let Some(name) = header(&["system", "systemnamn", "namn på system", "benämning"], row) {
                columns = Some([
                    Some(name),
                    header(&["leverantör", "lev"], row),
                    header(&["funktionsområde", "vad används det till", "används för"], row),
                    header(&["systemägare", "ägare"], row),
                ]);
            }
            continue;
        }
        let cell =
            |n: usize| columns.and_then(|c| c[n]).and_then(|at| row.get(at)).map(text).unwrap_or_default();
        out.insert(first + u32::try_from(i).unwrap() + 1, [cell(0), cell(1), cell(2), cell(3)]);
    }
    out
}

#[test]
fn the_rows_of_the_shared_lists_find_their_systems() {
    for municipality in ["kommun-small", "kommun-medium"] {
        let (Some(dir), Some(truth)) =
            (shared_dir(), shared_csv(&format!("data/{municipality}/truth/system_row_truth.csv")))
        else {
            return;
        };
        let files: Vec<&str> =
            truth.iter().map(|t| t["file"].as_str()).collect::<HashSet<_>>().into_iter().collect();
        let lists: HashMap<&str, (u32, HashMap<u32, [String; 4]>)> = files
            .iter()
            .zip(0..)
            .map(|(f, n)| (*f, (n, cells(&dir.join("data").join(municipality).join(f)))))
            .collect();
        let nothing = [const { String::new() }; 4];
        let rows: Vec<SystemRow<'_>> = truth
            .iter()
            .map(|t| {
                let (list, cells) = &lists[t["file"].as_str()];
                let c = cells.get(&t["row"].parse().unwrap()).unwrap_or(&nothing);
                let some = |s: &'_ str| !s.trim().is_empty();
                SystemRow {
                    name: &t["shown_name"],
                    supplier: Some(c[1].as_str()).filter(|s| some(s)),
                    function_area: Some(c[2].as_str()).filter(|s| some(s)),
                    owner: Some(c[3].as_str()).filter(|s| some(s)),
                    list: *list,
                }
            })
            .collect();
        assert!(rows.iter().filter(|r| r.supplier.is_some()).count() * 2 > rows.len(), "suppliers not found");
        let bare: Vec<SystemRow<'_>> =
            rows.iter().map(|r| SystemRow { name: r.name, list: r.list, ..SystemRow::default() }).collect();
        for (what, rows, recall) in [("all columns", &rows, 90), ("names only", &bare, 85)] {
            let (right, proposed, all) = figures(rows, &truth);
            eprintln!(
                "{municipality}, {what}: {} rows, precision {right}/{proposed}, recall {right}/{all}",
                rows.len()
            );
            assert!(right * 100 >= proposed * 95, "{what}: precision {right}/{proposed}");
            assert!(right * 100 >= all * recall, "{what}: recall {right}/{all}");
        }
    }
}

/// Right proposals, all proposals, all true pairs.
fn figures(rows: &[SystemRow<'_>], truth: &[HashMap<String, String>]) -> (usize, usize, usize) {
    let system = |i: usize| truth[i]["system_id"].as_str();
    let mut per: HashMap<&str, usize> = HashMap::new();
    (0..rows.len()).for_each(|i| *per.entry(system(i)).or_default() += 1);
    let all: usize = per.values().map(|n| n * (n - 1) / 2).sum();
    let proposals = propose(rows);
    for p in proposals.iter().filter(|p| system(p.a) != system(p.b)) {
        eprintln!("wrong: {} = {} {:?}", rows[p.a].name, rows[p.b].name, p.reasons);
    }
    let right: HashSet<(usize, usize)> =
        proposals.iter().filter(|p| system(p.a) == system(p.b)).map(|p| (p.a, p.b)).collect();
    for a in 0..rows.len() {
        for b in a + 1..rows.len() {
            if system(a) == system(b) && !right.contains(&(a, b)) {
                eprintln!("missed: {} = {}", rows[a].name, rows[b].name);
            }
        }
    }
    (right.len(), proposals.len(), all)
}

proptest! {
    #[test]
    fn the_order_of_the_rows_does_not_change_what_is_proposed(names in proptest::collection::vec("[abå]{5,7}( (skola|test))?", 2..8)) {
        let rows: Vec<SystemRow<'_>> = names.iter().map(|n| row(n, "", "")).collect();
        let reversed: Vec<SystemRow<'_>> = rows.iter().rev().copied().collect();
        let n = rows.len() - 1;
        let there: HashSet<(usize, usize)> = propose(&rows).iter().map(|p| (p.a, p.b)).collect();
        let back: HashSet<(usize, usize)> = propose(&reversed).iter().map(|p| (n - p.b, n - p.a)).collect();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn no_text_breaks_the_parser(a in "\\PC{0,30}", b in "\\PC{0,30}") {
        let _ = propose(&[row(&a, &b, &a), row(&b, &a, &b), row(&a, "", "")]);
    }
}
