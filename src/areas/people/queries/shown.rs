//! Persons as other areas name them.

use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A person as far as it takes to name it.
#[derive(Clone, Debug)]
pub(in super::super) struct Named {
    pub id: Uuid,
    pub name: String,
    /// Post and unit.
    pub note: String,
    pub is_protected: bool,
    /// Within the reader's reach.
    pub is_within: bool,
}

/// Persons by id, by name.
pub(in super::super) async fn list_named(
    tx: &mut TenantTx,
    ids: &[Uuid],
    scope: &Scope,
) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        r#"select p.id, p.display_name as name, p.is_protected,
                  coalesce((select concat_ws(', ', nullif(e.title, ''), u.name) from employment e left join org_unit u on u.id = e.org_unit_id
                            where e.person_id = p.id order by e.status = 'avslutad', e.is_main desc, e.start_date desc nulls last, e.id limit 1),
                           '') as "note!",
                  ($2 or exists (select 1 from employment e where e.person_id = p.id and e.org_unit_id = any($3))) as "is_within!"
           from person p where p.id = any($1) order by p.display_name, p.id"#,
        ids,
        scope.all,
        &scope.units
    )
    .fetch_all(&mut **tx)
    .await?)
}
