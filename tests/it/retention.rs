//! Retention: what is due by each rule goes and what is not stays; only by a decision, only by hand, and the hash chain holds.

use axum::http::StatusCode;
use overblick::areas::audit::{self, Viewer};
use overblick::areas::retention;
use overblick::auth::permissions::Role;
use overblick::db::change_set;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use super::support::{TestApp, today};

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

#[tokio::test]
async fn names_in_closed_cases_go_after_a_year_and_the_figures_stay() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let mut cases = Vec::new();
    for (n, (closed, outcome)) in [
        (Some("2025-10-01"), "avsluta"),
        (Some("2026-10-01"), "avsluta"),
        (None, "avsluta"),
        (Some("2025-10-01"), "fel_traff"),
    ]
    .into_iter()
    .enumerate()
    {
        let item = subscription(&mut tx, &format!("+4670174{n:04}")).await;
        cases.push(case(&mut tx, item, None, closed, outcome).await);
    }
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    decide(&app, "match_case_names").await;
    assert_eq!(rows(&purge(&app).await.unwrap(), "match_case_names"), 1);
    let mut tx = app.begin(&app.a).await;
    let (evidence, reason, price, class, holder): (serde_json::Value, String, rust_decimal::Decimal, String, String) = sqlx::query_as(
        "select evidence, reason, monthly_price, class_then, new_holder from match_decision where case_id = $1",
    )
    .bind(cases[0])
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!((reason.as_str(), class.as_str(), holder.as_str()), ("", "A", ""));
    assert_eq!(price, rust_decimal::Decimal::from(199));
    assert_eq!(evidence, serde_json::json!({ "purged_on": "2026-11-20" }));
    let in_history: i64 = sqlx::query_scalar(
        "select count(*) from history h where h.table_name in ('match_case', 'match_decision', 'manager_question')
           and (h.old::text like '%Gallrina%' or h.new::text like '%Gallrina%')
           and (h.object_id = $1 or h.new->>'case_id' = $1::text or h.old->>'case_id' = $1::text)",
    )
    .bind(cases[0])
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(in_history, 0, "evidence in the history is emptied too");
    // What the case came to can still be seen as of today.
    let last: Option<serde_json::Value> = sqlx::query_scalar(
        "select new from history where table_name = 'match_case' and object_id = $1 order by id desc limit 1",
    )
    .bind(cases[0])
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(last.unwrap()["class"], "A");
    let named: i64 =
        sqlx::query_scalar("select count(*) from match_case where evidence::text like '%Gallrina%'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(named, 3, "fresh, open, and 'not the same person' on a number in use");
    drop(tx);
    assert!(purge(&app).await.is_none(), "not twice");
    seal_and_verify(&app).await;
}

#[tokio::test]
async fn closed_cases_go_after_two_years_with_their_decisions_and_questions() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let item = subscription(&mut tx, "+46701740001").await;
    let old = case(&mut tx, item, None, Some("2024-10-01"), "avsluta").await;
    let other = subscription(&mut tx, "+46701740002").await;
    let fresh = case(&mut tx, other, None, Some("2025-10-01"), "avsluta").await;
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    decide(&app, "match_case").await;
    let run = purge(&app).await.unwrap();
    let line = run.lines.iter().find(|l| l.code == "match_case").unwrap();
    // Case, decision and question: created and removed.
    assert_eq!((line.rows, line.history_rows), (1, 6));
    assert!(!exists(&app, "match_case", old).await && exists(&app, "match_case", fresh).await);
    assert_eq!(count(&app, "select count(*) from match_decision").await, 1);
    assert_eq!(count(&app, "select count(*) from manager_question").await, 1);
    assert_eq!(remembered(&app, "match_decision").await, 1);
    seal_and_verify(&app).await;
}

#[tokio::test]
async fn a_person_who_is_gone_from_the_two_newest_snapshots_goes_unless_something_is_held() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let oldest = snapshot(&mut tx, "2026-08-31").await;
    let middle = snapshot(&mut tx, "2026-09-30").await;
    let newest = snapshot(&mut tx, "2026-10-31").await;
    let mut add = Vec::new();
    for (name, missing) in [
        ("Gallrina Borta", Some(middle)),
        ("Gallrina Länge", Some(oldest)),
        ("Nyss Borta", Some(newest)),
        ("Kvar", None),
        ("Har Roll", Some(oldest)),
        ("Har Konto", Some(oldest)),
    ] {
        let id = person(&mut tx, name, false).await;
        employ(&mut tx, id, missing, None).await;
        add.push(id);
    }
    let system = insert(
        &mut tx,
        "insert into it_system (tenant_id, id, number, owner_unit_id, name) values ($1, $2, 1, $3, $4)",
        None,
        "System",
    )
    .await;
    sqlx::query("insert into role_assignment (tenant_id, id, system_id, role, person_id, valid_to) values ($1, $2, $3, 'systemagare', $4, '2026-01-01')")
        .bind(app.a.id)
        .bind(new_id())
        .bind(system)
        .bind(add[4])
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let member = app.client(&app.a, Role::Auditor).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update member_profile set person_id = $2 where user_id = $1")
        .bind(member.user_id())
        .bind(add[5])
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    decide(&app, "staff_person").await;
    assert_eq!(rows(&purge(&app).await.unwrap(), "staff_person"), 2);
    let mut there = Vec::new();
    for id in add {
        there.push(exists(&app, "person", id).await);
    }
    assert_eq!(there, [false, false, true, true, true, true]);
    assert_eq!(remembered(&app, "person").await, 0);
    seal_and_verify(&app).await;
}

#[tokio::test]
async fn older_staff_files_earlier_names_holders_reads_and_flags_go_each_in_its_time() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    for received in ["2026-08-31", "2026-09-30", "2026-10-31"] {
        file(&mut tx, "staff-snapshot", received).await;
    }
    // Earlier names: of whoever left long ago, and of whoever is here.
    let gone = person(&mut tx, "Bort Lind", true).await;
    employ(&mut tx, gone, None, Some("2026-03-31")).await;
    let here = person(&mut tx, "Här Lind", true).await;
    employ(&mut tx, here, None, None).await;
    // Holders.
    let item = subscription(&mut tx, "+46701740001").await;
    for to in ["2024-10-01", "2025-10-01"] {
        sqlx::query("insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, seen_from, seen_to) select $1, $2, id, operator_id, 'Gallrina Lind', '2020-01-01', $4::date from subscription where id = $3")
            .bind(app.a.id)
            .bind(new_id())
            .bind(item)
            .bind(to)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    for (at, kind) in
        [("2024-10-01", "read_personal"), ("2026-10-01", "read_personal"), ("2024-10-01", "export")]
    {
        sqlx::query("insert into access_log (tenant_id, id, at, actor, kind, object_kind) values ($1, $2, $3::timestamptz, 'test', $4, 'person')")
            .bind(app.a.id)
            .bind(new_id())
            .bind(at)
            .bind(kind)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    for (n, (state, closed)) in
        [("resolved", Some("2025-10-01")), ("resolved", Some("2026-10-01")), ("open", None)]
            .into_iter()
            .enumerate()
    {
        sqlx::query("insert into watch_flag (tenant_id, id, rule, object_kind, object_id, due_date, title, opened_at, state, closed_at) values ($1, $2, $3, 'system', $2, '2025-01-01', 'x', '2025-01-01', $4, $5::timestamptz)")
            .bind(app.a.id)
            .bind(new_id())
            .bind(format!("regel{n}"))
            .bind(state)
            .bind(closed)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    for code in ["staff_file", "earlier_names", "subscription_holder", "access_log", "watch_flag"] {
        decide(&app, code).await;
    }
    let run = purge(&app).await.unwrap();
    for code in ["staff_file", "earlier_names", "subscription_holder", "access_log", "watch_flag"] {
        assert_eq!(rows(&run, code), 1, "{code}");
    }
    assert_eq!(count(&app, "select count(*) from import_file where content is not null").await, 2);
    assert_eq!(count(&app, "select count(*) from person where earlier_names <> '{}'").await, 1);
    assert_eq!(remembered(&app, "person").await, 1, "of whoever is here");
    assert_eq!(count(&app, "select count(*) from subscription_holder").await, 1);
    assert_eq!(count(&app, "select count(*) from access_log where actor = 'test'").await, 2);
    assert_eq!(count(&app, "select count(*) from watch_flag").await, 2);
    assert!(purge(&app).await.is_none());
    seal_and_verify(&app).await;
}

#[tokio::test]
async fn the_holder_of_before_goes_from_the_history_of_the_subscription_too_and_the_rest_of_it_stays() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let item = subscription(&mut tx, "+46701740001").await;
    sqlx::query("update subscription set holder = 'Gallrina Lind', monthly_price = 100")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update subscription set holder = 'Ny Innehavare', monthly_price = 120")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, seen_from, seen_to) select $1, $2, id, operator_id, 'Gallrina Lind', '2020-01-01', '2024-01-01' from subscription where id = $3")
        .bind(app.a.id)
        .bind(new_id())
        .bind(item)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    seal_and_verify(&app).await;
    decide(&app, "subscription_holder").await;
    purge(&app).await.unwrap();
    assert_eq!(remembered(&app, "subscription").await, 0);
    assert_eq!(
        count(&app, "select count(*) from history where table_name = 'subscription' and new->>'monthly_price' = '100.00'").await,
        1
    );
    seal_and_verify(&app).await;
}

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
