//! Folding of text for comparison: headers, words and names that differ only in case, punctuation or diacritics are the
//! same word here. What a person reads is never folded.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case, letters without diacritics, everything that is neither letter nor digit as one space.
///
/// `å` and `ä` become `a`, `ö` and `ø` become `o`, `æ` becomes `a` (rules 2.2 key k1), `%` is kept as a word since a
/// header may consist of it.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'æ' => out.push('a'),
            'ø' => out.push('o'),
            'ß' => out.push_str("ss"),
            'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            c if c.is_alphanumeric() => out.push(c),
            '%' => {
                space(&mut out);
                out.push_str("procent ");
            }
            _ => space(&mut out),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The folded text without its spaces, so that `Anst.nr`, `ANST NR` and `anstnr` are one word.
#[must_use]
pub fn compact(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|c| c != ' ');
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_and_diacritics_do_not_matter() {
        assert_eq!(fold("  Gäller t.o.m. "), "galler t o m");
        assert_eq!(compact("T_O_M"), compact("t.o.m."));
        assert_eq!(compact("À-pris"), "apris");
        assert_eq!(compact("Omf %"), "omfprocent");
        assert_eq!(fold("Afdeling ØST"), "afdeling ost");
    }

    #[test]
    fn decomposed_letters_are_the_same_letters() {
        assert_eq!(fold("fo\u{308}rvaltning"), fold("förvaltning"));
    }
}
