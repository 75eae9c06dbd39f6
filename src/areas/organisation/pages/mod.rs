//! The area's pages.

pub mod edit;
mod frame;
pub mod place;
pub mod reorganise;
pub mod show;
pub mod tree;
