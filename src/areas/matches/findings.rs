//! What the watch finds here: questions that wait, cases that nobody takes, decisions whose ground is gone (rules 2.8, 2.10).
//! No text tells whom or which number it is about.

use chrono::{NaiveDate, TimeDelta};

use super::queries;
use crate::areas::watch::{Finding, ObjectKind, Recipients, Severity};
use crate::auth::permissions::Role;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// The area's findings.
pub async fn findings(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Finding>> {
    let mut found = Vec::new();
    for waiting in queries::list_unanswered(tx).await? {
        let days = (today - waiting.asked_on).num_days();
        let persons =
            [Some(waiting.asked_person_id), waiting.escalated_person_id].into_iter().flatten().collect();
        found.push(Finding {
            rule: "question_waiting",
            object_kind: ObjectKind::Question,
            object_id: waiting.id,
            due_date: Some(waiting.asked_on + TimeDelta::days(14)),
            stage: None,
            title: "Svara på en fråga om ett abonnemang".to_owned(),
            detail:
                "IT undrar vad som ska hända med ett abonnemang i din verksamhet. Det tar en minut att svara."
                    .to_owned(),
            severity: if days >= 7 { Severity::Urgent } else { Severity::Normal },
            owner_unit_id: waiting.owner_unit_id,
            recipients: Recipients::persons(persons),
        });
    }
    for case in queries::list_orphans(tx, today).await? {
        let finding =
            |rule, (object_kind, object_id), title: &str, detail: String, severity, recipients| Finding {
                rule,
                object_kind,
                object_id,
                due_date: None,
                stage: None,
                title: title.to_owned(),
                detail,
                severity,
                owner_unit_id: case.owner_unit_id,
                recipients,
            };
        if case.reopened_reason == "ground_gone" {
            found.push(finding(
                "ground_gone",
                (ObjectKind::Case, case.id),
                "Se över ett beslut om ett abonnemang",
                "Uppgifterna som beslutet vilade på gäller inte längre. Kontrollera innan något avslutas."
                    .to_owned(),
                Severity::Urgent,
                Recipients::app_role(Role::SubscriptionManager),
            ));
        } else {
            // The unit's head knows the unit's telephones; IT-enheten hears of it too.
            let days = (today - case.opened_on).num_days();
            found.push(finding(
                "orphan_open_30",
                // The subscription's page is open to the head too; the case is not.
                (ObjectKind::Subscription, case.subscription_id),
                "Ett abonnemang utan innehavare väntar på beslut",
                format!(
                    "Ärendet har varit öppet i {days} dagar. Abonnemanget hos {} kostar pengar varje månad.",
                    case.operator
                ),
                Severity::Normal,
                if case.is_protected {
                    Recipients::app_role(Role::SubscriptionManager)
                } else {
                    Recipients::holders(&[]).and(Role::ItUnit)
                },
            ));
        }
    }
    for due in queries::list_due_reviews(tx, today).await? {
        let (title, what) = if due.is_reserve {
            ("Se över ett abonnemang som ligger i reserv", "Tiden i reserv är slut.")
        } else {
            (
                "Se över ett abonnemang som skulle behållas en tid",
                "Dagen då beslutet skulle ses över har kommit.",
            )
        };
        found.push(Finding {
            rule: "review_due",
            // Its page leads on to the case.
            object_kind: ObjectKind::Subscription,
            object_id: due.subscription_id,
            due_date: Some(due.review_on),
            stage: None,
            title: title.to_owned(),
            detail: format!(
                "{what} Besluta om det fortfarande behövs, ska lämnas till någon annan eller avslutas."
            ),
            severity: if due.review_on < today { Severity::Urgent } else { Severity::Normal },
            // Where a protected person works is not told.
            owner_unit_id: due.owner_unit_id.filter(|_| !due.is_protected),
            recipients: Recipients::app_role(Role::SubscriptionManager),
        });
    }
    Ok(found)
}
