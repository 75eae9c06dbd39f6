//! The ground that the other tests stand on, tested where a fault in it would let them pass for nothing.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use overblick::auth::permissions::Role;
use overblick::auth::session;
use overblick::db::check_role;
use sqlx::Connection;

use super::support::{Client, TestApp, client::Upload, data};

#[tokio::test]
async fn the_tests_run_as_a_role_that_the_server_would_accept() {
    let app = TestApp::new().await;
    check_role(&app.pool).await.unwrap();
}

#[tokio::test]
async fn the_owner_is_bound_by_row_level_security_but_owns_the_tables() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    let (superuser, owns): (bool, bool) = sqlx::query_as(
        "select (select rolsuper from pg_roles where rolname = current_user),
                (select tableowner = current_user from pg_tables where tablename = 'org_unit')",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!((superuser, owns), (false, true));
    sqlx::query("select count(*) from org_unit").execute(&mut owner).await.unwrap_err();
    owner.close().await.unwrap();
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
async fn a_client_is_signed_in_to_its_own_municipality_and_no_other() {
    let app = TestApp::new().await;
    app.anonymous().get("/health").await.expect(StatusCode::NO_CONTENT);
    let admin = app.client(&app.a, Role::TenantAdmin).await;
    let token = admin.cookie(app.state.cookies().session_name()).unwrap();
    let found = session::find(&app.pool, token, app.state.clock().now()).await.unwrap().unwrap();
    assert_eq!(found.user_id, admin.user_id());
    let own = app.state.system().list_tenants_of(found.user_id).await.unwrap();
    assert_eq!(own.iter().map(|tenant| tenant.slug.as_str()).collect::<Vec<_>>(), [app.a.slug]);
}

#[tokio::test]
async fn mail_can_be_read_when_it_has_been_sent() {
    let app = TestApp::new().await;
    assert_eq!(app.mail().len(), 0);
    app.state.mailer().send("Åsa Ö <asa@vik.example.se>", "Prov", "Hej!".to_owned()).await.unwrap();
    let [letter] = app.mail().try_into().unwrap();
    assert!(letter.contains("asa@vik.example.se") && letter.contains("Hej!"), "{letter}");
}

/// A service that shows what a client sends.
fn echo() -> Router {
    let show = |headers: axum::http::HeaderMap, body: axum::body::Bytes| async move {
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let shown = ["cookie", "sec-fetch-site", "hx-request", "content-type"].map(header).join("|");
        Html(format!("<body><p title='t'>{shown}</p><pre>{}</pre></body>", String::from_utf8_lossy(&body)))
    };
    let enter = || async { ([("set-cookie", "a=1; Path=/")], Redirect::to("/vik/show?x=1")) };
    let leave = || async { [("set-cookie", "a=; Max-Age=0")] };
    Router::new()
        .route("/vik/show", get(show).post(show))
        .route("/vik", get(show))
        .route("/vik/enter", post(enter))
        .route("/leave", get(leave))
}

#[tokio::test]
async fn the_client_does_as_a_browser_does() {
    let mut client = Client::new(echo(), Some("vik"), None);
    assert_eq!(client.get("/show").await.texts("p"), ["|same-origin||"]);
    assert_eq!(client.get_part("/").await.texts("p"), ["|same-origin|true|"]);

    let entered = client.post("/enter", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(entered.location(), Some("/vik/show?x=1"));
    let shown = client.follow(&entered).await;
    assert_eq!(shown.texts("p"), ["a=1|same-origin||"], "the cookie goes along");
    assert_eq!((shown.count("p"), shown.attributes("p", "title")), (1, vec!["t".to_owned()]));
    assert!(shown.shows("a=1") && shown.header("content-type").unwrap().starts_with("text/html"));

    let form = client.post("/show", &[("namn", "Å & Ö"), ("x", "")]).await;
    assert_eq!(form.texts("pre"), ["namn=%C3%85%20%26%20%C3%96&x="]);
    let file = Upload { field: "fil", file_name: "a.csv", bytes: b"x;y" };
    let upload = client.upload("/show", &[("slag", "avtal")], &[file]).await.text();
    for part in ["name=\"slag\"\r\n\r\navtal", "name=\"fil\"; filename=\"a.csv\"", "x;y"] {
        assert!(upload.contains(part), "{part} in {upload}");
    }

    client.get("//leave").await;
    assert_eq!(client.cookie("a"), None);
}

#[test]
fn the_shared_data_is_found_or_the_test_says_that_it_is_not() {
    if let Some(folder) = data::shared("data/kommun-small") {
        assert!(folder.join("org_tree.csv").is_file());
    }
}
