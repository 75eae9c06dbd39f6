//! What every page of one unit shares: finding it, the head, the tabs.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::{
    model::{Unit, kind_label},
    units::Units,
};
use crate::{
    areas::people::{PersonLink, ProtectedMask},
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{ctx::Ctx, page::Page, page_parts::Tab},
};

/// A unit with the whole organisation around it.
pub struct Opened {
    /// The unit.
    pub unit: Unit,
    /// Every unit.
    pub units: Units,
}

/// Finds a unit. Whoever may see the organisation sees all of it.
pub async fn open(tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let units = Units::load(tx).await?;
    let unit = units.get(id).cloned().ok_or(AppError::NotFound)?;
    Ok(Opened { unit, units })
}

/// Finds a unit that the user may change.
pub async fn open_for_write(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let opened = open(tx, id).await?;
    if ctx.scope_for(P::OrgWrite).reaches_unit(Some(id)) {
        Ok(opened)
    } else {
        Err(AppError::Forbidden(
            "Du får se enheten men inte ändra den. Det får den som är registeransvarig för den delen av organisationen.".into(),
        ))
    }
}

/// The path of a page of a unit, inside the municipality.
#[must_use]
pub fn path(id: Uuid, rest: &str) -> String {
    if rest.is_empty() { format!("organisation/{id}") } else { format!("organisation/{id}/{rest}") }
}

/// The head of a unit, as the reader may know it. A head who is known as a text only may be somebody with protected identity:
/// `mask` is [`ProtectedMask::for_reader`].
#[must_use]
pub fn head_of(unit: &Unit, links: &HashMap<Uuid, PersonLink>, mask: &ProtectedMask) -> Option<PersonLink> {
    match unit.head_person_id {
        Some(id) => links.get(&id).cloned(),
        None => unit.head_text.as_deref().map(|text| PersonLink::text(&mask.cover(text))),
    }
}

/// The head of a unit's pages.
pub struct Head {
    /// `/vik/organisation/{id}`.
    pub base: String,
    /// The unit's name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The name of its level.
    pub kind: &'static str,
    /// Where it lies.
    pub path: String,
    /// What is worth knowing at once: text and colour.
    pub tags: Vec<(String, &'static str)>,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The user may change it.
    pub may_write: bool,
    /// It has ended.
    pub has_ended: bool,
}

/// Which tab a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Översikt.
    Overview,
    /// Historik.
    History,
    /// None of them: a form.
    Form,
}

/// The frame of a page of a unit and the head on it. `title` is empty for the overview.
pub async fn head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    opened: &Opened,
    at: At,
    title: &str,
) -> AppResult<(Page, Head)> {
    let unit = &opened.unit;
    let base = ctx.path(path(unit.id, ""));
    let title = if title.is_empty() { unit.name.as_str() } else { title };
    let mut page = ctx.page(tx, title).await?.crumb("Organisation", "organisation");
    for above in opened.units.path(unit.id) {
        if above.id != unit.id || at != At::Overview {
            page = page.crumb(&above.name, path(above.id, ""));
        }
    }
    let today = ctx.today();
    let mut tags = Vec::new();
    if !unit.in_scope {
        tags.push(("Utanför registret".to_owned(), "neutral"));
    }
    match unit.valid_to {
        Some(to) if to < today => tags.push((format!("Upphörde {to}"), "warning")),
        Some(to) => tags.push((format!("Upphör {to}"), "warning")),
        None => {}
    }
    if let Some(from) = unit.valid_from.filter(|from| *from > today) {
        tags.push((format!("Börjar {from}"), "info"));
    }
    let above: Vec<&str> = opened
        .units
        .path(unit.id)
        .into_iter()
        .filter(|u| u.id != unit.id && u.kind != "kommun")
        .map(|u| u.name.as_str())
        .collect();
    let head = Head {
        name: unit.name.clone(),
        code: unit.code.clone(),
        kind: kind_label(&unit.kind),
        path: above.join(" › "),
        tags,
        tabs: vec![
            Tab::new("Översikt", base.clone()).current(at == At::Overview),
            Tab::new("Historik", format!("{base}/history")).current(at == At::History),
        ],
        may_write: ctx.scope_for(P::OrgWrite).reaches_unit(Some(unit.id)),
        has_ended: unit.ended_before(today),
        base,
    };
    Ok((page, head))
}
