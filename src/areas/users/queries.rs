//! The area's SQL. Accounts and memberships (schema `sys`) are read and written in the municipality's own transaction, so that
//! a member and their roles come together or not at all.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::model::{Email, GivenRole, Member};
use crate::{
    auth::{permissions::Role, principal::Scope},
    db::tenant::TenantTx,
    error::AppResult,
};

/// An account, as far as an invitation needs to know.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub id: Uuid,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it may not be used.
    pub is_disabled: bool,
}

/// The account of an address.
pub async fn find_account(executor: impl PgExecutor<'_>, email: &str) -> AppResult<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"select id, password_hash is not null as "has_password!", disabled_at is not null as "is_disabled!"
           from sys.user_account where email = $1::text::citext"#,
        email
    )
    .fetch_optional(executor)
    .await?)
}

/// Creates an account. An address that has one is the constraint `user_account_email_key`.
pub async fn insert_account(
    executor: impl PgExecutor<'_>,
    email: &Email,
    name: &str,
    password_hash: Option<&str>,
) -> AppResult<Uuid> {
    let id = crate::ids::new_id();
    sqlx::query!(
        "insert into sys.user_account (id, email, name, password_hash) values ($1, $2::text::citext, $3, $4)",
        id,
        email.as_str(),
        name,
        password_hash
    )
    .execute(executor)
    .await?;
    Ok(id)
}

/// Makes a user a member, or a member again. `false` = was one already.
pub async fn insert_membership(tx: &mut TenantTx, user_id: Uuid, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let joined = sqlx::query!(
        "insert into sys.membership as m (tenant_id, user_id, created_at) values ($1, $2, $3)
         on conflict (tenant_id, user_id) do update set ended_at = null, created_at = $3 where m.ended_at is not null",
        tenant,
        user_id,
        now
    )
    .execute(&mut **tx)
    .await?;
    let profile = crate::ids::new_id();
    sqlx::query!(
        "insert into member_profile (tenant_id, id, user_id) values ($1, $2, $3) on conflict (tenant_id, user_id) do nothing",
        tenant,
        profile,
        user_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(joined.rows_affected() == 1)
}

/// Says which person in the register a member is.
pub async fn update_person(tx: &mut TenantTx, user_id: Uuid, person_id: Option<Uuid>) -> AppResult<()> {
    sqlx::query!("update member_profile set person_id = $2 where user_id = $1", user_id, person_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends a membership and every role of it.
pub async fn end_membership(
    tx: &mut TenantTx,
    user_id: Uuid,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let ended = sqlx::query!(
        "update sys.membership set ended_at = $3 where tenant_id = $1 and user_id = $2 and ended_at is null",
        tenant,
        user_id,
        now
    )
    .execute(&mut **tx)
    .await?;
    let roles = sqlx::query_scalar!(
        "select id from role_grant where user_id = $1 and (valid_to is null or valid_to >= $2)",
        user_id,
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    for id in roles {
        end_role(tx, id, today).await?;
    }
    Ok(ended.rows_affected() == 1)
}

/// Gives a role.
pub async fn insert_role(
    tx: &mut TenantTx,
    user_id: Uuid,
    role: Role,
    unit: Option<Uuid>,
    (from, to): (NaiveDate, Option<NaiveDate>),
) -> AppResult<Uuid> {
    let (tenant, id) = (tx.tenant_id(), crate::ids::new_id());
    sqlx::query!(
        "insert into role_grant (tenant_id, id, user_id, role, org_unit_id, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        id,
        user_id,
        role.code(),
        unit,
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Ends a role now: yesterday was its last day. One that began today never was.
pub async fn end_role(tx: &mut TenantTx, id: Uuid, today: NaiveDate) -> AppResult<()> {
    let yesterday = today.pred_opt().unwrap_or(today);
    let ended =
        sqlx::query!("update role_grant set valid_to = $2 where id = $1 and valid_from <= $2", id, yesterday)
            .execute(&mut **tx)
            .await?;
    if ended.rows_affected() == 0 {
        sqlx::query!("delete from role_grant where id = $1", id).execute(&mut **tx).await?;
    }
    Ok(())
}

/// A member within reach: one with a role in a unit that the right reaches, or anyone when it reaches everywhere.
pub async fn find_member(
    tx: &mut TenantTx,
    user_id: Uuid,
    scope: &Scope,
    may_see_protected: bool,
) -> AppResult<Option<Member>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Member,
        r#"select m.user_id, u.password_hash is not null as "has_password!", u.last_login_at, m.created_at, m.ended_at,
                  p.id as "person_id?", coalesce(p.is_protected and not $5, false) as "is_hidden!",
                  case when p.is_protected and not $5 then 'Skyddad uppgift' else u.name end as "name!",
                  case when p.is_protected and not $5 then '' else u.email::text end as "email!",
                  case when p.is_protected and not $5 then 'Skyddad uppgift' else p.display_name end as person_name
           from sys.membership m join sys.user_account u on u.id = m.user_id
           left join member_profile mp on mp.user_id = m.user_id
           left join person p on p.id = mp.person_id
           where m.tenant_id = $1 and m.user_id = $2
             and ($3 or exists (select 1 from role_grant g where g.user_id = m.user_id and g.org_unit_id = any($4)))"#,
        tenant,
        user_id,
        scope.all,
        &scope.units,
        may_see_protected
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A member's roles, those in force first, then by when they began.
pub async fn list_roles(tx: &mut TenantTx, user_id: Uuid, today: NaiveDate) -> AppResult<Vec<GivenRole>> {
    Ok(sqlx::query_as!(
        GivenRole,
        r#"select g.id, g.role, g.org_unit_id as unit_id, o.name as "unit_name?", g.valid_from, g.valid_to
           from role_grant g left join org_unit o on o.id = g.org_unit_id
           where g.user_id = $1
           order by (g.valid_to is not null and g.valid_to < $2), g.valid_from desc, g.role, g.id"#,
        user_id,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One role of a member.
pub async fn find_role(tx: &mut TenantTx, user_id: Uuid, id: Uuid) -> AppResult<Option<GivenRole>> {
    Ok(sqlx::query_as!(
        GivenRole,
        r#"select g.id, g.role, g.org_unit_id as unit_id, o.name as "unit_name?", g.valid_from, g.valid_to
           from role_grant g left join org_unit o on o.id = g.org_unit_id where g.user_id = $1 and g.id = $2 for update of g"#,
        user_id,
        id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Whether a member has the same role for the same unit already, today or later.
pub async fn has_role(
    tx: &mut TenantTx,
    user_id: Uuid,
    role: Role,
    unit: Option<Uuid>,
    today: NaiveDate,
) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from role_grant where user_id = $1 and role = $2 and org_unit_id is not distinct from $3
               and (valid_to is null or valid_to >= $4)) as "has!""#,
        user_id,
        role.code(),
        unit,
        today
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// How many members other than `user_id` administer the whole municipality, with no last day, and can sign in. Takes a lock, so
/// that two administrators cannot remove each other at the same moment.
pub async fn count_other_admins(
    tx: &mut TenantTx,
    user_id: Uuid,
    except_role: Option<Uuid>,
    today: NaiveDate,
) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    lock_roles(tx, tenant).await?;
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from role_grant g
           join sys.membership m on m.tenant_id = g.tenant_id and m.user_id = g.user_id
           join sys.user_account u on u.id = g.user_id
           where m.tenant_id = $1 and m.ended_at is null and u.disabled_at is null and u.password_hash is not null
             and g.role = 'tenant_admin' and g.org_unit_id is null and g.valid_from <= $2 and g.valid_to is null
             and (g.user_id <> $3 or ($4::uuid is not null and g.id <> $4))"#,
        tenant,
        today,
        user_id,
        except_role
    )
    .fetch_one(&mut **tx)
    .await?)
}

async fn lock_roles(connection: &mut PgConnection, tenant_id: Uuid) -> AppResult<()> {
    let key = format!("roles:{tenant_id}");
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(connection).await?;
    Ok(())
}

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

/// Whether whoever has an address is a member now.
pub async fn is_member(tx: &mut TenantTx, email: &str) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from sys.membership m join sys.user_account u on u.id = m.user_id
               where m.tenant_id = $1 and u.email = $2::text::citext and m.ended_at is null) as "is!""#,
        tenant,
        email
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Whether a member administers the whole municipality today.
pub async fn is_admin(tx: &mut TenantTx, user_id: Uuid, today: NaiveDate) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from role_grant where user_id = $1 and role = 'tenant_admin' and org_unit_id is null
               and valid_from <= $2 and (valid_to is null or valid_to >= $2)) as "is!""#,
        user_id,
        today
    )
    .fetch_one(&mut **tx)
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

/// Every role that a member has or has had, those taken away included: the objects of the member's history.
pub async fn list_role_ids(tx: &mut TenantTx, user_id: Uuid) -> AppResult<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!" from role_grant where user_id = $1
           union select object_id from history where op = 'D' and table_name = 'role_grant' and old ->> 'user_id' = $1::uuid::text"#,
        user_id
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The row that says which person a member is.
pub async fn find_profile_id(tx: &mut TenantTx, user_id: Uuid) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from member_profile where user_id = $1", user_id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Something that happened to a membership.
#[derive(Clone, Debug)]
pub struct MemberEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// The kind of security event.
    pub kind: String,
    /// Who did it; empty when the user did.
    pub by: String,
}

/// What happened to a member in this municipality, newest first.
pub async fn list_events(tx: &mut TenantTx, user_id: Uuid, limit: i64) -> AppResult<Vec<MemberEvent>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        MemberEvent,
        r#"select s.at, s.kind, coalesce(b.name, '') as "by!" from sys.security_event s
           left join sys.user_account b on b.id = (s.detail ->> 'by')::uuid
           where s.user_id = $1 and s.tenant_id = $2 order by s.at desc, s.id desc limit $3"#,
        user_id,
        tenant,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Gives a password to an account that has none.
pub async fn set_first_password(executor: impl PgExecutor<'_>, user_id: Uuid, hash: &str) -> AppResult<()> {
    sqlx::query!(
        "update sys.user_account set password_hash = $2 where id = $1 and password_hash is null",
        user_id,
        hash
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// What the mail to an invited user needs.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The user's name.
    pub name: String,
    /// The user's address.
    pub email: String,
    /// Whether the account has a password.
    pub has_password: bool,
    /// The municipality's name.
    pub tenant_name: String,
    /// The municipality's slug.
    pub tenant_slug: String,
}

/// A member to be invited; `None` when the membership has ended meanwhile.
pub async fn find_invited(tx: &mut TenantTx, user_id: Uuid) -> AppResult<Option<Invited>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Invited,
        r#"select u.name, u.email::text as "email!", u.password_hash is not null as "has_password!",
                  t.name as tenant_name, t.slug as tenant_slug
           from sys.membership m join sys.user_account u on u.id = m.user_id join sys.tenant t on t.id = m.tenant_id
           where m.tenant_id = $1 and m.user_id = $2 and m.ended_at is null and u.disabled_at is null"#,
        tenant,
        user_id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Every member by name, those who are members no longer included: for the command line.
pub async fn list_members(tx: &mut TenantTx) -> AppResult<Vec<Member>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Member,
        r#"select m.user_id, u.password_hash is not null as "has_password!", u.last_login_at, m.created_at, m.ended_at,
                  p.id as "person_id?", coalesce(p.is_protected, false) as "is_hidden!",
                  case when p.is_protected then 'Skyddad uppgift' else u.name end as "name!",
                  case when p.is_protected then '' else u.email::text end as "email!",
                  case when p.is_protected then 'Skyddad uppgift' else p.display_name end as person_name
           from sys.membership m join sys.user_account u on u.id = m.user_id
           left join member_profile mp on mp.user_id = m.user_id left join person p on p.id = mp.person_id
           where m.tenant_id = $1 order by 8, m.user_id"#,
        tenant
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The unit of a code.
pub async fn find_unit_id(tx: &mut TenantTx, code: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from org_unit where code = $1", code.trim())
        .fetch_optional(&mut **tx)
        .await?)
}
