//! Who sees what of whose: units, protected persons, masked names, secrets.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use overblick::rules::masking;
use uuid::Uuid;

use super::{list, numbers, plant};
use crate::support::TestApp;

#[tokio::test]
async fn a_user_of_a_unit_sees_the_units_own_and_nothing_of_others() {
    let app = TestApp::new().await;
    let own = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let others = plant(&app, "+46701740606", "Bo Al", app.a.other_department, Some(false)).await;
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.department))]).await;
    assert_eq!(numbers(&manager.get("/subscriptions").await.expect(StatusCode::OK)), ["070-174 06 05"]);
    assert!(numbers(&manager.get("/subscriptions?q=Bo").await).is_empty());
    assert!(manager.get(&format!("/subscriptions/{own}")).await.expect(StatusCode::OK).shows("Eva Ek"));
    for path in [
        format!("/subscriptions/{others}"),
        format!("/subscriptions/{others}/history"),
        format!("/subscriptions/inventory/{}", app.a.other_department),
        "/subscriptions/lists".to_owned(),
        format!("/subscriptions/{own}/edit"),
    ] {
        manager.get(&path).await.expect(StatusCode::NOT_FOUND);
    }
    let progress = manager.get("/subscriptions/inventory").await.expect(StatusCode::OK);
    assert!(
        progress.shows("Hemtjänsten") && !progress.shows("Barn- och utbildningsförvaltningen"),
        "{}",
        progress.visible()
    );
    manager
        .post(&format!("/subscriptions/{own}/reveal"), &[("field", "puk")])
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_a_protected_person_and_of_one_not_known_yet_there_is_nothing_to_see_or_find() {
    let app = TestApp::new().await;
    plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let hidden = plant(&app, "+46701749911", "Hedda Hemlig", app.a.unit, Some(true)).await;
    let unknown = plant(&app, "+46701749922", "Osedd Olle", app.a.unit, None).await;
    let list: Uuid = {
        // As if a list had brought and changed them.
        let mut tx = app.begin(&app.a).await;
        let list = new_id();
        sqlx::query("insert into subscription_series (tenant_id, id, operator_id) select $1, $2, id from operator limit 1")
            .bind(app.a.id)
            .bind(list)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($1, $2, $2, $2, '2026-11-16')")
            .bind(app.a.id)
            .bind(list)
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("update subscription set first_list_id = $1").bind(list).execute(&mut *tx).await.unwrap();
        sqlx::query(
            "insert into subscription_change (tenant_id, id, list_id, subscription_id, kind, old_value, new_value)
             select tenant_id, gen_random_uuid(), $1, id, k, '4711', '4712' from subscription, unnest(array['cost_centre', 'renamed']) k",
        )
        .bind(list)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        list
    };
    let paths = [
        "/subscriptions".to_owned(),
        "/subscriptions?kol=number&kol=holder&kol=reference&kol=unit_name&kol=contact&kol=cost_centre"
            .to_owned(),
        "/subscriptions?format=csv".to_owned(),
        "/subscriptions?q=Hedda".to_owned(),
        "/subscriptions?q=1749911".to_owned(),
        format!("/subscriptions?enhet={}", app.a.unit),
        format!("/subscriptions/{hidden}"),
        format!("/subscriptions/{hidden}/history"),
        format!("/subscriptions/{hidden}/edit"),
        format!("/subscriptions/{hidden}/delete"),
        format!("/subscriptions/{unknown}"),
        format!("/subscriptions/{unknown}/history"),
        "/subscriptions/inventory".to_owned(),
        format!("/subscriptions/inventory/{}", app.a.department),
        "/subscriptions/lists".to_owned(),
        format!("/subscriptions/lists/{list}"),
        "/subscriptions/operators".to_owned(),
        "/search?q=Hedda".to_owned(),
        "/audit".to_owned(),
        "/watch".to_owned(),
    ];
    let readers = [
        vec![(Role::ItUnit, None)],
        vec![(Role::SubscriptionManager, None)],
        vec![(Role::Auditor, None)],
        vec![(Role::Finance, None)],
        vec![(Role::Manager, Some(app.a.department))],
    ];
    for roles in readers {
        let mut reader = app.client_with(&app.a, &roles).await;
        for path in &paths {
            let page = reader.get(path).await;
            let text = page.text();
            for secret in ["Hedda", "Hemlig", "H. H.", "9911", "99 11", "Osedd", "9922", "99 22"] {
                // What was searched for stands in the field.
                let echoes = path.contains("q=");
                let found = if echoes { page.visible().contains(secret) } else { text.contains(secret) };
                assert!(!found, "{roles:?} {path} shows {secret}");
            }
        }
        for field in ["puk", "iccid"] {
            reader
                .post(&format!("/subscriptions/{hidden}/reveal"), &[("field", field)])
                .await
                .expect(StatusCode::NOT_FOUND);
        }
    }
    // A hidden one has no unit: those who see a unit only do not know that it is there.
    let mut manager = app.client_with(&app.a, &[(Role::Manager, Some(app.a.department))]).await;
    manager.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(numbers(&manager.get("/subscriptions").await), ["070-174 06 05"]);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get("/subscriptions").await;
    assert_eq!(
        page.texts("tbody th a").iter().filter(|n| *n == "Skyddad uppgift").count(),
        2,
        "{}",
        page.visible()
    );
    assert!(
        it.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::OK).shows("Skyddad uppgift")
    );

    let mut granted = app.client_with(&app.a, &[(Role::ItUnit, None), (Role::ProtectedIdentity, None)]).await;
    assert!(
        granted.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::OK).shows("Hedda Hemlig")
    );
    assert!(granted.get("/subscriptions?q=Hedda").await.shows("070-174 99 11"));
}

#[tokio::test]
async fn a_former_holder_who_is_protected_stays_hidden_in_the_numbers_history() {
    let app = TestApp::new().await;
    let id = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into person (tenant_id, id, display_name, given_names, family_name, is_protected)
         values ($1, gen_random_uuid(), 'Hedda Hemlig', 'Hedda', 'Hemlig', true)",
    )
    .bind(app.a.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, cost_centre, seen_from, seen_to)
         select $1, gen_random_uuid(), id, operator_id, 'HEMLIG HEDDA', '9999', '2025-01-15', '2026-09-15' from subscription where id = $2",
    )
    .bind(app.a.id)
    .bind(id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get(&format!("/subscriptions/{id}")).await.expect(StatusCode::OK);
    assert!(page.shows("Eva Ek") && page.shows("Skyddad uppgift"));
    assert!(!page.text().to_lowercase().contains("hedda") && !page.shows("9999"), "{}", page.visible());
}

#[tokio::test]
async fn an_auditor_sees_that_there_is_somebody_and_not_who() {
    let app = TestApp::new().await;
    let id = plant(&app, "+46701740605", "Eva Ek", app.a.unit, Some(false)).await;
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for path in [
        "/subscriptions".to_owned(),
        "/subscriptions?format=csv".to_owned(),
        format!("/subscriptions/{id}"),
        format!("/subscriptions/inventory/{}", app.a.unit),
    ] {
        let page = auditor.get(&path).await.expect(StatusCode::OK);
        assert!(page.text().contains("E. E."), "{path}: {}", page.visible());
        for secret in ["Eva", "1740605", "174 06 05", "ref Eva"] {
            assert!(!page.text().contains(secret), "{path} shows {secret}");
        }
    }
    assert!(
        auditor.get("/subscriptions?q=Eva").await.texts("tbody th a").is_empty(),
        "a name is not found by who may not see it"
    );
}

#[tokio::test]
async fn the_grant_lifts_the_protection_and_tells_nobody_whose_who_may_not_know_whose_anything_is() {
    let app = TestApp::new().await;
    let hidden = plant(&app, "+46701749911", "Hedda Hemlig", app.a.unit, Some(true)).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update subscription set purpose = 'Jourtelefon' where id = $1")
        .bind(hidden)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for role in [Role::Auditor, Role::Finance] {
        let mut reader = app.client_with(&app.a, &[(role, None), (Role::ProtectedIdentity, None)]).await;
        for path in [
            "/subscriptions?kol=number&kol=holder&kol=reference&kol=unit_name".to_owned(),
            "/subscriptions?format=csv".to_owned(),
            format!("/subscriptions/{hidden}"),
            format!("/subscriptions/{hidden}/history"),
            format!("/subscriptions/inventory/{}", app.a.unit),
            "/search?q=jourtelefon".to_owned(),
        ] {
            let page = reader.get(&path).await.expect(StatusCode::OK);
            assert!(page.text().contains("H. H."), "{role:?} {path}: {}", page.visible());
            for secret in ["Hedda", "Hemlig", "1749911", "174 99 11"] {
                assert!(!page.text().contains(secret), "{role:?} {path} shows {secret}");
            }
        }
        for words in ["Hedda", "1749911", "0701749911"] {
            assert!(
                numbers(&reader.get(&format!("/subscriptions?q={words}")).await).is_empty(),
                "{role:?} {words}"
            );
            let found = reader.get(&format!("/search?q={words}")).await.expect(StatusCode::OK);
            assert_eq!(found.count("section[aria-labelledby=k-subscriptions] a"), 0, "{role:?} {words}");
        }
    }
    // Somebody who knows whose others are sees this one as one of them.
    let mut manager =
        app.client_with(&app.a, &[(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)]).await;
    let page = manager.get(&format!("/subscriptions/{hidden}")).await.expect(StatusCode::OK);
    assert!(page.shows("Hedda Hemlig") && page.shows("070-174 99 11"), "{}", page.visible());
    assert!(manager.get("/search?q=hedda").await.shows("Hedda Hemlig"));
    let mut tx = app.begin(&app.a).await;
    let reads: Vec<String> = sqlx::query_scalar(
        "select distinct kind from access_log where object_kind = 'subscription' and object_id = $1",
    )
    .bind(hidden)
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(reads, ["reveal"], "that a protected person is met is logged, masked or not");
}

#[tokio::test]
async fn names_and_numbers_are_masked_the_same_in_the_database_and_in_the_program() {
    let app = TestApp::new().await;
    let mut tx = app.begin(&app.a).await;
    for text in ["Anna-Karin Åkerlund", "Åkerlund, anna", "INBROTTSLARM SIMHALL", "", " x  y,z", "éva ek"]
    {
        let name: String =
            sqlx::query_scalar("select app.masked_name($1)").bind(text).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(name, masking::name(text), "{text}");
    }
    for text in ["+46701740605", "112", "", "+4670174", "+46719000000123"] {
        let number: String =
            sqlx::query_scalar("select app.masked_number($1)").bind(text).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(number, masking::number(text), "{text}");
    }
}

#[tokio::test]
async fn a_secret_is_shown_one_at_a_time_to_whoever_may_change_and_that_is_logged() {
    let app = TestApp::new().await;
    let text =
        "Nummer;Användare;Kst;SIM;PUK-kod;Status\n0701740605;Eva Ek;;8946087000000000010;11112222;Aktiv\n";
    list(&app, "telia.csv", text).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get("/subscriptions").await.expect(StatusCode::OK);
    let path = page.attributes("tbody th a", "href").remove(0).trim_start_matches("/vik").to_owned();
    let closed = it.get(&path).await.expect(StatusCode::OK);
    assert!(
        closed.shows("Visa PUK")
            && !closed.text().contains("11112222")
            && !closed.text().contains("8946087000000000010")
    );
    assert!(it.get(&format!("{path}/reveal")).await.status.is_client_error(), "a link shows nothing");
    let shown = it.post(&format!("{path}/reveal"), &[("field", "puk")]).await.expect(StatusCode::OK);
    assert!(shown.shows("11112222") && !shown.text().contains("8946087000000000010"));
    it.post(&format!("{path}/reveal"), &[("field", "msisdn")]).await.expect(StatusCode::NOT_FOUND);
    let mut tx = app.begin(&app.a).await;
    let logged: Vec<String> = sqlx::query_scalar(
        "select detail->>'field' from access_log where kind = 'reveal' and object_kind = 'subscription'",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(logged, ["puk"]);
    drop(tx);
    for page in ["/subscriptions?format=csv", "/imports", "/audit"] {
        let mut reader = app.client_with(&app.a, &[(Role::ItUnit, None), (Role::Auditor, None)]).await;
        let text = reader.get(page).await.text();
        assert!(!text.contains("11112222") && !text.contains("8946087"), "{page}");
    }
}
