//! Options to extend (`docs/rules.md` 1.5). Not acting means that the contract ends.

use chrono::NaiveDate;

use super::deadlines::{act_by, deadline};
use super::evaluate::{Course, Span};
use super::model::{ContractTerms, NextAction, Notice, OptionStepDates, Status, StepState};

/// Works out a contract with option steps.
pub(super) fn course(terms: &ContractTerms, span: Span, today: NaiveDate, send_margin: u32) -> Course {
    let terminated = terms.notices.iter().any(|notice| notice.received <= today);
    let notice = match terms.option_notice {
        Notice::Unknown => terms.notice,
        known => known,
    };
    let mut months = span.base_months;
    let mut effective = span.first_end;
    let mut unbroken = true;
    let mut closed: Option<StepState> = None;
    let mut steps = Vec::with_capacity(terms.option_steps.len());
    let mut next = None;
    for step in &terms.option_steps {
        let period_end = span.end_after(months);
        months = months.saturating_add(step.months);
        let new_end = span.end_after(months);
        // A clause without a deadline can be used until the period ends.
        let last_day = deadline(notice, period_end).map_or(period_end, |deadline| deadline.date);
        let state = match step.state {
            StepState::Exercised if unbroken => StepState::Exercised,
            _ if closed.is_some() => closed.unwrap_or(StepState::Lapsed),
            StepState::Declined => StepState::Declined,
            _ if terminated => StepState::Declined,
            StepState::Sent => StepState::Sent,
            StepState::Exercised | StepState::Lapsed => {
                if last_day < today {
                    StepState::Lapsed
                } else {
                    StepState::Open
                }
            }
            _ if last_day < today => StepState::Lapsed,
            open => open,
        };
        if state == StepState::Exercised {
            effective = new_end;
        } else {
            if unbroken {
                next = match state {
                    StepState::Sent => Some((NextAction::ConfirmOption, last_day)),
                    StepState::Declined | StepState::Lapsed => None,
                    _ => Some((NextAction::DecideOption, last_day)),
                };
            }
            unbroken = false;
            if matches!(state, StepState::Declined | StepState::Lapsed) {
                closed = Some(state);
            }
        }
        steps.push(OptionStepDates {
            months: step.months,
            period_end,
            deadline: last_day,
            act_by: act_by(last_day, send_margin),
            new_end,
            state,
            late: state == StepState::Exercised && step.sent_on.is_some_and(|sent| sent > last_day),
        });
    }
    let max_end = span.end_after(months);
    let ended = effective < today;
    Course {
        status: match (ended, terminated) {
            (true, _) => Status::Ended,
            (false, true) => Status::Terminated,
            (false, false) => Status::Active,
        },
        current_period_end: Some(effective),
        effective_end: Some(effective),
        max_end: Some(max_end),
        procurement_end: Some(if closed.is_some() { effective } else { max_end }),
        ends_by_inaction: true,
        option_action: next.filter(|_| !ended),
        steps,
        ..Course::default()
    }
}
