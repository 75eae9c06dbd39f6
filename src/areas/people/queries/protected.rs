//! What is known of persons with protected identity, to be kept out of texts.

use uuid::Uuid;

use super::super::protected::ProtectedPerson;
use crate::{db::tenant::TenantTx, error::AppResult};

/// Persons with protected identity, and those whom a leaver list hides, with the names and numbers that they go by.
pub(in super::super) async fn list_protected(tx: &mut TenantTx) -> AppResult<Vec<ProtectedPerson>> {
    let persons = sqlx::query!(
        r#"select p.given_names, p.family_name, p.display_name, p.earlier_names, p.email, p.login, p.work_mobile, p.personal_id_hash,
                  coalesce((select array_agg(distinct e.employee_no) from employment e where e.person_id = p.id and e.employee_no <> ''), '{}')
                      as "numbers!"
           from person p where p.is_protected"#
    )
    .fetch_all(&mut **tx)
    .await?;
    let hidden = sqlx::query!(
        "select given_names, family_name, full_name, employee_no, email, login, mobile, personal_id_hash from leaver_row where is_hidden"
    )
    .fetch_all(&mut **tx)
    .await?;
    let of_register = persons.into_iter().map(|p| ProtectedPerson {
        given_names: p.given_names,
        family_names: std::iter::once(p.family_name).chain(p.earlier_names).collect(),
        whole_name: p.display_name,
        words: p.numbers.into_iter().chain(p.email).chain(p.login).collect(),
        phones: p.work_mobile.into_iter().collect(),
        personal_id_hash: p.personal_id_hash,
    });
    let of_lists = hidden.into_iter().map(|r| {
        let is_name = |text: &String| !is_said_to_be_hidden(text);
        ProtectedPerson {
            given_names: Some(r.given_names).filter(is_name).unwrap_or_default(),
            family_names: Some(r.family_name).filter(is_name).into_iter().collect(),
            whole_name: Some(r.full_name).filter(is_name).unwrap_or_default(),
            words: vec![r.employee_no, r.email, r.login],
            phones: r.mobile.into_iter().collect(),
            personal_id_hash: r.personal_id_hash,
        }
    });
    Ok(of_register.chain(of_lists).collect())
}

/// "Skyddad identitet" in the place of a name is no name.
fn is_said_to_be_hidden(text: &str) -> bool {
    let low = text.to_lowercase();
    ["skydd", "sekretess"].iter().any(|word| low.contains(word))
}

/// Numbers of subscriptions whose holder is a person with protected identity.
pub(in super::super) async fn list_protected_numbers(tx: &mut TenantTx) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select s.msisdn from subscription_proposal p join subscription s on s.id = p.id where p.is_protected"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Which of these employee numbers are of persons without protected identity only.
pub(in super::super) async fn list_open_numbers(
    tx: &mut TenantTx,
    numbers: &[String],
) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select e.employee_no from employment e join person p on p.id = e.person_id where e.employee_no = any($1)
         group by e.employee_no having not bool_or(p.is_protected)",
        numbers
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Which of these persons have protected identity.
pub(in super::super) async fn list_protected_among(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from person where is_protected and id = any($1)", ids)
        .fetch_all(&mut **tx)
        .await?)
}
