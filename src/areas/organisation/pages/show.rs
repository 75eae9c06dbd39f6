//! One unit: what lies under it, who works there, what it answers for, and its history.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::{Unit, kind_label},
        queries::{self, Holdings, Named, Staff},
    },
    frame::{self, At, Head, head_of},
};
use crate::{
    areas::{
        audit::{self, History, Viewer},
        people::{self, PersonLink},
    },
    auth::permissions::Permission as P,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::{Id, Query},
        filters,
        page::Page,
    },
};

/// A unit in a list, with its head.
struct Below {
    unit: Unit,
    kind: &'static str,
    head: Option<PersonLink>,
}

/// A move in words.
struct Moved {
    on: NaiveDate,
    from: String,
    to: String,
}

/// A systems panel: what it is called and what is in it.
struct Panel {
    id: &'static str,
    title: &'static str,
    /// The name of the table itself.
    region: &'static str,
    slug: &'static str,
    empty: &'static str,
    note: &'static str,
    rows: Vec<Named>,
}

#[derive(Template)]
#[template(path = "organisation/show.html")]
struct ShowPage {
    page: Page,
    head: Head,
    unit: Unit,
    boss: Option<PersonLink>,
    parent: Option<Unit>,
    successor: Option<Unit>,
    replaces: Vec<Unit>,
    moves: Vec<Moved>,
    below: Vec<Below>,
    ended_below: usize,
    /// Who works there; `None` = not for the reader.
    staff: Option<Vec<Staff>>,
    staff_count: i64,
    /// Those of the units under it.
    staff_below: i64,
    staff_href: String,
    panels: Vec<Panel>,
    left: Holdings,
}

/// The unit's page.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Overview, "").await?;
    let today = ctx.today();
    let (unit, units) = (&opened.unit, &opened.units);
    let children: Vec<&Unit> = units.children(Some(id)).collect();
    let mut persons: Vec<Uuid> = children.iter().filter_map(|u| u.head_person_id).collect();
    persons.extend(unit.head_person_id);
    let links = people::list_links(&ctx, &mut tx, &persons).await?;
    let mask = people::ProtectedMask::for_reader(&ctx, &mut tx).await?;
    let (below, ended): (Vec<&Unit>, Vec<&Unit>) = children.into_iter().partition(|u| !u.ended_before(today));
    let staff = if ctx.scope_for(P::PersonRead).reaches_unit(Some(id)) {
        Some(queries::list_staff(&mut tx, id, today, ctx.can(P::ProtectedRead)).await?)
    } else {
        None
    };
    let counted: HashMap<Uuid, i64> = queries::count_staff(&mut tx, today).await?.into_iter().collect();
    let here = counted.get(&id).copied().unwrap_or_default();
    let moves = queries::list_moves(&mut tx, Some(id)).await?;
    let left =
        if head.has_ended { queries::find_holdings(&mut tx, id, today).await? } else { Holdings::default() };
    let panels = panels(&ctx, &mut tx, id).await?;
    tx.commit().await?;
    let name = |id: Option<Uuid>| id.and_then(|id| units.get(id)).map_or("–", |u| u.name.as_str()).to_owned();
    let template = ShowPage {
        page,
        boss: head_of(unit, &links, &mask),
        parent: unit.parent_id.and_then(|id| units.get(id)).cloned(),
        successor: unit.successor_id.and_then(|id| units.get(id)).cloned(),
        replaces: units.iter().filter(|u| u.successor_id == Some(id)).cloned().collect(),
        moves: moves
            .iter()
            .rev()
            .map(|m| Moved { on: m.moved_on, from: name(m.from_parent_id), to: name(m.to_parent_id) })
            .collect(),
        below: below
            .into_iter()
            .map(|u| Below { unit: u.clone(), kind: kind_label(&u.kind), head: head_of(u, &links, &mask) })
            .collect(),
        ended_below: ended.len(),
        staff,
        staff_count: here,
        staff_below: units.with_all_under(id).iter().filter_map(|u| counted.get(u)).sum::<i64>() - here,
        staff_href: ctx.path(format!("people?enhet={id}")),
        panels,
        left,
        unit: opened.unit,
        head,
    };
    ctx.html(&template)
}

async fn panels(ctx: &Ctx, tx: &mut crate::db::tenant::TenantTx, id: Uuid) -> AppResult<Vec<Panel>> {
    let mut panels = Vec::new();
    if ctx.can(P::SystemRead) {
        let (scope, secret) = (ctx.scope_for(P::SystemRead), ctx.can(P::SystemSecretRead));
        let mut owned = queries::list_systems_owned(tx, id, &scope, secret).await?;
        let settings = crate::areas::settings::load(tx).await?;
        for system in &mut owned {
            system.note = settings.names.phase(&system.note).to_owned();
        }
        panels.push(Panel {
            id: "ansvarar",
            title: "System som enheten ansvarar för",
            region: "Lista över system som enheten ansvarar för",
            slug: "systems",
            empty: "Enheten ansvarar inte för något system som du får se.",
            note: "Fas",
            rows: owned,
        });
        panels.push(Panel {
            id: "anvander",
            title: "System som enheten använder",
            region: "Lista över system som enheten använder",
            slug: "systems",
            empty: "Inget system från någon annan är angivet.",
            note: "Ansvarar",
            rows: queries::list_systems_used(tx, id, &scope, secret).await?,
        });
    }
    if ctx.can(P::ContractRead) {
        let scope = ctx.scope_for(P::ContractRead);
        panels.push(Panel {
            id: "avtal",
            title: "Avtal som enheten ansvarar för",
            region: "Lista över avtal som enheten ansvarar för",
            slug: "contracts",
            empty: "Enheten ansvarar inte för något avtal som du får se.",
            note: "Leverantör",
            rows: queries::list_contracts_owned(tx, id, &scope).await?,
        });
    }
    Ok(panels)
}

/// Where to go on from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    before: String,
}

#[derive(Template)]
#[template(path = "organisation/history.html")]
struct HistoryPage {
    page: Page,
    head: Head,
    changes: History,
}

/// Who changed what, when.
pub async fn history(ctx: Ctx, Id(id): Id, Query(query): Query<HistoryQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::History, "Historik").await?;
    let changes = audit::history_of(&mut tx, &Viewer::of(&ctx), &[("org_unit", id)], &query.before).await?;
    tx.commit().await?;
    ctx.html(&HistoryPage { page, head, changes })
}
