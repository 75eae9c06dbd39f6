//! From contracts to dates: every contract evaluated by the rules, and the copy that lists filter and sort by.
//!
//! The copy (`contract_dates`) is never the truth: [`refresh`] compares the day and the newest change that the dates follow
//! from with those it was made for, and makes it again when either differs. Whoever shows a list calls it first.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Around, Contract, NoticeRow, OptionRow};
use super::queries::{self, DatesRow};
use crate::areas::settings;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::contract_dates::{ContractKind, ContractTerms, Evaluation, Settings, StepState, evaluate};

/// A contract with its terms and what follows from them.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The contract.
    pub contract: Contract,
    /// Its terms.
    pub terms: ContractTerms,
    /// What follows from them.
    pub evaluation: Evaluation,
}

/// The parts of the register that the dates follow from.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Contracts.
    pub contracts: Vec<Contract>,
    /// Option steps, by contract and step.
    pub options: Vec<OptionRow>,
    /// Notices.
    pub notices: Vec<NoticeRow>,
    /// What is known around each contract.
    pub around: Vec<Around>,
}

impl Register {
    /// As it stands now.
    pub async fn load(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Self> {
        Ok(Self {
            contracts: queries::list_contracts(tx).await?,
            options: queries::list_options(tx).await?,
            notices: queries::list_notices(tx).await?,
            around: queries::list_around(tx, today, None).await?,
        })
    }

    /// Evaluates every contract. Frameworks come before the call-offs that depend on them.
    #[must_use]
    pub fn evaluate(self, today: NaiveDate, settings: &Settings) -> Vec<Evaluated> {
        let mut options: HashMap<Uuid, Vec<OptionRow>> = HashMap::new();
        for step in self.options {
            options.entry(step.contract_id).or_default().push(step);
        }
        let mut notices: HashMap<Uuid, Vec<NoticeRow>> = HashMap::new();
        for notice in self.notices {
            notices.entry(notice.contract_id).or_default().push(notice);
        }
        let around: HashMap<Uuid, Around> =
            self.around.into_iter().map(|around| (around.contract_id, around)).collect();
        let nothing = Around::default();
        let terms_of = |contract: &Contract, limit| {
            contract.terms(
                options.get(&contract.id).map_or(&[], Vec::as_slice),
                notices.get(&contract.id).map_or(&[], Vec::as_slice),
                around.get(&contract.id).unwrap_or(&nothing),
                limit,
            )
        };
        // The last day that each framework allows its call-offs.
        let limits: HashMap<Uuid, NaiveDate> = self
            .contracts
            .iter()
            .filter_map(|contract| {
                let rule = contract.calloff_rule()?;
                let found = evaluate(&terms_of(contract, None), today, settings);
                framework_end(&found).map(|end| (contract.id, rule.last_day(end)))
            })
            .collect();
        self.contracts
            .into_iter()
            .map(|contract| {
                let limit = contract
                    .parent_contract_id
                    .filter(|_| contract.kind() == Some(ContractKind::CallOff))
                    .and_then(|parent| limits.get(&parent).copied());
                let terms = terms_of(&contract, limit);
                let evaluation = evaluate(&terms, today, settings);
                Evaluated { contract, terms, evaluation }
            })
            .collect()
    }
}

/// The end that call-offs are counted from: the last possible one, unless an option has been lost.
fn framework_end(evaluation: &Evaluation) -> Option<NaiveDate> {
    let lost = evaluation
        .option_steps
        .iter()
        .any(|step| matches!(step.state, StepState::Lapsed | StepState::Declined));
    if lost { evaluation.effective_end } else { evaluation.max_end.or(evaluation.effective_end) }
}

/// Evaluates one contract, with the framework it may depend on.
pub async fn evaluate_one(tx: &mut TenantTx, contract: Contract, today: NaiveDate) -> AppResult<Evaluated> {
    let settings = settings::load(tx).await?.contracts;
    let id = contract.id;
    let mut register = Register {
        options: queries::list_options_of(tx, id).await?,
        notices: queries::list_notices_of(tx, id).await?,
        around: queries::list_around(tx, today, Some(id)).await?,
        contracts: Vec::new(),
    };
    if let Some(parent) = contract.parent_contract_id {
        register.contracts = queries::list_these(tx, &[parent]).await?;
        register.options.extend(queries::list_options_of(tx, parent).await?);
        register.notices.extend(queries::list_notices_of(tx, parent).await?);
    }
    register.contracts.push(contract);
    register
        .evaluate(today, &settings)
        .pop()
        .ok_or_else(|| crate::error::AppError::broken("a contract was not evaluated"))
}

/// Every contract with its dates on a day.
pub async fn evaluate_all(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<Evaluated>> {
    let settings = settings::load(tx).await?.contracts;
    Ok(Register::load(tx, today).await?.evaluate(today, &settings))
}

/// Makes the copy that lists use, if the day or the register is another than it was made for.
pub async fn refresh(tx: &mut TenantTx, today: NaiveDate) -> AppResult<()> {
    let newest = queries::newest_change(tx).await?;
    if queries::find_run(tx).await? == Some((today, newest)) {
        return Ok(());
    }
    let rows: Vec<DatesRow> = evaluate_all(tx, today).await?.iter().map(dates_row).collect();
    queries::replace_dates(tx, &rows, today, newest).await
}

fn dates_row(evaluated: &Evaluated) -> DatesRow {
    let found = &evaluated.evaluation;
    DatesRow {
        id: evaluated.contract.id,
        status: found.status.code(),
        current_period_end: found.current_period_end,
        effective_end: found.effective_end,
        max_end: found.max_end,
        deadline: found.deadline.map(|deadline| deadline.date),
        act_by: found.act_by,
        next_action: found.next_action.map_or("", |action| action.code()),
        next_action_date: found.next_action_date,
        procurement_start_by: found.procurement_start_by,
        locked_in: found.locked_in,
        ends_by_inaction: found.ends_by_inaction,
        total_value_lou: found
            .total_value_lou
            .filter(|value| *value < rust_decimal::Decimal::from(10_000_000_000_000_i64)),
        flags: found.flags.iter().map(|flag| flag.code()).collect(),
        flag_labels: found.flags.iter().map(|flag| flag.label()).collect(),
        if_nobody_acts: found.if_nobody_acts.clone(),
    }
}
