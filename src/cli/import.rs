//! `overblick import`: files are taken in as on the screens (docs/cli.md).

use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::output::{json, say};
use super::{CliError, CliResult, Env, Outcome};
use crate::areas::import_kinds;
use crate::areas::imports::command::{Order, import};
use crate::areas::imports::flow::{Surroundings, Told};
use crate::areas::imports::plan::Said;
use crate::areas::imports::{Kind, find_unit};
use crate::db::tenant::Actor;
use crate::tabular::Limits;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kommunens kortnamn.
    #[arg(long, value_name = "KORTNAMN")]
    tenant: String,
    /// Vad filerna är för listor; auto gissar efter namn och rubriker.
    #[arg(long, value_name = "SORT", default_value = "auto")]
    kind: String,
    /// Vem filerna kommer från; kolumnernas betydelse minns per avsändare.
    #[arg(long, value_name = "NAMN", default_value = "")]
    source: String,
    /// Koden för den enhet som listan gäller.
    #[arg(long, value_name = "KOD")]
    unit: Option<String>,
    /// Månaden som listan gäller, ÅÅÅÅ-MM.
    #[arg(long, value_name = "MÅNAD")]
    period: Option<String>,
    /// Dagen då filen kom in.
    #[arg(long, value_name = "DATUM")]
    received: Option<NaiveDate>,
    /// Dagen som räknas som i dag.
    #[arg(long, value_name = "DATUM", hide = true)]
    today: Option<NaiveDate>,
    /// Visa vad som skulle hända och spara ingenting.
    #[arg(long)]
    dry_run: bool,
    /// Läs in utan att fråga, även när en kolumns betydelse är osäker.
    #[arg(long)]
    yes: bool,
    /// Ett JSON-objekt per fil och blad.
    #[arg(long)]
    json: bool,
    /// Filerna, i den ordning de ska läsas in.
    #[arg(required = true, value_name = "FIL")]
    files: Vec<PathBuf>,
}

/// Does it.
pub async fn run(args: Args, env: &Env) -> CliResult {
    let tenant = env.tenant(&args.tenant).await?;
    let db = env.db().await?;
    let kinds = import_kinds();
    let said = match args.kind.as_str() {
        "auto" => Said::Nothing,
        code => Said::Kind(kinds.find(code).ok_or_else(|| {
            let known: Vec<_> = kinds.iter().map(Kind::code).collect();
            CliError::usage(format!(
                "Det finns ingen sort som heter {code}. Det finns: auto, {}.",
                known.join(", ")
            ))
        })?),
    };
    let period = args.period.as_deref().map(month).transpose()?;
    let unit_id = match &args.unit {
        Some(code) => {
            let mut tx = db.tenants.begin(tenant.id, Actor::system("kommandoraden")).await?;
            let found = find_unit(&mut tx, code).await?;
            tx.rollback().await?;
            Some(found.ok_or_else(|| CliError::usage(format!("Det finns ingen enhet med koden {code}.")))?)
        }
        None => None,
    };
    let around = Surroundings {
        kinds,
        keys: env.keys()?,
        today: args.today.unwrap_or_else(|| env.clock.today()),
        now: env.clock.now(),
    };
    let order = Order {
        tenant_id: tenant.id,
        said,
        told: Told { source: args.source.trim().to_owned(), unit_id, period, received: args.received },
        dry_run: args.dry_run,
    };
    let mut refused = false;
    for path in &args.files {
        let name = path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let bytes = bytes_of(path).map_err(|error| {
            CliError::refused(format!("Filen {} gick inte att öppna: {error}", path.display()))
        })?;
        for receipt in import(&db.tenants, &around, &order, &name, bytes).await? {
            refused |= receipt.is_refusal();
            if args.json { json(&receipt)? } else { say(&receipt.in_words()) }
        }
    }
    Ok(if refused { Outcome::Refused } else { Outcome::Done })
}

/// The file, as far as it is needed to see that it is too large.
fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let limit = u64::try_from(Limits::default().bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn month(text: &str) -> Result<NaiveDate, CliError> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| {
        CliError::usage(format!("{text} är ingen månad. Skriv den som ÅÅÅÅ-MM, till exempel 2026-11."))
    })
}
