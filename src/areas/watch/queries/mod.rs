//! The area's SQL.

mod flags;
mod mail;
mod run;

pub(super) use flags::*;
pub(super) use mail::*;
pub(super) use run::*;
