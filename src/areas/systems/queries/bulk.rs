//! Several systems at once.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// The phase of each.
pub async fn list_phases(tx: &mut TenantTx, systems: &[Uuid]) -> AppResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, phase from it_system where id = any($1)", systems)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.phase)).collect())
}

/// Moves them to a phase from a day.
pub async fn update_phases(
    tx: &mut TenantTx,
    systems: &[Uuid],
    phase: &str,
    since: NaiveDate,
) -> AppResult<()> {
    sqlx::query!(
        "update it_system set phase = $2, phase_since = $3, version = version + 1 where id = any($1)",
        systems,
        phase,
        since
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The names of those who hold a role on each; a protected name is not among them (rules 9.6).
pub async fn list_holders(
    tx: &mut TenantTx,
    systems: &[Uuid],
    role: &str,
    today: NaiveDate,
) -> AppResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"select r.system_id as "system_id!",
                  string_agg(case when p.is_protected or (p.id is null and app.names_protected(r.holder_text)) then $4 else coalesce(p.display_name, r.holder_text) end, ', ' order by r.id) as "names!"
           from role_assignment r left join person p on p.id = r.person_id
           where r.system_id = any($1) and r.role = $2 and not r.is_deputy
             and (r.valid_from is null or r.valid_from <= $3) and (r.valid_to is null or r.valid_to >= $3)
           group by r.system_id"#,
        systems,
        role,
        today,
        super::super::PROTECTED
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.system_id, r.names)).collect())
}

/// The unit that answers for each.
pub async fn list_owner_units(tx: &mut TenantTx, systems: &[Uuid]) -> AppResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select s.id, u.name from it_system s join org_unit u on u.id = s.owner_unit_id where s.id = any($1)",
        systems
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Moves them to a unit.
pub async fn update_owner_units(tx: &mut TenantTx, systems: &[Uuid], unit: Uuid) -> AppResult<()> {
    sqlx::query!(
        "update it_system set owner_unit_id = $2, version = version + 1 where id = any($1)",
        systems,
        unit
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
