//! Making members: the one way for the pages, the set-up page and the command line.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    jobs::InvitationMail,
    model::Email,
    queries::{self, Account},
};
use crate::{
    auth::{
        event::{Event, Kind},
        permissions::Role,
    },
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    jobs,
};

/// Somebody who is to be a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The address that the account is known by.
    pub email: Email,
    /// The name, for an account that is new.
    pub name: String,
    /// The person in the register.
    pub person_id: Option<Uuid>,
    /// Roles, each for a unit or for the whole municipality.
    pub roles: Vec<(Role, Option<Uuid>)>,
}

/// Time and day of what is done.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Now.
    pub now: DateTime<Utc>,
    /// Today in Sweden.
    pub today: NaiveDate,
}

impl Moment {
    /// By a clock.
    #[must_use]
    pub fn of(clock: &crate::clock::Clock) -> Self {
        Self { now: clock.now(), today: clock.today() }
    }
}

/// Makes somebody a member and queues the mail that invites them. Who has an account already becomes a member with it.
///
/// The caller has checked that the roles may be given ([`super::may_give`]).
pub async fn invite(tx: &mut TenantTx, new: &NewMember, at: Moment) -> AppResult<Uuid> {
    let user_id = add(tx, new, None, at).await?;
    jobs::enqueue(tx, &InvitationMail { user_id }, at.now).await?;
    record(tx, Kind::Invited, user_id, at.now).await?;
    Ok(user_id)
}

/// Makes somebody a member at once, with a password for an account that is new. A password for one that has an account is
/// refused: it is not the municipality's to change.
pub async fn join(
    tx: &mut TenantTx,
    new: &NewMember,
    password_hash: Option<&str>,
    at: Moment,
) -> AppResult<Uuid> {
    let user_id = add(tx, new, password_hash, at).await?;
    record(tx, Kind::UserCreated, user_id, at.now).await?;
    Ok(user_id)
}

async fn add(tx: &mut TenantTx, new: &NewMember, password_hash: Option<&str>, at: Moment) -> AppResult<Uuid> {
    let user_id = match queries::find_account(&mut **tx, new.email.as_str()).await? {
        Some(Account { is_disabled: true, .. }) => {
            return Err(AppError::rejected(
                "Kontot med den adressen är avstängt. Hör av dig till den som driver Överblick.",
            ));
        }
        Some(Account { has_password: true, .. }) if password_hash.is_some() => {
            return Err(AppError::rejected(
                "Det finns redan ett konto med den adressen. Lägg till användaren utan lösenord; det som finns gäller.",
            ));
        }
        Some(account) => {
            if let Some(hash) = password_hash {
                queries::set_first_password(&mut **tx, account.id, hash).await?;
            }
            account.id
        }
        None => queries::insert_account(&mut **tx, &new.email, &new.name, password_hash).await?,
    };
    queries::insert_membership(tx, user_id, at.now).await?;
    if new.person_id.is_some() {
        queries::update_person(tx, user_id, new.person_id).await?;
    }
    for (role, unit) in &new.roles {
        if !queries::has_role(tx, user_id, *role, *unit, at.today).await? {
            queries::insert_role(tx, user_id, *role, *unit, (at.today, None)).await?;
        }
    }
    Ok(user_id)
}

/// Keeps a security event about a member of the transaction's municipality, with who did it.
pub(super) async fn record(
    tx: &mut TenantTx,
    kind: Kind,
    user_id: Uuid,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.actor().clone());
    let event = Event { request_id: actor.request_id, ..Event::of(kind, user_id).tenant(tenant) };
    event.detail(json!({ "by": actor.user_id })).record(&mut **tx, now).await
}
