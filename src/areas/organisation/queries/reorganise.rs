//! What hangs on a unit, and handing it over to another.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::Move;
use crate::{db::tenant::TenantTx, error::AppResult, ids::new_id};

/// What hangs on a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Units right under it.
    pub children: i64,
    /// Employments and assignments that have not ended.
    pub employments: i64,
    /// Systems that it answers for, or is the controller of the personal data in.
    pub systems: i64,
    /// Systems that it uses.
    pub used: i64,
    /// Contracts that it answers for.
    pub contracts: i64,
    /// Rights in the register given for it.
    pub grants: i64,
}

impl Holdings {
    /// Whether nothing does.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Makes whoever moves units wait for each other: two moves at once, each allowed, could hang two units under one another.
pub async fn lock_tree(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('units:' || $1::text, 0))")
        .bind(tx.tenant_id())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What still hangs on a unit on a day.
pub async fn find_holdings(tx: &mut TenantTx, unit: Uuid, today: NaiveDate) -> AppResult<Holdings> {
    Ok(sqlx::query_as!(
        Holdings,
        r#"select (select count(*) from org_unit where parent_id = $1 and (valid_to is null or valid_to >= $2)) as "children!",
                  (select count(*) from employment where org_unit_id = $1 and status <> 'avslutad' and missing_from_snapshot_id is null
                     and (end_date is null or end_date >= $2)) as "employments!",
                  (select count(*) from it_system where (owner_unit_id = $1 or controller_unit_id = $1) and merged_into_id is null) as "systems!",
                  (select count(*) from system_unit where org_unit_id = $1) as "used!",
                  (select count(*) from contract where owner_unit_id = $1) as "contracts!",
                  (select count(*) from role_grant where org_unit_id = $1 and (valid_to is null or valid_to >= $2)) as "grants!""#,
        unit,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Puts the units right under one under another from a day, or from their last move if that is later. Those that have ended
/// stay where they were, and so does `but`: the one that the new unit lies under.
pub async fn hand_over_children(
    tx: &mut TenantTx,
    (from, to): (Uuid, Uuid),
    but: Option<Uuid>,
    moved_on: NaiveDate,
) -> AppResult<()> {
    let earlier = super::list_moves(tx, None).await?;
    let taken = sqlx::query_scalar!(
        "update org_unit set parent_id = $2, version = version + 1
         where parent_id = $1 and id <> $2 and id is distinct from $4 and (valid_to is null or valid_to >= $3) returning id",
        from,
        to,
        moved_on,
        but
    )
    .fetch_all(&mut **tx)
    .await?;
    let moves: Vec<Move> = taken
        .into_iter()
        .map(|unit| {
            let last = earlier.iter().filter(|m| m.org_unit_id == unit).map(|m| m.moved_on).max();
            Move {
                id: new_id(),
                org_unit_id: unit,
                from_parent_id: Some(from),
                to_parent_id: Some(to),
                moved_on: last.map_or(moved_on, |last| last.max(moved_on)),
            }
        })
        .collect();
    super::insert_moves(tx, &moves).await
}

/// Lets those who work in a unit work in another.
pub async fn hand_over_employments(
    tx: &mut TenantTx,
    (from, to): (Uuid, Uuid),
    today: NaiveDate,
) -> AppResult<()> {
    sqlx::query!(
        "update employment set org_unit_id = $2
         where org_unit_id = $1 and status <> 'avslutad' and missing_from_snapshot_id is null and (end_date is null or end_date >= $3)",
        from,
        to,
        today
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets another unit answer for a unit's systems.
pub async fn hand_over_systems(tx: &mut TenantTx, (from, to): (Uuid, Uuid)) -> AppResult<()> {
    sqlx::query!(
        "update it_system set owner_unit_id = case when owner_unit_id = $1 then $2 else owner_unit_id end,
                controller_unit_id = case when controller_unit_id = $1 then $2 else controller_unit_id end, version = version + 1
         where (owner_unit_id = $1 or controller_unit_id = $1) and merged_into_id is null",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes another unit as user of a unit's systems.
pub async fn hand_over_used(tx: &mut TenantTx, (from, to): (Uuid, Uuid)) -> AppResult<()> {
    sqlx::query!(
        "delete from system_unit x where x.org_unit_id = $1
         and exists (select 1 from system_unit y where y.system_id = x.system_id and y.org_unit_id = $2)",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("update system_unit set org_unit_id = $2 where org_unit_id = $1", from, to)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Lets another unit answer for a unit's contracts.
pub async fn hand_over_contracts(tx: &mut TenantTx, (from, to): (Uuid, Uuid)) -> AppResult<()> {
    sqlx::query!(
        "update contract set owner_unit_id = $2, version = version + 1 where owner_unit_id = $1",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets the rights given for a unit be for another.
pub async fn hand_over_grants(
    tx: &mut TenantTx,
    (from, to): (Uuid, Uuid),
    today: NaiveDate,
) -> AppResult<()> {
    sqlx::query!(
        "update role_grant set org_unit_id = $2 where org_unit_id = $1 and (valid_to is null or valid_to >= $3)",
        from,
        to,
        today
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
