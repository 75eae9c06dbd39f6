//! The rows of the list as the command line gives them.

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::super::PROTECTED;
use crate::{db::tenant::TenantTx, error::AppResult};

/// A system as the command line lists it, without what is proposed about it.
#[derive(Debug)]
pub struct Row {
    /// Identity.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Function areas.
    pub function_areas: Vec<String>,
    /// The units that use it.
    pub units: Vec<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// Who manages it.
    pub manager: Option<String>,
    /// The code of its phase.
    pub phase: String,
    /// Konfidentialitet.
    pub k: Option<i16>,
    /// Riktighet.
    pub r: Option<i16>,
    /// Tillgänglighet.
    pub t: Option<i16>,
    /// Spårbarhet.
    pub s: Option<i16>,
    /// Last day of the contract.
    pub contract_end: Option<NaiveDate>,
    /// `[{file, sheet, row}]`.
    pub sources: Value,
}

/// Every system that is not merged into another, by number.
pub async fn list_rows(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"with holder as (
               select r.system_id, r.role,
                      string_agg(case when p.is_protected or (p.id is null and app.names_protected(r.holder_text)) then $2 else coalesce(p.display_name, r.holder_text) end, ' / ' order by r.id) as names
               from role_assignment r left join person p on p.id = r.person_id
               where r.role in ('systemagare', 'systemforvaltare') and not r.is_deputy
                 and (r.valid_from is null or r.valid_from <= $1) and (r.valid_to is null or r.valid_to >= $1)
               group by r.system_id, r.role
           )
           select s.id as "id!", s.name as "name!",
                  array(select a.alias from system_alias a where a.system_id = s.id order by a.alias) as "aliases!",
                  array(select a.name from system_function_area l join function_area a on a.id = l.function_area_id
                        where l.system_id = s.id order by a.name) as "function_areas!",
                  array(select u.name from system_unit l join org_unit u on u.id = l.org_unit_id
                        where l.system_id = s.id order by u.name) as "units!",
                  (select h.names from holder h where h.system_id = s.id and h.role = 'systemagare') as owner,
                  (select h.names from holder h where h.system_id = s.id and h.role = 'systemforvaltare') as manager,
                  s.phase as "phase!", s.level_k as k, s.level_r as r, s.level_t as t, s.level_s as s, s.contract_end,
                  coalesce((select jsonb_agg(jsonb_build_object('file', x.file_name, 'sheet', nullif(x.sheet, ''), 'row', x.row_no)
                                             order by x.file_name, x.sheet, x.row_no)
                            from system_source x where x.system_id = s.id), '[]') as "sources!"
           from it_system s where s.merged_into_id is null order by s.number"#,
        today,
        PROTECTED
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The pairs that have been decided on.
pub async fn list_decided(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(r#"select system_a_id as "a!", system_b_id as "b!" from same_system_decision"#)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|r| (r.a, r.b)).collect())
}
