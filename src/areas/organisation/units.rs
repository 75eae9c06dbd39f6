//! The whole organisation in memory: a municipality has hundreds of units, seldom thousands. Imports look hundreds of
//! texts up in it, pages walk it up and down.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{model::Unit, queries};
use crate::{db::tenant::TenantTx, error::AppResult, tabular::fold::fold};

/// Every unit, those that have ended included.
#[derive(Clone, Debug, Default)]
pub struct Units {
    list: Vec<Unit>,
    by_id: HashMap<Uuid, usize>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    children: HashMap<Option<Uuid>, Vec<usize>>,
}

/// What a text was found to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This unit.
    One(Uuid),
    /// Several units go by the name.
    Several(Vec<Uuid>),
    /// No unit.
    None,
}

impl Lookup {
    /// The unit, if there is only one.
    #[must_use]
    pub fn one(&self) -> Option<Uuid> {
        if let Self::One(id) = self { Some(*id) } else { None }
    }
}

impl Units {
    /// Loads the municipality's units.
    pub async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        Ok(Self::new(queries::list_units(tx).await?))
    }

    /// From a list of units.
    #[must_use]
    pub fn new(mut list: Vec<Unit>) -> Self {
        list.sort_by_cached_key(|u| (u.name.to_lowercase(), u.code.clone()));
        let mut units = Self::default();
        for (i, unit) in list.iter().enumerate() {
            units.by_id.insert(unit.id, i);
            units.by_code.insert(fold(&unit.code), i);
            units.by_name.entry(fold(&unit.name)).or_default().push(i);
            let parent = unit.parent_id.filter(|p| list.iter().any(|u| u.id == *p));
            units.children.entry(parent).or_default().push(i);
        }
        units.list = list;
        // Codes give the order that a municipality knows; a plain sort by name would tear its numbering apart.
        for children in units.children.values_mut() {
            children.sort_by_cached_key(|i| code_key(&units.list[*i].code));
        }
        units
    }

    /// Every unit, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.list.iter()
    }

    /// A unit.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&Unit> {
        self.by_id.get(&id).map(|i| &self.list[*i])
    }

    /// A unit by its exact code; case does not matter.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(&fold(code)).map(|i| &self.list[*i])
    }

    /// The units right under one, by code; `None` = those at the top.
    pub fn children(&self, id: Option<Uuid>) -> impl Iterator<Item = &Unit> {
        self.children.get(&id).into_iter().flatten().map(|i| &self.list[*i])
    }

    /// The unit and everything under it.
    #[must_use]
    pub fn with_all_under(&self, id: Uuid) -> Vec<Uuid> {
        let mut found = vec![id];
        let mut seen = HashSet::from([id]);
        let mut at = 0;
        while at < found.len() {
            let here = found[at];
            found.extend(self.children(Some(here)).map(|u| u.id).filter(|id| seen.insert(*id)));
            at += 1;
        }
        found
    }

    /// The units above, from the top down to the unit itself.
    #[must_use]
    pub fn path(&self, id: Uuid) -> Vec<&Unit> {
        let mut path = Vec::new();
        let mut next = self.get(id);
        while let Some(unit) = next {
            // A circle cannot be stored by the pages; an old one must not hang them.
            if path.iter().any(|u: &&Unit| u.id == unit.id) {
                break;
            }
            path.push(unit);
            next = unit.parent_id.and_then(|p| self.get(p));
        }
        path.reverse();
        path
    }

    /// The path in words from the förvaltning down: "Fritidsförvaltningen › Idrott och bad › Simhallen".
    #[must_use]
    pub fn path_name(&self, id: Uuid) -> String {
        let path = self.path(id);
        let from = path
            .iter()
            .position(|u| !matches!(u.kind.as_str(), "kommun" | "namnd"))
            .unwrap_or(path.len().saturating_sub(1));
        path[from..].iter().map(|u| u.name.as_str()).collect::<Vec<_>>().join(" › ")
    }

    /// The förvaltning that a unit belongs to, itself included; a company for a company's units.
    #[must_use]
    pub fn department(&self, id: Uuid) -> Option<&Unit> {
        self.path(id).into_iter().rev().find(|u| matches!(u.kind.as_str(), "forvaltning" | "bolag"))
    }

    /// The nämnd that a unit answers to, itself included.
    #[must_use]
    pub fn committee(&self, id: Uuid) -> Option<&Unit> {
        self.path(id).into_iter().rev().find(|u| u.kind == "namnd")
    }

    /// The unit that does a unit's work on a day: itself, or the one that took over, or the one after that.
    #[must_use]
    pub fn current(&self, id: Uuid, day: NaiveDate) -> Option<&Unit> {
        let mut unit = self.get(id)?;
        let mut seen = HashSet::from([id]);
        while unit.ended_before(day) {
            match unit.successor_id.and_then(|s| self.get(s)) {
                Some(next) if seen.insert(next.id) => unit = next,
                _ => break,
            }
        }
        Some(unit)
    }

    /// The unit that a text in a file or a form means: a code, a code and a name ("4711 Simhallen"), a name, a name
    /// without what stands in brackets, or a förvaltning without its ending ("Fritid"). Units that exist on `day` go
    /// before those that do not.
    #[must_use]
    pub fn find(&self, text: &str, day: NaiveDate) -> Lookup {
        let text = text.trim();
        if text.is_empty() {
            return Lookup::None;
        }
        if let Some(unit) = self.by_code(text) {
            return Lookup::One(unit.id);
        }
        let first = text.split_whitespace().next().unwrap_or_default();
        if first.len() < text.len()
            && first.chars().any(|c| c.is_ascii_digit())
            && let Some(unit) = self.by_code(first.trim_end_matches([',', ':', '-', '.']))
        {
            return Lookup::One(unit.id);
        }
        let wanted = fold(text);
        let named: Vec<usize> = self.by_name.get(&wanted).cloned().unwrap_or_default();
        let named = if named.is_empty() {
            let bare = fold(without_brackets(text).as_str());
            self.indices(|u| fold(&without_brackets(&u.name)) == bare)
        } else {
            named
        };
        let named = if named.is_empty() {
            let stem = stem(&wanted);
            self.indices(|u| {
                matches!(u.kind.as_str(), "forvaltning" | "bolag") && stem_of_name(&fold(&u.name)) == stem
            })
        } else {
            named
        };
        self.decide(&named, day)
    }

    fn indices(&self, is_it: impl Fn(&Unit) -> bool) -> Vec<usize> {
        (0..self.list.len()).filter(|i| is_it(&self.list[*i])).collect()
    }

    fn decide(&self, found: &[usize], day: NaiveDate) -> Lookup {
        let existing: Vec<usize> = found.iter().copied().filter(|i| self.list[*i].exists_on(day)).collect();
        let of = if existing.is_empty() { found } else { existing.as_slice() };
        match of {
            [] => Lookup::None,
            [only] => Lookup::One(self.list[*only].id),
            several => Lookup::Several(several.iter().map(|i| self.list[*i].id).collect()),
        }
    }
}

/// Codes in the order that people count: 9 before 10, 20A2 before 20A10.
fn code_key(code: &str) -> Vec<(u8, u64, String)> {
    let mut key = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let is_digit = c.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        key.push(if is_digit {
            (0, part.parse().unwrap_or(u64::MAX), String::new())
        } else {
            (1, 0, fold(part))
        });
        rest = after;
    }
    key
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_i32;
    text.chars()
        .filter(|c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth <= 0
        })
        .collect()
}

/// A folded text without the ending that says what kind of office it is.
fn stem(folded: &str) -> String {
    let mut text = folded;
    for ending in ["forvaltningen", "forvaltning", "kontoret", "kontor", "sektorn", "sektor", "forv"] {
        if let Some(shorter) = text.strip_suffix(ending) {
            text = shorter.trim_end();
            break;
        }
    }
    text.strip_suffix('s').unwrap_or(text).to_owned()
}

/// The stem of a unit's own name; a name that is only an ending has none.
fn stem_of_name(folded: &str) -> String {
    let stem = stem(folded);
    if stem.len() < 3 || stem == folded { folded.to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128, code: &str, name: &str, kind: &str, parent: u128) -> Unit {
        Unit {
            id: Uuid::from_u128(n),
            code: code.into(),
            name: name.into(),
            kind: kind.into(),
            parent_id: (parent > 0).then(|| Uuid::from_u128(parent)),
            in_scope: true,
            ..Unit::default()
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn units() -> Units {
        let mut old = unit(6, "4611", "Simhallen (gamla)", "enhet", 4);
        old.valid_to = Some(day("2026-06-30"));
        old.successor_id = Some(Uuid::from_u128(5));
        let mut new = unit(5, "4711", "Simhallen", "enhet", 4);
        new.valid_from = Some(day("2026-07-01"));
        Units::new(vec![
            unit(1, "0", "Viks kommun", "kommun", 0),
            unit(2, "N47", "Fritidsnämnden", "namnd", 1),
            unit(3, "47", "Fritidsförvaltningen", "forvaltning", 2),
            unit(4, "47A2", "Idrott och bad", "avdelning", 3),
            new,
            old,
            unit(7, "47A10", "Stab", "avdelning", 3),
            unit(8, "4720", "Stab", "enhet", 4),
        ])
    }

    fn found(text: &str) -> Lookup {
        units().find(text, day("2026-11-20"))
    }

    fn one(n: u128) -> Lookup {
        Lookup::One(Uuid::from_u128(n))
    }

    #[test]
    fn a_unit_is_found_by_code_by_name_and_by_both() {
        for text in ["4711", " 4711 ", "4711 Simhallen", "4711, Simhallen", "simhallen", "Simhallen (nya)"] {
            assert_eq!(found(text), one(5), "{text}");
        }
        assert_eq!(found("4611"), one(6));
        assert_eq!(found("Simhallen (gamla)"), one(6));
        assert_eq!(found("Badhuset"), Lookup::None);
        assert_eq!(found(""), Lookup::None);
    }

    #[test]
    fn a_department_is_found_without_its_ending() {
        for text in [
            "Fritid",
            "Fritidsförvaltning",
            "fritidsförvaltningen",
            "FRITIDSFÖRV",
            "Fritidskontoret",
            "47 FRI",
        ] {
            assert_eq!(found(text), one(3), "{text}");
        }
        assert_eq!(found("Förvaltningen"), Lookup::None);
    }

    #[test]
    fn a_name_that_several_units_have_decides_nothing() {
        assert!(matches!(found("Stab"), Lookup::Several(ids) if ids.len() == 2));
    }

    #[test]
    fn paths_go_from_the_department_down() {
        let units = units();
        assert_eq!(units.path_name(Uuid::from_u128(5)), "Fritidsförvaltningen › Idrott och bad › Simhallen");
        assert_eq!(units.path_name(Uuid::from_u128(2)), "Fritidsnämnden");
        assert_eq!(units.department(Uuid::from_u128(5)).map(|u| u.code.as_str()), Some("47"));
        assert_eq!(units.committee(Uuid::from_u128(5)).map(|u| u.code.as_str()), Some("N47"));
        assert_eq!(units.with_all_under(Uuid::from_u128(4)).len(), 4);
    }

    #[test]
    fn a_unit_that_has_ended_leads_to_the_one_that_took_over() {
        let units = units();
        let old = Uuid::from_u128(6);
        assert_eq!(units.current(old, day("2026-06-30")).map(|u| u.code.as_str()), Some("4611"));
        assert_eq!(units.current(old, day("2026-07-01")).map(|u| u.code.as_str()), Some("4711"));
    }

    #[test]
    fn codes_are_ordered_as_people_count() {
        let units = units();
        let codes: Vec<_> = units.children(Some(Uuid::from_u128(3))).map(|u| u.code.as_str()).collect();
        assert_eq!(codes, ["47A2", "47A10"]);
    }

    #[test]
    fn a_circle_of_parents_or_successors_ends() {
        let (mut a, mut b) = (unit(1, "a", "A", "enhet", 2), unit(2, "b", "B", "enhet", 1));
        (a.successor_id, b.successor_id) = (Some(b.id), Some(a.id));
        (a.valid_to, b.valid_to) = (Some(day("2020-01-01")), Some(day("2020-01-01")));
        let units = Units::new(vec![a, b]);
        assert_eq!(units.path(Uuid::from_u128(1)).len(), 2);
        assert_eq!(units.with_all_under(Uuid::from_u128(1)).len(), 2);
        assert!(units.current(Uuid::from_u128(1), day("2026-01-01")).is_some());
    }
}
