//! The proof: what the operator's next list says about a decision (rules 2.8, F26).
//!
//! Worked out from the record as it stands, each time: when a list that proved something is taken back, the proof falls with it.
//! Nothing but a list proves; nobody can say on the screen that a number is gone.
//!
//! ```text
//! decided, ordered ──list without the number──▶ verified ──a later list with it──▶ open again ("back")
//!        └─────────list after the last day still with it──▶ not_gone ──gone──▶ verified
//! ```

use chrono::{Days, NaiveDate};

use super::load::Ground;
use super::model::{CaseState, Outcome};
use super::queries::{self, ProofRow, ProvedRow};
use crate::areas::organisation::Units;
use crate::areas::watch::{Finding, ObjectKind, Recipients, Severity};
use crate::auth::permissions::Role;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::leaver_matching::unit_key;
use crate::rules::names::{NameMatch, PersonName, compare};
use crate::web::format::long_date;

/// Why a case is open again: its number has come back.
pub const BACK: &str = "back";

/// What the lists say of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// Nothing yet.
    Pending,
    /// It was carried out.
    Verified {
        list: uuid::Uuid,
        on: NaiveDate,
        /// The last day that the number was had; none for what does not end.
        last_day: Option<NaiveDate>,
    },
    /// It should be gone and is not, by a list of that day.
    NotGone(NaiveDate),
    /// It was gone, and is back in a list of that day.
    Back(NaiveDate),
}

/// Holds every decision in force against the newest lists, and writes what differs.
pub async fn verify(tx: &mut TenantTx, ground: &Ground) -> AppResult<()> {
    let units = Units::load(tx).await?;
    let grace = crate::areas::settings::load(tx).await?.proof_grace_days;
    let successor = |code: &str| {
        let unit = units.by_code(code)?;
        units.current(unit.id, ground.today).map(|unit| unit.code.clone())
    };
    let changed: Vec<ProvedRow> = queries::list_to_prove(tx)
        .await?
        .iter()
        .filter_map(|row| {
            let proved = proved(row, judge(row, grace, &successor), ground.today);
            (proved != before(row)).then_some(proved)
        })
        .collect();
    queries::update_proved(tx, &changed).await
}

fn before(row: &ProofRow) -> ProvedRow {
    ProvedRow {
        id: row.id,
        case_id: row.case_id,
        state: CaseState::from_code(&row.state).map_or("", CaseState::code),
        verified_on: row.verified_on,
        verified_list_id: row.verified_list_id,
        not_gone_since: row.not_gone_since,
        last_day: row.last_day,
        back_on: row.back_on,
        closed_on: row.closed_on,
        reopened_on: None,
        reopened_reason: row.reopened_reason.clone(),
    }
}

/// A decision and its case after the proof.
fn proved(row: &ProofRow, proof: Proof, today: NaiveDate) -> ProvedRow {
    let told = if row.sent_on.is_some() { CaseState::Ordered } else { CaseState::Decided };
    let none = ProvedRow {
        state: told.code(),
        verified_on: None,
        verified_list_id: None,
        not_gone_since: None,
        last_day: None,
        back_on: None,
        closed_on: None,
        reopened_on: None,
        reopened_reason: String::new(),
        ..before(row)
    };
    match proof {
        Proof::Pending => none,
        Proof::Verified { list, on, last_day } => ProvedRow {
            state: CaseState::Verified.code(),
            verified_on: Some(on),
            verified_list_id: Some(list),
            last_day,
            closed_on: Some(on),
            ..none
        },
        Proof::NotGone(since) => ProvedRow {
            state: CaseState::NotGone.code(),
            // The first list that showed it, while it goes on.
            not_gone_since: Some(row.not_gone_since.map_or(since, |first| first.min(since))),
            ..none
        },
        Proof::Back(on) => {
            let first = row.back_on.map_or(on, |first| first.min(on));
            let is_new = row.reopened_reason != BACK;
            ProvedRow {
                state: CaseState::Open.code(),
                back_on: Some(first),
                closed_on: None,
                reopened_on: is_new.then_some(today),
                reopened_reason: BACK.to_owned(),
                not_gone_since: None,
                ..before(row)
            }
        }
    }
}

/// What the lists say of one decision. `successor` gives the code of the unit that does the work of the unit with a code.
fn judge(row: &ProofRow, grace_days: u32, successor: &impl Fn(&str) -> Option<String>) -> Proof {
    let (Some(newest), Some(newest_on)) = (row.newest_list_id, row.newest_on) else { return Proof::Pending };
    if Outcome::from_code(&row.outcome).is_some_and(Outcome::ends) {
        return judge_end(row, grace_days, newest, newest_on);
    }
    // Once shown it stays shown: the next holder or unit is another matter.
    if let (Some(list), Some(on), Some(verified_on)) =
        (row.verified_list_id, row.verified_list_on, row.verified_on)
    {
        return Proof::Verified { list, on: on.max(verified_on), last_day: None };
    }
    let is_here = row.missing_list_id.is_none() && newest_on > row.decided_on;
    let pays = |code: &str| !code.is_empty() && unit_key(code) == unit_key(&row.cost_centre);
    let moved = pays(&row.new_cost_centre) || successor(&row.new_cost_centre).is_some_and(|code| pays(&code));
    // Whoever had the same cost centre before proves nothing by it.
    let moved = moved && unit_key(&row.cost_centre_then) != unit_key(&row.cost_centre);
    let named = row.outcome == Outcome::HandOver.code() && is_named(&row.holder, &row.new_holder);
    if is_here && (moved || named) {
        return Proof::Verified { list: newest, on: newest_on, last_day: None };
    }
    Proof::Pending
}

fn is_named(holder: &str, wanted: &str) -> bool {
    !wanted.is_empty()
        && matches!(
            compare(&PersonName::parse(holder), &PersonName::parse(wanted)),
            NameMatch::Full(_) | NameMatch::Subset
        )
}

fn judge_end(row: &ProofRow, grace_days: u32, newest: uuid::Uuid, newest_on: NaiveDate) -> Proof {
    // A list of the day of the decision, or of the last day, may have been made before it.
    let proves_absence = |on: NaiveDate| on > row.decided_on && row.end_on.is_none_or(|end| on > end);
    let ended = matches!(row.status.as_str(), "avslutad" | "porterad");
    let noticed = row.status == "uppsagd" && row.ends_on.is_some();
    let is_gone = row.missing_list_id.is_some() || ended;
    let verified_before = row.verified_list_id.zip(row.verified_list_on);
    if is_gone || noticed {
        let found = if let (Some(list), Some(on)) = (row.missing_list_id, row.missing_on) {
            [(list, on), (newest, newest_on)].into_iter().find(|(_, on)| proves_absence(*on))
        } else {
            (newest_on > row.decided_on).then_some((newest, newest_on))
        };
        // Given notice of, but the day has passed and the number is still there: that is no end.
        let is_overdue = !is_gone && row.ends_on.is_some_and(|end| is_past(end, newest_on, grace_days));
        if !is_overdue && let Some(found) = found {
            // What proved it first goes on doing so, while that list stands.
            let (list, on) = verified_before.filter(|(_, on)| *on <= found.1).unwrap_or(found);
            let last_day = row.ends_on.or(row.end_on).unwrap_or(on);
            return Proof::Verified { list, on, last_day: Some(last_day) };
        }
        if !is_overdue {
            return Proof::Pending;
        }
    }
    if !noticed && verified_before.is_some_and(|(_, on)| newest_on > on) {
        return Proof::Back(newest_on);
    }
    match row.end_on.or(row.sent_on) {
        Some(end) if newest_on > row.decided_on && is_past(end, newest_on, grace_days) => {
            Proof::NotGone(newest_on)
        }
        _ => Proof::Pending,
    }
}

/// Whether a list is from long enough after a last day that the number should not be in it.
fn is_past(end: NaiveDate, list: NaiveDate, grace_days: u32) -> bool {
    end.checked_add_days(Days::new(grace_days.into())).is_some_and(|until| list > until)
}

/// What the watch tells whoever answers for the subscriptions.
pub async fn findings(tx: &mut TenantTx) -> AppResult<Vec<Finding>> {
    let rows = queries::list_not_gone(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let ended =
                row.end_on.map(|end| format!(" Det skulle sluta {}.", long_date(end))).unwrap_or_default();
            let what = if row.is_ordered {
                format!("Hör av dig till {} med beställningens nummer.", row.operator)
            } else {
                "Ingen beställning är skickad. Skicka den under Beställningar.".to_owned()
            };
            Finding {
                rule: "not_gone",
                object_kind: ObjectKind::Subscription,
                object_id: row.subscription_id,
                due_date: Some(row.since),
                stage: None,
                title: "Följ upp ett abonnemang som borde vara borta men är kvar".to_owned(),
                detail: format!(
                    "Operatörens lista från {} har fortfarande numret.{ended} {what}",
                    long_date(row.since)
                ),
                severity: Severity::Urgent,
                owner_unit_id: row.unit_id,
                recipients: Recipients::app_role(Role::SubscriptionManager),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const L1: Uuid = Uuid::from_u128(1);
    const L2: Uuid = Uuid::from_u128(2);
    const L3: Uuid = Uuid::from_u128(3);

    /// Decided on 10 October to end on the 31st; the newest list is from 5 November and has the number.
    fn row() -> ProofRow {
        ProofRow {
            state: "ordered".into(),
            outcome: "avsluta".into(),
            decided_on: day("2026-10-10"),
            end_on: Some(day("2026-10-31")),
            sent_on: Some(day("2026-10-11")),
            status: "aktiv".into(),
            newest_list_id: Some(L2),
            newest_on: Some(day("2026-11-05")),
            ..ProofRow::default()
        }
    }

    fn judged(row: &ProofRow) -> Proof {
        judge(row, 5, &|code| (code == "4711").then(|| "4800".to_owned()))
    }

    fn missing(row: ProofRow, list: Uuid, on: &str) -> ProofRow {
        ProofRow { missing_list_id: Some(list), missing_on: Some(day(on)), ..row }
    }

    fn verified(list: Uuid, on: &str, ended: &str) -> Proof {
        Proof::Verified { list, on: day(on), last_day: Some(day(ended)) }
    }

    #[test]
    fn a_list_without_the_number_after_the_last_day_verifies() {
        assert_eq!(judged(&missing(row(), L2, "2026-11-05")), verified(L2, "2026-11-05", "2026-10-31"));
        // Gone already in a list before the last day: the next one proves it.
        assert_eq!(judged(&missing(row(), L1, "2026-10-20")), verified(L2, "2026-11-05", "2026-10-31"));
        let early = ProofRow { newest_list_id: Some(L1), newest_on: Some(day("2026-10-20")), ..row() };
        assert_eq!(judged(&missing(early, L1, "2026-10-20")), Proof::Pending);
        // A list from before the decision proves nothing.
        let old = ProofRow { newest_on: Some(day("2026-10-10")), end_on: None, ..row() };
        assert_eq!(judged(&missing(old, L2, "2026-10-10")), Proof::Pending);
    }

    #[test]
    fn a_status_in_a_newer_list_verifies() {
        for status in ["avslutad", "porterad"] {
            let ended = ProofRow { status: status.into(), ..row() };
            assert_eq!(judged(&ended), verified(L2, "2026-11-05", "2026-10-31"));
        }
        let noticed = ProofRow { status: "uppsagd".into(), ends_on: Some(day("2026-12-31")), ..row() };
        assert_eq!(
            judged(&noticed),
            verified(L2, "2026-11-05", "2026-12-31"),
            "the saving counts from the operator's day"
        );
        let no_day = ProofRow { status: "uppsagd".into(), newest_on: Some(day("2026-11-03")), ..row() };
        assert_eq!(judged(&no_day), Proof::Pending);
    }

    #[test]
    fn what_is_still_there_some_days_after_its_last_is_not_gone() {
        for (newest, proof) in
            [("2026-11-05", Proof::Pending), ("2026-11-06", Proof::NotGone(day("2026-11-06")))]
        {
            assert_eq!(judged(&ProofRow { newest_on: Some(day(newest)), ..row() }), proof, "{newest}");
        }
        let overdue = ProofRow {
            status: "uppsagd".into(),
            ends_on: Some(day("2026-10-31")),
            newest_on: Some(day("2026-12-05")),
            ..row()
        };
        assert_eq!(judged(&overdue), Proof::NotGone(day("2026-12-05")));
        // Without a day and without an order there is nothing to be late with.
        let untold = ProofRow { end_on: None, sent_on: None, newest_on: Some(day("2027-03-01")), ..row() };
        assert_eq!(judged(&untold), Proof::Pending);
    }

    fn was_verified(row: ProofRow) -> ProofRow {
        ProofRow {
            state: "verified".into(),
            verified_on: Some(day("2026-11-05")),
            verified_list_id: Some(L2),
            verified_list_on: Some(day("2026-11-05")),
            last_day: Some(day("2026-10-31")),
            closed_on: Some(day("2026-11-05")),
            ..row
        }
    }

    #[test]
    fn what_was_gone_and_is_back_is_opened_again() {
        let back =
            was_verified(ProofRow { newest_list_id: Some(L3), newest_on: Some(day("2026-12-05")), ..row() });
        let proof = judged(&back);
        assert_eq!(proof, Proof::Back(day("2026-12-05")));
        let after = proved(&back, proof, day("2026-12-06"));
        assert_eq!(
            (after.state, after.reopened_reason.as_str(), after.back_on),
            ("open", "back", Some(day("2026-12-05")))
        );
        assert_eq!(after.verified_on, Some(day("2026-11-05")), "it was gone for a time");
        assert_eq!(after.closed_on, None);
    }

    #[test]
    fn the_first_list_that_proved_it_goes_on_doing_so() {
        let later = was_verified(missing(
            ProofRow { newest_list_id: Some(L3), newest_on: Some(day("2026-12-05")), ..row() },
            L2,
            "2026-11-05",
        ));
        assert_eq!(judged(&later), verified(L2, "2026-11-05", "2026-10-31"));
        assert_eq!(proved(&later, judged(&later), day("2026-12-06")), before(&later), "nothing is written");
    }

    #[test]
    fn what_is_verified_is_closed_since_the_list_that_verified_it() {
        let gone = missing(row(), L2, "2026-11-05");
        let after = proved(&gone, judged(&gone), day("2026-11-20"));
        assert_eq!((after.state, after.closed_on), ("verified", Some(day("2026-11-05"))));
        // One that was written without the day gets it.
        let without = ProofRow { closed_on: None, ..was_verified(gone) };
        let after = proved(&without, judged(&without), day("2026-12-06"));
        assert_ne!(after, before(&without));
        assert_eq!(after.closed_on, Some(day("2026-11-05")));
    }

    #[test]
    fn a_proof_falls_with_its_list() {
        let taken_back = ProofRow {
            verified_list_on: None,
            newest_list_id: Some(L1),
            newest_on: Some(day("2026-10-05")),
            ..was_verified(row())
        };
        let after = proved(&taken_back, judged(&taken_back), day("2026-11-20"));
        assert_eq!((after.state, after.verified_on, after.verified_list_id), ("ordered", None, None));
        assert_eq!(after.closed_on, None);
        let unsent = ProofRow { sent_on: None, ..taken_back };
        assert_eq!(proved(&unsent, judged(&unsent), day("2026-11-20")).state, "decided");
    }

    #[test]
    fn a_hand_over_shows_in_the_name_or_in_who_pays() {
        let over = ProofRow {
            outcome: "overlat".into(),
            new_holder: "Anna Lind".into(),
            new_cost_centre: "4711".into(),
            holder: "BERG LARS".into(),
            cost_centre: "1200".into(),
            cost_centre_then: "1200".into(),
            ..row()
        };
        assert_eq!(judged(&over), Proof::Pending);
        let shown = Proof::Verified { list: L2, on: day("2026-11-05"), last_day: None };
        assert_eq!(judged(&ProofRow { holder: "Lind, Anna".into(), ..over.clone() }), shown);
        assert_eq!(judged(&ProofRow { cost_centre: "4711".into(), ..over.clone() }), shown);
        // The unit has a successor that pays instead.
        assert_eq!(judged(&ProofRow { cost_centre: "4800".into(), ..over.clone() }), shown);
        // They had the same cost centre before: only the name shows it.
        let same = ProofRow { cost_centre: "4711".into(), cost_centre_then: "4711".into(), ..over.clone() };
        assert_eq!(judged(&same), Proof::Pending);
        let old = ProofRow { newest_on: Some(over.decided_on), holder: "Anna Lind".into(), ..over };
        assert_eq!(judged(&old), Proof::Pending);
    }

    #[test]
    fn a_moved_cost_shows_in_who_pays() {
        let moved = ProofRow {
            outcome: "flytta_kostnad".into(),
            new_cost_centre: "4711".into(),
            cost_centre: "4711".into(),
            cost_centre_then: "1200".into(),
            ..row()
        };
        assert!(matches!(judged(&moved), Proof::Verified { .. }));
        assert_eq!(judged(&ProofRow { cost_centre: "1200".into(), ..moved }), Proof::Pending);
    }
}
