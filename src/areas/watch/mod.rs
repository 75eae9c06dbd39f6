//! Watch (C09, C39): rules → flags → tasks. A background job evaluates named rules and keeps exactly one flag per
//! (object, rule, due date); a flag goes to a role on the object, falls back to the unit's head and then to IT-enheten.

mod queries;

use chrono::NaiveDate;

use crate::{auth::principal::Principal, db::tenant::TenantTx, error::AppResult, web::routes::Routes};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
}

/// How many open flags wait for the user: the number beside "Mina uppgifter".
pub async fn count_waiting(tx: &mut TenantTx, principal: &Principal, today: NaiveDate) -> AppResult<i64> {
    queries::count_waiting(tx, principal, today).await
}
