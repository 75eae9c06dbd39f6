//! Contracts (C08): terms, the dates that follow from them, options and notices as objects with a state, call-offs, links.
//!
//! Every date comes from [`crate::rules::contract_dates`]; [`dates`] feeds it with the register and keeps the copy that lists
//! filter and sort by.

pub mod dates;
mod model;
mod queries;
