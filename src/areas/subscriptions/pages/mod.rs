//! The area's pages.

pub(super) mod delete;
pub(super) mod edit;
pub(super) mod frame;
pub(super) mod inventory;
pub(super) mod list;
pub(super) mod lists;
pub(super) mod operators;
pub(super) mod show;
