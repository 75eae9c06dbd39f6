//! Background jobs: work that takes time, that must happen later, or that happens by the clock.
//!
//! # Writing a job
//!
//! A job is a type that holds its own payload: ids and dates, never personal data, for the queue is readable and kept.
//!
//! ```ignore
//! /// Evaluates the watch rules of a municipality.
//! #[derive(Debug, Serialize, Deserialize)]
//! pub struct WatchRun { pub today: Option<NaiveDate> }
//!
//! impl Job for WatchRun {
//!     const KIND: &'static str = "watch_run";
//!     const LABEL: &'static str = "Bevakning";
//!     async fn run(self, ctx: &JobCtx) -> JobResult {
//!         let mut tx = ctx.begin().await?;                 // the municipality the job was queued for
//!         …
//!         ctx.progress(done, total, "Avtal").await?;       // for work that people wait for
//!         tx.commit().await?;
//!         Ok(())
//!     }
//! }
//!
//! // The area tells the platform of it; `areas::jobs()` merges what the areas tell.
//! pub fn jobs() -> Registry {
//!     Registry::new().job::<WatchRun>().every_tenant("watch_run", "15 4 * * *", &WatchRun { today: None })
//! }
//! ```
//!
//! # Queueing
//!
//! In the transaction of what makes the work necessary, so that both happen or neither:
//! ```ignore
//! jobs::enqueue(&mut tx, &ImportRun { run_id }, ctx.now()).await?;                  // in a TenantTx: its municipality, its user
//! Enqueue::new(&job, now)?.unique("2026-11").run_at(later).in_tenant(&mut tx).await?; // with a key or a later time
//! Enqueue::new(&job, now)?.send(system.pool()).await?;                              // of no municipality, on any executor
//! // A letter to each of those who read it, one a day and reader:
//! jobs::enqueue_letters(&mut tx, &readers, (now, today), |user_id| DigestMail { user_id, day: today }).await?;
//! ```
//!
//! # What a job may count on
//!
//! - It runs **at least once**: a server that dies in the middle of it leaves it to another when its lease has run out. So
//!   a job is idempotent: it looks at what is there and does the rest. What it writes in one transaction is all or nothing.
//! - It runs on one server at a time. A worker that has lost its lease is stopped at the next beat, and what it then says
//!   about the job counts for nothing.
//! - A failure is tried again after a growing while with some chance in it, [`Job::MAX_ATTEMPTS`] times. Then it stays as failed,
//!   shown under `/{tenant}/settings/jobs`, until someone runs it again. [`JobError::Hopeless`] fails at once.
//! - A key ([`Enqueue::unique`]) lets at most one job of the kind with that key wait or run in a municipality.
//! - When the server stops, [`JobCtx::is_stopping`] turns true; a job that has not ended when the time for that is over is
//!   broken off and waits in the queue again.
//!
//! # By the clock
//!
//! A schedule is a cron pattern in Swedish time ([`schedule`]). A time that passed while no server ran is made up for,
//! once, however many times passed.

pub mod housekeeping;
pub mod queue;
pub mod registry;
pub mod schedule;
pub mod worker;

use std::{borrow::Cow, future::Future, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::{
    queue::{Enqueue, enqueue, enqueue_letters},
    registry::Registry,
    worker::Worker,
};
use crate::{
    clock::Clock,
    crypto::Keys,
    db::{
        system::SystemDb,
        tenant::{Actor, TenantDb, TenantTx},
    },
    error::{AppError, AppResult},
    mail::{MailError, Mailer},
};

/// What came of a job.
pub type JobResult = Result<(), JobError>;

/// Work of one kind, with its payload.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// The name in the queue. Never changed once jobs of the kind may be waiting.
    const KIND: &'static str;
    /// What it is called on the screens, in the history of what it changes and in the log.
    const LABEL: &'static str;
    /// How many times it is tried.
    const MAX_ATTEMPTS: i32 = 5;

    /// Does the work.
    fn run(self, ctx: &JobCtx) -> impl Future<Output = JobResult> + Send;
}

/// Why a job did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may go better another time.
    #[error(transparent)]
    Failed(#[from] AppError),
    /// Another time will not help. A Swedish sentence without personal data.
    #[error("{0}")]
    Hopeless(Cow<'static, str>),
    /// The server stops; the job goes on later, and this time does not count.
    #[error("stopping")]
    Stopping,
}

impl JobError {
    /// Another time will not help: says why, in a Swedish sentence without personal data.
    pub fn hopeless(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Hopeless(text.into())
    }

    /// What the page of jobs shows: never a value from the data.
    fn shown(&self) -> String {
        match self {
            Self::Hopeless(text) => text.to_string(),
            Self::Stopping => "Servern stannade.".to_owned(),
            Self::Failed(error) => shown(error),
        }
    }
}

fn shown(error: &AppError) -> String {
    match error {
        AppError::Rejected(text)
        | AppError::Forbidden(text)
        | AppError::Conflict(text)
        | AppError::TooLarge(text) => text.to_string(),
        AppError::NotFound => "Det som jobbet gällde finns inte längre.".to_owned(),
        AppError::Internal { context, source } => {
            let code = source.as_ref().and_then(|s| s.downcast_ref::<sqlx::Error>()).and_then(|e| {
                let e = e.as_database_error()?;
                Some(format!(
                    " {}{}",
                    e.code()?,
                    e.constraint().map(|c| format!(", {c}")).unwrap_or_default()
                ))
            });
            format!("Internt fel ({context}{}). Loggen har mer.", code.unwrap_or_default())
        }
        AppError::SignInNeeded(_) | AppError::TooManyRequests => "Internt fel. Loggen har mer.".to_owned(),
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A letter that did not leave. What the mail server answered may hold the address: only its code is kept.
impl From<MailError> for JobError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::BadRecipient => Self::hopeless("Mottagarens e-postadress går inte att skicka till."),
            MailError::Smtp(error) => match error.status() {
                Some(code) if error.is_permanent() => {
                    Self::hopeless(format!("Postservern tog inte emot brevet (svar {code})."))
                }
                Some(code) => {
                    AppError::rejected(format!("Postservern tar inte emot brev just nu (svar {code})."))
                        .into()
                }
                None => AppError::rejected("Postservern svarade inte.").into(),
            },
            MailError::File(_) | MailError::Folder { .. } => {
                AppError::rejected("Brevet kunde inte läggas i mappen för utgående post.").into()
            }
            MailError::BadSender | MailError::BadServer => {
                Self::hopeless("Utgående post är fel inställd på servern.")
            }
            MailError::Message(error) => AppError::internal("putting a letter together", error).into(),
        }
    }
}

/// What jobs work with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct JobEnv {
    /// Identity, tenants, the queue.
    pub system: SystemDb,
    /// The door to a municipality's data.
    pub tenants: TenantDb,
    /// The time.
    pub clock: Clock,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// The keys for secret columns.
    pub keys: Keys,
    /// What links in mail begin with, without a slash at the end.
    pub base_url: String,
}

/// What one run of a job knows.
#[derive(Clone, Debug)]
pub struct JobCtx {
    env: JobEnv,
    job_id: Uuid,
    tenant_id: Option<Uuid>,
    actor: Actor,
    attempt: i32,
    stopping: CancellationToken,
}

impl JobCtx {
    /// What jobs work with.
    #[must_use]
    pub fn env(&self) -> &JobEnv {
        &self.env
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.env.clock
    }

    /// The job.
    #[must_use]
    pub fn job_id(&self) -> Uuid {
        self.job_id
    }

    /// Which attempt this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> i32 {
        self.attempt
    }

    /// The municipality it was queued for.
    pub fn tenant_id(&self) -> AppResult<Uuid> {
        self.tenant_id.ok_or_else(|| AppError::broken("a job of a municipality was queued without one"))
    }

    /// On whose behalf: the user who queued the job, else the job itself by its label.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// A transaction in the data of the municipality that the job was queued for.
    pub async fn begin(&self) -> AppResult<TenantTx> {
        self.env.tenants.begin(self.tenant_id()?, self.actor.clone()).await
    }

    /// Tells those who wait how far it has come; `what` is a word or two, never a name. Call it once for every batch.
    pub async fn progress(&self, done: u64, total: u64, what: &str) -> AppResult<()> {
        let progress = Progress { done, total, what: what.to_owned() };
        queue::set_progress(self.env.system.pool(), self.job_id, self.attempt, &progress).await
    }

    /// Whether the server is about to stop: long work ends at a good place and answers [`JobError::Stopping`].
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }
}

/// How far a job has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Progress {
    /// So many are done …
    pub done: u64,
    /// … of so many; 0 = not known.
    pub total: u64,
    /// Of what.
    pub what: String,
}

/// How long a failed job waits: 10 s, 40 s, 160 s … at most an hour, with a fifth of chance either way, so that jobs
/// that failed together do not come back together. `chance` lies between 0 and 1.
#[must_use]
pub fn back_off(attempt: i32, chance: f64) -> Duration {
    let seconds = 10.0 * 4f64.powi((attempt - 1).clamp(0, 10));
    Duration::from_secs_f64(seconds.min(3600.0) * (0.8 + 0.4 * chance.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_job_waits_longer_each_time_but_never_much_over_an_hour() {
        let waits: Vec<_> = (1..8).map(|attempt| back_off(attempt, 0.5).as_secs()).collect();
        assert_eq!(waits, [10, 40, 160, 640, 2560, 3600, 3600]);
        assert!(back_off(1, 0.0) < back_off(1, 1.0));
        assert!(back_off(i32::MAX, 1.0) <= Duration::from_secs(4320));
    }

    #[test]
    fn what_the_page_shows_of_a_failure_never_holds_the_cause_itself() {
        let failed =
            JobError::from(AppError::internal("reading", "Key (email)=(anna@exempel.se) already exists"));
        assert_eq!(failed.shown(), "Internt fel (reading). Loggen har mer.");
    }
}
