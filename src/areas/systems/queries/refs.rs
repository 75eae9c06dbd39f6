//! What a system points at, in other areas' tables: suppliers by name.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A supplier, as far as it takes to find it by name.
#[derive(Clone, Debug)]
pub struct SupplierName {
    /// Identity.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Its normal form.
    pub name_key: String,
}

/// Every supplier, the oldest first: where two have one name, the first is the one.
pub async fn list_suppliers(tx: &mut TenantTx) -> AppResult<Vec<SupplierName>> {
    Ok(sqlx::query_as!(SupplierName, "select id, name, name_key from supplier order by id")
        .fetch_all(&mut **tx)
        .await?)
}

/// The names of suppliers, for a form to offer.
pub async fn list_supplier_names(tx: &mut TenantTx) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!("select name from supplier order by name, id limit 2000")
        .fetch_all(&mut **tx)
        .await?)
}

/// Creates suppliers of which nothing but the name is known.
pub async fn insert_suppliers(tx: &mut TenantTx, suppliers: &[SupplierName]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = suppliers.iter().map(|s| s.id).collect();
    let names: Vec<String> = suppliers.iter().map(|s| s.name.clone()).collect();
    let keys: Vec<String> = suppliers.iter().map(|s| s.name_key.clone()).collect();
    sqlx::query!(
        "insert into supplier (tenant_id, id, name, name_key) select $1, n.* from unnest($2::uuid[], $3::text[], $4::text[]) n",
        tenant,
        &ids,
        &names,
        &keys
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
