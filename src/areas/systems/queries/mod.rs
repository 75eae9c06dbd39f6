//! The area's SQL, one file per subject.

pub mod bulk;
pub mod frame;
pub mod holders;
pub mod parts;
pub mod refs;
pub mod roles;
pub mod same;
pub mod systems;
