//! What a list's reason, event code, form of employment and status mean (`docs/data-formats.md` 2.2:
//! "orsak_mapping"). Words are general Swedish; codes are told per source by a table.

use std::collections::HashMap;

use crate::rules::names::lower;

/// What a row says has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum EventKind {
    /// Leaves the municipality: resignation, pension, dismissal, a term that ends.
    Leaves,
    /// No more shifts for an hourly paid person.
    HourlyEnds,
    /// Moves within the municipality.
    Moves,
    /// On leave.
    Leave,
    /// Has died.
    Deceased,
    /// Withdraws an earlier row.
    Correction,
    /// The employment is prolonged.
    Prolonged,
    /// No reason, or one that says nothing: the list itself is what says that the employment ends.
    #[default]
    Unstated,
}

/// Form of employment, as far as the rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum EmploymentForm {
    /// Paid by the month: tillsvidare, vikariat, visstid, provanställning.
    Monthly,
    /// Paid by the hour: timavlönad, intermittent.
    Hourly,
    /// Not stated.
    #[default]
    Unstated,
}

/// Status of an employment in a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum EmploymentStatus {
    /// Aktiv.
    #[default]
    Active,
    /// Tjänstledig.
    OnLeave,
    /// Kommande: begins later.
    Coming,
    /// Avslutad.
    Ended,
}

/// Parts of words, in the order they are looked for: the first that occurs decides. Corrections come first, so that
/// "återtagen uppsägning" is not a resignation, and what negates comes before what it negates.
const WORDS: [(&str, EventKind); 66] = [
    ("återtag", EventKind::Correction),
    ("rättelse", EventKind::Correction),
    ("rättad", EventKind::Correction),
    ("korriger", EventKind::Correction),
    ("makuler", EventKind::Correction),
    ("felregistr", EventKind::Correction),
    ("fel rad", EventKind::Correction),
    ("ångrat", EventKind::Correction),
    ("avbruten uppsägning", EventKind::Correction),
    ("inte förläng", EventKind::Leaves),
    ("ej förläng", EventKind::Leaves),
    ("ej fler pass", EventKind::HourlyEnds),
    ("inga fler pass", EventKind::HourlyEnds),
    ("fler pass", EventKind::HourlyEnds),
    ("sista pass", EventKind::HourlyEnds),
    ("förläng", EventKind::Prolonged),
    ("avliden", EventKind::Deceased),
    ("dödsfall", EventKind::Deceased),
    ("avled", EventKind::Deceased),
    ("verksamhetsövergång", EventKind::Leaves),
    ("övergång till annan arbetsgivare", EventKind::Leaves),
    ("extern", EventKind::Leaves),
    ("annan arbetsgivare", EventKind::Leaves),
    ("byter arbetsgivare", EventKind::Leaves),
    ("bytt arbetsgivare", EventKind::Leaves),
    ("annan kommun", EventKind::Leaves),
    ("övergång", EventKind::Moves),
    ("annan förvaltning", EventKind::Moves),
    ("byter förvaltning", EventKind::Moves),
    ("byter tjänst", EventKind::Moves),
    ("bytt tjänst", EventKind::Moves),
    ("byter enhet", EventKind::Moves),
    ("bytt enhet", EventKind::Moves),
    ("byte av", EventKind::Moves),
    ("byte till", EventKind::Moves),
    ("intern", EventKind::Moves),
    ("omplacer", EventKind::Moves),
    ("förflytt", EventKind::Moves),
    ("flytt", EventKind::Moves),
    ("omorganis", EventKind::Moves),
    ("inom kommunen", EventKind::Moves),
    ("ny anställning i kommunen", EventKind::Moves),
    ("ny tjänst i kommunen", EventKind::Moves),
    ("tjänstledig", EventKind::Leave),
    ("föräldra", EventKind::Leave),
    ("barnledig", EventKind::Leave),
    ("studieledig", EventKind::Leave),
    ("ledighet", EventKind::Leave),
    ("vård av barn", EventKind::Leave),
    ("sjukskriven", EventKind::Leave),
    ("sjukskrivning", EventKind::Leave),
    ("sjukfrånvaro", EventKind::Leave),
    ("rehabilitering", EventKind::Leave),
    ("sjukersättning", EventKind::Leaves),
    ("uppsägning", EventKind::Leaves),
    ("uppsagd", EventKind::Leaves),
    ("begäran", EventKind::Leaves),
    ("pension", EventKind::Leaves),
    ("avsked", EventKind::Leaves),
    ("arbetsbrist", EventKind::Leaves),
    ("avgång", EventKind::Leaves),
    ("avslut", EventKind::Leaves),
    ("slut", EventKind::Leaves),
    ("upphör", EventKind::Leaves),
    ("lämna", EventKind::Leaves),
    ("entledig", EventKind::Leaves),
];

/// Abbreviations that are whole words.
const SHORT: [(&str, EventKind); 10] = [
    ("avg", EventKind::Leaves),
    ("pens", EventKind::Leaves),
    ("avl", EventKind::Deceased),
    ("tjl", EventKind::Leave),
    ("föl", EventKind::Leave),
    ("fl", EventKind::Leave),
    ("sjk", EventKind::Leave),
    ("korr", EventKind::Correction),
    ("flytt", EventKind::Moves),
    ("förl", EventKind::Prolonged),
];

impl EventKind {
    /// Reads a reason in words, whatever its case: "Egen uppsägning", "Övergång till annan förvaltning", "TJL". `None`
    /// for words that are not known, and for codes that only a table can tell.
    #[must_use]
    pub fn from_words(text: &str) -> Option<Self> {
        let low = lower(text.trim());
        let low = low.trim_end_matches('.');
        if low.is_empty() {
            return None;
        }
        SHORT
            .iter()
            .find(|(word, _)| *word == low)
            .or_else(|| WORDS.iter().find(|(part, _)| low.contains(part)))
            .map(|(_, kind)| *kind)
    }

    /// The code that is stored in a source's table.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Leaves => "leaver",
            Self::HourlyEnds => "hourly",
            Self::Moves => "mover",
            Self::Leave => "leave",
            Self::Deceased => "deceased",
            Self::Correction => "correction",
            Self::Prolonged => "prolonged",
            Self::Unstated => "unstated",
        }
    }

    /// The words on the screen.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Leaves => "Slutar",
            Self::HourlyEnds => "Inga fler pass",
            Self::Moves => "Byter enhet",
            Self::Leave => "Ledig",
            Self::Deceased => "Avliden",
            Self::Correction => "Rättelse",
            Self::Prolonged => "Förlängd",
            Self::Unstated => "Orsak saknas",
        }
    }
}

/// A source's own codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReasonTable {
    codes: HashMap<String, EventKind>,
    /// What the source itself calls each code, understood or not.
    words: HashMap<String, String>,
}

impl ReasonTable {
    /// Reads a table as people write it: "01 egen uppsägning, 02 pension; TJL = tjänstledig". One code, one space or
    /// "=" or ":", its words; commas, semicolons or line breaks between. Returns the table and the entries whose
    /// words are not understood, for a person to map.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut table = Self::default();
        let mut unknown = Vec::new();
        for entry in text.split([',', ';', '\n']).map(str::trim).filter(|e| !e.is_empty()) {
            let entry = entry.trim_end_matches('.');
            let parts = entry.split_once(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
            let words = parts.map(|(_, w)| w.trim_start_matches(['=', ':', '-', '–', ' ']).trim());
            if let (Some((code, _)), Some(words)) = (parts, words.filter(|words| !words.is_empty())) {
                table.words.insert(code_key(code), words.to_owned());
            }
            match (parts, words.and_then(EventKind::from_words)) {
                (Some((code, _)), Some(kind)) => table.set(code, kind),
                (Some((code, _)), None) if words.is_some_and(|w| lower(w).starts_with("annat")) => {
                    table.set(code, EventKind::Unstated);
                }
                _ => unknown.push(entry.to_owned()),
            }
        }
        (table, unknown)
    }

    /// Adds or changes one code.
    pub fn set(&mut self, code: &str, kind: EventKind) {
        self.codes.insert(code_key(code), kind);
    }

    /// How many codes the table holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether the table holds no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// What a cell means: by the source's own codes first, then by its words. Blank is `Unstated`; `None` is a code
    /// or a word that nobody has mapped.
    #[must_use]
    pub fn read(&self, cell: &str) -> Option<EventKind> {
        if cell.trim().is_empty() {
            return Some(EventKind::Unstated);
        }
        self.codes.get(&code_key(cell)).copied().or_else(|| EventKind::from_words(cell))
    }

    /// A cell for a reader: a code with the source's own words beside it ("01: egen uppsägning"), anything else as it stands.
    #[must_use]
    pub fn shown(&self, cell: &str) -> String {
        match self.words.get(&code_key(cell)) {
            Some(words) => format!("{cell}: {words}"),
            None => cell.to_owned(),
        }
    }
}

/// "01", "1" and 1.0 from a number column are one code.
fn code_key(code: &str) -> String {
    let low = lower(code.trim());
    let low = low.strip_suffix(".0").unwrap_or(&low);
    let trimmed = low.trim_start_matches('0');
    if trimmed.is_empty() { low.to_owned() } else { trimmed.to_owned() }
}

impl EmploymentForm {
    /// Reads "Timavlönad", "Intermittent", "TIM", "Tillsvidare" … Anything that is not by the hour is by the month, a
    /// blank is not stated.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let low = lower(text.trim());
        if low.is_empty() {
            Self::Unstated
        } else if low.starts_with("tim") || low.contains("intermittent") || low.contains("behov") {
            Self::Hourly
        } else {
            Self::Monthly
        }
    }
}

impl EmploymentStatus {
    /// Reads "aktiv", "tjänstledig", "kommande", "avslutad". A blank is active: the snapshot has the row.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let low = lower(text.trim());
        if low.contains("ledig") || low.starts_with("sjuk") || low.starts_with("vilande") {
            Self::OnLeave
        } else if low.starts_with("komm") || low.starts_with("framtid") || low.starts_with("planerad") {
            Self::Coming
        } else if low.starts_with("avslut") || low.starts_with("slut") {
            Self::Ended
        } else {
            Self::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_shown_with_the_words_that_its_sender_has_told() {
        let (table, _) = ReasonTable::parse("01 egen uppsägning, 07 = byter förvaltning.\n12 kvasi; 13");
        for (cell, shown) in [
            ("01", "01: egen uppsägning"),
            ("1.0", "1.0: egen uppsägning"),
            ("7", "7: byter förvaltning"),
            ("12", "12: kvasi"),
            ("13", "13"),
            ("77", "77"),
            ("Pension", "Pension"),
            ("", ""),
        ] {
            assert_eq!(table.shown(cell), shown, "{cell}");
        }
    }

    #[test]
    fn reasons_in_words_are_understood() {
        for (text, kind) in [
            ("Egen uppsägning", EventKind::Leaves),
            ("EGEN BEGÄRAN", EventKind::Leaves),
            ("Ålderspension", EventKind::Leaves),
            ("Uppsägning arbetsbrist", EventKind::Leaves),
            ("Visstid slut", EventKind::Leaves),
            ("Ej förlängd", EventKind::Leaves),
            ("Avsked", EventKind::Leaves),
            ("Verksamhetsövergång", EventKind::Leaves),
            ("Övergång till annan förvaltning", EventKind::Moves),
            ("Intern rörlighet", EventKind::Moves),
            ("Omplacering", EventKind::Moves),
            ("FLYTT", EventKind::Moves),
            ("Byter tjänst inom kommunen", EventKind::Moves),
            ("Ny tjänst inom kommunen", EventKind::Moves),
            ("Bytt enhet", EventKind::Moves),
            ("Byter arbetsgivare", EventKind::Leaves),
            ("Ny tjänst i annan kommun", EventKind::Leaves),
            ("Anställningen upphör", EventKind::Leaves),
            ("Hel sjukersättning", EventKind::Leaves),
            ("Lämnar på egen begäran", EventKind::Leaves),
            ("Tjänstledig", EventKind::Leave),
            ("Föräldraledighet", EventKind::Leave),
            ("Sjukskriven", EventKind::Leave),
            ("TJL", EventKind::Leave),
            ("Avliden", EventKind::Deceased),
            ("Återtagen", EventKind::Correction),
            ("Återtagen uppsägning", EventKind::Correction),
            ("Rättelse", EventKind::Correction),
            ("KORR", EventKind::Correction),
            ("Ej fler pass", EventKind::HourlyEnds),
            ("Förlängt vikariat", EventKind::Prolonged),
        ] {
            assert_eq!(EventKind::from_words(text), Some(kind), "{text}");
        }
        for text in ["", "  ", "07", "Q", "okej"] {
            assert_eq!(EventKind::from_words(text), None, "{text}");
        }
    }

    #[test]
    fn a_sources_own_codes_go_before_words() {
        let (table, unknown) = ReasonTable::parse(
            "01 egen uppsägning, 02 pension, 08 = tjänstledig; F: byter förvaltning, 99 annat, 12 kvasi",
        );
        assert_eq!(unknown, ["12 kvasi"]);
        for (cell, kind) in [
            ("01", Some(EventKind::Leaves)),
            ("1", Some(EventKind::Leaves)),
            ("8.0", Some(EventKind::Leave)),
            ("f", Some(EventKind::Moves)),
            ("99", Some(EventKind::Unstated)),
            ("", Some(EventKind::Unstated)),
            ("Pension", Some(EventKind::Leaves)),
            ("12", None),
        ] {
            assert_eq!(table.read(cell), kind, "{cell}");
        }
    }

    #[test]
    fn forms_and_statuses_are_read() {
        for (text, form) in [
            ("Timavlönad", EmploymentForm::Hourly),
            ("TIM", EmploymentForm::Hourly),
            ("Intermittent anställning", EmploymentForm::Hourly),
            ("Tillsvidare", EmploymentForm::Monthly),
            ("VIS", EmploymentForm::Monthly),
            ("", EmploymentForm::Unstated),
        ] {
            assert_eq!(EmploymentForm::parse(text), form, "{text}");
        }
        for (text, status) in [
            ("aktiv", EmploymentStatus::Active),
            ("", EmploymentStatus::Active),
            ("Tjänstledig", EmploymentStatus::OnLeave),
            ("kommande", EmploymentStatus::Coming),
            ("Avslutad", EmploymentStatus::Ended),
        ] {
            assert_eq!(EmploymentStatus::parse(text), status, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_readers(text in "\\PC{0,40}") {
            let (table, _) = ReasonTable::parse(&text);
            let _ = table.read(&text);
            let _ = EmploymentForm::parse(&text);
            let _ = EmploymentStatus::parse(&text);
        }
    }
}
