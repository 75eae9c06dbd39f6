//! What the organisation's tables are called in the history.

use crate::areas::organisation::KINDS;

use super::{Parent, Table, codes, date, hidden, reference, text, yes_no};

pub(super) const TABLES: &[Table] = &[
    Table::new("org_unit", "enhet")
        .titled(&["name"])
        .at("organisation")
        .part_of(&[Parent { column: "head_person_id", table: "person" }])
        .about("head_person_id")
        .fields(&[
            text("code", "Kod"),
            text("name", "Namn"),
            codes("kind", "Nivå", KINDS),
            reference("parent_id", "Överordnad enhet", "org_unit"),
            reference("head_person_id", "Chef", "person"),
            text("head_text", "Chef enligt filen").personal(),
            date("valid_from", "Gäller från"),
            date("valid_to", "Gäller till och med"),
            reference("successor_id", "Ersätts av", "org_unit"),
            yes_no("in_scope", "Ingår i registret"),
            hidden("version"),
        ]),
    Table::new("org_unit_move", "flytt")
        .titled(&["org_unit_id"])
        .part_of(&[Parent { column: "org_unit_id", table: "org_unit" }])
        .fields(&[
            reference("org_unit_id", "Enhet", "org_unit"),
            reference("from_parent_id", "Från", "org_unit"),
            reference("to_parent_id", "Till", "org_unit"),
            date("moved_on", "Första dagen"),
        ]),
];
