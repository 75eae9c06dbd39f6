//! What is kept of files, runs and rows.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kinds::{Report, RowOutcome, RowReport};
use crate::tabular::{Mapping, RowFault, Sheet, Table, Vocabulary};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Columns are to be chosen.
    Mapping,
    /// A job checks the rows.
    Checking,
    /// The preview waits for a decision.
    Checked,
    /// A job takes the rows in.
    TakingIn,
    /// Taken in.
    TakenIn,
    /// The job failed.
    Failed,
}

impl State {
    /// Every state with its code and what it is called.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Mapping, "mapping", "Kolumner ska paras ihop"),
        (Self::Checking, "checking", "Kontrolleras"),
        (Self::Checked, "checked", "Väntar på beslut"),
        (Self::TakingIn, "taking_in", "Läses in"),
        (Self::TakenIn, "taken_in", "Inläst"),
        (Self::Failed, "failed", "Misslyckades"),
    ];

    /// The code in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(state, ..)| *state == self).map_or("", |(_, code, _)| code)
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(state, ..)| *state == self).map_or("", |(_, _, label)| label)
    }

    /// The state of a code.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known, _)| *known == code).map_or(Self::Failed, |(state, ..)| *state)
    }

    /// Whether a job is at work.
    #[must_use]
    pub fn is_working(self) -> bool {
        matches!(self, Self::Checking | Self::TakingIn)
    }
}

/// What is known about a sheet as a table.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Facts {
    /// `utf-8`, `windows-1252` …; none for a workbook.
    pub encoding: Option<String>,
    /// The character between cells.
    pub delimiter: Option<String>,
    /// The header's record number; 0 where the list has none because it says that there is nothing to list.
    pub header_row: u32,
    /// The headers, by column; empty for a column without one.
    pub columns: Vec<String>,
    /// Rows of other sorts than data.
    pub title_rows: Vec<u32>,
    /// Headings within the list.
    pub section_rows: Vec<u32>,
    /// Sums.
    pub sum_rows: Vec<u32>,
    /// Remarks.
    pub note_rows: Vec<u32>,
    /// The header repeated.
    pub repeated_header_rows: Vec<u32>,
    /// Nothing.
    pub blank_rows: usize,
    /// Text encoded twice was repaired.
    pub repaired_rows: Vec<u32>,
    /// Columns whose mapping a person should look at.
    pub unsure: Vec<usize>,
}

impl Facts {
    /// The facts of a table.
    #[must_use]
    pub fn of(sheet: &Sheet, table: &Table<'_>) -> Self {
        Self {
            encoding: sheet.text.as_ref().map(|text| text.encoding.to_owned()),
            delimiter: sheet.text.as_ref().and_then(|text| text.delimiter).map(String::from),
            header_row: if table.is_of_nothing() { 0 } else { table.header.row },
            columns: table.header.columns.clone(),
            title_rows: table.title_rows.clone(),
            section_rows: table.sections.iter().map(|(row, _)| *row).collect(),
            sum_rows: table.sum_rows.clone(),
            note_rows: table.notes.iter().map(|(row, _)| *row).collect(),
            repeated_header_rows: table.repeated_header_rows.clone(),
            blank_rows: sheet.blank_rows().len(),
            repaired_rows: table.double_encoded_rows.clone(),
            unsure: Vec::new(),
        }
    }
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of data.
    pub read: i32,
    /// New in the register.
    pub new: i32,
    /// Changed.
    pub changed: i32,
    /// As the register.
    pub unchanged: i32,
    /// In the register and not in the list.
    pub missing: i32,
    /// Refused.
    pub refused: i32,
    /// The same as an earlier row.
    pub duplicate: i32,
}

impl Counts {
    /// The counts of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let count = |outcome| {
            i32::try_from(report.rows.iter().filter(|row| row.outcome == outcome).count()).unwrap_or(i32::MAX)
        };
        Self {
            read: i32::try_from(report.rows.len()).unwrap_or(i32::MAX),
            new: count(RowOutcome::New),
            changed: count(RowOutcome::Changed),
            unchanged: count(RowOutcome::Unchanged),
            missing: i32::try_from(report.missing).unwrap_or(i32::MAX),
            refused: count(RowOutcome::Refused),
            duplicate: count(RowOutcome::Duplicate),
        }
    }
}

impl RowOutcome {
    /// Every outcome with its code and what it is called.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::New, "new", "Ny"),
        (Self::Changed, "changed", "Ändrad"),
        (Self::Unchanged, "unchanged", "Oförändrad"),
        (Self::Refused, "refused", "Avvisad"),
        (Self::Duplicate, "duplicate", "Dubblett"),
    ];

    /// The code in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(outcome, ..)| *outcome == self).map_or("", |(_, code, _)| code)
    }

    /// The colour of its tag.
    #[must_use]
    pub fn color(self) -> &'static str {
        match self {
            Self::New => "success",
            Self::Changed => "info",
            Self::Unchanged => "neutral",
            Self::Refused => "danger",
            Self::Duplicate => "warning",
        }
    }

    /// The outcome of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == code).map(|(outcome, ..)| *outcome)
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(outcome, ..)| *outcome == self).map_or("", |(_, _, label)| label)
    }
}

/// A fault or warning as it is kept and shown.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct KeptFault {
    /// The column's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What stood there; masked where it is secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The stable code.
    pub code: String,
    /// The sentence.
    pub message: String,
}

impl From<&RowFault> for KeptFault {
    fn from(fault: &RowFault) -> Self {
        Self {
            column: fault.column.clone(),
            value: fault.value.clone(),
            code: fault.code.to_owned(),
            message: fault.message.clone(),
        }
    }
}

/// A row as it is kept.
#[derive(Debug, Clone)]
pub struct KeptRow {
    /// Record number in the file.
    pub row: i32,
    /// What it became.
    pub outcome: RowOutcome,
    /// What it is about.
    pub label: String,
    /// Why it was refused.
    pub faults: Vec<KeptFault>,
    /// What to know about it.
    pub warnings: Vec<KeptFault>,
    /// The object.
    pub object_id: Option<Uuid>,
}

impl KeptRow {
    /// A row of a report, with its label.
    #[must_use]
    pub fn of(report: &RowReport, label: String) -> Self {
        Self {
            row: i32::try_from(report.row).unwrap_or(i32::MAX),
            outcome: report.outcome,
            label,
            faults: report.faults.iter().map(KeptFault::from).collect(),
            warnings: report.warnings.iter().map(KeptFault::from).collect(),
            object_id: report.object_id,
        }
    }
}

/// A run, with its file.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The file.
    pub file_id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// The file's size in bytes.
    pub file_size: i32,
    /// Whether the file's content is still kept.
    pub has_content: bool,
    /// The sheet; empty for a delimited file.
    pub sheet: String,
    /// The kind's code.
    pub kind: String,
    /// Who sends such files.
    pub source: String,
    /// The unit whose list it is.
    pub unit_id: Option<Uuid>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// First day of the month that the list is of.
    pub period: Option<NaiveDate>,
    /// When the file arrived.
    pub received_on: NaiveDate,
    /// Where it stands.
    pub state: State,
    /// Which column is which field: field → column.
    pub mapping: BTreeMap<String, usize>,
    /// About the table.
    pub facts: Facts,
    /// What the rows became.
    pub counts: Counts,
    /// Why it failed.
    pub failure: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// Who sent it.
    pub actor: String,
    /// When it was taken in.
    pub taken_in_at: Option<DateTime<Utc>>,
    /// Who took it in.
    pub taken_in_by: Option<String>,
    /// The change set.
    pub change_set_id: Option<Uuid>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

impl Run {
    /// The mapping, for reading.
    #[must_use]
    pub fn mapping_of(&self, vocabulary: &Vocabulary) -> Mapping {
        Mapping::new(
            vocabulary
                .fields
                .iter()
                .filter_map(|field| self.mapping.get(field.code).map(|column| (field.code, *column)))
                .collect(),
        )
    }

    /// What to call the file: with its sheet, where it has one.
    #[must_use]
    pub fn title(&self) -> String {
        if self.sheet.is_empty() {
            self.file_name.clone()
        } else {
            format!("{}, bladet {}", self.file_name, self.sheet)
        }
    }

    /// The colour of its state's tag.
    #[must_use]
    pub fn state_color(&self) -> &'static str {
        match (self.undone_at, self.state) {
            (Some(_), _) => "neutral",
            (None, State::TakenIn) => "success",
            (None, State::Failed) => "danger",
            (None, State::Checking | State::TakingIn) => "info",
            (None, State::Mapping | State::Checked) => "warning",
        }
    }

    /// What it is called where it stands.
    #[must_use]
    pub fn state_label(&self) -> &'static str {
        if self.undone_at.is_some() { "Ångrad" } else { self.state.label() }
    }
}

/// A mapping as it is kept.
#[must_use]
pub fn kept_mapping(mapping: &Mapping) -> BTreeMap<String, usize> {
    mapping.pairs().map(|(field, column)| (field.to_owned(), column)).collect()
}
