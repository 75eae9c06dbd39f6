//! A sheet as a table: every record of it is a title, the header, data, a section heading, a sum, a note or blank, and the
//! faults that can be told without knowing what the columns mean are found.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::content::Profile;
use super::fault::{Fault, RowFault, code};
use super::grid::{Cell, Record, Sheet};
use super::header::{self, FoundBy, Header};
use super::lexicon::Lexicon;
use super::nothing;
use super::refusal::Refusal;
use super::row_kind::{self, RowKind};
use super::vocabulary::Vocabulary;

/// A row of data.
#[derive(Debug, Clone)]
pub struct DataRow {
    /// Where its record is in the sheet.
    record: usize,
    /// Record number in the file.
    pub number: u32,
    /// The section heading it stands under, as an index into [`Table::sections`].
    section: Option<usize>,
    /// The number of an earlier row that is the same, letter for letter.
    pub duplicate_of: Option<u32>,
    /// Why the row is refused, as far as can be told without knowing its columns.
    pub faults: Vec<RowFault>,
    /// What the sender should know though the row is taken in.
    pub warnings: Vec<RowFault>,
}

/// A sheet, understood as a table.
#[derive(Debug)]
pub struct Table<'a> {
    /// The sheet it was read from.
    pub sheet: &'a Sheet,
    /// The header.
    pub header: Header,
    /// Rows of data, refused and repeated ones included.
    pub rows: Vec<DataRow>,
    /// Rows before the header, and the same texts repeated later.
    pub title_rows: Vec<u32>,
    /// Headings within the list, with their text.
    pub sections: Vec<(u32, String)>,
    /// Sums and counts.
    pub sum_rows: Vec<u32>,
    /// Remarks, with their text.
    pub notes: Vec<(u32, String)>,
    /// The header again, as on each page of a printed list.
    pub repeated_header_rows: Vec<u32>,
    /// Records in which text encoded twice was repaired.
    pub double_encoded_rows: Vec<u32>,
    profiles: Vec<Profile>,
}

impl<'a> Table<'a> {
    /// Understands a sheet as the wanted kind of list.
    ///
    /// # Errors
    /// When the sheet has no header.
    pub fn read(sheet: &'a Sheet, vocabulary: &Vocabulary) -> Result<Self, Refusal> {
        if says_none(sheet, vocabulary, 1) {
            return Ok(Self::without_rows(sheet));
        }
        let header = match header::find(sheet, vocabulary) {
            Ok(header) => header,
            // A comma in the sentence has made more cells of it.
            Err(_) if says_none(sheet, vocabulary, 4) => return Ok(Self::without_rows(sheet)),
            Err(refusal) => return Err(refusal),
        };
        let last_header = header.extra_rows.iter().copied().chain([header.row]).max().unwrap_or(header.row);
        let first = sheet.records.partition_point(|record| record.number <= last_header);
        let titles: Vec<&Record> = sheet
            .records
            .iter()
            .filter(|record| {
                record.number < last_header
                    && record.number != header.row
                    && !header.extra_rows.contains(&record.number)
            })
            .collect();
        let width = header.columns.len();
        let below = sheet.records.get(first..).unwrap_or_default();
        let profiles: Vec<Profile> = (0..width)
            .map(|column| {
                Profile::of(
                    below.iter().filter(|record| record.filled() > 1).map(|record| record.cell(column)),
                )
            })
            .collect();
        let judge = row_kind::Judge::new(sheet, &header, &titles, below, &profiles, Lexicon::of(vocabulary));
        let mut table = Self {
            title_rows: titles.iter().map(|record| record.number).collect(),
            sheet,
            header,
            rows: Vec::with_capacity(below.len()),
            sections: Vec::new(),
            sum_rows: Vec::new(),
            notes: Vec::new(),
            repeated_header_rows: Vec::new(),
            double_encoded_rows: Vec::new(),
            profiles: Vec::new(),
        };
        let mut is_over = false;
        for (index, record) in below.iter().enumerate() {
            is_over |= width > 1 && row_kind::is_farewell(record);
            let kind = if is_over && record.filled() == 1 {
                RowKind::Note(record.texts().map(|(_, text)| text.into_owned()).collect())
            } else {
                judge.kind(record, below.get(index + 1..).unwrap_or_default())
            };
            match kind {
                RowKind::Title => table.title_rows.push(record.number),
                RowKind::Header => table.repeated_header_rows.push(record.number),
                RowKind::Section(text) => table.sections.push((record.number, text)),
                RowKind::Sum => table.sum_rows.push(record.number),
                RowKind::Note(text) => table.notes.push((record.number, text)),
                RowKind::Data { alone } => table.take(first + index, record, alone),
            }
        }
        table.profiles = (0..width).map(|column| Profile::of(table.column(column))).collect();
        table.check();
        Ok(table)
    }

    /// A list that says in words that there is nothing to list: every record is a title, and there are no columns.
    fn without_rows(sheet: &'a Sheet) -> Self {
        let header = Header {
            row: sheet.last_record.saturating_add(1),
            extra_rows: Vec::new(),
            found_by: FoundBy::Words,
            known: 0,
            columns: Vec::new(),
            parts: Vec::new(),
        };
        Self {
            sheet,
            header,
            rows: Vec::new(),
            title_rows: sheet.records.iter().map(|record| record.number).collect(),
            sections: Vec::new(),
            sum_rows: Vec::new(),
            notes: Vec::new(),
            repeated_header_rows: Vec::new(),
            double_encoded_rows: Vec::new(),
            profiles: Vec::new(),
        }
    }

    /// Whether the list has neither header nor rows and says so: such a list needs no columns.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        self.header.columns.is_empty()
    }

    fn take(&mut self, index: usize, record: &Record, alone: bool) {
        let mut row = DataRow {
            record: index,
            number: record.number,
            section: self.sections.len().checked_sub(1),
            duplicate_of: None,
            faults: Vec::new(),
            warnings: Vec::new(),
        };
        if alone {
            row.warnings.push(
                Fault::new(
                    code::SINGLE_CELL_ROW,
                    "Raden har bara en ifylld cell och lästes som en rad i listan. Är den en mellanrubrik, ta bort den.",
                )
                .at(record.number, None, None),
            );
        }
        if record.repaired {
            self.double_encoded_rows.push(record.number);
        }
        self.rows.push(row);
    }

    fn check(&mut self) {
        let width = self.header.columns.len();
        let short = self.rows.iter().filter(|row| self.record(row).width < width).count();
        // An export that leaves out empty cells at the end does so in many rows.
        let trims = self.sheet.text.is_none() || short >= 3 && short * 20 >= self.rows.len();
        let mixed = self.sheet.text.as_ref().map(|facts| facts.mixed_rows.clone()).unwrap_or_default();
        let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(self.rows.len());
        let mut rows = std::mem::take(&mut self.rows);
        for index in 0..rows.len() {
            let Some(row) = rows.get(index) else { continue };
            let record = self.record(row);
            let mut faults = self.faults(record, trims);
            let mut warnings = self.warnings(record);
            if mixed.contains(&record.number) {
                warnings.push(
                    Fault::new(
                        code::MIXED_ENCODING,
                        "Raden hade en annan teckenkodning än resten av filen. Kontrollera å, ä och ö.",
                    )
                    .at(record.number, None, None),
                );
            }
            let key = Self::key(row, record);
            let earlier = seen.entry(key).or_default();
            let same = earlier
                .iter()
                .filter_map(|at| rows.get(*at))
                .find(|other| self.same(other, row))
                .map(|other| other.number);
            if same.is_none() {
                earlier.push(index);
            }
            let Some(row) = rows.get_mut(index) else { continue };
            row.duplicate_of = same;
            row.faults.append(&mut faults);
            row.warnings.append(&mut warnings);
        }
        self.rows = rows;
    }

    fn faults(&self, record: &Record, trims: bool) -> Vec<RowFault> {
        let mut faults = Vec::new();
        let width = self.header.columns.len();
        let beyond = record.filled_cells().filter(|(column, _)| *column >= width).count();
        if beyond > 0 || record.width < width && !trims {
            let message = if beyond > 0 {
                format!(
                    "Raden har fler celler än rubriken, som har {width}. Har en cell ett skiljetecken i sin text ska den stå inom \
                     citattecken."
                )
            } else {
                let cells = if record.width == 1 { "cell" } else { "celler" };
                format!(
                    "Raden har {} {cells}, rubriken har {width}. Raden är avbruten eller saknar celler.",
                    record.width
                )
            };
            faults.push(Fault::new(code::COLUMN_COUNT, message).at(record.number, None, None));
        }
        for (column, cell) in record.cells.iter().enumerate() {
            if let Cell::Text(text) = cell
                && text.contains(char::REPLACEMENT_CHARACTER)
            {
                let message = "Tecken har gått förlorade (�) redan innan filen kom hit. Hämta listan på nytt ur källan, som UTF-8.";
                faults.push(Fault::new(code::REPLACEMENT_CHAR, message).at(
                    record.number,
                    self.name(column),
                    Some(text),
                ));
            }
        }
        if record.unclosed_quote {
            let message = "Raden har ett citattecken som aldrig avslutas. Ta bort det eller sätt ett till.";
            faults.push(Fault::new(code::QUOTE_UNCLOSED, message).at(record.number, None, None));
        }
        if record.cut {
            let message = "En cell på raden är orimligt lång. Korta texten.";
            faults.push(Fault::new(code::CELL_TOO_LONG, message).at(record.number, None, None));
        }
        faults
    }

    /// Cells that a spreadsheet would run. They are never run here; plus, minus and at signs harm only as text that is
    /// opened in a spreadsheet again, so a workbook's own text cells are warned about for `=` alone.
    fn warnings(&self, record: &Record) -> Vec<RowFault> {
        let mut warnings = Vec::new();
        for (column, cell) in record.cells.iter().enumerate() {
            let Cell::Text(text) = cell else { continue };
            let text = text.trim_start();
            let delimited = self.sheet.text.is_some();
            let (code, message) = match text.chars().next() {
                Some('=') => (
                    code::FORMULA_INJECTION,
                    "Cellen ser ut som en formel. Den har inte körts utan lästs som text. Kontrollera varifrån den kommer.",
                ),
                Some('+') if delimited => {
                    (code::FORMULA_PREFIX_PLUS, "Cellen börjar med + och har lästs som text.")
                }
                Some('@') if delimited => {
                    (code::FORMULA_PREFIX_AT, "Cellen börjar med @ och har lästs som text.")
                }
                Some('-') if delimited && text.chars().skip(1).any(char::is_alphabetic) => {
                    (code::FORMULA_PREFIX_MINUS, "Cellen börjar med - och har lästs som text.")
                }
                _ => continue,
            };
            warnings.push(Fault::new(code, message).at(record.number, self.name(column), Some(text)));
        }
        warnings
    }

    fn key(row: &DataRow, record: &Record) -> u64 {
        let mut hasher = DefaultHasher::new();
        row.section.hash(&mut hasher);
        for (column, cell) in record.filled_cells() {
            column.hash(&mut hasher);
            cell.hash_into(&mut hasher);
        }
        hasher.finish()
    }

    fn same(&self, one: &DataRow, other: &DataRow) -> bool {
        one.section == other.section && same_cells(self.record(one), self.record(other))
    }

    fn record(&self, row: &DataRow) -> &'a Record {
        static NOTHING: Record = Record {
            number: 0,
            cells: Vec::new(),
            width: 0,
            repaired: false,
            unclosed_quote: false,
            cut: false,
        };
        self.sheet.records.get(row.record).unwrap_or(&NOTHING)
    }

    /// The cell of a row.
    #[must_use]
    pub fn cell(&self, row: &DataRow, column: usize) -> &'a Cell {
        self.record(row).cell(column)
    }

    /// The cells of a row.
    #[must_use]
    pub fn cells(&self, row: &DataRow) -> &'a [Cell] {
        &self.record(row).cells
    }

    /// The text of the section heading a row stands under.
    #[must_use]
    pub fn section(&self, row: &DataRow) -> Option<&str> {
        row.section.and_then(|index| self.sections.get(index)).map(|(_, text)| text.as_str())
    }

    /// The cells of a column in the rows of data.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &'a Cell> {
        self.rows.iter().map(move |row| self.cell(row, column))
    }

    /// A column's header, `None` when it has none.
    #[must_use]
    pub fn name(&self, column: usize) -> Option<&str> {
        self.header.columns.get(column).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// What the cells of a column look like.
    #[must_use]
    pub fn profile(&self, column: usize) -> Profile {
        self.profiles.get(column).copied().unwrap_or_default()
    }

    /// Texts above the header: what the list is, of what day and unit.
    #[must_use]
    pub fn titles(&self) -> Vec<String> {
        self.sheet
            .records
            .iter()
            .filter(|record| record.number < self.header.row && self.title_rows.contains(&record.number))
            .map(|record| record.texts().map(|(_, text)| text.into_owned()).collect::<Vec<_>>().join(" "))
            .collect()
    }
}

/// A few lines of a cell or some each, one of which says that there is nothing to list.
fn says_none(sheet: &Sheet, vocabulary: &Vocabulary, cells: usize) -> bool {
    const LINES: usize = 12;
    !vocabulary.none_of.is_empty()
        && sheet.records.len() <= LINES
        && sheet.records.iter().all(|record| record.filled() <= cells)
        && sheet
            .records
            .iter()
            .any(|record| record.texts().any(|(_, text)| nothing::says_none(&text, vocabulary.none_of)))
}

fn same_cells(one: &Record, other: &Record) -> bool {
    let mut others = other.filled_cells();
    one.filled_cells()
        .all(|(column, cell)| others.next().is_some_and(|(at, same)| at == column && cell.says_same(same)))
        && others.next().is_none()
}
