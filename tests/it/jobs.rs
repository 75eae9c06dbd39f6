//! Background jobs: leases with several workers, failures, schedules made up for once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use overblick::clock::Clock;
use overblick::error::AppError;
use overblick::jobs::{
    Enqueue, Job, JobCtx, JobEnv, JobError, JobResult, Registry, Worker, enqueue, enqueue_letters, queue,
    schedule, worker,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::TestApp;

/// Writes down that it ran: one row of the history per run, in the municipality that it was queued for.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    key: String,
}

impl Job for Mark {
    const KIND: &'static str = "test_mark";
    const LABEL: &'static str = "Märke";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        let mut tx = ctx.begin().await?;
        sqlx::query("insert into tenant_setting (tenant_id, id, key, value) values ($1, $2, $3, '1')")
            .bind(tx.tenant_id())
            .bind(Uuid::now_v7())
            .bind(format!("{} {}", self.key, Uuid::now_v7()))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Fails {
    hopeless: bool,
}

impl Job for Fails {
    const KIND: &'static str = "test_fails";
    const LABEL: &'static str = "Misslyckas";
    const MAX_ATTEMPTS: i32 = 3;

    async fn run(self, _: &JobCtx) -> JobResult {
        if self.hopeless {
            return Err(JobError::hopeless("Filen finns inte."));
        }
        Err(AppError::internal("reading", "Key (email)=(anna@vik.example.se) already exists").into())
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Panics {}

impl Job for Panics {
    const KIND: &'static str = "test_panics";
    const LABEL: &'static str = "Kraschar";
    const MAX_ATTEMPTS: i32 = 1;

    async fn run(self, _: &JobCtx) -> JobResult {
        panic!("on purpose")
    }
}

/// Says how far it has come and waits for the server to stop.
#[derive(Debug, Serialize, Deserialize)]
struct Waits {}

impl Job for Waits {
    const KIND: &'static str = "test_waits";
    const LABEL: &'static str = "Väntar";

    async fn run(self, ctx: &JobCtx) -> JobResult {
        ctx.progress(3, 10, "rader").await?;
        loop {
            if ctx.is_stopping() {
                return Err(JobError::Stopping);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn registry() -> Registry {
    Registry::new().job::<Mark>().job::<Fails>().job::<Panics>().job::<Waits>()
}

fn worker_at(app: &TestApp, passed: TimeDelta) -> Worker {
    let options = worker::Options { poll: Duration::from_millis(5), ..worker::Options::default() };
    Worker::new(app.job_env(passed), Arc::new(registry()), options)
}

async fn queue_mark(app: &TestApp, key: &str) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    let id = enqueue(&mut tx, &Mark { key: key.to_owned() }, app.state.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn queue_in_a<J: Job>(app: &TestApp, job: &J) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    let id = enqueue(&mut tx, job, app.state.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// How many times marks with a key were written in the first municipality.
async fn marks(app: &TestApp, key: &str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select count(*) from tenant_setting where key like $1 || ' %'")
        .bind(key)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

async fn find(app: &TestApp, id: Uuid) -> queue::JobRow {
    queue::find_job(&app.pool, app.a.id, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_job_queued_in_a_transaction_that_is_taken_back_never_runs() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    enqueue(&mut tx, &Mark { key: "x".to_owned() }, app.state.clock().now()).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(worker_at(&app, TimeDelta::zero()).run_ready().await.unwrap(), 0);
}

#[tokio::test]
async fn two_workers_run_every_job_once() {
    let app = TestApp::new().await;
    for n in 0..40 {
        queue_mark(&app, &format!("k{n}")).await;
    }
    let (one, other) = (worker_at(&app, TimeDelta::zero()), worker_at(&app, TimeDelta::zero()));
    let (a, b) = tokio::join!(one.run_ready(), other.run_ready());
    assert_eq!(a.unwrap() + b.unwrap(), 40);
    for n in 0..40 {
        assert_eq!(marks(&app, &format!("k{n}")).await, 1, "k{n}");
    }
}

#[tokio::test]
async fn a_job_whose_worker_died_is_taken_over_when_the_lease_has_run_out_and_not_before() {
    let app = TestApp::new().await;
    let id = queue_mark(&app, "x").await;
    let dead = worker_at(&app, TimeDelta::zero());
    let claimed = dead.claim().await.unwrap().unwrap();
    assert_eq!(worker_at(&app, TimeDelta::seconds(59)).run_ready().await.unwrap(), 0);
    assert_eq!(worker_at(&app, TimeDelta::seconds(61)).run_ready().await.unwrap(), 1);
    let row = find(&app, id).await;
    assert_eq!((row.state.as_str(), row.attempts), ("done", 2));

    // The first was only slow: what it says now counts for nothing.
    let now = app.state.clock().now() + TimeDelta::seconds(62);
    assert!(!queue::beat(&app.pool, &claimed, "whoever", now).await.unwrap());
    assert!(
        !queue::finish(&app.pool, &claimed, "whoever", now, queue::End::Failed("nej".to_owned()))
            .await
            .unwrap()
    );
    assert_eq!(find(&app, id).await.state, "done");
}

#[tokio::test]
async fn a_job_that_takes_its_worker_down_every_time_is_not_tried_for_ever() {
    let app = TestApp::new().await;
    let id = queue_in_a(&app, &Fails { hopeless: false }).await;
    for n in 0..3 {
        assert!(worker_at(&app, TimeDelta::minutes(2 * n)).claim().await.unwrap().is_some());
    }
    assert!(worker_at(&app, TimeDelta::minutes(20)).claim().await.unwrap().is_none());
    let row = find(&app, id).await;
    assert_eq!(row.state, "failed");
    assert_eq!(row.error.as_deref(), Some("Servern slutade svara medan jobbet kördes."));
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_then_stays_with_a_cause_without_personal_data() {
    let app = TestApp::new().await;
    let id = queue_in_a(&app, &Fails { hopeless: false }).await;
    let mut passed = TimeDelta::zero();
    for attempt in 1..=3 {
        assert_eq!(worker_at(&app, passed).run_ready().await.unwrap(), 1);
        let row = find(&app, id).await;
        assert_eq!(row.attempts, attempt);
        if attempt < 3 {
            assert_eq!(row.state, "queued");
            assert!(row.run_at > app.state.clock().now() + passed, "it waits a while");
        }
        passed += TimeDelta::hours(2);
    }
    let row = find(&app, id).await;
    assert_eq!(row.state, "failed");
    assert_eq!(row.error.as_deref(), Some("Internt fel (reading). Loggen har mer."));

    assert!(
        !queue::run_again(&app.pool, app.b.id, id, app.state.clock().now()).await.unwrap(),
        "another's job"
    );
    assert!(queue::run_again(&app.pool, app.a.id, id, app.state.clock().now()).await.unwrap());
    assert!(
        !queue::run_again(&app.pool, app.a.id, id, app.state.clock().now()).await.unwrap(),
        "it waits already"
    );
    let row = find(&app, id).await;
    assert_eq!((row.state.as_str(), row.attempts, row.error), ("queued", 0, None));
}

#[tokio::test]
async fn what_cannot_go_better_is_not_tried_again_and_a_panic_is_a_failure() {
    let app = TestApp::new().await;
    let hopeless = queue_in_a(&app, &Fails { hopeless: true }).await;
    let panics = queue_in_a(&app, &Panics {}).await;
    worker_at(&app, TimeDelta::zero()).run_ready().await.unwrap();
    let row = find(&app, hopeless).await;
    assert_eq!(
        (row.state.as_str(), row.attempts, row.error.as_deref()),
        ("failed", 1, Some("Filen finns inte."))
    );
    assert_eq!(find(&app, panics).await.state, "failed");
}

#[tokio::test]
async fn at_most_one_job_with_a_key_waits_in_a_municipality() {
    let app = TestApp::new().await;
    let now = app.state.clock().now();
    let job = Mark { key: "x".to_owned() };
    for (tenant, queued) in [(&app.a, true), (&app.a, false), (&app.b, true)] {
        let mut tx = app.begin(tenant).await;
        let id = Enqueue::new(&job, now).unwrap().unique("2026-11").in_tenant(&mut tx).await.unwrap();
        assert_eq!(id.is_some(), queued);
        tx.commit().await.unwrap();
    }
    assert_eq!(worker_at(&app, TimeDelta::zero()).run_ready().await.unwrap(), 2);
    let mut tx = app.begin(&app.a).await;
    assert!(Enqueue::new(&job, now).unwrap().unique("2026-11").in_tenant(&mut tx).await.unwrap().is_some());
}

#[tokio::test]
async fn at_most_one_letter_of_a_kind_waits_for_a_reader_and_day() {
    let app = TestApp::new().await;
    let (now, today) = (app.state.clock().now(), app.state.clock().today());
    let readers = [Uuid::now_v7(), Uuid::now_v7()];
    let mut tx = app.begin(&app.a).await;
    for day in [today, today, today.succ_opt().unwrap()] {
        let letter = |_| Mark { key: "letter".to_owned() };
        enqueue_letters(&mut tx, &readers, (now, day), letter).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(worker_at(&app, TimeDelta::zero()).run_ready().await.unwrap(), 4);
    assert_eq!(marks(&app, "letter").await, 4);
}

#[tokio::test]
async fn a_job_for_later_waits_for_its_time() {
    let app = TestApp::new().await;
    let now = app.state.clock().now();
    let job = Enqueue::new(&Mark { key: "x".to_owned() }, now).unwrap().tenant(app.a.id);
    job.run_at(now + TimeDelta::hours(1)).send(&app.pool).await.unwrap();
    assert_eq!(worker_at(&app, TimeDelta::minutes(59)).run_ready().await.unwrap(), 0);
    assert_eq!(worker_at(&app, TimeDelta::minutes(60)).run_ready().await.unwrap(), 1);
}

#[tokio::test]
async fn a_stop_puts_running_work_back_without_counting_it() {
    let app = TestApp::new().await;
    let id = queue_in_a(&app, &Waits {}).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker_at(&app, TimeDelta::zero()).run(stop.clone()));
    while find(&app, id).await.progress().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let progress = find(&app, id).await.progress().unwrap();
    assert_eq!((progress.done, progress.total, progress.what.as_str()), (3, 10, "rader"));
    stop.cancel();
    running.await.unwrap();
    let row = find(&app, id).await;
    assert_eq!((row.state.as_str(), row.attempts), ("queued", 0));
}

#[tokio::test]
async fn what_a_job_changes_is_done_by_whoever_queued_it() {
    let app = TestApp::new().await;
    let admin = app.client(&app.a, overblick::auth::permissions::Role::TenantAdmin).await;
    let job = Enqueue::new(&Mark { key: "x".to_owned() }, app.state.clock().now()).unwrap();
    job.tenant(app.a.id).by(admin.user_id()).send(&app.pool).await.unwrap();
    queue_mark(&app, "y").await;
    worker_at(&app, TimeDelta::zero()).run_ready().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let actors: Vec<(String, Option<Uuid>)> = sqlx::query_as(
        "select actor, user_id from history where table_name = 'tenant_setting' order by new ->> 'key'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(
        actors,
        [("Test Registeransvarig".to_owned(), Some(admin.user_id())), ("Märke".to_owned(), None)]
    );
}

fn utc(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, day, hour, minute, 0).single().unwrap()
}

async fn tick(pool: &PgPool, at: DateTime<Utc>) -> u64 {
    let registry = registry().every_tenant("test_nightly", "30 2 * * *", &Mark { key: "natt".to_owned() });
    schedule::tick(pool, &registry, at).await.unwrap()
}

#[tokio::test]
async fn a_time_missed_is_made_up_for_once_for_every_municipality() {
    let app = TestApp::new().await;
    assert_eq!(tick(&app.pool, utc(20, 12, 0)).await, 0, "seen for the first time, it counts from now");
    assert_eq!(tick(&app.pool, utc(21, 0, 29)).await, 0);
    assert_eq!(tick(&app.pool, utc(21, 0, 30)).await, 2);
    assert_eq!(tick(&app.pool, utc(21, 0, 31)).await, 0);
    // No server for three nights: one run, not three.
    assert_eq!(tick(&app.pool, utc(24, 9, 0)).await, 2);
    assert_eq!(tick(&app.pool, utc(24, 9, 1)).await, 0);
    // The night when 02:30 comes twice: once.
    assert_eq!(tick(&app.pool, utc(25, 0, 30)).await, 2);
    assert_eq!(tick(&app.pool, utc(25, 1, 30)).await, 0);
    assert_eq!(tick(&app.pool, utc(26, 1, 30)).await, 2);
}

#[tokio::test]
async fn two_servers_that_ask_the_schedules_at_once_queue_once() {
    let app = TestApp::new().await;
    tick(&app.pool, utc(20, 12, 0)).await;
    let (a, b, c) = tokio::join!(
        tick(&app.pool, utc(21, 8, 0)),
        tick(&app.pool, utc(21, 8, 0)),
        tick(&app.pool, utc(21, 8, 0))
    );
    assert_eq!(a + b + c, 2);
}

#[tokio::test]
async fn the_nights_own_jobs_seal_make_room_and_throw_away() {
    let app = TestApp::new().await;
    let stale = app.client(&app.a, overblick::auth::permissions::Role::ItUnit).await;
    let env = JobEnv {
        clock: Clock::fixed(app.state.clock().now() + TimeDelta::days(2)),
        ..app.job_env(TimeDelta::zero())
    };
    let registry = Arc::new(overblick::areas::jobs());
    let now = env.clock.now();
    schedule::tick(&app.pool, &registry, now - TimeDelta::days(1)).await.unwrap();
    assert!(schedule::tick(&app.pool, &registry, now).await.unwrap() > 0);
    let worker = Worker::new(env, registry, worker::Options::default());
    worker.run_ready().await.unwrap();
    let failed: Vec<(String, Option<String>)> =
        sqlx::query_as("select kind, error from sys.job where state <> 'done'")
            .fetch_all(&app.pool)
            .await
            .unwrap();
    assert_eq!(failed, []);
    let mut tx = app.begin(&app.a).await;
    let seals: i64 =
        sqlx::query_scalar("select count(*) from history_seal").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seals, 1);
    let room: bool = sqlx::query_scalar("select to_regclass('public.history_2027_11') is not null")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert!(room, "a year ahead");
    let sessions: i64 = sqlx::query_scalar("select count(*) from sys.session where user_id = $1")
        .bind(stale.user_id())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(sessions, 0);
}
