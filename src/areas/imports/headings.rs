//! Headings within a list, which say whose the rows below them are.

use crate::tabular::fold::fold;

/// What a heading says of a unit, as a code, a name or both. `None` where there is no heading or nothing is left of it.
#[must_use]
pub fn of_unit(section: Option<&str>) -> Option<String> {
    section.map(without_leads).filter(|text| !text.is_empty())
}

/// A heading without the words that say what it is a heading of: "Kostnadsställe 8010 Ledning och stab" → "8010 Ledning och
/// stab".
fn without_leads(text: &str) -> String {
    const LEADS: [&str; 14] = [
        "kostnadsstalle",
        "kst",
        "kostnadsst",
        "ansvar",
        "enhet",
        "avdelning",
        "forvaltning",
        "ikb",
        "konto",
        "grupp",
        "cost centre",
        "cost center",
        "fakturagrupp",
        "koststed",
    ];
    let mut rest = text.trim();
    while let Some((first, after)) = rest.split_once([' ', ':']) {
        let folded = fold(first);
        let two = after
            .split_once([' ', ':'])
            .map(|(second, beyond)| (format!("{folded} {}", fold(second)), beyond));
        match two {
            Some((both, beyond)) if LEADS.contains(&both.as_str()) => rest = beyond.trim(),
            _ if folded.is_empty() || LEADS.contains(&folded.as_str()) => rest = after.trim(),
            _ => break,
        }
    }
    rest.trim_start_matches([':', '-', '–']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_read_without_the_word_for_what_it_is() {
        for (text, read) in [
            ("Kostnadsställe 8010 Ledning och stab", "8010 Ledning och stab"),
            ("Kst: 4711", "4711"),
            ("KOSTNADSSTÄLLE: 4711 Simhallen", "4711 Simhallen"),
            ("Cost centre 4711", "4711"),
            ("Kulturförvaltningen", "Kulturförvaltningen"),
            ("Enhet Simhallen", "Simhallen"),
        ] {
            assert_eq!(without_leads(text), read);
        }
    }
}
