//! The pages of the orders: what waits, one order, its file and letter, sent and not sent.

mod change;
mod list;
mod show;

pub use change::{confirm_delete, delete, mark_sent, mark_unsent, remove};
pub use list::{create, list};
pub use show::{download, letter, show};

use serde::Deserialize;
use uuid::Uuid;

use super::{Line, is_told, lines};
use crate::areas::matches::queries::{self, OrderRow};
use crate::areas::people::ProtectedMask;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::sight::Sees;

/// An order with its lines, for a reader who may see it.
struct Loaded {
    order: OrderRow,
    lines: Vec<Line>,
    /// Lines that the reader is not told of.
    beyond: usize,
    /// Somebody protected is in it, and the reader lacks the grant: also where the line is one that the reader is not told of, since
    /// the order would go out without it.
    is_closed: bool,
}

impl Loaded {
    fn count(&self) -> usize {
        self.lines.iter().filter(|line| line.left_out.is_empty()).count()
    }
}

async fn load(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Loaded> {
    let mut order = queries::list_orders(tx, Some(id)).await?.pop().ok_or(AppError::NotFound)?;
    let items = queries::list_order_items(tx, Some(id)).await?;
    let sees = Sees::of(ctx);
    let mut found = lines(&items, Some(&order), sees);
    let is_closed = found.iter().any(|line| line.is_hidden);
    let reached: Vec<Uuid> =
        items.iter().filter(|item| is_told(item, ctx.scope(), sees)).map(|item| item.id).collect();
    // Whoever decided or made the order may be a person with protected identity.
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    mask.cover_in(&mut order.actor);
    for line in &mut found {
        mask.cover_in(&mut line.decided_by);
    }
    let all = found.len();
    found.retain(|line| reached.contains(&line.id));
    if found.is_empty() && !ctx.scope().all {
        return Err(AppError::NotFound);
    }
    Ok(Loaded { order, beyond: all - found.len(), lines: found, is_closed })
}

/// Refuses what only somebody with the grant may take out.
fn open_to_reader(loaded: &Loaded) -> AppResult<()> {
    if loaded.is_closed {
        return Err(AppError::Forbidden(
            "I beställningen finns en skyddad uppgift. Den som har den särskilda behörigheten får ta ut och skicka den.".into(),
        ));
    }
    Ok(())
}

/// What was typed when an order was marked.
#[derive(Debug, Default, Deserialize)]
pub struct MarkForm {
    #[serde(default)]
    sent_on: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: i32,
}
