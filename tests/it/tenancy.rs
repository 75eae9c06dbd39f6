//! The border: every registered route that bears an id, asked by another municipality's user and by a user of another
//! förvaltning. A new route is walked without being told of; a new kind of object must be given a specimen here.

use axum::http::{Method, StatusCode};
use overblick::areas::matches::refresh;
use overblick::auth::permissions::{Permission, Role};
use overblick::db::tenant::TenantTx;
use overblick::ids::new_id;
use overblick::web::routes::{Access, RouteInfo};
use uuid::Uuid;

use crate::support::{Client, TestApp, TestTenant, today};

/// Something of each kind, owned by the municipality's first förvaltning.
struct Specimens {
    by_slug: Vec<(&'static str, Uuid)>,
}

/// What every member may see, wherever in the municipality it belongs: no border between förvaltningar runs through it.
const OF_THE_WHOLE: &[&str] = &["suppliers", "organisation"];

impl Specimens {
    async fn plant(app: &TestApp, tenant: &TestTenant) -> Self {
        let mut tx = app.begin(tenant).await;
        let unit = tenant.department;
        let mut by_slug = vec![("organisation", unit)];
        let mut add = |slug: &'static str, id: Uuid| by_slug.push((slug, id));
        add("systems", insert(&mut tx, "insert into it_system (tenant_id, id, number, name, owner_unit_id) values ($1, $2, 1, 'Hemligt', $3)", unit).await);
        add(
            "contracts",
            insert(
                &mut tx,
                "insert into contract (tenant_id, id, title, owner_unit_id) values ($1, $2, 'Hemligt', $3)",
                unit,
            )
            .await,
        );
        add(
            "suppliers",
            insert(
                &mut tx,
                "insert into supplier (tenant_id, id, name, note) values ($1, $2, 'Hemligt', $3::uuid::text)",
                unit,
            )
            .await,
        );
        let person = insert(&mut tx, "insert into person (tenant_id, id, display_name, login) values ($1, $2, 'Hemlig Person', $3::uuid::text)", unit).await;
        sqlx::query("insert into employment (tenant_id, id, person_id, org_unit_id) values ($1, $2, $3, $4)")
            .bind(tenant.id)
            .bind(new_id())
            .bind(person)
            .bind(unit)
            .execute(&mut *tx)
            .await
            .unwrap();
        add("people", person);
        add(
            "watch",
            insert(
                &mut tx,
                "insert into watch_flag (tenant_id, id, rule, object_kind, object_id, due_date, title, opened_at, owner_unit_id)
                 values ($1, $2, 'holder_left', 'system', $2, '2026-12-01', 'Hemligt', now(), $3)",
                unit,
            )
            .await,
        );
        // A sender, its list and the list's row, all with the same id: the area's paths bear any of them.
        let leavers = new_id();
        for sql in [
            "insert into leaver_sender (tenant_id, id, key, name) values ($1, $2, 'hemlig', 'Hemlig')",
            "insert into leaver_list (tenant_id, id, sender_id, period, received_on, row_count, covers)
             values ($1, $2, $2, '2026-10-01', '2026-11-03', 1, array[$3::uuid])",
            "insert into leaver_row (tenant_id, id, list_id, row_no, end_date, department_id, full_name)
             values ($1, $2, $2, 2, '2026-10-31', $3, 'Hemlig Person')",
        ] {
            let query = sqlx::query(sql).bind(tenant.id).bind(leavers);
            let query = if sql.contains("$3") { query.bind(unit) } else { query };
            query.execute(&mut *tx).await.unwrap();
        }
        by_slug.push(("leavers", leavers));
        let operator = insert(
            &mut tx,
            "insert into operator (tenant_id, id, name, note) values ($1, $2, 'Hemlig', $3::uuid::text)",
            unit,
        )
        .await;
        let subscription = insert(
            &mut tx,
            "insert into subscription (tenant_id, id, msisdn, operator_id, org_unit_id, holder)
             select $1, $2, '+46701740605', o.id, $3, 'Vilda Okändsson' from operator o",
            unit,
        )
        .await;
        sqlx::query("insert into subscription_proposal (tenant_id, id, class, kind, use_code, is_protected) values ($1, $2, '-', 'person', 'telefon', false)")
            .bind(tenant.id)
            .bind(subscription)
            .execute(&mut *tx)
            .await
            .unwrap();
        assert!(operator != subscription);
        by_slug.push(("subscriptions", subscription));
        let case = insert(
            &mut tx,
            "insert into match_case (tenant_id, id, subscription_id, subject_key, class, opened_on, owner_unit_id)
             select $1, $2, s.id, '-', 'U', '2026-11-01', $3 from subscription s",
            unit,
        )
        .await;
        by_slug.push(("matches", case));
        // What a page would work out first is worked out, and the case stands.
        refresh::run(&mut tx, app.state.clock().now(), today()).await.unwrap();
        let stands: bool = sqlx::query_scalar("select exists (select from match_case where id = $1)")
            .bind(case)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert!(stands, "the specimen of a case is gone");
        tx.commit().await.unwrap();
        Self { by_slug }
    }

    /// The specimen that a route is about; ids that are nobody's where the route is about something else.
    fn path(&self, route: &RouteInfo, slug: &str) -> (String, bool) {
        let rest = route.path.strip_prefix("/{tenant}/").unwrap_or_default();
        let area = rest.split('/').next().unwrap_or_default();
        let specimen = self.by_slug.iter().find(|(s, _)| *s == area).map(|(_, id)| *id);
        let mut known = false;
        let filled: Vec<String> = rest
            .split('/')
            .map(|part| match part {
                "{id}" => {
                    known = specimen.is_some();
                    specimen.unwrap_or_else(new_id).to_string()
                }
                p if p.starts_with('{') => new_id().to_string(),
                p => p.to_owned(),
            })
            .collect();
        (format!("/{slug}/{}", filled.join("/")), known)
    }
}

async fn insert(tx: &mut TenantTx, sql: &'static str, unit: Uuid) -> Uuid {
    let id = new_id();
    sqlx::query(sql).bind(tx.tenant_id()).bind(id).bind(unit).execute(&mut **tx).await.unwrap();
    id
}

/// The routes that bear an id.
fn with_an_id(app: &TestApp) -> Vec<RouteInfo> {
    let routes: Vec<_> = app
        .state
        .routes()
        .iter()
        .filter(|r| r.path.matches('{').count() > 1 && matches!(r.access, Access::Needs(_)))
        .cloned()
        .collect();
    assert!(routes.len() > 10, "the walk has routes to walk");
    routes
}

async fn ask(client: &mut Client, route: &RouteInfo, path: &str) -> StatusCode {
    if route.method == Method::POST {
        client.post(path, &[]).await.status
    } else {
        client.get(path).await.status
    }
}

async fn changes(app: &TestApp, tenant: &TestTenant) -> i64 {
    let mut tx = app.begin(tenant).await;
    sqlx::query_scalar("select count(*) from history").fetch_one(&mut *tx).await.unwrap()
}

fn every_role(unit: Option<Uuid>) -> Vec<(Role, Option<Uuid>)> {
    Role::ALL.into_iter().map(|role| (role, unit)).collect()
}

#[tokio::test]
async fn whoever_has_every_role_in_one_municipality_has_nothing_in_another() {
    let app = TestApp::new().await;
    let specimens = Specimens::plant(&app, &app.a).await;
    let mut stranger = app.client_with(&app.b, &every_role(None)).await;
    let before = changes(&app, &app.a).await;
    for route in with_an_id(&app) {
        // At the other municipality's address …
        let (path, _) = specimens.path(&route, app.a.slug);
        assert_eq!(
            ask(&mut stranger, &route, &format!("/{path}")).await,
            StatusCode::NOT_FOUND,
            "{} {}",
            route.method,
            route.path
        );
        // … and at one's own address with the other's id.
        let (path, known) = specimens.path(&route, app.b.slug);
        let status = ask(&mut stranger, &route, &format!("/{path}")).await;
        let refused = [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(refused.contains(&status), "{} {} answered {status}", route.method, route.path);
        assert!(
            !known || route.method != Method::GET || status == StatusCode::NOT_FOUND,
            "{} answered {status}",
            route.path
        );
    }
    assert_eq!(changes(&app, &app.a).await, before, "something was changed over the border");
}

#[tokio::test]
async fn a_user_of_another_forvaltning_sees_and_changes_nothing_that_is_not_shared() {
    let app = TestApp::new().await;
    let specimens = Specimens::plant(&app, &app.a).await;
    // Every role, but only in the other förvaltning.
    let mut neighbour = app.client_with(&app.a, &every_role(Some(app.a.other_department))).await;
    let before = changes(&app, &app.a).await;
    for route in with_an_id(&app) {
        let (path, known) = specimens.path(&route, app.a.slug);
        let area = route.path.split('/').nth(2).unwrap_or_default();
        let shared = OF_THE_WHOLE.contains(&area);
        if !known || (shared && route.method == Method::GET) {
            continue;
        }
        let status = ask(&mut neighbour, &route, &format!("/{path}")).await;
        if shared {
            assert!(
                !status.is_success() && !status.is_redirection(),
                "{} {} answered {status}",
                route.method,
                route.path
            );
        } else {
            assert_eq!(status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
        }
        assert_eq!(changes(&app, &app.a).await, before, "{} {} changed something", route.method, route.path);
    }
}

#[tokio::test]
async fn every_area_with_an_id_has_a_specimen_or_a_reason() {
    let app = TestApp::new().await;
    let specimens = Specimens::plant(&app, &app.a).await;
    // Not owned by a unit: guarded by their permission, and walked with ids that are nobody's.
    let without = [
        "users",
        "settings",
        "imports",
        "audit",
        "views",
        "undo",
        "people",
        "retention",
        "questions",
        "reports",
    ];
    for route in with_an_id(&app) {
        let area = route.path.split('/').nth(2).unwrap_or_default().to_owned();
        let known = specimens.by_slug.iter().any(|(slug, _)| *slug == area);
        assert!(known || without.contains(&area.as_str()), "plant a specimen of {area} for {}", route.path);
    }
}

#[tokio::test]
async fn a_role_without_the_permission_does_not_find_the_page() {
    let app = TestApp::new().await;
    for role in [Role::HrAdmin, Role::BoardViewer, Role::Auditor, Role::ItUnit] {
        let mut client = app.client(&app.a, role).await;
        let routes: Vec<_> = app
            .state
            .routes()
            .iter()
            .filter(|r| {
                r.method == Method::GET && r.path.matches('{').count() == 1 && r.path.starts_with("/{tenant}")
            })
            .cloned()
            .collect();
        for route in routes {
            let Access::Needs(permission) = route.access else { continue };
            // Opens only for those who may take some kind of file in; an auditor reads what others took in.
            if route.path == "/{tenant}/imports/new" {
                continue;
            }
            // Compares systems that were chosen, and says so when none is.
            if route.path == "/{tenant}/systems/same/compare" {
                continue;
            }
            let allowed =
                permission == Permission::Member || overblick::auth::permissions::allows(role, permission);
            let status = client.get(route.path.strip_prefix("/{tenant}").unwrap_or("/")).await.status;
            if allowed {
                assert!(
                    !status.is_client_error() && !status.is_server_error(),
                    "{role:?} {} answered {status}",
                    route.path
                );
            } else {
                assert_eq!(status, StatusCode::NOT_FOUND, "{role:?} {}", route.path);
            }
        }
    }
}
