//! The overview: every figure leads to a list with exactly as many rows, whoever looks.

use axum::http::StatusCode;
use overblick::areas::watch;
use overblick::auth::permissions::Role;
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::matching::Ground;
use crate::support::{Client, TestApp, today};

struct System<'a> {
    name: &'a str,
    unit: Uuid,
    phase: &'a str,
    /// Konfidentialitet; the two others are 1 when it is given.
    level: Option<i16>,
    criticality: &'a str,
}

async fn system(app: &TestApp, system: System<'_>) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, owner_unit_id, phase, level_k, level_r, level_t, criticality)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), $3, $4, $5, $6::smallint,
                 case when $6::smallint is not null then 1 end, case when $6::smallint is not null then 1 end, $7)",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(system.name)
    .bind(system.unit)
    .bind(system.phase)
    .bind(system.level)
    .bind(system.criticality)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn person(app: &TestApp, name: &str) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("insert into person (tenant_id, id, display_name) values ($1, $2, $3)")
        .bind(app.a.id)
        .bind(id)
        .bind(name)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn hold(app: &TestApp, column: &str, object: Uuid, role: &str, person: Uuid, until: Option<&str>) {
    let mut tx = app.begin(&app.a).await;
    let sql = format!(
        "insert into role_assignment (tenant_id, id, {column}, role, person_id, valid_to) values ($1, $2, $3, $4, $5, $6::date)"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(app.a.id)
        .bind(new_id())
        .bind(object)
        .bind(role)
        .bind(person)
        .bind(until)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Makes the user of a client the person.
async fn is_person(app: &TestApp, client: &Client, person: Uuid) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update member_profile set person_id = $1 where user_id = $2")
        .bind(person)
        .bind(client.user_id())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn contract(client: &mut Client, app: &TestApp, title: &str, end: &str, unit: Uuid) -> Uuid {
    let form = [
        ("title", title),
        ("start_date", "2024-01-01"),
        ("end_date", end),
        ("renewal_text", "ja, 12 mån i taget"),
        ("notice_text", "3 månader före slut"),
        ("annual_value", "100 000"),
    ];
    let answer = client.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
    let id: Uuid = answer.location().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update contract set owner_unit_id = $1, version = version + 1 where id = $2")
        .bind(unit)
        .bind(id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Systems and contracts with and without what should be there, in two förvaltningar; gives a person with some of them.
async fn fill(app: &TestApp) -> Uuid {
    let (karin, other) = (person(app, "Karin Wiklund").await, person(app, "Per Lind").await);
    let (here, there) = (app.a.department, app.a.other_department);
    let make =
        |name, unit, phase, level, criticality| system(app, System { name, unit, phase, level, criticality });
    let owned = make("Vårdia", here, "anvandning", Some(2), "kritisk").await;
    make("Skolnavet", there, "anvandning", None, "").await;
    let ended = make("Gamla arkivet", here, "avvecklad", None, "").await;
    let held_once = make("Planen", there, "inforande", Some(1), "").await;
    make("Hemliga", there, "anvandning", Some(4), "kritisk").await;
    make("Avbrutet", here, "avbruten", None, "").await;
    let leaving = make("Växeln", app.a.unit, "avveckling", Some(3), "").await;
    hold(app, "system_id", owned, "systemagare", karin, None).await;
    hold(app, "system_id", owned, "systemforvaltare", other, None).await;
    hold(app, "system_id", held_once, "systemagare", karin, Some("2025-12-31")).await;
    hold(app, "system_id", leaving, "systemforvaltare", karin, None).await;
    hold(app, "system_id", ended, "systemagare", other, None).await;
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    let near = contract(&mut officer, app, "Drift Vårdia", "2027-02-28", here).await;
    contract(&mut officer, app, "Licenser", "2027-09-30", there).await;
    contract(&mut officer, app, "Långt bort", "2029-12-31", here).await;
    let held = contract(&mut officer, app, "Support", "2027-06-30", there).await;
    hold(app, "contract_id", held, "avtalsansvarig", karin, None).await;
    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into contract_system (tenant_id, id, contract_id, system_id) values ($1, $2, $3, $4)",
    )
    .bind(app.a.id)
    .bind(new_id())
    .bind(near)
    .bind(owned)
    .execute(&mut *tx)
    .await
    .unwrap();
    watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    tx.commit().await.unwrap();
    karin
}

fn number(text: &str) -> usize {
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || c.is_whitespace()).collect();
    digits.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// Every figure with its link.
fn figures(page: &Page) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (links, numbers) in [
        (".lage a", ".lage__tal"),
        (".forklaring a", ".forklaring a > .num:not(.andel)"),
        (".matare a", ".matare a"),
    ] {
        let (links, numbers) = (page.attributes(links, "href"), page.texts(numbers));
        assert_eq!(links.len(), numbers.len(), "{}", page.visible());
        found.extend(links.into_iter().zip(numbers.iter().map(|text| number(text))));
    }
    found
}

/// Follows each figure and counts the rows; gives how many figures there were.
async fn follow_all(client: &mut Client, path: &str) -> usize {
    let page = client.get(path).await.expect(StatusCode::OK);
    let found = figures(&page);
    for (link, figure) in &found {
        let list = client.get(link.trim_start_matches("/vik")).await.expect(StatusCode::OK);
        let rows = list.count(if link.contains("/watch") { ".uppgift" } else { "table.tabell > tbody > tr" });
        assert_eq!(rows, *figure, "{path}: {link}");
    }
    if let [table] = &*page.attributes(".tid .panel__fot a", "href") {
        let told = page.texts(".tid .panel__huvud .not").join(" ");
        let total = number(told.split(" av ").nth(1).unwrap());
        let list = client.get(table.trim_start_matches("/vik")).await.expect(StatusCode::OK);
        assert_eq!(list.count("table.tabell > tbody > tr"), total, "{path}: {table}");
        assert!(page.count(".tid__rad") <= total);
    }
    found.len()
}

#[tokio::test]
async fn every_figure_leads_to_as_many_rows_for_every_role() {
    let app = TestApp::new().await;
    let karin = fill(&app).await;
    for role in Role::ALL {
        let mut client = app.client(&app.a, role).await;
        for path in ["", "?vy=alla", "?vy=mina"] {
            follow_all(&mut client, path).await;
        }
    }
    // Roles of a förvaltning, and a person who answers for something in another.
    for role in [Role::UnitAdmin, Role::Manager, Role::ItUnit] {
        let unit = (role != Role::ItUnit).then_some(app.a.department);
        let mut client = app.client_with(&app.a, &[(role, unit)]).await;
        is_person(&app, &client, karin).await;
        for path in ["", "?vy=alla", "?vy=mina"] {
            assert!(follow_all(&mut client, path).await >= 8, "{role:?} {path}");
        }
    }
    let mut client = app.client_with(&app.a, &[]).await;
    is_person(&app, &client, karin).await;
    assert!(follow_all(&mut client, "").await >= 5, "an owner without a role of the municipality");
}

#[tokio::test]
async fn the_figures_are_right() {
    let app = TestApp::new().await;
    let karin = fill(&app).await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    let page = it.get("").await;
    let of = |page: &Page, part: &str| {
        figures(page).into_iter().find(|(link, _)| link.contains(part)).map(|(_, figure)| figure)
    };
    assert_eq!(of(&page, "fas=anvandning"), Some(3));
    assert_eq!(of(&page, "fas=avveckling"), Some(1));
    // In use: Vårdia, Skolnavet, Planen, Hemliga, Växeln.
    assert_eq!(of(&page, "agare=nej"), Some(4), "one owner's time is over");
    assert_eq!(of(&page, "forvaltare=nej"), Some(3));
    assert_eq!(of(&page, "klassat=nej"), Some(1));
    assert_eq!(of(&page, "avtalskoppling=nej"), Some(4));
    // Whoever may not see secret fields does not see that the fourth level is there.
    let mut auditor = app.client(&app.a, Role::Procurement).await;
    assert_eq!(of(&auditor.get("").await, "fas=anvandning"), Some(2));
    let mut own = app.client(&app.a, Role::ItUnit).await;
    is_person(&app, &own, karin).await;
    let page = own.get("").await;
    assert_eq!(of(&page, "fas=anvandning"), Some(1), "one's own come first");
    assert_eq!(page.count(".tid__rad"), 2, "held oneself, and for one's system: {}", page.visible());
    assert!(page.attributes("a", "href").iter().any(|link| link.ends_with("?vy=alla")));
}

#[tokio::test]
async fn what_presses_is_not_hidden_behind_what_has_passed() {
    let app = TestApp::new().await;
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    let form = [
        ("title", "Drift Vårdia"),
        ("start_date", "2022-03-01"),
        ("initial_months", "36"),
        ("renewal_text", "ja, 12 mån i taget"),
        ("notice_text", "3 månader före slut"),
    ];
    officer.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
    for n in 0..12 {
        let title = format!("Utgånget {n}");
        let form = [
            ("title", title.as_str()),
            ("start_date", "2024-01-01"),
            ("end_date", "2026-12-31"),
            ("renewal_kind", "none"),
            ("procurement_path", "annonserad"),
        ];
        officer.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
    }
    let mut tx = app.begin(&app.a).await;
    watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    tx.commit().await.unwrap();
    let page = officer.get("?vy=alla").await;
    assert!(
        page.texts(".uppgift__titel")
            .iter()
            .any(|title| title.contains("Säg upp eller låt förlänga Drift Vårdia")),
        "{}",
        page.visible()
    );
}

/// A panel's links with what stands beside them.
fn side(page: &Page, id: &str) -> Vec<(String, String)> {
    let of = |part: &str| format!("section[aria-labelledby={id}] .sidlista a{part}");
    page.attributes(&of(""), "href").into_iter().zip(page.texts(&of(" > :last-child"))).collect()
}

#[tokio::test]
async fn beside_the_tasks_stands_what_is_of_ones_own_trade() {
    let app = TestApp::new().await;
    let ground = Ground::of(&app, &app.a).await;
    for (n, given, family) in [(1, "Anna", "Eklind"), (2, "Bo", "Mattsson"), (3, "Cecilia", "Norrgren")] {
        let (number, holder) = (format!("10020{n}"), format!("{given} {family}"));
        ground.person(given, family, &number).left("2026-08-31").listed().add(&ground).await;
        let item = ground.subscription(&format!("+4670174060{n}"), &holder);
        // The third is found by the name alone.
        if n < 3 { item.reference(&number) } else { item }.add(&ground).await;
    }
    let mut decider = app.client(&app.a, Role::SubscriptionManager).await;
    let page = decider.get("").await.expect(StatusCode::OK);
    let told = side(&page, "arbetslista");
    assert_eq!(told.iter().map(|(_, count)| count.as_str()).collect::<Vec<_>>(), ["2", "1", "0"]);
    assert!(page.shows("3 att avgöra"), "{}", page.visible());
    for (link, count) in told {
        let list = decider.get(link.trim_start_matches("/vik")).await.expect(StatusCode::OK);
        assert_eq!(list.count("table.tabell > tbody > tr"), number(&count), "{link}");
    }
    let menu = page.attributes(".nav a", "href");
    assert!(
        menu.iter().any(|link| link == "/vik/matches?vy=att-avgora"),
        "the menu opens the work: {menu:?}"
    );
    let list = decider.get("/matches?vy=att-avgora").await.expect(StatusCode::OK);
    assert_eq!(list.count("table.tabell > tbody > tr"), 3);
    assert_eq!(list.attributes(".nav a[aria-current=page]", "href"), ["/vik/matches?vy=att-avgora"]);

    // HR sees its lists and no case, the board its reports and neither.
    let mut hr = app.client(&app.a, Role::HrAdmin).await;
    let page = hr.get("").await.expect(StatusCode::OK);
    assert!(side(&page, "arbetslista").is_empty() && !page.shows("att avgöra"));
    assert!(!side(&page, "manadens-listor").is_empty(), "{}", page.visible());
    let mut board = app.client(&app.a, Role::BoardViewer).await;
    let page = board.get("").await.expect(StatusCode::OK);
    assert!(side(&page, "arbetslista").is_empty() && side(&page, "manadens-listor").is_empty());
    let reports = side(&page, "rapporter");
    assert_eq!(reports.len(), 4);
    for (link, _) in reports {
        board.get(link.trim_start_matches("/vik")).await.expect(StatusCode::OK);
    }
}
