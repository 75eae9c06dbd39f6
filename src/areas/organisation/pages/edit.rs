//! Adding a unit and changing what it is called, who heads it and when it exists.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        self as organisation,
        forms::RawUnit,
        model::{KINDS, Unit},
        queries,
    },
    frame::{self, Opened, head_of, path},
};
use crate::{
    areas::people,
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "organisation/edit.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct EditPage {
    page: Page,
    raw: RawUnit,
    faults: Faults,
    action: String,
    cancel: String,
    is_new: bool,
    has_last_day: bool,
    kinds: Vec<Choice>,
    parents: Vec<Choice>,
    must_have_parent: bool,
    candidates: Vec<Choice>,
    offer_text: bool,
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
    opened: Option<&Opened>,
    raw: RawUnit,
    (faults, ask): (Faults, Ask),
) -> AppResult<Response> {
    let title = if opened.is_some() { "Redigera enhet" } else { "Ny enhet" };
    let mut page = ctx.page(&mut tx, title).await?.crumb("Organisation", "organisation");
    let scope = ctx.scope_for(P::OrgWrite);
    let mut parents = Vec::new();
    if let Some(opened) = opened {
        for above in opened.units.path(opened.unit.id) {
            page = page.crumb(&above.name, path(above.id, ""));
        }
    } else {
        parents = parents_within(ctx, &mut tx, &[]).await?;
    }
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let rest = opened.map_or_else(|| "organisation".to_owned(), |o| path(o.unit.id, ""));
    let template = EditPage {
        page: if came_back { page.faulty() } else { page },
        raw,
        faults,
        action: ctx.path(opened.map_or_else(|| "organisation".to_owned(), |o| path(o.unit.id, "edit"))),
        cancel: ctx.path(rest),
        is_new: opened.is_none(),
        has_last_day: opened.is_some_and(|o| o.unit.valid_to.is_some()),
        kinds: Choice::list(KINDS),
        parents,
        must_have_parent: !scope.all,
        candidates: ask.candidates,
        offer_text: ask.offer_text,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The units under which the user may put something, without some.
pub async fn parents_within(ctx: &Ctx, tx: &mut TenantTx, but: &[Uuid]) -> AppResult<Vec<Choice>> {
    let scope = ctx.scope_for(P::OrgWrite);
    let reached = |choice: &Choice| {
        let id = Uuid::parse_str(&choice.value).ok();
        scope.reaches_unit(id) && !id.is_some_and(|id| but.contains(&id))
    };
    Ok(organisation::choices(tx, ctx.today(), None).await?.into_iter().filter(reached).collect())
}

/// Under which unit, if one was chosen already.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    parent: String,
}

/// The form of a new unit.
pub async fn new(ctx: Ctx, Query(query): Query<NewQuery>) -> AppResult<Response> {
    let tx = ctx.begin().await?;
    let raw = RawUnit {
        parent_id: query.parent,
        valid_from: ctx.today().to_string(),
        in_scope: "ja".to_owned(),
        ..RawUnit::default()
    };
    draw(&ctx, tx, None, raw, <_>::default()).await
}

/// Adds a unit.
pub async fn create(ctx: Ctx, Form(raw): Form<RawUnit>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (mut faults, mut ask) = (Faults::default(), Ask::default());
    let mut unit = raw.read(&Unit { id: new_id(), ..Unit::default() }, &mut faults);
    unit.version = 1;
    unit.parent_id = faults.id("parent_id", "Överordnad enhet", &raw.parent_id);
    let scope = ctx.scope_for(P::OrgWrite);
    if faults.of("parent_id").is_none() && !scope.reaches_unit(unit.parent_id) {
        faults.add("parent_id", "Välj en överordnad enhet som du ansvarar för.");
    }
    let units = organisation::Units::load(&mut tx).await?;
    if unit.parent_id.is_some_and(|id| units.get(id).is_none()) {
        faults.add("parent_id", "Välj överordnad enhet i listan.");
    }
    find_head(&ctx, &mut tx, (&raw, None), &mut unit, (&mut faults, &mut ask)).await?;
    if units.by_code(&unit.code).is_some() {
        faults.add("code", "Koden är upptagen. En kod används bara en gång, också när en enhet har upphört.");
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, None, raw, (faults, ask)).await;
    }
    queries::insert_units(&mut tx, std::slice::from_ref(&unit)).await?;
    tx.commit().await?;
    Ok(ctx.redirect(path(unit.id, ""), &Flash::success(format!("{} är tillagd.", unit.name))))
}

/// Finds the head that was typed. What stood there before and was left as it was stays, whatever it says.
async fn find_head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (raw, shown): (&RawUnit, Option<&str>),
    unit: &mut Unit,
    (faults, ask): (&mut Faults, &mut Ask),
) -> AppResult<()> {
    let typed = faults.text("head", "Chef", &raw.head, 200);
    if shown.is_some_and(|shown| shown == typed) {
        return Ok(());
    }
    (unit.head_person_id, unit.head_text) = (None, None);
    if typed.is_empty() {
        return Ok(());
    }
    let found = people::find_holder(tx, &typed, Some(unit.id)).await?;
    let chosen = Uuid::parse_str(&raw.person_id).ok().filter(|c| found.candidates.contains(c));
    if let Some(person) = found.person_id.or(chosen) {
        unit.head_person_id = Some(person);
    } else if !found.candidates.is_empty() {
        faults.add("person_id", "Flera personer kan heta så. Välj vem det gäller.");
        ask.candidates = people::list_candidates(ctx, tx, &found.candidates).await?;
    } else if raw.as_text == "ja" {
        unit.head_text = Some(typed);
    } else {
        faults.add(
            "head",
            "Personen finns inte bland personerna. Kontrollera stavningen, eller kryssa för att spara namnet som text.",
        );
        ask.offer_text = true;
    }
    Ok(())
}

async fn shown_head(ctx: &Ctx, tx: &mut TenantTx, unit: &Unit) -> AppResult<String> {
    let ids: Vec<Uuid> = unit.head_person_id.into_iter().collect();
    let links = people::list_links(ctx, tx, &ids).await?;
    let mask = people::ProtectedMask::for_reader(ctx, tx).await?;
    Ok(head_of(unit, &links, &mask).map(|head| head.name).unwrap_or_default())
}

/// The form of a unit.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let head = shown_head(&ctx, &mut tx, &opened.unit).await?;
    let raw = RawUnit::of(&opened.unit, &head);
    draw(&ctx, tx, Some(&opened), raw, <_>::default()).await
}

/// Saves a unit.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<RawUnit>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let (mut faults, mut ask) = (Faults::default(), Ask::default());
    let mut unit = raw.read(&opened.unit, &mut faults);
    let shown = shown_head(&ctx, &mut tx, &opened.unit).await?;
    find_head(&ctx, &mut tx, (&raw, Some(&shown)), &mut unit, (&mut faults, &mut ask)).await?;
    if opened.units.by_code(&unit.code).is_some_and(|other| other.id != id) {
        faults.add("code", "Koden är upptagen. En kod används bara en gång, också när en enhet har upphört.");
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, Some(&opened), raw, (faults, ask)).await;
    }
    if !queries::update_unit(&mut tx, &unit).await? {
        return Err(changed_meanwhile());
    }
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &Flash::success("Ändringarna är sparade.")))
}

/// What is said when somebody else was first.
pub fn changed_meanwhile() -> AppError {
    AppError::Conflict(
        "Någon annan har ändrat enheten medan du hade den öppen. Öppna den igen och gör om din ändring."
            .into(),
    )
}
