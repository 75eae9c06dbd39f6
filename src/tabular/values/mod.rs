//! Cells → values. Every parser takes a cell and gives the value or a fault with a Swedish sentence; an empty cell is
//! `None`, and whether that is allowed is for the caller to say.

mod amount;
mod date;
mod date_order;
mod simple;

pub use amount::{AmountStyle, amount, amount_style};
pub use date::{DateOptions, MonthAs, Precision, TwoDigit, When, date, day};
pub use date_order::date_order;
pub use simple::{decimal, email, iccid, integer, is_scientific, text, yes_no};

use super::fault::{Fault, code};
use super::grid::Cell;

/// Words that say that there is nothing to say.
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(
        text.to_lowercase().trim_end_matches('.'),
        "-" | "–"
            | "—"
            | "--"
            | "?"
            | "n/a"
            | "na"
            | "#n/a"
            | "null"
            | "saknas"
            | "uppgift saknas"
            | "okänt"
            | "okänd"
            | "vet ej"
            | "ej känt"
            | "ej angivet"
            | "ej angiven"
            | "oklart"
            | "tbd"
            | "none"
            | "ingen uppgift"
    )
}

/// The text of a cell that may be read: blank is `None`, a workbook's error value is a fault.
pub(crate) fn readable(cell: &Cell) -> Result<Option<std::borrow::Cow<'_, str>>, Fault> {
    if let Cell::Error(error) = cell {
        return Err(Fault::new(
            code::CELL_ERROR,
            format!(
                "Cellen innehåller felet {error} från kalkylprogrammet. Rätta formeln eller skriv in värdet."
            ),
        ));
    }
    Ok(Some(cell.text()).filter(|text| !text.is_empty()))
}

/// How a value is quoted in a message: as it stands, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("”{}…”", text.get(..end).unwrap_or_default()),
        None => format!("”{text}”"),
    }
}
