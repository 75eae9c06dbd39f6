//! Organisation (C01): nämnd, förvaltning, avdelning, enhet, as a tree that is valid in time. A reorganisation keeps what
//! was: the old unit stays with its last day and the unit that took over.
//!
//! A move to another parent is noted with its first day ([`model::Move`]), so that the tree can be shown as of any day. What a
//! unit still answers for when it ends can be handed over to the one that takes over ([`pages::reorganise`]).
//!
//! For other areas: [`Units`] (the whole tree in memory: looking texts up, paths, förvaltning of a unit), [`list_options`]
//! and [`choices`] for forms.

mod forms;
mod import;
mod model;
mod pages;
mod queries;
mod tree;
mod units;

use chrono::NaiveDate;
use uuid::Uuid;

pub use import::OrgTree;
pub use model::{KINDS, Unit, kind_label};
pub use units::{Lookup, Units};

use super::people::Holders;
use crate::{
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    web::{page_parts::Choice, routes::Routes},
};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/organisation", P::OrgRead, pages::tree::list)
        .get("/organisation/new", P::OrgWrite, pages::edit::new)
        .post("/organisation", P::OrgWrite, pages::edit::create)
        .get("/organisation/{id}", P::OrgRead, pages::show::show)
        .get("/organisation/{id}/history", P::OrgRead, pages::show::history)
        .get("/organisation/{id}/edit", P::OrgWrite, pages::edit::edit)
        .post("/organisation/{id}/edit", P::OrgWrite, pages::edit::update)
        .get("/organisation/{id}/move", P::OrgWrite, pages::place::edit)
        .post("/organisation/{id}/move", P::OrgWrite, pages::place::update)
        .get("/organisation/{id}/close", P::OrgWrite, pages::reorganise::confirm_close)
        .post("/organisation/{id}/close", P::OrgWrite, pages::reorganise::close)
        .get("/organisation/{id}/hand-over", P::OrgWrite, pages::reorganise::confirm_hand_over)
        .post("/organisation/{id}/hand-over", P::OrgWrite, pages::reorganise::hand_over)
}

/// A unit to choose.
#[derive(Clone, Debug)]
pub struct UnitOption {
    /// The unit.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How deep it lies: 0 at the top.
    pub depth: usize,
    /// From the förvaltning down: "Fritidsförvaltningen › Simhallen".
    pub path: String,
}

/// The units that exist on a day and are covered by the register, in the order of the tree.
pub async fn list_options(tx: &mut TenantTx, day: NaiveDate) -> AppResult<Vec<UnitOption>> {
    let units = Units::load(tx).await?;
    let mut options = Vec::new();
    collect(&units, None, 0, &|u| u.in_scope && u.exists_on(day), &mut options);
    Ok(options)
}

fn collect(
    units: &Units,
    under: Option<Uuid>,
    depth: usize,
    is_wanted: &impl Fn(&Unit) -> bool,
    out: &mut Vec<UnitOption>,
) {
    for unit in units.children(under) {
        if is_wanted(unit) {
            out.push(UnitOption {
                id: unit.id,
                code: unit.code.clone(),
                name: unit.name.clone(),
                depth,
                path: units.path_name(unit.id),
            });
        }
        // Under a unit that has ended there may be some that have not.
        collect(units, Some(unit.id), depth + 1, is_wanted, out);
    }
}

/// The same for the list of a form, indented by depth. `chosen` is offered too, though it may have ended.
pub async fn choices(tx: &mut TenantTx, day: NaiveDate, chosen: Option<Uuid>) -> AppResult<Vec<Choice>> {
    let units = Units::load(tx).await?;
    let mut options = Vec::new();
    collect(&units, None, 0, &|u| (u.in_scope && u.exists_on(day)) || Some(u.id) == chosen, &mut options);
    // No-break spaces: a list in a form has no other way to show depth.
    Ok(options
        .into_iter()
        .map(|o| {
            Choice::new(o.id.to_string(), format!("{}{} {}", "\u{a0}\u{a0}".repeat(o.depth), o.code, o.name))
        })
        .collect())
}

/// The unit that a text means; see [`Units::find`]. For many texts, load [`Units`] once.
pub async fn find_by_code_or_name(tx: &mut TenantTx, text: &str, day: NaiveDate) -> AppResult<Lookup> {
    Ok(Units::load(tx).await?.find(text, day))
}

/// Finds the heads of units that are known only as a text, once persons have come in. Returns how many were found.
pub async fn resolve_heads(tx: &mut TenantTx, holders: &Holders) -> AppResult<usize> {
    let units = queries::list_units(tx).await?;
    let mut found = Vec::new();
    for mut unit in units.into_iter().filter(|u| u.head_person_id.is_none()) {
        let Some(text) = &unit.head_text else { continue };
        let heads = holders.find_all(text, Some(unit.id));
        if let [head] = heads.as_slice()
            && let Some(person) = head.person_id
        {
            (unit.head_person_id, unit.head_text) = (Some(person), None);
            found.push(unit);
        }
    }
    queries::update_units(tx, &found).await?;
    Ok(found.len())
}
