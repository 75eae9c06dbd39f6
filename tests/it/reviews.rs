//! What is kept, laid in reserve or said to be no person's is looked at again, and managers are asked: the watch tells when, and stops when it is done.

use axum::http::StatusCode;
use chrono::NaiveDate;
use overblick::areas::watch::Finding;
use overblick::areas::{matches, subscriptions};
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::support::matching::Ground;
use crate::support::{Client, TestApp};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Somebody who left in August with a subscription; its case is open and of class A.
async fn left(ground: &Ground<'_>) -> Uuid {
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(ground).await;
    let number = ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(ground).await;
    ground.refresh().await;
    number
}

async fn decide(it: &mut Client, ground: &Ground<'_>, subscription: Uuid, fields: &[(&str, &str)]) {
    let case = ground.case_of(subscription).await;
    let version = case.version.to_string();
    let mut form = fields.to_vec();
    form.push(("version", &version));
    it.post(&format!("/matches/{}/decide", case.id), &form).await.expect(StatusCode::SEE_OTHER);
}

/// What the watch finds about a subscription on a day, by a rule.
async fn found(app: &TestApp, on: &str, rule: &str) -> Vec<Finding> {
    let mut tx = app.begin(&app.a).await;
    let mut all = matches::findings(&mut tx, day(on)).await.unwrap();
    all.extend(subscriptions::findings(&mut tx, day(on)).await.unwrap());
    all.retain(|finding| finding.rule == rule);
    all
}

async fn set(app: &TestApp, sql: &str, id: Uuid) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).bind(id).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_kept_for_a_time_is_flagged_on_its_day_until_somebody_decides_again() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let keep = [("beslut", "behall"), ("reason", "Behövs av vikarien"), ("review_on", "2027-01-15")];
    decide(&mut it, &ground, number, &keep).await;
    assert!(found(&app, "2027-01-14", "review_due").await.is_empty());
    let due = found(&app, "2027-01-15", "review_due").await;
    assert_eq!((due.len(), due[0].object_id, due[0].due_date), (1, number, Some(day("2027-01-15"))));
    let said = format!("{} {}", due[0].title, due[0].detail);
    assert!(!said.contains("Anna") && !said.contains("01740601") && !said.contains("vikarien"), "{said}");
    // The case is open again the same night: it is flagged still, and no longer when it is decided anew.
    ground.refresh_on(day("2027-01-16")).await;
    assert_eq!(ground.case_of(number).await.state, "open");
    assert_eq!(found(&app, "2027-01-16", "review_due").await.len(), 1);
    ground.refresh().await;
    let end = [("beslut", "avsluta"), ("end_choice", "nu"), ("port", "nej")];
    decide(&mut it, &ground, number, &end).await;
    assert!(found(&app, "2027-01-16", "review_due").await.is_empty());
}

#[tokio::test]
async fn a_reserve_that_nobody_uses_is_flagged_and_one_that_is_used_is_not() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let unit = app.a.unit.to_string();
    let reserve = [("beslut", "reserv"), ("unit", unit.as_str()), ("reserve_days", "300")];
    decide(&mut it, &ground, number, &reserve).await;
    assert!(
        found(&app, "2027-05-19", "reserve_unused").await.is_empty(),
        "six months from the day it was laid aside"
    );
    let unused = found(&app, "2027-05-20", "reserve_unused").await;
    assert_eq!((unused.len(), unused[0].object_id, unused[0].owner_unit_id), (1, number, Some(app.a.unit)));
    set(&app, "update subscription set last_traffic = '2027-05-01' where id = $1", number).await;
    assert!(found(&app, "2027-05-20", "reserve_unused").await.is_empty(), "it is used");
    set(&app, "update subscription set last_traffic = '2020-01-01' where id = $1", number).await;
    assert_eq!(found(&app, "2027-05-20", "reserve_unused").await.len(), 1);
    set(&app, "update subscription_proposal set is_protected = true where id = $1", number).await;
    assert!(
        found(&app, "2027-05-20", "reserve_unused").await.is_empty(),
        "nothing is told of a protected person's"
    );
}

#[tokio::test]
async fn what_is_decided_to_be_no_person_s_gets_a_day_to_be_looked_at_and_loses_it_with_the_decision() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let unit = app.a.unit.to_string();
    let alarm = [
        ("beslut", "ej_person"),
        ("purpose", "Larm i simhallen"),
        ("unit", unit.as_str()),
        ("contact", "Driftcentralen"),
    ];
    decide(&mut it, &ground, number, &alarm).await;
    let lacking = found(&app, "2026-11-21", "nonperson_incomplete").await;
    assert_eq!(lacking.len(), 1);
    assert!(lacking[0].detail.ends_with("saknar plats eller utrustning, nät."), "{}", lacking[0].detail);
    set(&app, "update subscription set device = 'Larmsändare', generation = '4G' where id = $1", number)
        .await;
    assert!(found(&app, "2026-11-21", "nonperson_incomplete").await.is_empty(), "nothing is lacking");
    assert!(found(&app, "2027-10-20", "nonperson_review_due").await.is_empty());
    let due = found(&app, "2027-10-21", "nonperson_review_due").await;
    assert_eq!((due.len(), due[0].due_date), (1, Some(day("2027-11-20"))), "a year after the decision");
    let case = ground.case_of(number).await;
    let version = case.version.to_string();
    let back = [("version", version.as_str()), ("revoke_reason", "Fel rad")];
    it.post(&format!("/matches/{}/revoke", case.id), &back).await.expect(StatusCode::SEE_OTHER);
    assert!(found(&app, "2027-11-20", "nonperson_review_due").await.is_empty());
}

#[tokio::test]
async fn a_manager_reads_what_is_asked_and_what_comes_of_the_answer_and_answers_with_a_plain_form() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let boss = ground.person("Karin", "Chefsson", "300100").managing().add(&ground).await;
    ground.heads(boss, app.a.unit).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let case = ground.case_of(number).await;
    let (version, asked) = (case.version.to_string(), boss.to_string());
    let question = [("version", version.as_str()), ("asked", asked.as_str()), ("message", "Används numret?")];
    it.post(&format!("/matches/{}/ask", case.id), &question).await.expect(StatusCode::SEE_OTHER);
    let mut manager = app.client_with(&app.a, &[]).await;
    ground.is_person(manager.user_id(), boss).await;
    let list = manager.get("/questions").await.expect(StatusCode::OK);
    let path = list.attributes("main a[href*='/questions/']", "href").remove(0);
    let page = manager.get(path.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert!(page.shows("IT-enheten behöver veta om abonnemanget ska avslutas"), "{}", page.visible());
    assert!(page.shows("Vad som händer sedan") && page.shows("Inget avslutas av att du svarar"));
    assert_eq!(page.count(".formular--tumme input[type=radio][name=answer]"), 6);
    assert_eq!(page.count(".formular--tumme label[for^=answer-]"), 6, "each answer has a label to press");
    let action = page.attributes("form.formular--tumme[method=post]", "action").remove(0);
    let answer = manager.post(action.trim_start_matches("/vik"), &[("answer", "avsluta")]).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(manager.get("/questions").await.shows("Avsluta abonnemanget"));
}
