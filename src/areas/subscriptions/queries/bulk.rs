//! Several subscriptions at once.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Those of a person with protected identity, and those of which it is not known yet whose they are.
pub async fn list_hidden(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<HashSet<Uuid>> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "select s.id from subscription s left join subscription_proposal p on p.id = s.id
         where s.id = any($1) and coalesce(p.is_protected, true)",
    )
    .bind(ids)
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().collect())
}

/// The unit of each.
pub async fn list_units(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, Option<Uuid>>> {
    let rows = sqlx::query!("select id, org_unit_id from subscription where id = any($1)", ids)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.org_unit_id)).collect())
}

/// Gives them a unit.
pub async fn update_units(tx: &mut TenantTx, ids: &[Uuid], unit: Uuid) -> AppResult<()> {
    sqlx::query!(
        "update subscription set org_unit_id = $2, version = version + 1 where id = any($1)",
        ids,
        unit
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The day when each is looked at again.
pub async fn list_reviews(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, Option<NaiveDate>>> {
    let rows = sqlx::query!("select id, review_on from subscription where id = any($1)", ids)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.review_on)).collect())
}

/// Sets the day when they are looked at again.
pub async fn update_reviews(tx: &mut TenantTx, ids: &[Uuid], day: NaiveDate) -> AppResult<()> {
    sqlx::query!(
        "update subscription set review_on = $2, version = version + 1 where id = any($1)",
        ids,
        day
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether each is a person's, as decided.
pub async fn list_kinds(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<HashMap<Uuid, Option<String>>> {
    let rows = sqlx::query!("select id, kind_decided from subscription where id = any($1)", ids)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.kind_decided)).collect())
}

/// Decides whether they are persons'; `None` = as the rules find.
pub async fn update_kinds(tx: &mut TenantTx, ids: &[Uuid], kind: Option<&str>) -> AppResult<()> {
    sqlx::query!(
        "update subscription set kind_decided = $2, version = version + 1 where id = any($1)",
        ids,
        kind
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
