//! What the head of a system's pages shows, in as few questions as it takes.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::SystemFields;
use crate::{db::tenant::TenantTx, error::AppResult};

/// The names of what a system points at, and the counts beside its tabs.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The supplier.
    pub supplier: Option<String>,
    /// The unit that answers for it.
    pub owner_unit: Option<String>,
    /// The nämnd that is personuppgiftsansvarig.
    pub controller_unit: Option<String>,
    /// Roles held today.
    pub roles: i64,
    /// Contracts that cover it.
    pub contracts: i64,
    /// Units that use it.
    pub units: i64,
    /// Other names.
    pub aliases: i64,
    /// Rows of lists that became it.
    pub sources: i64,
    /// Systems that may be the same, not yet decided on.
    pub proposals: i64,
}

/// Looks up the frame of a system.
pub async fn find_frame(
    tx: &mut TenantTx,
    id: Uuid,
    fields: &SystemFields,
    today: NaiveDate,
) -> AppResult<Frame> {
    Ok(sqlx::query_as!(
        Frame,
        r#"select (select name from supplier where id = $2) as supplier,
                  (select name from org_unit where id = $3) as owner_unit,
                  (select name from org_unit where id = $4) as controller_unit,
                  (select count(*) from role_assignment r where r.system_id = $1 and (r.valid_from is null or r.valid_from <= $5)
                      and (r.valid_to is null or r.valid_to >= $5)) as "roles!",
                  (select count(*) from contract_system where system_id = $1) as "contracts!",
                  (select count(*) from system_unit where system_id = $1) as "units!",
                  (select count(*) from system_alias where system_id = $1) as "aliases!",
                  (select count(*) from system_source where system_id = $1) as "sources!",
                  (select count(*) from same_system_proposal p
                      join it_system o on o.id = case when p.system_a_id = $1 then p.system_b_id else p.system_a_id end
                   where $1 in (p.system_a_id, p.system_b_id) and o.merged_into_id is null
                     and not exists (select 1 from same_system_decision d
                                     where d.system_a_id = p.system_a_id and d.system_b_id = p.system_b_id)) as "proposals!""#,
        id,
        fields.supplier_id,
        fields.owner_unit_id,
        fields.controller_unit_id,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The phases that a system has been in, in order, with the first day of each as far as it is known.
pub async fn list_phases(tx: &mut TenantTx, id: Uuid) -> AppResult<Vec<(String, Option<NaiveDate>)>> {
    let rows = sqlx::query!(
        r#"select coalesce(new->>'phase', '') as "phase!", (new->>'phase_since')::date as since from history
           where table_name = 'it_system' and object_id = $1 and op <> 'D'
             and (old is null or old->>'phase' is distinct from new->>'phase' or old->>'phase_since' is distinct from new->>'phase_since')
           order by id"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.phase, r.since)).collect())
}
