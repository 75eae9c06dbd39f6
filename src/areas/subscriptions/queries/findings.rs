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
    pub has_contact: bool,
    pub generation: String,
    pub review_on: Option<NaiveDate>,
    pub contact_left: bool,
}

/// Every live subscription that somebody may be told of: none of a person with protected identity (rules 9.6).
pub async fn list_watched(tx: &mut TenantTx) -> AppResult<Vec<Watched>> {
    Ok(sqlx::query_as!(
        Watched,
        r#"select s.id, o.name as operator, coalesce(s.use_decided, p.use_code) as "use_code!",
                  coalesce(s.kind_decided, p.kind) = 'non_person' as "is_non_person!", s.org_unit_id, s.purpose <> '' as "has_purpose!",
                  s.contact_text <> '' or s.contact_person_id is not null as "has_contact!", s.generation, s.review_on, p.contact_left
           from subscription s
           join operator o on o.id = s.operator_id
           join subscription_proposal p on p.id = s.id
           where not p.is_protected and s.missing_from_list_id is null and s.status not in ('avslutad', 'porterad')
             and (coalesce(s.kind_decided, p.kind) = 'non_person' or s.generation <> '' or s.review_on is not null or p.contact_left)
           order by s.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}
