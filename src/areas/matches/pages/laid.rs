//! A case laid out: its evidence and whom it may concern, as far as the reader may know.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::decide;
use super::super::model::Dossier;
use super::super::queries::{self, CasePerson, CaseRowOfList, FullCase};
use super::super::{list::CLASSES, list::STATES};
use super::evidence::{self, Line};
use crate::areas::audit::AccessKind;
use crate::areas::leavers::{self, Answered};
use crate::areas::people::{self, ProtectedMask};
use crate::auth::permissions::Permission as P;
use crate::auth::principal::Scope;
use crate::db::tenant::TenantTx;
use crate::error::{AppError, AppResult};
use crate::web::ctx::Ctx;
use crate::web::list::Codes;
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

/// The label and the colour of a code.
pub(super) fn tag(codes: Codes, code: &str) -> (&'static str, &'static str) {
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
