//! The area's SQL, one file per subject.

pub mod bulk;
pub mod find;
pub mod frame;
pub mod holders;
pub mod import;
pub mod merge;
pub mod parts;
pub mod refs;
pub mod roles;
pub mod rows;
pub mod same;
pub mod systems;
