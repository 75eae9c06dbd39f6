//! What a row says, what it said before, and what of it is written in the register.

use serde_json::{Map, Value};

use super::{super::model::SystemFields, row::SystemRow};

/// Fills what one row leaves blank with what another says.
pub(super) fn fill(fields: &mut SystemFields, other: &SystemFields) {
    let (Some(mut mine), Some(theirs)) = (object(fields), object(other)) else { return };
    for (column, value) in theirs {
        if mine.get(&column).is_none_or(is_blank) {
            mine.insert(column, value);
        }
    }
    if let Ok(filled) = serde_json::from_value(Value::Object(mine)) {
        *fields = filled;
    }
}

pub(super) fn object(fields: &SystemFields) -> Option<Map<String, Value>> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

pub(super) fn is_blank(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str().is_some_and(str::is_empty)
}

/// What a row says, by column; and by role whom it names. What it says nothing about is left out.
pub(super) fn said(row: &SystemRow) -> Map<String, Value> {
    let mut said = object(&row.fields).unwrap_or_default();
    said.retain(|column, value| !is_blank(value) && column != "name_key");
    for (role, cell) in [("systemagare", &row.owner), ("systemforvaltare", &row.manager)] {
        if !cell.text.is_empty() {
            said.insert(role.to_owned(), Value::String(cell.text.clone()));
        }
    }
    said
}

/// What came of joining a list with the register.
pub(super) struct Merged {
    pub changed: bool,
    /// Columns in which the register goes before the list.
    pub kept: Vec<String>,
}

/// Writes into `now` what a list says: what is blank, and what still is as the list said before. What has been changed in
/// the register since stays, and is told only when the list says something new about it.
pub(super) fn merge(
    now: &mut Map<String, Value>,
    was_said: &Map<String, Value>,
    says: &Map<String, Value>,
) -> Merged {
    let mut merged = Merged { changed: false, kept: Vec::new() };
    for (column, value) in says {
        let (Some(current), before) = (now.get(column), was_said.get(column)) else { continue };
        if current == value || before == Some(value) {
            continue;
        }
        if is_blank(current) || Some(current) == before {
            now.insert(column.clone(), value.clone());
            merged.changed = true;
        } else {
            merged.kept.push(column.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_newer_list_changes_what_nobody_else_has_and_leaves_the_rest() {
        let mut now =
            map(&json!({ "name": "Vårdia", "note": "", "hosting": "egen_drift", "case_number": "SOC 1" }));
        let before = map(&json!({ "name": "Vårdia", "hosting": "molntjanst", "case_number": "SOC 1" }));
        let says = map(
            &json!({ "name": "Vårdia", "note": "Ny", "hosting": "molntjanst", "case_number": "SOC 2", "systemagare": "Bo Ek" }),
        );
        let merged = merge(&mut now, &before, &says);
        assert!(merged.changed);
        assert_eq!(
            Value::Object(now),
            json!({ "name": "Vårdia", "note": "Ny", "hosting": "egen_drift", "case_number": "SOC 2" })
        );
        assert_eq!(merged.kept, Vec::<String>::new(), "the list says nothing new about the hosting");
    }

    #[test]
    fn a_list_that_says_something_new_against_the_register_is_told_of_and_does_not_win() {
        let mut now = map(&json!({ "hosting": "egen_drift" }));
        let merged = merge(
            &mut now,
            &map(&json!({ "hosting": "molntjanst" })),
            &map(&json!({ "hosting": "leverantorens_drift" })),
        );
        assert_eq!((merged.changed, merged.kept), (false, vec!["hosting".to_owned()]));
        assert_eq!(now["hosting"], "egen_drift");
    }

    #[test]
    fn what_one_of_two_rows_leaves_blank_the_other_fills() {
        let mut first = SystemFields { hosting: "molntjanst".into(), ..SystemFields::named("Vårdia") };
        fill(
            &mut first,
            &SystemFields { hosting: "egen_drift".into(), level_k: Some(2), ..SystemFields::default() },
        );
        assert_eq!((first.hosting.as_str(), first.level_k), ("molntjanst", Some(2)));
    }
}
