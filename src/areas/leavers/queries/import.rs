//! What taking in a list reads and writes, in bulk.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::import::LeaverRow;
use crate::{
    db::{change_set, tenant::TenantTx},
    error::AppResult,
    ids::new_id,
};

/// A sender.
#[derive(Clone, Debug)]
pub(in super::super) struct SenderRow {
    pub id: Uuid,
    pub reasons: String,
}

/// The sender of a key, created where there is none. It is no part of the change set that is open.
pub(in super::super) async fn ensure_sender(
    tx: &mut TenantTx,
    key: &str,
    name: &str,
) -> AppResult<SenderRow> {
    let known = sqlx::query_as!(SenderRow, "select id, reasons from leaver_sender where key = $1", key)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let (tenant, id) = (tx.tenant_id(), new_id());
    let set = change_set::suspend(tx).await?;
    sqlx::query!(
        "insert into leaver_sender (tenant_id, id, key, name) values ($1, $2, $3, $4)",
        tenant,
        id,
        key,
        name
    )
    .execute(&mut **tx)
    .await?;
    change_set::resume(tx, &set).await?;
    Ok(SenderRow { id, reasons: String::new() })
}

/// Whether a list of the sender and month without anybody is there already, and says as much as this one.
pub(in super::super) async fn has_empty_list(
    tx: &mut TenantTx,
    sender: Uuid,
    month: NaiveDate,
    says_nobody: bool,
) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from leaver_list where sender_id = $1 and period = $2 and row_count = 0
                          and (says_nobody or not $3)) as "there!""#,
        sender,
        month,
        says_nobody
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// A list to write.
#[derive(Clone, Debug)]
pub(in super::super) struct NewList {
    pub id: Uuid,
    pub sender_id: Uuid,
    pub period: NaiveDate,
    pub run_id: Uuid,
    pub received_on: NaiveDate,
    pub row_count: i32,
    pub says_nobody: bool,
    pub said_by: String,
    pub note: String,
    pub covers: Vec<Uuid>,
}

/// Notes a list.
pub(in super::super) async fn insert_list(tx: &mut TenantTx, list: &NewList) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into leaver_list (tenant_id, id, sender_id, period, run_id, received_on, row_count, says_nobody, said_by, note, covers)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tenant,
        list.id,
        list.sender_id,
        list.period,
        list.run_id,
        list.received_on,
        list.row_count,
        list.says_nobody,
        list.said_by,
        list.note,
        &list.covers
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row to write.
#[derive(Clone, Debug)]
pub(in super::super) struct NewRow {
    pub id: Uuid,
    pub row_no: i32,
    pub personal_id_hash: Option<Vec<u8>>,
    pub org_unit_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub row: LeaverRow,
}

/// Writes the rows of a list at once.
pub(in super::super) async fn insert_rows(tx: &mut TenantTx, list: Uuid, rows: &[NewRow]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let of =
        |text: fn(&LeaverRow) -> &String| rows.iter().map(|new| text(&new.row).clone()).collect::<Vec<_>>();
    let ids: Vec<Uuid> = rows.iter().map(|new| new.id).collect();
    let numbers: Vec<i32> = rows.iter().map(|new| new.row_no).collect();
    let hashes: Vec<Option<Vec<u8>>> = rows.iter().map(|new| new.personal_id_hash.clone()).collect();
    let units: Vec<Option<Uuid>> = rows.iter().map(|new| new.org_unit_id).collect();
    let departments: Vec<Option<Uuid>> = rows.iter().map(|new| new.department_id).collect();
    let starts: Vec<Option<NaiveDate>> = rows.iter().map(|new| new.row.start).collect();
    let ends: Vec<NaiveDate> = rows.iter().map(|new| new.row.end).collect();
    let mobiles: Vec<Option<String>> = rows.iter().map(|new| new.row.mobile.clone()).collect();
    let again: Vec<bool> = rows.iter().map(|new| new.row.new_employment).collect();
    let hidden: Vec<bool> = rows.iter().map(|new| new.row.is_hidden).collect();
    sqlx::query!(
        "insert into leaver_row (tenant_id, list_id, id, row_no, company, employee_no, personal_id_hash, family_name, given_names,
                                 full_name, department_text, unit_code, unit_text, org_unit_id, department_id, form, title, start_date,
                                 end_date, reason_text, event_text, manager, manager_email, manager_no, email, login, mobile,
                                 new_employment, is_hidden)
         select $1, $2, * from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::text[], $10::text[],
                $11::text[], $12::text[], $13::text[], $14::uuid[], $15::uuid[], $16::text[], $17::text[], $18::date[], $19::date[],
                $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], $26::text[], $27::text[], $28::bool[],
                $29::bool[])",
        tenant,
        list,
        &ids,
        &numbers,
        &of(|row| &row.company),
        &of(|row| &row.employee_no),
        &hashes as &[Option<Vec<u8>>],
        &of(|row| &row.family_name),
        &of(|row| &row.given_names),
        &of(|row| &row.full_name),
        &of(|row| &row.department),
        &of(|row| &row.unit_code),
        &of(|row| &row.unit),
        &units as &[Option<Uuid>],
        &departments as &[Option<Uuid>],
        &of(|row| &row.form),
        &of(|row| &row.title),
        &starts as &[Option<NaiveDate>],
        &ends,
        &of(|row| &row.reason),
        &of(|row| &row.event),
        &of(|row| &row.manager),
        &of(|row| &row.manager_email),
        &of(|row| &row.manager_no),
        &of(|row| &row.email),
        &of(|row| &row.login),
        &mobiles as &[Option<String>],
        &again,
        &hidden
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
