//! Acting on a flag: whoever it waits for, and whoever may change what it is about. Reading is not enough.

use axum::http::StatusCode;
use overblick::areas::watch;
use overblick::auth::permissions::{Permission, Role, allows};
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::log::listen;
use crate::support::{Client, TestApp, today};

/// A contract of socialförvaltningen with Karin to answer for it, and the flag of its approaching day.
async fn flag(app: &TestApp) -> (Uuid, Uuid) {
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    let form = [
        ("title", "Drift Vårdia"),
        ("start_date", "2022-03-01"),
        ("initial_months", "36"),
        ("renewal_text", "ja, 12 mån i taget"),
        ("notice_text", "3 månader före slut"),
    ];
    let answer = officer.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
    let contract: Uuid = answer.location().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let karin = new_id();
    let mut tx = app.begin(&app.a).await;
    for (sql, third) in [
        (
            "insert into person (tenant_id, id, display_name) values ($1, $2, 'Karin Wiklund') returning $3::uuid",
            karin,
        ),
        (
            "insert into role_assignment (tenant_id, id, contract_id, role, person_id) values ($1, gen_random_uuid(), $3, 'avtalsansvarig', $2)",
            contract,
        ),
        (
            "update contract set owner_unit_id = $2, version = version + 1 where tenant_id = $1 and id = $3",
            contract,
        ),
    ] {
        let second = if sql.starts_with("update") { app.a.department } else { karin };
        sqlx::query(sql).bind(app.a.id).bind(second).bind(third).execute(&mut *tx).await.unwrap();
    }
    watch::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
    let id = sqlx::query_scalar("select id from watch_flag where object_id = $1 and rule = 'action_due'")
        .bind(contract)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (id, karin)
}

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

/// Snoozes, wakes, decides and opens again; gives the statuses.
async fn act(client: &mut Client, flag: Uuid) -> [StatusCode; 4] {
    let snooze = [("until", "2026-11-25"), ("reason", "Väntar på leverantören")];
    let decide = [("decision", "Sägs upp")];
    let path = format!("/watch/{flag}");
    [
        client.post(&format!("{path}/snooze"), &snooze).await.status,
        client.post(&format!("{path}/reopen"), &[]).await.status,
        client.post(&format!("{path}/decide"), &decide).await.status,
        client.post(&format!("{path}/reopen"), &[]).await.status,
    ]
}

#[tokio::test]
async fn each_role_acts_as_far_as_it_may_change_contracts() {
    let app = TestApp::new().await;
    let (flag, _) = flag(&app).await;
    for role in Role::ALL {
        let mut client = app.client(&app.a, role).await;
        let expected = if allows(role, Permission::ContractWrite) {
            StatusCode::SEE_OTHER
        } else if allows(role, Permission::FlagRead) {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(act(&mut client, flag).await, [expected; 4], "{role:?}");
        let page = client.get(&format!("/watch/{flag}")).await;
        if expected == StatusCode::FORBIDDEN {
            assert_eq!(page.count("form[action*='/decide'], form[action*='/snooze']"), 0, "{role:?}");
            assert!(page.shows("Du kan läsa den"), "{role:?}");
        }
    }
}

#[tokio::test]
async fn the_one_it_waits_for_acts_without_any_other_role() {
    let app = TestApp::new().await;
    let (flag, karin) = flag(&app).await;
    let mut client = app.client_with(&app.a, &[]).await;
    is_person(&app, &client, karin).await;
    let page = client.get("/tasks").await.expect(StatusCode::OK);
    assert!(page.shows("Säg upp eller låt förlänga Drift Vårdia"), "{}", page.visible());
    assert_eq!(act(&mut client, flag).await, [StatusCode::SEE_OTHER; 4]);
    // The contract itself is theirs to change: a notice that arrives in time settles the matter.
    let contract = page.attributes(".uppgift__titel a", "href").remove(0);
    let contract = contract.trim_start_matches("/vik");
    let notice = [("given_by", "kommunen"), ("received_on", "2026-11-20")];
    client.post(&format!("{contract}/notices"), &notice).await.expect(StatusCode::SEE_OTHER);
    assert!(client.get(contract).await.shows("uppsagt"));
    // The rules run at once in the background, not only at night.
    app.run_jobs().await;
    let mut tx = app.begin(&app.a).await;
    let state: String = sqlx::query_scalar("select state from watch_flag where id = $1")
        .bind(flag)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(state, "resolved");
}

#[tokio::test]
async fn another_forvaltning_and_another_municipality_are_kept_out() {
    let app = TestApp::new().await;
    let (flag, _) = flag(&app).await;
    for role in [Role::UnitAdmin, Role::Manager] {
        let mut client = app.client_with(&app.a, &[(role, Some(app.a.other_department))]).await;
        assert_eq!(act(&mut client, flag).await, [StatusCode::NOT_FOUND; 4], "{role:?}");
        client.get(&format!("/watch/{flag}")).await.expect(StatusCode::NOT_FOUND);
        for path in ["/tasks", "/watch", "/contracts", "?vy=alla"] {
            let page = client.get(path).await.expect(StatusCode::OK);
            assert!(!page.text().contains("Drift Vårdia"), "{role:?} {path}");
        }
    }
    let mut other = app.client(&app.b, Role::TenantAdmin).await;
    assert_eq!(act(&mut other, flag).await, [StatusCode::NOT_FOUND; 4]);
}

/// Counts what is sent to the database.
struct Counter(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counter {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn longer_lists_ask_the_database_no_more_questions() {
    use tracing_subscriber::layer::SubscriberExt as _;

    let app = TestApp::new().await;
    let mut officer = app.client(&app.a, Role::ContractOfficer).await;
    let count = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
    let _guard = listen(tracing_subscriber::registry().with(Counter(count.clone())));
    let mut asked: Vec<Vec<usize>> = Vec::new();
    for round in 0..2 {
        for n in 0..if round == 0 { 2 } else { 30 } {
            let (name, title) = (format!("Företag {round} {n} AB"), format!("Avtal {round} {n}"));
            officer.post("/suppliers", &[("name", name.as_str())]).await.expect(StatusCode::SEE_OTHER);
            let form = [
                ("title", title.as_str()),
                ("start_date", "2024-01-01"),
                ("end_date", "2027-02-28"),
                ("renewal_text", "ja, 12 mån i taget"),
                ("notice_text", "3 månader före slut"),
            ];
            officer.post("/contracts", &form).await.expect(StatusCode::SEE_OTHER);
        }
        let mut of_round = Vec::new();
        for path in ["/contracts", "/suppliers", "/suppliers/duplicates", "?vy=alla"] {
            // The first look makes the copy that lists sort by.
            officer.get(path).await.expect(StatusCode::OK);
            let before = count.load(std::sync::atomic::Ordering::Relaxed);
            officer.get(path).await.expect(StatusCode::OK);
            of_round.push(count.load(std::sync::atomic::Ordering::Relaxed) - before);
        }
        asked.push(of_round);
    }
    assert!(asked[0].iter().all(|questions| *questions > 0), "nothing was counted: {asked:?}");
    assert_eq!(asked[0], asked[1]);
}
