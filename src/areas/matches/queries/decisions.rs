//! Writing decisions.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::{areas::matches::forms::Decision, db::tenant::TenantTx, error::AppResult};

/// A decision to write, besides what was typed.
#[derive(Debug)]
pub struct NewDecision<'a> {
    pub id: Uuid,
    pub case_id: Uuid,
    pub subscription_id: Uuid,
    pub outcome: &'static str,
    pub class_then: &'a str,
    pub subject_key: &'a str,
    pub subject_keys: &'a [String],
    pub person_id: Option<Uuid>,
    pub leaver_row_id: Option<Uuid>,
    pub evidence: Value,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub decided_by: Option<Uuid>,
    pub actor: &'a str,
    pub role: &'a str,
    pub monthly_price: Option<Decimal>,
    pub new_holder: String,
    pub bulk_id: Option<Uuid>,
}

/// Writes a decision.
pub async fn insert_decision(tx: &mut TenantTx, n: &NewDecision<'_>, d: &Decision) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into match_decision (tenant_id, id, case_id, subscription_id, outcome, reason, class_then, subject_key, subject_keys,
             person_id, leaver_row_id, evidence, decided_at, decided_on, decided_by, actor, decided_role, end_on, port_number, review_on,
             new_person_id, new_holder, new_cost_centre, confirmed_by_manager, unit_id, purpose, contact_person_id, contact_text,
             reserve_days, agreement_ref, monthly_price, bulk_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
             $27, $28, $29, $30, $31, $32)",
        tenant,
        n.id,
        n.case_id,
        n.subscription_id,
        n.outcome,
        d.reason,
        n.class_then,
        n.subject_key,
        n.subject_keys,
        n.person_id,
        n.leaver_row_id,
        n.evidence,
        n.now,
        n.today,
        n.decided_by,
        n.actor,
        n.role,
        d.end_on,
        d.port_number,
        d.review_on,
        d.new_person_id,
        n.new_holder,
        d.new_cost_centre,
        d.confirmed_by_manager,
        d.unit_id,
        d.purpose,
        d.contact_person_id,
        d.contact_text,
        d.reserve_days,
        d.agreement_ref,
        n.monthly_price,
        n.bulk_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts a case in a state, with the decision in force.
pub async fn update_case_state(
    tx: &mut TenantTx,
    id: Uuid,
    state: &str,
    decision: Option<Uuid>,
    closed_on: Option<NaiveDate>,
) -> AppResult<()> {
    sqlx::query!(
        "update match_case set state = $2, decision_id = $3, closed_on = $4, reopened_reason = '', reopened_on = null, version = version + 1
         where id = $1",
        id,
        state,
        decision,
        closed_on
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a subscription says of not being a person's: written when it is decided so, and put back when that is taken back.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct NonPersonData {
    pub kind_decided: Option<String>,
    pub purpose: String,
    pub org_unit_id: Option<Uuid>,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    #[serde(default)]
    pub review_on: Option<NaiveDate>,
}

/// Writes it.
pub async fn update_non_person(tx: &mut TenantTx, id: Uuid, data: &NonPersonData) -> AppResult<()> {
    sqlx::query!(
        "update subscription set kind_decided = $2, purpose = $3, org_unit_id = $4, contact_person_id = $5, contact_text = $6,
             review_on = $7, version = version + 1 where id = $1",
        id,
        data.kind_decided,
        data.purpose,
        data.org_unit_id,
        data.contact_person_id,
        data.contact_text,
        data.review_on
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A decision, as far as taking it back needs it.
#[derive(Debug, Clone)]
pub struct InForce {
    pub id: Uuid,
    pub outcome: String,
    pub evidence: Value,
    pub order_id: Option<Uuid>,
    pub actor: String,
    pub decided_at: DateTime<Utc>,
}

/// The newest decision of a case that has not been taken back.
pub async fn find_in_force(tx: &mut TenantTx, case: Uuid) -> AppResult<Option<InForce>> {
    Ok(sqlx::query_as!(
        InForce,
        "select id, outcome, evidence, order_id, actor, decided_at from match_decision
         where case_id = $1 and revoked_at is null order by decided_at desc, id desc limit 1",
        case
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Takes a decision back.
pub async fn revoke_decision(
    tx: &mut TenantTx,
    id: Uuid,
    now: DateTime<Utc>,
    actor: &str,
    reason: &str,
) -> AppResult<()> {
    sqlx::query!(
        "update match_decision set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1",
        id,
        now,
        actor,
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A person's name, and whether the person works here.
pub async fn find_worker(
    tx: &mut TenantTx,
    id: Uuid,
    today: NaiveDate,
) -> AppResult<Option<(String, bool, bool)>> {
    Ok(sqlx::query!(
        r#"select p.display_name, p.is_protected,
                  exists (select 1 from employment e where e.person_id = p.id and e.missing_from_snapshot_id is null
                          and e.status <> 'avslutad' and (e.end_date is null or e.end_date >= $2)) as "works!"
           from person p where p.id = $1"#,
        id,
        today
    )
    .fetch_optional(&mut **tx)
    .await?
    .map(|r| (r.display_name, r.works, r.is_protected)))
}
