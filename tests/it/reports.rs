//! The reports: each figure leads to a list of exactly what it counts, and what was taken out can be shown afterwards.

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::matching::Ground;
use crate::support::{Client, TestApp};

async fn execute(app: &TestApp, sql: &str) {
    let mut tx = app.begin(&app.a).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.replace("$t", &format!("'{}'", app.a.id))))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Six who have left, one of them protected: of their numbers one waits, one has ended and one has got another cost centre by what
/// the newest list shows, one is to end and one is kept. Besides a lift, a number that is gone and one that is new.
async fn ground(app: &TestApp) -> Ground<'_> {
    let ground = Ground::of(app, &app.a).await;
    let mut numbers: Vec<Uuid> = Vec::new();
    for (n, given, family) in
        [(1, "Anna", "Lind"), (2, "Bo", "Ek"), (3, "Carin", "Alm"), (4, "Dag", "Borg"), (5, "Eva", "Falk")]
    {
        let number = format!("10020{n}");
        ground.person(given, family, &number).left("2026-10-31").listed().add(&ground).await;
        let holder = format!("{given} {family}");
        let subscription = ground.subscription(&format!("+4670174061{n}"), &holder).reference(&number);
        numbers.push(subscription.add(&ground).await);
    }
    ground.person("Hemlig", "Person", "100209").left("2026-10-31").listed().protected().add(&ground).await;
    ground.subscription("+46701740619", "Hemlig Person").reference("100209").add(&ground).await;
    ground
        .subscription("+46701740620", "Hisslarm Stadshuset")
        .of_unit(app.a.other_department)
        .add(&ground)
        .await;
    let gone = ground.subscription("+46701740621", "Larm Gamla skolan").add(&ground).await;
    let back = ground.subscription("+46701740622", "Larm Nya skolan").add(&ground).await;
    ground.refresh().await;
    let decisions = [
        (1, "avsluta", "decided", "2026-11-10"),
        (2, "flytta_kostnad", "decided", "2026-11-10"),
        (3, "avsluta", "decided", "2026-12-31"),
        (4, "behall", "kept", "2026-12-31"),
    ];
    for (at, outcome, state, end) in decisions {
        execute(
            app,
            &format!(
                "insert into match_decision (tenant_id, id, case_id, subscription_id, outcome, class_then, subject_key, subject_keys,
                     evidence, decided_at, decided_on, actor, end_on, review_on, new_cost_centre, monthly_price)
                 select $t, gen_random_uuid(), c.id, c.subscription_id, '{outcome}', c.class, c.subject_key, c.subject_keys, c.evidence,
                     '2026-11-06 09:00Z', '2026-11-06', 'Prov', '{end}', '2027-03-01', '4712', 149
                     from match_case c where c.subscription_id = '{0}';
                 update match_case c set state = '{state}', decision_id = (select d.id from match_decision d where d.case_id = c.id)
                     where c.subscription_id = '{0}';",
                numbers[at]
            ),
        )
        .await;
    }
    // Opened so long ago that it waits too long; another list is the newest, with what it changed.
    let (older, list) = (new_id(), ground.list);
    execute(
        app,
        &format!(
            "update match_case set opened_on = '2026-10-01' where subscription_id = '{0}';
             insert into subscription_list (tenant_id, id, series_id, run_id, taken_on) values ($t, '{older}', '{1}', '{older}', '2026-10-16');
             update subscription set first_list_id = '{older}' where id <> '{back}';
             update subscription set missing_from_list_id = '{list}' where id in ('{gone}', '{2}');
             update subscription set cost_centre = '4712' where id = '{3}';
             update leaver_list set row_count = 6;
             insert into subscription_change (tenant_id, id, list_id, subscription_id, kind, old_value, new_value)
                 values ($t, gen_random_uuid(), '{list}', '{0}', 'price', '99', '149'),
                        ($t, gen_random_uuid(), '{older}', '{back}', 'price', '99', '149');
             insert into subscription_confirmation (tenant_id, id, subscription_id, org_unit_id, year, answer, answered_at, actor)
                 select $t, gen_random_uuid(), s.id, s.org_unit_id, 2026, 'i_bruk', '2026-10-01 09:00Z', 'Prov'
                 from subscription s where s.msisdn in ('+46701740620', '+46701740619');",
            numbers[0], ground.series, numbers[1], numbers[2]
        ),
    )
    .await;
    ground.refresh().await;
    ground
}

fn number(text: &str) -> Option<usize> {
    text.split_whitespace().collect::<String>().parse().ok()
}

/// How many rows the list behind a link holds.
async fn rows(client: &mut Client, href: &str) -> usize {
    let path = format!("{}&format=csv", href.trim_start_matches("/vik"));
    client.get(&path).await.expect(StatusCode::OK).text().trim_end().lines().count() - 1
}

/// Follows every count of a report that leads to a list; how many there were.
async fn follow(client: &mut Client, path: &str) -> usize {
    let page = client.get(path).await.expect(StatusCode::OK);
    let mut followed = 0;
    for (link, text) in
        [(".rapporttabell a", ".rapporttabell a"), (".rapporttal a", ".rapporttal a .lage__tal")]
    {
        let hrefs = page.attributes(link, "href");
        for (href, text) in hrefs.iter().zip(page.texts(text)) {
            if let (true, Some(count)) = (href.contains('?'), number(&text)) {
                assert_eq!(rows(client, href).await, count, "{path}: {text} leads to {href}");
                followed += 1;
            }
        }
    }
    followed
}

#[tokio::test]
async fn every_count_in_a_report_leads_to_a_list_of_exactly_so_many() {
    let app = TestApp::new().await;
    let _ground = ground(&app).await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    for (report, least) in [("r06", 3), ("r07", 8), ("r08", 15), ("r09", 1)] {
        let n = follow(&mut manager, &format!("/reports/{report}")).await;
        assert!(n >= least, "{report} has {n} links");
        follow(&mut manager, &format!("/reports/{report}?forvaltning={}", app.a.department)).await;
    }
    // The list knows no filter for a unit that is no förvaltning, and the report then leads nowhere.
    assert_eq!(follow(&mut manager, &format!("/reports/r08?forvaltning={}", app.a.unit)).await, 0);
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    assert!(follow(&mut unit, "/reports/r08").await > 3);
}

#[tokio::test]
async fn what_is_saved_leads_to_ends_that_are_proved_and_not_to_what_was_handed_over() {
    let app = TestApp::new().await;
    let _ground = ground(&app).await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    let page = manager.get("/reports/r09").await.expect(StatusCode::OK);
    let links = page.attributes(".rapporttal a", "href");
    let of = |filter: &str| links.iter().filter(|href| href.contains(filter)).cloned().collect::<Vec<_>>();
    let saved = of("avslut=ja");
    assert_eq!(saved.len(), 2, "so far and to the natural end: {links:?}");
    assert_eq!(rows(&mut manager, &saved[0]).await, 1, "Bo Ek's; Carin Alm's has another cost centre");
    let on_the_way = of("beslut=avsluta");
    assert_eq!(rows(&mut manager, &on_the_way[0]).await, 1, "Dag Borg's; what is kept is not on its way");
    let page = manager.get("/reports/r09?dag=2026-11-19").await.expect(StatusCode::OK);
    assert_eq!(page.count(".rapporttal a"), 0, "an earlier day has no list to lead to");
}

#[tokio::test]
async fn the_months_follow_the_day_that_the_municipality_has_decided_and_name_what_is_missing() {
    let app = TestApp::new().await;
    let ground = ground(&app).await;
    execute(
        &app,
        &format!("update leaver_sender set expected_from = '2026-09-01' where id = '{}'", ground.sender),
    )
    .await;
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let missing = |page: &Page| page.texts("section[aria-labelledby=saknas] tbody tr");
    let page = reader.get("/reports/r07").await.expect(StatusCode::OK);
    let lacking = missing(&page);
    assert_eq!(lacking.len(), 1, "September's list never came: {lacking:?}");
    assert!(lacking[0].contains("2026-09") && lacking[0].contains("Saknas"), "{lacking:?}");
    assert_eq!(page.attributes(".rapporttal a", "href")[..2], ["#avsandare", "#saknas"]);
    // October's list came on 3 November, the second working day. With the first as the last day it came too late, and with
    // more days before a list is called missing September's is late still.
    execute(
        &app,
        "insert into tenant_setting (tenant_id, id, key, value) values
             ($t, gen_random_uuid(), 'leaver_due_workday', '1'), ($t, gen_random_uuid(), 'leaver_missing_days', '60')",
    )
    .await;
    let page = reader.get("/reports/r07").await.expect(StatusCode::OK);
    assert!(missing(&page)[0].contains("Sen"), "{:?}", missing(&page));
    let october = page.texts("section[aria-labelledby=avsandare] tbody tr");
    assert!(october.iter().any(|row| row.contains("2026-10") && row.contains("för sent")), "{october:?}");
    let only = reader.get("/reports/r07?manad=2026-10").await.expect(StatusCode::OK);
    assert!(missing(&only).is_empty() && only.shows("Ingen lista saknas."), "{}", only.visible());
}

#[tokio::test]
async fn what_a_body_was_shown_is_kept_and_told_on_the_report_s_page() {
    let app = TestApp::new().await;
    let _ground = ground(&app).await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    assert!(manager.get("/reports/r06").await.shows("Rapporten är inte uttagen än."));
    manager.get("/reports/r06/file/csv").await.expect(StatusCode::OK);
    let meeting = "organ=Kommunstyrelsen&mote=2026-12-02&dnr=KS%202026/114&paragraf=12";
    manager.get(&format!("/reports/r06/file/xlsx?jamfor=ar&{meeting}")).await.expect(StatusCode::OK);
    let page = manager.get("/reports/r06").await.expect(StatusCode::OK);
    let runs = page.texts("section[aria-labelledby=uttagna] .handelser > li");
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs[0].contains("Kommunstyrelsen 2026-12-02, KS 2026/114, § 12"), "{runs:?}");
    assert!(runs[0].contains("av Test") && runs[0].contains("Kan sparas per månad"), "{runs:?}");
    assert!(!page.texts("section[aria-labelledby=uttagna]").concat().contains("Anna"), "figures, no names");
    // The figures stay as they were.
    let before: (serde_json::Value, i32) = {
        let mut tx = app.begin(&app.a).await;
        sqlx::query_as("select figures, octet_length(content_sha256) from report_run where body <> ''")
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    assert_eq!(before.1, 32);
    assert_eq!(before.0[0]["label"], "A säkra");
    assert!(before.0[0]["note"].as_str().unwrap().ends_with("året före"), "{}", before.0);
    // Figures of the whole municipality are not for whoever reaches one unit.
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    assert!(unit.get("/reports/r06").await.shows("Rapporten är inte uttagen än."));
    // Nobody writes over what was said.
    let mut tx = app.begin(&app.a).await;
    assert!(sqlx::query("update report_run set actor = 'Någon annan'").execute(&mut *tx).await.is_err());
}

#[tokio::test]
async fn every_table_of_a_report_can_be_taken_out() {
    let app = TestApp::new().await;
    let _ground = ground(&app).await;
    execute(&app, "update leaver_sender set name = '=1+1'").await;
    let mut manager = app.client(&app.a, Role::SubscriptionManager).await;
    let reports: [(&str, &[&str]); 4] = [
        ("r06", &["nyckeltal", "utveckling", "forvaltningar", "abonnemang"]),
        ("r07", &["nyckeltal", "utveckling", "manader", "avsandare", "beslut", "saknas", "forvaltningar"]),
        ("r08", &["nyckeltal", "utveckling", "enheter", "anvandning", "status", "nat", "andrat"]),
        ("r09", &["nyckeltal", "manader", "forvaltningar", "avslut"]),
    ];
    for (report, tables) in reports {
        let page = manager.get(&format!("/reports/{report}")).await.expect(StatusCode::OK);
        let links = page.attributes("#export a", "href");
        assert_eq!(links.len(), tables.len() + 1, "the workbook and each table: {links:?}");
        for (link, table) in links[1..].iter().zip(tables) {
            assert!(link.ends_with(&format!("?tabell={table}")), "{link}");
            let file = manager.get(link.trim_start_matches("/vik")).await.expect(StatusCode::OK);
            let name = format!("attachment; filename=\"{report}-{table}-2026-11-20.csv\"");
            assert_eq!(file.header("content-disposition"), Some(name.as_str()));
            let of = |part: &str| page.count(&format!("section[aria-labelledby={table}] {part} tr"));
            let rows = if *table == "nyckeltal" {
                page.count(".rapporttal > li")
            } else {
                of("tbody") + of("tfoot")
            };
            assert_eq!(file.text().trim_end().lines().count() - 1, rows, "{report} {table}: {}", file.text());
        }
        manager.get(&format!("/reports/{report}/file/csv?tabell=kunder")).await.expect(StatusCode::NOT_FOUND);
    }
    let page = manager.get("/reports/r07").await.expect(StatusCode::OK);
    let outcomes = page.texts("section[aria-labelledby=beslut] tbody tr");
    assert_eq!(outcomes.len(), 8, "every outcome but a question: {outcomes:?}");
    assert!(
        outcomes[0].contains("Avsluta") && outcomes[0].contains('2'),
        "Bo Ek's and Dag Borg's: {outcomes:?}"
    );
    let senders = manager.get("/reports/r07/file/csv?tabell=avsandare").await.expect(StatusCode::OK);
    assert!(senders.text().contains(";'=1+1;"), "no formula: {}", senders.text());
    let book = manager.get("/reports/r07/file/xlsx?tabell=saknas").await.expect(StatusCode::OK);
    let limits = overblick::tabular::Limits::default();
    let book = overblick::tabular::read(&book.body, &limits).unwrap();
    let sheets: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(
        sheets,
        [
            "Om rapporten",
            "Utveckling",
            "Månad för månad",
            "Per avsändare",
            "Per beslut",
            "Listor som saknas",
            "Efterlevnad per förvaltning"
        ]
    );
    // What was taken out is told by its table.
    let page = manager.get("/reports/r07").await.expect(StatusCode::OK);
    let runs = page.texts("section[aria-labelledby=uttagna] .handelser > li");
    assert!(runs[0].contains("i Excel,") && runs[1].contains("i CSV (Per avsändare),"), "{runs:?}");
    // A table that the reader may not have is in no file.
    let mut board = app.client(&app.a, Role::BoardViewer).await;
    board.get("/reports/r06/file/csv?tabell=abonnemang").await.expect(StatusCode::NOT_FOUND);
    board.get("/reports/r06/file/csv?tabell=forvaltningar").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_months_of_the_lists_are_those_that_the_reader_chooses() {
    let app = TestApp::new().await;
    let ground = ground(&app).await;
    let sender = ground.sender;
    execute(&app, &format!("update leaver_sender set expected_from = '2025-01-01' where id = '{sender}'"))
        .await;
    let mut reader = app.client(&app.a, Role::Auditor).await;
    let months = |page: &Page| page.texts("section[aria-labelledby=manader] tbody th");
    let page = reader.get("/reports/r07").await.expect(StatusCode::OK);
    assert_eq!(months(&page).len(), 12);
    assert!(page.shows("december 2025–november 2026") && page.shows("Listor i tid, 12 månader"));

    let page = reader.get("/reports/r07?fran=2025-03&till=2025-06").await.expect(StatusCode::OK);
    assert_eq!(months(&page), ["2025-06", "2025-05", "2025-04", "2025-03"]);
    assert_eq!(page.count("section[aria-labelledby=saknas] tbody tr"), 4, "the lists never came");
    let chosen = "mars 2025–juni 2025";
    assert!(page.texts(".rapporthuvud")[0].contains(chosen), "{}", page.visible());
    assert!(page.texts(".ark__topp")[0].contains(chosen), "on paper too");
    assert!(page.shows("Listor i tid, perioden") && page.shows(&format!("Listor för {chosen}.")));
    assert_eq!(
        (page.attributes("#fran", "value"), page.attributes("#till", "value")),
        (vec!["2025-03".to_owned()], vec!["2025-06".to_owned()])
    );

    // The files are of the same months, and so is what is kept of them.
    let links = page.attributes("#export a", "href");
    assert!(links.iter().all(|link| link.contains("fran=2025-03&till=2025-06")), "{links:?}");
    let book = reader.get(links[0].trim_start_matches("/vik")).await.expect(StatusCode::OK);
    let book = overblick::tabular::read(&book.body, &overblick::tabular::Limits::default()).unwrap();
    assert!(format!("{:?}", book.sheets[0].records).contains(chosen));
    let link = links.iter().find(|link| link.ends_with("tabell=manader")).unwrap();
    let file = reader.get(link.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    assert_eq!(file.text().lines().count(), 5, "{}", file.text());
    let name = "attachment; filename=\"r07-manader-2025-03-till-2025-06-2026-11-20.csv\"";
    assert_eq!(file.header("content-disposition"), Some(name));
    reader.get("/reports/r07/file/csv").await.expect(StatusCode::OK);
    let page = reader.get("/reports/r07").await.expect(StatusCode::OK);
    let runs = page.texts("section[aria-labelledby=uttagna] .handelser > li");
    assert!(runs[0].contains("december 2025–november 2026") && runs[1].contains(chosen), "{runs:?}");
    let mut tx = app.begin(&app.a).await;
    let choices: Vec<String> = sqlx::query_scalar("select choices from report_run order by at, id")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(
        choices,
        [
            "?fran=2025-03&till=2025-06",
            "?fran=2025-03&till=2025-06&tabell=manader",
            "?fran=2025-12&till=2026-11"
        ]
    );
}
