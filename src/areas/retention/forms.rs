//! The form of a rule.

use serde::Deserialize;

use super::model::Decided;
use crate::web::form::Faults;

/// A rule as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawRule {
    /// The own period; empty = the usual.
    pub days: String,
    /// Where the decision is.
    pub decision_ref: String,
    /// The day of the decision.
    pub decided_on: String,
    /// `ja` when it is in force.
    pub is_active: String,
    /// Why nothing may be purged at present.
    pub hold_reason: String,
    /// The version that the form was filled in from.
    pub version: String,
}

impl RawRule {
    /// The form of a rule as it stands.
    #[must_use]
    pub fn of(decided: &Decided) -> Self {
        Self {
            days: decided.own_days.map(|days| days.to_string()).unwrap_or_default(),
            decision_ref: decided.decision_ref.clone(),
            decided_on: decided.decided_on.map(|day| day.to_string()).unwrap_or_default(),
            is_active: if decided.is_active { "ja".to_owned() } else { String::new() },
            hold_reason: decided.hold_reason.clone(),
            version: decided.version.to_string(),
        }
    }

    /// Reads the form into the rule.
    pub fn read(&self, decided: &mut Decided, today: chrono::NaiveDate) -> Faults {
        let mut q = Faults::default();
        decided.own_days = q.integer("days", "Antal dagar", &self.days, 0..=36_600);
        decided.decision_ref = q.text("decision_ref", "Beslutet", &self.decision_ref, 200);
        decided.decided_on = q.date("decided_on", "Beslutsdagen", &self.decided_on);
        decided.hold_reason = q.text("hold_reason", "Hindret", &self.hold_reason, 500);
        decided.is_active = self.is_active == "ja";
        if decided.decided_on.is_some_and(|day| day > today) {
            q.add("decided_on", "Beslutsdagen kan inte ligga i framtiden.");
        }
        if decided.is_active && decided.decision_ref.is_empty() {
            q.add(
                "decision_ref",
                "Ange var beslutet finns, till exempel diarienummer och paragraf. Utan beslut kan regeln inte gälla.",
            );
        }
        if decided.is_active && decided.decided_on.is_none() && q.of("decided_on").is_none() {
            q.add("decided_on", "Ange vilken dag beslutet togs. Utan beslut kan regeln inte gälla.");
        }
        decided.version = self.version.parse().unwrap_or(-1);
        q
    }
}

/// What must be typed before a purge.
pub const CONFIRMATION: &str = "GALLRA";

/// The form that confirms a purge.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawPurge {
    /// The dry run that was looked at.
    pub dry_run: String,
    /// [`CONFIRMATION`].
    pub confirmation: String,
}
