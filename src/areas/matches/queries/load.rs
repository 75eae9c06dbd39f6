//! What the matching looks at. Joined in the program: with row-level security PostgreSQL plans joins of whole tables badly.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A person of the register.
#[derive(Debug)]
pub struct PersonRow {
    pub id: Uuid,
    pub given_names: String,
    pub family_name: String,
    pub display_name: String,
    pub earlier_names: Vec<String>,
    pub personal_id_hash: Option<Vec<u8>>,
    pub email: Option<String>,
    pub login: Option<String>,
    pub work_mobile: Option<String>,
    pub is_protected: bool,
}

/// Every person.
pub async fn list_persons(tx: &mut TenantTx) -> AppResult<Vec<PersonRow>> {
    Ok(sqlx::query_as!(
        PersonRow,
        "select id, given_names, family_name, display_name, earlier_names, personal_id_hash, email, login, work_mobile, is_protected
         from person order by id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An employment or assignment.
#[derive(Debug)]
pub struct EmploymentRow {
    pub person_id: Uuid,
    pub kind: String,
    pub company_code: String,
    pub employee_no: String,
    pub org_unit_id: Option<Uuid>,
    pub unit_text: String,
    pub form: String,
    pub title: String,
    pub start_date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub status: String,
    pub missing_from_snapshot_id: Option<Uuid>,
}

/// Every employment, by person.
pub async fn list_employments(tx: &mut TenantTx) -> AppResult<Vec<EmploymentRow>> {
    Ok(sqlx::query_as!(
        EmploymentRow,
        "select person_id, kind, company_code, employee_no, org_unit_id, unit_text, form, title, start_date, end_date, status,
                missing_from_snapshot_id
         from employment order by person_id, id"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A staff snapshot.
#[derive(Debug, Clone)]
pub struct SnapshotRow {
    pub id: Uuid,
    pub taken_on: NaiveDate,
    pub is_full: bool,
}

/// Every staff snapshot, newest first.
pub async fn list_snapshots(tx: &mut TenantTx) -> AppResult<Vec<SnapshotRow>> {
    Ok(sqlx::query_as!(
        SnapshotRow,
        "select id, taken_on, is_full from staff_snapshot order by taken_on desc, id desc"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A row of a leaver list.
#[derive(Debug, Clone)]
pub struct ListedRow {
    pub id: Uuid,
    pub row_no: i32,
    pub sender_id: Uuid,
    pub run_id: Option<Uuid>,
    pub period: NaiveDate,
    pub company: String,
    pub employee_no: String,
    pub personal_id_hash: Option<Vec<u8>>,
    pub family_name: String,
    pub given_names: String,
    pub full_name: String,
    pub unit_code: String,
    pub unit_text: String,
    pub org_unit_id: Option<Uuid>,
    pub form: String,
    pub start_date: Option<NaiveDate>,
    pub end_date: NaiveDate,
    pub reason_text: String,
    pub event_text: String,
    pub email: String,
    pub login: String,
    pub mobile: Option<String>,
    pub new_employment: bool,
    pub is_hidden: bool,
    pub is_withdrawn: bool,
}

/// Every row of every leaver list, in the order of the months.
pub async fn list_leaver_rows(tx: &mut TenantTx) -> AppResult<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select r.id, r.row_no, l.sender_id, l.run_id, l.period, r.company, r.employee_no, r.personal_id_hash, r.family_name,
                  r.given_names, r.full_name, r.unit_code, r.unit_text, r.org_unit_id, r.form, r.start_date, r.end_date,
                  r.reason_text, r.event_text, r.email, r.login, r.mobile, r.new_employment, r.is_hidden,
                  r.withdrawn_on is not null as "is_withdrawn!"
           from leaver_row r join leaver_list l on l.id = r.list_id
           order by l.period, r.company, r.employee_no, r.personal_id_hash, r.login, r.family_name, r.given_names, r.full_name,
                    r.end_date, l.received_on, l.run_id, r.row_no"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A sender's own codes.
pub async fn list_reasons(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    Ok(sqlx::query!("select id, reasons from leaver_sender")
        .fetch_all(&mut **tx)
        .await?
        .into_iter()
        .map(|r| (r.id, r.reasons))
        .collect())
}

/// A subscription as far as the matching needs it.
#[derive(Debug, Clone)]
pub struct SubscriptionRow {
    pub id: Uuid,
    pub msisdn: String,
    pub operator: String,
    pub type_text: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub org_unit_id: Option<Uuid>,
    pub status: String,
    pub monthly_price: Option<Decimal>,
    pub last_traffic: Option<NaiveDate>,
    pub main_subscription_id: Option<Uuid>,
    pub main_msisdn: Option<String>,
    pub kind_decided: Option<String>,
    pub use_decided: Option<String>,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    pub series_id: Option<Uuid>,
    /// It is gone from its series …
    pub is_missing: bool,
    /// … by the list of that day.
    pub missing_on: Option<NaiveDate>,
}

/// Every subscription.
pub async fn list_subscriptions(tx: &mut TenantTx) -> AppResult<Vec<SubscriptionRow>> {
    Ok(sqlx::query_as!(
        SubscriptionRow,
        r#"select s.id, s.msisdn, o.name as operator, s.type_text, s.holder, s.reference, s.cost_centre, s.org_unit_id, s.status,
                  s.monthly_price, s.last_traffic, s.main_subscription_id, s.main_msisdn, s.kind_decided, s.use_decided,
                  s.contact_person_id, s.contact_text, s.series_id, s.missing_from_list_id is not null as "is_missing!",
                  m.taken_on as "missing_on?"
           from subscription s join operator o on o.id = s.operator_id
           left join subscription_list m on m.id = s.missing_from_list_id order by s.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The holder before the present one, and since when the present one is shown, for numbers that have had several.
pub async fn list_holder_changes(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, NaiveDate, String)>> {
    Ok(sqlx::query!(
        r#"select subscription_id, seen_from, previous as "previous!" from (
               select subscription_id, seen_from, seen_to, holder, lag(holder) over (partition by subscription_id order by seen_from) as previous
               from subscription_holder) h
           where seen_to is null and previous is not null and previous <> holder"#
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|r| (r.subscription_id, r.seen_from, r.previous))
    .collect())
}

/// The newest list of each series, with its day.
pub async fn list_newest_lists(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, (Uuid, NaiveDate))>> {
    Ok(sqlx::query!(
        "select distinct on (series_id) series_id, id, taken_on from subscription_list order by series_id, taken_on desc, id desc"
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|r| (r.series_id, (r.id, r.taken_on)))
    .collect())
}

/// A decision in force, as far as it is evidence for later proposals (E6, N1, rules 2.6.10).
#[derive(Debug, Clone)]
pub struct DecisionRow {
    pub subscription_id: Uuid,
    pub outcome: String,
    pub subject_key: String,
    pub subject_keys: Vec<String>,
    pub new_person_id: Option<Uuid>,
    pub review_on: Option<NaiveDate>,
}

/// Every decision that has not been taken back, oldest first.
pub async fn list_decisions(tx: &mut TenantTx) -> AppResult<Vec<DecisionRow>> {
    Ok(sqlx::query_as!(
        DecisionRow,
        "select subscription_id, outcome, subject_key, subject_keys, new_person_id, review_on
         from match_decision where revoked_at is null order by decided_at, id"
    )
    .fetch_all(&mut **tx)
    .await?)
}
