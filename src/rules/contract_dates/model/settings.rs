//! What a municipality decides for its contracts.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::codes::ProcurementPath;

/// Months a procurement takes from start to a contract in force, per path (rules 1.10). A municipality may change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadMonths {
    /// Direct award.
    pub direct: u32,
    /// Call-off by ranking.
    pub ranked_call_off: u32,
    /// Renewed competition.
    pub mini_competition: u32,
    /// Announced below the threshold.
    pub announced: u32,
    /// Announced above the threshold.
    pub announced_above_threshold: u32,
    /// Large system with migration.
    pub large_system: u32,
}

impl Default for LeadMonths {
    fn default() -> Self {
        Self {
            direct: 4,
            ranked_call_off: 4,
            mini_competition: 9,
            announced: 12,
            announced_above_threshold: 18,
            large_system: 24,
        }
    }
}

impl LeadMonths {
    /// The months for a path.
    #[must_use]
    pub fn of(&self, path: ProcurementPath) -> u32 {
        match path {
            ProcurementPath::Direct => self.direct,
            ProcurementPath::RankedCallOff => self.ranked_call_off,
            ProcurementPath::MiniCompetition => self.mini_competition,
            ProcurementPath::Announced => self.announced,
            ProcurementPath::AnnouncedAboveThreshold => self.announced_above_threshold,
            ProcurementPath::LargeSystem => self.large_system,
        }
    }
}

/// A municipality's settings for contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Working days between acting and the deadline, because a notice must have arrived.
    pub send_margin: u32,
    /// How long procurements take.
    pub lead_months: LeadMonths,
    /// Limits for direct award, each from a day, oldest first. The oldest also counts for earlier days.
    pub direct_award_limits: Vec<(NaiveDate, Decimal)>,
    /// From which value a direct award must be documented (LOU 19 a kap. 11 §).
    pub documentation_limit: Decimal,
    /// Whether a contract without a linked document is flagged.
    pub require_document: bool,
    /// Whether a contract without a cost centre is flagged.
    pub require_cost_string: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            send_margin: 10,
            lead_months: LeadMonths::default(),
            // 700 000 kr since 2022-02-01, LOU 19 a kap. 2 §.
            direct_award_limits: NaiveDate::from_ymd_opt(2022, 2, 1)
                .map(|from| (from, Decimal::from(700_000)))
                .into_iter()
                .collect(),
            documentation_limit: Decimal::from(100_000),
            require_document: false,
            require_cost_string: false,
        }
    }
}

impl Settings {
    /// The limit for a direct award made on a day.
    #[must_use]
    pub fn direct_award_limit(&self, awarded: NaiveDate) -> Option<Decimal> {
        self.direct_award_limits
            .iter()
            .rev()
            .find(|(from, _)| *from <= awarded)
            .or_else(|| self.direct_award_limits.first())
            .map(|(_, limit)| *limit)
    }
}
