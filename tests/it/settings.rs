//! The settings of a municipality and its page of jobs.

use axum::http::StatusCode;
use overblick::areas::settings;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::{Client, TestApp};

/// The form as the page has it, with some fields changed.
fn filled(page: &Page, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = page.html();
    let css = |s: &str| scraper::Selector::parse(s).unwrap();
    let mut form: Vec<(String, String)> = Vec::new();
    for input in html.select(&css("main form[method=post] input[name]")) {
        let is_box = input.attr("type") == Some("checkbox");
        if !is_box || input.attr("checked").is_some() {
            form.push((
                input.attr("name").unwrap().to_owned(),
                input.attr("value").unwrap_or_default().to_owned(),
            ));
        }
    }
    for select in html.select(&css("main form[method=post] select[name]")) {
        let chosen =
            select.select(&css("option[selected]")).next().and_then(|o| o.attr("value")).unwrap_or_default();
        form.push((select.attr("name").unwrap().to_owned(), chosen.to_owned()));
    }
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    form
}

async fn save(client: &mut Client, path: &str, changes: &[(&str, &str)]) -> Page {
    let form = filled(&client.get(path).await.expect(StatusCode::OK), changes);
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &form).await
}

#[tokio::test]
async fn the_usual_values_are_shown_and_sending_them_back_changes_nothing() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let page = admin.get("/settings").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("[name=send_margin_days]", "value"), ["10"]);
    save(&mut admin, "/settings", &[]).await.expect(StatusCode::SEE_OTHER);
    save(&mut admin, "/settings/names", &[]).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    assert_eq!(settings::load(&mut tx).await.unwrap(), settings::Settings::default());
    let rows: i64 =
        sqlx::query_scalar("select count(*) from tenant_setting").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_value_chosen_applies_to_that_municipality_only_and_stands_in_the_history() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    save(&mut admin, "/settings", &[("send_margin_days", "7")]).await.expect(StatusCode::SEE_OTHER);
    for (tenant, margin) in [(&app.a, 7), (&app.b, 10)] {
        let mut tx = app.begin(tenant).await;
        assert_eq!(settings::load(&mut tx).await.unwrap().contracts.send_margin, margin);
    }
    let history = admin
        .get("/settings")
        .await
        .expect(StatusCode::OK)
        .texts("section[aria-labelledby=historik]")
        .join(" ");
    assert!(history.contains("Test Registeransvarig"), "{history}");
    save(&mut admin, "/settings", &[("send_margin_days", "10")]).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    assert_eq!(settings::load(&mut tx).await.unwrap(), settings::Settings::default());
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_it_was_typed_and_changes_nothing() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let changes = [("send_margin_days", "många"), ("limit_amount_0", ""), ("support_contact", "IT-service")];
    let page = save(&mut admin, "/settings", &changes).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes("[aria-invalid=true]", "name"), ["send_margin_days", "limit_amount_0"]);
    assert_eq!(page.attributes("[name=send_margin_days]", "value"), ["många"]);
    let mut tx = app.begin(&app.a).await;
    assert_eq!(settings::load(&mut tx).await.unwrap(), settings::Settings::default());
}

#[tokio::test]
async fn a_phase_and_a_role_are_called_what_the_municipality_calls_them() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let changes = [("name.phase.anvandning", "I drift"), ("name.role.it_unit", "Digitaliseringen")];
    save(&mut admin, "/settings/names", &changes).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let names = settings::load(&mut tx).await.unwrap().names;
    assert_eq!((names.phase("anvandning"), names.phase("avveckling")), ("I drift", "Avveckling"));
    drop(tx);
    assert!(admin.get("/users/new").await.expect(StatusCode::OK).shows("Digitaliseringen"));
}

#[tokio::test]
async fn whoever_may_only_read_settings_cannot_change_them() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    for path in ["/settings", "/settings/names"] {
        let page = it.get(path).await.expect(StatusCode::OK);
        assert_eq!(page.count("main fieldset[disabled]"), 1);
        it.post(path, &[("send_margin_days", "7")]).await.expect(StatusCode::NOT_FOUND);
    }
    let mut finance = app.client(&app.a, Role::Finance).await;
    finance.get("/settings").await.expect(StatusCode::NOT_FOUND);
}

async fn failed_job(app: &TestApp, tenant: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into sys.job (id, tenant_id, kind, state, run_at, attempts, created_at, finished_at, error)
         values ($1, $2, 'seal_history', 'failed', '2026-11-19', 5, '2026-11-19', '2026-11-19', 'Databasen svarade inte.')",
    )
    .bind(id)
    .bind(tenant)
    .execute(&app.pool)
    .await
    .unwrap();
    id
}

#[tokio::test]
async fn a_failed_job_is_shown_with_its_cause_and_can_be_run_again() {
    let app = TestApp::new().await;
    let (own, foreign) = (failed_job(&app, app.a.id).await, failed_job(&app, app.b.id).await);
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    for path in ["/settings/jobs", "/settings/jobs/all?vy=misslyckade"] {
        let page = admin.get(path).await.expect(StatusCode::OK);
        assert!(page.shows("Försegling av historiken") && page.shows("Databasen svarade inte."), "{path}");
        assert!(!page.text().contains(&foreign.to_string()), "{path}");
    }
    admin.get(&format!("/settings/jobs/{foreign}")).await.expect(StatusCode::NOT_FOUND);
    admin.post(&format!("/settings/jobs/{foreign}/run"), &[]).await.expect(StatusCode::NOT_FOUND);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    it.post(&format!("/settings/jobs/{own}/run"), &[]).await.expect(StatusCode::NOT_FOUND);
    admin.post(&format!("/settings/jobs/{own}/run"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(admin.get(&format!("/settings/jobs/{own}")).await.expect(StatusCode::OK).shows("Väntar"));
    app.run_jobs().await;
    assert!(admin.get(&format!("/settings/jobs/{own}")).await.expect(StatusCode::OK).shows("Klart"));
}

#[tokio::test]
async fn the_page_says_when_each_schedule_runs_next() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let rows = admin
        .get("/settings/jobs")
        .await
        .expect(StatusCode::OK)
        .texts("section[aria-labelledby=tider] tbody tr");
    let sealing = rows.iter().find(|row| row.contains("Försegling av historiken")).unwrap();
    assert!(sealing.contains("Varje dag 01.10") && sealing.contains("2026-11-21 01.10"), "{sealing}");
}
