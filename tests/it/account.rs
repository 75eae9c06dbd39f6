//! Links in mail, the own account, the first start.

use axum::http::StatusCode;
use chrono::TimeDelta;
use overblick::app::{AppState, Parts, router};
use overblick::auth::permissions::Role;
use overblick::clock::Clock;
use uuid::Uuid;

use crate::auth::{PASSWORD, WRONG, session_cookie, sessions, sign_in, user};
use crate::support::client::BASE_URL;
use crate::support::{Client, TestApp};

/// The first link in the only letter to an address that begins so.
pub fn link(app: &TestApp, begins: &str) -> String {
    let mail = app.mail().into_iter().map(|letter| readable(&letter)).collect::<Vec<_>>().join("\n");
    let start = mail.find(begins).unwrap_or_else(|| panic!("no {begins} in\n{mail}")) + BASE_URL.len();
    mail[start..].split_whitespace().next().unwrap().to_owned()
}

/// Undoes the soft line breaks of quoted-printable, which is all that stands in the way of a link.
fn readable(letter: &str) -> String {
    letter.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn another_of_the_own_sessions_can_be_ended_and_nobody_elses() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let (mut here, mut there) = (app.sign_in(id, &app.a).await, app.sign_in(id, &app.a).await);
    let mut other = app.client(&app.a, Role::TenantAdmin).await;
    let page = here.get("//account").await.expect(StatusCode::OK);
    assert_eq!(page.count("tbody tr"), 2);
    let theirs: Uuid = sqlx::query_scalar("select id from sys.session where user_id = $1")
        .bind(other.user_id())
        .fetch_one(&app.pool)
        .await
        .unwrap();
    here.post(&format!("//account/sessions/{theirs}/end"), &[]).await.expect(StatusCode::NOT_FOUND);
    other.get("//account").await.expect(StatusCode::OK);

    let action = page
        .attributes("tbody form", "action")
        .into_iter()
        .zip(page.texts("tbody tr"))
        .find(|(_, row)| !row.contains("Den här"))
        .unwrap()
        .0;
    here.post(&format!("/{action}"), &[]).await.expect(StatusCode::SEE_OTHER);
    there.get("//account").await.expect(StatusCode::SEE_OTHER);
    here.get("//account").await.expect(StatusCode::OK);

    here.post("//account/sessions/end-all", &[]).await.expect(StatusCode::SEE_OTHER);
    here.get("//account").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(sessions(&app, id).await, 0);
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_ends_other_sessions_and_is_told_by_mail() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let (mut here, mut there) = (app.sign_in(id, &app.a).await, app.sign_in(id, &app.a).await);
    let new = "blå giraffer äter frukost";
    let form =
        |current, password, again| [("current", current), ("password", password), ("password_again", again)];
    let page = here
        .post("//account/password", &form(WRONG, new, new))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Det nuvarande lösenordet stämmer inte."));
    let page = here
        .post("//account/password", &form(PASSWORD, new, PASSWORD))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("De två lösenorden är inte lika."));
    let page = here
        .post("//account/password", &form(PASSWORD, "kort", "kort"))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Lösenordet är för kort."));

    let before = session_cookie(&app, &here).unwrap().to_owned();
    here.post("//account/password", &form(PASSWORD, new, new)).await.expect(StatusCode::SEE_OTHER);
    assert_ne!(session_cookie(&app, &here), Some(before.as_str()));
    let page = here.get("//account").await.expect(StatusCode::OK);
    assert!(page.shows("Lösenordet är bytt."));
    there.get("//account").await.expect(StatusCode::SEE_OTHER);
    sign_in(&mut app.anonymous(), "anna@vik.example.se", PASSWORD)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    sign_in(&mut app.anonymous(), "anna@vik.example.se", new).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(app.mail().len(), 1);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut signed_in = app.sign_in(id, &app.a).await;
    let mut client = app.anonymous();
    let known = client.post("/forgot", &[("email", "anna@vik.example.se")]).await.expect(StatusCode::OK);
    let unknown = client.post("/forgot", &[("email", "ingen@vik.example.se")]).await.expect(StatusCode::OK);
    assert_eq!(known.text().replace("anna@", "X@"), unknown.text().replace("ingen@", "X@"));
    assert_eq!(app.run_jobs().await, 2, "the same work is queued for both");
    assert_eq!(app.mail().len(), 1);

    let path = link(&app, &format!("{BASE_URL}/reset/"));
    // A mail system that looks at the link does not use it up.
    client.get(&path).await.expect(StatusCode::OK);
    client.get(&path).await.expect(StatusCode::OK);
    let new = "blå giraffer äter frukost";
    let form = [("password", new), ("password_again", new)];
    client
        .post(&path, &[("password", "123456789012"), ("password_again", "123456789012")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.post(&path, &form).await.expect(StatusCode::SEE_OTHER).location(), Some("/login"));
    client.post(&path, &form).await.expect(StatusCode::NOT_FOUND);
    client.get(&path).await.expect(StatusCode::NOT_FOUND);
    signed_in.get("//account").await.expect(StatusCode::SEE_OTHER);
    sign_in(&mut client, "anna@vik.example.se", new).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_to_a_new_password_is_gone_after_an_hour_and_when_a_newer_one_is_sent() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    client.post("/forgot", &[("email", "anna@vik.example.se")]).await.expect(StatusCode::OK);
    app.run_jobs().await;
    let path = link(&app, &format!("{BASE_URL}/reset/"));
    let mut later = app.anonymous().with_service(app.after(TimeDelta::minutes(61)));
    later.get(&path).await.expect(StatusCode::NOT_FOUND);
    client.get(&path).await.expect(StatusCode::OK);
    client.post("/forgot", &[("email", "anna@vik.example.se")]).await.expect(StatusCode::OK);
    app.run_jobs().await;
    client.get(&path).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobodys_mailbox_can_be_filled_with_links() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    for _ in 0..6 {
        client.post("/forgot", &[("email", "anna@vik.example.se")]).await.expect(StatusCode::OK);
    }
    app.run_jobs().await;
    assert_eq!(app.mail().len(), 3);
}

#[tokio::test]
async fn name_and_looks_are_the_users_own_to_choose() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut client = app.sign_in(id, &app.a).await;
    let page = client.post("//account", &[("name", " ")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Ange namn."));
    let form = [("name", "Anna Ny"), ("density", "sm"), ("colour_scheme", "dark")];
    client.post("//account", &form).await.expect(StatusCode::SEE_OTHER);
    let page = client.get("//account").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("html", "data-color-scheme"), ["dark"]);
    assert_eq!(page.attributes("html", "data-size"), ["sm"]);
    assert!(page.shows("Anna Ny"));
}

#[tokio::test]
async fn a_member_of_two_municipalities_chooses_and_of_none_is_told_so() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    app.join(&app.b, id, &[(Role::Auditor, None)]).await;
    let mut client = app.sign_in(id, &app.a).await;
    let page = client.get("//").await.expect(StatusCode::OK);
    let mut ways = page.attributes("main a.ds-button", "href");
    ways.sort();
    assert_eq!(ways, ["/berg", "/vik"]);

    sqlx::query("update sys.membership set ended_at = now() where user_id = $1")
        .bind(id)
        .execute(&app.pool)
        .await
        .unwrap();
    assert!(client.get("//").await.expect(StatusCode::OK).shows("Du är inte med i någon kommun än"));
    client.get("/tasks").await.expect(StatusCode::NOT_FOUND);
    assert_eq!(app.anonymous().get("/").await.expect(StatusCode::SEE_OTHER).location(), Some("/login"));
}

/// The service as it starts for the first time: nobody has an account, and the log holds a secret.
fn first_start(app: &TestApp) -> Client {
    let state = AppState::new(Parts {
        pool: app.pool.clone(),
        keys: app.state.keys().clone(),
        mailer: app.state.mailer().clone(),
        clock: Clock::fixed(app.state.clock().now()),
        base_url: BASE_URL.to_owned(),
        trusted_proxies: Vec::new(),
        setup_token: Some("hemlig-kod".to_owned()),
    });
    app.anonymous().with_service(router(state))
}

#[tokio::test]
async fn whoever_reads_the_log_makes_the_first_municipality_and_only_the_first() {
    let app = TestApp::new().await;
    let mut client = first_start(&app);
    assert_eq!(client.get("/").await.expect(StatusCode::SEE_OTHER).location(), Some("/setup"));
    let form = |token, slug| {
        [
            ("token", token),
            ("tenant_name", "Ekeviks kommun"),
            ("slug", slug),
            ("name", "Anna Prov"),
            ("email", "anna@ekevik.example.se"),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ]
    };
    let page =
        client.post("/setup", &form("gissning", "ekevik")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Koden stämmer inte."));
    client.post("/setup", &form("hemlig-kod", "login")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    client.post("/setup", &form("hemlig-kod", "ekevik")).await.expect(StatusCode::SEE_OTHER);
    client.get("/setup").await.expect(StatusCode::NOT_FOUND);
    client.post("/setup", &form("hemlig-kod", "ekevik2")).await.expect(StatusCode::NOT_FOUND);

    sign_in(&mut client, "anna@ekevik.example.se", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(client.get("/").await.expect(StatusCode::SEE_OTHER).location(), Some("/ekevik"));
    client.get("/ekevik/tasks").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn there_is_no_first_start_once_somebody_has_an_account() {
    let app = TestApp::new().await;
    let mut client = first_start(&app);
    client.get("/setup").await.expect(StatusCode::OK);
    user(&app, "anna@vik.example.se").await;
    client.get("/setup").await.expect(StatusCode::NOT_FOUND);
    app.anonymous().get("/setup").await.expect(StatusCode::NOT_FOUND);
}
