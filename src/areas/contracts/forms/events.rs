//! What is recorded on a contract as time passes: a notice, a step of an option.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use crate::areas::contracts::model::{NoticeRow, OptionRow};
use crate::rules::contract_dates::{OptionStepDates, StepState};
use crate::web::form::Faults;

/// A notice that was given.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NoticeForm {
    /// `kommunen` or `leverantoren`.
    #[serde(default)]
    pub given_by: String,
    /// When it was sent.
    #[serde(default)]
    pub sent_on: String,
    /// When it was received.
    #[serde(default)]
    pub received_on: String,
    /// It came late and was accepted.
    #[serde(default)]
    pub accepted_late: String,
    /// Anything else.
    #[serde(default)]
    pub notice_note: String,
}

impl NoticeForm {
    /// Reads it.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self, contract_id: Uuid, today: NaiveDate) -> Result<NoticeRow, Faults> {
        let mut faults = Faults::default();
        let given_by =
            faults.choice("given_by", "Vem som säger upp", &self.given_by, &["kommunen", "leverantoren"]);
        let sent_on = faults.date("sent_on", "Dagen den skickades", &self.sent_on);
        let received_on = faults.date("received_on", "Dagen den togs emot", &self.received_on);
        let note = faults.text("notice_note", "Anteckning", &self.notice_note, 1_000);
        if faults.of("received_on").is_none() {
            match received_on {
                None => faults.add(
                    "received_on",
                    "Ange vilken dag uppsägningen togs emot. Den dagen avgör om den kom i tid.",
                ),
                Some(day) if day > today => {
                    faults.add(
                        "received_on",
                        "Dagen ligger i framtiden. Registrera uppsägningen när den har tagits emot.",
                    );
                }
                Some(day) if sent_on.is_some_and(|sent| sent > day) => {
                    faults.add("received_on", "Uppsägningen kan inte ha tagits emot innan den skickades.");
                }
                Some(_) => {}
            }
        }
        let Some(received_on) = received_on.filter(|_| faults.is_empty()) else { return Err(faults) };
        Ok(NoticeRow {
            id: crate::ids::new_id(),
            contract_id,
            given_by: if given_by.is_empty() { "kommunen".to_owned() } else { given_by },
            sent_on,
            received_on,
            accepted_late: !self.accepted_late.is_empty(),
            note,
            withdrawn_on: None,
        })
    }
}

/// What is done with an option step.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct OptionForm {
    /// The new state.
    #[serde(default)]
    pub state: String,
    /// The day it was sent or confirmed.
    #[serde(default)]
    pub on: String,
    /// Why: needed when a step is used late or given up.
    #[serde(default)]
    pub reason: String,
}

/// The states a person may set.
pub const SETTABLE: [StepState; 6] = [
    StepState::Open,
    StepState::Recommended,
    StepState::Decided,
    StepState::Sent,
    StepState::Exercised,
    StepState::Declined,
];

impl OptionForm {
    /// Reads it: `step` as it is, `dates` as the rules see it, `earlier_used` whether every step before it is used.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(
        &self,
        step: &OptionRow,
        dates: &OptionStepDates,
        earlier_used: bool,
        today: NaiveDate,
    ) -> Result<OptionRow, Faults> {
        let mut faults = Faults::default();
        let codes: Vec<&str> = SETTABLE.iter().map(|state| state.code()).collect();
        let code = faults.choice("state", "Vad som har hänt", &self.state, &codes);
        let on = faults.date("on", "Dagen", &self.on);
        let reason = faults.text("reason", "Anledning", &self.reason, 1_000);
        let state: Option<StepState> = code.parse().ok();
        match state {
            None if faults.of("state").is_none() => {
                faults.add("state", "Välj vad som har hänt med optionen.");
            }
            Some(StepState::Sent | StepState::Exercised) => {
                if !earlier_used {
                    faults
                        .add("state", "Optionen före den här är inte utnyttjad. Optioner tas ut i ordning.");
                }
                match on {
                    None if faults.of("on").is_none() => faults.add("on", "Ange vilken dag beskedet skickades."),
                    Some(day) if day > today => faults.add("on", "Dagen ligger i framtiden."),
                    Some(day) if day > dates.deadline && reason.is_empty() => faults.add(
                        "reason",
                        format!(
                            "Sista dagen var {}. Ange varför optionen ändå tas ut: det kan räknas som en otillåten \
                             direktupphandling.",
                            dates.deadline
                        ),
                    ),
                    _ => {}
                }
            }
            Some(StepState::Declined) if reason.is_empty() => {
                faults.add("reason", "Ange varför optionen inte tas ut.");
            }
            _ => {}
        }
        let Some(state) = state.filter(|_| faults.is_empty()) else { return Err(faults) };
        let sent_on = match state {
            // A confirmation keeps the day the notice was sent, if it is known.
            StepState::Exercised => step.sent_on.or(on),
            StepState::Sent => on,
            _ => None,
        };
        Ok(OptionRow {
            state: state.code().to_owned(),
            sent_on,
            confirmed_on: on.filter(|_| state == StepState::Exercised),
            reason,
            ..step.clone()
        })
    }
}
