//! Persons by what a cell or a form says of them.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A person that a login, an address, a number or a name leads to.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The person.
    pub person_id: Uuid,
    /// The name.
    pub name: String,
    /// Post and unit, to tell namesakes apart.
    pub note: String,
    /// Login, in lower case.
    pub login: Option<String>,
    /// Address, in lower case.
    pub email: Option<String>,
    /// Employee numbers.
    pub numbers: Vec<String>,
    /// The key of the name.
    pub name_key: String,
    /// The identity is protected.
    pub is_protected: bool,
}

/// Everyone whom any of the logins, addresses, numbers or name keys leads to, in one question.
pub async fn list_candidates(
    tx: &mut TenantTx,
    logins: &[String],
    emails: &[String],
    numbers: &[String],
    name_keys: &[String],
) -> AppResult<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        r#"with hit as (
               select id from person where lower(login) = any($1)
               union select id from person where lower(email) = any($2)
               union select person_id from employment where employee_no = any($3)
               union select id from person where name_key = any($4) and name_key <> ''
           )
           select p.id as "person_id!", p.display_name as "name!", lower(p.login) as login, lower(p.email) as email,
                  p.name_key as "name_key!", p.is_protected as "is_protected!",
                  coalesce((select concat_ws(', ', nullif(e.title, ''), u.name) from employment e left join org_unit u on u.id = e.org_unit_id
                            where e.person_id = p.id order by e.status = 'avslutad', e.is_main desc, e.start_date desc nulls last, e.id limit 1),
                           '') as "note!",
                  array(select e.employee_no from employment e where e.person_id = p.id and e.employee_no <> '') as "numbers!"
           from hit join person p on p.id = hit.id
           order by p.display_name, p.id"#,
        logins,
        emails,
        numbers,
        name_keys
    )
    .fetch_all(&mut **tx)
    .await?)
}
