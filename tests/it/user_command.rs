//! `overblick user` and the municipalities' slugs.

use std::io::Write as _;
use std::process::Stdio;

use axum::http::StatusCode;

use crate::account::link;
use crate::support::TestApp;
use crate::support::client::BASE_URL;
use crate::support::command::{Ended, Program};

const PASSWORD: &str = "fyra hästar i dimman";

/// Runs a command with something on its standard input.
fn run_with_input(program: &Program, args: &[&str], input: &str) -> Ended {
    let mut command = program.command(args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

fn create<'a>(email: &'a str, role: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["user", "create", "--tenant", "vik", "--email", email, "--role", role], more].concat()
}

#[tokio::test]
async fn a_user_made_with_a_password_signs_in_with_it() {
    let app = TestApp::new().await;
    let program = app.command();
    let args = create("anna@vik.example.se", "tenant_admin", &["--password-stdin"]);
    let ended = run_with_input(&program, &args, &format!("{PASSWORD}\n")).expect(0);
    assert_eq!(ended.stdout, "");
    // The command gave the role from the machine's own day, which is not the tests'.
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update role_grant set valid_from = '2026-01-01'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut client = app.anonymous();
    client
        .post("/login", &[("email", "anna@vik.example.se"), ("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    client.get("/vik/users").await.expect(StatusCode::OK);

    // The password of an account that is there is not changed by the way.
    let ended = run_with_input(&program, &args, "en helt annan lång mening").expect(1);
    assert!(ended.stderr.contains("redan ett konto"), "{}", ended.stderr);
    // Another role needs none.
    program.run(&create("anna@vik.example.se", "manager", &["--unit", "nowhere"])).expect(1);
    let listed = program.run(&["user", "list", "--tenant", "vik", "--json"]).expect(0).json();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["email"], "anna@vik.example.se");
    assert_eq!(listed[0]["standing"], "active");
    assert_eq!(listed[0]["roles"][0]["role"], "tenant_admin");
}

#[tokio::test]
async fn a_user_made_without_a_password_gets_an_invitation() {
    let app = TestApp::new().await;
    app.command().run(&create("bo.ek@vik.example.se", "it_unit", &[])).expect(0);
    // The command queued it in the machine's own time, which is not the tests' day.
    sqlx::query("update sys.job set run_at = '2026-01-01'").execute(&app.pool).await.unwrap();
    assert_eq!(app.run_jobs().await, 1);
    let page = app.anonymous().get(&link(&app, &format!("{BASE_URL}/invite/"))).await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#name", "value"), ["Bo Ek"]);
}

#[tokio::test]
async fn wrong_use_is_told_in_a_sentence() {
    let app = TestApp::new().await;
    let program = app.command();
    for (args, status, words) in [
        (create("anna@vik.example.se", "boss", &[]), 2, "Välj bland: tenant_admin"),
        (create("anna@vik.example.se", "manager", &[]), 2, "--unit"),
        (create("anna", "it_unit", &[]), 2, "--email"),
        (vec!["user", "list", "--tenant", "ingenstans"], 2, "ingenstans"),
    ] {
        let ended = program.run(&args).expect(status);
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    let ended =
        run_with_input(&program, &create("anna@vik.example.se", "it_unit", &["--password-stdin"]), "kort")
            .expect(1);
    assert!(ended.stderr.contains("för kort"), "{}", ended.stderr);
    assert_eq!(program.run(&["user", "list", "--tenant", "vik"]).expect(0).stdout, "");
}

#[tokio::test]
async fn a_new_password_from_the_command_line_ends_the_users_sessions() {
    let app = TestApp::new().await;
    let id = crate::auth::user(&app, "anna@vik.example.se").await;
    let mut client = app.sign_in(id, &app.a).await;
    let new = "blå giraffer äter frukost";
    let args = ["user", "password", "--email", "anna@vik.example.se", "--password-stdin"];
    run_with_input(&app.command(), &args, new).expect(0);
    client.get("//account").await.expect(StatusCode::SEE_OTHER);
    let form = [("email", "anna@vik.example.se"), ("password", new)];
    app.anonymous().post("/login", &form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_municipality_cannot_hide_a_page_of_the_services_own() {
    let app = TestApp::new().await;
    for slug in ["login", "static", "api", "account"] {
        app.command().run(&["tenant", "create", "--slug", slug, "--name", "X"]).expect(2);
    }
}
