//! Mails to HR about lists that are due, late or missing (rules 2.10): each is sent once, and names senders and months only.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    calendar::{Calendar, Cell},
    queries::{mail, write},
    unsolved::{UnsolvedMail, UnsolvedReminder},
};
use crate::{
    areas::users,
    auth::{permissions::Permission, principal, principal::Scope},
    error::AppError,
    jobs::{Job, JobCtx, JobError, JobResult, Registry, enqueue_letters},
    rules::leaver_months::MonthState,
    web::format::month_words,
};

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new()
        .job::<LeaverReminder>()
        .job::<LeaverReminderMail>()
        .job::<UnsolvedReminder>()
        .job::<UnsolvedMail>()
        .every_tenant("leaver_reminder", "0 7 * * *", &LeaverReminder {})
        .every_tenant("leaver_unsolved", "5 7 * * *", &UnsolvedReminder {})
}

/// Looks for lists that somebody should be reminded of.
#[derive(Debug, Serialize, Deserialize)]
pub struct LeaverReminder {}

/// Which reminder a month asks for today.
fn kind(cell: &Cell, today: NaiveDate) -> Option<&'static str> {
    match cell.state? {
        MonthState::Due if cell.due == today => Some("due"),
        MonthState::Late => Some("late"),
        MonthState::Missing => Some("missing"),
        _ => None,
    }
}

impl Job for LeaverReminder {
    const KIND: &'static str = "leaver_reminder";
    const LABEL: &'static str = "Påminnelser om listor över avslutade";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let today = ctx.clock().today();
        let mut tx = ctx.begin().await?;
        let calendar = Calendar::load(&mut tx, today, &Scope::everything()).await?;
        let mut of = Vec::new();
        for (line, cell) in calendar.waiting(today) {
            let Some(kind) = kind(cell, today) else { continue };
            if write::insert_reminder(&mut tx, line.sender.id, cell.month, kind, today).await? {
                of.push((line.sender.id, cell.month));
            }
        }
        if !of.is_empty() {
            let readers = mail::list_hr_users(&mut tx, today).await?;
            let letter = |user_id| LeaverReminderMail { user_id, of: of.clone() };
            enqueue_letters(&mut tx, &readers, (ctx.clock().now(), today), letter).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Mails one HR-administrator about the lists within reach.
#[derive(Debug, Serialize, Deserialize)]
pub struct LeaverReminderMail {
    user_id: Uuid,
    /// Sender and month.
    of: Vec<(Uuid, NaiveDate)>,
}

impl Job for LeaverReminderMail {
    const KIND: &'static str = "leaver_reminder_mail";
    const LABEL: &'static str = "Påminnelse till en HR-administratör";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let today = ctx.clock().today();
        let mut tx = ctx.begin().await?;
        let reach = principal::load(&mut tx, self.user_id, today).await?.scope(Permission::LeaverUpload);
        let Some(scope) = reach else { return Ok(()) };
        let calendar = Calendar::load(&mut tx, today, &scope).await?;
        let to = users::find_addressee(&mut tx, self.user_id).await?;
        tx.commit().await?;
        let lines: Vec<String> = calendar
            .waiting(today)
            .into_iter()
            // What has come since, or is somebody else's, is left out.
            .filter(|(line, cell)| self.of.contains(&(line.sender.id, cell.month)))
            .filter_map(|(line, cell)| Some(sentence(&line.sender.name, cell, kind(cell, today)?)))
            .collect();
        let (Some(to), false) = (to, lines.is_empty()) else { return Ok(()) };
        let address = format!("{}/{}/leavers", ctx.env().base_url, to.slug);
        let (subject, text) = compose(&lines, &to.municipality, &address);
        ctx.env()
            .mailer
            .send(&to.email, &subject, text)
            .await
            .map_err(|error| JobError::Failed(AppError::internal("sending a reminder", error)))
    }
}

fn sentence(sender: &str, cell: &Cell, kind: &str) -> String {
    let (month, due) = (month_words(cell.month), cell.due);
    match kind {
        "due" => format!("{sender}, {month}: listan ska vara inne i dag."),
        "late" => format!("{sender}, {month}: listan skulle ha kommit {due}."),
        _ => format!(
            "{sender}, {month}: listan saknas. Den skulle ha kommit {due}. Berätta för din chef om den inte kan komma."
        ),
    }
}

fn compose(lines: &[String], municipality: &str, address: &str) -> (String, String) {
    let subject = if lines.len() == 1 {
        "En lista över avslutade anställda väntas".to_owned()
    } else {
        format!("{} listor över avslutade anställda väntas", lines.len())
    };
    let mut text = format!("Listor över avslutade anställda i {municipality}:\n\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
    let _ = write!(text, "\nSkicka in listan, eller säg att ingen slutade: {address}\n");
    (subject, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_says_which_list_and_where() {
        let cell = Cell {
            month: "2026-10-01".parse().unwrap(),
            due: "2026-11-06".parse().unwrap(),
            state: Some(MonthState::Missing),
            lists: Vec::new(),
        };
        let lines = [sentence("Fritid", &cell, "missing")];
        let (subject, text) = compose(&lines, "Viks kommun", "https://x.se/vik/leavers");
        assert_eq!(subject, "En lista över avslutade anställda väntas");
        assert!(
            text.contains("- Fritid, oktober 2026: listan saknas. Den skulle ha kommit 2026-11-06."),
            "{text}"
        );
        assert!(text.contains("https://x.se/vik/leavers"));
    }
}
