//! `overblick migrate`: brings the database's schema up to date, as its owner.

use super::output::say;
use super::{CliResult, Env, Outcome};

/// What the command takes: nothing but the configuration.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Applies what is missing and says how much that was.
pub async fn run(_: Args, env: &Env) -> CliResult {
    let server = env.server().await?;
    let result = server.migrate().await;
    server.close().await;
    match result? {
        0 => say("Databasen är redan uppdaterad."),
        1 => say("Databasen är uppdaterad: 1 ändring infördes."),
        applied => say(&format!("Databasen är uppdaterad: {applied} ändringar infördes.")),
    }
    Ok(Outcome::Done)
}
