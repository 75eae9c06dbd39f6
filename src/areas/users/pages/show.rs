//! One member: roles, person, history; and what can be done.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{RoleChoices, load, role_choices};
use crate::{
    areas::{
        audit::{self, History, Viewer},
        settings,
        users::{
            jobs::InvitationMail,
            model::{GivenRole, Member, Standing, may_give},
            queries::{self, MemberEvent, PersonChoice},
            service,
        },
    },
    auth::{event, permissions::Permission},
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    jobs::Enqueue,
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
    },
};

/// Where in the history to go on from; words to look for a person with.
#[derive(Debug, Default, Deserialize)]
pub struct ShowQuery {
    #[serde(default)]
    before: String,
    #[serde(default)]
    q: String,
}

/// A role as the page shows it.
struct RoleRow {
    given: GivenRole,
    name: String,
    is_current: bool,
    may_end: bool,
}

/// What is typed to give a role.
#[derive(Debug, Default, Deserialize)]
pub struct RoleForm {
    #[serde(default)]
    pub(super) role: String,
    #[serde(default)]
    pub(super) unit: String,
    #[serde(default)]
    pub(super) valid_to: String,
}

#[derive(Template)]
#[template(path = "users/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct ShowPage {
    page: Page,
    member: Member,
    roles: Vec<RoleRow>,
    choices: RoleChoices,
    raw: RoleForm,
    faults: Faults,
    /// May give roles here at all.
    may_give: bool,
    /// May end the membership and say which person the user is.
    may_write: bool,
    may_invite_again: bool,
    may_link: bool,
    suggestions: Vec<PersonChoice>,
    q: String,
    events: Vec<(MemberEvent, &'static str)>,
    history: Option<History>,
}

/// The member's page.
pub async fn show(ctx: Ctx, Id(id): Id, Query(query): Query<ShowQuery>) -> AppResult<Response> {
    page(&ctx, id, query, RoleForm::default(), Faults::default()).await
}

/// The page, with a form that came back with faults or without.
pub(super) async fn page(
    ctx: &Ctx,
    id: Uuid,
    query: ShowQuery,
    raw: RoleForm,
    faults: Faults,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let member = load(ctx, &mut tx, id, Permission::UserRead).await?;
    let settings = settings::load(&mut tx).await?;
    let is_member = member.standing() != Standing::Ended;
    let roles = queries::list_roles(&mut tx, id, ctx.today()).await?;
    let roles = roles
        .into_iter()
        .map(|given| RoleRow {
            name: given
                .role()
                .map_or_else(|| given.role.clone(), |role| settings.names.role(role).to_owned()),
            is_current: given.is_current(ctx.today()),
            may_end: is_member
                && given.role().is_some_and(|role| may_give(&ctx.principal, false, role, given.unit_id)),
            given,
        })
        .collect();
    let may_write = ctx.scope_for(Permission::UserWrite).all;
    let may_link = may_write && is_member && !member.is_hidden && ctx.can(Permission::PersonRead);
    let suggestions = suggestions(ctx, &mut tx, &member, may_link, &query.q).await?;
    let events = queries::list_events(&mut tx, id, 20).await?;
    let history = if ctx.scope().all && !member.is_hidden {
        let mut objects: Vec<(&str, Uuid)> =
            queries::list_role_ids(&mut tx, id).await?.into_iter().map(|id| ("role_grant", id)).collect();
        objects.extend(queries::find_profile_id(&mut tx, id).await?.map(|id| ("member_profile", id)));
        Some(audit::history_of(&mut tx, &Viewer::of(ctx), &objects, &query.before).await?)
    } else {
        None
    };
    let title = member.name.clone();
    let is_faulty = !faults.is_empty();
    let frame = ctx.page(&mut tx, title).await?.crumb("Användare", "users");
    let template = ShowPage {
        page: if is_faulty { frame.faulty() } else { frame },
        choices: role_choices(ctx, &mut tx, &settings).await?,
        may_give: is_member && ctx.can(Permission::UserInvite),
        may_write,
        may_invite_again: member.standing() == Standing::Invited && ctx.can(Permission::UserInvite),
        may_link,
        suggestions,
        q: query.q,
        events: events.into_iter().map(|e| (e.clone(), event::Kind::label(&e.kind))).collect(),
        history,
        member,
        roles,
        raw,
        faults,
    };
    tx.commit().await?;
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Persons who could be the user: those searched for, else those with the same address.
async fn suggestions(
    ctx: &Ctx,
    tx: &mut TenantTx,
    member: &Member,
    may_link: bool,
    q: &str,
) -> AppResult<Vec<PersonChoice>> {
    if !may_link || member.person_id.is_some() {
        return Ok(Vec::new());
    }
    let scope = ctx.scope_for(Permission::PersonRead);
    queries::list_persons(tx, &scope, q, &member.email, ctx.can(Permission::ProtectedRead)).await
}

/// Sends the invitation again.
pub async fn invite_again(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let member = load(&ctx, &mut tx, id, Permission::UserInvite).await?;
    if member.standing() != Standing::Invited {
        return Err(AppError::rejected("Användaren har redan valt ett lösenord, eller är inte längre med."));
    }
    // Several presses in a row are one letter.
    let job = Enqueue::new(&InvitationMail { user_id: id }, ctx.now())?.unique(id.to_string());
    if job.in_tenant(&mut tx).await?.is_some() {
        service::record(&mut tx, event::Kind::Invited, id, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(ctx.redirect(
        format!("users/{id}"),
        &Flash::success("En ny inbjudan är på väg. Den förra länken slutar gälla."),
    ))
}

/// Which person the user is.
#[derive(Debug, Default, Deserialize)]
pub struct PersonForm {
    #[serde(default)]
    person: String,
}

/// Says which person in the register the user is; empty takes the link away.
pub async fn update_person(ctx: Ctx, Id(id): Id, Form(form): Form<PersonForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let person_id = faults.id("person", "Person", &form.person);
    if !faults.is_empty() {
        return Err(AppError::NotFound);
    }
    let mut tx = ctx.begin().await?;
    let member = load(&ctx, &mut tx, id, Permission::UserWrite).await?;
    if member.is_hidden {
        return Err(AppError::NotFound);
    }
    // A person heads units and holds roles on systems: being that person gives rights.
    if person_id.is_some() && id == ctx.user.user_id {
        return Err(AppError::Forbidden(
            "Du kan inte koppla dig själv till en person, för det kan ge dig fler rättigheter. Be en annan registeransvarig.".into(),
        ));
    }
    if let Some(person_id) = person_id {
        let scope = ctx.scope_for(Permission::PersonRead);
        let sees = ctx.can(Permission::ProtectedRead);
        queries::find_free_person(&mut tx, &scope, person_id, sees).await?.ok_or(AppError::NotFound)?;
    }
    queries::update_person(&mut tx, id, person_id).await?;
    tx.commit().await?;
    let text = if person_id.is_some() {
        "Användaren är kopplad till personen."
    } else {
        "Kopplingen är borttagen."
    };
    Ok(ctx.redirect(format!("users/{id}"), &Flash::success(text)))
}
