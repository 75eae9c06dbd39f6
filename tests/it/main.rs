//! The integration tests: one binary, one module per area.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod account;
mod as_of;
mod audit;
mod auth;
mod command_line;
mod database_roles;
mod export;
mod imports;
mod lists;
mod private_postgres;
mod schema;
mod support;
mod support_itself;
mod systems;
mod tabular_hostile;
mod tabular_layouts;
mod tabular_real;
mod tabular_truth;
mod users;
mod watch;
