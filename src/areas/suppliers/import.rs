//! Taking in a register of suppliers, such as the ledger of the economy system. A company may have several rows there, one for
//! each ledger number; it is one supplier here.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::Supplier;
use super::queries;
use crate::areas::imports::{ImportContext, ImportKind, Incoming, RowFaults, RowView, TakenIn};
use crate::auth::permissions::Permission;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::rules::org_number::OrgNumber;
use crate::tabular::{Vocabulary, words};

/// Registers of suppliers.
#[derive(Debug)]
pub struct SupplierRegister;

/// A supplier as a file has it.
#[derive(Clone, Debug, Default)]
pub struct SupplierRow {
    name: String,
    number: Option<OrgNumber>,
    supplier_no: Option<String>,
    city: Option<String>,
    website: Option<String>,
    contact: Option<String>,
    is_blocked: Option<bool>,
    note: Option<String>,
}

impl ImportKind for SupplierRegister {
    type Row = SupplierRow;

    fn vocabulary() -> &'static Vocabulary {
        &words::SUPPLIERS
    }

    fn permission() -> Permission {
        Permission::ImportContracts
    }

    fn read_row(row: &RowView<'_>, faults: &mut RowFaults) -> Option<SupplierRow> {
        let contact = [row.text("contact"), row.email("email"), row.text("phone")];
        let contact = contact.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Some(SupplierRow {
            name: row.text("name")?,
            number: read_number(row, faults),
            supplier_no: row.text("supplier_no"),
            city: row.text("city"),
            website: row.text("url").filter(|url| url.starts_with("http://") || url.starts_with("https://")),
            contact: Some(contact).filter(|contact| !contact.is_empty()),
            is_blocked: row.yes_no("blocked"),
            note: row.text("note"),
        })
    }

    async fn take_in(
        tx: &mut TenantTx,
        rows: Vec<Incoming<SupplierRow>>,
        _: &ImportContext,
    ) -> AppResult<TakenIn> {
        let known: HashMap<Uuid, Supplier> =
            queries::list_suppliers(tx).await?.into_iter().map(|supplier| (supplier.id, supplier)).collect();
        let wanted: Vec<_> = rows.iter().map(|row| (row.row.name.clone(), row.row.number)).collect();
        let found = super::ensure(tx, &wanted).await?;
        let mut order = Vec::new();
        let mut groups: HashMap<Uuid, Vec<&Incoming<SupplierRow>>> = HashMap::new();
        for row in &rows {
            let Some(id) = found.get(&(row.row.name.clone(), row.row.number)) else { continue };
            groups.entry(*id).or_insert_with(|| {
                order.push(*id);
                Vec::new()
            });
            groups.entry(*id).or_default().push(row);
        }
        let after: HashMap<Uuid, Supplier> =
            queries::list_suppliers(tx).await?.into_iter().map(|supplier| (supplier.id, supplier)).collect();
        let mut taken = TakenIn::default();
        let mut changed = Vec::new();
        for id in order {
            let (Some(current), Some(group)) = (after.get(&id), groups.get(&id)) else { continue };
            let told = with(current, group);
            let is_other = !same(current, &told);
            if is_other {
                changed.push(told);
            }
            let (is_new, learnt) = match known.get(&id) {
                None => (true, false),
                Some(before) => (false, before.org_no != current.org_no),
            };
            for (at, row) in group.iter().enumerate() {
                match (is_new, at) {
                    (true, 0) => taken.created(row.number, id),
                    (false, 0) if is_other || learnt => taken.changed(row.number, id),
                    _ => taken.unchanged(row.number, id),
                }
                if let (Some(first), true) = (group.first(), at > 0) {
                    let text =
                        format!("Raden är samma företag som rad {}. De blir en leverantör.", first.number);
                    taken.warn(row.number, None, "same_company", text);
                }
            }
        }
        queries::update_suppliers(tx, &changed).await?;
        Ok(taken)
    }
}

/// The organisation number of a row; one that cannot be right is left out with a warning.
pub(in crate::areas) fn read_number(row: &RowView<'_>, faults: &mut RowFaults) -> Option<OrgNumber> {
    let text = row.text("org_no")?;
    match OrgNumber::parse(&text) {
        Ok(number) => Some(number),
        // "saknas" and the like are no attempt at a number.
        Err(_) if !text.contains(|c: char| c.is_ascii_digit()) => None,
        Err(_) if is_foreign(&text) => {
            let message = "Numret ser ut att vara ett annat lands. Raden tas in utan organisationsnummer.";
            faults.warn(row, "org_no", "org_no_foreign", message);
            None
        }
        Err(error) => {
            let message = format!("{error} Raden tas in utan organisationsnummer.");
            faults.warn(row, "org_no", "org_no_invalid", message);
            None
        }
    }
}

/// A registration or VAT number of another country: "DE 123456789", "NO987654325MVA". Sweden's begin with SE.
fn is_foreign(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = compact.chars().take_while(char::is_ascii_alphabetic).count();
    let digits = compact.chars().filter(char::is_ascii_digit).count();
    (2..=3).contains(&letters) && digits >= 5 && !compact.to_uppercase().starts_with("SE")
}

/// A supplier with what its rows say. What the register knows and the rows leave out stays.
fn with(current: &Supplier, rows: &[&Incoming<SupplierRow>]) -> Supplier {
    let mut supplier = current.clone();
    let mut numbers: Vec<String> =
        supplier.supplier_no.iter().flat_map(|numbers| numbers.split(", ")).map(str::to_owned).collect();
    for number in rows.iter().filter_map(|row| row.row.supplier_no.as_ref()) {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    supplier.supplier_no = Some(numbers.join(", ")).filter(|numbers| !numbers.is_empty());
    // Several rows may give several towns; then the register's own stands, or the first.
    let alone = rows.len() == 1;
    let first = |own: &mut Option<String>, value: fn(&SupplierRow) -> Option<&String>| {
        let said = rows.iter().find_map(|row| value(&row.row));
        if let Some(said) = said.filter(|_| alone || own.is_none()) {
            *own = Some(said.clone());
        }
    };
    first(&mut supplier.city, |row| row.city.as_ref());
    first(&mut supplier.website, |row| row.website.as_ref());
    first(&mut supplier.contact, |row| row.contact.as_ref());
    // A company is blocked when all its rows are.
    let blocked: Vec<bool> = rows.iter().filter_map(|row| row.row.is_blocked).collect();
    if !blocked.is_empty() {
        supplier.is_blocked = blocked.len() == rows.len() && blocked.iter().all(|blocked| *blocked);
    }
    if let Some(note) = rows.iter().find_map(|row| row.row.note.as_ref()).filter(|_| supplier.note.is_empty())
    {
        supplier.note.clone_from(note);
    }
    supplier
}

fn same(a: &Supplier, b: &Supplier) -> bool {
    (&a.supplier_no, &a.city, &a.website, &a.contact, a.is_blocked, &a.note)
        == (&b.supplier_no, &b.city, &b.website, &b.contact, b.is_blocked, &b.note)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(supplier_no: &str, is_blocked: Option<bool>) -> Incoming<SupplierRow> {
        Incoming {
            number: 2,
            row: SupplierRow {
                supplier_no: Some(supplier_no.to_owned()),
                is_blocked,
                ..SupplierRow::default()
            },
        }
    }

    #[test]
    fn a_company_keeps_every_ledger_number_once() {
        let current = Supplier { supplier_no: Some("1".to_owned()), ..Supplier::default() };
        let (a, b) = (row("1", None), row("2", None));
        assert_eq!(with(&current, &[&a, &b]).supplier_no.as_deref(), Some("1, 2"));
        let again = with(&with(&current, &[&a, &b]), &[&a, &b]);
        assert_eq!(again.supplier_no.as_deref(), Some("1, 2"));
    }

    #[test]
    fn numbers_of_other_countries_are_told_from_slips() {
        for text in ["DE 123456789", "NO987654325MVA", "fi12345678", "CHE-123.456.789", "GB 123 4567 89"] {
            assert!(is_foreign(text), "{text}");
        }
        for text in ["SE559959422201", "559959-4223", "DE", "saknas 1", "A"] {
            assert!(!is_foreign(text), "{text}");
        }
    }

    #[test]
    fn a_company_is_blocked_when_all_its_rows_are() {
        let (yes, no, silent) = (row("1", Some(true)), row("2", Some(false)), row("3", None));
        assert!(with(&Supplier::default(), &[&yes]).is_blocked);
        assert!(!with(&Supplier::default(), &[&yes, &no]).is_blocked);
        assert!(!with(&Supplier::default(), &[&yes, &silent]).is_blocked);
    }
}
