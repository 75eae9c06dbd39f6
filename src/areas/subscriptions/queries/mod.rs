//! All SQL of the area.

pub(super) mod import;
pub(super) mod import_history;
