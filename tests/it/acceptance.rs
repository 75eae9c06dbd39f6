//! A whole municipality, taken in file by file as a cron job would and taken back again. What each kind of file gives is
//! compared with its answer key in `contract_files`, `staff_files`, `organisation` and `systems::truth`.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use serde_json::Value;
use uuid::Uuid;

use super::support::{TestApp, TestTenant};

/// The register's tables: not what is noted about acts, and not what is worked out from the rest.
const REGISTER: [&str; 27] = [
    "contract",
    "contract_notice",
    "contract_option",
    "contract_system",
    "employment",
    "function_area",
    "it_system",
    "leaver_list",
    "leaver_row",
    "leaver_sender",
    "operator",
    "org_unit",
    "org_unit_move",
    "person",
    "role_assignment",
    "same_system_decision",
    "staff_snapshot",
    "subscription",
    "subscription_holder",
    "subscription_list",
    "subscription_series",
    "supplier",
    "system_alias",
    "system_function_area",
    "system_source",
    "system_unit",
    "tenant_setting",
];

/// What the matching makes of the register: it follows from the register, so it must be the same when the register is. A case
/// has a version of its own and the day it was opened.
const WORKED_OUT: [(&str, &str); 3] = [
    ("leaver_verdict", "select to_jsonb(t)::text from (select id, verdict from leaver_verdict) t order by 1"),
    (
        "match_case",
        "select to_jsonb(t)::text from (select subscription_id, class, state from match_case) t order by 1",
    ),
    (
        "subscription_proposal",
        "select to_jsonb(t)::text from (select id, class, is_protected from subscription_proposal) t order by 1",
    ),
];

/// Every row of the register, by table.
async fn register(app: &TestApp, tenant: &TestTenant) -> BTreeMap<&'static str, Vec<String>> {
    let mut tx = app.begin(tenant).await;
    let mut tables = BTreeMap::new();
    for table in REGISTER {
        let sql = format!("select to_jsonb(t)::text from {table} t order by 1");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap();
        tables.insert(table, rows);
    }
    for (table, sql) in WORKED_OUT {
        tables.insert(table, sqlx::query_scalar(sql).fetch_all(&mut *tx).await.unwrap());
    }
    tables
}

async fn last_change_set(app: &TestApp, tenant: &TestTenant) -> Option<Uuid> {
    let mut tx = app.begin(tenant).await;
    sqlx::query_scalar(
        "select change_set_id from import_run where change_set_id is not null order by id desc limit 1",
    )
    .fetch_optional(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn every_file_of_the_demonstration_is_taken_back_last_first_and_nothing_is_left_of_it() {
    let app = TestApp::new().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("demo.json")).unwrap()).unwrap();
    let known: Vec<&str> =
        overblick::areas::import_kinds().iter().map(overblick::areas::imports::Kind::code).collect();
    let program = app.command();
    let mut taken = Vec::new();
    for listed in manifest["files"].as_array().unwrap() {
        let text = |key: &str| listed[key].as_str().unwrap_or_default();
        if !known.contains(&text("kind")) {
            continue;
        }
        let before = register(&app, &app.a).await;
        let path = folder.join(text("file"));
        let mut args = vec!["import", "--tenant", app.a.slug, "--kind", text("kind"), "--yes", "--json"];
        args.extend(["--today", "2026-11-20", "--received", text("received")]);
        if !text("unit").is_empty() {
            args.extend(["--unit", text("unit")]);
        }
        args.push(path.to_str().unwrap());
        let ended = program.run(&args);
        assert!(ended.status < 2, "{}: {}", text("file"), ended.stderr);
        // The demonstration has a file that somebody sent twice.
        if ended.stdout.contains("already_taken_in") {
            continue;
        }
        let set = last_change_set(&app, &app.a).await.expect("what was taken in can be taken back");
        assert!(taken.iter().all(|(_, earlier, _)| *earlier != set), "{} changed nothing", text("file"));
        taken.push((text("file").to_owned(), set, before));
    }
    assert!(taken.len() >= 16, "{}", taken.len());
    let mut admin = app
        .client_with(
            &app.a,
            &[
                (Role::TenantAdmin, None),
                (Role::HrAdmin, None),
                (Role::ItUnit, None),
                (Role::ContractOfficer, None),
                (Role::Procurement, None),
            ],
        )
        .await;
    for (file, set, before) in taken.into_iter().rev() {
        let answer = admin.post(&format!("/audit/change-sets/{set}/undo"), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{file}: {}", answer.visible());
        let after = register(&app, &app.a).await;
        for (table, rows) in &before {
            let left: Vec<&String> = after[table].iter().filter(|row| !rows.contains(row)).take(3).collect();
            let gone: Vec<&String> = rows.iter().filter(|row| !after[table].contains(row)).take(3).collect();
            assert!(left.is_empty() && gone.is_empty(), "{file}, {table}: left {left:?}, gone {gone:?}");
        }
    }
}
