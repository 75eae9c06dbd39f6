//! The area's SQL.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::Unit;
use crate::{db::tenant::TenantTx, error::AppResult};

/// Every unit as it stands.
pub async fn list_units(tx: &mut TenantTx) -> AppResult<Vec<Unit>> {
    Ok(sqlx::query_as!(
        Unit,
        "select id, code, name, kind, parent_id, head_person_id, head_text, valid_from, valid_to, successor_id, in_scope, version
         from org_unit"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Every unit with the name, the unit above and the head that the register had at a moment; what was entered later is
/// taken as it was first entered. First and last days are those known now.
pub async fn list_units_as_of(tx: &mut TenantTx, until: DateTime<Utc>) -> AppResult<Vec<Unit>> {
    Ok(sqlx::query_as!(
        Unit,
        r#"select u.id, u.code, coalesce(s.new ->> 'name', u.name) as "name!", coalesce(s.new ->> 'kind', u.kind) as "kind!",
                  case when s.new is null then u.parent_id else (s.new ->> 'parent_id')::uuid end as parent_id,
                  case when s.new is null then u.head_person_id else (s.new ->> 'head_person_id')::uuid end as head_person_id,
                  case when s.new is null then u.head_text else s.new ->> 'head_text' end as head_text,
                  u.valid_from, u.valid_to, u.successor_id, u.in_scope, u.version
           from org_unit u
           left join lateral (
               select h.new from history h where h.table_name = 'org_unit' and h.object_id = u.id and h.op <> 'D'
               order by (h.at < $1) desc, case when h.at < $1 then -h.id else h.id end limit 1
           ) s on true"#,
        until
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A person's name, as the head of a unit.
#[derive(Clone, Debug)]
pub struct Head {
    /// The person.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Whether the identity is protected.
    pub is_protected: bool,
}

/// Persons by id.
pub async fn list_heads(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Head>> {
    Ok(sqlx::query_as!(
        Head,
        "select id, display_name as name, is_protected from person where id = any($1)",
        ids
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many persons work in each unit: employments and assignments that are in force.
pub async fn count_staff(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, i64)>> {
    let rows = sqlx::query!(
        r#"select org_unit_id as "unit!", count(distinct person_id) as "n!" from employment
           where org_unit_id is not null and status in ('aktiv', 'tjanstledig') and missing_from_snapshot_id is null
           group by org_unit_id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.unit, r.n)).collect())
}

/// What hangs on some units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Units right under.
    pub children: i64,
    /// Employments and assignments in force.
    pub employments: i64,
    /// Systems that it answers for.
    pub systems: i64,
    /// Contracts that it answers for.
    pub contracts: i64,
    /// Rights in the register given for it.
    pub grants: i64,
}

impl Holdings {
    /// Whether nothing does.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What still hangs on a unit.
pub async fn find_holdings(tx: &mut TenantTx, unit: Uuid) -> AppResult<Holdings> {
    Ok(sqlx::query_as!(
        Holdings,
        r#"select (select count(*) from org_unit where parent_id = $1) as "children!",
                  (select count(*) from employment where org_unit_id = $1 and status <> 'avslutad') as "employments!",
                  (select count(*) from it_system where owner_unit_id = $1 and merged_into_id is null) as "systems!",
                  (select count(*) from contract where owner_unit_id = $1) as "contracts!",
                  (select count(*) from role_grant where org_unit_id = $1 and valid_to is null) as "grants!""#,
        unit
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Hands everything that still hangs on a unit over to another.
pub async fn hand_over(tx: &mut TenantTx, from: Uuid, to: Uuid) -> AppResult<()> {
    sqlx::query!("update org_unit set parent_id = $2 where parent_id = $1 and id <> $2", from, to)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "update employment set org_unit_id = $2 where org_unit_id = $1 and status <> 'avslutad'",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update it_system set owner_unit_id = $2 where owner_unit_id = $1 and merged_into_id is null",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("update contract set owner_unit_id = $2 where owner_unit_id = $1", from, to)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "update role_grant set org_unit_id = $2 where org_unit_id = $1 and valid_to is null",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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

/// The most that a panel on a unit's page shows.
const MOST: i64 = 50;

/// Systems that the units answer for, within reach; by name.
pub async fn list_systems_owned(tx: &mut TenantTx, units: &[Uuid], scope: &Scope) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select s.id, s.name, s.phase as "note!" from it_system s
           where s.owner_unit_id = any($1) and s.merged_into_id is null
             and ($2 or s.owner_unit_id = any($3)
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by s.name, s.id limit $6"#,
        units,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Systems that the units use and others answer for, within reach; by name.
pub async fn list_systems_used(tx: &mut TenantTx, units: &[Uuid], scope: &Scope) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select s.id, s.name, coalesce(o.name, '') as "note!" from it_system s left join org_unit o on o.id = s.owner_unit_id
           where s.merged_into_id is null and not coalesce(s.owner_unit_id = any($1), false)
             and exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($1))
             and ($2 or s.owner_unit_id = any($3)
                  or exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($3))
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by s.name, s.id limit $6"#,
        units,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Contracts that the units answer for, within reach; by title.
pub async fn list_contracts_owned(tx: &mut TenantTx, units: &[Uuid], scope: &Scope) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select c.id, c.title as name, coalesce(v.name, '') as "note!" from contract c left join supplier v on v.id = c.supplier_id
           where c.owner_unit_id = any($1)
             and ($2 or c.owner_unit_id = any($3)
                  or exists (select 1 from role_assignment r where r.contract_id = c.id and r.person_id = $4 and r.role = any($5)
                             and r.valid_to is null))
           order by c.title, c.id limit $6"#,
        units,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Creates a unit. A code that is taken is the constraint `org_unit_code_key`.
pub async fn insert_unit(tx: &mut TenantTx, unit: &Unit) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into org_unit (tenant_id, id, code, name, kind, parent_id, head_person_id, head_text, valid_from, valid_to,
                               successor_id, in_scope)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant,
        unit.id,
        unit.code,
        unit.name,
        unit.kind,
        unit.parent_id,
        unit.head_person_id,
        unit.head_text,
        unit.valid_from,
        unit.valid_to,
        unit.successor_id,
        unit.in_scope
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a unit if it still has the version; `false` = somebody else was first.
pub async fn update_unit(tx: &mut TenantTx, unit: &Unit) -> AppResult<bool> {
    let changed = sqlx::query!(
        "update org_unit set code = $3, name = $4, kind = $5, parent_id = $6, head_person_id = $7, head_text = $8, valid_from = $9,
                valid_to = $10, successor_id = $11, in_scope = $12, version = version + 1
         where id = $1 and version = $2",
        unit.id,
        unit.version,
        unit.code,
        unit.name,
        unit.kind,
        unit.parent_id,
        unit.head_person_id,
        unit.head_text,
        unit.valid_from,
        unit.valid_to,
        unit.successor_id,
        unit.in_scope
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The columns of many units, for `unnest`.
#[derive(Debug, Default)]
struct Columns {
    id: Vec<Uuid>,
    code: Vec<String>,
    name: Vec<String>,
    kind: Vec<String>,
    parent: Vec<Option<Uuid>>,
    head: Vec<Option<Uuid>>,
    head_text: Vec<Option<String>>,
    from: Vec<Option<NaiveDate>>,
    to: Vec<Option<NaiveDate>>,
    successor: Vec<Option<Uuid>>,
    in_scope: Vec<bool>,
}

impl Columns {
    fn of(units: &[Unit]) -> Self {
        let mut columns = Self::default();
        for unit in units {
            columns.id.push(unit.id);
            columns.code.push(unit.code.clone());
            columns.name.push(unit.name.clone());
            columns.kind.push(unit.kind.clone());
            columns.parent.push(unit.parent_id);
            columns.head.push(unit.head_person_id);
            columns.head_text.push(unit.head_text.clone());
            columns.from.push(unit.valid_from);
            columns.to.push(unit.valid_to);
            columns.successor.push(unit.successor_id);
            columns.in_scope.push(unit.in_scope);
        }
        columns
    }
}

/// Creates many units at once; they may refer to each other.
pub async fn insert_units(tx: &mut TenantTx, units: &[Unit]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let c = Columns::of(units);
    sqlx::query!(
        "insert into org_unit (tenant_id, id, code, name, kind, parent_id, head_person_id, head_text, valid_from, valid_to,
                               successor_id, in_scope)
         select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::date[],
                                  $10::date[], $11::uuid[], $12::bool[])",
        tenant,
        &c.id,
        &c.code,
        &c.name,
        &c.kind,
        &c.parent as &[Option<Uuid>],
        &c.head as &[Option<Uuid>],
        &c.head_text as &[Option<String>],
        &c.from as &[Option<NaiveDate>],
        &c.to as &[Option<NaiveDate>],
        &c.successor as &[Option<Uuid>],
        &c.in_scope
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes many units at once.
pub async fn update_units(tx: &mut TenantTx, units: &[Unit]) -> AppResult<()> {
    let c = Columns::of(units);
    sqlx::query!(
        "update org_unit u set code = n.code, name = n.name, kind = n.kind, parent_id = n.parent, head_person_id = n.head,
                head_text = n.head_text, valid_from = n.valid_from, valid_to = n.valid_to, successor_id = n.successor,
                in_scope = n.in_scope, version = u.version + 1
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::date[], $9::date[],
                     $10::uuid[], $11::bool[])
              n(id, code, name, kind, parent, head, head_text, valid_from, valid_to, successor, in_scope)
         where u.id = n.id",
        &c.id,
        &c.code,
        &c.name,
        &c.kind,
        &c.parent as &[Option<Uuid>],
        &c.head as &[Option<Uuid>],
        &c.head_text as &[Option<String>],
        &c.from as &[Option<NaiveDate>],
        &c.to as &[Option<NaiveDate>],
        &c.successor as &[Option<Uuid>],
        &c.in_scope
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
