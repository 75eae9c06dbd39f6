//! The record as it stood: the same queries answer as of another day.

use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use sqlx::Connection as _;
use uuid::Uuid;

use crate::support::{TestApp, TestTenant};

/// A system whose life lies in the past: its history rows are moved back by the owner, as if time had passed.
async fn moved_back(app: &TestApp, object: Uuid, op: &str, to: &str) {
    let mut owner = app.database.owner().await;
    let mut tx = owner.begin().await.unwrap();
    sqlx::query("select set_config('app.tenant_id', $1, true)")
        .bind(app.a.id.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    let moved = sqlx::query("update history set at = $1::timestamptz where object_id = $2 and op::text = $3")
        .bind(to.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
        .bind(object)
        .bind(op)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert!(moved.rows_affected() > 0);
    tx.commit().await.unwrap();
}

async fn system(tx: &mut TenantTx, tenant: &TestTenant, name: &str) -> Uuid {
    let id = new_id();
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, owner_unit_id) values ($1, $2, 1, $3, $4)",
    )
    .bind(tenant.id)
    .bind(id)
    .bind(name)
    .bind(tenant.department)
    .execute(&mut **tx)
    .await
    .unwrap();
    id
}

async fn names_as_of(app: &TestApp, tenant: &TestTenant, day: &str) -> Vec<String> {
    let mut tx = app.begin(tenant).await;
    tx.stand_as_of(day.parse().unwrap()).await.unwrap();
    let names = sqlx::query_scalar("select name from it_system order by name")
        .persistent(false)
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    names
}

#[tokio::test]
async fn a_list_shows_what_was_known_on_the_day_and_nothing_later() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, &app.a, "Vårdia").await;
    tx.commit().await.unwrap();
    moved_back(&app, id, "I", "2026-03-01T10:00:00Z").await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set name = 'Vårdia Plus' where id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    moved_back(&app, id, "U", "2026-06-10T21:59:00Z").await;

    assert_eq!(names_as_of(&app, &app.a, "2026-02-28").await, Vec::<String>::new());
    assert_eq!(names_as_of(&app, &app.a, "2026-03-01").await, ["Vårdia"]);
    assert_eq!(names_as_of(&app, &app.a, "2026-06-09").await, ["Vårdia"]);
    // 21.59 UTC on 10 June is one minute to midnight in Sweden: it still belongs to that day.
    assert_eq!(names_as_of(&app, &app.a, "2026-06-10").await, ["Vårdia Plus"]);
    assert_eq!(
        names_as_of(&app, &app.b, "2026-06-10").await,
        Vec::<String>::new(),
        "another municipality's past"
    );
}

#[tokio::test]
async fn standing_in_the_past_ends_with_the_transaction() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    system(&mut tx, &app.a, "Vårdia").await;
    tx.commit().await.unwrap();
    assert_eq!(names_as_of(&app, &app.a, "2020-01-01").await, Vec::<String>::new());
    let mut tx = app.begin(&app.a).await;
    let names: Vec<String> =
        sqlx::query_scalar("select name from it_system").persistent(false).fetch_all(&mut *tx).await.unwrap();
    assert_eq!(names, ["Vårdia"]);
}
