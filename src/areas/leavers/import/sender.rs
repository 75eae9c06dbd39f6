//! Who sends a list: by the source that was told, else by what the file is called each month, else by whose list it is.

use crate::{
    areas::{imports::file_names::telling_words, organisation::Units},
    tabular::fold::fold,
};

use chrono::NaiveDate;
use uuid::Uuid;

/// Words that say what a list is and not whose, folded.
const GENERIC: [&str; 33] = [
    "avslutade",
    "avslutad",
    "avslut",
    "avsluten",
    "avgang",
    "avgangar",
    "avgangna",
    "avg",
    "slutat",
    "slutar",
    "slutade",
    "som",
    "har",
    "anstallda",
    "anstallningar",
    "anstallning",
    "anst",
    "personal",
    "personer",
    "listan",
    "listor",
    "uttag",
    "leavers",
    "leaver",
    "manad",
    "manadslista",
    "manaden",
    "i",
    "av",
    "of",
    "rattad",
    "slutlig",
    "period",
];

/// A source as it was told, by which the sender is known again.
#[must_use]
pub(in super::super) fn key_of_source(source: &str) -> String {
    key_of_name(source).unwrap_or_else(|| fold(source))
}

/// What is left of a file's name, or of what a source is called, without months, numbers and words that any list has.
fn key_of_name(name: &str) -> Option<String> {
    // Digits and letters apart: "avslut2606fritid".
    let left: Vec<String> =
        telling_words(name, char::is_alphabetic, &GENERIC).into_iter().map(fold).collect();
    (!left.is_empty()).then(|| left.join(" "))
}

/// What is known of whose a list is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs<'a> {
    /// The source that was told; may be empty.
    pub source: &'a str,
    /// The file's name.
    pub file_name: &'a str,
    /// The unit that was told.
    pub unit: Option<Uuid>,
    /// The förvaltningar that the list shows.
    pub departments: &'a [Uuid],
}

/// A sender as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// By what it is known again.
    pub key: String,
    /// What to call it until somebody says otherwise.
    pub name: String,
}

/// Finds out who sends a list.
pub(super) fn find(signs: &Signs<'_>, units: &Units, today: NaiveDate) -> Found {
    let of_unit = |id: Uuid| units.get(id).map(|unit| unit.name.clone());
    let only = match signs.departments {
        [only] => of_unit(*only),
        _ => None,
    };
    if !signs.source.trim().is_empty() {
        return Found {
            key: key_of_source(signs.source),
            name: signs.source.trim().chars().take(100).collect(),
        };
    }
    let told = signs.unit.and_then(of_unit);
    if let Some(key) = key_of_name(super::period::stem(signs.file_name)) {
        let known = units.find(&key, today).one().and_then(of_unit);
        let whole = matches!(key.as_str(), "kommun" | "kommunen" | "hela kommunen")
            .then(|| "Hela kommunen".to_owned());
        let name = whole.or(known).or(told).or(only).unwrap_or_else(|| spoken(signs.file_name, &key));
        return Found { key, name };
    }
    match told.or(only) {
        Some(name) => Found { key: key_of_source(&name), name },
        None => Found { key: "kommun".to_owned(), name: "Hela kommunen".to_owned() },
    }
}

/// The key's words as the file's name writes them, the first with a capital.
fn spoken(file_name: &str, key: &str) -> String {
    let words: Vec<&str> =
        file_name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let said = key
        .split(' ')
        .map(|part| {
            words
                .iter()
                .find(|word| fold(word) == part)
                .map_or_else(|| part.to_owned(), |word| (*word).to_owned())
        })
        .collect::<Vec<_>>()
        .join(" ");
    let mut letters = said.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file_name: &str, source: &str) -> (String, String) {
        let signs = Signs { source, file_name, unit: None, departments: &[] };
        let found = find(&signs, &Units::default(), NaiveDate::MIN);
        (found.key, found.name)
    }

    #[test]
    fn a_sender_is_known_again_by_what_its_files_are_called() {
        for (month, next, key, name) in [
            ("VOF avslutade 2026-06.csv", "VOF avslutade 2026-07 (1).csv", "vof", "VOF"),
            ("Fritid_avslut_juni.xlsx", "Fritid_avslut_november.xlsx", "fritid", "Fritid"),
            ("kultur_avg_2606.csv", "kultur_avg_2611.csv", "kultur", "Kultur"),
            ("avslutade_2026-06_kommun.csv", "avslutade_2026-08_kommun (1).csv", "kommun", "Hela kommunen"),
            ("leavers.csv", "Avslutade anställningar juni - Kopia.csv", "kommun", "Hela kommunen"),
        ] {
            for file in [month, next] {
                assert_eq!(named(file, ""), (key.to_owned(), name.to_owned()), "{file}");
            }
        }
    }

    #[test]
    fn what_was_told_goes_before_the_file_and_is_the_same_sender_as_it() {
        assert_eq!(named("x.csv", "VOF"), ("vof".to_owned(), "VOF".to_owned()));
        assert_eq!(named("x.csv", " HR-enheten "), ("hr enheten".to_owned(), "HR-enheten".to_owned()));
        assert_eq!(named("x.csv", "2026").0, "2026");
    }
}
