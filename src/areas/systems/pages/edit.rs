//! Creating a system and changing what is said about it.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use uuid::Uuid;

use super::{
    super::{
        facts::{self, Compared},
        forms::{RawSystem, SystemForm},
        model::{self, CATEGORIES, CRITICALITIES, HOSTINGS, PERSONAL_DATA, SystemFields},
        queries::{frame as frame_queries, parts, refs, systems},
        same, suppliers, units,
    },
    choices,
    frame::{self, Opened, path},
};
use crate::{
    areas::settings::{self, Named, Settings},
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// Empty lines for more function areas and names below those there are.
const EMPTY_LINES: usize = 2;

#[derive(Template)]
#[template(path = "systems/edit.html")]
struct EditPage {
    page: Page,
    raw: RawSystem,
    faults: Faults,
    action: String,
    cancel: String,
    is_new: bool,
    offers: Offers,
    no_offers: Vec<String>,
    /// What somebody else has changed: the user's text and the register's.
    conflict: Vec<Compared>,
}

/// What the form offers to choose among.
struct Offers {
    units: Vec<Choice>,
    controllers: Vec<Choice>,
    suppliers: Vec<String>,
    areas: Vec<String>,
    phases: Vec<Choice>,
    categories: Vec<Choice>,
    hostings: Vec<Choice>,
    criticalities: Vec<Choice>,
    personal_data: Vec<Choice>,
    yes_no: Vec<Choice>,
}

async fn offers(
    ctx: &Ctx,
    tx: &mut TenantTx,
    settings: &Settings,
    fields: &SystemFields,
) -> AppResult<Offers> {
    let scope = ctx.scope_for(P::SystemWrite);
    Ok(Offers {
        units: units::choices(tx, &scope, fields.owner_unit_id, ctx.today()).await?,
        controllers: units::controllers(tx, fields.controller_unit_id, ctx.today()).await?,
        suppliers: refs::list_supplier_names(tx).await?,
        areas: parts::list_all_areas(tx).await?,
        phases: settings
            .names
            .list(Named::Phase)
            .into_iter()
            .map(|(code, name)| Choice::new(code, name))
            .collect(),
        categories: choices(CATEGORIES),
        hostings: choices(HOSTINGS),
        criticalities: choices(CRITICALITIES),
        personal_data: choices(PERSONAL_DATA),
        yes_no: Choice::list(&[("ja", "Ja"), ("nej", "Nej")]),
    })
}

/// A form with what is needed to draw it.
struct Drawn<'a> {
    raw: RawSystem,
    faults: Faults,
    fields: &'a SystemFields,
    settings: &'a Settings,
    /// The system, unless it is new.
    system: Option<&'a model::System>,
    conflict: Vec<Compared>,
}

async fn draw(ctx: &Ctx, mut tx: TenantTx, mut drawn: Drawn<'_>) -> AppResult<Response> {
    let offers = offers(ctx, &mut tx, drawn.settings, drawn.fields).await?;
    let title = drawn.system.map_or_else(|| "Nytt system".to_owned(), |_| "Redigera".to_owned());
    let mut page = ctx.page(&mut tx, title).await?.crumb("System", "systems");
    let rest = drawn.system.map_or_else(String::new, |s| path(s.id, ""));
    if let Some(system) = drawn.system {
        page = page.crumb(&system.fields.name, &rest);
    }
    tx.commit().await?;
    for lines in [&mut drawn.raw.function_area, &mut drawn.raw.alias] {
        lines.retain(|l| !l.trim().is_empty());
        lines.extend(std::iter::repeat_n(String::new(), EMPTY_LINES));
    }
    let status = match (drawn.faults.is_empty(), drawn.conflict.is_empty()) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, false) => StatusCode::CONFLICT,
        (true, true) => StatusCode::OK,
    };
    let template = EditPage {
        page: if status == StatusCode::OK { page } else { page.faulty() },
        raw: drawn.raw,
        faults: drawn.faults,
        action: ctx.path(drawn.system.map_or_else(|| "systems".to_owned(), |s| path(s.id, "edit"))),
        cancel: ctx.path(if rest.is_empty() { "systems".to_owned() } else { rest }),
        is_new: drawn.system.is_none(),
        offers,
        no_offers: Vec::new(),
        conflict: drawn.conflict,
    };
    Ok((status, Html(template.render()?)).into_response())
}

/// The form of a new system.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let settings = settings::load(&mut tx).await?;
    let scope = ctx.scope();
    if !scope.all && scope.units.is_empty() {
        return Err(AppError::Forbidden(
            "Du får ändra de system du ansvarar för, men inte lägga till nya. Det får din förvaltning."
                .into(),
        ));
    }
    let fields = SystemFields::named("");
    let mut raw = RawSystem { phase: "anskaffning".to_owned(), ..RawSystem::default() };
    if let (false, [only]) = (scope.all, scope.units.as_slice()) {
        raw.owner_unit_id = only.to_string();
    }
    draw(
        &ctx,
        tx,
        Drawn {
            raw,
            faults: Faults::default(),
            fields: &fields,
            settings: &settings,
            system: None,
            conflict: Vec::new(),
        },
    )
    .await
}

/// Creates a system.
pub async fn create(ctx: Ctx, Form(raw): Form<RawSystem>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let base = SystemFields::named("");
    let (mut form, mut faults) = raw.parse(&base, true);
    check_unit(&ctx, &mut faults, form.fields.owner_unit_id, None);
    if !faults.is_empty() {
        let settings = settings::load(&mut tx).await?;
        let fields = form.fields;
        return draw(
            &ctx,
            tx,
            Drawn { raw, faults, fields: &fields, settings: &settings, system: None, conflict: Vec::new() },
        )
        .await;
    }
    form.fields.supplier_id = suppliers::ensure_one(&mut tx, &form.supplier).await?;
    let id = new_id();
    let number = systems::next_number(&mut tx).await?;
    systems::insert_systems(&mut tx, number, &[(id, &form.fields)]).await?;
    write_parts(&mut tx, id, &form).await?;
    if let Some(unit) = form.fields.owner_unit_id {
        parts::insert_units(&mut tx, &[id], &[unit]).await?;
    }
    let alike = same::refresh_and_count(&mut tx, id).await?;
    tx.commit().await?;
    let label = model::number_label(number);
    let flash = if alike == 0 {
        Flash::success(format!("Systemet är tillagt med numret {label}."))
    } else {
        Flash::warning(format!(
            "Systemet är tillagt med numret {label}. Det liknar ett system som redan finns."
        ))
        .with_link("Jämför", ctx.path("systems/same"))
    };
    Ok(ctx.redirect(path(id, ""), &flash))
}

/// The form of a system.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_details(&ctx, &mut tx, id).await?;
    let system = &opened.system;
    let names = frame_queries::find_frame(&mut tx, system.id, &system.fields, ctx.today()).await?;
    let areas = parts::list_areas(&mut tx, system.id).await?;
    let raw = RawSystem::from_system(
        system.version,
        &system.fields,
        names.supplier.as_deref().unwrap_or_default(),
        &areas,
    );
    let drawn = Drawn {
        raw,
        faults: Faults::default(),
        fields: &system.fields,
        settings: &opened.settings,
        system: Some(system),
        conflict: Vec::new(),
    };
    draw(&ctx, tx, drawn).await
}

/// Changes a system. If somebody else has changed it since the form was made, the page shows both (409).
pub async fn update(ctx: Ctx, Id(id): Id, Form(mut raw): Form<RawSystem>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_details(&ctx, &mut tx, id).await?;
    let system = &opened.system;
    let (mut form, mut faults) = raw.parse(&system.fields, false);
    check_unit(&ctx, &mut faults, form.fields.owner_unit_id, Some(system));
    if !faults.is_empty() {
        let drawn = Drawn {
            raw,
            faults,
            fields: &form.fields,
            settings: &opened.settings,
            system: Some(system),
            conflict: Vec::new(),
        };
        return draw(&ctx, tx, drawn).await;
    }
    if raw.version != system.version {
        let conflict = conflict(&ctx, &mut tx, &opened, &form).await?;
        if !conflict.is_empty() {
            raw.version = system.version;
            let drawn = Drawn {
                raw,
                faults,
                fields: &form.fields,
                settings: &opened.settings,
                system: Some(system),
                conflict,
            };
            return draw(&ctx, tx, drawn).await;
        }
    }
    form.fields.supplier_id = suppliers::ensure_one(&mut tx, &form.supplier).await?;
    if !systems::update_system(&mut tx, system.id, system.version, &form.fields).await? {
        return Err(AppError::Conflict(
            "Någon annan sparade systemet i samma stund. Öppna det på nytt och gör om din ändring.".into(),
        ));
    }
    write_parts(&mut tx, system.id, &form).await?;
    let f = &system.fields;
    if f.name != form.fields.name
        || f.supplier_id != form.fields.supplier_id
        || f.instance != form.fields.instance
    {
        same::refresh(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(ctx.redirect(opened.path(""), &Flash::success("Ändringarna är sparade.")))
}

/// Function areas and other names.
async fn write_parts(tx: &mut TenantTx, id: Uuid, form: &SystemForm) -> AppResult<()> {
    parts::ensure_areas(tx, &form.areas).await?;
    parts::delete_other_areas(tx, id, &form.areas).await?;
    let systems = vec![id; form.areas.len()];
    parts::insert_areas(tx, &systems, &form.areas).await?;
    let aliases: Vec<_> = form.aliases.iter().map(|a| (a.clone(), super::super::keys::system(a))).collect();
    parts::insert_aliases(tx, id, &aliases).await?;
    Ok(())
}

/// The unit that answers for a system must be one that the user may write for; one it has already may stay.
fn check_unit(ctx: &Ctx, faults: &mut Faults, unit: Option<Uuid>, system: Option<&model::System>) {
    let scope = ctx.scope_for(P::SystemWrite);
    let stays = system.is_some_and(|s| s.fields.owner_unit_id == unit);
    if !stays && !scope.reaches_unit(unit) && faults.of("owner_unit_id").is_none() {
        faults.add(
            "owner_unit_id",
            if unit.is_none() {
                "Välj förvaltning."
            } else {
                "Välj en förvaltning som du får ändra system för."
            },
        );
    }
}

/// What differs between what the user typed and what the register has come to say.
async fn conflict(
    ctx: &Ctx,
    tx: &mut TenantTx,
    opened: &Opened,
    form: &SystemForm,
) -> AppResult<Vec<Compared>> {
    let system = &opened.system;
    let now = frame_queries::find_frame(tx, system.id, &system.fields, ctx.today()).await?;
    let mut mine = frame_queries::find_frame(tx, system.id, &form.fields, ctx.today()).await?;
    mine.supplier = Some(form.supplier.clone()).filter(|s| !s.is_empty());
    let mut rows = facts::compare(&[(&form.fields, &mine), (&system.fields, &now)], &opened.settings.names);
    let areas = parts::list_areas(tx, system.id).await?;
    rows.push(Compared {
        column: "function_area",
        label: "Funktionsområde",
        texts: vec![form.areas.join(", "), areas.join(", ")],
    });
    rows.retain(Compared::differs);
    Ok(rows)
}
