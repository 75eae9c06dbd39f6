//! What should be looked at on a contract (`docs/rules.md` 1.8).

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::model::{
    ContractKind, ContractTerms, Evaluation, MonthBasis, NextAction, Notice, RenewalKind, Settings, Status,
    StepState,
};
use super::periods::{add_days, period_end};

/// The steps at which an approaching action date is reminded of, in days, shortest first.
pub const REMINDER_DAYS: [u16; 6] = [7, 30, 90, 180, 270, 365];

/// The longest a framework may run without special reasons, in months.
const FRAMEWORK_MONTHS: u32 = 48;

/// A flag on a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// The action date is within so many days (the smallest step that holds).
    ActionDue(u16),
    /// A decision was made but nothing was sent before the last day.
    ActionOverdue,
    /// Bound for another period.
    LockedIn,
    /// A notice came after the deadline.
    LateNotice,
    /// An option's last day passed without a notice.
    OptionLapsed,
    /// An option was used after its last day, which may be an unlawful direct award.
    LateOption,
    /// The option clause is not clear (LOU 17 kap. 10 §).
    OptionUnclear,
    /// The options reach further than the contract's last possible day.
    OpenEndedOption,
    /// It is time to start the procurement of what comes after.
    ProcurementWindowOpen,
    /// A framework of more than 48 months without stated reasons (LOU 7 kap. 2 §).
    FrameworkOver48Months,
    /// No end point on a procured contract.
    NoEndPoint,
    /// A direct award at or over the limit (LOU 19 a kap. 2 §).
    DirectAwardLimit,
    /// A direct award without documentation (LOU 19 a kap. 11 §).
    DirectAwardUndocumented,
    /// At least 80 per cent of the ceiling is used.
    Ceiling80,
    /// The ceiling is reached.
    Ceiling100,
    /// The call-off outlives what its framework allows.
    CalloffBeyondLimit,
    /// Signed above the signer's delegated amount.
    SignerOverLimit,
    /// The supplier is a risk.
    SupplierRisk,
    /// Months of notice are given, but not from when they count.
    BasisMissing,
    /// No end.
    MissingEnd,
    /// No term of notice.
    MissingNotice,
    /// No one responsible.
    MissingOwner,
    /// The one responsible has left.
    ResponsibleLeft,
    /// No registry number.
    MissingDnr,
    /// No data processing agreement where one is needed.
    MissingDpa,
    /// No document.
    MissingDocument,
    /// No cost centre.
    MissingCostString,
}

impl Flag {
    /// The code under which it is stored, listed and exported.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ActionDue(days) => match days {
                0..=7 => "action_due_7",
                8..=30 => "action_due_30",
                31..=90 => "action_due_90",
                91..=180 => "action_due_180",
                181..=270 => "action_due_270",
                _ => "action_due_365",
            },
            Self::ActionOverdue => "action_overdue",
            Self::LockedIn => "locked_in",
            Self::LateNotice => "late_notice",
            Self::OptionLapsed => "option_lapsed",
            Self::LateOption => "lou_risk_late_option",
            Self::OptionUnclear => "option_unclear",
            Self::OpenEndedOption => "open_ended_option",
            Self::ProcurementWindowOpen => "procurement_window_open",
            Self::FrameworkOver48Months => "ramavtal_over_48m",
            Self::NoEndPoint => "no_end_point",
            Self::DirectAwardLimit => "direct_award_limit",
            Self::DirectAwardUndocumented => "direct_award_undocumented",
            Self::Ceiling80 => "ceiling_80",
            Self::Ceiling100 => "ceiling_100",
            Self::CalloffBeyondLimit => "avrop_beyond_limit",
            Self::SignerOverLimit => "signer_over_limit",
            Self::SupplierRisk => "supplier_risk",
            Self::BasisMissing => "basis_saknas",
            Self::MissingEnd => "missing_end",
            Self::MissingNotice => "missing_notice",
            Self::MissingOwner => "missing_owner",
            Self::ResponsibleLeft => "responsible_left",
            Self::MissingDnr => "missing_dnr",
            Self::MissingDpa => "missing_dpa",
            Self::MissingDocument => "missing_document",
            Self::MissingCostString => "missing_cost_string",
        }
    }

    /// A short Swedish label for a list or a badge.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ActionDue(days) => match days {
                0..=7 => "besked inom 7 dagar",
                8..=30 => "besked inom 30 dagar",
                31..=90 => "besked inom 90 dagar",
                91..=180 => "besked inom 180 dagar",
                181..=270 => "besked inom 270 dagar",
                _ => "besked inom ett år",
            },
            Self::ActionOverdue => "beslutat men inte skickat i tid",
            Self::LockedIn => "låst en period till",
            Self::LateNotice => "sen uppsägning",
            Self::OptionLapsed => "förfallen option",
            Self::LateOption => "option utnyttjad för sent",
            Self::OptionUnclear => "otydlig option",
            Self::OpenEndedOption => "optionen går längre än avtalet får",
            Self::ProcurementWindowOpen => "dags att starta upphandling",
            Self::FrameworkOver48Months => "ramavtal över 48 månader",
            Self::NoEndPoint => "saknar slutpunkt",
            Self::DirectAwardLimit => "över gränsen för direktupphandling",
            Self::DirectAwardUndocumented => "direktupphandling utan dokumentation",
            Self::Ceiling80 => "80 % av takvolymen använd",
            Self::Ceiling100 => "takvolymen är nådd",
            Self::CalloffBeyondLimit => "avropet går längre än ramavtalet tillåter",
            Self::SignerOverLimit => "tecknat över delegationen",
            Self::SupplierRisk => "leverantörsrisk",
            Self::BasisMissing => "oklart hur uppsägningstiden räknas",
            Self::MissingEnd => "slutdatum saknas",
            Self::MissingNotice => "uppsägningstid saknas",
            Self::MissingOwner => "ansvarig saknas",
            Self::ResponsibleLeft => "ansvarig har slutat",
            Self::MissingDnr => "diarienummer saknas",
            Self::MissingDpa => "personuppgiftsbiträdesavtal saknas",
            Self::MissingDocument => "dokument saknas",
            Self::MissingCostString => "kontering saknas",
        }
    }
}

/// All flags that hold, in the order they are shown.
pub(super) fn flags(
    terms: &ContractTerms,
    evaluation: &Evaluation,
    today: NaiveDate,
    settings: &Settings,
) -> Vec<Flag> {
    let mut flags = Vec::with_capacity(8);
    dates(terms, evaluation, today, &mut flags);
    procurement_law(terms, evaluation, today, settings, &mut flags);
    missing(terms, evaluation, settings, &mut flags);
    flags
}

fn dates(terms: &ContractTerms, evaluation: &Evaluation, today: NaiveDate, flags: &mut Vec<Flag>) {
    let due = evaluation
        .days_to_action
        .and_then(|days| REMINDER_DAYS.into_iter().find(|step| (0..=i64::from(*step)).contains(&days)));
    flags.extend(due.map(Flag::ActionDue));
    let decided_but_lapsed =
        terms.option_steps.iter().zip(&evaluation.option_steps).any(|(stored, dates)| {
            dates.state == StepState::Lapsed
                && dates.deadline < today
                && matches!(stored.state, StepState::Recommended | StepState::Decided)
        });
    let unconfirmed = evaluation.next_action == Some(NextAction::ConfirmOption)
        && evaluation.days_to_action.is_some_and(|days| days < 0);
    let undelivered = terms.facts.termination_decided && evaluation.locked_in;
    if evaluation.status != Status::Ended && (decided_but_lapsed || unconfirmed || undelivered) {
        flags.push(Flag::ActionOverdue);
    }
    push_if(flags, Flag::LockedIn, evaluation.locked_in);
    push_if(flags, Flag::LateNotice, evaluation.late_notice.is_some());
    let lapsed = evaluation.option_steps.iter().any(|step| step.state == StepState::Lapsed);
    push_if(flags, Flag::OptionLapsed, lapsed);
    push_if(flags, Flag::LateOption, evaluation.option_steps.iter().any(|step| step.late));
    let is_option = matches!(terms.renewal, RenewalKind::OptionUnilateral | RenewalKind::OptionMutual);
    push_if(
        flags,
        Flag::OptionUnclear,
        is_option && (terms.facts.option_unclear || terms.option_steps.is_empty()),
    );
    let beyond = terms.auto_max_end.zip(evaluation.max_end).is_some_and(|(last, max)| max > last);
    push_if(flags, Flag::OpenEndedOption, is_option && beyond);
    let window_open = evaluation.procurement_start_by.is_some_and(|start| today >= start)
        && evaluation.status != Status::Ended
        && !terms.facts.procurement_linked;
    push_if(flags, Flag::ProcurementWindowOpen, window_open);
}

fn procurement_law(
    terms: &ContractTerms,
    evaluation: &Evaluation,
    today: NaiveDate,
    settings: &Settings,
    flags: &mut Vec<Flag>,
) {
    let framework = terms.kind == ContractKind::Framework;
    let direct = terms.kind == ContractKind::DirectAward;
    let over_48 = terms
        .start
        .zip(evaluation.max_end)
        .is_some_and(|(start, end)| end > period_end(start, FRAMEWORK_MONTHS));
    push_if(flags, Flag::FrameworkOver48Months, framework && over_48 && !terms.facts.special_reasons);
    let endless = match terms.renewal {
        RenewalKind::UntilFurtherNotice => true,
        RenewalKind::Auto => terms.auto_max_end.is_none(),
        _ => false,
    };
    let procured =
        !matches!(terms.kind, ContractKind::Framework | ContractKind::DirectAward | ContractKind::Internal);
    push_if(flags, Flag::NoEndPoint, endless && procured && evaluation.status != Status::Ended);
    if direct {
        let awarded = terms.signed_on.or(terms.start).unwrap_or(today);
        let limit = settings.direct_award_limit(awarded);
        let over = evaluation.total_value_lou.zip(limit).is_some_and(|(value, limit)| value >= limit);
        push_if(flags, Flag::DirectAwardLimit, over);
        let big = evaluation.total_value_lou.is_some_and(|value| value > settings.documentation_limit);
        let time_is_out = add_days(awarded, 30) < today;
        push_if(
            flags,
            Flag::DirectAwardUndocumented,
            settings.require_document && big && time_is_out && !terms.facts.award_documented,
        );
    }
    if let Some((ceiling, used)) =
        terms.ceiling_value.zip(terms.value_used).filter(|(ceiling, _)| *ceiling > Decimal::ZERO)
    {
        if used >= ceiling {
            flags.push(Flag::Ceiling100);
        } else if used.checked_mul(Decimal::from(5)) >= ceiling.checked_mul(Decimal::from(4)) {
            flags.push(Flag::Ceiling80);
        }
    }
    let beyond = terms.calloff_limit.zip(evaluation.effective_end).is_some_and(|(limit, end)| end > limit);
    push_if(flags, Flag::CalloffBeyondLimit, beyond && evaluation.status != Status::Ended);
    let over_delegation =
        terms.facts.signer_limit.zip(evaluation.total_value_lou).is_some_and(|(limit, value)| value > limit);
    push_if(flags, Flag::SignerOverLimit, over_delegation);
    push_if(flags, Flag::SupplierRisk, terms.facts.supplier_risk);
}

fn missing(terms: &ContractTerms, evaluation: &Evaluation, settings: &Settings, flags: &mut Vec<Flag>) {
    let facts = &terms.facts;
    let running = matches!(terms.renewal, RenewalKind::Auto | RenewalKind::UntilFurtherNotice);
    let option_in_use = evaluation
        .option_steps
        .iter()
        .any(|step| !matches!(step.state, StepState::Exercised | StepState::Declined | StepState::Lapsed));
    let basis_missing = |notice: Notice| matches!(notice, Notice::Months { basis: MonthBasis::Unstated, .. });
    let option_notice = match terms.option_notice {
        Notice::Unknown => terms.notice,
        known => known,
    };
    push_if(
        flags,
        Flag::BasisMissing,
        (running && basis_missing(terms.notice)) || (option_in_use && basis_missing(option_notice)),
    );
    push_if(flags, Flag::MissingEnd, evaluation.status == Status::UnknownEnd);
    push_if(
        flags,
        Flag::MissingNotice,
        evaluation.status != Status::Ended
            && ((running && terms.notice == Notice::Unknown)
                || (option_in_use && option_notice == Notice::Unknown)),
    );
    push_if(flags, Flag::MissingOwner, facts.owner_missing);
    push_if(flags, Flag::ResponsibleLeft, facts.responsible_left);
    push_if(flags, Flag::MissingDnr, facts.dnr_missing);
    push_if(flags, Flag::MissingDpa, facts.dpa_missing);
    push_if(flags, Flag::MissingDocument, settings.require_document && facts.document_missing);
    push_if(flags, Flag::MissingCostString, settings.require_cost_string && facts.cost_string_missing);
}

fn push_if(flags: &mut Vec<Flag>, flag: Flag, holds: bool) {
    if holds {
        flags.push(flag);
    }
}
