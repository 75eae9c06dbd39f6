//! A contract's terms as the register holds them.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::codes::{ContractKind, ProcurementPath, RenewalKind, StepState};
use super::notice::Notice;

/// What the contract or the file says about the end. Always the last day in force ("t.o.m.").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StatedEnd {
    /// Nothing is known.
    #[default]
    Unknown,
    /// A last day in force.
    Date(NaiveDate),
    /// An amendment ends with its main contract.
    FollowsParent,
}

/// One possible extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OptionStep {
    /// Its length in months.
    pub months: u32,
    /// How far it has come.
    pub state: StepState,
    /// When the extension notice was sent, if it was.
    pub sent_on: Option<NaiveDate>,
}

impl OptionStep {
    /// A step on which nothing has been done.
    #[must_use]
    pub fn open(months: u32) -> Self {
        Self { months, state: StepState::Open, sent_on: None }
    }

    /// A step that has been used, on a day that is not known.
    #[must_use]
    pub fn exercised(months: u32) -> Self {
        Self { months, state: StepState::Exercised, sent_on: None }
    }
}

/// A termination that has reached the other party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoticeReceived {
    /// The day it was received.
    pub received: NaiveDate,
    /// The other party has accepted it though it came too late (kept with a document).
    pub accepted_late: bool,
}

/// How long a call-off may outlive its framework (rules 1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalloffLimit {
    /// So many months after the framework's end.
    MonthsAfterFramework(u32),
    /// A given last day.
    Date(NaiveDate),
}

impl CalloffLimit {
    /// The last day a call-off may be in force, for a framework that ends on `framework_end`.
    #[must_use]
    pub fn last_day(self, framework_end: NaiveDate) -> NaiveDate {
        match self {
            Self::MonthsAfterFramework(months) => {
                super::super::periods::period_end(super::super::periods::day_after(framework_end), months)
            }
            Self::Date(date) => date,
        }
    }
}

/// What the register knows around the contract, for the flags on missing data (rules 1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent yes/no fact of the register")]
pub struct RegisterFacts {
    /// Nobody is responsible for the contract.
    pub owner_missing: bool,
    /// The one who is responsible has left the municipality.
    pub responsible_left: bool,
    /// No registry number (diarienummer).
    pub dnr_missing: bool,
    /// A data processing agreement is needed and there is none.
    pub dpa_missing: bool,
    /// No document is linked.
    pub document_missing: bool,
    /// No cost centre or account.
    pub cost_string_missing: bool,
    /// A procurement of what comes after is linked.
    pub procurement_linked: bool,
    /// The special reasons for a framework over four years are written down (LOU 7 kap. 2 §).
    pub special_reasons: bool,
    /// The documentation duty of a direct award is met (LOU 19 a kap. 11 §).
    pub award_documented: bool,
    /// The option clause has been judged unclear (LOU 17 kap. 10 §), or could not be read with certainty.
    pub option_unclear: bool,
    /// The supplier has been flagged as a risk.
    pub supplier_risk: bool,
    /// Someone has decided to terminate, but no notice has been recorded.
    pub termination_decided: bool,
    /// The amount up to which the signer may sign, where it is known.
    pub signer_limit: Option<Decimal>,
}

/// A contract's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractTerms {
    /// What sort of contract it is.
    pub kind: ContractKind,
    /// First day in force.
    pub start: Option<NaiveDate>,
    /// Last day of the first period. Ignored when `initial_months` and `start` are both known.
    pub end: StatedEnd,
    /// Length of the first period, in months.
    pub initial_months: Option<u32>,
    /// What happens at the end.
    pub renewal: RenewalKind,
    /// The extensions the contract allows, in order.
    pub option_steps: Vec<OptionStep>,
    /// Length of each silent renewal in months; twelve is assumed when it is not known.
    pub auto_renewal_months: Option<u32>,
    /// The day after which no silent renewal can go.
    pub auto_max_end: Option<NaiveDate>,
    /// Notice of termination.
    pub notice: Notice,
    /// Notice to use an option; falls back to `notice` when unknown.
    pub option_notice: Notice,
    /// Terminations that have been received.
    pub notices: Vec<NoticeReceived>,
    /// For a call-off: the last day its framework allows.
    pub calloff_limit: Option<NaiveDate>,
    /// How the next contract will be bought.
    pub procurement_path: Option<ProcurementPath>,
    /// Months the procurement needs, when it differs from the path's default.
    pub lead_months: Option<u32>,
    /// Kronor a year, without VAT.
    pub annual_value: Option<Decimal>,
    /// A sum paid once, without VAT.
    pub one_off_value: Option<Decimal>,
    /// The framework's ceiling (takvolym).
    pub ceiling_value: Option<Decimal>,
    /// What has been called off so far.
    pub value_used: Option<Decimal>,
    /// The day of signing, which decides the limit for a direct award; the start is used when it is unknown.
    pub signed_on: Option<NaiveDate>,
    /// What the register knows around the contract.
    pub facts: RegisterFacts,
}

impl ContractTerms {
    /// A contract of which only the kind and the renewal are known.
    #[must_use]
    pub fn new(kind: ContractKind, renewal: RenewalKind) -> Self {
        Self {
            kind,
            start: None,
            end: StatedEnd::Unknown,
            initial_months: None,
            renewal,
            option_steps: Vec::new(),
            auto_renewal_months: None,
            auto_max_end: None,
            notice: Notice::Unknown,
            option_notice: Notice::Unknown,
            notices: Vec::new(),
            calloff_limit: None,
            procurement_path: None,
            lead_months: None,
            annual_value: None,
            one_off_value: None,
            ceiling_value: None,
            value_used: None,
            signed_on: None,
            facts: RegisterFacts::default(),
        }
    }
}
