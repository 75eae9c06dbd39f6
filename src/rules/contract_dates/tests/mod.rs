//! The worked examples of the rules, the laws that must always hold, and the answer key of the shared data.

mod events;
mod examples;
mod laws;
mod truth;

use chrono::NaiveDate;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is not a date"))
}

fn on(terms: &ContractTerms, today: &str) -> Evaluation {
    evaluate(terms, date(today), &Settings::default())
}

/// Three years from 2022-03-01, then a year at a time, three months' notice: the example of rules 1.4.
fn silently_renewed() -> ContractTerms {
    ContractTerms {
        start: Some(date("2022-03-01")),
        initial_months: Some(36),
        auto_renewal_months: Some(12),
        notice: Notice::months_before_end(3),
        ..ContractTerms::new(ContractKind::Service, RenewalKind::Auto)
    }
}

/// "2+1+1" from 2024-06-01 with three months' notice of extension: the example of rules 1.5.
fn with_options() -> ContractTerms {
    ContractTerms {
        start: Some(date("2024-06-01")),
        initial_months: Some(24),
        option_steps: vec![OptionStep::open(12), OptionStep::open(12)],
        option_notice: Notice::months_before_end(3),
        ..ContractTerms::new(ContractKind::Procured, RenewalKind::OptionUnilateral)
    }
}

/// A contract that ends by itself.
fn fixed(start: &str, end: &str) -> ContractTerms {
    ContractTerms {
        start: Some(date(start)),
        end: StatedEnd::Date(date(end)),
        ..ContractTerms::new(ContractKind::Procured, RenewalKind::None)
    }
}

fn received(day: &str) -> NoticeReceived {
    NoticeReceived { received: date(day), accepted_late: false }
}
