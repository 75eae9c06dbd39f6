//! All SQL of the area.

pub(super) mod bulk;
pub(super) mod find;
pub(super) mod findings;
pub(super) mod import;
pub(super) mod import_history;
pub(super) mod inventory;
pub(super) mod lists;
pub(super) mod operators;
pub(super) mod write;
