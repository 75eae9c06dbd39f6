//! One person: employments, assignments, roles, and the history.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{
        PERSONAL_ID,
        model::{Employment, Person},
        queries::{self, Headed, Held, UserOf},
    },
    frame::{self, At, Head},
};
use crate::{
    areas::{
        audit::{self, AccessKind, History, Viewer},
        settings,
    },
    auth::permissions::Permission as P,
    crypto::Secret,
    error::{AppError, AppResult},
    rules::{
        personal_id::{PersonalId, Profile},
        phone::Phone,
    },
    web::{
        ctx::Ctx,
        extract::{Id, Query},
        filters,
        page::Page,
    },
};

/// An employment with the words for how it stands.
struct Line {
    employment: Employment,
    state: (&'static str, &'static str),
    /// The unit has a page for the reader.
    links: bool,
    /// The unit's id.
    unit: String,
}

/// A role with its name and whether it is held today.
struct RoleLine {
    held: Held,
    name: String,
    note: &'static str,
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct ShowPage {
    page: Page,
    head: Head,
    person: Person,
    mobile: Option<String>,
    employments: Vec<Line>,
    assignments: Vec<Line>,
    headed: Vec<Headed>,
    roles: Vec<RoleLine>,
    roles_now: usize,
    hidden_roles: i64,
    /// There is something to hand over.
    answers: bool,
    user: Option<UserOf>,
    sees_org: bool,
    may_reveal: bool,
    revealed: Option<String>,
}

/// The person's page. Reading it is logged.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, false).await
}

/// The same with the date of birth of the personal identity number: asked for, and logged as such (rules 9.5). The last four
/// digits are never shown.
pub async fn reveal(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    draw(&ctx, id, true).await
}

async fn draw(ctx: &Ctx, id: Uuid, reveals: bool) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open(ctx, &mut tx, id).await?;
    let may_reveal = {
        let scope = ctx.scope_for(P::PersonIdRead);
        queries::find_person(&mut tx, id, &scope).await?.is_some_and(|p| p.is_within)
    };
    if reveals && !may_reveal {
        return Err(AppError::NotFound);
    }
    let (page, head) = frame::head(ctx, &mut tx, &person, At::Overview, "").await?;
    let today = ctx.today();
    let (employments, assignments): (Vec<Line>, Vec<Line>) = queries::list_employments(&mut tx, id)
        .await?
        .into_iter()
        .map(|e| Line {
            state: e.state(today).tag(),
            links: e.org_unit_id.is_some() && ctx.can(P::OrgRead),
            unit: e.org_unit_id.map(|id| id.to_string()).unwrap_or_default(),
            employment: e,
        })
        .partition(|l| l.employment.kind != "uppdrag");
    let systems = (&ctx.scope_for(P::SystemRead), ctx.can(P::SystemSecretRead));
    let holds = queries::list_held(&mut tx, id, systems, &ctx.scope_for(P::ContractRead)).await?;
    let all = queries::count_held(&mut tx, id).await?;
    let names = settings::load(&mut tx).await?.names;
    let user = if ctx.can(P::UserRead) { queries::find_user(&mut tx, id).await? } else { None };
    let headed = queries::list_headed(&mut tx, id, today).await?;
    let kind = if reveals || person.is_protected { AccessKind::Reveal } else { AccessKind::ReadPersonal };
    let detail = if reveals { json!({ "field": "personal_id" }) } else { json!({}) };
    ctx.log_access(&mut tx, kind, ("person", Some(id)), detail).await?;
    let revealed = if reveals {
        let sealed = queries::find_sealed(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        let secret = Secret { tenant_id: tx.tenant_id(), column: PERSONAL_ID };
        let number = ctx
            .app
            .keys()
            .open(secret, &sealed)
            .map_err(|_| AppError::broken("a sealed number that no key opens"))?;
        let number = PersonalId::parse(&number, today, Profile { temporary: true })
            .map_err(|_| AppError::broken("a stored number that is none"))?;
        Some(number.masked())
    } else {
        None
    };
    tx.commit().await?;
    let hidden_roles = all - i64::try_from(holds.len()).unwrap_or(all);
    let roles: Vec<RoleLine> = holds.into_iter().map(|held| role_line(held, &names, today)).collect();
    ctx.html(&ShowPage {
        page,
        head,
        mobile: person
            .work_mobile
            .as_deref()
            .map(|m| Phone::parse(m).map_or_else(|_| m.to_owned(), |p| p.display())),
        person,
        employments,
        assignments,
        answers: !headed.is_empty() || roles.iter().any(|r| r.note != "tidigare"),
        headed,
        roles_now: roles.iter().filter(|r| r.note.is_empty()).count(),
        roles,
        hidden_roles,
        user,
        sees_org: ctx.can(P::OrgRead),
        may_reveal,
        revealed,
    })
}

fn role_line(held: Held, names: &settings::Names, today: NaiveDate) -> RoleLine {
    let note = if held.valid_from.is_some_and(|from| from > today) {
        "kommande"
    } else if held.valid_to.is_some_and(|to| to < today) {
        "tidigare"
    } else {
        ""
    };
    RoleLine { name: names.object_role(&held.role).to_owned(), note, held }
}

/// Where to go on from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    before: String,
}

#[derive(Template)]
#[template(path = "people/history.html")]
struct HistoryPage {
    page: Page,
    head: Head,
    changes: History,
}

/// Who changed what, when. Roles are told of on the pages of the systems and contracts: there it is known who may see them.
pub async fn history(ctx: Ctx, Id(id): Id, Query(query): Query<HistoryQuery>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let person = frame::open(&ctx, &mut tx, id).await?;
    let (page, head) = frame::head(&ctx, &mut tx, &person, At::History, "Historik").await?;
    let mut changes = audit::history_of(&mut tx, &Viewer::of(&ctx), &[("person", id)], &query.before).await?;
    for event in &mut changes.events {
        event.parts.retain(|part| part.noun != "roll");
    }
    changes.events.retain(|event| !event.parts.is_empty());
    let kind = if person.is_protected { AccessKind::Reveal } else { AccessKind::ReadPersonal };
    ctx.log_access(&mut tx, kind, ("person", Some(id)), json!({ "page": "history" })).await?;
    tx.commit().await?;
    ctx.html(&HistoryPage { page, head, changes })
}
