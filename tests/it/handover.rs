//! Handover: a leaver who answers for something makes a vacancy, and everything is handed over in one go.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use uuid::Uuid;

use super::support::{Client, TestApp, today};

async fn insert(tx: &mut TenantTx, sql: &'static str, a: Uuid, b: Uuid) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    sqlx::query(sql)
        .bind(tenant)
        .bind(id)
        .bind(a)
        .bind(b)
        .execute(&mut **tx)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    id
}

async fn person(tx: &mut TenantTx, name: &str, unit: Uuid) -> Uuid {
    let (tenant, id) = (tx.tenant_id(), new_id());
    let (given, family) = name.split_once(' ').unwrap();
    sqlx::query("insert into person (tenant_id, id, display_name, given_names, family_name, login) values ($1, $2, $3, $4, $5, $6)")
        .bind(tenant)
        .bind(id)
        .bind(name)
        .bind(given)
        .bind(family)
        .bind(format!("{}01", family.to_lowercase()))
        .execute(&mut **tx)
        .await
        .unwrap();
    insert(
        tx,
        "insert into employment (tenant_id, id, person_id, org_unit_id) values ($1, $2, $3, $4)",
        id,
        unit,
    )
    .await;
    id
}

struct World {
    leaver: Uuid,
    successor: Uuid,
    other: Uuid,
    system: Uuid,
    foreign_system: Uuid,
    contract: Uuid,
    subscription: Uuid,
}

/// A person who leaves on the last of November and answers for a system, a contract, a unit and a lift's subscription, and for a
/// system of another förvaltning.
async fn world(app: &TestApp) -> World {
    let mut tx = app.begin(&app.a).await;
    let unit = app.a.department;
    let leaver = person(&mut tx, "Lars Lämnar", unit).await;
    let successor = person(&mut tx, "Eva Efter", unit).await;
    let other = person(&mut tx, "Ola Annan", unit).await;
    let mut systems = Vec::new();
    for (n, owner) in [unit, app.a.other_department].into_iter().enumerate() {
        let id = new_id();
        sqlx::query(
            "insert into it_system (tenant_id, id, number, name, owner_unit_id) values ($1, $2, $3, $4, $5)",
        )
        .bind(app.a.id)
        .bind(id)
        .bind(i32::try_from(n).unwrap() + 1)
        .bind(format!("System {n}"))
        .bind(owner)
        .execute(&mut *tx)
        .await
        .unwrap();
        insert(&mut tx, "insert into role_assignment (tenant_id, id, system_id, role, person_id) values ($1, $2, $3, 'systemagare', $4)", id, leaver).await;
        systems.push(id);
    }
    let contract = insert(&mut tx, "insert into contract (tenant_id, id, title, owner_unit_id, contract_no) values ($1, $2, 'Avtalet', $3, $4::uuid::text)", unit, unit).await;
    insert(&mut tx, "insert into role_assignment (tenant_id, id, contract_id, role, person_id) values ($1, $2, $3, 'avtalsansvarig', $4)", contract, leaver).await;
    sqlx::query("update org_unit set head_person_id = $2 where id = $1")
        .bind(app.a.unit)
        .bind(leaver)
        .execute(&mut *tx)
        .await
        .unwrap();
    let operator = insert(&mut tx, "insert into operator (tenant_id, id, name, note) values ($1, $2, 'Telbolaget', $3::uuid::text || $4::uuid::text)", unit, unit).await;
    let subscription = insert(&mut tx, "insert into subscription (tenant_id, id, operator_id, contact_person_id, msisdn, purpose) values ($1, $2, $3, $4, '+46701740005', 'Hiss')", operator, leaver).await;
    sqlx::query("update subscription set org_unit_id = $2 where id = $1")
        .bind(subscription)
        .bind(unit)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("insert into subscription_proposal (tenant_id, id, class, kind, use_code, is_protected) values ($1, $2, 'N', 'non_person', 'hiss', false)")
        .bind(app.a.id)
        .bind(subscription)
        .execute(&mut *tx)
        .await
        .unwrap();
    leaves(&mut tx, leaver, "planned", "2026-11-30").await;
    tx.commit().await.unwrap();
    World { leaver, successor, other, system: systems[0], foreign_system: systems[1], contract, subscription }
}

/// Puts somebody on a list of leavers.
async fn leaves(tx: &mut TenantTx, person: Uuid, verdict: &str, day: &str) {
    let sender = insert(tx, "insert into leaver_sender (tenant_id, id, key, name, reasons) values ($1, $2, $3::uuid::text, 'HR', $4::uuid::text)", person, person).await;
    let list = insert(tx, "insert into leaver_list (tenant_id, id, sender_id, period, received_on, note) values ($1, $2, $3, '2026-11-01', '2026-11-05', $4::uuid::text)", sender, person).await;
    let row = insert(tx, "insert into leaver_row (tenant_id, id, list_id, row_no, end_date, title) values ($1, $2, $3, 2, '2026-11-30', $4::uuid::text)", list, person).await;
    sqlx::query("insert into leaver_verdict (tenant_id, id, verdict, l_code, end_date, is_protected, is_doubtful, person_id) values ($1, $2, $3, 'L3', $4::date, false, false, $5)")
        .bind(tx.tenant_id())
        .bind(row)
        .bind(verdict)
        .bind(day)
        .bind(person)
        .execute(&mut **tx)
        .await
        .unwrap();
}

async fn watch(app: &TestApp) {
    let mut tx = app.begin(&app.a).await;
    overblick::areas::watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    tx.commit().await.unwrap();
}

/// (object, title, due) of the open vacancies.
async fn vacancies(app: &TestApp) -> Vec<(String, String, String, String)> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as("select object_kind, title, detail, due_date::text from watch_flag where rule = 'role_vacancy' and state = 'open' order by 1, 2")
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

/// Who holds a role on an object from which day to which.
async fn holders(app: &TestApp, object: Uuid) -> Vec<(Uuid, Option<String>, Option<String>)> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as("select person_id, valid_from::text, valid_to::text from role_assignment where $1 in (system_id, contract_id) order by valid_from nulls first")
        .bind(object)
        .fetch_all(&mut *tx)
        .await
        .unwrap()
}

async fn head(app: &TestApp) -> Option<Uuid> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select head_person_id from org_unit where id = $1")
        .bind(app.a.unit)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

async fn is_person(app: &TestApp, client: &Client, person: Uuid) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update member_profile set person_id = $2 where user_id = $1")
        .bind(client.user_id())
        .bind(person)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_leaver_who_answers_for_something_makes_a_vacancy_by_the_last_day_without_a_word_of_whom() {
    let app = TestApp::new().await;
    let world = world(&app).await;
    watch(&app).await;
    let found = vacancies(&app).await;
    let kinds: Vec<&str> = found.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(kinds, ["contract", "org_unit", "system", "system"]);
    for (_, title, detail, due) in &found {
        assert_eq!(due, "2026-11-30");
        assert!(
            !format!("{title} {detail}").contains("Lämnar") && !detail.contains("slutat"),
            "{title} {detail}"
        );
    }
    assert!(found.iter().any(|f| f.1 == "Utse ny systemägare för System 0"));
    // The flag leads to the handover.
    let mut tx = app.begin(&app.a).await;
    let flag: Uuid =
        sqlx::query_scalar("select id from watch_flag where rule = 'role_vacancy' and object_id = $1")
            .bind(world.system)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    drop(tx);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let way = format!("/vik/people/{}/handover", world.leaver);
    assert!(it.get(&format!("/watch/{flag}")).await.attributes("a", "href").contains(&way));
    assert!(it.get(&format!("/systems/{}/roles", world.system)).await.attributes("a", "href").contains(&way));
    assert!(it.get(&format!("/people/{}", world.leaver)).await.attributes("a", "href").contains(&way));
}

#[tokio::test]
async fn everything_goes_over_to_one_successor_on_the_leaving_day_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let world = world(&app).await;
    watch(&app).await;
    let mut admin =
        app.client_with(&app.a, &[(Role::TenantAdmin, None), (Role::SubscriptionManager, None)]).await;
    let path = format!("/people/{}/handover", world.leaver);
    let page = admin.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("tbody tr"), 5, "{}", page.visible());
    assert_eq!(page.attributes("#last_day", "value"), ["2026-11-30"]);
    // Nobody named.
    let nobody =
        admin.post(&path, &[("last_day", "2026-11-30")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.shows("Ange vem som tar över"));
    let unknown = admin
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Ingen Sådan")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        unknown.shows("Personen finns inte")
            && unknown.attributes("[name='to.all']", "value") == ["Ingen Sådan"]
    );
    let same = admin
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Lars Lämnar")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(same.shows("Efterträdaren är den som lämnar"), "{}", same.visible());
    // One thing to another person, the rest to one.
    let own = page.attributes("input[name^='to.c-']", "name").pop().unwrap();
    let answer = admin
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Eva Efter"), (&own, "annan01")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let after = admin.follow(&answer).await;
    assert!(after.shows("5 ansvar är överlämnade"), "{}", after.visible());
    for system in [world.system, world.foreign_system] {
        assert_eq!(
            holders(&app, system).await,
            [
                (world.leaver, None, Some("2026-11-30".to_owned())),
                (world.successor, Some("2026-12-01".to_owned()), None)
            ]
        );
    }
    assert_eq!(holders(&app, world.contract).await[1].0, world.other);
    assert_eq!(head(&app).await, Some(world.successor));
    let contact: Option<Uuid> = {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_scalar("select contact_person_id from subscription where id = $1")
            .bind(world.subscription)
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    assert_eq!(contact, Some(world.successor));
    watch(&app).await;
    assert!(vacancies(&app).await.is_empty(), "dealt with");
    // Taken back as one.
    let undo = after.attributes("a[href*='/undo']", "href").pop().expect("a way to undo");
    let answer = admin.post(undo.trim_start_matches("/vik"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    assert_eq!(holders(&app, world.system).await, [(world.leaver, None, None)]);
    assert_eq!(head(&app).await, Some(world.leaver));
    watch(&app).await;
    assert_eq!(vacancies(&app).await.len(), 4);
}

#[tokio::test]
async fn whoever_reaches_a_part_hands_over_that_part_and_sees_no_more() {
    let app = TestApp::new().await;
    let world = world(&app).await;
    let path = format!("/people/{}/handover", world.leaver);
    // IT-samordnaren of socialförvaltningen: its system, not the other's; the contract only to see.
    let mut local = app.client(&app.a, Role::UnitAdmin).await;
    let page = local.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("System 0") && page.shows("Avtalet") && !page.shows("System 1"), "{}", page.visible());
    assert_eq!(page.count("input[name^='to.c-']"), 0);
    let answer = local
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Eva Efter")])
        .await
        .expect(StatusCode::SEE_OTHER);
    local.follow(&answer).await;
    assert_eq!(holders(&app, world.system).await.len(), 2);
    assert_eq!(holders(&app, world.foreign_system).await.len(), 1);
    assert_eq!(holders(&app, world.contract).await.len(), 1);
    // An auditor reads and changes nothing; a board reader finds nothing.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    assert_eq!(auditor.get(&path).await.expect(StatusCode::OK).count("input[name^='to.']"), 0);
    assert_eq!(auditor.post(&path, &[("to.all", "Eva Efter")]).await.status, StatusCode::FORBIDDEN);
    let mut board = app.client(&app.a, Role::BoardViewer).await;
    assert_eq!(board.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_leaver_hands_over_and_nobody_takes_more_rights_for_oneself() {
    let app = TestApp::new().await;
    let world = world(&app).await;
    let path = format!("/people/{}/handover", world.leaver);
    // The one who leaves has no role in the municipality but those on objects.
    let mut own = app.client_with(&app.a, &[]).await;
    is_person(&app, &own, world.leaver).await;
    let page = own.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("System 0") && page.shows("System 1"), "{}", page.visible());
    own.post(&path, &[("last_day", "2026-11-30"), ("to.all", "Eva Efter")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(holders(&app, world.foreign_system).await[1].0, world.successor);
    // IT-samordnaren would get the secret note by owning the system.
    let world = {
        let app_again = &app;
        let mut tx = app_again.begin(&app.a).await;
        sqlx::query("delete from role_assignment where person_id = $1")
            .bind(world.successor)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("update role_assignment set valid_to = null").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        world
    };
    let mut local = app.client(&app.a, Role::UnitAdmin).await;
    is_person(&app, &local, world.other).await;
    let refused = local
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Ola Annan")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("Du kan inte själv ta över rollen"), "{}", refused.visible());
    assert_eq!(holders(&app, world.system).await.len(), 1);
}

#[tokio::test]
async fn namesakes_are_chosen_among_and_a_protected_person_has_no_handover_without_the_grant() {
    let app = TestApp::new().await;
    let world = world(&app).await;
    let mut tx = app.begin(&app.a).await;
    let namesake = new_id();
    sqlx::query("insert into person (tenant_id, id, display_name, given_names, family_name, login) values ($1, $2, 'Eva Efter', 'Eva', 'Efter', 'efter02')")
        .bind(app.a.id)
        .bind(namesake)
        .execute(&mut *tx)
        .await
        .unwrap();
    insert(
        &mut tx,
        "insert into employment (tenant_id, id, person_id, org_unit_id) values ($1, $2, $3, $4)",
        namesake,
        app.a.other_department,
    )
    .await;
    tx.commit().await.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let path = format!("/people/{}/handover", world.leaver);
    let asked = it
        .post(&path, &[("last_day", "2026-11-30"), ("to.all", "Eva Efter")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        asked.shows("Välj vem det gäller") && asked.count("input[name='pick.all']") == 2,
        "{}",
        asked.visible()
    );
    let chosen = namesake.to_string();
    it.post(&path, &[("last_day", "2026-11-30"), ("to.all", "Eva Efter"), ("pick.all", &chosen)])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(holders(&app, world.system).await[1].0, namesake);

    let mut tx = app.begin(&app.a).await;
    sqlx::query("update person set is_protected = true where id = $1")
        .bind(world.leaver)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update role_assignment set valid_to = null where person_id = $1")
        .bind(world.leaver)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(it.get(&path).await.status, StatusCode::NOT_FOUND);
    watch(&app).await;
    let found = vacancies(&app).await;
    assert!(!found.is_empty() && found.iter().all(|f| f.2.contains("Utse en ny under roller")), "{found:?}");
    let page = it.get(&format!("/systems/{}/roles", world.system)).await.expect(StatusCode::OK);
    assert!(!page.attributes("a", "href").iter().any(|href| href.contains("handover")));
}
