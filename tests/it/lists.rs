//! Lists: the framework against a real database, with a list of the test's own on systems.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use overblick::auth::permissions::{Permission, Role};
use overblick::error::AppResult;
use overblick::web::ctx::Ctx;
use overblick::web::errors;
use overblick::web::extract::Form;
use overblick::web::list::bulk::ColumnEdit;
use overblick::web::list::{self, BulkAction, Code, Codes, Column, Filter, Kind, List, ListDef, Reach, View};
use overblick::web::routes::Routes;
use uuid::Uuid;

use crate::support::{Client, TestApp, TestTenant};

const PHASES: Codes = &[
    Code::new("inforande", "Införande"),
    Code::new("anvandning", "Användning"),
    Code::new("avveckling", "Avveckling"),
];

/// Its slug is that of a page which the product has, so that views of it can be saved.
static LIST: LazyLock<ListDef> = LazyLock::new(|| {
    ListDef::new(
        "watch",
        "System",
        ("system", "system"),
        "select s.id, s.name, s.phase, s.owner_unit_id, u.name as unit_name, s.phase_since, s.description
         from it_system s left join org_unit u on u.id = s.owner_unit_id",
        Reach::Unit { unit: "owner_unit_id", object: Some("system_id") },
    )
    .columns([
        Column::name("name", "System", "systems/{id}"),
        Column::of("phase", "Fas", Kind::Phase(PHASES)),
        Column::of("unit_name", "Förvaltning", Kind::Needed),
        Column::of("phase_since", "Sedan", Kind::Deadline(30)),
        Column::text("description", "Beskrivning").hidden(),
    ])
    .filters([
        Filter::codes("fas", "Fas", "r.phase", PHASES),
        Filter::loaded("forvaltning", "Förvaltning", "r.owner_unit_id", "r.unit_name"),
        Filter::dates("sedan", "Sedan", "r.phase_since"),
        Filter::yes_no("agd", "Har förvaltning", "r.owner_unit_id is not null"),
    ])
    .search("Namn", ["r.name", "r.description"])
    .views([
        View::new("utan", "Utan förvaltning", "r.owner_unit_id is null"),
        View::new("nya", "Nya", "r.phase_since > {today} - 30"),
    ])
    .bulk([BulkAction { key: "phase", label: "Byt fas", icon: "livscykel" }])
    .with_history()
});

static PHASE: ColumnEdit =
    ColumnEdit { table: "it_system", column: "phase", codes: PHASES, label: "Ny fas", hint: "" };

async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
    List::of(&LIST).action("Nytt system", "plus", "systems/new").respond(&ctx, query.as_deref()).await
}

async fn bulk(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    list::bulk::respond(&ctx, &LIST, &[("phase", &PHASE)], &form).await
}

/// A user of the service that has nothing but the list.
async fn client(app: &TestApp, tenant: &TestTenant, roles: &[(Role, Option<Uuid>)]) -> Client {
    let signed_in = app.client_with(tenant, roles).await;
    let router: Router = Routes::new()
        .get("/watch", Permission::SystemRead, show)
        .post("/watch/bulk", Permission::SystemWrite, bulk)
        .merge(list::routes())
        .into_router()
        .layer(from_fn_with_state(app.state.clone(), errors::layer))
        .with_state(app.state.clone());
    let mut client = Client::new(router, Some(tenant.slug), Some(signed_in.user_id()));
    let cookie = app.state.cookies().session_name();
    client.set_cookie(cookie, signed_in.cookie(cookie).unwrap());
    client
}

async fn add(app: &TestApp, tenant: &TestTenant, name: &str, phase: &str, unit: Option<Uuid>) -> Uuid {
    let id = overblick::ids::new_id();
    let mut tx = app.begin(tenant).await;
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, phase, owner_unit_id, phase_since)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from it_system), $3, $4, $5, '2026-11-01')",
    )
    .bind(tenant.id)
    .bind(id)
    .bind(name)
    .bind(phase)
    .bind(unit)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Five systems: two of socialförvaltningen, one of its unit, one of another department, one without.
async fn fill(app: &TestApp, tenant: &TestTenant) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for (name, phase, unit) in [
        ("Östvård", "anvandning", Some(tenant.department)),
        ("Ålder & stöd", "avveckling", Some(tenant.department)),
        ("Zonen", "anvandning", Some(tenant.unit)),
        ("Skolan 100%", "anvandning", Some(tenant.other_department)),
        ("Anonym", "inforande", None),
    ] {
        ids.push(add(app, tenant, name, phase, unit).await);
    }
    ids
}

fn names(page: &crate::support::client::Page) -> Vec<String> {
    page.texts("tbody th.namn")
}

const IT: &[(Role, Option<Uuid>)] = &[(Role::ItUnit, None)];

#[tokio::test]
async fn a_list_is_ordered_as_swedes_order_and_says_what_is_missing() {
    let app = TestApp::new().await;
    fill(&app, &app.a).await;
    let mut it = client(&app, &app.a, IT).await;
    let page = it.get("/watch").await.expect(StatusCode::OK);
    assert_eq!(names(&page), ["Anonym", "Skolan 100%", "Zonen", "Ålder & stöd", "Östvård"]);
    assert_eq!(page.texts("#antal"), ["5 system"]);
    assert_eq!(page.texts(".saknas"), ["Saknas"]);
    let page = it.get("/watch?sort=-name").await;
    assert_eq!(names(&page)[0], "Östvård");
    assert!(it.get("/watch?sort=-phase_since&per=20").await.status.is_success());
}

#[tokio::test]
async fn filters_search_and_views_narrow_and_are_counted() {
    let app = TestApp::new().await;
    fill(&app, &app.a).await;
    let mut it = client(&app, &app.a, IT).await;
    let page = it.get("/watch?fas=anvandning&fas=inforande").await;
    assert_eq!(names(&page), ["Anonym", "Skolan 100%", "Zonen", "Östvård"]);
    assert_eq!(page.texts("#antal"), ["4 av 5 system"]);
    assert_eq!(page.texts(".ds-chip"), ["Fas: Användning", "Fas: Införande"]);
    // The counts beside the choices are those of the view, whatever is chosen.
    let counts = page.texts("#f-fas .ds-label");
    assert_eq!(counts, ["Införande 1", "Användning 3", "Avveckling 1"]);
    assert_eq!(names(&it.get("/watch?q=100%25").await), ["Skolan 100%"]);
    assert_eq!(names(&it.get("/watch?q=_").await), Vec::<String>::new());
    assert_eq!(names(&it.get("/watch?forvaltning=-").await), ["Anonym"]);
    assert_eq!(names(&it.get(&format!("/watch?forvaltning={}", app.a.unit)).await), ["Zonen"]);
    assert_eq!(names(&it.get("/watch?agd=nej").await), ["Anonym"]);
    assert_eq!(names(&it.get("/watch?sedan_fran=2026-11-02").await), Vec::<String>::new());
    let page = it.get("/watch?vy=utan").await;
    assert_eq!(names(&page), ["Anonym"]);
    assert_eq!(page.texts(".flikar [aria-current]"), ["Utan förvaltning 1"]);
    assert_eq!(page.texts(".flikar li"), ["Alla 5", "Utan förvaltning 1", "Nya 5"]);
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_said_on_the_page() {
    let app = TestApp::new().await;
    let mut it = client(&app, &app.a, IT).await;
    let page = it.get("/watch?sedan_fran=i+fjol").await.expect(StatusCode::OK);
    assert!(page.shows("Filtret ”Sedan” används inte: ”i fjol” är inte ett datum"), "{}", page.visible());
}

#[tokio::test]
async fn a_user_of_a_unit_sees_what_is_its_and_what_lies_under_it_and_what_they_hold_a_role_on() {
    let app = TestApp::new().await;
    let ids = fill(&app, &app.a).await;
    let mut owner = client(&app, &app.a, &[(Role::UnitAdmin, Some(app.a.department))]).await;
    assert_eq!(names(&owner.get("/watch").await), ["Zonen", "Ålder & stöd", "Östvård"]);
    let mut tx = app.begin(&app.a).await;
    let person = overblick::ids::new_id();
    sqlx::query("insert into person (tenant_id, id, display_name) values ($1, $2, 'Anna Ek')")
        .bind(app.a.id)
        .bind(person)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update member_profile set person_id = $1 where user_id = $2")
        .bind(person)
        .bind(owner.user_id())
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("insert into role_assignment (tenant_id, id, system_id, role, person_id) values ($1, $2, $3, 'systemagare', $4)")
        .bind(app.a.id)
        .bind(overblick::ids::new_id())
        .bind(ids[3])
        .bind(person)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&owner.get("/watch").await), ["Skolan 100%", "Zonen", "Ålder & stöd", "Östvård"]);
}

#[tokio::test]
async fn another_municipality_is_not_in_the_list_nor_in_its_counts() {
    let app = TestApp::new().await;
    fill(&app, &app.b).await;
    let mut it = client(&app, &app.a, IT).await;
    let page = it.get("/watch").await;
    assert!(page.shows("Det finns inga system än"));
    assert_eq!(page.texts(".flikar li"), ["Alla 0", "Utan förvaltning 0", "Nya 0"]);
}

#[tokio::test]
async fn a_page_beyond_the_last_shows_the_last() {
    let app = TestApp::new().await;
    for i in 0..23 {
        add(&app, &app.a, &format!("System {i}"), "anvandning", None).await;
    }
    let mut it = client(&app, &app.a, IT).await;
    let page = it.get("/watch?per=20&page=9").await;
    assert_eq!(names(&page), ["System 20", "System 21", "System 22"]);
    assert_eq!(page.texts(".tabellfot > .num"), ["Visar 21–23 av 23"]);
}

#[tokio::test]
async fn htmx_gets_the_rows_and_the_number_and_nothing_else() {
    let app = TestApp::new().await;
    fill(&app, &app.a).await;
    let mut it = client(&app, &app.a, IT).await;
    let part = it.get_part("/watch?q=zon&kol=name&kol=phase&kol=unit_name&kol=phase_since&sort=name").await;
    assert_eq!(names(&part), ["Zonen"]);
    assert_eq!((part.count("nav.nav"), part.count("#resultat"), part.count("#antal")), (0, 1, 1));
    // The address that is kept says only what differs from the usual.
    assert_eq!(part.header("hx-push-url"), Some("/vik/watch?q=zon"));
}

#[tokio::test]
async fn a_form_without_javascript_leads_to_a_short_address() {
    let app = TestApp::new().await;
    let mut it = client(&app, &app.a, IT).await;
    let answer =
        it.get("/watch?q=&fas=anvandning&kol=name&kol=phase&kol=unit_name&kol=phase_since&per=50").await;
    assert_eq!(answer.location(), Some("/vik/watch?fas=anvandning"));
    assert!(it.follow(&answer).await.status.is_success());
}

#[tokio::test]
async fn a_file_holds_every_page_of_what_is_chosen_in_the_columns_chosen_and_is_logged() {
    let app = TestApp::new().await;
    for i in 0..23 {
        add(&app, &app.a, &format!("System {i}"), "anvandning", None).await;
    }
    add(&app, &app.a, "Övrigt", "avveckling", None).await;
    let mut it = client(&app, &app.a, IT).await;
    let file =
        it.get("/watch?format=csv&fas=anvandning&per=20&kol=name&kol=phase").await.expect(StatusCode::OK);
    let text = file.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().split("\r\n").collect();
    assert_eq!((lines.len(), lines[0], lines[23]), (24, "System;Fas", "System 22;Användning"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"watch-2026-11-20.csv\""));
    let book = it.get("/watch?format=xlsx").await.expect(StatusCode::OK);
    let limits = overblick::tabular::Limits::default();
    let book = overblick::tabular::read(&book.body, &limits).unwrap();
    assert_eq!(book.sheets[0].records.len(), 25);
    let mut tx = app.begin(&app.a).await;
    let logged: Vec<serde_json::Value> =
        sqlx::query_scalar("select detail from access_log where kind = 'export' order by at, id")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(logged.iter().map(|l| l["rows"].as_i64()).collect::<Vec<_>>(), [Some(23), Some(24)]);
    assert_eq!(logged[0]["filters"], serde_json::json!(["fas"]));
}

#[tokio::test]
async fn a_saved_view_is_a_tab_of_its_owner_until_it_is_shared() {
    let app = TestApp::new().await;
    fill(&app, &app.a).await;
    let (mut anna, mut bo) = (client(&app, &app.a, IT).await, client(&app, &app.a, IT).await);
    let answer = anna
        .post(
            "/views",
            &[("list", "watch"), ("name", "Mina fasta"), ("query", "fas=anvandning&page=3&format=csv")],
        )
        .await;
    let to = answer.location().unwrap().to_owned();
    assert!(to.ends_with("&fas=anvandning"), "{to}");
    assert_eq!(anna.follow(&answer).await.texts(".flikar [aria-current]"), ["Mina fasta 3"]);
    assert!(!bo.get("/watch").await.shows("Mina fasta"));
    let id = to.split("sparad=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    // Another's view can be neither changed nor removed.
    for action in ["", "delete"] {
        let answer = bo.post(&format!("/views/{id}"), &[("action", action), ("name", "x")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    anna.post(&format!("/views/{id}"), &[("name", "Allas"), ("query", "fas=avveckling"), ("shared", "ja")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let page = bo.get(&format!("/watch?sparad={id}")).await;
    assert_eq!(page.texts(".flikar [aria-current]"), ["Allas 1"]);
    assert_eq!(names(&page), ["Ålder & stöd"]);
    assert_eq!(bo.post(&format!("/views/{id}"), &[("action", "delete")]).await.status, StatusCode::NOT_FOUND);
    anna.post(&format!("/views/{id}"), &[("action", "delete")]).await.expect(StatusCode::SEE_OTHER);
    assert!(!anna.get("/watch").await.shows("Allas"));
}

#[tokio::test]
async fn a_view_needs_a_name_of_its_own_and_a_list_that_one_may_see() {
    let app = TestApp::new().await;
    let mut anna = client(&app, &app.a, IT).await;
    let new = |list: &'static str, name: &'static str| [("list", list), ("name", name), ("query", "")];
    anna.post("/views", &new("watch", "En")).await.expect(StatusCode::SEE_OTHER);
    anna.post("/views", &new("watch", "En")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    anna.post("/views", &new("watch", "  ")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    for list in ["https://elak.example", "finns-inte", "watch?x"] {
        anna.post("/views", &new(list, "Två")).await.expect(StatusCode::NOT_FOUND);
    }
}

async fn phase_of(app: &TestApp, id: Uuid) -> (String, i32) {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_as("select phase, version from it_system where id = $1")
        .bind(id)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

#[tokio::test]
async fn several_rows_are_changed_after_a_look_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let ids = fill(&app, &app.a).await;
    let (first, second) = (ids[0].to_string(), ids[1].to_string());
    let mut it = client(&app, &app.a, IT).await;
    let mut form = vec![("action", "phase"), ("id", first.as_str()), ("id", second.as_str())];
    let ask = it.post("/watch/bulk", &form).await.expect(StatusCode::OK);
    assert!(ask.shows("Ny fas") && ask.shows("2 system som berörs"), "{}", ask.visible());
    form.push(("steg", "preview"));
    it.post("/watch/bulk", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    form.push(("value", "avveckling"));
    let look = it.post("/watch/bulk", &form).await.expect(StatusCode::OK);
    assert_eq!(
        look.texts("tbody tr"),
        ["Ålder & stöd Avveckling – Har redan värdet", "Östvård Användning Avveckling"]
    );
    assert_eq!(phase_of(&app, ids[0]).await.0, "anvandning");
    let seal = look.attributes("input[name=seal]", "value")[0].clone();
    let confirm = [
        ("action", "phase"),
        ("id", &first),
        ("id", &second),
        ("steg", "confirm"),
        ("value", "avveckling"),
        ("seal", &seal),
    ];
    let done = it.post("/watch/bulk", &confirm).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(phase_of(&app, ids[0]).await, ("avveckling".to_owned(), 2));
    // What had the value already is not touched.
    assert_eq!(phase_of(&app, ids[1]).await.1, 1);
    let page = it.follow(&done).await;
    assert!(page.shows("Ändringen är gjord på 1 system"), "{}", page.visible());
    let undo = page.attributes(".meddelanden form", "action")[0].clone();
    let mut other = client(&app, &app.a, IT).await;
    assert_eq!(other.post(&format!("/{undo}"), &[]).await.status, StatusCode::NOT_FOUND);
    it.post(&format!("/{undo}"), &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(phase_of(&app, ids[0]).await.0, "anvandning");
}

#[tokio::test]
async fn a_row_that_someone_changed_after_the_look_is_shown_again() {
    let app = TestApp::new().await;
    let ids = fill(&app, &app.a).await;
    let first = ids[0].to_string();
    let mut it = client(&app, &app.a, IT).await;
    let look = it
        .post(
            "/watch/bulk",
            &[("action", "phase"), ("id", &first), ("steg", "preview"), ("value", "avveckling")],
        )
        .await;
    let seal = look.attributes("input[name=seal]", "value")[0].clone();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("update it_system set phase = 'inforande' where id = $1")
        .bind(ids[0])
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let confirm = [
        ("action", "phase"),
        ("id", first.as_str()),
        ("steg", "confirm"),
        ("value", "avveckling"),
        ("seal", &seal),
    ];
    let again = it.post("/watch/bulk", &confirm).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.shows("Någon har ändrat"));
    assert_eq!(phase_of(&app, ids[0]).await.0, "inforande");
}

#[tokio::test]
async fn rows_beyond_ones_reach_are_left_out_of_a_bulk_edit() {
    let app = TestApp::new().await;
    let ids = fill(&app, &app.a).await;
    let (own, foreign) = (ids[0].to_string(), ids[3].to_string());
    let mut user = client(&app, &app.a, &[(Role::UnitAdmin, Some(app.a.department))]).await;
    let ask = user
        .post("/watch/bulk", &[("action", "phase"), ("id", &own), ("id", &foreign)])
        .await
        .expect(StatusCode::OK);
    assert!(ask.shows("1 markerad rad är inte med"), "{}", ask.visible());
    assert!(!ask.shows("Skolan"));
    user.post("/watch/bulk", &[("action", "phase"), ("id", &foreign)])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    user.post("/watch/bulk", &[("action", "losenord"), ("id", &own)]).await.expect(StatusCode::NOT_FOUND);
    let mut auditor = client(&app, &app.a, &[(Role::Auditor, None)]).await;
    auditor.post("/watch/bulk", &[("action", "phase"), ("id", &own)]).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_row_of_a_choice_can_be_changed_at_once() {
    let app = TestApp::new().await;
    fill(&app, &app.a).await;
    let mut it = client(&app, &app.a, IT).await;
    let look = it
        .post(
            "/watch/bulk",
            &[
                ("action", "phase"),
                ("alla", "ja"),
                ("urval", "fas=anvandning"),
                ("steg", "preview"),
                ("value", "avveckling"),
            ],
        )
        .await
        .expect(StatusCode::OK);
    assert_eq!(look.count("tbody tr"), 3);
}

#[tokio::test]
async fn a_list_can_be_seen_as_it_stood_on_an_earlier_day() {
    let app = TestApp::new().await;
    let ids = fill(&app, &app.a).await;
    // They were added long ago: the owner moves their history back, as if time had passed.
    let mut owner = app.database.owner().await;
    sqlx::query("select set_config('app.tenant_id', $1, false)")
        .bind(app.a.id.to_string())
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("update history set at = '2026-03-01T10:00:00Z'").execute(&mut owner).await.unwrap();
    let mut it = client(&app, &app.a, IT).await;
    assert_eq!(names(&it.get("/watch").await).len(), 5);
    let mut tx = app.begin(&app.a).await;
    sqlx::query("delete from it_system where id = $1").bind(ids[4]).execute(&mut *tx).await.unwrap();
    sqlx::query("update it_system set name = 'Västvård' where id = $1")
        .bind(ids[0])
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&it.get("/watch").await), ["Skolan 100%", "Västvård", "Zonen", "Ålder & stöd"]);
    let then = "/watch?dag=2026-06-01";
    // Twice: the second time on a connection that has asked the same before.
    for _ in 0..2 {
        let page = it.get(then).await.expect(StatusCode::OK);
        assert_eq!(names(&page), ["Anonym", "Skolan 100%", "Zonen", "Ålder & stöd", "Östvård"]);
        assert!(page.shows("Du ser listan som den var i slutet av dagen"));
        // The past cannot be changed.
        assert_eq!(page.count("input[name=id]"), 0);
        assert_eq!(names(&it.get("/watch").await).len(), 4);
    }
}
