//! `overblick list`: the rows of a list page with its columns, computed ones included (docs/cli.md).

use chrono::NaiveDate;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use super::output::{json, line};
use super::{CliResult, Env, Outcome};
use crate::areas::{contracts, leavers, matches, systems, watch};
use crate::db::tenant::{Actor, TenantTx};
use crate::error::AppResult;

/// What can be listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Bevakningens flaggor.
    Flags,
    /// Avtalen, med de dagar som följer av deras villkor.
    Contracts,
    /// Raderna i listorna över avslutade, med vad de betyder.
    LeaverRows,
    /// Systemen, med det som föreslås vara samma system.
    Systems,
    /// Abonnemangen, med det som matchningen föreslår.
    Subscriptions,
}

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vad som ska visas.
    kind: Kind,
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Hur registret såg ut den dagen, i stället för nu.
    #[arg(long, value_name = "DATUM")]
    as_of: Option<NaiveDate>,
    /// Dagen som reglerna räknar från, i stället för i dag.
    #[arg(long, value_name = "DATUM")]
    today: Option<NaiveDate>,
    /// Ett JSON-objekt per rad.
    #[arg(long)]
    json: bool,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let tenant = env.tenant(&args.tenant).await?;
    let db = env.db().await?;
    let today = args.today.unwrap_or_else(|| env.clock.today());
    let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
    if let Some(day) = args.as_of {
        tx.stand_as_of(day).await?;
    }
    let rows = rows(&mut tx, args.kind, today).await?;
    tx.rollback().await?;
    for row in &rows {
        if args.json { json(row)? } else { line(&plain(row))? }
    }
    Ok(Outcome::Done)
}

async fn rows(tx: &mut TenantTx, kind: Kind, today: NaiveDate) -> AppResult<Vec<Value>> {
    match kind {
        Kind::Flags => values(watch::list_rows(tx).await?),
        Kind::Systems => values(systems::list_rows(tx, today).await?),
        Kind::Contracts => values(contracts::list_rows(tx, today).await?),
        Kind::Subscriptions => values(matches::list_rows(tx, today).await?),
        Kind::LeaverRows => values(leavers::list_rows(tx, today).await?),
    }
}

fn values<T: Serialize>(rows: Vec<T>) -> AppResult<Vec<Value>> {
    Ok(rows.into_iter().map(serde_json::to_value).collect::<Result<_, _>>()?)
}

/// A row for a person: `name=value` with what is absent left out.
fn plain(row: &Value) -> String {
    let Value::Object(fields) = row else { return row.to_string() };
    let shown = fields.iter().filter(|(_, v)| !matches!(v, Value::Null) && *v != &Value::Array(Vec::new()));
    let word = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    shown.map(|(k, v)| format!("{k}={}", word(v))).collect::<Vec<_>>().join("\t")
}
