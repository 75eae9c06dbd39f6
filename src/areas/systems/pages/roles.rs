//! Who holds which role on a system: today, before, and from a day to come.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::is_system_role,
        queries::{
            holders::{self, Candidate},
            roles::{self, NewRole, RoleHolder},
        },
    },
    PROTECTED,
    frame::{self, At, Head, Opened},
    show::{self, RoleLine},
};
use crate::{
    areas::{people, settings::Named},
    auth::permissions::{Permission as P, object_role_gives_more},
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Path, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// Which role the form is for: `?role=systemagare`.
#[derive(Debug, Default, Deserialize)]
pub struct RolesQuery {
    #[serde(default)]
    role: String,
}

/// The form that gives a role.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawRole {
    role: String,
    holder: String,
    /// Chosen among namesakes.
    person_id: String,
    /// Nobody was found; keep the name as text.
    as_text: String,
    is_deputy: String,
    valid_from: String,
    valid_to: String,
}

/// A role that was held, or will be.
struct OtherTime {
    id: Uuid,
    role: String,
    name: String,
    is_deputy: bool,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    is_coming: bool,
}

/// A role held today, with the way to change it.
struct Now {
    line: RoleLine,
    /// Where everything that the holder answers for is handed over, when the holder leaves.
    handover: Option<String>,
    id: Option<Uuid>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "systems/roles.html")]
struct RolesPage {
    page: Page,
    head: Head,
    now: Vec<Now>,
    other: Vec<OtherTime>,
    raw: RawRole,
    faults: Faults,
    roles: Vec<Choice>,
    candidates: Vec<Choice>,
    offer_text: bool,
    proposal: String,
}

/// What a form that came back asks besides.
#[derive(Default)]
struct Ask {
    candidates: Vec<Choice>,
    offer_text: bool,
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    opened: &Opened,
    mut raw: RawRole,
    faults: Faults,
    ask: Ask,
) -> AppResult<Response> {
    let (page, head) = frame::head(ctx, &mut tx, opened, At::Roles, "Roller").await?;
    let given = roles::list_roles(&mut tx, opened.system.id, ctx.today()).await?;
    let leaving = people::list_leaving_holders(&mut tx, opened.system.id, ctx.today()).await?;
    let mut proposal = String::new();
    if raw.role == "systemagare"
        && raw.holder.is_empty()
        && faults.is_empty()
        && let Some(unit) = opened.system.fields.owner_unit_id
        && let Some((_, name)) = roles::find_head_above(&mut tx, unit).await?
    {
        raw.holder.clone_from(&name);
        "Förslaget är chefen för den förvaltning som ansvarar för systemet.".clone_into(&mut proposal);
    }
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let names = &opened.settings.names;
    let choices = names.list(Named::ObjectRole);
    let template = RolesPage {
        page: if came_back { page.faulty() } else { page },
        now: now(ctx, opened, &given, &leaving),
        other: other(ctx, opened, &given),
        head,
        raw,
        faults,
        roles: choices
            .into_iter()
            .filter(|(code, _)| is_system_role(code))
            .map(|(code, name)| Choice::new(code, name))
            .collect(),
        candidates: ask.candidates,
        offer_text: ask.offer_text,
        proposal,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

fn now(ctx: &Ctx, opened: &Opened, given: &[RoleHolder], leaving: &[Uuid]) -> Vec<Now> {
    let today: Vec<RoleHolder> = given.iter().filter(|r| r.holds_on(ctx.today())).cloned().collect();
    let mut left: Vec<&RoleHolder> = today.iter().collect();
    show::role_lines(ctx, opened, &today)
        .into_iter()
        .map(|line| {
            let at = if line.name.is_empty() { None } else { left.iter().position(|r| r.role == line.code) };
            let holder = at.map(|i| left.remove(i));
            let person = holder.and_then(|h| h.person_id).filter(|id| leaving.contains(id));
            Now {
                handover: person.map(|id| ctx.path(format!("people/{id}/handover"))),
                id: holder.map(|h| h.id),
                from: holder.and_then(|h| h.valid_from),
                to: holder.and_then(|h| h.valid_to),
                line,
            }
        })
        .collect()
}

fn other(ctx: &Ctx, opened: &Opened, held: &[RoleHolder]) -> Vec<OtherTime> {
    let may_see_protected = ctx.can(P::ProtectedRead);
    held.iter()
        .filter(|r| !r.holds_on(ctx.today()))
        .map(|r| OtherTime {
            id: r.id,
            role: opened.settings.names.object_role(&r.role).to_owned(),
            name: if r.is_protected && !may_see_protected { PROTECTED.to_owned() } else { r.name.clone() },
            is_deputy: r.is_deputy,
            from: r.valid_from,
            to: r.valid_to,
            is_coming: r.valid_from.is_some_and(|d| d > ctx.today()),
        })
        .collect()
}

/// The tab.
pub async fn show(ctx: Ctx, Id(id): Id, Query(query): Query<RolesQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    let raw = RawRole { role: query.role, valid_from: ctx.today().to_string(), ..RawRole::default() };
    draw(&ctx, tx, &opened, raw, Faults::default(), Ask::default()).await
}

/// Gives a role. A systemägare follows the one before: the system has one (rules 4.3).
pub async fn assign(ctx: Ctx, Id(id): Id, Form(raw): Form<RawRole>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let mut faults = Faults::default();
    let (mut new, holder) = parse(&raw, opened.system.id, &mut faults);
    let mut ask = Ask::default();
    if faults.is_empty() {
        find_holder(
            &mut tx,
            (&raw, &holder),
            opened.system.fields.owner_unit_id,
            &mut new,
            (&mut faults, &mut ask),
        )
        .await?;
    }
    if faults.is_empty() && is_for_oneself(&ctx, &opened, &new.role, new.person_id) {
        faults.add("holder", FOR_ONESELF);
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, &opened, raw, faults, ask).await;
    }
    if let (true, false, Some(from)) = (new.role == "systemagare", new.is_deputy, new.valid_from) {
        roles::end_roles(&mut tx, &[opened.system.id], "systemagare", from).await?;
    }
    roles::insert_roles(&mut tx, std::slice::from_ref(&new)).await?;
    let held = roles::list_roles(&mut tx, opened.system.id, ctx.today()).await?;
    tx.commit().await?;
    let is_owner = new.role == "systemagare" && !new.is_deputy;
    let lacks_post =
        is_owner && held.iter().any(|r| r.person_id == new.person_id && r.is_known() && !r.is_manager);
    let name = opened.settings.names.object_role(&new.role).to_lowercase();
    let flash = if lacks_post {
        Flash::warning(format!(
            "Rollen som {name} är sparad. Personen är inte chef enligt personaluppgifterna, och en systemägare ska vara det."
        ))
    } else {
        Flash::success(format!("Rollen som {name} är sparad."))
    };
    Ok(ctx.redirect(opened.path("roles"), &flash))
}

/// Why somebody else must give the role.
pub(in super::super) const FOR_ONESELF: &str =
    "Du kan inte ge dig själv en roll som ger dig fler rättigheter. Be någon annan som får ändra systemet.";

/// Whether the user would take a role that gives more than the user's roles in the units do.
fn is_for_oneself(ctx: &Ctx, opened: &Opened, role: &str, person: Option<Uuid>) -> bool {
    let unit = opened.system.fields.owner_unit_id;
    person.is_some()
        && person == ctx.principal.person_id
        && object_role_gives_more(role, |p| ctx.scope_for(p).reaches_unit(unit))
}

fn parse(raw: &RawRole, system: Uuid, q: &mut Faults) -> (NewRole, String) {
    let role = if is_system_role(&raw.role) { raw.role.as_str() } else { "?" };
    let codes: Vec<&str> = crate::auth::permissions::OBJECT_ROLES.iter().map(|(code, _)| *code).collect();
    let role = q.choice("role", "Roll", role, &codes);
    if role.is_empty() && q.is_empty() {
        q.add("role", "Välj roll.");
    }
    let holder = q.required("holder", "Vem som har rollen", &raw.holder, 200);
    let from = q.date("valid_from", "Första dagen", &raw.valid_from);
    let to = q.date("valid_to", "Sista dagen", &raw.valid_to);
    if from.is_none() && q.of("valid_from").is_none() {
        q.add("valid_from", "Ange från vilken dag personen har rollen.");
    }
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        q.add("valid_to", "Sista dagen kan inte ligga före den första.");
    }
    let new = NewRole {
        system_id: system,
        role,
        is_deputy: raw.is_deputy == "ja",
        valid_from: from,
        valid_to: to,
        ..NewRole::default()
    };
    (new, holder)
}

async fn find_holder(
    tx: &mut TenantTx,
    (raw, holder): (&RawRole, &str),
    unit: Option<Uuid>,
    new: &mut NewRole,
    (faults, ask): (&mut Faults, &mut Ask),
) -> AppResult<()> {
    let found = people::find_holder(tx, holder, unit).await?;
    let chosen = Uuid::parse_str(&raw.person_id).ok().filter(|c| found.candidates.contains(c));
    if let Some(person) = found.person_id.or(chosen) {
        new.person_id = Some(person);
    } else if !found.candidates.is_empty() {
        faults.add("person_id", "Flera personer kan heta så. Välj vem det gäller.");
        ask.candidates =
            holders::list_candidates(tx, &found.candidates).await?.into_iter().map(|c| label(&c)).collect();
    } else if raw.as_text == "ja" {
        holder.clone_into(&mut new.holder_text);
    } else {
        faults.add(
            "holder",
            "Personen finns inte bland personerna. Kontrollera stavningen, eller kryssa för att spara namnet som text.",
        );
        ask.offer_text = true;
    }
    Ok(())
}

fn label(candidate: &Candidate) -> Choice {
    let id = candidate.id.to_string();
    if candidate.is_protected {
        Choice::new(id, PROTECTED)
    } else {
        Choice::new(id, &candidate.name).with_hint(&candidate.note)
    }
}

/// The form that changes the days of a role.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawDays {
    valid_from: String,
    valid_to: String,
}

#[derive(Template)]
#[template(path = "systems/role.html")]
struct RolePage {
    page: Page,
    head: Head,
    role: String,
    action: String,
    delete_path: String,
    name: String,
    is_deputy: bool,
    raw: RawDays,
    faults: Faults,
}

async fn draw_days(
    ctx: &Ctx,
    (id, role): (Uuid, Uuid),
    raw: Option<RawDays>,
    faults: Faults,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(ctx, &mut tx, id, P::SystemWrite).await?;
    let holder =
        roles::find_role(&mut tx, opened.system.id, role, ctx.today()).await?.ok_or(AppError::NotFound)?;
    let (page, head) = frame::head(ctx, &mut tx, &opened, At::Roles, "Ändra rollen").await?;
    tx.commit().await?;
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let came_back = !faults.is_empty();
    let template = RolePage {
        page: if came_back { page.faulty() } else { page },
        head,
        role: opened.settings.names.object_role(&holder.role).to_owned(),
        action: ctx.path(opened.path(&format!("roles/{role}"))),
        delete_path: ctx.path(opened.path(&format!("roles/{role}/delete"))),
        name: if holder.is_protected && !ctx.can(P::ProtectedRead) {
            PROTECTED.to_owned()
        } else {
            holder.name.clone()
        },
        is_deputy: holder.is_deputy,
        raw: raw.unwrap_or_else(|| RawDays {
            valid_from: day(holder.valid_from),
            valid_to: day(holder.valid_to),
        }),
        faults,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The days of a role.
pub async fn edit(ctx: Ctx, Path((_, id, role)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    draw_days(&ctx, (id, role), None, Faults::default()).await
}

/// Changes the days of a role: ends it, most often.
pub async fn update(
    ctx: Ctx,
    Path((_, id, role)): Path<(String, Uuid, Uuid)>,
    Form(raw): Form<RawDays>,
) -> AppResult<Response> {
    let mut faults = Faults::default();
    let from = faults.date("valid_from", "Första dagen", &raw.valid_from);
    let to = faults.date("valid_to", "Sista dagen", &raw.valid_to);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.add("valid_to", "Sista dagen kan inte ligga före den första.");
    }
    if !faults.is_empty() {
        return draw_days(&ctx, (id, role), Some(raw), faults).await;
    }
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    let held =
        roles::find_role(&mut tx, opened.system.id, role, ctx.today()).await?.ok_or(AppError::NotFound)?;
    let begins_earlier = held.valid_from.is_some_and(|old| from.is_none_or(|new| new < old));
    let ends_later = held.valid_to.is_some_and(|old| to.is_none_or(|new| new > old));
    if (begins_earlier || ends_later) && is_for_oneself(&ctx, &opened, &held.role, held.person_id) {
        return Err(AppError::Forbidden(FOR_ONESELF.into()));
    }
    if !roles::update_role_days(&mut tx, opened.system.id, role, from, to).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path("roles"), &Flash::success("Rollen är ändrad.")))
}

/// Takes back a role that was given by mistake.
pub async fn remove(ctx: Ctx, Path((_, id, role)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for(&ctx, &mut tx, id, P::SystemWrite).await?;
    if !roles::delete_role(&mut tx, opened.system.id, role).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path("roles"), &Flash::success("Rollen är borttagen.")))
}
