//! Questions to managers (rules 2.8 `vantar_svar`): who is asked, the answer, reminders after 7 and 14 days, and to the manager's manager
//! after that. An answer decides nothing: it is a suggestion to whoever decides.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::decide::{Decider, Refusal, Taken, made_meanwhile};
use super::jobs::QuestionMail;
use super::model::CaseState;
use super::queries::{self, Answer, FullCase, Waiting};
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::ids::new_id;
use crate::jobs::enqueue_letters;
use crate::web::form::Faults;
use crate::web::page_parts::Choice;

/// What a manager can answer, as in the database, with the words of the buttons.
pub const ANSWERS: &[(&str, &str, &str)] = &[
    ("avsluta", "Avsluta abonnemanget", "Ingen behöver numret längre."),
    ("overlat", "Någon annan tar över", "Numret ska användas av en annan medarbetare."),
    ("behall", "Behåll tills vidare", "Det används, eller behövs snart igen."),
    ("annan_enhet", "Hör till en annan enhet", "Personen eller telefonen finns någon annanstans i kommunen."),
    ("ej_min", "Inte min medarbetare", "Jag är fel person att fråga."),
    ("vet_inte", "Jag vet inte", "IT tar det vidare."),
];

/// The words of an answer.
#[must_use]
pub fn answer_label(code: &str) -> &'static str {
    ANSWERS.iter().find(|(answer, ..)| *answer == code).map_or("", |(_, label, _)| label)
}

/// The outcome that an answer suggests.
#[must_use]
pub fn suggested(code: &str) -> Option<&'static str> {
    match code {
        "avsluta" => Some("avsluta"),
        "overlat" => Some("overlat"),
        "behall" => Some("behall"),
        "annan_enhet" => Some("flytta_kostnad"),
        _ => None,
    }
}

/// The answers to choose among.
#[must_use]
pub fn choices() -> Vec<Choice> {
    ANSWERS.iter().map(|(code, label, hint)| Choice::new(*code, *label).with_hint(*hint)).collect()
}

/// Who is to be asked about a case: the manager that the employment names, else the head of the person's unit, of the unit that
/// pays, or of the nearest unit above. Never the person whom it is about.
pub async fn whom_to_ask(tx: &mut TenantTx, case: &FullCase, today: NaiveDate) -> AppResult<Option<Uuid>> {
    let not: Vec<Uuid> = case.person_id.into_iter().collect();
    let mut units = Vec::new();
    if let Some(person) = case.person_id
        && let Some((manager, unit)) = queries::find_manager_of(tx, person, today).await?
    {
        if manager.is_some() {
            return Ok(manager);
        }
        units.extend(unit);
    }
    if let Some(row) = case.leaver_row_id {
        units.extend(queries::list_rows_of_lists(tx, &[row]).await?.first().and_then(|r| r.org_unit_id));
    }
    units.extend(case.owner_unit_id);
    for unit in units {
        if let Some(head) = queries::find_head(tx, unit, &not, today).await? {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// What was typed to ask somebody.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    pub version: i32,
    /// The id of whom the register names, or empty.
    pub asked: String,
    /// Somebody else: employee number, e-mail or name.
    pub other: String,
    pub message: String,
}

/// Asks somebody; the letter goes when the transaction is committed.
pub async fn ask(
    tx: &mut TenantTx,
    by: &Decider,
    (case, version): (Uuid, i32),
    person: Uuid,
    message: &str,
) -> AppResult<Result<Uuid, Refusal>> {
    queries::lock(tx).await?;
    let case = queries::find_case(tx, case, &by.scope).await?.ok_or(AppError::NotFound)?;
    if let Some(text) = by.barred(&case) {
        return Ok(Err(Refusal::Said(text.to_owned())));
    }
    if case.is_protected {
        return Ok(Err(Refusal::Said(
            "Ärendet gäller någon med skyddade personuppgifter. Fråga chefen utanför Överblick.".to_owned(),
        )));
    }
    let is_open = CaseState::from_code(&case.state).is_some_and(CaseState::is_open);
    if case.version != version || !is_open {
        let decision = if is_open { None } else { made_meanwhile(tx, by, case.id).await? };
        return Ok(Err(Refusal::Taken(Box::new(Taken { decision, is_open }))));
    }
    if case.person_id == Some(person) {
        return Ok(Err(Refusal::Said("Frågan kan inte ställas till den som ärendet gäller.".to_owned())));
    }
    queries::withdraw_questions(tx, case.id, by.now).await?;
    let id = new_id();
    let question = queries::NewQuestion {
        id,
        case_id: case.id,
        person_id: person,
        now: by.now,
        today: by.today,
        user_id: by.user_id,
        actor: &by.actor,
        message,
    };
    queries::insert_question(tx, &question).await?;
    // What should be gone and is not stays in that tab.
    let state = if case.state == CaseState::NotGone.code() { CaseState::NotGone } else { CaseState::Waiting };
    queries::update_case_state(tx, case.id, state.code(), case.decision_id, None).await?;
    mail(tx, person, by.now, by.today).await?;
    Ok(Ok(id))
}

/// One letter a day and person, however many questions.
async fn mail(tx: &mut TenantTx, person: Uuid, now: DateTime<Utc>, today: NaiveDate) -> AppResult<()> {
    let letter = |person_id| QuestionMail { person_id, day: today };
    enqueue_letters(tx, &[person], (now, today), letter).await
}

/// What was typed as an answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    pub answer: String,
    pub last_day: String,
    pub holder: String,
    pub text: String,
}

/// Reads an answer: what is asked for depends on it.
///
/// # Errors
/// Every fault.
pub fn read(form: &AnswerForm) -> Result<Answer, Faults> {
    let mut faults = Faults::default();
    let codes: Vec<&str> = ANSWERS.iter().map(|(code, ..)| *code).collect();
    let code = faults.choice("answer", "Svar", &form.answer, &codes);
    if code.is_empty() && faults.is_empty() {
        faults.add("answer", "Välj ett svar.");
    }
    let mut answer =
        Answer { code, text: faults.text("text", "Kommentar", &form.text, 2_000), ..Answer::default() };
    match answer.code.as_str() {
        "avsluta" => answer.last_day = faults.date("last_day", "Sista arbetsdag", &form.last_day),
        "overlat" => answer.holder = faults.required("holder", "Vem som tar över", &form.holder, 200),
        "behall" if answer.text.is_empty() => faults.add("text", "Skriv varför numret ska behållas."),
        "annan_enhet" if answer.text.is_empty() => faults.add("text", "Skriv vilken enhet det hör till."),
        _ => {}
    }
    if faults.is_empty() { Ok(answer) } else { Err(faults) }
}

/// Writes an answer and puts the case back to be decided. `actor` says on whose behalf, where it is another's.
pub async fn answer(
    tx: &mut TenantTx,
    (question, case): (Uuid, Uuid),
    answer: &Answer,
    (now, user_id, actor): (DateTime<Utc>, Option<Uuid>, &str),
) -> AppResult<()> {
    queries::lock(tx).await?;
    queries::update_answer(tx, question, answer, (now, user_id, actor)).await?;
    queries::reopen_answered(tx, case).await
}

/// What a night's run did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    /// Letters to those who were asked.
    pub reminded: usize,
    /// Questions that went on to the manager's manager.
    pub escalated: usize,
}

/// Which steps a question has reached: reminded after 7 and 14 days, passed on after that. A run that was missed is made up for.
fn due(waiting: &Waiting, today: NaiveDate) -> (bool, bool, bool) {
    let days = (today - waiting.asked_on).num_days();
    (
        days >= 7 && waiting.reminded_7_on.is_none(),
        days >= 14 && waiting.reminded_14_on.is_none(),
        days > 14 && waiting.escalated_on.is_none(),
    )
}

/// Reminds those who have not answered. Running it twice on a day does nothing more.
pub async fn remind(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<Reminded> {
    queries::lock(tx).await?;
    let mut done = Reminded::default();
    for mut waiting in queries::list_unanswered(tx).await? {
        let (seven, fourteen, passes_on) = due(&waiting, today);
        if !(seven || fourteen || passes_on) {
            continue;
        }
        waiting.reminded_7_on = waiting.reminded_7_on.or_else(|| seven.then_some(today));
        waiting.reminded_14_on = waiting.reminded_14_on.or_else(|| fourteen.then_some(today));
        if seven || fourteen {
            mail(tx, waiting.asked_person_id, now, today).await?;
            done.reminded += 1;
        }
        if passes_on {
            waiting.escalated_on = Some(today);
            waiting.escalated_person_id = above(tx, &waiting, today).await?;
            if let Some(person) = waiting.escalated_person_id {
                mail(tx, person, now, today).await?;
            }
            done.escalated += 1;
        }
        queries::update_reminded(tx, &waiting).await?;
    }
    Ok(done)
}

/// The manager's manager: as the employment says, else the head above the unit that the manager is the head of.
async fn above(tx: &mut TenantTx, waiting: &Waiting, today: NaiveDate) -> AppResult<Option<Uuid>> {
    let asked = waiting.asked_person_id;
    let mut from = queries::find_headed_unit(tx, asked).await?;
    if let Some((manager, unit)) = queries::find_manager_of(tx, asked, today).await? {
        if manager.is_some() {
            return Ok(manager);
        }
        from = from.or(unit);
    }
    match from.or(waiting.owner_unit_id) {
        Some(unit) => queries::find_head(tx, unit, &[asked], today).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn reminders_come_after_7_and_14_days_and_the_manager_above_after_that() {
        let asked = |seven: Option<&str>, fourteen: Option<&str>| Waiting {
            id: Uuid::nil(),
            asked_person_id: Uuid::nil(),
            escalated_person_id: None,
            asked_on: day("2026-11-01"),
            reminded_7_on: seven.map(day),
            reminded_14_on: fourteen.map(day),
            escalated_on: None,
            owner_unit_id: None,
        };
        for (waiting, today, wanted) in [
            (asked(None, None), "2026-11-07", (false, false, false)),
            (asked(None, None), "2026-11-08", (true, false, false)),
            (asked(Some("2026-11-08"), None), "2026-11-14", (false, false, false)),
            (asked(Some("2026-11-08"), None), "2026-11-15", (false, true, false)),
            (asked(Some("2026-11-08"), Some("2026-11-15")), "2026-11-15", (false, false, false)),
            (asked(Some("2026-11-08"), Some("2026-11-15")), "2026-11-16", (false, false, true)),
            (asked(None, None), "2026-11-20", (true, true, true)),
        ] {
            assert_eq!(due(&waiting, day(today)), wanted, "{today}");
        }
    }

    #[test]
    fn an_answer_says_what_it_needs() {
        let form = |answer: &str| AnswerForm { answer: answer.into(), ..AnswerForm::default() };
        for (answer, missing) in [
            ("", Some("answer")),
            ("avsluta", None),
            ("overlat", Some("holder")),
            ("behall", Some("text")),
            ("annan_enhet", Some("text")),
            ("ej_min", None),
            ("vet_inte", None),
            ("allt", Some("answer")),
        ] {
            let field = read(&form(answer)).err().and_then(|f| f.iter().next().map(|f| f.field.to_string()));
            assert_eq!(field.as_deref(), missing, "{answer}");
        }
    }
}
