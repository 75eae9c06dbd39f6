//! The history as people read it: on objects, in the log, when it is taken back.

use axum::http::StatusCode;
use overblick::areas::audit::{self, Op, Viewer, What, labels};
use overblick::auth::permissions::Role;
use overblick::db::change_set;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use super::support::{self, TestApp, TestTenant};

async fn person(tx: &mut TenantTx, name: &str, is_protected: bool) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query("insert into person (tenant_id, id, display_name, family_name, login, is_protected) values ($1, $2, $3, $4, $5, $6)")
        .bind(tenant)
        .bind(id)
        .bind(name)
        .bind(name.split(' ').next_back())
        .bind(name.split(' ').next().map(str::to_lowercase))
        .bind(is_protected)
        .execute(&mut **tx)
        .await
        .unwrap();
    id
}

async fn system(tx: &mut TenantTx, number: i32, name: &str, unit: Uuid) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, owner_unit_id) values ($1, $2, $3, $4, $5)",
    )
    .bind(tenant)
    .bind(id)
    .bind(number)
    .bind(name)
    .bind(unit)
    .execute(&mut **tx)
    .await
    .unwrap();
    id
}

async fn role(tx: &mut TenantTx, system: Uuid, person: Uuid) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query("insert into role_assignment (tenant_id, id, system_id, role, person_id) values ($1, $2, $3, 'systemagare', $4)")
        .bind(tenant)
        .bind(id)
        .bind(system)
        .bind(person)
        .execute(&mut **tx)
        .await
        .unwrap();
    id
}

async fn run(tx: &mut TenantTx, sql: &'static str, id: Uuid) {
    sqlx::query(sql).bind(id).execute(&mut **tx).await.unwrap();
}

fn auditor(tenant: &TestTenant, sees_protected: bool) -> Viewer {
    Viewer { slug: tenant.slug.to_owned(), sees_protected, masks_persons: false }
}

/// (label, from, to) of every field shown, newest first.
fn fields(history: &audit::History) -> Vec<(String, String, String)> {
    let words = |v: &Option<String>| v.clone().unwrap_or_default();
    let parts = history.events.iter().flat_map(|e| &e.parts).flat_map(|p| &p.changes);
    parts
        .map(|c| match &c.what {
            What::Shown { from, to } => (c.label.clone(), words(from), words(to)),
            What::Secret => (c.label.clone(), "hemlig".into(), "hemlig".into()),
            What::Protected => (c.label.clone(), "skyddad".into(), "skyddad".into()),
        })
        .collect()
}

#[tokio::test]
async fn a_change_is_told_with_labels_names_and_swedish_values() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set phase = 'avveckling', annual_cost = 1842000, planned_decommission = '2027-06-30', owner_unit_id = $2 where id = $1")
        .bind(id)
        .bind(app.a.unit)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let history =
        audit::history_of(&mut tx, &auditor(&app.a, false), &[("it_system", id)], "").await.unwrap();
    assert_eq!(history.events.len(), 2);
    let latest = audit::History { events: vec![history.events[0].clone()], next: None };
    let mut told = fields(&latest);
    told.sort();
    let row = |label: &str, from: &str, to: &str| (label.to_owned(), from.to_owned(), to.to_owned());
    assert_eq!(
        told,
        [
            row("Ansvarig enhet", "Socialförvaltningen", "Hemtjänsten"),
            row("Fas", "Användning", "Avveckling"),
            row("Kostnad per år", "", "1\u{a0}842\u{a0}000\u{a0}kr"),
            row("Planerad avveckling", "", "2027-06-30"),
        ]
    );
    assert_eq!(history.events[0].who, "test");
}

#[tokio::test]
async fn what_belongs_to_an_object_is_in_its_history_also_when_it_has_been_removed() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (id, other) = (
        system(&mut tx, 1, "Vårdia", app.a.department).await,
        system(&mut tx, 2, "Annat", app.a.department).await,
    );
    let anna = person(&mut tx, "Anna Ek", false).await;
    let held = role(&mut tx, id, anna).await;
    role(&mut tx, other, anna).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    run(&mut tx, "delete from role_assignment where id = $1", held).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let history =
        audit::history_of(&mut tx, &auditor(&app.a, false), &[("it_system", id)], "").await.unwrap();
    let titles: Vec<_> =
        history.events.iter().flat_map(|e| &e.parts).map(|p| (p.op, p.title.as_str())).collect();
    assert_eq!(
        titles,
        [(Op::Delete, "Systemägare, Anna Ek"), (Op::Insert, "Vårdia"), (Op::Insert, "Systemägare, Anna Ek")]
    );
}

#[tokio::test]
async fn a_reference_to_something_removed_still_says_what_it_was() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    let anna = person(&mut tx, "Anna Ek", false).await;
    let held = role(&mut tx, id, anna).await;
    run(&mut tx, "delete from role_assignment where id = $1", held).await;
    run(&mut tx, "delete from person where id = $1", anna).await;
    let history =
        audit::history_of(&mut tx, &auditor(&app.a, false), &[("it_system", id)], "").await.unwrap();
    assert!(
        fields(&history).iter().any(|(label, _, to)| label == "Innehavare" && to == "Anna Ek (borttagen)")
    );
}

#[tokio::test]
async fn nothing_of_a_protected_person_is_in_the_history_for_those_without_the_grant() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    let planted = person(&mut tx, "Petra Hemlighjelm", false).await;
    role(&mut tx, id, planted).await;
    sqlx::query(
        "insert into employment (tenant_id, id, person_id, org_unit_id, unit_text, title, employee_no) values ($1, $2, $3, $4, 'Hemtjänsten norr', 'Undersköterska', '771122')",
    )
    .bind(app.a.id)
    .bind(new_id())
    .bind(planted)
    .bind(app.a.unit)
    .execute(&mut *tx)
    .await
    .unwrap();
    // A file named the head before it was known who that is.
    run(&mut tx, "update org_unit set head_text = 'Hemlighjelm, Petra' where id = $1", app.a.unit).await;
    sqlx::query("update org_unit set head_person_id = $1, head_text = null where id = $2")
        .bind(planted)
        .bind(app.a.unit)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // The mark comes later, as it does in life; what was written before it is hidden too.
    let mut tx = app.begin(&app.a).await;
    run(&mut tx, "update person set is_protected = true, login = 'pethem01' where id = $1", planted).await;
    tx.commit().await.unwrap();
    let secrets = ["Hemlighjelm", "petra", "pethem01", "771122", "Undersköterska", "norr"];
    let mut tx = app.begin(&app.a).await;
    let objects = [("it_system", id), ("person", planted), ("org_unit", app.a.unit)];
    let hidden =
        format!("{:?}", audit::history_of(&mut tx, &auditor(&app.a, false), &objects, "").await.unwrap());
    let shown =
        format!("{:?}", audit::history_of(&mut tx, &auditor(&app.a, true), &objects, "").await.unwrap());
    for secret in secrets {
        assert!(!hidden.contains(secret), "{secret} in {hidden}");
        assert!(shown.contains(secret), "{secret} is not even there for those who may see it");
    }
    assert!(hidden.contains(audit::PROTECTED));
    drop(tx);

    let mut reader = app.client(&app.a, Role::Auditor).await;
    for path in [
        "/audit".to_owned(),
        "/audit?q=Hemlighjelm".to_owned(),
        "/audit?q=771122".to_owned(),
        "/audit?table=employment".to_owned(),
        format!("/audit?object={planted}"),
        "/audit/access".to_owned(),
    ] {
        let page = reader.get(&path).await.expect(StatusCode::OK);
        // What was searched for stands in the search field and in the links of the page, not in what was found.
        let found = page.texts(".handelser").join(" ");
        for secret in secrets {
            assert!(!found.contains(secret), "{secret} in {path}: {found}");
        }
    }
    for path in ["/audit/export", "/audit/export?q=Hemlighjelm", "/audit/access/export"] {
        let file = reader.get(path).await.expect(StatusCode::OK).text();
        for secret in secrets {
            assert!(!file.contains(secret), "{secret} in {path}: {file}");
        }
    }
    let page = reader.get("/audit?q=Hemlighjelm").await;
    assert_eq!(page.count(".handelser li"), 0, "that a search has hits would tell that the person exists");
    let mut granted =
        app.client_with(&app.a, &[(Role::Auditor, None), (Role::ProtectedIdentity, None)]).await;
    let page = granted.get("/audit?q=Hemlighjelm").await.expect(StatusCode::OK);
    assert!(page.texts(".handelser").join(" ").contains("Hemlighjelm"));
}

#[tokio::test]
async fn a_search_finds_no_text_that_names_a_protected_person_and_an_act_called_after_one_is_covered() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let planted = person(&mut tx, "Petra Hemlighjelm", false).await;
    run(&mut tx, "update person set is_protected = true, given_names = 'Petra' where id = $1", planted).await;
    // Texts that no person is tied to: a head who was not found, what a system is for, and what an act was called.
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    run(&mut tx, "update org_unit set head_text = 'Hemlighjelm, Petra' where id = $1", app.a.unit).await;
    run(&mut tx, "update it_system set purpose = 'Fråga Petra Hemlighjelm' where id = $1", id).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    change_set::open(&mut tx, "bulk:systems", "Inläsning: hemlighjelm petra.csv").await.unwrap();
    run(&mut tx, "update it_system set phase = 'avvecklad' where id = $1", id).await;
    tx.commit().await.unwrap();

    let mut reader = app.client(&app.a, Role::Auditor).await;
    for words in ["Hemlighjelm,+Petra", "Fr%C3%A5ga+Petra+Hemlighjelm", "hemlighjelm+petra.csv"] {
        let page = reader.get(&format!("/audit?q={words}")).await.expect(StatusCode::OK);
        assert_eq!(page.count(".handelser li"), 0, "{words}: a hit would tell as much as the text");
    }
    let log = reader.get("/audit").await.expect(StatusCode::OK).texts(".handelser").join(" ");
    assert!(!log.to_lowercase().contains("hemlighjelm, petra"), "{log}");
    assert!(!log.contains("Fråga Petra") && !log.contains("hemlighjelm petra.csv"), "{log}");
    let file = reader.get("/audit/export").await.expect(StatusCode::OK).text();
    assert!(!file.contains("Fråga Petra") && !file.contains("hemlighjelm petra.csv"), "{file}");
    let mut granted =
        app.client_with(&app.a, &[(Role::Auditor, None), (Role::ProtectedIdentity, None)]).await;
    let page = granted.get("/audit?q=Fr%C3%A5ga+Petra+Hemlighjelm").await.expect(StatusCode::OK);
    assert!(page.count(".handelser li") > 0, "whoever has the grant finds it");
    assert!(granted.get("/audit").await.shows("hemlighjelm petra.csv"));
}

#[tokio::test]
async fn a_secret_is_said_to_be_changed_and_never_shown_or_found() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Larmcentral", app.a.department).await;
    run(&mut tx, "update it_system set secret_note = 'Koden är 4711' where id = $1", id).await;
    let someone = person(&mut tx, "Anna Ek", false).await;
    run(
        &mut tx,
        "update person set personal_id_cipher = '\\x0102', personal_id_hash = '\\x0a0b' where id = $1",
        someone,
    )
    .await;
    tx.commit().await.unwrap();
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let page = auditor.get("/audit").await.expect(StatusCode::OK);
    assert!(page.shows("Uppgifter som omfattas av sekretess ändrad, värdet visas inte"));
    assert!(page.shows("Personnummer ändrad, värdet visas inte"));
    assert!(!page.text().contains("4711") && !page.text().contains("0102") && !page.text().contains("0a0b"));
    assert_eq!(auditor.get("/audit?q=Koden").await.expect(StatusCode::OK).count(".handelser li"), 0);
}

#[tokio::test]
async fn the_log_is_narrowed_by_person_kind_table_period_and_words() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    run(&mut tx, "update it_system set note = 'Byts ut till våren' where id = $1", id).await;
    tx.commit().await.unwrap();
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let user = reader.user_id();
    // The clock of the database is the machine's.
    let far = "from=2001-01-01&until=2001-12-31";
    for (query, hits) in [
        ("q=till+v%C3%A5ren&table=it_system".to_owned(), 1),
        ("q=TILL+V%C3%85REN".to_owned(), 1),
        ("q=ingenting+alls".to_owned(), 0),
        ("table=it_system&op=U".to_owned(), 1),
        ("table=it_system&op=D".to_owned(), 0),
        (format!("object={id}"), 2),
        ("table=it_system&user=system".to_owned(), 2),
        (format!("table=it_system&user={user}"), 0),
        (format!("table=it_system&{far}"), 0),
    ] {
        let page = reader.get(&format!("/audit?{query}")).await.expect(StatusCode::OK);
        assert_eq!(page.count(".handelser > li"), hits, "{query}: {}", page.visible());
    }
    let page = reader.get("/audit?q=a").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Skriv minst tre tecken."));
}

#[tokio::test]
async fn the_log_is_taken_out_as_a_file_line_by_line_and_that_is_noted() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    change_set::open(&mut tx, "bulk:systems", "Paket 1").await.unwrap();
    run(
        &mut tx,
        "update it_system set note = '=cmd|x', user_count = 7, secret_note = 'Koden' where id = $1",
        id,
    )
    .await;
    tx.commit().await.unwrap();
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let page = reader.get("/audit?table=it_system&op=U").await.expect(StatusCode::OK);
    let hrefs = page.attributes("main a", "href");
    let href = hrefs.iter().find(|h| h.ends_with("format=csv")).unwrap().clone();
    let file = reader.get(href.trim_start_matches(&format!("/{}", app.a.slug))).await.expect(StatusCode::OK);
    let name = format!("attachment; filename=\"handelselogg-{}.csv\"", support::today());
    assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    let text = file.text();
    let mut lines: Vec<Vec<&str>> = text.trim_end().split("\r\n").map(|l| l.split(';').collect()).collect();
    assert_eq!(
        lines.remove(0)[1..],
        ["Vem", "Händelse", "Vad", "Vilken", "Fält", "Före", "Efter", "Skäl", "Del av"]
    );
    let mut fields: Vec<[&str; 3]> = lines.iter().map(|l| [l[2], l[7], l[9]]).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ["Ändrat", "'=cmd|x", "Paket 1"],
            ["Ändrat", "7", "Paket 1"],
            ["Ändrat", "värdet visas inte", "Paket 1"]
        ],
        "{text}"
    );
    let book = reader.get("/audit/export?table=it_system&format=xlsx").await.expect(StatusCode::OK);
    let book = overblick::tabular::read(&book.body, &overblick::tabular::Limits::default()).unwrap();
    assert!(book.sheets[0].records.len() > fields.len(), "the creation is in the file too");
    let page = reader.get("/audit/access?kind=export").await.expect(StatusCode::OK);
    assert!(page.shows("rader: 3") && page.shows("format: xlsx"), "{}", page.visible());
    let mut of_a_unit = app.client_with(&app.a, &[(Role::Auditor, Some(app.a.department))]).await;
    for path in ["/audit", "/audit/export", "/audit/access", "/audit/access/export"] {
        of_a_unit.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    assert!(
        !of_a_unit.get("/systems").await.shows("Händelselogg"),
        "what one may not open is not in the menu"
    );
}

#[tokio::test]
async fn every_change_is_reached_by_turning_the_pages() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    for i in 0..120 {
        let mut tx = app.begin(&app.a).await;
        if i % 40 == 0 {
            change_set::open(&mut tx, "bulk:systems", &format!("Paket {i}")).await.unwrap();
        }
        sqlx::query("update it_system set user_count = $2 where id = $1")
            .bind(id)
            .bind(i)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut reader = app.client(&app.a, Role::Auditor).await;
    for start in [format!("/audit?object={id}"), "/audit?from=2001-01-01".to_owned()] {
        let mut seen = Vec::new();
        let mut path = start.clone();
        loop {
            let page = reader.get(&path).await.expect(StatusCode::OK);
            seen.extend(page.texts(".andringar ins"));
            seen.extend(page.texts(".handelser a").into_iter().filter(|t| t.starts_with("Paket")));
            let Some(next) = page.attributes("a", "href").into_iter().find(|h| h.contains("before=")) else {
                break;
            };
            path = format!("/audit{next}");
        }
        if start.contains("object") {
            let expected: Vec<String> = (0..120).rev().map(|i: i32| i.to_string()).collect();
            let numbers: Vec<String> = seen.iter().filter(|t| !t.starts_with("Paket")).cloned().collect();
            assert_eq!(numbers, expected);
        } else {
            assert_eq!(seen.iter().filter(|t| t.starts_with("Paket")).count(), 3);
            assert_eq!(seen.iter().filter(|t| !t.starts_with("Paket")).count(), 117);
        }
    }
}

#[tokio::test]
async fn a_change_set_is_taken_back_by_whoever_may_do_such_things_and_by_nobody_else() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let set = change_set::open(&mut tx, "bulk:systems", "Byt fas på 1 system").await.unwrap();
    run(&mut tx, "update it_system set phase = 'avvecklad' where id = $1", id).await;
    tx.commit().await.unwrap();
    let (page, undo) = (format!("/audit/change-sets/{set}"), format!("/audit/change-sets/{set}/undo"));

    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let shown = auditor.get(&page).await.expect(StatusCode::OK);
    assert!(shown.shows("Användning") && shown.shows("Avvecklad") && !shown.shows("Ångra …"));
    auditor.get(&undo).await.expect(StatusCode::NOT_FOUND);
    auditor.post(&undo, &[]).await.expect(StatusCode::NOT_FOUND);
    // A right to a part of the municipality is no right to take back what was done to all of it.
    let mut of_a_unit = app.client(&app.a, Role::UnitAdmin).await;
    of_a_unit.get(&page).await.expect(StatusCode::NOT_FOUND);
    of_a_unit.post(&undo, &[]).await.expect(StatusCode::NOT_FOUND);
    let mut of_another = app.client(&app.b, Role::TenantAdmin).await;
    of_another.get(&page).await.expect(StatusCode::NOT_FOUND);
    of_another.post(&undo, &[]).await.expect(StatusCode::NOT_FOUND);

    let mut it = app.client(&app.a, Role::ItUnit).await;
    assert!(it.get(&page).await.expect(StatusCode::OK).shows("Ångra …"));
    assert!(it.get(&undo).await.expect(StatusCode::OK).shows("Ångra det här?"));
    let answer = it.post(&undo, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(it.follow(&answer).await.shows("Ändringarna är ångrade."));
    let mut tx = app.begin(&app.a).await;
    let phase: String = sqlx::query_scalar("select phase from it_system where id = $1")
        .bind(id)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(phase, "anvandning");
    assert!(it.post(&undo, &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("redan ångrat"));
    assert!(auditor.get("/audit").await.shows("Ångrade: Byt fas på 1 system"));
}

#[tokio::test]
async fn an_undo_that_something_was_built_on_changes_nothing_and_says_what() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let (kept, touched) = (
        system(&mut tx, 1, "Orört", app.a.department).await,
        system(&mut tx, 2, "Vårdia", app.a.department).await,
    );
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    let set = change_set::open(&mut tx, "bulk:systems", "Byt fas").await.unwrap();
    run(&mut tx, "update it_system set phase = 'avvecklad' where id = $1", kept).await;
    run(&mut tx, "update it_system set phase = 'avvecklad' where id = $1", touched).await;
    tx.commit().await.unwrap();
    let mut tx = app.begin(&app.a).await;
    run(&mut tx, "update it_system set note = 'Efteråt' where id = $1", touched).await;
    tx.commit().await.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it
        .post(&format!("/audit/change-sets/{set}/undo"), &[])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("ändrats efteråt") && page.shows("Vårdia") && !page.shows("Orört"));
    assert!(page.attributes("a", "href").contains(&format!("/vik/systems/{touched}")));
    let mut tx = app.begin(&app.a).await;
    let n: i64 = sqlx::query_scalar("select count(*) from it_system where phase = 'avvecklad'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(n, 2);
}

#[tokio::test]
async fn reads_and_exports_are_listed_for_the_auditor() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    let anna = person(&mut tx, "Anna Ek", false).await;
    let petra = person(&mut tx, "Petra Hemlighjelm", true).await;
    for id in [anna, petra] {
        audit::log_access(
            &mut tx,
            audit::AccessKind::ReadPersonal,
            ("person", Some(id)),
            serde_json::json!({}),
        )
        .await
        .unwrap();
    }
    audit::log_access(
        &mut tx,
        audit::AccessKind::Export,
        ("contracts", None),
        serde_json::json!({ "rows": 38, "format": "csv" }),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let page = reader.get("/audit/access").await.expect(StatusCode::OK);
    assert!(
        page.shows("Person Anna Ek")
            && page.shows(&format!("Person {}", audit::PROTECTED))
            && !page.shows("Hemlighjelm")
    );
    assert!(page.shows("Avtal") && page.shows("rader: 38"));
    let page = reader.get("/audit/access?kind=export").await.expect(StatusCode::OK);
    assert_eq!(page.count("tbody tr"), 1);
    for role in [Role::TenantAdmin, Role::HrAdmin, Role::Manager] {
        app.client(&app.a, role).await.get("/audit/access").await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_log_says_how_far_the_history_is_sealed_and_raises_an_alarm_when_it_does_not_hold() {
    let app = TestApp::new().await;
    let mut reader = app.client(&app.a, Role::Auditor).await;
    assert!(reader.get("/audit").await.shows("inte kontrollerats än"));
    let mut tx = app.begin(&app.a).await;
    let id = system(&mut tx, 1, "Vårdia", app.a.department).await;
    sqlx::query("select app.seal_history()").execute(&mut *tx).await.unwrap();
    assert_eq!(audit::verify_chain(&mut tx, app.state.clock().now()).await.unwrap(), []);
    tx.commit().await.unwrap();
    let page = reader.get("/audit").await;
    assert!(page.shows("stämde för alla") && !page.shows("Ta kontakt"), "{}", page.visible());
    // Only the owner of the tables can do this, which is why the seal is needed.
    let mut owner = app.database.owner().await;
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(app.a.id.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("update history set new = new || '{\"name\": \"Förfalskat\"}' where object_id = $1")
        .bind(id)
        .execute(&mut owner)
        .await
        .unwrap();
    let mut tx = app.begin(&app.a).await;
    let faults = audit::verify_chain(&mut tx, app.state.clock().now()).await.unwrap();
    assert_eq!(faults.iter().map(|f| f.problem.as_str()).collect::<Vec<_>>(), ["content"]);
    tx.commit().await.unwrap();
    assert!(reader.get("/audit").await.shows("inte stämmer med sin försegling"));
}

#[tokio::test]
async fn every_column_with_a_history_has_a_name_that_people_understand() {
    let app = TestApp::new().await;
    let mut db = app.database.owner().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where t.tgname = 'record_history' and a.attname not in ('tenant_id', 'id', 'version') order by 1, 2",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    assert!(columns.len() > 100);
    let unnamed: Vec<String> = columns
        .into_iter()
        .filter(|(table, column)| labels::find(table).and_then(|t| t.field(column)).is_none())
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    assert!(unnamed.is_empty(), "name these in src/areas/audit/labels: {unnamed:#?}");
}
