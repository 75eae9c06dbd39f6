//! The area's pages: my tasks, all flags, one flag, the calendar address.

use askama::Template;
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use super::{
    calendar as feed,
    finding::{ObjectKind, RULES, rule_meaning},
    model::{Flag, Recipient},
    queries, run,
};
use crate::{
    areas::people,
    auth::permissions::Permission,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// The most flags that a page shows; the list of all flags has paging by rule.
const MOST: i64 = 500;
/// A flag may rest at most this long, then somebody must look at it again.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(183);

/// Flags under one heading.
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The flags, nearest first.
    pub flags: Vec<Flag>,
}

/// Flags by how near their day is: the order in which a person works.
#[must_use]
pub fn by_nearness(flags: Vec<Flag>, today: NaiveDate) -> Vec<Group> {
    let titles = ["Sista dagen har passerat", "Inom 14 dagar", "Inom 30 dagar", "Senare", "Utan sista dag"];
    let mut groups: Vec<Group> = titles.into_iter().map(|title| Group { title, flags: Vec::new() }).collect();
    for flag in flags {
        let at = match flag.due() {
            Some(day) if day < today => 0,
            Some(day) if day <= today + TimeDelta::days(14) => 1,
            Some(day) if day <= today + TimeDelta::days(30) => 2,
            Some(_) => 3,
            None => 4,
        };
        groups[at].flags.push(flag);
    }
    groups.retain(|g| !g.flags.is_empty());
    groups
}

#[derive(Template)]
#[template(path = "watch/tasks.html")]
struct TasksPage {
    page: Page,
    groups: Vec<Group>,
    count: usize,
    has_person: bool,
    calendar_path: String,
}

/// "Mina uppgifter".
pub async fn tasks(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let flags = queries::list_waiting(&mut tx, &ctx.principal, ctx.today(), MOST, false).await?;
    let page = ctx.page(&mut tx, "Mina uppgifter").await?;
    tx.commit().await?;
    let count = flags.len();
    ctx.html(&TasksPage {
        page,
        groups: by_nearness(flags, ctx.today()),
        count,
        has_person: ctx.principal.person_id.is_some(),
        calendar_path: ctx.path("tasks/calendar"),
    })
}

/// What is chosen on the page of all flags.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    severity: String,
}

#[derive(Template)]
#[template(path = "watch/list.html")]
struct ListPage {
    page: Page,
    groups: Vec<Group>,
    count: usize,
    rules: Vec<Choice>,
    rule: String,
    severities: Vec<Choice>,
    severity: String,
    last_run: Option<chrono::DateTime<chrono::Utc>>,
    can_run: bool,
}

/// Every open flag within reach.
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let all = queries::list_open(&mut tx, ctx.scope(), ctx.today(), 5000, false).await?;
    let last_run = queries::find_last_run(&mut tx).await?;
    let page = ctx.page(&mut tx, "Bevakning").await?;
    tx.commit().await?;
    let count_of = |rule: &str| all.iter().filter(|f| f.rule == rule).count();
    let rules = RULES
        .iter()
        .filter(|(code, ..)| count_of(code) > 0)
        .map(|(code, label, _)| Choice::new(*code, format!("{label} ({})", count_of(code))))
        .collect();
    let flags: Vec<Flag> = all
        .into_iter()
        .filter(|f| query.rule.is_empty() || f.rule == query.rule)
        .filter(|f| query.severity.is_empty() || f.severity == query.severity)
        .collect();
    let count = flags.len();
    ctx.html(&ListPage {
        page,
        groups: by_nearness(flags, ctx.today()),
        count,
        rules,
        rule: query.rule,
        severities: Choice::list(&[
            ("urgent", "Brådskande"),
            ("normal", "Att göra"),
            ("info", "Brist i registret"),
        ]),
        severity: query.severity,
        last_run,
        can_run: ctx.can(Permission::SettingsWrite),
    })
}

#[derive(Template)]
#[template(path = "watch/show.html")]
struct ShowPage {
    page: Page,
    flag: Flag,
    meaning: &'static str,
    recipients: Vec<Recipient>,
    /// Where everything that whoever leaves answers for is handed over.
    handovers: Vec<String>,
    may_act: bool,
    may_see_protected: bool,
    raw: FlagForm,
    faults: Faults,
    reopen_path: String,
}

/// What a person does with a flag.
#[derive(Debug, Default, Deserialize)]
pub struct FlagForm {
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    decision: String,
}

async fn show_with(ctx: &Ctx, id: uuid::Uuid, raw: FlagForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let flag = load(ctx, &mut tx, id).await?;
    let may_act = may_act(ctx, &mut tx, &flag).await?;
    let recipients = queries::list_recipients(&mut tx, id).await?;
    let handovers = if flag.rule == "role_vacancy" {
        let persons = people::list_leaving_holders(&mut tx, flag.object_id, ctx.today()).await?;
        persons.into_iter().map(|id| ctx.path(format!("people/{id}/handover"))).collect()
    } else {
        Vec::new()
    };
    let page = ctx.page(&mut tx, flag.title.clone()).await?.crumb("Mina uppgifter", "tasks");
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = ShowPage {
        page: if is_faulty { page.faulty() } else { page },
        meaning: rule_meaning(&flag.rule),
        flag,
        recipients,
        handovers,
        may_act,
        may_see_protected: ctx.can(Permission::ProtectedRead),
        raw,
        faults,
        reopen_path: ctx.path(format!("watch/{id}/reopen")),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

async fn load(ctx: &Ctx, tx: &mut crate::db::tenant::TenantTx, id: uuid::Uuid) -> AppResult<Flag> {
    let scope = ctx.scope_for(Permission::FlagRead);
    queries::find_flag(tx, id, &ctx.principal, &scope).await?.ok_or(AppError::NotFound)
}

/// The right that whoever acts on a flag must have on its object, when it is not addressed to them: reading is not enough.
fn right_to_act(kind: ObjectKind) -> Permission {
    match kind {
        ObjectKind::Contract => Permission::ContractWrite,
        ObjectKind::System => Permission::SystemWrite,
        ObjectKind::LeaverSender => Permission::LeaverUpload,
        _ => Permission::SettingsWrite,
    }
}

async fn may_act(ctx: &Ctx, tx: &mut crate::db::tenant::TenantTx, flag: &Flag) -> AppResult<bool> {
    Ok(ctx.scope_for(right_to_act(flag.kind())).reaches_unit(flag.owner_unit_id)
        || queries::is_addressed_to(tx, flag.id, &ctx.principal).await?)
}

/// A flag that the user may do something about.
async fn load_to_act(ctx: &Ctx, tx: &mut crate::db::tenant::TenantTx, id: uuid::Uuid) -> AppResult<()> {
    let flag = load(ctx, tx, id).await?;
    if may_act(ctx, tx, &flag).await? {
        return Ok(());
    }
    Err(AppError::Forbidden("Uppgiften väntar på andra. Du kan läsa den, men inte hantera den.".into()))
}

/// One flag: what, why, who, and what has been done.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    show_with(&ctx, id, FlagForm::default(), Faults::default()).await
}

/// Lets a flag rest until a day, for a reason.
pub async fn snooze(ctx: Ctx, Id(id): Id, Form(raw): Form<FlagForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let until = faults.date("until", "Dagen", &raw.until);
    let reason = faults.required("reason", "En anledning", &raw.reason, 500);
    let (first, last) = (ctx.today() + TimeDelta::days(1), ctx.today() + LONGEST_SNOOZE);
    match until {
        None if faults.of("until").is_none() => {
            faults.add("until", "Ange vilken dag uppgiften ska komma tillbaka.");
        }
        Some(day) if day < first || day > last => {
            faults.add("until", format!("Välj en dag mellan {first} och {last}."));
        }
        _ => {}
    }
    let (Some(until), true) = (until, faults.is_empty()) else {
        return show_with(&ctx, id, raw, faults).await;
    };
    let mut tx = ctx.begin().await?;
    load_to_act(&ctx, &mut tx, id).await?;
    queries::update_snoozed(&mut tx, id, until, &reason).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "tasks",
        &Flash::success(format!("Uppgiften vilar till {until}.")).with_form(
            "Ångra",
            ctx.path(format!("watch/{id}/reopen")),
            Vec::new(),
        ),
    ))
}

/// Notes that the user has dealt with what a flag is about.
pub async fn decide(ctx: Ctx, Id(id): Id, Form(raw): Form<FlagForm>) -> AppResult<Response> {
    let mut faults = Faults::default();
    let decision = faults.required("decision", "Vad som har beslutats eller gjorts", &raw.decision, 1000);
    if !faults.is_empty() {
        return show_with(&ctx, id, raw, faults).await;
    }
    let mut tx = ctx.begin().await?;
    load_to_act(&ctx, &mut tx, id).await?;
    queries::update_decided(&mut tx, id, &decision, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "tasks",
        &Flash::success("Uppgiften är markerad som hanterad.").with_form(
            "Ångra",
            ctx.path(format!("watch/{id}/reopen")),
            Vec::new(),
        ),
    ))
}

/// Takes back a rest or a decision.
pub async fn reopen(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    load_to_act(&ctx, &mut tx, id).await?;
    queries::update_reopened(&mut tx, id).await?;
    tx.commit().await?;
    Ok(ctx.redirect(format!("watch/{id}"), &Flash::success("Uppgiften är öppen igen.")))
}

/// Runs the rules now.
pub async fn run_now(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let outcome = run::run(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    let text = format!(
        "Bevakningen är körd: {} nya, {} lösta, {} öppna.",
        outcome.opened, outcome.resolved, outcome.open_after
    );
    Ok(ctx.redirect("watch", &Flash::success(text)))
}

#[derive(Template)]
#[template(path = "watch/calendar.html")]
struct CalendarPage {
    page: Page,
    has_address: bool,
    /// Shown once, right after it was made: only its hash is kept.
    address: Option<String>,
}

/// The user's calendar address: whether there is one, make one, end it.
pub async fn calendar(ctx: Ctx) -> AppResult<Response> {
    calendar_page(&ctx, None).await
}

async fn calendar_page(ctx: &Ctx, address: Option<String>) -> AppResult<Response> {
    let has_address = feed::has_address(ctx.app.system().pool(), ctx.tenant.id, ctx.user.user_id).await?;
    let mut tx = ctx.begin().await?;
    let page = ctx.page(&mut tx, "Uppgifter i kalendern").await?.crumb("Mina uppgifter", "tasks");
    tx.commit().await?;
    ctx.html(&CalendarPage { page, has_address, address })
}

/// Makes an address and shows it; an older one stops working.
pub async fn create_calendar(ctx: Ctx) -> AppResult<Response> {
    let secret =
        feed::create_address(ctx.app.system().pool(), ctx.tenant.id, ctx.user.user_id, ctx.now()).await?;
    calendar_page(&ctx, Some(format!("{}/calendar/{secret}.ics", ctx.app.base_url()))).await
}

/// Ends the address.
pub async fn revoke_calendar(ctx: Ctx) -> AppResult<Response> {
    feed::revoke_address(ctx.app.system().pool(), ctx.tenant.id, ctx.user.user_id).await?;
    Ok(ctx.redirect("tasks/calendar", &Flash::success("Kalenderadressen fungerar inte längre.")))
}
