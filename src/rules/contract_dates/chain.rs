//! Silent renewal, and what a termination does to it (`docs/rules.md` 1.4).

use chrono::NaiveDate;

use super::deadlines::{Deadline, deadline};
use super::evaluate::{Course, Span, base_span};
use super::model::{ContractTerms, Notice, RenewalKind, Status};
use super::periods::{day_after, period_end, whole_months};

/// Months assumed for a silent renewal whose length is not known. Swedish service contracts renew a year at a time.
const ASSUMED_RENEWAL_MONTHS: u32 = 12;

/// No search goes further than this many periods; a contract that would need it has senseless terms.
const MOST_PERIODS: u32 = 1_200;

/// A contract was renewed because nobody terminated it in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SilentRenewal {
    /// The day it became certain: the day after the deadline.
    pub on: NaiveDate,
    /// The deadline that passed.
    pub deadline: NaiveDate,
    /// The end that was passed over.
    pub from_end: NaiveDate,
    /// The new end.
    pub to_end: NaiveDate,
}

/// The ends of a silently renewed contract, k = 0, 1, 2 …, each from the anchor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    span: Span,
    step: u32,
    cap: Option<NaiveDate>,
    notice: Notice,
}

impl Chain {
    pub(super) fn new(terms: &ContractTerms, span: Span) -> Self {
        Self {
            span,
            step: terms.auto_renewal_months.filter(|months| *months > 0).unwrap_or(ASSUMED_RENEWAL_MONTHS),
            cap: terms.auto_max_end.map(|cap| cap.max(span.first_end)),
            notice: terms.notice,
        }
    }

    /// The end of period k.
    pub(super) fn end(&self, k: u32) -> NaiveDate {
        let end = if k == 0 {
            self.span.first_end
        } else {
            period_end(self.span.anchor, self.span.base_months.saturating_add(k.saturating_mul(self.step)))
        };
        self.cap.map_or(end, |cap| end.min(cap))
    }

    /// Whether no renewal can follow period k.
    pub(super) fn is_last(&self, k: u32) -> bool {
        self.cap.is_some_and(|cap| self.end(k) >= cap)
    }

    fn deadline(&self, k: u32) -> Option<Deadline> {
        deadline(self.notice, self.end(k))
    }

    /// The first period that ends on or after the day, or the last period if the cap comes before it.
    pub(super) fn period_reaching(&self, day: NaiveDate) -> u32 {
        let day = self.cap.map_or(day, |cap| day.min(cap));
        if self.end(0) >= day {
            return 0;
        }
        let months = whole_months(self.span.anchor, day).saturating_sub(self.span.base_months);
        let mut k = (months / self.step).max(1) - 1;
        for _ in 0..3 {
            if self.end(k) >= day {
                break;
            }
            k += 1;
        }
        k
    }

    /// The first period from k on whose deadline is on or after the day.
    fn period_still_open(&self, from: u32, day: NaiveDate) -> u32 {
        let mut k = from;
        while k - from < MOST_PERIODS && !self.is_last(k) {
            match self.deadline(k) {
                Some(deadline) if deadline.date < day => k += 1,
                _ => break,
            }
        }
        k
    }

    /// The period after which the contract ends because of a notice, and the notice if it came too late.
    fn ended_by_notice(&self, terms: &ContractTerms, today: NaiveDate) -> Option<NoticeEffect> {
        terms
            .notices
            .iter()
            .filter(|notice| notice.received <= today)
            .map(|notice| {
                let meant = self.period_reaching(notice.received);
                let last =
                    if notice.accepted_late { meant } else { self.period_still_open(meant, notice.received) };
                NoticeEffect { meant, last, late: (last > meant).then_some(notice.received) }
            })
            .min_by_key(|effect| effect.last)
    }
}

#[derive(Debug, Clone, Copy)]
struct NoticeEffect {
    /// The period the notice aimed at.
    meant: u32,
    /// The period after which the contract ends.
    last: u32,
    /// The day it was received, if that was too late for the period it aimed at.
    late: Option<NaiveDate>,
}

/// Works out a silently renewed contract.
pub(super) fn course(terms: &ContractTerms, span: Span, today: NaiveDate) -> Course {
    let chain = Chain::new(terms, span);
    let now = chain.period_reaching(today);
    let mut course = Course { max_end: chain.cap, ..Course::default() };
    if let Some(effect) = chain.ended_by_notice(terms, today) {
        let end = chain.end(effect.last);
        let current = chain.end(now).min(end);
        course.status = if end < today { Status::Ended } else { Status::Terminated };
        course.current_period_end = Some(current);
        course.effective_end = Some(end);
        course.procurement_end = Some(end);
        course.deadline = chain.deadline(effect.meant);
        course.late_notice = effect.late;
        course.locked_in = effect.late.is_some() && end > current;
        if course.locked_in {
            course.silently_renewed_on = course.deadline.map(|deadline| day_after(deadline.date));
        }
        return course;
    }
    let current = chain.end(now);
    if current < today {
        course.status = Status::Ended;
        course.current_period_end = Some(current);
        course.effective_end = Some(current);
        course.procurement_end = Some(current);
        course.deadline = chain.deadline(now);
        course.ends_by_inaction = true;
        return course;
    }
    let open = chain.period_still_open(now, today);
    course.current_period_end = Some(current);
    course.effective_end = Some(chain.end(open));
    course.procurement_end = chain.cap;
    course.deadline = chain.deadline(open);
    course.locked_in = open > now;
    if course.locked_in {
        course.status = Status::Locked;
        course.silently_renewed_on =
            chain.deadline(open.saturating_sub(1)).map(|deadline| day_after(deadline.date));
    }
    if chain.is_last(open) {
        course.ends_by_inaction = true;
    } else {
        course.renewed_to = Some((chain.step, chain.end(open + 1)));
        course.terminate_by = course.deadline.map(|deadline| deadline.date);
    }
    course
}

/// Every silent renewal that has come about by `today`, oldest first: the events "förlängt tyst" of rules 1.4.
///
/// Only renewals after the first end the register knows of can be told.
#[must_use]
pub fn silent_renewals(terms: &ContractTerms, today: NaiveDate) -> Vec<SilentRenewal> {
    let Some(span) = base_span(terms).filter(|_| terms.renewal == RenewalKind::Auto) else {
        return Vec::new();
    };
    let chain = Chain::new(terms, span);
    let ended = chain.ended_by_notice(terms, today).map(|effect| effect.last);
    let mut renewals = Vec::new();
    for k in 0..MOST_PERIODS {
        if chain.is_last(k) || ended.is_some_and(|last| k >= last) {
            break;
        }
        let Some(deadline) = chain.deadline(k).filter(|deadline| deadline.date < today) else { break };
        renewals.push(SilentRenewal {
            on: day_after(deadline.date),
            deadline: deadline.date,
            from_end: chain.end(k),
            to_end: chain.end(k + 1),
        });
    }
    renewals
}
