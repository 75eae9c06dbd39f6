//! The area's SQL.

mod known;
mod shown;
mod snapshot;

pub(super) use known::*;
pub(super) use shown::*;
pub(super) use snapshot::*;
