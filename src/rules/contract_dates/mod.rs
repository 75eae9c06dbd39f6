//! When a contract ends, when one must act, and what happens if nobody does (`docs/rules.md` section 1).
//!
//! Pure: the terms, a day and the municipality's settings in; an [`Evaluation`] out. Pages, lists, flags, reminders,
//! reports and calendars all read the same evaluation, so no date of a contract is derived twice.
//!
//! | Question | Module |
//! |---|---|
//! | what a contract's terms are | [`model`] |
//! | where a period ends | [`periods`] |
//! | last day for a notice | [`deadlines`] |
//! | silent renewal and notices given | `chain` |
//! | options to extend | `options` |
//! | the value counted by LOU | [`value`] |
//! | what should be looked at | [`flags`] |
//! | the sentence and the picture | `words`, [`timeline`] |

mod chain;
pub mod deadlines;
mod evaluate;
pub mod flags;
pub mod model;
mod options;
pub mod periods;
pub mod timeline;
pub mod value;
mod words;

#[cfg(test)]
mod tests;

pub use chain::{SilentRenewal, silent_renewals};
pub use deadlines::{Deadline, act_by};
pub use evaluate::evaluate;
pub use flags::Flag;
pub use model::{
    CalloffLimit, ContractKind, ContractTerms, Evaluation, LeadMonths, MonthBasis, NextAction, Notice,
    NoticeReceived, OptionStep, OptionStepDates, ProcurementPath, RegisterFacts, RenewalKind, Settings,
    StatedEnd, Status, StepState,
};
