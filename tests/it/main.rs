//! The integration tests: one binary, one module per area.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod acceptance;
mod account;
mod acting;
mod as_of;
mod audit;
mod auth;
mod borders;
mod cases;
mod command_line;
mod contract_files;
mod contracts;
mod database_roles;
mod export;
mod handover;
mod imports;
mod jobs;
mod leaver_truth;
mod leavers;
mod lists;
mod matches;
mod orders;
mod organisation;
mod organisation_pages;
mod overview;
mod parsers;
mod people;
mod people_pages;
mod private_postgres;
mod protected;
mod reports;
mod retention;
mod reveals;
mod reviews;
mod routes;
mod schema;
mod search;
mod settings;
mod staff_files;
mod subscriptions;
mod suppliers;
mod support;
mod support_itself;
mod systems;
mod tabular_hostile;
mod tabular_layouts;
mod tabular_real;
mod tabular_truth;
mod tenancy;
mod user_command;
mod users;
mod verify;
mod watch;
mod written;
