//! The systems themselves: find, insert, update, delete.
//!
//! A row is read and written as JSON of [`SystemFields`]: the same shape as in the history, so that a system of today and
//! one as of a date are read alike.

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::model::{System, SystemFields};
use crate::{db::tenant::TenantTx, error::AppResult};

/// A system, merged or not, with what is needed to tell who may do what with it.
pub async fn find_system(
    tx: &mut TenantTx,
    id: Uuid,
    person: Option<Uuid>,
    today: NaiveDate,
) -> AppResult<Option<System>> {
    let row = sqlx::query!(
        r#"select s.id, s.number, s.version, s.merged_into_id, s.secret_note <> '' as "has_secret!",
                  to_jsonb(s) - 'secret_note' as "fields!: Json<SystemFields>",
                  array(select u.org_unit_id from system_unit u where u.system_id = s.id) as "unit_ids!",
                  array(select distinct r.role from role_assignment r where r.system_id = s.id and r.person_id = $2
                        and (r.valid_from is null or r.valid_from <= $3) and (r.valid_to is null or r.valid_to >= $3)) as "my_roles!"
           from it_system s where s.id = $1"#,
        id,
        person,
        today
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|r| System {
        id: r.id,
        number: r.number,
        version: r.version,
        merged_into_id: r.merged_into_id,
        has_secret: r.has_secret,
        fields: r.fields.0,
        unit_ids: r.unit_ids,
        my_roles: r.my_roles,
    }))
}

/// The next free number. Held until the transaction ends: two that create at once wait for each other.
pub async fn next_number(tx: &mut TenantTx) -> AppResult<i32> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('system-number:' || $1::text, 0))::text as "x""#,
        tenant.to_string()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(sqlx::query_scalar!(r#"select coalesce(max(number), 0) + 1 as "n!" from it_system"#)
        .fetch_one(&mut **tx)
        .await?)
}

/// Creates systems, numbered from `first_number` in the order given. The answer of the database counts them.
pub async fn insert_systems(
    tx: &mut TenantTx,
    first_number: i32,
    systems: &[(Uuid, &SystemFields)],
) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let mut rows = Vec::with_capacity(systems.len());
    for ((id, fields), number) in systems.iter().zip(first_number..) {
        let mut row = serde_json::to_value(fields)?;
        if let Value::Object(map) = &mut row {
            map.insert("id".to_owned(), Value::String(id.to_string()));
            map.insert("number".to_owned(), Value::from(number));
        }
        rows.push(row);
    }
    let done = sqlx::query!(
        "insert into it_system (tenant_id, id, number, name, name_key, short_name, instance, description, purpose, category, phase,
            phase_since, hosting, criticality, supplier_id, owner_unit_id, level_k, level_r, level_t, level_s, classified_on,
            classification_valid_until, klassa_reference, personal_data, controller_unit_id, contract_end_text, contract_end,
            notice_text, option_text, case_number, annual_cost, user_count, plan_year, product_version, login_method, data_country,
            rto_hours, rpo_hours, reserve_routine, restore_tested_on, end_of_support, planned_decommission, next_review,
            risk_reviewed_on, archive_note, uses_ai, nis2_relevant, dos_scope, accessibility_url, cost_centre, replaces_text,
            it_contact, note)
         select $1, n.id, n.number, n.name, n.name_key, n.short_name, n.instance, n.description, n.purpose, n.category, n.phase,
            n.phase_since, n.hosting, n.criticality, n.supplier_id, n.owner_unit_id, n.level_k, n.level_r, n.level_t, n.level_s,
            n.classified_on, n.classification_valid_until, n.klassa_reference, n.personal_data, n.controller_unit_id,
            n.contract_end_text, n.contract_end, n.notice_text, n.option_text, n.case_number, n.annual_cost, n.user_count,
            n.plan_year, n.product_version, n.login_method, n.data_country, n.rto_hours, n.rpo_hours, n.reserve_routine,
            n.restore_tested_on, n.end_of_support, n.planned_decommission, n.next_review, n.risk_reviewed_on, n.archive_note,
            n.uses_ai, n.nis2_relevant, n.dos_scope, n.accessibility_url, n.cost_centre, n.replaces_text, n.it_contact, n.note
         from jsonb_populate_recordset(null::it_system, $2) n",
        tenant,
        Value::Array(rows)
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Writes what is said about a system, if nobody else has since `version`. `false` = somebody has.
pub async fn update_system(
    tx: &mut TenantTx,
    id: Uuid,
    version: i32,
    fields: &SystemFields,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update it_system s set version = s.version + 1,
            (name, name_key, short_name, instance, description, purpose, category, phase, phase_since, hosting, criticality,
             supplier_id, owner_unit_id, level_k, level_r, level_t, level_s, classified_on, classification_valid_until,
             klassa_reference, personal_data, controller_unit_id, contract_end_text, contract_end, notice_text, option_text,
             case_number, annual_cost, user_count, plan_year, product_version, login_method, data_country, rto_hours, rpo_hours,
             reserve_routine, restore_tested_on, end_of_support, planned_decommission, next_review, risk_reviewed_on,
             archive_note, uses_ai, nis2_relevant, dos_scope, accessibility_url, cost_centre, replaces_text, it_contact, note)
          = (select n.name, n.name_key, n.short_name, n.instance, n.description, n.purpose, n.category, n.phase, n.phase_since,
             n.hosting, n.criticality, n.supplier_id, n.owner_unit_id, n.level_k, n.level_r, n.level_t, n.level_s,
             n.classified_on, n.classification_valid_until, n.klassa_reference, n.personal_data, n.controller_unit_id,
             n.contract_end_text, n.contract_end, n.notice_text, n.option_text, n.case_number, n.annual_cost, n.user_count,
             n.plan_year, n.product_version, n.login_method, n.data_country, n.rto_hours, n.rpo_hours, n.reserve_routine,
             n.restore_tested_on, n.end_of_support, n.planned_decommission, n.next_review, n.risk_reviewed_on, n.archive_note,
             n.uses_ai, n.nis2_relevant, n.dos_scope, n.accessibility_url, n.cost_centre, n.replaces_text, n.it_contact, n.note
             from jsonb_populate_record(null::it_system, $3) n)
         where s.id = $1 and s.version = $2 and s.merged_into_id is null",
        id,
        version,
        serde_json::to_value(fields)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The secret note.
pub async fn find_secret_note(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<String>> {
    Ok(sqlx::query_scalar!("select secret_note from it_system where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Writes the secret note.
pub async fn update_secret_note(tx: &mut TenantTx, id: Uuid, version: i32, note: &str) -> AppResult<bool> {
    let done = sqlx::query!(
        "update it_system set secret_note = $3, version = version + 1 where id = $1 and version = $2",
        id,
        version,
        note
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What refers to a system and so keeps it from being deleted: contracts, systems merged into it, rows of lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Contracts that name it.
    pub contracts: i64,
    /// Systems that were merged into it.
    pub merged: i64,
    /// Rows of units' lists that became it.
    pub sources: i64,
    /// Decisions that it is, or is not, the same as another.
    pub decisions: i64,
}

impl References {
    /// Nothing refers to it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Counts what refers to a system.
pub async fn count_references(tx: &mut TenantTx, id: Uuid) -> AppResult<References> {
    Ok(sqlx::query_as!(
        References,
        r#"select (select count(*) from contract_system where system_id = $1) as "contracts!",
                  (select count(*) from it_system where merged_into_id = $1) as "merged!",
                  (select count(*) from system_source where system_id = $1) as "sources!",
                  (select count(*) from same_system_decision where $1 in (system_a_id, system_b_id)) as "decisions!""#,
        id
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Deletes a system with what is only its own: roles, units, aliases, function areas. Whatever else refers to it stops it
/// with the foreign key's error.
pub async fn delete_system(tx: &mut TenantTx, id: Uuid, version: i32) -> AppResult<bool> {
    sqlx::query!("delete from role_assignment where system_id = $1", id).execute(&mut **tx).await?;
    sqlx::query!("delete from system_unit where system_id = $1", id).execute(&mut **tx).await?;
    sqlx::query!("delete from system_alias where system_id = $1", id).execute(&mut **tx).await?;
    sqlx::query!("delete from system_function_area where system_id = $1", id).execute(&mut **tx).await?;
    let done = sqlx::query!("delete from it_system where id = $1 and version = $2", id, version)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
