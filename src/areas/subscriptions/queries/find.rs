//! One subscription and what hangs on it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A subscription as a page shows it. No `Debug`: it holds names.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a row")]
pub struct Subscription {
    pub id: Uuid,
    pub msisdn: String,
    pub operator_id: Uuid,
    pub operator: String,
    pub customer_no: String,
    pub agreement_no: String,
    pub type_text: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub org_unit_id: Option<Uuid>,
    pub status: String,
    pub status_text: String,
    pub activated_on: Option<NaiveDate>,
    pub binding_until: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub notice_text: String,
    pub monthly_price: Option<Decimal>,
    pub last_traffic: Option<NaiveDate>,
    pub data_gb: Option<Decimal>,
    pub call_minutes: Option<i32>,
    pub data_pot_gb: Option<Decimal>,
    pub has_iccid: bool,
    pub has_puk: bool,
    pub has_pin: bool,
    pub imei: String,
    pub main_msisdn: Option<String>,
    pub main_subscription_id: Option<Uuid>,
    pub address: String,
    pub note: String,
    /// The number of the order that it was ordered by.
    pub order_ref: String,
    pub kind_decided: Option<String>,
    pub use_decided: Option<String>,
    pub purpose: String,
    pub place: String,
    pub device: String,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    /// The text names somebody with protected identity.
    pub contact_hidden: bool,
    pub generation: String,
    pub review_on: Option<NaiveDate>,
    pub first_list_id: Option<Uuid>,
    pub first_on: Option<NaiveDate>,
    pub missing_from_list_id: Option<Uuid>,
    pub gone_on: Option<NaiveDate>,
    pub version: i32,
    /// What the matching says; nothing until it has looked at it.
    pub kind_found: String,
    pub use_found: String,
    pub class: String,
    pub contact_left: bool,
    pub end_date: Option<NaiveDate>,
    /// Of a person with protected identity, or not known yet whether it is.
    pub is_protected: bool,
}

/// A subscription.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Subscription>> {
    Ok(sqlx::query_as!(
        Subscription,
        r#"select s.id, s.msisdn, s.operator_id, o.name as operator, s.customer_no, s.agreement_no, s.type_text, s.holder, s.reference,
                  s.cost_centre, s.org_unit_id, s.status, s.status_text, s.activated_on, s.binding_until, s.ends_on, s.notice_text,
                  s.monthly_price, s.last_traffic, s.data_gb, s.call_minutes, s.data_pot_gb, s.iccid_cipher is not null as "has_iccid!",
                  s.puk_cipher is not null as "has_puk!", s.pin_cipher is not null as "has_pin!", s.imei, s.main_msisdn,
                  s.main_subscription_id, s.address, s.note, s.kind_decided, s.use_decided, s.purpose, s.place, s.device,
                  s.contact_person_id, s.contact_text, app.names_protected(s.contact_text) as "contact_hidden!", s.generation, s.review_on, s.first_list_id,
                  f.taken_on as "first_on?", s.missing_from_list_id, g.taken_on as "gone_on?", s.version,
                  coalesce(p.kind, '') as "kind_found!", coalesce(p.use_code, '') as "use_found!", coalesce(p.class, '') as "class!",
                  coalesce(p.contact_left, false) as "contact_left!", p.end_date as "end_date?",
                  coalesce(p.is_protected, true) as "is_protected!", s.order_ref
           from subscription s
           join operator o on o.id = s.operator_id
           left join subscription_list f on f.id = s.first_list_id
           left join subscription_list g on g.id = s.missing_from_list_id
           left join subscription_proposal p on p.id = s.id
           where s.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The id of a number.
pub async fn find_by_number(tx: &mut TenantTx, msisdn: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from subscription where msisdn = $1", msisdn)
        .fetch_optional(&mut **tx)
        .await?)
}

/// A subscription that another belongs to, or that belongs to it.
pub struct Linked {
    pub id: Uuid,
    pub msisdn: String,
    pub holder: String,
    pub type_text: String,
    pub monthly_price: Option<Decimal>,
    pub is_main: bool,
    pub is_protected: bool,
}

/// The main number of a card, and the cards of a main number.
pub async fn list_linked(tx: &mut TenantTx, id: Uuid, main: Option<Uuid>) -> AppResult<Vec<Linked>> {
    Ok(sqlx::query_as!(
        Linked,
        r#"select s.id, s.msisdn, s.holder, s.type_text, s.monthly_price, coalesce(s.id = $2, false) as "is_main!",
                  coalesce(p.is_protected, true) as "is_protected!"
           from subscription s left join subscription_proposal p on p.id = s.id
           where s.main_subscription_id = $1 or s.id = $2 order by s.msisdn"#,
        id,
        main
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whose a number was for a time. No `Debug`: it holds names.
pub struct Past {
    pub operator: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub seen_from: NaiveDate,
    pub seen_to: Option<NaiveDate>,
}

/// The history of a number, newest first.
pub async fn list_past(tx: &mut TenantTx, id: Uuid) -> AppResult<Vec<Past>> {
    Ok(sqlx::query_as!(
        Past,
        "select o.name as operator, h.holder, h.reference, h.cost_centre, h.seen_from, h.seen_to
         from subscription_holder h join operator o on o.id = h.operator_id
         where h.subscription_id = $1 order by h.seen_from desc, h.id desc",
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The names and employee numbers of persons with protected identity, to keep a former holder hidden (rules 9.6).
pub async fn list_protected(tx: &mut TenantTx) -> AppResult<Vec<(String, Vec<String>)>> {
    let rows = sqlx::query!(
        r#"select p.given_names || ' ' || p.family_name as "name!",
                  array(select e.employee_no from employment e where e.person_id = p.id and e.employee_no <> '') as "numbers!"
           from person p where p.is_protected"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.name, r.numbers)).collect())
}

/// A unit's word of a year.
pub struct Confirmation {
    pub year: i32,
    pub answer: String,
    pub note: String,
    pub answered_at: DateTime<Utc>,
    pub actor: String,
}

/// What the units have said of a subscription, newest first.
pub async fn list_confirmations(tx: &mut TenantTx, id: Uuid) -> AppResult<Vec<Confirmation>> {
    Ok(sqlx::query_as!(
        Confirmation,
        "select year, answer, note, answered_at, actor from subscription_confirmation where subscription_id = $1 order by year desc",
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A case of the holder.
pub struct CaseLink {
    pub id: Uuid,
    pub state: String,
    pub class: String,
    pub end_date: Option<NaiveDate>,
}

/// The cases of a subscription, those that wait first.
pub async fn list_cases(tx: &mut TenantTx, id: Uuid) -> AppResult<Vec<CaseLink>> {
    Ok(sqlx::query_as!(
        CaseLink,
        "select id, state, class, end_date from match_case where subscription_id = $1 order by state = 'closed', opened_on desc, id desc",
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A sealed value: "iccid", "puk" or "pin".
pub async fn find_sealed(tx: &mut TenantTx, id: Uuid, field: &str) -> AppResult<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select case $2 when 'iccid' then iccid_cipher when 'puk' then puk_cipher when 'pin' then pin_cipher end
         from subscription where id = $1",
        id,
        field
    )
    .fetch_optional(&mut **tx)
    .await?
    .flatten())
}

/// What was built on a subscription: decisions, words of units, cards that belong to it.
pub async fn count_built_on(tx: &mut TenantTx, id: Uuid) -> AppResult<(i64, i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from match_decision where subscription_id = $1) as "decisions!",
                  (select count(*) from subscription_confirmation where subscription_id = $1) as "confirmations!",
                  (select count(*) from subscription where main_subscription_id = $1) as "cards!""#,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.decisions, row.confirmations, row.cards))
}
