//! A run where it stands: work in progress, preview, receipt.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{AT_ONCE, around, load, steps, to_run};
use crate::areas;
use crate::areas::audit::{self, AccessKind};
use crate::areas::imports::kinds::{Kind, RowOutcome};
use crate::areas::imports::model::{KeptRow, Run, State};
use crate::areas::imports::queries::{self, RowFilter, RunFilter};
use crate::areas::imports::{cover, flow};
use crate::areas::imports::{jobs, model};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::jobs::enqueue;
use crate::web::ctx::Ctx;
use crate::web::extract::{Id, Query};
use crate::web::filters;
use crate::web::format::{month_words, number_of};
use crate::web::page::{Flash, Link, Page};
use crate::web::page_parts::{Pager, Step, Tab};

const PER_PAGE: i64 = 50;

/// What is chosen on the page.
#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    rows: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "imports/show.html")]
struct ShowPage {
    page: Page,
    steps: Vec<Step>,
    run: Run,
    kind: &'static str,
    state: State,
    figures: Vec<(String, String)>,
    facts: Vec<(String, String)>,
    columns: Vec<(String, String)>,
    tabs: Vec<Tab>,
    rows: Vec<KeptRow>,
    pager: Pager,
    sheets: Vec<Tab>,
    may_take_in: bool,
    undo_href: Option<String>,
    /// What the file became, to look at.
    became: Vec<Link>,
    refused: bool,
}

/// The page of a run.
pub async fn show(ctx: Ctx, Id(id): Id, Query(chosen): Query<Chosen>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (mut run, kind) = load(&mut tx, &ctx, id).await?;
    super::cover_names(&ctx, &mut tx, std::slice::from_mut(&mut run)).await?;
    if run.state == State::Mapping {
        return Ok(ctx.go(format!("imports/{id}/mapping")));
    }
    let filter = RowFilter::parse(&chosen.rows);
    let count = queries::count_rows(&mut tx, id, filter).await?;
    let pages = (count + PER_PAGE - 1) / PER_PAGE;
    let at = chosen.page.parse::<i64>().unwrap_or(1).clamp(1, pages.max(1));
    let mut rows = queries::list_rows(&mut tx, id, filter, PER_PAGE, (at - 1) * PER_PAGE).await?;
    if !ctx.scope_for(Permission::ProtectedRead).all {
        cover::kept(&mut tx, kind.code(), &mut rows).await?;
    }
    let path = ctx.path(format!("imports/{id}"));
    let page = ShowPage {
        page: ctx.page(&mut tx, run.title()).await?.crumb("Filer in", "imports").wide(),
        steps: steps(if run.state == State::TakenIn { 4 } else { 2 }, Some((&ctx, &run))),
        kind: kind.name(),
        state: run.state,
        figures: figures(&run),
        facts: facts(&run),
        columns: columns(&run, kind),
        tabs: tabs(&mut tx, &run, filter, &path).await?,
        pager: Pager::new(at, pages, |number| format!("{path}?rows={}&page={number}", filter.word())),
        sheets: sheets(&ctx, &mut tx, &run).await?,
        may_take_in: run.state == State::Checked,
        undo_href: undo_href(&ctx, &mut tx, &run).await?,
        became: if run.state == State::TakenIn && run.undone_at.is_none() {
            areas::lists_of_run(&ctx, &mut tx, kind.code(), id).await?
        } else {
            Vec::new()
        },
        refused: run.counts.refused > 0,
        rows,
        run,
    };
    if kind.permission == Permission::ImportStaff {
        // The rows name persons.
        let detail = serde_json::json!({ "rows": page.rows.len() });
        ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("import_run", Some(id)), detail).await?;
    }
    tx.commit().await?;
    ctx.html(&page)
}

fn figures(run: &Run) -> Vec<(String, String)> {
    let counts = run.counts;
    let shown = |number: i32| number_of(rust_decimal::Decimal::from(number));
    let future = run.state != State::TakenIn;
    [
        ("Rader i listan", counts.read),
        (if future { "Blir nya" } else { "Nya" }, counts.new),
        (if future { "Ändras" } else { "Ändrade" }, counts.changed),
        ("Oförändrade", counts.unchanged),
        ("Finns i registret men inte i listan", counts.missing),
        ("Avvisade", counts.refused),
        ("Dubbletter i listan", counts.duplicate),
    ]
    .into_iter()
    .map(|(label, number)| (label.to_owned(), shown(number)))
    .collect()
}

fn facts(run: &Run) -> Vec<(String, String)> {
    let known = &run.facts;
    let rows = |rows: &[u32]| {
        let shown: Vec<String> = rows.iter().take(8).map(ToString::to_string).collect();
        let more = if rows.len() > 8 { format!(" och {} till", rows.len() - 8) } else { String::new() };
        if shown.is_empty() { String::new() } else { format!("rad {}{more}", shown.join(", ")) }
    };
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), value));
        }
    };
    add(
        "Rubriker på rad",
        Some(known.header_row).filter(|row| *row > 0).map_or_else(String::new, |row| row.to_string()),
    );
    add("Teckenkodning", known.encoding.clone().unwrap_or_default());
    add(
        "Skiljetecken",
        known
            .delimiter
            .as_deref()
            .map(|c| if c == "\t" { "tabb".to_owned() } else { c.to_owned() })
            .unwrap_or_default(),
    );
    add("Titelrader", rows(&known.title_rows));
    add("Mellanrubriker", rows(&known.section_rows));
    add("Summarader", rows(&known.sum_rows));
    add("Anteckningar", rows(&known.note_rows));
    add("Upprepade rubriker", rows(&known.repeated_header_rows));
    add("Lagad teckenkodning", rows(&known.repaired_rows));
    add("Avsändare", run.source.clone());
    add("Månad", run.period.map(month_words).unwrap_or_default());
    add("Enhet", run.unit_name.clone().unwrap_or_default());
    add("Kom in", run.received_on.to_string());
    add("Skickad av", run.actor.clone());
    facts
}

fn columns(run: &Run, kind: Kind) -> Vec<(String, String)> {
    let mapping = run.mapping_of(kind.vocabulary);
    run.facts
        .columns
        .iter()
        .enumerate()
        .filter(|(_, header)| !header.is_empty())
        .map(|(column, header)| {
            let field = mapping.field(column).and_then(|code| kind.vocabulary.field(code));
            (header.clone(), field.map_or_else(|| "Läses inte".to_owned(), |field| field.label.to_owned()))
        })
        .collect()
}

async fn tabs(tx: &mut TenantTx, run: &Run, chosen: RowFilter, path: &str) -> AppResult<Vec<Tab>> {
    let mut tabs = Vec::new();
    let filters = [
        ("Alla", RowFilter::All),
        ("Avvisade", RowFilter::Outcome(RowOutcome::Refused)),
        ("Att känna till", RowFilter::Warned),
        ("Nya", RowFilter::Outcome(RowOutcome::New)),
        ("Ändrade", RowFilter::Outcome(RowOutcome::Changed)),
        ("Oförändrade", RowFilter::Outcome(RowOutcome::Unchanged)),
        ("Dubbletter", RowFilter::Outcome(RowOutcome::Duplicate)),
    ];
    for (label, filter) in filters {
        let count = queries::count_rows(tx, run.id, filter).await?;
        if count > 0 || filter == RowFilter::All || filter == chosen {
            tabs.push(
                Tab::new(label, format!("{path}?rows={}", filter.word()))
                    .count(count)
                    .current(filter == chosen),
            );
        }
    }
    Ok(tabs)
}

/// The other sheets of the same workbook.
async fn sheets(ctx: &Ctx, tx: &mut TenantTx, run: &Run) -> AppResult<Vec<Tab>> {
    let filter = RunFilter {
        kinds: super::codes(&super::allowed(ctx)),
        file_id: Some(run.file_id),
        ..RunFilter::default()
    };
    let mut runs = queries::list_runs(tx, &filter, 100, 0).await?;
    runs.retain(|other| {
        super::allowed(ctx).find(&other.kind).is_some_and(|kind| super::reaches(ctx, &kind, other.unit_id))
    });
    // The same file may have been sent more than once: that is no sheet of its own, and of the others the newest counts.
    runs.retain(|other| !other.sheet.is_empty() && (other.id == run.id || other.sheet != run.sheet));
    runs.sort_by(|a, b| a.sheet.cmp(&b.sheet));
    runs.dedup_by(|later, first| later.sheet == first.sheet);
    if runs.len() < 2 {
        return Ok(Vec::new());
    }
    Ok(runs
        .iter()
        .map(|other| {
            let label = format!("{} ({})", other.sheet, other.state_label().to_lowercase());
            Tab::new(label, ctx.path(format!("imports/{}", other.id))).current(other.id == run.id)
        })
        .collect())
}

/// Where to take the file back, for whoever may: the page behind the link is nobody else's.
async fn undo_href(ctx: &Ctx, tx: &mut TenantTx, run: &Run) -> AppResult<Option<String>> {
    let set = run.change_set_id.filter(|_| run.state == State::TakenIn && run.undone_at.is_none());
    let Some(set) = set else { return Ok(None) };
    let may = audit::undo::may_by_id(ctx, tx, set).await?;
    Ok(may.then(|| ctx.path(format!("audit/change-sets/{set}/undo"))))
}

/// Takes the rows in.
pub async fn take_in(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (run, _) = load(&mut tx, &ctx, id).await?;
    if run.state != State::Checked {
        return Err(AppError::Conflict(
            "Filen väntar inte på beslut: den är redan inläst eller på väg in.".into(),
        ));
    }
    if run.counts.read > AT_ONCE {
        queries::update_state(&mut tx, id, State::TakingIn, "").await?;
        enqueue(&mut tx, &jobs::ImportTakeIn { run_id: id }, ctx.now()).await?;
        tx.commit().await?;
        return Ok(to_run(&ctx, id));
    }
    let report = flow::take_in_run(&mut tx, &run, &around(&ctx)).await?;
    tx.commit().await?;
    let counts = model::Counts::of(&report);
    let text = format!(
        "Filen är inläst: {} nya, {} ändrade, {} oförändrade, {} avvisade.",
        counts.new, counts.changed, counts.unchanged, counts.refused
    );
    Ok(ctx.redirect(format!("imports/{id}"), &Flash::success(text)))
}

/// Throws a file away that has not been taken in.
pub async fn discard(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (run, _) = load(&mut tx, &ctx, id).await?;
    if run.taken_in_at.is_some() || run.state.is_working() {
        return Err(AppError::Conflict(
            "Filen är redan inläst eller på väg in. Ångra inläsningen i stället.".into(),
        ));
    }
    queries::delete_run(&mut tx, id).await?;
    tx.commit().await?;
    Ok(ctx.redirect("imports", &Flash::info("Filen är kastad. Ingenting lästes in.")))
}
