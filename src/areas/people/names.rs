//! Persons as other areas' pages name them: as far as the reader may know them, with a link where the reader finds a page.

use std::collections::HashMap;

use uuid::Uuid;

use super::{PROTECTED, queries, shown};
use crate::{
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    web::{ctx::Ctx, page_parts::Choice},
};

/// A person on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonLink {
    /// The name, or that it is protected.
    pub name: String,
    /// The person's page, if the reader finds one there.
    pub href: Option<String>,
}

impl PersonLink {
    /// A name that is only a text.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), href: None }
    }
}

/// Persons by id, as the reader may see them.
pub async fn list_links(ctx: &Ctx, tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, PersonLink>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sees_protected = ctx.can(Permission::ProtectedRead);
    let found = queries::list_named(tx, ids, &ctx.scope_for(Permission::PersonRead)).await?;
    Ok(found
        .into_iter()
        .map(|person| {
            let may_open = person.is_within && (sees_protected || !person.is_protected);
            let link = PersonLink {
                name: shown(&person.name, person.is_protected, sees_protected).to_owned(),
                href: may_open.then(|| ctx.path(format!("people/{}", person.id))),
            };
            (person.id, link)
        })
        .collect())
}

/// Persons to choose among, told apart by post and unit.
pub async fn list_candidates(ctx: &Ctx, tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Choice>> {
    let found = queries::list_named(tx, ids, &ctx.scope_for(Permission::PersonRead)).await?;
    Ok(found
        .into_iter()
        .map(|person| {
            if person.is_protected {
                Choice::new(person.id.to_string(), PROTECTED)
            } else {
                Choice::new(person.id.to_string(), person.name).with_hint(person.note)
            }
        })
        .collect())
}
