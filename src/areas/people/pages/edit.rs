//! Adding a person by hand and changing one.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::{
    super::{
        PERSONAL_ID,
        forms::{RawPerson, SORTS},
        model::{Employment, Person},
        queries::{self, Sealed},
    },
    frame::{self, path},
};
use crate::{
    areas::{audit::AccessKind, organisation},
    auth::permissions::Permission as P,
    crypto::Secret,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    ids::new_id,
    rules::personal_id::PersonalId,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "people/edit.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct EditPage {
    page: Page,
    raw: RawPerson,
    faults: Faults,
    action: String,
    cancel: String,
    is_new: bool,
    has_personal_id: bool,
    is_from_file: bool,
    sorts: &'static [&'static str],
    units: Vec<Choice>,
    must_have_unit: bool,
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    person: Option<&Person>,
    raw: RawPerson,
    faults: Faults,
) -> AppResult<Response> {
    let title = if person.is_some() { "Redigera person" } else { "Ny person" };
    let mut page = ctx.page(&mut tx, title).await?.crumb("Personer", "people");
    let mut is_from_file = false;
    let mut units = Vec::new();
    if let Some(person) = person {
        page = page.crumb(&person.display_name, path(person.id, ""));
        let employments = queries::list_employments(&mut tx, person.id).await?;
        is_from_file = employments.iter().any(|e| e.kind != "uppdrag");
    } else {
        units = units_within(ctx, &mut tx, None).await?;
    }
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let rest = person.map_or_else(|| "people".to_owned(), |p| path(p.id, ""));
    let template = EditPage {
        page: if came_back { page.faulty() } else { page },
        // The number is not sent back.
        raw: RawPerson { personal_id: String::new(), ..raw },
        faults,
        action: ctx.path(person.map_or_else(|| "people".to_owned(), |p| path(p.id, "edit"))),
        cancel: ctx.path(rest),
        is_new: person.is_none(),
        has_personal_id: person.is_some_and(|p| p.has_personal_id),
        is_from_file,
        sorts: &SORTS,
        units,
        must_have_unit: !ctx.scope_for(P::PersonWrite).all,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The units that the user may put a person in; `chosen` is offered too.
pub async fn units_within(ctx: &Ctx, tx: &mut TenantTx, chosen: Option<Uuid>) -> AppResult<Vec<Choice>> {
    let scope = ctx.scope_for(P::PersonWrite);
    let mut choices = organisation::choices(tx, ctx.today(), chosen).await?;
    choices.retain(|c| {
        let id = Uuid::parse_str(&c.value).ok();
        scope.reaches_unit(id) || id == chosen
    });
    Ok(choices)
}

/// Whether the user may put a person in a unit.
pub async fn reached(ctx: &Ctx, tx: &mut TenantTx, chosen: Option<Uuid>) -> AppResult<Vec<Uuid>> {
    let choices = units_within(ctx, tx, chosen).await?;
    Ok(choices.iter().filter_map(|c| Uuid::parse_str(&c.value).ok()).collect())
}

/// The form of a new person.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    let mut raw = RawPerson::default();
    raw.assignment.start_date = ctx.today().to_string();
    let tx = ctx.begin().await?;
    draw(&ctx, tx, None, raw, Faults::default()).await
}

/// Seals a number, if nobody else has it.
async fn seal(
    ctx: &Ctx,
    tx: &mut TenantTx,
    number: Option<&PersonalId>,
    of: Uuid,
    faults: &mut Faults,
) -> AppResult<Option<Sealed>> {
    let Some(number) = number else { return Ok(None) };
    let secret = Secret { tenant_id: tx.tenant_id(), column: PERSONAL_ID };
    let keys = ctx.app.keys();
    if queries::is_number_taken(tx, &keys.hashes(secret, number.normal()), of).await? {
        faults.add(
            "personal_id",
            "En annan person i registret har redan det numret. Sök efter personen i stället.",
        );
        return Ok(None);
    }
    Ok(Some(Sealed { cipher: keys.seal(secret, number.normal()), hash: keys.hash(secret, number.normal()) }))
}

/// Adds a person, with an assignment if one was typed.
pub async fn create(ctx: Ctx, Form(raw): Form<RawPerson>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let mut faults = Faults::default();
    let fresh = Person { id: new_id(), version: 1, ..Person::default() };
    let (person, number) = raw.read(&fresh, ctx.today(), &mut faults);
    let assignment = if raw.assignment.is_empty() && ctx.scope_for(P::PersonWrite).all {
        None
    } else {
        let units = reached(&ctx, &mut tx, None).await?;
        let over = Employment { id: new_id(), ..Employment::default() };
        Some(raw.assignment.read(&over, ctx.today(), |id| units.contains(&id), &mut faults))
    };
    let sealed = seal(&ctx, &mut tx, number.as_ref(), person.id, &mut faults).await?;
    if !faults.is_empty() {
        return draw(&ctx, tx, None, raw, faults).await;
    }
    queries::insert_person(&mut tx, &person, sealed.as_ref()).await?;
    if let Some(assignment) = &assignment {
        queries::insert_assignment(&mut tx, person.id, assignment).await?;
    }
    tx.commit().await?;
    Ok(after(&ctx, &person, "Personen är tillagd."))
}

/// On to the person's page, unless the user may not see it.
fn after(ctx: &Ctx, person: &Person, text: &'static str) -> Response {
    if person.is_protected && !ctx.can(P::ProtectedRead) {
        let text =
            format!("{text} Personen har skyddade personuppgifter och visas bara för den som är behörig.");
        return ctx.redirect("people", &Flash::success(text));
    }
    ctx.redirect(path(person.id, ""), &Flash::success(text))
}

/// The form of a person.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let kind = if person.is_protected { AccessKind::Reveal } else { AccessKind::ReadPersonal };
    ctx.log_access(&mut tx, kind, ("person", Some(id)), serde_json::json!({ "page": "edit" })).await?;
    let raw = RawPerson::of(&person);
    draw(&ctx, tx, Some(&person), raw, Faults::default()).await
}

/// Saves a person.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawPerson>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let mut faults = Faults::default();
    let (changed, number) = raw.read(&person, ctx.today(), &mut faults);
    let sealed = seal(&ctx, &mut tx, number.as_ref(), id, &mut faults).await?;
    if !faults.is_empty() {
        return draw(&ctx, tx, Some(&person), raw, faults).await;
    }
    if !queries::update_person(&mut tx, &changed, sealed.as_ref()).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat personen medan du hade den öppen. Öppna den igen och gör om din ändring."
                .into(),
        ));
    }
    tx.commit().await?;
    Ok(after(&ctx, &changed, "Ändringarna är sparade."))
}
