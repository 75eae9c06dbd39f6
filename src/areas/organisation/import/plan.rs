//! What a file changes in the tree: which units are new, which are changed, which rows cannot be.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{UnitRow, kinds};
use crate::{
    areas::{
        imports::{Incoming, TakenIn},
        organisation::{Lookup, Unit, Units},
        people::Holders,
    },
    ids::new_id,
    tabular::fold::fold,
};

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub new: Vec<Unit>,
    pub changed: Vec<Unit>,
}

/// A row on its way: the unit it is about and where it will lie.
struct Draft<'a> {
    number: u32,
    row: &'a UnitRow,
    id: Uuid,
    parent: Parent,
    refused: Option<(&'static str, &'static str, String)>,
}

/// The unit above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    None,
    Unit(Uuid),
    /// The file does not say: where it lies now.
    Unsaid,
}

/// Compares the file with the register.
pub(super) fn plan(
    rows: &[Incoming<UnitRow>],
    units: &Units,
    holders: &Holders,
    today: NaiveDate,
    taken: &mut TakenIn,
) -> Plan {
    let mut drafts = drafts(rows, units);
    find_parents(&mut drafts, units, today);
    refuse_circles(&mut drafts, units);
    let kinds = levels(&drafts, units);
    let by_code: HashMap<String, Uuid> =
        drafts.iter().filter(|d| d.refused.is_none()).map(|d| (fold(&d.row.code), d.id)).collect();
    let mut plan = Plan::default();
    for draft in &drafts {
        if let Some((column, code, message)) = &draft.refused {
            taken.refuse(draft.number, Some(column), code, message.clone());
            continue;
        }
        let old = units.get(draft.id);
        let mut unit =
            old.cloned().unwrap_or_else(|| Unit { id: draft.id, in_scope: true, ..Unit::default() });
        fill(&mut unit, draft, kinds.get(&draft.id).copied().unwrap_or("enhet"), old.is_none());
        if draft.row.has.head {
            set_head(&mut unit, draft, holders, taken);
        }
        if draft.row.has.replaced_by {
            set_successor(&mut unit, draft, (&by_code, units), taken);
        }
        match old {
            None => {
                taken.created(draft.number, unit.id);
                plan.new.push(unit);
            }
            Some(old) if *old == unit => taken.unchanged(draft.number, unit.id),
            Some(_) => {
                taken.changed(draft.number, unit.id);
                plan.changed.push(unit);
            }
        }
    }
    let told: HashSet<Uuid> = drafts.iter().map(|d| d.id).collect();
    let missing = units.iter().filter(|u| u.exists_on(today) && !told.contains(&u.id)).count();
    taken.missing = u64::try_from(missing).unwrap_or(u64::MAX);
    plan
}

/// The rows with the units they are about. A code that comes again is refused.
fn drafts<'a>(rows: &'a [Incoming<UnitRow>], units: &Units) -> Vec<Draft<'a>> {
    let mut first: HashMap<String, u32> = HashMap::new();
    rows.iter()
        .map(|incoming| {
            let row = &incoming.row;
            let key = fold(&row.code);
            let refused = first.get(&key).map(|earlier| {
                (
                    "code",
                    "duplicate_code",
                    format!(
                        "Koden {} finns redan på rad {earlier}. En kod kan bara höra till en enhet.",
                        row.code
                    ),
                )
            });
            first.entry(key).or_insert(incoming.number);
            let id = units.by_code(&row.code).filter(|_| refused.is_none()).map_or_else(new_id, |u| u.id);
            Draft { number: incoming.number, row, id, parent: Parent::Unsaid, refused }
        })
        .collect()
}

/// Finds each row's parent in the file or the register; refuses rows whose parent is in neither, and then those under them.
fn find_parents(drafts: &mut [Draft<'_>], units: &Units, today: NaiveDate) {
    let mut by_code: HashMap<String, Uuid> = HashMap::new();
    let mut by_name: HashMap<String, Option<Uuid>> = HashMap::new();
    for draft in drafts.iter().filter(|d| d.refused.is_none()) {
        by_code.insert(fold(&draft.row.code), draft.id);
        // Two units of a name decide nothing.
        by_name.entry(fold(&draft.row.name)).and_modify(|id| *id = None).or_insert(Some(draft.id));
    }
    // Levels without parents are an outline: a row lies under the nearest row above it with a lower level.
    let mut outline: Vec<(i32, Uuid)> = Vec::new();
    for draft in drafts.iter_mut().filter(|d| d.refused.is_none()) {
        let row = draft.row;
        if !row.has.parent {
            if let (true, Some(level)) = (row.has.level, row.level) {
                outline.retain(|(l, _)| *l < level);
                draft.parent = outline.last().map_or(Parent::None, |(_, id)| Parent::Unit(*id));
                outline.push((level, draft.id));
            }
            continue;
        }
        let Some(text) = &row.parent else {
            draft.parent = Parent::None;
            continue;
        };
        let key = fold(text);
        let found = by_code
            .get(&key)
            .copied()
            .or_else(|| units.by_code(text).map(|u| u.id))
            .or_else(|| by_name.get(&key).copied().flatten())
            .or_else(|| if let Lookup::One(id) = units.find(text, today) { Some(id) } else { None });
        if let Some(id) = found {
            draft.parent = Parent::Unit(id);
        } else {
            let message = format!(
                "Överordnad enhet ”{text}” finns varken i filen eller i registret. Rätta den eller lägg till enheten."
            );
            draft.refused = Some(("parent", "unknown_parent", message));
        }
    }
    refuse_orphans(drafts, units);
}

/// A row under a refused row that is not in the register has nowhere to lie.
fn refuse_orphans(drafts: &mut [Draft<'_>], units: &Units) {
    loop {
        let gone: HashMap<Uuid, String> = drafts
            .iter()
            .filter(|d| d.refused.is_some() && units.get(d.id).is_none())
            .map(|d| (d.id, d.row.code.clone()))
            .collect();
        let mut found_more = false;
        for draft in drafts.iter_mut().filter(|d| d.refused.is_none()) {
            if let Parent::Unit(parent) = draft.parent
                && let Some(code) = gone.get(&parent)
            {
                let message =
                    format!("Överordnad enhet {code} kunde inte läsas in, se dess rad. Rätta den först.");
                draft.refused = Some(("parent", "unknown_parent", message));
                found_more = true;
            }
        }
        if !found_more {
            return;
        }
    }
}

/// Refuses rows that would lie under themselves.
fn refuse_circles(drafts: &mut [Draft<'_>], units: &Units) {
    let told: HashMap<Uuid, Parent> =
        drafts.iter().filter(|d| d.refused.is_none()).map(|d| (d.id, d.parent)).collect();
    let above = |id: Uuid| match told.get(&id) {
        Some(Parent::Unit(parent)) => Some(*parent),
        Some(Parent::None) => None,
        Some(Parent::Unsaid) | None => units.get(id).and_then(|u| u.parent_id),
    };
    for draft in drafts.iter_mut().filter(|d| d.refused.is_none()) {
        let mut seen = HashSet::new();
        let mut next = above(draft.id);
        while let Some(id) = next {
            if id == draft.id {
                let message = format!(
                    "Enheten {} ligger under sig själv. Rätta vilken enhet som är överordnad.",
                    draft.row.code
                );
                draft.refused = Some(("parent", "cycle", message));
                break;
            }
            if !seen.insert(id) {
                break;
            }
            next = above(id);
        }
    }
    refuse_orphans(drafts, units);
}

/// The level of each unit of the file: by its own word, by its name, by the file's numbers, by its place.
fn levels(drafts: &[Draft<'_>], units: &Units) -> HashMap<Uuid, &'static str> {
    let mut known: HashMap<Uuid, &'static str> = HashMap::new();
    // What rows with a word or a clear name say about the file's level numbers.
    let mut by_level: HashMap<i32, HashMap<&'static str, usize>> = HashMap::new();
    for draft in drafts.iter().filter(|d| d.refused.is_none()) {
        let word = draft.row.kind.as_deref().and_then(kinds::of_word);
        if let Some(kind) = word.or_else(|| kinds::of_name(&draft.row.name)) {
            known.insert(draft.id, kind);
            if let Some(level) = draft.row.level {
                *by_level.entry(level).or_default().entry(kind).or_default() += 1;
            }
        }
    }
    let usual = |level: i32| by_level.get(&level)?.iter().max_by_key(|(_, n)| **n).map(|(kind, _)| *kind);
    let mut waiting: Vec<&Draft<'_>> =
        drafts.iter().filter(|d| d.refused.is_none() && !known.contains_key(&d.id)).collect();
    // From the top down, as far as parents are known; a file has no more levels than rows.
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|draft| {
            let kind = draft.row.level.and_then(usual).filter(|k| *k != "bolag").or_else(|| {
                let parent = match draft.parent {
                    Parent::Unit(id) => Some(id),
                    Parent::None => None,
                    Parent::Unsaid => units.get(draft.id).and_then(|u| u.parent_id),
                };
                match parent {
                    None => Some(kinds::under(None)),
                    Some(id) => known
                        .get(&id)
                        .copied()
                        .or_else(|| {
                            if drafts.iter().any(|d| d.id == id && d.refused.is_none()) {
                                None
                            } else {
                                units.get(id).map(|u| static_kind(&u.kind))
                            }
                        })
                        .map(|kind| kinds::under(Some(kind))),
                }
            });
            if let Some(kind) = kind {
                known.insert(draft.id, kind);
            }
            kind.is_none()
        });
        if waiting.len() == before {
            break;
        }
    }
    known
}

fn static_kind(kind: &str) -> &'static str {
    crate::areas::organisation::KINDS
        .iter()
        .find(|(code, _)| *code == kind)
        .map_or("enhet", |(code, _)| *code)
}

/// Puts what the row says into the unit.
fn fill(unit: &mut Unit, draft: &Draft<'_>, kind: &'static str, is_new: bool) {
    let row = draft.row;
    row.code.clone_into(&mut unit.code);
    row.name.clone_into(&mut unit.name);
    if is_new || row.has.kind || row.has.level {
        kind.clone_into(&mut unit.kind);
    }
    match draft.parent {
        Parent::None => unit.parent_id = None,
        Parent::Unit(id) => unit.parent_id = Some(id),
        Parent::Unsaid => {}
    }
    if row.has.valid_from {
        unit.valid_from = row.valid_from;
    }
    if row.has.valid_to {
        unit.valid_to = row.valid_to;
    }
    if let Some(in_scope) = row.in_scope {
        unit.in_scope = in_scope;
    } else if is_new {
        // Companies are outside the models (S001).
        unit.in_scope = unit.kind != "bolag";
    }
}

fn set_head(unit: &mut Unit, draft: &Draft<'_>, holders: &Holders, taken: &mut TakenIn) {
    let row = draft.row;
    let text = match (&row.head, &row.head_no) {
        (Some(name), Some(number)) => format!("{name} ({number})"),
        (Some(name), None) => name.clone(),
        (None, Some(number)) => number.clone(),
        (None, None) => {
            (unit.head_person_id, unit.head_text) = (None, None);
            return;
        }
    };
    if let Some(person) = holders.find_head(row.head.as_deref(), row.head_no.as_deref(), unit.id) {
        (unit.head_person_id, unit.head_text) = (Some(person), None);
    } else {
        (unit.head_person_id, unit.head_text) = (None, Some(text));
        if !holders.is_empty() {
            let message = "Chefen hittades inte bland personerna i registret. Namnet sparas som text.";
            taken.warn(draft.number, Some("manager"), "unknown_head", message);
        }
    }
}

fn set_successor(
    unit: &mut Unit,
    draft: &Draft<'_>,
    (by_code, units): (&HashMap<String, Uuid>, &Units),
    taken: &mut TakenIn,
) {
    let Some(text) = &draft.row.replaced_by else {
        unit.successor_id = None;
        return;
    };
    let found = by_code.get(&fold(text)).copied().or_else(|| units.by_code(text).map(|u| u.id));
    match found {
        Some(id) if id != unit.id => unit.successor_id = Some(id),
        _ => {
            let message = format!(
                "Enheten ”{text}”, som ska ersätta den här, finns inte. Enheten läses in utan den uppgiften."
            );
            taken.warn(draft.number, Some("replaced_by"), "unknown_successor", message);
        }
    }
}
