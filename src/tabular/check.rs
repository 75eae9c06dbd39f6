//! The checks of a row that need the mapping but no knowledge of an area: required cells, and cells that cannot be read as
//! what their field is.

use chrono::NaiveDate;

use super::fault::{Fault, RowFault, code};
use super::grid::Cell;
use super::mapping::Mapping;
use super::table::{DataRow, Table};
use super::values::{self, AmountStyle, DateOptions, TwoDigit};
use super::vocabulary::{Content, Field, OnFault, Required, Vocabulary};

/// How the values of one table are read, told from the whole of it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The order of dates with two-digit years.
    pub two_digit: TwoDigit,
    /// How each column writes decimals, by column.
    amounts: Vec<AmountStyle>,
}

impl Reading {
    /// Learns how a table writes its dates and amounts. `near` is a day the list's dates should lie near.
    #[must_use]
    pub fn of(table: &Table<'_>, mapping: &Mapping, vocabulary: &Vocabulary, near: NaiveDate) -> Self {
        let dates = mapping
            .pairs()
            .filter(|(field, _)| {
                vocabulary.field(field).is_some_and(|field| matches!(field.content, Content::Date(_)))
            })
            .flat_map(|(_, column)| table.column(column));
        let two_digit = values::date_order(dates, near);
        let amounts = (0..table.header.columns.len())
            .map(|column| values::amount_style(table.column(column)))
            .collect();
        Self { two_digit, amounts }
    }

    /// How a field's dates are read.
    #[must_use]
    pub fn dates(&self, field: &Field) -> DateOptions {
        let month_as =
            if let Content::Date(month_as) = field.content { month_as } else { values::MonthAs::First };
        DateOptions { month_as, two_digit: self.two_digit, month_first: false }
    }

    /// How a column's amounts are written.
    #[must_use]
    pub fn amounts(&self, column: usize) -> AmountStyle {
        self.amounts.get(column).copied().unwrap_or_default()
    }
}

/// What the general checks found in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Faults that refuse the row, those the table found included.
    pub faults: Vec<RowFault>,
    /// Faults that do not.
    pub warnings: Vec<RowFault>,
    /// The number of an earlier row of the file that is the same and names the same thing.
    pub duplicate_of: Option<u32>,
}

/// Checks a row against its vocabulary.
#[must_use]
pub fn row(
    table: &Table<'_>,
    row: &DataRow,
    mapping: &Mapping,
    vocabulary: &Vocabulary,
    reading: &Reading,
) -> Checked {
    let identified = vocabulary.identity.is_empty()
        || vocabulary
            .identity
            .iter()
            .filter_map(|field| mapping.column(field))
            .any(|column| !table.cell(row, column).is_blank());
    let mut checked = Checked {
        faults: row.faults.clone(),
        warnings: row.warnings.clone(),
        duplicate_of: row.duplicate_of.filter(|_| identified),
    };
    if let Some(earlier) = checked.duplicate_of {
        checked.warnings = vec![
            Fault::new(
                code::EXACT_DUPLICATE,
                format!("Raden är likadan som rad {earlier} och läses in en gång."),
            )
            .at(row.number, None, None),
        ];
    }
    // A row with the wrong number of cells has its values in the wrong columns: further faults would mislead.
    if row.faults.iter().any(|fault| fault.code == code::COLUMN_COUNT) {
        return checked;
    }
    for demand in vocabulary.required {
        checked.faults.extend(missing(table, row, mapping, vocabulary, demand));
    }
    for (field, column) in mapping.pairs() {
        let Some(field) = vocabulary.field(field) else { continue };
        let cell = table.cell(row, column);
        if let Err(fault) = value(cell, field, column, reading) {
            let fault = masked(fault, field).at(row.number, table.name(column), Some(&cell.text()));
            let refuses = match field.on_fault {
                OnFault::Refuse => true,
                OnFault::Warn => false,
                OnFault::RefuseAttempt => is_attempt(&cell.text()),
            };
            if refuses {
                checked.faults.push(fault);
            } else if checked.duplicate_of.is_none() {
                checked.warnings.push(fault);
            }
        }
    }
    mask(table, mapping, vocabulary, &mut checked);
    checked
}

/// What stands for a secret value.
pub const MASK: &str = "••••";

/// A fault whose sentence quotes the value, without it where the field is secret.
fn masked(fault: Fault, field: &Field) -> Fault {
    if field.secret {
        Fault::new(fault.code, format!("Värdet i ”{}” går inte att läsa.", field.label))
    } else {
        fault
    }
}

/// Hides the values of secret columns in every fault and warning.
fn mask(table: &Table<'_>, mapping: &Mapping, vocabulary: &Vocabulary, checked: &mut Checked) {
    let secret: Vec<&str> = mapping
        .pairs()
        .filter(|(code, _)| vocabulary.field(code).is_some_and(|field| field.secret))
        .filter_map(|(_, column)| table.name(column))
        .collect();
    for fault in checked.faults.iter_mut().chain(&mut checked.warnings) {
        if fault.column.as_deref().is_some_and(|column| secret.contains(&column)) && fault.value.is_some() {
            fault.value = Some(MASK.to_owned());
        }
    }
}

fn missing(
    table: &Table<'_>,
    row: &DataRow,
    mapping: &Mapping,
    vocabulary: &Vocabulary,
    demand: &Required,
) -> Option<RowFault> {
    let columns: Vec<usize> = demand.any.iter().filter_map(|code| mapping.column(code)).collect();
    let needed =
        columns.get(..if demand.first { columns.len().min(1) } else { columns.len() }).unwrap_or_default();
    if needed.is_empty() || needed.iter().any(|column| !table.cell(row, *column).is_blank()) {
        return None;
    }
    let label =
        demand.any.first().and_then(|code| vocabulary.field(code)).map_or("Värdet", |field| field.label);
    let column = columns.first().and_then(|column| table.name(*column)).unwrap_or(label);
    let message = format!(
        "Raden saknar värde i kolumnen ”{column}”, som måste vara ifylld. Fyll i den eller ta bort raden."
    );
    Some(Fault::new(demand.code, message).at(row.number, Some(column), None))
}

/// Whether a text that is no date or number looks as if it were meant as one: more digits than letters.
fn is_attempt(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 2 && digits > text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Whether a cell can be read as its field.
fn value(cell: &Cell, field: &Field, column: usize, reading: &Reading) -> Result<(), Fault> {
    match field.content {
        Content::Date(_) => values::date(cell, reading.dates(field)).map(drop),
        Content::Amount => values::amount(cell, reading.amounts(column)).map(drop),
        Content::Integer => values::integer(cell).map(drop),
        Content::Decimal => values::decimal(cell).map(drop),
        Content::YesNo => values::yes_no(cell).map(drop),
        Content::Email => values::email(cell).map(drop),
        Content::Iccid => match values::iccid(cell) {
            // Another length is for the area's own rules to judge.
            Err(fault) if fault.code == code::ICCID_SCIENTIFIC => Err(fault),
            _ => Ok(()),
        },
        Content::Phone
        | Content::OrgNo
        | Content::PersonalId
        | Content::EmployeeNo
        | Content::Code
        | Content::Imei => {
            let text = values::readable(cell)?.unwrap_or_default();
            if values::is_scientific(&text) && text.contains(['+', ',', '.']) {
                return Err(Fault::new(
                    code::NUMBER_SCIENTIFIC,
                    format!(
                        "{} har avrundats av ett kalkylprogram och siffror är borta. Hämta listan på nytt och låt kolumnen vara text.",
                        values::quoted(&text)
                    ),
                ));
            }
            Ok(())
        }
        Content::Text | Content::Name | Content::Login | Content::Url => values::readable(cell).map(drop),
    }
}
