//! A case: the evidence, what hangs together with it, what was decided and asked, and what can be done.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::cases::NUMBER_GONE;
use super::super::decide::Decider;
use super::super::model::{CaseState, Outcome};
use super::super::proof::BACK;
use super::super::queries::{self, FullCase, LinkedCase, Question, ShownDecision};
use super::super::{list::CLASSES, list::STATES, questions, refresh};
use super::laid::{Laid, lay_out, tag};
use super::parts::{AskPart, SourceLine, Way, ask_part, sources, ways};
use super::told::Told;
use crate::areas::audit::{self, History, Viewer};
use crate::auth::permissions::Permission as P;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::extract::{Id, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "matches/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
struct ShowPage {
    page: Page,
    laid: Laid,
    path: String,
    /// The subscription's page, for whoever reaches it.
    subscription: Option<String>,
    /// The decision waits to come into an order.
    to_order: bool,
    back: String,
    next: Option<String>,
    sources: Vec<SourceLine>,
    linked: Vec<LinkedCase>,
    linked_cost: Decimal,
    decisions: Vec<ShownDecision>,
    asked: Vec<Question>,
    ways: Vec<Way>,
    may_decide: bool,
    barred: Option<&'static str>,
    is_open: bool,
    may_revoke: bool,
    ask: AskPart,
    roles: i64,
    handover: Option<String>,
    changes: History,
    faults: Faults,
    revoke_reason: String,
    alert: String,
}

#[expect(clippy::unused_self, reason = "called by the template")]
impl ShowPage {
    fn outcome(&self, code: &str) -> &'static str {
        Outcome::from_code(code).map_or("", Outcome::label)
    }
    fn answer(&self, question: &Question) -> &'static str {
        question.answer.as_deref().map_or("", questions::answer_label)
    }
    fn number_of(&self, case: &LinkedCase) -> String {
        self.laid.sees.number(&case.msisdn, case.is_protected)
    }
    fn name_of(&self, case: &LinkedCase) -> String {
        self.laid.sees.name(&case.holder, case.is_protected)
    }
    fn class_of(&self, case: &LinkedCase) -> (&'static str, &'static str) {
        tag(CLASSES, &case.class)
    }
    fn state_of(&self, case: &LinkedCase) -> (&'static str, &'static str) {
        tag(STATES, &case.state)
    }
    fn reopened(&self) -> &'static str {
        match self.laid.case.reopened_reason.as_str() {
            "ground_gone" => "Ärendet är öppnat igen: uppgifterna som beslutet vilade på gäller inte längre.",
            "review_due" => "Ärendet är öppnat igen: dagen då beslutet skulle ses över är här.",
            "cause_back" => "Ärendet är öppnat igen: det som gjorde att det stängdes gäller inte längre.",
            "not_gone" => "Abonnemanget skulle vara borta men finns kvar i operatörens senaste lista.",
            "new_evidence" => "Ärendet är öppnat igen: nya uppgifter har kommit sedan beslutet.",
            BACK => "Ärendet är öppnat igen: numret är tillbaka i operatörens lista.",
            NUMBER_GONE => "Ärendet stängdes av sig självt: numret är borta ur operatörens lista.",
            "cause_gone" => "Ärendet stängdes av sig självt: det finns inget att ta ställning till längre.",
            _ => "",
        }
    }
    fn role_label(&self, code: &str) -> String {
        crate::auth::permissions::Role::from_code(code)
            .map_or_else(|| code.to_owned(), |r| r.label().to_owned())
    }
}

/// Where the history goes on from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    before: String,
}

/// What a form on the page came back with.
#[derive(Default)]
pub struct CameBack {
    /// Above everything: what happened meanwhile, or why not.
    pub alert: String,
    /// Faults of the form that takes a decision back.
    pub revoke: Faults,
    /// What was typed there.
    pub revoke_reason: String,
    /// Faults of the form that asks.
    pub ask: Faults,
    /// What was typed there.
    pub asked: questions::AskForm,
}

/// The case. Reading it is logged.
pub async fn show(ctx: Ctx, Id(id): Id, Query(query): Query<ShowQuery>) -> AppResult<Response> {
    draw(&ctx, id, &query.before, CameBack::default()).await
}

/// The page, also when a form on it came back.
pub async fn draw(ctx: &Ctx, id: Uuid, before: &str, back: CameBack) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let (laid, rows, persons) = lay_out(ctx, &mut tx, id).await?;
    let case = &laid.case;
    let hides = case.is_protected && !laid.sees.protected;
    let by = Decider::of(ctx);
    let may_decide = ctx.can(P::MatchDecide);
    let barred = by.barred(case);
    let is_open = CaseState::from_code(&case.state).is_some_and(CaseState::is_open);
    let linked = if hides { Vec::new() } else { queries::list_linked(&mut tx, case).await? };
    let told = Told::load(ctx, &mut tx, case.is_protected).await?;
    let mut decisions = queries::list_decisions_of(&mut tx, id).await?;
    told.decisions(&mut decisions);
    let mut asked = queries::list_questions_of(&mut tx, id).await?;
    told.questions(&mut asked);
    let sources = if hides { Vec::new() } else { sources(ctx, &mut tx, &laid, &rows).await? };
    let suggested = asked
        .iter()
        .find(|q| q.answered_at.is_some() && q.withdrawn_at.is_none())
        .and_then(|q| q.answer.as_deref())
        .and_then(questions::suggested);
    let ways = ways(&case.class, suggested);
    let can_ask = may_decide && is_open && barred.is_none() && !case.is_protected;
    let ask = if can_ask { ask_part(ctx, &mut tx, case, &back).await? } else { AskPart::default() };
    let scope = ctx.scope_for(P::MatchRead);
    let reach = (&scope, laid.sees.protected);
    let next = queries::find_next(&mut tx, id, (&case.class, &case.state), reach).await?;
    let person = persons.iter().find(|p| Some(p.id) == case.person_id).filter(|_| !hides);
    let handover = person
        .filter(|p| p.roles > 0 && ctx.app.has_page("people/{id}/handover"))
        .map(|p| ctx.path(format!("people/{}/handover", p.id)));
    let changes = if hides {
        History::default()
    } else {
        let viewer = Viewer::of(ctx).masking_persons(!laid.sees.names);
        audit::history_of(&mut tx, &viewer, &[("match_case", id)], before).await?
    };
    ctx.log_access(&mut tx, laid.kind_of_read(), ("match_case", Some(id)), json!({})).await?;
    let page = ctx.page(&mut tx, laid.title.clone()).await?.crumb("Att ta ställning till", "matches");
    tx.commit().await?;
    let in_force = decisions.iter().find(|d| d.revoked_at.is_none() && Some(d.id) == case.decision_id);
    let may_revoke = may_decide
        && barred.is_none()
        && in_force.is_some_and(|d| d.order_id.is_none())
        && !matches!(case.state.as_str(), "ordered" | "verified" | "not_gone" | "waiting");
    let to_order = case.state == CaseState::Decided.code()
        && in_force.is_some_and(|d| {
            d.order_id.is_none() && Outcome::from_code(&d.outcome).is_some_and(Outcome::needs_order)
        });
    let reaches = ctx.scope_for(P::SubscriptionRead).reaches_unit(case.subscription_unit_id);
    let subscription =
        (reaches && !hides).then(|| ctx.path(format!("subscriptions/{}", case.subscription_id)));
    let is_faulty = !back.alert.is_empty() || !back.revoke.is_empty() || !back.ask.is_empty();
    let template = ShowPage {
        path: ctx.path(format!("matches/{id}")),
        subscription,
        to_order,
        back: ctx.path(format!("matches{}", tab_of(case))),
        next: next.map(|next| ctx.path(format!("matches/{next}"))),
        roles: person.map_or(0, |p| p.roles),
        linked_cost: linked.iter().filter_map(|l| l.monthly_price).sum(),
        page: if is_faulty { page.faulty() } else { page }.wide(),
        sources,
        linked,
        decisions,
        asked,
        ways,
        may_decide,
        barred,
        is_open,
        may_revoke,
        ask,
        handover,
        changes,
        faults: back.revoke,
        revoke_reason: back.revoke_reason,
        alert: back.alert,
        laid,
    };
    if is_faulty { ctx.unprocessable(&template) } else { ctx.html(&template) }
}

/// The tab of the worklist that a case stands in.
#[must_use]
pub fn tab_of(case: &FullCase) -> &'static str {
    match (case.state.as_str(), case.class.as_str()) {
        ("waiting", _) => "?vy=vantar",
        ("not_gone", _) => "?vy=kvar",
        ("decided" | "ordered" | "kept", _) => "?vy=beslutade",
        ("verified" | "closed", _) => "?vy=avslutade",
        (_, "A") => "?vy=sakra",
        (_, "B") => "?vy=sannolika",
        (_, "C") => "?vy=mojliga",
        (_, "P") => "?vy=planerade",
        (_, "U") => "?vy=utan-innehavare",
        (_, "X") => "?vy=motsagda",
        _ => "",
    }
}
