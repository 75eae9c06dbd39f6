//! The case, the subscription and the row of somebody with protected identity who has left: who is told that there is one, and how it
//! is logged when they are shown (rules 9.6).

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::matches::sure;
use crate::support::TestApp;
use crate::support::matching::Ground;

/// The subscription of Hemma Hemligsson, who has protected identity and has left, and that of somebody who has left and has not.
async fn hidden_and_open(ground: &Ground<'_>) -> (Uuid, Uuid) {
    ground.person("Hemma", "Hemligsson", "300500").left("2026-08-31").listed().protected().add(ground).await;
    let hidden =
        ground.subscription("+46701740688", "Hemma Hemligsson").reference("300500").add(ground).await;
    let open = sure(ground, 1).await;
    ground.refresh().await;
    (hidden, open)
}

#[tokio::test]
async fn whoever_reaches_some_units_alone_is_not_told_that_a_protected_person_has_left_one_of_them() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let (hidden, open) = hidden_and_open(&ground).await;
    let (hidden, open) = (ground.case_of(hidden).await.id, ground.case_of(open).await.id);
    for (unit, status) in [(Some(app.a.department), StatusCode::NOT_FOUND), (None, StatusCode::OK)] {
        let mut it = app.client_with(&app.a, &[(Role::ItUnit, unit)]).await;
        let list = it.get("/matches").await.expect(StatusCode::OK);
        assert!(list.shows("Anna1 Eklind"), "{}", list.visible());
        assert_eq!(list.shows("Skyddad uppgift"), status == StatusCode::OK, "{}", list.visible());
        it.get(&format!("/matches/{hidden}")).await.expect(status);
        let shown = it.get(&format!("/matches/{open}")).await.expect(StatusCode::OK);
        let leads_on = shown.text().contains(&hidden.to_string());
        assert_eq!(leads_on, status == StatusCode::OK, "the next case");
    }
}

/// How the reads of an object were logged, the oldest first.
async fn reads(app: &TestApp, object: &'static str, id: Uuid) -> Vec<String> {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(
        "select kind from access_log where object_kind = $1 and object_id = $2 order by at, id",
    )
    .bind(object)
    .bind(id)
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn whoever_sees_a_protected_person_in_a_case_a_subscription_or_a_leaver_row_is_logged_as_having_revealed_it()
 {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let (hidden, open) = hidden_and_open(&ground).await;
    let case = ground.case_of(hidden).await.id;
    let mut tx = app.begin(&app.a).await;
    let row: Uuid = sqlx::query_scalar("select id from leaver_row where employee_no = '300500'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.rollback().await.unwrap();

    let roles = [Role::SubscriptionManager, Role::HrAdmin];
    let mut without = app.client_with(&app.a, &roles.map(|role| (role, None))).await;
    let mut granted = app
        .client_with(
            &app.a,
            &[(Role::SubscriptionManager, None), (Role::HrAdmin, None), (Role::ProtectedIdentity, None)],
        )
        .await;
    for (object, id, paths) in [
        (
            "match_case",
            case,
            vec![format!("/matches/{case}"), format!("/matches/{case}/decide?beslut=avsluta")],
        ),
        (
            "subscription",
            hidden,
            vec![format!("/subscriptions/{hidden}"), format!("/subscriptions/{hidden}/history")],
        ),
        ("leaver_row", row, vec![format!("/leavers/rows/{row}")]),
        ("leaver_list", ground.leavers, vec![format!("/leavers/lists/{}", ground.leavers)]),
    ] {
        for path in &paths {
            let page = without.get(path).await.expect(StatusCode::OK);
            assert!(!page.text().contains("Hemligsson"), "{path}");
        }
        assert!(
            !reads(&app, object, id).await.contains(&"reveal".to_owned()),
            "{object}: nothing was revealed"
        );
        for (n, path) in paths.iter().enumerate() {
            granted.get(path).await.expect(StatusCode::OK);
            let revealed = reads(&app, object, id).await.iter().filter(|kind| *kind == "reveal").count();
            assert_eq!(revealed, n + 1, "{path}");
        }
    }
    // Of somebody who is not protected the grant changes nothing.
    let other = ground.case_of(open).await.id;
    granted.get(&format!("/matches/{other}")).await.expect(StatusCode::OK);
    assert_eq!(reads(&app, "match_case", other).await, ["read_personal"]);
}
