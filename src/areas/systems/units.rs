//! Units to choose among in the forms of a system.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    areas::organisation::{self, Units},
    auth::principal::Scope,
    db::tenant::TenantTx,
    error::AppResult,
    web::page_parts::Choice,
};

/// The units of today within reach. `keep` is offered too though it has ended or lies outside: it is chosen already.
pub async fn choices(
    tx: &mut TenantTx,
    scope: &Scope,
    keep: Option<Uuid>,
    today: NaiveDate,
) -> AppResult<Vec<Choice>> {
    let mut all = organisation::choices(tx, today, keep).await?;
    all.retain(|c| {
        let id = Uuid::parse_str(&c.value).ok();
        id == keep || scope.reaches_unit(id)
    });
    Ok(all)
}

/// The bodies that may be personuppgiftsansvarig: each nämnd (rules 9.5), companies, and what is chosen already.
pub async fn controllers(tx: &mut TenantTx, keep: Option<Uuid>, today: NaiveDate) -> AppResult<Vec<Choice>> {
    let units = Units::load(tx).await?;
    Ok(units
        .iter()
        .filter(|u| {
            let is_body = matches!(u.kind.as_str(), "namnd" | "bolag" | "kommun");
            (is_body && u.exists_on(today)) || Some(u.id) == keep
        })
        .map(|u| Choice::new(u.id.to_string(), &u.name))
        .collect())
}
