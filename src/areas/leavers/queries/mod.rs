//! The area's SQL.

pub(super) mod import;
