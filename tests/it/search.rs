//! The search finds subscriptions too: by number however it is written, by holder and by what they are for, and no more than the
//! reader may know.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::support::matching::Ground;
use crate::support::{Client, TestApp};

/// A telephone of a unit of the förvaltning, a lift of another förvaltning, and a protected person's telephone.
async fn ground(app: &TestApp) -> [Uuid; 3] {
    let ground = Ground::of(app, &app.a).await;
    ground.person("Eva", "Fjällström", "100301").add(&ground).await;
    ground.person("Hemma", "Hemlig", "100302").protected().add(&ground).await;
    let phone = ground.subscription("+46701740605", "Eva Fjällström").reference("100301").add(&ground).await;
    let lift =
        ground.subscription("+46701740699", "Hisslarm").of_unit(app.a.other_department).add(&ground).await;
    let hidden = ground.subscription("+46701749911", "Hemma Hemlig").reference("100302").add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "update subscription set purpose = 'Nödtelefon i hissen', kind_decided = 'non_person' where id = $1",
    )
    .bind(lift)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query("update subscription set purpose = 'Nödtelefon hemma' where id = $1")
        .bind(hidden)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ground.refresh().await;
    [phone, lift, hidden]
}

/// Which subscriptions are found.
async fn found(client: &mut Client, words: &str) -> Vec<String> {
    let page = client.get(&format!("/search?q={words}")).await.expect(StatusCode::OK);
    page.attributes("section[aria-labelledby=k-subscriptions] a", "href")
        .iter()
        .filter_map(|href| href.rsplit('/').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_subscription_is_found_by_number_holder_and_purpose() {
    let app = TestApp::new().await;
    let [phone, lift, _] = ground(&app).await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    for written in [
        "0701740605",
        "070-174%2006%2005",
        "%2B46701740605",
        "%2B46%20(0)70%20174%2006%2005",
        "0046701740605",
        "174%2006%2005",
        "fj%C3%A4llstr",
        "fjallstrom",
    ] {
        assert_eq!(found(&mut manager, written).await, [phone.to_string()], "{written}");
    }
    assert_eq!(found(&mut manager, "n%C3%B6dtelefon").await, [lift.to_string()]);
    let page = manager.get("/search?q=0701740605").await;
    assert!(page.shows("070-174 06 05") && page.shows("Eva Fjällström"), "{}", page.visible());
    let mut tx = app.begin(&app.a).await;
    let reads: Vec<String> =
        sqlx::query_scalar("select detail::text from access_log where object_kind = 'subscriptions'")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert!(!reads.is_empty() && reads.iter().all(|detail| !detail.contains("1740605")), "{reads:?}");
}

#[tokio::test]
async fn the_search_finds_no_subscription_by_what_the_reader_may_not_know() {
    let app = TestApp::new().await;
    let [phone, lift, hidden] = ground(&app).await;
    // A unit's own, and nobody else's.
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    assert_eq!(found(&mut unit, "0701740605").await, [phone.to_string()]);
    assert!(found(&mut unit, "n%C3%B6dtelefon").await.is_empty());
    // Those who see initials and the ends of numbers do not find out whose a number is by asking for it.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for words in ["0701740605", "fj%C3%A4llstr", "1740605"] {
        assert!(found(&mut auditor, words).await.is_empty(), "{words}");
    }
    assert_eq!(found(&mut auditor, "n%C3%B6dtelefon").await, [lift.to_string()]);
    let page = auditor.get("/search?q=n%C3%B6dtelefon").await;
    assert!(!page.shows("070-174 06 99") && page.shows("99"), "{}", page.visible());
    // A protected person's is found by nobody but those with the grant, by no word at all.
    for role in [Role::SubscriptionManager, Role::ItUnit, Role::UnitAdmin, Role::Auditor, Role::TenantAdmin] {
        let mut reader = app.client(&app.a, role).await;
        for words in ["0701749911", "hemlig", "n%C3%B6dtelefon", "9911"] {
            assert!(!found(&mut reader, words).await.contains(&hidden.to_string()), "{role:?} {words}");
        }
    }
    let grants = [(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)];
    let mut trusted = app.client_with(&app.a, &grants).await;
    assert_eq!(found(&mut trusted, "hemlig").await, [hidden.to_string()]);
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    assert!(found(&mut hr, "0701740605").await.is_empty(), "HR sees people, and not what they hold");
}

#[tokio::test]
async fn a_sign_that_no_text_can_hold_is_turned_away_and_is_no_fault_of_ours() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    for path in ["/search?q=a%00", "/subscriptions?q=%00", "/subscriptions?typ=%00", "/matches?lage=%00"] {
        it.get(path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let operator = [("name", "Nord\0"), ("order_form", "fil")];
    it.post("/subscriptions/operators", &operator).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let sign_in = [("email", "a\0@vik.example"), ("password", "x")];
    app.anonymous().post("/login", &sign_in).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    app.anonymous().get("/%00").await.expect(StatusCode::NOT_FOUND);
    // What is written with a percent sign of its own is a text like others.
    it.get("/search?q=100%25%2000").await.expect(StatusCode::OK);
}
