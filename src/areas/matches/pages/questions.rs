//! A manager's questions, made for a telephone.

use askama::Template;
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::super::queries::{self, AskedOf};
use super::super::questions::{self, AnswerForm};
use super::told::{self, typed};
use crate::areas::audit::AccessKind;
use crate::areas::{people, watch};
use crate::auth::permissions::Permission as P;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::rules::phone;
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::page_parts::Choice;

/// What a manager sees of a question: the name and number of one's own staff, but never of a protected person.
struct Shown {
    of: AskedOf,
    holder: String,
    number: String,
    answer: &'static str,
}

fn shown(ctx: &Ctx, of: AskedOf) -> Shown {
    let hides = of.is_protected && !ctx.can(P::ProtectedRead);
    let number = phone::shown(&of.msisdn);
    Shown {
        holder: if hides { people::PROTECTED.to_owned() } else { of.holder.clone() },
        number: if hides { String::new() } else { number },
        answer: of.answer.as_deref().map_or("", questions::answer_label),
        of,
    }
}

#[derive(Template)]
#[template(path = "matches/questions.html")]
struct ListPage {
    page: Page,
    waiting: Vec<Shown>,
    answered: Vec<Shown>,
}

/// The questions that wait for the user, and those that have been answered.
pub async fn list(ctx: Ctx) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let all = asked(&ctx, &mut tx, None).await?;
    let page = ctx.page(&mut tx, "Frågor om abonnemang").await?;
    ctx.log_access(
        &mut tx,
        AccessKind::ReadPersonal,
        ("manager_question", None),
        json!({ "rows": all.len() }),
    )
    .await?;
    tx.commit().await?;
    let (answered, waiting): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|of| shown(&ctx, of))
        .partition(|q| q.of.answered_at.is_some() || !q.of.can_answer());
    ctx.html(&ListPage { page, waiting, answered })
}

async fn asked(ctx: &Ctx, tx: &mut TenantTx, id: Option<Uuid>) -> AppResult<Vec<AskedOf>> {
    // Whoever decides may write in somebody's answer; the list is of one's own questions.
    let mut scope = ctx.scope_for(P::MatchAnswer);
    if id.is_some() && ctx.can(P::MatchDecide) {
        scope = ctx.scope_for(P::MatchDecide);
    }
    let mut found = queries::list_asked(tx, ctx.principal.person_id, &scope, id).await?;
    told::asked(ctx, tx, &mut found).await?;
    Ok(found)
}

#[derive(Template)]
#[template(path = "matches/question.html")]
struct QuestionPage {
    page: Page,
    q: Shown,
    raw: AnswerForm,
    faults: Faults,
    choices: Vec<Choice>,
    action: String,
    on_behalf: bool,
    can_answer: bool,
}

async fn load(ctx: &Ctx, tx: &mut TenantTx, id: Uuid) -> AppResult<AskedOf> {
    asked(ctx, tx, Some(id)).await?.into_iter().next().ok_or(AppError::NotFound)
}

/// One question. Reading it is logged.
pub async fn show(ctx: Ctx, Id(id): Id) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let of = load(&ctx, &mut tx, id).await?;
    let raw = AnswerForm {
        answer: of.answer.clone().unwrap_or_default(),
        last_day: of.answer_last_day.map(|d| d.to_string()).unwrap_or_default(),
        holder: typed(&of.answer_holder),
        text: typed(&of.answer_text),
    };
    draw(&ctx, tx, of, raw, Faults::default()).await
}

async fn draw(
    ctx: &Ctx,
    mut tx: TenantTx,
    of: AskedOf,
    raw: AnswerForm,
    faults: Faults,
) -> AppResult<Response> {
    let page =
        ctx.page(&mut tx, "Vad ska hända med numret?").await?.crumb("Frågor om abonnemang", "questions");
    ctx.log_access(&mut tx, AccessKind::ReadPersonal, ("manager_question", Some(of.id)), json!({})).await?;
    tx.commit().await?;
    let is_faulty = !faults.is_empty();
    let template = QuestionPage {
        action: ctx.path(format!("questions/{}/answer", of.id)),
        on_behalf: is_on_behalf(ctx, &of),
        can_answer: of.can_answer(),
        page: if is_faulty { page.faulty() } else { page },
        q: shown(ctx, of),
        raw,
        faults,
        choices: questions::choices(),
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// Somebody who decides and was not asked writes in what the one who was asked has said.
fn is_on_behalf(ctx: &Ctx, of: &AskedOf) -> bool {
    !of.is_mine && !ctx.can(P::MatchAnswer)
}

/// Takes the answer; it can be changed until the case is decided.
pub async fn answer(ctx: Ctx, Id(id): Id, Form(raw): Form<AnswerForm>) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    let of = load(&ctx, &mut tx, id).await?;
    if !of.can_answer() {
        return Err(AppError::Conflict(
            "Ärendet är redan beslutat, så svaret kan inte ändras. Kontakta IT om beslutet är fel.".into(),
        ));
    }
    let answer = match questions::read(&raw) {
        Ok(answer) => answer,
        Err(faults) => return draw(&ctx, tx, of, raw, faults).await,
    };
    let on_behalf = is_on_behalf(&ctx, &of);
    let actor =
        if on_behalf { format!("{}, i chefens ställe", ctx.user.name) } else { ctx.user.name.clone() };
    questions::answer(&mut tx, (id, of.case_id), &answer, (ctx.now(), Some(ctx.user.user_id), &actor))
        .await?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    if on_behalf {
        return Ok(ctx.redirect(format!("matches/{}", of.case_id), &Flash::success("Svaret är inskrivet.")));
    }
    Ok(ctx.redirect(
        "questions",
        &Flash::success("Tack! Svaret är skickat till IT. Du kan ändra det tills de har beslutat."),
    ))
}
