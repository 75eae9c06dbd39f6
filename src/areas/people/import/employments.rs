//! What the file changes about employments: new, changed, gone from where they ought to be.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StaffRow, manager::Managers, numbers::bare};
use crate::{
    areas::{
        imports::Incoming,
        people::queries::{Snapshot, StaffEmployment},
    },
    ids::new_id,
};

/// What was found out about the rows before.
pub(super) struct Facts<'a> {
    /// The person of each row.
    pub whose: &'a [Uuid],
    /// The unit of each row, and the text where there is none.
    pub places: &'a [(Option<Uuid>, String)],
    /// Who leads whom.
    pub managers: &'a Managers,
    /// The file is older than this snapshot, which did not have what the register does not know.
    pub absent_in: Option<Uuid>,
    /// The day of the file.
    pub today: NaiveDate,
}

/// What is to be written.
pub(super) struct Plan {
    pub new: Vec<StaffEmployment>,
    pub changed: Vec<StaffEmployment>,
    /// Employments that the file ought to have had.
    pub missing: Vec<Uuid>,
    new_rows: HashSet<usize>,
    changed_rows: HashSet<usize>,
}

impl Plan {
    /// Whether a row is a new employment.
    pub(super) fn is_new(&self, at: usize) -> bool {
        self.new_rows.contains(&at)
    }

    /// Whether a row changes an employment.
    pub(super) fn is_changed(&self, at: usize) -> bool {
        self.changed_rows.contains(&at)
    }
}

/// Compares the file with the register. `covered` = the units that the file covers; `None` = all.
pub(super) fn plan(
    rows: &[Incoming<StaffRow>],
    known: &[StaffEmployment],
    facts: &Facts<'_>,
    snapshot: &Snapshot,
    covered: Option<&[Uuid]>,
) -> Plan {
    let mut of_person: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (i, employment) in known.iter().enumerate() {
        of_person.entry(employment.person_id).or_default().push(i);
    }
    let mut rows_of: Vec<(Uuid, Vec<usize>)> = Vec::new();
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    for (i, person) in facts.whose.iter().enumerate() {
        let at = *places.entry(*person).or_insert_with(|| {
            rows_of.push((*person, Vec::new()));
            rows_of.len() - 1
        });
        rows_of[at].1.push(i);
    }
    let mut plan = Plan {
        new: Vec::new(),
        changed: Vec::new(),
        missing: Vec::new(),
        new_rows: HashSet::new(),
        changed_rows: HashSet::new(),
    };
    let mut matched: HashSet<usize> = HashSet::new();
    for (person, of_rows) in &rows_of {
        let theirs = of_person.get(person).map(Vec::as_slice).unwrap_or_default();
        let pairs = pair(rows, of_rows, known, theirs, facts);
        matched.extend(pairs.iter().filter_map(|(_, old)| *old));
        let mut now: Vec<StaffEmployment> = pairs
            .iter()
            .map(|(row, old)| {
                let old = old.map(|at| &known[at]);
                filled(*person, *row, &rows[*row].row, old, facts)
            })
            .collect();
        choose_main(&mut now);
        for ((row, old), mut employment) in pairs.into_iter().zip(now) {
            match old.map(|at| &known[at]) {
                None => {
                    employment.first_snapshot_id = Some(snapshot.id);
                    employment.missing_from_snapshot_id = facts.absent_in;
                    plan.new_rows.insert(row);
                    plan.new.push(employment);
                }
                // An older file says nothing about what is known.
                Some(_) if facts.absent_in.is_some() => {}
                Some(old) if *old == employment => {}
                Some(_) => {
                    plan.changed_rows.insert(row);
                    plan.changed.push(employment);
                }
            }
        }
    }
    if facts.absent_in.is_none() {
        plan.missing = known
            .iter()
            .enumerate()
            .filter(|(i, e)| {
                !matched.contains(i) && e.status != "avslutad" && e.missing_from_snapshot_id.is_none()
            })
            .filter(|(_, e)| covered.is_none_or(|units| e.org_unit_id.is_some_and(|u| units.contains(&u))))
            .map(|(_, e)| e.id)
            .collect();
    }
    plan
}

/// Which employment of the register each row of a person is: the same number and first day, else the same number and unit,
/// else the same number; last, the only one left on both sides (a new number at a re-hire starts a new employment, so the
/// first day must agree).
fn pair(
    rows: &[Incoming<StaffRow>],
    of_rows: &[usize],
    known: &[StaffEmployment],
    theirs: &[usize],
    facts: &Facts<'_>,
) -> Vec<(usize, Option<usize>)> {
    let mut left: Vec<usize> = theirs.to_vec();
    let mut found: Vec<(usize, Option<usize>)> = of_rows.iter().map(|r| (*r, None)).collect();
    let same_number = |row: usize, old: usize| {
        let (row, old) = (&rows[row].row, &known[old]);
        row.company == old.company_code && bare(&row.employee_no) == bare(&old.employee_no)
    };
    let same_start = |row: usize, old: usize| rows[row].row.start == known[old].start_date;
    let same_unit = |row: usize, old: usize| facts.places[row].0 == known[old].org_unit_id;
    let tests: [&dyn Fn(usize, usize) -> bool; 4] = [
        &|r, o| same_number(r, o) && same_start(r, o) && same_unit(r, o),
        &|r, o| same_number(r, o) && same_start(r, o),
        &|r, o| same_number(r, o) && same_unit(r, o),
        &same_number,
    ];
    for test in tests {
        for (row, old) in found.iter_mut().filter(|(_, old)| old.is_none()) {
            if let Some(at) = left.iter().position(|o| test(*row, *o)) {
                *old = Some(left.remove(at));
            }
        }
    }
    found
}

/// The employment as the file leaves it.
fn filled(
    person: Uuid,
    at: usize,
    row: &StaffRow,
    old: Option<&StaffEmployment>,
    facts: &Facts<'_>,
) -> StaffEmployment {
    let mut e = old.cloned().unwrap_or_else(|| StaffEmployment {
        id: new_id(),
        person_id: person,
        ..StaffEmployment::default()
    });
    let has = row.has;
    e.company_code.clone_from(&row.company);
    e.employee_no.clone_from(&row.employee_no);
    let (unit, text) = &facts.places[at];
    // A protected row has no unit; the one known before is kept, out of sight.
    if !(row.is_nameless
        && row.unit_code.is_none()
        && row.unit.is_none()
        && old.is_some_and(|o| o.org_unit_id.is_some()))
    {
        e.org_unit_id = *unit;
        e.unit_text.clone_from(text);
    }
    if has.form {
        e.form.clone_from(&row.form);
    }
    if has.title {
        e.title.clone_from(&row.title);
    }
    if has.start {
        e.start_date = row.start;
    }
    if has.end {
        e.end_date = row.end;
    }
    if has.percent {
        e.percent = row.percent;
    }
    if has.manager {
        e.manager_employee_no = facts.managers.number_of(at).map(str::to_owned);
    }
    e.is_manager = facts.managers.leads(at);
    status(row, facts.today).clone_into(&mut e.status);
    e.is_main = row.is_main.unwrap_or(if has.main { false } else { e.is_main });
    e.missing_from_snapshot_id = None;
    e
}

/// The file's own word, but nobody is at work before the first day.
fn status(row: &StaffRow, today: NaiveDate) -> &'static str {
    let is_to_come = row.start.is_some_and(|d| d > today);
    match row.status {
        Some("aktiv") | None if is_to_come => "kommande",
        Some(status) => status,
        None if row.end.is_some_and(|d| d < today) => "avslutad",
        None => "aktiv",
    }
}

/// Exactly one employment of a person is the main one: the file's, else the largest, else the oldest.
fn choose_main(employments: &mut [StaffEmployment]) {
    let best = (0..employments.len()).max_by_key(|i| {
        let e = &employments[*i];
        (
            e.status != "avslutad",
            e.status != "kommande",
            e.is_main,
            e.percent,
            std::cmp::Reverse(e.start_date),
        )
    });
    for (i, employment) in employments.iter_mut().enumerate() {
        employment.is_main = Some(i) == best;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_is_at_work_before_the_first_day() {
        let row = |start: &str, status| StaffRow { start: Some(day(start)), status, ..StaffRow::default() };
        assert_eq!(status(&row("2026-12-01", Some("aktiv")), day("2026-11-18")), "kommande");
        assert_eq!(status(&row("2026-11-18", Some("aktiv")), day("2026-11-18")), "aktiv");
        assert_eq!(status(&row("2020-01-01", Some("tjanstledig")), day("2026-11-18")), "tjanstledig");
        let ended = StaffRow { end: Some(day("2026-10-31")), ..StaffRow::default() };
        assert_eq!(status(&ended, day("2026-11-18")), "avslutad");
    }

    #[test]
    fn of_several_employments_one_is_the_main_one() {
        let e = |percent: i64, is_main: bool, status: &str| StaffEmployment {
            percent: Some(percent.into()),
            is_main,
            status: status.into(),
            ..StaffEmployment::default()
        };
        let mains = |mut list: Vec<StaffEmployment>| {
            choose_main(&mut list);
            list.iter().map(|e| e.is_main).collect::<Vec<_>>()
        };
        assert_eq!(mains(vec![e(80, false, "aktiv"), e(20, true, "aktiv")]), [false, true]);
        assert_eq!(mains(vec![e(20, false, "aktiv"), e(80, false, "aktiv")]), [false, true]);
        assert_eq!(mains(vec![e(20, true, "aktiv"), e(80, true, "aktiv")]), [false, true]);
        assert_eq!(mains(vec![e(100, true, "kommande"), e(10, false, "aktiv")]), [false, true]);
        assert_eq!(mains(vec![e(10, false, "aktiv")]), [true]);
    }
}
