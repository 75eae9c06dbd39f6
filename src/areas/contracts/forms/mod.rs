//! The forms of a contract: from what was typed to a contract, with all faults at once.

mod contract;
mod events;
mod fill;
mod raw;
mod term;

pub use contract::{ContractInput, read};
pub use events::{NoticeForm, OptionForm, SETTABLE};
pub use fill::from_contract;
pub use raw::Raw;
