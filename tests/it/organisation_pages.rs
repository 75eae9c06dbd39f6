//! The organisation's pages: the tree of a day, units, moves, ends and what is handed over.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use super::staff_files::last_change_set;
use super::support::{Client, TestApp, client::Page, staff::employ};

/// Adds a unit through the form and gives its id.
async fn add(client: &mut Client, code: &str, name: &str, parent: Uuid) -> Uuid {
    let parent = parent.to_string();
    let form = [
        ("code", code),
        ("name", name),
        ("kind", "enhet"),
        ("parent_id", parent.as_str()),
        ("in_scope", "ja"),
        ("valid_from", "2015-01-01"),
    ];
    let answer = client.post("/organisation", &form).await.expect(StatusCode::SEE_OTHER);
    answer.location().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

async fn system(app: &TestApp, name: &str, unit: Uuid) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, owner_unit_id)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), $3, $4)",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(name)
    .bind(unit)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn owner_of(app: &TestApp, system: Uuid) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select owner_unit_id from it_system where id = $1")
        .bind(system)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

/// The names in the tree, in the order drawn.
fn drawn(page: &Page) -> Vec<String> {
    page.texts(".trad .trad__namn > a")
}

async fn version(app: &TestApp, unit: Uuid) -> String {
    let mut tx = app.begin(&app.a).await;
    let version: i32 = sqlx::query_scalar("select version from org_unit where id = $1")
        .bind(unit)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    version.to_string()
}

#[tokio::test]
async fn the_tree_shows_the_levels_and_a_search_shows_the_way_to_a_unit() {
    let app = TestApp::new().await;
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let page = reader.get("/organisation").await.expect(StatusCode::OK);
    assert_eq!(
        drawn(&page),
        ["Viks kommun", "Socialförvaltningen", "Hemtjänsten", "Barn- och utbildningsförvaltningen"]
    );
    assert_eq!(page.count(".trad details details"), 1, "a unit lies inside what it belongs to");
    assert_eq!(page.count("a[href$='/organisation/new']"), 0, "who may not change it is not offered to");
    let found = reader.get("/organisation?q=hemtj").await;
    assert_eq!(drawn(&found), ["Viks kommun", "Socialförvaltningen", "Hemtjänsten"]);
    assert_eq!(found.count(".trad details[open]"), 2);
    assert_eq!(
        drawn(&reader.get("/organisation?q=300").await).last().unwrap(),
        "Barn- och utbildningsförvaltningen"
    );
    assert!(reader.get("/organisation?q=finnsinte").await.shows("Ingen enhet hittades"));
    assert!(reader.get("/organisation?dag=igår").await.shows("Datumet gick inte att läsa"));
}

#[tokio::test]
async fn a_unit_is_added_changed_and_kept_from_having_a_code_that_is_taken() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let id = add(&mut admin, "220", "Hemsjukvården", app.a.department).await;
    let path = format!("/organisation/{id}");
    let page = admin.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("Hemsjukvården") && page.shows("Socialförvaltningen"));
    assert_eq!(page.texts(".ds-breadcrumbs a"), ["Organisation", "Viks kommun", "Socialförvaltningen"]);

    let taken =
        [("version", "1"), ("code", "210"), ("name", "Hemsjukvården"), ("kind", "enhet"), ("in_scope", "ja")];
    let answer = admin.post(&format!("{path}/edit"), &taken).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Koden är upptagen"));
    let kalle = employ(&app, "Kalle Blom", "104223", id, false).await;
    let form = [
        ("version", "1"),
        ("code", "220"),
        ("name", "Hälsovården"),
        ("kind", "avdelning"),
        ("head", "Kalle Blom"),
        ("in_scope", "ja"),
    ];
    admin.post(&format!("{path}/edit"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(&path).await;
    assert!(page.shows("Hälsovården"));
    assert!(
        page.attributes(".fakta a", "href").contains(&format!("/vik/people/{kalle}")),
        "the head is linked"
    );
    // Somebody else was first.
    admin.post(&format!("{path}/edit"), &form).await.expect(StatusCode::CONFLICT);
    let unknown = [
        ("version", "2"),
        ("code", "220"),
        ("name", "Hälsovården"),
        ("kind", "enhet"),
        ("head", "Ingen Alls"),
    ];
    let answer = admin.post(&format!("{path}/edit"), &unknown).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("spara namnet som text"));
    let history = admin.get(&format!("{path}/history")).await;
    assert!(history.shows("Hälsovården") && history.shows("Hemsjukvården") && history.shows("Kalle Blom"));
}

#[tokio::test]
async fn a_move_is_kept_by_its_day_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let path = format!("/organisation/{}", app.a.unit);
    let to = app.a.other_department.to_string();
    let version = version(&app, app.a.unit).await;
    let form = |day: &'static str, to: &str| {
        [("version", version.clone()), ("parent_id", to.to_owned()), ("moved_on", day.to_owned())]
    };
    let send = async |admin: &mut Client, form: [(&str, String); 3]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        admin.post(&format!("{path}/move"), &form).await
    };
    for (day, to, message) in [
        ("2026-12-24", to.clone(), "lägg upp en ny enhet"),
        ("", to.clone(), "Ange från vilken dag"),
        ("2026-09-01", app.a.unit.to_string(), "kan inte ligga under sig själv"),
        ("2026-09-01", app.a.department.to_string(), "ligger redan där"),
        ("2026-09-01", app.b.department.to_string(), "i listan"),
    ] {
        let answer = send(&mut admin, form(day, &to)).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.shows(message), "{}", answer.visible());
    }
    let answer = send(&mut admin, form("2026-09-01", &to)).await.expect(StatusCode::SEE_OTHER);
    let page = admin.follow(&answer).await;
    assert!(page.shows("Flyttade Hemtjänsten till Barn- och utbildningsförvaltningen från 2026-09-01"));

    let now = ["Viks kommun", "Socialförvaltningen", "Barn- och utbildningsförvaltningen", "Hemtjänsten"];
    let before = ["Viks kommun", "Socialförvaltningen", "Hemtjänsten", "Barn- och utbildningsförvaltningen"];
    assert_eq!(drawn(&admin.get("/organisation").await), now);
    assert_eq!(drawn(&admin.get("/organisation?dag=2026-09-01").await), now);
    assert_eq!(drawn(&admin.get("/organisation?dag=2026-08-31").await), before);
    assert!(admin.get(&format!("{path}/history")).await.shows("2026-09-01"));

    let set = last_change_set(&app, &app.a).await;
    admin.post(&format!("/audit/change-sets/{set}/undo"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(drawn(&admin.get("/organisation").await), before);
    assert_eq!(drawn(&admin.get("/organisation?dag=2026-10-01").await), before);
}

#[tokio::test]
async fn an_earlier_day_shows_the_names_and_the_units_of_that_day() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let old = add(&mut admin, "221", "Kvällspatrullen", app.a.department).await;
    let version = version(&app, old).await;
    let path = format!("/organisation/{old}");
    let form = [("version", version.as_str()), ("valid_to", "2026-06-30"), ("successor_id", "")];
    admin.post(&format!("{path}/close"), &form).await.expect(StatusCode::SEE_OTHER);
    assert!(!drawn(&admin.get("/organisation").await).contains(&"Kvällspatrullen".to_owned()));
    assert!(drawn(&admin.get("/organisation?dag=2026-06-30").await).contains(&"Kvällspatrullen".to_owned()));
    let with = admin.get("/organisation?alla=ja").await;
    assert!(drawn(&with).contains(&"Kvällspatrullen".to_owned()) && with.shows("Upphörde 2026-06-30"));
}

#[tokio::test]
async fn what_an_ended_unit_answers_for_is_shown_handed_over_and_taken_back() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let old = add(&mut admin, "230", "Gamla enheten", app.a.department).await;
    let new = add(&mut admin, "231", "Nya enheten", app.a.department).await;
    let below = add(&mut admin, "232", "Underenheten", old).await;
    let procapita = system(&app, "Procapita", old).await;
    let anna = employ(&app, "Anna Ek", "104223", old, false).await;
    let (path, to) = (format!("/organisation/{old}"), new.to_string());

    // First it is shown; nothing has happened yet.
    let preview = admin
        .get(&format!("{path}/close?valid_to=2026-10-31&successor_id={to}"))
        .await
        .expect(StatusCode::OK);
    assert!(preview.shows("Avsluta Gamla enheten?") && preview.shows("31 oktober 2026"));
    for text in [
        "1 underordnad enhet",
        "1 system som enheten ansvarar för",
        "1 anställning eller uppdrag",
        "Procapita",
    ] {
        assert!(preview.shows(text), "{text}: {}", preview.visible());
    }
    assert_eq!(owner_of(&app, procapita).await, old);
    let wrong = admin.get(&format!("{path}/close?valid_to=2014-01-01&successor_id={to}")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    // Ended without handing over: the page says what is left.
    let version = version(&app, old).await;
    let form = [("version", version.as_str()), ("valid_to", "2026-10-31"), ("successor_id", to.as_str())];
    admin.post(&format!("{path}/close"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(&path).await;
    assert!(page.shows("fortfarande saker knutna") && page.shows("Nya enheten"));
    assert!(admin.get(&format!("/organisation/{new}")).await.shows("Ersätter"));

    let preview = admin.get(&format!("{path}/hand-over?successor_id={to}")).await.expect(StatusCode::OK);
    assert_eq!(preview.count("input[name='parts'][checked]"), 3);
    let form =
        [("successor_id", to.as_str()), ("parts", "system"), ("parts", "enheter"), ("parts", "personer")];
    admin.post(&format!("{path}/hand-over"), &form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(owner_of(&app, procapita).await, new);
    let page = admin.get(&format!("/organisation/{new}")).await;
    assert!(page.shows("Procapita") && page.shows("Underenheten"));
    let hr = app.client(&app.a, Role::HrAdmin).await.get(&format!("/organisation/{new}")).await;
    assert!(hr.attributes("a", "href").contains(&format!("/vik/people/{anna}")));
    assert!(!admin.get(&path).await.shows("fortfarande saker knutna"));
    // The day after the last day the unit below is under the new one.
    let then = admin.get("/organisation?dag=2026-10-31&oppna=ja").await;
    let order = drawn(&then);
    let at = |name: &str| order.iter().position(|n| n == name).unwrap();
    assert_eq!(at("Underenheten"), at("Gamla enheten") + 1);
    let order = drawn(&admin.get("/organisation?dag=2026-11-01&oppna=ja").await);
    assert_eq!(
        order.iter().position(|n| n == "Underenheten"),
        order.iter().position(|n| n == "Nya enheten").map(|i| i + 1)
    );

    let set = last_change_set(&app, &app.a).await;
    admin.post(&format!("/audit/change-sets/{set}/undo"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(owner_of(&app, procapita).await, old);
    assert!(
        admin
            .get(&format!("/organisation/{below}"))
            .await
            .texts(".ds-breadcrumbs a")
            .contains(&"Gamla enheten".to_owned())
    );
}

#[tokio::test]
async fn a_unit_never_comes_under_what_lies_under_itself() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let old = add(&mut admin, "240", "Överst", app.a.department).await;
    let middle = add(&mut admin, "241", "Mitten", old).await;
    let inner = add(&mut admin, "242", "Innerst", middle).await;
    let other = add(&mut admin, "243", "Bredvid", old).await;
    let to = inner.to_string();
    let form = [("successor_id", to.as_str()), ("parts", "enheter")];
    admin.post(&format!("/organisation/{old}/hand-over"), &form).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let parents: Vec<(Uuid, Option<Uuid>)> =
        sqlx::query_as("select id, parent_id from org_unit").fetch_all(&mut *tx).await.unwrap();
    let parent = |id: Uuid| parents.iter().find(|(i, _)| *i == id).unwrap().1;
    assert_eq!(parent(middle), Some(old), "what the new one lies under stays");
    assert_eq!(parent(other), Some(inner));
}

#[tokio::test]
async fn only_who_answers_for_a_part_of_the_organisation_changes_it() {
    let app = TestApp::new().await;
    let path = format!("/organisation/{}", app.a.unit);
    for role in [Role::ItUnit, Role::HrAdmin, Role::Manager, Role::Auditor] {
        let mut client = app.client(&app.a, role).await;
        client.get(&path).await.expect(StatusCode::OK);
        for page in ["/edit", "/move", "/close", "/hand-over"] {
            client.get(&format!("{path}{page}")).await.expect(StatusCode::NOT_FOUND);
            client.post(&format!("{path}{page}"), &[]).await.expect(StatusCode::NOT_FOUND);
        }
        client.get("/organisation/new").await.expect(StatusCode::NOT_FOUND);
    }
    app.client(&app.a, Role::BoardViewer).await.get(&path).await.expect(StatusCode::NOT_FOUND);
    // One who answers for another förvaltning sees the unit, changes nothing, and puts nothing under it.
    let mut part = app.client_with(&app.a, &[(Role::TenantAdmin, Some(app.a.other_department))]).await;
    part.get(&path).await.expect(StatusCode::OK);
    part.get(&format!("{path}/edit")).await.expect(StatusCode::FORBIDDEN);
    let parent = app.a.department.to_string();
    let form = [("code", "X"), ("name", "X"), ("kind", "enhet"), ("parent_id", parent.as_str())];
    part.post("/organisation", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    add(&mut part, "Y", "Egen", app.a.other_department).await;
    // Another municipality's unit does not exist.
    let mut stranger = app.client(&app.b, Role::TenantAdmin).await;
    stranger.get(&path).await.expect(StatusCode::NOT_FOUND);
    stranger.post(&format!("{path}/edit"), &[]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_protected_head_and_protected_staff_are_not_named() {
    let app = TestApp::new().await;
    let hidden = employ(&app, "Hemliga Vera", "104223", app.a.unit, true).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update org_unit set head_person_id = $2 where id = $1")
        .bind(app.a.unit)
        .bind(hidden)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/organisation/{}", app.a.unit);
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    for page in ["/organisation".to_owned(), path.clone(), format!("{path}/history")] {
        let page = hr.get(&page).await.expect(StatusCode::OK);
        assert!(
            !page.text().contains("Vera") && !page.text().contains(&hidden.to_string()),
            "{}",
            page.address
        );
    }
    assert!(hr.get(&path).await.shows("Skyddad uppgift"));
    let roles = [(Role::HrAdmin, None), (Role::ProtectedIdentity, None)];
    let mut granted = app.client_with(&app.a, &roles).await;
    assert!(granted.get(&path).await.shows("Hemliga Vera"));
    // Who edits the unit without the grant leaves the head as it is.
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let form = admin.get(&format!("{path}/edit")).await;
    assert!(!form.text().contains("Vera"));
    let head = form.attributes("#head", "value").remove(0);
    let version = version(&app, app.a.unit).await;
    let form = [
        ("version", version.as_str()),
        ("code", "210"),
        ("name", "Hemvården"),
        ("kind", "enhet"),
        ("head", head.as_str()),
        ("in_scope", "ja"),
    ];
    admin.post(&format!("{path}/edit"), &form).await.expect(StatusCode::SEE_OTHER);
    assert!(granted.get(&path).await.shows("Hemliga Vera"));
}
