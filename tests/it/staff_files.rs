//! Taking in organisation trees and staff snapshots: what becomes of the rows.

use chrono::NaiveDate;
use overblick::areas::import_kinds;
use overblick::areas::imports::command::{Order, Receipt, import};
use overblick::areas::imports::flow::{Surroundings, Told};
use overblick::areas::imports::plan::Said;
use uuid::Uuid;

use super::support::{TestApp, TestTenant, today};

/// Takes a file in as the command does.
pub async fn take_in(
    app: &TestApp,
    tenant: &TestTenant,
    kind: &str,
    name: &str,
    content: impl Into<Vec<u8>>,
) -> Receipt {
    take_in_of(app, tenant, kind, name, content, None).await
}

/// Takes in the file of one unit.
pub async fn take_in_of(
    app: &TestApp,
    tenant: &TestTenant,
    kind: &str,
    name: &str,
    content: impl Into<Vec<u8>>,
    unit_id: Option<Uuid>,
) -> Receipt {
    let kinds = import_kinds();
    let said = Said::Kind(kinds.find(kind).unwrap());
    let around =
        Surroundings { kinds, keys: app.state.keys().clone(), today: today(), now: app.state.clock().now() };
    let told = Told { unit_id, ..Told::default() };
    let order = Order { tenant_id: tenant.id, said, told, dry_run: false };
    let mut receipts = import(app.state.tenants(), &around, &order, name, content.into()).await.unwrap();
    assert_eq!(receipts.len(), 1);
    receipts.remove(0)
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// new, changed, unchanged, missing, refused
pub fn counts(receipt: &Receipt) -> [i32; 5] {
    [receipt.new, receipt.changed, receipt.unchanged, receipt.missing, receipt.refused]
}

/// The set of changes that the last file made.
pub async fn last_change_set(app: &TestApp, tenant: &TestTenant) -> Uuid {
    let mut tx = app.begin(tenant).await;
    sqlx::query_scalar("select id from change_set order by at desc, id desc limit 1")
        .fetch_one(&mut *tx)
        .await
        .unwrap()
}
