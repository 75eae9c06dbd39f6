//! Employments and the rows about them, put together (`docs/rules.md` 2.4 and 2.6 rules 6 and 7).
//!
//! An employment and the rows about it make a *spell*. What the newest full snapshot shows goes before what a list
//! says about an earlier day. Rows of one month have no order, so the order of the files does not matter.

use chrono::{Datelike, NaiveDate};

use super::{
    model::{Employment, EmploymentKind, Input, LeaverRow, Person, RowIx, number_key, unit_key},
    reasons::{EmploymentForm, EmploymentStatus, EventKind},
};

/// How a spell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Goes on.
    Active,
    /// Goes on although a list says that it ended.
    GoesOn,
    /// On leave.
    OnLeave,
    /// Begins later.
    Coming,
    /// Ends or has ended.
    Ended { end: NaiveDate, event: EventKind },
    /// Neither listed nor in the newest snapshot.
    Missing,
    /// Nothing left but withdrawn rows.
    Withdrawn,
}

pub(super) struct Spell<'a> {
    pub employment: Option<&'a Employment>,
    pub rows: Vec<RowIx>,
    pub start: Option<NaiveDate>,
    pub hourly: bool,
    pub state: State,
}

/// Which rows each correction withdraws: those about the same employment from earlier months, and of the same month
/// those with the same end date (or any, when the correction has none).
pub(super) fn withdrawn_by(input: &Input<'_>, rows: &[RowIx]) -> Vec<(RowIx, RowIx)> {
    let mut out = Vec::new();
    for (c, correction) in rows.iter().filter_map(|c| Some((*c, input.rows.get(*c)?))) {
        if correction.event != EventKind::Correction {
            continue;
        }
        for (r, row) in rows.iter().filter_map(|r| Some((*r, input.rows.get(*r)?))) {
            if row.event == EventKind::Correction || !same_row_employment(correction, row) {
                continue;
            }
            let (of_row, of_correction) = (month(row.list_month), month(correction.list_month));
            let same_end = correction.end.is_none() || correction.end == row.end;
            if of_row < of_correction || (of_row == of_correction && same_end) {
                out.push((c, r));
            }
        }
    }
    out
}

fn month(date: NaiveDate) -> (i32, u32) {
    (date.year(), date.month())
}

/// Groups employments and rows. A row about no known employment makes a spell of its own.
pub(super) fn spells_of<'a>(input: &Input<'a>, person: &'a Person, rows: &[RowIx]) -> Vec<Spell<'a>> {
    let mut spells: Vec<Spell<'a>> = person
        .employments
        .iter()
        .map(|e| Spell {
            employment: Some(e),
            rows: Vec::new(),
            start: e.start,
            hourly: e.form == EmploymentForm::Hourly,
            state: State::Missing,
        })
        .collect();
    let only = spells.len() == 1;
    for ix in rows {
        let Some(row) = input.rows.get(*ix) else { continue };
        let place = spells.iter().position(|s| match (s.employment, s.rows.first()) {
            (Some(employment), _) => same_employment(input, row, employment, only),
            (None, Some(first)) => {
                input.rows.get(*first).is_some_and(|other| same_row_employment(row, other))
            }
            (None, None) => false,
        });
        let hourly = row.form == EmploymentForm::Hourly || row.event == EventKind::HourlyEnds;
        match place.and_then(|at| spells.get_mut(at)) {
            Some(spell) => {
                spell.rows.push(*ix);
                spell.hourly |= hourly;
            }
            None => spells.push(Spell {
                employment: None,
                rows: vec![*ix],
                start: row.start,
                hourly,
                state: State::Missing,
            }),
        }
    }
    spells
}

/// Days between a listed end and the next first day under the same number within which the employment is one that goes on.
const UNBROKEN_DAYS: i64 = 7;

/// Whether a row is about this employment: by number where both have one, else by first day, else by unit; else it
/// is the only employment there is. What ended before the employment began is an earlier one, whatever they share: many
/// payroll systems give a person one number for all employments, and people come back to where they were. Where no number
/// and no first day tells, shifts that end are not the employment by the month that the person has beside them.
fn same_employment(input: &Input<'_>, row: &LeaverRow, employment: &Employment, only: bool) -> bool {
    let days_to_start = match (row.end, employment.start) {
        (Some(end), Some(start)) => (start - end).num_days(),
        _ => 0,
    };
    if let Some(same) = same_number(&row.company, &row.number, &employment.company, &employment.number) {
        return same && days_to_start <= UNBROKEN_DAYS;
    }
    if let (Some(a), Some(b)) = (row.start, employment.start) {
        return a == b;
    }
    let by_hour = row.form == EmploymentForm::Hourly || row.event == EventKind::HourlyEnds;
    let of_another_sort = match employment.form {
        EmploymentForm::Monthly => by_hour,
        EmploymentForm::Hourly => row.form == EmploymentForm::Monthly,
        EmploymentForm::Unstated => false,
    };
    if days_to_start > UNBROKEN_DAYS || of_another_sort {
        return false;
    }
    if !row.unit.is_empty() && !employment.unit.is_empty() {
        return same_unit(input, &row.unit, &employment.unit);
    }
    only
}

fn same_row_employment(a: &LeaverRow, b: &LeaverRow) -> bool {
    if let Some(same) = same_number(&a.company, &a.number, &b.company, &b.number) {
        return same;
    }
    if let (Some(x), Some(y)) = (a.start, b.start) {
        return x == y;
    }
    a.unit.is_empty() || b.unit.is_empty() || unit_key(&a.unit) == unit_key(&b.unit)
}

/// `None` when one has no number.
fn same_number(company_a: &str, a: &str, company_b: &str, b: &str) -> Option<bool> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let companies =
        company_a.is_empty() || company_b.is_empty() || number_key(company_a) == number_key(company_b);
    Some(companies && number_key(a) == number_key(b))
}

pub(super) fn same_unit(input: &Input<'_>, a: &str, b: &str) -> bool {
    successor(input, a) == successor(input, b)
}

/// The unit that stands for this one today.
pub(super) fn successor(input: &Input<'_>, unit: &str) -> String {
    let mut key = unit_key(unit);
    for _ in 0..8 {
        match input.successors.get(&key) {
            Some(next) => key = unit_key(next),
            None => break,
        }
    }
    key
}

pub(super) fn state_of(input: &Input<'_>, spell: &Spell<'_>, withdrawn: &[(RowIx, RowIx)]) -> State {
    let valid: Vec<&LeaverRow> = spell
        .rows
        .iter()
        .filter(|ix| !withdrawn.iter().any(|(_, r)| r == *ix))
        .filter_map(|ix| input.rows.get(*ix))
        .filter(|row| row.event != EventKind::Correction)
        .collect();
    let newest = valid.iter().map(|r| month(r.list_month)).max();
    let latest: Vec<&LeaverRow> = valid.into_iter().filter(|r| Some(month(r.list_month)) == newest).collect();
    let Some(employment) = spell.employment else {
        return match listed(&latest) {
            Some((_, EventKind::Leave | EventKind::Prolonged)) => State::OnLeave,
            Some((end, event)) => State::Ended { end, event },
            None => State::Withdrawn,
        };
    };
    let in_newest = employment.in_newest && employment.status != EmploymentStatus::Ended;
    match listed(&latest) {
        Some((_, EventKind::Leave | EventKind::Prolonged)) => State::OnLeave,
        Some((end, event)) => {
            let later = employment.end.is_none_or(|e| e > end);
            let shown_after = input.snapshot.is_some_and(|s| s.taken_on >= end);
            if in_newest && later && shown_after { State::GoesOn } else { State::Ended { end, event } }
        }
        None => unlisted(input, employment, in_newest, !spell.rows.is_empty()),
    }
}

/// What the rows of the latest month say together: a leave goes before an end, a later end before an earlier one.
fn listed(latest: &[&LeaverRow]) -> Option<(NaiveDate, EventKind)> {
    let first = latest.first()?;
    let end_of = |r: &LeaverRow| r.end.or_else(|| last_of_month(r.list_month)).unwrap_or(r.list_month);
    let end = latest.iter().map(|r| end_of(r)).max().unwrap_or_else(|| end_of(first));
    let has = |kind: EventKind| latest.iter().any(|r| r.event == kind);
    let event = [
        EventKind::Leave,
        EventKind::Prolonged,
        EventKind::Moves,
        EventKind::Deceased,
        EventKind::HourlyEnds,
        EventKind::Leaves,
    ]
    .into_iter()
    .find(|kind| has(*kind))
    .unwrap_or(EventKind::Unstated);
    Some((end, event))
}

fn last_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(chrono::Months::new(1))?.pred_opt()
}

/// An employment that no valid row is about.
fn unlisted(input: &Input<'_>, employment: &Employment, in_newest: bool, had_rows: bool) -> State {
    let ended = employment.end.filter(|end| *end < input.today);
    let coming =
        employment.status == EmploymentStatus::Coming && employment.start.is_none_or(|s| s > input.today);
    match employment.kind {
        // No list tells of an assignment: it ends by its own date, whose day is the last one as in a list.
        EmploymentKind::Assignment => match employment.end.filter(|end| *end <= input.today) {
            Some(end) => State::Ended { end, event: EventKind::Leaves },
            None if coming => State::Coming,
            None => State::Active,
        },
        EmploymentKind::Employment if input.snapshot.is_none() => match ended {
            Some(_) => State::Missing,
            None if coming => State::Coming,
            None => State::Active,
        },
        EmploymentKind::Employment if !in_newest => {
            if had_rows {
                State::Withdrawn
            } else {
                State::Missing
            }
        }
        EmploymentKind::Employment => match ended {
            // The snapshot shows an employment that had ended before it was taken, and no list does. One that was to
            // end between the snapshot and today goes on until a list or the next snapshot says that it ended.
            Some(end) if input.snapshot.is_some_and(|s| end < s.taken_on) => State::Missing,
            _ if coming => State::Coming,
            _ if employment.status == EmploymentStatus::OnLeave => State::OnLeave,
            _ => State::Active,
        },
    }
}
