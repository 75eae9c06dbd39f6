//! The roles of members.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::model::GivenRole;
use crate::{auth::permissions::Role, db::tenant::TenantTx, error::AppResult};

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
