//! The area's pages: rules, one rule's form, a run's protocol.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use uuid::Uuid;

use super::forms::{CONFIRMATION, RawPurge, RawRule};
use super::model::{Decided, Rule, Run};
use super::queries;
use super::service::{self, Reached};
use crate::areas::audit::{self, AccessKind, History, Viewer};
use crate::areas::people::ProtectedMask;
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::tabular::write::{Value, write_csv};
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Path, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::format::{moment_of, number_of};
use crate::web::page::{Flash, Page};

/// A dry run may be carried out for so long; the register changes.
const DRY_RUN_HOLDS: TimeDelta = TimeDelta::hours(24);

#[derive(Template)]
#[template(path = "retention/list.html")]
struct ListPage {
    page: Page,
    rules: Vec<Reached>,
    runs: Vec<Run>,
    may_write: bool,
    waiting: i64,
}

/// The rules with what each reaches today, and the runs so far.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let rules = service::reach_all(&mut tx, ctx.today()).await?;
    let mut runs = queries::list_runs(&mut tx, None, 100).await?;
    cover(&ctx, &mut tx, &mut runs).await?;
    let page = ctx.page(&mut tx, "Gallring").await?.wide();
    tx.commit().await?;
    let waiting = rules.iter().filter(|r| r.decided.may_purge()).map(|r| r.extent.rows).sum();
    ctx.html(&ListPage { page, rules, runs, may_write: ctx.can(Permission::RetentionWrite), waiting })
}

/// Whoever ran it may be a person with protected identity.
async fn cover(ctx: &Ctx, tx: &mut TenantTx, runs: &mut [Run]) -> AppResult<()> {
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    for run in runs {
        mask.cover_in(&mut run.actor);
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "retention/rule.html")]
struct RulePage {
    page: Page,
    rule: &'static Rule,
    raw: RawRule,
    faults: Faults,
    history: Option<History>,
    back: String,
}

async fn find(tx: &mut TenantTx, code: &str) -> AppResult<Decided> {
    queries::find_decided(tx, code).await?.ok_or(AppError::NotFound)
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    decided: &Decided,
    raw: RawRule,
    faults: Faults,
) -> AppResult<Response> {
    let history = match decided.id {
        Some(id) => Some(audit::history_of(&mut tx, &Viewer::of(ctx), &[("retention_rule", id)], "").await?),
        None => None,
    };
    let page = ctx.page(&mut tx, decided.rule.name).await?.crumb("Gallring", "retention");
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let template = RulePage {
        page: if came_back { page.faulty() } else { page },
        rule: decided.rule,
        raw,
        faults,
        history,
        back: ctx.path("retention"),
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The form of a rule.
pub async fn edit(ctx: Ctx, Path((_, code)): Path<(String, String)>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let decided = find(&mut tx, &code).await?;
    let raw = RawRule::of(&decided);
    draw(&ctx, tx, &decided, raw, Faults::default()).await
}

/// Decides about a rule.
pub async fn update(
    ctx: Ctx,
    Path((_, code)): Path<(String, String)>,
    Form(raw): Form<RawRule>,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let mut decided = find(&mut tx, &code).await?;
    let before = decided.version;
    let mut faults = raw.read(&mut decided, ctx.today());
    if faults.is_empty() && (decided.version != before || !queries::save(&mut tx, &decided).await?) {
        faults.add(
            "",
            "Någon annan har ändrat regeln sedan du öppnade sidan. Öppna den igen och gör om ändringen.",
        );
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, &decided, raw, faults).await;
    }
    tx.commit().await?;
    let name = decided.rule.name;
    let flash = if decided.may_purge() {
        Flash::success(format!(
            "Regeln ”{name}” gäller. Ingenting gallras förrän någon gör det efter en torrkörning."
        ))
    } else if decided.hold_reason.is_empty() {
        Flash::success(format!(
            "Regeln ”{name}” är sparad. Den gäller inte, så ingenting gallras enligt den."
        ))
    } else {
        Flash::warning(format!(
            "Regeln ”{name}” är stoppad. Ingenting gallras enligt den så länge hindret står kvar."
        ))
    };
    Ok(ctx.redirect("retention", &flash))
}

/// Tries a purge.
pub async fn dry_run(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let run = service::dry_run(&mut tx, ctx.now(), ctx.today()).await?;
    tx.commit().await?;
    let flash = Flash::info("Torrkörningen är klar. Ingenting är gallrat.");
    Ok(ctx.redirect(format!("retention/runs/{run}"), &flash))
}

#[derive(Template)]
#[template(path = "retention/run.html")]
struct RunPage {
    page: Page,
    run: Run,
    at: String,
    /// What must be typed, when the dry run may be carried out.
    confirmation: Option<&'static str>,
    may_dry_run: bool,
    typed: String,
    faults: Faults,
}

async fn draw_run(
    ctx: &Ctx,
    mut tx: TenantTx,
    run: Run,
    typed: String,
    faults: Faults,
) -> AppResult<Response> {
    let mut runs = [run];
    cover(ctx, &mut tx, &mut runs).await?;
    let [run] = runs;
    let title = format!("{} {}", run.kind(), moment_of(run.at));
    let page = ctx.page(&mut tx, title).await?.crumb("Gallring", "retention");
    tx.commit().await?;
    let came_back = !faults.is_empty();
    let may_write = ctx.can(Permission::RetentionWrite);
    let holds = run.is_dry && run.at + DRY_RUN_HOLDS >= ctx.now();
    let template = RunPage {
        page: if came_back { page.faulty() } else { page },
        at: moment_of(run.at),
        confirmation: (may_write && holds && run.rows() > 0).then_some(CONFIRMATION),
        may_dry_run: may_write && run.is_dry && !holds,
        run,
        typed,
        faults,
    };
    if came_back { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Which sort of answer is wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    format: String,
}

/// The protocol of a run, as a page or as a file.
pub async fn show(ctx: Ctx, Id(id): Id, Query(wanted): Query<Wanted>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let run = super::find_run(&mut tx, id).await?;
    if wanted.format != "csv" {
        return draw_run(&ctx, tx, run, String::new(), Faults::default()).await;
    }
    let detail = serde_json::json!({ "format": "csv" });
    ctx.log_access(&mut tx, AccessKind::Export, ("retention_run", Some(id)), detail).await?;
    let mut runs = [run];
    cover(&ctx, &mut tx, &mut runs).await?;
    tx.commit().await?;
    let [run] = runs;
    csv(&run)
}

fn csv(run: &Run) -> AppResult<Response> {
    let header = [
        "Körning",
        "Tidpunkt",
        "Räknat till",
        "Utförd av",
        "Regel",
        "Utfall",
        "Antal",
        "Tömda rader i historiken",
        "Äldsta",
        "Nyaste",
        "Dagar",
        "Beslut",
        "Beslutsdag",
        "Hinder",
    ];
    let day = |day: Option<NaiveDate>| day.map_or(Value::Empty, Value::from);
    let rows = run.lines.iter().map(|line| {
        let is_counted = line.is_carried_out() || run.is_dry;
        vec![
            Value::from(run.kind()),
            Value::from(moment_of(run.at)),
            Value::from(run.today),
            Value::from(run.actor.as_str()),
            Value::from(line.name()),
            Value::from(line.outcome(run.is_dry)),
            Value::from(if is_counted { line.rows } else { 0 }),
            Value::from(line.history_rows),
            day(line.oldest),
            day(line.newest),
            Value::from(i64::from(line.days)),
            Value::from(line.decision_ref.as_str()),
            day(line.decided_on),
            Value::from(line.hold_reason.as_str()),
        ]
    });
    let bytes = write_csv(Vec::new(), &header, rows.collect::<Vec<_>>())?;
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"gallringsprotokoll-{}.csv\"", run.today);
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Purges what a dry run has shown, when the word is typed.
pub async fn purge(ctx: Ctx, Form(raw): Form<RawPurge>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let id = Uuid::parse_str(&raw.dry_run).map_err(|_| AppError::NotFound)?;
    let dry = super::find_run(&mut tx, id).await?;
    let mut faults = Faults::default();
    if !dry.is_dry || dry.at + DRY_RUN_HOLDS < ctx.now() {
        faults.add("", "Torrkörningen är för gammal. Gör en ny och kontrollera den innan du gallrar.");
    } else if raw.confirmation.trim() != CONFIRMATION {
        faults.add(
            "confirmation",
            format!("Skriv {CONFIRMATION} med stora bokstäver för att gallra. Det går inte att ångra."),
        );
    }
    if faults.is_empty() {
        match service::purge(&mut tx, (ctx.now(), ctx.today()), Some(&dry.lines)).await {
            Ok(run) => {
                tx.commit().await?;
                let mut tx = ctx.begin().await?;
                let rows = super::find_run(&mut tx, run).await?.rows();
                let text =
                    format!("{} uppgifter är gallrade. Protokollet är sparat.", number_of(rows.into()));
                return Ok(ctx.redirect(format!("retention/runs/{run}"), &Flash::success(text)));
            }
            Err(AppError::Rejected(text) | AppError::Conflict(text)) => faults.add("", text),
            Err(error) => return Err(error),
        }
        tx.rollback().await?;
        tx = ctx.begin().await?;
    }
    draw_run(&ctx, tx, dry, raw.confirmation, faults).await
}
