//! `overblick bench`: made-up municipalities of a usual size and made-up lists, for measuring (docs/performance.md).
//! Hidden: it is for those who measure, and refuses a database that holds anybody's real data.

mod import;
mod lists;

use clap::Subcommand;

use super::output::say;
use super::{CliError, CliResult, Env, Outcome};
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fyll databasen med påhittade kommuner.
    Fill {
        /// Hur många kommuner.
        #[arg(long, default_value_t = 290, value_name = "ANTAL")]
        tenants: u32,
    },
    /// Mät hur lång tid och hur mycket minne en inläsning tar.
    Import {
        /// Vad listan är.
        #[arg(long, value_enum, default_value = "contracts", value_name = "SORT")]
        kind: lists::List,
        /// Hur många rader.
        #[arg(long, default_value_t = 10_000, value_name = "ANTAL")]
        rows: u32,
    },
}

/// The slugs of the municipalities made here begin with this.
const PREFIX: &str = "matning-";

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let db = env.db().await?;
    if db.system.list_tenants().await?.iter().any(|t| !t.is_demo && !t.slug.starts_with(PREFIX)) {
        return Err(CliError::refused(
            "Databasen innehåller en riktig kommun. Mätdata fylls bara i en egen databas.",
        ));
    }
    let tenants = match args.action {
        Action::Fill { tenants } => tenants,
        Action::Import { kind, rows } => return import::run(env, kind, rows).await,
    };
    for n in 1..=tenants {
        let slug = format!("{PREFIX}{n:03}");
        if db.system.find_tenant(&slug).await?.is_some() {
            continue;
        }
        let tenant = db.system.insert_tenant(&slug, &format!("Mätkommun {n}"), true).await?;
        let mut tx = db.tenants.begin(tenant.id, Actor::system("mätning")).await?;
        sqlx::query(include_str!("fill.sql"))
            .bind(i32::try_from(n).unwrap_or_default())
            .execute(&mut *tx)
            .await
            .map_err(crate::error::AppError::from)?;
        tx.commit().await?;
        if n % 10 == 0 {
            say(&format!("{n} av {tenants} kommuner är fyllda."));
        }
    }
    Ok(Outcome::Done)
}
