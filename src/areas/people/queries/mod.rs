//! The area's SQL.

mod known;
mod snapshot;

pub(super) use known::*;
pub(super) use snapshot::*;
