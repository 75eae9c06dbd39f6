//! All SQL of the area.

mod case;
mod decisions;
mod load;
mod orders;
mod proof;
mod questions;
mod refresh;
mod worklist;

pub(super) use case::*;
pub(super) use decisions::*;
pub(super) use load::*;
pub(super) use orders::*;
pub(super) use proof::*;
pub(super) use questions::*;
pub(super) use refresh::*;
pub(super) use worklist::*;
