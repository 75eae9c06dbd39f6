//! A contract's terms as the register holds them, the municipality's settings, and the answer.

mod answer;
mod codes;
mod notice;
mod settings;
mod terms;

pub use answer::{Evaluation, OptionStepDates};
pub use codes::{ContractKind, NextAction, ProcurementPath, RenewalKind, Status, StepState, UnknownCode};
pub use notice::{MonthBasis, Notice};
pub use settings::{LeadMonths, Settings};
pub use terms::{CalloffLimit, ContractTerms, NoticeReceived, OptionStep, RegisterFacts, StatedEnd};
