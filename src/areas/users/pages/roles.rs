//! Giving and ending roles.

use axum::response::Response;
use uuid::Uuid;

use super::{
    load, parse_role,
    show::{RoleForm, ShowQuery, page},
};
use crate::{
    areas::users::{
        model::{Standing, may_give},
        queries,
    },
    auth::permissions::{Permission, Role},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Path},
        form::Faults,
        page::Flash,
    },
};

/// Gives a role.
pub async fn create(ctx: Ctx, Id(id): Id, Form(raw): Form<RoleForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let role = parse_role(&ctx, &mut faults, (&raw.role, &raw.unit), id == ctx.user.user_id);
    let valid_to = faults.date("valid_to", "Sista dag", &raw.valid_to);
    if valid_to.is_some_and(|last| last < ctx.today()) {
        faults.add("valid_to", "Sista dagen har redan varit. Ange en dag framåt, eller lämna fältet tomt.");
    }
    let mut tx = ctx.begin().await?;
    // A unit's administrator may give a role to anyone whom the right to read users reaches.
    let member = load(&ctx, &mut tx, id, Permission::UserRead).await?;
    if member.standing() == Standing::Ended {
        return Err(AppError::rejected("Användaren är inte längre med. Bjud in igen först."));
    }
    if let Some((role, unit)) = role {
        if unit.is_some_and(|_| faults.is_empty())
            && !queries::unit_exists(&mut tx, unit, ctx.today()).await?
        {
            faults.add("unit", "Enheten finns inte längre. Välj en annan.");
        } else if faults.is_empty() && queries::has_role(&mut tx, id, role, unit, ctx.today()).await? {
            faults.add("role", "Användaren har redan den rollen för den enheten.");
        }
    }
    let (true, Some((role, unit))) = (faults.is_empty(), role) else {
        tx.rollback().await?;
        return page(&ctx, id, ShowQuery::default(), raw, faults).await;
    };
    queries::insert_role(&mut tx, id, role, unit, (ctx.today(), valid_to)).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("users/{id}"), &Flash::success("Rollen är given.")))
}

/// Ends a role at once.
pub async fn end(ctx: Ctx, Path((_, id, role_id)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    load(&ctx, &mut tx, id, Permission::UserRead).await?;
    let given = queries::find_role(&mut tx, id, role_id).await?.ok_or(AppError::NotFound)?;
    let role = given.role().ok_or(AppError::NotFound)?;
    if !may_give(&ctx.principal, false, role, given.unit_id) {
        return Err(AppError::NotFound);
    }
    if !given.is_current(ctx.today()) {
        return Err(AppError::rejected("Rollen är redan avslutad."));
    }
    let is_admin = role == Role::TenantAdmin && given.unit_id.is_none();
    if is_admin && queries::count_other_admins(&mut tx, id, Some(role_id), ctx.today()).await? == 0 {
        return Err(AppError::Forbidden(LAST_ADMIN.into()));
    }
    queries::end_role(&mut tx, role_id, ctx.today()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("users/{id}"), &Flash::success("Rollen är avslutad.")))
}

/// Why the last administrator stays.
pub(super) const LAST_ADMIN: &str = "Det här är den sista registeransvariga som kan logga in. Ge först rollen till någon annan, så att kommunen inte blir utan.";
