//! Who leads whom: the column for the manager, titles, and the heads of units.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{StaffRow, numbers::bare, people::Persons, row};
use crate::{
    areas::{imports::Incoming, organisation::Units},
    rules::names::PersonName,
};

/// What the file says about who leads.
pub(super) struct Managers {
    /// For each row, the employee number of the manager.
    numbers: Vec<Option<String>>,
    /// Rows whose holder leads others.
    leading: HashSet<usize>,
}

impl Managers {
    /// The employee number of a row's manager.
    pub(super) fn number_of(&self, at: usize) -> Option<&str> {
        self.numbers[at].as_deref()
    }

    /// Whether a row's holder leads others.
    pub(super) fn leads(&self, at: usize) -> bool {
        self.leading.contains(&at)
    }
}

/// Finds managers: by number, or by a name that one person of the file has.
pub(super) fn find(
    rows: &[Incoming<StaffRow>],
    whose: &[Uuid],
    persons: &Persons,
    units: &Units,
) -> Managers {
    let mut by_number: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, incoming) in rows.iter().enumerate() {
        if !incoming.row.employee_no.is_empty() {
            by_number.entry(bare(&incoming.row.employee_no)).or_default().push(i);
        }
        let key = persons.name_key(whose[i]);
        if !key.is_empty() {
            by_name.entry(key).or_default().push(i);
        }
    }
    let heads: HashSet<Uuid> = units.iter().filter_map(|u| u.head_person_id).collect();
    let mut leading: HashSet<usize> = (0..rows.len()).filter(|i| rows[*i].row.title_leads()).collect();
    let by_title = leading.clone();
    let mut keys: HashMap<&str, String> = HashMap::new();
    let mut numbers = Vec::with_capacity(rows.len());
    for (i, incoming) in rows.iter().enumerate() {
        let row = &incoming.row;
        if heads.contains(&whose[i]) && row.is_main != Some(false) {
            leading.insert(i);
        }
        let number = if let Some(number) = &row.manager_no {
            leading.extend(by_number.get(bare(number)).into_iter().flatten());
            Some(number.clone())
        } else if let Some(name) = &row.manager {
            let key = keys.entry(name.as_str()).or_insert_with(|| {
                let (family, given) = row::split(name);
                PersonName::from_parts(&family, &given).keys().k1
            });
            let named = by_name.get(key.as_str()).map(Vec::as_slice).unwrap_or_default();
            decide(named, rows, whose, (i, &by_title, &heads)).map(|at| {
                leading.insert(at);
                rows[at].row.employee_no.clone()
            })
        } else {
            None
        };
        numbers.push(number.filter(|n| !n.is_empty()));
    }
    Managers { numbers, leading }
}

/// The one of several namesakes who leads the row's holder: whoever leads at all, and works in the same unit or the same
/// förvaltning. If that leaves more than one person, nobody.
fn decide(
    named: &[usize],
    rows: &[Incoming<StaffRow>],
    whose: &[Uuid],
    (at, by_title, heads): (usize, &HashSet<usize>, &HashSet<Uuid>),
) -> Option<usize> {
    let one = |found: &[usize]| {
        let first = *found.first()?;
        found.iter().all(|i| whose[*i] == whose[first]).then(|| {
            // Of several employments, the main one.
            found.iter().copied().find(|i| rows[*i].row.is_main == Some(true)).unwrap_or(first)
        })
    };
    let narrowed = |found: &[usize], keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
        found.iter().copied().filter(|i| keep(*i)).collect()
    };
    let row = &rows[at].row;
    one(named).or_else(|| {
        let leading = narrowed(named, &|i| by_title.contains(&i) || heads.contains(&whose[i]));
        one(&leading)
            .or_else(|| {
                one(&narrowed(&leading, &|i| {
                    rows[i].row.unit_code.is_some() && rows[i].row.unit_code == row.unit_code
                }))
            })
            .or_else(|| {
                one(&narrowed(&leading, &|i| {
                    rows[i].row.department.is_some() && rows[i].row.department == row.department
                }))
            })
    })
}
