//! The integration tests: one binary, one module per area.

mod command_line;
mod private_postgres;
mod schema;
mod support;
mod support_itself;
