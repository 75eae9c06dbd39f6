//! Taking in files (C49): upload, kind, mapping, preview, receipt, undo; the same five steps for every kind.
//!
//! An area that takes in a kind of file implements [`ImportKind`] and adds it to `areas::import_kinds()`.

pub mod kind;
mod kinds;

pub use kind::{Asks, Became, ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn};
pub use kinds::{Kind, Kinds, Prepared, Report, RowOutcome, RowReport};
