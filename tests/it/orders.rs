//! Orders to the operators, the proof by the next list, and the reports on it all.

use axum::http::StatusCode;
use chrono::NaiveDate;
use overblick::areas::matches::refresh;
use overblick::areas::retention;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::{Client, TestApp, today};

async fn execute(app: &TestApp, sql: &str) {
    let mut tx = app.begin(&app.a).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.replace("$t", &format!("'{}'", app.a.id))))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn refreshed(app: &TestApp) {
    let mut tx = app.begin(&app.a).await;
    let now = today().and_hms_opt(9, 0, 0).unwrap().and_utc();
    refresh::run(&mut tx, now, today()).await.unwrap();
    tx.commit().await.unwrap();
}

/// An operator with a list of 5 November, and a leaver list of October.
async fn ground(app: &TestApp) {
    let [operator, series, list, sender, leavers] = ids();
    execute(
        app,
        &format!(
            "insert into operator (tenant_id, id, name, order_email) values ($t, '{operator}', 'Telia', 'order@telia.example');
             insert into subscription_series (tenant_id, id, operator_id) values ($t, '{series}', '{operator}');
             insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($t, '{list}', '{series}', '{list}', '2026-11-05');
             insert into leaver_sender (tenant_id, id, key, name) values ($t, '{sender}', 'hr', 'Personalavdelningen');
             insert into leaver_list (tenant_id, id, sender_id, period, received_on, row_count)
                 values ($t, '{leavers}', '{sender}', '2026-10-01', '2026-11-04', 9);"
        ),
    )
    .await;
}

fn ids() -> [Uuid; 5] {
    [11, 12, 13, 14, 15].map(Uuid::from_u128)
}

/// Somebody who left on 31 October and holds a number at 149 kr a month.
async fn leaver(app: &TestApp, n: u32, name: &str, unit: Uuid, is_hidden: bool) -> Uuid {
    let [operator, series, list, _, leavers] = ids();
    let (id, row) = (new_id(), new_id());
    execute(
        app,
        &format!(
            "insert into subscription (tenant_id, id, msisdn, operator_id, series_id, first_list_id, type_text, holder, org_unit_id, monthly_price)
                 values ($t, '{id}', '+4670174060{n}', '{operator}', '{series}', '{list}', 'Mobil', '{name}', '{unit}', 149);
             insert into leaver_row (tenant_id, id, list_id, row_no, employee_no, full_name, org_unit_id, end_date, mobile, is_hidden)
                 values ($t, '{row}', '{leavers}', {n}, 'A10{n}', '{name}', '{unit}', '2026-10-31', '+4670174060{n}', {is_hidden});"
        ),
    )
    .await;
    id
}

/// Decides that a number is to end on 10 November.
async fn decided(app: &TestApp, subscription: Uuid) {
    execute(
        app,
        &format!(
            "insert into match_decision (tenant_id, id, case_id, subscription_id, outcome, class_then, subject_key, subject_keys, evidence,
                 decided_at, decided_on, actor, end_on, monthly_price)
             select $t, gen_random_uuid(), c.id, c.subscription_id, 'avsluta', c.class, c.subject_key, c.subject_keys, c.evidence,
                 '2026-11-06 09:00Z', '2026-11-06', 'Prov', '2026-11-10', 149 from match_case c where c.subscription_id = '{subscription}';
             update match_case c set state = 'decided', decision_id = (select d.id from match_decision d where d.case_id = c.id)
                 where c.subscription_id = '{subscription}';"
        ),
    )
    .await;
}

async fn state(app: &TestApp, subscription: Uuid) -> (String, String, Option<NaiveDate>) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as(
        "select c.state, c.reopened_reason, d.verified_on from match_case c left join match_decision d on d.id = c.decision_id
         where c.subscription_id = $1",
    )
    .bind(subscription)
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

/// Makes an order of all that waits; its path.
async fn ordered(client: &mut Client) -> String {
    let page = client.get("/matches/orders").await.expect(StatusCode::OK);
    let chosen = page.attributes("input[name=decision]", "value");
    let operator = ids()[0].to_string();
    let mut form = vec![("operator_id", operator.as_str()), ("form", "fil")];
    form.extend(chosen.iter().map(|id| ("decision", id.as_str())));
    let answer = client.post("/matches/orders", &form).await.expect(StatusCode::SEE_OTHER);
    answer.location().unwrap().trim_start_matches("/vik").to_owned()
}

async fn version(client: &mut Client, order: &str) -> String {
    client.get(order).await.attributes("input[name=version]", "value").remove(0)
}

async fn sent(client: &mut Client, order: &str) {
    let version = version(client, order).await;
    let form = [("sent_on", "2026-11-07"), ("reference", "TEL-77"), ("version", version.as_str())];
    client.post(&format!("{order}/sent"), &form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_order_goes_as_a_file_and_is_marked_as_sent_with_the_operators_number() {
    let app = TestApp::new().await;
    ground(&app).await;
    let id = leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    refreshed(&app).await;
    decided(&app, id).await;
    let mut client = app.client(&app.a, Role::SubscriptionManager).await;
    let order = ordered(&mut client).await;
    let file = client.get(&format!("{order}/file/csv")).await.expect(StatusCode::OK).text();
    assert!(
        file.starts_with('\u{feff}') && file.contains("070-174 06 05;Säg upp abonnemanget;2026-11-10"),
        "{file}"
    );
    assert!(!file.contains("Anna"), "the operator needs no name to end a number");
    client.get(&format!("{order}/file/xlsx")).await.expect(StatusCode::OK);
    assert!(client.get(&format!("{order}/letter")).await.expect(StatusCode::OK).shows("Beställning 1"));
    let version = version(&mut client, &order).await;
    let none =
        client.post(&format!("{order}/sent"), &[("sent_on", "2026-11-07"), ("version", &version)]).await;
    assert!(none.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Ange operatörens ordernummer."));
    sent(&mut client, &order).await;
    assert_eq!(state(&app, id).await.0, "ordered");
    let page = client.get(&order).await.expect(StatusCode::OK);
    assert!(page.shows("TEL-77"), "{}", page.visible());
    let version = page.attributes("input[name=version]", "value").remove(0);
    client
        .post(&format!("{order}/unsent"), &[("version", &version)])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("version", version.as_str()), ("reason", "Fel fil")];
    client.post(&format!("{order}/unsent"), &form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(state(&app, id).await.0, "decided");
    client.post(&format!("{order}/delete"), &[]).await.expect(StatusCode::SEE_OTHER);
    client.get(&order).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_opened_again_before_it_is_sent_is_left_out() {
    let app = TestApp::new().await;
    ground(&app).await;
    let stays = leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    let falls = leaver(&app, 6, "Bo Ek", app.a.department, false).await;
    refreshed(&app).await;
    decided(&app, stays).await;
    decided(&app, falls).await;
    let mut client = app.client(&app.a, Role::SubscriptionManager).await;
    let order = ordered(&mut client).await;
    execute(&app, "update leaver_row set withdrawn_on = '2026-11-08', withdrawn_reason = 'Fel' where full_name = 'Bo Ek'").await;
    let page = client.get(&order).await.expect(StatusCode::OK);
    assert!(page.shows("Lämnas utanför"), "{}", page.visible());
    let file = client.get(&format!("{order}/file/csv")).await.expect(StatusCode::OK).text();
    assert!(file.contains("06 05") && !file.contains("06 06"), "{file}");
    sent(&mut client, &order).await;
    assert_eq!(state(&app, stays).await.0, "ordered");
    assert_eq!(state(&app, falls).await.0, "open");
    assert_eq!(client.get(&order).await.count("tbody tr"), 1);
}

#[tokio::test]
async fn the_next_list_proves_it_and_the_proof_falls_with_the_list() {
    let app = TestApp::new().await;
    ground(&app).await;
    let id = leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    refreshed(&app).await;
    decided(&app, id).await;
    let mut client = app.client(&app.a, Role::SubscriptionManager).await;
    let order = ordered(&mut client).await;
    sent(&mut client, &order).await;
    let (series, list, later) = (ids()[1], Uuid::from_u128(21), Uuid::from_u128(22));
    let take_in = format!(
        "insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($t, '{list}', '{series}', '{list}', '2026-11-18')"
    );
    // A list eight days after the last day still has it.
    execute(&app, &take_in).await;
    refreshed(&app).await;
    assert_eq!(state(&app, id).await.0, "not_gone");
    // It disappears.
    execute(&app, &format!("update subscription set missing_from_list_id = '{list}' where id = '{id}'"))
        .await;
    refreshed(&app).await;
    assert_eq!(
        state(&app, id).await,
        ("verified".into(), String::new(), Some("2026-11-18".parse().unwrap()))
    );
    let report = client.get("/reports/r09").await.expect(StatusCode::OK);
    assert!(report.shows("1\u{a0}788") || report.shows("1 788"), "12 × 149 kr: {}", report.visible());
    // The list is taken back: what it proved is not proved.
    execute(&app, "update subscription set missing_from_list_id = null").await;
    execute(&app, &format!("delete from subscription_list where id = '{list}'")).await;
    refreshed(&app).await;
    assert_eq!(state(&app, id).await, ("ordered".into(), String::new(), None));
    // Once more, and then it is back.
    execute(&app, &take_in).await;
    execute(&app, &format!("update subscription set missing_from_list_id = '{list}' where id = '{id}'"))
        .await;
    refreshed(&app).await;
    execute(
        &app,
        &format!(
            "update subscription set missing_from_list_id = null;
             insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($t, '{later}', '{series}', '{later}', '2026-11-19')"
        ),
    )
    .await;
    refreshed(&app).await;
    assert_eq!(state(&app, id).await, ("open".into(), "back".into(), Some("2026-11-18".parse().unwrap())));
    refreshed(&app).await;
    assert_eq!(state(&app, id).await.1, "back", "nothing changes by looking again");
}

async fn closed_on(app: &TestApp, subscription: Uuid) -> Option<NaiveDate> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select closed_on from match_case where subscription_id = $1")
        .bind(subscription)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_case_that_was_verified_long_ago_is_counted_among_what_is_to_be_purged() {
    let app = TestApp::new().await;
    ground(&app).await;
    let id = leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    refreshed(&app).await;
    decided(&app, id).await;
    assert_eq!(closed_on(&app, id).await, None);
    let (series, list) = (ids()[1], Uuid::from_u128(21));
    execute(
        &app,
        &format!(
            "insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($t, '{list}', '{series}', '{list}', '2026-11-18');
             update subscription set missing_from_list_id = '{list}' where id = '{id}'"
        ),
    )
    .await;
    refreshed(&app).await;
    assert_eq!(state(&app, id).await.0, "verified");
    assert_eq!(closed_on(&app, id).await, "2026-11-18".parse().ok(), "since the list that showed it");
    refreshed(&app).await;
    assert_eq!(closed_on(&app, id).await, "2026-11-18".parse().ok());

    // Two years later it is counted; a month before that it is not.
    execute(
        &app,
        "insert into retention_rule (tenant_id, id, code, days, decision_ref, decided_on, is_active)
         values ($t, gen_random_uuid(), 'match_case', 730, 'KS 2026/77 § 4', '2026-10-01', true)",
    )
    .await;
    for (on, wanted) in [("2028-10-18", 0), ("2028-11-20", 1)] {
        let mut tx = app.begin(&app.a).await;
        let dry = retention::dry_run(&mut tx, app.state.clock().now(), on.parse().unwrap()).await.unwrap();
        let dry = retention::find_run(&mut tx, dry).await.unwrap();
        let counted = dry.lines.iter().find(|line| line.code == "match_case").map_or(0, |line| line.rows);
        assert_eq!(counted, wanted, "{on}: {dry:?}");
    }
}

#[tokio::test]
async fn a_report_tells_each_reader_what_the_reader_may_know() {
    let app = TestApp::new().await;
    ground(&app).await;
    leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    leaver(&app, 6, "Bo Ek", app.a.other_department, false).await;
    leaver(&app, 7, "Hemlig Person", app.a.department, true).await;
    refreshed(&app).await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    let page = manager.get("/reports/r06").await.expect(StatusCode::OK);
    assert!(
        page.shows("Anna Lind") && page.shows("070-174 06 05") && page.shows("Bo Ek"),
        "{}",
        page.visible()
    );
    let rows = page.texts("section[aria-labelledby=abonnemang] tbody tr").len();
    let file = manager.get("/reports/r06/file/csv").await.expect(StatusCode::OK).text();
    assert_eq!(file.trim().lines().count(), rows + 2, "a header, the rows of the page and their sum");
    let filtered = manager.get(&format!("/reports/r06?forvaltning={}", app.a.other_department)).await;
    assert!(filtered.shows("Bo Ek") && !filtered.shows("Anna Lind"));
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let page = auditor.get("/reports/r06").await.expect(StatusCode::OK);
    assert!(page.shows("A. L.") && !page.shows("Anna Lind") && !page.shows("06 05"), "{}", page.visible());
    for role in [Role::Finance, Role::BoardViewer, Role::HrAdmin] {
        let mut reader = app.client(&app.a, role).await;
        for path in ["/reports/r06", "/reports/r06/file/csv"] {
            let page = reader.get(path).await.expect(StatusCode::OK);
            for hidden in ["Anna", "A. L.", "06 05", "46•"] {
                assert!(!page.text().contains(hidden), "{role:?} {path} {hidden}");
            }
        }
        assert!(reader.get("/reports/r06").await.shows("Kan sparas per månad"));
    }
    let mut other = app.client_with(&app.a, &[(Role::UnitAdmin, Some(app.a.other_department))]).await;
    let page = other.get("/reports/r06").await.expect(StatusCode::OK);
    assert!(page.shows("Bo Ek") && !page.shows("Anna Lind"), "{}", page.visible());
    for role in [Role::SubscriptionManager, Role::Auditor, Role::Finance, Role::BoardViewer, Role::ItUnit] {
        let mut reader = app.client(&app.a, role).await;
        for report in ["r06", "r07", "r08", "r09"] {
            for path in [
                format!("/reports/{report}"),
                format!("/reports/{report}/file/csv"),
                format!("/reports/{report}?dag=2026-11-19"),
            ] {
                let text = reader.get(&path).await.expect(StatusCode::OK).text();
                assert!(
                    !text.contains("Hemlig") && !text.contains("06 07") && !text.contains("7017406 07"),
                    "{role:?} {path}"
                );
            }
            reader.get(&format!("/reports/{report}/file/xlsx")).await.expect(StatusCode::OK);
        }
    }
    let mut identity = app.client(&app.a, Role::ProtectedIdentity).await;
    identity.get("/reports/r06").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_inventory_and_the_months_count_what_there_is() {
    let app = TestApp::new().await;
    ground(&app).await;
    leaver(&app, 5, "Anna Lind", app.a.department, false).await;
    leaver(&app, 6, "Bo Ek", app.a.other_department, false).await;
    refreshed(&app).await;
    let mut client = app.client(&app.a, Role::ItUnit).await;
    let page = client.get("/reports/r08").await.expect(StatusCode::OK);
    let totals = page.texts("section[aria-labelledby=enheter] tfoot td");
    assert_eq!(totals[0], "2", "{totals:?}");
    assert!(page.shows("298"), "{}", page.visible());
    let page = client.get("/reports/r07").await.expect(StatusCode::OK);
    assert!(page.shows("Personalavdelningen") && page.shows("2026-11-04"), "{}", page.visible());
    assert!(page.shows("100\u{a0}%") || page.shows("100 %"), "{}", page.visible());
}
