//! Rows meet where they share a key; only then are they judged.

use std::collections::{HashMap, HashSet};

use super::{
    Proposal, SystemRow,
    judge::{Prepared, judge, reduced},
    parse::{SystemName, words},
};
use crate::rules::{
    names::{lower, split_persons},
    supplier_names::SupplierName,
};

/// A name that more rows than this share is compared with the first of them only: that joins them all.
const BLOCK: usize = 64;

/// Proposes pairs of rows that seem to be the same system, the surest first.
///
/// The time grows with the number of rows and the length of their names, not with the number of pairs.
#[must_use]
pub fn propose(rows: &[SystemRow<'_>]) -> Vec<Proposal> {
    let known: HashSet<String> = rows.iter().filter_map(|r| brand(r.supplier?)).collect();
    let prepared: Vec<Prepared> = rows.iter().map(|r| prepare(r, &known)).collect();
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::with_capacity(rows.len() * 16);
    for (i, row) in prepared.iter().enumerate() {
        for key in keys(row) {
            let block = blocks.entry(key).or_default();
            if block.last() != Some(&i) {
                block.push(i);
            }
        }
    }
    let mut judged = HashSet::new();
    let mut proposals = Vec::new();
    for block in blocks.values().filter(|b| b.len() > 1) {
        for (n, &a) in block.iter().enumerate() {
            let others = if block.len() > BLOCK && n > 0 {
                n + 1..(n + 2).min(block.len())
            } else {
                n + 1..block.len()
            };
            for &b in block.get(others).unwrap_or_default() {
                if !judged.insert((a, b)) {
                    continue;
                }
                let (Some(x), Some(y)) = (prepared.get(a), prepared.get(b)) else { continue };
                if let Some((score, reasons)) = judge(x, y) {
                    proposals.push(Proposal { a, b, score, reasons });
                }
            }
        }
    }
    proposals.sort_by(|x, y| y.score.cmp(&x.score).then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b)));
    proposals
}

/// Joins proposals to groups of rows: every group has at least two rows, in the order of the input.
#[must_use]
pub fn groups(rows: usize, proposals: &[Proposal]) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..rows).collect();
    let root = |parent: &mut Vec<usize>, mut i: usize| {
        while let Some(&p) = parent.get(i).filter(|p| **p != i) {
            let up = parent.get(p).copied().unwrap_or(p);
            if let Some(slot) = parent.get_mut(i) {
                *slot = up;
            }
            i = p;
        }
        i
    };
    for p in proposals {
        let (a, b) = (root(&mut parent, p.a), root(&mut parent, p.b));
        if let Some(slot) = parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
    let mut found: HashMap<usize, Vec<usize>> = HashMap::new();
    for i in 0..rows {
        let r = root(&mut parent, i);
        found.entry(r).or_default().push(i);
    }
    let mut out: Vec<Vec<usize>> = found.into_values().filter(|g| g.len() > 1).collect();
    out.sort_unstable();
    out
}

/// The word a supplier is known by: the first of its name, when it is long enough to mean something.
fn brand(supplier: &str) -> Option<String> {
    let name = SupplierName::parse(supplier)?;
    name.words().first().filter(|w| w.len() >= 4).map(|w| super::parse::fold(w))
}

fn prepare(row: &SystemRow<'_>, known_suppliers: &HashSet<String>) -> Prepared {
    let mut name = SystemName::parse(row.name);
    let supplier = row.supplier.and_then(SupplierName::parse);
    let area = row.function_area.map(|a| words(&lower(a))).unwrap_or_default();
    let own: Option<Vec<String>> =
        supplier.as_ref().map(|s| s.words().iter().map(|w| super::parse::fold(w)).collect());
    for addition in std::mem::take(&mut name.additions) {
        let said = addition.concat();
        let is_supplier = match &own {
            Some(words) => words.first().is_some_and(|w| *w == said) || words.concat().starts_with(&said),
            None => known_suppliers.contains(&said),
        };
        let is_area = !area.is_empty() && addition.iter().all(|w| area.contains(w));
        if is_supplier || is_area {
            continue;
        }
        name.instance.extend(addition);
    }
    let all: Vec<String> = name.words.iter().chain(&name.instance).cloned().collect();
    let compact = all.concat();
    Prepared {
        text: row.name.trim().to_owned(),
        reduced: reduced(&all, supplier.as_ref(), &area).unwrap_or_else(|| compact.clone()),
        words: all,
        compact,
        supplier,
        area,
        owner: row.owner.and_then(owner_key),
        list: row.list,
        name,
    }
}

/// The owners a cell names, whatever their order: equal keys are equal owners.
fn owner_key(cell: &str) -> Option<String> {
    let mut keys: Vec<String> = split_persons(cell).persons.iter().map(|p| p.name.keys().k1).collect();
    keys.sort_unstable();
    Some(keys.join("/")).filter(|k| !k.is_empty())
}

/// The keys under which a row can be found: its name, its name with any one letter left out (two names one
/// edit apart share such a key), with å, ä and ö lost, and without supplier and purpose.
fn keys(row: &Prepared) -> HashSet<String> {
    let mut keys = HashSet::new();
    if row.compact.is_empty() {
        return keys;
    }
    if row.compact.len() >= 6 {
        for (at, c) in row.compact.char_indices() {
            let mut shorter = row.compact.clone();
            shorter.replace_range(at..at + c.len_utf8(), "");
            keys.insert(shorter);
        }
    }
    keys.insert(row.compact.clone());
    keys.insert(row.reduced.clone());
    if row.name.dropped.len() >= 5 {
        keys.insert(row.name.dropped.clone());
    }
    keys
}
