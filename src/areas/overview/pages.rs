//! The area's page.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    queries::{self, RuleSum, SystemQuality},
    timeline::{self, Timeline},
};
use crate::{
    areas::{contracts, settings, watch},
    auth::{permissions::Permission as P, principal::Scope},
    error::AppResult,
    web::{ctx::Ctx, extract::Query, filters, format, page::Page, page_parts::Figure, svg},
};

/// How many tasks and contracts the overview shows; the rest is behind a link.
const TASKS: i64 = 8;
const CONTRACTS: i64 = 10;

/// Whose responsibilities are shown.
#[derive(Debug, Default, Deserialize)]
pub struct OverviewQuery {
    #[serde(default)]
    vy: String,
}

/// A phase in the bar.
struct PhasePart {
    code: String,
    label: String,
    count: i64,
    percent: i64,
    x: String,
    width: String,
    href: String,
}

/// A measure of the register's quality.
struct Measure {
    label: &'static str,
    percent: i64,
    missing: i64,
    href: String,
}

#[derive(Template)]
#[template(path = "overview/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct OverviewPage {
    page: Page,
    date: String,
    mine: bool,
    can_choose: bool,
    is_empty: bool,
    can_import: bool,
    figures: Vec<Figure>,
    groups: Vec<watch::Group>,
    tasks: i64,
    tasks_path: String,
    systems: i64,
    phases: Vec<PhasePart>,
    phase_text: String,
    measures: Vec<Measure>,
    timeline: Option<Timeline>,
    timeline_path: String,
}

/// The overview: one's own responsibilities, or everything within reach.
pub async fn show(ctx: Ctx, Query(query): Query<OverviewQuery>) -> AppResult<Response> {
    let today = ctx.today();
    let reach = ctx.principal.scope(P::FlagRead);
    let mine = query.vy != "alla" || reach.is_none();
    let narrowed = |scope: Scope| if mine { own(&ctx, scope) } else { scope };
    let mut tx = ctx.begin().await?;

    let waiting = watch::count_waiting(&mut tx, &ctx.principal, today).await?;
    let (flags, tasks) = match (&reach, mine) {
        (Some(scope), false) => {
            let total = watch::count_open(&mut tx, scope, today).await?;
            (watch::list_open(&mut tx, scope, today, TASKS).await?, total)
        }
        _ => (watch::list_waiting(&mut tx, &ctx.principal, today, TASKS).await?, waiting),
    };
    let figures = match &reach {
        Some(scope) => figures(&ctx, &queries::sum_flags(&mut tx, scope, today).await?),
        None => Vec::new(),
    };
    let (mut phases, mut systems, mut measures) = (Vec::new(), 0, Vec::new());
    if let Some(scope) = ctx.principal.scope(P::SystemRead).map(narrowed) {
        let names = settings::load(&mut tx).await?.names;
        let counts = queries::count_phases(&mut tx, &scope).await?;
        systems = counts.iter().map(|(_, n)| n).sum();
        phases = phase_parts(&ctx, &counts, |code| names.phase(code).to_owned());
        measures = self::measures(&ctx, &queries::system_quality(&mut tx, &scope, today).await?);
    }
    let mut line = None;
    if let Some(scope) = ctx.principal.scope(P::ContractRead).map(narrowed) {
        contracts::dates::refresh(&mut tx, today).await?;
        let (from, to) = timeline::period(today);
        let rows = queries::list_timeline(&mut tx, &scope, from, to, CONTRACTS).await?;
        line = (!rows.is_empty()).then(|| timeline::draw(rows, today));
    }
    let is_empty = queries::is_empty(&mut tx).await?;
    let page = ctx.page(&mut tx, "Översikt").await?;
    tx.commit().await?;
    let phase_text = phases.iter().map(|p| format!("{} {}", p.label, p.count)).collect::<Vec<_>>().join(", ");
    ctx.html(&OverviewPage {
        page,
        date: format::capital(&format::long_date(today)),
        mine,
        can_choose: reach.is_some(),
        is_empty,
        can_import: ctx.can(P::ImportRead),
        figures,
        groups: watch::by_nearness(flags, today),
        tasks,
        tasks_path: ctx.path(if mine { "tasks" } else { "watch" }),
        systems,
        phases,
        phase_text,
        measures,
        timeline: line,
        timeline_path: ctx.path("contracts?sort=next_action_date"),
    })
}

/// One's own responsibilities: objects one holds a role on, and units one was given a role for; not the whole municipality.
fn own(ctx: &Ctx, scope: Scope) -> Scope {
    let nothing_of_ones_own = scope.units.is_empty() && ctx.principal.person_id.is_none();
    // Whoever answers for the whole and for nothing in particular has the whole as their own.
    if nothing_of_ones_own { scope } else { Scope { all: false, ..scope } }
}

/// The figures at the top. Each counts the open flags of a rule and leads to exactly them.
fn figures(ctx: &Ctx, sums: &[RuleSum]) -> Vec<Figure> {
    let none = RuleSum::default();
    let of = |rule: &str| sums.iter().find(|s| s.rule == rule).unwrap_or(&none);
    let figure = |rule: &str, label: &str, icon, alarm: String, note: String| Figure {
        label: label.to_owned(),
        icon,
        value: format::number_of(Decimal::from(of(rule).open)),
        alarm,
        note,
        href: ctx.path(format!("watch?rule={rule}")),
    };
    let some = |n: i64, text: &str| if n > 0 { format!("{n} {text}") } else { String::new() };
    let worth = |sum: &RuleSum| match sum.annual_value {
        Some(value) if value > Decimal::ZERO => format!("värda {} per år", format::kr_of(value)),
        _ => "inom ett år".to_owned(),
    };
    let due = of("action_due");
    let locked = of("locked_in");
    let vacant = of("vacant_systemagare");
    let gone = of("holder_left");
    vec![
        figure("action_due", "Avtal att agera på", "avtal", some(due.pressing, "inom 14 dagar"), worth(due)),
        figure(
            "locked_in",
            "Avtal som förlängts tyst",
            "las",
            String::new(),
            if locked.open > 0 { worth(locked) } else { "inget just nu".to_owned() },
        ),
        figure(
            "vacant_systemagare",
            "System utan systemägare",
            "utanperson",
            some(vacant.urgent, "verksamhetskritiska"),
            if vacant.open > 0 { "utse en ägare".to_owned() } else { "alla har en ägare".to_owned() },
        ),
        figure(
            "holder_left",
            "Roller vars innehavare kan ha slutat",
            "person",
            String::new(),
            if gone.open > 0 {
                "saknas i personalunderlaget".to_owned()
            } else {
                "alla finns kvar".to_owned()
            },
        ),
    ]
}

fn phase_parts(ctx: &Ctx, counts: &[(String, i64)], label: impl Fn(&str) -> String) -> Vec<PhasePart> {
    let order = ["anskaffning", "inforande", "anvandning", "avveckling", "avvecklad"];
    let total: i64 =
        order.iter().filter_map(|code| counts.iter().find(|(c, _)| c == code)).map(|(_, n)| n).sum();
    let share = |n: i64| if total == 0 { 0.0 } else { to_f64(n) / to_f64(total) * 100.0 };
    let mut x = 0.0;
    order
        .into_iter()
        .map(|code| {
            let count = counts.iter().find(|(c, _)| c == code).map_or(0, |(_, n)| *n);
            let width = share(count);
            let part = PhasePart {
                code: code.to_owned(),
                label: label(code),
                count,
                percent: if total == 0 { 0 } else { (count * 100 + total / 2) / total },
                x: format!("{x:.2}"),
                width: format!("{:.2}", (width - 0.4).max(0.0)),
                href: ctx.path(format!("systems?fas={code}")),
            };
            x += width;
            part
        })
        .collect()
}

fn to_f64(n: i64) -> f64 {
    f64::from(i32::try_from(n).unwrap_or(i32::MAX))
}

fn measures(ctx: &Ctx, q: &SystemQuality) -> Vec<Measure> {
    let measure = |label, filled: i64, view: &str| Measure {
        label,
        // Rounded down: a hundred percent means all of them.
        percent: if q.total == 0 { 0 } else { filled * 100 / q.total },
        missing: q.total - filled,
        href: ctx.path(format!("systems?{view}")),
    };
    if q.total == 0 {
        return Vec::new();
    }
    vec![
        measure("Systemägare utsedd", q.with_owner, "agare=nej"),
        measure("Systemförvaltare utsedd", q.with_manager, "forvaltare=nej"),
        measure("Informationsklassat", q.classified, "klassat=nej"),
        measure("Kopplat till avtal", q.with_contract, "avtalskoppling=nej"),
    ]
}
