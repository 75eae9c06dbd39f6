//! Persons, as far as it takes to tell namesakes apart.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A person that a text may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The person.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Post and unit.
    pub note: String,
    /// The identity is protected.
    pub is_protected: bool,
}

/// Persons by id, by name.
pub async fn list_candidates(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"select p.id, p.display_name as name, p.is_protected,
                  coalesce((select concat_ws(', ', nullif(e.title, ''), u.name) from employment e left join org_unit u on u.id = e.org_unit_id
                            where e.person_id = p.id order by e.status = 'avslutad', e.is_main desc, e.start_date desc nulls last, e.id limit 1),
                           '') as "note!"
           from person p where p.id = any($1) order by p.display_name, p.id"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?)
}
