//! Systems side by side, and making one of several.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A system among those that may be the same.
#[derive(Clone, Debug)]
pub struct Member {
    /// Identity.
    pub id: Uuid,
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// The unit that answers for it.
    pub owner_unit_id: Option<Uuid>,
    /// That unit's name.
    pub unit: Option<String>,
    /// Its supplier.
    pub supplier: Option<String>,
    /// Its function areas.
    pub areas: String,
    /// Rows of lists that it came from.
    pub sources: i64,
}

/// Systems by id, as the page of proposals shows them.
pub async fn list_members(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Member>> {
    Ok(sqlx::query_as!(
        Member,
        r#"select s.id, s.number, s.name, s.owner_unit_id, u.name as "unit?", p.name as "supplier?",
                  coalesce((select string_agg(a.name, ', ' order by a.name) from system_function_area l
                            join function_area a on a.id = l.function_area_id where l.system_id = s.id), '') as "areas!",
                  (select count(*) from system_source r where r.system_id = s.id) as "sources!"
           from it_system s left join org_unit u on u.id = s.owner_unit_id left join supplier p on p.id = s.supplier_id
           where s.id = any($1) and s.merged_into_id is null order by s.number"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Moves what hangs on systems to the one that is kept. What that one has already stays where it is, with the merged.
pub async fn move_parts(tx: &mut TenantTx, kept: Uuid, others: &[Uuid]) -> AppResult<()> {
    sqlx::query!(
        "update system_alias a set system_id = $1 where a.system_id = any($2)
           and a.id = (select min(x.id::text)::uuid from system_alias x where x.alias = a.alias and x.system_id = any($2))
           and not exists (select 1 from system_alias k where k.system_id = $1 and k.alias = a.alias)",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update system_unit l set system_id = $1 where l.system_id = any($2)
           and l.id = (select min(x.id::text)::uuid from system_unit x where x.org_unit_id = l.org_unit_id and x.system_id = any($2))
           and not exists (select 1 from system_unit k where k.system_id = $1 and k.org_unit_id = l.org_unit_id)",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update system_function_area l set system_id = $1 where l.system_id = any($2)
           and l.id = (select min(x.id::text)::uuid from system_function_area x
                       where x.function_area_id = l.function_area_id and x.system_id = any($2))
           and not exists (select 1 from system_function_area k where k.system_id = $1 and k.function_area_id = l.function_area_id)",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update contract_system l set system_id = $1 where l.system_id = any($2)
           and l.id = (select min(x.id::text)::uuid from contract_system x where x.contract_id = l.contract_id and x.system_id = any($2))
           and not exists (select 1 from contract_system k where k.system_id = $1 and k.contract_id = l.contract_id)",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    // The secret notes are joined unread: they concern the one system that there now is.
    sqlx::query!(
        "update it_system k set secret_note = concat_ws(E'\n', nullif(k.secret_note, ''),
            (select string_agg(o.secret_note, E'\n' order by o.number) from it_system o where o.id = any($2) and o.secret_note <> ''))
         where k.id = $1 and exists (select 1 from it_system o where o.id = any($2) and o.secret_note <> '')",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("update system_source set system_id = $1 where system_id = any($2)", kept, others)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("update it_system set merged_into_id = $1 where merged_into_id = any($2)", kept, others)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Moves the roles of systems to the one that is kept, but those that the same person or name has there already.
pub async fn move_roles(tx: &mut TenantTx, kept: Uuid, others: &[Uuid]) -> AppResult<()> {
    sqlx::query!(
        "update role_assignment r set system_id = $1 where r.system_id = any($2)
           and not exists (select 1 from role_assignment k
                where k.id <> r.id and k.role = r.role and k.is_deputy = r.is_deputy and k.person_id is not distinct from r.person_id
                  and k.holder_text = r.holder_text and k.valid_to is not distinct from r.valid_to
                  and (k.system_id = $1 or (k.system_id = any($2) and k.id < r.id)))",
        kept,
        others
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends what some hold of a role on systems, from a day: what a comparison did not choose.
pub async fn end_role_on(tx: &mut TenantTx, systems: &[Uuid], role: &str, today: NaiveDate) -> AppResult<()> {
    sqlx::query!(
        "update role_assignment set valid_to = greatest($3::date - 1, valid_from)
         where system_id = any($1) and role = $2 and not is_deputy and (valid_to is null or valid_to >= $3)",
        systems,
        role,
        today
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a system turned out to be another. `false` = somebody has changed it since `version`.
pub async fn update_merged(tx: &mut TenantTx, id: Uuid, version: i32, kept: Uuid) -> AppResult<bool> {
    let done = sqlx::query!(
        "update it_system set merged_into_id = $3, version = version + 1 where id = $1 and version = $2 and merged_into_id is null",
        id,
        version,
        kept
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A merge that was made.
#[derive(Clone, Debug)]
pub struct MergeDone {
    /// The change set.
    pub id: Uuid,
    /// What was made of what.
    pub label: String,
    /// Who made it.
    pub who: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// When it was taken back.
    pub undone_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// The newest merges, those that were taken back included.
pub async fn list_merges(tx: &mut TenantTx, limit: i64) -> AppResult<Vec<MergeDone>> {
    Ok(sqlx::query_as!(
        MergeDone,
        r#"select c.id, c.label, coalesce(u.name, c.actor) as "who!", c.at, c.undone_at
           from change_set c left join sys.user_account u on u.id = c.user_id
           where c.kind = 'merge:systems' order by c.at desc, c.id desc limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A decision that two systems are not the same.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Identity.
    pub id: Uuid,
    /// One system.
    pub a_name: String,
    /// The other.
    pub b_name: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub who: String,
    /// When.
    pub decided_at: chrono::DateTime<chrono::Utc>,
}

/// The newest decisions that two systems, which are still there, are not the same.
pub async fn list_rejected(tx: &mut TenantTx, limit: i64) -> AppResult<Vec<Rejected>> {
    Ok(sqlx::query_as!(
        Rejected,
        r#"select d.id, a.name as a_name, b.name as b_name, d.reason, coalesce(u.name, '') as "who!", d.decided_at
           from same_system_decision d
           join it_system a on a.id = d.system_a_id and a.merged_into_id is null
           join it_system b on b.id = d.system_b_id and b.merged_into_id is null
           left join sys.user_account u on u.id = d.decided_by
           where not d.is_same order by d.decided_at desc, d.id limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Takes a decision that two systems are not the same back, so that they are proposed again.
pub async fn delete_rejection(tx: &mut TenantTx, id: Uuid) -> AppResult<bool> {
    let done = sqlx::query!("delete from same_system_decision where id = $1 and not is_same", id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
