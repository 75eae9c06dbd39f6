//! Users of a municipality: invitations, roles, who may give what to whom.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::account::link;
use crate::support::client::{BASE_URL, Page};
use crate::support::{Client, TestApp, TestTenant};

const PASSWORD: &str = "fyra hästar i dimman";

async fn invite(client: &mut Client, email: &str, role: Role, unit: Option<Uuid>) -> Page {
    let unit = unit.map(|u| u.to_string()).unwrap_or_default();
    let form = [("email", email), ("name", "Bo Prov"), ("role", role.code()), ("unit", unit.as_str())];
    client.post("/users/new", &form).await
}

/// The user whose page an answer leads to.
fn user_of(answer: &Page) -> Uuid {
    answer.location().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

async fn roles(app: &TestApp, tenant: &TestTenant, user: Uuid) -> Vec<(String, Option<Uuid>)> {
    let mut tx = app.begin(tenant).await;
    sqlx::query_as(
        "select role, org_unit_id from role_grant where user_id = $1 and (valid_to is null or valid_to >= '2026-11-20') order by role",
    )
    .bind(user)
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

async fn person(app: &TestApp, name: &str, email: &str, is_protected: bool) -> Uuid {
    let id = Uuid::now_v7();
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, email, is_protected) values ($1, $2, $3, $4, $5)",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(name)
    .bind(email.to_lowercase())
    .bind(is_protected)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn an_invited_user_chooses_a_password_once_and_gets_in() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let answer =
        invite(&mut admin, "bo@vik.example.se", Role::ItUnit, None).await.expect(StatusCode::SEE_OTHER);
    let user = user_of(&answer);
    assert!(admin.get(&format!("/users/{user}")).await.expect(StatusCode::OK).shows("Inbjuden"));
    app.run_jobs().await;
    let mail = app.mail();
    assert_eq!(mail.len(), 1);
    assert!(mail[0].contains("To: bo@vik.example.se"));

    let path = link(&app, &format!("{BASE_URL}/invite/"));
    let mut bo = app.anonymous();
    let page = bo.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#name", "value"), ["Bo Prov"]);
    assert_eq!(page.attributes("#password", "autocomplete"), ["new-password"]);
    let form = [("name", "Bo Eget Namn"), ("password", PASSWORD), ("password_again", PASSWORD)];
    bo.post(&path, &form).await.expect(StatusCode::SEE_OTHER);
    app.anonymous().post(&path, &form).await.expect(StatusCode::NOT_FOUND);
    bo.post("/login", &[("email", "bo@vik.example.se"), ("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    bo.get("/vik/tasks").await.expect(StatusCode::OK);
    bo.get("/berg/tasks").await.expect(StatusCode::NOT_FOUND);
    let page = admin.get(&format!("/users/{user}")).await.expect(StatusCode::OK);
    assert!(page.shows("Bo Eget Namn") && page.shows("Aktiv") && page.shows("Inbjudan antagen"));
}

#[tokio::test]
async fn an_invitation_sent_again_puts_the_first_link_out_of_force() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let user = user_of(&invite(&mut admin, "bo@vik.example.se", Role::ItUnit, None).await);
    app.run_jobs().await;
    let first = link(&app, &format!("{BASE_URL}/invite/"));
    for _ in 0..3 {
        admin.post(&format!("/users/{user}/invite"), &[]).await.expect(StatusCode::SEE_OTHER);
    }
    app.run_jobs().await;
    assert_eq!(app.mail().len(), 2, "several presses are one letter");
    app.anonymous().get(&first).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_has_an_account_becomes_a_member_with_it_and_keeps_the_password() {
    let app = TestApp::new().await;
    let id = crate::auth::user(&app, "anna@vik.example.se").await;
    let mut admin = app.client(&app.b, Role::TenantAdmin).await;
    let answer =
        invite(&mut admin, "Anna@vik.example.se", Role::Auditor, None).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(user_of(&answer), id);
    app.run_jobs().await;
    let mail = app.mail().join("\n");
    assert!(mail.contains("/berg") && !mail.contains("/invite/"), "{mail}");
    // The other municipality's administrator gives no password and sees no roles of the first.
    let page = admin.get(&format!("/users/{id}")).await.expect(StatusCode::OK);
    assert!(!page.texts("tbody").join(" ").contains(Role::ItUnit.label()));
    assert_eq!(roles(&app, &app.a, id).await.len(), 1);
}

#[tokio::test]
async fn a_form_with_faults_comes_back_with_a_message_at_each_field() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let form = [("email", "ingen adress"), ("name", ""), ("role", "manager"), ("unit", "")];
    let page = admin.post("/users/new", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["email", "name", "unit"] {
        assert_eq!(page.count(&format!("#{field}[aria-invalid]")), 1, "{field}");
    }
    assert_eq!(page.attributes("#email", "value"), ["ingen adress"]);
    let own = admin.get("/users").await.expect(StatusCode::OK);
    assert_eq!(own.count("tbody tr"), 1);
}

#[tokio::test]
async fn a_role_for_a_unit_reaches_that_unit_and_those_under_it_only() {
    let app = TestApp::new().await;
    let mut local = app.client(&app.a, Role::UnitAdmin).await;
    let unit = Some(app.a.unit);
    invite(&mut local, "bo@vik.example.se", Role::Manager, unit).await.expect(StatusCode::SEE_OTHER);
    for (role, unit) in [
        (Role::Manager, Some(app.a.other_department)),
        (Role::Manager, Some(app.a.top)),
        (Role::Manager, None),
        (Role::ItUnit, Some(app.a.unit)),
        (Role::TenantAdmin, None),
        (Role::Manager, Some(app.b.unit)),
    ] {
        invite(&mut local, "eva@vik.example.se", role, unit).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let offered = local.get("/users/new").await.expect(StatusCode::OK).attributes("#unit option", "value");
    assert!(offered.contains(&app.a.unit.to_string()) && offered.contains(&app.a.department.to_string()));
    assert!(!offered.contains(&app.a.other_department.to_string()));
}

#[tokio::test]
async fn a_units_administrator_sees_the_users_of_the_own_unit_and_no_others() {
    let app = TestApp::new().await;
    let mut local = app.client(&app.a, Role::UnitAdmin).await;
    let other = app.client_with(&app.a, &[(Role::Manager, Some(app.a.other_department))]).await;
    let near = app.client_with(&app.a, &[(Role::Manager, Some(app.a.unit))]).await;
    let everywhere = app.client(&app.a, Role::ItUnit).await;
    let foreign = app.client(&app.b, Role::TenantAdmin).await;
    local.get(&format!("/users/{}", near.user_id())).await.expect(StatusCode::OK);
    for user in [&other, &everywhere, &foreign] {
        let path = format!("/users/{}", user.user_id());
        local.get(&path).await.expect(StatusCode::NOT_FOUND);
        local.post(&format!("{path}/roles"), &[("role", "manager")]).await.expect(StatusCode::NOT_FOUND);
        local.post(&format!("{path}/end"), &[]).await.expect(StatusCode::NOT_FOUND);
    }
    let list = local.get("/users").await.expect(StatusCode::OK);
    let mut links = list.attributes("tbody th a, tbody td a", "href");
    links.sort();
    let mut expected =
        vec![format!("/vik/users/{}", local.user_id()), format!("/vik/users/{}", near.user_id())];
    expected.sort();
    assert_eq!(links, expected);
}

#[tokio::test]
async fn nobody_gives_themselves_more_than_they_have() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let own = admin.user_id();
    for role in [Role::HrAdmin, Role::ProtectedIdentity, Role::ItUnit] {
        let page = admin
            .post(&format!("/users/{own}/roles"), &[("role", role.code())])
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows("Du kan inte ge dig själv en roll som ger mer än du redan har."));
    }
    assert_eq!(roles(&app, &app.a, own).await.len(), 1);
    // Nor by being another person, who may head a unit.
    let id = person(&app, "Chef Högst", "chef@vik.example.se", false).await.to_string();
    admin
        .post(&format!("/users/{own}/person"), &[("person", id.as_str())])
        .await
        .expect(StatusCode::FORBIDDEN);
    // Another administrator may.
    let mut other = app.client(&app.a, Role::TenantAdmin).await;
    other.post(&format!("/users/{own}/roles"), &[("role", "hr_admin")]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(roles(&app, &app.a, own).await.len(), 2);
}

#[tokio::test]
async fn the_last_administrator_who_can_sign_in_stays() {
    let app = TestApp::new().await;
    let id = crate::auth::user(&app, "anna@vik.example.se").await;
    let mut admin = app.sign_in(id, &app.a).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update role_grant set role = 'tenant_admin' where user_id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // An administrator who has never chosen a password does not count.
    invite(&mut admin, "bo@vik.example.se", Role::TenantAdmin, None).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(&format!("/users/{id}")).await.expect(StatusCode::OK);
    let end = page.attributes("tbody form", "action").remove(0);
    admin.post(&format!("/{end}"), &[]).await.expect(StatusCode::FORBIDDEN);
    admin.post(&format!("/users/{id}/end"), &[]).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(roles(&app, &app.a, id).await, [("tenant_admin".to_owned(), None)]);

    let second = crate::auth::user(&app, "eva@vik.example.se").await;
    admin
        .post(&format!("/users/{second}/roles"), &[("role", "tenant_admin")])
        .await
        .expect(StatusCode::SEE_OTHER);
    admin.post(&format!("/{end}"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(roles(&app, &app.a, id).await.is_empty());
    admin.get("/users").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ending_a_membership_ends_its_roles_and_shuts_out_at_once() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let mut member = app.client(&app.a, Role::ItUnit).await;
    app.join(&app.b, member.user_id(), &[(Role::Auditor, None)]).await;
    let id = member.user_id();
    admin.get(&format!("/users/{id}/end")).await.expect(StatusCode::OK);
    admin.post(&format!("/users/{id}/end"), &[]).await.expect(StatusCode::SEE_OTHER);
    member.get("/tasks").await.expect(StatusCode::NOT_FOUND);
    member.get("//berg/tasks").await.expect(StatusCode::OK);
    assert!(roles(&app, &app.a, id).await.is_empty());
    let page = admin.get(&format!("/users/{id}")).await.expect(StatusCode::OK);
    assert!(page.shows("Avslutat medlemskap") && page.shows("Avslutad"));
    admin
        .post(&format!("/users/{id}/roles"), &[("role", "it_unit")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);

    // Invited again, the user is a member again, with the new role only.
    let email: String = sqlx::query_scalar("select email::text from sys.user_account where id = $1")
        .bind(id)
        .fetch_one(&app.pool)
        .await
        .unwrap();
    invite(&mut admin, &email, Role::Finance, None).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(roles(&app, &app.a, id).await, [("finance".to_owned(), None)]);
    member.get("/tasks").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_was_done_with_roles_stands_in_the_history() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let member = app.client(&app.a, Role::ItUnit).await;
    let path = format!("/users/{}", member.user_id());
    admin.post(&format!("{path}/roles"), &[("role", "finance")]).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(&path).await.expect(StatusCode::OK);
    let row = page.texts("tbody tr").iter().position(|row| row.contains("Ekonomi")).unwrap();
    // The first role began earlier and cannot be told apart by place alone.
    let ends = page.attributes("tbody form", "action");
    admin.post(&format!("/{}", ends[row]), &[]).await.expect(StatusCode::SEE_OTHER);
    let history =
        admin.get(&path).await.expect(StatusCode::OK).texts("section[aria-labelledby=historik]").join(" ");
    assert!(history.contains("Ekonomi") && history.contains("Test Registeransvarig"), "{history}");
}

#[tokio::test]
async fn a_person_of_the_register_is_suggested_by_address_and_linked() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let bo = person(&app, "Bo Registersson", "BO@vik.example.se", false).await;
    let user = user_of(&invite(&mut admin, "bo@vik.example.se", Role::ItUnit, None).await);
    let page = admin.get(&format!("/users/{user}")).await.expect(StatusCode::OK);
    assert!(page.shows("Bo Registersson"));
    let id = bo.to_string();
    admin
        .post(&format!("/users/{user}/person"), &[("person", id.as_str())])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    let linked: Option<Uuid> = sqlx::query_scalar("select person_id from member_profile where user_id = $1")
        .bind(user)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(linked, Some(bo));
    drop(tx);
    // One person is one user.
    let other = app.client(&app.a, Role::ItUnit).await;
    admin
        .post(&format!("/users/{}/person", other.user_id()), &[("person", id.as_str())])
        .await
        .expect(StatusCode::NOT_FOUND);
    admin.get(&format!("/users/new?person={id}")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_person_chosen_for_an_invitation_is_linked_from_the_start() {
    let app = TestApp::new().await;
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    let bo = person(&app, "Bo Registersson", "bo@vik.example.se", false).await.to_string();
    let found = admin.get("/users/new?q=registers").await.expect(StatusCode::OK);
    assert!(found.attributes("a", "href").iter().any(|href| href.ends_with(&format!("person={bo}"))));
    let page = admin.get(&format!("/users/new?person={bo}")).await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#email", "value"), ["bo@vik.example.se"]);
    let form = [("email", "bo@vik.example.se"), ("name", "Bo"), ("person", bo.as_str()), ("role", "it_unit")];
    let user = user_of(&admin.post("/users/new", &form).await.expect(StatusCode::SEE_OTHER));
    assert!(admin.get(&format!("/users/{user}")).await.expect(StatusCode::OK).shows("Bo Registersson"));
}

#[tokio::test]
async fn a_protected_person_shows_by_name_only_to_those_with_the_grant() {
    let app = TestApp::new().await;
    let hidden = person(&app, "Hemlig Person", "hemlig@vik.example.se", true).await;
    let mut granted =
        app.client_with(&app.a, &[(Role::TenantAdmin, None), (Role::ProtectedIdentity, None)]).await;
    let id = hidden.to_string();
    let form = [
        ("email", "hemlig@vik.example.se"),
        ("name", "Hemlig Person"),
        ("person", id.as_str()),
        ("role", "it_unit"),
    ];
    let user = user_of(&granted.post("/users/new", &form).await.expect(StatusCode::SEE_OTHER));
    let mut admin = app.client(&app.a, Role::TenantAdmin).await;
    for path in [
        "/users".to_owned(),
        format!("/users/{user}"),
        "/users/new?q=hemlig".to_owned(),
        "/users?format=csv".to_owned(),
    ] {
        let page = admin.get(&path).await;
        let text = page.text().replace("q=hemlig", "").replace("value=\"hemlig\"", "");
        assert!(
            !text.to_lowercase().contains("hemlig person") && !text.contains("hemlig@"),
            "{path}\n{text}"
        );
    }
    admin.get(&format!("/users/new?person={id}")).await.expect(StatusCode::NOT_FOUND);
    assert!(granted.get(&format!("/users/{user}")).await.expect(StatusCode::OK).shows("Hemlig Person"));
}

#[tokio::test]
async fn whoever_only_reads_users_changes_nothing() {
    let app = TestApp::new().await;
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let member = app.client(&app.a, Role::ItUnit).await;
    let path = format!("/users/{}", member.user_id());
    let page = auditor.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.count("main form[method=post]"), 0);
    auditor.get("/users/new").await.expect(StatusCode::NOT_FOUND);
    auditor.post(&format!("{path}/roles"), &[("role", "it_unit")]).await.expect(StatusCode::NOT_FOUND);
    auditor.post(&format!("{path}/end"), &[]).await.expect(StatusCode::NOT_FOUND);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    it.get("/users").await.expect(StatusCode::NOT_FOUND);
}
