//! What the pages of one contract share: loading it within reach, its heading and tabs.

use uuid::Uuid;

use crate::areas::contracts::dates::{self, Evaluated};
use crate::areas::contracts::model::Contract;
use crate::areas::contracts::queries;
use crate::areas::suppliers::{self, Supplier};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::page_parts::Tab;

/// The heading and tabs of a contract.
pub struct Frame {
    /// The contract with its dates.
    pub of: Evaluated,
    /// Its supplier.
    pub supplier: Option<Supplier>,
    /// What stands under the heading.
    pub lead: String,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The user may change it.
    pub can_write: bool,
    /// Path of the contract.
    pub path: String,
}

/// The tabs, in order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What to do, periods, options, notices.
    Overview,
    /// Every field.
    Details,
    /// What has happened.
    History,
}

/// A contract that the user may change.
pub async fn load_to_write(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Contract> {
    let scope = ctx.scope_for(Permission::ContractWrite);
    queries::find_contract(tx, id, &scope, ctx.today()).await?.ok_or(AppError::NotFound)
}

/// Loads a contract that the user may read.
pub async fn load(ctx: &Ctx, tx: &mut TenantTx, id: Uuid, part: Part) -> AppResult<Frame> {
    let contract = queries::find_contract(tx, id, &ctx.scope_for(Permission::ContractRead), ctx.today())
        .await?
        .ok_or(AppError::NotFound)?;
    let can_write = queries::find_contract(tx, id, &ctx.scope_for(Permission::ContractWrite), ctx.today())
        .await?
        .is_some();
    let supplier = match contract.supplier_id {
        Some(supplier) => suppliers::find(tx, supplier).await?,
        None => None,
    };
    let of = dates::evaluate_one(tx, contract, ctx.today()).await?;
    let kind = of.contract.kind().map(|kind| crate::web::format::capital(kind.label()));
    let lead = [
        kind,
        Some(of.contract.contract_no.clone()).filter(|number| !number.is_empty()),
        supplier.as_ref().map(|supplier| supplier.name.clone()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ");
    let path = ctx.path(format!("contracts/{id}"));
    let tabs = [
        (Part::Overview, "Översikt", ""),
        (Part::Details, "Alla uppgifter", "/details"),
        (Part::History, "Historik", "/history"),
    ]
    .into_iter()
    .map(|(which, label, rest)| Tab::new(label, format!("{path}{rest}")).current(which == part))
    .collect();
    Ok(Frame { of, supplier, lead, tabs, can_write, path })
}
