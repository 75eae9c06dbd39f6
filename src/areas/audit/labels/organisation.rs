//! What the organisation's tables are called in the history.

use crate::areas::organisation::KINDS;

use super::{Parent, Table, codes, date, hidden, reference, text, yes_no};

pub(super) const TABLES: &[Table] = &[Table::new("org_unit", "enhet")
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
    ])];
