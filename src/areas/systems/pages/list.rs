//! The list of systems, and changing several of them at once.

use axum::{extract::RawQuery, response::Response};

use super::{
    super::{
        bulk::{HolderEdit, PhaseEdit, UnitEdit},
        list::{CRITICALITIES, LIST, WRITABLE},
        queries::same as proposals,
    },
    same,
};
use crate::{
    areas::settings::{self, Named},
    auth::permissions::Permission as P,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::Form,
        list::{self, List, bulk::ColumnEdit},
    },
};

const CRITICALITY: ColumnEdit = ColumnEdit {
    table: "it_system",
    column: "criticality",
    codes: CRITICALITIES,
    label: "Ny kritikalitet",
    hint: "",
};

/// The list.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let names = settings::load(&mut tx).await?.names;
    let may_merge = ctx.can(P::SystemMerge);
    let alike = if may_merge { same::count_groups(&proposals::list_waiting(&mut tx).await?) } else { 0 };
    tx.commit().await?;
    let phases: Vec<(String, String)> =
        names.list(Named::Phase).into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    let mut list = List::of(&LIST)
        .labels("phase", phases.clone())
        .labels("fas", phases)
        .bulk_if(ctx.can(P::SystemWrite));
    if may_merge {
        let label = if alike > 0 { format!("Samma system? ({alike})") } else { "Samma system?".to_owned() };
        list = list.action(label, "livscykel", "systems/same");
    }
    let scope = ctx.scope_for(P::SystemWrite);
    if scope.all || !scope.units.is_empty() {
        list = list.action("Nytt system", "plus", "systems/new");
    }
    list.respond(&ctx, query.as_deref()).await
}

/// Changing several at once: those of them that the user may change.
pub async fn bulk(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let names = settings::load(&mut tx).await?.names;
    tx.commit().await?;
    let today = ctx.today();
    let phase = PhaseEdit { names: names.clone(), today };
    let owner = HolderEdit {
        role: "systemagare",
        label: names.object_role("systemagare").to_owned(),
        today,
        sole: true,
        own: ctx.principal.person_id,
    };
    let manager = HolderEdit {
        role: "systemforvaltare",
        label: names.object_role("systemforvaltare").to_owned(),
        today,
        sole: true,
        own: ctx.principal.person_id,
    };
    let unit = UnitEdit { scope: ctx.scope_for(P::SystemWrite), today };
    list::bulk::respond(
        &ctx,
        &WRITABLE,
        &[
            ("phase", &phase),
            ("owner", &owner),
            ("manager", &manager),
            ("unit", &unit),
            ("criticality", &CRITICALITY),
        ],
        &form,
    )
    .await
}
