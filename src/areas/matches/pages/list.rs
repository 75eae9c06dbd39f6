//! The worklist.

use askama::Template;
use axum::{extract::RawQuery, response::Response};

use super::super::{list::LIST, orders, queries, refresh};
use crate::{
    areas::settings,
    auth::permissions::Permission as P,
    error::AppResult,
    web::{ctx::Ctx, filters, list::List, page::Page},
};

/// The list. Reading it is logged.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let basis = queries::find_basis(&mut tx).await?;
    let max_age = i64::from(settings::load(&mut tx).await?.snapshot_age_days);
    let to_order = match orders::count_waiting(&ctx, &mut tx).await? {
        0 => "Beställningar".to_owned(),
        waiting => format!("Beställningar ({waiting} väntar)"),
    };
    tx.commit().await?;
    let mut list = List::of(&LIST)
        .personal()
        .bulk_if(ctx.can(P::MatchDecide))
        .lead("Abonnemang vars innehavare verkar ha slutat. Inget avslutas förrän någon har beslutat det.")
        .action("Tangenter", "info", "matches/keys")
        .action(to_order, "brev", "matches/orders");
    match basis.and_then(|(_, snapshot, ..)| snapshot) {
        None => {
            list = list.remark(
                "Inget fullständigt personalunderlag är inläst. Ärenden blir därför högst sannolika: personen kan ha bytt förvaltning. Be HR att läsa in ett underlag.",
            );
        }
        Some(day) if (ctx.today() - day).num_days() > max_age => {
            list = list.remark(format!(
                "Personalunderlaget är gammalt: det senaste är från {day}, {} dagar sedan. Ärenden blir därför högst sannolika. Be HR att läsa in ett nytt.",
                (ctx.today() - day).num_days()
            ));
        }
        Some(_) => {}
    }
    if basis.is_some_and(|(_, _, rows, _)| rows == 0) {
        list = list.remark(
            "Ingen lista över avslutade anställda är inläst. HR läser in den under Avslutade anställda.",
        );
    }
    if basis.is_some_and(|(.., subscriptions)| subscriptions == 0) {
        list = list.remark("Ingen operatörs lista är inläst, så det finns inga abonnemang att matcha.");
    }
    list.respond(&ctx, query.as_deref()).await
}

#[derive(Template)]
#[template(path = "matches/keys.html")]
struct KeysPage {
    page: Page,
}

/// The keys of the worklist, for whoever asks for them.
pub async fn keys(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let page = ctx.page(&mut tx, "Tangenter").await?.crumb("Att ta ställning till", "matches");
    tx.commit().await?;
    ctx.html(&KeysPage { page })
}
