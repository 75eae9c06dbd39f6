//! What the suppliers' tables are called in the history.

use super::{Table, hidden, text, yes_no};

pub(super) const TABLES: &[Table] =
    &[Table::new("supplier", "leverantör").titled(&["name"]).at("suppliers").fields(&[
        text("name", "Namn"),
        hidden("name_key"),
        text("supplier_no", "Leverantörsnummer"),
        text("org_no", "Organisationsnummer"),
        text("city", "Ort"),
        text("website", "Webbplats"),
        text("contact", "Kontakt"),
        yes_no("is_blocked", "Spärrad"),
        text("risk_note", "Risk"),
        text("note", "Anteckning"),
        hidden("version"),
    ])];
