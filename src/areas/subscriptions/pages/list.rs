//! The list of subscriptions, and changing several of them at once.

use axum::{extract::RawQuery, response::Response};

use super::super::{
    bulk::{KindEdit, ReviewEdit, UnitEdit},
    list::LIST,
};
use crate::{
    auth::permissions::Permission as P,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::Form,
        list::{self, List},
    },
};

/// The list. Reading it is logged.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut list = List::of(&LIST).personal().bulk_if(ctx.can(P::SubscriptionWrite));
    list = list.action("Inventering", "checklista", "subscriptions/inventory");
    if ctx.scope().all {
        list = list.action("Jämför listor", "dokument", "subscriptions/lists");
        list = list.action("Operatörer", "leverantor", "subscriptions/operators");
    }
    if ctx.can(P::SubscriptionWrite) {
        list = list.action("Nytt abonnemang", "plus", "subscriptions/new");
    }
    list.respond(&ctx, query.as_deref()).await
}

/// Changing several at once: those of them that the user may change.
pub async fn bulk(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let (today, now, sees_protected) = (ctx.today(), ctx.now(), ctx.can(P::ProtectedRead));
    let unit = UnitEdit { scope: ctx.scope().clone(), sees_protected, today, now };
    let kind = KindEdit { sees_protected, today, now };
    let review = ReviewEdit { sees_protected, today };
    list::bulk::respond(&ctx, &LIST, &[("unit", &unit), ("kind", &kind), ("review", &review)], &form).await
}
