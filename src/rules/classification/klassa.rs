//! The four levels of KLASSA: konfidentialitet, riktighet, tillgänglighet, spårbarhet (`docs/rules.md` 3.1).

use thiserror::Error;

use crate::rules::names::lower;

/// A consequence level, 0–4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 0: ingen eller försumbar.
    Negligible,
    /// 1: måttlig.
    Moderate,
    /// 2: betydande.
    Significant,
    /// 3: allvarlig.
    Serious,
    /// 4: synnerligen allvarlig. Not in MSB's matrix; hides the system from normal lists.
    VerySerious,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 5] =
        [Self::Negligible, Self::Moderate, Self::Significant, Self::Serious, Self::VerySerious];

    /// The level with this number. `None` outside 0–4.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// 0–4.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// KLASSA's name of the level.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Negligible => "ingen eller försumbar",
            Self::Moderate => "måttlig",
            Self::Significant => "betydande",
            Self::Serious => "allvarlig",
            Self::VerySerious => "synnerligen allvarlig",
        }
    }
}

/// The levels of a system or an information set. A dimension that is not classified is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Classification {
    /// Konfidentialitet.
    pub k: Option<Level>,
    /// Riktighet.
    pub r: Option<Level>,
    /// Tillgänglighet.
    pub t: Option<Level>,
    /// Spårbarhet.
    pub s: Option<Level>,
}

impl Classification {
    /// Whether no dimension is classified.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The highest level of the four.
    #[must_use]
    pub fn highest(&self) -> Option<Level> {
        [self.k, self.r, self.t, self.s].into_iter().flatten().max()
    }

    /// `K2 R3 T2`, with S when it is classified and "–" for a dimension that is not. Empty when none is.
    #[must_use]
    pub fn display(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let part = |name: char, level: Option<Level>| match level {
            Some(level) => format!("{name}{}", level.number()),
            None => format!("{name}–"),
        };
        let mut parts = vec![part('K', self.k), part('R', self.r), part('T', self.t)];
        if self.s.is_some() {
            parts.push(part('S', self.s));
        }
        parts.join(" ")
    }
}

/// Why a text is not a classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClassificationError {
    /// A level above 4.
    #[error("Nivåerna går från 0 till 4.")]
    OutOfRange,
    /// "12": one level is missing, or a zero in front was lost in a number column.
    #[error(
        "Klassningen har för få nivåer. Ange tre eller fyra, till exempel 2-3-2, och kontrollera om en inledande nolla har försvunnit."
    )]
    TooFew,
    /// "2002-03-02": the spreadsheet took "2-3-2" for a date.
    #[error(
        "Kalkylbladet har gjort om klassningen till ett datum. Formatera kolumnen som text och ange den som 2-3-2."
    )]
    Date,
    /// Something else.
    #[error("Klassningen går inte att tolka. Ange den som 2-3-2 eller K2R3T2, eller lämna cellen tom.")]
    Form,
}

/// Words for "not classified". A blank means the same; none of them means level 0.
const NOT_CLASSIFIED: [&str; 30] = [
    "",
    "-",
    "–",
    "?",
    "ej klassad",
    "ej klassat",
    "inte klassad",
    "oklassad",
    "oklassat",
    "ej gjord",
    "saknas",
    "nej",
    "n/a",
    "na",
    "okänt",
    "ej aktuellt",
    "inte klassat",
    "ej klassificerad",
    "ej klassificerat",
    "ej bedömd",
    "ej bedömt",
    "ej genomförd",
    "ej påbörjad",
    "pågår",
    "påbörjad",
    "ska klassas",
    "vet ej",
    "ingen",
    "tbd",
    "x",
];

/// Reads a whole classification in one cell: "2-3-2", "2/3/2", "232", "012", "2-3-2-1", "K2R3T2", "K=2 R=3 T=2 S=1" in any
/// order, "2-?-3". "Ej klassad", "-" and a blank give an empty classification.
pub fn parse_classification(text: &str) -> Result<Classification, ClassificationError> {
    let low = lower(text.trim());
    let low = low.trim_end_matches('.').trim();
    if NOT_CLASSIFIED.contains(&low) {
        return Ok(Classification::default());
    }
    let low = without_words(low);
    let low = low.trim();
    if low.contains(['k', 'r', 't', 's']) { lettered(low) } else { positional(low) }
}

/// The levels without the words around them: "Nivå 2-1-3", "KRT: 213", "2-1-3 (2024)", "Konfidentialitet 2, riktighet 1, …".
fn without_words(low: &str) -> String {
    let text = low.split_once('(').filter(|(levels, _)| !levels.trim().is_empty()).map_or(low, |(l, _)| l);
    let mut text = text.to_owned();
    for (word, letter) in
        [("konfidentialitet", "k"), ("riktighet", "r"), ("tillgänglighet", "t"), ("spårbarhet", "s")]
    {
        text = text.replace(word, letter);
    }
    let name =
        ["informationsklass", "infoklass", "klassning", "klassad", "klassat", "klass", "nivåer", "nivå"]
            .into_iter()
            .chain(["k-r-t-s", "k-r-t", "k/r/t/s", "k/r/t", "krts", "krt"])
            .find_map(|name| text.strip_prefix(name));
    // "K-R2-T1" begins as the name of a column does and is none.
    match name.map(|rest| rest.trim_start_matches([':', '=', ' ', '\u{a0}'])) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'k' | '?')) => {
            rest.to_owned()
        }
        _ => text,
    }
}

/// "k2r3t2": every letter is followed by its level.
fn lettered(low: &str) -> Result<Classification, ClassificationError> {
    let mut found = Classification::default();
    let mut open: Option<char> = None;
    for c in low.chars() {
        match (c, open) {
            ('k' | 'r' | 't' | 's', None) => open = Some(c),
            ('0'..='9', Some(dimension)) => {
                let level = digit(c)?;
                let slot = match dimension {
                    'k' => &mut found.k,
                    'r' => &mut found.r,
                    't' => &mut found.t,
                    _ => &mut found.s,
                };
                if slot.replace(level).is_some() {
                    return Err(ClassificationError::Form);
                }
                open = None;
            }
            // Not classified in this dimension: "K- R2 T1".
            ('-' | '–' | '?', Some(_)) => open = None,
            (c, _) if c.is_whitespace() || matches!(c, '-' | '–' | '/' | ',' | ';' | ':' | '=' | '.') => {}
            _ => return Err(ClassificationError::Form),
        }
    }
    if open.is_some() || found.is_empty() { Err(ClassificationError::Form) } else { Ok(found) }
}

/// "2-3-2", "012": the levels in the order K, R, T, S.
fn positional(low: &str) -> Result<Classification, ClassificationError> {
    let parts: Vec<&str> = low
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/' | ',' | ';' | '.' | '|'))
        .collect();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let year = |s: &&str| s.len() == 4 && digits(s) && (s.starts_with("19") || s.starts_with("20"));
    let levels: Vec<Option<Level>> = match parts.as_slice() {
        [y, m, d, ..] if year(y) && digits(m) && d.bytes().next().is_some_and(|b| b.is_ascii_digit()) => {
            return Err(ClassificationError::Date);
        }
        // A date's serial number, 1927–2100.
        [one] if digits(one) && one.len() == 5 => return Err(ClassificationError::Date),
        [one] if digits(one) && one.len() < 3 => {
            return Err(if one.bytes().all(|b| b <= b'4') {
                ClassificationError::TooFew
            } else {
                ClassificationError::OutOfRange
            });
        }
        [one] if digits(one) && one.len() <= 4 => {
            one.chars().map(|c| digit(c).map(Some)).collect::<Result<_, _>>()?
        }
        many => many.iter().filter(|p| !p.is_empty()).map(|p| place(p)).collect::<Result<_, _>>()?,
    };
    match levels.as_slice() {
        [k, r, t] => Ok(Classification { k: *k, r: *r, t: *t, s: None }),
        [k, r, t, s] => Ok(Classification { k: *k, r: *r, t: *t, s: *s }),
        [_] | [_, _] => Err(ClassificationError::TooFew),
        _ => Err(ClassificationError::Form),
    }
}

fn place(text: &str) -> Result<Option<Level>, ClassificationError> {
    match text {
        "?" | "x" | "–" => Ok(None),
        _ => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => digit(c).map(Some),
                _ => Err(ClassificationError::Form),
            }
        }
    }
}

fn digit(c: char) -> Result<Level, ClassificationError> {
    let number = c.to_digit(10).and_then(|d| u8::try_from(d).ok()).ok_or(ClassificationError::Form)?;
    Level::from_number(number).ok_or(ClassificationError::OutOfRange)
}

/// Reads one level in a cell of its own: "2", "2.0", "nivå 2", "2 - betydande", "Betydande". Blank and "ej klassad" give
/// `None`.
pub fn parse_level(text: &str) -> Result<Option<Level>, ClassificationError> {
    let low = lower(text.trim());
    if NOT_CLASSIFIED.contains(&low.as_str()) {
        return Ok(None);
    }
    let low = low.strip_suffix(".0").unwrap_or(&low);
    let numbers: Vec<&str> = low.split(|c: char| !c.is_ascii_digit()).filter(|s| !s.is_empty()).collect();
    let named = match () {
        () if low.contains("synnerligen") => Some(Level::VerySerious),
        () if low.contains("allvarlig") => Some(Level::Serious),
        () if low.contains("betydande") => Some(Level::Significant),
        () if low.contains("måttlig") || low.contains("mattlig") => Some(Level::Moderate),
        () if low.contains("försumbar") || low.contains("ingen") => Some(Level::Negligible),
        () => None,
    };
    let numbered = match numbers.as_slice() {
        [] => None,
        [one] => {
            Some(one.parse::<u8>().ok().and_then(Level::from_number).ok_or(ClassificationError::OutOfRange)?)
        }
        _ => return Err(ClassificationError::Form),
    };
    let words_allowed = low.chars().all(|c| c.is_ascii_digit())
        || named.is_some()
        || low.starts_with("nivå")
        || low.starts_with(['k', 'r', 't', 's']) && low.len() <= 3;
    match (numbered, named) {
        (Some(a), Some(b)) if a != b => Err(ClassificationError::Form),
        (None, None) => Err(ClassificationError::Form),
        _ if !words_allowed => Err(ClassificationError::Form),
        (a, b) => Ok(a.or(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn levels(k: u8, r: u8, t: u8, s: Option<u8>) -> Classification {
        let level = Level::from_number;
        Classification { k: level(k), r: level(r), t: level(t), s: s.and_then(level) }
    }

    #[test]
    fn every_way_of_writing_a_classification_is_read() {
        for (text, expected) in [
            ("2-3-2", levels(2, 3, 2, None)),
            ("1/1/2", levels(1, 1, 2, None)),
            ("2 3 2", levels(2, 3, 2, None)),
            ("2, 3, 2", levels(2, 3, 2, None)),
            (" 2 - 3 - 2 ", levels(2, 3, 2, None)),
            ("012", levels(0, 1, 2, None)),
            ("232", levels(2, 3, 2, None)),
            ("2321", levels(2, 3, 2, Some(1))),
            ("2-3-2-1", levels(2, 3, 2, Some(1))),
            ("K2R2T3", levels(2, 2, 3, None)),
            ("k2 r2 t3 s1", levels(2, 2, 3, Some(1))),
            ("K=2, R=2, T=3", levels(2, 2, 3, None)),
            ("T3 R2 K2", levels(2, 2, 3, None)),
            ("Nivå 2-1-3", levels(2, 1, 3, None)),
            ("KRT: 213", levels(2, 1, 3, None)),
            ("K-R-T 2-1-3", levels(2, 1, 3, None)),
            ("Klass K2R1T3", levels(2, 1, 3, None)),
            ("2-1-3 (2024-05-01)", levels(2, 1, 3, None)),
            ("Konfidentialitet: 2, Riktighet: 1, Tillgänglighet: 3, Spårbarhet: 0", levels(2, 1, 3, Some(0))),
        ] {
            assert_eq!(parse_classification(text), Ok(expected), "{text}");
        }
        let partly = Classification { r: None, ..levels(2, 0, 3, None) };
        assert_eq!(parse_classification("2-?-3"), Ok(partly));
        assert_eq!(parse_classification("K2 R? T3"), Ok(partly));
    }

    #[test]
    fn what_is_not_classified_is_not_zero() {
        for text in ["", " ", "-", "–", "Ej klassad", "EJ KLASSAD.", "oklassad", "saknas", "?"] {
            assert_eq!(parse_classification(text), Ok(Classification::default()), "{text}");
            assert!(parse_classification(text).unwrap().is_empty());
        }
        assert!(!parse_classification("000").unwrap().is_empty());
        assert_eq!(parse_level(""), Ok(None));
        assert_eq!(parse_level("0"), Ok(Some(Level::Negligible)));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_cause() {
        for (text, error) in [
            ("12", ClassificationError::TooFew),
            ("2-3", ClassificationError::TooFew),
            ("2", ClassificationError::TooFew),
            ("2-3-5", ClassificationError::OutOfRange),
            ("K2R7T1", ClassificationError::OutOfRange),
            ("2002-03-02", ClassificationError::Date),
            ("2002-03-02 00:00:00", ClassificationError::Date),
            ("37317", ClassificationError::Date),
            ("hög", ClassificationError::Form),
            ("K2K3T1", ClassificationError::Form),
            ("K2R", ClassificationError::Form),
            ("2-3-2-1-1", ClassificationError::Form),
        ] {
            assert_eq!(parse_classification(text), Err(error), "{text}");
        }
    }

    #[test]
    fn single_levels_are_read_by_number_and_name() {
        for (text, expected) in [
            ("2", Ok(Some(Level::Significant))),
            ("2.0", Ok(Some(Level::Significant))),
            ("Nivå 3", Ok(Some(Level::Serious))),
            ("2 - betydande", Ok(Some(Level::Significant))),
            ("Synnerligen allvarlig", Ok(Some(Level::VerySerious))),
            ("allvarlig", Ok(Some(Level::Serious))),
            ("måttlig", Ok(Some(Level::Moderate))),
            ("ingen eller försumbar", Ok(Some(Level::Negligible))),
            ("ej klassad", Ok(None)),
            ("2 - allvarlig", Err(ClassificationError::Form)),
            ("5", Err(ClassificationError::OutOfRange)),
            ("kanske 2", Err(ClassificationError::Form)),
            ("hög", Err(ClassificationError::Form)),
        ] {
            assert_eq!(parse_level(text), expected, "{text}");
        }
    }

    #[test]
    fn the_highest_level_and_the_shown_form_follow_the_levels() {
        let c = parse_classification("2-3-1").unwrap();
        assert_eq!((c.highest(), c.display().as_str()), (Some(Level::Serious), "K2 R3 T1"));
        assert_eq!(parse_classification("K2 R? T1 S0").unwrap().display(), "K2 R– T1 S0");
        assert_eq!(Classification::default().display(), "");
    }

    #[test]
    fn the_classifications_of_the_shared_lists_are_read() {
        for municipality in ["kommun-small", "kommun-medium"] {
            let path = format!("data/{municipality}/truth/system_row_truth.csv");
            let Some(rows) = crate::rules::test_support::shared_csv(&path) else { return };
            let mut read = 0;
            for row in rows.iter().filter(|r| !r["class_text"].is_empty()) {
                let level = |c: &str| row[c].parse().ok().and_then(Level::from_number);
                let expected = Classification { k: level("k"), r: level("r"), t: level("t"), s: level("s") };
                assert_eq!(parse_classification(&row["class_text"]), Ok(expected), "{}", row["class_text"]);
                read += 1;
            }
            assert!(read > 10, "{municipality}: {read}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(k in proptest::option::of(0u8..5), r in 0u8..5, t in proptest::option::of(0u8..5), s in proptest::option::of(0u8..5)) {
            let level = |n: Option<u8>| n.and_then(Level::from_number);
            let c = Classification { k: level(k), r: level(Some(r)), t: level(t), s: level(s) };
            prop_assert_eq!(parse_classification(&c.display()), Ok(c));
        }

        #[test]
        fn no_text_breaks_the_parsers(text in "\\PC{0,20}") {
            let _ = parse_classification(&text);
            let _ = parse_level(&text);
        }
    }
}
