//! Which kinds of job there are, and which of them run by the clock. Every area tells of its own.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc};

use serde_json::Value;

use super::{Job, JobCtx, JobError, JobResult, schedule::Schedule};

type Running = Pin<Box<dyn Future<Output = JobResult> + Send>>;
type Run = Arc<dyn Fn(Value, JobCtx) -> Running + Send + Sync>;

/// A kind of job.
#[derive(Clone)]
pub(super) struct Kind {
    pub(super) label: &'static str,
    pub(super) run: Run,
}

/// Kinds of job and schedules.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Kind>,
    schedules: Vec<Schedule>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("kinds", &self.kinds.keys())
            .field("schedules", &self.schedules)
            .finish()
    }
}

impl Registry {
    /// Knows no kind yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A kind of job that workers can run.
    #[must_use]
    pub fn job<J: Job>(mut self) -> Self {
        let run: Run = Arc::new(|payload, ctx| {
            Box::pin(async move {
                let job: J = serde_json::from_value(payload).map_err(|_| {
                    JobError::hopeless(
                        "Jobbet är skrivet av en annan version av Överblick och går inte att läsa.",
                    )
                })?;
                job.run(&ctx).await
            })
        });
        self.kinds.insert(J::KIND, Kind { label: J::LABEL, run });
        self
    }

    /// A job that runs by the clock, once for every municipality. `pattern` is cron in Swedish time: minute, hour, day of
    /// month, month, day of week. `name` is never changed: it remembers the last time.
    #[must_use]
    pub fn every_tenant<J: Job>(self, name: &'static str, pattern: &'static str, job: &J) -> Self {
        self.schedule(Schedule::new(name, pattern, true, job))
    }

    /// A job that runs by the clock, once for the whole installation.
    #[must_use]
    pub fn once<J: Job>(self, name: &'static str, pattern: &'static str, job: &J) -> Self {
        self.schedule(Schedule::new(name, pattern, false, job))
    }

    fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedules.push(schedule);
        self
    }

    /// Adds what another part of the program told.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self.schedules.extend(other.schedules);
        self
    }

    /// What a kind is called on the screens.
    #[must_use]
    pub fn label(&self, kind: &str) -> Option<&'static str> {
        self.kinds.get(kind).map(|k| k.label)
    }

    /// What runs by the clock.
    #[must_use]
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// Every kind.
    #[must_use]
    pub fn kinds(&self) -> Vec<String> {
        self.kinds.keys().map(|k| (*k).to_owned()).collect()
    }

    pub(super) fn find(&self, kind: &str) -> Option<&Kind> {
        self.kinds.get(kind)
    }
}
