//! The area's SQL.

mod due;
mod remove;
mod rules;

pub use due::{find_reads, list_due};
pub use remove::{Emptied, mark, remove};
pub use rules::*;
