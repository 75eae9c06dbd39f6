//! The rows of `overblick list contracts` (docs/cli.md).

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::dates::{self, Evaluated};
use super::queries;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::contract_dates::{ContractKind, NextAction};

/// Where a row came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The record in it, from 1.
    pub row: i32,
}

/// A step of an option.
#[derive(Clone, Debug, Serialize)]
pub struct StepRow {
    /// Its length.
    pub months: u32,
    /// Last day for the notice.
    pub deadline: NaiveDate,
    /// How far it has come.
    pub state: &'static str,
}

/// A contract with what follows from its terms.
#[derive(Clone, Debug, Serialize)]
pub struct ContractRow {
    contract_no: Option<String>,
    title: String,
    supplier_org_no: Option<String>,
    source: Option<Source>,
    kind: Option<&'static str>,
    start_date: Option<NaiveDate>,
    initial_months: Option<i32>,
    renewal_kind: String,
    auto_renewal_months: Option<i32>,
    notice_value: Option<u32>,
    notice_unit: Option<&'static str>,
    notice_basis: Option<&'static str>,
    notice_text: Option<String>,
    needs_review: bool,
    option_steps: Vec<StepRow>,
    current_period_end: Option<NaiveDate>,
    effective_end: Option<NaiveDate>,
    max_end: Option<NaiveDate>,
    deadline: Option<NaiveDate>,
    deadline_a: Option<NaiveDate>,
    deadline_b: Option<NaiveDate>,
    act_by: Option<NaiveDate>,
    next_action: Option<&'static str>,
    next_action_date: Option<NaiveDate>,
    locked_in: bool,
    procurement_start_by: Option<NaiveDate>,
    status: &'static str,
    annual_value: Option<Decimal>,
    total_value_lou: Option<Decimal>,
    flags: Vec<&'static str>,
}

/// Every contract, by number, on a day.
pub async fn list_rows(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<ContractRow>> {
    let numbers: HashMap<Uuid, String> = queries::list_org_numbers(tx).await?.into_iter().collect();
    let sources: HashMap<Uuid, Source> = queries::list_sources(tx)
        .await?
        .into_iter()
        .map(|(id, file, row)| (id, Source { file, row }))
        .collect();
    Ok(dates::evaluate_all(tx, today)
        .await?
        .into_iter()
        .map(|evaluated| row(evaluated, &numbers, &sources))
        .collect())
}

fn row(
    evaluated: Evaluated,
    numbers: &HashMap<Uuid, String>,
    sources: &HashMap<Uuid, Source>,
) -> ContractRow {
    let Evaluated { contract, evaluation: found, .. } = evaluated;
    let notice = contract.notice();
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    ContractRow {
        contract_no: text(&contract.contract_no),
        supplier_org_no: contract.supplier_id.and_then(|id| numbers.get(&id).cloned()),
        source: sources.get(&contract.id).cloned(),
        kind: contract.kind().map(ContractKind::label),
        start_date: contract.start_date,
        initial_months: contract.initial_months,
        auto_renewal_months: contract.auto_renewal_months,
        notice_value: notice.value(),
        notice_unit: notice.unit(),
        notice_basis: notice.basis(),
        notice_text: text(&contract.notice_text),
        needs_review: !contract.reviews().is_empty(),
        option_steps: found
            .option_steps
            .iter()
            .map(|step| StepRow { months: step.months, deadline: step.deadline, state: step.state.code() })
            .collect(),
        current_period_end: found.current_period_end,
        effective_end: found.effective_end,
        max_end: found.max_end,
        deadline: found.deadline.map(|deadline| deadline.date),
        deadline_a: found.deadline.and_then(|deadline| deadline.reading_a),
        deadline_b: found.deadline.and_then(|deadline| deadline.reading_b),
        act_by: found.act_by,
        next_action: found.next_action.map(NextAction::code),
        next_action_date: found.next_action_date,
        locked_in: found.locked_in,
        procurement_start_by: found.procurement_start_by,
        status: found.status.code(),
        annual_value: contract.annual_value.map(|value| value.normalize()),
        total_value_lou: found.total_value_lou,
        flags: found.flags.iter().map(|flag| flag.code()).collect(),
        title: contract.title,
        renewal_kind: contract.renewal_kind,
    }
}
