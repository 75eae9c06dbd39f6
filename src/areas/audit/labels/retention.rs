//! What the tables of retention are called in the history.

use super::{Table, date, hidden, number, text, yes_no};

pub(super) const TABLES: &[Table] =
    &[Table::new("retention_rule", "gallringsregel").titled(&["code"]).fields(&[
        text("code", "Regel"),
        number("days", "Antal dagar"),
        text("decision_ref", "Gallringsbeslut"),
        date("decided_on", "Beslutsdag"),
        yes_no("is_active", "Regeln gäller"),
        text("hold_reason", "Rättsligt hinder"),
        hidden("version"),
    ])];
