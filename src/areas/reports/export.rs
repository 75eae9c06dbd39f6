//! A report as a file: the tables as they are, and what stood over them.

use super::model::{Cell, Head, Report, Table};
use crate::error::{AppError, AppResult};
use crate::tabular::write::{Value, XlsxWriter, write_csv};
use crate::web::download::FileKind;

/// What a file holds in a workbook's first sheet.
fn about(head: &Head, report: &Report) -> Vec<Vec<Value>> {
    let line = |what: &str, value: &str| vec![Value::from(what), Value::from(value)];
    let mut rows = vec![
        line("Rapport", &format!("{} {}", report.code.to_uppercase(), report.title)),
        line("Kommun", &head.municipality),
        line("Omfattning", &head.scope),
        vec![Value::from("Uppgifterna gäller"), Value::Date(head.day)],
        line("Framtagen av", &head.by),
    ];
    rows.extend(head.sources.iter().map(|source| line("Underlag", source)));
    rows.extend(head.secrecy.iter().map(|text| line("Sekretess", text)));
    rows.extend(report.figures.iter().map(|f| line(f.label, &f.value)));
    rows.extend(report.notes.iter().map(|note| line("Så räknas det", note)));
    rows
}

fn rows(table: &Table) -> impl Iterator<Item = Vec<Value>> {
    table
        .rows
        .iter()
        .chain(&table.total)
        .map(|row| row.iter().map(|cell: &Cell| cell.value.clone()).collect())
}

/// The bytes of a file. CSV holds one table: the last, which is the most detailed that the reader may have.
pub fn bytes(head: &Head, report: &Report, kind: FileKind) -> AppResult<Vec<u8>> {
    match kind {
        FileKind::Csv => {
            let Some(table) = main_table(report) else { return Err(AppError::NotFound) };
            let header: Vec<&str> = table.columns.iter().map(|c| c.0).collect();
            Ok(write_csv(Vec::new(), &header, rows(table))?)
        }
        FileKind::Xlsx => {
            let broken = |e| AppError::internal("writing a report", e);
            let mut book = XlsxWriter::new();
            book.sheet("Om rapporten", &[("Vad", 22), ("Uppgift", 44)], about(head, report))
                .map_err(broken)?;
            for table in &report.tables {
                let header: Vec<(&str, usize)> = table
                    .columns
                    .iter()
                    .map(|(name, is_number)| (*name, if *is_number { 12 } else { 24 }))
                    .collect();
                book.sheet(&table.title, &header, rows(table)).map_err(broken)?;
            }
            book.finish().map_err(broken)
        }
    }
}

/// How many rows a file has.
pub fn count(report: &Report, kind: FileKind) -> usize {
    match kind {
        FileKind::Csv => main_table(report).map_or(0, |table| table.rows.len()),
        FileKind::Xlsx => report.tables.iter().map(|table| table.rows.len()).sum(),
    }
}

fn main_table(report: &Report) -> Option<&Table> {
    let wanted = match report.code {
        "r06" => "abonnemang",
        "r07" => "avsandare",
        "r08" => "enheter",
        _ => "avslut",
    };
    report.tables.iter().find(|table| table.id == wanted).or_else(|| report.tables.first())
}
