//! A small municipality for the tests of the rules: it is the twentieth of November 2026, and the newest snapshot is two
//! days old.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::rules::leaver_matching::*;

/// The day it is.
pub(super) fn today() -> NaiveDate {
    day("2026-11-20")
}

pub(super) fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

/// Persons, rows and what surrounds them.
#[derive(Clone)]
pub(super) struct World {
    pub persons: Vec<Person>,
    pub rows: Vec<LeaverRow>,
    pub snapshot: Option<Snapshot>,
    pub successors: HashMap<String, String>,
    pub units: Vec<String>,
    pub settings: Settings,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            persons: Vec::new(),
            rows: Vec::new(),
            snapshot: Some(Snapshot { taken_on: day("2026-11-18") }),
            successors: HashMap::from([("4611".to_owned(), "4711".to_owned())]),
            units: vec!["Simhallen".to_owned()],
            settings: Settings::default(),
        }
    }

    /// Somebody who works at unit 4711 since 2020. The number is 1000 and the position.
    pub(super) fn works(&mut self, surname: &str, given: &str) -> PersonIx {
        let number = format!("{}", 1000 + self.persons.len());
        self.persons.push(Person {
            personal_id: Some(format!("19900101{number}")),
            numbers: vec![EmployeeNumber { company: "01".into(), number: number.clone() }],
            names: vec![KnownName::current(given, surname)],
            employments: vec![employment(&number, "4711", "2020-01-01")],
            ..Person::default()
        });
        self.persons.len() - 1
    }

    /// Somebody who worked at unit 4711 and is listed with this end date in its month.
    pub(super) fn left(&mut self, surname: &str, given: &str, end: &str) -> PersonIx {
        let person = self.works(surname, given);
        self.persons[person].employments[0].in_newest = day(end) > day("2026-11-18");
        self.lists(person, end);
        person
    }

    /// A row about the person's first employment, in the list of the end date's month.
    pub(super) fn lists(&mut self, person: PersonIx, end: &str) -> RowIx {
        let of = &self.persons[person].employments[0];
        self.rows.push(LeaverRow {
            person: Some(person),
            list_month: day(end),
            company: of.company.clone(),
            number: of.number.clone(),
            unit: of.unit.clone(),
            start: of.start,
            end: Some(day(end)),
            form: EmploymentForm::Monthly,
            event: EventKind::Leaves,
            new_employment: false,
            is_protected: false,
        });
        self.rows.len() - 1
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            today: today(),
            persons: &self.persons,
            rows: &self.rows,
            snapshot: self.snapshot,
            successors: &self.successors,
            unit_names: &self.units,
            titles: &[],
            settings: self.settings,
        }
    }

    pub(super) fn propose(&self, item: &Item) -> Proposal {
        Matcher::new(self.input()).propose(item)
    }

    pub(super) fn verdict(&self, row: RowIx) -> (Verdict, LCode) {
        let matcher = Matcher::new(self.input());
        let verdict = &matcher.verdicts()[row];
        (verdict.verdict, verdict.l_code)
    }
}

/// An active employment in the newest snapshot.
pub(super) fn employment(number: &str, unit: &str, start: &str) -> Employment {
    Employment {
        company: "01".into(),
        number: number.into(),
        unit: unit.into(),
        start: Some(day(start)),
        form: EmploymentForm::Monthly,
        in_newest: true,
        ..Employment::default()
    }
}

/// A subscription that shows nothing but a holder.
pub(super) fn held_by(holder: &str) -> Item {
    Item { holder: holder.to_owned(), type_text: "Mobil 20 GB".to_owned(), ..Item::default() }
}

/// The class of a proposal and the codes of what it rests on.
pub(super) fn class_and_codes(p: &Proposal) -> (Class, Vec<&'static str>) {
    (p.class, p.evidence_codes().iter().map(|e| e.code()).collect())
}
