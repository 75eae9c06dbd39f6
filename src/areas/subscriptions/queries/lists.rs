//! Operators' lists, compared with the ones before.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A list that was taken in, for a series that it covers.
#[derive(Clone, Debug)]
pub struct Compared {
    pub id: Uuid,
    pub operator: String,
    pub series: String,
    pub taken_on: NaiveDate,
    pub run_id: Uuid,
    pub row_count: i32,
    pub new: i64,
    pub gone: i64,
    pub renamed: i64,
    pub changed: i64,
}

/// The lists, newest first; `only` = one of them.
pub async fn list(tx: &mut TenantTx, only: Option<Uuid>) -> AppResult<Vec<Compared>> {
    Ok(sqlx::query_as!(
        Compared,
        r#"select l.id, o.name as operator, x.label as series, l.taken_on, l.run_id, l.row_count,
                  coalesce(n.n, 0) as "new!", coalesce(g.n, 0) as "gone!", coalesce(c.renamed, 0) as "renamed!",
                  coalesce(c.changed, 0) as "changed!"
           from subscription_list l
           join subscription_series x on x.id = l.series_id
           join operator o on o.id = x.operator_id
           left join (select first_list_id as id, count(*) as n from subscription group by 1) n on n.id = l.id
           left join (select missing_from_list_id as id, count(*) as n from subscription group by 1) g on g.id = l.id
           left join (select list_id as id, count(distinct subscription_id) filter (where kind = 'renamed') as renamed,
                             count(distinct subscription_id) filter (where kind <> 'renamed') as changed
                      from subscription_change group by 1) c on c.id = l.id
           where $1::uuid is null or l.id = $1
           order by l.taken_on desc, o.name, l.id desc limit 500"#,
        only
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The lists that came of a run: id, operator, series and day.
pub async fn list_of_run(
    tx: &mut TenantTx,
    run_id: Uuid,
) -> AppResult<Vec<(Uuid, String, String, NaiveDate)>> {
    Ok(sqlx::query_as(
        "select l.id, o.name, x.label, l.taken_on from subscription_list l
         join subscription_series x on x.id = l.series_id join operator o on o.id = x.operator_id
         where l.run_id = $1 order by o.name, x.label, l.id",
    )
    .bind(run_id)
    .fetch_all(&mut **tx)
    .await?)
}

/// A subscription that a list tells something of.
pub struct Told {
    pub id: Uuid,
    pub msisdn: String,
    pub holder: String,
    pub type_text: String,
    pub unit_name: Option<String>,
    pub monthly_price: Option<Decimal>,
    pub is_protected: bool,
}

/// The most that are shown of each sort.
pub const MOST: usize = 500;

/// What was in a list for the first time (`gone` = false) or ought to have been in it (`gone` = true).
pub async fn list_told(tx: &mut TenantTx, list: Uuid, gone: bool) -> AppResult<Vec<Told>> {
    Ok(sqlx::query_as!(
        Told,
        r#"select s.id, s.msisdn, s.holder, s.type_text, u.name as "unit_name?", s.monthly_price,
                  coalesce(p.is_protected, true) as "is_protected!"
           from subscription s left join org_unit u on u.id = s.org_unit_id left join subscription_proposal p on p.id = s.id
           where case when $2 then s.missing_from_list_id else s.first_list_id end = $1
           order by s.msisdn limit $3"#,
        list,
        gone,
        i64::try_from(MOST).unwrap_or(i64::MAX)
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A change that a list brought.
pub struct Changed {
    pub id: Uuid,
    pub msisdn: String,
    pub holder: String,
    pub kind: String,
    pub old_value: String,
    pub new_value: String,
    pub is_protected: bool,
}

/// What a list changed: new holders (`renamed`), or everything else.
pub async fn list_changed(tx: &mut TenantTx, list: Uuid, renamed: bool) -> AppResult<Vec<Changed>> {
    Ok(sqlx::query_as!(
        Changed,
        r#"select s.id, s.msisdn, s.holder, c.kind, c.old_value, c.new_value, coalesce(p.is_protected, true) as "is_protected!"
           from subscription_change c join subscription s on s.id = c.subscription_id
           left join subscription_proposal p on p.id = s.id
           where c.list_id = $1 and (c.kind = 'renamed') = $2
           order by s.msisdn, c.kind limit $3"#,
        list,
        renamed,
        i64::try_from(MOST).unwrap_or(i64::MAX)
    )
    .fetch_all(&mut **tx)
    .await?)
}
