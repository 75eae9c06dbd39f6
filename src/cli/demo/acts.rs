//! What the users of the demonstration have done, so that tasks, history and decisions have something to show. Each act is
//! done in its user's name, with the same functions as the pages.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use crate::areas::matches::{self, DecideCommand};
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
    /// Ends the first subscriptions whose holders have surely left.
    EndSubscriptions { count: usize, reason: String },
    /// Keeps the next one for some days.
    KeepSubscription { days: i64, reason: String },
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
        What::EndSubscriptions { count, reason } => {
            for msisdn in sure(tx, today).await?.into_iter().take(*count) {
                let command = DecideCommand {
                    outcome: "avsluta".to_owned(),
                    reason: reason.clone(),
                    bound_known: true,
                    msisdn,
                    ..DecideCommand::default()
                };
                note(&matches::decide_number(tx, &command, now, today).await?);
            }
            Ok(())
        }
        What::KeepSubscription { days, reason } => {
            let Some(msisdn) = sure(tx, today).await?.into_iter().next() else { return Ok(()) };
            let command = DecideCommand {
                outcome: "behall".to_owned(),
                reason: reason.clone(),
                review_on: Some(today + TimeDelta::days(*days)),
                msisdn,
                ..DecideCommand::default()
            };
            note(&matches::decide_number(tx, &command, now, today).await?);
            Ok(())
        }
    }
}

/// The demonstration must not fail for want of a case, but whoever works on it wants to know why nothing was decided.
fn note(outcome: &Result<matches::Decided, String>) {
    if let Err(why) = outcome {
        tracing::warn!(why, "the demonstration decided nothing");
    }
}

/// The numbers whose holders have surely left and that nobody has decided about.
async fn sure(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<String>> {
    let rows = matches::list_rows(tx, today).await?;
    Ok(rows.iter().filter_map(matches::MatchedRow::sure_number).map(str::to_owned).collect())
}

/// The first flag of a rule that waits for the acting user.
async fn first_task(tx: &mut TenantTx, rule: &str, today: NaiveDate) -> AppResult<Option<uuid::Uuid>> {
    let Some(user_id) = tx.actor().user_id else { return Ok(None) };
    let principal = principal::load(tx, user_id, today).await?;
    let tasks = watch::list_waiting(tx, &principal, today, TASKS).await?;
    Ok(tasks.into_iter().find(|task| task.rule == rule).map(|task| task.id))
}
