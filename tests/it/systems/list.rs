//! The list of systems: views, filters, several at once.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;

use super::{create, id_of, person};
use crate::support::{Client, TestApp};

/// The names in the list, in its order.
async fn names(client: &mut Client, path: &str) -> Vec<String> {
    client.get(path).await.expect(StatusCode::OK).texts("tbody th.namn a")
}

#[tokio::test]
async fn views_and_filters_show_exactly_what_they_say() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let (soc, buf) = (app.a.department, app.a.other_department);
    create(
        &mut it,
        "Ärla",
        soc,
        &[("criticality", "kritisk"), ("contract_end", "2027-01-31"), ("supplier", "Nordvård AB")],
    )
    .await;
    create(
        &mut it,
        "Asken",
        buf,
        &[("hosting", "molntjanst"), ("contract_end", "2029-01-31"), ("function_area", "lön")],
    )
    .await;
    create(&mut it, "Zinken", buf, &[("phase", "avveckling"), ("contract_end", "2026-11-01")]).await;
    let gone = create(&mut it, "Borta", soc, &[("phase", "avvecklad"), ("criticality", "kritisk")]).await;
    let owned = create(&mut it, "Ödlan", soc, &[]).await;
    let mut tx = app.begin(&app.a).await;
    person(&mut tx, "Karin Wiklund", "karwik01").await;
    tx.commit().await.unwrap();
    it.post(
        &format!("{owned}/roles"),
        &[("role", "systemagare"), ("holder", "karwik01"), ("valid_from", "2026-01-01")],
    )
    .await
    .expect(StatusCode::SEE_OTHER);

    assert_eq!(names(&mut it, "/systems").await, ["Asken", "Borta", "Zinken", "Ärla", "Ödlan"]);
    assert_eq!(names(&mut it, "/systems?vy=kritiska").await, ["Ärla"]);
    assert_eq!(names(&mut it, "/systems?vy=utan-agare").await, ["Asken", "Zinken", "Ärla"]);
    assert_eq!(names(&mut it, "/systems?vy=loper-ut").await, ["Ärla"]);
    assert_eq!(names(&mut it, "/systems?vy=avveckling").await, ["Zinken"]);
    assert_eq!(names(&mut it, "/systems?driftform=molntjanst").await, ["Asken"]);
    assert_eq!(names(&mut it, "/systems?omrade=l%C3%B6n").await, ["Asken"]);
    assert_eq!(names(&mut it, &format!("/systems?forvaltning={buf}")).await, ["Asken", "Zinken"]);
    assert_eq!(names(&mut it, "/systems?q=nordv").await, ["Ärla"]);
    assert_eq!(names(&mut it, "/systems?q=sys-0004").await, ["Borta"]);
    assert_eq!(names(&mut it, "/systems?sort=-contract_end").await[..3], ["Asken", "Ärla", "Zinken"]);
    let page = it.get("/systems").await;
    assert!(page.shows("Karin Wiklund"));
    let csv = it.get("/systems?format=csv").await.expect(StatusCode::OK);
    assert!(csv.text().contains("Nordvård AB") || csv.text().contains("Ärla"));
    it.get(&gone).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn several_systems_change_phase_and_owner_at_once_and_it_can_be_taken_back() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let own = create(&mut it, "Eget", app.a.unit, &[]).await;
    let foreign = create(&mut it, "Andras", app.a.other_department, &[]).await;
    let mut tx = app.begin(&app.a).await;
    person(&mut tx, "Karin Wiklund", "karwik01").await;
    tx.commit().await.unwrap();
    let (a, b) = (id_of(&own).to_string(), id_of(&foreign).to_string());

    let act = async |client: &mut Client, action: &str, value: &str| {
        let form = [
            ("action", action),
            ("id", a.as_str()),
            ("id", b.as_str()),
            ("value", value),
            ("steg", "preview"),
        ];
        let page = client.post("/systems/bulk", &form).await.expect(StatusCode::OK);
        let seal = page.attributes("input[name=seal]", "value").remove(0);
        let form = [
            ("action", action),
            ("id", a.as_str()),
            ("id", b.as_str()),
            ("value", value),
            ("steg", "confirm"),
            ("seal", seal.as_str()),
        ];
        client.post("/systems/bulk", &form).await.expect(StatusCode::SEE_OTHER)
    };
    act(&mut it, "phase", "avveckling").await;
    assert_eq!(names(&mut it, "/systems?vy=avveckling").await, ["Andras", "Eget"]);
    let answer = act(&mut it, "owner", "karwik01").await;
    let page = it.follow(&answer).await;
    assert!(names(&mut it, "/systems?vy=utan-agare").await.is_empty());
    let undo = page.attributes(".meddelanden form", "action").remove(0);
    it.post(&format!("/{undo}"), &[("ja", "ja")]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&mut it, "/systems?vy=utan-agare").await, ["Andras", "Eget"]);

    // A unit administrator who names another's system changes only the own.
    act(&mut unit, "criticality", "hog").await;
    assert_eq!(names(&mut it, "/systems?kritikalitet=hog").await, ["Eget"]);
    let away = app.a.other_department.to_string();
    let form = [("action", "unit"), ("id", a.as_str()), ("value", away.as_str()), ("steg", "preview")];
    unit.post("/systems/bulk", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}
