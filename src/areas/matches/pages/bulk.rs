//! Confirming several cases of class A at once (rules 2.5): at most 50, every row with its evidence, one reason.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::super::decide::{self, Decider, Refusal};
use super::super::forms::DecisionForm;
use super::super::model::Outcome;
use super::super::queries::{self, BulkRow};
use super::super::refresh;
use super::evidence::evidence_words;
use crate::areas::audit::AccessKind;
use crate::areas::watch;
use crate::error::{AppError, AppResult};
use crate::ids::new_id;
use crate::web::ctx::Ctx;
use crate::web::extract::Form;
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::sight::Sees;

/// As many as one act may hold.
pub const MOST: usize = 50;

/// A row as it is shown.
#[expect(clippy::struct_field_names, reason = "the row of the database beside what is shown of it")]
struct Row {
    id: Uuid,
    version: i32,
    name: String,
    number: String,
    person: String,
    why: String,
    end_date: Option<NaiveDate>,
    ends_on: NaiveDate,
    is_bound: bool,
    row: BulkRow,
    chosen: bool,
}

/// A row that is not decided, and why.
struct Left {
    name: String,
    href: String,
    why: String,
}

#[derive(Template)]
#[template(path = "matches/bulk.html")]
struct BulkPage {
    page: Page,
    rows: Vec<Row>,
    left: Vec<Left>,
    reason: String,
    faults: Faults,
    action: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "matches/bulk_done.html")]
struct DonePage {
    page: Page,
    done: usize,
    left: Vec<Left>,
    back: String,
}

/// The day on which a row would end: when it may, and not before its binding has run out.
fn ends_on(row: &BulkRow, today: NaiveDate) -> NaiveDate {
    [row.end_date, row.not_before, row.binding_until].into_iter().flatten().fold(today, NaiveDate::max)
}

/// Why a row cannot be confirmed together with others.
fn obstacle(row: &BulkRow, by: &Decider) -> Option<&'static str> {
    if row.is_protected && !by.sees_protected {
        Some("Gäller någon med skyddade personuppgifter: beslutas av den som har behörigheten.")
    } else if row.state != "open" {
        Some("Är inte längre öppet.")
    } else if row.class != "A" {
        Some("Är inte säkert (klass A): beslutas ett i taget.")
    } else {
        None
    }
}

/// Both steps: what is marked in the list, and what is confirmed on the page.
pub async fn bulk(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> AppResult<Response> {
    let first = |key: &str| form.iter().find(|(k, _)| k == key).map_or("", |(_, v)| v.trim());
    if first("alla") == "ja" {
        return Err(AppError::rejected(
            "Hela urvalet kan inte bekräftas på en gång. Gå tillbaka och markera högst 50 ärenden på sidan.",
        ));
    }
    let ids: Vec<Uuid> =
        form.iter().filter(|(k, _)| k == "id").filter_map(|(_, v)| Uuid::parse_str(v).ok()).collect();
    if ids.len() > MOST {
        return Err(AppError::rejected(format!(
            "Högst {MOST} ärenden kan bekräftas på en gång. Gå tillbaka och dela upp urvalet."
        )));
    }
    let by = Decider::of(&ctx);
    let is_confirmed = first("steg") == "bekrafta";
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let all = queries::list_bulk(&mut tx, &ids, &by.scope).await?;
    if all.is_empty() {
        return Err(AppError::rejected("Inga ärenden är markerade. Gå tillbaka och markera minst ett."));
    }
    if is_confirmed {
        let reason = first("reason").to_owned();
        let chosen: Vec<(Uuid, i32)> = form
            .iter()
            .filter(|(k, _)| k == "val")
            .filter_map(|(_, v)| v.split_once(':'))
            .filter_map(|(id, version)| Some((Uuid::parse_str(id).ok()?, version.parse().ok()?)))
            .filter(|(id, _)| ids.contains(id))
            .collect();
        let mut faults = Faults::default();
        faults.required("reason", "Skäl", &reason, 2_000);
        if chosen.is_empty() {
            faults.add("", "Markera minst ett ärende.");
        }
        if faults.is_empty() {
            return confirm(&ctx, tx, &by, &all, &chosen, &reason).await;
        }
        return page(&ctx, tx, &by, all, &chosen, reason, faults).await;
    }
    let chosen: Vec<(Uuid, i32)> = all.iter().map(|r| (r.id, r.version)).collect();
    page(&ctx, tx, &by, all, &chosen, String::new(), Faults::default()).await
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the page is made of, once as chosen and once as sent back"
)]
async fn page(
    ctx: &Ctx,
    mut tx: crate::db::tenant::TenantTx,
    by: &Decider,
    all: Vec<BulkRow>,
    chosen: &[(Uuid, i32)],
    reason: String,
    faults: Faults,
) -> AppResult<Response> {
    let sees = Sees::of(ctx);
    let (mut rows, mut left) = (Vec::new(), Vec::new());
    for row in all {
        if let Some(why) = obstacle(&row, by) {
            left.push(left_out(ctx, sees, &row, why));
            continue;
        }
        let ends_on = ends_on(&row, ctx.today());
        rows.push(Row {
            id: row.id,
            version: row.version,
            name: sees.name(&row.holder, row.is_protected),
            number: sees.number(&row.msisdn, row.is_protected),
            person: [
                sees.name(row.person_name.as_deref().unwrap_or_default(), row.is_protected),
                sees.text(&row.employee_no, row.is_protected),
            ]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
            why: evidence_words(&row.evidence).join(". "),
            end_date: row.end_date,
            is_bound: row.binding_until.is_some_and(|until| until == ends_on && until > ctx.today()),
            ends_on,
            chosen: chosen.iter().any(|(id, _)| *id == row.id),
            row,
        });
    }
    let page = ctx.page(&mut tx, "Bekräfta säkra ärenden").await?.crumb("Att ta ställning till", "matches");
    let detail = json!({ "rows": rows.len(), "page": "bulk" });
    let reveals = sees.protected && rows.iter().any(|row| row.row.is_protected);
    let kind = if reveals { AccessKind::Reveal } else { AccessKind::ReadPersonal };
    ctx.log_access(&mut tx, kind, ("match_case", None), detail).await?;
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = BulkPage {
        page: if is_faulty { page.faulty() } else { page }.wide(),
        rows,
        left,
        reason,
        faults,
        action: ctx.path("matches/bulk"),
        cancel: ctx.path("matches?vy=sakra"),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

fn left_out(ctx: &Ctx, sees: Sees, row: &BulkRow, why: &str) -> Left {
    Left {
        name: sees.name(&row.holder, row.is_protected),
        href: ctx.path(format!("matches/{}", row.id)),
        why: why.to_owned(),
    }
}

async fn confirm(
    ctx: &Ctx,
    mut tx: crate::db::tenant::TenantTx,
    by: &Decider,
    all: &[BulkRow],
    chosen: &[(Uuid, i32)],
    reason: &str,
) -> AppResult<Response> {
    let sees = Sees::of(ctx);
    let bulk_id = new_id();
    let (mut done, mut left) = (0_usize, Vec::new());
    queries::lock(&mut tx).await?;
    for (id, version) in chosen {
        let Some(row) = all.iter().find(|r| r.id == *id) else { continue };
        // What has been decided meanwhile is told as such, with by whom.
        let why = obstacle(row, by).filter(|_| row.state == "open").map(str::to_owned);
        let why = if why.is_some() {
            why
        } else {
            let form = DecisionForm {
                version: *version,
                reason: reason.to_owned(),
                end_choice: "annan".into(),
                end_on: ends_on(row, ctx.today()).to_string(),
                port: "nej".into(),
                ..DecisionForm::default()
            };
            match decide::decide_one(&mut tx, by, (*id, *version), Outcome::End, &form, Some(bulk_id)).await?
            {
                Ok(_) => None,
                Err(Refusal::Said(text)) => Some(text),
                Err(Refusal::Taken(taken)) => Some(taken.words()),
                Err(Refusal::Faults(faults)) => faults.iter().next().map(|f| f.message.to_string()),
            }
        };
        match why {
            Some(why) => left.push(left_out(ctx, sees, row, &why)),
            None => done += 1,
        }
    }
    refresh::run(&mut tx, ctx.now(), ctx.today()).await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    if left.is_empty() {
        tx.commit().await?;
        let text = if done == 1 {
            "1 ärende är beslutat.".to_owned()
        } else {
            format!("{done} ärenden är beslutade.")
        };
        let flash = Flash::success(text).with_link("Visa besluten", ctx.path("matches?vy=beslutade"));
        return Ok(ctx.redirect("matches?vy=sakra", &flash));
    }
    let page = ctx.page(&mut tx, "Bekräfta säkra ärenden").await?.crumb("Att ta ställning till", "matches");
    tx.commit().await?;
    ctx.html(&DonePage { page, done, left, back: ctx.path("matches?vy=sakra") })
}
