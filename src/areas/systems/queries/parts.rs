//! What hangs on a system: function areas, units that use it, other names, rows of lists, contracts.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A unit that uses a system.
#[derive(Clone, Debug)]
pub struct UsingUnit {
    /// The link's identity.
    pub id: Uuid,
    /// The unit.
    pub unit_id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its last day, when it is no longer there.
    pub valid_to: Option<NaiveDate>,
    /// It answers for the system.
    pub answers: bool,
}

impl UsingUnit {
    /// Whether the unit is no longer there.
    #[must_use]
    pub fn has_ended(&self, today: NaiveDate) -> bool {
        self.valid_to.is_some_and(|d| d < today)
    }
}

/// The units that use a system, by name.
pub async fn list_units(tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<UsingUnit>> {
    Ok(sqlx::query_as!(
        UsingUnit,
        r#"select l.id, u.id as unit_id, u.code, u.name, u.valid_to, s.owner_unit_id is not distinct from u.id as "answers!"
           from system_unit l join org_unit u on u.id = l.org_unit_id join it_system s on s.id = l.system_id
           where l.system_id = $1 order by u.name, u.id"#,
        system
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Notes that units use systems: pairs of system and unit. What is noted already stays.
pub async fn insert_units(tx: &mut TenantTx, systems: &[Uuid], units: &[Uuid]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = systems.iter().map(|_| crate::ids::new_id()).collect();
    sqlx::query!(
        "insert into system_unit (tenant_id, id, system_id, org_unit_id)
         select $1, n.id, n.system_id, n.unit_id from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as n (id, system_id, unit_id)
         on conflict on constraint system_unit_key do nothing",
        tenant,
        &ids,
        systems,
        units
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a unit no longer uses a system.
pub async fn delete_unit(tx: &mut TenantTx, system: Uuid, link: Uuid) -> AppResult<bool> {
    let done = sqlx::query!("delete from system_unit where system_id = $1 and id = $2", system, link)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Another name of a system.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Identity.
    pub id: Uuid,
    /// The name.
    pub alias: String,
}

/// The other names of a system.
pub async fn list_aliases(tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<Alias>> {
    Ok(sqlx::query_as!(
        Alias,
        "select id, alias from system_alias where system_id = $1 order by alias, id",
        system
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Adds other names to a system: pairs of name and key. One it has already stays.
pub async fn insert_aliases(tx: &mut TenantTx, system: Uuid, names: &[(String, String)]) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = names.iter().map(|_| crate::ids::new_id()).collect();
    let (names, keys): (Vec<String>, Vec<String>) = names.iter().cloned().unzip();
    let done = sqlx::query!(
        "insert into system_alias (tenant_id, id, system_id, alias, name_key)
         select $1, n.id, $2, n.alias, n.name_key from unnest($3::uuid[], $4::text[], $5::text[]) as n (id, alias, name_key)
         on conflict on constraint system_alias_key do nothing",
        tenant,
        system,
        &ids,
        &names,
        &keys
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Takes another name away.
pub async fn delete_alias(tx: &mut TenantTx, system: Uuid, alias: Uuid) -> AppResult<bool> {
    let done = sqlx::query!("delete from system_alias where system_id = $1 and id = $2", system, alias)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The function areas of a system, by name.
pub async fn list_areas(tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select a.name from system_function_area l join function_area a on a.id = l.function_area_id
         where l.system_id = $1 order by a.name",
        system
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Every function area, by name: what a form offers.
pub async fn list_all_areas(tx: &mut TenantTx) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!("select name from function_area order by name").fetch_all(&mut **tx).await?)
}

/// Makes sure that function areas exist; a name that differs only in case is the one there is.
pub async fn ensure_areas(tx: &mut TenantTx, names: &[String]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = names.iter().map(|_| crate::ids::new_id()).collect();
    sqlx::query!(
        "insert into function_area (tenant_id, id, name)
         select distinct on (lower(n.name)) $1, n.id, n.name from unnest($2::uuid[], $3::text[]) as n (id, name)
         on conflict (tenant_id, lower(name)) do nothing",
        tenant,
        &ids,
        names
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds function areas, which exist, to systems: pairs of system and name.
pub async fn insert_areas(tx: &mut TenantTx, systems: &[Uuid], names: &[String]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = systems.iter().map(|_| crate::ids::new_id()).collect();
    sqlx::query!(
        "insert into system_function_area (tenant_id, id, system_id, function_area_id)
         select $1, n.id, n.system_id, a.id from unnest($2::uuid[], $3::uuid[], $4::text[]) as n (id, system_id, name)
         join function_area a on lower(a.name) = lower(n.name)
         on conflict on constraint system_function_area_key do nothing",
        tenant,
        &ids,
        systems,
        names
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes away the function areas of a system that are not among `keep`.
pub async fn delete_other_areas(tx: &mut TenantTx, system: Uuid, keep: &[String]) -> AppResult<()> {
    sqlx::query!(
        "delete from system_function_area l using function_area a
         where a.id = l.function_area_id and l.system_id = $1 and not (lower(a.name) = any(select lower(k) from unnest($2::text[]) k))",
        system,
        keep
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row of a unit's list that became the system.
#[derive(Clone, Debug)]
pub struct Source {
    /// Whose list; `None` = the whole municipality's.
    pub unit: Option<String>,
    /// The file.
    pub file_name: String,
    /// The sheet of a workbook.
    pub sheet: String,
    /// The record's number in it.
    pub row_no: i32,
    /// The import that last had it.
    pub import_run_id: Option<Uuid>,
    /// When.
    pub taken_in_at: DateTime<Utc>,
    /// Since when the unit's newer lists lack it.
    pub missing_since: Option<DateTime<Utc>>,
}

/// The rows of lists that became a system.
pub async fn list_sources(tx: &mut TenantTx, system: Uuid) -> AppResult<Vec<Source>> {
    Ok(sqlx::query_as!(
        Source,
        r#"select u.name as "unit?", r.file_name, r.sheet, r.row_no, r.import_run_id, r.taken_in_at, r.missing_since
           from system_source r left join org_unit u on u.id = r.unit_id
           where r.system_id = $1 order by r.taken_in_at desc, r.file_name, r.row_no"#,
        system
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A contract that covers a system.
#[derive(Clone, Debug)]
pub struct SystemContract {
    /// Identity.
    pub id: Uuid,
    /// Its number.
    pub contract_no: String,
    /// Its name.
    pub title: String,
    /// Who delivers.
    pub supplier: Option<String>,
    /// Last day as shown in the source.
    pub end_date: Option<NaiveDate>,
    /// What happens then, as the code of the contracts area.
    pub renewal_kind: String,
    /// Kronor a year.
    pub annual_value: Option<Decimal>,
}

/// The contracts that cover a system and that the reader may see as contracts, the one that ends first first. To see the system
/// is not enough: a unit that only uses it does not see what another pays.
pub async fn list_contracts(
    tx: &mut TenantTx,
    system: Uuid,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<SystemContract>> {
    Ok(sqlx::query_as!(
        SystemContract,
        r#"select c.id, c.contract_no, c.title, p.name as "supplier?", c.end_date, c.renewal_kind, c.annual_value
           from contract_system l join contract c on c.id = l.contract_id left join supplier p on p.id = c.supplier_id
           where l.system_id = $1 and ($2 or c.owner_unit_id = any($3) or exists (
               select 1 from role_assignment r left join contract_system cs on cs.system_id = r.system_id
               where (r.contract_id = c.id or cs.contract_id = c.id) and r.person_id = $4 and r.role = any($5)
                 and (r.valid_from is null or r.valid_from <= $6) and (r.valid_to is null or r.valid_to >= $6)))
           order by c.end_date nulls last, c.title, c.id"#,
        system,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}
