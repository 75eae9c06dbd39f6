//! Users (rules 4): who may enter the municipality, in which roles, for which units.
//!
//! An account belongs to the person and may be a member of several municipalities; roles are given in each of them by itself.
//! Others make users with [`invite`] (by mail) and [`join`] (at once: the set-up page, the command line).

mod jobs;
mod model;
mod pages;
mod queries;
mod service;

pub use self::{
    jobs::jobs,
    model::{Email, GivenRole, Member, Standing, may_give, roles_to_give},
    queries::{Addressee, find_addressee, find_unit_id, list_members},
    service::{Moment, NewMember, invite, join},
};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    auth::permissions::Permission as P, db::tenant::TenantTx, error::AppResult, web::routes::Routes,
};

/// A member's roles that are in force or will be.
pub async fn list_current_roles(
    tx: &mut TenantTx,
    user_id: Uuid,
    today: NaiveDate,
) -> AppResult<Vec<GivenRole>> {
    let mut roles = queries::list_roles(tx, user_id, today).await?;
    roles.retain(|role| role.is_current(today));
    Ok(roles)
}

/// The area's routes.
#[must_use]
pub fn routes() -> Routes {
    use pages::{end, invite, list, roles, show};
    Routes::new()
        .get("/users", P::UserRead, list::list)
        .get("/users/new", P::UserInvite, invite::new)
        .post("/users/new", P::UserInvite, invite::create)
        .get("/users/{id}", P::UserRead, show::show)
        .post("/users/{id}/invite", P::UserInvite, show::invite_again)
        .post("/users/{id}/person", P::UserWrite, show::update_person)
        .post("/users/{id}/roles", P::UserInvite, roles::create)
        .post("/users/{id}/roles/{role_id}/end", P::UserInvite, roles::end)
        .get("/users/{id}/end", P::UserWrite, end::confirm)
        .post("/users/{id}/end", P::UserWrite, end::delete)
}
