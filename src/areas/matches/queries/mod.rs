//! All SQL of the area.

mod load;
mod refresh;

pub(super) use load::*;
pub(super) use refresh::*;
