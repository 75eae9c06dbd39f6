//! From what was typed about a unit to a unit.

use serde::Deserialize;

use super::model::{KINDS, Unit};
use crate::web::form::Faults;

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawUnit {
    pub version: i32,
    pub code: String,
    pub name: String,
    pub kind: String,
    /// Only for a new unit: one that is there is moved.
    pub parent_id: String,
    /// The head: name, login or address.
    pub head: String,
    /// The head, chosen among namesakes.
    pub person_id: String,
    /// Nobody was found; keep the name as text.
    pub as_text: String,
    pub valid_from: String,
    /// Only for a unit that has a last day already.
    pub valid_to: String,
    pub in_scope: String,
}

impl RawUnit {
    /// The form of a unit that is there; `head` as the reader may know it.
    #[must_use]
    pub fn of(unit: &Unit, head: &str) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            version: unit.version,
            code: unit.code.clone(),
            name: unit.name.clone(),
            kind: unit.kind.clone(),
            parent_id: unit.parent_id.map(|id| id.to_string()).unwrap_or_default(),
            head: head.to_owned(),
            valid_from: day(unit.valid_from),
            valid_to: day(unit.valid_to),
            in_scope: if unit.in_scope { "ja".to_owned() } else { String::new() },
            ..Self::default()
        }
    }

    /// Whether the box is ticked.
    #[must_use]
    pub fn is_in_scope(&self) -> bool {
        self.in_scope == "ja"
    }

    /// Reads everything but the head and the parent over a unit.
    #[must_use]
    pub fn read(&self, over: &Unit, faults: &mut Faults) -> Unit {
        let code = faults.required("code", "Kod", &self.code, 40);
        let name = faults.required("name", "Namn", &self.name, 200);
        let codes: Vec<&str> = KINDS.iter().map(|(code, _)| *code).collect();
        let kind = faults.choice("kind", "Nivå", &self.kind, &codes);
        if kind.is_empty() && faults.of("kind").is_none() {
            faults.add("kind", "Välj nivå.");
        }
        let valid_from = faults.date("valid_from", "Första dagen", &self.valid_from);
        let valid_to = match over.valid_to {
            Some(_) => faults.date("valid_to", "Sista dagen", &self.valid_to),
            None => None,
        };
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            faults.add("valid_to", "Sista dagen kan inte ligga före den första.");
        }
        Unit {
            code,
            name,
            kind,
            valid_from,
            valid_to,
            // A unit that is there again is replaced by none.
            successor_id: over.successor_id.filter(|_| valid_to.is_some()),
            in_scope: self.is_in_scope(),
            version: self.version,
            ..over.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> RawUnit {
        RawUnit { code: "47".into(), name: "Fritid".into(), kind: "forvaltning".into(), ..RawUnit::default() }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut faults = Faults::default();
        let raw = RawUnit { kind: "rike".into(), valid_from: "i går".into(), ..RawUnit::default() };
        let _ = raw.read(&Unit::default(), &mut faults);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["code", "name", "kind", "valid_from"]);
    }

    #[test]
    fn a_unit_without_last_day_gets_none_and_one_that_loses_it_loses_its_successor() {
        let mut faults = Faults::default();
        let typed = RawUnit { valid_to: "2026-12-31".into(), ..raw() };
        assert_eq!(typed.read(&Unit::default(), &mut faults).valid_to, None);
        let ended = Unit {
            valid_to: "2026-06-30".parse().ok(),
            successor_id: Some(uuid::Uuid::nil()),
            ..Unit::default()
        };
        assert_eq!(raw().read(&ended, &mut faults).successor_id, None);
        assert!(faults.is_empty());
    }
}
