//! The area's pages.

pub mod end;
pub mod invite;
pub mod list;
pub mod roles;
pub mod show;

use uuid::Uuid;

use super::{
    model::{Member, roles_to_give},
    queries::{self, UnitChoice},
};
use crate::{
    areas::settings::Settings,
    auth::{
        permissions::{Permission, Role},
        principal::Scope,
    },
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{ctx::Ctx, form::Faults, page_parts::Choice},
};

/// The member of the address, if within reach of a right.
async fn load(ctx: &Ctx, tx: &mut TenantTx, user_id: Uuid, permission: Permission) -> AppResult<Member> {
    let sees = ctx.can(Permission::ProtectedRead);
    queries::find_member(tx, user_id, &ctx.scope_for(permission), sees).await?.ok_or(AppError::NotFound)
}

/// How far the reader may give roles: as the writer of users, else as a unit's administrator.
fn giving_scope(ctx: &Ctx) -> Scope {
    let writes = ctx.scope_for(Permission::UserWrite);
    if writes.is_empty() { ctx.scope_for(Permission::UserInvite) } else { writes }
}

/// What the fields "role" and "unit" of a form offer.
#[derive(Debug)]
struct RoleChoices {
    roles: Vec<Choice>,
    units: Vec<Choice>,
    /// Whether a role may be given for the whole municipality.
    everywhere: bool,
}

async fn role_choices(ctx: &Ctx, tx: &mut TenantTx, settings: &Settings) -> AppResult<RoleChoices> {
    let scope = giving_scope(ctx);
    let roles = roles_to_give(&ctx.principal)
        .into_iter()
        .map(|role| Choice::new(role.code(), settings.names.role(role)))
        .collect();
    let units = queries::list_units(tx, &scope, ctx.today()).await?;
    let units =
        units.into_iter().map(|UnitChoice { id, label }| Choice::new(id.to_string(), label)).collect();
    Ok(RoleChoices { roles, units, everywhere: scope.all })
}

/// Reads role and unit. A fault stands at its field.
fn parse_role(
    ctx: &Ctx,
    faults: &mut Faults,
    (role, unit): (&str, &str),
    to_self: bool,
) -> Option<(Role, Option<Uuid>)> {
    let Some(role) = Role::from_code(role) else {
        faults.add("role", "Välj en roll.");
        return None;
    };
    let before = faults.len();
    let unit = faults.id("unit", "Enhet", unit);
    if faults.len() > before {
        return None;
    }
    if role.needs_unit() && unit.is_none() {
        faults.add("unit", "Välj vilken enhet rollen gäller för. Den gäller då också enheterna under den.");
        return None;
    }
    if !super::model::may_give(&ctx.principal, to_self, role, unit) {
        let text = if to_self {
            "Du kan inte ge dig själv en roll som ger mer än du redan har. Be en annan registeransvarig."
        } else {
            "Du får inte ge den rollen för den enheten. Välj en annan enhet, eller be en registeransvarig."
        };
        faults.add("role", text);
        return None;
    }
    Some((role, unit))
}
