//! What runs by the clock. The clock is the Swedish one (Europe/Stockholm): a night run stays in the night also when summer
//! time begins and ends. A time that the change skips runs right after it; one that comes twice runs the first time.
//!
//! `sys.job_schedule` remembers the last time that jobs were queued for. Every server asks ([`tick`]); the one that locks the
//! row queues, and the row and the jobs are written in one transaction, so a time is neither lost nor doubled.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Stockholm;
use croner::Cron;
use serde_json::Value;
use sqlx::PgPool;

use super::{Job, Registry};
use crate::error::{AppError, AppResult};

/// A job and when it runs.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The name that its last time is remembered under.
    pub name: &'static str,
    /// Cron in Swedish time: minute, hour, day of month, month, day of week.
    pub pattern: &'static str,
    /// Once for every municipality, or once for the installation.
    pub per_tenant: bool,
    /// The kind of job.
    pub kind: &'static str,
    payload: Value,
    max_attempts: i32,
}

const WEEKDAYS: [&str; 7] = ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"];

impl Schedule {
    pub(super) fn new<J: Job>(name: &'static str, pattern: &'static str, per_tenant: bool, job: &J) -> Self {
        // A payload that cannot be written as JSON shows as a job that cannot be read, at its first run.
        let payload = serde_json::to_value(job).unwrap_or_default();
        Self { name, pattern, per_tenant, kind: J::KIND, payload, max_attempts: J::MAX_ATTEMPTS }
    }

    /// The newest time that is not after `now`.
    pub fn last_due(&self, now: DateTime<Utc>) -> AppResult<DateTime<Utc>> {
        let local = now.with_timezone(&Stockholm);
        Ok(self.cron()?.find_previous_occurrence(&local, true).map_err(broken)?.with_timezone(&Utc))
    }

    /// The first time after `now`.
    pub fn next_due(&self, now: DateTime<Utc>) -> AppResult<DateTime<Utc>> {
        let local = now.with_timezone(&Stockholm);
        Ok(self.cron()?.find_next_occurrence(&local, false).map_err(broken)?.with_timezone(&Utc))
    }

    /// When it runs, in words: "Varje dag 04.15". A pattern of another kind stands for itself.
    #[must_use]
    pub fn in_words(&self) -> String {
        let parts: Vec<&str> = self.pattern.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts.as_slice() else { return self.pattern.to_owned() };
        let clock = match (minute.parse::<u8>(), hour.parse::<u8>()) {
            (Ok(minute), Ok(hour)) => format!("{hour:02}.{minute:02}"),
            _ => return self.pattern.to_owned(),
        };
        match (*day, *month, *weekday) {
            ("*", "*", "*") => format!("Varje dag {clock}"),
            ("*", "*", "1-5" | "MON-FRI") => format!("Varje vardag {clock}"),
            ("*", "*", weekday) => match weekday.parse::<usize>().ok().and_then(|n| WEEKDAYS.get(n % 7)) {
                Some(name) => format!("Varje {name} {clock}"),
                None => self.pattern.to_owned(),
            },
            (day, "*", "*") => format!("Den {day} i varje månad {clock}"),
            _ => self.pattern.to_owned(),
        }
    }

    fn cron(&self) -> AppResult<Cron> {
        self.pattern.parse().map_err(broken)
    }
}

fn broken(error: croner::errors::CronError) -> AppError {
    AppError::internal("reading a schedule", error)
}

/// Queues what has become due since the last time, once for each schedule. A schedule seen for the first time counts from
/// now. Returns how many jobs were queued.
pub async fn tick(pool: &PgPool, registry: &Registry, now: DateTime<Utc>) -> AppResult<u64> {
    let mut queued = 0;
    for schedule in registry.schedules() {
        queued += tick_one(pool, schedule, now).await?;
    }
    Ok(queued)
}

async fn tick_one(pool: &PgPool, schedule: &Schedule, now: DateTime<Utc>) -> AppResult<u64> {
    let due = schedule.last_due(now)?;
    sqlx::query!(
        "insert into sys.job_schedule (name, last_due_at) values ($1, $2) on conflict do nothing",
        schedule.name,
        now
    )
    .execute(pool)
    .await?;
    let mut tx = pool.begin().await?;
    let taken = sqlx::query!(
        "update sys.job_schedule set last_due_at = $2 where name =
             (select name from sys.job_schedule where name = $1 and last_due_at < $2 for update skip locked)",
        schedule.name,
        due
    )
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(0);
    }
    let key = format!("{} {}", schedule.name, due.to_rfc3339());
    let queued = sqlx::query!(
        "insert into sys.job (id, tenant_id, kind, payload, unique_key, run_at, max_attempts, created_at)
         select gen_random_uuid(), t.id, $1, $2, $3, $4, $5, $4
         from (select id from sys.tenant where $6 union all select null where not $6) t
         on conflict do nothing",
        schedule.kind,
        schedule.payload,
        key,
        now,
        schedule.max_attempts,
        schedule.per_tenant
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(queued.rows_affected())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn at(pattern: &'static str) -> Schedule {
        Schedule { name: "x", pattern, per_tenant: false, kind: "x", payload: Value::Null, max_attempts: 1 }
    }

    fn utc(day: (i32, u32, u32), hour: u32, minute: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(day.0, day.1, day.2, hour, minute, 0).single().unwrap()
    }

    const WINTER: (i32, u32, u32) = (2026, 1, 15);
    const SUMMER: (i32, u32, u32) = (2026, 7, 15);
    /// 02:00 becomes 03:00.
    const SPRING: (i32, u32, u32) = (2026, 3, 29);
    /// 03:00 becomes 02:00.
    const AUTUMN: (i32, u32, u32) = (2026, 10, 25);

    #[test]
    fn a_schedule_is_said_in_words() {
        for (pattern, words) in [
            ("15 4 * * *", "Varje dag 04.15"),
            ("30 2 * * 0", "Varje söndag 02.30"),
            ("0 6 * * 1-5", "Varje vardag 06.00"),
            ("0 5 1 * *", "Den 1 i varje månad 05.00"),
            ("*/5 * * * *", "*/5 * * * *"),
        ] {
            assert_eq!(at(pattern).in_words(), words);
        }
    }

    #[test]
    fn the_clock_is_the_swedish_one_in_winter_and_in_summer() {
        assert_eq!(at("15 4 * * *").last_due(utc(WINTER, 12, 0)).unwrap(), utc(WINTER, 3, 15));
        assert_eq!(at("15 4 * * *").last_due(utc(SUMMER, 12, 0)).unwrap(), utc(SUMMER, 2, 15));
        assert_eq!(at("15 4 * * *").next_due(utc(SUMMER, 1, 0)).unwrap(), utc(SUMMER, 2, 15));
    }

    #[test]
    fn the_very_minute_is_due_and_the_next_is_the_day_after() {
        let now = utc(WINTER, 3, 15);
        assert_eq!(at("15 4 * * *").last_due(now).unwrap(), now);
        assert_eq!(at("15 4 * * *").next_due(now).unwrap(), utc((2026, 1, 16), 3, 15));
    }

    #[test]
    fn a_time_that_summer_time_skips_runs_right_after_it() {
        // 02:30 does not exist that night; 03:00 summer time is 01:00 UTC.
        assert_eq!(at("30 2 * * *").next_due(utc(SPRING, 0, 0)).unwrap(), utc(SPRING, 1, 0));
        assert_eq!(at("30 2 * * *").last_due(utc(SPRING, 8, 0)).unwrap(), utc(SPRING, 1, 0));
    }

    #[test]
    fn a_time_that_comes_twice_runs_the_first_time_only() {
        // 02:30 is first 00:30 UTC, then 01:30 UTC.
        let schedule = at("30 2 * * *");
        assert_eq!(schedule.next_due(utc((2026, 10, 24), 12, 0)).unwrap(), utc(AUTUMN, 0, 30));
        assert_eq!(schedule.last_due(utc(AUTUMN, 1, 0)).unwrap(), utc(AUTUMN, 0, 30));
        assert_eq!(schedule.last_due(utc(AUTUMN, 8, 0)).unwrap(), utc(AUTUMN, 0, 30));
        assert_eq!(schedule.next_due(utc(AUTUMN, 0, 30)).unwrap(), utc((2026, 10, 26), 1, 30));
    }
}
