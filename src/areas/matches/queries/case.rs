//! Cases as they are shown and decided.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// The state of the case of each subscription: the one that is open, or else the one opened last.
pub async fn list_case_states(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    Ok(sqlx::query!(
        "select distinct on (subscription_id) subscription_id, state from match_case
         order by subscription_id, state in ('verified', 'closed'), opened_on desc, id desc"
    )
    .fetch_all(&mut **tx)
    .await?
    .into_iter()
    .map(|r| (r.subscription_id, r.state))
    .collect())
}

/// A case with its subscription.
#[derive(Debug, Clone)]
pub struct FullCase {
    pub id: Uuid,
    pub version: i32,
    pub state: String,
    pub class: String,
    pub l_code: String,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub subject_key: String,
    pub subject_keys: Vec<String>,
    pub person_id: Option<Uuid>,
    pub leaver_row_id: Option<Uuid>,
    pub owner_unit_id: Option<Uuid>,
    pub unit_name: Option<String>,
    /// A protected person is concerned.
    pub is_protected: bool,
    pub evidence: Value,
    pub opened_on: NaiveDate,
    pub reopened_reason: String,
    pub decision_id: Option<Uuid>,
    pub accrued: Option<Decimal>,
    pub subscription_id: Uuid,
    pub msisdn: String,
    pub operator: String,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub type_text: String,
    pub monthly_price: Option<Decimal>,
    pub binding_until: Option<NaiveDate>,
    pub notice_text: String,
    pub last_traffic: Option<NaiveDate>,
    pub main_subscription_id: Option<Uuid>,
    pub is_missing: bool,
    pub kind_decided: Option<String>,
    pub purpose: String,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    pub subscription_unit_id: Option<Uuid>,
    /// When somebody is to see whether the subscription is needed still.
    pub subscription_review_on: Option<NaiveDate>,
}

/// A case within reach.
pub async fn find_case(tx: &mut TenantTx, id: Uuid, scope: &Scope) -> AppResult<Option<FullCase>> {
    Ok(sqlx::query_as!(
        FullCase,
        r#"select c.id, c.version, c.state, c.class, c.l_code, c.end_date, c.not_before, c.subject_key, c.subject_keys, c.person_id,
                  c.leaver_row_id, c.owner_unit_id, u.name as "unit_name?",
                  (c.is_protected or coalesce(p.is_protected, false) or coalesce(pn.is_protected, false)) as "is_protected!",
                  c.evidence, c.opened_on, c.reopened_reason, c.decision_id, p.accrued as "accrued?",
                  s.id as subscription_id, s.msisdn, o.name as operator, s.holder, s.reference, s.cost_centre, s.type_text,
                  s.monthly_price, s.binding_until, s.notice_text, s.last_traffic, s.main_subscription_id,
                  s.missing_from_list_id is not null as "is_missing!", s.kind_decided, s.purpose, s.contact_person_id, s.contact_text,
                  s.org_unit_id as subscription_unit_id, s.review_on as subscription_review_on
           from match_case c join subscription s on s.id = c.subscription_id join operator o on o.id = s.operator_id
           left join subscription_proposal p on p.id = c.subscription_id
           left join person pn on pn.id = c.person_id
           left join org_unit u on u.id = c.owner_unit_id
           where c.id = $1 and ($2 or c.owner_unit_id = any($3))"#,
        id,
        scope.all,
        &scope.units
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The newest case of a number that is not settled, or else the newest of all.
pub async fn find_case_of_number(tx: &mut TenantTx, msisdn: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select c.id from match_case c join subscription s on s.id = c.subscription_id where s.msisdn = $1
         order by c.state in ('verified', 'closed'), c.opened_on desc, c.id desc limit 1",
        msisdn
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A row of a leaver list, as the case shows it.
#[derive(Debug, Clone)]
pub struct CaseRowOfList {
    pub id: Uuid,
    pub row_no: i32,
    pub run_id: Option<Uuid>,
    pub period: NaiveDate,
    pub employee_no: String,
    pub name: String,
    pub unit: String,
    pub org_unit_id: Option<Uuid>,
    pub end_date: NaiveDate,
    pub account: String,
    pub mobile: Option<String>,
    pub verdict: Option<String>,
    pub is_protected: bool,
}

/// Rows of leaver lists by id: those that a case rests on.
pub async fn list_rows_of_lists(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<CaseRowOfList>> {
    Ok(sqlx::query_as!(
        CaseRowOfList,
        r#"select r.id, r.row_no, l.run_id, l.period, r.employee_no,
                  coalesce(nullif(r.full_name, ''), concat_ws(' ', nullif(r.given_names, ''), nullif(r.family_name, '')), '') as "name!",
                  coalesce(u.name, nullif(r.unit_text, ''), r.unit_code) as "unit!", r.org_unit_id, r.end_date,
                  coalesce(nullif(r.login, ''), r.email) as "account!", r.mobile, v.verdict as "verdict?", (r.is_hidden or coalesce(v.is_protected, false)) as "is_protected!"
           from leaver_row r join leaver_list l on l.id = r.list_id
           left join leaver_verdict v on v.id = r.id left join org_unit u on u.id = r.org_unit_id
           where r.id = any($1) order by l.period desc, r.row_no"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A person of the register, as the case shows one.
#[derive(Debug, Clone)]
pub struct CasePerson {
    pub id: Uuid,
    pub name: String,
    pub account: Option<String>,
    pub work_mobile: Option<String>,
    pub is_protected: bool,
    pub employee_no: Option<String>,
    pub unit: Option<String>,
    pub end_date: Option<NaiveDate>,
    pub status: Option<String>,
    pub missing_since: Option<NaiveDate>,
    pub roles: i64,
}

/// Persons by id, each with the present or latest employment.
pub async fn list_case_persons(
    tx: &mut TenantTx,
    ids: &[Uuid],
    today: NaiveDate,
) -> AppResult<Vec<CasePerson>> {
    Ok(sqlx::query_as!(
        CasePerson,
        r#"select p.id, p.display_name as name, coalesce(p.login, p.email) as account, p.work_mobile, p.is_protected,
                  e.employee_no as "employee_no?", coalesce(u.name, nullif(e.unit_text, '')) as unit,
                  e.end_date as "end_date?", e.status as "status?", n.taken_on as "missing_since?",
                  (select count(*) from role_assignment r where r.person_id = p.id and (r.valid_to is null or r.valid_to >= $2)) as "roles!"
           from person p
           left join lateral (select x.* from employment x where x.person_id = p.id
                order by x.missing_from_snapshot_id is not null, coalesce(x.end_date < $2, false), not x.is_main, x.start_date desc nulls last, x.id
                limit 1) e on true
           left join org_unit u on u.id = e.org_unit_id
           left join staff_snapshot n on n.id = e.missing_from_snapshot_id
           where p.id = any($1)"#,
        ids,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Another case of the same person, or of a twin or data card of the same subscription.
#[derive(Debug, Clone)]
pub struct LinkedCase {
    pub id: Uuid,
    pub version: i32,
    pub class: String,
    pub state: String,
    pub msisdn: String,
    pub holder: String,
    pub type_text: String,
    pub monthly_price: Option<Decimal>,
    pub is_twin: bool,
    pub is_protected: bool,
}

/// The other cases of the same person, and of what hangs on the same main subscription.
pub async fn list_linked(tx: &mut TenantTx, case: &FullCase) -> AppResult<Vec<LinkedCase>> {
    Ok(sqlx::query_as!(
        LinkedCase,
        r#"select c.id, c.version, c.class, c.state, s.msisdn, s.holder, s.type_text, s.monthly_price,
                  (s.main_subscription_id is not distinct from coalesce($3::uuid, $2::uuid) or s.id is not distinct from $3) as "is_twin!",
                  (c.is_protected or coalesce(p.is_protected, false)) as "is_protected!"
           from match_case c join subscription s on s.id = c.subscription_id
           left join subscription_proposal p on p.id = c.subscription_id
           where c.id <> $1 and ((c.subject_key = $4 and $4 <> '-') or s.main_subscription_id = coalesce($3::uuid, $2::uuid) or s.id = $3)
           order by 9 desc, c.state in ('verified', 'closed'), s.msisdn limit 50"#,
        case.id,
        case.subscription_id,
        case.main_subscription_id,
        case.subject_key
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A file that something came from.
#[derive(Debug, Clone)]
pub struct SourceFile {
    pub run_id: Uuid,
    pub file: String,
    pub sha256: String,
    pub received_on: NaiveDate,
}

/// The files of runs, with their hashes.
pub async fn list_files_of_runs(tx: &mut TenantTx, runs: &[Uuid]) -> AppResult<Vec<SourceFile>> {
    Ok(sqlx::query_as!(
        SourceFile,
        r#"select r.id as run_id, f.name as file, encode(f.sha256, 'hex') as "sha256!", r.received_on
           from import_run r join import_file f on f.id = r.file_id where r.id = any($1)"#,
        runs
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The run that a staff snapshot came by: the import whose change set made it.
pub async fn find_snapshot_run(tx: &mut TenantTx, snapshot: Uuid) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select r.id from history h join import_run r on r.change_set_id = h.change_set_id
         where h.table_name = 'staff_snapshot' and h.object_id = $1 and h.op = 'I' limit 1",
        snapshot
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A decision as the case shows it.
#[derive(Debug, Clone)]
pub struct ShownDecision {
    pub id: Uuid,
    pub outcome: String,
    pub reason: String,
    pub class_then: String,
    pub actor: String,
    pub decided_role: String,
    pub decided_at: DateTime<Utc>,
    pub end_on: Option<NaiveDate>,
    pub review_on: Option<NaiveDate>,
    pub new_cost_centre: String,
    pub port_number: bool,
    pub agreement_ref: String,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_by: String,
    pub revoke_reason: String,
    pub order_id: Option<Uuid>,
    pub order_number: Option<i32>,
    pub verified_on: Option<NaiveDate>,
    pub not_gone_since: Option<NaiveDate>,
}

/// The decisions of a case, newest first.
pub async fn list_decisions_of(tx: &mut TenantTx, case: Uuid) -> AppResult<Vec<ShownDecision>> {
    Ok(sqlx::query_as!(
        ShownDecision,
        r#"select d.id, d.outcome, d.reason, d.class_then, d.actor, d.decided_role, d.decided_at, d.end_on, d.review_on,
                  d.new_cost_centre, d.port_number, d.agreement_ref, d.revoked_at, d.revoked_by, d.revoke_reason, d.order_id,
                  o.number as "order_number?", d.verified_on, d.not_gone_since
           from match_decision d left join operator_order o on o.id = d.order_id
           where d.case_id = $1 order by d.decided_at desc, d.id desc"#,
        case
    )
    .fetch_all(&mut **tx)
    .await?)
}
