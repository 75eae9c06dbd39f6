//! Assignments (uppdrag) of a person: given, changed, ended, taken back.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::{
    super::{
        forms::{RawAssignment, SORTS},
        model::{Employment, Person},
        queries,
    },
    edit::{reached, units_within},
    frame::{self, At, Head, path},
};
use crate::{
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id, Path},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "people/assignment.html")]
struct AssignmentPage {
    page: Page,
    head: Head,
    raw: RawAssignment,
    faults: Faults,
    action: String,
    /// Where to take it back; empty for a new one.
    delete_path: String,
    sorts: &'static [&'static str],
    units: Vec<Choice>,
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    (person, assignment): (&Person, Option<&Employment>),
    raw: RawAssignment,
    faults: Faults,
) -> AppResult<Response> {
    let title = if assignment.is_some() { "Ändra uppdrag" } else { "Nytt uppdrag" };
    let (page, head) = frame::head(ctx, &mut tx, person, At::Form, title).await?;
    let units = units_within(ctx, &mut tx, assignment.and_then(|a| a.org_unit_id)).await?;
    tx.commit().await?;
    let rest = assignment.map_or_else(|| "assignments".to_owned(), |a| format!("assignments/{}", a.id));
    let came_back = !faults.is_empty();
    let template = AssignmentPage {
        page: if came_back { page.faulty() } else { page },
        head,
        raw,
        faults,
        delete_path: assignment
            .map(|_| ctx.path(path(person.id, &format!("{rest}/delete"))))
            .unwrap_or_default(),
        action: ctx.path(path(person.id, &rest)),
        sorts: &SORTS,
        units,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

async fn load(tx: &mut TenantTx, person: Uuid, id: Uuid) -> AppResult<Employment> {
    let all = queries::list_employments(tx, person).await?;
    all.into_iter().find(|e| e.id == id && e.kind == "uppdrag").ok_or(AppError::NotFound)
}

/// The form of a new assignment.
pub async fn new(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let raw = RawAssignment { start_date: ctx.today().to_string(), ..RawAssignment::default() };
    draw(&ctx, tx, (&person, None), raw, Faults::default()).await
}

/// Gives an assignment.
pub async fn create(ctx: Ctx, Id(id): Id, Form(raw): Form<RawAssignment>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let units = reached(&ctx, &mut tx, None).await?;
    let mut faults = Faults::default();
    let fresh = Employment { id: new_id(), ..Employment::default() };
    let assignment = raw.read(&fresh, ctx.today(), |unit| units.contains(&unit), &mut faults);
    if !faults.is_empty() {
        return draw(&ctx, tx, (&person, None), raw, faults).await;
    }
    queries::insert_assignment(&mut tx, id, &assignment).await?;
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &Flash::success("Uppdraget är sparat.")))
}

/// The form of an assignment.
pub async fn edit(ctx: Ctx, Path((_, id, assignment)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let assignment = load(&mut tx, id, assignment).await?;
    let raw = RawAssignment::of(&assignment);
    draw(&ctx, tx, (&person, Some(&assignment)), raw, Faults::default()).await
}

/// Changes an assignment: ends it, most often.
pub async fn update(
    ctx: Ctx,
    Path((_, id, assignment)): Path<(String, Uuid, Uuid)>,
    Form(raw): Form<RawAssignment>,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open_for_write(&ctx, &mut tx, id).await?;
    let old = load(&mut tx, id, assignment).await?;
    let units = reached(&ctx, &mut tx, old.org_unit_id).await?;
    let mut faults = Faults::default();
    let changed = raw.read(&old, ctx.today(), |unit| units.contains(&unit), &mut faults);
    if !faults.is_empty() {
        return draw(&ctx, tx, (&person, Some(&old)), raw, faults).await;
    }
    if !queries::update_assignment(&mut tx, id, &changed).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &Flash::success("Uppdraget är ändrat.")))
}

/// Takes back an assignment that was given by mistake.
pub async fn delete(ctx: Ctx, Path((_, id, assignment)): Path<(String, Uuid, Uuid)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    frame::open_for_write(&ctx, &mut tx, id).await?;
    if !queries::delete_assignment(&mut tx, id, assignment).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &Flash::success("Uppdraget är borttaget.")))
}
