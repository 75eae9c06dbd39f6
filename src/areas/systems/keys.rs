//! The forms of a name that rows are found by.

use crate::rules::{supplier_names::SupplierName, system_names::SystemName};

/// The key of a system's name: its words without case, marks, spaces, version and hosting, an instance included. "Vårdia
/// (test) 4.2" and "VARDIA test" have one key.
#[must_use]
pub fn system(name: &str) -> String {
    let parsed = SystemName::parse(name);
    let key: String = parsed
        .words
        .iter()
        .chain(&parsed.instance)
        .chain(parsed.additions.iter().flatten())
        .map(String::as_str)
        .collect();
    if key.is_empty() { crate::tabular::fold::compact(name) } else { key }
}

/// The key of a row in a list: the name as written, but for case, marks and spaces. Two versions of a product are two rows.
#[must_use]
pub fn row(name: &str) -> String {
    let key = crate::tabular::fold::compact(name);
    if key.is_empty() { name.trim().to_lowercase() } else { key }
}

/// The key of a supplier's name: its words without the legal form.
#[must_use]
pub fn supplier(name: &str) -> String {
    SupplierName::parse(name).map_or_else(|| crate::tabular::fold::compact(name), |n| n.normal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_found_by_its_name_however_it_is_written() {
        for written in ["VÅRDIA", " vårdia ", "Vardia", "Vårdia 4.2", "Vårdia (molnet)"] {
            assert_eq!(system(written), system("Vårdia"), "{written}");
        }
        assert_ne!(system("Vårdia (test)"), system("Vårdia"));
    }

    #[test]
    fn two_versions_are_two_rows_of_a_list() {
        assert_ne!(row("Vårdia 4.2"), row("Vårdia"));
        assert_eq!(row(" VÅRDIA"), row("vårdia"));
    }

    #[test]
    fn a_supplier_is_found_without_its_legal_form() {
        assert_eq!(supplier("Nordvård AB (publ)"), supplier("NORDVÅRD  Aktiebolag"));
    }
}
