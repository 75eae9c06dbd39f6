//! An order as a file: what the operator needs, and nothing else. Neither ICCID nor PUK is ever in it.

use super::Line;
use crate::error::{AppError, AppResult};
use crate::tabular::write::{Value, XlsxWriter, write_csv};
use crate::web::download::FileKind;

const COLUMNS: [(&str, usize); 8] = [
    ("Nummer", 16),
    ("Åtgärd", 40),
    ("Sista dag", 12),
    ("Bundet till", 12),
    ("Ny användare", 28),
    ("Nytt kostnadsställe", 20),
    ("Vår referens", 14),
    ("Beslutat", 12),
];

fn row(line: &Line) -> Vec<Value> {
    let text = |text: &str| if text.is_empty() { Value::Empty } else { Value::from(text) };
    vec![
        text(&line.number),
        text(&line.what),
        line.last_day.into(),
        line.bound_until.into(),
        text(&line.new_holder),
        text(&line.new_cost_centre),
        text(&line.reference),
        line.decided_on.into(),
    ]
}

/// The bytes of the file, with the lines that go with.
pub(super) fn bytes(lines: &[Line], kind: FileKind) -> AppResult<Vec<u8>> {
    let rows = lines.iter().filter(|line| line.left_out.is_empty()).map(row);
    match kind {
        FileKind::Csv => Ok(write_csv(Vec::new(), &COLUMNS.map(|c| c.0), rows)?),
        FileKind::Xlsx => {
            let mut book = XlsxWriter::new();
            let broken = |e| AppError::internal("writing an order", e);
            book.sheet("Beställning", &COLUMNS, rows).map_err(broken)?;
            book.finish().map_err(broken)
        }
    }
}
