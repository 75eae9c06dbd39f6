//! The order of the worklist: what comes after a case, and what several marked rows are.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// The next case of the same class that waits, in the order of the worklist, round to the beginning. Whoever reaches some units alone
/// is led to no case of a protected person without the grant, as the list shows none (rules 9.6).
pub async fn find_next(
    tx: &mut TenantTx,
    id: Uuid,
    (class, state): (&str, &str),
    (scope, sees_protected): (&Scope, bool),
) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select c.id from match_case c, (select coalesce(end_date, '9999-12-31') as day, id from match_case where id = $1) at
           where c.class = $2 and c.state = $3 and c.id <> $1
             and ($4 or (c.owner_unit_id = any($5)
                         and ($6 or not (c.is_protected
                                         or exists (select 1 from subscription_proposal p where p.id = c.subscription_id and p.is_protected)
                                         or exists (select 1 from person pn where pn.id = c.person_id and pn.is_protected)))))
           order by (coalesce(c.end_date, '9999-12-31'), c.id) <= (at.day, at.id), coalesce(c.end_date, '9999-12-31'), c.id limit 1"#,
        id,
        class,
        state,
        scope.all,
        &scope.units,
        sees_protected
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A row of the bulk page.
#[derive(Debug, Clone)]
pub struct BulkRow {
    pub id: Uuid,
    pub version: i32,
    pub class: String,
    pub state: String,
    pub holder: String,
    pub msisdn: String,
    pub monthly_price: Option<Decimal>,
    pub accrued: Option<Decimal>,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub binding_until: Option<NaiveDate>,
    pub unit_name: Option<String>,
    pub is_protected: bool,
    pub person_name: Option<String>,
    pub employee_no: String,
    pub evidence: Vec<String>,
}

/// Cases by id within reach, in the order of the worklist.
pub async fn list_bulk(tx: &mut TenantTx, ids: &[Uuid], scope: &Scope) -> AppResult<Vec<BulkRow>> {
    Ok(sqlx::query_as!(
        BulkRow,
        r#"select c.id, c.version, c.class, c.state, s.holder, s.msisdn, s.monthly_price, p.accrued as "accrued?",
                  c.end_date, c.not_before, s.binding_until, u.name as "unit_name?",
                  (c.is_protected or coalesce(p.is_protected, true) or coalesce(pn.is_protected, false)) as "is_protected!",
                  coalesce(pn.display_name, nullif(r.full_name, ''), concat_ws(' ', nullif(r.given_names, ''), nullif(r.family_name, ''))) as person_name,
                  coalesce(p.employee_no, '') as "employee_no!", coalesce(p.evidence, '{}') as "evidence!"
           from match_case c join subscription s on s.id = c.subscription_id
           left join subscription_proposal p on p.id = c.subscription_id
           left join person pn on pn.id = c.person_id left join leaver_row r on r.id = c.leaver_row_id
           left join org_unit u on u.id = c.owner_unit_id
           where c.id = any($1) and ($2 or c.owner_unit_id = any($3))
           order by c.end_date nulls last, s.holder, c.id"#,
        ids,
        scope.all,
        &scope.units
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What the worklist rests on: the day it was worked out for and that of the newest full staff snapshot.
pub async fn find_basis(tx: &mut TenantTx) -> AppResult<Option<(NaiveDate, Option<NaiveDate>, i32, i32)>> {
    Ok(sqlx::query!("select computed_for, snapshot_on, leaver_rows, subscriptions from match_state")
        .fetch_optional(&mut **tx)
        .await?
        .map(|r| (r.computed_for, r.snapshot_on, r.leaver_rows, r.subscriptions)))
}
