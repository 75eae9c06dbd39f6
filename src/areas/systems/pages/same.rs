//! "Samma system?": what is proposed, systems side by side, and the decision.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        facts::{self, Compared},
        merge::{self, Merge},
        model::{System, number_label},
        queries::{
            frame as frames,
            merge::{self as queries, Member, Rejected},
            roles,
            same::{self as proposals, Waiting},
            systems,
        },
    },
    PROTECTED,
};
use crate::{
    areas::settings,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    rules::system_names::Reason,
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Pager,
    },
};

/// Groups on a page.
const PER_PAGE: usize = 25;
/// The most systems that are compared at once.
const MOST_COMPARED: usize = 6;
/// Decisions that are shown to be taken up again.
const REJECTED_SHOWN: i64 = 50;

/// Systems that may be one and the same.
struct Group {
    members: Vec<Member>,
    /// How sure the surest pair is.
    score: i16,
    /// Why, in words.
    reasons: Vec<&'static str>,
    /// The way to the comparison.
    href: String,
}

#[derive(Template)]
#[template(path = "systems/same.html")]
struct SamePage {
    page: Page,
    groups: Vec<Group>,
    total: usize,
    pager: Pager,
    rejected: Vec<Rejected>,
    base: String,
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub struct SameQuery {
    #[serde(default)]
    page: String,
}

/// What is proposed and not decided, the surest first.
pub async fn list(ctx: Ctx, Query(query): Query<SameQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let waiting = proposals::list_waiting(&mut tx).await?;
    let all = groups_of(&waiting);
    let pages = all.len().div_ceil(PER_PAGE).max(1);
    let at = query.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown: Vec<&Found> = all.iter().skip((at - 1) * PER_PAGE).take(PER_PAGE).collect();
    let ids: Vec<Uuid> = shown.iter().flat_map(|g| g.ids.iter().copied()).collect();
    let members: HashMap<Uuid, Member> =
        queries::list_members(&mut tx, &ids).await?.into_iter().map(|m| (m.id, m)).collect();
    let rejected = queries::list_rejected(&mut tx, REJECTED_SHOWN).await?;
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
        })
        .filter(|g| {
            g.members.len() > 1 && g.members.iter().all(|m| ctx.scope().reaches_unit(m.owner_unit_id))
        })
        .collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let pager = Pager::new(count(at), count(pages), |n| format!("{base}?page={n}"));
    ctx.html(&SamePage { page, groups, total: all.len(), pager, rejected, base })
}

fn compare_href(base: &str, ids: &[Uuid]) -> String {
    let ids: Vec<String> = ids.iter().take(MOST_COMPARED).map(|id| format!("id={id}")).collect();
    format!("{base}/compare?{}", ids.join("&"))
}

/// A group as it was found.
struct Found {
    ids: Vec<Uuid>,
    score: i16,
    reasons: Vec<&'static str>,
}

/// Joins pairs to groups: systems that are proposed with each other, directly or through others. The surest first.
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
    let mut found: Vec<Found> = groups
        .into_values()
        .map(|mut ids| {
            ids.sort_unstable();
            ids.dedup();
            let own: Vec<&Waiting> =
                waiting.iter().filter(|w| ids.binary_search(&w.system_a_id).is_ok()).collect();
            let mut reasons = Vec::new();
            for code in own.iter().flat_map(|w| &w.reasons) {
                if let Some(text) = reason(code).filter(|t| !reasons.contains(t)) {
                    reasons.push(text);
                }
            }
            Found { score: own.iter().map(|w| w.score).max().unwrap_or_default(), reasons, ids }
        })
        .collect();
    found.sort_by_key(|g| (std::cmp::Reverse(g.score), g.ids.first().copied()));
    found
}

/// A reason in words.
fn reason(code: &str) -> Option<&'static str> {
    Reason::ALL.into_iter().find(|r| r.code() == code).map(Reason::swedish)
}

/// A field of the comparison.
struct Row {
    column: &'static str,
    label: &'static str,
    cells: Vec<Cell>,
    differs: bool,
}

/// What one system says in it.
struct Cell {
    id: Uuid,
    text: String,
    chosen: bool,
}

/// A system of the comparison.
struct Compare {
    system: System,
    is_kept: bool,
}

#[derive(Template)]
#[template(path = "systems/compare.html")]
struct ComparePage {
    page: Page,
    members: Vec<Compare>,
    rows: Vec<Row>,
    base: String,
}

/// Systems side by side.
pub async fn compare(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let ids: Vec<Uuid> = query
        .unwrap_or_default()
        .split('&')
        .filter_map(|part| part.strip_prefix("id="))
        .filter_map(|id| Uuid::parse_str(id).ok())
        .take(MOST_COMPARED)
        .collect();
    let mut tx = ctx.begin().await?;
    let members = open_all(&ctx, &mut tx, &ids).await?;
    let names = settings::load(&mut tx).await?.names;
    let mut looked_up = Vec::with_capacity(members.len());
    for member in &members {
        looked_up.push(frames::find_frame(&mut tx, member.id, &member.fields, ctx.today()).await?);
    }
    let kept = kept_first(&members, &looked_up);
    let pairs: Vec<_> = members.iter().map(|m| &m.fields).zip(&looked_up).collect();
    let mut compared = vec![owners(&ctx, &mut tx, &members).await?];
    let page =
        ctx.page(&mut tx, "Jämför").await?.crumb("System", "systems").crumb("Samma system?", "systems/same");
    tx.commit().await?;
    compared.extend(facts::compare(&pairs, &names));
    let rows = compared
        .into_iter()
        .filter(|c| c.texts.iter().any(|t| !t.is_empty()))
        .map(|c| choose(c, &members, kept))
        .collect();
    ctx.html(&ComparePage {
        page: page.wide(),
        members: members.into_iter().map(|m| Compare { is_kept: m.id == kept, system: m }).collect(),
        rows,
        base: ctx.path("systems/same"),
    })
}

/// A row of the comparison: the kept system's text is chosen, else the first there is.
fn choose(compared: Compared, members: &[System], kept: Uuid) -> Row {
    let differs = compared.differs();
    let Compared { column, label, texts } = compared;
    let own =
        members.iter().position(|m| m.id == kept).filter(|i| texts.get(*i).is_some_and(|t| !t.is_empty()));
    let chosen = own.or_else(|| texts.iter().position(|t| !t.is_empty()));
    let cells = members
        .iter()
        .zip(texts)
        .enumerate()
        .map(|(i, (member, text))| Cell { id: member.id, text, chosen: chosen == Some(i) })
        .collect();
    Row { column, label, cells, differs }
}

/// Who owns each.
async fn owners(ctx: &Ctx, tx: &mut TenantTx, members: &[System]) -> AppResult<Compared> {
    let mut texts = Vec::with_capacity(members.len());
    for member in members {
        let held = roles::list_roles(tx, member.id, ctx.today()).await?;
        let names: Vec<String> = held
            .into_iter()
            .filter(|r| r.role == "systemagare" && !r.is_deputy && r.holds_on(ctx.today()))
            .map(|r| if r.is_protected { PROTECTED.to_owned() } else { r.name })
            .collect();
        texts.push(names.join(", "));
    }
    Ok(Compared { column: "systemagare", label: "Systemägare", texts })
}

/// Which is kept unless another is chosen: the one with most that hangs on it, then the oldest.
fn kept_first(members: &[System], frames: &[frames::Frame]) -> Uuid {
    let weight = |f: &frames::Frame| f.contracts * 4 + f.sources + f.units + f.aliases;
    members
        .iter()
        .zip(frames)
        .max_by_key(|(m, f)| (weight(f), std::cmp::Reverse(m.number)))
        .map_or_else(Uuid::nil, |(m, _)| m.id)
}

/// The systems, if the user may decide on all of them.
async fn open_all(ctx: &Ctx, tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<System>> {
    let mut members = Vec::with_capacity(ids.len());
    for id in ids {
        let system = systems::find_system(tx, *id, ctx.principal.person_id, ctx.today())
            .await?
            .ok_or(AppError::NotFound)?;
        if !system.is_within(ctx.scope()) {
            return Err(AppError::NotFound);
        }
        if system.merged_into_id.is_none() && !members.iter().any(|m: &System| m.id == system.id) {
            members.push(system);
        }
    }
    if members.len() < 2 {
        return Err(AppError::Conflict(
            "Systemen är redan hopslagna, eller så är bara ett kvar. Gå till förslagen och välj på nytt."
                .into(),
        ));
    }
    Ok(members)
}

/// The ids, versions and choices of a comparison that was sent.
struct Sent {
    ids: Vec<Uuid>,
    versions: HashMap<Uuid, i32>,
    merge: Merge,
}

fn read(form: &[(String, String)]) -> Sent {
    let id = |text: &str| Uuid::parse_str(text).ok();
    let mut sent = Sent { ids: Vec::new(), versions: HashMap::new(), merge: Merge::default() };
    for (key, value) in form {
        match key.as_str() {
            "id" => sent.ids.extend(id(value)),
            "kept" => sent.merge.kept = id(value).unwrap_or_default(),
            "field.systemagare" => sent.merge.owner_of = id(value),
            _ => {
                if let (Some(column), Some(from)) = (key.strip_prefix("field."), id(value)) {
                    sent.merge.choices.insert(column.to_owned(), from);
                } else if let (Some(of), Ok(version)) =
                    (key.strip_prefix("version.").and_then(id), value.parse())
                {
                    sent.versions.insert(of, version);
                }
            }
        }
    }
    sent
}

/// Makes one of them.
pub async fn decide(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let mut sent = read(&form);
    let mut tx = ctx.begin().await?;
    let members = open_all(&ctx, &mut tx, &sent.ids).await?;
    if members.iter().any(|m| sent.versions.get(&m.id) != Some(&m.version)) {
        return Err(AppError::Conflict(
            "Någon annan har ändrat ett av systemen sedan du öppnade jämförelsen. Öppna den på nytt och välj igen.".into(),
        ));
    }
    if !members.iter().any(|m| m.id == sent.merge.kept) {
        return Err(AppError::rejected(
            "Välj vilket system som ska finnas kvar, bland dem som är markerade. Gå tillbaka och välj.",
        ));
    }
    // What is chosen from a system that is no longer marked does not count.
    sent.merge.choices.retain(|_, from| members.iter().any(|m| m.id == *from));
    sent.merge.owner_of = sent.merge.owner_of.filter(|from| members.iter().any(|m| m.id == *from));
    let set = merge::merge(&mut tx, &members, &sent.merge, (ctx.now(), ctx.today())).await?;
    tx.commit().await?;
    let flash = Flash::success("Systemen är hopslagna. Det andra namnet finns kvar som alias.")
        .with_link("Visa eller ångra", ctx.path(format!("audit/change-sets/{set}")));
    Ok(ctx.redirect(format!("systems/{}", sent.merge.kept), &flash))
}

/// Remembers that they are not the same.
pub async fn reject(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let sent = read(&form);
    let mut faults = Faults::default();
    let reason = form.iter().find(|(k, _)| k == "reason").map_or("", |(_, v)| v.as_str());
    let reason = faults.text("reason", "Skälet", reason, 500);
    if !faults.is_empty() {
        return Err(AppError::rejected("Skälet får ha högst 500 tecken. Gå tillbaka och korta det."));
    }
    let mut tx = ctx.begin().await?;
    let members = open_all(&ctx, &mut tx, &sent.ids).await?;
    let ids: Vec<Uuid> = members.iter().map(|m| m.id).collect();
    merge::reject(&mut tx, &ids, &reason, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "systems/same",
        &Flash::success("Det är noterat att systemen inte är samma. De föreslås inte igen."),
    ))
}

/// Lets two systems be proposed again.
pub async fn reopen(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    if !queries::delete_rejection(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect("systems/same", &Flash::success("Systemen föreslås igen.")))
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
            reasons: vec!["same_name".to_owned()],
        }
    }

    #[test]
    fn pairs_that_meet_are_one_group_and_the_surest_group_comes_first() {
        let waiting = [pair(1, 2, 70), pair(5, 6, 95), pair(3, 4, 80), pair(2, 3, 61), pair(1, 4, 60)];
        let groups = groups_of(&waiting);
        let shown: Vec<(i16, Vec<u128>)> =
            groups.iter().map(|g| (g.score, g.ids.iter().map(Uuid::as_u128).collect())).collect();
        assert_eq!(shown, [(95, vec![5, 6]), (80, vec![1, 2, 3, 4])]);
        assert_eq!(groups[0].reasons, ["Samma namn"]);
    }

    #[test]
    fn a_comparison_that_was_sent_is_read_field_by_field() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let form = [
            ("id".to_owned(), a.to_string()),
            ("id".to_owned(), b.to_string()),
            ("kept".to_owned(), a.to_string()),
            (format!("version.{a}"), "3".to_owned()),
            ("field.hosting".to_owned(), b.to_string()),
            ("field.systemagare".to_owned(), b.to_string()),
        ];
        let sent = read(&form);
        assert_eq!((sent.ids, sent.merge.kept, sent.merge.owner_of), (vec![a, b], a, Some(b)));
        assert_eq!(sent.versions.get(&a), Some(&3));
        assert_eq!(sent.merge.choices.get("hosting"), Some(&b));
    }
}
