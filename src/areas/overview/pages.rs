//! The area's page.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    queries::{self, RuleSum},
    sides::{self, Side},
    timeline::{self, Timeline},
};
use crate::{
    areas::{contracts, settings, systems, watch},
    auth::{permissions::Permission as P, principal::Scope},
    db::tenant::TenantTx,
    error::AppResult,
    web::{
        ctx::Ctx,
        extract::Query,
        filters, format,
        list::{self, Reader},
        page::Page,
        page_parts::Figure,
        svg,
    },
};

/// How many tasks and contracts the overview shows; the rest is behind a link.
const TASKS: i64 = 8;
const CONTRACTS: i64 = 10;

/// The phases of the bar, in the order of a life.
const PHASES: [&str; 5] = ["anskaffning", "inforande", "anvandning", "avveckling", "avvecklad"];

/// What should be known of every system in use, and the filter that finds those where it is not.
const MEASURES: [(&str, &str); 4] = [
    ("Systemägare utsedd", "agare=nej"),
    ("Systemförvaltare utsedd", "forvaltare=nej"),
    ("Informationsklassat", "klassat=nej"),
    ("Kopplat till avtal", "avtalskoppling=nej"),
];

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
    sides: Vec<Side>,
    systems: i64,
    phases: Vec<PhasePart>,
    phase_text: String,
    measures: Vec<Measure>,
    timeline: Option<Timeline>,
    timeline_path: String,
}

/// A list of which the overview shows figures: each is counted by the query of the link that it is.
struct Counted {
    def: &'static list::ListDef,
    /// The view of one's own, when the right reaches further than that.
    view: &'static str,
    reader: Reader,
}

impl Counted {
    /// Whoever answers for the whole and for nothing in particular has the whole as their own.
    async fn of(
        ctx: &Ctx,
        tx: &mut TenantTx,
        def: &'static list::ListDef,
        scope: Scope,
        mine: bool,
    ) -> AppResult<Self> {
        let view = if mine && scope.all { "vy=mina" } else { "" };
        let mut counted = Self { def, view, reader: Reader { scope, ..list::reader(ctx) } };
        if !view.is_empty() && counted.count(tx, "").await? == 0 {
            counted.view = "";
        }
        Ok(counted)
    }

    fn query(&self, narrowed: &str) -> String {
        [self.view, narrowed].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }

    fn path(&self, ctx: &Ctx, narrowed: &str) -> String {
        ctx.path(format!("{}?{}", self.def.slug, self.query(narrowed)))
    }

    async fn count(&self, tx: &mut TenantTx, narrowed: &str) -> AppResult<i64> {
        list::count(tx, self.def, &self.query(narrowed), &self.reader).await
    }
}

/// The overview: one's own responsibilities, or everything within reach.
pub async fn show(ctx: Ctx, Query(query): Query<OverviewQuery>) -> AppResult<Response> {
    let today = ctx.today();
    let reach = ctx.principal.scope(P::FlagRead);
    let mut tx = ctx.begin().await?;
    let waiting = watch::count_waiting(&mut tx, &ctx.principal, today).await?;
    // Whom nothing waits for and whose work is the whole municipality starts with the whole.
    let sees_all = reach.as_ref().is_some_and(|scope| scope.all);
    let has_own = waiting > 0 || (ctx.principal.person_id.is_some() && !sees_all);
    let mine = reach.is_none() || query.vy != "alla" && (has_own || query.vy == "mina");
    let (mut flags, tasks) = match (&reach, mine) {
        (Some(scope), false) => {
            let total = watch::count_open(&mut tx, scope, today).await?;
            (watch::list_open(&mut tx, scope, today, TASKS).await?, total)
        }
        _ => (watch::list_waiting(&mut tx, &ctx.principal, today, TASKS).await?, waiting),
    };
    // The most pressing were chosen; they stand in order of their day.
    flags.sort_by_key(|flag| (flag.due().is_none(), flag.due()));
    let figures = match &reach {
        Some(scope) => figures(&ctx, &queries::sum_flags(&mut tx, scope, today).await?),
        None => Vec::new(),
    };
    let (mut phases, mut systems, mut measures) = (Vec::new(), 0, Vec::new());
    if let Some(scope) = ctx.principal.scope(P::SystemRead) {
        let counted = Counted::of(&ctx, &mut tx, &systems::list::LIST, scope, mine).await?;
        let names = settings::load(&mut tx).await?.names;
        phases = phase_parts(&ctx, &mut tx, &counted, |code| names.phase(code).to_owned()).await?;
        systems = phases.iter().map(|phase| phase.count).sum();
        let over = phases.iter().filter(|phase| phase.code == "avvecklad").map(|phase| phase.count);
        measures = self::measures(&ctx, &mut tx, &counted, systems - over.sum::<i64>()).await?;
        if systems == 0 {
            phases.clear();
        }
    }
    let mut line = None;
    let mut timeline_path = String::new();
    if let Some(scope) = ctx.principal.scope(P::ContractRead) {
        contracts::dates::refresh(&mut tx, today).await?;
        let (from, to) = timeline::period(today);
        let counted = Counted::of(&ctx, &mut tx, &contracts::LIST, scope, mine).await?;
        let within = format!("besked_fran={from}&besked_till={to}");
        timeline_path = counted.path(&ctx, &format!("{within}&sort=next_action_date"));
        let own = Scope {
            all: counted.view.is_empty() && counted.reader.scope.all,
            ..counted.reader.scope.clone()
        };
        let rows = queries::list_timeline(&mut tx, &own, (from, to), today, CONTRACTS).await?;
        if !rows.is_empty() {
            let total = counted.count(&mut tx, &within).await?;
            let all = counted.count(&mut tx, "").await?;
            line = Some(timeline::draw(rows, today, total, all));
        }
    }
    let mut sides: Vec<Side> = Vec::new();
    sides.extend(sides::worklist(&ctx, &mut tx).await?);
    sides.extend(sides::lists(&ctx, &mut tx).await?);
    if phases.is_empty() {
        sides.extend(sides::reports(&ctx));
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
        sides,
        systems,
        phases,
        phase_text,
        measures,
        timeline: line,
        timeline_path,
    })
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
            match (gone.open, of("role_vacancy").open) {
                (0, 0) => "alla finns kvar".to_owned(),
                // On a list of leavers: their roles are to be handed over, and are a rule of their own.
                (0, n) => format!("{n} ska lämnas över"),
                _ => "saknas i personalunderlaget".to_owned(),
            },
        ),
    ]
}

async fn phase_parts(
    ctx: &Ctx,
    tx: &mut TenantTx,
    counted: &Counted,
    label: impl Fn(&str) -> String,
) -> AppResult<Vec<PhasePart>> {
    let mut counts = Vec::with_capacity(PHASES.len());
    for code in PHASES {
        counts.push((code, counted.count(tx, &format!("fas={code}")).await?));
    }
    let total: i64 = counts.iter().map(|(_, n)| n).sum();
    let share = |n: i64| if total == 0 { 0.0 } else { to_f64(n) / to_f64(total) * 100.0 };
    let mut x = 0.0;
    Ok(counts
        .into_iter()
        .map(|(code, count)| {
            let width = share(count);
            let part = PhasePart {
                code: code.to_owned(),
                label: label(code),
                count,
                percent: if total == 0 { 0 } else { (count * 100 + total / 2) / total },
                x: format!("{x:.2}"),
                width: format!("{:.2}", (width - 0.4).max(0.0)),
                href: counted.path(ctx, &format!("fas={code}")),
            };
            x += width;
            part
        })
        .collect())
}

fn to_f64(n: i64) -> f64 {
    f64::from(i32::try_from(n).unwrap_or(i32::MAX))
}

/// What is filled in of what should be, for systems that are not wound up.
async fn measures(ctx: &Ctx, tx: &mut TenantTx, counted: &Counted, running: i64) -> AppResult<Vec<Measure>> {
    let mut measures = Vec::with_capacity(MEASURES.len());
    for (label, narrowed) in MEASURES.into_iter().filter(|_| running > 0) {
        let missing = counted.count(tx, narrowed).await?;
        measures.push(Measure {
            label,
            // Rounded down: a hundred percent means all of them.
            percent: (running - missing).max(0) * 100 / running,
            missing,
            href: counted.path(ctx, narrowed),
        });
    }
    Ok(measures)
}
