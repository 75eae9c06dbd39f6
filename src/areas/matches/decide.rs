//! Deciding a case and taking a decision back: the one code path of the page, the bulk page and the command line.

use chrono::{DateTime, Months, NaiveDate, Utc};
use uuid::Uuid;

use super::forms::{Decision, DecisionForm, Facts, Found, Named, read};
use super::frozen::frozen;
use super::model::{CaseState, Dossier, Outcome};
use super::queries::{self, FullCase, InForce, NewDecision, NonPersonData};
use super::refresh;
use crate::areas::{organisation::Units, people};
use crate::auth::permissions::{Permission, allows};
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::ids::new_id;
use crate::web::ctx::Ctx;
use crate::web::form::Faults;

/// Nobody decides about oneself (rules 4.3).
pub const OWN: &str = "Ärendet gäller dig själv. Någon annan behöver besluta: be en kollega i samma roll.";

/// Of a protected person only some may decide (rules 9.6).
pub const PROTECTED: &str = "Ärendet gäller någon med skyddade personuppgifter. Bara den som har behörigheten ”Behörig till skyddade \
     personuppgifter” kan besluta. Kommunens administratör ger behörigheten.";

/// Who decides, and when.
#[derive(Clone, Debug)]
pub struct Decider {
    /// The user; none on the command line.
    pub user_id: Option<Uuid>,
    /// The person the user is.
    pub person_id: Option<Uuid>,
    /// The name in the history.
    pub actor: String,
    /// The role that gives the right.
    pub role: String,
    /// Has the grant for persons with protected identity.
    pub sees_protected: bool,
    /// How far the right reaches.
    pub scope: Scope,
    /// Now.
    pub now: DateTime<Utc>,
    /// Today.
    pub today: NaiveDate,
}

impl Decider {
    /// The signed-in user.
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        let role = ctx.principal.grants.iter().find(|g| allows(g.role, Permission::MatchDecide));
        Self {
            user_id: Some(ctx.user.user_id),
            person_id: ctx.principal.person_id,
            actor: ctx.user.name.clone(),
            role: role.map(|g| g.role.code().to_owned()).unwrap_or_default(),
            sees_protected: ctx.can(Permission::ProtectedRead),
            scope: ctx.scope_for(Permission::MatchDecide),
            now: ctx.now(),
            today: ctx.today(),
        }
    }

    /// Why this case is not this person's to decide.
    #[must_use]
    pub fn barred(&self, case: &FullCase) -> Option<&'static str> {
        if case.person_id.is_some() && case.person_id == self.person_id {
            Some(OWN)
        } else if case.is_protected && !self.sees_protected {
            Some(PROTECTED)
        } else {
            None
        }
    }
}

/// Why nothing was decided.
#[derive(Debug)]
pub enum Refusal {
    /// What was typed does not do.
    Faults(Faults),
    /// Somebody else came first, or the ground is another than the one that was shown.
    Taken(Box<Taken>),
    /// A sentence.
    Said(String),
}

/// What has happened to a case since the form was shown.
#[derive(Debug)]
pub struct Taken {
    /// The decision that was made meanwhile.
    pub decision: Option<InForce>,
    /// It can still be decided.
    pub is_open: bool,
}

impl Taken {
    /// It in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.decision {
            Some(d) => {
                let outcome = Outcome::from_code(&d.outcome).map_or("", Outcome::label);
                format!(
                    "{} har beslutat i ärendet medan du hade det öppet: {}, {}.",
                    d.actor,
                    outcome.to_lowercase(),
                    crate::web::format::moment_of(d.decided_at)
                )
            }
            None if self.is_open => {
                "Underlaget har ändrats sedan du öppnade ärendet. Kontrollera uppgifterna och bekräfta igen."
                    .to_owned()
            }
            None => "Ärendet är inte längre öppet.".to_owned(),
        }
    }
}

/// A case in a state in which it can be decided.
fn is_open(case: &FullCase) -> bool {
    CaseState::from_code(&case.state).is_some_and(CaseState::is_open)
}

/// What the form is held to.
#[must_use]
pub fn facts(case: &FullCase, today: NaiveDate) -> Facts {
    let dossier = dossier(case);
    Facts {
        class: case.class.clone(),
        end_date: case.end_date,
        not_before: case.not_before,
        binding_until: case.binding_until,
        today,
        candidates: dossier.suspects.into_iter().map(|s| s.key).collect(),
    }
}

/// The evidence of a case as it was last evaluated.
#[must_use]
pub fn dossier(case: &FullCase) -> Dossier {
    serde_json::from_value(case.evidence.clone()).unwrap_or_default()
}

/// Finds whom and what the texts of the form name.
pub async fn find(
    tx: &mut TenantTx,
    form: &DecisionForm,
    outcome: Outcome,
    case: &FullCase,
    by: &Decider,
) -> AppResult<Found> {
    let mut found = Found::default();
    if outcome == Outcome::HandOver {
        found.new_holder = named(tx, &form.new_holder, by).await?;
        if let Named::One(id) = found.new_holder {
            if case.person_id == Some(id) {
                found.new_holder = Named::Holder;
            } else if by.person_id == Some(id) {
                found.new_holder = Named::Oneself;
            }
        }
    }
    if outcome == Outcome::NonPerson {
        found.contact = named(tx, &form.contact, by).await?;
    }
    if matches!(outcome, Outcome::NonPerson | Outcome::Reserve) {
        let units = Units::load(tx).await?;
        let typed = form.unit.trim();
        let unit = Uuid::parse_str(typed).ok().and_then(|id| units.get(id)).or_else(|| units.by_code(typed));
        found.unit = unit.filter(|u| u.valid_to.is_none_or(|to| to >= by.today)).map(|u| u.id);
    }
    Ok(found)
}

async fn named(tx: &mut TenantTx, text: &str, by: &Decider) -> AppResult<Named> {
    if text.trim().is_empty() {
        return Ok(Named::Nobody);
    }
    let holder = people::find_holder(tx, text, None).await?;
    let Some(id) = holder.person_id else {
        return Ok(if holder.candidates.is_empty() { Named::Unknown } else { Named::Several });
    };
    Ok(match queries::find_worker(tx, id, by.today).await? {
        Some((_, true, _)) => Named::One(id),
        Some(_) => Named::Gone,
        None => Named::Unknown,
    })
}

/// Decides a case, brings the matching up to date and gives the decision's id. The caller commits.
pub async fn decide(
    tx: &mut TenantTx,
    by: &Decider,
    case: Uuid,
    outcome: Outcome,
    form: &DecisionForm,
) -> AppResult<Result<Uuid, Refusal>> {
    queries::lock(tx).await?;
    let decided = match decide_one(tx, by, (case, form.version), outcome, form, None).await? {
        Ok(id) => id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for (other, version) in form.also.iter().filter_map(|text| also(text)) {
        if let Err(refusal) = decide_one(tx, by, (other, version), outcome, form, None).await? {
            return Ok(Err(with_other(refusal)));
        }
    }
    refresh::run(tx, by.now, by.today).await?;
    Ok(Ok(decided))
}

fn also(text: &str) -> Option<(Uuid, i32)> {
    let (id, version) = text.split_once(':')?;
    Some((Uuid::parse_str(id).ok()?, version.parse().ok()?))
}

fn with_other(refusal: Refusal) -> Refusal {
    let text = match refusal {
        Refusal::Said(text) => text,
        Refusal::Taken(taken) => taken.words(),
        Refusal::Faults(faults) => faults.iter().next().map(|f| f.message.to_string()).unwrap_or_default(),
    };
    Refusal::Said(format!(
        "Inget är beslutat. Ett av de andra abonnemangen går inte att besluta på samma sätt: {text}"
    ))
}

/// The decision in force, with the name of whoever made it as far as the one who decides may know it (rules 9.6).
pub(super) async fn made_meanwhile(
    tx: &mut TenantTx,
    by: &Decider,
    case: Uuid,
) -> AppResult<Option<InForce>> {
    let mut found = queries::find_in_force(tx, case).await?;
    if let Some(decision) = found.as_mut().filter(|_| !by.sees_protected) {
        people::ProtectedMask::load(tx).await?.cover_in(&mut decision.actor);
    }
    Ok(found)
}

/// Decides one case without bringing the matching up to date: the matching is locked, and the caller does that once.
pub async fn decide_one(
    tx: &mut TenantTx,
    by: &Decider,
    (id, version): (Uuid, i32),
    outcome: Outcome,
    form: &DecisionForm,
    bulk_id: Option<Uuid>,
) -> AppResult<Result<Uuid, Refusal>> {
    let case = queries::find_case(tx, id, &by.scope).await?.ok_or(AppError::NotFound)?;
    if let Some(text) = by.barred(&case) {
        return Ok(Err(Refusal::Said(text.to_owned())));
    }
    if case.version != version || !is_open(&case) {
        let settled = !is_open(&case);
        let decision = if settled { made_meanwhile(tx, by, id).await? } else { None };
        return Ok(Err(Refusal::Taken(Box::new(Taken { decision, is_open: !settled }))));
    }
    if outcome == Outcome::WaitForAnswer {
        return Ok(Err(Refusal::Said("En fråga till chefen ställs på ärendets sida.".to_owned())));
    }
    let found = find(tx, form, outcome, &case, by).await?;
    let decision = match read(outcome, form, &facts(&case, by.today), &found) {
        Ok(decision) => decision,
        Err(faults) => return Ok(Err(Refusal::Faults(faults))),
    };
    let dossier = dossier(&case);
    let chosen = decision.candidate.as_ref().and_then(|key| dossier.suspects.iter().find(|s| s.key == *key));
    if chosen.is_some_and(|s| s.person_id.is_some() && s.person_id == by.person_id) {
        return Ok(Err(Refusal::Said(OWN.to_owned())));
    }
    let is_first = chosen.is_none_or(|s| s.key == case.subject_key);
    let decided = new_id();
    let new_holder = match decision.new_person_id {
        Some(person) => match queries::find_worker(tx, person, by.today).await? {
            // The name of a protected person is kept nowhere but with the person.
            Some((name, _, false)) => name,
            _ => String::new(),
        },
        None => String::new(),
    };
    let keys = match chosen {
        Some(suspect) if !is_first => vec![suspect.key.clone()],
        _ => case.subject_keys.clone(),
    };
    let new = NewDecision {
        id: decided,
        case_id: id,
        subscription_id: case.subscription_id,
        outcome: outcome.code(),
        class_then: &case.class,
        subject_key: chosen.map_or(case.subject_key.as_str(), |s| s.key.as_str()),
        subject_keys: &keys,
        person_id: if is_first { case.person_id } else { chosen.and_then(|s| s.person_id) },
        leaver_row_id: if is_first {
            case.leaver_row_id
        } else {
            chosen.and_then(|s| s.rows.last().copied())
        },
        evidence: frozen(tx, &case, &dossier, &by.role).await?,
        now: by.now,
        today: by.today,
        decided_by: by.user_id,
        actor: &by.actor,
        role: &by.role,
        monthly_price: case.monthly_price,
        new_holder,
        bulk_id,
    };
    queries::insert_decision(tx, &new, &decision).await?;
    if outcome == Outcome::NonPerson {
        let review_on = case.subscription_review_on.or(by.today.checked_add_months(REVIEW_AFTER));
        queries::update_non_person(tx, case.subscription_id, &non_person(&decision, review_on)).await?;
    }
    let state = state_after(outcome);
    let closed = (state == CaseState::Closed).then_some(by.today);
    queries::update_case_state(tx, id, state.code(), Some(decided), closed).await?;
    queries::withdraw_questions(tx, id, by.now).await?;
    Ok(Ok(decided))
}

/// When somebody looks again at what belongs to no person, where no other day is set.
const REVIEW_AFTER: Months = Months::new(12);

fn non_person(decision: &Decision, review_on: Option<NaiveDate>) -> NonPersonData {
    NonPersonData {
        kind_decided: Some("non_person".to_owned()),
        purpose: decision.purpose.clone(),
        org_unit_id: decision.unit_id,
        contact_person_id: decision.contact_person_id,
        contact_text: decision.contact_text.clone(),
        review_on,
    }
}

/// Where a case stands when it has been decided so.
#[must_use]
pub fn state_after(outcome: Outcome) -> CaseState {
    match outcome {
        outcome if outcome.needs_order() => CaseState::Decided,
        Outcome::Keep | Outcome::Reserve => CaseState::Kept,
        Outcome::WaitForAnswer => CaseState::Waiting,
        _ => CaseState::Closed,
    }
}

/// Takes the decision of a case back, until it has been ordered.
pub async fn revoke(
    tx: &mut TenantTx,
    by: &Decider,
    id: Uuid,
    version: Option<i32>,
    reason: &str,
) -> AppResult<Result<(), Refusal>> {
    queries::lock(tx).await?;
    let case = queries::find_case(tx, id, &by.scope).await?.ok_or(AppError::NotFound)?;
    if let Some(text) = by.barred(&case) {
        return Ok(Err(Refusal::Said(text.to_owned())));
    }
    let mut faults = Faults::default();
    let reason = faults.required("revoke_reason", "Skäl", reason, 2_000);
    if !faults.is_empty() {
        return Ok(Err(Refusal::Faults(faults)));
    }
    let state = CaseState::from_code(&case.state);
    let in_force = match case.decision_id {
        Some(_) => queries::find_in_force(tx, id).await?,
        None => None,
    };
    let Some(in_force) = in_force else {
        return Ok(Err(Refusal::Said("Det finns inget beslut att ta tillbaka.".to_owned())));
    };
    if version.is_some_and(|version| version != case.version) {
        return Ok(Err(Refusal::Taken(Box::new(Taken {
            decision: Some(in_force),
            is_open: is_open(&case),
        }))));
    }
    let may =
        matches!(state, Some(CaseState::Decided | CaseState::Kept | CaseState::Closed | CaseState::Open));
    if !may || in_force.order_id.is_some() {
        return Ok(Err(Refusal::Said(
            "Beslutet är redan beställt hos operatören och kan inte tas tillbaka här. Ta bort det från beställningen först, eller kontakta operatören."
                .to_owned(),
        )));
    }
    queries::revoke_decision(tx, in_force.id, by.now, &by.actor, &reason).await?;
    if in_force.outcome == Outcome::NonPerson.code()
        && let Some(before) = in_force.evidence.get("before")
    {
        let before: NonPersonData = serde_json::from_value(before.clone())?;
        queries::update_non_person(tx, case.subscription_id, &before).await?;
    }
    queries::update_case_state(tx, id, CaseState::Open.code(), None, None).await?;
    refresh::run(tx, by.now, by.today).await?;
    Ok(Ok(()))
}
