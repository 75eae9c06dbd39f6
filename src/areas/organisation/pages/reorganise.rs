//! Ending a unit, and handing over what it answers for to the one that takes over. Both show first what would happen.

use askama::Template;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        self as organisation,
        model::Unit,
        queries::{self, Holdings, Named},
    },
    edit::changed_meanwhile,
    frame::{self, At, Head, Opened, path},
    place::with_undo,
};
use crate::{
    auth::permissions::Permission as P,
    db::{change_set, tenant::TenantTx},
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Id, Query},
        filters,
        form::Faults,
        page::Page,
        page_parts::Choice,
    },
};

/// What was typed about an end or a handing over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawEnd {
    version: i32,
    valid_to: String,
    successor_id: String,
    /// What is handed over.
    parts: Vec<String>,
}

/// What can be handed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Children,
    Employments,
    Systems,
    Used,
    Contracts,
    Grants,
}

impl Part {
    const ALL: [(&'static str, Self); 6] = [
        ("enheter", Self::Children),
        ("system", Self::Systems),
        ("anvander", Self::Used),
        ("avtal", Self::Contracts),
        ("personer", Self::Employments),
        ("behorigheter", Self::Grants),
    ];

    fn amount(self, of: Holdings) -> (i64, &'static str, &'static str) {
        match self {
            Self::Children => (of.children, "underordnad enhet", "underordnade enheter"),
            Self::Employments => (of.employments, "anställning eller uppdrag", "anställningar och uppdrag"),
            Self::Systems => {
                (of.systems, "system som enheten ansvarar för", "system som enheten ansvarar för")
            }
            Self::Used => (of.used, "system som enheten använder", "system som enheten använder"),
            Self::Contracts => {
                (of.contracts, "avtal som enheten ansvarar för", "avtal som enheten ansvarar för")
            }
            Self::Grants => (of.grants, "behörighet i registret", "behörigheter i registret"),
        }
    }
}

fn choices_of(holdings: Holdings, chosen: Option<&[String]>) -> Vec<Choice> {
    Part::ALL
        .iter()
        .filter_map(|(code, part)| {
            let (count, one, many) = part.amount(holdings);
            let noun = if count == 1 { one } else { many };
            (count > 0).then(|| Choice {
                chosen: chosen.is_none_or(|chosen| chosen.iter().any(|c| c == code)),
                ..Choice::new(*code, format!("{count} {noun}"))
            })
        })
        .collect()
}

/// What hangs on the unit, by name as far as the reader may see it.
#[derive(Default)]
struct Names {
    children: Vec<Unit>,
    systems: Vec<Named>,
    contracts: Vec<Named>,
}

async fn names(ctx: &Ctx, tx: &mut TenantTx, opened: &Opened) -> AppResult<Names> {
    let (id, secret) = (opened.unit.id, ctx.can(P::SystemSecretRead));
    Ok(Names {
        children: opened.units.children(Some(id)).filter(|u| !u.ended_before(ctx.today())).cloned().collect(),
        systems: queries::list_systems_owned(tx, id, &ctx.scope_for(P::SystemRead), secret).await?,
        contracts: queries::list_contracts_owned(tx, id, &ctx.scope_for(P::ContractRead)).await?,
    })
}

#[derive(Template)]
#[template(path = "organisation/reorganise.html")]
struct ReorganisePage {
    page: Page,
    head: Head,
    raw: RawEnd,
    faults: Faults,
    /// The end of the unit, or only what it leaves.
    ends: bool,
    action: String,
    units: Vec<Choice>,
    /// What was asked for is in order: what would happen is shown.
    previews: bool,
    to: Option<Unit>,
    day: Option<NaiveDate>,
    is_to_come: bool,
    left: Vec<Choice>,
    names: Names,
    version: i32,
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    opened: &Opened,
    (raw, faults): (RawEnd, Faults),
    (ends, plan): (bool, Option<Plan>),
) -> AppResult<Response> {
    let title = if ends { "Avsluta enheten" } else { "Lämna över" };
    let (page, head) = frame::head(ctx, &mut tx, opened, At::Form, title).await?;
    let unit = &opened.unit;
    let units = organisation::choices(&mut tx, ctx.today(), unit.successor_id).await?;
    let holdings = queries::find_holdings(&mut tx, unit.id, ctx.today()).await?;
    let names = names(ctx, &mut tx, opened).await?;
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let day = plan.as_ref().and_then(|p| p.day);
    let is_to_come = day.is_some_and(|day| day >= ctx.today());
    // An end that lies ahead: what is handed over changes hands at once, so nothing is proposed.
    let chosen = if is_to_come && ends { Some(raw.parts.as_slice()) } else { None };
    let template = ReorganisePage {
        page: if came_back { page.faulty() } else { page },
        head,
        faults,
        ends,
        action: ctx.path(path(unit.id, if ends { "close" } else { "hand-over" })),
        units: units.into_iter().filter(|c| c.value != unit.id.to_string()).collect(),
        previews: plan.is_some(),
        left: choices_of(holdings, chosen),
        to: plan.and_then(|p| p.to),
        day,
        is_to_come,
        names,
        version: unit.version,
        raw,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// What was asked for, checked.
struct Plan {
    day: Option<NaiveDate>,
    to: Option<Unit>,
}

fn plan(ctx: &Ctx, opened: &Opened, raw: &RawEnd, ends: bool) -> Result<Plan, Faults> {
    let mut faults = Faults::default();
    let unit = &opened.unit;
    let day = if ends { faults.date("valid_to", "Sista dagen", &raw.valid_to) } else { unit.valid_to };
    if ends && day.is_none() && faults.is_empty() {
        faults.add("valid_to", "Ange sista dagen.");
    }
    if day.zip(unit.valid_from).is_some_and(|(to, from)| to < from) {
        faults.add("valid_to", "Sista dagen kan inte ligga före den första.");
    }
    let to = faults.id("successor_id", "Enhet som tar över", &raw.successor_id);
    let to_unit = to.and_then(|to| opened.units.get(to));
    match (to, to_unit) {
        (None, _) if !ends && faults.of("successor_id").is_none() => {
            faults.add("successor_id", "Välj vilken enhet som tar över.");
        }
        (Some(_), None) => faults.add("successor_id", "Välj enhet som tar över i listan."),
        (Some(to), Some(_)) if to == unit.id => {
            faults.add("successor_id", "En enhet kan inte ersätta sig själv.");
        }
        (Some(to), Some(other)) => {
            if other.ended_before(ctx.today()) || day.is_some_and(|day| other.ended_before(day)) {
                faults.add("successor_id", "Den enheten har upphört. Välj en som finns kvar.");
            } else if replaces(opened, to, unit.id) {
                faults.add("successor_id", "Den enheten ersätts själv av den här. Välj en annan.");
            } else if !ctx.scope_for(P::OrgWrite).reaches_unit(Some(to)) {
                faults.add("successor_id", "Välj en enhet som du ansvarar för.");
            }
        }
        (None, _) => {}
    }
    if faults.is_empty() { Ok(Plan { day, to: to_unit.cloned() }) } else { Err(faults) }
}

/// Whether the units that follow upon one lead to another.
fn replaces(opened: &Opened, from: Uuid, to: Uuid) -> bool {
    let mut seen = Vec::new();
    let mut at = Some(from);
    while let Some(id) = at.filter(|id| !seen.contains(id)) {
        if id == to {
            return true;
        }
        seen.push(id);
        at = opened.units.get(id).and_then(|u| u.successor_id);
    }
    false
}

/// Asks for the last day and the unit that takes over; with both, shows what would happen.
pub async fn confirm_close(ctx: Ctx, Id(id): Id, Query(mut raw): Query<RawEnd>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    if raw.valid_to.is_empty() && raw.successor_id.is_empty() {
        raw.valid_to = opened.unit.valid_to.map(|d| d.to_string()).unwrap_or_default();
        raw.successor_id = opened.unit.successor_id.map(|d| d.to_string()).unwrap_or_default();
        return draw(&ctx, tx, &opened, (raw, Faults::default()), (true, None)).await;
    }
    match plan(&ctx, &opened, &raw, true) {
        Ok(plan) => draw(&ctx, tx, &opened, (raw, Faults::default()), (true, Some(plan))).await,
        Err(faults) => draw(&ctx, tx, &opened, (raw, faults), (true, None)).await,
    }
}

/// Ends the unit.
pub async fn close(ctx: Ctx, Id(id): Id, Form(raw): Form<RawEnd>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    queries::lock_tree(&mut tx).await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let Plan { day, to } = match plan(&ctx, &opened, &raw, true) {
        Ok(plan) => plan,
        Err(faults) => return draw(&ctx, tx, &opened, (raw, faults), (true, None)).await,
    };
    let day = day.ok_or_else(|| AppError::broken("an end without a day"))?;
    let follows = to.as_ref().map(|to| format!(", ersätts av {}", to.name)).unwrap_or_default();
    let label = format!("Avslutade {} den {day}{follows}", opened.unit.name);
    let set = change_set::open(&mut tx, "reorganise:organisation", &label).await?;
    let mut unit = opened.unit.clone();
    (unit.version, unit.valid_to, unit.successor_id) = (raw.version, Some(day), to.as_ref().map(|u| u.id));
    if !queries::update_unit(&mut tx, &unit).await? {
        return Err(changed_meanwhile());
    }
    if let Some(to) = &to {
        give(&ctx, &mut tx, &opened, to, day, &raw.parts).await?;
    }
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &with_undo(&ctx, set, format!("{label}."))))
}

/// Shows what the unit still answers for and asks who takes over.
pub async fn confirm_hand_over(ctx: Ctx, Id(id): Id, Query(mut raw): Query<RawEnd>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    if raw.successor_id.is_empty() {
        raw.successor_id = opened.unit.successor_id.map(|d| d.to_string()).unwrap_or_default();
        return draw(&ctx, tx, &opened, (raw, Faults::default()), (false, None)).await;
    }
    match plan(&ctx, &opened, &raw, false) {
        Ok(plan) => draw(&ctx, tx, &opened, (raw, Faults::default()), (false, Some(plan))).await,
        Err(faults) => draw(&ctx, tx, &opened, (raw, faults), (false, None)).await,
    }
}

/// Hands over.
pub async fn hand_over(ctx: Ctx, Id(id): Id, Form(raw): Form<RawEnd>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    queries::lock_tree(&mut tx).await?;
    let opened = frame::open_for_write(&ctx, &mut tx, id).await?;
    let to = match plan(&ctx, &opened, &raw, false) {
        Ok(Plan { to: Some(to), .. }) => to,
        Ok(_) => return Err(AppError::broken("handing over to nobody")),
        Err(faults) => return draw(&ctx, tx, &opened, (raw, faults), (false, None)).await,
    };
    let label = format!("Lämnade över från {} till {}", opened.unit.name, to.name);
    let set = change_set::open(&mut tx, "reorganise:organisation", &label).await?;
    let day = opened.unit.valid_to.unwrap_or_else(|| ctx.today());
    give(&ctx, &mut tx, &opened, &to, day, &raw.parts).await?;
    change_set::close(&mut tx).await?;
    tx.commit().await?;
    Ok(ctx.redirect(path(id, ""), &with_undo(&ctx, set, format!("{label}."))))
}

/// Hands over what was chosen. Units lie under the new one from the day after the last day, but not later than today.
async fn give(
    ctx: &Ctx,
    tx: &mut TenantTx,
    opened: &Opened,
    to: &Unit,
    last_day: NaiveDate,
    parts: &[String],
) -> AppResult<()> {
    let today = ctx.today();
    let ids = (opened.unit.id, to.id);
    // A unit cannot come under one that lies under itself.
    let between = opened.units.path(to.id).into_iter().find(|u| u.parent_id == Some(ids.0)).map(|u| u.id);
    for (code, part) in Part::ALL {
        if !parts.iter().any(|p| p == code) {
            continue;
        }
        match part {
            Part::Children => {
                let from = last_day.checked_add_days(Days::new(1)).unwrap_or(today).min(today);
                queries::hand_over_children(tx, ids, between, from).await?;
            }
            Part::Employments => queries::hand_over_employments(tx, ids, today).await?,
            Part::Systems => queries::hand_over_systems(tx, ids).await?,
            Part::Used => queries::hand_over_used(tx, ids).await?,
            Part::Contracts => queries::hand_over_contracts(tx, ids).await?,
            Part::Grants => queries::hand_over_grants(tx, ids, today).await?,
        }
    }
    Ok(())
}
