//! `overblick list leaver-rows`: what each row means on a day (docs/cli.md).

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::queries::read;
use crate::{
    areas::matches,
    db::tenant::TenantTx,
    error::AppResult,
    rules::leaver_matching::{Matcher, Verdict},
};

/// Where a row stood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row in it.
    pub row: i32,
}

/// A row with what it means.
#[derive(Clone, Debug, Serialize)]
pub struct LeaverRow {
    /// Where it stood.
    pub source: Source,
    /// The employee number; absent for a protected person.
    pub employee_no: Option<String>,
    /// What it means.
    pub verdict: &'static str,
    /// The ground.
    pub l_code: &'static str,
    /// The last day that counts.
    pub end_date: Option<NaiveDate>,
}

/// Every row, in the order of files, sheets and rows, judged on a day.
pub async fn list_rows(tx: &mut TenantTx, today: NaiveDate) -> AppResult<Vec<LeaverRow>> {
    let sources: HashMap<Uuid, (String, String)> =
        read::list_files(tx).await?.into_iter().map(|(id, file, sheet)| (id, (file, sheet))).collect();
    let ground = matches::load(tx, today).await?;
    let matcher = Matcher::new(ground.input());
    let mut rows: Vec<LeaverRow> = ground
        .listed
        .iter()
        .zip(matcher.verdicts())
        .map(|(listed, verdict)| LeaverRow {
            source: source(sources.get(&listed.id).cloned().unwrap_or_default(), listed.row_no),
            employee_no: Some(listed.employee_no.clone())
                .filter(|number| !number.is_empty() && !verdict.is_protected && !listed.is_hidden),
            verdict: if verdict.is_protected { Verdict::Protected.code() } else { said(verdict.verdict) },
            l_code: verdict.l_code.code(),
            end_date: verdict.end,
        })
        .collect();
    rows.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(rows)
}

fn source((file, sheet): (String, String), row: i32) -> Source {
    Source { file, sheet: Some(sheet).filter(|sheet| !sheet.is_empty()), row }
}

/// The words of the command line: an employment that goes on is a sort of leave to it, and what a row withdraws is a correction.
fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Extended => Verdict::Leave.code(),
        Verdict::Withdrawn => Verdict::Correction.code(),
        other => other.code(),
    }
}
