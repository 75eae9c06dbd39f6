//! Who is gone from the newest staff register without being on a list (rules 2.4, L4): HR is asked, and answers with a list.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;

use super::{TITLE, upload_href};
use crate::{
    areas::{audit::AccessKind, matches, organisation::Units, people},
    auth::permissions::Permission,
    error::AppResult,
    rules::leaver_matching::{Matcher, Standing},
    web::{ctx::Ctx, filters, page::Page},
};

/// Somebody who is gone.
struct Gone {
    name: String,
    unit: String,
    href: String,
}

#[derive(Template)]
#[template(path = "leavers/missing.html")]
struct MissingPage {
    page: Page,
    gone: Vec<Gone>,
    snapshot: Option<NaiveDate>,
    upload_href: String,
}

/// The most persons that are shown.
const SHOWN: usize = 500;

/// Those who are gone.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let units = Units::load(&mut tx).await?;
    let ground = matches::load(&mut tx, ctx.today()).await?;
    let sees_protected = ctx.scope_for(Permission::ProtectedRead).all;
    let may_open = ctx.can(Permission::PersonRead);
    let found: Vec<(Uuid, bool, Option<Uuid>, String)> = {
        let matcher = Matcher::new(ground.input());
        ground
            .persons
            .iter()
            .enumerate()
            .filter(|(at, _)| matcher.standing(*at) == Standing::Suspected)
            .filter_map(|(at, person)| {
                let unit =
                    person.employments.iter().rev().find_map(|employment| units.by_code(&employment.unit));
                let name = person.names.first().map(|name| name.text.clone()).unwrap_or_default();
                Some((ground.person_id(at)?, person.is_protected, unit.map(|unit| unit.id), name))
            })
            .filter(|(_, _, unit, _)| ctx.scope().reaches_unit(*unit))
            .take(SHOWN)
            .collect()
    };
    let gone: Vec<Gone> = found
        .into_iter()
        .map(|(id, is_protected, unit, name)| {
            let hides = is_protected && !sees_protected;
            Gone {
                name: people::shown(
                    if name.is_empty() { "Utan namn" } else { &name },
                    is_protected,
                    sees_protected,
                )
                .to_owned(),
                unit: unit.filter(|_| !hides).map(|unit| units.path_name(unit)).unwrap_or_default(),
                href: if may_open && !hides { ctx.path(format!("people/{id}")) } else { String::new() },
            }
        })
        .collect();
    let page = ctx.page(&mut tx, "Saknas i personalunderlaget").await?.crumb(TITLE, "leavers");
    if !gone.is_empty() {
        let detail = serde_json::json!({ "rows": gone.len() });
        ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("leaver_list", None), detail).await?;
    }
    tx.commit().await?;
    let snapshot = ground.snapshot.as_ref().map(|snapshot| snapshot.taken_on);
    ctx.html(&MissingPage { page, gone, snapshot, upload_href: upload_href(&ctx, None, None, None) })
}
