//! The area's SQL.

use chrono::NaiveDate;

use crate::{auth::principal::Principal, db::tenant::TenantTx, error::AppResult};

/// Open flags addressed to the person, or to a role that the user has over the flag's unit.
pub async fn count_waiting(tx: &mut TenantTx, principal: &Principal, today: NaiveDate) -> AppResult<i64> {
    let everywhere: Vec<String> =
        principal.grants.iter().filter(|g| g.units.is_none()).map(|g| g.role.code().to_owned()).collect();
    Ok(sqlx::query_scalar!(
        r#"select count(distinct f.id) as "n!" from watch_flag f join flag_recipient r on r.flag_id = f.id
           where (f.state = 'open' or (f.state = 'snoozed' and f.snoozed_until <= $3))
             and (r.person_id = $1 or r.app_role = any($2))"#,
        principal.person_id,
        &everywhere,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}
