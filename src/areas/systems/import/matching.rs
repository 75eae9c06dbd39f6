//! Which rows of a list are about what: a row of an earlier list, a system of the register, another row, or something new.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        keys,
        queries::import::{KnownSource, KnownSystem},
    },
    row::SystemRow,
    said::fill,
    units::RowUnits,
};
use crate::rules::supplier_names::{SupplierMatch, SupplierName};

/// A row on its way in.
pub(super) struct Planned {
    pub number: u32,
    pub row: SystemRow,
    pub units: RowUnits,
    /// By which the row is known again.
    pub key: String,
    /// The system's name key.
    pub name_key: String,
    pub target: Target,
}

/// What a row is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Nothing in the register.
    New,
    /// What a row of an earlier list became: the place of the source.
    Source(usize),
    /// A system that came from no list of the unit.
    System(Uuid),
    /// The same as an earlier row of this file: its place.
    Row(usize),
}

/// Two rows of one unit with one name are one system, unless they name different suppliers.
pub(super) fn join_same_rows(planned: &mut [Planned]) {
    let mut first: HashMap<(Option<Uuid>, String), usize> = HashMap::new();
    for i in 0..planned.len() {
        let (before, rest) = planned.split_at_mut(i);
        let Some(p) = rest.first_mut() else { continue };
        if let Some(at) = first.get(&(p.units.key, p.key.clone())).copied()
            && let Some(earlier) = before.get_mut(at)
        {
            if !other_supplier(&earlier.row, &p.row) {
                fill(&mut earlier.row.fields, &p.row.fields);
                p.target = Target::Row(at);
                continue;
            }
            p.key = format!("{}|{}", p.key, keys::supplier(&p.row.supplier.text));
        }
        first.entry((p.units.key, p.key.clone())).or_insert(i);
    }
}

pub(super) fn other_supplier(a: &SystemRow, b: &SystemRow) -> bool {
    match (SupplierName::parse(&a.supplier.text), SupplierName::parse(&b.supplier.text)) {
        (Some(a), Some(b)) => a.compare(&b) == SupplierMatch::Different,
        _ => false,
    }
}

/// Finds the rows of earlier lists: by their name as written, else by the system's name when only one row and one source
/// of the unit have it (a new version in the name).
pub(super) fn match_sources(planned: &mut [Planned], sources: &[KnownSource]) {
    let exact: HashMap<(Option<Uuid>, &str), usize> =
        sources.iter().enumerate().map(|(i, s)| ((s.unit_id, s.row_key.as_str()), i)).collect();
    let mut used = HashSet::new();
    for p in planned.iter_mut().filter(|p| p.target == Target::New) {
        if let Some(at) = exact.get(&(p.units.key, p.key.as_str())) {
            p.target = Target::Source(*at);
            used.insert(*at);
        }
    }
    let mut loose: HashMap<(Option<Uuid>, String), Vec<usize>> = HashMap::new();
    for (i, s) in sources.iter().enumerate().filter(|(i, _)| !used.contains(i)) {
        let name = s.said.get("name").and_then(Value::as_str).unwrap_or_default();
        loose.entry((s.unit_id, keys::system(name))).or_default().push(i);
    }
    let rows = counted(
        planned.iter().filter(|p| p.target == Target::New).map(|p| (p.units.key, p.name_key.clone())),
    );
    for p in planned.iter_mut().filter(|p| p.target == Target::New) {
        let key = (p.units.key, p.name_key.clone());
        if let (Some(1), Some([only])) = (rows.get(&key), loose.get(&key).map(Vec::as_slice)) {
            p.target = Target::Source(*only);
        }
    }
}

pub(super) fn counted<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

/// Finds systems of the unit that were registered by hand: by any of their names, when only one has it.
pub(super) fn match_systems(planned: &mut [Planned], sources: &[KnownSource], known: &[KnownSystem]) {
    let linked: HashSet<(Option<Uuid>, Uuid)> = sources.iter().map(|s| (s.unit_id, s.system_id)).collect();
    let rows = counted(
        planned.iter().filter(|p| p.target == Target::New).map(|p| (p.units.key, p.name_key.clone())),
    );
    for p in planned.iter_mut().filter(|p| p.target == Target::New) {
        let fits: Vec<&KnownSystem> = known
            .iter()
            .filter(|s| s.name_keys.contains(&p.name_key))
            .filter(|s| {
                s.fields.owner_unit_id.is_some()
                    && (s.fields.owner_unit_id == p.units.owner || s.fields.owner_unit_id == p.units.key)
            })
            .filter(|s| !linked.contains(&(p.units.key, s.id)))
            .collect();
        if let (Some(1), [only]) = (rows.get(&(p.units.key, p.name_key.clone())), fits.as_slice()) {
            p.target = Target::System(only.id);
        }
    }
}
