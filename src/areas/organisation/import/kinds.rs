//! What level of the organisation a row of a file means.

use crate::tabular::fold::fold;

/// Words for a level, as files of different municipalities have them; folded, compared with whole words and with endings
/// of compounds ("Socialnämnden").
const WORDS: &[(&str, &[&str])] = &[
    ("bolag", &["bolag", "bolaget", "ab", "kommunalforbund", "stiftelse"]),
    ("kommun", &["kommun", "kommunen", "kommuner", "stad", "staden", "region"]),
    (
        "namnd",
        &[
            "namnd",
            "namnden",
            "kommunstyrelse",
            "kommunstyrelsen",
            "styrelse",
            "styrelsen",
            "utskott",
            "utskottet",
            "fullmaktige",
        ],
    ),
    (
        "forvaltning",
        &[
            "forvaltning",
            "forvaltningen",
            "kontor",
            "kontoret",
            "sektor",
            "sektorn",
            "stadsdelsforvaltning",
            "ledningskontor",
        ],
    ),
    (
        "avdelning",
        &[
            "avdelning",
            "avdelningen",
            "verksamhet",
            "verksamheten",
            "verksamhetsomrade",
            "omrade",
            "omradet",
            "division",
            "resultatomrade",
        ],
    ),
    (
        "enhet",
        &["enhet", "enheten", "grupp", "gruppen", "sektion", "arbetsplats", "skola", "forskola", "team"],
    ),
];

/// The level that a word in a column for it means.
#[must_use]
pub(super) fn of_word(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    let word = folded.split(' ').next_back()?;
    let find = |is_it: &dyn Fn(&&str) -> bool| {
        WORDS.iter().find(|(_, words)| words.iter().any(is_it)).map(|(kind, _)| *kind)
    };
    find(&|w| *w == word || *w == folded).or_else(|| find(&|w| w.len() > 3 && word.ends_with(*w)))
}

/// The level that a unit's name gives away. Names of units are free, so only clear endings count.
#[must_use]
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let last = folded.split(' ').next_back()?;
    Some(match last {
        "ab" => "bolag",
        "kommun" | "stad" => "kommun",
        _ if last.ends_with("namnden") || last.ends_with("styrelsen") || last.ends_with("fullmaktige") => {
            "namnd"
        }
        _ if last.ends_with("forvaltningen") || last.ends_with("forvaltning") => "forvaltning",
        _ => return None,
    })
}

/// The level that a unit has by its place, when nothing else says: one below its parent's.
#[must_use]
pub(super) fn under(parent: Option<&str>) -> &'static str {
    match parent {
        None => "kommun",
        Some("kommun" | "namnd") => "forvaltning",
        Some("forvaltning") => "avdelning",
        Some(_) => "enhet",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_levels_are_understood() {
        for (text, kind) in [
            ("nämnd", Some("namnd")),
            ("Förvaltning", Some("forvaltning")),
            ("Kommunalt bolag", Some("bolag")),
            ("Verksamhetsområde", Some("avdelning")),
            ("ENHET", Some("enhet")),
            ("Stadsdelsförvaltning", Some("forvaltning")),
            ("Socialnämnd", Some("namnd")),
            ("4", None),
            ("", None),
        ] {
            assert_eq!(of_word(text), kind, "{text}");
        }
    }

    #[test]
    fn clear_names_give_the_level_away_and_others_do_not() {
        for (name, kind) in [
            ("Kvarnhults kommun", Some("kommun")),
            ("Kommunstyrelsen", Some("namnd")),
            ("Barn- och utbildningsnämnden", Some("namnd")),
            ("Socialförvaltningen", Some("forvaltning")),
            ("Energi och Bostäder AB", Some("bolag")),
            ("Simhallen", None),
            ("Abborren", None),
        ] {
            assert_eq!(of_name(name), kind, "{name}");
        }
    }
}
