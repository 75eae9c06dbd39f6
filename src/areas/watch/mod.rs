//! Watch (C09, C39): rules → flags → tasks.
//!
//! [`run`] evaluates every rule (an area contributes its own as [`Finding`]s through `areas::watch_findings`) and keeps
//! exactly one flag per (object, rule, due date): opened when the cause appears, resolved by itself when the cause is
//! gone, opened again if it comes back. What people did with it (snoozed, decided) stays. A missed run loses nothing,
//! because a run looks at the state of the register and not at what happened since the last one.
//!
//! A flag goes to the holders of a role on the object; when nobody holds it, to the head of the unit; when there is no
//! head, to everyone with an application role (`it_unit` unless the rule says another). `via` on the recipient says
//! which of the three it was.

pub mod calendar;
mod digest;
pub mod finding;
pub mod jobs;
mod model;
mod pages;
mod queries;
mod run;
mod sources;

use chrono::NaiveDate;

pub use finding::{Finding, ObjectKind, Recipients, Severity};
pub use model::{Flag, FlagRow};
pub use pages::{Group, by_nearness};
pub use run::{RunOutcome, run};
pub use sources::register_findings;

use crate::{
    auth::{
        permissions::Permission as P,
        principal::{Principal, Scope},
    },
    db::tenant::TenantTx,
    error::AppResult,
    web::routes::{Open, Routes},
};

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/tasks", P::Member, pages::tasks)
        .get("/tasks/calendar", P::Member, pages::calendar)
        .post("/tasks/calendar", P::Member, pages::create_calendar)
        .post("/tasks/calendar/revoke", P::Member, pages::revoke_calendar)
        .get("/watch", P::FlagRead, pages::list)
        .post("/watch/run", P::SettingsWrite, pages::run_now)
        .get("/watch/{id}", P::Member, pages::show)
        .post("/watch/{id}/snooze", P::Member, pages::snooze)
        .post("/watch/{id}/decide", P::Member, pages::decide)
        .post("/watch/{id}/reopen", P::Member, pages::reopen)
        .open_get("/calendar/{secret}", Open::SecretAddress, calendar::feed)
}

/// Asks for a run of the rules in the background, after a change that flags follow from: what has been dealt with should not
/// stand as open until the night. One at a time in a municipality.
pub async fn run_soon(tx: &mut TenantTx, now: chrono::DateTime<chrono::Utc>) -> AppResult<()> {
    crate::jobs::Enqueue::new(&jobs::WatchRun {}, now)?.unique("soon").in_tenant(tx).await?;
    Ok(())
}

/// How many open flags wait for the user: the number beside "Mina uppgifter".
pub async fn count_waiting(tx: &mut TenantTx, principal: &Principal, today: NaiveDate) -> AppResult<i64> {
    queries::count_waiting(tx, principal, today).await
}

/// The first open flags that wait for the user: the urgent before others, then the nearest day.
pub async fn list_waiting(
    tx: &mut TenantTx,
    principal: &Principal,
    today: NaiveDate,
    limit: i64,
) -> AppResult<Vec<Flag>> {
    queries::list_waiting(tx, principal, today, limit, true).await
}

/// The first open flags within reach, whoever they are addressed to: the urgent before others, then the nearest day.
pub async fn list_open(
    tx: &mut TenantTx,
    scope: &Scope,
    today: NaiveDate,
    limit: i64,
) -> AppResult<Vec<Flag>> {
    queries::list_open(tx, scope, today, limit, true).await
}

/// How many flags [`list_open`] would give without a limit.
pub async fn count_open(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<i64> {
    queries::count_open_within(tx, scope, today).await
}

/// The open flags on one object: for the notice on its page.
pub async fn list_on_object(
    tx: &mut TenantTx,
    kind: ObjectKind,
    object_id: uuid::Uuid,
    today: NaiveDate,
) -> AppResult<Vec<Flag>> {
    queries::list_on_object(tx, kind, object_id, today).await
}

/// Lets a flag rest until a day, for a reason.
pub async fn snooze(tx: &mut TenantTx, id: uuid::Uuid, until: NaiveDate, reason: &str) -> AppResult<()> {
    queries::update_snoozed(tx, id, until, reason).await
}

/// Notes that the acting user has dealt with what a flag is about.
pub async fn decide(
    tx: &mut TenantTx,
    id: uuid::Uuid,
    done: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> AppResult<()> {
    queries::update_decided(tx, id, done, now).await
}

/// Every flag with its recipients: `overblick list flags`.
pub async fn list_rows(tx: &mut TenantTx) -> AppResult<Vec<FlagRow>> {
    queries::list_rows(tx).await
}
