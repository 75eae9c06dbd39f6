//! The area's SQL. Accounts and memberships (schema `sys`) are read and written in the municipality's own transaction, so that
//! a member and their roles come together or not at all.

mod accounts;
mod choices;
mod members;
mod roles;

pub use accounts::*;
pub use choices::*;
pub use members::*;
pub use roles::*;
