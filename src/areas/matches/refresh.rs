//! Brings what is worked out from the register up to date: a verdict for each row of the leaver lists, a proposal for each
//! subscription, a case for each proposal that somebody has to look at.
//!
//! Called within the transaction that changed the ground (a list taken in or back, a decision), so that nobody ever sees a
//! subscription before it is known whether its holder is protected; and each night, since the rules count from today. A page that needs
//! it fresh calls [`ensure`], which does nothing when it is.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::cases;
use super::jobs::MatchRun;
use super::load::{self, Ground};
use super::model::Dossier;
use super::proof;
use super::queries::{self, ProposalRow, VerdictRow};
use crate::db::tenant::{Actor, TenantTx};
use crate::error::{AppError, AppResult};
use crate::jobs::Job;
use crate::rules::leaver_costs;
use crate::rules::leaver_matching::{
    Class, LCode, Matcher, NonPersonMark, Note, Proposal, RowVerdict, Standing,
};
use crate::rules::subscription_use::use_of;

/// The tables that the matching follows from.
pub const GROUND: [&str; 11] = [
    "employment",
    "leaver_list",
    "leaver_row",
    "leaver_sender",
    "match_decision",
    "org_unit",
    "person",
    "staff_snapshot",
    "subscription",
    "subscription_holder",
    "tenant_setting",
];

/// What the matching found, in the order of the ground's rows and subscriptions.
#[derive(Debug)]
pub struct Found {
    /// A verdict for each leaver row.
    pub verdicts: Vec<RowVerdict>,
    /// A proposal for each subscription.
    pub proposals: Vec<Proposal>,
    /// The proposals as they are kept.
    pub dossiers: Vec<Dossier>,
    /// Who is behind the subscriptions that are gone from the lists: nothing is proposed for them, but the protected are protected.
    pub gone: Vec<Proposal>,
}

/// Runs the rules over a ground. Pure, and worth a thread of its own: see [`found`].
#[must_use]
pub fn evaluate(ground: &Ground) -> Found {
    let matcher = Matcher::new(ground.input());
    let mut proposals = matcher.propose_all(&ground.items);
    for (proposal, subscription) in proposals.iter_mut().zip(&ground.subscriptions) {
        // A person has said that it is somebody's, whatever it looks like.
        if proposal.class == Class::N && subscription.kind_decided.as_deref() == Some("person") {
            proposal.class = Class::Unknown;
        }
    }
    let dossiers =
        proposals.iter().enumerate().map(|(ix, proposal)| ground.dossier(&matcher, ix, proposal)).collect();
    let gone = ground.gone_items.iter().map(|item| matcher.propose(item)).collect();
    Found { verdicts: matcher.verdicts().to_vec(), proposals, dossiers, gone }
}

/// Loads the ground and runs the rules beside the work of the server.
pub async fn found(tx: &mut TenantTx, today: NaiveDate) -> AppResult<(Ground, Found)> {
    let ground = load::load(tx, today).await?;
    tokio::task::spawn_blocking(move || {
        let found = evaluate(&ground);
        (ground, found)
    })
    .await
    .map_err(|error| AppError::internal("matching", error))
}

/// Brings everything up to date.
pub async fn run(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<()> {
    queries::lock(tx).await?;
    let history_id = queries::newest_change(tx, &GROUND).await?;
    let (ground, found) = found(tx, today).await?;
    queries::replace_verdicts(tx, &verdict_rows(&ground, &found)).await?;
    let mut proposals = proposal_rows(&ground, &found);
    let here = proposals.len();
    proposals.extend(gone_rows(&ground, &found));
    queries::replace_proposals(tx, &proposals).await?;
    proposals.truncate(here);
    cases::sync(tx, &ground, &found, &proposals, today).await?;
    proof::verify(tx, &ground).await?;
    queries::upsert_state(tx, &ground, history_id, now).await
}

/// Brings everything up to date if the day or the ground is another than the last time. What is read afterwards in the transaction
/// is what came of it. Whoever opens a page has decided nothing by that: what changes stands in the history under the name of the
/// nightly run, with the request that set it off.
pub async fn ensure(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<()> {
    let history_id = queries::newest_change(tx, &GROUND).await?;
    if queries::find_state(tx).await? == Some((today, history_id)) {
        return Ok(());
    }
    let reader = tx.actor().clone();
    tx.act_as(Actor { request_id: reader.request_id, ..Actor::system(MatchRun::LABEL) }).await?;
    run(tx, now, today).await?;
    tx.act_as(reader).await
}

fn verdict_rows(ground: &Ground, found: &Found) -> Vec<VerdictRow> {
    let mut items = vec![0_i32; ground.persons.len()];
    for proposal in &found.proposals {
        let counts = matches!(proposal.class, Class::A | Class::B | Class::C | Class::P | Class::X);
        if let Some(count) = proposal.person().filter(|_| counts).and_then(|ix| items.get_mut(ix)) {
            *count += 1;
        }
    }
    ground
        .listed
        .iter()
        .zip(&ground.rows)
        .zip(&found.verdicts)
        .map(|((listed, row), verdict)| VerdictRow {
            id: listed.id,
            verdict: verdict.verdict.code(),
            l_code: verdict.l_code.code(),
            end_date: verdict.end,
            not_before: verdict.not_before,
            is_protected: verdict.is_protected,
            is_doubtful: verdict.is_doubtful,
            subject_key: row.person.and_then(|ix| ground.keys_of(ix).into_iter().next()).unwrap_or_default(),
            person_id: row.person.and_then(|ix| ground.person_id(ix)),
            items: row.person.and_then(|ix| items.get(ix).copied()).unwrap_or_default(),
        })
        .collect()
}

/// Whether a subscription is a person's or not, as decided or as the rules find.
pub(super) fn kind_of(subscription: &queries::SubscriptionRow, proposal: &Proposal) -> &'static str {
    match subscription.kind_decided.as_deref() {
        Some("non_person") => "non_person",
        None if proposal.class == Class::N => "non_person",
        _ => "person",
    }
}

/// What is kept of a subscription that is gone from the lists: nothing is proposed.
fn gone_rows<'a>(ground: &'a Ground, found: &'a Found) -> impl Iterator<Item = ProposalRow> + 'a {
    ground.gone.iter().zip(&found.gone).map(|(subscription, proposal)| {
        let kind = kind_of(subscription, proposal);
        ProposalRow {
            id: subscription.id,
            class: Class::None.code(),
            kind,
            use_code: use_code(subscription, kind),
            is_protected: proposal.is_protected,
            contact_person_id: subscription.contact_person_id,
            ..ProposalRow::default()
        }
    })
}

fn proposal_rows(ground: &Ground, found: &Found) -> Vec<ProposalRow> {
    found
        .proposals
        .iter()
        .zip(&found.dossiers)
        .zip(&ground.subscriptions)
        .map(|((proposal, dossier), subscription)| {
            let suspect = dossier.suspects.first();
            let standing = proposal.candidates.first().map(|c| c.standing);
            let kind = kind_of(subscription, proposal);
            ProposalRow {
                id: subscription.id,
                class: proposal.class.code(),
                kind,
                use_code: use_code(subscription, kind),
                subject_key: suspect.map(|s| s.key.clone()).unwrap_or_default(),
                person_id: suspect.and_then(|s| s.person_id),
                leaver_row_id: suspect.and_then(|s| s.rows.last().copied()),
                employee_no: proposal
                    .person()
                    .map(|person| ground.employee_no(person).to_owned())
                    .unwrap_or_default(),
                l_code: standing.and_then(Standing::l_code).map(LCode::code).unwrap_or_default(),
                end_date: standing.and_then(Standing::end),
                not_before: proposal.not_before,
                evidence: proposal.evidence_codes().iter().map(|e| e.code()).collect(),
                detail: serde_json::to_value(dossier).unwrap_or_default(),
                candidates: i32::try_from(proposal.candidates.len()).unwrap_or(i32::MAX),
                is_protected: proposal.is_protected,
                non_person: proposal.non_person.map(NonPersonMark::code).unwrap_or_default(),
                contact_person_id: subscription
                    .contact_person_id
                    .or_else(|| proposal.contact.and_then(|c| ground.person_id(c))),
                contact_left: contact_left(ground, proposal, subscription.contact_person_id),
                kept_until: proposal.kept_until,
                accrued: standing
                    .and_then(Standing::end)
                    .zip(subscription.monthly_price)
                    .map(|(end, price)| leaver_costs::accrued(price, end, ground.today)),
            }
        })
        .collect()
}

/// What a subscription is for, as decided or as the rules find.
pub(super) fn use_code(subscription: &queries::SubscriptionRow, kind: &str) -> String {
    let has_main = subscription.main_msisdn.is_some() || subscription.main_subscription_id.is_some();
    let found = || {
        use_of(&subscription.type_text, &subscription.holder, kind == "non_person", has_main)
            .code()
            .to_owned()
    };
    subscription.use_decided.clone().unwrap_or_else(found)
}

/// Rules 2.7, `owner_left`: the one chosen by hand goes before the one that the reference names.
fn contact_left(ground: &Ground, proposal: &Proposal, chosen: Option<Uuid>) -> bool {
    match chosen {
        Some(id) => {
            let keys = format!("p:{id}");
            ground.keys.get(&keys).is_some_and(|ix| {
                let matcher_says = &ground.persons[*ix];
                let here = |e: &crate::rules::leaver_matching::Employment| {
                    e.in_newest && e.end.is_none_or(|end| end >= ground.today)
                };
                !matcher_says.employments.is_empty() && !matcher_says.employments.iter().any(here)
            })
        }
        None => proposal.notes.contains(&Note::OwnerLeft),
    }
}
