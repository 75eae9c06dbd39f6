//! Workers: take jobs, run them, keep their leases, write how they ended. Any number of them on any number of servers.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{
    JobCtx, JobEnv, JobError, JobResult, Registry, back_off,
    queue::{self, Claimed, End},
    schedule,
};
use crate::{
    db::tenant::Actor,
    error::{AppError, AppResult},
};

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many jobs run at once on this server.
    pub slots: usize,
    /// For how long a job is believed to run without a sign of life. A beat is sent three times in that time.
    pub lease: Duration,
    /// How often the queue is asked when it was empty.
    pub poll: Duration,
    /// How often the schedules are asked.
    pub tick: Duration,
    /// How long a stop waits for running jobs.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            slots: 2,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            tick: Duration::from_secs(20),
            grace: Duration::from_secs(20),
        }
    }
}

/// Runs jobs. Cheap to clone; clones are one worker with one name.
#[derive(Clone, Debug)]
pub struct Worker {
    env: JobEnv,
    registry: Arc<Registry>,
    options: Options,
    name: String,
    stopping: CancellationToken,
}

impl Worker {
    /// A worker with a name of its own.
    #[must_use]
    pub fn new(env: JobEnv, registry: Arc<Registry>, options: Options) -> Self {
        Self { env, registry, options, name: Uuid::now_v7().to_string(), stopping: CancellationToken::new() }
    }

    /// Works until `stop`; returns when every job has ended or been put back.
    pub async fn run(mut self, stop: CancellationToken) {
        self.stopping = stop;
        let mut tasks = JoinSet::new();
        for slot in 0..self.options.slots.max(1) {
            let worker = Self { name: format!("{}/{slot}", self.name), ..self.clone() };
            tasks.spawn(async move { worker.slot().await });
        }
        tasks.spawn(async move { self.clockwork().await });
        while tasks.join_next().await.is_some() {}
    }

    async fn slot(&self) {
        while !self.stopping.is_cancelled() {
            match self.run_one().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "the queue could not be asked"),
            }
            self.pause(self.options.poll).await;
        }
    }

    async fn clockwork(&self) {
        while !self.stopping.is_cancelled() {
            if let Err(error) =
                schedule::tick(self.env.system.pool(), &self.registry, self.env.clock.now()).await
            {
                tracing::error!(%error, "the schedules could not be asked");
            }
            self.pause(self.options.tick).await;
        }
    }

    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = self.stopping.cancelled() => {}
            () = tokio::time::sleep(time) => {}
        }
    }

    /// Runs everything that is ready, one after another, and says how many that was: for commands and tests.
    pub async fn run_ready(&self) -> AppResult<usize> {
        let mut count = 0;
        while self.run_one().await? {
            count += 1;
        }
        Ok(count)
    }

    /// Takes one job and runs it; `false` when there is none.
    pub async fn run_one(&self) -> AppResult<bool> {
        let Some(job) = self.claim().await? else { return Ok(false) };
        let span = tracing::info_span!("job", id = %job.id, kind = job.kind, tenant = job.tenant_id.map(tracing::field::display));
        self.work(job).instrument(span).await?;
        Ok(true)
    }

    /// Takes one job without running it: what a server that dies leaves behind, for tests.
    pub async fn claim(&self) -> AppResult<Option<Claimed>> {
        let now = self.env.clock.now();
        queue::claim(self.env.system.pool(), &self.name, &self.registry.kinds(), now, self.options.lease)
            .await
    }

    /// Runs a job that was claimed and writes how it ended.
    pub async fn work(&self, job: Claimed) -> AppResult<()> {
        let started = std::time::Instant::now();
        let Some(result) = self.attend(&job).await else {
            tracing::warn!("lost the lease; the job was broken off");
            return Ok(());
        };
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let end = match result {
            Ok(()) => {
                tracing::info!(ms, attempt = job.attempts, "job done");
                End::Done
            }
            Err(JobError::Stopping) => End::Released,
            Err(error) => {
                log(&error, ms, job.attempts);
                self.after_failure(&job, &error)
            }
        };
        if !queue::finish(self.env.system.pool(), &job, &self.name, self.env.clock.now(), end).await? {
            tracing::warn!("lost the lease before the end could be written");
        }
        Ok(())
    }

    fn after_failure(&self, job: &Claimed, error: &JobError) -> End {
        let text = error.shown();
        if matches!(error, JobError::Hopeless(_)) || job.attempts >= job.max_attempts {
            return End::Failed(text);
        }
        let wait = TimeDelta::from_std(back_off(job.attempts, rand::random())).unwrap_or(TimeDelta::hours(1));
        End::Again(self.env.clock.now() + wait, text)
    }

    /// Runs the job in a task of its own and sends beats meanwhile. `None` = the lease was lost.
    async fn attend(&self, job: &Claimed) -> Option<JobResult> {
        let Some(kind) = self.registry.find(&job.kind) else {
            return Some(Err(JobError::hopeless(
                "Det finns inget sådant jobb i den här versionen av Överblick.",
            )));
        };
        let mut actor = Actor::system(kind.label);
        if let (Some(user_id), Some(name)) = (job.created_by, &job.created_by_name) {
            actor = Actor { user_id: Some(user_id), name: name.clone(), request_id: None };
        }
        let ctx = JobCtx {
            env: self.env.clone(),
            job_id: job.id,
            tenant_id: job.tenant_id,
            actor,
            attempt: job.attempts,
            stopping: self.stopping.clone(),
        };
        let mut task = tokio::spawn((kind.run)(job.payload.clone(), ctx).in_current_span());
        let lease = self.options.lease;
        let mut beats = tokio::time::interval_at(tokio::time::Instant::now() + lease / 3, lease / 3);
        let out_of_time = async {
            self.stopping.cancelled().await;
            tokio::time::sleep(self.options.grace).await;
        };
        tokio::pin!(out_of_time);
        loop {
            tokio::select! {
                ended = &mut task => return Some(ended.unwrap_or_else(|_| Err(AppError::broken("a job panicked").into()))),
                () = &mut out_of_time => {
                    task.abort();
                    return Some(Err(JobError::Stopping));
                }
                _ = beats.tick() => {
                    let until = self.env.clock.now() + TimeDelta::from_std(lease).unwrap_or(TimeDelta::minutes(1));
                    // A database that does not answer now may answer the next beat; the lease lasts for three.
                    if matches!(queue::beat(self.env.system.pool(), job, &self.name, until).await, Ok(false)) {
                        task.abort();
                        return None;
                    }
                }
            }
        }
    }
}

fn log(error: &JobError, ms: u64, attempt: i32) {
    match error {
        JobError::Failed(AppError::Internal { context, source }) => {
            let cause =
                source.as_ref().map(|s| crate::web::errors::scrub(&s.to_string())).unwrap_or_default();
            tracing::error!(ms, attempt, %context, %cause, "job failed");
        }
        other => tracing::warn!(ms, attempt, reason = %other, "job failed"),
    }
}
