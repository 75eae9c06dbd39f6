//! What files are called: the words that tell whose a file is, without those that any file bears.

use crate::rules::month_names;
use crate::tabular::fold::fold;

/// Words that stand in names of files and sources whatever they hold, folded.
const COMMON: [&str; 13] = [
    "lista", "export", "rapport", "utdrag", "data", "fil", "fran", "for", "till", "och", "kopia", "copy",
    "ny",
];

/// The words of a name that tell whose it is, as they are written: without numbers, months, words that any file has and those
/// that every file of the kind has (`of_kind`, folded). `in_word` says what a word is made of: letters, or digits too.
#[must_use]
pub fn telling_words<'a>(name: &'a str, in_word: fn(char) -> bool, of_kind: &[&str]) -> Vec<&'a str> {
    name.split(|c: char| !in_word(c))
        .filter(|word| {
            let folded = fold(word);
            let said_by_any = [&COMMON[..], of_kind].iter().any(|list| list.contains(&folded.as_str()))
                || month_names::number(&folded).is_some();
            !folded.is_empty() && word.chars().any(char::is_alphabetic) && !said_by_any
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_name_is_whose_it_is() {
        for (name, letters, with_digits) in [
            ("VOF avslutade 2026-06", "VOF", "VOF"),
            ("Fritid_avslut_juni - Kopia (1)", "Fritid", "Fritid"),
            ("avslut2606fritid", "fritid", "avslut2606fritid"),
            ("Tele2 export sept 2026", "Tele", "Tele2"),
            ("Utdrag från Räddningstjänsten", "Räddningstjänsten", "Räddningstjänsten"),
            ("lista_2026-10", "", ""),
            ("", "", ""),
        ] {
            let of_kind = ["avslutade", "avslut"];
            assert_eq!(telling_words(name, char::is_alphabetic, &of_kind).join(" "), letters, "{name}");
            assert_eq!(telling_words(name, char::is_alphanumeric, &of_kind).join(" "), with_digits, "{name}");
        }
    }
}
