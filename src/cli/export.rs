//! `overblick export`: everything a municipality has, in open formats with a manifest.

use std::path::PathBuf;

use super::output::say;
use super::{CliResult, Env, Outcome};
use crate::areas::export;
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Mappen att skriva till. Den ska vara tom eller inte finnas.
    #[arg(long, value_name = "MAPP")]
    to: PathBuf,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let tenant = env.tenant(&args.tenant).await?;
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    let manifest = export::write_all(&mut tx, &tenant, &args.to, env.clock.now()).await?;
    tx.commit().await?;
    // Each table is written twice, as JSON and as CSV.
    let rows: usize = manifest.files.iter().step_by(2).map(|f| f.rows).sum();
    say(&format!("{} filer med {rows} rader är skrivna till {}.", manifest.files.len(), args.to.display()));
    Ok(Outcome::Done)
}
