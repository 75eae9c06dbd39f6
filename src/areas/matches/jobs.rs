//! Jobs: the nightly matching, before the watch looks at its outcome (rules 7); letters about questions, and their reminders.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{queries, questions, refresh};
use crate::jobs::{Job, JobCtx, JobResult, Registry};

/// The area's jobs.
#[must_use]
pub fn jobs() -> Registry {
    Registry::new()
        .job::<MatchRun>()
        .job::<QuestionMail>()
        .job::<QuestionReminders>()
        .every_tenant("match_run", "0 4 * * *", &MatchRun {})
        .every_tenant("question_reminders", "10 7 * * *", &QuestionReminders {})
}

/// Matches the register anew: what was planned yesterday may be due today.
#[derive(Debug, Serialize, Deserialize)]
pub struct MatchRun {}

impl Job for MatchRun {
    const KIND: &'static str = "match_run";
    const LABEL: &'static str = "Matchning av avslutade anställda";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        refresh::run(&mut tx, ctx.clock().now(), ctx.clock().today()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Mails one person that questions wait. The letter tells how many, never about whom.
#[derive(Debug, Serialize, Deserialize)]
pub struct QuestionMail {
    /// Who is asked.
    pub person_id: Uuid,
    /// The day, so that it is one letter a day.
    pub day: NaiveDate,
}

impl Job for QuestionMail {
    const KIND: &'static str = "question_mail";
    const LABEL: &'static str = "Brev om frågor till en chef";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        let found = queries::find_addressee(&mut tx, self.person_id).await?;
        tx.commit().await?;
        let Some((to, waiting)) = found.filter(|(_, waiting)| *waiting > 0) else { return Ok(()) };
        let questions = if waiting == 1 { "1 fråga".to_owned() } else { format!("{waiting} frågor") };
        let subject = format!("{questions} om abonnemang väntar på ditt svar");
        let text = format!(
            "IT i {} undrar vad som ska hända med abonnemang i din verksamhet.\n\n{questions} väntar på ditt svar. Det tar en minut, \
             även i telefonen:\n{}/{}/questions\n\nDu loggar in som vanligt. Av säkerhetsskäl står det inte i brevet vem eller vilket nummer det gäller.\n",
            to.municipality,
            ctx.env().base_url,
            to.slug
        );
        Ok(ctx.env().mailer.send(&to.email, &subject, text).await?)
    }
}

/// Reminds those who have not answered, and passes questions on.
#[derive(Debug, Serialize, Deserialize)]
pub struct QuestionReminders {}

impl Job for QuestionReminders {
    const KIND: &'static str = "question_reminders";
    const LABEL: &'static str = "Påminnelser om frågor till chefer";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        let done = questions::remind(&mut tx, ctx.clock().now(), ctx.clock().today()).await?;
        tx.commit().await?;
        tracing::info!(reminded = done.reminded, escalated = done.escalated, "question reminders");
        Ok(())
    }
}
