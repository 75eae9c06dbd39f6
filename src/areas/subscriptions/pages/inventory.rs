//! The inventory: once a year each unit says which subscriptions are in use (F24).

use std::collections::{BTreeMap, HashMap, HashSet};

use askama::Template;
use axum::response::Response;
use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        findings::inventory_day,
        model::{ANSWERS, long_ago, use_label},
        queries::inventory::{self, Answer, Item},
    },
    frame,
};
use crate::{
    areas::{
        audit::AccessKind,
        organisation::Units,
        people::{PROTECTED, ProtectedMask},
        settings,
    },
    auth::{permissions::Permission as P, principal::Scope},
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        extract::{Form, Path},
        filters,
        form::Faults,
        page::{Flash, Page},
        sight::{Sees, Sight},
    },
};

/// How far a unit has come.
struct UnitRow {
    href: String,
    name: String,
    all: i64,
    answered: i64,
}

/// How far a förvaltning has come.
struct Department {
    name: String,
    href: String,
    all: i64,
    answered: i64,
    units: Vec<UnitRow>,
}

impl Department {
    /// "12 av 40 besvarade, 30 %": never 100 before all is answered.
    fn note(&self) -> String {
        let percent = if self.all == 0 { 100 } else { self.answered * 100 / self.all };
        format!("{} av {} besvarade, {percent}\u{a0}%", self.answered, self.all)
    }
}

#[derive(Template)]
#[template(path = "subscriptions/inventory.html")]
struct ProgressPage {
    page: Page,
    due: Option<NaiveDate>,
    /// The day has passed, and not all have answered.
    is_late: bool,
    departments: Vec<Department>,
    all: i64,
    answered: i64,
    without_unit: i64,
    without_href: String,
}

/// How far every förvaltning within reach has come.
pub async fn progress(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (today, year) = (ctx.today(), ctx.today().year());
    let scope = ctx.scope().clone();
    let units = Units::load(&mut tx).await?;
    let rows = inventory::list_progress(&mut tx, year, ctx.can(P::ProtectedRead)).await?;
    let month = settings::load(&mut tx).await?.inventory_month;
    let without_unit = if scope.all { inventory::count_without_unit(&mut tx).await? } else { 0 };
    let page = ctx.page(&mut tx, format!("Inventering {year}")).await?.crumb("Abonnemang", "subscriptions");
    tx.commit().await?;
    let departments = departments(&ctx, &rows, &units, &scope, today);
    let due = inventory_day(year, month);
    let all: i64 = departments.iter().map(|d| d.all).sum();
    let answered: i64 = departments.iter().map(|d| d.answered).sum();
    ctx.html(&ProgressPage {
        page,
        due,
        is_late: due.is_some_and(|day| day < today) && answered < all,
        all,
        answered,
        departments,
        without_unit,
        without_href: ctx.path("subscriptions?i-drift=ja&utan-enhet=ja"),
    })
}

fn departments(
    ctx: &Ctx,
    rows: &[(Uuid, i64, i64)],
    units: &Units,
    scope: &Scope,
    today: NaiveDate,
) -> Vec<Department> {
    let mut sums: HashMap<Uuid, (i64, i64)> = HashMap::new();
    for (unit, all, answered) in rows {
        let now = units.current(*unit, today).map_or(*unit, |u| u.id);
        if scope.reaches_unit(Some(now)) {
            let sum = sums.entry(now).or_default();
            *sum = (sum.0 + all, sum.1 + answered);
        }
    }
    let mut found: BTreeMap<(String, Uuid), Department> = BTreeMap::new();
    for (unit, (all, answered)) in sums {
        let Some(own) = units.get(unit) else { continue };
        let above = units.department(unit).unwrap_or(own);
        let entry = found.entry((above.code.clone(), above.id)).or_insert_with(|| Department {
            name: above.name.clone(),
            href: ctx.path(format!("subscriptions/inventory/{}", above.id)),
            all: 0,
            answered: 0,
            units: Vec::new(),
        });
        entry.all += all;
        entry.answered += answered;
        let href = ctx.path(format!("subscriptions/inventory/{unit}"));
        entry.units.push(UnitRow { href, name: own.label(), all, answered });
    }
    let mut found: Vec<Department> = found.into_values().collect();
    for department in &mut found {
        department.units.sort_by(|a, b| a.name.cmp(&b.name));
    }
    found
}

/// The unit of the address.
#[derive(Debug, Deserialize)]
pub struct UnitPath {
    unit: Uuid,
}

/// A subscription to answer for.
struct Line {
    id: Uuid,
    href: String,
    number: String,
    holder: String,
    what: String,
    type_text: String,
    price: Option<Decimal>,
    last_traffic: Option<NaiveDate>,
    is_silent: bool,
    answer: String,
    note: String,
    answered: String,
    fault: Option<String>,
}

impl Line {
    fn is(&self, answer: &str) -> bool {
        self.answer == answer
    }
}

#[derive(Template)]
#[template(path = "subscriptions/inventory_unit.html")]
struct UnitPage {
    page: Page,
    year: i32,
    unit_name: String,
    lines: Vec<Line>,
    answers: &'static [(&'static str, &'static str)],
    answered: usize,
    sum: Decimal,
    may_answer: bool,
    action: String,
    faults: Faults,
}

/// What a unit answers for: itself and what is under it, ended units that it took over from included, as far as the reader
/// reaches. Nothing of persons with protected identity.
struct Opened {
    items: Vec<Item>,
    name: String,
}

async fn open(ctx: &Ctx, tx: &mut TenantTx, unit: Uuid, scope: &Scope) -> AppResult<Opened> {
    let units = Units::load(tx).await?;
    let own = units.get(unit).ok_or(AppError::NotFound)?;
    if !scope.reaches_unit(Some(unit)) {
        return Err(AppError::NotFound);
    }
    let under: HashSet<Uuid> =
        units.with_all_under(unit).into_iter().filter(|id| scope.reaches_unit(Some(*id))).collect();
    let as_listed: Vec<Uuid> = units
        .iter()
        .filter(|u| units.current(u.id, ctx.today()).is_some_and(|now| under.contains(&now.id)))
        .map(|u| u.id)
        .collect();
    let mut items = inventory::list_items(tx, &as_listed, ctx.today().year()).await?;
    let sees = Sees::of(ctx);
    items.retain(|item| sees.sight(item.is_protected) != Sight::Hidden);
    Ok(Opened { items, name: own.name.clone() })
}

/// The rows of a unit, on one page.
pub async fn show(ctx: Ctx, Path(path): Path<UnitPath>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let scope = ctx.scope().clone();
    let opened = open(&ctx, &mut tx, path.unit, &scope).await?;
    draw(&ctx, tx, path.unit, opened, &[], Faults::default()).await
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    unit: Uuid,
    mut opened: Opened,
    typed: &[(String, String)],
    faults: Faults,
) -> AppResult<Response> {
    let year = ctx.today().year();
    let page = ctx
        .page(&mut tx, format!("Inventering {year}: {}", opened.name))
        .await?
        .crumb("Abonnemang", "subscriptions")
        .crumb("Inventering", "subscriptions/inventory");
    let mask = ProtectedMask::for_reader(ctx, &mut tx).await?;
    for item in &mut opened.items {
        mask.cover_in(&mut item.purpose);
        for text in [&mut item.note, &mut item.actor].into_iter().flatten() {
            mask.cover_in(text);
        }
    }
    let detail = serde_json::json!({ "page": "inventory", "rows": opened.items.len() });
    ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("subscriptions", None), detail).await?;
    tx.commit().await?;
    let said: HashMap<&str, &str> = typed.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let old = long_ago(ctx.today());
    let answered = opened.items.iter().filter(|i| i.answer.is_some()).count();
    let sum = opened.items.iter().filter_map(|i| i.monthly_price).sum();
    let sees = Sees::of(ctx);
    let lines = opened
        .items
        .into_iter()
        .map(|item| {
            let sight = sees.sight(item.is_protected);
            let field = |prefix: &str| {
                said.get(format!("{prefix}_{}", item.id).as_str()).map(|text| (*text).to_owned())
            };
            let what = [use_label(&item.use_code), item.purpose.as_str()];
            Line {
                href: ctx.path(frame::path(item.id, "")),
                number: sight.number(&item.msisdn),
                holder: sight.name(&item.holder),
                what: what.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "),
                type_text: item.type_text.clone(),
                price: item.monthly_price,
                last_traffic: item.last_traffic,
                is_silent: item.last_traffic.is_some_and(|day| day < old),
                answer: field("answer").unwrap_or_else(|| item.answer.clone().unwrap_or_default()),
                note: field("note").unwrap_or_else(|| item.note.clone().unwrap_or_default()),
                answered: item
                    .answered_at
                    .map(|at| {
                        format!(
                            "{}, {}",
                            item.actor.clone().unwrap_or_default(),
                            crate::web::format::moment_of(at)
                        )
                    })
                    .unwrap_or_default(),
                fault: faults.of(&format!("note_{}", item.id)).map(str::to_owned),
                id: item.id,
            }
        })
        .collect();
    let is_faulty = !faults.is_empty();
    let template = UnitPage {
        page: if is_faulty { page.faulty() } else { page.wide() },
        year,
        unit_name: opened.name,
        lines,
        answers: ANSWERS,
        answered,
        sum,
        may_answer: ctx.scope_for(P::SubscriptionConfirm).reaches_unit(Some(unit)),
        action: ctx.path(format!("subscriptions/inventory/{unit}")),
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Takes the answers. Rows without one are left as they are.
pub async fn update(
    ctx: Ctx,
    Path(path): Path<UnitPath>,
    Form(form): Form<Vec<(String, String)>>,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let scope = ctx.scope_for(P::SubscriptionConfirm);
    let opened = open(&ctx, &mut tx, path.unit, &scope).await?;
    let said: HashMap<&str, &str> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut faults = Faults::default();
    let mut answers = Vec::new();
    for item in &opened.items {
        let Some(answer) = said.get(format!("answer_{}", item.id).as_str()).filter(|a| !a.is_empty()) else {
            continue;
        };
        if !ANSWERS.iter().any(|(code, _)| code == answer) {
            return Err(AppError::rejected("Välj ett av svaren på sidan."));
        }
        let note = said.get(format!("note_{}", item.id).as_str()).map(|text| text.trim()).unwrap_or_default();
        if note.chars().count() > 500 {
            faults.add(format!("note_{}", item.id), "Anteckningen får ha högst 500 tecken.");
        }
        answers.push(Answer {
            subscription_id: item.id,
            org_unit_id: item.org_unit_id,
            code: (*answer).to_owned(),
            // A note that the page could not show stays as it is.
            note: if note == PROTECTED { item.note.clone().unwrap_or_default() } else { note.to_owned() },
        });
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, path.unit, opened, &form, faults).await;
    }
    inventory::upsert(&mut tx, &answers, ctx.today().year(), ctx.now()).await?;
    tx.commit().await?;
    let now: HashSet<Uuid> = answers.iter().map(|a| a.subscription_id).collect();
    let left = opened.items.iter().filter(|i| i.answer.is_none() && !now.contains(&i.id)).count();
    let text = if left == 0 {
        format!("Tack. Alla abonnemang i {} är besvarade.", opened.name)
    } else {
        format!("Svaren är sparade. {left} abonnemang återstår.")
    };
    Ok(ctx.redirect(format!("subscriptions/inventory/{}", path.unit), &Flash::success(text)))
}
