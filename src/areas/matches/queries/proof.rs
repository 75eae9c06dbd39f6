//! What the proof looks at and writes.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A decision in force that a list can prove, with what the lists say of its number now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProofRow {
    pub id: Uuid,
    pub case_id: Uuid,
    pub state: String,
    pub reopened_reason: String,
    pub outcome: String,
    pub decided_on: NaiveDate,
    pub end_on: Option<NaiveDate>,
    pub new_holder: String,
    pub new_cost_centre: String,
    /// The day that the operator was told.
    pub sent_on: Option<NaiveDate>,
    pub verified_on: Option<NaiveDate>,
    /// The list that verified it, and its day while it stands.
    pub verified_list_id: Option<Uuid>,
    pub verified_list_on: Option<NaiveDate>,
    pub not_gone_since: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub back_on: Option<NaiveDate>,
    /// The day that the case counts as closed from.
    pub closed_on: Option<NaiveDate>,
    pub status: String,
    pub ends_on: Option<NaiveDate>,
    pub holder: String,
    pub cost_centre: String,
    /// Who paid when it was decided.
    pub cost_centre_then: String,
    /// The first list that lacked the number; `None` = the newest one has it.
    pub missing_list_id: Option<Uuid>,
    pub missing_on: Option<NaiveDate>,
    /// The newest list of its series.
    pub newest_list_id: Option<Uuid>,
    pub newest_on: Option<NaiveDate>,
}

/// Every decision in force that a list can prove. A case that a person has taken up again for another reason is left alone.
pub async fn list_to_prove(tx: &mut TenantTx) -> AppResult<Vec<ProofRow>> {
    Ok(sqlx::query_as!(
        ProofRow,
        r#"select d.id, c.id as case_id, c.state, c.reopened_reason, d.outcome, d.decided_on, d.end_on,
                  coalesce(p.display_name, d.new_holder) as "new_holder!", d.new_cost_centre,
                  o.sent_on as "sent_on?", d.verified_on, d.verified_list_id, v.taken_on as "verified_list_on?",
                  d.not_gone_since, d.last_day, d.back_on, c.closed_on, s.status, s.ends_on, s.holder, s.cost_centre,
                  coalesce((select h.cost_centre from subscription_holder h where h.subscription_id = s.id and h.seen_from <= d.decided_on
                            order by h.seen_from desc limit 1), '') as "cost_centre_then!",
                  s.missing_from_list_id as missing_list_id, m.taken_on as "missing_on?",
                  n.id as "newest_list_id?", n.taken_on as "newest_on?"
           from match_decision d
           join match_case c on c.id = d.case_id and c.decision_id = d.id
           join subscription s on s.id = d.subscription_id
           left join person p on p.id = d.new_person_id
           left join operator_order o on o.id = d.order_id and o.state <> 'draft'
           left join subscription_list v on v.id = d.verified_list_id
           left join subscription_list m on m.id = s.missing_from_list_id
           left join lateral (select l.id, l.taken_on from subscription_list l where l.series_id = s.series_id
                              order by l.taken_on desc, l.id desc limit 1) n on true
           where d.revoked_at is null and d.outcome in ('avsluta', 'overlat', 'flytta_kostnad', 'privat_overtagande')
             and (c.state in ('decided', 'ordered', 'verified', 'not_gone') or (c.state = 'open' and c.reopened_reason = 'back'))
           order by d.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What the proof makes of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct ProvedRow {
    pub id: Uuid,
    pub case_id: Uuid,
    pub state: &'static str,
    pub verified_on: Option<NaiveDate>,
    pub verified_list_id: Option<Uuid>,
    pub not_gone_since: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub back_on: Option<NaiveDate>,
    /// The day of the list that verified it: what the time until the case is purged counts from (rules 8).
    pub closed_on: Option<NaiveDate>,
    /// Newly back: the case is opened for a person.
    pub reopened_on: Option<NaiveDate>,
    pub reopened_reason: String,
}

/// Writes what the proof has changed.
pub async fn update_proved(tx: &mut TenantTx, rows: &[ProvedRow]) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let cases: Vec<Uuid> = rows.iter().map(|r| r.case_id).collect();
    let dates = |of: fn(&ProvedRow) -> Option<NaiveDate>| rows.iter().map(of).collect::<Vec<_>>();
    let lists: Vec<Option<Uuid>> = rows.iter().map(|r| r.verified_list_id).collect();
    sqlx::query!(
        "update match_decision d set verified_on = n.verified_on, verified_list_id = n.list, not_gone_since = n.not_gone,
                last_day = n.last_day, back_on = n.back_on
         from unnest($1::uuid[], $2::date[], $3::uuid[], $4::date[], $5::date[], $6::date[])
              n(id, verified_on, list, not_gone, last_day, back_on)
         where d.id = n.id
           and (d.verified_on, d.verified_list_id, d.not_gone_since, d.last_day, d.back_on)
               is distinct from (n.verified_on, n.list, n.not_gone, n.last_day, n.back_on)",
        &ids,
        &dates(|r| r.verified_on) as &[Option<NaiveDate>],
        &lists as &[Option<Uuid>],
        &dates(|r| r.not_gone_since) as &[Option<NaiveDate>],
        &dates(|r| r.last_day) as &[Option<NaiveDate>],
        &dates(|r| r.back_on) as &[Option<NaiveDate>]
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update match_case c set state = n.state, reopened_on = n.reopened_on, reopened_reason = n.reason,
                closed_on = n.closed_on, version = c.version + 1
         from unnest($1::uuid[], $2::text[], $3::date[], $4::text[], $5::date[]) n(id, state, reopened_on, reason, closed_on)
         where c.id = n.id and (c.state, c.reopened_on, c.reopened_reason, c.closed_on)
               is distinct from (n.state, n.reopened_on, n.reason, n.closed_on)",
        &cases,
        &rows.iter().map(|r| r.state.to_owned()).collect::<Vec<_>>(),
        &dates(|r| r.reopened_on) as &[Option<NaiveDate>],
        &rows.iter().map(|r| r.reopened_reason.clone()).collect::<Vec<_>>(),
        &dates(|r| r.closed_on) as &[Option<NaiveDate>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A number that should be gone and is not, for the watch.
#[derive(Debug, Clone)]
pub struct NotGoneRow {
    pub subscription_id: Uuid,
    pub unit_id: Option<Uuid>,
    pub since: NaiveDate,
    pub end_on: Option<NaiveDate>,
    pub is_ordered: bool,
    pub operator: String,
}

/// Every number that should be gone and is not.
pub async fn list_not_gone(tx: &mut TenantTx) -> AppResult<Vec<NotGoneRow>> {
    Ok(sqlx::query_as!(
        NotGoneRow,
        r#"select c.subscription_id, c.owner_unit_id as unit_id, d.not_gone_since as "since!", d.end_on,
                  (o.sent_on is not null) as "is_ordered!", p.name as operator
           from match_case c join match_decision d on d.id = c.decision_id
           join subscription s on s.id = c.subscription_id join operator p on p.id = s.operator_id
           left join operator_order o on o.id = d.order_id
           where c.state = 'not_gone' and d.not_gone_since is not null order by c.subscription_id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}
