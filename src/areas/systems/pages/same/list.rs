//! What is proposed and not decided, what is put off, and what has been decided.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::super::{
        model::number_label,
        queries::{
            merge::{self as queries, Member, MergeDone, Rejected},
            same::{self as proposals, Waiting},
        },
    },
    MOST_COMPARED,
};
use crate::{
    error::AppResult,
    rules::system_names::Reason,
    web::{ctx::Ctx, extract::Query, filters, page::Page, page_parts::Pager},
};

/// Groups on a page.
const PER_PAGE: usize = 25;
/// Decisions of each sort that are shown.
const DECISIONS_SHOWN: i64 = 50;

/// Systems that may be one and the same.
struct Group {
    members: Vec<Member>,
    /// How sure the surest pair is.
    score: i16,
    /// Why, in words; and whether it speaks against.
    reasons: Vec<(&'static str, bool)>,
    /// The way to the comparison.
    href: String,
    is_later: bool,
}

impl Group {
    /// Words for how sure the proposal is.
    fn sureness(&self) -> &'static str {
        match self.score {
            90.. => "mycket säkert",
            75..90 => "troligt",
            _ => "möjligt",
        }
    }
}

#[derive(Template)]
#[template(path = "systems/same.html")]
struct SamePage {
    page: Page,
    groups: Vec<Group>,
    total: usize,
    later: usize,
    pager: Pager,
    merged: Vec<MergeDone>,
    rejected: Vec<Rejected>,
    base: String,
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub struct SameQuery {
    #[serde(default)]
    page: String,
}

/// What is proposed and not decided, the surest first, what is put off last; and what has been decided.
pub async fn list(ctx: Ctx, Query(query): Query<SameQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let all = groups_of(&proposals::list_waiting(&mut tx).await?);
    let last = all.len().div_ceil(PER_PAGE).max(1);
    let at = query.page.parse::<usize>().unwrap_or(1).clamp(1, last);
    let shown: Vec<&Found> = all.iter().skip((at - 1) * PER_PAGE).take(PER_PAGE).collect();
    let ids: Vec<Uuid> = shown.iter().flat_map(|g| g.ids.iter().copied()).collect();
    let members: HashMap<Uuid, Member> =
        queries::list_members(&mut tx, &ids).await?.into_iter().map(|m| (m.id, m)).collect();
    let merged = queries::list_merges(&mut tx, DECISIONS_SHOWN).await?;
    let rejected = queries::list_rejected(&mut tx, DECISIONS_SHOWN).await?;
    let page = ctx.page(&mut tx, "Samma system?").await?.crumb("System", "systems");
    tx.commit().await?;
    let base = ctx.path("systems/same");
    let groups = shown
        .into_iter()
        .map(|found| Group {
            members: found.ids.iter().filter_map(|id| members.get(id).cloned()).collect(),
            score: found.score,
            reasons: found.reasons.clone(),
            href: compare_href(&base, &found.ids),
            is_later: found.is_later,
        })
        .filter(|g| {
            g.members.len() > 1 && g.members.iter().all(|m| ctx.scope().reaches_unit(m.owner_unit_id))
        })
        .collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let pager = Pager::new(count(at), count(last), |n| format!("{base}?page={n}"));
    let later = all.iter().filter(|g| g.is_later).count();
    ctx.html(&SamePage { page, groups, total: all.len(), later, pager, merged, rejected, base })
}

fn compare_href(base: &str, ids: &[Uuid]) -> String {
    let ids: Vec<String> = ids.iter().take(MOST_COMPARED).map(|id| format!("id={id}")).collect();
    format!("{base}/compare?{}", ids.join("&"))
}

/// A group as it was found.
struct Found {
    ids: Vec<Uuid>,
    score: i16,
    reasons: Vec<(&'static str, bool)>,
    /// Somebody has put every pair of it off.
    is_later: bool,
}

/// Joins pairs to groups: systems that are proposed with each other, directly or through others. The surest first, and
/// what is put off last.
fn groups_of(waiting: &[Waiting]) -> Vec<Found> {
    let mut group_of: HashMap<Uuid, usize> = HashMap::new();
    let mut groups: BTreeMap<usize, Vec<Uuid>> = BTreeMap::new();
    for (i, pair) in waiting.iter().enumerate() {
        let (a, b) = (group_of.get(&pair.system_a_id).copied(), group_of.get(&pair.system_b_id).copied());
        let into = a.or(b).unwrap_or(i);
        let mut joined = groups.remove(&into).unwrap_or_default();
        for other in [a, b].into_iter().flatten().filter(|g| *g != into) {
            joined.extend(groups.remove(&other).unwrap_or_default());
        }
        joined
            .extend([pair.system_a_id, pair.system_b_id].into_iter().filter(|id| !group_of.contains_key(id)));
        for id in &joined {
            group_of.insert(*id, into);
        }
        groups.insert(into, joined);
    }
    let mut pairs_of: HashMap<usize, Vec<&Waiting>> = HashMap::new();
    for pair in waiting {
        if let Some(group) = group_of.get(&pair.system_a_id) {
            pairs_of.entry(*group).or_default().push(pair);
        }
    }
    let mut found: Vec<Found> = groups
        .into_iter()
        .map(|(group, mut ids)| {
            ids.sort_unstable();
            ids.dedup();
            let own = pairs_of.remove(&group).unwrap_or_default();
            let mut reasons: Vec<(&'static str, bool)> = Vec::new();
            for reason in own.iter().flat_map(|w| &w.reasons).filter_map(|code| reason(code)) {
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            reasons.sort_by_key(|(_, against)| *against);
            Found {
                score: own.iter().map(|w| w.score).max().unwrap_or_default(),
                reasons,
                is_later: own.iter().all(|w| w.later_at.is_some()),
                ids,
            }
        })
        .collect();
    found.sort_by_key(|g| (g.is_later, std::cmp::Reverse(g.score), g.ids.first().copied()));
    found
}

/// The systems that are proposed as one with a system, itself first.
pub(super) fn group_with(waiting: &[Waiting], system: Uuid) -> Vec<Uuid> {
    let group = groups_of(waiting).into_iter().find(|g| g.ids.contains(&system));
    let mut ids = group.map(|g| g.ids).unwrap_or_default();
    ids.sort_unstable_by_key(|id| (*id != system, *id));
    ids
}

/// How many groups there are to decide on.
pub(in super::super) fn count_groups(waiting: &[Waiting]) -> usize {
    groups_of(waiting).len()
}

/// A reason in words, and whether it speaks against.
fn reason(code: &str) -> Option<(&'static str, bool)> {
    Reason::ALL.into_iter().find(|r| r.code() == code).map(|r| (r.swedish(), r.is_against()))
}

/// For the template: the number people use.
impl Member {
    /// `SYS-0042`.
    #[must_use]
    pub fn label(&self) -> String {
        number_label(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u128, b: u128, score: i16) -> Waiting {
        Waiting {
            system_a_id: Uuid::from_u128(a),
            system_b_id: Uuid::from_u128(b),
            score,
            reasons: vec!["other_version".to_owned(), "same_name".to_owned()],
            later_at: None,
        }
    }

    #[test]
    fn pairs_that_meet_are_one_group_and_the_surest_group_comes_first() {
        let waiting = [pair(1, 2, 70), pair(5, 6, 95), pair(3, 4, 80), pair(2, 3, 61), pair(1, 4, 60)];
        let groups = groups_of(&waiting);
        let shown: Vec<(i16, Vec<u128>)> =
            groups.iter().map(|g| (g.score, g.ids.iter().map(Uuid::as_u128).collect())).collect();
        assert_eq!(shown, [(95, vec![5, 6]), (80, vec![1, 2, 3, 4])]);
        assert_eq!(groups[0].reasons, [("Samma namn", false), ("Olika versionsnummer", true)]);
    }

    #[test]
    fn a_group_is_put_off_when_all_of_it_is_and_comes_last_then() {
        let off = |pair: Waiting| Waiting { later_at: Some(chrono::DateTime::UNIX_EPOCH), ..pair };
        let groups = groups_of(&[off(pair(1, 2, 99)), pair(3, 4, 60), off(pair(5, 6, 90)), pair(6, 7, 70)]);
        let shown: Vec<(bool, i16)> = groups.iter().map(|g| (g.is_later, g.score)).collect();
        assert_eq!(shown, [(false, 90), (false, 60), (true, 99)]);
    }
}
