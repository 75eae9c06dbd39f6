//! What became of the cases that a leaver list led to, as R07 counts it.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::links::Links;
use super::model::Cell;
use super::queries::CaseRow;
use super::r06::{CLASSES, WAITING};

/// Days after which an open case has waited too long (rules 2.10).
const TOO_LONG: u64 = 30;

/// Classes of which nothing is proposed to end now.
const OTHERS: [&str; 3] = ["P", "U", "X"];
/// Outcomes: the subscription ends.
const ENDED: [&str; 2] = ["avsluta", "privat_overtagande"];
/// Outcomes: it stays.
const KEPT: [&str; 3] = ["behall", "reserv", "ej_person"];
/// Outcomes: it goes to somebody or something else.
const ELSEWHERE: [&str; 3] = ["overlat", "flytta_kostnad", "fel_traff"];

/// What became of the cases of some lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Became {
    a: usize,
    b: usize,
    c: usize,
    other: usize,
    /// Of the others, those of a class that the worklist has no filter for.
    nameless: usize,
    ended: usize,
    kept: usize,
    elsewhere: usize,
    ordered: usize,
    /// Proved by an operator's list.
    pub verified: usize,
    /// Open for more than thirty days, of the classes that end something.
    pub too_long: usize,
}

impl Became {
    /// Counts a case. `day` = the day of the report.
    pub fn add(&mut self, case: &CaseRow, day: NaiveDate) {
        match case.class.as_str() {
            "A" => self.a += 1,
            "B" => self.b += 1,
            "C" => self.c += 1,
            class => {
                self.other += 1;
                self.nameless += usize::from(!OTHERS.contains(&class));
            }
        }
        match case.outcome.as_deref() {
            Some(outcome) if ENDED.contains(&outcome) => self.ended += 1,
            Some(outcome) if KEPT.contains(&outcome) => self.kept += 1,
            Some(outcome) if ELSEWHERE.contains(&outcome) => self.elsewhere += 1,
            _ => {}
        }
        self.ordered += usize::from(case.sent_on.is_some());
        self.verified += usize::from(case.state == "verified");
        let waits = WAITING.contains(&case.state.as_str()) && CLASSES.contains(&case.class.as_str());
        let old = case.opened_on.checked_add_days(Days::new(TOO_LONG)).is_some_and(|until| until < day);
        self.too_long += usize::from(waits && old);
    }

    /// As cells that lead to the cases of some lists.
    pub fn cells(self, links: &Links, lists: &[String]) -> [Cell; 10] {
        let cell = |count: usize, key: &str, values: &[&str]| {
            let filters: Vec<(&str, &str)> = lists
                .iter()
                .map(|list| ("lista", list.as_str()))
                .chain(values.iter().map(|value| (key, *value)))
                .collect();
            Cell::count(count).to(&links.cases_by(&filters, None))
        };
        let mut too_long = vec![("gammal", "ja")];
        too_long.extend(CLASSES.map(|class| ("klass", class)));
        too_long.extend(lists.iter().map(|list| ("lista", list.as_str())));
        [
            cell(self.a, "klass", &["A"]),
            cell(self.b, "klass", &["B"]),
            cell(self.c, "klass", &["C"]),
            if self.nameless == 0 { cell(self.other, "klass", &OTHERS) } else { Cell::count(self.other) },
            cell(self.ended, "beslut", &ENDED),
            cell(self.kept, "beslut", &KEPT),
            cell(self.elsewhere, "beslut", &ELSEWHERE),
            cell(self.ordered, "bestallt", &["ja"]),
            cell(self.verified, "lage", &["verified"]),
            Cell::count(self.too_long).to(&links.cases_by(&too_long, None)),
        ]
    }
}

/// The headings of [`Became::cells`], and whether a column is of figures.
pub(super) const BECAME: [(&str, bool); 10] = [
    ("A", true),
    ("B", true),
    ("C", true),
    ("Övriga", true),
    ("Avslutas", true),
    ("Behålls", true),
    ("Annat beslut", true),
    ("Beställda", true),
    ("Verifierade", true),
    ("Öppna > 30 dagar", true),
];

/// What became of the cases of some lists together.
pub(super) fn sum(of_list: &HashMap<Uuid, Became>, ids: impl Iterator<Item = Uuid>) -> Became {
    let mut total = Became::default();
    for one in ids.filter_map(|id| of_list.get(&id)) {
        total.a += one.a;
        total.b += one.b;
        total.c += one.c;
        total.other += one.other;
        total.nameless += one.nameless;
        total.ended += one.ended;
        total.kept += one.kept;
        total.elsewhere += one.elsewhere;
        total.ordered += one.ordered;
        total.verified += one.verified;
        total.too_long += one.too_long;
    }
    total
}
