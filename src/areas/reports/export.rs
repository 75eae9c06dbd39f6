//! A report as a file: the tables as they are, and what stood over them. A workbook has a sheet for each table, CSV holds one.

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
    ];
    if !head.period.is_empty() {
        rows.push(line("Period", &head.period));
    }
    rows.push(vec![Value::from("Uppgifterna gäller"), Value::Date(head.day)]);
    rows.push(line("Framtagen av", &head.by));
    rows.extend(head.sources.iter().map(|source| line("Underlag", source)));
    rows.extend(head.secrecy.iter().map(|text| line("Sekretess", text)));
    rows.extend(report.figures.iter().map(|f| line(f.label, &f.value)));
    rows.extend(report.line.iter().map(|drawn| line(&drawn.table.title, &drawn.title)));
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

/// The bytes of a file, and how many rows it has. `table` = the code of the one that a CSV is to hold; empty = the most detailed
/// that the reader may have.
pub fn file(head: &Head, report: &Report, kind: FileKind, table: &str) -> AppResult<(Vec<u8>, usize)> {
    match kind {
        FileKind::Csv => {
            let figures = report.figures_table();
            let Some(table) = chosen(report, &figures, table) else { return Err(AppError::NotFound) };
            let header: Vec<&str> = table.columns.iter().map(|c| c.0).collect();
            Ok((write_csv(Vec::new(), &header, rows(table))?, table.rows.len()))
        }
        FileKind::Xlsx => {
            let broken = |e| AppError::internal("writing a report", e);
            let mut book = XlsxWriter::new();
            book.sheet("Om rapporten", &[("Vad", 22), ("Uppgift", 44)], about(head, report))
                .map_err(broken)?;
            for table in report.line.iter().map(|line| &line.table).chain(&report.tables) {
                let header: Vec<(&str, usize)> = table
                    .columns
                    .iter()
                    .map(|(name, is_number)| (*name, if *is_number { 12 } else { 24 }))
                    .collect();
                book.sheet(&table.title, &header, rows(table)).map_err(broken)?;
            }
            Ok((book.finish().map_err(broken)?, report.tables.iter().map(|table| table.rows.len()).sum()))
        }
    }
}

/// Every table of a report, in the order of the page.
fn tables<'a>(report: &'a Report, figures: &'a Table) -> impl Iterator<Item = &'a Table> {
    std::iter::once(figures).chain(report.line.iter().map(|line| &line.table)).chain(&report.tables)
}

/// The tables that a CSV can hold: code and heading.
pub fn choices(report: &Report) -> Vec<(&'static str, String)> {
    tables(report, &report.figures_table()).map(|table| (table.id, table.title.clone())).collect()
}

fn chosen<'a>(report: &'a Report, figures: &'a Table, wanted: &str) -> Option<&'a Table> {
    if wanted.is_empty() {
        main_table(report)
    } else {
        tables(report, figures).find(|table| table.id == wanted)
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
