//! What somebody may try who has some rights and wants more: objects of another förvaltning named in a form, roles taken by
//! oneself, rights that have ended, names that are protected.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::client::Upload;
use crate::support::{Client, TestApp};

/// Runs a statement in the first municipality: `$1` is the municipality, `$2` a new id, which is the answer, then the ids given.
async fn plant(app: &TestApp, sql: &'static str, ids: &[Uuid]) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    let mut query = sqlx::query(sql).bind(app.a.id).bind(id);
    for id in ids {
        query = query.bind(*id);
    }
    query.execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn system(app: &TestApp, name: &'static str, unit: Uuid) -> Uuid {
    let id = plant(
        app,
        "insert into it_system (tenant_id, id, number, name, owner_unit_id)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), 'Nytt', $3)",
        &[unit],
    )
    .await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set name = $2 where id = $1")
        .bind(id)
        .bind(name)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Gives a signed-in user a person in the register.
async fn is_person(app: &TestApp, client: &Client, login: &'static str) -> Uuid {
    let person = plant(
        app,
        "insert into person (tenant_id, id, display_name, login) values ($1, $2, 'Namn Saknas', $2::uuid::text)",
        &[],
    )
    .await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update person set login = $2 where id = $1")
        .bind(person)
        .bind(login)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update member_profile set person_id = $2 where user_id = $1")
        .bind(client.user_id())
        .bind(person)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    person
}

#[tokio::test]
async fn a_contract_of_another_forvaltning_is_not_seen_through_one_of_ones_own() {
    let app = TestApp::new().await;
    let framework = plant(
        &app,
        "insert into contract (tenant_id, id, title, contract_no, kind, owner_unit_id) values ($1, $2, 'Grannens ram', 'RA-7', 'ramavtal', $3)",
        &[app.a.other_department],
    )
    .await;
    let own = plant(
        &app,
        "insert into contract (tenant_id, id, title, kind, owner_unit_id, parent_contract_id) values ($1, $2, 'Eget avrop', 'avropsavtal', $3, $4)",
        &[app.a.department, framework],
    )
    .await;
    let mut local = app.client_with(&app.a, &[(Role::ContractOfficer, Some(app.a.department))]).await;
    let page = local.get(&format!("/contracts/{own}")).await.expect(StatusCode::OK);
    assert!(!page.text().contains("Grannens ram"), "{}", page.visible());
    let mut all = app.client(&app.a, Role::ContractOfficer).await;
    assert!(all.get(&format!("/contracts/{own}")).await.shows("Grannens ram"));
    assert!(all.get(&format!("/contracts/{framework}")).await.shows("Eget avrop"));

    let unit = app.a.department.to_string();
    let form = [("title", "Avrop två"), ("owner_unit_id", unit.as_str()), ("parent_no", "RA-7")];
    let refused = local.post("/contracts", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Det finns inget avtal med det numret."), "{}", refused.visible());
    all.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_unit_that_uses_a_system_does_not_see_what_another_pays_for_it() {
    let app = TestApp::new().await;
    let id = system(&app, "Vårdia", app.a.other_department).await;
    let users = "insert into system_unit (tenant_id, id, system_id, org_unit_id) values ($1, $2, $3, $4)";
    plant(&app, users, &[id, app.a.department]).await;
    let contract = plant(
        &app,
        "insert into contract (tenant_id, id, title, owner_unit_id) values ($1, $2, 'Grannens avtal', $3)",
        &[app.a.other_department],
    )
    .await;
    let link = "insert into contract_system (tenant_id, id, contract_id, system_id) values ($1, $2, $3, $4)";
    plant(&app, link, &[contract, id]).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut user = app.client(&app.a, Role::UnitAdmin).await;
    for rest in ["", "/contracts"] {
        let path = format!("/systems/{id}{rest}");
        assert!(it.get(&path).await.expect(StatusCode::OK).shows("Grannens avtal"), "{path}");
        assert!(!user.get(&path).await.expect(StatusCode::OK).text().contains("Grannens avtal"), "{path}");
    }
}

#[tokio::test]
async fn a_system_out_of_reach_is_neither_offered_nor_connected_with_a_contract() {
    let app = TestApp::new().await;
    system(&app, "Grannsystemet", app.a.other_department).await;
    system(&app, "Eget system", app.a.department).await;
    let contract = plant(
        &app,
        "insert into contract (tenant_id, id, title, owner_unit_id) values ($1, $2, 'Eget avtal', $3)",
        &[app.a.department],
    )
    .await;
    let mut local = app.client_with(&app.a, &[(Role::ContractOfficer, Some(app.a.department))]).await;
    let path = format!("/contracts/{contract}");
    let page = local.get(&path).await.expect(StatusCode::OK);
    assert!(page.text().contains("Eget system") && !page.text().contains("Grannsystemet"));
    let connect = |name: &'static str| [("system", name)];
    local
        .post(&format!("{path}/systems"), &connect("Grannsystemet"))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    local.post(&format!("{path}/systems"), &connect("Eget system")).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_system_with_a_level_four_is_not_read_through_its_form_or_the_search() {
    let app = TestApp::new().await;
    let id = system(&app, "Larmcentralen", app.a.department).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set level_k = 4, description = 'Hemlig beskrivning' where id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let edit = format!("/systems/{id}/edit");
    assert!(it.get(&edit).await.expect(StatusCode::OK).text().contains("Hemlig beskrivning"));
    assert!(!unit.get(&edit).await.expect(StatusCode::FORBIDDEN).text().contains("Hemlig beskrivning"));
    unit.post(&edit, &[("name", "Larmcentralen"), ("version", "1")]).await.expect(StatusCode::FORBIDDEN);
    assert!(it.get("/search?q=larmcentr").await.text().contains(&id.to_string()));
    assert!(!unit.get("/search?q=larmcentr").await.text().contains(&id.to_string()));
}

#[tokio::test]
async fn a_contract_is_no_longer_found_by_whoever_answered_for_it() {
    let app = TestApp::new().await;
    let contract = plant(
        &app,
        "insert into contract (tenant_id, id, title, owner_unit_id) values ($1, $2, 'Drift av Vårdia', $3)",
        &[app.a.other_department],
    )
    .await;
    let mut member = app.client_with(&app.a, &[]).await;
    let person = is_person(&app, &member, "perper01").await;
    let role = plant(
        &app,
        "insert into role_assignment (tenant_id, id, contract_id, person_id, role) values ($1, $2, $3, $4, 'avtalsansvarig')",
        &[contract, person],
    )
    .await;
    let found = |page: &crate::support::client::Page| page.text().contains(&contract.to_string());
    assert!(found(&member.get("/search?q=drift").await));
    for days in ["valid_from = null, valid_to = '2026-11-19'", "valid_from = '2026-11-21', valid_to = null"] {
        let mut tx = app.begin(&app.a).await;
        sqlx::query(sqlx::AssertSqlSafe(format!("update role_assignment set {days} where id = $1")))
            .bind(role)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(!found(&member.get("/search?q=drift").await), "{days}");
        assert_eq!(
            member.get(&format!("/contracts/{contract}")).await.status,
            StatusCode::NOT_FOUND,
            "{days}"
        );
    }
}

#[tokio::test]
async fn nobody_takes_a_role_on_a_system_that_gives_them_more() {
    let app = TestApp::new().await;
    let id = system(&app, "Vårdia", app.a.department).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let own = is_person(&app, &unit, "ownown01").await;
    let mut colleague = app.client(&app.a, Role::UnitAdmin).await;
    is_person(&app, &colleague, "colcol01").await;
    let roles = format!("/systems/{id}/roles");
    let form = |role: &'static str, holder: &'static str| {
        [("role", role), ("holder", holder), ("valid_from", "2026-11-20"), ("valid_to", "2026-12-31")]
    };
    let refused = unit
        .post(&roles, &form("systemforvaltare", "ownown01"))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Du kan inte ge dig själv en roll"), "{}", refused.visible());
    unit.get(&format!("/systems/{id}/secret")).await.expect(StatusCode::NOT_FOUND);
    unit.post(&roles, &form("it_kontakt", "ownown01")).await.expect(StatusCode::SEE_OTHER);
    unit.post(&roles, &form("systemforvaltare", "colcol01")).await.expect(StatusCode::SEE_OTHER);
    // What was given for a while is not prolonged by whoever has it.
    colleague.post(&roles, &form("systemforvaltare", "ownown01")).await.expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let held: Uuid = sqlx::query_scalar(
        "select id from role_assignment where person_id = $1 and role = 'systemforvaltare'",
    )
    .bind(own)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let days = |to: &'static str| [("valid_from", "2026-11-20"), ("valid_to", to)];
    unit.post(&format!("{roles}/{held}"), &days("")).await.expect(StatusCode::FORBIDDEN);
    unit.post(&format!("{roles}/{held}"), &days("2026-12-01")).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_only_reads_a_flag_does_not_settle_it() {
    let app = TestApp::new().await;
    let flag = plant(
        &app,
        "insert into watch_flag (tenant_id, id, rule, object_kind, object_id, due_date, title, opened_at, owner_unit_id)
         values ($1, $2, 'vacant_systemagare', 'system', $2, '2026-12-01', 'Utse systemägare', now(), $3)",
        &[app.a.department],
    )
    .await;
    let path = format!("/watch/{flag}");
    let snooze = [("until", "2026-12-01"), ("reason", "Semester")];
    for role in [Role::Auditor, Role::Finance, Role::Manager] {
        let mut reader = app.client(&app.a, role).await;
        let page = reader.get(&path).await.expect(StatusCode::OK);
        assert_eq!(page.count("form[action*='/watch/']"), 0, "{role:?}");
        reader.post(&format!("{path}/decide"), &[("decision", "Klart")]).await.expect(StatusCode::FORBIDDEN);
        reader.post(&format!("{path}/snooze"), &snooze).await.expect(StatusCode::FORBIDDEN);
        reader.post(&format!("{path}/reopen"), &[]).await.expect(StatusCode::FORBIDDEN);
    }
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    unit.post(&format!("{path}/snooze"), &snooze).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_edit_is_not_taken_back_with_a_right_that_is_gone() {
    let app = TestApp::new().await;
    let mut member = app.client_with(&app.a, &[]).await;
    let set = "insert into change_set (tenant_id, id, kind, label, user_id, actor) values ($1, $2, 'bulk:systems', 'Bytte fas', $3, 'Test')";
    let set = plant(&app, set, &[member.user_id()]).await;
    member.post(&format!("/undo/{set}"), &[]).await.expect(StatusCode::NOT_FOUND);
    let grant = "insert into role_grant (tenant_id, id, user_id, role, valid_from) values ($1, $2, $3, 'it_unit', '2026-01-01')";
    plant(&app, grant, &[member.user_id()]).await;
    member.post(&format!("/undo/{set}"), &[]).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_role_of_a_unit_takes_in_no_files_since_their_rows_may_be_anyones() {
    let app = TestApp::new().await;
    let list = "Avtalsnummer;Avtal;Leverantör;Från;Till\nA-1;Drift;Vik AB;2026-01-01;2027-12-31\n";
    let send = |kind: &'static str| [("kind", kind), ("source", "Enheten")];
    let file = [Upload { field: "file", file_name: "avtal.csv", bytes: list.as_bytes() }];
    // HR in a förvaltning sends the list of its own leavers, and nothing else (tests/it/leavers.rs).
    for role in [Role::ContractOfficer, Role::ItUnit, Role::TenantAdmin] {
        let mut local = app.client_with(&app.a, &[(role, Some(app.a.department))]).await;
        local.get("/imports/new").await.expect(StatusCode::NOT_FOUND);
        let unit = app.a.department.to_string();
        let form = [send("contracts").as_slice(), &[("unit", unit.as_str())]].concat();
        let answer = local.upload("/imports", &form, &file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{role:?}");
    }
    let mut whole = app.client(&app.a, Role::ContractOfficer).await;
    whole.get("/imports/new").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn an_identity_number_in_a_column_that_nobody_recognised_is_not_shown() {
    let app = TestApp::new().await;
    let mut client = app.client(&app.a, Role::TenantAdmin).await;
    let list = "Xyz;Kallas för;Under enhet;Qwerty\n1;Kommunen;;121212-1212\n2;Skolan;1;19121212-1212\n3;Badet;1;121212-1213\n";
    let form = [("kind", "org-tree"), ("source", "Kansliet")];
    let file = [Upload { field: "file", file_name: "udda.csv", bytes: list.as_bytes() }];
    let answer = client.upload("/imports", &form, &file).await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await.expect(StatusCode::OK);
    assert!(page.shows("Kommunen"), "the columns are shown with examples: {}", page.visible());
    assert!(!page.text().contains("1212-1212"), "{}", page.visible());
    assert!(page.text().contains("121212-1213"), "what is no identity number is shown");
}

#[tokio::test]
async fn a_unit_administrator_makes_nobody_of_their_choice_a_person_of_the_register() {
    let app = TestApp::new().await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    let head = plant(
        &app,
        "insert into person (tenant_id, id, display_name, email) values ($1, $2, 'Karin Wiklund', 'karin@vik.example.se')",
        &[],
    )
    .await;
    let employed = "insert into employment (tenant_id, id, person_id, org_unit_id) values ($1, $2, $3, $4)";
    plant(&app, employed, &[head, app.a.department]).await;
    let (person, department) = (head.to_string(), app.a.department.to_string());
    let form = |email: &'static str| {
        [
            ("email", email),
            ("name", "Karin Wiklund"),
            ("person", person.as_str()),
            ("role", "manager"),
            ("unit", department.as_str()),
        ]
    };
    let refused =
        unit.post("/users/new", &form("annan@example.org")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Ange den adress som personen har i registret."), "{}", refused.visible());
    unit.post("/users/new", &form("Karin@vik.example.se")).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_protected_person_is_not_found_by_name_nor_named_by_the_source() {
    let app = TestApp::new().await;
    let hidden = plant(
        &app,
        "insert into person (tenant_id, id, display_name, given_names, family_name, login, is_protected)
         values ($1, $2, 'Hemma Hemlig', 'Hemma', 'Hemlig', 'hemhem01', true)",
        &[],
    )
    .await;
    let contract = plant(
        &app,
        "insert into contract (tenant_id, id, title, responsible_text) values ($1, $2, 'Drift', 'Hemma Hemlig')",
        &[],
    )
    .await;
    let role = "insert into role_assignment (tenant_id, id, contract_id, person_id, role) values ($1, $2, $3, $4, 'avtalsansvarig')";
    plant(&app, role, &[contract, hidden]).await;
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    for rest in ["", "/details", "/history"] {
        let page = officer.get(&format!("/contracts/{contract}{rest}")).await.expect(StatusCode::OK);
        assert!(!page.text().contains("Hemlig"), "{}", page.address);
    }
    let other =
        plant(&app, "insert into contract (tenant_id, id, title) values ($1, $2, 'Licenser')", &[]).await;
    let by_name =
        officer.post(&format!("/contracts/{other}/responsible"), &[("person", "Hemma Hemlig")]).await;
    assert!(by_name.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Ingen person i registret stämmer."));

    let id = system(&app, "Vårdia", app.a.department).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let form = [("role", "systemagare"), ("holder", "Hemma Hemlig"), ("valid_from", "2026-11-20")];
    let answer =
        it.post(&format!("/systems/{id}/roles"), &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Personen finns inte bland personerna."), "{}", answer.visible());
    assert!(!answer.text().contains("Skyddad uppgift"));
}

#[tokio::test]
async fn persons_found_by_the_search_are_a_logged_read_and_the_words_are_not_kept() {
    let app = TestApp::new().await;
    let named = "insert into person (tenant_id, id, display_name) values ($1, $2, 'Karin Wiklund')";
    plant(&app, named, &[]).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    assert!(hr.get("/search?q=wiklund").await.shows("Karin Wiklund"));
    hr.get("/search?q=ingenheters%C3%A5").await.expect(StatusCode::OK);
    let mut tx = app.begin(&app.a).await;
    let reads: Vec<(String, String)> =
        sqlx::query_as("select kind, detail::text from access_log where object_kind = 'people'")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(reads.len(), 1, "{reads:?}");
    assert!(reads[0].0 == "read_personal" && !reads[0].1.to_lowercase().contains("wiklund"), "{reads:?}");
}

#[tokio::test]
async fn whoever_writes_a_contract_by_a_role_that_ends_does_not_make_the_right_their_own() {
    let app = TestApp::new().await;
    let id = system(&app, "Vårdia", app.a.other_department).await;
    let contract = plant(
        &app,
        "insert into contract (tenant_id, id, title, owner_unit_id) values ($1, $2, 'Drift av Vårdia', $3)",
        &[app.a.other_department],
    )
    .await;
    plant(
        &app,
        "insert into contract_system (tenant_id, id, contract_id, system_id) values ($1, $2, $3, $4)",
        &[contract, id],
    )
    .await;
    let mut member = app.client_with(&app.a, &[]).await;
    let person = is_person(&app, &member, "perper01").await;
    plant(
        &app,
        "insert into role_assignment (tenant_id, id, system_id, person_id, role, valid_to)
         values ($1, $2, $3, $4, 'systemforvaltare', '2026-12-31')",
        &[id, person],
    )
    .await;
    let path = format!("/contracts/{contract}/responsible");
    let refused =
        member.post(&path, &[("person", "perper01")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Du kan inte göra dig själv ansvarig"), "{}", refused.visible());
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    is_person(&app, &officer, "offoff01").await;
    officer.post(&path, &[("person", "perper01")]).await.expect(StatusCode::SEE_OTHER);
    officer.post(&path, &[("person", "offoff01")]).await.expect(StatusCode::SEE_OTHER);
}
