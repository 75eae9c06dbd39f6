//! One run of the rules: from what they find to flags.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{
    finding::{Finding, ObjectKind},
    model::stored_day,
    queries::{self, NewFlag, NewRecipient},
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunOutcome {
    /// Flags that were opened (or opened again).
    pub opened: usize,
    /// Flags whose cause was gone.
    pub resolved: usize,
    /// Flags open afterwards.
    pub open_after: usize,
}

type Key = (String, Uuid, String, NaiveDate);

fn key_of(finding: &Finding) -> Key {
    (
        finding.object_kind.code().to_owned(),
        finding.object_id,
        finding.rule.to_owned(),
        stored_day(finding.due_date),
    )
}

/// Evaluates every rule as of `today` and brings the flags up to date.
pub async fn run(tx: &mut TenantTx, now: DateTime<Utc>, today: NaiveDate) -> AppResult<RunOutcome> {
    let findings = crate::areas::watch_findings(tx, today).await?;
    reconcile(tx, findings, now, today).await
}

/// Brings the flags up to date with what was found.
async fn reconcile(
    tx: &mut TenantTx,
    findings: Vec<Finding>,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> AppResult<RunOutcome> {
    // Two servers that run at once: one waits and then finds nothing left to do.
    queries::lock_run(tx).await?;
    let known: HashMap<Key, queries::KnownFlag> = queries::list_known(tx)
        .await?
        .into_iter()
        .map(|f| ((f.object_kind.clone(), f.object_id, f.rule.clone(), f.due_date), f))
        .collect();
    let mut seen: HashSet<Key> = HashSet::new();
    let (mut fresh, mut reopen, mut update) = (Vec::new(), Vec::new(), Vec::new());
    let mut addressed: Vec<(Uuid, Finding)> = Vec::new();
    for finding in findings {
        let key = key_of(&finding);
        if !seen.insert(key.clone()) {
            continue;
        }
        match known.get(&key) {
            None => {
                let id = crate::ids::new_id();
                fresh.push(NewFlag::of(id, &finding));
                addressed.push((id, finding));
            }
            Some(flag) => {
                if flag.state == "resolved" {
                    reopen.push(flag.id);
                }
                if flag.differs_from(&finding) {
                    update.push(NewFlag::of(flag.id, &finding));
                }
                if flag.state != "decided" {
                    addressed.push((flag.id, finding));
                }
            }
        }
    }
    let gone: Vec<Uuid> = known
        .iter()
        .filter(|(key, f)| !seen.contains(*key) && matches!(f.state.as_str(), "open" | "snoozed"))
        .map(|(_, f)| f.id)
        .collect();
    let woken: Vec<Uuid> = known
        .iter()
        .filter(|(key, f)| {
            seen.contains(*key) && f.state == "snoozed" && f.snoozed_until.is_some_and(|d| d <= today)
        })
        .map(|(_, f)| f.id)
        .collect();

    queries::insert_flags(tx, &fresh, now).await?;
    queries::update_flags(tx, &update).await?;
    queries::reopen_flags(tx, &reopen, now).await?;
    queries::wake_flags(tx, &woken).await?;
    queries::resolve_flags(tx, &gone, now).await?;
    let recipients = address(tx, addressed, today).await?;
    queries::replace_recipients(tx, &recipients).await?;

    let open_after = queries::count_open(tx).await?;
    let outcome = RunOutcome { opened: fresh.len() + reopen.len(), resolved: gone.len(), open_after };
    queries::insert_run(tx, now, today, outcome).await?;
    Ok(outcome)
}

/// Who gets each flag: role holders, else the unit's head, else the application role.
async fn address(
    tx: &mut TenantTx,
    flags: Vec<(Uuid, Finding)>,
    today: NaiveDate,
) -> AppResult<Vec<NewRecipient>> {
    let holders = queries::list_role_holders(tx, today).await?;
    let heads = queries::list_unit_heads(tx, today).await?;
    let mut out = Vec::new();
    for (flag_id, finding) in flags {
        let Finding { object_kind, object_id, recipients, owner_unit_id, .. } = finding;
        let to_person = |person_id, via: &str| NewRecipient {
            flag_id,
            person_id: Some(person_id),
            app_role: None,
            via: via.to_owned(),
        };
        let to_role = |via: &str| NewRecipient {
            flag_id,
            person_id: None,
            app_role: Some(recipients.fallback.code().to_owned()),
            via: via.to_owned(),
        };
        out.extend(recipients.also.map(|role| NewRecipient {
            flag_id,
            person_id: None,
            app_role: Some(role.code().to_owned()),
            via: "app_role".to_owned(),
        }));
        if !recipients.persons.is_empty() {
            out.extend(recipients.persons.iter().map(|person| to_person(*person, "asked")));
            continue;
        }
        if recipients.only_app_role {
            out.push(to_role("app_role"));
            continue;
        }
        let held = recipients.object_roles.iter().find_map(|role| {
            let persons = holders.get(&(object_kind, object_id, (*role).to_owned()))?;
            Some(persons.iter().map(|p| to_person(*p, role)).collect::<Vec<_>>())
        });
        match held {
            Some(persons) => out.extend(persons),
            None => match owner_unit_id.and_then(|u| head_of(&heads, u)) {
                Some(person) => out.push(to_person(person, "head")),
                None => out.push(to_role("fallback")),
            },
        }
    }
    Ok(out)
}

/// The head of a unit, or of the nearest unit above it that has one.
fn head_of(units: &HashMap<Uuid, (Option<Uuid>, Option<Uuid>)>, unit: Uuid) -> Option<Uuid> {
    let mut at = Some(unit);
    // A tree of offices is a handful of levels deep; the bound ends a walk in a damaged tree.
    for _ in 0..20 {
        let (head, parent) = units.get(&at?)?;
        if head.is_some() {
            return *head;
        }
        at = *parent;
    }
    None
}

/// The holders of roles on objects, as [`queries::list_role_holders`] gives them.
pub type Holders = HashMap<(ObjectKind, Uuid, String), Vec<Uuid>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_head_above_answers_for_a_unit_without_one() {
        let [top, middle, leaf, boss] = [1, 2, 3, 9].map(Uuid::from_u128);
        let units = HashMap::from([
            (top, (Some(boss), None)),
            (middle, (None, Some(top))),
            (leaf, (None, Some(middle))),
        ]);
        assert_eq!(head_of(&units, leaf), Some(boss));
    }

    #[test]
    fn a_damaged_tree_ends_the_walk() {
        let [a, b] = [1, 2].map(Uuid::from_u128);
        let units = HashMap::from([(a, (None, Some(b))), (b, (None, Some(a)))]);
        assert_eq!(head_of(&units, a), None);
    }
}
