//! Sign-in, sessions and rights. Identity lives in schema `sys`; what a user may do in a municipality lives there.

pub mod event;
pub mod password;
pub mod password_rules;
pub mod permissions;
pub mod principal;
pub mod session;
pub mod sign_in;
pub mod throttle;
pub mod token;
