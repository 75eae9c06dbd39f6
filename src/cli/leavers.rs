//! `overblick leavers`: what a sender's codes mean, for scripts (docs/cli.md).

use chrono::NaiveDate;
use clap::Subcommand;

use super::output::{json, say};
use super::{CliResult, Env, Outcome};
use crate::areas::{leavers, matches};
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Säg vad en avsändares orsakskoder betyder.
    Reasons {
        /// Kommunens kortnamn.
        #[arg(long, value_name = "KORTNAMN")]
        tenant: String,
        /// Avsändaren: som den heter i Överblick, eller som dess filer heter.
        #[arg(long, value_name = "NAMN")]
        source: String,
        /// Dagen som reglerna räknar från, i stället för i dag.
        #[arg(long, value_name = "DATUM")]
        today: Option<NaiveDate>,
        /// Svara med ett JSON-objekt.
        #[arg(long)]
        json: bool,
        /// Koderna, till exempel "01 egen uppsägning, 02 pension, 08 tjänstledig".
        #[arg(value_name = "KODER")]
        codes: String,
    },
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let Action::Reasons { tenant, source, today, json: as_json, codes } = args.action;
    let tenant = env.tenant(&tenant).await?;
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    let told = leavers::set_reasons(&mut tx, &source, &codes).await?;
    matches::refresh::run(&mut tx, env.clock.now(), today.unwrap_or_else(|| env.clock.today())).await?;
    tx.commit().await?;
    if as_json {
        json(&told)?;
    } else {
        say(&format!("{}: {} koder.", told.sender, told.codes.len()));
        for entry in &told.unknown {
            say(&format!("Det går inte att förstå: {entry}"));
        }
    }
    Ok(if told.unknown.is_empty() { Outcome::Done } else { Outcome::Refused })
}
