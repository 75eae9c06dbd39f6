//! The area's types.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::finding::{self, ObjectKind};

/// Stands for "no day" in the key of a flag.
pub const NO_DAY: NaiveDate = NaiveDate::MIN;

/// The database's own "no day": `0001-01-01`.
#[must_use]
pub fn stored_day(day: Option<NaiveDate>) -> NaiveDate {
    day.unwrap_or_else(|| NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NO_DAY))
}

/// A day as stored, back to a day or none.
#[must_use]
pub fn read_day(day: NaiveDate) -> Option<NaiveDate> {
    (day > stored_day(None)).then_some(day)
}

/// A flag as the pages show it.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Identity.
    pub id: Uuid,
    /// The rule's code.
    pub rule: String,
    /// What kind of object.
    pub object_kind: String,
    /// Which object.
    pub object_id: Uuid,
    /// The last day to act, as stored.
    pub due_date: NaiveDate,
    /// Days left, by step.
    pub stage: Option<i16>,
    /// What to do.
    pub title: String,
    /// Why.
    pub detail: String,
    /// `info`, `normal` or `urgent`.
    pub severity: String,
    /// `open`, `snoozed`, `resolved` or `decided`.
    pub state: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Hidden until this day.
    pub snoozed_until: Option<NaiveDate>,
    /// Why it was snoozed or how it was decided.
    pub reason: String,
    /// The unit that answers for the object.
    pub owner_unit_id: Option<Uuid>,
}

impl Flag {
    /// The last day to act.
    #[must_use]
    pub fn due(&self) -> Option<NaiveDate> {
        read_day(self.due_date)
    }

    /// The kind of object; the municipality when a code is not known.
    #[must_use]
    pub fn kind(&self) -> ObjectKind {
        ObjectKind::from_code(&self.object_kind).unwrap_or(ObjectKind::Tenant)
    }

    /// The path of the object.
    #[must_use]
    pub fn object_path(&self) -> String {
        match self.rule.as_str() {
            "retention_due" => "retention".to_owned(),
            _ => self.kind().path(self.object_id),
        }
    }

    /// The icon of the object's kind.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        self.kind().icon()
    }

    /// The rule in words.
    #[must_use]
    pub fn rule_label(&self) -> &str {
        finding::rule_label(&self.rule)
    }

    /// Whether the day is near or passed: the only thing shown in red.
    #[must_use]
    pub fn is_pressing(&self, today: NaiveDate) -> bool {
        self.due().is_some_and(|d| d <= today + TimeDelta::days(14))
    }

    /// What its state is called.
    #[must_use]
    pub fn state_label(&self) -> &'static str {
        match self.state.as_str() {
            "open" => "Öppen",
            "snoozed" => "Vilande",
            "resolved" => "Löst",
            _ => "Hanterad",
        }
    }
}

/// A flag on the command line (docs/cli.md, `list flags`).
#[derive(Clone, Debug, Serialize)]
pub struct FlagRow {
    /// The rule; `action_due_30` and the like carry their step.
    pub rule: String,
    /// What it is about.
    pub object: FlagObject,
    /// The last day to act.
    pub due_date: Option<NaiveDate>,
    /// Its state.
    pub state: String,
    /// To whom it went, by role and way: never names.
    pub recipients: Vec<String>,
}

/// What a flag is about, on the command line.
#[derive(Clone, Debug, Serialize)]
pub struct FlagObject {
    /// `system`, `contract` …
    pub kind: String,
    /// Identity.
    pub id: Uuid,
    /// The object's name.
    pub label: String,
}

/// How a flag went to somebody.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The person's name, or the name of the application role.
    pub name: String,
    /// `systemagare`, `head`, `fallback` …
    pub via: String,
    /// Hidden by name (rules 9.6).
    pub is_protected: bool,
}

impl Recipient {
    /// Why this recipient, in words.
    #[must_use]
    pub fn why(&self) -> String {
        match self.via.as_str() {
            "head" => "chef för enheten, eftersom ingen har rollen".to_owned(),
            "fallback" => "ingen har rollen och enheten saknar chef i registret".to_owned(),
            "app_role" => "har uppgiften i kommunen".to_owned(),
            "asked" => "har fått frågan".to_owned(),
            role => crate::auth::permissions::OBJECT_ROLES
                .iter()
                .find(|(code, _)| *code == role)
                .map_or_else(|| role.to_owned(), |(_, label)| label.to_lowercase()),
        }
    }
}
