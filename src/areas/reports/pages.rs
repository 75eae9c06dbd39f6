//! The pages: which reports there are, and each of them on the screen, on paper and as a file.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::model::{Head, REPORTS, Report, period_words};
use super::runs::{Meeting, Run};
use super::wish::{Compare, Names, Raw, View, Wish};
use super::{export, queries, r06, r07, r08, r09, runs};
use crate::areas::audit::AccessKind;
use crate::areas::leavers::Calendar;
use crate::areas::matches::refresh;
use crate::areas::organisation::Units;
use crate::areas::people::ProtectedMask;
use crate::areas::{contracts, settings};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::download::{self, FileKind};
use crate::web::extract::{Path, Query};
use crate::web::filters;
use crate::web::format::long_date;
use crate::web::page::{Link, Page};
use crate::web::page_parts::Choice;

/// Rows of a table on a page; a file has them all.
const MOST_ROWS: usize = 500;

/// The kinds of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    R06,
    R07,
    R08,
    R09,
}

#[derive(Template)]
#[template(path = "reports/index.html")]
struct IndexPage {
    page: Page,
    reports: [(&'static str, &'static str, &'static str, &'static str); 4],
}

/// Which reports there are, for whom, and what they answer.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let page = ctx.page(&mut tx, "Rapporter").await?;
    tx.commit().await?;
    ctx.html(&IndexPage { page, reports: REPORTS })
}

#[derive(Template)]
#[template(path = "reports/report.html")]
struct ReportPage {
    page: Page,
    head: Head,
    report: Report,
    units: Vec<Choice>,
    unit: String,
    /// The months that were chosen, as they are written.
    first_month: String,
    last_month: String,
    day: String,
    has_period: bool,
    action: String,
    xlsx: String,
    /// A CSV for each table.
    csv: Vec<Link>,
    /// Empty where nothing is compared.
    compared: Vec<Choice>,
    compare: String,
    runs: Vec<Run>,
}

/// A report with what stands over it.
async fn build(ctx: &Ctx, which: Which, wish: &Wish) -> AppResult<(Head, Report, Units)> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    if which == Which::R09 {
        contracts::dates::refresh(&mut tx, ctx.today()).await?;
    }
    let units = Units::load(&mut tx).await?;
    tx.commit().await?;
    let view = View::of(ctx, wish, &units);
    let mut tx = ctx.begin().await?;
    let usual = settings::load(&mut tx).await?.saving_months;
    // The months of the lists are asked of the record as it stands: each has its own days.
    let calendar = match which {
        Which::R07 => Some(Calendar::load_period(&mut tx, wish.day, wish.months(), &view.scope()).await?),
        _ => None,
    };
    let changes = match which {
        Which::R08 if wish.back.is_none() => Some(queries::list_changes(&mut tx).await?),
        _ => None,
    };
    tx.commit().await?;
    let mut tx = ctx.begin().await?;
    if let Some(day) = wish.back {
        tx.stand_as_of(day).await?;
    }
    let report = match (which, calendar) {
        (Which::R07, Some(calendar)) => {
            r07::report(&calendar, &queries::list_cases(&mut tx).await?, wish.months(), &view)
        }
        (Which::R08, _) => {
            let rows = queries::list_subscriptions(&mut tx, wish.day).await?;
            r08::report(&rows, changes.as_deref(), &units, wish.unit.is_some(), &view)
        }
        (Which::R09, _) => {
            let cases = queries::list_cases(&mut tx).await?;
            r09::report(&cases, &queries::list_ended(&mut tx).await?, usual, &units, &view)
        }
        _ => r06::report(&queries::list_cases(&mut tx).await?, &units, &view),
    };
    let head = head(ctx, &mut tx, wish, &view, &units, &report).await?;
    tx.rollback().await?;
    Ok((head, report, units))
}

async fn head(
    ctx: &Ctx,
    tx: &mut TenantTx,
    wish: &Wish,
    view: &View,
    units: &Units,
    report: &Report,
) -> AppResult<Head> {
    let sources = queries::list_sources(tx)
        .await?
        .into_iter()
        .map(|(what, on)| format!("{what} {}", long_date(on)))
        .collect();
    let scope = match wish.unit.and_then(|id| units.get(id)) {
        Some(unit) => format!("{} med underliggande enheter", unit.name),
        None if ctx.scope().all => "hela kommunen, bolag ingår ej".to_owned(),
        None => "de enheter som din roll omfattar, bolag ingår ej".to_owned(),
    };
    let mut secrecy = Vec::new();
    let with_rows = matches!(report.code, "r06" | "r09");
    if with_rows && !view.sees_rows() {
        secrecy.push("Bara siffror: enskilda abonnemang visas inte för din roll.".to_owned());
    } else if with_rows {
        match view.names() {
            Names::Full => {}
            Names::Masked => secrecy.push(
                "Namn och nummer är dolda för din roll och visas som initialer och slutsiffror.".to_owned(),
            ),
            Names::None => secrecy
                .push("Namn och nummer lämnas inte ut till din roll: bara kostnader och antal.".to_owned()),
        }
    }
    if report.protected > 0 {
        let n = report.protected;
        secrecy.push(if view.protected {
            format!("{n} med skyddade personuppgifter visas, eftersom du har den särskilda behörigheten.")
        } else {
            format!("{n} med skyddade personuppgifter räknas med men visas inte med namn, nummer eller enhet (21 kap. offentlighets- och sekretesslagen).")
        });
    }
    if wish.back.is_some() {
        secrecy.push("Registret visas som det stod den dagen. Vad abonnemangen används till och vad listorna ändrade sparas inte dag för dag och visas som det är i dag.".to_owned());
    }
    Ok(Head {
        municipality: ctx.tenant.name.clone(),
        scope,
        period: if report.code == "r07" { period_words(wish.months()) } else { String::new() },
        day: wish.day,
        is_back: wish.back.is_some(),
        sources,
        at: ctx.now(),
        by: ctx.user.name.clone(),
        secrecy,
    })
}

/// What is asked for. A period is for the report by months alone.
fn wish_of(which: Which, raw: &Raw, ctx: &Ctx) -> Wish {
    let wish = Wish::read(raw, ctx.today());
    Wish { period: wish.period.filter(|_| which == Which::R07), ..wish }
}

async fn show(ctx: Ctx, which: Which, raw: Raw) -> AppResult<Response> {
    let wish = wish_of(which, &raw, &ctx);
    let (head, mut report, units) = build(&ctx, which, &wish).await?;
    report.tables = report.tables.into_iter().map(|table| table.for_page(MOST_ROWS)).collect();
    let mut tx = ctx.begin().await?;
    if report.tables.iter().any(|t| matches!(t.id, "abonnemang" | "avslut"))
        && ctx.can(Permission::HolderNames)
    {
        let detail = json!({ "report": report.code });
        ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("report", None), detail).await?;
    }
    // Whoever reaches some units alone sees what they took out themselves.
    let mut runs = runs::list(&mut tx, report.code, (!ctx.scope().all).then_some(ctx.user.user_id)).await?;
    // Whoever took one out, or was to be shown it, may be a person with protected identity.
    let mask = ProtectedMask::for_reader(&ctx, &mut tx).await?;
    for run in &mut runs {
        mask.cover_in(&mut run.actor);
        mask.cover_in(&mut run.meeting);
    }
    let page = ctx
        .page(&mut tx, format!("{} {}", report.code.to_uppercase(), report.title))
        .await?
        .crumb("Rapporter", "reports");
    tx.commit().await?;
    let choices = units
        .iter()
        .filter(|unit| unit.kind == "forvaltning" && unit.in_scope && unit.exists_on(ctx.today()))
        .filter(|unit| ctx.scope().reaches_unit(Some(unit.id)))
        .map(|unit| Choice::new(unit.id.to_string(), unit.name.clone()))
        .collect();
    let base = ctx.path(format!("reports/{}", report.code));
    let tables = export::choices(&report);
    for run in &mut runs {
        run.name_table(&tables);
    }
    ctx.html(&ReportPage {
        page: page.wide(),
        csv: tables
            .into_iter()
            .map(|(code, title)| Link::new(title, format!("{base}/file/csv{}", query_of(&wish, code))))
            .collect(),
        xlsx: format!("{base}/file/xlsx{}", query_of(&wish, "")),
        action: base,
        units: choices,
        unit: wish.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        first_month: wish.period.map(|period| written(period.from)).unwrap_or_default(),
        last_month: wish.period.map(|period| written(period.until)).unwrap_or_default(),
        day: wish.back.map(|day| day.to_string()).unwrap_or_default(),
        has_period: which == Which::R07,
        compared: if which == Which::R07 { Vec::new() } else { compared() },
        compare: wish.compare.code().to_owned(),
        runs,
        head,
        report,
    })
}

/// What the figures may be compared with.
fn compared() -> Vec<Choice> {
    Compare::ALL.into_iter().map(|compare| Choice::new(compare.code(), compare.words())).collect()
}

/// A month as it is written in an address: 2026-10.
fn written(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

/// The choices as they stand in an address, with the table of a CSV if one is chosen.
fn query_of(wish: &Wish, table: &str) -> String {
    let parts: Vec<String> = [
        wish.unit.map(|unit| format!("forvaltning={unit}")),
        wish.period.map(|period| format!("fran={}&till={}", written(period.from), written(period.until))),
        wish.back.map(|day| format!("dag={day}")),
        (wish.compare != Compare::default()).then(|| format!("jamfor={}", wish.compare.code())),
        (!table.is_empty()).then(|| format!("tabell={table}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// Which file.
#[derive(Debug, Deserialize)]
pub struct FilePath {
    kind: String,
}

/// "r07-saknas-2025-01-till-2025-06-2026-11-20": the report, its table, the months that were chosen, the day.
fn file_name(code: &str, table: &str, wish: &Wish) -> String {
    let months = wish.period.map(|months| format!("{}-till-{}", written(months.from), written(months.until)));
    let parts = [code.to_owned(), table.to_owned(), months.unwrap_or_default(), wish.day.to_string()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

async fn file(ctx: Ctx, which: Which, path: FilePath, raw: Raw, meeting: Meeting) -> AppResult<Response> {
    let kind = match path.kind.as_str() {
        "csv" => FileKind::Csv,
        "xlsx" => FileKind::Xlsx,
        _ => return Err(AppError::NotFound),
    };
    let wish = wish_of(which, &raw, &ctx);
    let (head, report, _) = build(&ctx, which, &wish).await?;
    // A workbook has them all.
    let table = if kind == FileKind::Csv { raw.tabell.as_str() } else { "" };
    let (bytes, rows) = export::file(&head, &report, kind, table)?;
    // Which months they were is kept also where nobody chose them: the last twelve will be others.
    let months = (which == Which::R07).then(|| wish.months());
    let choices = query_of(&Wish { period: months, ..wish.clone() }, table);
    let mut tx = ctx.begin().await?;
    runs::add(&mut tx, (&head, &report), (&choices, &meeting), (kind, rows, &bytes)).await?;
    let detail = json!({
        "report": report.code,
        "rows": rows,
        "format": kind.ending(),
        "table": table,
        "filtered": wish.unit.is_some() || wish.period.is_some(),
        "day": wish.day.to_string(),
    });
    ctx.log_access(&mut tx, AccessKind::Export, ("report", None), detail).await?;
    tx.commit().await?;
    Ok(download::file(&file_name(report.code, table, &wish), kind, bytes))
}

macro_rules! pages {
    ($($page:ident, $file:ident, $which:ident, $doc:literal;)+) => {
        $(
            #[doc = $doc]
            pub async fn $page(ctx: Ctx, Query(raw): Query<Raw>) -> AppResult<Response> {
                show(ctx, Which::$which, raw).await
            }

            #[doc = concat!($doc, " As a file.")]
            pub async fn $file(
                ctx: Ctx,
                Path(path): Path<FilePath>,
                Query(raw): Query<Raw>,
                Query(meeting): Query<Meeting>,
            ) -> AppResult<Response> {
                file(ctx, Which::$which, path, raw, meeting).await
            }
        )+
    };
}

pages! {
    r06, r06_file, R06, "Herrelösa abonnemang.";
    r07, r07_file, R07, "Avslutade per månad.";
    r08, r08_file, R08, "Abonnemangsinventering.";
    r09, r09_file, R09, "Besparing.";
}
