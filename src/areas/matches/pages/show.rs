//! A case: the evidence, what hangs together with it, what was decided and asked, and what can be done.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::cases::NUMBER_GONE;
use super::super::decide::{self, Decider};
use super::super::model::{CaseState, Dossier, Outcome};
use super::super::proof::BACK;
use super::super::queries::{self, CasePerson, CaseRowOfList, FullCase, LinkedCase, Question, ShownDecision};
use super::super::{list::CLASSES, list::STATES, questions, refresh};
use super::evidence::{self, Line};
use super::parts::{AskPart, SourceLine, Way, ask_part, sources, ways};
use super::told::Told;
use crate::areas::audit::{self, AccessKind, History, Viewer};
use crate::areas::leavers::{self, Answered};
use crate::areas::people::{self, ProtectedMask};
use crate::auth::permissions::Permission as P;
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::extract::{Id, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::list::Codes;
use crate::web::page::Page;
use crate::web::sight::Sees;

/// Somebody whom the subscription may belong to, as far as the reader may know.
pub struct Candidate {
    /// The key that is sent.
    pub key: String,
    /// The name.
    pub name: String,
    /// Number, unit, last day.
    pub note: String,
    /// Why.
    pub why: String,
    /// The person's page.
    pub href: Option<String>,
}

/// Everything that a case's page shows.
pub struct Laid {
    pub case: FullCase,
    pub dossier: Dossier,
    pub sees: Sees,
    pub title: String,
    pub number: String,
    pub lines: Vec<Line>,
    pub meaning: String,
    pub reasons: Vec<(&'static str, &'static str)>,
    pub candidates: Vec<Candidate>,
    /// What HR has said of the likeliest person, who is or was gone from the staff register.
    pub said: Option<Answered>,
    /// Something of a person with protected identity is shown, to a reader with the grant.
    pub reveals: bool,
    pub class: (&'static str, &'static str),
    pub state: (&'static str, &'static str),
}

impl Laid {
    /// How reading it is logged (rules 9.6).
    #[must_use]
    pub fn kind_of_read(&self) -> AccessKind {
        if self.reveals { AccessKind::Reveal } else { AccessKind::ReadPersonal }
    }
}

fn tag(codes: Codes, code: &str) -> (&'static str, &'static str) {
    codes.iter().find(|c| c.code == code).map_or(("", "neutral"), |c| (c.label, c.color))
}

/// What HR has said of the persons of a case, as far as the reader may know: nothing of whoever is protected, and not the name of
/// somebody at HR who is.
async fn said_by_hr(
    ctx: &Ctx,
    tx: &mut TenantTx,
    persons: &[CasePerson],
    sees: Sees,
) -> AppResult<HashMap<Uuid, Answered>> {
    let known: Vec<Uuid> =
        persons.iter().filter(|p| sees.protected || !p.is_protected).map(|p| p.id).collect();
    let mut said = leavers::list_answers_of(tx, &known).await?;
    if !said.is_empty() {
        let mask = ProtectedMask::for_reader(ctx, tx).await?;
        for answer in said.values_mut() {
            mask.cover_in(&mut answer.actor);
        }
    }
    Ok(said)
}

/// Whether a reader may be told that there is such a case. The unit of a protected person is told to nobody, so whoever reaches some
/// units alone is not told of a case in them, as in the list (rules 9.6).
fn is_told(case: &FullCase, sees: Sees, scope: &Scope) -> bool {
    scope.all || sees.protected || !case.is_protected
}

/// Loads a case within reach and lays its evidence out.
pub async fn lay_out(
    ctx: &Ctx,
    tx: &mut TenantTx,
    id: Uuid,
) -> AppResult<(Laid, Vec<CaseRowOfList>, Vec<CasePerson>)> {
    let sees = Sees::of(ctx);
    let scope = ctx.scope_for(P::MatchRead);
    let found = queries::find_case(tx, id, &scope).await?;
    let case = found.filter(|case| is_told(case, sees, &scope)).ok_or(AppError::NotFound)?;
    let dossier = decide::dossier(&case);
    let row_ids: Vec<Uuid> =
        dossier.suspects.iter().flat_map(|s| s.rows.iter().copied()).chain(case.leaver_row_id).collect();
    let rows = queries::list_rows_of_lists(tx, &row_ids).await?;
    let person_ids: Vec<Uuid> =
        dossier.suspects.iter().filter_map(|s| s.person_id).chain(case.person_id).collect();
    let persons = queries::list_case_persons(tx, &person_ids, ctx.today()).await?;
    let links = people::list_links(ctx, tx, &person_ids).await?;
    let hides = case.is_protected && !sees.protected;
    let answers = said_by_hr(ctx, tx, if hides { &[] } else { &persons }, sees).await?;
    let suspect = dossier.suspects.first();
    let row_of = |ids: &[Uuid]| rows.iter().find(|r| ids.contains(&r.id));
    let first_row = suspect
        .and_then(|s| row_of(&s.rows))
        .or_else(|| rows.iter().find(|r| Some(r.id) == case.leaver_row_id));
    let first_person =
        persons.iter().find(|p| Some(p.id) == suspect.and_then(|s| s.person_id).or(case.person_id));
    let candidates = dossier
        .suspects
        .iter()
        .map(|s| {
            let person = persons.iter().find(|p| Some(p.id) == s.person_id);
            let row = row_of(&s.rows);
            let is_protected =
                hides || person.is_some_and(|p| p.is_protected) || row.is_some_and(|r| r.is_protected);
            let name = person.map(|p| p.name.as_str()).or(row.map(|r| r.name.as_str())).unwrap_or_default();
            let hidden = is_protected && !sees.protected;
            let mut notes: Vec<String> = Vec::new();
            if !hidden {
                let number =
                    person.and_then(|p| p.employee_no.as_deref()).or(row.map(|r| r.employee_no.as_str()));
                notes.extend(
                    number
                        .filter(|n| !n.is_empty())
                        .map(|n| format!("Anställningsnummer {}", sees.text(n, false))),
                );
                notes.extend(
                    person
                        .and_then(|p| p.unit.clone())
                        .or(row.map(|r| r.unit.clone()))
                        .filter(|u| !u.is_empty()),
                );
                notes.push(match s.end {
                    Some(day) => format!("sista dag {day}"),
                    None if s.is_here => "arbetar kvar".to_owned(),
                    None => "okänt om personen arbetar kvar".to_owned(),
                });
                let answer = s.person_id.and_then(|id| answers.get(&id));
                notes.extend(answer.map(|answer| format!("HR svarade ”{}”", answer.words())));
            }
            Candidate {
                key: s.key.clone(),
                name: sees.name(name, is_protected),
                note: notes.join(", "),
                why: evidence::evidence_words(s.evidence.iter().map(|e| e.code.as_str())).join(". "),
                href: if hidden {
                    None
                } else {
                    s.person_id.and_then(|id| links.get(&id)).and_then(|l| l.href.clone())
                },
            }
        })
        .collect();
    let is_about_protected = case.is_protected
        || persons.iter().any(|person| person.is_protected)
        || rows.iter().any(|row| row.is_protected);
    let is_hidden_row = first_row.is_some_and(|row| row.is_protected) && !sees.protected;
    let said = first_person.filter(|_| !is_hidden_row).and_then(|p| answers.get(&p.id)).cloned();
    let compared = evidence::lines(&case, first_row, first_person, suspect, sees);
    let laid = Laid {
        title: super::title(&case, sees),
        number: sees.number(&case.msisdn, case.is_protected),
        meaning: evidence::meaning(&case, &dossier, ctx.today()),
        reasons: evidence::reasons(&dossier),
        class: tag(CLASSES, &case.class),
        state: tag(STATES, &case.state),
        lines: compared,
        candidates,
        said,
        reveals: is_about_protected && sees.protected,
        sees,
        dossier,
        case,
    };
    Ok((laid, rows, persons))
}

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
    let mut next = queries::find_next(&mut tx, id, (&case.class, &case.state), &scope).await?;
    if let Some(following) = next.filter(|_| !scope.all) {
        let found = queries::find_case(&mut tx, following, &scope).await?;
        next = found.filter(|one| is_told(one, laid.sees, &scope)).map(|one| one.id);
    }
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
