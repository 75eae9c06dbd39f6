//! The Swedish names of the months, and what files and texts shorten them to.

/// January to December, as they are written in running text.
pub const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];

/// The name of a month, 1–12; empty for any other number.
#[must_use]
pub fn name(month: u32) -> &'static str {
    (1..).zip(MONTHS).find(|(number, _)| *number == month).map_or("", |(_, name)| name)
}

/// The number of a month, 1–12, by its name in small letters or by its three or four first ("jan", "sept").
#[must_use]
pub fn number(word: &str) -> Option<u32> {
    let is_short = (3..=4).contains(&word.len());
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| *name == word || (is_short && name.starts_with(word)))
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_known_by_its_name_and_by_what_it_is_shortened_to() {
        for (word, expected) in [
            ("januari", Some(1)),
            ("jan", Some(1)),
            ("mars", Some(3)),
            ("mar", Some(3)),
            ("maj", Some(5)),
            ("juni", Some(6)),
            ("jul", Some(7)),
            ("sept", Some(9)),
            ("dec", Some(12)),
            ("ju", None),
            ("septem", None),
            ("marsvin", None),
            ("", None),
        ] {
            assert_eq!(number(word), expected, "{word}");
        }
    }

    #[test]
    fn every_month_has_a_name_that_leads_back_to_it() {
        for month in 1..=12 {
            assert_eq!(number(name(month)), Some(month));
        }
        assert_eq!((name(0), name(13)), ("", ""));
    }
}
