//! Suppliers (C48): the register of companies, their contracts and systems, and the rows that are probably the same company.

mod forms;
mod import;
mod list;
mod model;
mod pages;
mod queries;

pub use import::SupplierRegister;
pub(in crate::areas) use import::read_number;
pub use model::Supplier;

use std::collections::HashMap;

use uuid::Uuid;

use crate::auth::permissions::Permission as P;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::org_number::OrgNumber;
use crate::web::ctx::Ctx;
use crate::web::nav::NavItem;
use crate::web::page_parts::Choice;
use crate::web::routes::Routes;

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/suppliers", P::SupplierRead, pages::list)
        .get("/suppliers/new", P::SupplierWrite, pages::new)
        .post("/suppliers", P::SupplierWrite, pages::create)
        .get("/suppliers/duplicates", P::SupplierRead, pages::duplicates)
        .get("/suppliers/{id}", P::SupplierRead, pages::show)
        .get("/suppliers/{id}/edit", P::SupplierWrite, pages::edit)
        .post("/suppliers/{id}", P::SupplierWrite, pages::update)
        .get("/suppliers/{id}/merge/{other}", P::SupplierWrite, pages::confirm_merge)
        .post("/suppliers/{id}/merge/{other}", P::SupplierWrite, pages::merge)
        .get("/suppliers/{id}/delete", P::SupplierWrite, pages::confirm_delete)
        .post("/suppliers/{id}/delete", P::SupplierWrite, pages::delete)
}

/// What the user may create here, for the menu "Nytt".
#[must_use]
pub fn create_menu(ctx: &Ctx) -> Vec<NavItem> {
    let may = ctx.can(P::SupplierWrite);
    may.then(|| NavItem::new("Leverantör", "leverantor", ctx.path("suppliers/new"))).into_iter().collect()
}

/// Every supplier to choose among, by name.
pub async fn choices(tx: &mut TenantTx) -> AppResult<Vec<Choice>> {
    let suppliers = queries::list_suppliers(tx).await?;
    Ok(suppliers
        .into_iter()
        .map(|supplier| {
            let label = match supplier.org_number() {
                Some(number) => format!("{} ({number})", supplier.name),
                None => supplier.name.clone(),
            };
            Choice::new(supplier.id.to_string(), label)
        })
        .collect())
}

/// A supplier's name and organisation number.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Supplier>> {
    queries::find_supplier(tx, id).await
}

/// Finds the suppliers that names and organisation numbers mean, and creates those that are not there.
///
/// A number decides when both have one; else the name without legal form, case and marks. Names that are merely alike are two
/// suppliers, for a person to look at ([`pages::duplicates`]).
pub async fn ensure(
    tx: &mut TenantTx,
    wanted: &[(String, Option<OrgNumber>)],
) -> AppResult<HashMap<(String, Option<OrgNumber>), Uuid>> {
    let mut index = model::Index::of(&queries::list_suppliers(tx).await?);
    let mut found = HashMap::with_capacity(wanted.len());
    let (mut fresh, mut numbered) = (Vec::new(), Vec::new());
    for (name, number) in wanted {
        if name.trim().is_empty() && number.is_none() {
            continue;
        }
        let id = if let Some((id, lacks_number)) = index.find(name, *number) {
            if let Some(number) = number.filter(|_| lacks_number) {
                index.learn(id, number);
                numbered.push((id, number));
            }
            id
        } else {
            let supplier = Supplier::named(name, *number);
            let id = supplier.id;
            index.add(&supplier);
            fresh.push(supplier);
            id
        };
        found.insert((name.clone(), *number), id);
    }
    // One that was created a moment ago may have learnt its number from a later row.
    let mut learnt: HashMap<Uuid, String> =
        numbered.into_iter().rev().map(|(id, number)| (id, number.digits())).collect();
    for supplier in &mut fresh {
        if let Some(number) = learnt.remove(&supplier.id) {
            supplier.org_no = Some(number);
        }
    }
    queries::insert_suppliers(tx, &fresh).await?;
    let (ids, numbers): (Vec<Uuid>, Vec<String>) = learnt.into_iter().unzip();
    queries::update_org_numbers(tx, &ids, &numbers).await?;
    Ok(found)
}
