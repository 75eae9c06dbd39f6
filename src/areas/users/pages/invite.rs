//! Inviting somebody.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{RoleChoices, parse_role, role_choices};
use crate::{
    areas::{
        settings,
        users::{
            model::Email,
            queries::{self, PersonChoice},
            service::{self, Moment, NewMember},
        },
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
    },
};

/// A person to invite, or words to look for one with.
#[derive(Debug, Default, Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    person: Option<Uuid>,
    #[serde(default)]
    q: String,
}

/// What is typed.
#[derive(Debug, Default, Deserialize)]
pub struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    unit: String,
}

#[derive(Template)]
#[template(path = "users/new.html")]
struct NewPage {
    page: Page,
    raw: InviteForm,
    person: Option<PersonChoice>,
    q: String,
    found: Vec<PersonChoice>,
    may_search: bool,
    choices: RoleChoices,
    faults: Faults,
}

/// The form; a person from the register fills in name and address.
pub async fn new(ctx: Ctx, Query(query): Query<NewQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = match query.person {
        Some(id) => Some(find_person(&ctx, &mut tx, id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let raw = InviteForm {
        name: person.as_ref().map(|p| p.label.clone()).unwrap_or_default(),
        email: person.as_ref().map(|p| p.email.clone()).unwrap_or_default(),
        person: person.as_ref().map(|p| p.id.to_string()).unwrap_or_default(),
        ..InviteForm::default()
    };
    let template = page(&ctx, &mut tx, raw, person, &query.q, Faults::default()).await?;
    tx.commit().await?;
    ctx.html(&template)
}

/// Invites.
pub async fn create(ctx: Ctx, Form(raw): Form<InviteForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let email = Email::parse(&raw.email);
    if email.is_none() {
        faults.add("email", "Ange en e-postadress, till exempel namn@kommunen.se.");
    }
    let name = faults.required("name", "Namn", &raw.name, 200);
    let person_id = faults.id("person", "Person", &raw.person);
    let is_self = email.as_ref().is_some_and(|e| e.as_str().eq_ignore_ascii_case(&ctx.user.email));
    let role = parse_role(&ctx, &mut faults, (&raw.role, &raw.unit), is_self);

    let mut tx = ctx.begin().await?;
    let person = match person_id {
        Some(id) => find_person(&ctx, &mut tx, id).await?,
        None => None,
    };
    if person_id.is_some() && person.is_none() {
        faults.add("person", "Personen finns inte i registret, eller är redan användare. Välj igen.");
    }
    // Being a person gives the rights of what that person heads and answers for: only whoever writes users may say so of
    // any address.
    if let (Some(person), Some(email)) = (&person, &email)
        && !ctx.scope_for(Permission::UserWrite).all
        && !person.email.eq_ignore_ascii_case(email.as_str())
    {
        faults.add(
            "email",
            "Ange den adress som personen har i registret. Har personen en annan, be en registeransvarig bjuda in.",
        );
    }
    // A unit's administrator may not see who else is a member: for them it is an invitation all the same.
    if let Some(email) = &email
        && ctx.scope_for(Permission::UserRead).all
        && queries::is_member(&mut tx, email.as_str()).await?
    {
        faults
            .add("email", "Den som har adressen är redan användare här. Ge rollen på användarens egen sida.");
    }
    if let (true, Some(email), Some(role)) = (faults.is_empty(), email, role) {
        let new = NewMember { email, name, person_id, roles: vec![role] };
        let user_id = service::invite(&mut tx, &new, Moment::of(ctx.app.clock())).await?;
        tx.commit().await?;
        let flash = Flash::success("Inbjudan är på väg med e-post.");
        return Ok(ctx.redirect(format!("users/{user_id}"), &flash));
    }
    let mut template = page(&ctx, &mut tx, raw, person, "", faults).await?;
    template.page = template.page.faulty();
    tx.rollback().await?;
    ctx.unprocessable(&template)
}

async fn find_person(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Option<PersonChoice>> {
    let scope = ctx.scope_for(Permission::PersonRead);
    queries::find_free_person(tx, &scope, id, ctx.can(Permission::ProtectedRead)).await
}

async fn page(
    ctx: &Ctx,
    tx: &mut TenantTx,
    raw: InviteForm,
    person: Option<PersonChoice>,
    q: &str,
    faults: Faults,
) -> AppResult<NewPage> {
    let settings = settings::load(tx).await?;
    let scope = ctx.scope_for(Permission::PersonRead);
    let found = if q.trim().is_empty() {
        Vec::new()
    } else {
        queries::list_persons(tx, &scope, q, "", ctx.can(Permission::ProtectedRead)).await?
    };
    Ok(NewPage {
        page: ctx.page(tx, "Bjud in en användare").await?.crumb("Användare", "users"),
        raw,
        person,
        q: q.to_owned(),
        found,
        may_search: !scope.is_empty(),
        choices: role_choices(ctx, tx, &settings).await?,
        faults,
    })
}
