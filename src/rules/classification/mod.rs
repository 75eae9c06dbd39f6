//! Classification of information and systems (`docs/rules.md` 3): the four KLASSA levels as lists write them,
//! criticality from words or from the longest tolerable outage, and the matrix of business value and health.
//!
//! A blank is not 0: what is not classified is `None`, never "ingen eller försumbar".

mod criticality;
mod klassa;

use chrono::{Months, NaiveDate};

pub use criticality::{Criticality, CriticalityLimits, outage_hours};
pub use klassa::{Classification, ClassificationError, Level, parse_classification, parse_level};

/// How long a classification holds when nothing else is decided (`docs/rules.md` 3.1: 24 months, or until a major
/// change). `None` only at the end of the calendar.
#[must_use]
pub fn valid_until(classified_on: NaiveDate) -> Option<NaiveDate> {
    classified_on.checked_add_months(Months::new(24))
}

/// What the matrix of business value and technical health advises (`docs/rules.md` 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Advice {
    /// High value, good health.
    KeepAndDevelop,
    /// High value, poor health.
    Replace,
    /// Low value, good health.
    Tolerate,
    /// Low value, poor health.
    Retire,
}

impl Advice {
    /// The quadrant of two scores 1–4, where 3 and 4 are high. `None` outside the scale.
    #[must_use]
    pub fn of(business_value: u8, technical_health: u8) -> Option<Self> {
        let high = |score: u8| (1..=4).contains(&score).then_some(score >= 3);
        Some(match (high(business_value)?, high(technical_health)?) {
            (true, true) => Self::KeepAndDevelop,
            (true, false) => Self::Replace,
            (false, true) => Self::Tolerate,
            (false, false) => Self::Retire,
        })
    }

    /// The words on the screen.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::KeepAndDevelop => "Behåll och utveckla",
            Self::Replace => "Ersätt",
            Self::Tolerate => "Tolerera",
            Self::Retire => "Avveckla",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_has_four_corners() {
        for (value, health, advice) in [
            (4, 4, Some(Advice::KeepAndDevelop)),
            (3, 2, Some(Advice::Replace)),
            (2, 3, Some(Advice::Tolerate)),
            (1, 1, Some(Advice::Retire)),
            (0, 3, None),
            (3, 5, None),
        ] {
            assert_eq!(Advice::of(value, health), advice, "{value} {health}");
        }
    }

    #[test]
    fn a_classification_holds_for_two_years() {
        let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(valid_until(on(2026, 3, 14)), Some(on(2028, 3, 14)));
        assert_eq!(valid_until(on(2024, 2, 29)), Some(on(2026, 2, 28)));
    }
}
