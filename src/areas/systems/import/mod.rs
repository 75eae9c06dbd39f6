//! Taking in the units' own lists of systems (data-formats 5).
//!
//! Each row becomes a system of the unit whose list it is; where it came from is kept. A newer list from the same unit
//! updates what came from it, unless somebody has changed it in the register since. What the newer list no longer has is
//! reported and stays. Rows of different units that seem to be one system are proposed, see [`super::same`].

mod apply;
mod matching;
mod row;
mod said;
mod units;
mod words;

pub use row::SystemRow;

use crate::{
    areas::imports::{Asks, ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn},
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    tabular::Vocabulary,
};

/// The kind of file.
#[derive(Debug)]
pub struct Systems;

impl ImportKind for Systems {
    type Row = SystemRow;

    fn vocabulary() -> &'static Vocabulary {
        &crate::tabular::words::SYSTEMS
    }

    fn permission() -> Permission {
        Permission::ImportSystems
    }

    fn asks() -> Asks {
        Asks { unit: true, period: false }
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SystemRow> {
        row::read(row, faults)
    }

    async fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<SystemRow>>,
        ctx: &ImportContext,
    ) -> AppResult<TakenIn> {
        apply::take_in(tx, rows, ctx).await
    }
}
