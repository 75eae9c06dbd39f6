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
    /// The digits of a telephone number or a part of one; empty when no number is searched for.
    pub number: String,
}

/// A subscription that was found. No `Debug`: it holds a name.
pub struct FoundSubscription {
    /// Which.
    pub id: Uuid,
    /// Its number.
    pub msisdn: String,
    /// Whose, as the operator writes it.
    pub holder: String,
    /// What for.
    pub purpose: String,
    /// The unit that pays.
    pub unit: String,
    /// The operator.
    pub operator: String,
    /// Of a person with protected identity, or not known yet whether it is.
    pub is_protected: bool,
    /// The reader may know whose it is.
    pub is_open: bool,
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

/// The subscriptions whose purpose or place has the words, with both texts: so that none is found by what is covered for the
/// reader (rules 9.6).
pub async fn list_written(tx: &mut TenantTx, words: &Words) -> AppResult<Vec<(Uuid, String, String)>> {
    Ok(sqlx::query_as(
        "select id, purpose, place from subscription
         where unaccent(lower(purpose)) like unaccent($1) or unaccent(lower(place)) like unaccent($1)",
    )
    .bind(&words.like)
    .fetch_all(&mut **tx)
    .await?)
}

/// Subscriptions by number, holder, purpose or place, within reach of the unit that pays (the one that took over from a unit that
/// has ended). Number and holder find only what the reader may see them of, as in the list; what is written at those in `covered`
/// finds none of them.
pub async fn find_subscriptions(
    tx: &mut TenantTx,
    words: &Words,
    (scope, names): (&Scope, &Scope),
    (sees_protected, covered): (bool, &[Uuid]),
    today: NaiveDate,
) -> AppResult<Vec<FoundSubscription>> {
    Ok(sqlx::query_as!(
        FoundSubscription,
        r#"with recursive after as (
               select u.id, u.id as at, u.valid_to, u.successor_id from org_unit u
               union
               select a.id, u.id, u.valid_to, u.successor_id from after a join org_unit u on u.id = a.successor_id where a.valid_to < $1
           ), now_unit as (
               select distinct on (id) id, at from after where valid_to is null or valid_to >= $1 or successor_id is null order by id, at
           ), seen as (
               select s.id, s.msisdn, s.holder, s.purpose, s.place, s.operator_id, coalesce(n.at, s.org_unit_id) as unit_id,
                      coalesce(p.is_protected, true) as is_protected,
                      (($2 or not coalesce(p.is_protected, true)) and ($3 or coalesce(n.at, s.org_unit_id) = any($4))) as is_open
               from subscription s
               left join subscription_proposal p on p.id = s.id
               left join now_unit n on n.id = s.org_unit_id
           )
           select s.id as "id!", s.msisdn as "msisdn!", s.holder as "holder!", s.purpose as "purpose!",
                  coalesce(u.name, '') as "unit!", o.name as "operator!", s.is_protected as "is_protected!",
                  coalesce(s.is_open, false) as "is_open!"
           from seen s join operator o on o.id = s.operator_id left join org_unit u on u.id = s.unit_id
           where (not s.is_protected or $2) and ($5 or s.unit_id = any($6))
             and ((s.id <> all($11) and (unaccent(lower(s.purpose)) like unaccent($7) or unaccent(lower(s.place)) like unaccent($7)))
                  or (coalesce(s.is_open, false)
                      and (unaccent(lower(s.holder)) like unaccent($7)
                           or ($8 <> '' and (substr(s.msisdn, 2) like '%' || $8 || '%' or '0' || substr(s.msisdn, 4) like '%' || $8 || '%')))))
           order by (substr(s.msisdn, 2) = $8) desc, (unaccent(lower(s.holder)) like unaccent($9)) desc, s.msisdn, s.id limit $10"#,
        today,
        sees_protected,
        names.all,
        &names.units,
        scope.all,
        &scope.units,
        words.like,
        words.number,
        words.prefix,
        MOST,
        covered
    )
    .fetch_all(&mut **tx)
    .await?)
}
