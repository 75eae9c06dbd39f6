//! The tree as a page draws it: which units are shown, which stand open.

use chrono::NaiveDate;

use super::{model::Unit, units::Units};
use crate::tabular::fold::fold;

/// What the reader wants to see.
#[derive(Clone, Debug)]
pub struct Wish {
    /// As the organisation was on this day.
    pub day: NaiveDate,
    /// Name or code; empty = everything.
    pub search: String,
    /// Units that have ended or not begun too.
    pub with_others: bool,
    /// Everything open.
    pub open: bool,
}

/// A line of the tree, in the order drawn.
#[derive(Clone, Debug)]
pub struct Line {
    /// The unit.
    pub unit: Unit,
    /// How many lines lie right under it.
    pub children: usize,
    /// What lies under it shows.
    pub is_open: bool,
    /// It is what was searched for.
    pub is_hit: bool,
    /// How many levels end after this line.
    pub closes: usize,
}

struct Node<'a> {
    unit: &'a Unit,
    is_hit: bool,
    /// Something under it is what was searched for.
    leads_to_hit: bool,
    children: Vec<Node<'a>>,
}

/// The lines. A unit under one that is not shown takes its place.
#[must_use]
pub fn lines(units: &Units, wish: &Wish) -> Vec<Line> {
    let search = fold(wish.search.trim());
    let nodes = grow(units, None, wish, &search, false);
    let mut out = Vec::new();
    flatten(&nodes, wish, &search, &mut out);
    out
}

fn grow<'a>(
    units: &'a Units,
    under: Option<uuid::Uuid>,
    wish: &Wish,
    search: &str,
    is_under_hit: bool,
) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    for unit in units.children(under) {
        let is_hit =
            !search.is_empty() && (fold(&unit.name).contains(search) || fold(&unit.code).starts_with(search));
        let children = grow(units, Some(unit.id), wish, search, is_under_hit || is_hit);
        let leads_to_hit = children.iter().any(|n| n.is_hit || n.leads_to_hit);
        let is_wanted = search.is_empty() || is_hit || leads_to_hit || is_under_hit;
        if is_wanted && (wish.with_others || unit.exists_on(wish.day)) {
            nodes.push(Node { unit, is_hit, leads_to_hit, children });
        } else {
            nodes.extend(children);
        }
    }
    nodes
}

fn flatten(nodes: &[Node<'_>], wish: &Wish, search: &str, out: &mut Vec<Line>) {
    for node in nodes {
        let is_open = wish.open
            || if search.is_empty() {
                matches!(node.unit.kind.as_str(), "kommun" | "namnd")
            } else {
                node.leads_to_hit
            };
        out.push(Line {
            unit: node.unit.clone(),
            children: node.children.len(),
            is_open,
            is_hit: node.is_hit,
            closes: 0,
        });
        if !node.children.is_empty() {
            flatten(&node.children, wish, search, out);
            if let Some(last) = out.last_mut() {
                last.closes += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn units() -> Units {
        let unit = |n: u128, name: &str, kind: &str, parent: u128| Unit {
            id: Uuid::from_u128(n),
            code: format!("{n}"),
            name: name.into(),
            kind: kind.into(),
            parent_id: (parent > 0).then(|| Uuid::from_u128(parent)),
            in_scope: true,
            ..Unit::default()
        };
        let mut old = unit(3, "Bad", "avdelning", 2);
        old.valid_to = Some(day("2026-06-30"));
        Units::new(vec![
            unit(1, "Kommun", "kommun", 0),
            unit(2, "Fritid", "forvaltning", 1),
            old,
            unit(4, "Simhallen", "enhet", 3),
            unit(5, "Stab", "enhet", 2),
        ])
    }

    fn drawn(wish: &Wish) -> Vec<(String, usize, bool, usize)> {
        lines(&units(), wish).into_iter().map(|l| (l.unit.name, l.children, l.is_open, l.closes)).collect()
    }

    fn wish(on: &str, search: &str) -> Wish {
        Wish { day: day(on), search: search.into(), with_others: false, open: false }
    }

    fn line(name: &str, children: usize, is_open: bool, closes: usize) -> (String, usize, bool, usize) {
        (name.to_owned(), children, is_open, closes)
    }

    #[test]
    fn what_lies_under_an_ended_unit_takes_its_place() {
        let all = [
            line("Kommun", 1, true, 0),
            line("Fritid", 2, false, 0),
            line("Simhallen", 0, false, 0),
            line("Stab", 0, false, 2),
        ];
        assert_eq!(drawn(&wish("2026-07-01", "")), all);
        let before = drawn(&wish("2026-06-30", ""));
        assert_eq!(before[2], line("Bad", 1, false, 0));
        assert_eq!(before[3], line("Simhallen", 0, false, 1));
    }

    #[test]
    fn a_search_shows_the_way_to_what_is_found_and_opens_it() {
        let found = [line("Kommun", 1, true, 0), line("Fritid", 1, true, 0), line("Stab", 0, false, 2)];
        assert_eq!(drawn(&wish("2026-07-01", "stab")), found);
        assert_eq!(drawn(&wish("2026-07-01", "finns inte")), []);
        // What lies under a hit can be opened.
        assert_eq!(drawn(&wish("2026-07-01", "fritid"))[1], line("Fritid", 2, false, 0));
    }
}
