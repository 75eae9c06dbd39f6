//! What a receipt tells of its rows: nothing of a person with protected identity (rules 9.6), and no personal identity number.
//!
//! A row that is about such a person, by its own mark or by what it names, keeps its number in the file, what became of it and
//! which column is wrong. In any other row only the cells that name such a person are covered (a manager, a contact).

use std::collections::HashSet;

use super::kinds::{Kind, Report};
use super::model::KeptRow;
use crate::areas::people::{self, PERSONAL_ID, PROTECTED, ProtectedMask, protected::ProtectedPerson};
use crate::crypto::{Keys, Secret};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::personal_id::{PersonalId, Profile};
use crate::tabular::vocabulary::Content;
use crate::tabular::{DataRow, Mapping, RowFault, Table, values};

/// Kinds of which each row is about one person: the row's unit and dates tell of it too.
const ABOUT_PERSONS: [&str; 3] = ["staff-snapshot", "leavers", "subscriptions"];

/// Fields that name whoever a row is about.
const OWN: [&str; 13] = [
    "personal_id",
    "employee_no",
    "last_name",
    "first_name",
    "name",
    "earlier_name",
    "email",
    "login",
    "mobile",
    "holder",
    "reference",
    "msisdn",
    "main_number",
];

/// Those of [`OWN`] that are a name.
const NAMES: [&str; 5] = ["last_name", "first_name", "name", "earlier_name", "holder"];

/// A table of a file with what is to be kept out of its receipt.
pub struct Cover<'a> {
    table: &'a Table<'a>,
    mapping: &'a Mapping,
    kind: Kind,
    mask: ProtectedMask,
    /// Employee numbers of namesakes, who are not protected.
    open_numbers: HashSet<String>,
    keys: Keys,
    tenant_id: uuid::Uuid,
    today: chrono::NaiveDate,
}

impl<'a> Cover<'a> {
    /// For a table, as the register stands in this transaction: after the rows were taken in, so that what the file itself says
    /// counts.
    pub async fn load(
        tx: &mut TenantTx,
        (table, mapping, kind): (&'a Table<'a>, &'a Mapping, Kind),
        (keys, today): (&Keys, chrono::NaiveDate),
    ) -> AppResult<Self> {
        let mut mask = ProtectedMask::load(tx).await?;
        for row in &table.rows {
            if is_protected(table, row, mapping) {
                mask.add(&said_of(table, row, mapping));
            }
        }
        let tenant_id = tx.tenant_id();
        let mut cover = Self {
            table,
            mapping,
            kind,
            mask,
            open_numbers: HashSet::new(),
            keys: keys.clone(),
            tenant_id,
            today,
        };
        if !cover.mask.is_empty() {
            let numbers: Vec<String> = table
                .rows
                .iter()
                .filter(|row| cover.is_named(row))
                .filter_map(|row| cover.text(row, "employee_no"))
                .collect();
            if !numbers.is_empty() {
                cover.open_numbers = people::list_open_numbers(tx, &numbers).await?.into_iter().collect();
            }
        }
        Ok(cover)
    }

    fn text(&self, row: &DataRow, field: &str) -> Option<String> {
        let column = self.mapping.column(field)?;
        values::text(self.table.cell(row, column))
    }

    /// Whether a row has the name of a protected person.
    fn is_named(&self, row: &DataRow) -> bool {
        let own: Vec<String> = NAMES.iter().filter_map(|field| self.text(row, field)).collect();
        !own.is_empty() && self.mask.hides_name(&own.join(" "))
    }

    /// Whether nothing of a row may be told.
    #[must_use]
    pub fn hides_row(&self, row: &DataRow) -> bool {
        if is_protected(self.table, row, self.mapping) {
            return true;
        }
        if self.mask.is_empty() {
            return false;
        }
        if !ABOUT_PERSONS.contains(&self.kind.code()) {
            return false;
        }
        let by_number = OWN
            .iter()
            .filter(|field| !NAMES.contains(field))
            .filter_map(|field| self.text(row, field))
            .any(|text| self.mask.hides(&text));
        by_number || self.has_personal_id(row) || (self.is_named(row) && !self.is_namesake(row))
    }

    /// Whether a row names a protected person in whatever columns: for when it is not known which column is what.
    #[must_use]
    pub fn names_anybody(&self, row: &DataRow) -> bool {
        if is_protected(self.table, row, self.mapping) {
            return true;
        }
        if self.mask.is_empty() {
            return false;
        }
        let cells: Vec<String> = (0..self.table.header.columns.len())
            .filter_map(|column| values::text(self.table.cell(row, column)))
            .collect();
        cells.iter().any(|text| self.mask.hides_number(text)) || self.mask.hides_name(&cells.join(" "))
    }

    /// Whether the row has the employee number of somebody who is not protected.
    fn is_namesake(&self, row: &DataRow) -> bool {
        self.text(row, "employee_no").is_some_and(|number| self.open_numbers.contains(&number))
    }

    fn has_personal_id(&self, row: &DataRow) -> bool {
        self.text(row, "personal_id")
            .and_then(|text| PersonalId::parse(&text, self.today, Profile { temporary: true }).ok())
            .is_some_and(|id| {
                let secret = Secret { tenant_id: self.tenant_id, column: PERSONAL_ID };
                self.mask.has_personal_id(&self.keys.hashes(secret, id.normal()))
            })
    }

    /// A few words on what a row is about: its first open fields.
    #[must_use]
    pub fn label(&self, row: &DataRow) -> String {
        if self.hides_row(row) {
            return PROTECTED.to_owned();
        }
        let texts = self
            .kind
            .vocabulary
            .fields
            .iter()
            .filter(|field| {
                !field.secret && self.kind.label_fields.is_none_or(|named| named.contains(&field.code))
            })
            .filter_map(|field| self.text(row, field.code).map(|text| (field.code, text)))
            .map(|(field, text)| self.cover_own(row, field, &text))
            .take(3);
        let mut label = texts.collect::<Vec<_>>().join(" · ");
        if let Some((end, _)) = label.char_indices().nth(120) {
            label.truncate(end);
            label.push('…');
        }
        label
    }

    /// A cell of a row that is not hidden: the name of a namesake stays.
    fn cover_own(&self, row: &DataRow, field: &str, text: &str) -> String {
        if self.mask.is_empty() || (NAMES.contains(&field) && self.is_namesake(row)) {
            return without_personal_ids(text, self.today);
        }
        let text = without_personal_ids(text, self.today);
        self.mask.cover(&text).into_owned()
    }

    /// What is to stand for a cell in a file for the reader, if not the cell itself.
    #[must_use]
    pub fn cell(&self, row: &DataRow, column: usize, sees_protected: bool) -> Option<String> {
        let text = values::text(self.table.cell(row, column))?;
        let field = self.mapping.field(column);
        let is_id = field
            .and_then(|code| self.kind.vocabulary.field(code))
            .is_some_and(|field| field.content == Content::PersonalId);
        let shown = if is_id {
            masked_id(&text, self.today)
        } else if sees_protected {
            without_personal_ids(&text, self.today)
        } else {
            self.cover_own(row, field.unwrap_or_default(), &text)
        };
        (shown != text).then_some(shown)
    }

    /// Covers what a report says of its rows.
    pub fn report(&self, report: &mut Report) {
        for (row, data) in report.rows.iter_mut().zip(&self.table.rows) {
            if row.faults.is_empty() && row.warnings.is_empty() {
                continue;
            }
            let hides = self.hides_row(data);
            for fault in row.faults.iter_mut().chain(&mut row.warnings) {
                if hides {
                    self.cover_about(data, fault);
                } else {
                    self.cover_fault(data, fault);
                }
            }
        }
    }

    /// A fault in a row that is about a protected person: the place and the sort, never what stood there.
    fn cover_about(&self, row: &DataRow, fault: &mut RowFault) {
        fault.value = None;
        let width = self.table.header.columns.len();
        let quotes = (0..width)
            .filter_map(|column| values::text(self.table.cell(row, column)))
            .any(|text| fault.message.contains(&text));
        if quotes || self.mask.hides(&fault.message) {
            let place = fault.column.as_ref().map(|name| format!(" i kolumnen ”{name}”")).unwrap_or_default();
            fault.message = format!(
                "Raden gäller en person med skyddade personuppgifter, så vad som står{place} visas inte. Kontrollera raden i filen."
            );
        }
    }

    fn cover_fault(&self, row: &DataRow, fault: &mut RowFault) {
        if let Some(value) = &mut fault.value {
            *value = without_personal_ids(value, self.today);
        }
        fault.message = without_personal_ids(&fault.message, self.today);
        if self.mask.is_empty() || self.is_namesake(row) {
            return;
        }
        if let Some(value) = &mut fault.value {
            self.mask.cover_in(value);
        }
        if self.mask.hides(&fault.message) {
            let place = fault.column.as_ref().map(|name| format!(" i kolumnen ”{name}”")).unwrap_or_default();
            fault.message = format!(
                "Det som står{place} gäller en person med skyddade personuppgifter och visas inte. Kontrollera raden i filen."
            );
        }
    }
}

/// Covers rows of an earlier receipt: somebody may have got protected identity since.
pub async fn kept(tx: &mut TenantTx, kind: &str, rows: &mut [KeptRow]) -> AppResult<()> {
    let mask = ProtectedMask::load(tx).await?;
    if mask.is_empty() {
        return Ok(());
    }
    // A row of a staff list became a person: whether that one is protected is known, whatever namesakes there are.
    let persons: Vec<uuid::Uuid> = rows.iter().filter_map(|row| row.object_id).collect();
    let protected = people::list_protected_among(tx, &persons).await?;
    for row in rows {
        let is_known = kind == "staff-snapshot" && row.object_id.is_some();
        let hides = row.object_id.is_some_and(|id| protected.contains(&id))
            || mask.hides_number(&row.label)
            || (!is_known && mask.hides_name(&row.label));
        if hides {
            PROTECTED.clone_into(&mut row.label);
        }
        for fault in row.faults.iter_mut().chain(&mut row.warnings) {
            if hides {
                fault.value = None;
            }
            if let Some(value) = &mut fault.value {
                mask.cover_in(value);
            }
            if hides || mask.hides(&fault.message) {
                "Det som står gäller en person med skyddade personuppgifter och visas inte."
                    .clone_into(&mut fault.message);
            }
        }
    }
    Ok(())
}

/// Whether a row says that it is about a person with protected identity.
#[must_use]
pub fn is_protected(table: &Table<'_>, row: &DataRow, mapping: &Mapping) -> bool {
    mapping
        .column("protected")
        .and_then(|column| values::yes_no(table.cell(row, column)).ok().flatten())
        .unwrap_or_default()
}

/// Whom a row that is marked so names.
fn said_of(table: &Table<'_>, row: &DataRow, mapping: &Mapping) -> ProtectedPerson {
    let text = |field: &str| {
        mapping.column(field).and_then(|column| values::text(table.cell(row, column))).unwrap_or_default()
    };
    let family = text("last_name");
    ProtectedPerson {
        given_names: text("first_name"),
        family_names: vec![family, text("earlier_name")],
        whole_name: text("name"),
        words: vec![text("employee_no"), text("email"), text("login")],
        phones: vec![text("mobile")],
        personal_id_hash: None,
    }
}

/// What may be shown of a cell that holds a personal identity number, whether it can be read or not.
fn masked_id(text: &str, today: chrono::NaiveDate) -> String {
    PersonalId::parse(text, today, Profile { temporary: true })
        .map_or_else(|_| crate::tabular::check::MASK.to_owned(), |id| id.masked())
}

/// The text with every personal identity number that stands in it masked: twelve digits, or ten with a dash.
fn without_personal_ids(text: &str, today: chrono::NaiveDate) -> String {
    if text.bytes().filter(u8::is_ascii_digit).count() < 10 {
        return text.to_owned();
    }
    let is_part = |c: char| c.is_ascii_digit() || c == '-' || c == '+';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        out.push_str(before);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let is_form =
            digits == 12 || (digits == 10 && run.as_bytes().get(6).is_some_and(|b| !b.is_ascii_digit()));
        match PersonalId::parse(run, today, Profile { temporary: false }) {
            Ok(id) if is_form => out.push_str(&id.masked()),
            _ => out.push_str(run),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_identity_numbers_are_masked_wherever_they_stand() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        for (text, shown) in [
            ("Anna 19121212-1212, tel", "Anna 121212-****, tel"),
            ("121212-1212", "121212-****"),
            ("191212121212", "121212-****"),
            ("070-174 06 05", "070-174 06 05"),
            ("0701740605", "0701740605"),
            ("8946087000000000010", "8946087000000000010"),
            ("2026-11-20 till 2026-12-31", "2026-11-20 till 2026-12-31"),
        ] {
            assert_eq!(without_personal_ids(text, today), shown);
        }
        assert_eq!(masked_id("1912121212", today), "••••");
    }
}
