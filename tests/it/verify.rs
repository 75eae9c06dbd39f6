//! `overblick verify`: what was sealed and changed afterwards is found, whoever changed it.

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::support::command::Ended;
use crate::support::{TestApp, TestTenant};

/// Changes a few rows of a municipality, and seals them.
async fn change_and_seal(app: &TestApp, tenant: &TestTenant) {
    for name in ["Ett", "Två"] {
        let mut tx = app.begin(tenant).await;
        sqlx::query("update org_unit set name = $1").bind(name).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = app.begin(tenant).await;
    let sealed: i64 = sqlx::query_scalar("select app.seal_history()").fetch_one(&mut *tx).await.unwrap();
    assert!(sealed > 0);
    tx.commit().await.unwrap();
}

/// The database's superuser, who can do everything that the service cannot.
async fn superuser(app: &TestApp) -> PgConnection {
    let mut connection = app.database.owner().await;
    connection.execute("set role none").await.unwrap();
    connection
}

async fn run_as_superuser(app: &TestApp, sql: &'static str) {
    let mut connection = superuser(app).await;
    let done = sqlx::query(sql).bind(app.a.id).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "nothing was changed");
    connection.close().await.unwrap();
}

fn verify(app: &TestApp) -> Ended {
    app.command().run(&["verify", "--json"])
}

/// The problems of the first municipality; the other must have none.
fn problems(ended: &Ended) -> Vec<String> {
    let rows = ended.json();
    let of = |slug: &str| rows.iter().find(|row| row["tenant"] == slug).unwrap().clone();
    assert_eq!(of("berg")["verified"], true);
    of("vik")["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["problem"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_history_that_nobody_touched_verifies() {
    let app = TestApp::new().await;
    change_and_seal(&app, &app.a).await;
    change_and_seal(&app, &app.a).await;
    assert!(problems(&verify(&app).expect(0)).is_empty());
    let ended = app.command().run(&["verify", "--tenant", "vik"]).expect(0);
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains("historiken stämmer."), "{}", ended.stderr);
}

#[tokio::test]
async fn a_row_changed_by_the_superuser_is_found() {
    let app = TestApp::new().await;
    change_and_seal(&app, &app.a).await;
    run_as_superuser(
        &app,
        "update history set new = jsonb_set(new, '{name}', '\"Förfalskat\"') where tenant_id = $1
         and id = (select max(id) from history where tenant_id = $1)",
    )
    .await;
    assert_eq!(problems(&verify(&app).expect(1)), ["content"]);
    let ended = app.command().run(&["verify"]).expect(1);
    assert!(ended.stderr.contains("har ändrats efter att den skrevs"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_row_changed_together_with_its_hash_breaks_the_seal() {
    let app = TestApp::new().await;
    change_and_seal(&app, &app.a).await;
    run_as_superuser(
        &app,
        "update history h set actor = 'någon annan', content_hash = app.history_content_hash(h.tenant_id, h.id, h.at, h.table_name,
             h.object_id, h.op, h.old, h.new, h.user_id, 'någon annan', h.request_id, h.purpose, h.change_set_id)
         where tenant_id = $1 and id = (select max(id) from history where tenant_id = $1)",
    )
    .await;
    assert_eq!(problems(&verify(&app).expect(1)), ["seal_hash"]);
}

#[tokio::test]
async fn a_row_removed_by_the_superuser_is_found() {
    let app = TestApp::new().await;
    change_and_seal(&app, &app.a).await;
    run_as_superuser(
        &app,
        "delete from history where tenant_id = $1 and id = (select max(id) from history where tenant_id = $1)",
    )
    .await;
    assert_eq!(problems(&verify(&app).expect(1)), ["row_count"]);
}

#[tokio::test]
async fn a_seal_removed_or_made_anew_is_found() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        change_and_seal(&app, &app.a).await;
    }
    run_as_superuser(&app, "delete from history_seal where tenant_id = $1 and seal_no = 2").await;
    let found = problems(&verify(&app).expect(1));
    assert!(
        found.contains(&"seal_missing".to_owned()) && found.contains(&"chain_broken".to_owned()),
        "{found:?}"
    );
}

#[tokio::test]
async fn content_that_the_law_had_removed_still_verifies() {
    let app = TestApp::new().await;
    change_and_seal(&app, &app.a).await;
    run_as_superuser(
        &app,
        "update history set old = null, new = null, purged_at = now(), purge_id = gen_random_uuid() where tenant_id = $1",
    )
    .await;
    assert!(problems(&verify(&app).expect(0)).is_empty());
}
