//! The list of persons.

use axum::{extract::RawQuery, response::Response};

use super::super::list::LIST;
use crate::{
    auth::permissions::Permission as P,
    error::AppResult,
    web::{ctx::Ctx, list::List},
};

/// The list. Reading it is logged.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    let mut list = List::of(&LIST).personal();
    if ctx.can(P::PersonWrite) {
        list = list.action("Ny person", "plus", "people/new");
    }
    if ctx.can(P::LeaverRows) {
        list = list.action("Avslutade", "utanperson", "leavers/rows");
    }
    list.respond(&ctx, query.as_deref()).await
}
