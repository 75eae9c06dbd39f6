//! Many rows at once: what an import writes and looks up.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::columns;
use crate::areas::contracts::model::{Contract, NoticeRow, OptionRow};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// Somebody who answers for a contract, known or as the source wrote it.
#[derive(Clone, Debug, Serialize)]
pub struct HolderRow {
    /// The assignment.
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The person, when known.
    pub person_id: Option<Uuid>,
    /// Else the text.
    pub holder_text: String,
}

/// Who answers for each contract now.
pub async fn list_responsible(tx: &mut TenantTx) -> AppResult<Vec<HolderRow>> {
    Ok(sqlx::query_as!(
        HolderRow,
        r#"select id, contract_id as "contract_id!", person_id, holder_text from role_assignment
           where contract_id is not null and role = 'avtalsansvarig' and valid_to is null"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Makes persons responsible, since when is not known.
pub async fn insert_responsible(tx: &mut TenantTx, holders: &[HolderRow]) -> AppResult<()> {
    if holders.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    sqlx::query(
        "insert into role_assignment (tenant_id, id, contract_id, role, person_id, holder_text)
         select $1, h.id, h.contract_id, 'avtalsansvarig', h.person_id, h.holder_text
         from jsonb_populate_recordset(null::role_assignment, $2) h",
    )
    .bind(tenant)
    .bind(serde_json::to_value(holders)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the responsibility for contracts: yesterday was the last day.
pub async fn end_responsible(tx: &mut TenantTx, contracts: &[Uuid], today: NaiveDate) -> AppResult<()> {
    if contracts.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "delete from role_assignment
         where contract_id = any($1) and role = 'avtalsansvarig' and valid_to is null and valid_from >= $2",
        contracts,
        today
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update role_assignment set valid_to = $2::date - 1
         where contract_id = any($1) and role = 'avtalsansvarig' and valid_to is null",
        contracts,
        today
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Inserts option steps.
pub async fn insert_options(tx: &mut TenantTx, steps: &[OptionRow]) -> AppResult<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    sqlx::query(
        "insert into contract_option (tenant_id, id, contract_id, step_no, months, state, sent_on, confirmed_on, reason)
         select $1, o.id, o.contract_id, o.step_no, o.months, o.state, o.sent_on, o.confirmed_on, o.reason
         from jsonb_populate_recordset(null::contract_option, $2) o",
    )
    .bind(tenant)
    .bind(serde_json::to_value(steps)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes many contracts at once. Nobody else writes meanwhile: imports of a municipality take turns.
pub async fn update_contracts(tx: &mut TenantTx, contracts: &[Contract]) -> AppResult<()> {
    const SQL: &str = concat!(
        "update contract t set (",
        columns!(),
        ") = (select ",
        columns!(),
        " from jsonb_populate_record(null::contract, n.value) c)
          from jsonb_array_elements($1) n where t.id = (n.value ->> 'id')::uuid"
    );
    if contracts.is_empty() {
        return Ok(());
    }
    let next: Vec<Contract> =
        contracts.iter().map(|c| Contract { version: c.version + 1, ..c.clone() }).collect();
    sqlx::query(SQL).bind(serde_json::to_value(next)?).execute(&mut **tx).await?;
    Ok(())
}

/// Replaces the option steps of many contracts: those that are as before stay as they are. `contracts` has how many steps
/// each has now.
pub async fn replace_options_of(
    tx: &mut TenantTx,
    contracts: &[(Uuid, usize)],
    steps: &[OptionRow],
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = contracts.iter().map(|(id, _)| *id).collect();
    let last: Vec<i16> = contracts.iter().map(|(_, n)| i16::try_from(*n).unwrap_or(i16::MAX)).collect();
    sqlx::query!(
        "delete from contract_option o using unnest($1::uuid[], $2::int2[]) n (contract_id, last)
         where o.contract_id = n.contract_id and o.step_no > n.last",
        &ids,
        &last
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "insert into contract_option as o (tenant_id, id, contract_id, step_no, months, state, sent_on, confirmed_on, reason)
         select $1, n.id, n.contract_id, n.step_no, n.months, n.state, n.sent_on, n.confirmed_on, n.reason
         from jsonb_populate_recordset(null::contract_option, $2) n
         on conflict on constraint contract_option_step_key do update
         set months = excluded.months, state = excluded.state, sent_on = excluded.sent_on,
             confirmed_on = excluded.confirmed_on, reason = excluded.reason
         where (o.months, o.state, o.sent_on, o.confirmed_on, o.reason)
            is distinct from (excluded.months, excluded.state, excluded.sent_on, excluded.confirmed_on, excluded.reason)",
    )
    .bind(tenant)
    .bind(serde_json::to_value(steps)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records many notices.
pub async fn insert_notices(tx: &mut TenantTx, notices: &[NoticeRow]) -> AppResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    sqlx::query(
        "insert into contract_notice (tenant_id, id, contract_id, given_by, sent_on, received_on, accepted_late, note)
         select $1, n.id, n.contract_id, n.given_by, n.sent_on, n.received_on, n.accepted_late, n.note
         from jsonb_populate_recordset(null::contract_notice, $2) n",
    )
    .bind(tenant)
    .bind(serde_json::to_value(notices)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Connects contracts with systems; those that are connected already are left alone.
pub async fn insert_systems(tx: &mut TenantTx, links: &[(Uuid, Uuid)]) -> AppResult<()> {
    if links.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = links.iter().map(|_| crate::ids::new_id()).collect();
    let (contracts, systems): (Vec<Uuid>, Vec<Uuid>) = links.iter().copied().unzip();
    sqlx::query!(
        "insert into contract_system (tenant_id, id, contract_id, system_id)
         select $1, l.id, l.contract_id, l.system_id from unnest($2::uuid[], $3::uuid[], $4::uuid[]) l (id, contract_id, system_id)
         on conflict on constraint contract_system_key do nothing",
        tenant,
        &ids,
        &contracts,
        &systems
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A name that a system goes by.
#[derive(Clone, Debug)]
pub struct SystemKey {
    /// The system.
    pub id: Uuid,
    /// Its name, short name or alias.
    pub name: String,
    /// Its supplier.
    pub supplier_id: Option<Uuid>,
}

/// Names, short names and aliases of the systems.
pub async fn list_system_keys(tx: &mut TenantTx) -> AppResult<Vec<SystemKey>> {
    Ok(sqlx::query_as!(
        SystemKey,
        r#"select id as "id!", name as "name!", supplier_id from (
             select id, name, supplier_id from it_system where merged_into_id is null
             union select id, short_name, supplier_id from it_system where merged_into_id is null and short_name <> ''
             union select a.system_id, a.alias, s.supplier_id from system_alias a join it_system s on s.id = a.system_id
                   where s.merged_into_id is null) n"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Connects call-offs and amendments with the contract whose number they name, where there is exactly one.
pub async fn update_parents(tx: &mut TenantTx) -> AppResult<u64> {
    let done = sqlx::query!(
        "update contract c set parent_contract_id = p.id, version = c.version + 1
         from (select lower(contract_no) as number, (array_agg(id))[1] as id from contract
               where contract_no <> '' group by 1 having count(*) = 1) p
         where c.parent_contract_id is null and c.parent_text <> '' and lower(c.parent_text) = p.number and c.id <> p.id"
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Where contracts came from: file and record, of the newest list that had them.
pub async fn list_sources(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String, i32)>> {
    let rows = sqlx::query!(
        r#"select distinct on (r.object_id) r.object_id as "object_id!", f.name, r.row_no
           from import_row r join import_run u on u.id = r.run_id join import_file f on f.id = u.file_id
           where u.kind = 'contracts' and u.state = 'taken_in' and r.object_id is not null and r.outcome in ('new', 'changed', 'unchanged')
           order by r.object_id, u.taken_in_at desc, r.row_no"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.object_id, row.name, row.row_no)).collect())
}
