//! One person: reading and writing it and what hangs on it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::{Employment, Person};
use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

/// A person, and whether it is within reach.
pub async fn find_person(tx: &mut TenantTx, id: Uuid, scope: &Scope) -> AppResult<Option<Person>> {
    Ok(sqlx::query_as!(
        Person,
        r#"select p.id, p.given_names, p.family_name, p.display_name, p.earlier_names, p.name_key,
                  p.personal_id_cipher is not null as "has_personal_id!", p.birth_year, p.email, p.login, p.work_mobile,
                  p.is_protected, p.version,
                  ($2 or exists (select 1 from employment e where e.person_id = p.id and e.org_unit_id = any($3))) as "is_within!"
           from person p where p.id = $1"#,
        id,
        scope.all,
        &scope.units
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The sealed identity number.
pub async fn find_sealed(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select personal_id_cipher from person where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .flatten())
}

/// Whether another person has one of the hashed identity numbers.
pub async fn is_number_taken(tx: &mut TenantTx, hashes: &[Vec<u8>], but: Uuid) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from person where personal_id_hash = any($1) and id <> $2) as "taken!""#,
        hashes,
        but
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The employments and assignments of a person, newest first.
pub async fn list_employments(tx: &mut TenantTx, person: Uuid) -> AppResult<Vec<Employment>> {
    Ok(sqlx::query_as!(
        Employment,
        r#"select e.id, e.kind, e.employee_no, e.org_unit_id, coalesce(u.name, e.unit_text) as "unit_name!", e.form, e.title,
                  e.start_date, e.end_date, e.status, e.is_main, e.is_manager, e.missing_from_snapshot_id is not null as "is_missing!"
           from employment e left join org_unit u on u.id = e.org_unit_id
           where e.person_id = $1 order by e.end_date desc nulls first, e.start_date desc nulls last, e.id"#,
        person
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A unit that a person heads.
#[derive(Clone, Debug)]
pub struct Headed {
    /// The unit.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// The units that a person heads today.
pub async fn list_headed(tx: &mut TenantTx, person: Uuid, today: NaiveDate) -> AppResult<Vec<Headed>> {
    Ok(sqlx::query_as!(
        Headed,
        "select id, name from org_unit where head_person_id = $1 and (valid_to is null or valid_to >= $2) order by name, id",
        person,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A role that a person holds or held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The code of the role.
    pub role: String,
    /// As deputy.
    pub is_deputy: bool,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
    /// `systems` or `contracts`.
    pub slug: String,
    /// What it is a role on.
    pub object_id: Uuid,
    /// Its name.
    pub object_name: String,
}

/// The roles of a person on systems and contracts that the reader reaches. A system with a level 4 only for whoever may see
/// secret fields (rules 3.1).
pub async fn list_held(
    tx: &mut TenantTx,
    person: Uuid,
    (systems, sees_secret): (&Scope, bool),
    contracts: &Scope,
) -> AppResult<Vec<Held>> {
    Ok(sqlx::query_as!(
        Held,
        r#"select r.role as "role!", r.is_deputy as "is_deputy!", r.valid_from, r.valid_to, 'systems' as "slug!", s.id as "object_id!", s.name as "object_name!"
           from role_assignment r join it_system s on s.id = r.system_id
           where r.person_id = $1 and s.merged_into_id is null
             and ($6 or coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4)
             and ($2 or s.owner_unit_id = any($3)
                  or exists (select 1 from system_unit x where x.system_id = s.id and x.org_unit_id = any($3))
                  or exists (select 1 from role_assignment o where o.system_id = s.id and o.person_id = $4 and o.role = any($5)
                             and o.valid_to is null))
           union all
           select r.role, r.is_deputy, r.valid_from, r.valid_to, 'contracts', c.id, c.title
           from role_assignment r join contract c on c.id = r.contract_id
           where r.person_id = $1
             and ($7 or c.owner_unit_id = any($8)
                  or exists (select 1 from role_assignment o where o.contract_id = c.id and o.person_id = $9 and o.role = any($10)
                             and o.valid_to is null))
           order by 4 desc nulls first, 7"#,
        person,
        systems.all,
        &systems.units,
        systems.person_id,
        &systems.object_roles,
        sees_secret,
        contracts.all,
        &contracts.units,
        contracts.person_id,
        &contracts.object_roles
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How many roles a person has or had in all.
pub async fn count_held(tx: &mut TenantTx, person: Uuid) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from role_assignment r left join it_system s on s.id = r.system_id
           where r.person_id = $1 and s.merged_into_id is null"#,
        person
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// The user that a person is, with the name of the account.
#[derive(Clone, Debug)]
pub struct UserOf {
    /// The user.
    pub id: Uuid,
    /// The name of the account.
    pub name: String,
}

/// The user that a person is.
pub async fn find_user(tx: &mut TenantTx, person: Uuid) -> AppResult<Option<UserOf>> {
    Ok(sqlx::query_as!(
        UserOf,
        "select a.id, a.name from member_profile m join sys.user_account a on a.id = m.user_id where m.person_id = $1
         order by a.name limit 1",
        person
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A number to store: sealed, and hashed for matching.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The sealed number.
    pub cipher: Vec<u8>,
    /// Its keyed hash.
    pub hash: Vec<u8>,
}

/// Adds a person.
pub async fn insert_person(tx: &mut TenantTx, p: &Person, number: Option<&Sealed>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into person (tenant_id, id, given_names, family_name, display_name, earlier_names, name_key, personal_id_cipher,
                             personal_id_hash, birth_year, email, login, work_mobile, is_protected)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tenant,
        p.id,
        p.given_names,
        p.family_name,
        p.display_name,
        &p.earlier_names,
        p.name_key,
        number.map(|n| n.cipher.as_slice()),
        number.map(|n| n.hash.as_slice()),
        p.birth_year,
        p.email,
        p.login,
        p.work_mobile,
        p.is_protected
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes a person if it still has the version; `false` = somebody else was first. Without a number the stored one stays.
pub async fn update_person(tx: &mut TenantTx, p: &Person, number: Option<&Sealed>) -> AppResult<bool> {
    let done = sqlx::query!(
        "update person set given_names = $3, family_name = $4, display_name = $5, earlier_names = $6, name_key = $7,
                personal_id_cipher = coalesce($8, personal_id_cipher), personal_id_hash = coalesce($9, personal_id_hash),
                birth_year = $10, email = $11, login = $12, work_mobile = $13, is_protected = $14, version = version + 1
         where id = $1 and version = $2",
        p.id,
        p.version,
        p.given_names,
        p.family_name,
        p.display_name,
        &p.earlier_names,
        p.name_key,
        number.map(|n| n.cipher.as_slice()),
        number.map(|n| n.hash.as_slice()),
        p.birth_year,
        p.email,
        p.login,
        p.work_mobile,
        p.is_protected
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds an assignment to a person.
pub async fn insert_assignment(tx: &mut TenantTx, person: Uuid, a: &Employment) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into employment (tenant_id, id, person_id, kind, org_unit_id, form, title, start_date, end_date, status, is_main)
         values ($1, $2, $3, 'uppdrag', $4, $5, $6, $7, $8, $9, not exists (select 1 from employment where person_id = $3 and is_main))",
        tenant,
        a.id,
        person,
        a.org_unit_id,
        a.form,
        a.title,
        a.start_date,
        a.end_date,
        a.status
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes an assignment of a person; `false` = there is none such.
pub async fn update_assignment(tx: &mut TenantTx, person: Uuid, a: &Employment) -> AppResult<bool> {
    let done = sqlx::query!(
        "update employment set org_unit_id = $3, form = $4, title = $5, start_date = $6, end_date = $7, status = $8
         where id = $1 and person_id = $2 and kind = 'uppdrag'",
        a.id,
        person,
        a.org_unit_id,
        a.form,
        a.title,
        a.start_date,
        a.end_date,
        a.status
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an assignment away; `false` = there is none such.
pub async fn delete_assignment(tx: &mut TenantTx, person: Uuid, id: Uuid) -> AppResult<bool> {
    let done = sqlx::query!(
        "delete from employment where id = $1 and person_id = $2 and kind = 'uppdrag'",
        id,
        person
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
