//! Purging by hand: who decides and confirms, the command, the flag, and what cannot be taken back.

use axum::http::StatusCode;
use overblick::areas::audit::{self, Viewer};
use overblick::auth::permissions::Role;
use overblick::db::change_set;

use super::{count, decide, exists, file, leaver, purge, seal_and_verify};
use crate::support::{TestApp, today};

#[tokio::test]
async fn an_import_whose_content_was_purged_cannot_be_taken_back_and_says_why() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    let set = change_set::open(&mut tx, "import:leavers", "Inläsning").await.unwrap();
    let gone = leaver(&mut tx, run, "2026-01-10", "2025-12-31", 0).await;
    let kept = leaver(&mut tx, run, "2026-11-10", "2026-10-31", 0).await;
    change_set::close(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    decide(&app, "leaver_row").await;
    purge(&app).await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let outcome = audit::undo::undo(&mut tx, &Viewer::default(), set).await.unwrap();
    assert!(matches!(outcome, audit::undo::Outcome::Purged), "{outcome:?}");
    tx.commit().await.unwrap();
    assert!(!exists(&app, "leaver_row", gone).await && exists(&app, "leaver_row", kept).await);
}

#[tokio::test]
async fn a_registrar_decides_tries_confirms_by_a_word_and_finds_the_protocol() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    leaver(&mut tx, run, "2026-01-10", "2025-12-31", 0).await;
    tx.commit().await.unwrap();
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let page = admin.get("/retention").await.expect(StatusCode::OK);
    assert!(page.shows("Rader om avslutade utan träff") && page.shows("Beslut saknas"), "{}", page.visible());
    // Without a decision it cannot be in force.
    let refused = admin
        .post("/retention/rules/leaver_row", &[("is_active", "ja"), ("version", "0"), ("days", "90")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Ange var beslutet finns") && refused.shows("Ange vilken dag beslutet togs"));
    let form =
        [("is_active", "ja"), ("version", "0"), ("decision_ref", "KS 2026/77"), ("decided_on", "2026-10-01")];
    let answer = admin.post("/retention/rules/leaver_row", &form).await.expect(StatusCode::SEE_OTHER);
    assert!(admin.follow(&answer).await.shows("1 uppgift är mogen"));
    // Saved meanwhile by somebody else.
    let late =
        admin.post("/retention/rules/leaver_row", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.shows("Någon annan har ändrat regeln"), "{}", late.visible());

    let answer = admin.post("/retention/dry-run", &[]).await.expect(StatusCode::SEE_OTHER);
    let dry = admin.follow(&answer).await;
    assert!(dry.shows("Skulle gallras") && dry.shows("Skriv GALLRA"), "{}", dry.visible());
    let id = dry.attributes("input[name=dry_run]", "value").pop().unwrap();
    let wrong = admin
        .post("/retention/purge", &[("dry_run", &id), ("confirmation", "ja")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.shows("Det går inte att ångra") && count(&app, "select count(*) from leaver_row").await == 1
    );
    // More than was seen: nothing goes.
    let mut tx = app.begin(&app.a).await;
    let second = leaver(&mut tx, run, "2026-01-11", "2025-12-31", 0).await;
    tx.commit().await.unwrap();
    let changed = admin
        .post("/retention/purge", &[("dry_run", &id), ("confirmation", "GALLRA")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        changed.shows("har ändrats sedan torrkörningen")
            && count(&app, "select count(*) from leaver_row").await == 2
    );
    let mut tx = app.begin(&app.a).await;
    sqlx::query("delete from leaver_row where id = $1").bind(second).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();

    let answer = admin
        .post("/retention/purge", &[("dry_run", &id), ("confirmation", "GALLRA")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let protocol = admin.follow(&answer).await;
    assert!(protocol.shows("Gallrat") && protocol.shows("KS 2026/77"), "{}", protocol.visible());
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 0);
    let path = protocol.address.trim_start_matches("/vik").to_owned();
    let file = admin.get(&format!("{path}?format=csv")).await.expect(StatusCode::OK).text();
    assert!(file.contains("Rader om avslutade utan träff;Gallrat;1;2"), "{file}");
    // An auditor reads; nobody else finds the page.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    assert!(auditor.get(&path).await.expect(StatusCode::OK).shows("KS 2026/77"));
    assert_eq!(auditor.post("/retention/dry-run", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.client(&app.a, Role::ItUnit).await.get("/retention").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_purges_with_the_same_rules_and_the_chain_verifies() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    leaver(&mut tx, run, "2026-01-10", "2025-12-31", 0).await;
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    let asked = app.command().run(&["retention", "run", "--tenant", "vik"]).expect(1);
    assert!(asked.stderr.contains("--yes"), "{}", asked.stderr);
    let nothing = app.command().run(&["retention", "run", "--tenant", "vik", "--yes"]).expect(1);
    assert!(nothing.stderr.contains("inget att gallra"), "{}", nothing.stderr);
    decide(&app, "leaver_row").await;
    let dry = app.command().run(&["retention", "dry-run", "--tenant", "vik", "--json"]).expect(0).json();
    assert_eq!((&dry[0]["is_dry"], &dry[0]["rows"]), (&true.into(), &1.into()));
    let done =
        app.command().run(&["retention", "run", "--tenant", "vik", "--yes", "--json"]).expect(0).json();
    assert_eq!((&done[0]["is_dry"], &done[0]["rows"]), (&false.into(), &1.into()));
    app.command().run(&["verify", "--tenant", "vik"]).expect(0);
}

#[tokio::test]
async fn a_flag_says_that_something_is_due_when_a_rule_is_in_force_and_nothing_goes_by_itself() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    let row = leaver(&mut tx, run, "2026-01-10", "2025-12-31", 0).await;
    tx.commit().await.unwrap();
    let flags = "select count(*) from watch_flag where rule = 'retention_due' and state = 'open'";
    let watch = async || {
        let mut tx = app.begin(&app.a).await;
        overblick::areas::watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
        tx.commit().await.unwrap();
    };
    watch().await;
    assert_eq!(count(&app, flags).await, 0);
    decide(&app, "leaver_row").await;
    watch().await;
    assert_eq!(count(&app, flags).await, 1);
    assert!(exists(&app, "leaver_row", row).await);
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    assert!(admin.get("/tasks").await.attributes("a", "href").contains(&"/vik/retention".to_owned()));
    purge(&app).await.unwrap();
    watch().await;
    assert_eq!(count(&app, flags).await, 0);
}
