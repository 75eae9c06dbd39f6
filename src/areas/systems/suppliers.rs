//! Suppliers of systems by name: found where the register has them, created where it has not.

use std::collections::HashMap;

use uuid::Uuid;

use super::{keys, queries::refs};
use crate::{
    db::tenant::TenantTx,
    error::AppResult,
    ids::new_id,
    rules::supplier_names::{SupplierMatch, SupplierName},
};

/// The ids of suppliers by name as written; a name that no supplier has becomes one. Names that only differ in writing or
/// legal form are one supplier; names that are merely alike are two, for a person to look at.
pub async fn ensure(
    tx: &mut TenantTx,
    names: impl IntoIterator<Item = &str>,
) -> AppResult<HashMap<String, Uuid>> {
    let mut wanted: Vec<&str> = names.into_iter().filter(|n| !n.trim().is_empty()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut out = HashMap::with_capacity(wanted.len());
    if wanted.is_empty() {
        return Ok(out);
    }
    let known = refs::list_suppliers(tx).await?;
    let mut by_key: HashMap<String, Uuid> = HashMap::with_capacity(known.len());
    let mut parsed: Vec<(SupplierName, Uuid)> = Vec::with_capacity(known.len());
    for supplier in known {
        by_key.entry(keys::supplier(&supplier.name)).or_insert(supplier.id);
        if !supplier.name_key.is_empty() {
            by_key.entry(supplier.name_key).or_insert(supplier.id);
        }
        parsed.extend(SupplierName::parse(&supplier.name).map(|n| (n, supplier.id)));
    }
    let mut created = Vec::new();
    for name in wanted {
        let key = keys::supplier(name);
        let found = by_key.get(&key).copied().or_else(|| {
            let name = SupplierName::parse(name)?;
            parsed.iter().find(|(other, _)| name.compare(other) == SupplierMatch::SameName).map(|(_, id)| *id)
        });
        let id = found.unwrap_or_else(|| {
            let id = new_id();
            let shown = name.split_whitespace().collect::<Vec<_>>().join(" ");
            parsed.extend(SupplierName::parse(&shown).map(|n| (n, id)));
            by_key.insert(key.clone(), id);
            created.push(refs::SupplierName { id, name: shown, name_key: key });
            id
        });
        out.insert(name.to_owned(), id);
    }
    if !created.is_empty() {
        refs::insert_suppliers(tx, &created).await?;
    }
    Ok(out)
}

/// The id of one supplier by name; `None` for no name.
pub async fn ensure_one(tx: &mut TenantTx, name: &str) -> AppResult<Option<Uuid>> {
    Ok(ensure(tx, [name]).await?.into_values().next())
}
