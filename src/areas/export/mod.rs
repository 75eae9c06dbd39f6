//! Everything a municipality has, in open formats (data-formats.md 10, S003 "flexible system"): for changing system, for
//! the archive, for one's own analysis.
//!
//! Each table becomes two files: `<table>.jsonl`, one JSON object a line and nothing lost, and `<table>.csv` for reading in
//! a spreadsheet. `manifest.json` names every file with its columns, its rows and its SHA-256, and what was left out and why.

mod queries;

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    areas::audit::{self, AccessKind},
    db::{system::Tenant, tenant::TenantTx},
    error::{AppError, AppResult},
};

/// Columns that never leave the database in a file, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("personal_id_cipher", "personnummer är krypterat och lämnas inte ut i fil"),
    ("personal_id_hash", "nyckelad kontrollsumma av personnummer"),
    ("puk_cipher", "PUK-koder är krypterade och lämnas inte ut i fil"),
    ("content", "filens eget innehåll finns som den fil som lämnades in"),
];

/// What was written.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// The municipality.
    pub municipality: String,
    /// When.
    pub exported_at: DateTime<Utc>,
    /// The version of the program.
    pub version: &'static str,
    /// The files.
    pub files: Vec<ExportedFile>,
    /// What was left out, and why (Swedish).
    pub left_out: Vec<LeftOut>,
}

/// One file.
#[derive(Debug, Serialize)]
pub struct ExportedFile {
    /// Its name.
    pub file: String,
    /// The table.
    pub table: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: usize,
    /// The checksum of the file.
    pub sha256: String,
}

/// A column that was left out.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// Table and column.
    pub column: String,
    /// Why.
    pub reason: &'static str,
}

/// Writes everything of a municipality into a folder that is empty or does not exist. The export stands in the log.
pub async fn write_all(
    tx: &mut TenantTx,
    tenant: &Tenant,
    folder: &Path,
    now: DateTime<Utc>,
) -> AppResult<Manifest> {
    std::fs::create_dir_all(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(AppError::rejected(format!(
            "Mappen {} är inte tom. Ange en ny mapp, så att inget skrivs över.",
            folder.display()
        )));
    }
    let mut manifest = Manifest {
        municipality: tenant.name.clone(),
        exported_at: now,
        version: env!("CARGO_PKG_VERSION"),
        files: Vec::new(),
        left_out: Vec::new(),
    };
    for table in queries::list_tables(tx).await? {
        let mut columns = queries::list_columns(tx, &table).await?;
        columns.retain(|column| match LEFT_OUT.iter().find(|(name, _)| name == column) {
            Some((_, reason)) => {
                manifest.left_out.push(LeftOut { column: format!("{table}.{column}"), reason });
                false
            }
            None => true,
        });
        manifest.files.extend(write_table(tx, folder, &table, &columns).await?);
    }
    let text = serde_json::to_vec_pretty(&manifest)?;
    std::fs::write(folder.join("manifest.json"), text)?;
    let tables = manifest.files.len() / 2;
    audit::log_access(
        tx,
        AccessKind::Export,
        ("tenant", Some(tenant.id)),
        serde_json::json!({ "tables": tables, "all": true }),
    )
    .await?;
    Ok(manifest)
}

/// Writes a table as its two files, row by row: a history of millions of rows needs no more memory than one of ten.
async fn write_table(
    tx: &mut TenantTx,
    folder: &Path,
    table: &str,
    columns: &[String],
) -> AppResult<[ExportedFile; 2]> {
    let mut jsonl = Summed::create(folder, format!("{table}.jsonl"))?;
    let mut csv = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Summed::create(folder, format!("{table}.csv"))?.begun_with(b"\xef\xbb\xbf")?);
    let broken = |e: csv::Error| AppError::internal("writing CSV", e);
    csv.write_record(columns).map_err(broken)?;
    let mut count = 0;
    let mut rows = queries::rows(tx, table, columns);
    while let Some(row) = rows.try_next().await? {
        count += 1;
        csv.write_record(columns.iter().map(|c| cell(row.get(c)))).map_err(broken)?;
        let kept: serde_json::Map<String, Value> = columns
            .iter()
            .filter_map(|c| Some((c.clone(), row.get(c)?.clone())))
            .filter(|(_, v)| !v.is_null())
            .collect();
        serde_json::to_writer(&mut jsonl, &kept)?;
        jsonl.write_all(b"\n")?;
    }
    let csv = csv.into_inner().map_err(|e| AppError::internal("writing CSV", e.into_error()))?;
    Ok([jsonl.finish(table, columns, count)?, csv.finish(table, columns, count)?])
}

/// A value in a spreadsheet's cell; a text that a spreadsheet would take for a formula gets an apostrophe first.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A file in the making whose checksum is counted as it is written.
struct Summed {
    name: String,
    out: BufWriter<File>,
    sum: Sha256,
}

impl Summed {
    fn create(folder: &Path, name: String) -> AppResult<Self> {
        let out = BufWriter::new(File::create(folder.join(&name))?);
        Ok(Self { name, out, sum: Sha256::new() })
    }

    fn begun_with(mut self, bytes: &[u8]) -> AppResult<Self> {
        self.write_all(bytes)?;
        Ok(self)
    }

    fn finish(mut self, table: &str, columns: &[String], rows: usize) -> AppResult<ExportedFile> {
        self.flush()?;
        let sha256 = self.sum.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(ExportedFile { file: self.name, table: table.to_owned(), columns: columns.to_vec(), rows, sha256 })
    }
}

impl std::io::Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula_and_numbers_stay_numbers() {
        assert_eq!(cell(Some(&Value::String("=1+1".into()))), "'=1+1");
        assert_eq!(cell(Some(&serde_json::json!(-5))), "-5");
        assert_eq!(cell(Some(&Value::Null)), "");
    }
}
