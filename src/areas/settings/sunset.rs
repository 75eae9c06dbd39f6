//! When operators close their older networks (`docs/rules.md` 2.7): dated facts that change, so each municipality keeps its own.

use chrono::NaiveDate;
use serde_json::{Value, json};

/// An operator closes a generation of its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sunset {
    /// The operator, as the register calls it.
    pub operator: String,
    /// "2G" or "3G" … .
    pub generation: String,
    /// The last day.
    pub closes_on: NaiveDate,
}

/// What the operators had announced in 2026.
const USUAL: [(&str, &str, i32); 7] = [
    ("Telenor", "2G", 2025),
    ("Telenor", "3G", 2025),
    ("Tele2", "2G", 2025),
    ("Tele2", "3G", 2025),
    ("Tre", "3G", 2025),
    ("Telia", "3G", 2025),
    ("Telia", "2G", 2027),
];

/// The most lines that are kept.
const MOST: usize = 60;

/// The usual days.
#[must_use]
pub fn usual() -> Vec<Sunset> {
    USUAL
        .iter()
        .filter_map(|(operator, generation, year)| {
            Some(Sunset {
                operator: (*operator).to_owned(),
                generation: (*generation).to_owned(),
                closes_on: NaiveDate::from_ymd_opt(*year, 12, 31)?,
            })
        })
        .collect()
}

/// From lines such as "Telia 2G 2027-12-31".
///
/// # Errors
/// A sentence about the first line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<Sunset>, String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || {
            format!(
                "Raden ”{line}” går inte att läsa. Skriv operatör, nät och dag, till exempel Telia 2G 2027-12-31."
            )
        };
        let words: Vec<&str> = line.split([' ', '\t', ';', ',']).filter(|w| !w.is_empty()).collect();
        let [operator @ .., generation, day] = words.as_slice() else { return Err(wrong()) };
        let generation = generation.to_uppercase();
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| wrong())?;
        if operator.is_empty() || !["2G", "3G", "4G", "5G"].contains(&generation.as_str()) {
            return Err(wrong());
        }
        found.push(Sunset { operator: operator.join(" "), generation, closes_on: day });
    }
    if found.len() > MOST {
        return Err(format!("Högst {MOST} rader kan sparas."));
    }
    Ok(found)
}

/// The lines that [`parse`] reads.
#[must_use]
pub fn to_text(sunsets: &[Sunset]) -> String {
    sunsets
        .iter()
        .map(|s| format!("{} {} {}", s.operator, s.generation, s.closes_on))
        .collect::<Vec<_>>()
        .join("\n")
}

/// As the database keeps them.
#[must_use]
pub fn to_json(sunsets: &[Sunset]) -> Value {
    sunsets
        .iter()
        .map(|s| json!({ "operator": s.operator, "generation": s.generation, "closes_on": s.closes_on }))
        .collect()
}

/// From what the database keeps.
#[must_use]
pub fn from_json(value: &Value) -> Option<Vec<Sunset>> {
    value
        .as_array()?
        .iter()
        .map(|one| {
            Some(Sunset {
                operator: one.get("operator")?.as_str()?.to_owned(),
                generation: one.get("generation")?.as_str()?.to_owned(),
                closes_on: one.get("closes_on")?.as_str()?.parse().ok()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_written_again() {
        let text = to_text(&usual());
        assert_eq!(parse(&text), Ok(usual()));
        assert_eq!(from_json(&to_json(&usual())), Some(usual()));
        assert_eq!(parse(" Stadsnätet Mobil;2g;2028-01-31 \n\n").unwrap()[0].operator, "Stadsnätet Mobil");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_of() {
        for text in ["Telia 2G", "2G 2027-12-31", "Telia 6G 2027-12-31", "Telia 2G snart"] {
            assert!(parse(text).unwrap_err().contains(text), "{text}");
        }
    }
}
