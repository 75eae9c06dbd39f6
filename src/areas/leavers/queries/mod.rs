//! The area's SQL.

pub(super) mod import;
pub(super) mod mail;
pub(super) mod read;
pub(super) mod write;
