//! Persons and rows of lists as the rules take them.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::queries::{EmploymentRow, ListedRow, PersonRow, SnapshotRow};
use crate::areas::leavers::events;
use crate::areas::organisation::Units;
use crate::rules::leaver_matching::{
    Account, EmployeeNumber, Employment, EmploymentForm, EmploymentKind, EmploymentStatus, EventKind,
    KnownName, LeaverRow, Person, ReasonTable, Register, WorkMobile,
};
use crate::rules::names::PersonName;

/// The persons of the register with their ids.
pub(super) fn persons(
    found: Vec<PersonRow>,
    employments: Vec<EmploymentRow>,
    snapshots: &[SnapshotRow],
    units: &Units,
) -> (Vec<Uuid>, Vec<Person>) {
    let days: HashMap<Uuid, NaiveDate> = snapshots.iter().map(|s| (s.id, s.taken_on)).collect();
    let newest = snapshots.first().map(|s| s.taken_on);
    let mut of_person: HashMap<Uuid, Vec<EmploymentRow>> = HashMap::new();
    for employment in employments {
        of_person.entry(employment.person_id).or_default().push(employment);
    }
    found
        .into_iter()
        .map(|p| {
            let held = of_person.remove(&p.id).unwrap_or_default();
            // What is in the newest list is said by it; what has gone was said by the list before that.
            let here = held.iter().any(|e| e.missing_from_snapshot_id.is_none());
            let gone = held.iter().filter_map(|e| days.get(&e.missing_from_snapshot_id?)).max();
            let recorded = if here { newest } else { gone.copied() };
            (p.id, person(p, held, recorded, units))
        })
        .unzip()
}

fn person(p: PersonRow, held: Vec<EmploymentRow>, recorded: Option<NaiveDate>, units: &Units) -> Person {
    let mut names = if p.given_names.is_empty() || p.family_name.is_empty() {
        vec![KnownName::whole(&p.display_name)]
    } else {
        vec![KnownName::current(&p.given_names, &p.family_name)]
    };
    names.extend(p.earlier_names.iter().map(|earlier| KnownName::earlier(&p.given_names, earlier)));
    names.retain(|n| !n.text.is_empty() && !hides(&n.name));
    Person {
        personal_id: p.personal_id_hash.as_deref().map(hex),
        accounts: [p.login, p.email].into_iter().flatten().map(|id| Account { id, from: None }).collect(),
        mobiles: p
            .work_mobile
            .zip(recorded)
            .map(|(number, recorded)| WorkMobile { number, recorded })
            .into_iter()
            .collect(),
        names,
        is_protected: p.is_protected,
        numbers: held
            .iter()
            .filter(|e| !e.employee_no.is_empty())
            .map(|e| EmployeeNumber { company: e.company_code.clone(), number: e.employee_no.clone() })
            .collect(),
        employments: held
            .into_iter()
            .map(|e| Employment {
                kind: if e.kind == "uppdrag" {
                    EmploymentKind::Assignment
                } else {
                    EmploymentKind::Employment
                },
                company: e.company_code,
                number: e.employee_no,
                unit: unit_text(units, e.org_unit_id, &e.unit_text),
                cost_centre: String::new(),
                start: e.start_date,
                end: e.end_date,
                form: EmploymentForm::parse(&e.form),
                status: match e.status.as_str() {
                    "tjanstledig" => EmploymentStatus::OnLeave,
                    "kommande" => EmploymentStatus::Coming,
                    "avslutad" => EmploymentStatus::Ended,
                    _ => EmploymentStatus::Active,
                },
                in_newest: e.missing_from_snapshot_id.is_none(),
            })
            .collect(),
        ..Person::default()
    }
}

fn unit_text(units: &Units, id: Option<Uuid>, text: &str) -> String {
    id.and_then(|id| units.get(id)).map_or_else(|| text.to_owned(), |unit| unit.code.clone())
}

/// Whether a name stands for somebody who is not to be known.
fn hides(name: &PersonName) -> bool {
    let key = name.keys().k1;
    key.starts_with("skydd") || key.starts_with("sekretess")
}

/// Bytes as text, for comparing.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row as the rules take it. What it tells about its person goes to the register, so that later rows find the same one.
pub(super) fn leaver_row(
    row: &ListedRow,
    register: &mut Register,
    reasons: &HashMap<Uuid, ReasonTable>,
    units: &Units,
) -> LeaverRow {
    let unit = unit_text(
        units,
        row.org_unit_id,
        if row.unit_code.is_empty() { &row.unit_text } else { &row.unit_code },
    );
    let mut names = if row.full_name.is_empty() {
        vec![KnownName::current(&row.given_names, &row.family_name)]
    } else {
        vec![KnownName::whole(&row.full_name)]
    };
    names.retain(|n| !n.text.is_empty() && !hides(&n.name));
    let account = |id: &str| Some(Account { id: id.to_owned(), from: None }).filter(|a| !a.id.is_empty());
    let record = Person {
        personal_id: row.personal_id_hash.as_deref().map(hex),
        numbers: Some(EmployeeNumber { company: row.company.clone(), number: row.employee_no.clone() })
            .filter(|n| !n.number.is_empty())
            .into_iter()
            .collect(),
        accounts: account(&row.login).into_iter().chain(account(&row.email)).collect(),
        mobiles: row
            .mobile
            .clone()
            .map(|number| WorkMobile { number, recorded: row.period })
            .into_iter()
            .collect(),
        names,
        is_protected: row.is_hidden,
        ..Person::default()
    };
    // A row that tells nothing that identifies stands for itself.
    let tells = record.personal_id.is_some() || !record.numbers.is_empty() || !record.accounts.is_empty();
    let person = tells.then(|| register.take_in(record).0);
    let unmapped = ReasonTable::default();
    let table = reasons.get(&row.sender_id).unwrap_or(&unmapped);
    let event = if row.is_withdrawn {
        EventKind::Correction
    } else {
        events::read(table, &row.reason_text, &row.event_text)
    };
    LeaverRow {
        person,
        list_month: row.period,
        company: row.company.clone(),
        number: row.employee_no.clone(),
        unit,
        start: row.start_date,
        end: Some(row.end_date),
        form: EmploymentForm::parse(&row.form),
        event,
        new_employment: row.new_employment,
        is_protected: row.is_hidden,
    }
}
