//! Orders to the operators, and the decisions in them.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A decision that the operator must be told about, with where it stands.
#[derive(Debug, Clone)]
pub struct OrderItem {
    pub id: Uuid,
    pub case_id: Uuid,
    pub operator_id: Uuid,
    pub outcome: String,
    pub msisdn: String,
    pub end_on: Option<NaiveDate>,
    pub port_number: bool,
    pub new_holder: String,
    pub new_cost_centre: String,
    pub agreement_ref: String,
    pub decided_on: NaiveDate,
    pub decided_by: String,
    pub binding_until: Option<NaiveDate>,
    pub unit_id: Option<Uuid>,
    pub state: String,
    pub reopened_reason: String,
    pub is_in_force: bool,
    pub verified_on: Option<NaiveDate>,
    pub is_protected: bool,
}

/// The decisions of an order; without an order those that wait to come into one.
pub async fn list_order_items(tx: &mut TenantTx, order: Option<Uuid>) -> AppResult<Vec<OrderItem>> {
    Ok(sqlx::query_as!(
        OrderItem,
        r#"select d.id, c.id as case_id, s.operator_id, d.outcome, s.msisdn, d.end_on, d.port_number,
                  coalesce(np.display_name, d.new_holder) as "new_holder!", d.new_cost_centre, d.agreement_ref, d.decided_on,
                  d.actor as decided_by, s.binding_until, c.owner_unit_id as unit_id, c.state, c.reopened_reason,
                  (d.revoked_at is null and c.decision_id is not distinct from d.id) as "is_in_force!", d.verified_on,
                  (c.is_protected or coalesce(p.is_protected, s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad'))
                   or coalesce(dp.is_protected, false) or coalesce(np.is_protected, false)) as "is_protected!"
           from match_decision d
           join match_case c on c.id = d.case_id
           join subscription s on s.id = d.subscription_id
           left join subscription_proposal p on p.id = s.id
           left join person dp on dp.id = d.person_id
           left join person np on np.id = d.new_person_id
           where case when $1::uuid is null
                 then d.order_id is null and d.revoked_at is null and c.decision_id = d.id and c.state = 'decided'
                      and d.outcome in ('avsluta', 'overlat', 'flytta_kostnad', 'privat_overtagande')
                 else d.order_id = $1 end
           order by d.decided_on, s.msisdn, d.id"#,
        order
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An order and whom it goes to.
#[derive(Debug, Clone)]
pub struct OrderRow {
    pub id: Uuid,
    pub number: i32,
    pub operator: String,
    pub order_email: String,
    pub order_address: String,
    pub state: String,
    pub form: String,
    pub created_at: DateTime<Utc>,
    pub actor: String,
    pub sent_on: Option<NaiveDate>,
    pub reference: String,
    pub note: String,
    pub version: i32,
}

/// Every order, newest first; or the one with an id.
pub async fn list_orders(tx: &mut TenantTx, id: Option<Uuid>) -> AppResult<Vec<OrderRow>> {
    Ok(sqlx::query_as!(
        OrderRow,
        "select o.id, o.number, p.name as operator, p.order_email, p.order_address, o.state, o.form, o.created_at,
                o.actor, o.sent_on, o.reference, o.note, o.version
         from operator_order o join operator p on p.id = o.operator_id
         where $1::uuid is null or o.id = $1 order by o.number desc",
        id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Where the decisions of an order stand, for the list of orders.
#[derive(Debug, Clone)]
pub struct OrderCount {
    pub order_id: Uuid,
    pub unit_id: Option<Uuid>,
    pub state: String,
    pub is_in_force: bool,
}

/// The decisions of every order, as far as counting needs.
pub async fn list_order_counts(tx: &mut TenantTx) -> AppResult<Vec<OrderCount>> {
    Ok(sqlx::query_as!(
        OrderCount,
        r#"select d.order_id as "order_id!", c.owner_unit_id as unit_id, c.state,
                  (d.revoked_at is null and c.decision_id is not distinct from d.id) as "is_in_force!"
           from match_decision d join match_case c on c.id = d.case_id where d.order_id is not null"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An operator as far as an order needs it.
#[derive(Debug, Clone)]
pub struct OrderOperator {
    pub id: Uuid,
    pub name: String,
    pub order_form: String,
}

/// Every operator by name.
pub async fn list_order_operators(tx: &mut TenantTx) -> AppResult<Vec<OrderOperator>> {
    Ok(sqlx::query_as!(OrderOperator, "select id, name, order_form from operator order by name, id")
        .fetch_all(&mut **tx)
        .await?)
}

/// Opens an order with the next number. Two at once wait for each other by the lock of the matching.
pub async fn insert_order(
    tx: &mut TenantTx,
    id: Uuid,
    operator: Uuid,
    form: &str,
    now: DateTime<Utc>,
) -> AppResult<i32> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    Ok(sqlx::query_scalar!(
        "insert into operator_order (tenant_id, id, operator_id, number, form, created_at, created_by, actor)
         values ($1, $2, $3, (select coalesce(max(number), 0) + 1 from operator_order), $4, $5, $6, $7) returning number",
        tenant,
        id,
        operator,
        form,
        now,
        actor.user_id,
        actor.name
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Puts decisions into an order, or takes them out of theirs.
pub async fn update_order_of(tx: &mut TenantTx, decisions: &[Uuid], order: Option<Uuid>) -> AppResult<()> {
    sqlx::query!("update match_decision set order_id = $2 where id = any($1)", decisions, order)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Marks an order as sent or as not sent; false when somebody else has changed it.
pub async fn update_order_state(tx: &mut TenantTx, order: &OrderRow) -> AppResult<bool> {
    let done = sqlx::query!(
        "update operator_order set state = $2, sent_on = $3, reference = $4, note = $5, version = version + 1
         where id = $1 and version = $6",
        order.id,
        order.state,
        order.sent_on,
        order.reference,
        order.note,
        order.version
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves cases on when their order is sent, and back when it was not.
pub async fn update_ordered_cases(
    tx: &mut TenantTx,
    cases: &[Uuid],
    from: &[&str],
    to: &str,
) -> AppResult<()> {
    let from: Vec<String> = from.iter().map(|s| (*s).to_owned()).collect();
    sqlx::query!(
        "update match_case set state = $3, version = version + 1 where id = any($1) and state = any($2)",
        cases,
        &from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes an order that was never sent.
pub async fn delete_order(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    sqlx::query!("delete from operator_order where id = $1 and state = 'draft'", id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
