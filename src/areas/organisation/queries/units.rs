//! Units as they stand, stood on a day, and are written.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::{Move, Unit, parent_on};
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

/// Every unit as it stood at the end of a day: the name and head that the register had then (what was entered later is taken
/// as it was first entered), and the unit above by the days of the moves. First and last days are those known now.
pub async fn list_units_as_of(tx: &mut TenantTx, day: NaiveDate) -> AppResult<Vec<Unit>> {
    let mut units = sqlx::query_as!(
        Unit,
        r#"select u.id, u.code, coalesce(s.new ->> 'name', u.name) as "name!", coalesce(s.new ->> 'kind', u.kind) as "kind!",
                  u.parent_id,
                  case when s.new is null then u.head_person_id else (s.new ->> 'head_person_id')::uuid end as head_person_id,
                  case when s.new is null then u.head_text else s.new ->> 'head_text' end as head_text,
                  u.valid_from, u.valid_to, u.successor_id, u.in_scope, u.version
           from org_unit u
           left join lateral (
               select h.new from history h where h.table_name = 'org_unit' and h.object_id = u.id and h.op <> 'D'
               order by (h.at < (($1::date + 1)::timestamp at time zone 'Europe/Stockholm')) desc,
                        case when h.at < (($1::date + 1)::timestamp at time zone 'Europe/Stockholm') then -h.id else h.id end
               limit 1
           ) s on true"#,
        day
    )
    .fetch_all(&mut **tx)
    .await?;
    let moves = list_moves(tx, None).await?;
    for unit in &mut units {
        unit.parent_id = parent_on(unit, &moves, day);
    }
    Ok(units)
}

/// The moves of one unit, or of all, by day.
pub async fn list_moves(tx: &mut TenantTx, unit: Option<Uuid>) -> AppResult<Vec<Move>> {
    Ok(sqlx::query_as!(
        Move,
        "select id, org_unit_id, from_parent_id, to_parent_id, moved_on from org_unit_move
         where $1::uuid is null or org_unit_id = $1 order by moved_on, id",
        unit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Notes moves.
pub async fn insert_moves(tx: &mut TenantTx, moves: &[Move]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for m in moves {
        sqlx::query!(
            "insert into org_unit_move (tenant_id, id, org_unit_id, from_parent_id, to_parent_id, moved_on)
             values ($1, $2, $3, $4, $5, $6)",
            tenant,
            m.id,
            m.org_unit_id,
            m.from_parent_id,
            m.to_parent_id,
            m.moved_on
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Changes a unit if it still has the version; `false` = somebody else was first. A code that is taken is the constraint
/// `org_unit_code_key`.
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
