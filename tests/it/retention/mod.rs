//! Retention: what is due by each rule goes and what is not stays; only by a decision, only by hand, and the hash chain holds.

mod by_hand;
mod leavers;
mod register;

use overblick::areas::audit;
use overblick::areas::retention;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::{TestApp, today};

/// What was planted by a name that is looked for afterwards.
const NAME: &str = "Gallrina";

async fn insert(tx: &mut TenantTx, sql: &'static str, refers: Option<Uuid>, text: &str) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query(sql)
        .bind(tenant)
        .bind(id)
        .bind(refers)
        .bind(text)
        .execute(&mut **tx)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    id
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

/// Rows of the history of a table that hold the name.
async fn remembered(app: &TestApp, table: &str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(
        "select count(*) from history where table_name = $1 and (old::text like $2 or new::text like $2)",
    )
    .bind(table)
    .bind(format!("%{NAME}%"))
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

/// Puts a rule in force.
async fn decide(app: &TestApp, code: &str) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into retention_rule (tenant_id, id, code, decision_ref, decided_on, is_active) values ($1, $2, $3, 'KS 2026/77 § 4', '2026-10-01', true)",
    )
    .bind(app.a.id)
    .bind(new_id())
    .bind(code)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Purges; what was carried out, by rule.
async fn purge(app: &TestApp) -> Option<retention::Run> {
    let mut tx = app.begin(&app.a).await;
    let now = app.state.clock().now();
    match retention::purge(&mut tx, (now, today()), None).await {
        Ok(id) => {
            let run = retention::find_run(&mut tx, id).await.unwrap();
            tx.commit().await.unwrap();
            Some(run)
        }
        Err(overblick::error::AppError::Rejected(_)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

fn rows(run: &retention::Run, code: &str) -> i64 {
    run.lines.iter().find(|line| line.code == code).map_or(0, |line| line.rows)
}

async fn seal_and_verify(app: &TestApp) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query("select app.seal_history()").execute(&mut *tx).await.unwrap();
    let faults = audit::verify_chain(&mut tx, app.state.clock().now()).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    tx.commit().await.unwrap();
}

const FILE: &str = "insert into import_file (tenant_id, id, sha256, name, size, content, received_at, actor)
     values ($1, $2, sha256($2::text::bytea), coalesce($3::text, '') || 'lista.csv', 3, 'abc', $4::timestamptz, 'test')";

/// A file with a run of a kind.
async fn file(tx: &mut TenantTx, kind: &str, received: &str) -> (Uuid, Uuid) {
    let file = insert(tx, FILE, None, received).await;
    let (tenant, run) = (tx.tenant_id(), new_id());
    sqlx::query(
        "insert into import_run (tenant_id, id, file_id, kind, received_on, state, created_at, actor, taken_in_at)
         values ($1, $2, $3, $4, $5::timestamptz::date, 'taken_in', $5::timestamptz, 'test', $5::timestamptz)",
    )
    .bind(tenant)
    .bind(run)
    .bind(file)
    .bind(kind)
    .bind(received)
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query("insert into import_row (tenant_id, id, run_id, row_no, outcome, label) values ($1, $2, $3, 2, 'new', $4)")
        .bind(tenant)
        .bind(new_id())
        .bind(run)
        .bind(NAME)
        .execute(&mut **tx)
        .await
        .unwrap();
    (file, run)
}

/// A list of leavers with a row; the row's verdict says how many subscriptions there are.
async fn leaver(tx: &mut TenantTx, run: Uuid, received: &str, end: &str, items: i32) -> Uuid {
    let key = new_id().to_string();
    let sender = insert(tx, "insert into leaver_sender (tenant_id, id, key, name) values ($1, $2, coalesce($3::text, '') || $4, 'HR')", None, &key).await;
    let list = insert(
        tx,
        "insert into leaver_list (tenant_id, id, sender_id, period, received_on) values ($1, $2, $3, '2026-01-01', $4::date)",
        Some(sender),
        received,
    )
    .await;
    sqlx::query("update leaver_list set run_id = $2 where id = $1")
        .bind(list)
        .bind(run)
        .execute(&mut **tx)
        .await
        .unwrap();
    let row = insert(
        tx,
        "insert into leaver_row (tenant_id, id, list_id, row_no, end_date, full_name) values ($1, $2, $3, 2, $4::date, 'Gallrina Lind')",
        Some(list),
        end,
    )
    .await;
    sqlx::query("insert into leaver_verdict (tenant_id, id, verdict, l_code, is_protected, is_doubtful, items, end_date) values ($1, $2, 'leaver', 'L1', false, false, $3, $4::date)")
        .bind(tx.tenant_id())
        .bind(row)
        .bind(items)
        .bind(end)
        .execute(&mut **tx)
        .await
        .unwrap();
    row
}

async fn subscription(tx: &mut TenantTx, msisdn: &str) -> Uuid {
    let name = new_id().to_string();
    let operator = insert(
        tx,
        "insert into operator (tenant_id, id, name) values ($1, $2, coalesce($3::text, '') || $4)",
        None,
        &name,
    )
    .await;
    insert(
        tx,
        "insert into subscription (tenant_id, id, operator_id, msisdn, holder) values ($1, $2, $3, $4, 'Ny Innehavare')",
        Some(operator),
        msisdn,
    )
    .await
}

/// A case with a decision and an answered question, closed on a day or open.
async fn case(
    tx: &mut TenantTx,
    subscription: Uuid,
    row: Option<Uuid>,
    closed: Option<&str>,
    outcome: &str,
) -> Uuid {
    let (tenant, id, decision) = (tx.tenant_id(), new_id(), new_id());
    let evidence = serde_json::json!({ "row": { "name": "Gallrina Lind" } });
    sqlx::query(
        "insert into match_case (tenant_id, id, subscription_id, subject_key, subject_keys, leaver_row_id, class, opened_on, state, closed_on, evidence, decision_id)
         values ($1, $2, $3, 'k:' || $2, '{}', $4, 'A', '2024-01-01', case when $5::text is null then 'open' else 'closed' end, $5::date, $6, $7)",
    )
    .bind(tenant)
    .bind(id)
    .bind(subscription)
    .bind(row)
    .bind(closed)
    .bind(&evidence)
    .bind(decision)
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into match_decision (tenant_id, id, case_id, subscription_id, outcome, reason, class_then, subject_key, evidence, decided_at,
             decided_on, actor, new_holder, monthly_price)
         values ($1, $2, $3, $4, $5, 'Gallrina har slutat', 'A', 'k', $6, '2024-01-02', '2024-01-02', 'test', 'Gallrina', 199)",
    )
    .bind(tenant)
    .bind(decision)
    .bind(id)
    .bind(subscription)
    .bind(outcome)
    .bind(&evidence)
    .execute(&mut **tx)
    .await
    .unwrap();
    let chief = person(tx, "Chefen", false).await;
    sqlx::query("insert into manager_question (tenant_id, id, case_id, asked_person_id, asked_at, asked_on, actor, message) values ($1, $2, $3, $4, '2024-01-01', '2024-01-01', 'test', 'Har Gallrina slutat?')")
        .bind(tenant)
        .bind(new_id())
        .bind(id)
        .bind(chief)
        .execute(&mut **tx)
        .await
        .unwrap();
    id
}

async fn person(tx: &mut TenantTx, name: &str, earlier: bool) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query("insert into person (tenant_id, id, display_name, family_name, earlier_names, personal_id_cipher) values ($1, $2, $3, $3, $4, 'x')")
        .bind(tenant)
        .bind(id)
        .bind(name)
        .bind(if earlier { vec![NAME.to_owned()] } else { Vec::new() })
        .execute(&mut **tx)
        .await
        .unwrap();
    id
}

/// Employs somebody, missing from a snapshot or ended on a day or neither.
async fn employ(tx: &mut TenantTx, person: Uuid, missing: Option<Uuid>, end: Option<&str>) {
    sqlx::query("insert into employment (tenant_id, id, person_id, employee_no, missing_from_snapshot_id, end_date) values ($1, $2, $3, '77', $4, $5::date)")
        .bind(tx.tenant_id())
        .bind(new_id())
        .bind(person)
        .bind(missing)
        .bind(end)
        .execute(&mut **tx)
        .await
        .unwrap();
}

async fn snapshot(tx: &mut TenantTx, day: &str) -> Uuid {
    insert(
        tx,
        "insert into staff_snapshot (tenant_id, id, source, taken_on) values ($1, $2, coalesce($3::text, 'HR'), $4::date)",
        None,
        day,
    )
    .await
}

async fn exists(app: &TestApp, table: &str, id: Uuid) -> bool {
    let mut tx = app.begin(&app.a).await;
    let sql = format!("select exists (select 1 from {table} where id = $1)");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(id).fetch_one(&mut *tx).await.unwrap()
}
