//! The area's pages.

pub mod assignment;
pub mod edit;
mod frame;
pub mod handover;
pub mod list;
pub mod show;
