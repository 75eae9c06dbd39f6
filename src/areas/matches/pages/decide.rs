//! Deciding a case, taking a decision back.

use askama::Template;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use super::super::decide::{self, Decider, Refusal};
use super::super::forms::DecisionForm;
use super::super::model::{CaseState, Outcome};
use super::super::queries::{self, LinkedCase};
use super::super::{questions, refresh};
use super::laid::{Laid, lay_out};
use super::show::{self, CameBack};
use super::told::{Told, typed};
use crate::areas::organisation;
use crate::areas::watch;
use crate::auth::permissions::Permission as P;
use crate::error::{AppError, AppResult};
use crate::rules::leaver_costs;
use crate::web::ctx::Ctx;
use crate::web::extract::{Form, Id, Query};
use crate::web::filters;
use crate::web::form::Faults;
use crate::web::page::{Flash, Page};
use crate::web::page_parts::Choice;

/// The outcome of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecideQuery {
    beslut: String,
}

/// Another case that can be decided in the same way.
struct Also {
    value: String,
    label: String,
    number: String,
    price: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "matches/decide.html")]
struct DecidePage {
    page: Page,
    laid: Laid,
    outcome: Outcome,
    raw: DecisionForm,
    faults: Faults,
    alert: String,
    can_go_on: bool,
    action: String,
    cancel: String,
    units: Vec<Choice>,
    candidates: Vec<Choice>,
    also: Vec<Also>,
    answer: String,
    bound_until: Option<chrono::NaiveDate>,
    /// What the whole months that are left of the binding cost.
    bound_rest: Option<Decimal>,
    last_review: chrono::NaiveDate,
}

impl DecidePage {
    fn ends(&self) -> Vec<Choice> {
        let mut choices = vec![Choice::new("nu", "Nu, så snart operatören kan")];
        if let Some(until) = self.bound_until {
            choices.push(Choice::new("bindning", format!("När bindningen är slut, {until}")));
        }
        choices.push(Choice::new("annan", "En annan dag"));
        choices
    }
    #[expect(clippy::unused_self, reason = "called by the template")]
    fn ports(&self) -> Vec<Choice> {
        vec![
            Choice::new("nej", "Nej, numret behövs inte"),
            Choice::new("ja", "Ja, numret ska flyttas till en annan operatör eller person"),
        ]
    }
    fn is(&self, code: &str) -> bool {
        self.outcome.code() == code
    }
    fn review_hint(&self) -> String {
        format!("Senast {}, sex månader framåt.", self.last_review)
    }
    fn explanation(&self) -> &'static str {
        match self.outcome {
            Outcome::End => {
                "Beslutet går till operatören i nästa beställning. Inget avslutas förrän den är skickad."
            }
            Outcome::HandOver => "Den nya innehavaren ska arbeta kvar, och chefen ska ha sagt ja.",
            Outcome::MoveCost => "Innehavaren behåller numret. En annan enhet betalar från och med nu.",
            Outcome::Keep => "Ärendet vilar till dagen då beslutet ses över, och kommer då tillbaka.",
            Outcome::NonPerson => {
                "Abonnemanget hör till en sak eller en funktion. Det föreslås inte för någon person igen."
            }
            Outcome::Reserve => "Enheten har numret i reserv. Efter dagarna kommer ärendet tillbaka.",
            Outcome::PrivateTakeover => "Den som slutar tar över numret privat. Kommunen slutar betala.",
            Outcome::WrongMatch => "Personen har inte numret. Kopplingen föreslås inte igen.",
            Outcome::WaitForAnswer => "",
        }
    }
}

fn outcome(code: &str) -> AppResult<Outcome> {
    Outcome::from_code(code).filter(|o| *o != Outcome::WaitForAnswer).ok_or(AppError::NotFound)
}

/// The form of one outcome.
pub async fn new(ctx: Ctx, Id(id): Id, Query(query): Query<DecideQuery>) -> AppResult<Response> {
    let outcome = outcome(&query.beslut)?;
    form(&ctx, id, outcome, DecisionForm::default(), Faults::default(), String::new()).await
}

async fn form(
    ctx: &Ctx,
    id: Uuid,
    outcome: Outcome,
    mut raw: DecisionForm,
    faults: Faults,
    alert: String,
) -> AppResult<Response> {
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let (laid, ..) = lay_out(ctx, &mut tx, id).await?;
    let case = &laid.case;
    let is_new = faults.is_empty() && alert.is_empty();
    let is_open = CaseState::from_code(&case.state).is_some_and(CaseState::is_open);
    if is_new && !is_open {
        tx.commit().await?;
        let flash = Flash::info("Det finns redan ett beslut i ärendet. Ta tillbaka det om det ska ändras.");
        return Ok(ctx.redirect(format!("matches/{id}"), &flash));
    }
    let by = Decider::of(ctx);
    let barred = by.barred(case);
    let needs_units = matches!(outcome, Outcome::NonPerson | Outcome::Reserve);
    let units = if needs_units {
        organisation::choices(&mut tx, ctx.today(), case.owner_unit_id).await?
    } else {
        Vec::new()
    };
    let hides = case.is_protected && !laid.sees.protected;
    let linked = if hides { Vec::new() } else { queries::list_linked(&mut tx, case).await? };
    let mut asked = queries::list_questions_of(&mut tx, id).await?;
    Told::load(ctx, &mut tx, case.is_protected).await?.questions(&mut asked);
    let answered = asked.iter().find(|q| q.answered_at.is_some() && q.withdrawn_at.is_none());
    let mut answer = String::new();
    if let Some(question) = answered.filter(|_| !hides) {
        answer = format!(
            "{} svarade: {}. {}",
            question.answered_actor,
            question.answer.as_deref().map_or("", questions::answer_label).to_lowercase(),
            question.answer_text
        );
        if is_new {
            raw.new_holder = typed(&question.answer_holder);
            if let Some(day) = question.answer_last_day.filter(|day| *day > ctx.today()) {
                "annan".clone_into(&mut raw.end_choice);
                raw.end_on = day.to_string();
            }
            if outcome == Outcome::Keep {
                raw.reason = typed(&question.answer_text);
            }
        }
    }
    if is_new {
        raw.unit = case.owner_unit_id.map(|u| u.to_string()).unwrap_or_default();
        raw.purpose.clone_from(&case.purpose);
        if laid.candidates.len() == 1 && case.class != "C" {
            raw.candidate = laid.candidates.first().map(|c| c.key.clone()).unwrap_or_default();
        }
    }
    raw.version = case.version;
    let page = ctx
        .page(&mut tx, outcome.label())
        .await?
        .crumb("Att ta ställning till", "matches")
        .crumb(laid.title.clone(), format!("matches/{id}"));
    let detail = serde_json::json!({ "page": "decide" });
    ctx.log_access(&mut tx, laid.kind_of_read(), ("match_case", Some(id)), detail).await?;
    tx.commit().await?;
    let also = linked.iter().filter(|l| can_also(l, outcome)).map(|l| also(l, &raw, is_new, &laid)).collect();
    let candidates = laid
        .candidates
        .iter()
        .map(|c| Choice::new(c.key.clone(), c.name.clone()).with_hint(format!("{}. {}", c.note, c.why)))
        .collect();
    let bound_until = case.binding_until.filter(|until| *until > ctx.today());
    let template = DecidePage {
        action: ctx.path(format!("matches/{id}/decide")),
        cancel: ctx.path(format!("matches/{id}")),
        can_go_on: is_open && barred.is_none(),
        alert: if alert.is_empty() { barred.unwrap_or_default().to_owned() } else { alert },
        bound_until,
        bound_rest: bound_until
            .zip(case.monthly_price)
            .map(|(until, price)| leaver_costs::accrued(price, ctx.today(), until)),
        last_review: ctx.today().checked_add_months(chrono::Months::new(6)).unwrap_or(ctx.today()),
        page: if is_new { page } else { page.faulty() },
        outcome,
        raw,
        faults,
        units,
        candidates,
        also,
        answer,
        laid,
    };
    if is_new { ctx.html(&template) } else { ctx.unprocessable(&template) }
}

/// Twins and data cards follow their main subscription; the rest of a person's subscriptions are ended one by one or together.
fn can_also(linked: &LinkedCase, outcome: Outcome) -> bool {
    CaseState::from_code(&linked.state).is_some_and(CaseState::is_open)
        && matches!(outcome, Outcome::End | Outcome::MoveCost | Outcome::Keep | Outcome::WrongMatch)
        && (!outcome.ends() || matches!(linked.class.as_str(), "A" | "B"))
        && linked.class != "C"
        && !linked.is_protected
}

fn also(linked: &LinkedCase, raw: &DecisionForm, is_new: bool, laid: &Laid) -> Also {
    let value = format!("{}:{}", linked.id, linked.version);
    Also {
        // A card ends with its main subscription, but not the main subscription with one of its cards.
        chosen: if is_new {
            linked.is_twin && laid.case.main_subscription_id.is_none()
        } else {
            raw.also.iter().any(|v| v.starts_with(&linked.id.to_string()))
        },
        label: laid.sees.name(&linked.holder, linked.is_protected),
        number: laid.sees.number(&linked.msisdn, linked.is_protected),
        price: linked.monthly_price.map(crate::web::format::kr_of).unwrap_or_default(),
        value,
    }
}

/// Decides, and goes on to the next case of the same tab.
pub async fn create(ctx: Ctx, Id(id): Id, Form(raw): Form<DecisionForm>) -> AppResult<Response> {
    let outcome = outcome(&raw.beslut)?;
    let by = Decider::of(&ctx);
    let mut tx = ctx.begin().await?;
    refresh::ensure(&mut tx, ctx.now(), ctx.today()).await?;
    let before = queries::find_case(&mut tx, id, &by.scope).await?.ok_or(AppError::NotFound)?;
    let reach = (&by.scope, by.sees_protected);
    let next = queries::find_next(&mut tx, id, (&before.class, &before.state), reach).await?;
    match decide::decide(&mut tx, &by, id, outcome, &raw).await? {
        Ok(_) => {}
        Err(refusal) => {
            tx.rollback().await?;
            let (faults, alert) = match refusal {
                Refusal::Faults(faults) => (faults, String::new()),
                Refusal::Taken(taken) => (Faults::default(), taken.words()),
                Refusal::Said(text) => (Faults::default(), text),
            };
            return form(&ctx, id, outcome, raw, faults, alert).await;
        }
    }
    let after = queries::find_case(&mut tx, id, &by.scope).await?.ok_or(AppError::NotFound)?;
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let count = raw.also.len() + 1;
    let done = if count == 1 { "Beslutat".to_owned() } else { format!("Beslutat för {count} abonnemang") };
    let text = match next {
        Some(_) => format!("{done}: {}. Här är nästa ärende.", outcome.label().to_lowercase()),
        None => format!("{done}: {}. Det var det sista ärendet här.", outcome.label().to_lowercase()),
    };
    let fields = vec![
        ("version".to_owned(), after.version.to_string()),
        ("revoke_reason".to_owned(), "Ångrat direkt efter beslutet.".to_owned()),
    ];
    let flash = Flash::success(text).with_form("Ångra", ctx.path(format!("matches/{id}/revoke")), fields);
    let to = match next {
        Some(next) => format!("matches/{next}"),
        None => format!("matches{}", show::tab_of(&before)),
    };
    Ok(ctx.redirect(to, &flash))
}

/// What was typed to take a decision back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RevokeForm {
    version: Option<i32>,
    revoke_reason: String,
}

/// Takes a decision back.
pub async fn revoke(ctx: Ctx, Id(id): Id, Form(raw): Form<RevokeForm>) -> AppResult<Response> {
    let by = Decider::of(&ctx);
    let mut tx = ctx.begin().await?;
    if let Err(refusal) = decide::revoke(&mut tx, &by, id, raw.version, &raw.revoke_reason).await? {
        tx.rollback().await?;
        let mut back = CameBack { revoke_reason: raw.revoke_reason, ..CameBack::default() };
        match refusal {
            Refusal::Faults(faults) => back.revoke = faults,
            Refusal::Taken(_) => {
                "Någon har ändrat ärendet sedan du öppnade det. Kontrollera hur det står nu."
                    .clone_into(&mut back.alert);
            }
            Refusal::Said(text) => back.alert = text,
        }
        return show::draw(&ctx, id, "", back).await;
    }
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let flash = Flash::success("Beslutet är taget tillbaka. Ärendet är öppet igen.");
    Ok(ctx.redirect(format!("matches/{id}"), &flash))
}

/// What was typed to ask somebody.
pub async fn ask(ctx: Ctx, Id(id): Id, Form(raw): Form<questions::AskForm>) -> AppResult<Response> {
    let by = Decider::of(&ctx);
    let mut tx = ctx.begin().await?;
    let mut faults = Faults::default();
    let message = faults.text("message", "Meddelande", &raw.message, 2_000);
    let mut person = Uuid::parse_str(&raw.asked).ok();
    if !raw.other.trim().is_empty() {
        let found = crate::areas::people::find_holder(&mut tx, &raw.other, None).await?;
        person = found.person_id;
        if person.is_none() {
            faults.add("other", "Personen finns inte, eller så kan flera heta så. Ange anställningsnumret eller e-postadressen.");
        }
    } else if person.is_none() {
        faults.add("other", "Ange vem som ska få frågan.");
    }
    let known = match person {
        Some(person) => queries::find_worker(&mut tx, person, ctx.today()).await?.is_some(),
        None => false,
    };
    if faults.is_empty() && !known {
        faults.add("other", "Personen finns inte bland personerna.");
    }
    let mut back = CameBack { asked: raw.clone(), ..CameBack::default() };
    let Some(person) = person.filter(|_| faults.is_empty()) else {
        tx.rollback().await?;
        back.ask = faults;
        return show::draw(&ctx, id, "", back).await;
    };
    if let Err(refusal) = questions::ask(&mut tx, &by, (id, raw.version), person, &message).await? {
        tx.rollback().await?;
        back.alert = match refusal {
            Refusal::Faults(_) => String::new(),
            Refusal::Taken(taken) => taken.words(),
            Refusal::Said(text) => text,
        };
        return show::draw(&ctx, id, "", back).await;
    }
    let has_user = queries::find_addressee(&mut tx, person).await?.is_some();
    watch::run_soon(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    let flash = if has_user {
        Flash::success("Frågan är ställd. Ett brev är på väg, och påminnelser går ut efter 7 och 14 dagar.")
    } else {
        Flash::warning(
            "Frågan är ställd, men den som frågas har inget konto i Överblick och får inget brev. Bjud in personen, eller fråga själv och skriv in svaret här.",
        )
    };
    debug_assert!(ctx.can(P::MatchDecide));
    Ok(ctx.redirect(format!("matches/{id}"), &flash))
}
