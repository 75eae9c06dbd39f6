//! The area's SQL.

mod known;

pub(super) use known::*;
