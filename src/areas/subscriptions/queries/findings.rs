//! What the watch looks at.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A live subscription as the watch sees it: nothing of whose it is.
#[expect(clippy::struct_excessive_bools, reason = "columns of a row")]
pub struct Watched {
    pub id: Uuid,
    pub operator: String,
    pub use_code: String,
    pub is_non_person: bool,
    pub org_unit_id: Option<Uuid>,
    pub has_purpose: bool,
    pub has_place: bool,
    pub has_contact: bool,
    pub generation: String,
    pub review_on: Option<NaiveDate>,
    pub contact_left: bool,
    /// It is kept in reserve: by its use, or by a decision in force.
    pub is_reserve: bool,
    /// The last day of traffic or, if later, the day it was put in reserve; else the first day that is known of it.
    pub idle_since: Option<NaiveDate>,
}

/// Every live subscription that somebody may be told of: none of a person with protected identity (rules 9.6).
pub async fn list_watched(tx: &mut TenantTx) -> AppResult<Vec<Watched>> {
    Ok(sqlx::query_as!(
        Watched,
        r#"select s.id, o.name as operator, coalesce(s.use_decided, p.use_code) as "use_code!",
                  coalesce(s.kind_decided, p.kind) = 'non_person' as "is_non_person!", s.org_unit_id, s.purpose <> '' as "has_purpose!",
                  s.place <> '' or s.device <> '' as "has_place!",
                  s.contact_text <> '' or s.contact_person_id is not null as "has_contact!", s.generation, s.review_on, p.contact_left,
                  (r.decided_on is not null or coalesce(s.use_decided, p.use_code) = 'reserv') as "is_reserve!",
                  coalesce(greatest(s.last_traffic, r.decided_on), s.activated_on, f.taken_on) as idle_since
           from subscription s
           join operator o on o.id = s.operator_id
           join subscription_proposal p on p.id = s.id
           left join subscription_list f on f.id = s.first_list_id
           left join lateral (
               select max(d.decided_on) as decided_on from match_case c join match_decision d on d.id = c.decision_id
               where c.subscription_id = s.id and c.state = 'kept' and d.outcome = 'reserv' and d.revoked_at is null
           ) r on true
           where not p.is_protected and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
             and (coalesce(s.kind_decided, p.kind) = 'non_person' or s.generation <> '' or s.review_on is not null or p.contact_left
                  or r.decided_on is not null or coalesce(s.use_decided, p.use_code) = 'reserv')
           order by s.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}
