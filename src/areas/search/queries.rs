//! The area's SQL: one query per kind, each within the user's reach for that kind.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// Something that was found.
#[derive(Debug)]
pub struct Hit {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What tells it from others of the same name.
    pub detail: String,
}

/// What is searched for, in the forms that the queries want.
#[derive(Debug)]
pub struct Words {
    /// `%word%`, lower-case, with `%` and `_` taken literally.
    pub like: String,
    /// `word%`.
    pub prefix: String,
    /// Only the digits: organisation numbers, employee numbers.
    pub digits: String,
}

/// At most this many of a kind.
const MOST: i64 = 20;

/// Systems by name, short name, alias or number. One with a level 4 is found as it is listed: by whoever may see its secret
/// fields (rules 3.1).
pub async fn find_systems(
    tx: &mut TenantTx,
    words: &Words,
    (scope, secret): (&Scope, &Scope),
    today: NaiveDate,
) -> AppResult<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select s.id, s.name, concat_ws(' · ', nullif(s.short_name, ''), v.name, u.name) as "detail!"
           from it_system s left join supplier v on v.id = s.supplier_id left join org_unit u on u.id = s.owner_unit_id
           where s.merged_into_id is null
             and (unaccent(lower(s.name)) like unaccent($1) or unaccent(lower(s.short_name)) like unaccent($1) or 'sys-' || s.number = lower(trim(both '%' from $1))
                  or exists (select 1 from system_alias a where a.system_id = s.id and unaccent(lower(a.alias)) like unaccent($1)))
             and ($3 or s.owner_unit_id = any($4)
                  or exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($4))
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $5 and r.role = any($6)
                             and (r.valid_from is null or r.valid_from <= $8) and (r.valid_to is null or r.valid_to >= $8)))
             and (coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4 or $9 or s.owner_unit_id = any($10)
                  or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $11 and r.role = any($12)
                             and (r.valid_from is null or r.valid_from <= $8) and (r.valid_to is null or r.valid_to >= $8)))
           order by (unaccent(lower(s.name)) like unaccent($2)) desc, s.name, s.id limit $7"#,
        words.like,
        words.prefix,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST,
        today,
        secret.all,
        &secret.units,
        secret.person_id,
        &secret.object_roles
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Contracts by number, title or diary number.
pub async fn find_contracts(
    tx: &mut TenantTx,
    words: &Words,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select c.id, c.title as name, concat_ws(' · ', nullif(c.contract_no, ''), v.name, nullif(c.case_number, '')) as "detail!"
           from contract c left join supplier v on v.id = c.supplier_id
           where (unaccent(lower(c.title)) like unaccent($1) or lower(c.contract_no) like $1 or lower(c.case_number) like $1
                  or unaccent(lower(v.name)) like unaccent($1))
             and ($3 or c.owner_unit_id = any($4)
                  or exists (select 1 from role_assignment r left join contract_system cs on cs.system_id = r.system_id
                             where (r.contract_id = c.id or cs.contract_id = c.id) and r.person_id = $5 and r.role = any($6)
                               and (r.valid_from is null or r.valid_from <= $8) and (r.valid_to is null or r.valid_to >= $8)))
           order by (unaccent(lower(c.title)) like unaccent($2)) desc, c.title, c.id limit $7"#,
        words.like,
        words.prefix,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        MOST,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Suppliers by name or organisation number.
pub async fn find_suppliers(tx: &mut TenantTx, words: &Words) -> AppResult<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select id, name, concat_ws(' · ', org_no, city) as "detail!" from supplier
           where unaccent(lower(name)) like unaccent($1) or (length($3) >= 6 and org_no like '%' || $3 || '%')
           order by (unaccent(lower(name)) like unaccent($2)) desc, name, id limit $4"#,
        words.like,
        words.prefix,
        words.digits,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Units by name or code.
pub async fn find_units(tx: &mut TenantTx, words: &Words) -> AppResult<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select u.id, u.name, concat_ws(' · ', u.code, p.name) as "detail!"
           from org_unit u left join org_unit p on p.id = u.parent_id
           where unaccent(lower(u.name)) like unaccent($1) or lower(u.code) like $2
           order by (unaccent(lower(u.name)) like unaccent($2)) desc, u.name, u.id limit $3"#,
        words.like,
        words.prefix,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Persons by name, login, e-mail or employee number. Persons with protected identity are found by nobody (rules 9.6).
pub async fn find_persons(tx: &mut TenantTx, words: &Words, scope: &Scope) -> AppResult<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select p.id, p.display_name as name,
                  coalesce((select concat_ws(' · ', nullif(e.title, ''), u.name) from employment e left join org_unit u on u.id = e.org_unit_id
                            where e.person_id = p.id order by e.is_main desc, e.start_date desc nulls last limit 1), '') as "detail!"
           from person p
           where not p.is_protected
             and (unaccent(lower(p.display_name)) like unaccent($1) or unaccent(lower(p.family_name || ' ' || p.given_names)) like unaccent($1)
                  or lower(p.login) like $2 or lower(p.email) like $2
                  or (length($3) >= 4 and exists (select 1 from employment e where e.person_id = p.id and e.employee_no = $3)))
             and ($4 or exists (select 1 from employment e where e.person_id = p.id and e.org_unit_id = any($5)))
           order by (unaccent(lower(p.display_name)) like unaccent($2)) desc, p.family_name, p.display_name, p.id limit $6"#,
        words.like,
        words.prefix,
        words.digits,
        scope.all,
        &scope.units,
        MOST
    )
    .fetch_all(&mut **tx)
    .await?)
}
