//! Writes contracts, their options and their notices.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::columns;
use crate::areas::contracts::model::{Contract, NoticeRow, OptionRow};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// Inserts contracts.
pub async fn insert_contracts(tx: &mut TenantTx, contracts: &[Contract]) -> AppResult<()> {
    const SQL: &str = concat!(
        "insert into contract (tenant_id, ",
        columns!(),
        ") select $1, ",
        columns!(),
        " from jsonb_populate_recordset(null::contract, $2) c"
    );
    let tenant = tx.tenant_id();
    sqlx::query(SQL).bind(tenant).bind(serde_json::to_value(contracts)?).execute(&mut **tx).await?;
    Ok(())
}

/// Changes a contract, if nobody else has changed it since `contract.version`. `false` = somebody has.
pub async fn update_contract(tx: &mut TenantTx, contract: &Contract) -> AppResult<bool> {
    const SQL: &str = concat!(
        "update contract set (",
        columns!(),
        ") = (select ",
        columns!(),
        " from jsonb_populate_record(null::contract, $1) c) where id = $2 and version = $3"
    );
    let next = Contract { version: contract.version + 1, ..contract.clone() };
    let done = sqlx::query(SQL)
        .bind(serde_json::to_value(&next)?)
        .bind(contract.id)
        .bind(contract.version)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a contract away with its options, notices, links and roles.
pub async fn delete_contract(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    for table in ["contract_option", "contract_notice", "contract_system", "role_assignment"] {
        let sql = format!("delete from {table} where contract_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).execute(&mut **tx).await?;
    }
    sqlx::query!("delete from contract where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// Sets what is left to check, and who checked the rest.
pub async fn update_review(
    tx: &mut TenantTx,
    id: Uuid,
    review: &serde_json::Value,
    at: DateTime<Utc>,
) -> AppResult<()> {
    let user = tx.actor().user_id;
    sqlx::query!(
        "update contract set review = $2, reviewed_by = $3, reviewed_at = $4, version = version + 1 where id = $1",
        id,
        review,
        user,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Replaces a contract's option steps: those that are as before stay as they are.
pub async fn replace_options(tx: &mut TenantTx, contract: Uuid, steps: &[OptionRow]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let last = i16::try_from(steps.len()).unwrap_or(i16::MAX);
    sqlx::query!("delete from contract_option where contract_id = $1 and step_no > $2", contract, last)
        .execute(&mut **tx)
        .await?;
    for step in steps {
        sqlx::query!(
            "insert into contract_option as o (tenant_id, id, contract_id, step_no, months, state, sent_on, confirmed_on, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict on constraint contract_option_step_key do update
             set months = excluded.months, state = excluded.state, sent_on = excluded.sent_on,
                 confirmed_on = excluded.confirmed_on, reason = excluded.reason
             where (o.months, o.state, o.sent_on, o.confirmed_on, o.reason)
                is distinct from (excluded.months, excluded.state, excluded.sent_on, excluded.confirmed_on, excluded.reason)",
            tenant,
            step.id,
            contract,
            step.step_no,
            step.months,
            step.state,
            step.sent_on,
            step.confirmed_on,
            step.reason
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Records a notice.
pub async fn insert_notice(tx: &mut TenantTx, notice: &NoticeRow) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into contract_notice (tenant_id, id, contract_id, given_by, sent_on, received_on, accepted_late, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        notice.id,
        notice.contract_id,
        notice.given_by,
        notice.sent_on,
        notice.received_on,
        notice.accepted_late,
        notice.note
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a notice back as from a day. `false` = the contract has no such notice in force.
pub async fn update_withdrawn(
    tx: &mut TenantTx,
    contract: Uuid,
    notice: Uuid,
    on: NaiveDate,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update contract_notice set withdrawn_on = $3 where id = $2 and contract_id = $1 and withdrawn_on is null",
        contract,
        notice,
        on
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
