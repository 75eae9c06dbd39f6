//! How critical a system is: from the words of a list, or from the longest outage that can be tolerated
//! (`docs/rules.md` 3.2).

use rust_decimal::Decimal;

use crate::rules::names::lower;

/// How critical a system is, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criticality {
    /// Låg.
    Low,
    /// Medel.
    Medium,
    /// Hög.
    High,
    /// Kritisk.
    Critical,
}

/// The longest tolerable outage, in hours, that still gives each criticality. A municipality may change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CriticalityLimits {
    /// At most so many hours: kritisk.
    pub critical: Decimal,
    /// At most so many hours: hög.
    pub high: Decimal,
    /// At most so many hours: medel. More: låg.
    pub medium: Decimal,
}

impl Default for CriticalityLimits {
    fn default() -> Self {
        Self { critical: Decimal::from(4), high: Decimal::from(24), medium: Decimal::from(72) }
    }
}

impl Criticality {
    /// All, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The criticality of a system that can be missed for `hours` at the longest.
    #[must_use]
    pub fn from_tolerable_outage(hours: Decimal, limits: &CriticalityLimits) -> Self {
        match hours {
            h if h <= limits.critical => Self::Critical,
            h if h <= limits.high => Self::High,
            h if h <= limits.medium => Self::Medium,
            _ => Self::Low,
        }
    }

    /// Reads the words and numbers of lists: "Kritisk", "hög", "medium", "P1" … "P4" where P1 is the most critical.
    /// `None` for anything else, a blank included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let low = lower(text.trim());
        Some(match low.trim_end_matches('.') {
            "kritisk" | "kritiskt" | "verksamhetskritisk" | "samhällskritisk" | "samhällsviktig"
            | "mycket hög" | "p1" | "prio 1" => Self::Critical,
            "hög" | "hogt" | "högt" | "hog" | "stor" | "p2" | "prio 2" => Self::High,
            "medel" | "medelhög" | "medium" | "mellan" | "måttlig" | "normal" | "p3" | "prio 3" => {
                Self::Medium
            }
            "låg" | "lag" | "lågt" | "liten" | "ej kritisk" | "inte kritisk" | "p4" | "prio 4" => Self::Low,
            _ => return None,
        })
    }

    /// The code that is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "lag",
            Self::Medium => "medel",
            Self::High => "hog",
            Self::Critical => "kritisk",
        }
    }

    /// The word on the screen.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Low => "Låg",
            Self::Medium => "Medel",
            Self::High => "Hög",
            Self::Critical => "Kritisk",
        }
    }
}

/// A time in hours from a cell: "4", "4 h", "4 timmar", "30 min", "1 dygn", "3 dagar", "1 vecka", "0,5 h". A bare number is
/// hours. `None` when it is something else or negative.
#[must_use]
pub fn outage_hours(text: &str) -> Option<Decimal> {
    let low = lower(text.trim()).replace(',', ".");
    let low = low.trim_start_matches(['<', '≤', '=']).trim_start_matches("max").trim();
    let end = low.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(low.len());
    let (number, unit) = low.split_at_checked(end)?;
    let number: Decimal = number.parse().ok()?;
    match unit.trim().trim_end_matches('.') {
        "" | "h" | "tim" | "timme" | "timmar" | "t" => Some(number),
        "m" | "min" | "minut" | "minuter" => number.checked_div(Decimal::from(60)),
        "d" | "dag" | "dagar" | "dygn" => number.checked_mul(Decimal::from(24)),
        "v" | "vecka" | "veckor" => number.checked_mul(Decimal::from(168)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_longest_tolerable_outage_gives_the_criticality() {
        let limits = CriticalityLimits::default();
        for (text, expected) in [
            ("0", Criticality::Critical),
            ("30 min", Criticality::Critical),
            ("4 h", Criticality::Critical),
            ("4,5 h", Criticality::High),
            ("1 dygn", Criticality::High),
            ("25 timmar", Criticality::Medium),
            ("3 dagar", Criticality::Medium),
            ("1 vecka", Criticality::Low),
        ] {
            let hours = outage_hours(text).unwrap();
            assert_eq!(Criticality::from_tolerable_outage(hours, &limits), expected, "{text}");
        }
    }

    #[test]
    fn the_limits_are_the_municipalitys_own() {
        let limits = CriticalityLimits { critical: Decimal::from(1), ..CriticalityLimits::default() };
        assert_eq!(Criticality::from_tolerable_outage(Decimal::from(2), &limits), Criticality::High);
    }

    #[test]
    fn words_of_lists_are_read() {
        for (text, expected) in [
            ("Kritisk", Some(Criticality::Critical)),
            ("P1", Some(Criticality::Critical)),
            (" hög ", Some(Criticality::High)),
            ("medium", Some(Criticality::Medium)),
            ("Medel", Some(Criticality::Medium)),
            ("LÅG", Some(Criticality::Low)),
            ("", None),
            ("ja", None),
        ] {
            assert_eq!(Criticality::parse(text), expected, "{text}");
        }
        for c in Criticality::ALL {
            assert_eq!(Criticality::parse(c.swedish()), Some(c));
            assert_eq!(Criticality::parse(c.code()), Some(c));
        }
    }

    #[test]
    fn what_is_not_a_time_is_not_read() {
        for text in ["", "kort", "4 månader", "-4 h", "h"] {
            assert_eq!(outage_hours(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_outage_is_never_more_critical(a in 0u32..1000, b in 0u32..1000) {
            let limits = CriticalityLimits::default();
            let of = |h: u32| Criticality::from_tolerable_outage(Decimal::from(h), &limits);
            prop_assert!(of(a.min(b)) >= of(a.max(b)));
        }

        #[test]
        fn no_text_breaks_the_parsers(text in "\\PC{0,20}") {
            let _ = outage_hours(&text);
            let _ = Criticality::parse(&text);
        }
    }
}
