//! `overblick watch run`: evaluates the rules now, as the nightly job does.

use chrono::NaiveDate;
use clap::Subcommand;

use super::output::{json, say};
use super::{CliResult, Env, Outcome};
use crate::areas::watch;
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Kör bevakningens regler.
    Run {
        /// Kommunens kortnamn.
        #[arg(long, value_name = "KORTNAMN")]
        tenant: String,
        /// Dagen som reglerna räknar från, i stället för i dag.
        #[arg(long, value_name = "DATUM")]
        today: Option<NaiveDate>,
        /// Svara med ett JSON-objekt.
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let Action::Run { tenant, today, json: as_json } = args.action;
    let tenant = env.tenant(&tenant).await?;
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    let outcome = watch::run(&mut tx, env.clock.now(), today.unwrap_or_else(|| env.clock.today())).await?;
    tx.commit().await?;
    if as_json {
        json(&outcome)?;
    } else {
        say(&format!("{} nya, {} lösta, {} öppna.", outcome.opened, outcome.resolved, outcome.open_after));
    }
    Ok(Outcome::Done)
}
