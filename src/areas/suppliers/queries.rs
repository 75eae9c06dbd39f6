//! The area's SQL.

use uuid::Uuid;

use super::model::Supplier;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// Every supplier, by name.
pub async fn list_suppliers(tx: &mut TenantTx) -> AppResult<Vec<Supplier>> {
    Ok(sqlx::query_as!(
        Supplier,
        "select id, supplier_no, name, name_key, org_no, city, website, contact, is_blocked, risk_note, note, version
         from supplier order by name, id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One supplier.
pub async fn find_supplier(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Supplier>> {
    Ok(sqlx::query_as!(
        Supplier,
        "select id, supplier_no, name, name_key, org_no, city, website, contact, is_blocked, risk_note, note, version
         from supplier where id = $1",
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Suppliers with an organisation number, other than one.
pub async fn list_with_number(tx: &mut TenantTx, org_no: &str, but: Uuid) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select name from supplier where org_no = $1 and id <> $2 order by name limit 3",
        org_no,
        but
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Inserts suppliers.
pub async fn insert_suppliers(tx: &mut TenantTx, suppliers: &[Supplier]) -> AppResult<()> {
    if suppliers.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    sqlx::query(
        "insert into supplier (tenant_id, id, supplier_no, name, name_key, org_no, city, website, contact, is_blocked, risk_note, note, version)
         select $1, s.id, s.supplier_no, s.name, s.name_key, s.org_no, s.city, s.website, s.contact, s.is_blocked, s.risk_note, s.note, s.version
         from jsonb_populate_recordset(null::supplier, $2) s",
    )
    .bind(tenant)
    .bind(serde_json::to_value(suppliers)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a supplier, if nobody else has since `supplier.version`. `false` = somebody has.
pub async fn update_supplier(tx: &mut TenantTx, supplier: &Supplier) -> AppResult<bool> {
    let s = supplier;
    let done = sqlx::query!(
        "update supplier set supplier_no = $3, name = $4, name_key = $5, org_no = $6, city = $7, website = $8, contact = $9,
             is_blocked = $10, risk_note = $11, note = $12, version = version + 1 where id = $1 and version = $2",
        s.id,
        s.version,
        s.supplier_no,
        s.name,
        s.name_key,
        s.org_no,
        s.city,
        s.website,
        s.contact,
        s.is_blocked,
        s.risk_note,
        s.note
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes many suppliers at once, for imports, which take turns in a municipality.
pub async fn update_suppliers(tx: &mut TenantTx, suppliers: &[Supplier]) -> AppResult<()> {
    if suppliers.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "update supplier t set supplier_no = n.supplier_no, name = n.name, name_key = n.name_key, org_no = n.org_no, city = n.city,
             website = n.website, contact = n.contact, is_blocked = n.is_blocked, risk_note = n.risk_note, note = n.note,
             version = t.version + 1
         from jsonb_populate_recordset(null::supplier, $1) n where t.id = n.id",
    )
    .bind(serde_json::to_value(suppliers)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives suppliers the organisation numbers they lacked.
pub async fn update_org_numbers(tx: &mut TenantTx, ids: &[Uuid], numbers: &[String]) -> AppResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update supplier s set org_no = n.org_no, version = s.version + 1
         from unnest($1::uuid[], $2::text[]) n (id, org_no) where s.id = n.id and s.org_no is null",
        ids,
        numbers
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How much refers to a supplier: contracts and systems.
pub async fn count_uses(tx: &mut TenantTx, id: Uuid) -> AppResult<(i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from contract where supplier_id = $1) as "contracts!",
                  (select count(*) from it_system where supplier_id = $1) as "systems!""#,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.contracts, row.systems))
}

/// A system, for a link.
#[derive(Clone, Debug)]
pub struct SystemLink {
    /// The system.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The unit that answers for it.
    pub unit_name: Option<String>,
}

/// The systems of a supplier, by name.
pub async fn list_systems(tx: &mut TenantTx, id: Uuid) -> AppResult<Vec<SystemLink>> {
    Ok(sqlx::query_as!(
        SystemLink,
        r#"select s.id, s.name, u.name as "unit_name?" from it_system s left join org_unit u on u.id = s.owner_unit_id
           where s.supplier_id = $1 and s.merged_into_id is null order by s.name"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Lets everything that refers to `from` refer to `to`.
pub async fn update_references(tx: &mut TenantTx, from: Uuid, to: Uuid) -> AppResult<()> {
    sqlx::query!(
        "update contract set supplier_id = $2, version = version + 1 where supplier_id = $1",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update it_system set supplier_id = $2, version = version + 1 where supplier_id = $1",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a supplier away.
pub async fn delete_supplier(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    sqlx::query!("delete from supplier where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}
