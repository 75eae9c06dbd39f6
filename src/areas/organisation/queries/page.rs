//! What a unit's page shows besides the unit itself, as far as the reader reaches.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// The most that a panel on a unit's page shows.
pub const MOST: i64 = 50;

/// How many persons work in each unit on a day: employments and assignments in force. Persons with protected identity are
/// not counted (rules 9.6).
pub async fn count_staff(tx: &mut TenantTx, day: NaiveDate) -> AppResult<Vec<(Uuid, i64)>> {
    let rows = sqlx::query!(
        r#"select e.org_unit_id as "unit!", count(distinct e.person_id) as "n!"
           from employment e join person p on p.id = e.person_id
           where e.org_unit_id is not null and not p.is_protected and e.status <> 'avslutad' and e.missing_from_snapshot_id is null
             and (e.start_date is null or e.start_date <= $1) and (e.end_date is null or e.end_date >= $1)
           group by e.org_unit_id"#,
        day
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.unit, r.n)).collect())
}

/// Somebody who works in a unit.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The person.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Whether the identity is protected.
    pub is_protected: bool,
    /// Title.
    pub title: String,
    /// `anstallning` or `uppdrag`.
    pub kind: String,
    /// Is a manager there.
    pub is_manager: bool,
    /// First day.
    pub start_date: Option<NaiveDate>,
    /// Last day, if one is stated.
    pub end_date: Option<NaiveDate>,
}

/// Who works in a unit on a day; managers first. `with_protected` only for whoever has the grant.
pub async fn list_staff(
    tx: &mut TenantTx,
    unit: Uuid,
    day: NaiveDate,
    with_protected: bool,
) -> AppResult<Vec<Staff>> {
    Ok(sqlx::query_as!(
        Staff,
        r#"select p.id, p.display_name as name, p.is_protected, e.title, e.kind, e.is_manager, e.start_date, e.end_date
           from employment e join person p on p.id = e.person_id
           where e.org_unit_id = $1 and ($3 or not p.is_protected) and e.status <> 'avslutad' and e.missing_from_snapshot_id is null
             and (e.start_date is null or e.start_date <= $2) and (e.end_date is null or e.end_date >= $2)
           order by e.is_manager desc, p.family_name, p.given_names, p.id limit $4"#,
        unit,
        day,
        with_protected,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What more there is to say.
    pub note: String,
}

/// Systems that a unit answers for, within reach; by name. One with a level 4 only for whoever may see secret fields
/// (rules 3.1).
pub async fn list_systems_owned(
    tx: &mut TenantTx,
    unit: Uuid,
    scope: &Scope,
    sees_secret: bool,
) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select s.id, s.name, s.phase as "note!" from it_system s
           where s.owner_unit_id = $1 and s.merged_into_id is null
             and ($6 or coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4)
             and ($2 or s.owner_unit_id = any($3)
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by s.name, s.id limit $7"#,
        unit,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        sees_secret,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Systems that a unit uses and another answers for, within reach; by name. The note is the unit that answers.
pub async fn list_systems_used(
    tx: &mut TenantTx,
    unit: Uuid,
    scope: &Scope,
    sees_secret: bool,
) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select s.id, s.name, coalesce(o.name, '') as "note!" from it_system s left join org_unit o on o.id = s.owner_unit_id
           where s.merged_into_id is null and s.owner_unit_id is distinct from $1
             and exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = $1)
             and ($6 or coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4)
             and ($2 or s.owner_unit_id = any($3)
                  or exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($3))
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by s.name, s.id limit $7"#,
        unit,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        sees_secret,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Contracts that a unit answers for, within reach; by title. The note is the supplier.
pub async fn list_contracts_owned(tx: &mut TenantTx, unit: Uuid, scope: &Scope) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select c.id, c.title as name, coalesce(v.name, '') as "note!" from contract c left join supplier v on v.id = c.supplier_id
           where c.owner_unit_id = $1
             and ($2 or c.owner_unit_id = any($3)
                  or exists (select 1 from role_assignment r where r.contract_id = c.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by c.title, c.id limit $6"#,
        unit,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}
