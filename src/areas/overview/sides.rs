//! What stands beside the tasks and is of one's own trade: the worklist for whoever decides, the month's lists for HR, the
//! reports for whoever reads nothing but them.

use crate::{
    areas::{
        leavers::{Calendar, model::mark},
        matches, reports,
    },
    auth::permissions::Permission as P,
    db::tenant::TenantTx,
    error::AppResult,
    rules::leaver_months::{MonthState, Period},
    web::{
        ctx::Ctx,
        format::{month_words, number_of, short_date},
        list::{self, Reader},
    },
};

/// How many senders are shown; the rest is behind the link.
const SENDERS: usize = 8;

/// The views of the worklist that are told, and whether they are also told when they are empty.
const VIEWS: [(&str, &str, bool); 6] = [
    ("sakra", "Säkra", true),
    ("sannolika", "Sannolika", true),
    ("mojliga", "Möjliga", true),
    ("planerade", "Planerade", false),
    ("kvar", "Borde vara borta", false),
    ("vantar", "Väntar på svar", false),
];

/// A panel of links.
pub struct Side {
    pub id: &'static str,
    pub title: String,
    pub note: String,
    pub lines: Vec<Line>,
    /// The link below: what it says and where it leads.
    pub foot: (&'static str, String),
}

/// A link, with what there is to say of where it leads.
pub struct Line {
    pub label: String,
    pub href: String,
    pub detail: String,
    /// A count, in figures; empty where nothing is counted.
    pub count: String,
    /// Colour, icon and words of a state.
    pub state: Option<(&'static str, &'static str, &'static str)>,
}

/// The cases that wait for a decision; nothing where there are no cases at all.
pub async fn worklist(ctx: &Ctx, tx: &mut TenantTx) -> AppResult<Option<Side>> {
    let Some(scope) = ctx.principal.scope(P::MatchRead) else { return Ok(None) };
    matches::refresh::ensure(tx, ctx.now(), ctx.today()).await?;
    let reader = Reader { scope, ..list::reader(ctx) };
    let queries: Vec<String> = ["", "vy=att-avgora"]
        .into_iter()
        .map(str::to_owned)
        .chain(VIEWS.iter().map(|(key, ..)| format!("vy={key}")))
        .collect();
    let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
    let counts = list::counts(tx, &matches::LIST, &queries, &reader).await?;
    let [all, waiting, of_views @ ..] = counts.as_slice() else { return Ok(None) };
    if *all == 0 {
        return Ok(None);
    }
    let mut lines: Vec<Line> = VIEWS
        .iter()
        .zip(of_views)
        .filter(|((.., always), count)| *always || **count > 0)
        .map(|((key, label, _), count)| Line {
            label: (*label).to_owned(),
            href: ctx.path(format!("matches?vy={key}")),
            detail: String::new(),
            count: number_of((*count).into()),
            state: None,
        })
        .collect();
    // What is decided is not yet done: the operator must be told.
    let to_order = if ctx.can(P::MatchDecide) { matches::count_waiting_for_order(ctx, tx).await? } else { 0 };
    if to_order > 0 {
        lines.push(Line {
            label: "Beslutade, inte beställda".to_owned(),
            href: ctx.path("matches/orders"),
            detail: String::new(),
            count: to_order.to_string(),
            state: None,
        });
    }
    Ok(Some(Side {
        id: "arbetslista",
        title: "Abonnemang vars innehavare slutat".to_owned(),
        note: if *waiting == 0 { "inget att avgöra".to_owned() } else { format!("{waiting} att avgöra") },
        lines,
        foot: ("Gå igenom dem", ctx.path("matches?vy=att-avgora")),
    }))
}

/// Where the lists of the month stand, for whoever sends them in.
pub async fn lists(ctx: &Ctx, tx: &mut TenantTx) -> AppResult<Option<Side>> {
    let Some(scope) = ctx.principal.scope(P::LeaverUpload) else { return Ok(None) };
    let today = ctx.today();
    let calendar = Calendar::load_period(tx, today, Period::up_to(today, 1), &scope).await?;
    let lines: Vec<Line> = calendar
        .lines
        .iter()
        .filter_map(|line| {
            let cell = line.cells.first()?;
            let state = cell.state?;
            let (color, icon) = mark(state);
            Some(Line {
                label: line.sender.name.clone(),
                href: cell.lists.last().map_or_else(
                    || ctx.path("leavers"),
                    |list| ctx.path(format!("leavers/lists/{}", list.id)),
                ),
                detail: if state == MonthState::Due {
                    format!("senast {}", short_date(cell.due, today))
                } else {
                    String::new()
                },
                count: String::new(),
                state: Some((color, icon, state.label())),
            })
        })
        .take(SENDERS)
        .collect();
    let Some(month) = calendar.months.first().filter(|_| !lines.is_empty()) else { return Ok(None) };
    Ok(Some(Side {
        id: "manadens-listor",
        title: format!("Listor över avslutade, {}", month_words(*month)),
        note: String::new(),
        lines,
        foot: ("Alla månader", ctx.path("leavers")),
    }))
}

/// The reports, for whoever has little else.
pub fn reports(ctx: &Ctx) -> Option<Side> {
    ctx.can(P::ReportRead).then(|| Side {
        id: "rapporter",
        title: "Rapporter".to_owned(),
        note: String::new(),
        lines: reports::REPORTS
            .iter()
            .map(|(code, title, _, answers)| Line {
                label: (*title).to_owned(),
                href: ctx.path(format!("reports/{code}")),
                detail: (*answers).to_owned(),
                count: String::new(),
                state: None,
            })
            .collect(),
        foot: ("Alla rapporter", ctx.path("reports")),
    })
}
