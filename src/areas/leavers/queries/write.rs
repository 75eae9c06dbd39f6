//! What the pages change.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::{Answered, Sender};
use crate::{db::tenant::TenantTx, error::AppResult, ids::new_id};

/// Adds a sender that somebody expects lists from.
pub(in super::super) async fn insert_sender(tx: &mut TenantTx, sender: &Sender) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into leaver_sender (tenant_id, id, key, name, reasons, due_workday, expected_from, is_active, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 2)",
        tenant,
        sender.id,
        sender.key,
        sender.name,
        sender.reasons,
        sender.due_workday,
        sender.expected_from,
        sender.is_active
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a sender, if nobody else has since its version. `false` = somebody has.
pub(in super::super) async fn update_sender(tx: &mut TenantTx, sender: &Sender) -> AppResult<bool> {
    let done = sqlx::query!(
        "update leaver_sender set name = $3, reasons = $4, due_workday = $5, expected_from = $6, is_active = $7, version = version + 1
         where id = $1 and version = $2",
        sender.id,
        sender.version,
        sender.name,
        sender.reasons,
        sender.due_workday,
        sender.expected_from,
        sender.is_active
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the förvaltningar that a sender answers for.
pub(in super::super) async fn replace_units(
    tx: &mut TenantTx,
    sender: Uuid,
    units: &[Uuid],
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from leaver_sender_unit where sender_id = $1 and org_unit_id <> all($2)",
        sender,
        units
    )
    .execute(&mut **tx)
    .await?;
    let ids: Vec<Uuid> = units.iter().map(|_| new_id()).collect();
    sqlx::query!(
        "insert into leaver_sender_unit (tenant_id, id, sender_id, org_unit_id) select $1, n.id, $2, n.unit
         from unnest($3::uuid[], $4::uuid[]) n(id, unit)
         where not exists (select 1 from leaver_sender_unit u where u.sender_id = $2 and u.org_unit_id = n.unit)",
        tenant,
        sender,
        &ids,
        units
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that somebody says that nobody left in a month.
pub(in super::super) async fn insert_word(
    tx: &mut TenantTx,
    sender: Uuid,
    month: NaiveDate,
    on: NaiveDate,
    by: &str,
) -> AppResult<Uuid> {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query!(
        "insert into leaver_list (tenant_id, id, sender_id, period, received_on, says_nobody, said_by) values ($1, $2, $3, $4, $5, true, $6)",
        tenant,
        id,
        sender,
        month,
        on,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Takes somebody's word back.
pub(in super::super) async fn delete_word(tx: &mut TenantTx, list: Uuid) -> AppResult<bool> {
    let done = sqlx::query!("delete from leaver_list where id = $1 and run_id is null", list)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Withdraws a row, or takes the withdrawal back. `false` = it stood so already.
pub(in super::super) async fn update_withdrawn(
    tx: &mut TenantTx,
    row: Uuid,
    on: Option<NaiveDate>,
    reason: &str,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update leaver_row set withdrawn_on = $2, withdrawn_reason = $3 where id = $1 and (withdrawn_on is null) = ($2::date is not null)",
        row,
        on,
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what HR says of somebody, in the place of what was said before.
pub(in super::super) async fn upsert_answer(tx: &mut TenantTx, said: &Answered, by: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into missing_answer as a (tenant_id, id, person_id, answer, last_day, snapshot_on, answered_on, answered_by, actor)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, person_id) do update
         set answer = excluded.answer, last_day = excluded.last_day, snapshot_on = excluded.snapshot_on,
             answered_on = excluded.answered_on, answered_by = excluded.answered_by, actor = excluded.actor",
        tenant,
        new_id(),
        said.person_id,
        said.answer,
        said.last_day,
        said.snapshot_on,
        said.answered_on,
        by,
        said.actor
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a reminder is being mailed; `false` = it was before.
pub(in super::super) async fn insert_reminder(
    tx: &mut TenantTx,
    sender: Uuid,
    month: NaiveDate,
    kind: &str,
    on: NaiveDate,
) -> AppResult<bool> {
    let (tenant, id) = (tx.tenant_id(), new_id());
    let done = sqlx::query!(
        "insert into leaver_reminder (tenant_id, id, sender_id, period, kind, sent_on)
         select $1, $2, $3, $4, $5, $6
         where not exists (select 1 from leaver_reminder r where r.sender_id = $3 and r.period = $4 and r.kind = $5)",
        tenant,
        id,
        sender,
        month,
        kind,
        on
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
