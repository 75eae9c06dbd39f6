//! Terms of notice.

use std::fmt;

use chrono::NaiveDate;

use crate::rules::month_names;

/// How a number of months of notice is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MonthBasis {
    /// So many months before the end of the period.
    BeforeEnd,
    /// So many whole calendar months, from the turn of the month after the notice.
    Calendar,
    /// The contract or the file does not say. Counted as [`MonthBasis::BeforeEnd`] and flagged.
    Unstated,
}

/// A term of notice, of termination or of using an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Notice {
    /// Nothing is known.
    #[default]
    Unknown,
    /// No notice is needed or possible: the contract simply ends.
    None,
    /// A number of months.
    Months {
        /// How many.
        months: u32,
        /// How they are counted.
        basis: MonthBasis,
    },
    /// A number of calendar days before the end. Never converted to months.
    Days(u32),
    /// A number of weeks before the end.
    Weeks(u32),
    /// A given day of the year, at the latest.
    FixedDate {
        /// 1–12.
        month: u32,
        /// 1–31; the 29th of February counts as the 28th in ordinary years.
        day: u32,
    },
}

impl Notice {
    /// Months before the end of the period.
    #[must_use]
    pub fn months_before_end(months: u32) -> Self {
        Self::Months { months, basis: MonthBasis::BeforeEnd }
    }

    /// The number, where the term has one.
    #[must_use]
    pub fn value(self) -> Option<u32> {
        match self {
            Self::Months { months: value, .. } | Self::Days(value) | Self::Weeks(value) => Some(value),
            Self::Unknown | Self::None | Self::FixedDate { .. } => None,
        }
    }

    /// `months`, `days`, `weeks` or `fixed_date`.
    #[must_use]
    pub fn unit(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::None => None,
            Self::Months { .. } => Some("months"),
            Self::Days(_) => Some("days"),
            Self::Weeks(_) => Some("weeks"),
            Self::FixedDate { .. } => Some("fixed_date"),
        }
    }

    /// `before_end`, `calendar_months`, `missing` (months, but not how they are counted), `days`, `weeks`,
    /// `fixed_date`, `none`, or nothing when the term is unknown.
    #[must_use]
    pub fn basis(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::None => Some("none"),
            Self::Months { basis: MonthBasis::BeforeEnd, .. } => Some("before_end"),
            Self::Months { basis: MonthBasis::Calendar, .. } => Some("calendar_months"),
            Self::Months { basis: MonthBasis::Unstated, .. } => Some("missing"),
            Self::Days(_) => Some("days"),
            Self::Weeks(_) => Some("weeks"),
            Self::FixedDate { .. } => Some("fixed_date"),
        }
    }

    /// Puts a term together from its stored parts. A combination that means nothing is `None`.
    #[must_use]
    pub fn from_parts(
        basis: Option<&str>,
        value: Option<u32>,
        month_day: Option<(u32, u32)>,
    ) -> Option<Self> {
        Some(match (basis, value, month_day) {
            (None | Some(""), None, None) => Self::Unknown,
            (Some("none"), None, None) => Self::None,
            (Some("before_end"), Some(months), None) => Self::months_before_end(months),
            (Some("calendar_months"), Some(months), None) => {
                Self::Months { months, basis: MonthBasis::Calendar }
            }
            (None | Some("" | "missing"), Some(months), None) => {
                Self::Months { months, basis: MonthBasis::Unstated }
            }
            (Some("days"), Some(days), None) => Self::Days(days),
            (Some("weeks"), Some(weeks), None) => Self::Weeks(weeks),
            (Some("fixed_date"), None, Some((month, day))) => {
                NaiveDate::from_ymd_opt(2024, month, day)?;
                Self::FixedDate { month, day }
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Notice {
    /// The term in Swedish, for example "3 månader före avtalstidens slut".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unknown => out.write_str("saknas"),
            Self::None => out.write_str("ingen uppsägning behövs"),
            Self::Months { months, basis } => {
                let word = if months == 1 { "månad" } else { "månader" };
                match basis {
                    MonthBasis::BeforeEnd => write!(out, "{months} {word} före avtalstidens slut"),
                    MonthBasis::Calendar => {
                        write!(out, "{months} kalender{word} från månadsskiftet efter uppsägning")
                    }
                    MonthBasis::Unstated => write!(out, "{months} {word} (det framgår inte från när)"),
                }
            }
            Self::Days(1) => out.write_str("1 dag före avtalstidens slut"),
            Self::Days(days) => write!(out, "{days} dagar före avtalstidens slut"),
            Self::Weeks(1) => out.write_str("1 vecka före avtalstidens slut"),
            Self::Weeks(weeks) => write!(out, "{weeks} veckor före avtalstidens slut"),
            Self::FixedDate { month, day } => write!(out, "senast den {day} {}", month_names::name(month)),
        }
    }
}
