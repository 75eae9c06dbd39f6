//! Cases over time: closed when there is nothing left to decide, taken up when there is, and in whose name.

use axum::http::StatusCode;
use chrono::NaiveDate;
use overblick::areas::retention;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::subscriptions::{last_set, list};
use crate::support::matching::Ground;
use crate::support::{Client, TestApp};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Somebody who left in August with a number, in a list with three alarms; seen on 2 November.
async fn left(ground: &Ground<'_>) -> Uuid {
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(ground).await;
    let number = ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(ground).await;
    for n in 2..5 {
        ground.subscription(&format!("+4670174060{n}"), &format!("Larm {n}")).add(ground).await;
    }
    ground.refresh_on(day("2026-11-02")).await;
    number
}

/// The operator's list with the alarms, and what else stands in it.
fn alarms_and(more: &str) -> String {
    format!(
        "Nummer;Användare;Status\n0701740602;Larm 2;Aktiv\n0701740603;Larm 3;Aktiv\n0701740604;Larm 4;Aktiv\n{more}"
    )
}

async fn keep(it: &mut Client, ground: &Ground<'_>, number: Uuid) {
    let case = ground.case_of(number).await;
    let version = case.version.to_string();
    let form = [
        ("beslut", "behall"),
        ("reason", "Behövs av vikarien"),
        ("review_on", "2027-01-15"),
        ("version", version.as_str()),
    ];
    it.post(&format!("/matches/{}/decide", case.id), &form).await.expect(StatusCode::SEE_OTHER);
}

/// Where the case of a number stands: state, why, since when closed, and the decision in force.
async fn standing(app: &TestApp, number: Uuid) -> (String, String, Option<NaiveDate>, Option<String>) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as(
        "select c.state, c.reopened_reason, c.closed_on, d.outcome
         from match_case c left join match_decision d on d.id = c.decision_id where c.subscription_id = $1",
    )
    .bind(number)
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

/// The same in the words of the test.
fn stands(
    state: &str,
    why: &str,
    closed_on: Option<&str>,
) -> (String, String, Option<NaiveDate>, Option<String>) {
    (state.into(), why.into(), closed_on.map(day), Some("behall".into()))
}

/// How many cases a dry run on a day counts as to be purged.
async fn counted(app: &TestApp, on: &str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    let dry = retention::dry_run(&mut tx, app.state.clock().now(), day(on)).await.unwrap();
    let dry = retention::find_run(&mut tx, dry).await.unwrap();
    dry.lines.iter().find(|line| line.code == "match_case").map_or(0, |line| line.rows)
}

#[tokio::test]
async fn what_is_kept_is_closed_by_the_list_that_lacks_the_number_and_kept_again_when_it_is_back() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    keep(&mut it, &ground, number).await;
    assert_eq!(standing(&app, number).await, stands("kept", "", None));

    list(&app, "telenor 2026-11-18.csv", &alarms_and("")).await;
    let gone = stands("closed", "number_gone", Some("2026-11-18"));
    assert_eq!(standing(&app, number).await, gone);
    ground.refresh().await;
    assert_eq!(standing(&app, number).await, gone, "nothing changes by looking again");
    let case = ground.case_of(number).await.id;
    let page = it.get(&format!("/matches/{case}")).await.expect(StatusCode::OK);
    assert!(page.shows("Numret är borta ur operatörens lista"), "the history says why: {}", page.visible());

    // The list is taken back: everything is as it was.
    let set = last_set(&app).await;
    it.post(&format!("/audit/change-sets/{set}/undo"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(standing(&app, number).await, stands("kept", "", None));

    // It is gone again, and then back by a list of its own.
    list(&app, "telenor 2026-11-19.csv", &alarms_and("0701740605;Larm 5;Aktiv\n")).await;
    assert_eq!(standing(&app, number).await, stands("closed", "number_gone", Some("2026-11-19")));
    let back = alarms_and("0701740605;Larm 5;Aktiv\n0701740601;Anna Eklind;Aktiv\n");
    list(&app, "telenor 2026-11-20.csv", &back).await;
    assert_eq!(standing(&app, number).await, stands("kept", "", None));
    ground.refresh_on(day("2027-01-15")).await;
    assert_eq!(standing(&app, number).await, stands("open", "review_due", None), "its review date holds");
}

#[tokio::test]
async fn a_kept_case_whose_number_has_been_gone_for_two_years_is_counted_among_what_is_to_be_purged() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let number = left(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    keep(&mut it, &ground, number).await;
    assert_eq!(counted(&app, "2029-01-01").await, 0, "as long as it is kept it is not closed");
    list(&app, "telenor 2026-11-18.csv", &alarms_and("")).await;
    for (on, wanted) in [("2028-11-16", 0), ("2028-11-17", 1)] {
        assert_eq!(counted(&app, on).await, wanted, "{on}: 730 days after the list of 18 November");
    }
}

/// In whose name the rows of a case were written, the oldest first: the user, the name, and whether it can be taken back as one act.
async fn written(app: &TestApp, case: Uuid) -> Vec<(Option<Uuid>, String, bool)> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as(
        "select user_id, actor, change_set_id is not null from history
         where table_name = 'match_case' and object_id = $1 order by id",
    )
    .bind(case)
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn what_the_matching_does_when_a_page_is_opened_stands_under_its_name_and_not_under_the_reader_s() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(&ground).await;
    let number = ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(&ground).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let list = it.get("/matches").await.expect(StatusCode::OK);
    assert!(list.shows("Anna Eklind"), "the page shows what the matching found: {}", list.visible());
    let case = ground.case_of(number).await;
    let matching: (Option<Uuid>, String, bool) = (None, "Matchning av avslutade anställda".to_owned(), false);
    assert_eq!(written(&app, case.id).await, std::slice::from_ref(&matching));

    // Another unit pays from now on: the case is brought up to date by whoever opens it.
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update subscription set org_unit_id = $2 where id = $1")
        .bind(number)
        .bind(app.a.other_department)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/matches/{}", case.id);
    it.get(&path).await.expect(StatusCode::OK);
    assert_eq!(written(&app, case.id).await, [matching.clone(), matching.clone()]);
    let mut tx = app.begin(&app.a).await;
    let readers: Vec<Option<Uuid>> = sqlx::query_scalar(
        "select user_id from access_log where object_kind = 'match_case' and object_id = $1",
    )
    .bind(case.id)
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(readers, [Some(it.user_id())], "that it was read is the reader's");

    // What somebody decides is theirs, also where the page that they decide on had to be brought up to date first.
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update subscription set org_unit_id = $2 where id = $1")
        .bind(number)
        .bind(app.a.unit)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    it.get(&path).await.expect(StatusCode::OK);
    keep(&mut it, &ground, number).await;
    let names = written(&app, case.id).await;
    assert_eq!(names[..3], [matching.clone(), matching.clone(), matching.clone()]);
    assert!(names.len() > 3 && names[3..].iter().all(|(user, ..)| *user == Some(it.user_id())), "{names:?}");

    // The log names the matching, and offers nobody to take it back.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let log = auditor.get(&format!("/audit?object={}", case.id)).await.expect(StatusCode::OK);
    let who = log.texts(".handelse__huvud strong");
    assert_eq!(who.iter().filter(|name| **name == matching.1).count(), 3, "{who:?}");
    let by_jobs = auditor.get("/audit?user=system&table=match_case").await.expect(StatusCode::OK);
    assert_eq!(by_jobs.texts(".handelse__huvud strong"), [&*matching.1; 3]);
}
