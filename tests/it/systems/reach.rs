//! How far a right reaches: what is not yours does not exist, or cannot be changed.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;

use super::{create, edit, form_of, is_person, person};
use crate::support::TestApp;

#[tokio::test]
async fn a_unit_administrator_sees_and_changes_the_own_units_systems_and_no_others() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let own = create(&mut it, "Hemma", app.a.unit, &[]).await;
    let foreign = create(&mut it, "Borta", app.a.other_department, &[]).await;

    unit.get(&own).await.expect(StatusCode::OK);
    for path in [
        "",
        "/edit",
        "/roles",
        "/contracts",
        "/classification",
        "/units",
        "/aliases",
        "/history",
        "/phase",
        "/delete",
    ] {
        unit.get(&format!("{foreign}{path}")).await.expect(StatusCode::NOT_FOUND);
    }
    for path in ["/edit", "/phase", "/roles", "/units", "/aliases", "/delete"] {
        let form = [
            ("name", "X"),
            ("version", "1"),
            ("alias", "X"),
            ("phase", "avveckling"),
            ("phase_since", "2026-11-20"),
            ("role", "systemagare"),
        ];
        let more = [
            ("holder", "X"),
            ("as_text", "ja"),
            ("valid_from", "2026-11-20"),
            ("unit_id", &app.a.unit.to_string()),
        ];
        let form: Vec<(&str, &str)> = form.into_iter().chain(more).collect();
        unit.post(&format!("{foreign}{path}"), &form).await.expect(StatusCode::NOT_FOUND);
    }
    let list = unit.get("/systems").await;
    assert!(list.shows("Hemma") && !list.shows("Borta"));
    let form = form_of(&mut unit, &own).await;
    edit(&mut unit, &own, &form, &[("description", "Ändrad")]).await.expect(StatusCode::SEE_OTHER);
    // Not even one's own system may be moved to a unit that one has no right in.
    let form = form_of(&mut unit, &own).await;
    let away = app.a.other_department.to_string();
    edit(&mut unit, &own, &form, &[("owner_unit_id", &away)]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("name", "Ny"), ("phase", "anvandning"), ("owner_unit_id", away.as_str())];
    unit.post("/systems", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_unit_that_uses_a_system_reads_it_and_may_not_change_it() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let path = create(&mut it, "Gemensamt", app.a.other_department, &[]).await;
    unit.get(&path).await.expect(StatusCode::NOT_FOUND);
    let using = app.a.unit.to_string();
    it.post(&format!("{path}/units"), &[("unit_id", &using)]).await.expect(StatusCode::SEE_OTHER);
    let page = unit.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("a[href$='/edit']"), 0);
    unit.get(&format!("{path}/edit")).await.expect(StatusCode::FORBIDDEN);
    unit.post(&format!("{path}/aliases"), &[("alias", "X")]).await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_holds_a_role_on_a_system_changes_that_system_from_the_day_the_role_begins() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut holder = app.client_with(&app.a, &[]).await;
    let path = create(&mut it, "Vårdia", app.a.department, &[]).await;
    let other = create(&mut it, "Annat", app.a.department, &[]).await;
    let mut tx = app.begin(&app.a).await;
    let petra = person(&mut tx, "Petra Sjö", "petsjo01").await;
    tx.commit().await.unwrap();
    is_person(&app, &app.a, &holder, petra).await;
    holder.get(&path).await.expect(StatusCode::NOT_FOUND);

    let give =
        |from: &'static str| [("role", "systemforvaltare"), ("holder", "petsjo01"), ("valid_from", from)];
    it.post(&format!("{path}/roles"), &give("2026-11-21")).await.expect(StatusCode::SEE_OTHER);
    holder.get(&path).await.expect(StatusCode::NOT_FOUND);
    it.post(&format!("{path}/roles"), &give("2026-11-20")).await.expect(StatusCode::SEE_OTHER);
    let page = holder.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("a[href$='/edit']"), 1);
    let form = form_of(&mut holder, &path).await;
    edit(&mut holder, &path, &form, &[("description", "Min text")]).await.expect(StatusCode::SEE_OTHER);
    holder.get(&other).await.expect(StatusCode::NOT_FOUND);
    assert!(holder.get("/systems?vy=mina").await.shows("Vårdia"));
    // Changing one's own systems is not a right to add others.
    holder.get("/systems/new").await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_system_of_another_municipality_does_not_exist() {
    let app = TestApp::new().await;
    let mut here = app.client(&app.a, Role::ItUnit).await;
    let mut there = app.client(&app.b, Role::ItUnit).await;
    let path = create(&mut there, "Deras", app.b.department, &[]).await;
    here.get(&path).await.expect(StatusCode::NOT_FOUND);
    here.post(&format!("{path}/aliases"), &[("alias", "X")]).await.expect(StatusCode::NOT_FOUND);
    assert!(!here.get("/systems").await.shows("Deras"));
    // Nor can a system be given a unit of another municipality.
    let foreign = app.b.department.to_string();
    let form = [("name", "Vårt"), ("phase", "anvandning"), ("owner_unit_id", foreign.as_str())];
    let answer = here.post("/systems", &form).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn roles_without_a_right_to_systems_find_no_page() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(&mut it, "Vårdia", app.a.department, &[]).await;
    for role in [Role::HrAdmin, Role::BoardViewer] {
        let mut other = app.client(&app.a, role).await;
        other.get("/systems").await.expect(StatusCode::NOT_FOUND);
        other.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let page = auditor.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("a[href$='/edit']"), 0);
}
