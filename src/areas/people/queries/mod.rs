//! The area's SQL.

mod handover;
mod known;
mod person;
mod protected;
mod shown;
mod snapshot;

pub(super) use handover::*;
pub(super) use known::*;
pub(super) use person::*;
pub(super) use protected::*;
pub(super) use shown::*;
pub(super) use snapshot::*;
