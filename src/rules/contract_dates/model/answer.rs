//! The answer: everything that follows from the terms on a given day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::codes::{NextAction, Status, StepState};
use crate::rules::contract_dates::deadlines::Deadline;
use crate::rules::contract_dates::flags::Flag;

/// An option step with its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionStepDates {
    /// Its length in months.
    pub months: u32,
    /// Last day of the period before it.
    pub period_end: NaiveDate,
    /// Last day the notice may reach the other party.
    pub deadline: NaiveDate,
    /// Last day to send it.
    pub act_by: NaiveDate,
    /// Last day in force when it is used.
    pub new_end: NaiveDate,
    /// Where it stands today; [`StepState::Lapsed`] is worked out here.
    pub state: StepState,
    /// It was used, but the notice was sent after the deadline.
    pub late: bool,
}

/// Everything that follows from a contract's terms on a given day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Where the contract stands.
    pub status: Status,
    /// End of the period that today falls in (or of the last one).
    pub current_period_end: Option<NaiveDate>,
    /// Last day in force as things stand today.
    pub effective_end: Option<NaiveDate>,
    /// Last possible day, all options and renewals used; none for a contract without an end.
    pub max_end: Option<NaiveDate>,
    /// Last day for a termination to reach the other party, with both readings where they exist.
    pub deadline: Option<Deadline>,
    /// Last day to send it: working days before the action date.
    pub act_by: Option<NaiveDate>,
    /// What there is to decide.
    pub next_action: Option<NextAction>,
    /// The last day for it. Remind against this day, not against the end.
    pub next_action_date: Option<NaiveDate>,
    /// Days from today to the action date.
    pub days_to_action: Option<i64>,
    /// The deadline has passed without a notice: bound for another period.
    pub locked_in: bool,
    /// The day the present lock-in came about (the day after the deadline).
    pub silently_renewed_on: Option<NaiveDate>,
    /// A notice came after the deadline.
    pub late_notice: Option<NaiveDate>,
    /// The contract ends if nobody acts.
    pub ends_by_inaction: bool,
    /// For an open-ended contract: earliest end if notice were given today.
    pub earliest_end_if_notice_today: Option<NaiveDate>,
    /// Option steps with their dates.
    pub option_steps: Vec<OptionStepDates>,
    /// The first day when something new must be in force.
    pub procurement_needed_from: Option<NaiveDate>,
    /// Last day to start the procurement.
    pub procurement_start_by: Option<NaiveDate>,
    /// The system manager's recommendation is due (action date less six months).
    pub recommendation_due: Option<NaiveDate>,
    /// The owner's decision is due (action date less three months).
    pub decision_due: Option<NaiveDate>,
    /// Value counted by LOU, options and extensions included, without VAT.
    pub total_value_lou: Option<Decimal>,
    /// What should be looked at.
    pub flags: Vec<Flag>,
    /// What happens if nobody acts, in plain Swedish.
    pub if_nobody_acts: String,
}
