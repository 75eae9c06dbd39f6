//! The area's types.

mod codes;
mod contract;
mod parts;

pub use codes::{AMENDMENT_GROUNDS, DPA_STATES, PRICE_MODELS, PROCURED_UNDER, PURPOSE_CLASSES};
pub use contract::Contract;
pub use parts::{Around, NoticeRow, OptionRow, Review};
