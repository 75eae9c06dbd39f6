//! What belongs to a contract: option steps, notices, what to check, what is known around it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::contract_dates::StepState;
use crate::rules::contract_terms::Doubt;

/// A row of `contract_option`.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct OptionRow {
    /// The step.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// From 1.
    pub step_no: i16,
    /// Its length.
    pub months: i32,
    /// A code of [`StepState`].
    pub state: String,
    /// When the extension notice was sent.
    pub sent_on: Option<NaiveDate>,
    /// When the other party confirmed it.
    pub confirmed_on: Option<NaiveDate>,
    /// Why it was used late, or given up.
    pub reason: String,
}

impl OptionRow {
    /// How far it has come.
    #[must_use]
    pub fn step_state(&self) -> StepState {
        self.state.parse().unwrap_or(StepState::Open)
    }
}

/// A row of `contract_notice`.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct NoticeRow {
    /// The notice.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// `kommunen` or `leverantoren`.
    pub given_by: String,
    /// When it was sent.
    pub sent_on: Option<NaiveDate>,
    /// When it was received.
    pub received_on: NaiveDate,
    /// It came late and the other party accepted it.
    pub accepted_late: bool,
    /// Anything else.
    pub note: String,
    /// When it was taken back.
    pub withdrawn_on: Option<NaiveDate>,
}

/// Something in a contract that a person should check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The field: `notice`, `option`, `option_notice`, `renewal`, `end` …
    pub field: String,
    /// A code of [`Doubt`].
    pub reason: String,
}

impl Review {
    /// A doubt about a field.
    #[must_use]
    pub fn new(field: &str, doubt: Doubt) -> Self {
        Self { field: field.to_owned(), reason: doubt.code().to_owned() }
    }

    /// What to check, in a sentence.
    #[must_use]
    pub fn text(&self) -> &'static str {
        Doubt::from_code(&self.reason).map_or("Kontrollera uppgiften mot avtalet.", Doubt::text)
    }

    /// What the field is called on the screens.
    #[must_use]
    pub fn label(&self) -> &str {
        match self.field.as_str() {
            "notice" => "Uppsägningstid",
            "option" => "Option",
            "option_notice" => "Besked om förlängning",
            "renewal" => "Förlängning",
            "end" => "Slutdatum",
            "notice_received" => "Uppsägning",
            "parent" => "Ramavtal eller huvudavtal",
            "supplier" => "Leverantör",
            "kind" => "Avtalstyp",
            other => other,
        }
    }
}

/// What the register knows of a contract beside its own row, for the flags.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Around {
    /// The contract.
    pub contract_id: Uuid,
    /// Someone is responsible, known or not.
    pub has_responsible: bool,
    /// Everyone responsible has left.
    pub responsible_left: bool,
    /// The supplier has been flagged.
    pub supplier_risk: bool,
}
