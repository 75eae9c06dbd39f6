//! Moving a unit under another from a day.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::{Move, Unit},
        queries,
    },
    edit::{changed_meanwhile, parents_within},
    frame::{self, At, Head, Opened, path},
};
use crate::{
    auth::permissions::Permission as P,
    db::{change_set, tenant::TenantTx},
    error::AppResult,
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawMove {
    version: i32,
    parent_id: String,
    moved_on: String,
}

#[derive(Template)]
#[template(path = "organisation/move.html")]
struct MovePage {
    page: Page,
    head: Head,
    raw: RawMove,
    faults: Faults,
    parents: Vec<Choice>,
    now: String,
    under: usize,
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    opened: &Opened,
    raw: RawMove,
    faults: Faults,
) -> AppResult<Response> {
    let (page, head) = frame::head(ctx, &mut tx, opened, At::Form, "Flytta").await?;
    let own = opened.units.with_all_under(opened.unit.id);
    let parents = parents_within(ctx, &mut tx, &own).await?;
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let above = opened.unit.parent_id.and_then(|id| opened.units.get(id));
    let template = MovePage {
        page: if came_back { page.faulty() } else { page },
        head,
        raw,
        faults,
        parents,
        now: above.map(Unit::label).unwrap_or_default(),
        under: own.len() - 1,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The form.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let raw =
        RawMove { version: opened.unit.version, parent_id: String::new(), moved_on: ctx.today().to_string() };
    draw(&ctx, tx, &opened, raw, Faults::default()).await
}

/// Moves the unit. The days before keep the place that it had.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawMove>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    queries::lock_tree(&mut tx).await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let mut faults = Faults::default();
    let parent = faults.id("parent_id", "Ny överordnad enhet", &raw.parent_id);
    let known = parent.and_then(|p| opened.units.get(p));
    if faults.of("parent_id").is_none() {
        match (parent, known) {
            (None, _) => faults.add("parent_id", "Välj ny överordnad enhet."),
            (_, None) => faults.add("parent_id", "Välj ny överordnad enhet i listan."),
            (Some(to), _) if opened.units.with_all_under(id).contains(&to) => {
                faults.add("parent_id", "En enhet kan inte ligga under sig själv.");
            }
            (Some(to), _) if opened.unit.parent_id == Some(to) => {
                faults.add("parent_id", "Enheten ligger redan där.");
            }
            (Some(to), _) if !ctx.scope_for(P::OrgWrite).reaches_unit(Some(to)) => {
                faults.add("parent_id", "Välj en överordnad enhet som du ansvarar för.");
            }
            _ => {}
        }
    }
    let day = faults.date("moved_on", "Första dagen", &raw.moved_on);
    if faults.of("moved_on").is_none() {
        let last = queries::list_moves(&mut tx, Some(id)).await?.last().map(|m| m.moved_on);
        match day {
            None => faults.add("moved_on", "Ange från vilken dag enheten ligger på den nya platsen."),
            Some(day) if day > ctx.today() => faults.add(
                "moved_on",
                "En flytt gäller från i dag eller tidigare. Ligger den framåt: lägg upp en ny enhet från den dagen och avsluta den här.",
            ),
            Some(day) if last.is_some_and(|last| day < last) => faults.add(
                "moved_on",
                format!("Enheten flyttades senast {}. Ange den dagen eller en senare.", last.unwrap_or(day)),
            ),
            Some(day) if opened.unit.valid_from.is_some_and(|from| day < from) => {
                faults.add("moved_on", "Enheten fanns inte än den dagen.");
            }
            Some(_) => {}
        }
    }
    let (Some(day), Some(parent), true) = (day, known, faults.is_empty()) else {
        return draw(&ctx, tx, &opened, raw, faults).await;
    };
    let label = format!("Flyttade {} till {} från {day}", opened.unit.name, parent.name);
    let set = change_set::open(&mut tx, "reorganise:organisation", &label).await?;
    let mut unit = opened.unit.clone();
    (unit.version, unit.parent_id) = (raw.version, Some(parent.id));
    if !queries::update_unit(&mut tx, &unit).await? {
        return Err(changed_meanwhile());
    }
    let moved = Move {
        id: new_id(),
        org_unit_id: id,
        from_parent_id: opened.unit.parent_id,
        to_parent_id: Some(parent.id),
        moved_on: day,
    };
    queries::insert_moves(&mut tx, &[moved]).await?;
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &with_undo(&ctx, set, format!("{label}."))))
}

/// A message with the way to take the act back.
pub fn with_undo(ctx: &Ctx, set: Uuid, text: String) -> Flash {
    Flash::success(text).with_form("Ångra", ctx.path(format!("audit/change-sets/{set}/undo")), Vec::new())
}
