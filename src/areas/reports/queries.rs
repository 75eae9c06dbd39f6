//! What the reports count. Asked without the connection's memory of statements: the same queries answer for an earlier day
//! ([`TenantTx::stand_as_of`]). Whoever is protected today is protected in the reports of every day, so those tables are
//! named with their schema.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A case with what its subscription costs and what was decided.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct CaseRow {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub class: String,
    pub state: String,
    pub end_date: Option<NaiveDate>,
    pub opened_on: NaiveDate,
    pub closed_on: Option<NaiveDate>,
    pub unit_id: Option<Uuid>,
    pub evidence: Vec<String>,
    pub holder: String,
    pub msisdn: String,
    pub monthly_price: Option<Decimal>,
    pub outcome: Option<String>,
    pub decided_on: Option<NaiveDate>,
    pub sent_on: Option<NaiveDate>,
    /// The leaver list of the row that the case stands on.
    pub list_id: Option<Uuid>,
    pub is_protected: bool,
}

const CASES: &str = "
select c.id, c.subscription_id, c.class, c.state, c.end_date, c.opened_on, c.closed_on, c.owner_unit_id as unit_id,
       coalesce((select array_agg(distinct e ->> 'code') from jsonb_array_elements(c.evidence #> '{suspects,0,evidence}') e), '{}') as evidence,
       s.holder, s.msisdn, s.monthly_price, d.outcome, d.decided_on, t.sent_on, r.list_id,
       c.is_protected or coalesce(dp.is_protected, false)
           or coalesce(p.is_protected, cs.id is null or (cs.missing_from_list_id is null and cs.status not in ('avslutad', 'porterad')))
           as is_protected
from match_case c
join subscription s on s.id = c.subscription_id
left join match_decision d on d.id = c.decision_id
left join operator_order t on t.id = d.order_id and t.state <> 'draft'
left join leaver_row r on r.id = c.leaver_row_id
left join public.subscription_proposal p on p.id = c.subscription_id
left join public.subscription cs on cs.id = c.subscription_id
left join public.person dp on dp.id = c.person_id
order by c.class, c.end_date, c.id";

/// Every case.
pub async fn list_cases(tx: &mut TenantTx) -> AppResult<Vec<CaseRow>> {
    Ok(sqlx::query_as(CASES).persistent(false).fetch_all(&mut **tx).await?)
}

/// A subscription as it is counted.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct SubscriptionRow {
    pub id: Uuid,
    pub unit_id: Option<Uuid>,
    pub status: String,
    pub monthly_price: Option<Decimal>,
    pub binding_until: Option<NaiveDate>,
    pub generation: String,
    pub kind: String,
    pub use_code: String,
    pub is_missing: bool,
    /// The day of the first list that had it; none = it came by hand.
    pub first_on: Option<NaiveDate>,
    /// The day of the first list that lacked it.
    pub missing_on: Option<NaiveDate>,
    pub is_first_in_newest: bool,
    pub is_gone_in_newest: bool,
    /// The unit's word this year.
    pub answer: Option<String>,
    pub is_protected: bool,
}

const SUBSCRIPTIONS: &str = "
with newest as (
    select distinct on (series_id) series_id, id from subscription_list order by series_id, taken_on desc, id desc
)
select s.id, s.org_unit_id as unit_id, s.status, s.monthly_price, s.binding_until, s.generation,
       coalesce(s.kind_decided, p.kind, 'person') as kind, coalesce(s.use_decided, p.use_code, '') as use_code,
       s.missing_from_list_id is not null as is_missing, f.taken_on as first_on, m.taken_on as missing_on,
       coalesce(s.first_list_id = n.id, false) as is_first_in_newest, coalesce(s.missing_from_list_id = n.id, false) as is_gone_in_newest,
       a.answer,
       coalesce(p.is_protected, cs.id is null or (cs.missing_from_list_id is null and cs.status not in ('avslutad', 'porterad')))
           as is_protected
from subscription s
left join newest n on n.series_id = s.series_id
left join subscription_list f on f.id = s.first_list_id
left join subscription_list m on m.id = s.missing_from_list_id
left join subscription_confirmation a on a.subscription_id = s.id and a.year = extract(year from $1::date)::int
left join public.subscription_proposal p on p.id = s.id
left join public.subscription cs on cs.id = s.id
order by s.id";

/// Every subscription, with the word of the day's year.
pub async fn list_subscriptions(tx: &mut TenantTx, day: NaiveDate) -> AppResult<Vec<SubscriptionRow>> {
    Ok(sqlx::query_as(SUBSCRIPTIONS).bind(day).persistent(false).fetch_all(&mut **tx).await?)
}

/// What the newest lists changed, by kind. Not kept for earlier days.
pub async fn list_changes(tx: &mut TenantTx) -> AppResult<Vec<(String, Uuid)>> {
    Ok(sqlx::query_as(
        "select c.kind, c.subscription_id from subscription_change c
         where c.list_id in (select distinct on (series_id) id from subscription_list order by series_id, taken_on desc, id desc)",
    )
    .persistent(false)
    .fetch_all(&mut **tx)
    .await?)
}

/// A decision to end that a list has verified.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct EndedRow {
    pub case_id: Uuid,
    pub subscription_id: Uuid,
    pub unit_id: Option<Uuid>,
    pub holder: String,
    pub msisdn: String,
    pub operator: String,
    pub price: Option<Decimal>,
    pub last_day: NaiveDate,
    pub verified_on: NaiveDate,
    pub binding_until: Option<NaiveDate>,
    pub contract_end: Option<NaiveDate>,
    pub back_on: Option<NaiveDate>,
    pub is_protected: bool,
}

const ENDED: &str = "
select d.case_id, d.subscription_id, c.owner_unit_id as unit_id, s.holder, s.msisdn, o.name as operator,
       coalesce(d.monthly_price, s.monthly_price) as price, d.last_day, d.verified_on, s.binding_until,
       coalesce(k.effective_end, k.max_end) as contract_end, d.back_on,
       c.is_protected or coalesce(dp.is_protected, false)
           or coalesce(p.is_protected, cs.id is null or (cs.missing_from_list_id is null and cs.status not in ('avslutad', 'porterad')))
           as is_protected
from match_decision d
join match_case c on c.id = d.case_id
join subscription s on s.id = d.subscription_id
join operator o on o.id = s.operator_id
left join public.contract_dates k on k.id = o.contract_id
left join public.subscription_proposal p on p.id = d.subscription_id
left join public.subscription cs on cs.id = d.subscription_id
left join public.person dp on dp.id = d.person_id
where d.outcome in ('avsluta', 'privat_overtagande') and d.revoked_at is null and d.verified_on is not null and d.last_day is not null
order by d.last_day, d.id";

/// Every end that a list has verified.
pub async fn list_ended(tx: &mut TenantTx) -> AppResult<Vec<EndedRow>> {
    Ok(sqlx::query_as(ENDED).persistent(false).fetch_all(&mut **tx).await?)
}

/// What a report builds on: the newest list of each operator, the newest staff snapshot, the newest leaver list.
pub async fn list_sources(tx: &mut TenantTx) -> AppResult<Vec<(String, NaiveDate)>> {
    Ok(sqlx::query_as(
        "select what, taken_on from (
             select 1 as nr, 'operatörslista ' || o.name as what, max(l.taken_on) as taken_on
             from subscription_list l join subscription_series e on e.id = l.series_id join operator o on o.id = e.operator_id group by o.name
             union all
             select 2, 'personalunderlag', max(taken_on) from staff_snapshot where is_full
             union all
             select 3, 'lista över avslutade, mottagen', max(received_on) from leaver_list
         ) x where taken_on is not null order by nr, what",
    )
    .persistent(false)
    .fetch_all(&mut **tx)
    .await?)
}
