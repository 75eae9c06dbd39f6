//! How many questions a page asks the database: as many for a hundred systems as for two.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::StatusCode;
use overblick::auth::permissions::Role;
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use super::create;
use crate::support::log::listen;
use crate::support::{Client, TestApp};

/// Counts what sqlx reports to have run.
struct Statements(Arc<AtomicUsize>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("sqlx::query") {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The statements that showing a page takes.
pub async fn count(client: &mut Client, path: &str) -> usize {
    let counted = Arc::new(AtomicUsize::new(0));
    let guard = listen(tracing_subscriber::registry().with(Statements(Arc::clone(&counted))));
    client.get(path).await.expect(StatusCode::OK);
    drop(guard);
    counted.load(Ordering::Relaxed)
}

#[tokio::test]
async fn the_list_and_the_proposals_ask_as_many_questions_for_many_systems_as_for_few() {
    let app = TestApp::new().await;
    let mut it = app.client(&app.a, Role::ItUnit).await;
    for name in ["Vårdia Journal", "Vardia Journal"] {
        create(&mut it, name, app.a.department, &[("supplier", "Nordvård AB"), ("function_area", "journal")])
            .await;
    }
    let paths = ["/systems", "/systems?sort=-owner", "/systems?q=a", "/systems/same"];
    let mut before = Vec::new();
    for path in paths {
        count(&mut it, path).await;
        before.push(count(&mut it, path).await);
    }
    assert!(before.iter().all(|n| *n > 2), "the statements are counted: {before:?}");

    let mut tx = app.begin(&app.a).await;
    sqlx::query(
        "insert into it_system (tenant_id, id, number, name, name_key, owner_unit_id)
         select $1, gen_random_uuid(), 100 + n * 2 + case side when 'x' then 1 else 0 end, 'System ' || chr(97 + n / 26) || chr(97 + n % 26) || chr(100 + n % 7) || ' ' || side,
                '', case side when 'x' then $2 else $3 end
         from generate_series(1, 60) n, unnest(array['x', 'y']) side",
    )
    .bind(app.a.id)
    .bind(app.a.department)
    .bind(app.a.other_department)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into system_unit (tenant_id, id, system_id, org_unit_id)
         select $1, gen_random_uuid(), id, $2 from it_system where number > 100",
    )
    .bind(app.a.id)
    .bind(app.a.department)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into role_assignment (tenant_id, id, system_id, role, holder_text)
         select $1, gen_random_uuid(), id, 'systemagare', 'Ulla Sand' from it_system where number > 100",
    )
    .bind(app.a.id)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    // A system more, so that all are compared.
    create(&mut it, "Planera", app.a.department, &[]).await;
    let mut after = Vec::new();
    for path in paths {
        after.push(count(&mut it, path).await);
    }
    eprintln!("statements for {paths:?}: {after:?}");
    assert_eq!(after, before);
}
