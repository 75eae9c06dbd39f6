//! A system: the overview, its contracts, its history.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    super::{
        facts::{self, Section},
        model::NEEDED_ROLES,
        queries::{
            parts::{self, SystemContract},
            roles::{self, RoleHolder},
        },
    },
    PROTECTED,
    frame::{self, At, Head, Opened},
};
use crate::{
    areas::audit::{self, History, Viewer},
    auth::permissions::Permission as P,
    error::AppResult,
    rules::classification::Level,
    web::{
        ctx::Ctx,
        extract::{Id, Query},
        filters,
        page::Page,
    },
};

/// A role as the panel shows it.
pub(super) struct RoleLine {
    /// What the role is called.
    pub role: String,
    /// Its code.
    pub code: String,
    /// Who holds it; empty when nobody does.
    pub name: String,
    /// What more there is to say: "ersättare", "finns inte bland personerna".
    pub note: String,
}

/// A dimension of the classification.
pub(super) struct Dimension {
    /// What it is called.
    pub name: &'static str,
    /// The level and its name.
    pub level: Option<(u8, &'static str)>,
}

impl Dimension {
    /// The four bars of the level: place and class.
    pub(super) fn bars(&self) -> [(&'static str, &'static str); 4] {
        let level = self.level.map_or(0, |(number, _)| number);
        let class = |n: u8| if n < level { "pa" } else { "av" };
        [("0%", class(0)), ("25.3%", class(1)), ("50.6%", class(2)), ("76%", class(3))]
    }
}

#[derive(Template)]
#[template(path = "systems/show.html")]
struct ShowPage {
    page: Page,
    head: Head,
    sections: Vec<Section>,
    dimensions: Vec<Dimension>,
    classified: String,
    roles: Vec<RoleLine>,
    contracts: Vec<SystemContract>,
    cost: Option<rust_decimal::Decimal>,
}

/// The overview. The address of a system that was merged into another leads on to that one.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    if opened.system.id != id {
        return Ok(ctx.go(opened.path("")));
    }
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Overview, "").await?;
    let areas = parts::list_areas(&mut tx, id).await?;
    let holders = roles::list_roles(&mut tx, id, ctx.today()).await?;
    let contracts = parts::list_contracts(&mut tx, id, &ctx.scope_for(P::ContractRead), ctx.today()).await?;
    tx.commit().await?;
    let f = &opened.system.fields;
    ctx.html(&ShowPage {
        sections: if head.hides_details { Vec::new() } else { facts::sections(f, &head.names, &areas) },
        dimensions: dimensions(&opened),
        classified: classified(&opened, ctx.today()),
        roles: role_lines(&ctx, &opened, &holders),
        contracts,
        cost: f.annual_cost.filter(|_| !head.hides_details),
        page,
        head,
    })
}

/// The dimensions of the classification with their names.
pub(super) fn dimensions(opened: &Opened) -> Vec<Dimension> {
    let level = |number: Option<i16>| {
        number
            .and_then(|n| u8::try_from(n).ok())
            .and_then(Level::from_number)
            .map(|l| (l.number(), l.swedish()))
    };
    let [k, r, t, s] = opened.system.fields.levels();
    vec![
        Dimension { name: "Konfidentialitet", level: level(k) },
        Dimension { name: "Riktighet", level: level(r) },
        Dimension { name: "Tillgänglighet", level: level(t) },
        Dimension { name: "Spårbarhet", level: level(s) },
    ]
}

/// When it was classified and whether that still holds.
pub(super) fn classified(opened: &Opened, today: chrono::NaiveDate) -> String {
    let f = &opened.system.fields;
    if !f.is_classified() {
        return "Inte klassat".to_owned();
    }
    match (f.classified_on, f.classification_valid_until) {
        (_, Some(until)) if until < today => format!("Klassningen gällde till {until}"),
        (Some(on), Some(until)) => format!("Klassat {on}, gäller till {until}"),
        (Some(on), None) => format!("Klassat {on}"),
        (None, Some(until)) => format!("Gäller till {until}"),
        (None, None) => "Datum för klassningen saknas".to_owned(),
    }
}

/// Who holds which role today; the roles that must be holders are there also when nobody does.
pub(super) fn role_lines(ctx: &Ctx, opened: &Opened, holders: &[RoleHolder]) -> Vec<RoleLine> {
    let may_see_protected = ctx.can(P::ProtectedRead);
    let names = &opened.settings.names;
    let now: Vec<&RoleHolder> = holders.iter().filter(|r| r.holds_on(ctx.today())).collect();
    let mut lines = Vec::new();
    for (code, _) in crate::auth::permissions::OBJECT_ROLES {
        let mut holders = now.iter().filter(|r| r.role == code).peekable();
        if holders.peek().is_none() && NEEDED_ROLES.contains(&code) {
            lines.push(RoleLine {
                role: names.object_role(code).to_owned(),
                code: code.to_owned(),
                name: String::new(),
                note: String::new(),
            });
        }
        for holder in holders {
            lines.push(RoleLine {
                role: names.object_role(code).to_owned(),
                code: code.to_owned(),
                name: if holder.is_protected && !may_see_protected {
                    PROTECTED.to_owned()
                } else {
                    holder.name.clone()
                },
                note: note(holder),
            });
        }
    }
    lines
}

fn note(holder: &RoleHolder) -> String {
    let mut notes = Vec::new();
    if holder.is_deputy {
        notes.push("ersättare");
    }
    if !holder.is_known() {
        notes.push("finns inte bland personerna");
    } else if holder.role == "systemagare" && !holder.is_manager && !holder.is_deputy {
        notes.push("är inte chef");
    }
    notes.join(", ")
}

#[derive(Template)]
#[template(path = "systems/contracts.html")]
struct ContractsPage {
    page: Page,
    head: Head,
    contracts: Vec<SystemContract>,
    said: Vec<(&'static str, String)>,
}

/// The contracts that cover the system, and what its lists say about contracts.
pub async fn contracts(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::Contracts, "Avtal").await?;
    let scope = ctx.scope_for(P::ContractRead);
    let contracts = parts::list_contracts(&mut tx, opened.system.id, &scope, ctx.today()).await?;
    tx.commit().await?;
    let sections = facts::sections(&opened.system.fields, &head.names, &[]);
    let said = sections.into_iter().find(|s| s.id == "ekonomi").map(|s| s.facts).unwrap_or_default();
    ctx.html(&ContractsPage {
        said: if head.hides_details { Vec::new() } else { said },
        page,
        head,
        contracts,
    })
}

#[derive(Template)]
#[template(path = "systems/history.html")]
struct HistoryPage {
    page: Page,
    head: Head,
    changes: History,
}

/// Where in the history to go on from.
#[derive(Debug, Default, Deserialize)]
pub struct HistoryQuery {
    #[serde(default)]
    before: String,
}

/// Who changed what, when. A system whose details are hidden hides what they were.
pub async fn history(ctx: Ctx, Id(id): Id, Query(query): Query<HistoryQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let opened = frame::open(&ctx, &mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &opened, At::History, "Historik").await?;
    let changes = if head.hides_details {
        History::default()
    } else {
        audit::history_of(&mut tx, &Viewer::of(&ctx), &[("it_system", opened.system.id)], &query.before)
            .await?
    };
    tx.commit().await?;
    ctx.html(&HistoryPage { page, head, changes })
}
