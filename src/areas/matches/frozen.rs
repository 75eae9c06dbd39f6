//! What a decision keeps of what was known when it was made.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::model::Dossier;
use super::queries::{self, FullCase, NonPersonData};
use crate::areas::imports;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// What was known when it was decided (rules 2.9): the evidence as it stood, which files and rows it came from, and what the
/// subscription said of itself, for taking the decision back.
pub(super) async fn frozen(
    tx: &mut TenantTx,
    case: &FullCase,
    dossier: &Dossier,
    role: &str,
) -> AppResult<Value> {
    let mut evidence = case.evidence.as_object().cloned().unwrap_or_default();
    let mut sources: Vec<(&str, Uuid, Option<i32>)> = Vec::new();
    if let Some(source) = imports::sources_of(tx, &[case.subscription_id]).await?.first() {
        sources.push(("subscriptions", source.run_id, Some(source.row)));
    }
    let rows: Vec<Uuid> = dossier.suspects.iter().flat_map(|s| s.rows.iter().copied()).collect();
    for row in queries::list_rows_of_lists(tx, &rows).await? {
        sources.extend(row.run_id.map(|run| ("leavers", run, Some(row.row_no))));
    }
    if let Some(snapshot) = dossier.snapshot_id
        && let Some(run) = queries::find_snapshot_run(tx, snapshot).await?
    {
        sources.push(("staff-snapshot", run, None));
    }
    let runs: Vec<Uuid> = sources.iter().map(|(_, run, _)| *run).collect();
    let files: HashMap<Uuid, queries::SourceFile> =
        queries::list_files_of_runs(tx, &runs).await?.into_iter().map(|f| (f.run_id, f)).collect();
    let sources: Vec<Value> = sources
        .into_iter()
        .map(|(kind, run, row)| {
            let file = files.get(&run);
            json!({ "kind": kind, "run_id": run, "row": row, "file": file.map(|f| &f.file),
                    "sha256": file.map(|f| &f.sha256), "received_on": file.map(|f| f.received_on) })
        })
        .collect();
    evidence.insert("sources".into(), Value::Array(sources));
    evidence.insert(
        "case".into(),
        json!({ "class": case.class, "l_code": case.l_code, "end_date": case.end_date,
        "not_before": case.not_before, "accrued": case.accrued, "monthly_price": case.monthly_price,
        "binding_until": case.binding_until, "opened_on": case.opened_on, "role": role }),
    );
    let before = NonPersonData {
        kind_decided: case.kind_decided.clone(),
        purpose: case.purpose.clone(),
        org_unit_id: case.subscription_unit_id,
        contact_person_id: case.contact_person_id,
        contact_text: case.contact_text.clone(),
        review_on: case.subscription_review_on,
    };
    evidence.insert("before".into(), serde_json::to_value(before)?);
    Ok(Value::Object(evidence))
}
