//! What the lists say of one decision. Pure.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::areas::matches::model::Outcome;
use crate::areas::matches::queries::ProofRow;
use crate::rules::leaver_matching::unit_key;
use crate::rules::names::{NameMatch, PersonName, compare};

/// What the lists say of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing yet.
    Pending,
    /// It was carried out.
    Verified {
        list: Uuid,
        on: NaiveDate,
        /// The last day that the number was had; none for what does not end.
        last_day: Option<NaiveDate>,
    },
    /// It should be gone and is not, by a list of that day.
    NotGone(NaiveDate),
    /// It was gone, and is back in a list of that day.
    Back(NaiveDate),
}

/// What the lists say of one decision. `successor` gives the code of the unit that does the work of the unit with a code.
pub(super) fn judge(row: &ProofRow, grace_days: u32, successor: &impl Fn(&str) -> Option<String>) -> Proof {
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

fn judge_end(row: &ProofRow, grace_days: u32, newest: Uuid, newest_on: NaiveDate) -> Proof {
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
