//! Sign-in, locks, sessions.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use overblick::auth::password::{self, Password};
use overblick::auth::permissions::Role;
use overblick::auth::session;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::{Client, TestApp};

pub const PASSWORD: &str = "fyra hästar i dimman";
pub const WRONG: &str = "något helt annat här";

/// A member of the first municipality with a password, not signed in.
pub async fn user(app: &TestApp, email: &str) -> Uuid {
    let hash = password::hash(&Password::new(PASSWORD)).await.unwrap();
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into sys.user_account (id, email, name, password_hash) values ($1, $2, 'Anna Prov', $3)",
    )
    .bind(id)
    .bind(email)
    .bind(hash)
    .execute(&app.pool)
    .await
    .unwrap();
    app.join(&app.a, id, &[(Role::ItUnit, None)]).await;
    id
}

pub async fn sign_in(client: &mut Client, email: &str, password: &str) -> Page {
    client.post("/login", &[("email", email), ("password", password)]).await
}

/// As seen from another address on the network, through the proxy that the service trusts.
async fn sign_in_from(client: &mut Client, address: &str, email: &str, password: &str) -> Page {
    let form = format!("email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"));
    let headers = [("x-forwarded-for", address), ("content-type", "application/x-www-form-urlencoded")];
    client.send(Method::POST, "/login", &headers, Body::from(form)).await
}

pub fn session_cookie<'a>(app: &TestApp, client: &'a Client) -> Option<&'a str> {
    client.cookie(app.state.cookies().session_name())
}

pub async fn sessions(app: &TestApp, user: Uuid) -> i64 {
    sqlx::query_scalar("select count(*) from sys.session where user_id = $1")
        .bind(user)
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

async fn events(app: &TestApp, kind: &str) -> Vec<(Option<Uuid>, String)> {
    sqlx::query_as("select user_id, detail::text from sys.security_event where kind = $1 order by at, id")
        .bind(kind)
        .fetch_all(&app.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_right_password_lets_in_and_leads_to_the_only_municipality() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    let answer = sign_in(&mut client, " Anna@VIK.example.se ", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), Some("/"));
    assert_eq!(client.get("/").await.expect(StatusCode::SEE_OTHER).location(), Some("/vik"));
    assert_eq!(sessions(&app, id).await, 1);
    assert_eq!(events(&app, "sign_in").await.len(), 1);
}

#[tokio::test]
async fn the_answer_is_the_same_whether_the_account_exists_or_not() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let known = sign_in(&mut app.anonymous(), "anna@vik.example.se", WRONG)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = sign_in(&mut app.anonymous(), "ingen@vik.example.se", WRONG)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.text().replace("anna@", "X@"), unknown.text().replace("ingen@", "X@"));
    assert!(known.shows("E-postadressen eller lösenordet stämmer inte."));
    assert!(!known.text().contains(WRONG), "a password is never sent back");
}

#[tokio::test]
async fn an_account_locks_after_five_wrong_passwords_and_one_that_does_not_exist_locks_alike() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut texts = Vec::new();
    for email in ["anna@vik.example.se", "ingen@vik.example.se"] {
        let mut client = app.anonymous();
        for _ in 0..5 {
            sign_in(&mut client, email, WRONG).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let locked = sign_in(&mut client, email, PASSWORD).await.expect(StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(locked.header("retry-after"), Some("60"));
        texts.push(locked.text().replace(email, "X"));
    }
    assert_eq!(texts[0], texts[1]);
    assert_eq!(sessions(&app, id).await, 0, "a locked account does not open for the right password either");

    // Nothing that was typed is kept in clear.
    let failed = events(&app, "sign_in_failed").await;
    assert_eq!(failed.len(), 10);
    assert_eq!(failed[0].0, Some(id));
    assert_eq!(failed[9].0, None);
    assert!(failed.iter().all(|(_, detail)| !detail.contains('@') && !detail.contains("vik")));
    let keys: Vec<Vec<u8>> =
        sqlx::query_scalar("select key_hash from sys.login_throttle").fetch_all(&app.pool).await.unwrap();
    assert!(keys.iter().all(|key| !String::from_utf8_lossy(key).contains("vik")));
}

#[tokio::test]
async fn a_lock_passes_and_grows_with_every_wrong_password_after_it() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    for _ in 0..5 {
        sign_in(&mut client, "anna@vik.example.se", WRONG).await;
    }
    let mut passed = TimeDelta::zero();
    for minutes in [1, 2, 4, 8, 15, 15] {
        passed += TimeDelta::minutes(minutes) - TimeDelta::seconds(1);
        client = client.with_service(app.after(passed));
        sign_in(&mut client, "anna@vik.example.se", WRONG).await.expect(StatusCode::TOO_MANY_REQUESTS);
        passed += TimeDelta::seconds(1);
        client = client.with_service(app.after(passed));
        sign_in(&mut client, "anna@vik.example.se", WRONG).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    client = client.with_service(app.after(passed + TimeDelta::minutes(15)));
    sign_in(&mut client, "anna@vik.example.se", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    // The count is gone: the next five are free again.
    for _ in 0..5 {
        sign_in(&mut client, "anna@vik.example.se", WRONG).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn guesses_at_many_accounts_from_one_address_lock_that_address_and_no_other() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    for n in 0..50 {
        let email = format!("person{n}@vik.example.se");
        sign_in_from(&mut client, "198.51.100.7", &email, WRONG)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let at = "anna@vik.example.se";
    sign_in_from(&mut client, "198.51.100.7", at, PASSWORD).await.expect(StatusCode::TOO_MANY_REQUESTS);
    sign_in_from(&mut client, "198.51.100.8", at, PASSWORD).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_gives_a_new_token_and_ends_the_session_that_the_browser_carried() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    client.set_cookie(app.state.cookies().session_name(), "a-token-that-somebody-else-chose");
    sign_in(&mut client, "anna@vik.example.se", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    let first = session_cookie(&app, &client).unwrap().to_owned();
    assert_ne!(first, "a-token-that-somebody-else-chose");
    sign_in(&mut client, "anna@vik.example.se", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    let second = session_cookie(&app, &client).unwrap().to_owned();
    assert_ne!(first, second);
    assert!(session::find(&app.pool, &first, app.state.clock().now()).await.unwrap().is_none());
    assert_eq!(sessions(&app, id).await, 1);
}

#[tokio::test]
async fn a_session_ends_after_two_hours_without_use_and_after_twelve_in_any_case() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::ItUnit).await;
    client = client.with_service(app.after(TimeDelta::minutes(119)));
    client.get("//account").await.expect(StatusCode::OK);
    client = client.with_service(app.after(TimeDelta::minutes(119 + 121)));
    assert_eq!(
        client.get("//account").await.expect(StatusCode::SEE_OTHER).location(),
        Some("/login?next=%2Faccount")
    );

    let mut client = app.client(&app.a, Role::ItUnit).await;
    for hours in 1..12 {
        client = client.with_service(app.after(TimeDelta::hours(hours)));
        client.get("//account").await.expect(StatusCode::OK);
    }
    client = client.with_service(app.after(TimeDelta::hours(12) + TimeDelta::seconds(1)));
    client.get("//account").await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_is_replaced_with_use_and_the_old_one_works_for_a_minute_only() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::ItUnit).await;
    let old = session_cookie(&app, &client).unwrap().to_owned();
    client = client.with_service(app.after(TimeDelta::minutes(16)));
    client.get("//account").await.expect(StatusCode::OK);
    let new = session_cookie(&app, &client).unwrap().to_owned();
    assert_ne!(old, new);
    let now = app.state.clock().now() + TimeDelta::minutes(16);
    assert!(session::find(&app.pool, &old, now + TimeDelta::seconds(30)).await.unwrap().is_some());
    assert!(session::find(&app.pool, &old, now + TimeDelta::seconds(61)).await.unwrap().is_none());
    assert!(session::find(&app.pool, &new, now + TimeDelta::seconds(61)).await.unwrap().is_some());
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::ItUnit).await;
    let token = session_cookie(&app, &client).unwrap().to_owned();
    client.post("//logout", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(session_cookie(&app, &client), None);
    client.set_cookie(app.state.cookies().session_name(), &token);
    client.get("//account").await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sign_in_leads_on_to_our_own_pages_only() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    for (next, leads_to) in [
        ("/vik/contracts?vy=loper-ut", "/vik/contracts?vy=loper-ut"),
        ("//evil.example", "/"),
        ("https://evil.example/vik", "/"),
        ("/\\evil.example", "/"),
        ("/login", "/"),
    ] {
        let mut client = app.anonymous();
        let form = [("email", "anna@vik.example.se"), ("password", PASSWORD), ("next", next)];
        let answer = client.post("/login", &form).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), Some(leads_to), "{next}");
        // And for whoever is signed in already.
        let encoded = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
        let answer = client.get(&format!("/login?next={encoded}")).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), Some(leads_to), "{next}");
    }
}

#[tokio::test]
async fn a_page_asked_for_without_sign_in_is_come_back_to() {
    let app = TestApp::new().await;
    user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    let answer = client.get("/vik/tasks?a=1").await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    // `follow` reads a path from the root.
    assert_eq!(page.attributes("input[name=next]", "value"), ["/vik/tasks?a=1"]);
    assert_eq!(page.attributes("#email", "autocomplete"), ["username"]);
    assert_eq!(page.attributes("#password", "autocomplete"), ["current-password"]);
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut client = app.anonymous();
    let form = || Body::from(format!("email=anna%40vik.example.se&password={}", PASSWORD.replace(' ', "+")));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for site in ["cross-site", "same-site", "none"] {
        client
            .send(Method::POST, "/login", &[("sec-fetch-site", site), kind], form())
            .await
            .expect(StatusCode::FORBIDDEN);
    }
    assert_eq!(sessions(&app, id).await, 0);
    let mut signed_in = app.sign_in(id, &app.a).await;
    let cross = [("sec-fetch-site", "cross-site")];
    signed_in
        .send(Method::POST, "//account/sessions/end-all", &cross, Body::empty())
        .await
        .expect(StatusCode::FORBIDDEN);
    assert_eq!(sessions(&app, id).await, 1);
}

#[tokio::test]
async fn a_disabled_account_is_shut_out_at_once() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let mut client = app.sign_in(id, &app.a).await;
    sqlx::query("update sys.user_account set disabled_at = now() where id = $1")
        .bind(id)
        .execute(&app.pool)
        .await
        .unwrap();
    client.get("//account").await.expect(StatusCode::SEE_OTHER);
    let page = sign_in(&mut app.anonymous(), "anna@vik.example.se", PASSWORD)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("E-postadressen eller lösenordet stämmer inte."));
}

#[tokio::test]
async fn a_hash_with_old_parameters_is_made_anew_at_sign_in() {
    let app = TestApp::new().await;
    let id = user(&app, "anna@vik.example.se").await;
    let old = {
        use argon2::password_hash::{PasswordHasher as _, phc::PasswordHash};
        let argon = argon2::Argon2::from(argon2::Params::new(8192, 1, 1, None).unwrap());
        let hash: PasswordHash = argon.hash_password(PASSWORD.as_bytes()).unwrap();
        hash.to_string()
    };
    sqlx::query("update sys.user_account set password_hash = $2 where id = $1")
        .bind(id)
        .bind(&old)
        .execute(&app.pool)
        .await
        .unwrap();
    for _ in 0..2 {
        sign_in(&mut app.anonymous(), "anna@vik.example.se", PASSWORD).await.expect(StatusCode::SEE_OTHER);
        let hash: String = sqlx::query_scalar("select password_hash from sys.user_account where id = $1")
            .bind(id)
            .fetch_one(&app.pool)
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}
