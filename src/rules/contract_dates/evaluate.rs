//! Puts the answer together.

use chrono::NaiveDate;

use super::chain;
use super::deadlines::{Deadline, act_by, open_ended_end};
use super::flags;
use super::model::{
    ContractTerms, Evaluation, NextAction, OptionStepDates, RenewalKind, Settings, StatedEnd, Status,
};
use super::options;
use super::periods::{day_after, period_end, sub_months};
use super::value;
use super::words;

/// Months before the action date by which the system manager should have recommended (rules 1.10).
const RECOMMEND_MONTHS: u32 = 6;
/// Months before the action date by which the owner should have decided (rules 1.10).
const DECIDE_MONTHS: u32 = 3;

/// The first period and the anchor from which every later end is counted (rules 1.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) anchor: NaiveDate,
    pub(super) base_months: u32,
    pub(super) first_end: NaiveDate,
}

impl Span {
    /// The end when so many months have been used in all, counted from the anchor.
    pub(super) fn end_after(&self, months: u32) -> NaiveDate {
        if months == self.base_months { self.first_end } else { period_end(self.anchor, months) }
    }
}

/// The anchor: the start when the length of the first period is known, else the day after the stated end.
pub(super) fn base_span(terms: &ContractTerms) -> Option<Span> {
    match (terms.start, terms.initial_months, terms.end) {
        (Some(start), Some(months), _) if months > 0 => {
            Some(Span { anchor: start, base_months: months, first_end: period_end(start, months) })
        }
        (_, _, StatedEnd::Date(end)) => Some(Span { anchor: day_after(end), base_months: 0, first_end: end }),
        _ => None,
    }
}

/// What one kind of renewal leads to, before flags and money.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) status: Status,
    pub(super) current_period_end: Option<NaiveDate>,
    pub(super) effective_end: Option<NaiveDate>,
    pub(super) max_end: Option<NaiveDate>,
    /// The end after which something new is needed.
    pub(super) procurement_end: Option<NaiveDate>,
    pub(super) deadline: Option<Deadline>,
    /// Last day to stop the next silent renewal.
    pub(super) terminate_by: Option<NaiveDate>,
    pub(super) option_action: Option<(NextAction, NaiveDate)>,
    pub(super) locked_in: bool,
    pub(super) silently_renewed_on: Option<NaiveDate>,
    pub(super) late_notice: Option<NaiveDate>,
    pub(super) ends_by_inaction: bool,
    pub(super) earliest_end_if_notice_today: Option<NaiveDate>,
    /// Months and new end of the next silent renewal.
    pub(super) renewed_to: Option<(u32, NaiveDate)>,
    pub(super) steps: Vec<OptionStepDates>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            status: Status::Active,
            current_period_end: None,
            effective_end: None,
            max_end: None,
            procurement_end: None,
            deadline: None,
            terminate_by: None,
            option_action: None,
            locked_in: false,
            silently_renewed_on: None,
            late_notice: None,
            ends_by_inaction: false,
            earliest_end_if_notice_today: None,
            renewed_to: None,
            steps: Vec::new(),
        }
    }
}

/// Everything that follows from the terms on the day `today`.
#[must_use]
pub fn evaluate(terms: &ContractTerms, today: NaiveDate, settings: &Settings) -> Evaluation {
    let mut course = course(terms, today, settings.send_margin);
    if course.status == Status::Active && terms.start.is_some_and(|start| start > today) {
        course.status = Status::Upcoming;
    }
    let action = course
        .option_action
        .or_else(|| course.terminate_by.map(|deadline| (NextAction::TerminateOrRenew, deadline)));
    let next_action_date = action.map(|(_, date)| date);
    let needed_from = lead_months(terms, settings).and(course.procurement_end).map(day_after);
    let if_nobody_acts = words::if_nobody_acts(terms, &course, today);
    let mut evaluation = Evaluation {
        status: course.status,
        current_period_end: course.current_period_end,
        effective_end: course.effective_end,
        max_end: course.max_end,
        deadline: course.deadline,
        act_by: next_action_date.map(|date| act_by(date, settings.send_margin)),
        next_action: action.map(|(action, _)| action),
        next_action_date,
        days_to_action: next_action_date.map(|date| (date - today).num_days()),
        locked_in: course.locked_in,
        silently_renewed_on: course.silently_renewed_on,
        late_notice: course.late_notice,
        ends_by_inaction: course.ends_by_inaction,
        earliest_end_if_notice_today: course.earliest_end_if_notice_today,
        option_steps: course.steps,
        procurement_needed_from: needed_from,
        procurement_start_by: needed_from
            .zip(lead_months(terms, settings))
            .map(|(from, months)| sub_months(from, months)),
        recommendation_due: next_action_date.map(|date| sub_months(date, RECOMMEND_MONTHS)),
        decision_due: next_action_date.map(|date| sub_months(date, DECIDE_MONTHS)),
        total_value_lou: value::total_value(terms, course.max_end),
        flags: Vec::new(),
        if_nobody_acts,
    };
    evaluation.flags = flags::flags(terms, &evaluation, today, settings);
    evaluation
}

/// Months the procurement needs, where the contract says how it will be bought.
fn lead_months(terms: &ContractTerms, settings: &Settings) -> Option<u32> {
    terms.lead_months.or_else(|| terms.procurement_path.map(|path| settings.lead_months.of(path)))
}

fn course(terms: &ContractTerms, today: NaiveDate, send_margin: u32) -> Course {
    if terms.renewal == RenewalKind::UntilFurtherNotice {
        return open_ended(terms, today);
    }
    let Some(span) = base_span(terms) else {
        let status = match terms.end {
            StatedEnd::FollowsParent => Status::FollowsParent,
            _ => Status::UnknownEnd,
        };
        return Course { status, ..Course::default() };
    };
    match terms.renewal {
        RenewalKind::Auto => chain::course(terms, span, today),
        RenewalKind::OptionUnilateral | RenewalKind::OptionMutual => {
            options::course(terms, span, today, send_margin)
        }
        RenewalKind::None | RenewalKind::UntilFurtherNotice => fixed(terms, span, today),
    }
}

/// A contract that ends by itself on a given day.
fn fixed(terms: &ContractTerms, span: Span, today: NaiveDate) -> Course {
    let end = span.first_end;
    Course {
        status: if end < today {
            Status::Ended
        } else if terms.notices.iter().any(|notice| notice.received <= today) {
            Status::Terminated
        } else {
            Status::Active
        },
        current_period_end: Some(end),
        effective_end: Some(end),
        max_end: Some(end),
        procurement_end: Some(end),
        ends_by_inaction: true,
        ..Course::default()
    }
}

/// A contract without an end (rules 1.3).
fn open_ended(terms: &ContractTerms, today: NaiveDate) -> Course {
    let mut course = Course {
        status: Status::OpenEnded,
        earliest_end_if_notice_today: open_ended_end(terms.notice, today),
        ..Course::default()
    };
    let first =
        terms.notices.iter().map(|notice| notice.received).filter(|received| *received <= today).min();
    if let Some(received) = first {
        let end = open_ended_end(terms.notice, received);
        course.status = if end.is_some_and(|end| end < today) { Status::Ended } else { Status::Terminated };
        course.effective_end = end;
        course.procurement_end = end;
    }
    course
}
