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
