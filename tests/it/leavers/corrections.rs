//! What HR says afterwards: that nobody left, that a row or a whole list was wrong.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::rules::leaver_months::MonthState;

use super::{HEADER, calendar, count, day, last_set, list, name_of, one_id, register, take_in};
use crate::support::TestApp;
use crate::support::matching::Ground;

#[tokio::test]
async fn an_empty_list_asks_hr_whose_word_answers_the_month_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    take_in(&app, "soc_2026-10.csv", HEADER).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get("/leavers").await.expect(StatusCode::OK);
    assert!(page.shows("Tom, inte bekräftad"), "{}", page.visible());
    let sender = one_id(&app, "select id from leaver_sender").await;
    let asked =
        hr.get(&format!("/leavers/senders/{sender}/nobody?month=2026-10")).await.expect(StatusCode::OK);
    assert!(asked.shows("Ingen slutade i oktober 2026"), "{}", asked.visible());
    let form = [("month", "2026-10")];
    let answer =
        hr.post(&format!("/leavers/senders/{sender}/nobody"), &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await;
    assert!(page.shows("Inga avslutade"), "{}", page.visible());
    hr.post(&format!("/leavers/senders/{sender}/nobody"), &form).await.expect(StatusCode::CONFLICT);
    let word = one_id(&app, "select id from leaver_list where says_nobody").await;
    hr.get(&format!("/leavers/lists/{word}")).await.expect(StatusCode::OK);
    hr.post(&format!("/leavers/lists/{word}/withdraw"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.get("/leavers").await.shows("Tom, inte bekräftad"));
    // A month that is not one is no page.
    hr.get(&format!("/leavers/senders/{sender}/nobody?month=x")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_row_is_withdrawn_with_a_reason_and_counts_again_when_that_is_taken_back() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"]]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let row = one_id(&app, "select id from leaver_row").await;
    let path = format!("/leavers/rows/{row}");
    assert!(hr.get(&path).await.expect(StatusCode::OK).shows("Har slutat"));
    let odd = hr
        .post(&format!("{path}/withdraw"), &[("reason", " ")])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.shows("Ange anledning"), "{}", odd.visible());
    let answer = hr.post(&format!("{path}/withdraw"), &[("reason", "Återtagen uppsägning")]).await;
    let page = hr.follow(&answer.expect(StatusCode::SEE_OTHER)).await;
    assert!(page.shows("Återtagen uppsägning") && !page.shows("Har slutat"), "{}", page.visible());
    // Two who withdraw the same: one is told.
    hr.post(&format!("{path}/withdraw"), &[("reason", "Igen")]).await.expect(StatusCode::CONFLICT);
    hr.post(&format!("{path}/restore"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(hr.get(&path).await.shows("Har slutat"));
}

#[tokio::test]
async fn whoever_decided_on_a_row_is_told_when_it_is_withdrawn() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    ground.person("Anna", "Eklind", "100201").left("2026-08-31").listed().add(&ground).await;
    let subscription =
        ground.subscription("+46701740601", "Anna Eklind").reference("100201").add(&ground).await;
    ground.refresh().await;
    let case = ground.case_of(subscription).await;
    let mut it = app.client(&app.a, Role::SubscriptionManager).await;
    let version = case.version.to_string();
    let end = [("beslut", "avsluta"), ("end_choice", "nu"), ("port", "nej"), ("version", version.as_str())];
    it.post(&format!("/matches/{}/decide", case.id), &end).await.expect(StatusCode::SEE_OTHER);
    app.run_jobs().await;
    let told = "Se över ett beslut om ett abonnemang";
    assert!(!it.get("/tasks").await.shows(told));

    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let row = one_id(&app, "select id from leaver_row").await;
    let path = format!("/leavers/rows/{row}/withdraw");
    hr.post(&path, &[("reason", "Återtagen uppsägning")]).await.expect(StatusCode::SEE_OTHER);
    let case = ground.case_of(subscription).await;
    assert!(case.state == "open" && case.class != "A", "the case is open again: {case:?}");
    app.run_jobs().await;
    let page = it.get("/tasks").await.expect(StatusCode::OK);
    assert!(page.shows(told), "{}", page.visible());
}

#[tokio::test]
async fn a_list_is_taken_back_with_the_corrections_of_its_rows_and_the_history_tells_of_both() {
    for from_the_receipt in [false, true] {
        let app = TestApp::new().await;
        let before = register(&app).await;
        let department = name_of(&app, app.a.department).await;
        let rows = list(&[
            [&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"],
            [&department, "100002", "Al", "Bo", "2026-09-30", "Pension"],
        ]);
        take_in(&app, "soc_2026-09.csv", &rows).await;
        let set = last_set(&app).await;
        let mut hr = app.client(&app.a, Role::HrAdmin).await;
        let row = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
        let path = format!("/leavers/rows/{row}");
        // Withdrawn, restored and withdrawn again.
        hr.post(&format!("{path}/withdraw"), &[("reason", "Fel rad")]).await.expect(StatusCode::SEE_OTHER);
        hr.post(&format!("{path}/restore"), &[]).await.expect(StatusCode::SEE_OTHER);
        hr.post(&format!("{path}/withdraw"), &[("reason", "Fel igen")]).await.expect(StatusCode::SEE_OTHER);

        let id = one_id(&app, "select id from leaver_list").await;
        let (ask, word) = if from_the_receipt {
            (format!("/audit/change-sets/{set}/undo"), "dragits tillbaka för sig ångras det också")
        } else {
            (format!("/leavers/lists/{id}/withdraw"), "1 rad i listan har dragits tillbaka för sig.")
        };
        let asked = hr.get(&ask).await.expect(StatusCode::OK);
        assert!(asked.shows(word), "{}", asked.visible());
        hr.post(&ask, &[]).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(register(&app).await, before, "{ask}");
        let open = "select count(*) from change_set where kind in ('bulk:leavers', 'import:leavers') and undone_at is null";
        assert_eq!(count(&app, open).await, 0, "each correction is marked as taken back");
        let told = "select count(*) from history h join change_set c on c.id = h.change_set_id
                    where c.kind = 'bulk:leavers' and h.new ->> 'withdrawn_reason' = 'Fel igen'";
        assert_eq!(count(&app, told).await, 1, "what was corrected and why is still known");
    }
}

#[tokio::test]
async fn a_list_whose_rows_something_else_has_changed_stays_with_its_corrections_and_says_what_to_do() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[
        [&department, "100001", "Ek", "Anna", "2026-09-30", "Pension"],
        [&department, "100002", "Al", "Bo", "2026-09-30", "Pension"],
    ]);
    take_in(&app, "soc_2026-09.csv", &rows).await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let row = one_id(&app, "select id from leaver_row where employee_no = '100001'").await;
    hr.post(&format!("/leavers/rows/{row}/withdraw"), &[("reason", "Fel rad")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update leaver_row set department_id = null where employee_no = '100002'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = register(&app).await;
    let id = one_id(&app, "select id from leaver_list").await;
    let stopped = hr.post(&format!("/leavers/lists/{id}/withdraw"), &[]).await;
    assert!(
        stopped.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("öppna raden i listan och välj Dra tillbaka")
    );
    assert_eq!(register(&app).await, before, "the correction stands too");
}

#[tokio::test]
async fn a_whole_list_is_withdrawn_and_its_month_is_open_again() {
    let app = TestApp::new().await;
    let department = name_of(&app, app.a.department).await;
    for month in ["2026-08", "2026-09"] {
        let rows = list(&[[&department, "100001", "Ek", "Anna", &format!("{month}-28"), "Pension"]]);
        take_in(&app, &format!("soc_{month}.csv"), &rows).await;
    }
    let list = one_id(&app, "select id from leaver_list where period = '2026-09-01'").await;
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    hr.get(&format!("/leavers/lists/{list}/withdraw")).await.expect(StatusCode::OK);
    hr.post(&format!("/leavers/lists/{list}/withdraw"), &[]).await.expect(StatusCode::SEE_OTHER);
    let calendar = calendar(&app, "2026-11-20").await;
    let cell = calendar.lines[0].cells.iter().find(|cell| cell.month == day("2026-09-01")).unwrap();
    assert_eq!(cell.state, Some(MonthState::Missing));
}

#[tokio::test]
async fn what_hr_says_of_somebody_who_is_gone_from_the_register_is_kept_shown_and_in_the_history() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let anna = ground.person("Anna", "Borta", "100301").add(&ground).await;
    let bo = ground.person("Bo", "Likaså", "100302").add(&ground).await;
    let hemma = ground.person("Hemma", "Hemligsson", "100303").protected().add(&ground).await;
    let kept = ground.person("Kerstin", "Kvar", "100304").add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update employment set missing_from_snapshot_id = $1 where person_id <> $2")
        .bind(ground.snapshot)
        .bind(kept)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get("/leavers/missing").await.expect(StatusCode::OK);
    assert!(page.shows("3 personer utan svar.") && page.shows("Anna Borta"), "{}", page.visible());
    assert!(!page.text().contains("Hemligsson") && !page.text().contains(&hemma.to_string()));

    // Somebody who works here is not asked about; of somebody protected only who may know answers.
    let path = format!("/leavers/missing/{anna}");
    for id in [kept, hemma] {
        let other = format!("/leavers/missing/{id}");
        hr.get(&other).await.expect(StatusCode::NOT_FOUND);
        hr.post(&other, &[("answer", "vet_inte")]).await.expect(StatusCode::NOT_FOUND);
    }
    let mut elsewhere = app.client_with(&app.a, &[(Role::HrAdmin, Some(app.a.other_department))]).await;
    elsewhere.get(&path).await.expect(StatusCode::NOT_FOUND);
    let mut it = app.client(&app.a, Role::ItUnit).await;
    it.post(&path, &[("answer", "vet_inte")]).await.expect(StatusCode::NOT_FOUND);

    hr.get(&path).await.expect(StatusCode::OK);
    for (form, wrong) in [
        (vec![], "Välj vad som gäller."),
        (vec![("answer", "har_slutat")], "Skriv sista dagen."),
        (vec![("answer", "har_slutat"), ("last_day", "i våras")], "Sista dag"),
    ] {
        let answer = hr.post(&path, &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.shows(wrong), "{form:?}: {}", answer.visible());
    }
    assert_eq!(count(&app, "select count(*) from missing_answer").await, 0);
    let answer = hr.post(&path, &[("answer", "vet_inte")]).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await.expect(StatusCode::OK);
    assert!(page.shows("2 personer utan svar.") && page.shows("Vet inte"), "{}", page.visible());
    // It turns out; the word before is in the history.
    let form = [("answer", "har_slutat"), ("last_day", "2026-10-31")];
    let answer = hr.post(&path, &form).await.expect(StatusCode::SEE_OTHER);
    let page = hr.follow(&answer).await.expect(StatusCode::OK);
    assert!(
        page.shows("Har slutat, sista dag 2026-10-31")
            && page.shows("Test HR-administratör, 2026-11-20")
            && page.shows("Skicka in listan"),
        "{}",
        page.visible()
    );
    let upload = page.attributes("a", "href").into_iter().find(|href| href.contains("period=2026%2D10"));
    assert!(upload.is_some(), "the list's month is filled in");
    hr.post(&format!("/leavers/missing/{bo}"), &[("answer", "arbetar_kvar")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let history = hr.get(&format!("/people/{anna}/history")).await.expect(StatusCode::OK);
    assert!(history.shows("Vet inte") && history.shows("Har slutat"), "{}", history.visible());
    assert_eq!(count(&app, "select count(*) from missing_answer").await, 2, "one word of each");

    // Who comes on a list is no longer asked about, and nothing was ended meanwhile.
    let department = name_of(&app, app.a.department).await;
    let rows = list(&[[&department, "100301", "Borta", "Anna", "2026-10-31", "Pension"]]);
    take_in(&app, "soc_2026-10.csv", &rows).await;
    assert!(!hr.get("/leavers/missing").await.shows("Anna Borta"));
    hr.get(&path).await.expect(StatusCode::NOT_FOUND);

    let mut granted =
        app.client_with(&app.a, &[(Role::HrAdmin, None), (Role::ProtectedIdentity, None)]).await;
    let secret = format!("/leavers/missing/{hemma}");
    granted.post(&secret, &[("answer", "arbetar_kvar")]).await.expect(StatusCode::SEE_OTHER);
    let page = granted.get("/leavers/missing").await;
    assert!(page.shows("Hemma Hemligsson") && page.shows("Arbetar kvar"), "{}", page.visible());
    let page = hr.get("/leavers/missing").await;
    assert_eq!(
        page.visible().matches("Arbetar kvar").count(),
        1,
        "nothing of what was said of the protected one"
    );
}

#[tokio::test]
async fn what_hr_says_of_somebody_who_is_gone_is_shown_on_the_case_to_whoever_may_know_of_the_person() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    let anna = ground.person("Anna", "Eklind", "100301").add(&ground).await;
    let hemma = ground.person("Hemma", "Hemligsson", "100303").protected().add(&ground).await;
    let open = ground.subscription("+46701740601", "Anna Eklind").reference("100301").add(&ground).await;
    let hidden =
        ground.subscription("+46701740603", "Hemma Hemligsson").reference("100303").add(&ground).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update employment set missing_from_snapshot_id = $1")
        .bind(ground.snapshot)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ground.refresh().await;
    let case = format!("/matches/{}", ground.case_of(open).await.id);
    let secret = format!("/matches/{}", ground.case_of(hidden).await.id);
    let mut decider = app.client(&app.a, Role::SubscriptionManager).await;
    assert!(!decider.get(&case).await.expect(StatusCode::OK).shows("HR har svarat"));

    let mut hr = app.client_with(&app.a, &[(Role::HrAdmin, None), (Role::ProtectedIdentity, None)]).await;
    for person in [anna, hemma] {
        let form = [("answer", "har_slutat"), ("last_day", "2026-10-31")];
        hr.post(&format!("/leavers/missing/{person}"), &form).await.expect(StatusCode::SEE_OTHER);
    }
    let said = "HR har svarat om personen: Har slutat, sista dag 2026-10-31.";
    for path in [case.clone(), format!("{case}/decide?beslut=behall")] {
        let page = decider.get(&path).await.expect(StatusCode::OK);
        assert!(
            page.shows(said)
                && page.shows("Test HR-administratör, 2026-11-20")
                && page.shows("personalunderlaget från 2026-11-13"),
            "{path}: {}",
            page.visible()
        );
    }
    assert!(decider.get(&case).await.shows("HR svarade ”Har slutat"), "among those it may be about");
    // Masked: what was said and by whom, and not of whom.
    let mut auditor = app.client(&app.a, Role::Auditor).await;
    let page = auditor.get(&case).await.expect(StatusCode::OK);
    assert!(page.shows(said) && !page.text().contains("Eklind"), "{}", page.visible());
    // Of somebody protected nothing, but to whoever may know.
    for client in [&mut decider, &mut auditor] {
        let page = client.get(&secret).await.expect(StatusCode::OK);
        assert!(!page.shows("HR har svarat") && !page.shows("HR svarade"), "{}", page.visible());
        assert!(!page.text().contains("2026-10-31") && !page.text().contains("Hemligsson"));
    }
    let roles = [(Role::SubscriptionManager, None), (Role::ProtectedIdentity, None)];
    let mut granted = app.client_with(&app.a, &roles).await;
    assert!(granted.get(&secret).await.expect(StatusCode::OK).shows(said));
}
