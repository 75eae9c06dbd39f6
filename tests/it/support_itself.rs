//! The ground that the other tests stand on, tested where a fault in it would let them pass for nothing.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::db::check_role;

use super::support::TestApp;

#[tokio::test]
async fn the_tests_run_as_a_role_that_the_server_would_accept() {
    let app = TestApp::new().await;
    check_role(&app.pool).await.unwrap();
}

#[tokio::test]
async fn the_two_municipalities_do_not_see_each_others_units() {
    let app = TestApp::new().await;
    for (tenant, other) in [(&app.a, &app.b), (&app.b, &app.a)] {
        let mut tx = app.begin(tenant).await;
        let own: i64 = sqlx::query_scalar("select count(*) from org_unit").fetch_one(&mut *tx).await.unwrap();
        let theirs: i64 = sqlx::query_scalar("select count(*) from org_unit where tenant_id = $1")
            .bind(other.id)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert_eq!((own, theirs), (4, 0));
    }
}

#[tokio::test]
async fn a_test_has_a_database_of_its_own() {
    let (one, two) = (TestApp::new().await, TestApp::new().await);
    let mut tx = one.begin(&one.a).await;
    sqlx::query("delete from org_unit where id = $1")
        .bind(one.a.other_department)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = two.begin(&two.a).await;
    let there: i64 = sqlx::query_scalar("select count(*) from org_unit").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(there, 4);
}

#[tokio::test]
async fn a_client_is_signed_in_and_keeps_its_cookie() {
    let app = TestApp::new().await;
    let mut health = app.anonymous();
    health.get("/health").await.expect(StatusCode::NO_CONTENT);
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let mut stranger = app.client(&app.b, Role::TenantAdmin).await;
    // A page of the other municipality does not exist for somebody who is a member of the first only.
    for client in [&mut admin, &mut stranger] {
        assert!(client.cookie(overblick::auth::session::COOKIE).is_some());
    }
    admin.get("//berg/tasks").await.expect(StatusCode::NOT_FOUND);
    stranger.get("//vik/tasks").await.expect(StatusCode::NOT_FOUND);
}
