//! The area's SQL.

mod known;
mod person;
mod shown;
mod snapshot;

pub(super) use known::*;
pub(super) use person::*;
pub(super) use shown::*;
pub(super) use snapshot::*;
