//! All SQL of the area.

mod case;
mod load;
mod refresh;

pub(super) use case::*;
pub(super) use load::*;
pub(super) use refresh::*;
