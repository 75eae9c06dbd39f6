//! `overblick tenant`: a municipality is laid up and listed here; the screens begin inside one.

use clap::Subcommand;
use serde::Serialize;

use super::output::{json, line, say};
use super::{CliError, CliResult, Env, Outcome};
use crate::areas::account::slug_fault;
use crate::db::system::Tenant;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lägg upp en kommun.
    Create {
        /// Kommunens kortnamn i adresser: små bokstäver a–z, siffror och bindestreck.
        #[arg(long, value_name = "KORTNAMN")]
        slug: String,
        /// Kommunens namn.
        #[arg(long, value_name = "NAMN")]
        name: String,
    },
    /// Visa kommunerna.
    List {
        /// Ett JSON-objekt per rad.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Row<'a> {
    slug: &'a str,
    name: &'a str,
    is_demo: bool,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let db = env.db().await?;
    match args.action {
        Action::Create { slug, name } => {
            let name = name.trim();
            if name.is_empty() {
                return Err(CliError::usage("Ange kommunens namn med --name."));
            }
            if let Some(fault) = slug_fault(&slug) {
                return Err(CliError::usage(fault));
            }
            let tenant = db.system.insert_tenant(&slug, name, false).await.map_err(|error| {
                match error.constraint() {
                    Some("tenant_slug_key") => {
                        CliError::refused(format!("Det finns redan en kommun med kortnamnet {slug}."))
                    }
                    _ => error.into(),
                }
            })?;
            say(&format!("{} är upplagd med kortnamnet {}.", tenant.name, tenant.slug));
        }
        Action::List { json: as_json } => {
            for tenant in db.system.list_tenants().await? {
                let Tenant { slug, name, is_demo, .. } = &tenant;
                if as_json {
                    json(&Row { slug, name, is_demo: *is_demo })?;
                } else {
                    line(&format!("{slug}\t{name}"))?;
                }
            }
        }
    }
    Ok(Outcome::Done)
}
