//! Who holds which role on a system, and who did.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{db::tenant::TenantTx, error::AppResult};

/// A role that somebody holds, held or will hold.
#[derive(Clone, Debug)]
pub struct RoleHolder {
    /// Identity of the assignment.
    pub id: Uuid,
    /// The code of the role.
    pub role: String,
    /// The person in the register.
    pub person_id: Option<Uuid>,
    /// The name shown: the person's, or what a file said.
    pub name: String,
    /// The name may be shown only to whoever may see protected persons (rules 9.6).
    pub is_protected: bool,
    /// A deputy.
    pub is_deputy: bool,
    /// First day; `None` = always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive; `None` = still.
    pub valid_to: Option<NaiveDate>,
    /// Holds a position as a manager or heads a unit today (rules 4.3).
    pub is_manager: bool,
}

impl RoleHolder {
    /// Whether the role is held on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|d| d <= day) && self.valid_to.is_none_or(|d| d >= day)
    }

    /// Whether a person in the register holds it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.person_id.is_some()
    }
}

/// Every role on a system, ended ones included, newest first within a role.
pub async fn list_roles(tx: &mut TenantTx, system: Uuid, today: NaiveDate) -> AppResult<Vec<RoleHolder>> {
    Ok(sqlx::query_as!(
        RoleHolder,
        r#"select r.id, r.role, r.person_id, coalesce(p.display_name, r.holder_text) as "name!",
                  coalesce(p.is_protected, app.names_protected(r.holder_text)) as "is_protected!", r.is_deputy, r.valid_from, r.valid_to,
                  (exists (select 1 from employment e where e.person_id = r.person_id and e.is_manager
                           and e.status <> 'avslutad' and (e.end_date is null or e.end_date >= $2))
                   or exists (select 1 from org_unit u where u.head_person_id = r.person_id
                              and (u.valid_to is null or u.valid_to >= $2))) as "is_manager!"
           from role_assignment r left join person p on p.id = r.person_id
           where r.system_id = $1
           order by r.role, r.valid_to desc nulls first, r.is_deputy, r.valid_from desc nulls last, r.id"#,
        system,
        today
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A role to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRole {
    /// The system.
    pub system_id: Uuid,
    /// The code of the role.
    pub role: String,
    /// The person, if it is known who it is.
    pub person_id: Option<Uuid>,
    /// What was written, when it is not.
    pub holder_text: String,
    /// A deputy.
    pub is_deputy: bool,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
}

/// Gives roles.
pub async fn insert_roles(tx: &mut TenantTx, roles: &[NewRole]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = roles.iter().map(|_| crate::ids::new_id()).collect();
    let systems: Vec<Uuid> = roles.iter().map(|r| r.system_id).collect();
    let codes: Vec<String> = roles.iter().map(|r| r.role.clone()).collect();
    let persons: Vec<Option<Uuid>> = roles.iter().map(|r| r.person_id).collect();
    let texts: Vec<String> = roles.iter().map(|r| r.holder_text.clone()).collect();
    let deputies: Vec<bool> = roles.iter().map(|r| r.is_deputy).collect();
    let from: Vec<Option<NaiveDate>> = roles.iter().map(|r| r.valid_from).collect();
    let to: Vec<Option<NaiveDate>> = roles.iter().map(|r| r.valid_to).collect();
    sqlx::query!(
        "insert into role_assignment (tenant_id, id, system_id, role, person_id, holder_text, is_deputy, valid_from, valid_to)
         select $1, n.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bool[], $8::date[], $9::date[]) n",
        tenant,
        &ids,
        &systems,
        &codes,
        &persons as &[Option<Uuid>],
        &texts,
        &deputies,
        &from as &[Option<NaiveDate>],
        &to as &[Option<NaiveDate>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One role of a system.
pub async fn find_role(
    tx: &mut TenantTx,
    system: Uuid,
    role: Uuid,
    today: NaiveDate,
) -> AppResult<Option<RoleHolder>> {
    Ok(list_roles(tx, system, today).await?.into_iter().find(|r| r.id == role))
}

/// Changes the days of a role. Constraint `role_assignment_order` = it would end before it begins.
pub async fn update_role_days(
    tx: &mut TenantTx,
    system: Uuid,
    role: Uuid,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<bool> {
    let done = sqlx::query!(
        "update role_assignment set valid_from = $3, valid_to = $4 where system_id = $1 and id = $2",
        system,
        role,
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back a role that was given by mistake.
pub async fn delete_role(tx: &mut TenantTx, system: Uuid, role: Uuid) -> AppResult<bool> {
    let done = sqlx::query!("delete from role_assignment where system_id = $1 and id = $2", system, role)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a role on systems for everyone but its deputies: those who hold it on `day` or later hold it to the day before.
/// What would never have begun is taken away.
pub async fn end_roles(tx: &mut TenantTx, systems: &[Uuid], role: &str, day: NaiveDate) -> AppResult<()> {
    sqlx::query!(
        "delete from role_assignment where system_id = any($1) and role = $2 and not is_deputy and valid_from >= $3",
        systems,
        role,
        day
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update role_assignment set valid_to = $3::date - 1
         where system_id = any($1) and role = $2 and not is_deputy and (valid_to is null or valid_to >= $3)",
        systems,
        role,
        day
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who is proposed as systemägare: the head of the unit that answers for the system, else of the unit above it, and so on
/// (rules 4.3).
pub async fn find_head_above(tx: &mut TenantTx, unit: Uuid) -> AppResult<Option<(Uuid, String)>> {
    let row = sqlx::query!(
        r#"with recursive up as (
               select id, parent_id, head_person_id, 0 as depth from org_unit where id = $1
               union all
               select u.id, u.parent_id, u.head_person_id, up.depth + 1 from org_unit u join up on u.id = up.parent_id where up.depth < 12
           )
           select p.id as "id!", p.display_name as "name!" from up join person p on p.id = up.head_person_id
           where not p.is_protected order by up.depth limit 1"#,
        unit
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|r| (r.id, r.name)))
}
