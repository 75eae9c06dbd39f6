//! The picture of a contract: its periods, and the days that matter, in order of time.

use chrono::NaiveDate;

use super::chain::Chain;
use super::evaluate::base_span;
use super::model::{ContractTerms, Evaluation, RenewalKind, Status, StepState};
use super::periods::{add_months, day_after, sub_months};

/// No picture shows more periods than this; the oldest are joined to one.
const MOST_PERIODS: u32 = 6;

/// What a stretch of time in the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodKind {
    /// The first period of the contract.
    Initial,
    /// Came about, or is already certain, by silent renewal.
    Renewed,
    /// An option that has been used.
    OptionUsed,
    /// An option that can still be used.
    OptionOpen,
    /// An option that is lost or given up.
    OptionLost,
    /// Will come about if nobody acts.
    WouldRenew,
    /// Runs with no end.
    OpenEnded,
}

impl PeriodKind {
    /// The words of the legend.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Initial => "första avtalstid",
            Self::Renewed => "förlängd tyst",
            Self::OptionUsed => "utnyttjad option",
            Self::OptionOpen => "möjlig option",
            Self::OptionLost => "option som inte kan tas ut",
            Self::WouldRenew => "förlängs om ingen säger upp",
            Self::OpenEnded => "löper tills vidare",
        }
    }
}

/// A stretch of time, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What it is.
    pub kind: PeriodKind,
}

/// What a marked day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// First day in force.
    Start,
    /// Today.
    Today,
    /// Last day to send a notice.
    ActBy,
    /// Last day for a notice to arrive.
    Deadline,
    /// A notice was received.
    NoticeReceived,
    /// The procurement must start.
    ProcurementStart,
    /// Last day in force.
    End,
    /// Last day of a period after which the contract goes on by itself.
    PeriodEnd,
    /// Last possible day.
    MaxEnd,
}

impl MarkKind {
    /// The words beside the mark.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "avtalet börjar",
            Self::Today => "i dag",
            Self::ActBy => "skicka senast",
            Self::Deadline => "sista dag för besked",
            Self::NoticeReceived => "uppsägning mottagen",
            Self::ProcurementStart => "starta upphandling senast",
            Self::End => "avtalet upphör",
            Self::PeriodEnd => "avtalstiden slutar",
            Self::MaxEnd => "sista möjliga dag",
        }
    }
}

/// A day that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: MarkKind,
}

/// Periods and marks, each in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// First day of the picture.
    pub from: NaiveDate,
    /// Last day of the picture.
    pub to: NaiveDate,
    /// Periods that follow on each other.
    pub periods: Vec<Period>,
    /// Marked days.
    pub marks: Vec<Mark>,
}

/// The picture for an evaluated contract. Empty periods when neither start nor end is known.
#[must_use]
pub fn timeline(terms: &ContractTerms, evaluation: &Evaluation, today: NaiveDate) -> Timeline {
    let periods = periods(terms, evaluation, today);
    let goes_on = periods.last().is_some_and(|period| period.kind == PeriodKind::WouldRenew);
    let mut marks: Vec<Mark> = [
        (terms.start, MarkKind::Start),
        (Some(today), MarkKind::Today),
        (evaluation.act_by, MarkKind::ActBy),
        (evaluation.next_action_date, MarkKind::Deadline),
        (evaluation.procurement_start_by, MarkKind::ProcurementStart),
        (evaluation.effective_end, if goes_on { MarkKind::PeriodEnd } else { MarkKind::End }),
        (evaluation.max_end.filter(|max| Some(*max) != evaluation.effective_end), MarkKind::MaxEnd),
    ]
    .into_iter()
    .filter_map(|(date, kind)| date.map(|date| Mark { date, kind }))
    .collect();
    marks.extend(
        terms.notices.iter().map(|notice| Mark { date: notice.received, kind: MarkKind::NoticeReceived }),
    );
    marks.sort_by_key(|mark| mark.date);
    let first = periods.first().map(|period| period.from);
    let last = periods.last().map(|period| period.to);
    let from = first.map_or(sub_months(today, 12), |first| first.min(today));
    let to = last.map_or(add_months(today, 12), |last| last.max(today));
    marks.retain(|mark| (from..=to).contains(&mark.date));
    Timeline { from, to, periods, marks }
}

fn periods(terms: &ContractTerms, evaluation: &Evaluation, today: NaiveDate) -> Vec<Period> {
    if terms.renewal == RenewalKind::UntilFurtherNotice {
        let from = terms.start.unwrap_or_else(|| sub_months(today, 12));
        let to = evaluation.effective_end.unwrap_or_else(|| {
            evaluation.earliest_end_if_notice_today.unwrap_or(today).max(add_months(today, 12))
        });
        return if from <= to { vec![Period { from, to, kind: PeriodKind::OpenEnded }] } else { Vec::new() };
    }
    let Some(span) = base_span(terms) else { return Vec::new() };
    let first_day = terms.start.filter(|start| *start <= span.first_end);
    let initial = Period {
        from: first_day.unwrap_or_else(|| sub_months(day_after(span.first_end), 12)),
        to: span.first_end,
        kind: PeriodKind::Initial,
    };
    let mut periods = vec![initial];
    match terms.renewal {
        RenewalKind::Auto => renewals(terms, evaluation, Chain::new(terms, span), &mut periods),
        RenewalKind::OptionUnilateral | RenewalKind::OptionMutual => {
            periods.extend(evaluation.option_steps.iter().map(|step| Period {
                from: day_after(step.period_end),
                to: step.new_end,
                kind: match step.state {
                    StepState::Exercised => PeriodKind::OptionUsed,
                    StepState::Lapsed | StepState::Declined => PeriodKind::OptionLost,
                    _ => PeriodKind::OptionOpen,
                },
            }));
        }
        RenewalKind::None | RenewalKind::UntilFurtherNotice => {}
    }
    periods
}

fn renewals(terms: &ContractTerms, evaluation: &Evaluation, chain: Chain, periods: &mut Vec<Period>) {
    let Some(end) = evaluation.effective_end else { return };
    let last = chain.period_reaching(end);
    let shown_from = last.saturating_sub(MOST_PERIODS).max(1);
    if shown_from > 1 {
        periods.push(Period {
            from: day_after(chain.end(0)),
            to: chain.end(shown_from - 1),
            kind: PeriodKind::Renewed,
        });
    }
    for k in shown_from..=last {
        periods.push(Period {
            from: day_after(chain.end(k - 1)),
            to: chain.end(k),
            kind: PeriodKind::Renewed,
        });
    }
    let goes_on = !matches!(evaluation.status, Status::Ended | Status::Terminated) && !chain.is_last(last);
    if goes_on && terms.renewal == RenewalKind::Auto {
        periods.push(Period {
            from: day_after(chain.end(last)),
            to: chain.end(last + 1),
            kind: PeriodKind::WouldRenew,
        });
    }
}
