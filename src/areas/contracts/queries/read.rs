//! Reads contracts with what belongs to them.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{columns, within_reach};
use crate::areas::contracts::model::{Around, Contract, NoticeRow, OptionRow};
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::contract_dates::{ContractKind, Status};

/// A contract within reach.
pub async fn find_contract(
    tx: &mut TenantTx,
    id: Uuid,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Option<Contract>> {
    const SQL: &str =
        concat!("select ", columns!(), " from contract c where ", within_reach!(), " and c.id = $6");
    Ok(sqlx::query_as(SQL)
        .bind(scope.all)
        .bind(&scope.units)
        .bind(scope.person_id)
        .bind(&scope.object_roles)
        .bind(today)
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Every contract, by number and title.
pub async fn list_contracts(tx: &mut TenantTx) -> AppResult<Vec<Contract>> {
    const SQL: &str =
        concat!("select ", columns!(), " from contract c order by c.contract_no, c.title, c.id");
    Ok(sqlx::query_as(SQL).fetch_all(&mut **tx).await?)
}

/// Some contracts.
pub async fn list_these(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Contract>> {
    const SQL: &str = concat!("select ", columns!(), " from contract c where c.id = any($1)");
    Ok(sqlx::query_as(SQL).bind(ids).fetch_all(&mut **tx).await?)
}

/// Every option step, in order.
pub async fn list_options(tx: &mut TenantTx) -> AppResult<Vec<OptionRow>> {
    Ok(sqlx::query_as(
        "select id, contract_id, step_no, months, state, sent_on, confirmed_on, reason from contract_option
         order by contract_id, step_no",
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The option steps of one contract, in order.
pub async fn list_options_of(tx: &mut TenantTx, contract: Uuid) -> AppResult<Vec<OptionRow>> {
    Ok(sqlx::query_as!(
        OptionRow,
        "select id, contract_id, step_no, months, state, sent_on, confirmed_on, reason from contract_option
         where contract_id = $1 order by step_no",
        contract
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Every notice, the first received first.
pub async fn list_notices(tx: &mut TenantTx) -> AppResult<Vec<NoticeRow>> {
    Ok(sqlx::query_as(
        "select id, contract_id, given_by, sent_on, received_on, accepted_late, note, withdrawn_on from contract_notice
         order by contract_id, received_on, id",
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The notices of one contract.
pub async fn list_notices_of(tx: &mut TenantTx, contract: Uuid) -> AppResult<Vec<NoticeRow>> {
    Ok(sqlx::query_as!(
        NoticeRow,
        "select id, contract_id, given_by, sent_on, received_on, accepted_late, note, withdrawn_on from contract_notice
         where contract_id = $1 order by received_on, id",
        contract
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What the register knows around the contracts, on a day. With `only`, of that contract.
pub async fn list_around(tx: &mut TenantTx, today: NaiveDate, only: Option<Uuid>) -> AppResult<Vec<Around>> {
    // Gone: was staff, and is neither in the newest full snapshot nor on a running assignment. The same rule as for
    // the roles on systems (watch).
    Ok(sqlx::query_as!(
        Around,
        r#"with held as (
             select a.contract_id,
                    a.person_id is not null and exists (select 1 from employment e where e.person_id = a.person_id)
                      and not exists (select 1 from employment e where e.person_id = a.person_id
                          and e.missing_from_snapshot_id is null
                          and (e.end_date is null or e.end_date >= $1)) as has_left
             from role_assignment a
             where a.contract_id is not null and a.role = 'avtalsansvarig' and not a.is_deputy
               and ($2::uuid is null or a.contract_id = $2)
               and (a.valid_from is null or a.valid_from <= $1) and (a.valid_to is null or a.valid_to >= $1))
           select c.id as contract_id,
                  count(h.contract_id) > 0 as "has_responsible!",
                  coalesce(bool_and(h.has_left) filter (where h.contract_id is not null), false) as "responsible_left!",
                  coalesce(s.risk_note, '') <> '' as "supplier_risk!"
           from contract c left join held h on h.contract_id = c.id left join supplier s on s.id = c.supplier_id
           where $2::uuid is null or c.id = $2
           group by c.id, s.risk_note"#,
        today,
        only
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The newest change of anything that the dates follow from; 0 before the first.
pub async fn newest_change(tx: &mut TenantTx) -> AppResult<i64> {
    let mut newest = 0;
    // One look at the end of an index for each table.
    for table in [
        "contract",
        "contract_option",
        "contract_notice",
        "role_assignment",
        "supplier",
        "tenant_setting",
        "employment",
        "staff_snapshot",
    ] {
        let last = sqlx::query_scalar!(
            "select id from history where tenant_id = app.tenant_id() and table_name = $1 order by id desc limit 1",
            table
        )
        .fetch_optional(&mut **tx)
        .await?;
        newest = newest.max(last.unwrap_or(0));
    }
    Ok(newest)
}

/// Id, number, title and end of a contract, for links.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ContractLink {
    /// The contract.
    pub id: Uuid,
    /// Its number.
    pub contract_no: String,
    /// Its name.
    pub title: String,
    /// A code of its kind.
    pub kind: String,
    /// The supplier's name.
    pub supplier_name: Option<String>,
    /// Where it stands, by the dates last computed.
    pub status: Option<String>,
    /// When it ends, by the dates last computed.
    pub effective_end: Option<NaiveDate>,
    /// Kronor a year.
    pub annual_value: Option<rust_decimal::Decimal>,
}

impl ContractLink {
    /// The kind in words.
    #[must_use]
    pub fn kind_label(&self) -> &'static str {
        self.kind.parse().map_or("", ContractKind::label)
    }

    /// Where it stands, in words.
    #[must_use]
    pub fn status_label(&self) -> &'static str {
        self.status.as_deref().and_then(|code| code.parse().ok()).map_or("", Status::label)
    }
}

/// Call-offs and amendments under a contract.
pub async fn list_children(tx: &mut TenantTx, parent: Uuid) -> AppResult<Vec<ContractLink>> {
    Ok(sqlx::query_as!(
        ContractLink,
        r#"select c.id, c.contract_no, c.title, c.kind, s.name as "supplier_name?", d.status as "status?", d.effective_end as "effective_end?", c.annual_value
           from contract c left join supplier s on s.id = c.supplier_id left join contract_dates d on d.id = c.id
           where c.parent_contract_id = $1 order by c.kind, c.contract_no, c.title"#,
        parent
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Those of some contracts that are within reach.
pub async fn list_reached(
    tx: &mut TenantTx,
    ids: &[Uuid],
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<Uuid>> {
    const SQL: &str = concat!("select c.id from contract c where ", within_reach!(), " and c.id = any($6)");
    Ok(sqlx::query_scalar(SQL)
        .bind(scope.all)
        .bind(&scope.units)
        .bind(scope.person_id)
        .bind(&scope.object_roles)
        .bind(today)
        .bind(ids)
        .fetch_all(&mut **tx)
        .await?)
}

/// One contract as a link.
pub async fn find_link(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<ContractLink>> {
    Ok(sqlx::query_as!(
        ContractLink,
        r#"select c.id, c.contract_no, c.title, c.kind, s.name as "supplier_name?", d.status as "status?", d.effective_end as "effective_end?", c.annual_value
           from contract c left join supplier s on s.id = c.supplier_id left join contract_dates d on d.id = c.id
           where c.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The contracts of a supplier within reach, those in force first.
pub async fn list_of_supplier(
    tx: &mut TenantTx,
    supplier: Uuid,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<ContractLink>> {
    const SQL: &str = concat!(
        "select c.id, c.contract_no, c.title, c.kind, s.name as supplier_name, d.status, d.effective_end, c.annual_value \
         from contract c left join supplier s on s.id = c.supplier_id left join contract_dates d on d.id = c.id where ",
        within_reach!(),
        " and c.supplier_id = $6 order by coalesce(d.status = 'avslutat', false), d.effective_end nulls last, c.title"
    );
    Ok(sqlx::query_as(SQL)
        .bind(scope.all)
        .bind(&scope.units)
        .bind(scope.person_id)
        .bind(&scope.object_roles)
        .bind(today)
        .bind(supplier)
        .fetch_all(&mut **tx)
        .await?)
}

/// Contracts with a number, to resolve what was typed. More than one when the number is not the contract's own.
pub async fn find_by_number(tx: &mut TenantTx, number: &str) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from contract where contract_no <> '' and lower(contract_no) = lower($1) limit 2",
        number
    )
    .fetch_all(&mut **tx)
    .await?)
}
