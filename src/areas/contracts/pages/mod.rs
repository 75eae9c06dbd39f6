//! The area's pages.

mod details;
mod edit;
mod events;
mod frame;
mod links;
mod show;

pub use details::details;
pub use edit::{confirm_delete, create, delete, edit, new, parse, update};
pub use events::{create_notice, review, update_option, withdraw_notice};
pub use links::{add_responsible, add_system, end_responsible, remove_system};
pub use show::{history, list, show};
