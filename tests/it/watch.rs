//! Watch: a flag opens when its cause appears, is resolved when it is gone, and goes to whoever should act.

use axum::http::StatusCode;
use overblick::areas::watch;
use overblick::auth::permissions::Role;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::{TestApp, TestTenant, today};

async fn system(tx: &mut TenantTx, name: &str, unit: Uuid) -> Uuid {
    let id = new_id();
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, owner_unit_id)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), $3, $4)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(name)
    .bind(unit)
    .execute(&mut **tx)
    .await
    .unwrap();
    id
}

async fn person(tx: &mut TenantTx, name: &str) -> Uuid {
    let id = new_id();
    sqlx::query("insert into person (tenant_id, id, display_name) values ($1, $2, $3)")
        .bind(tx.tenant_id())
        .bind(id)
        .bind(name)
        .execute(&mut **tx)
        .await
        .unwrap();
    id
}

async fn assign(tx: &mut TenantTx, system: Uuid, role: &str, person: Uuid) -> Uuid {
    let id = new_id();
    sqlx::query(
        "insert into role_assignment (tenant_id, id, system_id, role, person_id) values ($1, $2, $3, $4, $5)",
    )
    .bind(tx.tenant_id())
    .bind(id)
    .bind(system)
    .bind(role)
    .bind(person)
    .execute(&mut **tx)
    .await
    .unwrap();
    id
}

async fn run(app: &TestApp, tenant: &TestTenant) -> watch::RunOutcome {
    let mut tx = app.begin(tenant).await;
    let outcome = watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// Rule and state of every flag on an object.
async fn flags(app: &TestApp, tenant: &TestTenant, object: Uuid) -> Vec<(String, String)> {
    let mut tx = app.begin(tenant).await;
    sqlx::query_as("select rule, state from watch_flag where object_id = $1 order by rule")
        .bind(object)
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

fn state_of(flags: &[(String, String)], rule: &str) -> Option<String> {
    flags.iter().find(|(r, _)| r == rule).map(|(_, s)| s.clone())
}

#[tokio::test]
async fn a_vacancy_opens_a_flag_that_resolves_itself_and_comes_back_with_its_cause() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    assert_eq!(state_of(&flags(&app, &app.a, id).await, "vacant_systemagare").as_deref(), Some("open"));

    let mut tx = app.begin(&app.a).await;
    let owner = person(&mut tx, "Karin Wiklund").await;
    let assignment = assign(&mut tx, id, "systemagare", owner).await;
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    assert_eq!(state_of(&flags(&app, &app.a, id).await, "vacant_systemagare").as_deref(), Some("resolved"));

    let mut tx = app.begin(&app.a).await;
    sqlx::query("delete from role_assignment where id = $1")
        .bind(assignment)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    let after = flags(&app, &app.a, id).await;
    assert_eq!(state_of(&after, "vacant_systemagare").as_deref(), Some("open"));
    assert_eq!(after.iter().filter(|(r, _)| r == "vacant_systemagare").count(), 1, "one flag, opened again");
}

#[tokio::test]
async fn running_twice_changes_nothing() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    system(&mut tx, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    let first = run(&app, &app.a).await;
    assert!(first.opened > 0);
    let second = run(&app, &app.a).await;
    assert_eq!((second.opened, second.resolved, second.open_after), (0, 0, first.open_after));
    let mut tx = app.begin(&app.a).await;
    let touched: i64 = sqlx::query_scalar(
        "select count(*) from history where table_name in ('watch_flag', 'flag_recipient') and op <> 'I'",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(touched, 0, "a run with no news writes no history");
}

#[tokio::test]
async fn what_a_person_decided_stays_decided() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let tasks = it.get("/tasks").await.expect(StatusCode::OK);
    assert!(tasks.shows("Utse systemägare för Vårdia"), "falls back to IT-enheten when nobody else can act");
    let flag: Uuid = {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_scalar("select id from watch_flag where object_id = $1 and rule = 'vacant_systemagare'")
            .bind(id)
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    let missing = it.post(&format!("/watch/{flag}/decide"), &[("decision", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY, "a decision says what was decided");
    it.post(&format!("/watch/{flag}/decide"), &[("decision", "Avvecklas i vår, ingen ny ägare.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    run(&app, &app.a).await;
    assert_eq!(state_of(&flags(&app, &app.a, id).await, "vacant_systemagare").as_deref(), Some("decided"));
    assert!(!it.get("/tasks").await.shows("Utse systemägare för Vårdia"));
}

#[tokio::test]
async fn a_flag_that_rests_wakes_on_its_day() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    let flag: Uuid = {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_scalar("select id from watch_flag where object_id = $1 and rule = 'vacant_systemagare'")
            .bind(id)
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let past =
        it.post(&format!("/watch/{flag}/snooze"), &[("until", "2026-11-19"), ("reason", "Semester")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    it.post(&format!("/watch/{flag}/snooze"), &[("until", "2026-12-01"), ("reason", "Chefen tillträder då")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!it.get("/tasks").await.shows("Utse systemägare för Vårdia"));
    let mut tx = app.begin(&app.a).await;
    watch::run(&mut tx, app.state.clock().now(), "2026-12-01".parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state_of(&flags(&app, &app.a, id).await, "vacant_systemagare").as_deref(), Some("open"));
}

#[tokio::test]
async fn the_head_of_the_unit_gets_what_nobody_else_holds() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let head = person(&mut tx, "Per Lind").await;
    sqlx::query("update org_unit set head_person_id = $1 where id = $2")
        .bind(head)
        .bind(app.a.department)
        .execute(&mut *tx)
        .await
        .unwrap();
    let id = system(&mut tx, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    run(&app, &app.a).await;
    let mut tx = app.begin(&app.a).await;
    let via: Vec<(Option<Uuid>, String)> = sqlx::query_as(
        "select r.person_id, r.via from flag_recipient r join watch_flag f on f.id = r.flag_id where f.object_id = $1 and f.rule = 'vacant_systemagare'",
    )
    .bind(id)
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(via, [(Some(head), "head".to_owned())]);
}

#[tokio::test]
async fn a_calendar_address_works_until_it_is_revoked_and_shows_nobody_else_s_tasks() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let made = it.post("/tasks/calendar", &[]).await.expect(StatusCode::OK);
    let address = made.texts("code").into_iter().find(|t| t.contains("/calendar/")).unwrap();
    let path = address.strip_prefix(crate::support::client::BASE_URL).unwrap().to_owned();
    let mut anyone = app.anonymous();
    let feed = anyone.get(&path).await.expect(StatusCode::OK);
    assert!(feed.text().starts_with("BEGIN:VCALENDAR"));
    assert_eq!(anyone.get("/calendar/gissning.ics").await.status, StatusCode::NOT_FOUND);
    it.post("/tasks/calendar/revoke", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(anyone.get(&path).await.status, StatusCode::NOT_FOUND);
}
