//! `overblick bench import`: how long an import takes and how much memory it needs, with lists made up here.

use std::time::Instant;

use serde::Serialize;

use super::lists::List;
use crate::areas::import_kinds;
use crate::areas::imports::command::{Order, import};
use crate::areas::imports::flow::{Surroundings, Told};
use crate::areas::imports::plan::Said;
use crate::cli::output::json;
use crate::cli::{CliError, CliResult, Env, Outcome};
use crate::error::AppError;
use crate::tabular::write::write_xlsx;

/// What one import took.
#[derive(Serialize)]
struct Measured {
    kind: &'static str,
    /// `first` = all is new, `next` = a tenth has changed.
    round: &'static str,
    rows: u32,
    new: i32,
    changed: i32,
    unchanged: i32,
    refused: i32,
    file_kib: usize,
    seconds: f64,
    /// The highest memory use of this process during the import; absent where the system does not tell.
    peak_mib: Option<u64>,
}

/// Takes a list in twice, in a municipality of its own: first when all is new, then with a tenth changed.
pub async fn run(env: &Env, list: List, rows: u32) -> CliResult {
    let db = env.db().await?;
    let kinds = import_kinds();
    let kind = kinds.find(list.kind()).ok_or_else(|| CliError::usage("Den sorten finns inte."))?;
    let slug = format!("{}{}-{}", super::PREFIX, list.kind(), env.clock.now().timestamp());
    let tenant = db.system.insert_tenant(&slug, "Mätkommun", true).await?;
    let around = Surroundings { kinds, keys: env.keys()?, today: env.clock.today(), now: env.clock.now() };
    for (edition, round) in [(0, "first"), (1, "next")] {
        let header = list.header();
        let bytes = write_xlsx("Lista", &header, (1..=rows).map(|n| list.row(n, edition)))
            .map_err(|error| AppError::internal("writing a workbook", error))?;
        let file_kib = bytes.len() / 1024;
        forget_peak();
        let began = Instant::now();
        let order =
            Order { tenant_id: tenant.id, said: Said::Kind(kind), told: Told::default(), dry_run: false };
        let receipts = import(&db.tenants, &around, &order, &format!("lista-{edition}.xlsx"), bytes).await?;
        let seconds = began.elapsed().as_secs_f64();
        let Some(receipt) = receipts.first() else { continue };
        if let Some(reason) = &receipt.reason {
            return Err(CliError::refused(reason.clone()));
        }
        json(&Measured {
            kind: list.kind(),
            round,
            rows: rows.min(u32::try_from(receipt.read).unwrap_or_default()),
            new: receipt.new,
            changed: receipt.changed,
            unchanged: receipt.unchanged,
            refused: receipt.refused,
            file_kib,
            seconds,
            peak_mib: peak_mib(),
        })?;
    }
    Ok(Outcome::Done)
}

/// Linux keeps the highest use of memory until it is told to begin anew.
fn forget_peak() {
    // Where there is no such file there is no such figure either.
    let _untold = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib / 1024)
}
