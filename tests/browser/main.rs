//! Journeys in a real Chromium against the real program: the few that must never break, end to end.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod first_start;
mod in_the_demo;
mod leavers;
mod support;

/// The program as a command, shared with the integration tests.
#[expect(dead_code, reason = "the integration tests use more of it")]
#[path = "../it/support/command.rs"]
mod command;
#[path = "../it/support/folder.rs"]
mod folder;
