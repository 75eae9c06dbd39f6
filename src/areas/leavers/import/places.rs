//! Which unit and förvaltning each row is of.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::LeaverRow;
use crate::areas::{
    imports::{ImportContext, Incoming},
    organisation::{Lookup, Units},
};

/// Where a row belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The unit, where it is known.
    pub unit: Option<Uuid>,
    /// The förvaltning.
    pub department: Option<Uuid>,
}

/// Where the list as a whole belongs, as far as it was told or stands above the header.
pub(super) fn of_list(units: &Units, ctx: &ImportContext) -> Option<Uuid> {
    let told = ctx.unit_id.map(|unit| units.department(unit).map_or(unit, |department| department.id));
    told.or_else(|| {
        ctx.titles.iter().chain([&ctx.sheet]).find_map(|title| {
            let found = |text: &str| {
                let unit = units.find(text, ctx.today).one()?;
                units
                    .department(unit)
                    .filter(|department| department.id == unit)
                    .map(|department| department.id)
            };
            found(title)
                .or_else(|| title.split([',', ':', ';', '–', '—']).find_map(|part| found(part.trim())))
        })
    })
}

/// The place of each row.
pub(super) fn find(
    rows: &[Incoming<LeaverRow>],
    units: &Units,
    of_list: Option<Uuid>,
    today: NaiveDate,
) -> Vec<Place> {
    let mut known: HashMap<[&str; 4], Place> = HashMap::new();
    rows.iter()
        .map(|incoming| {
            let row = &incoming.row;
            if row.is_hidden {
                return Place { unit: None, department: of_list };
            }
            *known
                .entry([&row.unit_code, &row.unit, &row.department, &row.heading].map(String::as_str))
                .or_insert_with(|| place(row, units, of_list, today))
        })
        .collect()
}

fn place(row: &LeaverRow, units: &Units, of_list: Option<Uuid>, today: NaiveDate) -> Place {
    // The heading that the row stands under may name a unit below its förvaltning.
    let named = units.find(&row.department, today).one().or_else(|| units.find(&row.heading, today).one());
    let over = named.and_then(|unit| units.department(unit)).map(|department| department.id).or(named);
    let within = over.or(of_list);
    let unit = units
        .by_code(&row.unit_code)
        .map(|unit| unit.id)
        .or_else(|| in_brackets(&row.unit).and_then(|code| units.by_code(code)).map(|unit| unit.id))
        .or_else(|| {
            [&row.unit, &row.unit_code].into_iter().filter(|text| !text.is_empty()).find_map(|text| {
                match units.find(text, today) {
                    Lookup::One(id) => Some(id),
                    Lookup::None => None,
                    // Of several units of that name, the one in the row's or the list's own förvaltning.
                    Lookup::Several(ids) => {
                        let mut here = ids
                            .into_iter()
                            .filter(|id| units.department(*id).map(|d| d.id) == within && within.is_some());
                        here.next().filter(|_| here.next().is_none())
                    }
                }
            })
        })
        .or_else(|| named.filter(|_| row.unit.is_empty() && row.unit_code.is_empty() && named != over));
    let department = unit.and_then(|unit| units.department(unit)).map(|department| department.id);
    Place { unit, department: department.or(over).or(of_list) }
}

/// "Simhallen (4711)" → "4711".
fn in_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.rsplit_once('(')?;
    rest.trim_end().strip_suffix(')').map(str::trim)
}
