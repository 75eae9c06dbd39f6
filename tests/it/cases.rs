//! Cases over time: closed when there is nothing left to decide, and taken up when there is.

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

/// Somebody who left in August with a number, in a list with three alarms.
async fn left(ground: &Ground<'_>) -> Uuid {
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(ground).await;
    let number = ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(ground).await;
    for n in 2..5 {
        ground.subscription(&format!("+4670174060{n}"), &format!("Larm {n}")).add(ground).await;
    }
    ground.refresh().await;
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
