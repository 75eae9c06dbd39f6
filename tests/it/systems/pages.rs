//! The pages of one system.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;

use super::{create, edit, form_of, head, id_of, path_of, person};
use crate::support::TestApp;

#[tokio::test]
async fn a_system_is_created_with_everything_that_is_said_and_shows_it() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(
        &mut it,
        "Vårdia",
        app.a.department,
        &[
            ("supplier", "Nordvård AB"),
            ("function_area", "journal"),
            ("function_area", "Planering"),
            ("alias", "Gamla Vårdia"),
            ("hosting", "molntjanst"),
            ("criticality", "kritisk"),
            ("annual_cost", "1 842 000,50"),
            ("rto_hours", "0,5"),
            ("personal_data", "kansliga"),
            ("contract_end", "2027-05-31"),
            ("nis2_relevant", "ja"),
            ("description", "Journal för äldreomsorgen"),
        ],
    )
    .await;
    let page = it.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Vårdia"]);
    for text in [
        "SYS-0001",
        "Nordvård AB",
        "journal, Planering",
        "Molntjänst",
        "Verksamhetskritiskt",
        "Känsliga personuppgifter",
        "0,5",
        "2027-05-31",
    ] {
        assert!(page.shows(text), "{text}: {}", page.visible());
    }
    assert!(
        page.shows("1\u{a0}842\u{a0}000,50\u{a0}kr") || page.shows("1 842 000,50 kr"),
        "{}",
        page.visible()
    );
    assert!(it.get(&format!("{path}/aliases")).await.shows("Gamla Vårdia"));
    assert!(it.get(&format!("{path}/units")).await.shows("Socialförvaltningen"));
    for tab in ["roles", "contracts", "classification", "units", "aliases", "history"] {
        it.get(&format!("{path}/{tab}")).await.expect(StatusCode::OK);
    }
    // The same supplier, written otherwise, is the same supplier.
    create(&mut it, "Planera", app.a.department, &[("supplier", "NORDVÅRD  Aktiebolag")]).await;
    let mut tx = app.begin(&app.a).await;
    let suppliers: i64 =
        sqlx::query_scalar("select count(*) from supplier").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(suppliers, 1);
}

#[tokio::test]
async fn a_form_with_faults_comes_back_with_what_was_typed() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let form = [("name", ""), ("annual_cost", "dyrt"), ("description", "Behålls"), ("phase", "anvandning")];
    let page = it.post("/systems", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes("#annual_cost", "value"), ["dyrt"]);
    assert!(page.texts("#description")[0].contains("Behålls"));
    assert!(page.count(".ds-error-summary a") >= 2);
    let mut tx = app.begin(&app.a).await;
    let count: i64 = sqlx::query_scalar("select count(*) from it_system").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_form_sent_back_unchanged_changes_nothing_but_the_version() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(
        &mut it,
        "Vårdia",
        app.a.unit,
        &[
            ("supplier", "Nordvård AB"),
            ("function_area", "journal"),
            ("annual_cost", "99,50"),
            ("uses_ai", "nej"),
            ("rpo_hours", "4"),
            ("note", "Två\nrader"),
        ],
    )
    .await;
    let row = async || {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_scalar::<_, serde_json::Value>("select to_jsonb(s) - 'version' from it_system s")
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    let before = row().await;
    let form = form_of(&mut it, &path).await;
    edit(&mut it, &path, &form, &[]).await.expect(StatusCode::SEE_OTHER);
    // A browser sends a line break as CR LF; nothing else may differ.
    let after: serde_json::Value =
        serde_json::from_str(&row().await.to_string().replace("\\r\\n", "\\n")).unwrap();
    assert_eq!(after, before);
}

#[tokio::test]
async fn whoever_saves_second_sees_both_and_loses_nothing() {
    let app = TestApp::new().await;
    let mut first = app.client(&app.a, Role::ItUnit).await;
    let mut second = app.client(&app.a, Role::TenantAdmin).await;
    let path = create(&mut first, "Vårdia", app.a.department, &[]).await;
    let mine = form_of(&mut first, &path).await;
    let theirs = form_of(&mut second, &path).await;
    edit(&mut first, &path, &mine, &[("description", "Ettans text")]).await.expect(StatusCode::SEE_OTHER);
    let page = edit(&mut second, &path, &theirs, &[("description", "Tvåans text")])
        .await
        .expect(StatusCode::CONFLICT);
    let rows = page.texts("table td");
    assert!(rows.contains(&"Tvåans text".to_owned()) && rows.contains(&"Ettans text".to_owned()), "{rows:?}");
    assert!(page.texts("#description")[0].contains("Tvåans text"));
    assert!(first.get(&path).await.shows("Ettans text"));
    // What came back can be saved as it stands, now knowingly.
    let version = page.attributes("input[name=version]", "value").remove(0);
    edit(&mut second, &path, &theirs, &[("description", "Tvåans text"), ("version", &version)])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(first.get(&path).await.shows("Tvåans text"));
}

#[tokio::test]
async fn a_phase_is_changed_from_a_day_and_the_steps_tell_when() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(
        &mut it,
        "Vårdia",
        app.a.department,
        &[("phase", "anvandning"), ("phase_since", "2019-02-01")],
    )
    .await;
    let version = it.get(&format!("{path}/phase")).await.attributes("input[name=version]", "value").remove(0);
    let form = [("version", version.as_str()), ("phase", "avveckling"), ("phase_since", "2026-12-01")];
    it.post(&format!("{path}/phase"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = it.get(&path).await;
    assert_eq!(page.texts(".steg [aria-current] b"), ["Avveckling"]);
    assert!(page.texts(".steg").concat().contains("från 1 feb 2019"), "{:?}", page.texts(".steg"));
    it.post(&format!("{path}/phase"), &form).await.expect(StatusCode::CONFLICT);
    let missing = [("version", "9"), ("phase", "avveckling"), ("phase_since", "")];
    it.post(&format!("{path}/phase"), &missing).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_systemagare_takes_over_from_the_one_before_and_a_warning_tells_who_is_no_manager() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(&mut it, "Vårdia", app.a.department, &[]).await;
    let mut tx = app.begin(&app.a).await;
    let karin = person(&mut tx, "Karin Wiklund", "karwik01").await;
    person(&mut tx, "Mats Öberg", "matobe01").await;
    head(&mut tx, app.a.department, karin).await;
    tx.commit().await.unwrap();

    let page = it.get(&format!("{path}/roles?role=systemagare")).await;
    assert_eq!(page.attributes("#holder", "value"), ["Karin Wiklund"], "the head of the unit is proposed");
    let roles = format!("{path}/roles");
    let give = |holder: &'static str, from: &'static str| {
        [("role", "systemagare"), ("holder", holder), ("valid_from", from)]
    };
    let answer = it.post(&roles, &give("karwik01", "2026-01-01")).await.expect(StatusCode::SEE_OTHER);
    assert!(!it.follow(&answer).await.shows("inte chef"));
    let answer = it.post(&roles, &give("Öberg, Mats", "2026-11-01")).await.expect(StatusCode::SEE_OTHER);
    let page = it.follow(&answer).await;
    assert!(page.shows("Personen är inte chef"), "{}", page.visible());
    let now: Vec<String> = page.texts("section[aria-labelledby=nu] tr");
    assert!(
        now.iter().any(|r| r.contains("Mats Öberg")) && !now.iter().any(|r| r.contains("Karin Wiklund")),
        "{now:?}"
    );
    let before = page.texts("section[aria-labelledby=annars] tr").concat();
    assert!(before.contains("Karin Wiklund") && before.contains("2026-10-31"), "{before}");
}

#[tokio::test]
async fn a_name_that_several_have_asks_who_and_an_unknown_name_may_be_kept_as_text() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(&mut it, "Vårdia", app.a.department, &[]).await;
    let mut tx = app.begin(&app.a).await;
    person(&mut tx, "Anna Lind", "annlin01").await;
    let other = person(&mut tx, "Anna Lind", "annlin02").await;
    tx.commit().await.unwrap();
    let roles = format!("{path}/roles");
    let base = [("role", "systemforvaltare"), ("valid_from", "2026-11-01")];
    let page = it
        .post(&roles, &[base[0], base[1], ("holder", "Anna Lind")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.count("input[name=person_id]"), 2);
    let other = other.to_string();
    it.post(&roles, &[base[0], base[1], ("holder", "Anna Lind"), ("person_id", &other)])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = it
        .post(&roles, &[base[0], base[1], ("holder", "Bo Ek")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.count("input[name=as_text]"), 1);
    it.post(&roles, &[base[0], base[1], ("holder", "Bo Ek"), ("as_text", "ja")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = it.get(&roles).await;
    assert!(page.shows("Bo Ek") && page.shows("finns inte bland personerna"));
    // A person's id that the name does not lead to is not taken.
    let foreign = uuid::Uuid::nil().to_string();
    it.post(&roles, &[base[0], base[1], ("holder", "Anna Lind"), ("person_id", &foreign)])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_classification_keeps_blank_apart_from_zero_and_level_four_hides_details() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let path = create(&mut it, "Larmet", app.a.department, &[("description", "Hemlig beskrivning")]).await;
    let classification = format!("{path}/classification");
    let send = |version: &str, k: &str| {
        vec![
            ("version".to_owned(), version.to_owned()),
            ("level_k".to_owned(), k.to_owned()),
            ("level_r".to_owned(), "0".to_owned()),
            ("classified_on".to_owned(), "2026-03-14".to_owned()),
        ]
    };
    let version = it.get(&classification).await.attributes("input[name=version]", "value").remove(0);
    let form = send(&version, "2");
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    it.post(&classification, &form).await.expect(StatusCode::SEE_OTHER);
    let page = it.get(&classification).await;
    let levels = page.texts(".klass dd");
    assert_eq!(levels, ["2 – betydande", "0 – ingen eller försumbar", "Inte klassat", "Inte klassat"]);
    assert!(page.shows("gäller till 2028-03-14"), "two years, by the setting");
    assert!(unit.get(&path).await.shows("Hemlig beskrivning"));
    unit.post(&classification, &form).await.expect(StatusCode::NOT_FOUND);

    let version = page.attributes("input[name=version]", "value").remove(0);
    let form = send(&version, "4");
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    it.post(&classification, &form).await.expect(StatusCode::SEE_OTHER);
    let page = unit.get(&path).await.expect(StatusCode::OK);
    assert!(!page.shows("Hemlig beskrivning") && page.shows("klassningen 4"));
    assert!(!unit.get("/systems").await.shows("Larmet"), "it leaves the normal lists");
    assert!(it.get("/systems").await.shows("Larmet"));
    assert!(it.get(&path).await.shows("Hemlig beskrivning"));
}

#[tokio::test]
async fn the_secret_note_is_behind_its_own_right_and_every_reading_is_logged() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = create(&mut it, "Larmet", app.a.department, &[]).await;
    let secret = format!("{path}/secret");
    let version = it.get(&secret).await.attributes("input[name=version]", "value").remove(0);
    it.post(&secret, &[("version", &version), ("secret_note", "Koden ligger i skåpet")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(it.get(&secret).await.shows("Koden ligger i skåpet"));
    for role in [Role::TenantAdmin, Role::UnitAdmin, Role::Auditor, Role::Procurement] {
        let mut other = app.client(&app.a, role).await;
        other.get(&secret).await.expect(StatusCode::NOT_FOUND);
        assert!(!other.get(&path).await.text().contains("Koden ligger"), "{role:?}");
    }
    assert!(!it.get(&format!("{path}/history")).await.text().contains("Koden ligger"));
    let mut tx = app.begin(&app.a).await;
    let reads: i64 =
        sqlx::query_scalar("select count(*) from access_log where kind = 'reveal' and object_id = $1")
            .bind(id_of(&path))
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(reads, 2, "each of the two pages that showed the field");
}

#[tokio::test]
async fn a_system_that_something_refers_to_is_not_deleted_and_one_by_mistake_is() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path =
        create(&mut it, "Vårdia", app.a.department, &[("alias", "VD"), ("function_area", "journal")]).await;
    let mut tx = app.begin(&app.a).await;
    let contract = overblick::ids::new_id();
    sqlx::query("insert into contract (tenant_id, id, title) values ($1, $2, 'Drift')")
        .bind(app.a.id)
        .bind(contract)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into contract_system (tenant_id, id, contract_id, system_id) values ($1, $2, $2, $3)",
    )
    .bind(app.a.id)
    .bind(contract)
    .bind(id_of(&path))
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let delete = format!("{path}/delete");
    assert!(it.get(&delete).await.shows("ett avtal som gäller systemet"));
    it.post(&delete, &[("version", "1")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    it.get(&path).await.expect(StatusCode::OK);

    let path = create(&mut it, "Misstaget", app.a.department, &[]).await;
    it.post(&format!("{path}/delete"), &[("version", "1")]).await.expect(StatusCode::SEE_OTHER);
    it.get(&path).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_system_that_looks_like_one_there_is_says_so() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    create(&mut it, "Vårdia Journal", app.a.department, &[("supplier", "Nordvård AB")]).await;
    let unit = app.a.other_department.to_string();
    let form = [
        ("name", "VARDIA JOURNAL"),
        ("owner_unit_id", unit.as_str()),
        ("phase", "anvandning"),
        ("supplier", "Nordvård AB"),
    ];
    let answer = it.post("/systems", &form).await;
    let page = it.follow(&answer).await;
    assert!(page.shows("Det liknar ett system som redan finns"), "{}", page.visible());
    let _path = path_of(&answer);
    assert!(
        page.shows("liknar 1 annat system") || page.shows("liknar 1\u{a0}annat system"),
        "{}",
        page.visible()
    );
}
