//! Senders: their codes, what is expected of them, what they and others are reminded of.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::rules::leaver_months::MonthState;
use serde_json::Value;
use uuid::Uuid;

use super::{calendar, count, day, list, name_of, one_id, take_in};
use crate::support::TestApp;
use crate::support::matching::Ground;

#[tokio::test]
async fn a_senders_codes_are_warned_about_once_and_understood_when_told() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let content = list(&[
        [&department, "100001", "Ek", "Anna", "2026-09-30", "07"],
        [&department, "100002", "Al", "Bo", "2026-09-30", "07"],
        [&department, "100003", "Lind", "Cilla", "2026-09-30", "Pension"],
    ]);
    let receipt = serde_json::to_value(take_in(&app, "soc_2026-09.csv", &content).await).unwrap();
    let warned: Vec<&Value> =
        receipt["warnings"].as_array().unwrap().iter().filter(|w| w["code"] == "reason_unknown").collect();
    assert_eq!(warned.len(), 1, "{receipt}");
    let flags = |app: &TestApp| {
        app.command().run(&["watch", "run", "--tenant", "vik", "--today", "2026-11-20"]).expect(0);
        app.command().run(&["list", "flags", "--tenant", "vik", "--json"]).expect(0).stdout
    };
    assert!(flags(&app).contains("reason_unmapped"));
    let told = app
        .command()
        .run(&[
            "leavers",
            "reasons",
            "--tenant",
            "vik",
            "--source",
            "soc",
            "--json",
            "07 byter förvaltning, 08 kvasi",
        ])
        .expect(1);
    assert!(told.stdout.contains("08 kvasi"), "{}", told.stdout);
    let sender = one_id(&app, "select id from leaver_sender").await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get(&format!("/leavers/senders/{sender}")).await.expect(StatusCode::OK);
    assert!(page.shows("Byter enhet") && page.shows("08 kvasi"), "{}", page.visible());
    // Wherever the row stands, the code has the sender's own words beside it.
    let list_id = one_id(&app, "select id from leaver_list").await;
    let row = one_id(&app, "select id from leaver_row order by row_no limit 1").await;
    for path in
        [format!("/leavers/lists/{list_id}"), "/leavers/rows".to_owned(), format!("/leavers/rows/{row}")]
    {
        let page = hr.get(&path).await.expect(StatusCode::OK);
        assert!(page.shows("07: byter förvaltning"), "{path}: {}", page.visible());
    }
    let resolved: Vec<Value> = flags(&app).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        resolved.iter().any(|flag| flag["rule"] == "reason_unmapped" && flag["state"] == "resolved"),
        "{resolved:?}"
    );
}

#[tokio::test]
async fn a_sender_is_changed_and_one_can_be_expected_before_its_first_list() {
    let app = TestApp::new().await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let first = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(first.shows("Ingen lista har kommit än"), "{}", first.visible());
    let odd = hr.post("/leavers/senders", &[("name", ""), ("due_workday", "40")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unit = app.a.department.to_string();
    let form = [("name", "SOC"), ("units", unit.as_str()), ("expected_from", "2026-09"), ("is_active", "ja")];
    hr.post("/leavers/senders", &form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(hr.post("/leavers/senders", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let calendar = calendar(&app, "2026-11-20").await;
    let states: Vec<_> = calendar.lines[0].cells.iter().map(|cell| cell.state).take(4).collect();
    let missing = Some(MonthState::Missing);
    assert_eq!(states, [Some(MonthState::Due), missing, missing, None]);
    // Its list is known again by what the file is called.
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "SOC avslutade 2026-09.csv", &rows).await;
    assert_eq!(count(&app, "select count(*) from leaver_sender").await, 1);
    let sender = one_id(&app, "select id from leaver_sender").await;
    let later =
        [("version", "2"), ("name", "Socialförvaltningens HR"), ("due_workday", "8"), ("is_active", "ja")];
    hr.post(&format!("/leavers/senders/{sender}"), &later).await.expect(StatusCode::SEE_OTHER);
    hr.post(&format!("/leavers/senders/{sender}"), &later).await.expect(StatusCode::CONFLICT);
    let link = hr.get("/leavers").await;
    // The months go back to the first that anybody was expected in, and no further.
    let months = "table.manader tbody th";
    assert_eq!(link.texts(months), ["November 2026", "Oktober 2026", "September 2026"]);
    let upload = link.attributes("a", "href").into_iter().find(|href| href.contains("source=")).unwrap();
    let form = hr.get(upload.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("select[name=kind] option[selected]", "value"), ["leavers"]);
    assert_eq!(form.attributes("input[name=source]", "value"), ["soc"]);
    let earlier = [("name", "KUL"), ("expected_from", "2026-07"), ("is_active", "ja")];
    hr.post("/leavers/senders", &earlier).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(hr.get("/leavers").await.texts(months).last().map(String::as_str), Some("Juli 2026"));
}

#[tokio::test]
async fn what_nobody_has_settled_thirty_days_after_a_list_is_told_once_to_the_units_head_and_to_it_in_counts()
{
    let on = day("2026-12-08");
    let app = TestApp::on(on).await;
    let ground = Ground::of(&app, &app.a).await;
    let boss = ground.person("Karin", "Chefsson", "900100").managing().add(&ground).await;
    ground.heads(boss, app.a.department).await;
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(&ground).await;
    ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(&ground).await;
    ground.person("Hemma", "Hemligsson", "300500").left("2026-08-31").listed().protected().add(&ground).await;
    ground.subscription("+46701740688", "Hemma Hemligsson").reference("300500").add(&ground).await;
    ground.refresh_on(on).await;
    let head = app.client_with(&app.a, &[]).await.user_id();
    ground.is_person(head, boss).await;
    let it = app.client(&app.a, Role::ItUnit).await.user_id();
    let hr = app.client(&app.a, Role::HrAdmin).await.user_id();
    let manager_elsewhere =
        app.client_with(&app.a, &[(Role::Manager, Some(app.a.other_department))]).await.user_id();
    let letters = |user: Uuid| -> Vec<String> {
        app.mail()
            .into_iter()
            .map(|mail| mail.replace("=\r\n", ""))
            .filter(|mail| mail.contains(&user.simple().to_string()))
            .collect()
    };
    for _ in 0..2 {
        let mut tx = app.begin(&app.a).await;
        let job = overblick::areas::leavers::unsolved::UnsolvedReminder {};
        overblick::jobs::enqueue(&mut tx, &job, app.state.clock().now()).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
    }
    // The unit of a protected person's subscription is nothing that its head is told; IT-enheten counts it.
    let (to_head, to_it) = (letters(head), letters(it));
    assert_eq!((to_head.len(), to_it.len()), (1, 1), "{:?}", app.mail());
    assert!(to_head[0].contains(": 1 abonnemang") && to_head[0].contains("/vik/reports/r06"), "{to_head:?}");
    assert!(to_it[0].contains(": 2 abonnemang") && to_it[0].contains("/vik/matches"), "{to_it:?}");
    for letter in to_head.iter().chain(&to_it) {
        for secret in ["Eklind", "Hemlig", "740601", "740688", "100201", "300500"] {
            assert!(!letter.contains(secret), "{secret}");
        }
    }
    assert!(letters(hr).is_empty() && letters(manager_elsewhere).is_empty());
    assert_eq!(count(&app, "select count(*) from leaver_reminder where kind = 'unsolved'").await, 1);
}

#[tokio::test]
async fn hr_is_flagged_and_mailed_about_a_late_list_once() {
    let app = TestApp::on(day("2026-11-07")).await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    hr.get("/leavers").await.expect(StatusCode::OK);
    let run = || async {
        let mut tx = app.begin(&app.a).await;
        let job = overblick::areas::leavers::jobs::LeaverReminder {};
        overblick::jobs::enqueue(&mut tx, &job, app.state.clock().now()).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
        app.mail().into_iter().filter(|mail| mail.replace("=\r\n", "").contains("2026-11-06")).count()
    };
    let first = run().await;
    assert_eq!(first, 1, "{:?}", app.mail());
    assert_eq!(run().await, first, "mailed once");
    assert_eq!(count(&app, "select count(*) from leaver_reminder where kind = 'late'").await, 1);
    app.command().run(&["watch", "run", "--tenant", "vik", "--today", "2026-11-09"]).expect(0);
    let flags = app.command().run(&["list", "flags", "--tenant", "vik", "--json"]).expect(0).stdout;
    assert!(flags.contains("leaver_list_missing") && !flags.contains("Ek"), "{flags}");
}
