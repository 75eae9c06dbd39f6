//! Who is gone from the newest staff register without being on a list (rules 2.4, L4): HR is asked, says what is known, and sends
//! the list that the person should have been on. Who said what and when is kept, and what was said before is in the history.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        model::{ANSWERS, Answered},
        queries::{read, write},
    },
    TITLE, upload_href,
};
use crate::{
    areas::{
        audit::AccessKind,
        matches,
        organisation::Units,
        people::{self, ProtectedMask},
    },
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::{AppError, AppResult},
    rules::{
        leaver_matching::{Matcher, Standing},
        leaver_months::month_of,
    },
    web::{
        ctx::Ctx,
        extract::{Form, Id},
        filters,
        form::Faults,
        page::{Flash, Page},
        page_parts::Choice,
    },
};

const MISSING: &str = "Saknas i personalunderlaget";

/// Somebody who is gone.
struct Gone {
    id: Uuid,
    name: String,
    unit: String,
    is_protected: bool,
    /// Who it is is not to be shown.
    hides: bool,
    answer: Option<Answered>,
}

/// Somebody who is gone, as the page shows it.
struct Line {
    name: String,
    unit: String,
    href: String,
    /// What HR has said, and who and when.
    said: String,
    by: String,
    /// Where to say something.
    answer_href: String,
}

#[derive(Template)]
#[template(path = "leavers/missing.html")]
struct MissingPage {
    page: Page,
    gone: Vec<Line>,
    all: usize,
    unanswered: usize,
    snapshot: Option<NaiveDate>,
    upload_href: String,
}

/// The most persons that are shown.
const SHOWN: usize = 500;

/// Everybody within reach who is gone, and the day of the register that they are gone from. Those of whom nobody has said anything
/// stand first.
async fn list_gone(ctx: &Ctx, tx: &mut TenantTx) -> AppResult<(Vec<Gone>, Option<NaiveDate>)> {
    let units = Units::load(tx).await?;
    let ground = matches::load(tx, ctx.today()).await?;
    let mask = ProtectedMask::for_reader(ctx, tx).await?;
    let sees_protected = ctx.scope_for(Permission::ProtectedRead).all;
    let mut answers: HashMap<Uuid, Answered> =
        read::list_answers(tx).await?.into_iter().map(|answer| (answer.person_id, answer)).collect();
    let matcher = Matcher::new(ground.input());
    let mut gone: Vec<Gone> = ground
        .persons
        .iter()
        .enumerate()
        .filter(|(at, _)| matcher.standing(*at) == Standing::Suspected)
        .filter_map(|(at, person)| {
            let id = ground.person_id(at)?;
            let unit = person.employments.iter().rev().find_map(|employment| units.by_code(&employment.unit));
            if !ctx.scope().reaches_unit(unit.map(|unit| unit.id)) {
                return None;
            }
            let hides = person.is_protected && !sees_protected;
            let name = person.names.first().map_or("", |name| name.text.as_str());
            let name = if name.is_empty() { "Utan namn" } else { name };
            let answer = answers.remove(&id).filter(|_| !hides).map(|mut answer| {
                mask.cover_in(&mut answer.actor);
                answer
            });
            Some(Gone {
                id,
                name: people::shown(name, person.is_protected, sees_protected).to_owned(),
                unit: unit.filter(|_| !hides).map(|unit| units.path_name(unit.id)).unwrap_or_default(),
                is_protected: person.is_protected,
                hides,
                answer,
            })
        })
        .collect();
    gone.sort_by_key(|one| one.answer.is_some());
    Ok((gone, ground.snapshot.as_ref().map(|snapshot| snapshot.taken_on)))
}

/// What somebody has said, and who and when.
fn words(answer: &Answered) -> (String, String) {
    (answer.words(), format!("{}, {}", answer.actor, answer.answered_on))
}

/// Those who are gone.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (gone, snapshot) = list_gone(&ctx, &mut tx).await?;
    let may_open = ctx.can(Permission::PersonRead);
    let (all, unanswered) = (gone.len(), gone.iter().filter(|one| one.answer.is_none()).count());
    let reveals = gone.iter().take(SHOWN).any(|one| one.is_protected && !one.hides);
    let gone: Vec<Line> = gone
        .into_iter()
        .take(SHOWN)
        .map(|one| {
            let (said, by) = one.answer.as_ref().map(words).unwrap_or_default();
            let href = |path: String| if one.hides { String::new() } else { ctx.path(path) };
            Line {
                href: if may_open { href(format!("people/{}", one.id)) } else { String::new() },
                answer_href: href(format!("leavers/missing/{}", one.id)),
                name: one.name,
                unit: one.unit,
                said,
                by,
            }
        })
        .collect();
    let page = ctx.page(&mut tx, MISSING).await?.crumb(TITLE, "leavers");
    if !gone.is_empty() {
        let kind = if reveals { AccessKind::Reveal } else { AccessKind::ReadPersonal };
        let detail = serde_json::json!({ "rows": gone.len() });
        ctx.log_access(&mut tx, kind, ("leaver_list", None), detail).await?;
    }
    tx.commit().await?;
    let upload_href = upload_href(&ctx, None, None, None);
    ctx.html(&MissingPage { page, gone, all, unanswered, snapshot, upload_href })
}

/// What is said of somebody, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    answer: String,
    last_day: String,
}

#[derive(Template)]
#[template(path = "leavers/missing_answer.html")]
struct AnswerPage {
    page: Page,
    name: String,
    unit: String,
    /// What was said before.
    said: String,
    by: String,
    choices: Vec<Choice>,
    raw: AnswerForm,
    faults: Faults,
    action: String,
    cancel: String,
}

/// Somebody who is gone and may be told of to the reader, and the day of the register.
async fn find(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<(Gone, Option<NaiveDate>)> {
    let (gone, snapshot) = list_gone(ctx, tx).await?;
    let one = gone.into_iter().find(|one| one.id == id && !one.hides).ok_or(AppError::NotFound)?;
    Ok((one, snapshot))
}

/// The form.
pub async fn edit(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (one, _) = find(&ctx, &mut tx, id).await?;
    let raw = one.answer.as_ref().map_or_else(AnswerForm::default, |answer| AnswerForm {
        answer: answer.answer.clone(),
        last_day: answer.last_day.map(|day| day.to_string()).unwrap_or_default(),
    });
    draw(&ctx, tx, one, raw, Faults::default()).await
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    one: Gone,
    raw: AnswerForm,
    faults: Faults,
) -> AppResult<Response> {
    let page =
        ctx.page(&mut tx, "Vad gäller?").await?.crumb(TITLE, "leavers").crumb(MISSING, "leavers/missing");
    let kind = if one.is_protected { AccessKind::Reveal } else { AccessKind::ReadPersonal };
    ctx.log_access(&mut tx, kind, ("person", Some(one.id)), serde_json::json!({ "page": "missing" })).await?;
    tx.commit().await?;
    let (said, by) = one.answer.as_ref().map(words).unwrap_or_default();
    let is_faulty = !faults.is_empty();
    let template = AnswerPage {
        page: if is_faulty { page.faulty() } else { page },
        action: ctx.path(format!("leavers/missing/{}", one.id)),
        cancel: ctx.path("leavers/missing"),
        name: one.name,
        unit: one.unit,
        said,
        by,
        choices: vec![
            Choice::new("har_slutat", "Har slutat")
                .with_hint("Skriv sista dagen, och skicka sedan in listan."),
            Choice::new("arbetar_kvar", "Arbetar kvar")
                .with_hint("Rätta i personalsystemet, så att personen är med i nästa underlag."),
            Choice::new("vet_inte", "Vet inte").with_hint("Frågan står kvar."),
        ],
        raw,
        faults,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Keeps what HR says.
pub async fn answer(ctx: Ctx, Id(id): Id, Form(raw): Form<AnswerForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let (one, snapshot) = find(&ctx, &mut tx, id).await?;
    let mut faults = Faults::default();
    let codes: Vec<&str> = ANSWERS.iter().map(|(code, _)| *code).collect();
    let code = faults.choice("answer", "Vad gäller", &raw.answer, &codes);
    if code.is_empty() && faults.is_empty() {
        faults.add("answer", "Välj vad som gäller.");
    }
    let has_left = code == "har_slutat";
    let last_day = if has_left { faults.date("last_day", "Sista dag", &raw.last_day) } else { None };
    if has_left && last_day.is_none() && faults.of("last_day").is_none() {
        faults.add("last_day", "Skriv sista dagen. Vet du den inte, välj Vet inte.");
    }
    if !faults.is_empty() {
        return draw(&ctx, tx, one, raw, faults).await;
    }
    let said = Answered {
        person_id: id,
        answer: code,
        last_day,
        snapshot_on: snapshot,
        answered_on: ctx.today(),
        actor: ctx.user.name.clone(),
    };
    write::upsert_answer(&mut tx, &said, ctx.user.user_id).await?;
    tx.commit().await?;
    let flash = match (said.answer.as_str(), last_day) {
        ("har_slutat", Some(day)) => Flash::success(
            "Svaret är sparat. Skicka in den lista som personen skulle ha stått på: utan den avslutas ingenting.",
        )
        .with_link("Skicka in listan", upload_href(&ctx, None, Some(month_of(day)), None)),
        ("arbetar_kvar", _) => Flash::success(
            "Svaret är sparat. Rätta i personalsystemet, så att personen är med i nästa personalunderlag.",
        ),
        _ => Flash::success("Svaret är sparat. Frågan står kvar tills någon vet."),
    };
    Ok(ctx.redirect("leavers/missing", &flash))
}
