//! Deciding from the command line: the same way as the page.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::decide::{self, Decider, Refusal};
use super::forms::DecisionForm;
use super::model::Outcome;
use super::{queries, questions, refresh};
use crate::areas::people;
use crate::auth::permissions::{Permission, allows};
use crate::auth::principal::{self, Scope};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::phone::Phone;
use crate::web::form::Fault;
use crate::web::format::capital;

/// What is to be decided, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct DecideCommand {
    /// The number.
    pub msisdn: String,
    /// The outcome's code.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// The employee number of the new holder, of the one who is chosen among several, or of the one who is asked.
    pub person: String,
    /// The last day; none = today, or when it may.
    pub end_on: Option<NaiveDate>,
    /// When it is looked at again.
    pub review_on: Option<NaiveDate>,
    /// The unit's code.
    pub unit: String,
    /// The cost centre that pays from now on.
    pub cost_centre: String,
    /// What it is used for.
    pub purpose: String,
    /// Who knows.
    pub contact: String,
    /// Days in reserve.
    pub days: Option<i32>,
    /// The manager who has said yes.
    pub manager: String,
    /// The agreement's name.
    pub agreement: String,
    /// The number is to be ported.
    pub port: bool,
    /// What the municipality still pays for a bound subscription is known.
    pub bound_known: bool,
}

/// What was decided.
#[derive(Clone, Debug, Serialize)]
pub struct Decided {
    /// The case.
    pub case_id: Uuid,
    /// Where it stands.
    pub state: String,
    /// What was decided.
    pub outcome: &'static str,
}

/// Decides the case of a number. The inner error is a sentence for the one who typed.
pub async fn decide_number(
    tx: &mut TenantTx,
    command: &DecideCommand,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> AppResult<Result<Decided, String>> {
    let by = decider(tx, now, today).await?;
    let Some(outcome) = Outcome::from_code(&command.outcome) else {
        return Ok(Err("Beslutet finns inte.".to_owned()));
    };
    refresh::ensure(tx, now, today).await?;
    let msisdn = Phone::parse(&command.msisdn).map_or_else(|_| command.msisdn.clone(), |p| p.e164());
    let Some(id) = queries::find_case_of_number(tx, &msisdn).await? else {
        return Ok(Err("Det finns inget ärende för numret.".to_owned()));
    };
    let Some(case) = queries::find_case(tx, id, &by.scope).await? else {
        return Ok(Err("Det finns inget ärende för numret.".to_owned()));
    };
    if outcome == Outcome::WaitForAnswer {
        return ask(tx, command, &by, &case).await;
    }
    let form = form(tx, command, outcome, &case, today).await?;
    if let Err(refusal) = decide::decide(tx, &by, id, outcome, &form).await? {
        return Ok(Err(words(refusal)));
    }
    after(tx, &by, id, outcome).await
}

/// Whoever the transaction is open for: the command itself, or a user in whose name it runs.
async fn decider(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<Decider> {
    let user_id = tx.actor().user_id;
    let actor = tx.actor().name.clone();
    let principal = match user_id {
        Some(user_id) => Some(principal::load(tx, user_id, today).await?),
        None => None,
    };
    let grant = principal.iter().flat_map(|p| &p.grants).find(|g| allows(g.role, Permission::MatchDecide));
    Ok(Decider {
        user_id,
        person_id: principal.as_ref().and_then(|p| p.person_id),
        actor,
        role: grant.map(|g| g.role.code().to_owned()).unwrap_or_default(),
        sees_protected: false,
        scope: Scope { all: true, ..Scope::default() },
        now,
        today,
    })
}

async fn after(
    tx: &mut TenantTx,
    by: &Decider,
    id: Uuid,
    outcome: Outcome,
) -> AppResult<Result<Decided, String>> {
    let state = queries::find_case(tx, id, &by.scope).await?.map(|c| c.state).unwrap_or_default();
    Ok(Ok(Decided { case_id: id, state, outcome: outcome.code() }))
}

fn words(refusal: Refusal) -> String {
    match refusal {
        Refusal::Said(text) => text,
        Refusal::Taken(taken) => taken
            .decision
            .as_ref()
            .map_or_else(|| taken.words(), |d| format!("Ärendet är redan beslutat av {}.", d.actor)),
        Refusal::Faults(faults) => faults.iter().map(told).collect::<Vec<_>>().join(" "),
    }
}

/// What is wrong, with the option that sets it right: whoever types sees no fields.
fn told(fault: &Fault) -> String {
    let text = capital(fault.message.as_ref());
    let option = match &*fault.field {
        "bound_known" => {
            let bound = text.split_once(". ").map_or(text.as_str(), |(bound, _)| bound);
            return format!("{bound}. Ange den dagen eller en senare (--end-on), eller --despite-binding.");
        }
        "candidate" | "new_holder" => "--person",
        "reason" => "--reason",
        "end_on" => "--end-on",
        "review_on" => "--review-on",
        "new_cost_centre" => "--cost-centre",
        "manager" => "--manager",
        "unit" => "--unit",
        "purpose" => "--purpose",
        "contact" => "--contact",
        "reserve_days" => "--days",
        "agreement_ref" => "--agreement",
        _ => return text,
    };
    format!("{} ({option}).", text.trim_end_matches('.'))
}

async fn ask(
    tx: &mut TenantTx,
    command: &DecideCommand,
    by: &Decider,
    case: &queries::FullCase,
) -> AppResult<Result<Decided, String>> {
    let person = if command.person.is_empty() {
        questions::whom_to_ask(tx, case, by.today).await?
    } else {
        people::find_holder(tx, &command.person, None).await?.person_id
    };
    let Some(person) = person else {
        return Ok(Err("Det går inte att se vem som ska få frågan. Ange --person.".to_owned()));
    };
    match questions::ask(tx, by, (case.id, case.version), person, &command.reason).await? {
        Ok(_) => after(tx, by, case.id, Outcome::WaitForAnswer).await,
        Err(refusal) => Ok(Err(words(refusal))),
    }
}

async fn form(
    tx: &mut TenantTx,
    command: &DecideCommand,
    outcome: Outcome,
    case: &queries::FullCase,
    today: NaiveDate,
) -> AppResult<DecisionForm> {
    let text = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    let dossier = decide::dossier(case);
    let mut candidate = String::new();
    if outcome != Outcome::HandOver && !command.person.is_empty() {
        let ids: Vec<Uuid> = dossier.suspects.iter().filter_map(|s| s.person_id).collect();
        let rows: Vec<Uuid> = dossier.suspects.iter().flat_map(|s| s.rows.iter().copied()).collect();
        let same = |number: &str| {
            crate::rules::leaver_matching::number_key(number)
                == crate::rules::leaver_matching::number_key(&command.person)
        };
        let person = queries::list_case_persons(tx, &ids, today)
            .await?
            .into_iter()
            .find(|p| p.employee_no.as_deref().is_some_and(same));
        let row = queries::list_rows_of_lists(tx, &rows).await?.into_iter().find(|r| same(&r.employee_no));
        let found = dossier.suspects.iter().find(|s| {
            person.as_ref().is_some_and(|p| s.person_id == Some(p.id))
                || row.as_ref().is_some_and(|r| s.rows.contains(&r.id))
        });
        candidate = found.map(|s| s.key.clone()).unwrap_or_default();
    }
    let end = command.end_on.or_else(|| Some(decide::facts(case, today).earliest()));
    Ok(DecisionForm {
        version: case.version,
        candidate,
        reason: command.reason.clone(),
        end_choice: "annan".into(),
        end_on: text(end),
        bound_known: if command.bound_known { "ja".into() } else { String::new() },
        port: if command.port { "ja".into() } else { "nej".into() },
        review_on: text(command.review_on),
        new_holder: command.person.clone(),
        new_cost_centre: command.cost_centre.clone(),
        manager: command.manager.clone(),
        unit: command.unit.clone(),
        purpose: command.purpose.clone(),
        contact: command.contact.clone(),
        reserve_days: command.days.map(|d| d.to_string()).unwrap_or_default(),
        agreement_ref: command.agreement.clone(),
        ..DecisionForm::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_option_that_sets_it_right() {
        for (field, message, words) in [
            ("reason", "Ange skäl.", "Ange skäl (--reason)."),
            (
                "bound_known",
                "Abonnemanget är bundet till 2027-04-30. Välj ”när bindningen är slut”.",
                "Abonnemanget är bundet till 2027-04-30. Ange den dagen eller en senare (--end-on), eller --despite-binding.",
            ),
            ("", "Något talar emot.", "Något talar emot."),
        ] {
            assert_eq!(told(&Fault { field: field.into(), message: message.into() }), words);
        }
    }
}
