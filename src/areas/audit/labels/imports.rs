//! What the tables of the taking in of files are called in the history.

use super::{Table, codes, date, hidden, moment, number, reference, text, user};

const STATES: &[(&str, &str)] = &[
    ("mapping", "Kolumner väljs"),
    ("checking", "Kontrolleras"),
    ("checked", "Kontrollerad"),
    ("taking_in", "Läses in"),
    ("taken_in", "Inläst"),
    ("failed", "Misslyckad"),
];

pub(super) const TABLES: &[Table] = &[
    Table::new("import_run", "inläsning").titled(&["kind", "source"]).at("imports").fields(&[
        text("kind", "Slag av fil"),
        text("source", "Avsändare"),
        text("sheet", "Blad"),
        codes("state", "Läge", STATES),
        date("received_on", "Mottagen"),
        date("period", "Månad"),
        reference("unit_id", "Enhet", "org_unit"),
        number("rows_read", "Lästa rader"),
        number("rows_new", "Nya"),
        number("rows_changed", "Ändrade"),
        number("rows_unchanged", "Oförändrade"),
        number("rows_missing", "Saknade"),
        number("rows_refused", "Avvisade rader"),
        number("rows_duplicate", "Dubbletter"),
        text("failure", "Varför det inte gick"),
        text("actor", "Av"),
        user("created_by", "Uppladdad av"),
        moment("created_at", "Uppladdad"),
        user("taken_in_by", "Inläst av"),
        moment("taken_in_at", "Inläst den"),
        hidden("file_id"),
        hidden("change_set_id"),
        hidden("facts"),
        hidden("mapping"),
    ]),
    Table::new("import_mapping", "inlärd kolumnkoppling").titled(&["kind", "source"]).fields(&[
        text("kind", "Slag av fil"),
        text("source", "Avsändare"),
        hidden("headers"),
        hidden("columns"),
        hidden("used_at"),
    ]),
];
