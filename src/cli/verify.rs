//! `overblick verify`: checks that the history of every municipality is as it was sealed (`docs/architecture.md`, idea 2).

use serde::Serialize;

use super::output::{json, say};
use super::{CliResult, Env, Outcome};
use crate::areas::audit::{self, ChainFault};
use crate::db::tenant::Actor;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bara den här kommunen.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: Option<String>,
    /// Ett JSON-objekt per kommun.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    tenant: &'a str,
    verified: bool,
    faults: Vec<Fault<'a>>,
}

#[derive(Serialize)]
struct Fault<'a> {
    seal_no: Option<i64>,
    history_id: Option<i64>,
    problem: &'a str,
}

/// Checks; status 1 when something does not verify.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let tenants = match &args.tenant {
        Some(slug) => vec![env.tenant(slug).await?],
        None => env.db().await?.system.list_tenants().await?,
    };
    let db = env.db().await?;
    let mut outcome = Outcome::Done;
    for tenant in &tenants {
        let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
        let faults = audit::verify_chain(&mut tx, env.clock.now()).await?;
        tx.commit().await?;
        if !faults.is_empty() {
            outcome = Outcome::Refused;
        }
        if args.json {
            let faults = faults
                .iter()
                .map(|f| Fault { seal_no: f.seal_no, history_id: f.history_id, problem: &f.problem })
                .collect::<Vec<_>>();
            json(&Row { tenant: &tenant.slug, verified: faults.is_empty(), faults })?;
        } else if faults.is_empty() {
            say(&format!("{}: historiken stämmer.", tenant.name));
        } else {
            say(&format!("{}: historiken stämmer INTE.", tenant.name));
            for fault in &faults {
                say(&format!("  {}", in_words(fault)));
            }
        }
    }
    if tenants.is_empty() && !args.json {
        say("Det finns ingen kommun att kontrollera.");
    }
    Ok(outcome)
}

fn in_words(fault: &ChainFault) -> String {
    let seal = fault.seal_no.map(|no| no.to_string()).unwrap_or_default();
    let row = fault.history_id.map(|id| id.to_string()).unwrap_or_default();
    match fault.problem.as_str() {
        "seal_missing" => format!("Försegling {seal} saknas."),
        "chain_broken" => format!("Försegling {seal} bygger inte på den före: kedjan är bruten."),
        "row_count" => format!("Försegling {seal}: rader har tagits bort ur historiken eller lagts till."),
        "seal_hash" => format!("Försegling {seal}: radernas kontrollsummor är inte de som förseglades."),
        "content" => format!("Rad {row} i historiken har ändrats efter att den skrevs."),
        other => format!("Okänt fel ({other}) i försegling {seal}, rad {row}."),
    }
}
