//! The units and persons that a user can be given.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A unit to choose.
#[derive(Clone, Debug)]
pub struct UnitChoice {
    /// The unit.
    pub id: Uuid,
    /// Code and name, indented by how deep it lies.
    pub label: String,
}

/// The units within reach that are in force, in the order of the tree.
pub async fn list_units(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<Vec<UnitChoice>> {
    Ok(sqlx::query_as!(
        UnitChoice,
        r#"with recursive tree as (
               select id, name, code, 0 as depth, array[name || code] as path from org_unit where parent_id is null
               union all
               select u.id, u.name, u.code, t.depth + 1, t.path || (u.name || u.code) from org_unit u join tree t on u.parent_id = t.id
           )
           select t.id as "id!", repeat('– ', t.depth) || t.name as "label!"
           from tree t join org_unit u on u.id = t.id
           where ($1 or t.id = any($2)) and (u.valid_to is null or u.valid_to >= $3)
           order by t.path"#,
        scope.all,
        &scope.units,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A person of the register who could be the user.
#[derive(Clone, Debug)]
pub struct PersonChoice {
    /// The person.
    pub id: Uuid,
    /// Name, title and unit.
    pub label: String,
    /// The person's address in the register.
    pub email: String,
}

/// Persons within reach who are no user yet and have `words` in name or address, those with exactly the address first. Persons
/// with protected identity only for those who may see them.
pub async fn list_persons(
    tx: &mut TenantTx,
    scope: &Scope,
    words: &str,
    email: &str,
    may_see_protected: bool,
) -> AppResult<Vec<PersonChoice>> {
    let pattern = format!("%{}%", words.trim().replace(['\\', '%', '_'], "").replace(' ', "%"));
    Ok(sqlx::query_as!(
        PersonChoice,
        r#"select p.id, concat_ws(', ', p.display_name, nullif(e.title, ''), o.name) as "label!", coalesce(p.email, '') as "email!"
           from person p
           left join lateral (select title, org_unit_id from employment e where e.person_id = p.id
                              order by e.is_main desc, e.start_date desc nulls last, e.id limit 1) e on true
           left join org_unit o on o.id = e.org_unit_id
           where ($1 or e.org_unit_id = any($2)) and ($5 or not p.is_protected)
             and not exists (select 1 from member_profile mp where mp.person_id = p.id)
             and (($3 <> '%%' and (p.display_name ilike $3 or p.email ilike $3)) or ($4 <> '' and lower(p.email) = lower($4)))
           order by (lower(p.email) = lower($4)) desc nulls last, p.display_name, p.id limit 20"#,
        scope.all,
        &scope.units,
        pattern,
        email,
        may_see_protected
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A person within reach who is no user yet, as a choice.
pub async fn find_free_person(
    tx: &mut TenantTx,
    scope: &Scope,
    id: Uuid,
    may_see_protected: bool,
) -> AppResult<Option<PersonChoice>> {
    Ok(sqlx::query_as!(
        PersonChoice,
        r#"select p.id, p.display_name as "label!", coalesce(p.email, '') as "email!" from person p
           where p.id = $1 and ($4 or not p.is_protected)
             and ($2 or exists (select 1 from employment e where e.person_id = p.id and e.org_unit_id = any($3)))
             and not exists (select 1 from member_profile mp where mp.person_id = p.id)"#,
        id,
        scope.all,
        &scope.units,
        may_see_protected
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Whether a unit is there and in force.
pub async fn unit_exists(tx: &mut TenantTx, unit: Option<Uuid>, today: NaiveDate) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from org_unit where id = $1 and (valid_to is null or valid_to >= $2)) as "is!""#,
        unit,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The unit of a code.
pub async fn find_unit_id(tx: &mut TenantTx, code: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from org_unit where code = $1", code.trim())
        .fetch_optional(&mut **tx)
        .await?)
}
