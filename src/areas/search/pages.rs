//! The area's page.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::queries::{self, Hit, Words};
use crate::{
    areas::audit::AccessKind,
    auth::permissions::Permission as P,
    error::AppResult,
    web::{ctx::Ctx, extract::Query, filters, page::Page},
};

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// What was found of one kind.
struct Kind {
    title: &'static str,
    icon: &'static str,
    slug: &'static str,
    hits: Vec<Hit>,
}

#[derive(Template)]
#[template(path = "search/show.html")]
struct SearchPage {
    page: Page,
    q: String,
    too_short: bool,
    count: usize,
    kinds: Vec<Kind>,
}

/// The page. The words stand in the address, as in every search field; they are not logged.
pub async fn show(ctx: Ctx, Query(query): Query<SearchQuery>) -> AppResult<Response> {
    let q: String = query.q.trim().chars().take(100).collect();
    let too_short = q.chars().count() < 2;
    let mut tx = ctx.begin().await?;
    let mut kinds = Vec::new();
    if !too_short {
        let words = words(&q);
        if let Some(scope) = ctx.principal.scope(P::SystemRead) {
            kinds.push(Kind {
                title: "System",
                icon: "system",
                slug: "systems",
                hits: queries::find_systems(
                    &mut tx,
                    &words,
                    (&scope, &ctx.scope_for(P::SystemSecretRead)),
                    ctx.today(),
                )
                .await?,
            });
        }
        if let Some(scope) = ctx.principal.scope(P::ContractRead) {
            kinds.push(Kind {
                title: "Avtal",
                icon: "avtal",
                slug: "contracts",
                hits: queries::find_contracts(&mut tx, &words, &scope, ctx.today()).await?,
            });
        }
        if ctx.can(P::SupplierRead) {
            kinds.push(Kind {
                title: "Leverantörer",
                icon: "leverantor",
                slug: "suppliers",
                hits: queries::find_suppliers(&mut tx, &words).await?,
            });
        }
        if ctx.can(P::OrgRead) {
            kinds.push(Kind {
                title: "Organisation",
                icon: "organisation",
                slug: "organisation",
                hits: queries::find_units(&mut tx, &words).await?,
            });
        }
        if let Some(scope) = ctx.principal.scope(P::PersonRead) {
            let hits = queries::find_persons(&mut tx, &words, &scope).await?;
            if !hits.is_empty() {
                // As in the list of persons; what was searched for is not kept.
                let detail = serde_json::json!({ "rows": hits.len(), "searched": true });
                ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("people", None), detail).await?;
            }
            kinds.push(Kind { title: "Personer", icon: "personer", slug: "people", hits });
        }
        kinds.retain(|k| !k.hits.is_empty() && ctx.app.place_permission(k.slug).is_some());
    }
    let page = ctx.page(&mut tx, "Sök").await?;
    tx.commit().await?;
    let count = kinds.iter().map(|k| k.hits.len()).sum();
    ctx.html(&SearchPage { page, q, too_short, count, kinds })
}

fn words(q: &str) -> Words {
    let lower = q.to_lowercase();
    let literal = lower.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Words {
        like: format!("%{literal}%"),
        prefix: format!("{literal}%"),
        digits: q.chars().filter(char::is_ascii_digit).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_searched_for_and_matches_nothing_else() {
        assert_eq!(words("100 %").like, "%100 \\%%");
    }
}
