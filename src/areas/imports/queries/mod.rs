//! The SQL of imports.

mod files;
mod rows;
mod runs;
mod senders;

pub use files::*;
pub use rows::*;
pub use runs::*;
pub use senders::*;
