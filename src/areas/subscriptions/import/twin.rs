//! Twin and data cards: the number that a card belongs to, in words ("Datakort till 0701740605").

use crate::{rules::phone::Phone, tabular::fold::compact};

/// Words for a card that belongs to another number, compacted.
const WORDS: [&str; 14] = [
    "datakort",
    "datasim",
    "extrasim",
    "extrakort",
    "extranummer",
    "tvilling",
    "twin",
    "multisim",
    "parallellsim",
    "parallellkort",
    "kopplad",
    "huvudnummer",
    "tillhor",
    "delarsurfmed",
];

/// Words that lead to the number and say nothing without it.
const LEADING: [&str; 4] = ["till", "hör", "för", "nummer"];

/// The kind of subscription without the number that it belongs to: the number is kept as a number, where it is shown to
/// those who may see it, and not as part of a text.
pub(super) fn without_number(text: &str) -> String {
    if main_number(text).is_none() {
        return text.to_owned();
    }
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '–' | '/' | '(' | ')');
    let mut kept: Vec<&str> = text.split_whitespace().collect();
    // The number stands last, in one word or in several ("070-174 06 05").
    while let Some(last) = kept.last() {
        let bare = last.trim_matches([',', '.', ':', ';', '(', ')']);
        if bare.chars().all(is_digit) || LEADING.contains(&bare.to_lowercase().as_str()) {
            kept.pop();
        } else {
            break;
        }
    }
    let joined = kept.join(" ");
    let rest = joined.trim_end_matches([',', ':', ';', '(', '-', '–', ' ']);
    // A number that stands elsewhere than last: no words are better than words that tell it.
    if main_number(rest).is_some() {
        return rest
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
    }
    rest.to_owned()
}

/// The number that a type or a holder's text says the card belongs to, E.164.
pub(super) fn main_number(text: &str) -> Option<String> {
    if text.bytes().filter(u8::is_ascii_digit).count() < 7 {
        return None;
    }
    let words = compact(text);
    if !WORDS.iter().any(|word| words.contains(word)) {
        return None;
    }
    let is_part =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '/' | '(' | ')' | '\u{a0}' | '–');
    text.split(|c: char| !is_part(c))
        .map(|part| part.trim_matches([' ', '-', '–', '/', ')', '\u{a0}']))
        .filter(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 7)
        .find_map(|part| {
            let whole = Phone::parse(part).or_else(|_| Phone::parse(part.trim_start_matches('(')));
            // "Datakort 50 0701740605": what stands before the number is not it.
            let whole = whole.ok().or_else(|| part.split(' ').find_map(|word| Phone::parse(word).ok()));
            whole.map(|phone| phone.e164())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_number_is_found_in_words() {
        for text in [
            "Datakort till 0701740605",
            "Extra SIM till +46 70 174 06 05",
            "Tvillingkort (070-174 06 05)",
            "Twin SIM 46701740605",
            "Multi-SIM, hör till 070-174 06 05",
            "Datakort 50 GB till 0701740605",
        ] {
            assert_eq!(main_number(text).as_deref(), Some("+46701740605"), "{text}");
        }
        for text in ["Reserv 0701740605", "Mobil Plus 20 GB", "Datakort", "Datakort 50 GB", ""] {
            assert_eq!(main_number(text), None, "{text}");
        }
    }

    #[test]
    fn the_kind_is_kept_without_the_number() {
        for (text, kind) in [
            ("Datakort till 0701740605", "Datakort"),
            ("Extra SIM till +46 70 174 06 05", "Extra SIM"),
            ("Tvillingkort (070-174 06 05)", "Tvillingkort"),
            ("Multi-SIM, hör till 070-174 06 05", "Multi-SIM"),
            ("Datakort 50 GB till 0701740605", "Datakort 50 GB"),
            ("0701740605 datakort", "datakort"),
            ("Mobil Plus 20 GB", "Mobil Plus 20 GB"),
        ] {
            assert_eq!(without_number(text), kind, "{text}");
        }
    }
}
