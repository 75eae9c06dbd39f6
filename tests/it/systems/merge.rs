//! Systems that are one and the same: proposals, comparison, merge, undo.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;

use super::{create, id_of, person};
use crate::support::{Client, TestApp, client::Page};

/// The comparison's form as a browser would send it, with what is to be different.
fn sent<'a>(page: &Page, changes: &'a [(&'a str, &'a str)]) -> Vec<(String, String)> {
    let html = page.html();
    let css =
        scraper::Selector::parse("form[action$='/preview'] input, form[action$='/merge'] input").unwrap();
    let mut form = Vec::new();
    for input in html.select(&css) {
        if matches!(input.attr("type"), Some("radio" | "checkbox")) && input.attr("checked").is_none() {
            continue;
        }
        let name = input.attr("name").unwrap_or_default();
        if !changes.iter().any(|(n, _)| *n == name) {
            form.push((name.to_owned(), input.attr("value").unwrap_or_default().to_owned()));
        }
    }
    form.extend(changes.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    form
}

async fn post(client: &mut Client, path: &str, form: &[(String, String)]) -> Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    client.post(path, &form).await
}

/// Everything that is said about the systems and hangs on them, to be compared before and after.
async fn snapshot(app: &TestApp) -> Vec<serde_json::Value> {
    let mut tx = app.begin(&app.a).await;
    let mut all = Vec::new();
    for table in [
        "it_system",
        "system_alias",
        "system_unit",
        "system_function_area",
        "role_assignment",
        "system_source",
        "same_system_decision",
    ] {
        let sql = format!("select to_jsonb(t) from {table} t order by t.id");
        let rows: Vec<serde_json::Value> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap();
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn two_systems_become_one_field_by_field_and_it_can_be_taken_back() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let a = create(
        &mut it,
        "Vårdia Journal",
        app.a.department,
        &[
            ("supplier", "Nordvård AB"),
            ("hosting", "egen_drift"),
            ("function_area", "journal"),
            ("criticality", "hog"),
        ],
    )
    .await;
    let b = create(
        &mut it,
        "VARDIA JOURNAL",
        app.a.other_department,
        &[("supplier", "Nordvård AB"), ("hosting", "molntjanst"), ("alias", "VJ"), ("annual_cost", "1000")],
    )
    .await;
    let mut tx = app.begin(&app.a).await;
    person(&mut tx, "Karin Wiklund", "karwik01").await;
    person(&mut tx, "Mats Öberg", "matobe01").await;
    tx.commit().await.unwrap();
    for (path, login) in [(&a, "karwik01"), (&b, "matobe01")] {
        it.post(
            &format!("{path}/roles"),
            &[("role", "systemagare"), ("holder", login), ("valid_from", "2025-01-01")],
        )
        .await
        .expect(StatusCode::SEE_OTHER);
    }
    let page = it.get("/systems/same").await.expect(StatusCode::OK);
    assert!(
        page.shows("Samma namn, skrivet på olika sätt") && page.shows("Samma leverantör"),
        "{}",
        page.visible()
    );
    let before = snapshot(&app).await;

    let (a_id, b_id) = (id_of(&a).to_string(), id_of(&b).to_string());
    let compare = format!("/systems/same/compare?id={a_id}&id={b_id}");
    let page = it.get(&compare).await.expect(StatusCode::OK);
    assert!(page.count("tr.ny-rad") >= 3, "what differs is marked");
    let form = sent(
        &page,
        &[("kept", &a_id), ("field.name", &a_id), ("field.hosting", &b_id), ("field.systemagare", &b_id)],
    );
    post(&mut it, "/systems/same/merge", &form).await.expect(StatusCode::SEE_OTHER);

    let page = it.get(&a).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Vårdia Journal"]);
    assert!(
        page.shows("Molntjänst") && page.shows("Mats Öberg") && !page.shows("Karin Wiklund"),
        "{}",
        page.visible()
    );
    assert!(
        page.shows("1\u{a0}000\u{a0}kr") || page.shows("1 000 kr"),
        "what one left blank is the other's: {}",
        page.visible()
    );
    let aliases = it.get(&format!("{a}/aliases")).await;
    assert!(aliases.shows("VARDIA JOURNAL") && aliases.shows("VJ"));
    assert!(it.get(&format!("{a}/units")).await.shows("Barn- och utbildningsförvaltningen"));
    assert_eq!(it.get(&b).await.location(), Some(format!("/vik{a}").as_str()), "the old address leads on");
    assert!(it.get("/systems/same").await.shows("Inga förslag väntar"));
    assert_eq!(it.get("/systems").await.texts("tbody th.namn a"), ["Vårdia Journal"]);

    let mut tx = app.begin(&app.a).await;
    let set: uuid::Uuid = sqlx::query_scalar("select id from change_set where kind = 'merge:systems'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    it.post(&format!("/audit/change-sets/{set}/undo"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(snapshot(&app).await, before, "everything is as it was");
    assert!(!it.get("/systems/same").await.shows("Inga förslag väntar"), "and proposed again");
}

#[tokio::test]
async fn what_is_decided_not_to_be_the_same_is_not_proposed_again_until_it_is_taken_up() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let a = create(&mut it, "Planera Tid", app.a.department, &[("supplier", "Räkna Rätt AB")]).await;
    let b = create(&mut it, "PlaneraTid", app.a.other_department, &[("supplier", "Räkna Rätt AB")]).await;
    let form = [
        ("id".to_owned(), id_of(&a).to_string()),
        ("id".to_owned(), id_of(&b).to_string()),
        ("reason".to_owned(), "Två avtal".to_owned()),
    ];
    post(&mut it, "/systems/same/reject", &form).await.expect(StatusCode::SEE_OTHER);
    let page = it.get("/systems/same").await;
    assert!(page.shows("Inga förslag väntar") && page.shows("Två avtal"), "{}", page.visible());
    // A new comparison of all systems changes nothing in that.
    create(&mut it, "Något annat", app.a.department, &[]).await;
    let page = it.get("/systems/same").await;
    assert!(page.shows("Inga förslag väntar"));
    let reopen = page.attributes("form[action$='/reopen']", "action").remove(0);
    it.post(&format!("/{reopen}"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!it.get("/systems/same").await.shows("Inga förslag väntar"));
}

#[tokio::test]
async fn a_comparison_of_what_somebody_changed_meanwhile_is_refused_and_merging_needs_its_right() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let a = create(&mut it, "Planera Tid", app.a.department, &[]).await;
    let b = create(&mut it, "PlaneraTid", app.a.department, &[]).await;
    let (a_id, b_id) = (id_of(&a).to_string(), id_of(&b).to_string());
    let compare = format!("/systems/same/compare?id={a_id}&id={b_id}");
    let page = it.get(&compare).await.expect(StatusCode::OK);
    let form = sent(&page, &[]);
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set note = 'x', version = version + 1 where name = 'PlaneraTid'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    post(&mut it, "/systems/same/merge", &form).await.expect(StatusCode::CONFLICT);
    for path in ["/systems/same", compare.as_str()] {
        unit.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    post(&mut unit, "/systems/same/merge", &form).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(it.get("/systems").await.count("tbody tr"), 2);
}

#[tokio::test]
async fn a_preview_tells_what_would_become_of_the_systems_and_changes_nothing_until_it_is_confirmed() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let a = create(&mut it, "Planera Tid", app.a.department, &[("hosting", "egen_drift")]).await;
    let b =
        create(&mut it, "PlaneraTid", app.a.other_department, &[("hosting", "molntjanst"), ("alias", "PT")])
            .await;
    let (a_id, b_id) = (id_of(&a).to_string(), id_of(&b).to_string());
    let compare = it.get(&format!("/systems/same/compare?id={a_id}&id={b_id}")).await.expect(StatusCode::OK);
    let before = snapshot(&app).await;
    let form = sent(&compare, &[("kept", &a_id), ("field.hosting", &b_id), ("field.name", &a_id)]);
    let page = post(&mut it, "/systems/same/preview", &form).await.expect(StatusCode::OK);
    let facts = page.texts("section[aria-labelledby=blir] .fakta div");
    assert!(facts.iter().any(|f| f.contains("Driftform") && f.contains("Molntjänst")), "{facts:?}");
    assert!(page.shows("Flyttas från PlaneraTid") && page.shows("Barn- och utbildningsförvaltningen"));
    assert_eq!(page.texts("section[aria-labelledby=namn] li"), ["PT", "PlaneraTid"]);
    assert_eq!(snapshot(&app).await, before);

    let form = sent(&page, &[]);
    post(&mut it, "/systems/same/merge", &form).await.expect(StatusCode::SEE_OTHER);
    let page = it.get(&a).await;
    assert_eq!(page.texts("h1"), ["Planera Tid"]);
    assert!(page.shows("Molntjänst"));
    let page = it.get("/systems/same").await;
    let decided = page.texts("section[aria-labelledby=hopslagna] tbody tr").concat();
    assert!(decided.contains("PlaneraTid") && decided.contains("Ångra"), "{decided}");
    let undo = page.attributes("section[aria-labelledby=hopslagna] a[href$='/undo']", "href").remove(0);
    let undo = undo.trim_start_matches("/vik").to_owned();
    it.get(&undo).await.expect(StatusCode::OK);
    it.post(&undo, &[]).await.expect(StatusCode::SEE_OTHER);
    let page = it.get("/systems/same").await;
    assert!(page.texts("section[aria-labelledby=hopslagna] tbody tr").concat().contains("Ångrat"));
}

#[tokio::test]
async fn what_is_put_off_comes_last_and_can_still_be_decided() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let a = create(&mut it, "Planera Tid", app.a.department, &[("supplier", "Räkna Rätt AB")]).await;
    let b = create(&mut it, "Planera Tid", app.a.other_department, &[("supplier", "Räkna Rätt AB")]).await;
    create(&mut it, "Vårdia Journal", app.a.department, &[]).await;
    create(&mut it, "VardiaJournal", app.a.other_department, &[]).await;
    assert_eq!(it.get("/systems/same").await.texts(".panel__huvud h2"), ["Planera Tid", "Vårdia Journal"]);
    let form = [("id".to_owned(), id_of(&a).to_string()), ("id".to_owned(), id_of(&b).to_string())];
    post(&mut unit, "/systems/same/later", &form).await.expect(StatusCode::NOT_FOUND);
    post(&mut it, "/systems/same/later", &form).await.expect(StatusCode::SEE_OTHER);
    // Also after all systems have been compared anew.
    create(&mut it, "Något annat", app.a.department, &[]).await;
    let page = it.get("/systems/same").await;
    assert_eq!(page.texts(".panel__huvud h2"), ["Vårdia Journal", "Planera Tid"]);
    assert!(page.shows("sparat till senare"));
    post(&mut it, "/systems/same/reject", &form).await.expect(StatusCode::SEE_OTHER);
    assert!(!it.get("/systems/same").await.shows("sparat till senare"));
}
