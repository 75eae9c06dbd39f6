//! What the users of the demonstration have done, so that tasks, history and decisions have something to show. Each act is
//! done in its user's name, with the same functions as the pages.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use crate::areas::{systems, watch};
use crate::auth::principal;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// The most tasks that are looked through for the one to act on.
const TASKS: i64 = 200;

/// Something that a user does.
#[derive(Deserialize)]
pub(super) struct Act {
    /// The user's address.
    pub by: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum What {
    /// Makes one system of those with these names.
    Merge { systems: Vec<String> },
    /// Says that these are not the same system.
    KeepApart { systems: Vec<String>, reason: String },
    /// Puts systems in a phase from today.
    ChangePhase { systems: Vec<String>, phase: String },
    /// Lets the user's first task of a rule rest for some days.
    Snooze { rule: String, days: i64, reason: String },
    /// Says what was done about the user's first task of a rule.
    Decide { rule: String, reason: String },
}

/// Does it, if there is something to do it to: the demonstration must not fail for want of a task.
pub(super) async fn perform(
    tx: &mut TenantTx,
    act: &Act,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> AppResult<()> {
    match &act.what {
        What::Merge { systems } => systems::named::merge(tx, systems, (now, today)).await,
        What::KeepApart { systems, reason } => systems::named::keep_apart(tx, systems, reason, now).await,
        What::ChangePhase { systems, phase } => systems::named::change_phase(tx, systems, phase, today).await,
        What::Snooze { rule, days, reason } => match first_task(tx, rule, today).await? {
            Some(task) => watch::snooze(tx, task, today + TimeDelta::days(*days), reason).await,
            None => Ok(()),
        },
        What::Decide { rule, reason } => match first_task(tx, rule, today).await? {
            Some(task) => watch::decide(tx, task, reason, now).await,
            None => Ok(()),
        },
    }
}

/// The first flag of a rule that waits for the acting user.
async fn first_task(tx: &mut TenantTx, rule: &str, today: NaiveDate) -> AppResult<Option<uuid::Uuid>> {
    let Some(user_id) = tx.actor().user_id else { return Ok(None) };
    let principal = principal::load(tx, user_id, today).await?;
    let tasks = watch::list_waiting(tx, &principal, today, TASKS).await?;
    Ok(tasks.into_iter().find(|task| task.rule == rule).map(|task| task.id))
}
