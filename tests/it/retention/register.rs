//! What the register keeps: cases and their names, persons, staff files, holders, reads and flags.

use overblick::auth::permissions::Role;
use overblick::ids::new_id;

use super::{
    case, count, decide, employ, exists, file, insert, person, purge, remembered, rows, seal_and_verify,
    snapshot, subscription,
};
use crate::support::TestApp;

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
