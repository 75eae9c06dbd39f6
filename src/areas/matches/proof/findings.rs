//! What the watch tells of numbers that should be gone and are not.

use crate::areas::matches::queries;
use crate::areas::watch::{Finding, ObjectKind, Recipients, Severity};
use crate::auth::permissions::Role;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::format::long_date;

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
