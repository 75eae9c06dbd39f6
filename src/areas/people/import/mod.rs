//! Taking in a staff snapshot (data-formats 2.3): everyone employed on a day, in the whole municipality or in one
//! förvaltning.
//!
//! A person is known by the keyed hash of the personal identity number, else by company and employee number, else by
//! account. Under a person lie the employments. What the file has no column for is left as it is; what it does not change
//! is not written, so that the history of monthly files stays small.

mod employments;
mod manager;
mod numbers;
mod people;
mod row;

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

pub use numbers::Lengths;
pub use row::{StaffRow, hides, is_test_name, login};

use super::{
    Holders,
    queries::{self, Snapshot},
};
use crate::{
    areas::{
        imports::{Asks, ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn},
        organisation::{self, Units},
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
    tabular::{Vocabulary, words},
};

/// Staff snapshots.
#[derive(Debug)]
pub struct StaffSnapshot;

impl ImportKind for StaffSnapshot {
    type Row = StaffRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::STAFF
    }

    fn permission() -> Permission {
        Permission::ImportStaff
    }

    fn asks() -> Asks {
        Asks { unit: true, ..Asks::default() }
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<StaffRow> {
        Some(row::read(row, faults))
    }

    async fn take_in(
        tx: &mut TenantTx,
        mut rows: Vec<Incoming<StaffRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        let mut taken = TakenIn::default();
        if rows.is_empty() {
            return Ok(taken);
        }
        rows.retain(|r| {
            let is_test = r.row.is_test();
            if is_test {
                taken.warn(
                    r.number,
                    None,
                    "test_row",
                    "Raden är en testperson i lönesystemet och läses inte in.",
                );
            }
            !is_test
        });
        numbers::restore_zeros(&mut rows);
        let units = Units::load(tx).await?;
        let snapshot = find_extent(tx, &rows, &units, ctx, &mut taken).await?;
        let newest = queries::find_newest_covering(tx, snapshot.org_unit_id).await?;
        // A file older than the newest one adds what that one did not know, and changes nothing.
        let is_older = newest.as_ref().is_some_and(|n| n.taken_on > snapshot.taken_on);
        if let (true, Some(first)) = (is_older, rows.first()) {
            let message = "Filen är äldre än det senaste personalunderlaget. Bara personer och anställningar som inte fanns läses in.";
            taken.warn(first.number, None, "older_snapshot", message);
        }
        let known = people::Known::load(tx).await?;
        let (persons, whose) = people::identify(&rows, &known, (tx.tenant_id(), ctx), is_older, &mut taken);
        let places = find_places(&rows, &units, ctx.today, &mut taken);
        let managers = manager::find(&rows, &whose, &persons, &units);
        let absent_in = if is_older { newest.as_ref().map(|n| n.id) } else { None };
        let facts = employments::Facts {
            whose: &whose,
            places: &places,
            managers: &managers,
            absent_in,
            today: snapshot.taken_on,
        };
        let covered = snapshot.org_unit_id.map(|unit| units.with_all_under(unit));
        queries::insert_snapshot(tx, &snapshot).await?;
        let known_employments = queries::list_employments_of_staff(tx).await?;
        let plan = employments::plan(&rows, &known_employments, &facts, &snapshot, covered.as_deref());
        queries::insert_persons(tx, &persons.created(ctx, tx.tenant_id())).await?;
        queries::update_persons(tx, &persons.changed(ctx, tx.tenant_id())).await?;
        queries::insert_employments(tx, &plan.new).await?;
        queries::update_employments(tx, &plan.changed).await?;
        taken.missing = u64::try_from(plan.missing.len()).unwrap_or(u64::MAX);
        if !is_older {
            queries::mark_missing(tx, &plan.missing, snapshot.id).await?;
        }
        for (i, incoming) in rows.iter().enumerate() {
            let person = whose[i];
            if persons.is_new(person) || plan.is_new(i) {
                taken.created(incoming.number, person);
            } else if persons.is_changed(person) || plan.is_changed(i) {
                taken.changed(incoming.number, person);
            } else {
                taken.unchanged(incoming.number, person);
            }
        }
        let holders = Holders::load(tx).await?;
        organisation::resolve_heads(tx, &holders).await?;
        Ok(taken)
    }
}

/// What the file covers and of which day it is. A list that holds one förvaltning only is no list of the whole
/// municipality, whatever was told: everybody else would be taken to have left.
async fn find_extent(
    tx: &mut TenantTx,
    rows: &[Incoming<StaffRow>],
    units: &Units,
    ctx: &ImportContext,
    taken: &mut TakenIn,
) -> AppResult<Snapshot> {
    let mut org_unit_id = ctx.unit_id;
    if org_unit_id.is_none() {
        let mut seen: Vec<Uuid> = Vec::new();
        let mut unknown = 0;
        let mut cache: HashMap<(&str, &str, &str), Option<Uuid>> = HashMap::new();
        for incoming in rows {
            let r = &incoming.row;
            let key = (
                r.unit_code.as_deref().unwrap_or(""),
                r.unit.as_deref().unwrap_or(""),
                r.department.as_deref().unwrap_or(""),
            );
            let department = *cache.entry(key).or_insert_with(|| {
                let unit = r.find_unit(units, ctx.today).0.or_else(|| r.find_department(units, ctx.today))?;
                units.department(unit).map(|u| u.id)
            });
            match department {
                Some(id) if !seen.contains(&id) => seen.push(id),
                Some(_) => {}
                None => unknown += 1,
            }
        }
        let others =
            units.iter().filter(|u| u.kind == "forvaltning" && u.in_scope && u.exists_on(ctx.today)).count();
        if let ([only], 0, 2..) = (seen.as_slice(), unknown, others)
            && queries::count_active_outside(tx, &units.with_all_under(*only)).await? > 0
        {
            org_unit_id = Some(*only);
            let name = units.get(*only).map(|u| u.name.clone()).unwrap_or_default();
            if let Some(first) = rows.first() {
                let message =
                    format!("Filen har bara anställda i {name} och läses in som ett underlag för den delen.");
                taken.warn(first.number, None, "partial_snapshot", message);
            }
        }
    }
    // A month in a file's name is its last day, which may not have come yet.
    let taken_on = ctx.as_of.map_or(ctx.received, |day| day.min(ctx.received));
    Ok(Snapshot {
        id: new_id(),
        taken_on,
        org_unit_id,
        source: ctx.source.clone(),
        row_count: i32::try_from(rows.len()).unwrap_or(i32::MAX),
    })
}

/// What a row says of its unit: code, name, and the office above.
type UnitWords = (Option<String>, Option<String>, Option<String>);

/// The unit of each row, and the text where there is none.
fn find_places(
    rows: &[Incoming<StaffRow>],
    units: &Units,
    today: NaiveDate,
    taken: &mut TakenIn,
) -> Vec<(Option<Uuid>, String)> {
    let mut known: HashMap<UnitWords, (Option<Uuid>, String)> = HashMap::new();
    rows.iter()
        .map(|incoming| {
            let row = &incoming.row;
            let key = (row.unit_code.clone(), row.unit.clone(), row.department.clone());
            if let Some(place) = known.get(&key) {
                return place.clone();
            }
            let (unit, text) = row.find_unit(units, today);
            let place = match unit {
                Some(id) => (Some(id), String::new()),
                None => (row.find_department(units, today), text.clone()),
            };
            // Said once for each unit, at its first row.
            if !text.is_empty() && place.0.is_none() {
                let message = format!("Enheten ”{text}” finns inte i organisationen. Läs in organisationen först, eller lägg till enheten.");
                taken.warn(incoming.number, Some("unit"), "unknown_unit", message);
            } else if !text.is_empty() {
                let message = format!("Enheten ”{text}” finns inte i organisationen. De anställda läggs direkt under sin förvaltning.");
                taken.warn(incoming.number, Some("unit"), "unknown_unit", message);
            }
            known.insert(key, place.clone());
            place
        })
        .collect()
}
