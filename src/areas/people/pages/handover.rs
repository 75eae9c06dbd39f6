//! Everything that a person answers for, handed over to others in one go (rules 2.8: a leaver who holds a role makes a vacancy).
//!
//! Whoever reaches something that the person answers for sees it here, and hands over what the right to change it reaches: on a
//! system, a contract, a unit, a subscription. Nobody takes over a role that gives more rights than those that are had (rules 4.3).

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::super::{
    find_holder, list_candidates,
    queries::{self, Duty, Reach, Sort},
};
use crate::{
    areas::{audit::AccessKind, settings, watch},
    auth::permissions::{Permission as P, object_role_gives_more},
    db::{change_set, tenant::TenantTx},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        format::number_of,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// The kind of the change set.
pub const CHANGE_SET: &str = "handover:people";

/// The longest that a handover is planned ahead.
const FURTHEST: TimeDelta = TimeDelta::days(730);

/// What a person answers for, as the page shows it.
struct Line {
    /// Name of the fields in the form.
    key: String,
    sort: Sort,
    duty: Duty,
    /// "Systemägare", "Chef".
    what: String,
    /// What kind of thing it is about.
    noun: &'static str,
    href: Option<String>,
    typed: String,
    picked: String,
    candidates: Vec<Choice>,
}

impl Line {
    fn to_field(&self) -> String {
        format!("to.{}", self.key)
    }

    fn pick_field(&self) -> String {
        format!("pick.{}", self.key)
    }

    /// What the field is called.
    fn label(&self) -> String {
        format!("{}, {}", self.what, self.duty.name)
    }
}

#[derive(Template)]
#[template(path = "people/handover.html")]
struct HandoverPage {
    page: Page,
    lead: String,
    action: String,
    back: Option<String>,
    lines: Vec<Line>,
    may: usize,
    last_day: String,
    day_hint: &'static str,
    all: String,
    all_picked: String,
    all_candidates: Vec<Choice>,
    faults: Faults,
}

/// What the form said, by field.
type Typed = BTreeMap<String, String>;

/// The person, and what the reader may know and do.
struct Opened {
    id: Uuid,
    name: String,
    sees_person: bool,
    lines: Vec<Line>,
    last_day: Option<NaiveDate>,
}

async fn open(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<Opened> {
    let person =
        queries::find_person(tx, id, &ctx.scope_for(P::PersonRead)).await?.ok_or(AppError::NotFound)?;
    if person.is_protected && !ctx.can(P::ProtectedRead) {
        return Err(AppError::NotFound);
    }
    let sees_person = ctx.can(P::PersonRead) && person.is_within;
    let lines = lines(ctx, tx, id).await?;
    // Whoever reaches nothing of it learns nothing, not that there is such a person either.
    if lines.is_empty() && !sees_person {
        return Err(AppError::NotFound);
    }
    let last_day = queries::list_leaving(tx, &[id]).await?.get(&id).copied();
    Ok(Opened { id, name: person.display_name, sees_person, lines, last_day })
}

async fn lines(ctx: &Ctx, tx: &mut TenantTx, person: Uuid) -> AppResult<Vec<Line>> {
    let names = settings::load(tx).await?.names;
    let today = ctx.today();
    let mut lines = Vec::new();
    let mut add = |sort: Sort, duties: Vec<Duty>| {
        for duty in duties {
            let (noun, slug, letter) = match sort {
                Sort::System => ("system", "systems", 's'),
                Sort::Contract => ("avtal", "contracts", 'c'),
                Sort::Unit => ("enhet", "organisation", 'u'),
                Sort::Subscription => ("abonnemang", "subscriptions", 'a'),
                Sort::Question => ("fråga", "matches", 'q'),
            };
            let what = match sort {
                Sort::System | Sort::Contract => names.object_role(&duty.role).to_owned(),
                Sort::Unit => "Chef".to_owned(),
                Sort::Subscription => "Kontaktperson".to_owned(),
                Sort::Question => "Ska svara".to_owned(),
            };
            let href = (slug != "subscriptions" || ctx.app.has_page("subscriptions"))
                .then(|| ctx.path(format!("{slug}/{}", duty.object_id)));
            lines.push(Line {
                key: format!("{letter}-{}", duty.id),
                sort,
                what,
                noun,
                href,
                typed: String::new(),
                picked: String::new(),
                candidates: Vec::new(),
                duty,
            });
        }
    };
    let scope = |permission| ctx.scope_for(permission);
    let (read, write) = (scope(P::SystemRead), scope(P::SystemWrite));
    let reach = Reach { read: &read, write: &write, today };
    add(Sort::System, queries::list_system_duties(tx, person, reach, ctx.can(P::SystemSecretRead)).await?);
    let (read, write) = (scope(P::ContractRead), scope(P::ContractWrite));
    add(
        Sort::Contract,
        queries::list_contract_duties(tx, person, Reach { read: &read, write: &write, today }).await?,
    );
    if ctx.can(P::OrgRead) {
        let (read, write) = (scope(P::OrgRead), scope(P::OrgWrite));
        let reach = Reach { read: &read, write: &write, today };
        add(Sort::Unit, queries::list_unit_duties(tx, person, reach).await?);
    }
    if ctx.can(P::SubscriptionRead) {
        let (read, write) = (scope(P::SubscriptionRead), scope(P::SubscriptionWrite));
        let reach = Reach { read: &read, write: &write, today };
        let hidden = (!ctx.can(P::ProtectedRead)).then_some(super::super::PROTECTED);
        let shows = (ctx.can(P::HolderNames), hidden);
        add(Sort::Subscription, queries::list_subscription_duties(tx, person, reach, shows).await?);
    }
    if ctx.can(P::MatchRead) {
        add(Sort::Question, queries::list_question_duties(tx, person, ctx.can(P::MatchDecide)).await?);
    }
    Ok(lines)
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    opened: Opened,
    typed: &Typed,
    faults: Faults,
) -> AppResult<Response> {
    let came_back = !faults.is_empty();
    let mut page = ctx.page(&mut tx, "Överlämning").await?;
    if opened.sees_person {
        page = page.crumb("Personer", "people").crumb(&opened.name, format!("people/{}", opened.id));
    }
    if opened.sees_person && !came_back {
        let object = ("person", Some(opened.id));
        ctx.log_access(&mut tx, AccessKind::ReadPersonal, object, serde_json::json!({ "page": "handover" }))
            .await?;
    }
    let text = |field: &str| typed.get(field).cloned().unwrap_or_default();
    let mut lines = opened.lines;
    for line in &mut lines {
        line.typed = text(&line.to_field());
        line.picked = text(&line.pick_field());
        if faults.of(&line.pick_field()).is_some() {
            line.candidates = candidates(ctx, &mut tx, &line.typed, line.duty.unit_id).await?;
        }
    }
    let all_candidates = if faults.of("pick.all").is_some() {
        candidates(ctx, &mut tx, &text("to.all"), None).await?
    } else {
        Vec::new()
    };
    tx.commit().await?;
    let last_day = opened.last_day.unwrap_or_else(|| ctx.today()).to_string();
    let template = HandoverPage {
        page: if came_back { page.faulty() } else { page },
        lead: format!(
            "Allt som {} ansvarar för. Utse vem som tar över, för allt på en gång eller för var sak för sig.",
            opened.name
        ),
        action: ctx.path(format!("people/{}/handover", opened.id)),
        back: opened.sees_person.then(|| ctx.path(format!("people/{}", opened.id))),
        may: lines.iter().filter(|line| line.duty.may).count(),
        lines,
        last_day: typed.get("last_day").cloned().unwrap_or(last_day),
        day_hint: if opened.last_day.is_some() {
            "Enligt listan över avslutade. Den nya har rollen från dagen efter."
        } else {
            "Den nya har rollen från dagen efter."
        },
        all: text("to.all"),
        all_picked: text("pick.all"),
        all_candidates,
        faults,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

async fn candidates(ctx: &Ctx, tx: &mut TenantTx, text: &str, unit: Option<Uuid>) -> AppResult<Vec<Choice>> {
    let found = find_holder(tx, text, unit).await?;
    list_candidates(ctx, tx, &found.candidates).await
}

/// What the person answers for, with the form.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = open(&ctx, &mut tx, id).await?;
    draw(&ctx, tx, opened, &Typed::new(), Faults::default()).await
}

/// Who a field names; a fault where it is nobody or several.
async fn successor(
    tx: &mut TenantTx,
    typed: &Typed,
    key: &str,
    unit: Option<Uuid>,
    faults: &mut Faults,
) -> AppResult<Option<Uuid>> {
    let text = |field: String| typed.get(&field).map(|t| t.trim().to_owned()).unwrap_or_default();
    let name = text(format!("to.{key}"));
    if name.is_empty() {
        return Ok(None);
    }
    let found = find_holder(tx, &name, unit).await?;
    let picked =
        Uuid::parse_str(&text(format!("pick.{key}"))).ok().filter(|id| found.candidates.contains(id));
    let person = found.person_id.or(picked);
    if person.is_none() && found.candidates.is_empty() {
        faults.add(
            format!("to.{key}"),
            "Personen finns inte bland personerna. Kontrollera stavningen, eller skriv användarnamn eller e-postadress.",
        );
    } else if person.is_none() {
        faults.add(format!("pick.{key}"), "Flera personer kan heta så. Välj vem det gäller.");
    }
    Ok(person)
}

/// Hands over what a successor is named for: each thing to whoever is named for it, the rest to whoever is named for all.
pub async fn hand_over(
    ctx: Ctx,
    Id(id): Id,
    Form(pairs): Form<Vec<(String, String)>>,
) -> AppResult<Response> {
    let typed: Typed = pairs.into_iter().collect();
    let mut tx = ctx.begin().await?;
    let opened = open(&ctx, &mut tx, id).await?;
    if !opened.lines.iter().any(|line| line.duty.may) {
        return Err(AppError::Forbidden(
            "Du får se vad personen ansvarar för men inte lämna över det. Det får den som får ändra systemet eller avtalet.".into(),
        ));
    }
    let mut faults = Faults::default();
    let last_day = last_day(&ctx, &typed, &mut faults);
    let for_all = successor(&mut tx, &typed, "all", None, &mut faults).await?;
    let mut plan: Vec<(usize, Uuid)> = Vec::new();
    for (at, line) in opened.lines.iter().enumerate().filter(|(_, line)| line.duty.may) {
        let before = faults.len();
        let own = successor(&mut tx, &typed, &line.key, line.duty.unit_id, &mut faults).await?;
        let (Some(person), true) = (own.or(for_all), faults.len() == before) else { continue };
        let field = if own.is_some() { line.to_field() } else { "to.all".to_owned() };
        if person == id {
            faults.add(field, "Efterträdaren är den som lämnar. Välj någon annan.");
        } else if is_for_oneself(&ctx, line, person) {
            faults.add(
                field,
                format!(
                    "Du kan inte själv ta över rollen på {}, som ger dig fler rättigheter. Be någon annan som får ändra det.",
                    line.duty.name
                ),
            );
        } else {
            plan.push((at, person));
        }
    }
    if plan.is_empty() && faults.is_empty() {
        faults.add("to.all", "Ange vem som tar över: för allt, eller för var sak för sig.");
    }
    let (Some(last_day), true) = (last_day, faults.is_empty()) else {
        return draw(&ctx, tx, opened, &typed, faults).await;
    };
    let set = change_set::open(&mut tx, CHANGE_SET, "Överlämning av ansvar").await?;
    for (at, successor) in &plan {
        let line = &opened.lines[*at];
        if !carry_out(&mut tx, (id, line), *successor, last_day).await? {
            return Err(AppError::Conflict(
                "Någon annan har ändrat ansvaret sedan du öppnade sidan. Öppna den igen och kontrollera. Ingenting är överlämnat."
                    .into(),
            ));
        }
    }
    change_set::close(&mut tx).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let left = opened.lines.len() - plan.len();
    let done = match plan.len() {
        1 => "Ett ansvar är överlämnat".to_owned(),
        n => format!("{} ansvar är överlämnade", number_of(n.into())),
    };
    let rest = if left == 0 { String::new() } else { format!(" {} återstår.", number_of(left.into())) };
    let flash = Flash::success(format!("{done}. Roller går över dagen efter {last_day}.{rest}"));
    let flash = if ctx.scope_for(P::SystemWrite).all {
        flash.with_link("Ångra", ctx.path(format!("audit/change-sets/{set}/undo")))
    } else {
        flash
    };
    // With nothing left that the reader reaches, the page is still there for whoever sees the person.
    let to =
        if opened.sees_person || left > 0 { format!("people/{id}/handover") } else { "tasks".to_owned() };
    Ok(ctx.redirect(to, &flash))
}

fn last_day(ctx: &Ctx, typed: &Typed, faults: &mut Faults) -> Option<NaiveDate> {
    let text = typed.get("last_day").map(String::as_str).unwrap_or_default();
    let day = faults.date("last_day", "Sista dagen", text);
    match day {
        None if faults.of("last_day").is_none() => {
            faults.add("last_day", "Ange personens sista dag. Efterträdaren tar över dagen efter.");
        }
        Some(day) if day > ctx.today() + FURTHEST => {
            faults.add("last_day", "Sista dagen kan ligga högst två år framåt.");
            return None;
        }
        _ => {}
    }
    day
}

/// Whether the user would take over a role that gives more than the user's roles in the units do (rules 4.3).
fn is_for_oneself(ctx: &Ctx, line: &Line, person: Uuid) -> bool {
    matches!(line.sort, Sort::System | Sort::Contract)
        && ctx.principal.person_id == Some(person)
        && object_role_gives_more(&line.duty.role, |p| ctx.scope_for(p).reaches_unit(line.duty.unit_id))
}

async fn carry_out(
    tx: &mut TenantTx,
    (person, line): (Uuid, &Line),
    successor: Uuid,
    last_day: NaiveDate,
) -> AppResult<bool> {
    match line.sort {
        Sort::System | Sort::Contract => {
            queries::hand_over_role(tx, (person, &line.duty), successor, last_day).await
        }
        Sort::Unit => queries::hand_over_unit(tx, line.duty.id, person, successor).await,
        Sort::Subscription => queries::hand_over_contact(tx, line.duty.id, person, successor).await,
        Sort::Question => queries::hand_over_question(tx, line.duty.id, person, successor).await,
    }
}
