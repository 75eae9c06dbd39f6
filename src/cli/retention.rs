//! `overblick retention`: dry runs and purges as on the screen, with the same rules and the same protocol.

use clap::Subcommand;
use serde::Serialize;

use super::output::{json, line, say};
use super::{CliResult, Env, Outcome};
use crate::areas::retention::{self, Line, Run};
use crate::db::tenant::Actor;
use crate::error::AppError;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Visa vad en gallring skulle ta bort. Ingenting tas bort.
    DryRun(Where),
    /// Gallra enligt de regler som gäller. Det går inte att ångra.
    Run {
        #[command(flatten)]
        place: Where,
        /// Gallra utan att fråga.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Where {
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Svara med ett JSON-objekt.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Protocol<'a> {
    run_id: uuid::Uuid,
    is_dry: bool,
    rows: i64,
    rules: &'a [Line],
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let (place, is_dry) = match args.action {
        Action::DryRun(place) => (place, true),
        Action::Run { place, yes: true } => (place, false),
        Action::Run { yes: false, .. } => {
            say(
                "Det går inte att ångra en gallring. Gör först en torrkörning (overblick retention dry-run), och lägg sedan till --yes.",
            );
            return Ok(Outcome::Refused);
        }
    };
    let tenant = env.tenant(&place.tenant).await?;
    let db = env.db().await?;
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    let (now, today) = (env.clock.now(), env.clock.today());
    let done = if is_dry {
        retention::dry_run(&mut tx, now, today).await
    } else {
        retention::purge(&mut tx, (now, today), None).await
    };
    let id = match done {
        Ok(id) => id,
        Err(AppError::Rejected(text)) => {
            tx.rollback().await?;
            say(&text);
            return Ok(Outcome::Refused);
        }
        Err(error) => return Err(error.into()),
    };
    let run = retention::find_run(&mut tx, id).await?;
    tx.commit().await?;
    tell(&run, place.json)?;
    Ok(Outcome::Done)
}

fn tell(run: &Run, as_json: bool) -> Result<(), super::CliError> {
    if as_json {
        json(&Protocol { run_id: run.id, is_dry: run.is_dry, rows: run.rows(), rules: &run.lines })?;
        return Ok(());
    }
    for rule in &run.lines {
        line(&format!("{}\t{}\t{}", rule.name(), rule.outcome(run.is_dry), rule.rows))?;
    }
    say(&format!("{}: {} uppgifter.", run.kind(), run.rows()));
    Ok(())
}
