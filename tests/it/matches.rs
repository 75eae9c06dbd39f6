//! The worklist, deciding, questions to managers, and who sees what.

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};
use overblick::areas::matches;
use overblick::auth::permissions::Role;
use uuid::Uuid;

use crate::support::matching::Ground;
use crate::support::{Client, TestApp, today};
use crate::systems::statements::count;

/// Somebody who left in August, listed by HR, with a subscription that bears the employee number: class A.
pub async fn sure(ground: &Ground<'_>, n: u32) -> Uuid {
    let number = format!("10020{n}");
    ground.person(&format!("Anna{n}"), "Eklind", &number).left("2026-08-31").listed().add(ground).await;
    ground
        .subscription(&format!("+4670174060{n}"), &format!("Anna{n} Eklind"))
        .reference(&number)
        .add(ground)
        .await
}

async fn decider(app: &TestApp) -> Client {
    app.client(&app.a, Role::SubscriptionManager).await
}

#[tokio::test]
async fn the_worklist_asks_the_database_as_often_for_thirty_cases_as_for_three() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    for n in 10..13 {
        sure(&ground, n).await;
    }
    ground.refresh().await;
    let mut it = decider(&app).await;
    let first = it.get("/matches").await.expect(StatusCode::OK);
    let case =
        first.attributes("main tbody th a", "href").first().unwrap().trim_start_matches("/vik").to_owned();
    it.get(&case).await.expect(StatusCode::OK);
    let paths = ["/matches", "/matches?format=csv", case.as_str(), "/matches/orders"];
    let mut few = Vec::new();
    for path in paths {
        few.push(count(&mut it, path).await);
    }
    assert!(few.iter().all(|n| *n > 0), "{few:?}");
    for n in 13..40 {
        sure(&ground, n).await;
    }
    ground.refresh().await;
    assert_eq!(it.get("/matches").await.attributes("main tbody th a", "href").len(), 30);
    let mut many = Vec::new();
    for path in paths {
        many.push(count(&mut it, path).await);
    }
    assert_eq!(few, many, "statements for {paths:?}");
}

const END: &[(&str, &str)] = &[("beslut", "avsluta"), ("end_choice", "nu"), ("port", "nej")];

async fn decide(
    it: &mut Client,
    id: Uuid,
    version: i32,
    fields: &[(&str, &str)],
) -> crate::support::client::Page {
    let version = version.to_string();
    let mut form = fields.to_vec();
    form.push(("version", &version));
    it.post(&format!("/matches/{id}/decide"), &form).await
}

#[tokio::test]
async fn a_sure_case_is_decided_on_to_the_next_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let (first, second) = (sure(&ground, 1).await, sure(&ground, 2).await);
    ground.refresh().await;
    let case = ground.case_of(first).await;
    assert_eq!((case.class.as_str(), case.state.as_str()), ("A", "open"));
    let mut it = decider(&app).await;
    let list = it.get("/matches?vy=sakra").await.expect(StatusCode::OK);
    assert!(list.shows("Anna1 Eklind") && list.shows("A Säker") && list.shows("Tangenter"));
    let page = it.get(&format!("/matches/{}", case.id)).await.expect(StatusCode::OK);
    assert!(page.shows("Abonnemangslistan") && page.shows("Personalregistret") && page.shows("Stämmer"));
    assert_eq!(page.count("[data-tangent='1']"), 1, "a key for each decision");
    assert_eq!((page.count("a[href='#besluta']"), page.count("h2#besluta")), (1, 1), "a way to the decision");
    assert!(it.get("/matches/keys").await.expect(StatusCode::OK).shows("Nästa rad"));
    it.get(&format!("/matches/{}/decide?beslut=avsluta", case.id)).await.expect(StatusCode::OK);
    let missing = decide(&mut it, case.id, case.version, &[("beslut", "avsluta")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = decide(&mut it, case.id, case.version, END).await.expect(StatusCode::SEE_OTHER);
    let next = ground.case_of(second).await;
    assert!(done.location().unwrap().ends_with(&next.id.to_string()), "on to the next");
    let decided = ground.case_of(first).await;
    assert_eq!(decided.state, "decided");
    let mut tx = app.begin(&app.a).await;
    let frozen: serde_json::Value =
        sqlx::query_scalar("select evidence from match_decision where case_id = $1")
            .bind(case.id)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(frozen["class"], "A");
    assert_eq!(frozen["case"]["monthly_price"], "149.00");
    tx.rollback().await.unwrap();
    ground.refresh().await;
    assert_eq!(ground.case_of(first).await.state, "decided", "the next list keeps the decision");
    let version = decided.version.to_string();
    it.post(&format!("/matches/{}/revoke", case.id), &[("version", &version), ("revoke_reason", "")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    it.post(&format!("/matches/{}/revoke", case.id), &[("version", &version), ("revoke_reason", "Fel rad")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(ground.case_of(first).await.state, "open");
}

#[tokio::test]
async fn the_evidence_says_field_by_field_whose_word_it_is_and_whether_they_agree() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = sure(&ground, 1).await;
    ground.refresh().await;
    let case = ground.case_of(subscription).await.id;
    let mut it = decider(&app).await;
    for path in [format!("/matches/{case}"), format!("/matches/{case}/decide?beslut=avsluta")] {
        let page = it.get(&path).await.expect(StatusCode::OK);
        // On a telephone each field is a card: the names of the columns stand at the values, and it is a table still.
        let columns = page.texts(".tabell--jamfor thead [role=columnheader]");
        let fields = page.texts(".tabell--jamfor tbody [role=rowheader]");
        let labels = page.attributes(".tabell--jamfor tbody [role=cell]", "data-etikett");
        assert_eq!(page.count("table.tabell--jamfor.tabell--kort[role=table] > tbody > tr[role=row]"), 7);
        assert_eq!((fields.len(), labels.len()), (7, 28), "{path}: {fields:?} {labels:?}");
        for row in labels.chunks(4) {
            assert_eq!(row, &columns[1..], "{path}");
        }
        let number = page.texts(".tabell--jamfor tbody tr:nth-child(2) td");
        assert_eq!(number, ["100201", "100201", "100201", "Stämmer"], "{path}");
        let signs = page.count(".tabell--jamfor .ds-tag > svg[aria-hidden=true]");
        assert_eq!(signs, page.count(".tabell--jamfor .ds-tag"), "words and a sign, not colour alone");
    }
}

#[tokio::test]
async fn of_two_who_decide_the_same_case_one_is_told_and_loses_nothing() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = sure(&ground, 1).await;
    ground.refresh().await;
    let case = ground.case_of(subscription).await;
    let (mut one, mut other) = (decider(&app).await, decider(&app).await);
    decide(&mut one, case.id, case.version, END).await.expect(StatusCode::SEE_OTHER);
    let fields = [("beslut", "behall"), ("reason", "Behövs av vikarien"), ("review_on", "2027-01-15")];
    let told =
        decide(&mut other, case.id, case.version, &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.shows("har beslutat i ärendet medan du hade det öppet: avsluta"), "{}", told.visible());
    assert!(told.text().contains("Behövs av vikarien"));
}

#[tokio::test]
async fn every_outcome_puts_the_case_where_it_belongs() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let new = ground.person("Bo", "Nylander", "200300").add(&ground).await;
    let unit = app.a.unit.to_string();
    let unit = unit.as_str();
    let outcomes: [(&[(&str, &str)], &str); 8] = [
        (END, "decided"),
        (
            &[
                ("beslut", "overlat"),
                ("new_holder", "200300"),
                ("new_cost_centre", "4717"),
                ("manager", "Chefen"),
            ],
            "decided",
        ),
        (&[("beslut", "flytta_kostnad"), ("new_cost_centre", "4717")], "decided"),
        (&[("beslut", "behall"), ("reason", "x"), ("review_on", "2027-01-15")], "kept"),
        (
            &[("beslut", "ej_person"), ("purpose", "Larm"), ("unit", unit), ("contact", "Driftcentralen")],
            "closed",
        ),
        (&[("beslut", "reserv"), ("unit", unit), ("reserve_days", "60")], "kept"),
        (&[("beslut", "privat_overtagande"), ("manager", "Chefen"), ("agreement_ref", "Dnr 1")], "decided"),
        (&[("beslut", "fel_traff"), ("reason", "En namne")], "closed"),
    ];
    let mut numbers = Vec::new();
    for n in 1..=8 {
        numbers.push(sure(&ground, n).await);
    }
    ground.refresh().await;
    let mut it = decider(&app).await;
    for (subscription, (fields, state)) in numbers.iter().zip(outcomes) {
        let case = ground.case_of(*subscription).await;
        let answer = decide(&mut it, case.id, case.version, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{fields:?}: {}", answer.visible());
        assert_eq!(ground.case_of(*subscription).await.state, state, "{fields:?}");
    }
    let mut tx = app.begin(&app.a).await;
    let holder: Uuid =
        sqlx::query_scalar("select new_person_id from match_decision where outcome = 'overlat'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(holder, new);
    let kind: Option<String> = sqlx::query_scalar("select kind_decided from subscription where id = $1")
        .bind(numbers[4])
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(kind.as_deref(), Some("non_person"));
}

#[tokio::test]
async fn several_sure_cases_are_confirmed_together_and_those_already_taken_are_told() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let (first, second) = (sure(&ground, 1).await, sure(&ground, 2).await);
    ground.refresh().await;
    let (a, b) = (ground.case_of(first).await, ground.case_of(second).await);
    let mut it = decider(&app).await;
    let (ida, idb) = (a.id.to_string(), b.id.to_string());
    let page = it
        .post("/matches/bulk", &[("action", "avsluta"), ("id", &ida), ("id", &idb)])
        .await
        .expect(StatusCode::OK);
    assert!(
        page.shows("Anna1 Eklind") && page.shows("Anna2 Eklind") && page.shows("Samma anställningsnummer")
    );
    decide(&mut it, a.id, a.version, END).await.expect(StatusCode::SEE_OTHER);
    let (va, vb) = (format!("{ida}:{}", a.version), format!("{idb}:{}", b.version));
    let form = [
        ("steg", "bekrafta"),
        ("id", ida.as_str()),
        ("id", idb.as_str()),
        ("val", va.as_str()),
        ("val", vb.as_str()),
        ("reason", "Månadens genomgång"),
    ];
    let done = it.post("/matches/bulk", &form).await.expect(StatusCode::OK);
    assert!(done.shows("1 ärende är beslutat") && done.shows("har beslutat i ärendet"), "{}", done.visible());
    assert_eq!(ground.case_of(second).await.state, "decided");
}

#[tokio::test]
async fn nobody_decides_about_oneself_and_of_a_protected_person_only_who_may() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let own = ground.person("Sara", "Själv", "300400").left("2026-08-31").listed().add(&ground).await;
    let mine = ground.subscription("+46701740699", "Sara Själv").reference("300400").add(&ground).await;
    ground.person("Hemma", "Hemligsson", "300500").left("2026-08-31").listed().protected().add(&ground).await;
    let hidden =
        ground.subscription("+46701740688", "Hemma Hemligsson").reference("300500").add(&ground).await;
    ground.refresh().await;
    let mut it = decider(&app).await;
    ground.is_person(it.user_id(), own).await;
    let case = ground.case_of(mine).await;
    let answer = decide(&mut it, case.id, case.version, END).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Ärendet gäller dig själv"));
    let case = ground.case_of(hidden).await;
    for path in [
        "/matches".to_owned(),
        format!("/matches/{}", case.id),
        format!("/matches/{}/decide?beslut=avsluta", case.id),
    ] {
        let page = it.get(&path).await.expect(StatusCode::OK);
        for secret in ["Hemligsson", "740688", "74 06 88", "300500"] {
            assert!(!page.text().contains(secret), "{path}: {secret}");
        }
    }
    let refused = decide(&mut it, case.id, case.version, END).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("skyddade personuppgifter"));
    let mut granted =
        app.client_with(&app.a, &[(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)]).await;
    decide(&mut granted, case.id, case.version, END).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_auditor_reads_masked_and_cannot_act_and_another_department_sees_nothing() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let subscription = sure(&ground, 1).await;
    ground.refresh().await;
    let case = ground.case_of(subscription).await;
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    for path in ["/matches".to_owned(), format!("/matches/{}", case.id)] {
        let page = auditor.get(&path).await.expect(StatusCode::OK);
        assert!(page.shows("A. E.") && !page.text().contains("Eklind"), "{path}: {}", page.visible());
    }
    assert_eq!(decide(&mut auditor, case.id, case.version, END).await.status, StatusCode::NOT_FOUND);
    let mut other = app.client_with(&app.a, &[(Role::ItUnit, Some(app.a.other_department))]).await;
    assert!(!other.get("/matches").await.text().contains("Eklind"));
    assert_eq!(other.get(&format!("/matches/{}", case.id)).await.status, StatusCode::NOT_FOUND);
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    assert_eq!(hr.get("/matches").await.status, StatusCode::NOT_FOUND);
    let mut foreign = app.client(&app.b, Role::SubscriptionManager).await;
    assert_eq!(foreign.get(&format!("/matches/{}", case.id)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_manager_is_asked_reminded_and_answers_and_it_decides() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let boss = ground.person("Karin", "Chefsson", "900100").managing().add(&ground).await;
    let above = ground.person("Ulla", "Överchef", "900200").managing().add(&ground).await;
    ground.heads(boss, app.a.unit).await;
    ground.heads(above, app.a.department).await;
    let subscription = sure(&ground, 1).await;
    ground.refresh().await;
    let case = ground.case_of(subscription).await;
    let mut it = decider(&app).await;
    let mut manager = app.client_with(&app.a, &[]).await;
    ground.is_person(manager.user_id(), boss).await;
    let asked = [
        ("version", case.version.to_string()),
        ("asked", boss.to_string()),
        ("message", "Används numret?".into()),
    ];
    let asked: Vec<(&str, &str)> = asked.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert!(it.get(&format!("/matches/{}", case.id)).await.shows("Karin Chefsson"), "the head is found");
    it.post(&format!("/matches/{}/ask", case.id), &asked).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ground.case_of(subscription).await.state, "waiting");
    app.run_jobs().await;
    let mail = app.mail();
    assert!(mail.iter().any(|m| m.contains("/questions")) && mail.iter().all(|m| !m.contains("Eklind")));

    let on = |days: i64| -> NaiveDate { today() + TimeDelta::days(days) };
    for (days, wanted) in [(6, (0, 0)), (7, (1, 0)), (7, (0, 0)), (14, (1, 0)), (15, (0, 1)), (16, (0, 0))] {
        let mut tx = app.begin(&app.a).await;
        let done = matches::remind(&mut tx, app.state.clock().now(), on(days)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((done.reminded, done.escalated), wanted, "{days}");
    }
    let mut tx = app.begin(&app.a).await;
    let (question, escalated): (Uuid, Option<Uuid>) =
        sqlx::query_as("select id, escalated_person_id from manager_question")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(escalated, Some(above));

    let mut stranger = app.client_with(&app.a, &[]).await;
    assert_eq!(stranger.get(&format!("/questions/{question}")).await.status, StatusCode::NOT_FOUND);
    assert!(manager.get("/questions").await.expect(StatusCode::OK).shows("Anna1 Eklind"));
    // The menu leads whoever has been asked there, and nobody else; it says how many wait.
    let place = ".nav a[href='/vik/questions']";
    assert_eq!(stranger.get("").await.expect(StatusCode::OK).count(place), 0);
    let waits = manager.get("").await.expect(StatusCode::OK).texts(place);
    assert!(waits.len() == 1 && waits[0].contains('1'), "{waits:?}");
    manager.get(&format!("/questions/{question}")).await.expect(StatusCode::OK);
    let path = format!("/questions/{question}/answer");
    manager.post(&path, &[("answer", "overlat")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    manager.post(&path, &[("answer", "vet_inte")]).await.expect(StatusCode::SEE_OTHER);
    manager
        .post(&path, &[("answer", "avsluta"), ("text", "Telefonen är inlämnad")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = it.get(&format!("/matches/{}", case.id)).await;
    assert!(
        page.shows("Avsluta abonnemanget")
            && page.shows("Telefonen är inlämnad")
            && page.shows("Föreslaget i svaret")
    );
    let waits = manager.get("").await.expect(StatusCode::OK).texts(place);
    assert!(waits.len() == 1 && !waits[0].contains('1'), "{waits:?}");
    let open = ground.case_of(subscription).await;
    assert_eq!(open.state, "open", "a human decides");
    decide(&mut it, case.id, open.version, END).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        manager.post(&path, &[("answer", "behall"), ("text", "x")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn the_command_line_decides_as_the_page_does() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    sure(&ground, 1).await;
    ground.refresh().await;
    let run = |more: &[&str]| {
        let mut args =
            vec!["decide", "--tenant", "vik", "--msisdn", "+46701740601", "--today", "2026-11-20", "--json"];
        args.extend(more);
        app.command().run(&args)
    };
    let refused = run(&["--outcome", "behall"]).expect(1);
    assert!(refused.stderr.contains("Ange skäl (--reason)."), "{}", refused.stderr);
    assert!(refused.stderr.contains("(--review-on)"), "each fault names its option: {}", refused.stderr);
    let decided = run(&["--outcome", "avsluta"]).expect(0).json();
    assert_eq!(
        (decided[0]["state"].as_str(), decided[0]["outcome"].as_str()),
        (Some("decided"), Some("avsluta"))
    );
    assert!(run(&["--outcome", "avsluta"]).expect(1).stderr.contains("redan beslutat"));
    let listed = app
        .command()
        .run(&["list", "subscriptions", "--tenant", "vik", "--today", "2026-11-20", "--json"])
        .expect(0)
        .json();
    assert_eq!((listed[0]["class"].as_str(), listed[0]["state"].as_str()), (Some("A"), Some("decided")));
}
