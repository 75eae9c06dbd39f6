//! The area's pages, one file per page.

pub mod aliases;
pub mod classification;
pub mod delete;
pub mod edit;
mod frame;
pub mod list;
pub mod phase;
pub mod roles;
pub mod same;
pub mod secret;
pub mod show;
pub mod units;

use crate::web::page_parts::Choice;

use super::PROTECTED;

/// Codes as choices.
pub(super) fn choices(codes: super::model::Codes) -> Vec<Choice> {
    codes.iter().map(|(code, name)| Choice::new(*code, *name)).collect()
}
