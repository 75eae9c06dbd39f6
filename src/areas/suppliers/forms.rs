//! The form of a supplier.

use serde::Deserialize;

use super::model::{Supplier, name_key};
use crate::rules::org_number::OrgNumber;
use crate::web::form::Faults;

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SupplierForm {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub org_no: String,
    #[serde(default)]
    pub supplier_no: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub website: String,
    #[serde(default)]
    pub contact: String,
    #[serde(default)]
    pub is_blocked: String,
    #[serde(default)]
    pub risk_note: String,
    #[serde(default)]
    pub note: String,
}

impl SupplierForm {
    /// The form of a supplier that is there.
    #[must_use]
    pub fn of(supplier: &Supplier) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: supplier.name.clone(),
            org_no: supplier.org_number().map(|number| number.to_string()).unwrap_or_default(),
            supplier_no: text(&supplier.supplier_no),
            city: text(&supplier.city),
            website: text(&supplier.website),
            contact: text(&supplier.contact),
            is_blocked: if supplier.is_blocked { "ja".to_owned() } else { String::new() },
            risk_note: text(&supplier.risk_note),
            note: supplier.note.clone(),
        }
    }

    /// Whether the box is ticked.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        !self.is_blocked.is_empty()
    }

    /// Reads it over a supplier.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self, over: &Supplier) -> Result<Supplier, Faults> {
        let mut faults = Faults::default();
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let name = faults.required("name", "Namn", &self.name, 300);
        let org_no = match OrgNumber::parse(&self.org_no) {
            Ok(number) => Some(number.digits()),
            Err(_) if self.org_no.trim().is_empty() => None,
            Err(error) => {
                faults.add("org_no", error.to_string());
                None
            }
        };
        let supplier_no = some(faults.text("supplier_no", "Leverantörsnummer", &self.supplier_no, 60));
        let city = some(faults.text("city", "Ort", &self.city, 120));
        let website = some(faults.text("website", "Webbplats", &self.website, 500));
        if website.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            faults.add("website", "Adressen ska börja med https://.");
        }
        let contact = some(faults.text("contact", "Kontakt", &self.contact, 500));
        let risk_note = some(faults.text("risk_note", "Risk", &self.risk_note, 2_000));
        let note = faults.text("note", "Anteckning", &self.note, 4_000);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Supplier {
            name_key: name_key(&name),
            name,
            org_no,
            supplier_no,
            city,
            website,
            contact,
            is_blocked: self.is_blocked(),
            risk_note,
            note,
            ..over.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, org_no: &str) -> SupplierForm {
        SupplierForm { name: name.to_owned(), org_no: org_no.to_owned(), ..SupplierForm::default() }
    }

    #[test]
    fn a_number_is_kept_as_ten_digits_however_it_is_typed() {
        let supplier = form("Nordvård AB", "SE559959422201").read(&Supplier::default()).unwrap();
        assert_eq!(supplier.org_no.as_deref(), Some("5599594222"));
        assert_eq!(supplier.name_key, "nordvard");
    }

    #[test]
    fn a_wrong_number_is_told_at_its_field() {
        let faults = form("", "559959-4223").read(&Supplier::default()).unwrap_err();
        assert_eq!(faults.of("name"), Some("Ange namn."));
        assert!(faults.of("org_no").is_some_and(|text| text.contains("Kontrollsiffran")));
    }
}
