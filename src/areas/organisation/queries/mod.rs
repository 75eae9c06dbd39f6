//! The area's SQL.

mod page;
mod reorganise;
mod units;

pub(super) use page::*;
pub(super) use reorganise::*;
pub(super) use units::*;
