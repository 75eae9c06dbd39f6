//! Systems by name, for other areas.

use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A name of a system.
#[derive(Clone, Debug)]
pub struct Named {
    /// The system.
    pub system_id: Uuid,
    /// The key of the name.
    pub name_key: String,
    /// The unit that answers for the system.
    pub owner_unit_id: Option<Uuid>,
    /// Another name of it, not its own.
    pub is_alias: bool,
}

/// Every name, short name and other name of every system that is not merged into another.
pub async fn list_named(tx: &mut TenantTx) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select id as "system_id!", name_key as "name_key!", owner_unit_id, false as "is_alias!" from it_system where merged_into_id is null
           union all
           select s.id, a.name_key, s.owner_unit_id, true from system_alias a join it_system s on s.id = a.system_id where s.merged_into_id is null"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The short names there are.
pub async fn list_short_names(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select id, short_name from it_system where merged_into_id is null and short_name <> ''"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.short_name)).collect())
}

/// The systems with one of these names, to the letter, the oldest first; merged ones are not among them.
pub async fn list_ids_named(tx: &mut TenantTx, names: &[String]) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from it_system where name = any($1) and merged_into_id is null order by number",
        names
    )
    .fetch_all(&mut **tx)
    .await?)
}
