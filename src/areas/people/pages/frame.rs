//! What every page of one person shares: finding it, the head, the tabs.

use uuid::Uuid;

use super::super::{model::Person, queries};
use crate::{
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{ctx::Ctx, page::Page, page_parts::Tab},
};

/// Finds a person within reach. One with protected identity does not exist for whoever lacks the grant (rules 9.6).
pub async fn open(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Person> {
    let person =
        queries::find_person(tx, id, &ctx.scope_for(P::PersonRead)).await?.ok_or(AppError::NotFound)?;
    if !person.is_within || (person.is_protected && !sees_protected(ctx, tx, id).await?) {
        return Err(AppError::NotFound);
    }
    Ok(person)
}

async fn sees_protected(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<bool> {
    if !ctx.can(P::ProtectedRead) {
        return Ok(false);
    }
    let found = queries::find_person(tx, id, &ctx.scope_for(P::ProtectedRead)).await?;
    Ok(found.is_some_and(|p| p.is_within))
}

/// Whether the user may change a person that the user sees.
pub async fn may_write(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<bool> {
    if !ctx.can(P::PersonWrite) {
        return Ok(false);
    }
    let found = queries::find_person(tx, id, &ctx.scope_for(P::PersonWrite)).await?;
    Ok(found.is_some_and(|p| p.is_within))
}

/// Finds a person that the user may change.
pub async fn open_for_write(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Person> {
    let person = open(ctx, tx, id).await?;
    if may_write(ctx, tx, id).await? {
        Ok(person)
    } else {
        Err(AppError::Forbidden("Du får se personen men inte ändra uppgifterna.".into()))
    }
}

/// The path of a page of a person, inside the municipality.
#[must_use]
pub fn path(id: Uuid, rest: &str) -> String {
    if rest.is_empty() { format!("people/{id}") } else { format!("people/{id}/{rest}") }
}

/// The head of a person's pages.
pub struct Head {
    /// `/vik/people/{id}`.
    pub base: String,
    /// The name.
    pub name: String,
    /// Title and unit.
    pub lead: String,
    /// What is worth knowing at once: text and colour.
    pub tags: Vec<(&'static str, &'static str)>,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The user may change it.
    pub may_write: bool,
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

/// The frame of a page of a person and the head on it. `title` is empty for the overview.
pub async fn head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    person: &Person,
    at: At,
    title: &str,
) -> AppResult<(Page, Head)> {
    let base = ctx.path(path(person.id, ""));
    let title = if title.is_empty() { person.display_name.as_str() } else { title };
    let mut page = ctx.page(tx, title).await?.crumb("Personer", "people");
    if at != At::Overview {
        page = page.crumb(&person.display_name, path(person.id, ""));
    }
    let today = ctx.today();
    let employments = queries::list_employments(tx, person.id).await?;
    let main = employments
        .iter()
        .min_by_key(|e| (e.state(today) as u8, !e.is_main, std::cmp::Reverse(e.start_date)));
    let mut tags = Vec::new();
    match main {
        Some(main) => tags.push(main.state(today).tag()),
        None => tags.push(("Utan anställning", "neutral")),
    }
    if person.is_protected {
        tags.push(("Skyddade personuppgifter", "danger"));
    }
    let lead = main.map_or_else(String::new, |e| {
        let parts = [e.title.as_str(), e.unit_name.as_str()];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    });
    let head = Head {
        name: person.display_name.clone(),
        lead,
        tags,
        tabs: vec![
            Tab::new("Översikt", base.clone()).current(at == At::Overview),
            Tab::new("Historik", format!("{base}/history")).current(at == At::History),
        ],
        may_write: may_write(ctx, tx, person.id).await?,
        base,
    };
    Ok((page, head))
}
