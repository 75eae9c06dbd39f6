//! Who is a member, who they are in the register, and what happened to them.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::Member;
use super::roles::end_role;
use crate::{auth::principal::Scope, db::tenant::TenantTx, error::AppResult};

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

/// Where a member's mail goes, and to which municipality its links lead.
#[derive(Debug)]
pub struct Addressee {
    /// The address.
    pub email: String,
    /// The municipality's part of every path.
    pub slug: String,
    /// The municipality's name.
    pub municipality: String,
}

/// A member's address, if the member can still sign in.
pub async fn find_addressee(tx: &mut TenantTx, user_id: Uuid) -> AppResult<Option<Addressee>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Addressee,
        r#"select u.email::text as "email!", t.slug, t.name as municipality
           from sys.user_account u join sys.membership m on m.user_id = u.id join sys.tenant t on t.id = m.tenant_id
           where m.tenant_id = $1 and u.id = $2 and m.ended_at is null and u.disabled_at is null"#,
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
