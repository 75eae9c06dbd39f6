//! Lists that say in words that there is nothing to list: "Inga avslutade anställningar under perioden".

use super::fold::fold;

/// Words for none, folded.
const NONE: [&str; 8] = ["inga", "ingen", "inget", "ingenting", "noll", "0", "no", "none"];

/// Whether a text says that there is none of what a list would hold. `of`: beginnings of the words it may be said with, folded.
#[must_use]
pub fn says_none(text: &str, of: &[&str]) -> bool {
    let folded = fold(text);
    let mut words = folded.split(' ');
    if !words.by_ref().any(|word| NONE.contains(&word)) {
        return false;
    }
    // "Inga" alone, below a header or in an otherwise empty file.
    let alone = NONE.contains(&folded.as_str()) && folded != "0";
    alone || words.any(|word| of.iter().any(|start| word.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::super::words::LEAVERS;
    use super::*;

    #[test]
    fn a_list_that_says_that_there_is_nobody_is_understood() {
        for text in [
            "Inga avslutade anställningar under perioden",
            "Inga avslutade",
            "Ingen har slutat i juli.",
            "0 avslutade",
            "INGA RADER ATT VISA",
            "Inget att rapportera",
            "Inga denna månad",
            "Inga",
        ] {
            assert!(says_none(text, LEAVERS.none_of), "{text}");
        }
        for text in [
            "Kontakta administratören vid frågor",
            "Antal: 4",
            "Listan är inte klar",
            "0",
            "",
            "Avslutade anställningar",
        ] {
            assert!(!says_none(text, LEAVERS.none_of), "{text}");
        }
    }
}
