//! The queue: rows of `sys.job`. Everything that happens to a row is here.
//!
//! `queued` → (claimed) `running` → `done`, or back to `queued` after a while, or `failed`. A running row carries who runs it
//! and until when that is believed; `attempts` is part of every later write, so that a worker that lost its lease cannot
//! speak for the one that took over.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{Job, Progress};
use crate::{
    db::tenant::TenantTx,
    error::{AppError, AppResult},
};

/// Queues a job of the transaction's municipality, on behalf of its user, as soon as possible once it commits.
pub async fn enqueue<J: Job>(tx: &mut TenantTx, job: &J, now: DateTime<Utc>) -> AppResult<Uuid> {
    let id = Enqueue::new(job, now)?.in_tenant(tx).await?;
    id.ok_or_else(|| AppError::broken("a job without a key was refused as a duplicate"))
}

/// Queues a letter to each reader in the transaction's municipality; `letter` gives the job of one. However often it is called, at
/// most one letter of the kind waits for a reader and day.
pub async fn enqueue_letters<J: Job>(
    tx: &mut TenantTx,
    readers: &[Uuid],
    (now, today): (DateTime<Utc>, NaiveDate),
    letter: impl Fn(Uuid) -> J,
) -> AppResult<()> {
    for &reader in readers {
        let job = Enqueue::new(&letter(reader), now)?.unique(format!("{reader}:{today}"));
        job.in_tenant(tx).await?;
    }
    Ok(())
}

/// A job about to be queued.
#[derive(Clone, Debug)]
#[must_use = "nothing is queued before `send` or `in_tenant`"]
pub struct Enqueue {
    kind: &'static str,
    max_attempts: i32,
    payload: Value,
    now: DateTime<Utc>,
    run_at: DateTime<Utc>,
    tenant_id: Option<Uuid>,
    unique_key: Option<String>,
    created_by: Option<Uuid>,
}

impl Enqueue {
    /// As soon as possible, for no municipality, with no key.
    pub fn new<J: Job>(job: &J, now: DateTime<Utc>) -> AppResult<Self> {
        Ok(Self {
            kind: J::KIND,
            max_attempts: J::MAX_ATTEMPTS,
            payload: serde_json::to_value(job)?,
            now,
            run_at: now,
            tenant_id: None,
            unique_key: None,
            created_by: None,
        })
    }

    /// Not before a time.
    pub fn run_at(mut self, at: DateTime<Utc>) -> Self {
        self.run_at = at;
        self
    }

    /// For a municipality.
    pub fn tenant(mut self, id: Uuid) -> Self {
        self.tenant_id = Some(id);
        self
    }

    /// On behalf of a user.
    pub fn by(mut self, user_id: Uuid) -> Self {
        self.created_by = Some(user_id);
        self
    }

    /// At most one job of the kind with this key waits or runs in the municipality.
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Queues it in the transaction of its municipality. `None` = one with its key is waiting or running already.
    pub async fn in_tenant(mut self, tx: &mut TenantTx) -> AppResult<Option<Uuid>> {
        self.tenant_id = Some(tx.tenant_id());
        self.created_by = self.created_by.or(tx.actor().user_id);
        self.send(&mut **tx).await
    }

    /// Queues it with a pool, a connection or a transaction. `None` = one with its key is waiting or running already.
    pub async fn send(self, executor: impl PgExecutor<'_>) -> AppResult<Option<Uuid>> {
        Ok(sqlx::query_scalar!(
            "insert into sys.job (id, tenant_id, kind, payload, unique_key, run_at, max_attempts, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id",
            crate::ids::new_id(),
            self.tenant_id,
            self.kind,
            self.payload,
            self.unique_key,
            self.run_at,
            self.max_attempts,
            self.created_by,
            self.now
        )
        .fetch_optional(executor)
        .await?)
    }
}

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The job.
    pub id: Uuid,
    /// Its municipality, if it has one.
    pub tenant_id: Option<Uuid>,
    /// Its kind.
    pub kind: String,
    /// Its payload.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempts: i32,
    /// How many there may be.
    pub max_attempts: i32,
    /// The user who queued it.
    pub created_by: Option<Uuid>,
    /// That user's name.
    pub created_by_name: Option<String>,
}

/// Takes the job that has waited longest: one whose time has come, or one whose worker has not been heard of.
pub async fn claim(
    pool: &PgPool,
    worker: &str,
    kinds: &[String],
    now: DateTime<Utc>,
    lease: Duration,
) -> AppResult<Option<Claimed>> {
    fail_abandoned(pool, now).await?;
    Ok(sqlx::query_as!(
        Claimed,
        r#"with next as (
               select id from sys.job
               where (state = 'queued' and run_at <= $3 or state = 'running' and lease_until < $3) and kind = any($2)
               order by run_at, id limit 1 for update skip locked
           )
           update sys.job j
           set state = 'running', leased_by = $1, lease_until = $4, attempts = j.attempts + 1, started_at = $3, progress = null
           from next where j.id = next.id
           returning j.id, j.tenant_id, j.kind, j.payload, j.attempts, j.max_attempts, j.created_by,
                     (select u.name from sys.user_account u where u.id = j.created_by) as created_by_name"#,
        worker,
        kinds,
        now,
        now + delta(lease)
    )
    .fetch_optional(pool)
    .await?)
}

/// A job that took its worker down with it every time is not tried for ever.
async fn fail_abandoned(pool: &PgPool, now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update sys.job set state = 'failed', finished_at = $1, leased_by = null, lease_until = null,
                error = 'Servern slutade svara medan jobbet kördes.'
         where state = 'running' and lease_until < $1 and attempts >= max_attempts",
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Keeps a lease. `false` = it was lost: another worker has the job.
pub async fn beat(pool: &PgPool, job: &Claimed, worker: &str, until: DateTime<Utc>) -> AppResult<bool> {
    let kept = sqlx::query!(
        "update sys.job set lease_until = $4 where id = $1 and state = 'running' and leased_by = $2 and attempts = $3",
        job.id,
        worker,
        job.attempts,
        until
    )
    .execute(pool)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// How a job's attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It did what it should.
    Done,
    /// It failed and waits until then.
    Again(DateTime<Utc>, String),
    /// It failed for good.
    Failed(String),
    /// It was broken off by a stop, which does not count as an attempt.
    Released,
}

/// Writes how an attempt ended. `false` = the lease was lost meanwhile, and nothing was written.
pub async fn finish(
    pool: &PgPool,
    job: &Claimed,
    worker: &str,
    now: DateTime<Utc>,
    end: End,
) -> AppResult<bool> {
    let (state, run_at, error, uncounted) = match end {
        End::Done => ("done", None, None, 0),
        End::Again(at, error) => ("queued", Some(at), Some(error), 0),
        End::Failed(error) => ("failed", None, Some(error), 0),
        End::Released => ("queued", Some(now), None, 1),
    };
    let written = sqlx::query!(
        "update sys.job set state = $4, run_at = coalesce($5, run_at), error = $6, attempts = attempts - $7,
                finished_at = case when $4 in ('done', 'failed') then $8::timestamptz end, leased_by = null, lease_until = null
         where id = $1 and state = 'running' and leased_by = $2 and attempts = $3",
        job.id,
        worker,
        job.attempts,
        state,
        run_at,
        error,
        uncounted,
        now
    )
    .execute(pool)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes how far a job has come.
pub(super) async fn set_progress(
    pool: &PgPool,
    id: Uuid,
    attempt: i32,
    progress: &Progress,
) -> AppResult<()> {
    let progress = serde_json::to_value(progress)?;
    sqlx::query!(
        "update sys.job set progress = $3 where id = $1 and attempts = $2 and state = 'running'",
        id,
        attempt,
        progress
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Queues a failed job of a municipality again, from its first attempt. `false` = it is not there, has not failed, or a job
/// with the same key is waiting or running already.
pub async fn run_again(pool: &PgPool, tenant_id: Uuid, id: Uuid, now: DateTime<Utc>) -> AppResult<bool> {
    let again = sqlx::query!(
        "update sys.job set state = 'queued', run_at = $3, attempts = 0, error = null, started_at = null, finished_at = null
         where id = $1 and tenant_id = $2 and state = 'failed'",
        id,
        tenant_id,
        now
    )
    .execute(pool)
    .await
    .map_err(AppError::from);
    match again {
        Ok(result) => Ok(result.rows_affected() == 1),
        Err(error) if error.constraint() == Some("job_unique_key") => Ok(false),
        Err(error) => Err(error),
    }
}

/// A job as the screens show it.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// The job.
    pub id: Uuid,
    /// Its kind; [`super::Registry::label`] has its name.
    pub kind: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    /// When it may run.
    pub run_at: DateTime<Utc>,
    /// How many times it has been tried.
    pub attempts: i32,
    /// How many times it may be.
    pub max_attempts: i32,
    /// How far it has come.
    pub progress: Option<Value>,
    /// Why it last failed.
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was last begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl JobRow {
    /// How far it has come, if it has said so.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        serde_json::from_value(self.progress.clone()?).ok()
    }
}

/// One job of a municipality, for a page that follows it.
pub async fn find_job(pool: &PgPool, tenant_id: Uuid, id: Uuid) -> AppResult<Option<JobRow>> {
    Ok(sqlx::query_as!(
        JobRow,
        "select id, kind, state, run_at, attempts, max_attempts, progress, error, created_at, started_at, finished_at
         from sys.job where tenant_id = $1 and id = $2",
        tenant_id,
        id
    )
    .fetch_optional(pool)
    .await?)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
