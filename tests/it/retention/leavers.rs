//! What HR's lists brought: rows and files.

use overblick::areas::retention;

use super::{
    NAME, case, decide, exists, file, leaver, purge, remembered, rows, seal_and_verify, subscription,
};
use crate::support::{TestApp, today};

#[tokio::test]
async fn nothing_goes_without_a_decision_nor_against_a_legal_obstacle_and_a_dry_run_changes_nothing() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    let row = leaver(&mut tx, run, "2026-01-10", "2025-12-31", 0).await;
    tx.commit().await.unwrap();
    assert!(purge(&app).await.is_none(), "without a decision");
    decide(&app, "leaver_row").await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update retention_rule set hold_reason = 'Tvist'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(purge(&app).await.is_none(), "with an obstacle");
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update retention_rule set hold_reason = ''").execute(&mut *tx).await.unwrap();
    let dry = retention::dry_run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    let dry = retention::find_run(&mut tx, dry).await.unwrap();
    tx.commit().await.unwrap();
    assert!(dry.is_dry && rows(&dry, "leaver_row") == 1, "{dry:?}");
    assert!(exists(&app, "leaver_row", row).await);
    let done = purge(&app).await.unwrap();
    assert_eq!(
        done.lines.iter().find(|l| l.code == "leaver_row"),
        dry.lines.iter().find(|l| l.code == "leaver_row"),
        "the dry run said what the purge did"
    );
    assert!(!exists(&app, "leaver_row", row).await);
    assert_eq!(remembered(&app, "leaver_row").await, 0);
    assert!(purge(&app).await.is_none(), "a second time there is nothing left");
}

#[tokio::test]
async fn rows_without_a_match_go_after_ninety_days_and_those_with_a_case_or_a_subscription_stay() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (_, run) = file(&mut tx, "leavers", "2026-01-10").await;
    let old = leaver(&mut tx, run, "2026-08-01", "2026-07-31", 0).await;
    let fresh = leaver(&mut tx, run, "2026-09-01", "2026-08-31", 0).await;
    let future = leaver(&mut tx, run, "2026-01-01", "2026-12-31", 0).await;
    let matched = leaver(&mut tx, run, "2026-08-01", "2026-07-31", 1).await;
    let decided = leaver(&mut tx, run, "2026-08-01", "2026-07-31", 0).await;
    let item = subscription(&mut tx, "+46701740001").await;
    case(&mut tx, item, Some(decided), Some("2026-10-01"), "avsluta").await;
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    decide(&app, "leaver_row").await;
    assert_eq!(rows(&purge(&app).await.unwrap(), "leaver_row"), 1);
    assert!(!exists(&app, "leaver_row", old).await);
    for row in [fresh, future, matched, decided] {
        assert!(exists(&app, "leaver_row", row).await);
    }
    seal_and_verify(&app).await;
}

#[tokio::test]
async fn a_leaver_file_goes_thirty_days_after_its_last_case_and_after_a_year_in_any_case() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let mut files = Vec::new();
    for (received, closed) in [
        ("2026-06-01", Some("2026-10-01")),
        ("2026-06-01", Some("2026-11-10")),
        ("2026-06-01", None),
        ("2025-11-01", None),
    ] {
        let (file, run) = file(&mut tx, "leavers", received).await;
        let row = leaver(&mut tx, run, received, "2026-05-31", 1).await;
        let number = format!("+4670174{:04}", files.len());
        let item = subscription(&mut tx, &number).await;
        case(&mut tx, item, Some(row), closed, "avsluta").await;
        files.push(file);
    }
    tx.commit().await.unwrap();
    decide(&app, "leaver_file").await;
    assert_eq!(rows(&purge(&app).await.unwrap(), "leaver_file"), 2);
    let mut kept = Vec::new();
    let mut tx = app.begin(&app.a).await;
    for file in files {
        kept.push(
            sqlx::query_scalar::<_, bool>("select content is not null from import_file where id = $1")
                .bind(file)
                .fetch_one(&mut *tx)
                .await
                .unwrap(),
        );
    }
    assert_eq!(kept, [false, true, true, false]);
    let labels: Vec<String> =
        sqlx::query_scalar("select label from import_row order by label").fetch_all(&mut *tx).await.unwrap();
    assert_eq!(labels, ["", "", NAME, NAME], "the receipts tell no more of who stood in the files");
    drop(tx);
    assert!(purge(&app).await.is_none());
}
