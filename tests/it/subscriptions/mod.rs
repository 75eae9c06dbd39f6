//! Subscriptions: the operators' lists, the register, and who may see what of it.

mod import;
mod pages;
mod sight;
mod truth;

use std::collections::BTreeMap;

use overblick::areas::import_kinds;
use overblick::areas::imports::command::{Order, Receipt, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use overblick::db::change_set::{self, Undo};
use overblick::ids::new_id;
use uuid::Uuid;

use crate::support::client::Page;
use crate::support::{TestApp, TestTenant, today};

/// Takes a file in as the command does.
pub(super) async fn take_in(
    app: &TestApp,
    tenant: &TestTenant,
    kind: &str,
    file: &str,
    bytes: &[u8],
) -> Vec<Receipt> {
    let kinds = import_kinds();
    let kind = kinds.find(kind).unwrap();
    let around =
        Surroundings { kinds, keys: app.state.keys().clone(), today: today(), now: app.state.clock().now() };
    let order = Order { tenant_id: tenant.id, said: Said::Kind(kind), told: Told::default(), dry_run: false };
    import(app.state.tenants(), &around, &order, file, bytes.to_vec()).await.unwrap()
}

/// Takes an operator's list in; all of it must be taken.
pub(super) async fn list(app: &TestApp, file: &str, text: &str) -> Receipt {
    let mut receipts = take_in(app, &app.a, "subscriptions", file, text.as_bytes()).await;
    assert!(receipts[0].reason.is_none(), "{:?}", receipts[0].reason);
    receipts.remove(0)
}

/// The change set of the newest import.
pub(super) async fn last_set(app: &TestApp) -> Uuid {
    let mut tx = app.begin(&app.a).await;
    sqlx::query_scalar(
        "select change_set_id from import_run where change_set_id is not null order by id desc limit 1",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

/// Takes an import back.
pub(super) async fn take_back(app: &TestApp, set: Uuid) -> Undo {
    let mut tx = app.begin(&app.a).await;
    let undone = change_set::undo(&mut tx, set).await.unwrap();
    tx.commit().await.unwrap();
    undone
}

/// Every row of the area's tables.
pub(super) async fn register(app: &TestApp) -> BTreeMap<&'static str, Vec<String>> {
    let mut tx = app.begin(&app.a).await;
    let mut tables = BTreeMap::new();
    for table in [
        "operator",
        "subscription_series",
        "subscription_list",
        "subscription",
        "subscription_holder",
        "subscription_change",
    ] {
        // A change has no history, so what goes with its list does not come back with an id of its own.
        let sql = format!("select to_jsonb(t)::text from {table} t order by 1");
        tables.insert(table, sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *tx).await.unwrap());
    }
    tables
}

/// A column of the subscriptions, by number.
pub(super) async fn column(app: &TestApp, sql: &'static str) -> BTreeMap<String, String> {
    let mut tx = app.begin(&app.a).await;
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap();
    rows.into_iter().map(|(number, value)| (number, value.unwrap_or_default())).collect()
}

/// A subscription with what the matching says of it; `None` = it has not looked yet.
pub(super) async fn plant(
    app: &TestApp,
    number: &str,
    holder: &str,
    unit: Uuid,
    is_protected: Option<bool>,
) -> Uuid {
    let id = new_id();
    let mut tx = app.begin(&app.a).await;
    sqlx::query("insert into operator (tenant_id, id, name) values ($1, $2, 'Telia') on conflict do nothing")
        .bind(app.a.id)
        .bind(new_id())
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into subscription (tenant_id, id, msisdn, operator_id, type_text, holder, reference, cost_centre, org_unit_id, monthly_price)
         select $1, $2, $3, o.id, 'Mobil Plus', $4, 'ref ' || $4, '4711', $5, 149 from operator o where o.name = 'Telia'",
    )
    .bind(app.a.id)
    .bind(id)
    .bind(number)
    .bind(holder)
    .bind(unit)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, cost_centre, seen_from)
         select $1, gen_random_uuid(), s.id, s.operator_id, s.holder, s.cost_centre, '2026-10-15' from subscription s where s.id = $2",
    )
    .bind(app.a.id)
    .bind(id)
    .execute(&mut *tx)
    .await
    .unwrap();
    if let Some(is_protected) = is_protected {
        sqlx::query(
            "insert into subscription_proposal (tenant_id, id, class, kind, use_code, is_protected)
             values ($1, $2, '-', 'person', 'telefon', $3)",
        )
        .bind(app.a.id)
        .bind(id)
        .bind(is_protected)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    id
}

/// The numbers in the list of subscriptions.
pub(super) fn numbers(page: &Page) -> Vec<String> {
    page.texts("tbody th a")
}
