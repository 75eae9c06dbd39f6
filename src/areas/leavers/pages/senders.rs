//! A sender: what it is called, which förvaltningar it answers for, when its lists are due, what its codes mean.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        calendar::{Cell, Line},
        import::sender::key_of_source,
        model::{Sender, codes, mark},
        queries::{read, write},
    },
    TITLE, answers_for, find_line,
};
use crate::{
    areas::{matches::refresh, organisation::Units, settings},
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    ids::new_id,
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        format::{capital, month_words},
        page::{Flash, Page},
        page_parts::Choice,
    },
};

/// A sender, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SenderForm {
    version: i32,
    name: String,
    units: Vec<String>,
    due_workday: String,
    expected_from: String,
    reasons: String,
    is_active: String,
}

impl SenderForm {
    fn of(sender: &Sender) -> Self {
        Self {
            version: sender.version,
            name: sender.name.clone(),
            units: sender.chosen.iter().map(Uuid::to_string).collect(),
            due_workday: sender.due_workday.map(|day| day.to_string()).unwrap_or_default(),
            expected_from: sender
                .expected_from
                .map(|month| month.format("%Y-%m").to_string())
                .unwrap_or_default(),
            reasons: sender.reasons.clone(),
            is_active: if sender.is_active { "ja".to_owned() } else { String::new() },
        }
    }

    fn read(&self, old: &Sender, units: &[Choice]) -> Result<Sender, Faults> {
        let mut faults = Faults::default();
        let name = faults.required("name", "Namn", &self.name, 100);
        let due_workday = faults.integer("due_workday", "Dagen", &self.due_workday, 1..=22);
        let expected_from = month(&mut faults, &self.expected_from);
        let chosen: Vec<Uuid> = self
            .units
            .iter()
            .filter(|unit| units.iter().any(|choice| choice.value == **unit))
            .filter_map(|unit| Uuid::parse_str(unit).ok())
            .collect();
        if self.reasons.chars().count() > 4000 {
            faults.add("reasons", "Orsakskoderna får ha högst 4 000 tecken.");
        }
        if faults.is_empty() {
            Ok(Sender {
                name,
                due_workday,
                expected_from,
                chosen,
                reasons: self.reasons.trim().to_owned(),
                is_active: !self.is_active.is_empty(),
                version: self.version,
                ..old.clone()
            })
        } else {
            Err(faults)
        }
    }
}

fn month(faults: &mut Faults, typed: &str) -> Option<NaiveDate> {
    let text = typed.trim();
    if text.is_empty() {
        return None;
    }
    let month = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
    if month.is_none() {
        faults.add("expected_from", "Månad ska skrivas år-månad, till exempel 2026-11.");
    }
    month
}

/// A month of the sender in the page's own list.
struct MonthLine {
    month: String,
    label: &'static str,
    color: &'static str,
    icon: &'static str,
    due: NaiveDate,
    lists: Vec<(String, NaiveDate)>,
    nobody_href: String,
}

#[derive(Template)]
#[template(path = "leavers/sender.html")]
struct SenderPage {
    page: Page,
    raw: SenderForm,
    faults: Faults,
    units: Vec<Choice>,
    known: Vec<(String, &'static str)>,
    unknown: Vec<String>,
    found: String,
    due_hint: String,
    is_active: bool,
    months: Vec<MonthLine>,
    may_write: bool,
    is_new: bool,
    action: String,
}

/// The form of a sender to be.
pub async fn new(ctx: Ctx) -> AppResult<Response> {
    let raw = SenderForm { is_active: "ja".to_owned(), ..SenderForm::default() };
    draw(&ctx, None, raw, Faults::default()).await
}

/// Adds a sender, so that its lists are expected before the first has come.
pub async fn create(ctx: Ctx, Form(raw): Form<SenderForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let choices = choices(&ctx, &mut tx, &raw.units).await?;
    let fresh = Sender { id: new_id(), is_active: true, ..Sender::default() };
    let read = raw.read(&fresh, &choices).and_then(|sender| {
        let scope = ctx.scope();
        if scope.all || !sender.chosen.is_empty() {
            return Ok(sender);
        }
        let mut faults = Faults::default();
        faults.add("units", "Välj den förvaltning som avsändaren svarar för.");
        Err(faults)
    });
    let mut sender = match read {
        Ok(sender) => sender,
        Err(faults) => {
            tx.rollback().await?;
            return draw(&ctx, None, raw, faults).await;
        }
    };
    sender.key = key_of_source(&sender.name);
    if sender.expected_from.is_none() {
        sender.expected_from = Some(crate::rules::leaver_months::month_of(ctx.today()));
    }
    if read::list_senders(&mut tx)
        .await?
        .iter()
        .any(|other| other.key == sender.key || other.name == sender.name)
    {
        tx.rollback().await?;
        let mut faults = Faults::default();
        faults.add(
            "name",
            "Det finns redan en avsändare med det namnet. Öppna den, eller välj ett annat namn.",
        );
        return draw(&ctx, None, raw, faults).await;
    }
    write::insert_sender(&mut tx, &sender).await?;
    write::replace_units(&mut tx, sender.id, &sender.chosen).await?;
    tx.commit().await?;
    Ok(ctx.redirect(
        "leavers",
        &Flash::success(format!("{} är tillagd. Listor väntas nu varje månad.", sender.name)),
    ))
}

/// A sender with its months.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let line = find_line(&ctx, &mut tx, id).await?;
    tx.commit().await?;
    let raw = SenderForm::of(&line.sender);
    draw(&ctx, Some(line), raw, Faults::default()).await
}

/// Changes a sender.
pub async fn update(ctx: Ctx, Id(id): Id, Form(raw): Form<SenderForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let line = find_line(&ctx, &mut tx, id).await?;
    if !answers_for(&ctx, &line) {
        return Err(AppError::NotFound);
    }
    let choices = choices(&ctx, &mut tx, &raw.units).await?;
    let sender = match raw.read(&line.sender, &choices) {
        Ok(sender) => sender,
        Err(faults) => {
            tx.rollback().await?;
            return draw(&ctx, Some(line), raw, faults).await;
        }
    };
    if !write::update_sender(&mut tx, &sender).await? {
        return Err(AppError::Conflict(
            "Någon annan har ändrat avsändaren medan du hade den öppen. Öppna den igen och gör om din ändring.".into(),
        ));
    }
    // Whoever reaches a part of the municipality chooses within it and leaves the rest as it is.
    let scope = ctx.scope_for(Permission::LeaverUpload);
    let mut chosen = sender.chosen.clone();
    chosen.extend(line.sender.chosen.iter().filter(|unit| !scope.reaches_unit(Some(**unit))));
    write::replace_units(&mut tx, id, &chosen).await?;
    if sender.reasons != line.sender.reasons {
        refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    }
    crate::areas::watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let (_, unknown) = codes(&sender.reasons);
    let flash = if unknown.is_empty() {
        Flash::success("Ändringarna är sparade.")
    } else {
        Flash::info("Ändringarna är sparade. Några orsakskoder går inte att förstå än, se nedan.")
    };
    Ok(ctx.redirect(format!("leavers/senders/{id}"), &flash))
}

/// The förvaltningar to choose among.
async fn choices(ctx: &Ctx, tx: &mut TenantTx, chosen: &[String]) -> AppResult<Vec<Choice>> {
    let units = Units::load(tx).await?;
    let scope = ctx.scope_for(Permission::LeaverUpload);
    Ok(units
        .iter()
        .filter(|unit| matches!(unit.kind.as_str(), "forvaltning" | "bolag"))
        .filter(|unit| {
            (unit.in_scope && unit.exists_on(ctx.today())) || chosen.contains(&unit.id.to_string())
        })
        .filter(|unit| scope.reaches_unit(Some(unit.id)))
        .map(|unit| {
            let mut choice = Choice::new(unit.id.to_string(), unit.name.clone());
            choice.chosen = chosen.contains(&choice.value);
            choice
        })
        .collect())
}

async fn draw(ctx: &Ctx, line: Option<Line>, raw: SenderForm, faults: Faults) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let units = choices(ctx, &mut tx, &raw.units).await?;
    let usual_day = settings::load(&mut tx).await?.leaver_due_workday;
    let title = line.as_ref().map_or_else(|| "Ny avsändare".to_owned(), |line| line.sender.name.clone());
    let page = ctx.page(&mut tx, title).await?.crumb(TITLE, "leavers");
    tx.commit().await?;
    let (known, unknown) = codes(&raw.reasons);
    let is_faulty = !faults.is_empty();
    let found = line
        .as_ref()
        .filter(|line| !line.is_chosen)
        .map(|line| line.covers.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", "));
    let may_write = line.as_ref().is_none_or(|line| answers_for(ctx, line));
    let template = SenderPage {
        page: if is_faulty { page.faulty() } else { page },
        units,
        known,
        unknown,
        found: found.unwrap_or_default(),
        due_hint: format!("I månaden efter. Tomt: kommunens dag, arbetsdag {usual_day}."),
        is_active: !raw.is_active.is_empty(),
        months: line.as_ref().map(|line| months(ctx, line, may_write)).unwrap_or_default(),
        may_write,
        is_new: line.is_none(),
        action: match &line {
            Some(line) => ctx.path(format!("leavers/senders/{}", line.sender.id)),
            None => ctx.path("leavers/senders"),
        },
        raw,
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

fn months(ctx: &Ctx, line: &Line, may_write: bool) -> Vec<MonthLine> {
    let drawn = |cell: &Cell| {
        let state = cell.state?;
        let (color, icon) = mark(state);
        Some(MonthLine {
            month: capital(&month_words(cell.month)),
            label: state.label(),
            color,
            icon,
            due: cell.due,
            lists: cell
                .lists
                .iter()
                .map(|list| (ctx.path(format!("leavers/lists/{}", list.id)), list.received_on))
                .collect(),
            nobody_href: if may_write && !state.is_answered() {
                let month = cell.month.format("%Y-%m");
                ctx.path(format!("leavers/senders/{}/nobody?month={month}", line.sender.id))
            } else {
                String::new()
            },
        })
    };
    line.cells.iter().filter_map(drawn).collect()
}
