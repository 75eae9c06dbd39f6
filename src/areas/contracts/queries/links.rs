//! What a contract is connected with: supplier, unit, systems, persons; and its history.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// The units a contract may belong to, by name.
pub async fn list_units(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        "select id, name from org_unit where (valid_to is null or valid_to >= $1) and kind <> 'bolag' order by name, code",
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A unit's name.
pub async fn find_unit_name(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<String>> {
    Ok(sqlx::query_scalar!("select name from org_unit where id = $1", id).fetch_optional(&mut **tx).await?)
}

/// The systems that a contract is for.
pub async fn list_systems_of(tx: &mut TenantTx, contract: Uuid) -> AppResult<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        "select s.id, s.name from contract_system cs join it_system s on s.id = cs.system_id
         where cs.contract_id = $1 order by s.name",
        contract
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Names of systems that the user may read, for the list under a field. Those with a level 4 are not in lists (rules 3.1).
pub async fn list_system_names(tx: &mut TenantTx, scope: &Scope, today: NaiveDate) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct s.name from it_system s where s.merged_into_id is null
           and coalesce(greatest(s.level_k, s.level_r, s.level_t, s.level_s), 0) < 4
           and ($1 or s.owner_unit_id = any($2) or exists (select 1 from system_unit u where u.system_id = s.id and u.org_unit_id = any($2))
                or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $3 and r.role = any($4)
                           and (r.valid_from is null or r.valid_from <= $5) and (r.valid_to is null or r.valid_to >= $5)))
         order by s.name",
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Systems that the user may read and that go by a name or a short name or have it as an alias.
pub async fn find_systems_named(
    tx: &mut TenantTx,
    name: &str,
    scope: &Scope,
    today: NaiveDate,
) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select s.id from it_system s where s.merged_into_id is null
           and (lower(s.name) = lower($1) or lower(s.short_name) = lower($1)
                or exists (select 1 from system_alias a where a.system_id = s.id and lower(a.alias) = lower($1)))
           and ($2 or s.owner_unit_id = any($3) or exists (select 1 from system_unit u where u.system_id = s.id and u.org_unit_id = any($3))
                or exists (select 1 from role_assignment r where r.system_id = s.id and r.person_id = $4 and r.role = any($5)
                           and (r.valid_from is null or r.valid_from <= $6) and (r.valid_to is null or r.valid_to >= $6)))
         limit 2",
        name,
        scope.all,
        &scope.units,
        scope.person_id,
        &scope.object_roles,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Connects a contract with a system; nothing happens when it is already.
pub async fn insert_system(tx: &mut TenantTx, contract: Uuid, system: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into contract_system (tenant_id, id, contract_id, system_id) values ($1, $2, $3, $4)
         on conflict on constraint contract_system_key do nothing",
        tenant,
        crate::ids::new_id(),
        contract,
        system
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the connection away.
pub async fn delete_system(tx: &mut TenantTx, contract: Uuid, system: Uuid) -> AppResult<()> {
    sqlx::query!("delete from contract_system where contract_id = $1 and system_id = $2", contract, system)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Someone who holds a role on a contract.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The assignment.
    pub id: Uuid,
    /// A code of `OBJECT_ROLES`.
    pub role: String,
    /// The person, when known.
    pub person_id: Option<Uuid>,
    /// The person's name, or the holder as the source wrote it.
    pub name: String,
    /// The name must not be shown to everyone.
    pub is_protected: bool,
    /// Stands in for the holder.
    pub is_deputy: bool,
    /// Since when.
    pub valid_from: Option<NaiveDate>,
}

/// Who holds roles on a contract on a day.
pub async fn list_holders(tx: &mut TenantTx, contract: Uuid, today: NaiveDate) -> AppResult<Vec<Holder>> {
    Ok(sqlx::query_as!(
        Holder,
        r#"select r.id, r.role, r.person_id, coalesce(p.display_name, r.holder_text) as "name!",
                  coalesce(p.is_protected, app.names_protected(r.holder_text)) as "is_protected!", r.is_deputy, r.valid_from
           from role_assignment r left join person p on p.id = r.person_id
           where r.contract_id = $1 and (r.valid_to is null or r.valid_to >= $2)
           order by r.role, r.is_deputy, 4"#,
        contract,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Persons that a text may mean: by employee number, e-mail, login or full name. At most two. A person with protected identity
/// is never found by name: the answer would tell that the name is protected (rules 9.6).
pub async fn find_persons(tx: &mut TenantTx, text: &str) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select p.id from person p
           where lower(p.email) = lower($1) or lower(p.login) = lower($1) or (lower(p.display_name) = lower($1) and not p.is_protected)
              or exists (select 1 from employment e where e.person_id = p.id and e.employee_no <> '' and e.employee_no = $1)
           limit 2"#,
        text
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Gives a person a role on a contract as from a day.
pub async fn insert_holder(
    tx: &mut TenantTx,
    contract: Uuid,
    role: &str,
    (person, text): (Option<Uuid>, &str),
    from: Option<NaiveDate>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into role_assignment (tenant_id, id, contract_id, role, person_id, holder_text, valid_from)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        crate::ids::new_id(),
        contract,
        role,
        person,
        text,
        from
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends an assignment: yesterday was the last day; one that began today is taken away. `false` = there is none.
pub async fn end_holder(
    tx: &mut TenantTx,
    contract: Uuid,
    assignment: Uuid,
    today: NaiveDate,
) -> AppResult<bool> {
    let taken = sqlx::query!(
        "delete from role_assignment where id = $1 and contract_id = $2 and valid_from >= $3",
        assignment,
        contract,
        today
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    let ended = sqlx::query!(
        "update role_assignment set valid_to = $3::date - 1
         where id = $1 and contract_id = $2 and (valid_to is null or valid_to >= $3)",
        assignment,
        contract,
        today
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    Ok(taken + ended > 0)
}

/// The organisation numbers of suppliers.
pub async fn list_org_numbers(tx: &mut TenantTx) -> AppResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(r#"select id, org_no as "org_no!" from supplier where org_no is not null"#)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.org_no)).collect())
}
