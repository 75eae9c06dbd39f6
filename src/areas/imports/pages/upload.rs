//! Sending a file: what it is and whose, and then either its columns, or a sentence that says why it cannot be read.

use askama::Template;
use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{allowed, check, cover_names, load, reaches, steps, to_run};
use crate::areas::imports::flow::{self, Told};
use crate::areas::imports::model::{Facts, Run, State, kept_mapping};
use crate::areas::imports::plan::{self, Plan, Said};
use crate::areas::imports::queries::{self, NewRun};
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::tabular::{Book, Refusal};
use crate::web::ctx::Ctx;
use crate::web::extract::Query;
use crate::web::filters;
use crate::web::flash;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::page_parts::{Choice, Step};

/// The cause of a refusal: the same file waits already.
const WAITS: &str = "already_waiting";

/// The form, as typed, or as a link fills it in.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    source: String,
    unit: String,
    period: String,
    received: String,
}

struct Sent {
    typed: Typed,
    name: String,
    bytes: Bytes,
}

#[derive(Template)]
#[template(path = "imports/new.html")]
struct NewPage {
    page: Page,
    steps: Vec<Step>,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
    sources: Vec<String>,
    typed: Typed,
    faults: Faults,
    fault_file: Option<String>,
    /// The receipt of the same file, where it was taken in before.
    receipt: Option<String>,
    /// The same file, where it waits already.
    waiting: Option<String>,
}

/// The form. A link may say which kind, whose, of which month and unit.
pub async fn new(ctx: Ctx, Query(mut typed): Query<Typed>) -> AppResult<Response> {
    let kinds = allowed(&ctx);
    if kinds.iter().next().is_none() {
        return Err(AppError::NotFound);
    }
    let mut tx = ctx.begin().await?;
    if kinds.find(&typed.kind).is_none() {
        "auto".clone_into(&mut typed.kind);
    }
    let page = form(&ctx, &mut tx, typed, Faults::default()).await?;
    ctx.html(&page)
}

async fn form(ctx: &Ctx, tx: &mut TenantTx, typed: Typed, faults: Faults) -> AppResult<NewPage> {
    let mut kinds = vec![Choice::new("auto", "Se efter i filen")];
    kinds.extend(allowed(ctx).iter().map(|kind| Choice::new(kind.code(), kind.name())));
    let units = queries::list_units(tx).await?;
    Ok(NewPage {
        page: ctx.page(tx, "Skicka in en fil").await?,
        steps: steps(0, None),
        kinds,
        units: units.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        sources: queries::list_sources(tx).await?,
        typed,
        fault_file: faults.of("file").map(str::to_owned),
        faults,
        receipt: None,
        waiting: None,
    })
}

/// Reads what was sent.
async fn read(mut multipart: Multipart) -> AppResult<Sent> {
    let unreadable = |error: MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            AppError::TooLarge(
                "Filen är större än 50 MB. Dela upp listan i flera filer och skicka dem var för sig.".into(),
            )
        } else {
            AppError::rejected("Filen kom inte fram hel. Försök igen.")
        }
    };
    let mut sent = Sent { typed: Typed::default(), name: String::new(), bytes: Bytes::new() };
    while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            field.file_name().unwrap_or_default().clone_into(&mut sent.name);
            sent.bytes = field.bytes().await.map_err(unreadable)?;
            continue;
        }
        let text = field.text().await.map_err(unreadable)?;
        match name.as_str() {
            "kind" => sent.typed.kind = text,
            "source" => sent.typed.source = text,
            "unit" => sent.typed.unit = text,
            "period" => sent.typed.period = text,
            "received" => sent.typed.received = text,
            _ => {}
        }
    }
    Ok(sent)
}

/// Takes the file.
pub async fn create(ctx: Ctx, multipart: Multipart) -> AppResult<Response> {
    let Sent { typed, name, bytes } = match read(multipart).await {
        Ok(sent) => sent,
        Err(AppError::TooLarge(text)) => {
            let mut faults = Faults::default();
            faults.add("file", text.into_owned());
            let typed = Typed { kind: "auto".to_owned(), ..Typed::default() };
            let mut tx = ctx.begin().await?;
            let page = form(&ctx, &mut tx, typed, faults).await?;
            return ctx.unprocessable(&NewPage { page: page.page.clone().faulty(), ..page });
        }
        Err(error) => return Err(error),
    };
    let name = plain_name(&name);
    let kinds = allowed(&ctx);
    let mut faults = Faults::default();
    let said = match kinds.find(&typed.kind) {
        Some(kind) => Said::Kind(kind),
        None => Said::Nothing,
    };
    let told = Told {
        source: faults.text("source", "Avsändare", &typed.source, 100),
        unit_id: faults.id("unit", "Enhet", &typed.unit),
        period: month(&mut faults, &typed.period),
        received: faults.date("received", "Kom in", &typed.received),
    };
    if name.is_empty() || bytes.is_empty() {
        faults.add("file", "Välj en fil. Den får inte vara tom.");
    }
    let mut tx = ctx.begin().await?;
    if let Some(unit) = told.unit_id
        && !queries::list_units(&mut tx).await?.iter().any(|(id, _)| *id == unit)
    {
        faults.add("unit", "Välj enhet i listan.");
    }
    if !faults.is_empty() {
        let page = form(&ctx, &mut tx, typed, faults).await?;
        return ctx.unprocessable(&NewPage { page: page.page.clone().faulty(), ..page });
    }
    let outcome = match flow::open(bytes.clone()).await? {
        Ok(book) => begin(&ctx, &mut tx, &book, (&name, &bytes), said, &told).await?,
        Err(refusal) => Err((refusal, None)),
    };
    match outcome {
        Ok(Begun { runs, notes }) => {
            let Some((first, rows, ready)) = runs.first().copied() else { return Err(AppError::NotFound) };
            // Before the check: its trial, in a transaction of its own, must see the file and its run.
            tx.commit().await?;
            let answer = if runs.len() == 1 && ready {
                let mut tx = ctx.begin().await?;
                check(&ctx, &mut tx, first, rows).await?;
                tx.commit().await?;
                to_run(&ctx, first)
            } else {
                ctx.go(format!("imports/{first}/mapping"))
            };
            Ok(if notes.is_empty() { answer } else { with_note(&ctx, answer, &notes) })
        }
        Err((refusal, before)) => {
            tx.rollback().await?;
            let mut faults = Faults::default();
            let waits = refusal.code == WAITS;
            faults.add("file", refusal.message);
            let mut tx = ctx.begin().await?;
            let there = match before {
                Some(id) if load(&mut tx, &ctx, id).await.is_ok() => Some(ctx.path(format!("imports/{id}"))),
                _ => None,
            };
            let (receipt, waiting) = if waits { (None, there) } else { (there, None) };
            let page = form(&ctx, &mut tx, typed, faults).await?;
            ctx.unprocessable(&NewPage { page: page.page.clone().faulty(), receipt, waiting, ..page })
        }
    }
}

fn with_note(ctx: &Ctx, answer: Response, notes: &[String]) -> Response {
    let cookie = flash::cookie(ctx.app.cookies(), &Flash::info(notes.join(" ")));
    (axum_extra::extract::cookie::CookieJar::new().add(cookie), answer).into_response()
}

/// The runs that a file gave: id, rows, and whether the columns are clear enough to go on at once.
struct Begun {
    runs: Vec<(Uuid, i32, bool)>,
    notes: Vec<String>,
}

/// Begins a run for each sheet that is a list; or says why there is none, with the run that took the same file in before or that
/// waits with it.
async fn begin(
    ctx: &Ctx,
    tx: &mut TenantTx,
    book: &Book,
    (name, bytes): (&str, &[u8]),
    said: Said,
    told: &Told,
) -> AppResult<Result<Begun, (Refusal, Option<Uuid>)>> {
    let kinds = allowed(ctx);
    let sha256 = flow::sha256(bytes);
    let mut begun = Begun { runs: Vec::new(), notes: Vec::new() };
    let mut file_id = None;
    let mut refusal = None;
    let mut before = None;
    for sheet in &book.sheets {
        if let Some(taken) = queries::find_taken_before(tx, &sha256, &sheet.name).await? {
            refusal = Some(Refusal::new("already_taken_in", flow::taken_before(&taken)));
            before = Some(taken.run_id);
            continue;
        }
        let remembered = match said {
            Said::Kind(kind) if !told.source.is_empty() => {
                queries::find_mapping(tx, kind.code(), &told.source).await?
            }
            _ => std::collections::BTreeMap::new(),
        };
        let plan = match plan::plan(sheet, name, said, &kinds, &remembered) {
            Ok(plan) if reaches(ctx, &plan.kind, told.unit_id) => plan,
            Ok(_) => {
                refusal = Some(Refusal::new(
                    "unit_needed",
                    "Välj den enhet som listan gäller. Du får läsa in listor för dina egna enheter.",
                ));
                continue;
            }
            Err(why) => {
                if book.sheets.len() > 1 {
                    begun.notes.push(format!(
                        "Bladet ”{}” är ingen lista som kan läsas in och lämnades.",
                        sheet.name
                    ));
                }
                refusal.get_or_insert(why);
                continue;
            }
        };
        let (same, others) = waiting(ctx, tx, &sha256, &plan, told).await?;
        if let Some(run) = same {
            refusal = Some(Refusal::new(WAITS, flow::waits_already(&run)));
            before = Some(run.id);
            continue;
        }
        if others {
            begun.notes.push(
                "Samma fil väntar redan med andra uppgifter. Kasta den som inte ska läsas in.".to_owned(),
            );
        }
        let file = match file_id {
            Some(id) => id,
            None => *file_id.insert(match queries::find_file(tx, &sha256, name).await? {
                Some(id) => id,
                None => queries::insert_file(tx, &sha256, name, bytes, ctx.now()).await?,
            }),
        };
        begun.runs.push(run(ctx, tx, file, &plan, told).await?);
    }
    Ok(match refusal {
        Some(refusal) if begun.runs.is_empty() => Err((refusal, before)),
        None if begun.runs.is_empty() => {
            Err((Refusal::new("file_without_content", "Filen har inget blad med innehåll."), None))
        }
        _ => {
            if begun.runs.len() > 1 {
                begun.notes.push(format!(
                    "Arbetsboken har {} blad med listor. De läses in var för sig.",
                    begun.runs.len()
                ));
            }
            Ok(begun)
        }
    })
}

/// The run that waits with the same list, told of in the same words, where the user may see it; and whether one waits that was
/// told of otherwise, which is how somebody mends what they said.
async fn waiting(
    ctx: &Ctx,
    tx: &mut TenantTx,
    sha256: &[u8],
    plan: &Plan<'_>,
    told: &Told,
) -> AppResult<(Option<Run>, bool)> {
    let mut others = false;
    for id in queries::list_waiting(tx, sha256, &plan.table.sheet.name, plan.kind.code()).await? {
        let Ok((mut run, _)) = load(tx, ctx, id).await else { continue };
        let received = told.received.unwrap_or(ctx.today());
        if (run.source.as_str(), run.unit_id, run.period, run.received_on)
            == (told.source.as_str(), told.unit_id, told.period, received)
        {
            cover_names(ctx, tx, std::slice::from_mut(&mut run)).await?;
            return Ok((Some(run), false));
        }
        others = true;
    }
    Ok((None, others))
}

async fn run(
    ctx: &Ctx,
    tx: &mut TenantTx,
    file_id: Uuid,
    plan: &Plan<'_>,
    told: &Told,
) -> AppResult<(Uuid, i32, bool)> {
    let mut facts = Facts::of(plan.table.sheet, &plan.table);
    facts.unsure = plan.suggestions.iter().filter(|one| one.unsure).map(|one| one.column).collect();
    let ready = facts.unsure.is_empty() && plan.columns_missing().is_none();
    let new = NewRun {
        file_id,
        sheet: &plan.table.sheet.name,
        kind: plan.kind.code(),
        source: &told.source,
        unit_id: told.unit_id,
        period: told.period,
        received_on: told.received.unwrap_or(ctx.today()),
        mapping: &kept_mapping(&plan.mapping),
        facts: &facts,
        state: State::Mapping,
    };
    let id = queries::insert_run(tx, &new, ctx.now()).await?;
    Ok((id, i32::try_from(plan.table.rows.len()).unwrap_or(i32::MAX), ready))
}

/// `2026-11`, as a browser's field for months sends it.
fn month(faults: &mut Faults, typed: &str) -> Option<NaiveDate> {
    let text = typed.trim();
    if text.is_empty() {
        return None;
    }
    let month = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
    if month.is_none() {
        faults.add("period", "Månad ska skrivas år-månad, till exempel 2026-11.");
    }
    month
}

/// The file's own name: some browsers send its folder too.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}
