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
}
