//! The rules against the shared municipalities: every leaver row, subscription, licence seat and access tag.

use std::collections::{BTreeMap, HashMap};

use super::municipality::municipalities;
use crate::rules::{leaver_matching::*, test_support::shared_csv};

/// The verdicts that mean the same as the truth's words.
fn agrees(truth: &str, verdict: &RowVerdict) -> bool {
    match truth {
        "true_leaver" | "true_leaver_two_employments" | "hourly_ended" => verdict.verdict == Verdict::Leaver,
        "deceased" => verdict.verdict == Verdict::Deceased,
        "planned" => verdict.verdict == Verdict::Planned,
        "hourly_in_grace" => verdict.verdict == Verdict::HourlyGrace,
        "mover" | "reorganisation_mover" => verdict.verdict == Verdict::Mover,
        "multiple_employment" => verdict.verdict == Verdict::Multiple,
        "rehire" | "rehire_gap_over_90" => verdict.verdict == Verdict::Rehire,
        "leave_of_absence" => verdict.verdict == Verdict::Leave,
        "extended" => verdict.verdict == Verdict::Extended,
        "correction_row" => verdict.verdict == Verdict::Correction,
        "withdrawn_later" => verdict.verdict == Verdict::Withdrawn,
        "protected_leaver" => {
            verdict.is_protected && matches!(verdict.verdict, Verdict::Leaver | Verdict::Protected)
        }
        "protected_mover" => {
            verdict.is_protected && matches!(verdict.verdict, Verdict::Mover | Verdict::Protected)
        }
        other => panic!("unknown verdict in the truth: {other}"),
    }
}

#[test]
fn the_leaver_rows_of_the_shared_municipalities_get_their_verdicts() {
    for (name, municipality) in municipalities() {
        let truth = shared_csv(&format!("data/{name}/truth/leaver_row_truth.csv")).unwrap();
        let matcher = Matcher::new(municipality.input());
        let found: HashMap<&(String, usize), &RowVerdict> =
            municipality.places.iter().zip(matcher.verdicts()).collect();
        let (mut right, mut all, mut wrongly_left) = (0, 0, 0);
        for t in truth.iter().filter(|t| t["status"] != "rejected") {
            all += 1;
            let place = (t["file"].clone(), t["row"].parse().unwrap());
            let verdict = found.get(&place);
            if verdict.is_some_and(|v| agrees(&t["verdict"], v)) {
                right += 1;
            } else {
                eprintln!("{name} {place:?}: {} {} but {verdict:?}", t["verdict"], t["l_code"]);
            }
            if t["is_leaver_2026_11_20"] == "0"
                && verdict.is_some_and(|v| v.verdict.is_leaver() && !v.is_doubtful)
            {
                wrongly_left += 1;
            }
        }
        eprintln!("{name}: {right} of {all} leaver rows, {wrongly_left} wrongly taken for leavers");
        assert!(right * 100 >= all * 99, "{name}: {right} of {all}");
        assert_eq!(wrongly_left, 0, "{name}");
    }
}

/// How proposals agree with the truth.
#[derive(Debug, Default)]
struct Figures {
    all: usize,
    within: usize,
    strict: usize,
    wrongly_a: usize,
    leavers: usize,
    leavers_found: usize,
    outside: BTreeMap<String, usize>,
}

impl Figures {
    /// Counts one item; says where it is outside.
    fn count(&mut self, what: &str, truth: &HashMap<String, String>, p: &Proposal) {
        let accepted: Vec<&str> = truth["accept_classes"].split('|').collect();
        let expected = truth["expected_class"].as_str();
        let ok = accepted.contains(&p.class.code()) || (accepted.contains(&"SKYDD") && p.is_protected);
        self.all += 1;
        self.within += usize::from(ok);
        self.strict += usize::from(expected == p.class.code());
        self.wrongly_a += usize::from(p.class == Class::A && !accepted.contains(&"A"));
        let left = matches!(expected, "A" | "B");
        self.leavers += usize::from(left);
        self.leavers_found += usize::from(left && matches!(p.class, Class::A | Class::B));
        if !ok {
            *self.outside.entry(format!("{expected} as {}", p.class.code())).or_default() += 1;
            eprintln!(
                "{what} row {}: expected {expected} ({}), got {} by {:?}, {:?} {:?} {:?}",
                truth.get("row").or(truth.get("row_2026_11")).map(String::as_str).unwrap_or_default(),
                truth["accept_classes"],
                p.class.code(),
                p.evidence_codes(),
                p.candidates.iter().map(|c| c.standing).collect::<Vec<_>>(),
                p.contradictions,
                p.caps,
            );
        }
    }

    fn hold(&self, what: &str) {
        eprintln!("{what}: {self:?}");
        assert!(self.all > 0, "{what}: nothing compared");
        assert!(self.within * 1000 >= self.all * 980, "{what}: {} of {}", self.within, self.all);
        assert_eq!(self.wrongly_a, 0, "{what}");
        assert!(
            self.leavers_found * 100 >= self.leavers * 95,
            "{what}: {} of {}",
            self.leavers_found,
            self.leavers
        );
    }
}

#[test]
fn the_subscriptions_of_the_shared_municipalities_get_their_classes() {
    for (name, municipality) in municipalities() {
        let truth = shared_csv(&format!("data/{name}/truth/subscription_truth.csv")).unwrap();
        let matcher = Matcher::new(municipality.input());
        let (items, places) = municipality.subscriptions();
        let operator = |file: &str| if file.contains("telia") { "telia" } else { "telenor" };
        let found: HashMap<(&str, usize), usize> =
            places.iter().enumerate().map(|(i, (file, row))| ((operator(file), *row), i)).collect();
        let proposals = matcher.propose_all(&items);
        let mut figures = Figures::default();
        for t in truth.iter().filter(|t| !t["expected_class"].is_empty()) {
            let row = match (t["row_2026_11"].parse(), t["row_telia"].parse()) {
                (Ok(row), _) => ("telenor", row),
                (_, Ok(row)) => ("telia", row),
                _ => continue,
            };
            // Rows that an importer refuses are not in the reading.
            if let Some(ix) = found.get(&row) {
                figures.count(&format!("{name} {row:?}"), t, &proposals[*ix]);
            }
        }
        figures.hold(&format!("{name}, subscriptions"));
    }
}

#[test]
fn the_licence_seats_and_tags_of_the_shared_municipalities_get_their_classes() {
    for (name, municipality) in municipalities() {
        let matcher = Matcher::new(municipality.input());
        for (truth, file) in
            [("licence_truth", "licences/snow_2026-11.csv"), ("tag_truth", "tags/passer_nord.csv")]
        {
            let truth = shared_csv(&format!("data/{name}/truth/{truth}.csv")).unwrap();
            let (items, rows) = municipality.holdings(file);
            let proposals = matcher.propose_all(&items);
            let found: HashMap<usize, &Proposal> = rows.iter().copied().zip(&proposals).collect();
            let mut figures = Figures::default();
            for t in truth.iter().filter(|t| t.get("file").is_none_or(|f| f == file)) {
                if let Some(proposal) = found.get(&t["row"].parse().unwrap()) {
                    figures.count(&format!("{name} {file}"), t, proposal);
                }
            }
            figures.hold(&format!("{name}, {file}"));
        }
    }
}
