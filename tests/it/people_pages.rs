//! The pages of persons: who sees whom, what is hidden, assignments.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use super::support::{Client, TestApp, client::Page, staff::employ};

/// Made up, with check digits that fit.
const IDS: [&str; 2] = ["19900101-2385", "19910102-2383"];

/// Adds a person through the form and gives its path.
async fn add(client: &mut Client, form: &[(&str, &str)]) -> String {
    let answer = client.post("/people", form).await.expect(StatusCode::SEE_OTHER);
    format!("/people/{}", answer.location().unwrap().rsplit('/').next().unwrap())
}

fn names(page: &Page) -> Vec<String> {
    page.texts("tbody th a")
}

async fn accesses(app: &TestApp, kind: &str, person: Uuid) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select count(*) from access_log where kind = $1 and object_id = $2")
        .bind(kind)
        .bind(person)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_person_is_added_by_hand_with_an_assignment_that_is_changed_ended_and_taken_back() {
    let app = TestApp::new().await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let unit = app.a.unit.to_string();
    let faulty = [("given_names", "Kim"), ("form", "Konsult"), ("email", "kim")];
    let answer = hr.post("/people", &faulty).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["Ange efternamn", "namn@kommunen.se", "Välj den enhet", "Ange första dagen"] {
        assert!(answer.shows(text), "{text}: {}", answer.visible());
    }
    let path = add(
        &mut hr,
        &[
            ("given_names", "Kim"),
            ("family_name", "Ek"),
            ("email", "Kim.Ek@Vik.example"),
            ("work_mobile", "070-174 06 05"),
            ("form", "Konsult"),
            ("org_unit_id", unit.as_str()),
            ("start_date", "2026-01-01"),
        ],
    )
    .await;
    let page = hr.get(&path).await.expect(StatusCode::OK);
    for text in ["Kim Ek", "kim.ek@vik.example", "070-174 06 05", "Konsult", "Hemtjänsten", "Aktiv"] {
        assert!(page.shows(text), "{text}: {}", page.visible());
    }
    let assignment = page.attributes("a[href*='/assignments/']", "href");
    let assignment =
        assignment.iter().find(|h| !h.ends_with("/new")).unwrap().trim_start_matches("/vik").to_owned();
    let form = [
        ("form", "Konsult"),
        ("org_unit_id", unit.as_str()),
        ("start_date", "2026-01-01"),
        ("end_date", "2026-10-31"),
    ];
    hr.post(&assignment, &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.get(&path).await;
    assert!(page.shows("2026-10-31") && page.shows("Avslutad"));
    let history = hr.get(&format!("{path}/history")).await;
    assert!(history.shows("Konsult") && history.shows("2026-10-31"));
    hr.post(&format!("{assignment}/delete"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.get(&path).await.shows("inga uppdrag"));
    // Whoever sees the person without the right to change it is not offered to.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let page = auditor.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("a[href$='/edit']") + page.count("a[href$='/assignments/new']"), 0);
    auditor.get(&format!("{path}/edit")).await.expect(StatusCode::NOT_FOUND);
    auditor.post(&format!("{path}/edit"), &[]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_of_name_keeps_the_earlier_one_and_two_changes_at_once_meet() {
    let app = TestApp::new().await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let path = add(&mut hr, &[("given_names", "Anna"), ("family_name", "Ek")]).await;
    let form = [("version", "1"), ("given_names", "Anna"), ("family_name", "Alm")];
    hr.post(&format!("{path}/edit"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.get(&path).await;
    assert!(page.shows("Anna Alm") && page.shows("Tidigare efternamn") && page.shows("Ek"));
    hr.post(&format!("{path}/edit"), &form).await.expect(StatusCode::CONFLICT);
    // The earlier name finds the person too.
    assert_eq!(names(&hr.get("/people?q=ek").await), ["Anna Alm"]);
}

#[tokio::test]
async fn a_manager_sees_the_own_units_staff_and_nobody_else() {
    let app = TestApp::new().await;
    let own = employ(&app, "Olle Nära", "104223", app.a.unit, false).await;
    let other = employ(&app, "Frida Fjärran", "104223", app.a.other_department, false).await;
    let mut manager = app.client(&app.a, Role::Manager).await;
    assert_eq!(names(&manager.get("/people").await), ["Olle Nära"]);
    manager.get(&format!("/people/{own}")).await.expect(StatusCode::OK);
    for rest in ["", "/history", "/edit", "/assignments/new"] {
        manager.get(&format!("/people/{other}{rest}")).await.expect(StatusCode::NOT_FOUND);
    }
    let found = manager.get("/search?q=fjärran").await;
    assert!(!found.shows("Frida"));
    // A unit's page names staff only to whoever reaches the unit.
    let page = manager.get(&format!("/organisation/{}", app.a.other_department)).await.expect(StatusCode::OK);
    assert!(!page.shows("Frida"));
    assert!(manager.get(&format!("/organisation/{}", app.a.unit)).await.shows("Olle Nära"));
    // HR of one förvaltning puts nobody in another.
    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.department))]).await;
    let away = app.a.other_department.to_string();
    let form = [
        ("given_names", "Ny"),
        ("family_name", "Person"),
        ("form", "Konsult"),
        ("org_unit_id", away.as_str()),
        ("start_date", "2026-01-01"),
    ];
    hr.post("/people", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    hr.post("/people", &[("given_names", "Ny"), ("family_name", "Person")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    hr.get(&format!("/people/{own}")).await.expect(StatusCode::OK);
    hr.get(&format!("/people/{other}")).await.expect(StatusCode::NOT_FOUND);
    for role in [Role::Finance, Role::Procurement, Role::BoardViewer, Role::ContractOfficer] {
        let mut client = app.client(&app.a, role).await;
        client.get("/people").await.expect(StatusCode::NOT_FOUND);
        client.get(&format!("/people/{own}")).await.expect(StatusCode::NOT_FOUND);
    }
    let mut stranger = app.client(&app.b, Role::HrAdmin).await;
    stranger.get(&format!("/people/{own}")).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(names(&stranger.get("/people").await), Vec::<String>::new());
}

#[tokio::test]
async fn a_protected_person_is_nowhere_but_for_the_special_grant_and_that_is_logged() {
    let app = TestApp::new().await;
    let vera = employ(&app, "Vera Gömd", "104223", app.a.unit, true).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let path = format!("/people/{vera}");
    for rest in ["", "/history", "/edit", "/assignments/new"] {
        hr.get(&format!("{path}{rest}")).await.expect(StatusCode::NOT_FOUND);
    }
    hr.post(&format!("{path}/reveal"), &[]).await.expect(StatusCode::NOT_FOUND);
    let unit = format!("/organisation/{}", app.a.unit);
    for page in ["/people", "/people?q=gömd", "/people?format=csv", "/search?q=gömd", unit.as_str()] {
        let text = hr.get(page).await.expect(StatusCode::OK).text();
        assert!(!text.contains("Vera") && !text.contains(&vera.to_string()), "{page}");
    }
    assert_eq!(accesses(&app, "reveal", vera).await, 0);

    let mut granted =
        app.client_with(&app.a, &[(Role::HrAdmin, None), (Role::ProtectedIdentity, None)]).await;
    // Not by name or unit in the list either: the way to the page is there, and the page is logged.
    let list = granted.get("/people").await;
    assert_eq!(names(&list), ["Skyddad uppgift"]);
    assert!(!list.shows("Vera") && !list.text().contains(&app.a.unit.to_string()));
    assert!(!granted.get("/people?format=csv").await.text().contains("Vera"));
    assert_eq!(names(&granted.get("/people?q=vera").await), Vec::<String>::new());
    let page = granted.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("Vera Gömd") && page.shows("Skyddade personuppgifter"));
    assert_eq!(accesses(&app, "reveal", vera).await, 1);
    // A grant for one förvaltning does not open another's.
    let roles = [(Role::HrAdmin, None), (Role::ProtectedIdentity, Some(app.a.other_department))];
    app.client_with(&app.a, &roles).await.get(&path).await.expect(StatusCode::NOT_FOUND);
    // Who marks a person as protected does not see it any more.
    let olle = employ(&app, "Olle Synlig", "104223", app.a.unit, false).await;
    let form = [("version", "1"), ("given_names", "Olle"), ("family_name", "Synlig"), ("is_protected", "ja")];
    let answer = hr.post(&format!("/people/{olle}/edit"), &form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), Some("/vik/people"));
    hr.get(&format!("/people/{olle}")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_number_is_sealed_shown_as_a_date_of_birth_on_request_and_the_request_is_logged() {
    let app = TestApp::new().await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let path = add(&mut hr, &[("given_names", "Kim"), ("family_name", "Ek"), ("personal_id", IDS[0])]).await;
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let page = hr.get(&path).await;
    assert!(page.shows("Född 1990") && !page.text().contains("900101") && !page.text().contains("2385"));
    assert!(!hr.get(&format!("{path}/edit")).await.text().contains("2385"));
    assert_eq!(accesses(&app, "reveal", id).await, 0);
    let shown = hr.post(&format!("{path}/reveal"), &[]).await.expect(StatusCode::OK);
    assert!(shown.shows("900101-****") && !shown.text().contains("2385"));
    assert_eq!(accesses(&app, "reveal", id).await, 1);
    // Not the last digits in the database either.
    let mut tx = app.begin(&app.a).await;
    let stored: String =
        sqlx::query_scalar("select to_jsonb(p)::text from person p").fetch_one(&mut *tx).await.unwrap();
    assert!(!stored.contains("199001012385"));
    drop(tx);
    let taken = [("given_names", "Annan"), ("family_name", "Person"), ("personal_id", IDS[0])];
    let answer = hr.post("/people", &taken).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("har redan det numret") && !answer.text().contains("2385"));
    add(&mut hr, &[("given_names", "Annan"), ("family_name", "Person"), ("personal_id", IDS[1])]).await;
    // Only HR asks for it.
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("form[action$='/reveal']"), 0);
    it.post(&format!("{path}/reveal"), &[]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_tells_managers_those_who_are_gone_and_those_who_hold_roles() {
    let app = TestApp::new().await;
    let boss = employ(&app, "Berit Bas", "104223", app.a.unit, false).await;
    let gone = employ(&app, "Gösta Gången", "104223", app.a.unit, false).await;
    let holder = employ(&app, "Rut Roll", "104223", app.a.unit, false).await;
    let (snapshot, system) = (new_id(), new_id());
    let mut tx = app.begin(&app.a).await;
    for (sql, ids) in [
        ("update org_unit set head_person_id = $2 where id = $1", [app.a.unit, boss]),
        (
            "insert into staff_snapshot (tenant_id, id, taken_on) values ($1, $2, '2026-11-01')",
            [app.a.id, snapshot],
        ),
        ("update employment set missing_from_snapshot_id = $2 where person_id = $1", [gone, snapshot]),
        (
            "insert into it_system (tenant_id, id, number, name) values ($1, $2, 1, 'Procapita')",
            [app.a.id, system],
        ),
    ] {
        sqlx::query(sql).bind(ids[0]).bind(ids[1]).execute(&mut *tx).await.unwrap();
    }
    for person in [holder, gone] {
        sqlx::query("insert into role_assignment (tenant_id, id, system_id, person_id, role) values ($1, $2, $3, $4, 'systemforvaltare')")
            .bind(app.a.id)
            .bind(new_id())
            .bind(system)
            .bind(person)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    // By family name.
    assert_eq!(names(&hr.get("/people").await), ["Berit Bas", "Gösta Gången", "Rut Roll"]);
    for (query, expected) in [
        ("vy=chefer", vec!["Berit Bas"]),
        ("vy=borta", vec!["Gösta Gången"]),
        ("vy=roll-utan-anstallning", vec!["Gösta Gången"]),
        ("roll=ja&sort=-name", vec!["Rut Roll", "Gösta Gången"]),
        ("chef=nej&borta=nej", vec!["Rut Roll"]),
    ] {
        assert_eq!(names(&hr.get(&format!("/people?{query}")).await), expected, "{query}");
    }
    let unit = app.a.unit;
    assert_eq!(names(&hr.get(&format!("/people?enhet={unit}")).await).len(), 3);
    assert_eq!(names(&hr.get(&format!("/people?forvaltning={}", app.a.department)).await).len(), 3);
    let csv = hr.get("/people?format=csv").await.expect(StatusCode::OK).text();
    assert!(csv.contains("Rut Roll") && csv.contains("Socialförvaltningen"));
    // HR sees that there is a role, and not on which system; IT-enheten sees that too.
    let page = hr.get(&format!("/people/{holder}")).await;
    assert!(!page.shows("Procapita") && page.shows("1 roll"));
    assert!(!hr.get(&format!("/people/{holder}/history")).await.shows("Procapita"));
    let mut it = app.client(&app.a, Role::ItUnit).await;
    assert!(it.get(&format!("/people/{holder}")).await.shows("Procapita"));
    assert!(it.get(&format!("/people/{boss}")).await.shows("Chef för"));
    // What search finds has a page.
    let found = it.get("/search?q=roll").await;
    let way = found.attributes(".uppgift__titel a", "href");
    assert_eq!(way, [format!("/vik/people/{holder}")]);
}
