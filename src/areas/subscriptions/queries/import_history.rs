//! The history of numbers as operators' lists write it, in bulk.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// Who and what a number was for, for a time. No `Debug`: it holds names.
#[derive(Clone, PartialEq, Eq)]
pub(in super::super) struct HolderRow {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub operator_id: Uuid,
    pub holder: String,
    pub reference: String,
    pub cost_centre: String,
    pub seen_from: NaiveDate,
    pub seen_to: Option<NaiveDate>,
}

/// The history of every number, oldest first.
pub(in super::super) async fn list_holders(tx: &mut TenantTx) -> AppResult<HashMap<Uuid, Vec<HolderRow>>> {
    let rows = sqlx::query_as!(
        HolderRow,
        "select id, subscription_id, operator_id, holder, reference, cost_centre, seen_from, seen_to from subscription_holder
         order by subscription_id, seen_from, id"
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut of: HashMap<Uuid, Vec<HolderRow>> = HashMap::new();
    for row in rows {
        of.entry(row.subscription_id).or_default().push(row);
    }
    Ok(of)
}

/// Writes new rows of the history.
pub(in super::super) async fn insert_holders(tx: &mut TenantTx, rows: &[HolderRow]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    for part in rows.chunks(10_000) {
        let ids: Vec<Uuid> = part.iter().map(|r| r.id).collect();
        let of: Vec<Uuid> = part.iter().map(|r| r.subscription_id).collect();
        let operators: Vec<Uuid> = part.iter().map(|r| r.operator_id).collect();
        let holders: Vec<String> = part.iter().map(|r| r.holder.clone()).collect();
        let references: Vec<String> = part.iter().map(|r| r.reference.clone()).collect();
        let centres: Vec<String> = part.iter().map(|r| r.cost_centre.clone()).collect();
        let from: Vec<NaiveDate> = part.iter().map(|r| r.seen_from).collect();
        let to: Vec<Option<NaiveDate>> = part.iter().map(|r| r.seen_to).collect();
        sqlx::query!(
            "insert into subscription_holder (tenant_id, id, subscription_id, operator_id, holder, reference, cost_centre, seen_from,
                                              seen_to)
             select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[])",
            tenant,
            &ids,
            &of,
            &operators,
            &holders,
            &references,
            &centres,
            &from,
            &to as &[Option<NaiveDate>]
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Moves the days of rows of the history.
pub(in super::super) async fn update_holder_days(
    tx: &mut TenantTx,
    days: &[(Uuid, NaiveDate, Option<NaiveDate>)],
) -> AppResult<()> {
    let ids: Vec<Uuid> = days.iter().map(|d| d.0).collect();
    let from: Vec<NaiveDate> = days.iter().map(|d| d.1).collect();
    let to: Vec<Option<NaiveDate>> = days.iter().map(|d| d.2).collect();
    sqlx::query!(
        "update subscription_holder h set seen_from = n.seen_from, seen_to = n.seen_to
         from unnest($1::uuid[], $2::date[], $3::date[]) n(id, seen_from, seen_to) where h.id = n.id",
        &ids,
        &from,
        &to as &[Option<NaiveDate>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a list changed about a subscription.
#[derive(Clone, Debug)]
pub(in super::super) struct ListChange {
    pub list_id: Uuid,
    pub subscription_id: Uuid,
    pub kind: &'static str,
    pub old: String,
    pub new: String,
}

/// Notes what lists changed.
pub(in super::super) async fn insert_changes(tx: &mut TenantTx, changes: &[ListChange]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = changes.iter().map(|_| crate::ids::new_id()).collect();
    let lists: Vec<Uuid> = changes.iter().map(|c| c.list_id).collect();
    let of: Vec<Uuid> = changes.iter().map(|c| c.subscription_id).collect();
    let kinds: Vec<String> = changes.iter().map(|c| c.kind.to_owned()).collect();
    let old: Vec<String> = changes.iter().map(|c| c.old.clone()).collect();
    let new: Vec<String> = changes.iter().map(|c| c.new.clone()).collect();
    sqlx::query!(
        "insert into subscription_change (tenant_id, id, list_id, subscription_id, kind, old_value, new_value)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[])",
        tenant,
        &ids,
        &lists,
        &of,
        &kinds,
        &old,
        &new
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
