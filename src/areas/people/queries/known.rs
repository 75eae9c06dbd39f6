//! Persons as they are looked up from texts.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// What a text may say about a person.
#[derive(Clone, Debug)]
pub(in super::super) struct KnownPerson {
    pub id: Uuid,
    pub given_names: String,
    pub family_name: String,
    pub display_name: String,
    pub earlier_names: Vec<String>,
    pub login: Option<String>,
    pub email: Option<String>,
    pub numbers: Vec<String>,
    pub units: Vec<Uuid>,
    /// Has an employment or assignment in force.
    pub is_active: bool,
    /// The identity is protected.
    pub is_protected: bool,
}

/// What the employments and assignments of a person say.
struct AtWork {
    person_id: Uuid,
    numbers: Vec<String>,
    units: Vec<Uuid>,
    is_active: bool,
}

/// Every person. Two plain reads joined here: the database joins badly what the same transaction has just written, since it
/// knows nothing yet of how much that is.
pub(in super::super) async fn list_known(tx: &mut TenantTx) -> AppResult<Vec<KnownPerson>> {
    let at_work = sqlx::query_as!(
        AtWork,
        r#"select person_id, coalesce(array_agg(distinct employee_no) filter (where employee_no <> ''), '{}') as "numbers!",
                  coalesce(array_agg(distinct org_unit_id) filter (where org_unit_id is not null), '{}') as "units!: Vec<Uuid>",
                  bool_or(status <> 'avslutad' and missing_from_snapshot_id is null) as "is_active!"
           from employment group by person_id"#
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut at_work: HashMap<Uuid, AtWork> = at_work.into_iter().map(|a| (a.person_id, a)).collect();
    let persons = sqlx::query!(
        "select id, given_names, family_name, display_name, earlier_names, login, email, is_protected from person order by id"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(persons
        .into_iter()
        .map(|p| {
            let work = at_work.remove(&p.id);
            let is_active = work.as_ref().is_some_and(|w| w.is_active);
            let (numbers, units) = work.map(|w| (w.numbers, w.units)).unwrap_or_default();
            KnownPerson {
                id: p.id,
                given_names: p.given_names,
                family_name: p.family_name,
                display_name: p.display_name,
                earlier_names: p.earlier_names,
                login: p.login,
                email: p.email,
                numbers,
                units,
                is_active,
                is_protected: p.is_protected,
            }
        })
        .collect())
}
