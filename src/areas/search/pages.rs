//! The area's page.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::queries::{self, Hit, Words};
use crate::{
    areas::{audit::AccessKind, people::ProtectedMask},
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    rules::phone::{Phone, PhoneKind},
    web::{ctx::Ctx, extract::Query, filters, page::Page, sight::Sees},
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
        kinds.extend(subscriptions(&ctx, &mut tx, &words).await?);
        kinds.retain(|k| !k.hits.is_empty() && ctx.app.place_permission(k.slug).is_some());
    }
    let page = ctx.page(&mut tx, "Sök").await?;
    tx.commit().await?;
    let count = kinds.iter().map(|k| k.hits.len()).sum();
    ctx.html(&SearchPage { page, q, too_short, count, kinds })
}

/// Subscriptions. By whose it is only those find it who may know that; nobody without the grant finds a protected person's
/// (rules 4.2, 9.6). The grant alone finds nobody by name or number either.
async fn subscriptions(ctx: &Ctx, tx: &mut TenantTx, words: &Words) -> AppResult<Option<Kind>> {
    let Some(scope) = ctx.principal.scope(P::SubscriptionRead) else { return Ok(None) };
    let names = ctx.scope_for(P::HolderNames);
    let (sees, today) = (Sees::of(ctx), ctx.today());
    // What a subscription is for and where is what somebody has written.
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    let covered = covered(tx, words, &mask).await?;
    let found =
        queries::find_subscriptions(tx, words, (&scope, &names), (sees.protected, &covered), today).await?;
    if found.iter().any(|s| s.is_open) {
        let detail = serde_json::json!({ "rows": found.len(), "searched": true });
        ctx.log_access(tx, AccessKind::ReadPersonal, ("subscriptions", None), detail).await?;
    }
    let hits = found
        .into_iter()
        .map(|mut s| {
            mask.cover_in(&mut s.purpose);
            // Names reach as far as the right to them: another unit's holder is masked.
            let sight = Sees { names: s.is_open, ..sees }.sight(s.is_protected);
            let holder = sight.name(&s.holder);
            let parts = [holder.as_str(), &s.purpose, &s.unit, &s.operator];
            Hit {
                id: s.id,
                name: sight.number(&s.msisdn),
                detail: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            }
        })
        .collect();
    Ok(Some(Kind { title: "Abonnemang", icon: "mobil", slug: "subscriptions", hits }))
}

/// The subscriptions that are not to be found by what is written at them, since it names a protected person: that one is found
/// by a name would tell that the covered text holds it.
async fn covered(tx: &mut TenantTx, words: &Words, mask: &ProtectedMask) -> AppResult<Vec<Uuid>> {
    if mask.is_empty() {
        return Ok(Vec::new());
    }
    let written = queries::list_written(tx, words).await?;
    Ok(written
        .into_iter()
        .filter(|(_, purpose, place)| mask.hides(purpose) || mask.hides(place))
        .map(|(id, ..)| id)
        .collect())
}

fn words(q: &str) -> Words {
    let lower = q.to_lowercase();
    let literal = lower.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Words {
        like: format!("%{literal}%"),
        prefix: format!("{literal}%"),
        digits: q.chars().filter(char::is_ascii_digit).collect(),
        number: number(q),
    }
}

/// The digits of a telephone number or a part of one, as they stand in E.164 after the plus or nationally; empty for what is no
/// number.
fn number(q: &str) -> String {
    let is_whole = q.starts_with(['+', '0']);
    if let Ok(phone) = Phone::parse(q)
        && (is_whole || phone.kind() == PhoneKind::Mobile)
    {
        return phone.e164().trim_start_matches('+').to_owned();
    }
    let is_part = !q.contains(|c: char| {
        !c.is_ascii_digit() && !matches!(c, '+' | '-' | '/' | '(' | ')' | ' ' | '\u{a0}')
    });
    let digits: String = q.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    if is_part && digits.len() >= 4 {
        digits.strip_prefix("00").unwrap_or(&digits).to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_searched_for_and_matches_nothing_else() {
        assert_eq!(words("100 %").like, "%100 \\%%");
    }

    #[test]
    fn a_number_is_searched_for_however_it_is_written() {
        for written in [
            "070-174 06 05",
            "0701740605",
            "+46 70 174 06 05",
            "+46 (0)70 174 06 05",
            "0046701740605",
            "070/174 06 05",
        ] {
            assert_eq!(number(written), "46701740605", "{written}");
        }
        assert_eq!((number("070-17 4"), number("174 06")), ("070174".into(), "17406".into()));
        assert_eq!(number("17406050"), "17406050", "a part without its beginning");
        assert_eq!((number("Hus 1234"), number("123")), (String::new(), String::new()));
    }
}
