//! Överblick: a municipality's register of systems, contracts, subscriptions and responsibilities.
//!
//! # Where do I find X?
//!
//! | I look for … | It is in … |
//! |---|---|
//! | a page of the screens | `areas/<area>/pages.rs`, its template in `templates/<area>/` |
//! | the SQL of a page | `areas/<area>/queries.rs` |
//! | how a date, a class or a sum is computed | [`rules`] (pure: no clock, no database) |
//! | how a file is read | [`tabular`]; what an area does with its rows: `areas/<area>/import.rs` |
//! | who may do what | [`auth::permissions`] and the route table of each area |
//! | the border between municipalities | [`db::tenant`] |
//! | background work | [`jobs`] and `areas/<area>/jobs.rs` |
//! | the command line | [`cli`] |
//!
//! The reasons are in `docs/architecture.md`.

pub mod app;
pub mod areas;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod error;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod rules;
pub mod shutdown;
pub mod tabular;
pub mod telemetry;
pub mod web;
