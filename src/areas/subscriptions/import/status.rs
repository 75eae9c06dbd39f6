//! What the operators' words for the state of a subscription mean.

use chrono::NaiveDate;

use crate::tabular::{
    Cell,
    fold::fold,
    values::{DateOptions, MonthAs, When, date},
};

/// The state of a subscription, as the register has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Paused,
    Blocked,
    Terminated,
    Ended,
    Ported,
}

impl Status {
    /// The code in the database.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Active => "aktiv",
            Self::Paused => "pausad",
            Self::Blocked => "sparrad",
            Self::Terminated => "uppsagd",
            Self::Ended => "avslutad",
            Self::Ported => "porterad",
        }
    }

    /// Whether the subscription is no longer the operator's.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Ported)
    }
}

/// Beginnings of words, folded. What ends goes before what is: "Inaktiv" and "Aktiv till uppsägning" hold "aktiv".
const WORDS: &[(Status, &[&str])] = &[
    (Status::Ended, &["upphort", "avslutad", "avslutat"]),
    (
        Status::Ported,
        &["porter", "portad", "utporter", "ported", "port out", "flyttad till annan", "overflyttad"],
    ),
    (
        Status::Terminated,
        &[
            "uppsagd",
            "uppsagt",
            "uppsag",
            "opsagt",
            "opsigelse",
            "terminating",
            "notice given",
            "under uppsagning",
            "avslutas",
            "upphor",
        ],
    ),
    (
        Status::Ended,
        &[
            "avslut",
            "inaktiv",
            "inactive",
            "terminated",
            "ended",
            "closed",
            "upphort",
            "stangd",
            "cancel",
            "deaktiv",
            "deactiv",
            "opphort",
            "afsluttet",
            "nedlagd",
            "borttag",
            "makulerad",
        ],
    ),
    (Status::Paused, &["paus", "vilande", "suspend", "hvilende", "frusen", "tillfalligt", "on hold"]),
    (
        Status::Blocked,
        &["sparr", "block", "barred", "locked", "last", "sparret", "stulen", "forlorad", "avstangd"],
    ),
    (
        Status::Active,
        &[
            "aktiv",
            "active",
            "i drift",
            "oppen",
            "open",
            "ok",
            "live",
            "in use",
            "i bruk",
            "normal",
            "pagaende",
            "inkopplad",
            "paslagen",
            "gallande",
            "akt",
        ],
    ),
];

/// Reads the words of a cell, and the day that they may hold ("Uppsagd per 2026-11-30").
pub(super) fn read(text: &str) -> (Option<Status>, Option<NaiveDate>) {
    let folded = fold(text);
    if folded.is_empty() {
        return (None, None);
    }
    let padded = format!(" {folded}");
    let found = WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| padded.contains(&format!(" {word}"))))
        .map(|(status, _)| *status);
    let until =
        day_in(text).filter(|_| matches!(found, Some(Status::Terminated | Status::Ended | Status::Ported)));
    (found, until)
}

/// The first date among the words of a text.
fn day_in(text: &str) -> Option<NaiveDate> {
    let options = DateOptions { month_as: MonthAs::Last, ..DateOptions::default() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let read = |text: &str| match date(
        &Cell::Text(text.trim_matches([',', '.', '(', ')', ':']).to_owned()),
        options,
    ) {
        Ok(When::On(day, _)) => Some(day),
        _ => None,
    };
    (0..words.len()).find_map(|at| {
        let three = words.get(at..at + 3).and_then(|three| read(&three.join(" ")));
        three.or_else(|| {
            let word = words.get(at).copied().unwrap_or_default();
            (word.chars().filter(char::is_ascii_digit).count() >= 5).then(|| read(word)).flatten()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_operators_are_understood() {
        for (text, status) in [
            ("Aktiv", "aktiv"),
            ("Aktivt", "aktiv"),
            ("ACTIVE", "aktiv"),
            ("Inaktiv", "avslutad"),
            ("Inactive", "avslutad"),
            ("Pausad", "pausad"),
            ("Tillfälligt vilande", "pausad"),
            ("Spärrad", "sparrad"),
            ("Spärret", "sparrad"),
            ("Uppsagd per 2026-11-30", "uppsagd"),
            ("Opsagt", "uppsagd"),
            ("Avslutad", "avslutad"),
            ("Upphört", "avslutad"),
            ("Avslutas 2026-12-31", "uppsagd"),
            ("Porterad till annan operatör", "porterad"),
            ("Ported out", "porterad"),
            ("Portad ut", "porterad"),
            ("Avstängd", "sparrad"),
            ("Påslagen", "aktiv"),
            ("Gällande", "aktiv"),
            ("AKT", "aktiv"),
        ] {
            assert_eq!(read(text).0.map(Status::code), Some(status), "{text}");
        }
        assert_eq!(read("7"), (None, None));
        assert_eq!(read(""), (None, None));
    }

    #[test]
    fn the_day_in_the_words_is_the_last_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30);
        for text in [
            "Uppsagd per 2026-11-30",
            "Uppsagd t.o.m. 20261130",
            "Avslutas 30 november 2026",
            "uppsagd (2026-11-30)",
        ] {
            assert_eq!(read(text).1, day, "{text}");
        }
        assert_eq!(read("Aktiv 2026-11-30").1, None);
        assert_eq!(read("Uppsagd").1, None);
    }
}
