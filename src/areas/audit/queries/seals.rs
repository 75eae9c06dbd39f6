//! The hash chain: how far it reaches and whether it holds.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{db::tenant::TenantTx, error::AppResult};

/// How far the chain reaches.
#[derive(Clone, Debug)]
pub(in super::super) struct SealRow {
    /// The last row sealed.
    pub to_id: i64,
    /// When.
    pub sealed_at: DateTime<Utc>,
}

/// The last seal.
pub(in super::super) async fn find_last_seal(tx: &mut TenantTx) -> AppResult<Option<SealRow>> {
    Ok(sqlx::query_as!(SealRow, "select to_id, sealed_at from history_seal order by seal_no desc limit 1")
        .fetch_optional(&mut **tx)
        .await?)
}

/// How many rows came after a row; counting stops at a hundred thousand.
pub(in super::super) async fn count_rows_after(tx: &mut TenantTx, id: i64) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from history where id > $1 limit 100000) x"#,
        id
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// What does not verify, at most a hundred.
pub(in super::super) async fn verify(
    tx: &mut TenantTx,
) -> AppResult<Vec<(Option<i64>, Option<i64>, String)>> {
    let found = sqlx::query!(
        r#"select seal_no as "seal_no?", history_id as "history_id?", problem as "problem!" from app.verify_history() limit 100"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().map(|r| (r.seal_no, r.history_id, r.problem)).collect())
}

/// What a check of the chain covered.
pub(in super::super) async fn find_extent(tx: &mut TenantTx) -> AppResult<(i64, i64)> {
    let extent = sqlx::query!(r#"select coalesce(max(id), 0) as "to_id!", count(*) as "n!" from history"#)
        .fetch_one(&mut **tx)
        .await?;
    Ok((extent.to_id, extent.n))
}

/// Notes that the chain was checked.
pub(in super::super) async fn insert_verification(
    tx: &mut TenantTx,
    at: DateTime<Utc>,
    (to_id, rows): (i64, i64),
    problems: Value,
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().name.clone());
    sqlx::query!(
        "insert into history_verification (tenant_id, id, at, to_history_id, row_count, problems, actor)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        crate::ids::new_id(),
        at,
        to_id,
        rows,
        problems,
        actor
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A check of the chain.
#[derive(Clone, Debug)]
pub(in super::super) struct VerificationRow {
    pub at: DateTime<Utc>,
    pub row_count: i64,
    pub problem_count: i32,
}

/// The last check of the chain.
pub(in super::super) async fn find_last_verification(
    tx: &mut TenantTx,
) -> AppResult<Option<VerificationRow>> {
    Ok(sqlx::query_as!(
        VerificationRow,
        r#"select at, row_count, jsonb_array_length(problems) as "problem_count!"
           from history_verification order by at desc, id desc limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await?)
}
