//! Who sees what of the lists, and whose they are to take back.

use axum::http::StatusCode;
use overblick::areas::imports::flow::Told;
use overblick::auth::permissions::Role;
use serde_json::Value;
use uuid::Uuid;

use super::{count, list, name_of, one_id, register, take_in, take_in_of};
use crate::support::TestApp;
use crate::support::client::Upload;
use crate::support::staff::employ;

#[tokio::test]
async fn of_somebody_whom_the_list_hides_nothing_is_kept_that_tells_who_to_a_reader() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "004711", "SKYDDAD", "", "2026-10-31", "Egen uppsägning"]]);
    take_in(&app, "soc_2026-10.csv", &rows).await;
    let kept = register(&app).await.into_iter().find(|row| row.starts_with("leaver_row")).unwrap();
    assert!(kept.contains("\"is_hidden\": true") && !kept.contains("SKYDDAD"), "{kept}");
    assert!(kept.contains("\"org_unit_id\": null") && kept.contains("\"unit_text\": \"\""), "{kept}");
    let ended = app
        .command()
        .run(&["list", "leaver-rows", "--tenant", "vik", "--json", "--today", "2026-11-20"])
        .expect(0);
    let listed: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(listed["employee_no"], Value::Null);
    assert_eq!(listed["verdict"], "protected");
    assert_eq!(listed["source"]["file"], "soc_2026-10.csv");
}

#[tokio::test]
async fn a_protected_person_whom_the_list_names_is_in_no_page_receipt_export_or_mail() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    employ(&app, "Zäta Planterad", "777123", app.a.unit, true).await;
    employ(&app, "Öppen Persson", "777124", app.a.unit, false).await;
    let content = list(&[
        [&department, "777123", "Planterad", "Zäta", "2026-10-31", "Egen uppsägning"],
        [&department, "777124", "Persson", "Öppen", "2026-10-31", "Egen uppsägning"],
        [&department, "777123", "Plan\u{fffd}erad", "Zäta", "2026-10-31", "Egen uppsägning"],
        [&department, "777123", "Planterad", "Zäta", "2026-02-31", "77"],
    ]);
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let files = [Upload { field: "file", file_name: "soc_2026-10.csv", bytes: content.as_bytes() }];
    let answer = hr.upload("/imports", &[("kind", "leavers"), ("period", "2026-10")], &files).await;
    let path = answer.location().unwrap().trim_start_matches("/vik").to_owned();
    let mut pages = vec![hr.get(&path).await.text(), hr.get(&format!("{path}/mapping")).await.text()];
    hr.post(&format!("{path}/take-in"), &[]).await.expect(StatusCode::SEE_OTHER);
    let listed = one_id(&app, "select id from leaver_list").await;
    let row = one_id(&app, "select id from leaver_row where employee_no = '777123'").await;
    let sender = one_id(&app, "select id from leaver_sender").await;
    for page in [
        path.clone(),
        format!("{path}/refused?format=csv"),
        "/leavers".to_owned(),
        format!("/leavers/lists/{listed}"),
        "/leavers/rows".to_owned(),
        "/leavers/rows?format=csv".to_owned(),
        "/leavers/rows?q=Planterad".to_owned(),
        "/leavers/missing".to_owned(),
        format!("/leavers/rows/{row}"),
        format!("/leavers/senders/{sender}"),
    ] {
        pages.push(hr.get(&page).await.text());
    }
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for page in ["/leavers".to_owned(), format!("/leavers/lists/{listed}"), "/audit".to_owned()] {
        pages.push(auditor.get(&page).await.text());
    }
    app.run_jobs().await;
    pages.extend(app.mail());
    let ended =
        app.command().run(&["list", "leaver-rows", "--tenant", "vik", "--json", "--today", "2026-11-20"]);
    pages.push(ended.stdout);
    for text in &pages {
        for secret in ["777123", "Zäta"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let shown = hr.get(&format!("/leavers/lists/{listed}")).await;
    assert!(shown.shows("Skyddad uppgift") && shown.shows("Persson, Öppen"), "{}", shown.visible());
    let open = hr.get("/leavers/rows?q=Persson").await;
    assert!(open.shows("Persson, Öppen"));
}

#[tokio::test]
async fn others_than_hr_see_that_lists_came_and_no_names() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ekberg", "Annika", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let list = one_id(&app, "select id from leaver_list").await;
    let row = one_id(&app, "select id from leaver_row").await;
    for role in [Role::Auditor, Role::ItUnit, Role::SubscriptionManager, Role::LicenceManager] {
        let mut client = app.client(&app.a, role).await;
        for path in ["/leavers".to_owned(), format!("/leavers/lists/{list}")] {
            let page = client.get(&path).await.expect(StatusCode::OK);
            assert!(!page.text().contains("Ekberg") && !page.text().contains("100001"), "{role:?} {path}");
        }
        for path in
            [format!("/leavers/rows/{row}"), "/leavers/rows".to_owned(), "/leavers/missing".to_owned()]
        {
            client.get(&path).await.expect(StatusCode::NOT_FOUND);
        }
        client
            .post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "x")])
            .await
            .expect(StatusCode::NOT_FOUND);
        client.post(&format!("/leavers/lists/{list}/withdraw"), &[]).await.expect(StatusCode::NOT_FOUND);
    }
    for role in [Role::Manager, Role::UnitAdmin, Role::Finance, Role::BoardViewer, Role::TenantAdmin] {
        let mut client = app.client(&app.a, role).await;
        client.get("/leavers").await.expect(StatusCode::NOT_FOUND);
        client.get(&format!("/leavers/lists/{list}")).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn hr_of_one_office_sees_and_decides_about_its_own_rows_only() {
    let app = TestApp::new().await;
    let (own, other) = (name_of(&app, app.a.department).await, name_of(&app, app.a.other_department).await);
    let rows = list(&[
        [&own, "100001", "Egensson", "Anna", "2026-09-30", "Pension"],
        [&other, "100002", "Andrasson", "Bo", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "avslutade_2026-09_kommun.csv", &rows).await;
    let only_other = list(&[[&other, "100003", "Tredjesson", "Cilla", "2026-09-30", "Pension"]]);
    take_in(&app, "bun_2026-09.csv", &only_other).await;
    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let page = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(page.shows("Hela kommunen") && !page.text().contains(&other), "{}", page.visible());
    let all = hr.get("/leavers/rows").await.expect(StatusCode::OK);
    assert!(all.shows("Egensson, Anna") && !all.shows("Andrasson") && !all.shows("Tredjesson"));
    let list_of = |period: &'static str| one_id(&app, period);
    let whole = list_of("select list_id from leaver_row where employee_no = '100001'").await;
    let page = hr.get(&format!("/leavers/lists/{whole}")).await.expect(StatusCode::OK);
    assert!(page.shows("Egensson, Anna") && !page.shows("Andrasson"), "{}", page.visible());
    hr.post(&format!("/leavers/lists/{whole}/withdraw"), &[]).await.expect(StatusCode::NOT_FOUND);
    let foreign = list_of("select list_id from leaver_row where employee_no = '100003'").await;
    hr.get(&format!("/leavers/lists/{foreign}")).await.expect(StatusCode::NOT_FOUND);
    let row = one_id(&app, "select id from leaver_row where employee_no = '100002'").await;
    hr.get(&format!("/leavers/rows/{row}")).await.expect(StatusCode::NOT_FOUND);
    hr.post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "x")]).await.expect(StatusCode::NOT_FOUND);

    // A list must be said to be of an own unit, and then other units' rows are refused.
    let files = [Upload { field: "file", file_name: "soc_2026-10.csv", bytes: only_other.as_bytes() }];
    let answer = hr.upload("/imports", &[("kind", "leavers")], &files).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.visible());
    let told = Told { unit_id: Some(app.a.department), ..Told::default() };
    let mixed = rows.replace("2026-09-30", "2026-10-31");
    let receipt = take_in_of(&app, "soc_2026-10.csv", mixed.as_bytes(), told).await;
    assert_eq!((receipt.new, receipt.refused), (1, 1));
}

/// Sends a list of October in the browser, for a unit, and gives the path of its receipt.
async fn send(client: &mut crate::support::Client, unit: Uuid, file_name: &str, content: &str) -> String {
    let unit = unit.to_string();
    let files = [Upload { field: "file", file_name, bytes: content.as_bytes() }];
    let form = [("kind", "leavers"), ("period", "2026-10"), ("unit", unit.as_str())];
    let answer = client.upload("/imports", &form, &files).await;
    let path = answer.location().unwrap().trim_start_matches("/vik").to_owned();
    client.post(&format!("{path}/take-in"), &[]).await.expect(StatusCode::SEE_OTHER);
    path
}

#[tokio::test]
async fn hr_of_one_office_takes_back_its_own_list_from_the_receipt_and_nobody_elses() {
    let app = TestApp::new().await;
    let own = name_of(&app, app.a.department).await;
    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let mut colleague = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let mut whole = app.client(&app.a, Role::HrAdmin).await;
    let undo = |page: &crate::support::client::Page| {
        page.attributes("a", "href").into_iter().find(|href| href.ends_with("/undo"))
    };

    let mine = list(&[[&own, "100001", "Ek", "Anna", "2026-10-31", "Pension"]]);
    let receipt = send(&mut hr, app.a.department, "soc_2026-10.csv", &mine).await;
    let link = undo(&hr.get(&receipt).await.expect(StatusCode::OK)).unwrap();
    let link = link.trim_start_matches("/vik");
    hr.get(link).await.expect(StatusCode::OK);
    // A colleague may read the receipt; the list is for the one who sent it, or for HR of the whole municipality, to take back.
    assert_eq!(undo(&colleague.get(&receipt).await.expect(StatusCode::OK)), None);
    colleague.get(link).await.expect(StatusCode::NOT_FOUND);
    colleague.post(link, &[]).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 1);
    let done = hr.post(link, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.follow(&done).await.expect(StatusCode::OK).shows("Ändringarna är ångrade."));
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 0);

    let theirs = list(&[[&own, "100002", "Al", "Bo", "2026-10-31", "Pension"]]);
    let receipt = send(&mut whole, app.a.department, "soc_2026-10_2.csv", &theirs).await;
    let link = undo(&whole.get(&receipt).await.expect(StatusCode::OK)).unwrap();
    assert_eq!(undo(&hr.get(&receipt).await.expect(StatusCode::OK)), None, "a link leads somewhere");
    hr.post(link.trim_start_matches("/vik"), &[]).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(count(&app, "select count(*) from leaver_row").await, 1);
}

#[tokio::test]
async fn a_manager_reads_the_rows_of_the_own_staff_and_corrects_nothing() {
    let app = TestApp::new().await;
    let (own, other) = (name_of(&app, app.a.unit).await, name_of(&app, app.a.other_department).await);
    employ(&app, "Zäta Planterad", "100003", app.a.unit, true).await;
    let rows = list(&[
        [&own, "100001", "Egensson", "Anna", "2026-09-30", "Pension"],
        [&other, "100002", "Andrasson", "Bo", "2026-09-30", "Pension"],
        [&own, "100003", "Planterad", "Zäta", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "avslutade_2026-09_kommun.csv", &rows).await;
    let listed = one_id(&app, "select id from leaver_list").await;
    let mine = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
    let theirs = one_id(&app, "select id from leaver_row where employee_no = '100002'").await;
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.unit))]).await;
    // The way there is from the own staff.
    let people = manager.get("/people").await.expect(StatusCode::OK);
    assert!(people.attributes("a", "href").contains(&"/vik/leavers/rows".to_owned()));
    for path in ["/leavers/rows", "/leavers/rows?format=csv"] {
        let page = manager.get(path).await.expect(StatusCode::OK).text();
        assert!(page.contains("Egensson, Anna") && !page.contains("Andrasson"), "{path}: {page}");
        assert!(!page.contains("Planterad"), "{path}");
    }
    let read =
        "select count(*) from access_log where object_kind = 'leavers/rows' and kind = 'read_personal'";
    assert_eq!(count(&app, read).await, 1, "reading the list is logged");
    let page = manager.get(&format!("/leavers/rows/{mine}")).await.expect(StatusCode::OK);
    assert!(page.shows("Egensson, Anna") && page.shows("Säg det till HR"), "{}", page.visible());
    assert_eq!(page.count("form[action*='/leavers/']"), 0, "nothing to correct with");
    for href in page.attributes("main a", "href").into_iter().filter(|href| href.contains("/leavers")) {
        manager.get(href.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    }
    manager.get(&format!("/leavers/rows/{theirs}")).await.expect(StatusCode::NOT_FOUND);
    for path in ["/leavers".to_owned(), "/leavers/missing".to_owned(), format!("/leavers/lists/{listed}")] {
        manager.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    for path in [format!("/leavers/rows/{mine}/withdraw"), format!("/leavers/lists/{listed}/withdraw")] {
        manager.post(&path, &[("reason", "x")]).await.expect(StatusCode::NOT_FOUND);
    }
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get(&format!("/leavers/rows/{mine}")).await.expect(StatusCode::OK);
    assert!(page.count("form[action$='/withdraw']") == 1 && !page.shows("Säg det till HR"));
}
