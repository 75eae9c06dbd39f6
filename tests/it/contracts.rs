//! Contracts: forms, what happens if nobody acts, options and notices, links, the list, the command.

use axum::http::StatusCode;
use overblick::areas::watch;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::{Client, TestApp, TestTenant, today};

/// Three years from 2022-03-01, then a year at a time, three months' notice (rules 1.4).
const SILENT: [(&str, &str); 7] = [
    ("title", "Drift av Vårdia"),
    ("contract_no", "A-1"),
    ("start_date", "2022-03-01"),
    ("initial_months", "36"),
    ("renewal_text", "ja, 12 mån i taget"),
    ("notice_text", "tre (3) månader före utgången"),
    ("annual_value", "120 000"),
];

/// "2+1+1" from 2024-06-01, first option used (rules 1.5).
const OPTIONS: [(&str, &str); 6] = [
    ("title", "Licenser Skolnavet"),
    ("contract_no", "A-2"),
    ("start_date", "2024-06-01"),
    ("end_date", "2027-05-31"),
    ("option_text", "2+1+1 år"),
    ("option_notice_text", "3 mån före"),
];

async fn officer(app: &TestApp) -> Client {
    app.client(&app.a, Role::ContractOfficer).await
}

/// Adds a contract through the form and gives its path.
async fn add(client: &mut Client, form: &[(&str, &str)]) -> String {
    let answer = client.post("/contracts", form).await.expect(StatusCode::SEE_OTHER);
    answer.location().unwrap().trim_start_matches("/vik").to_owned()
}

fn id_of(path: &str) -> Uuid {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn person(app: &TestApp, tenant: &TestTenant, name: &str, email: &str, is_protected: bool) -> Uuid {
    let mut tx = app.begin(tenant).await;
    let id = new_id();
    sqlx::query(
        "insert into person (tenant_id, id, display_name, email, is_protected) values ($1, $2, $3, $4, $5)",
    )
    .bind(tenant.id)
    .bind(id)
    .bind(name)
    .bind(email)
    .bind(is_protected)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn system(app: &TestApp, name: &str) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    let id = new_id();
    sqlx::query("insert into it_system (tenant_id, id, number, name, owner_unit_id) values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), $3, $4)")
        .bind(app.a.id)
        .bind(id)
        .bind(name)
        .bind(app.a.department)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_contract_is_added_and_says_what_happens_if_nobody_acts() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    let page = client.get(&path).await.expect(StatusCode::OK);
    assert!(
        page.shows("Avtalet förlängs 12 månader till 2028-02-29 om ingen säger upp det senast 2026-11-28."),
        "{}",
        page.visible()
    );
    assert!(page.shows("Uppsägningstiden kan läsas på två sätt: 2026-11-28 eller 2026-11-30."));
    assert!(page.shows("3 månader före avtalstidens slut"));
    assert_eq!(page.count("svg.avtalsbild"), 1);
    let alternative = page.attributes("svg.avtalsbild", "aria-label");
    assert!(alternative[0].contains("2022-03-01"), "{alternative:?}");
    let details = client.get(&format!("{path}/details")).await.expect(StatusCode::OK);
    assert!(details.shows("tre (3) månader före utgången"));
    assert!(details.shows("480"), "four years' value without an end");
}

#[tokio::test]
async fn faults_come_back_with_what_was_typed() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let page = client
        .post(
            "/contracts",
            &[
                ("title", ""),
                ("start_date", "2027-01-01"),
                ("end_date", "2026-01-01"),
                ("note", "behåll mig"),
            ],
        )
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("Ange avtalets namn."));
    assert!(page.shows("Slutdatumet ligger före startdatumet."));
    assert!(page.text().contains("behåll mig"));
    assert_eq!(page.attributes("#end_date", "value"), ["2026-01-01"]);
    let unknown = client
        .post(
            "/contracts",
            &[("title", "Avrop"), ("parent_no", "RA-404"), ("supplier_id", &new_id().to_string())],
        )
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.shows("Det finns inget avtal med det numret."));
    let gone = client
        .post("/contracts", &[("title", "Avrop"), ("supplier_id", &new_id().to_string())])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.shows("Leverantören finns inte längre."));
}

#[tokio::test]
async fn a_foreign_contract_is_404() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    let mut other = app.client(&app.b, Role::ContractOfficer).await;
    for page in ["", "/details", "/history", "/edit", "/delete"] {
        other.get(&format!("{path}{page}")).await.expect(StatusCode::NOT_FOUND);
    }
    for post in ["", "/delete", "/review", "/notices", "/systems", "/responsible"] {
        other
            .post(&format!("{path}{post}"), &[("title", "Stulet"), ("received_on", "2026-11-01")])
            .await
            .expect(StatusCode::NOT_FOUND);
    }
    assert!(client.get(&path).await.shows("Drift av Vårdia"));
}

#[tokio::test]
async fn a_unit_sees_its_own_contracts_and_no_other() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let (mine, other) = (app.a.unit.to_string(), app.a.other_department.to_string());
    let own = add(&mut client, &[("title", "Hemtjänstens avtal"), ("owner_unit_id", &mine)]).await;
    let foreign = add(&mut client, &[("title", "Skolans avtal"), ("owner_unit_id", &other)]).await;
    let mut unit = app.client(&app.a, Role::UnitAdmin).await;
    unit.get(&own).await.expect(StatusCode::OK);
    unit.get(&foreign).await.expect(StatusCode::NOT_FOUND);
    let list = unit.get("/contracts").await.expect(StatusCode::OK);
    assert!(list.shows("Hemtjänstens avtal") && !list.shows("Skolans avtal"));
    // Reading is not writing.
    unit.get(&format!("{own}/edit")).await.expect(StatusCode::NOT_FOUND);
    unit.post(&own, &[("title", "Ändrat")]).await.expect(StatusCode::NOT_FOUND);
    assert!(!unit.get(&own).await.text().contains("/edit"));
}

#[tokio::test]
async fn the_list_filters_by_what_is_computed_and_follows_changes() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    add(&mut client, &OPTIONS).await;
    let near = client.get("/contracts?vy=besked").await.expect(StatusCode::OK);
    assert!(near.shows("Drift av Vårdia") && !near.shows("Licenser Skolnavet"), "{}", near.visible());
    assert!(near.shows("2026-11-28") && near.shows("Förlängs 12 månader"));
    // A notice in time changes what the list says, with no background work in between.
    client
        .post(&format!("{path}/notices"), &[("received_on", "2026-11-19")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let after = client.get("/contracts?vy=besked").await;
    assert!(!after.shows("Drift av Vårdia"));
    let terminated = client.get("/contracts?lage=uppsagt").await;
    assert!(terminated.shows("Drift av Vårdia"));
    let flagged = client.get("/contracts?flagga=missing_dnr").await;
    assert!(flagged.shows("Licenser Skolnavet"));
}

#[tokio::test]
async fn a_new_day_gives_new_dates() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    add(&mut client, &SILENT).await;
    assert!(client.get("/contracts").await.shows("2026-11-28"));
    let mut tx = app.begin(&app.a).await;
    let later = today() + chrono::Duration::days(30);
    overblick::areas::contracts::dates::refresh(&mut tx, later).await.unwrap();
    let (status, locked): (String, bool) =
        sqlx::query_as("select status, locked_in from contract_dates").fetch_one(&mut *tx).await.unwrap();
    assert_eq!((status.as_str(), locked), ("last", true));
}

#[tokio::test]
async fn a_notice_in_time_ends_the_contract_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    let future = client.post(&format!("{path}/notices"), &[("received_on", "2026-12-24")]).await;
    assert!(future.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Dagen ligger i framtiden."));
    let empty = client.post(&format!("{path}/notices"), &[("sent_on", "2026-11-01")]).await;
    assert!(empty.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Ange vilken dag uppsägningen togs emot."));
    let answer = client
        .post(
            &format!("{path}/notices"),
            &[("given_by", "kommunen"), ("sent_on", "2026-11-10"), ("received_on", "2026-11-12")],
        )
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(page.shows("Avtalet är uppsagt och upphör 2027-02-28."), "{}", page.visible());
    let withdraw = page.attributes("form[action$='/withdraw']", "action");
    let answer = client.post(withdraw[0].trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(page.shows("om ingen säger upp det senast 2026-11-28"));
    assert!(page.shows("Återtagen 2026-11-20."));
}

#[tokio::test]
async fn a_late_notice_is_kept_and_the_reader_is_told_what_it_means() {
    let app = TestApp::on("2026-12-01".parse().unwrap()).await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    assert!(client.get(&path).await.shows("Sista dagen att säga upp har passerat."));
    let answer = client
        .post(&format!("{path}/notices"), &[("received_on", "2026-11-30")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(page.shows("kom för sent"));
    assert!(page.shows("Avtalet upphör därför först 2028-02-29"));
}

#[tokio::test]
async fn an_option_is_taken_in_order_and_late_only_with_a_reason() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &OPTIONS).await;
    let page = client.get(&path).await.expect(StatusCode::OK);
    assert!(
        page.shows("Avtalet upphör 2027-05-31 om optionen på 12 månader inte tas ut senast 2027-02-28."),
        "{}",
        page.visible()
    );
    let step = page.attributes("form[action*='/options/']", "action");
    assert_eq!(step.len(), 1, "only the next option can be acted on");
    let step = step[0].trim_start_matches("/vik").to_owned();
    let without_day = client.post(&step, &[("state", "sent")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without_day.shows("Ange vilken dag beskedet skickades."));
    let declined =
        client.post(&step, &[("state", "declined")]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(declined.shows("Ange varför optionen inte tas ut."));
    let answer =
        client.post(&step, &[("state", "sent"), ("on", "2026-11-20")]).await.expect(StatusCode::SEE_OTHER);
    assert!(client.follow(&answer).await.shows("är meddelad men inte bekräftad"));
    let answer = client
        .post(&step, &[("state", "exercised"), ("on", "2026-11-20")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(page.shows("Avtalet upphör 2028-05-31. Det finns inga fler optioner."), "{}", page.visible());
}

#[tokio::test]
async fn an_option_used_after_its_last_day_is_flagged() {
    let app = TestApp::on("2027-03-10".parse().unwrap()).await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &OPTIONS).await;
    let page = client.get(&path).await;
    assert!(page.shows("har passerat"), "{}", page.visible());
    let step =
        page.attributes("form[action*='/options/']", "action")[0].trim_start_matches("/vik").to_owned();
    let refused = client.post(&step, &[("state", "exercised"), ("on", "2027-03-10")]).await;
    assert!(refused.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("otillåten direktupphandling"));
    let answer = client
        .post(&step, &[("state", "exercised"), ("on", "2027-03-10"), ("reason", "Leverantören godtar.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(client.follow(&answer).await.shows("Option utnyttjad för sent"));
}

#[tokio::test]
async fn what_was_read_with_doubt_is_shown_until_a_person_has_checked_it() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(
        &mut client,
        &[("title", "Drift"), ("end_date", "2027-12-31"), ("renewal_text", "ja"), ("notice_text", "3 mån")],
    )
    .await;
    let page = client.get(&path).await;
    assert!(page.shows("Kontrollera mot avtalet"));
    assert!(page.shows("Det framgår inte från när tiden räknas."));
    assert!(client.get("/contracts?vy=kontrollera").await.shows("Drift"));
    let answer =
        client.post(&format!("{path}/review"), &[("field", "notice")]).await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    assert!(
        !page.shows("Det framgår inte från när tiden räknas.") && page.shows("Det framgår inte hur länge")
    );
    client.post(&format!("{path}/review"), &[("field", "renewal")]).await.expect(StatusCode::SEE_OTHER);
    assert!(!client.get(&path).await.shows("Kontrollera mot avtalet"));
}

#[tokio::test]
async fn a_text_is_read_while_it_is_typed() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let part = client.get_part("/contracts/parse?notice_text=senast%2030/9").await.expect(StatusCode::OK);
    assert_eq!(part.texts("p"), ["Tolkas som: senast den 30 september."]);
    let unsure = client.get_part("/contracts/parse?option_text=2%2B1%2B1").await.expect(StatusCode::OK);
    assert!(unsure.texts("p")[0].contains("första avtalstid 24 månader, optioner på 12 + 12 månader"));
    let markup = client.get_part("/contracts/parse?notice_text=%3Cscript%3E").await.expect(StatusCode::OK);
    assert_eq!(markup.count("script"), 0);
}

#[tokio::test]
async fn systems_and_persons_are_found_by_what_people_write() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    system(&app, "Vårdia").await;
    let missing = client.post(&format!("{path}/systems"), &[("system", "Finns inte")]).await;
    assert!(missing.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Det finns inget system med det namnet."));
    let answer =
        client.post(&format!("{path}/systems"), &[("system", "vårdia")]).await.expect(StatusCode::SEE_OTHER);
    let page = client.follow(&answer).await;
    let remove = page.attributes("form[action$='/remove']", "action");
    client.post(remove[0].trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(client.get(&path).await.shows("Inget system är kopplat."));

    person(&app, &app.a, "Karin Wiklund", "karin@vik.example.se", false).await;
    person(&app, &app.a, "Karin Wiklund", "karin2@vik.example.se", false).await;
    let ambiguous = client.post(&format!("{path}/responsible"), &[("person", "Karin Wiklund")]).await;
    assert!(ambiguous.expect(StatusCode::UNPROCESSABLE_ENTITY).shows("Flera personer heter så."));
    let answer = client
        .post(&format!("{path}/responsible"), &[("person", "karin@vik.example.se")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(client.follow(&answer).await.shows("Karin Wiklund"));
    assert!(client.get("/contracts").await.shows("Karin Wiklund"));
}

#[tokio::test]
async fn a_protected_person_is_not_named() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    person(&app, &app.a, "Hemlig Person", "hemlig@vik.example.se", true).await;
    client
        .post(&format!("{path}/responsible"), &[("person", "hemlig@vik.example.se")])
        .await
        .expect(StatusCode::SEE_OTHER);
    for page in [path.clone(), "/contracts".to_owned(), format!("{path}/history")] {
        let page = client.get(&page).await.expect(StatusCode::OK);
        assert!(!page.text().contains("Hemlig Person"), "{}", page.address);
    }
    assert!(client.get(&path).await.shows("Skyddad uppgift"));
}

#[tokio::test]
async fn a_call_off_is_measured_against_its_framework() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let framework = add(
        &mut client,
        &[
            ("title", "Ramavtal konsulter"),
            ("contract_no", "RA-7"),
            ("kind", "ramavtal"),
            ("start_date", "2023-01-01"),
            ("end_date", "2026-12-31"),
            ("renewal_kind", "none"),
            ("calloff_months_after_framework", "12"),
            ("ceiling_value", "1000000"),
            ("value_used", "800000"),
        ],
    )
    .await;
    let within = [
        ("title", "Avrop ett"),
        ("kind", "avropsavtal"),
        ("parent_no", "RA-7"),
        ("start_date", "2026-01-01"),
        ("end_date", "2027-12-31"),
        ("renewal_kind", "none"),
    ];
    let path = add(&mut client, &within).await;
    assert!(!client.get(&path).await.shows("avropet går längre"));
    let beyond = [
        ("title", "Avrop två"),
        ("kind", "avropsavtal"),
        ("parent_no", "ra-7"),
        ("start_date", "2026-01-01"),
        ("end_date", "2028-01-01"),
        ("renewal_kind", "none"),
    ];
    let path = add(&mut client, &beyond).await;
    assert!(client.get(&path).await.shows("Avropet går längre än ramavtalet tillåter"));
    let page = client.get(&framework).await;
    assert!(page.shows("Avrop ett") && page.shows("Avrop två"));
    assert!(page.shows("80 % av takvolymen använd"), "{}", page.visible());
    assert!(client.get(&format!("{framework}/delete")).await.shows("kan inte tas bort"));
    client.post(&format!("{framework}/delete"), &[]).await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_edit_over_somebody_elses_is_stopped() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    let form = client.get(&format!("{path}/edit")).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("input[name=version]", "value"), ["1"]);
    assert_eq!(form.attributes("#notice_text", "value"), ["tre (3) månader före utgången"]);
    let mut changed = SILENT.to_vec();
    changed.extend([("version", "1"), ("case_number", "KS 2026/1")]);
    client.post(&path, &changed).await.expect(StatusCode::SEE_OTHER);
    let page = client.post(&path, &changed).await.expect(StatusCode::CONFLICT);
    assert!(page.shows("Någon annan har ändrat avtalet"));
    let history = client.get(&format!("{path}/history")).await.expect(StatusCode::OK);
    assert!(history.shows("KS 2026/1") && history.shows("Diarienummer"), "{}", history.visible());
}

#[tokio::test]
async fn a_contract_taken_away_by_mistake_can_be_taken_back() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &OPTIONS).await;
    client.get(&format!("{path}/delete")).await.expect(StatusCode::OK);
    let answer = client.post(&format!("{path}/delete"), &[]).await.expect(StatusCode::SEE_OTHER);
    let list = client.follow(&answer).await;
    client.get(&path).await.expect(StatusCode::NOT_FOUND);
    let undo = list.attributes("form[action*='/undo/']", "action");
    client.post(undo[0].trim_start_matches("/vik"), &[]).await.expect(StatusCode::SEE_OTHER);
    let page = client.get(&path).await.expect(StatusCode::OK);
    assert!(page.shows("2027-05-31"), "the options came back too");
}

type Flag = (String, Option<chrono::NaiveDate>, Option<i16>, Option<Uuid>);

#[tokio::test]
async fn the_watch_tells_the_one_who_answers_for_the_contract() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    let path = add(&mut client, &SILENT).await;
    let karin = person(&app, &app.a, "Karin Wiklund", "karin@vik.example.se", false).await;
    client
        .post(&format!("{path}/responsible"), &[("person", "karin@vik.example.se")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let mut tx = app.begin(&app.a).await;
    watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    let flags: Vec<Flag> = sqlx::query_as(
        "select f.rule, f.due_date, f.stage, r.person_id from watch_flag f left join flag_recipient r on r.flag_id = f.id
         where f.object_id = $1 order by f.rule",
    )
    .bind(id_of(&path))
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    let due = flags.iter().find(|(rule, ..)| rule == "action_due").unwrap();
    assert_eq!(due.1, Some("2026-11-28".parse().unwrap()), "reminded against the action date, not the end");
    assert_eq!((due.2, due.3), (Some(30), Some(karin)));
    assert!(flags.iter().any(|(rule, ..)| rule == "missing_dnr"));
    assert!(!flags.iter().any(|(rule, ..)| rule == "missing_owner"));
}

#[tokio::test]
async fn the_command_lists_contracts_with_their_dates_on_any_day() {
    let app = TestApp::new().await;
    let mut client = officer(&app).await;
    add(&mut client, &SILENT).await;
    add(&mut client, &OPTIONS).await;
    let list = |today: &str| {
        let ended = app.command().run(&["list", "contracts", "--tenant", "vik", "--json", "--today", today]);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        ended
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<serde_json::Value>>()
    };
    let rows = list("2026-11-20");
    assert_eq!(rows.len(), 2);
    let row = &rows[0];
    for (field, value) in [
        ("contract_no", "A-1"),
        ("status", "aktivt"),
        ("deadline", "2026-11-28"),
        ("deadline_b", "2026-11-30"),
        ("act_by", "2026-11-13"),
        ("notice_basis", "before_end"),
        ("annual_value", "120000"),
        ("total_value_lou", "480000"),
        ("next_action", "sag_upp_eller_lat_forlanga"),
    ] {
        assert_eq!(row[field], value, "{field}");
    }
    assert_eq!(rows[1]["option_steps"][0]["state"], "exercised");
    assert_eq!(rows[1]["option_steps"][1]["deadline"], "2027-02-28");
    assert_eq!(list("2026-12-01")[0]["status"], "last");
}
