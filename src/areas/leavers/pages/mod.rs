//! HR's pages: the months, a list, a row, a sender, and who is gone from the staff register without being on a list.

pub mod calendar;
pub mod lists;
pub mod missing;
pub mod nobody;
pub mod rows;
pub mod senders;

use uuid::Uuid;

use super::{
    calendar::{Calendar, Line},
    import::sender::key_of_source,
    model::{ListHead, Sender},
};
use crate::{
    areas::matches::refresh,
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::ctx::Ctx,
};

/// The area's place in the crumbs.
pub const TITLE: &str = "Avslutade anställda";

/// The form for a file, with what is known filled in.
fn upload_href(
    ctx: &Ctx,
    sender: Option<&Sender>,
    month: Option<chrono::NaiveDate>,
    unit: Option<Uuid>,
) -> String {
    let mut query = vec![("kind", "leavers".to_owned())];
    if let Some(sender) = sender {
        let source = if key_of_source(&sender.name) == sender.key { &sender.name } else { &sender.key };
        query.push(("source", source.clone()));
    }
    if let Some(month) = month {
        query.push(("period", month.format("%Y-%m").to_string()));
    }
    if let Some(unit) = unit {
        query.push(("unit", unit.to_string()));
    }
    let coded: Vec<String> = query
        .into_iter()
        .map(|(name, value)| {
            format!(
                "{name}={}",
                percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC)
            )
        })
        .collect();
    format!("{}?{}", ctx.path("imports/new"), coded.join("&"))
}

/// Brings what is worked out up to date, so that nobody is shown before it is known whether they are protected.
async fn refreshed(ctx: &Ctx) -> AppResult<()> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await
}

/// The line of a sender within the reader's reach.
async fn find_line(ctx: &Ctx, tx: &mut TenantTx, sender: Uuid) -> AppResult<Line> {
    let calendar = Calendar::load(tx, ctx.today(), ctx.scope()).await?;
    calendar.lines.into_iter().find(|line| line.sender.id == sender).ok_or(AppError::NotFound)
}

/// Whether the user answers for all that a sender does: whoever reaches some of its förvaltningar only may not decide for the others.
fn answers_for(ctx: &Ctx, line: &Line) -> bool {
    let scope = ctx.scope_for(Permission::LeaverUpload);
    scope.all || (!line.covers.is_empty() && line.covers.iter().all(|(unit, _)| scope.units.contains(unit)))
}

/// Whether the user answers for all of a list.
fn answers_for_list(ctx: &Ctx, list: &ListHead) -> bool {
    let scope = ctx.scope_for(Permission::LeaverUpload);
    scope.all
        || (!list.covers.is_empty()
            && list.covers.iter().all(|unit| scope.units.contains(unit))
            && list.within == i64::from(list.row_count))
}
