//! Adding and changing a subscription by hand, and saying what it is for.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::{
    super::{
        forms::SubscriptionForm,
        import::same_name,
        model::{GENERATIONS, KINDS, STATUSES},
        queries::{
            find::{self, Subscription},
            operators,
            write::{self, Fields},
        },
        settle,
    },
    frame,
};
use crate::{
    areas::{
        organisation::{self, Units},
        people::{self, ProtectedMask},
    },
    auth::{permissions::Permission as P, principal::Scope},
    db::{constraint, tenant::TenantTx},
    error::{AppError, AppResult},
    ids::new_id,
    rules::{phone, subscription_use::UseCode},
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
#[template(path = "subscriptions/edit.html")]
struct EditPage {
    page: Page,
    raw: SubscriptionForm,
    faults: Faults,
    action: String,
    cancel: String,
    is_new: bool,
    from_list: bool,
    operators: Vec<Choice>,
    operator_hint: &'static str,
    units: Vec<Choice>,
    statuses: Vec<Choice>,
    kinds: Vec<Choice>,
    uses: Vec<Choice>,
    generations: Vec<Choice>,
    taken: Option<String>,
}

/// Shows the form. `taken` = the page of the subscription that has the number already.
async fn form(
    ctx: &Ctx,
    of: Option<&Subscription>,
    raw: SubscriptionForm,
    faults: Faults,
    taken: Option<String>,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let title = if of.is_some() { "Ändra abonnemang" } else { "Nytt abonnemang" };
    let mut page = ctx.page(&mut tx, title).await?.crumb("Abonnemang", "subscriptions");
    let path = of.map_or_else(|| "subscriptions".to_owned(), |s| frame::path(s.id, ""));
    if let Some(s) = of {
        page = page.crumb(phone::shown(&s.msisdn), &path);
    }
    let scope = ctx.scope_for(P::SubscriptionWrite);
    let own = of.and_then(|s| s.org_unit_id);
    let mut units = organisation::choices(&mut tx, ctx.today(), own).await?;
    let id_of = |choice: &Choice| Uuid::parse_str(&choice.value).ok();
    units.retain(|choice| scope.reaches_unit(id_of(choice)) || id_of(choice) == own);
    let operators = operators::choices(&mut tx).await?;
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = EditPage {
        page: if is_faulty { page.faulty() } else { page },
        raw,
        faults,
        action: ctx.path(of.map_or_else(|| "subscriptions".to_owned(), |s| frame::path(s.id, "edit"))),
        cancel: ctx.path(&path),
        is_new: of.is_none(),
        from_list: of.is_some_and(|s| s.first_list_id.is_some()),
        operator_hint: if operators.is_empty() {
            "Lägg till en operatör först, under Operatörer."
        } else {
            ""
        },
        operators,
        units,
        statuses: Choice::list(STATUSES),
        kinds: Choice::list(KINDS),
        uses: UseCode::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect(),
        generations: Choice::list(GENERATIONS),
        taken,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// An empty form.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    form(&ctx, None, SubscriptionForm::empty(), Faults::default(), None).await
}

/// Adds a subscription. A number that is there already is pointed out instead.
pub async fn create(ctx: Ctx, Form(raw): Form<SubscriptionForm>) -> AppResult<Response> {
    let mut fields = match raw.read(None) {
        Ok(fields) => fields,
        Err(faults) => return form(&ctx, None, raw, faults, None).await,
    };
    let mut tx = ctx.begin().await?;
    let mut faults = Faults::default();
    check(&ctx, &mut tx, &fields, None, &mut faults).await?;
    let taken = find::find_by_number(&mut tx, &fields.msisdn).await?;
    if taken.is_some() {
        faults.add("msisdn", "Numret finns redan i registret. Öppna det abonnemanget i stället.");
    }
    if !faults.is_empty() {
        tx.rollback().await?;
        let taken = taken.map(|id| ctx.path(frame::path(id, "")));
        return form(&ctx, None, raw, faults, taken).await;
    }
    contact(&mut tx, &mut fields, None).await?;
    let id = new_id();
    if let Err(error) = write::insert(&mut tx, id, &fields).await {
        // Somebody else was first, in the same moment.
        if constraint::name(&error) == Some("subscription_msisdn_key") {
            return Err(AppError::Conflict("Någon annan lade just till numret. Öppna det i listan.".into()));
        }
        return Err(error.into());
    }
    write::insert_holder(&mut tx, id, &fields, ctx.today()).await?;
    settle(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(frame::path(id, ""), &Flash::success("Abonnemanget är tillagt.")))
}

/// The form of a subscription.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let detail = serde_json::json!({ "page": "edit" });
    ctx.log_access(&mut tx, frame::kind_of_read(&opened), ("subscription", Some(id)), detail).await?;
    let mut s = opened.subscription;
    let shown = contact_text(&ctx, &mut tx, &s).await?;
    let mask = ProtectedMask::for_reader(&ctx, &mut tx).await?;
    for text in frame::free_texts(&mut s) {
        mask.cover_in(text);
    }
    tx.commit().await?;
    let raw = SubscriptionForm::of(&s, shown);
    form(&ctx, Some(&s), raw, Faults::default(), None).await
}

/// Saves a subscription.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<SubscriptionForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let old = frame::open_for_write(&ctx, &mut tx, id).await?.subscription;
    let shown = contact_text(&ctx, &mut tx, &old).await?;
    let mut fields = match raw.read(Some(&old.msisdn)) {
        Ok(fields) => fields,
        Err(faults) => {
            tx.rollback().await?;
            return form(&ctx, Some(&old), raw, faults, None).await;
        }
    };
    keep_hidden(&mut fields, &old);
    let mut faults = Faults::default();
    check(&ctx, &mut tx, &fields, old.org_unit_id, &mut faults).await?;
    if !faults.is_empty() {
        tx.rollback().await?;
        return form(&ctx, Some(&old), raw, faults, None).await;
    }
    if fields.contact_text == shown.trim() {
        (fields.contact_person_id, fields.contact_text) = (old.contact_person_id, old.contact_text.clone());
    } else {
        contact(&mut tx, &mut fields, old.org_unit_id).await?;
    }
    if !write::update(&mut tx, id, raw.version, &fields).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat abonnemanget medan du hade det öppet. Öppna det igen och gör om din ändring.".into(),
        ));
    }
    let is_another = old.operator_id != fields.operator_id
        || old.cost_centre != fields.cost_centre
        || !same_name(&old.holder, &fields.holder);
    if is_another {
        write::insert_holder(&mut tx, id, &fields, ctx.today()).await?;
    }
    settle(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(frame::path(id, ""), &Flash::success("Ändringarna är sparade.")))
}

/// What the form cannot know by itself: that operator and unit exist, and that the unit is within reach.
async fn check(
    ctx: &Ctx,
    tx: &mut TenantTx,
    fields: &Fields,
    own: Option<Uuid>,
    faults: &mut Faults,
) -> AppResult<()> {
    let operator = fields.operator_id.to_string();
    if !operators::choices(tx).await?.iter().any(|o| o.value == operator) {
        faults.add("operator_id", "Välj operatör i listan.");
    }
    let scope: Scope = ctx.scope_for(P::SubscriptionWrite);
    let units = Units::load(tx).await?;
    match fields.org_unit_id {
        Some(unit) if Some(unit) == own => {}
        Some(unit) if units.get(unit).is_none() || !scope.reaches_unit(Some(unit)) => {
            faults.add("org_unit_id", "Välj enhet i listan.");
        }
        None if !scope.all => faults.add("org_unit_id", "Välj en enhet som du ansvarar för."),
        _ => {}
    }
    Ok(())
}

/// A text that the form could not show stays as it is.
fn keep_hidden(fields: &mut Fields, old: &Subscription) {
    for (now, was) in [
        (&mut fields.purpose, &old.purpose),
        (&mut fields.place, &old.place),
        (&mut fields.device, &old.device),
        (&mut fields.note, &old.note),
        (&mut fields.reference, &old.reference),
        (&mut fields.order_ref, &old.order_ref),
    ] {
        if *now == people::PROTECTED {
            now.clone_from(was);
        }
    }
}

/// The contact as the form shows it.
async fn contact_text(ctx: &Ctx, tx: &mut TenantTx, s: &Subscription) -> AppResult<String> {
    let Some(person) = s.contact_person_id else {
        return Ok(ProtectedMask::for_reader(ctx, tx).await?.cover(&s.contact_text).into_owned());
    };
    let links = people::list_links(ctx, tx, &[person]).await?;
    Ok(links.get(&person).map(|link| link.name.clone()).unwrap_or_default())
}

/// Finds the person that the contact's text names; a text that names nobody is kept as it is.
async fn contact(tx: &mut TenantTx, fields: &mut Fields, unit: Option<Uuid>) -> AppResult<()> {
    if fields.contact_text.is_empty() {
        return Ok(());
    }
    let holder = people::find_holder(tx, &fields.contact_text, fields.org_unit_id.or(unit)).await?;
    if let Some(person) = holder.person_id {
        // By id alone: who it is, is known where it is shown.
        (fields.contact_person_id, fields.contact_text) = (Some(person), String::new());
    }
    Ok(())
}
