//! The signed-in user in one municipality: which rights, and how far they reach.

use uuid::Uuid;

use super::permissions::{self, Permission, Role};
use crate::{db::tenant::TenantTx, error::AppResult};

/// How far a right reaches. Every query that returns rows owned by a unit takes one, so a list cannot be asked for
/// without it.
///
/// A row is within reach if `all`, or its unit is among `units`, or `person_id` holds one of `object_roles` on it:
/// ```sql
/// where ($all or owner_unit_id = any($units) or exists (select 1 from role_assignment r
///        where r.system_id = s.id and r.person_id = $person and r.role = any($roles) and r.valid_to is null))
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The whole municipality.
    pub all: bool,
    /// These units, those under them included.
    pub units: Vec<Uuid>,
    /// The person whose own objects count.
    pub person_id: Option<Uuid>,
    /// The roles on an object that count.
    pub object_roles: Vec<String>,
}

impl Scope {
    /// The whole municipality: for jobs, commands and tests.
    #[must_use]
    pub fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Whether nothing is within reach.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.units.is_empty() && (self.person_id.is_none() || self.object_roles.is_empty())
    }

    /// Whether a unit is within reach.
    #[must_use]
    pub fn reaches_unit(&self, unit: Option<Uuid>) -> bool {
        self.all || unit.is_some_and(|u| self.units.contains(&u))
    }
}

/// A role given to a user, with the units it reaches.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The units it reaches, those under them included; `None` = the whole municipality.
    pub units: Option<Vec<Uuid>>,
}

/// The signed-in user in one municipality.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    /// The user.
    pub user_id: Uuid,
    /// The person in the register that the user is.
    pub person_id: Option<Uuid>,
    /// The roles.
    pub grants: Vec<Grant>,
    /// The roles that the person has today on any system or contract: whoever has none has no right by them.
    pub object_roles: Vec<String>,
}

impl Principal {
    /// How far a right reaches for this user; `None` = no such right at all.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Option<Scope> {
        let mut scope = Scope::default();
        for grant in self.grants.iter().filter(|g| permissions::allows(g.role, permission)) {
            match &grant.units {
                None => scope.all = true,
                Some(units) => scope.units.extend(units),
            }
        }
        if self.person_id.is_some() {
            scope.object_roles = permissions::object_roles_with(permission)
                .into_iter()
                .filter(|role| self.object_roles.iter().any(|held| held == role))
                .map(str::to_owned)
                .collect();
            if !scope.object_roles.is_empty() {
                scope.person_id = self.person_id;
            }
        }
        if permission.is_of_the_whole() && !scope.all {
            return None;
        }
        (permission == Permission::Member || !scope.is_empty()).then_some(scope)
    }

    /// Whether the user has a right, on something at least.
    #[must_use]
    pub fn can(&self, permission: Permission) -> bool {
        self.scope(permission).is_some()
    }

    /// Whether the user has a role, wherever.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }
}

/// Loads a user's roles in the municipality. Whoever is registered as the head of a unit has the role of manager there
/// without being given it: flags and questions fall back to the head (rules 4.3), who must be able to read what they
/// are about.
pub async fn load(tx: &mut TenantTx, user_id: Uuid, today: chrono::NaiveDate) -> AppResult<Principal> {
    let rows = sqlx::query!(
        r#"
        with recursive profile as (
            select person_id from member_profile where user_id = $1
        ), granted as (
            select role, org_unit_id from role_grant
            where user_id = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
            union
            select 'manager', u.id from org_unit u join profile p on p.person_id = u.head_person_id
            where u.valid_to is null or u.valid_to >= $2
        ), reach as (
            select role, org_unit_id as root, org_unit_id as unit from granted where org_unit_id is not null
            union
            select r.role, r.root, u.id from reach r join org_unit u on u.parent_id = r.unit
        )
        select g.role as "role!", g.org_unit_id is null as "everywhere!",
               coalesce(array_agg(r.unit) filter (where r.unit is not null), '{}') as "units!",
               (select person_id from profile) as person_id
        from granted g left join reach r on r.role = g.role and r.root = g.org_unit_id
        group by g.role, g.org_unit_id
        union all
        select '', false, '{}', person_id from profile
        "#,
        user_id,
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    let object_roles = sqlx::query_scalar!(
        "select distinct a.role from role_assignment a join member_profile m on m.person_id = a.person_id
         where m.user_id = $1 and (a.valid_from is null or a.valid_from <= $2) and (a.valid_to is null or a.valid_to >= $2)",
        user_id,
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut principal = Principal { user_id, object_roles, ..Principal::default() };
    for row in rows {
        principal.person_id = principal.person_id.or(row.person_id);
        if let Some(role) = Role::from_code(&row.role) {
            principal.grants.push(Grant { role, units: (!row.everywhere).then_some(row.units) });
        }
    }
    Ok(principal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(role: Role, units: Option<Vec<Uuid>>) -> Principal {
        Principal { grants: vec![Grant { role, units }], ..Principal::default() }
    }

    #[test]
    fn a_grant_for_a_unit_reaches_that_unit_and_no_other() {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let scope = principal(Role::UnitAdmin, Some(vec![mine])).scope(Permission::SystemWrite).unwrap();
        assert!(scope.reaches_unit(Some(mine)));
        assert!(!scope.reaches_unit(Some(other)));
        assert!(!scope.reaches_unit(None));
    }

    #[test]
    fn without_a_role_there_is_no_scope_but_membership() {
        let nobody = Principal::default();
        assert_eq!(nobody.scope(Permission::SystemRead), None);
        assert!(nobody.can(Permission::Member));
    }

    #[test]
    fn whoever_has_a_role_on_an_object_reaches_that_object() {
        let person = Uuid::from_u128(7);
        let nobody = Principal { person_id: Some(person), ..Principal::default() };
        assert_eq!(nobody.scope(Permission::SystemRead), None);
        let roles = ["systemforvaltare", "it_kontakt"].map(str::to_owned).to_vec();
        let holder = Principal { object_roles: roles, ..nobody };
        let scope = holder.scope(Permission::SystemWrite).unwrap();
        assert_eq!(scope.person_id, Some(person));
        assert!(scope.object_roles.iter().any(|r| r == "systemforvaltare"));
        assert!(!scope.object_roles.iter().any(|r| r == "it_kontakt"));
        assert_eq!(holder.scope(Permission::UserRead), None);
    }
}
