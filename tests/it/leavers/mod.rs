//! HR's monthly lists: taking them in, the months, corrections, and who sees what of them.

mod corrections;
mod lists;
mod readers;
mod senders;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use overblick::areas::import_kinds;
use overblick::areas::imports::command::{Order, Receipt, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use overblick::areas::leavers::Calendar;
use overblick::auth::principal::Scope;
use uuid::Uuid;

use crate::support::{TestApp, today};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn take_in_of(app: &TestApp, name: &str, content: &[u8], told: Told) -> Receipt {
    let kinds = import_kinds();
    let said = Said::Kind(kinds.find("leavers").unwrap());
    let around =
        Surroundings { kinds, keys: app.state.keys().clone(), today: today(), now: app.state.clock().now() };
    let order = Order { tenant_id: app.a.id, said, told, dry_run: false };
    let mut receipts = import(app.state.tenants(), &around, &order, name, content.to_vec()).await.unwrap();
    assert_eq!(receipts.len(), 1);
    receipts.remove(0)
}

async fn take_in(app: &TestApp, name: &str, content: &str) -> Receipt {
    take_in_of(app, name, content.as_bytes(), Told::default()).await
}

const HEADER: &str = "Enhet;Anställningsnummer;Efternamn;Förnamn;Startdatum;Slutdatum;Orsak\n";

/// A list with these rows: unit, number, family name, given name, last day, reason.
fn list(rows: &[[&str; 6]]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|[unit, number, family, given, end, reason]| {
            format!("{unit};{number};{family};{given};2020-01-01;{end};{reason}")
        })
        .collect();
    format!("{HEADER}{}\n", lines.join("\n"))
}

/// The name of a unit of the tests.
async fn name_of(app: &TestApp, unit: Uuid) -> String {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar("select name from org_unit where id = $1")
        .bind(unit)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}

async fn calendar(app: &TestApp, on: &str) -> Calendar {
    let mut tx = app.begin(&app.a).await;
    Calendar::load(&mut tx, day(on), &Scope::everything()).await.unwrap()
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

async fn one_id(app: &TestApp, sql: &'static str) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

/// All that the area keeps, row by row.
async fn register(app: &TestApp) -> BTreeSet<String> {
    let mut tx = app.begin(&app.a).await;
    let mut rows = BTreeSet::new();
    for table in ["leaver_sender", "leaver_sender_unit", "leaver_list", "leaver_row"] {
        let sql = format!("select $1 || to_jsonb(t)::text from {table} t");
        let found: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(table).fetch_all(&mut *tx).await.unwrap();
        rows.extend(found);
    }
    rows
}

async fn last_set(app: &TestApp) -> Uuid {
    one_id(app, "select id from change_set order by at desc, id desc limit 1").await
}
