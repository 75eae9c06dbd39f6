//! Units of the organisation: what they are and when they exist.

use chrono::NaiveDate;
use uuid::Uuid;

/// The levels of an organisation, from the top, with their names on the screens. Companies stand beside them and are
/// outside the models (S001).
pub const KINDS: &[(&str, &str)] = &[
    ("kommun", "Kommun"),
    ("namnd", "Nämnd"),
    ("forvaltning", "Förvaltning"),
    ("avdelning", "Avdelning"),
    ("enhet", "Enhet"),
    ("bolag", "Kommunalt bolag"),
];

/// The name of a level.
#[must_use]
pub fn kind_label(kind: &str) -> &'static str {
    KINDS.iter().find(|(code, _)| *code == kind).map_or("", |(_, label)| *label)
}

/// A unit as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: Uuid,
    /// The code that files know it by; unique in the municipality.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its level, a code of [`KINDS`].
    pub kind: String,
    /// The unit above.
    pub parent_id: Option<Uuid>,
    /// The head, if known as a person.
    pub head_person_id: Option<Uuid>,
    /// The head as the file wrote it, while no person could be found.
    pub head_text: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
    /// The unit that took over.
    pub successor_id: Option<Uuid>,
    /// Part of what the register covers; companies are not.
    pub in_scope: bool,
    /// Counts up with every change made on the screens.
    pub version: i32,
}

impl Unit {
    /// Whether the unit exists on a day.
    #[must_use]
    pub fn exists_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether the unit ended before a day.
    #[must_use]
    pub fn ended_before(&self, day: NaiveDate) -> bool {
        self.valid_to.is_some_and(|to| to < day)
    }

    /// "4711 Simhallen".
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.code, self.name)
    }
}

/// A unit came under another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The move.
    pub id: Uuid,
    /// The unit that was moved.
    pub org_unit_id: Uuid,
    /// The unit above until then.
    pub from_parent_id: Option<Uuid>,
    /// The unit above from then on.
    pub to_parent_id: Option<Uuid>,
    /// The first day under it.
    pub moved_on: NaiveDate,
}

/// The unit above on a day: that from which the first later move led away, else the present one. `moves` are in the order of
/// their days.
#[must_use]
pub fn parent_on(unit: &Unit, moves: &[Move], day: NaiveDate) -> Option<Uuid> {
    moves
        .iter()
        .find(|m| m.org_unit_id == unit.id && m.moved_on > day)
        .map_or(unit.parent_id, |m| m.from_parent_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_unit_above_is_the_one_of_the_day() {
        let [unit, a, b, c] = [1, 2, 3, 4].map(Uuid::from_u128);
        let led = |from, to, on| Move {
            id: Uuid::nil(),
            org_unit_id: unit,
            from_parent_id: Some(from),
            to_parent_id: Some(to),
            moved_on: day(on),
        };
        let moves = [led(a, b, "2025-01-01"), led(b, c, "2026-07-01")];
        let unit = Unit { id: unit, parent_id: Some(c), ..Unit::default() };
        for (on, parent) in
            [("2024-12-31", a), ("2025-01-01", b), ("2026-06-30", b), ("2026-07-01", c), ("2027-01-01", c)]
        {
            assert_eq!(parent_on(&unit, &moves, day(on)), Some(parent), "{on}");
        }
    }
}
