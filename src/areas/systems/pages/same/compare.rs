//! Systems side by side, and the preview of what becomes of them.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use uuid::Uuid;

use super::{
    super::{
        super::{
            facts::{self, Compared},
            merge::Merge,
            model::System,
            queries::{frame as frames, parts, roles, same as proposals},
        },
        PROTECTED,
    },
    MOST_COMPARED,
    list::group_with,
    open_all, open_sent,
};
use crate::{
    areas::settings,
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    web::{ctx::Ctx, extract::Form, filters, page::Page},
};

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
    differing: Vec<Row>,
    alike: Vec<Row>,
    /// What hangs on each, in words: what it is and a text for each system.
    hanging: Vec<(&'static str, Vec<String>)>,
    base: String,
}

/// Systems side by side: those with an `id` in the query, or those that are proposed as one with `of`.
pub async fn compare(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let query = query.unwrap_or_default();
    let ids_of = |key: &str| -> Vec<Uuid> {
        query
            .split('&')
            .filter_map(|part| part.split_once('='))
            .filter_map(|(k, id)| Uuid::parse_str(id).ok().filter(|_| k == key))
            .take(MOST_COMPARED)
            .collect()
    };
    let mut ids = ids_of("id");
    let mut tx = ctx.begin().await?;
    if let Some(of) = ids_of("of").first() {
        ids = group_with(&proposals::list_waiting(&mut tx).await?, *of);
        ids.truncate(MOST_COMPARED);
    }
    let members = open_all(&ctx, &mut tx, &ids).await?;
    let names = settings::load(&mut tx).await?.names;
    let mut looked_up = Vec::with_capacity(members.len());
    for member in &members {
        looked_up.push(frames::find_frame(&mut tx, member.id, &member.fields, ctx.today()).await?);
    }
    let kept = kept_first(&members, &looked_up);
    let pairs: Vec<_> = members.iter().map(|m| &m.fields).zip(&looked_up).collect();
    let mut compared = vec![owners(&ctx, &mut tx, &members).await?];
    compared.extend(facts::compare(&pairs, &names));
    let mut hanging: Vec<(&'static str, Vec<String>)> = Vec::new();
    for member in &members {
        for (i, (what, text)) in hangs(&ctx, &mut tx, member.id).await?.into_iter().enumerate() {
            match hanging.get_mut(i) {
                Some((_, texts)) => texts.push(text),
                None => hanging.push((what, vec![text])),
            }
        }
    }
    hanging.retain(|(_, texts)| texts.iter().any(|t| !t.is_empty()));
    let page =
        ctx.page(&mut tx, "Jämför").await?.crumb("System", "systems").crumb("Samma system?", "systems/same");
    tx.commit().await?;
    let (differing, alike) = compared
        .into_iter()
        .filter(|c| c.texts.iter().any(|t| !t.is_empty()))
        .map(|c| choose(c, &members, kept))
        .partition(|row| row.differs);
    ctx.html(&ComparePage {
        page: page.wide(),
        members: members.into_iter().map(|m| Compare { is_kept: m.id == kept, system: m }).collect(),
        differing,
        alike,
        hanging,
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

/// Who holds a role on a system today.
async fn holders(ctx: &Ctx, tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<(String, bool, String)>> {
    let held = roles::list_roles(tx, system, ctx.today()).await?;
    Ok(held
        .into_iter()
        .filter(|r| r.holds_on(ctx.today()))
        .map(|r| (r.role, r.is_deputy, if r.is_protected { PROTECTED.to_owned() } else { r.name }))
        .collect())
}

/// Who owns each.
async fn owners(ctx: &Ctx, tx: &mut TenantTx, members: &[System]) -> AppResult<Compared> {
    let mut texts = Vec::with_capacity(members.len());
    for member in members {
        let names: Vec<String> = holders(ctx, tx, member.id)
            .await?
            .into_iter()
            .filter(|(role, is_deputy, _)| role == "systemagare" && !is_deputy)
            .map(|(.., name)| name)
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

/// What hangs on a system: what moves when it turns out to be another. Contracts are counted, and named only to whoever
/// may read contracts.
async fn hangs(ctx: &Ctx, tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<(&'static str, String)>> {
    let names = settings::load(tx).await?.names;
    let held: Vec<String> = holders(ctx, tx, system)
        .await?
        .into_iter()
        .map(|(role, is_deputy, name)| {
            format!(
                "{name} ({}{})",
                names.object_role(&role).to_lowercase(),
                if is_deputy { ", ersättare" } else { "" }
            )
        })
        .collect();
    let units: Vec<String> = parts::list_units(tx, system).await?.into_iter().map(|u| u.name).collect();
    let scope = ctx.scope_for(P::ContractRead);
    let contracts = parts::list_contracts(tx, system, &scope, ctx.today()).await?;
    let contracts: Vec<String> = contracts.into_iter().map(|c| c.title).collect();
    let aliases: Vec<String> = parts::list_aliases(tx, system).await?.into_iter().map(|a| a.alias).collect();
    let areas = parts::list_areas(tx, system).await?;
    let sources: Vec<String> = parts::list_sources(tx, system)
        .await?
        .into_iter()
        .map(|s| format!("{} rad {}", s.file_name.rsplit('/').next().unwrap_or(&s.file_name), s.row_no))
        .collect();
    Ok(vec![
        ("Roller", held.join(", ")),
        ("Enheter", units.join(", ")),
        ("Avtal", contracts.join(", ")),
        ("Funktionsområden", areas.join(", ")),
        ("Andra namn", aliases.join(", ")),
        ("Rader i listor", sources.join(", ")),
    ])
}

/// A field of the system that there will be.
struct Becomes {
    label: &'static str,
    text: String,
    /// Whose it is, when not all say so.
    from: Option<String>,
}

/// What comes from a system that is merged into the other.
struct Leaving {
    /// The id of its heading.
    id: String,
    title: String,
    label: String,
    moves: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "systems/preview.html")]
struct PreviewPage {
    page: Page,
    name: String,
    kept: String,
    results: Vec<Becomes>,
    moves: Vec<Leaving>,
    aliases: Vec<String>,
    hidden: Vec<(String, String)>,
    base: String,
    back: String,
}

/// What would become of the systems: the fields as chosen, the names, and what moves. Nothing is changed.
pub async fn preview(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (sent, members) = open_sent(&ctx, &mut tx, &form).await?;
    let names = settings::load(&mut tx).await?.names;
    let mut looked_up = Vec::with_capacity(members.len());
    for member in &members {
        looked_up.push(frames::find_frame(&mut tx, member.id, &member.fields, ctx.today()).await?);
    }
    let pairs: Vec<_> = members.iter().map(|m| &m.fields).zip(&looked_up).collect();
    let mut compared = vec![owners(&ctx, &mut tx, &members).await?];
    compared.extend(facts::compare(&pairs, &names));
    let results: Vec<Becomes> = compared.iter().map(|c| result(c, &members, &sent.merge)).collect();
    let name = results.iter().find(|r| r.label == "Namn").map(|r| r.text.clone()).unwrap_or_default();
    let (mut moves, mut aliases) = (Vec::new(), BTreeSet::new());
    for member in &members {
        if member.fields.name != name {
            aliases.insert(member.fields.name.clone());
        }
        if member.id == sent.merge.kept {
            continue;
        }
        aliases.extend(parts::list_aliases(&mut tx, member.id).await?.into_iter().map(|a| a.alias));
        let hangs = hangs(&ctx, &mut tx, member.id).await?;
        moves.push(Leaving {
            id: format!("flyttas-{}", member.number),
            title: format!("Flyttas från {}", member.fields.name),
            label: member.label(),
            moves: hangs
                .into_iter()
                .filter(|(what, text)| !text.is_empty() && *what != "Andra namn")
                .collect(),
        });
    }
    let kept = members.iter().find(|m| m.id == sent.merge.kept).map(System::label).unwrap_or_default();
    let page = ctx
        .page(&mut tx, "Förhandsgranska")
        .await?
        .crumb("System", "systems")
        .crumb("Samma system?", "systems/same");
    tx.commit().await?;
    let base = ctx.path("systems/same");
    let ids: Vec<String> = members.iter().map(|m| format!("id={}", m.id)).collect();
    ctx.html(&PreviewPage {
        back: format!("{base}/compare?{}", ids.join("&")),
        hidden: hidden(&members, &sent.merge),
        page,
        name,
        kept,
        results,
        moves,
        aliases: aliases.into_iter().collect(),
        base,
    })
}

/// What the one system will say in a field, and whose that is.
fn result(compared: &Compared, members: &[System], merge: &Merge) -> Becomes {
    let chosen = if compared.column == "systemagare" {
        merge.owner_of
    } else {
        merge.choices.get(compared.column).copied()
    };
    let from = chosen.unwrap_or(merge.kept);
    let at = members.iter().position(|m| m.id == from);
    let text = at.and_then(|i| compared.texts.get(i)).cloned().unwrap_or_default();
    let label = at.and_then(|i| members.get(i)).map(System::label);
    Becomes { label: compared.label, text, from: label.filter(|_| compared.differs()) }
}

/// The comparison again, to be sent when it is confirmed.
fn hidden(members: &[System], merge: &Merge) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for member in members {
        fields.push(("id".to_owned(), member.id.to_string()));
        fields.push((format!("version.{}", member.id), member.version.to_string()));
    }
    fields.push(("kept".to_owned(), merge.kept.to_string()));
    fields.extend(merge.owner_of.map(|id| ("field.systemagare".to_owned(), id.to_string())));
    let mut choices: Vec<_> = merge.choices.iter().collect();
    choices.sort_unstable();
    fields.extend(choices.into_iter().map(|(column, from)| (format!("field.{column}"), from.to_string())));
    fields
}
