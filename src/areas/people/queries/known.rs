//! Persons as they are looked up from texts.

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
}

/// Every person.
pub(in super::super) async fn list_known(tx: &mut TenantTx) -> AppResult<Vec<KnownPerson>> {
    Ok(sqlx::query_as!(
        KnownPerson,
        r#"select p.id, p.given_names, p.family_name, p.display_name, p.earlier_names, p.login, p.email,
                  coalesce(e.numbers, '{}') as "numbers!", coalesce(e.units, '{}') as "units!",
                  coalesce(e.is_active, false) as "is_active!"
           from person p left join (
               select person_id, array_agg(distinct employee_no) filter (where employee_no <> '') as numbers,
                      array_agg(distinct org_unit_id) filter (where org_unit_id is not null) as units,
                      bool_or(status <> 'avslutad' and missing_from_snapshot_id is null) as is_active
               from employment group by person_id
           ) e on e.person_id = p.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}
