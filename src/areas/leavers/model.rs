//! The area's types.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::areas::audit::AccessKind;
use crate::rules::leaver_matching::{EventKind, ReasonTable};
use crate::rules::leaver_months::{MonthState, Received};

/// Who sends a list each month.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// Its id.
    pub id: Uuid,
    /// By what its files are known again.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What its own codes mean, as written.
    pub reasons: String,
    /// Its own day; `None` = the municipality's.
    pub due_workday: Option<i32>,
    /// The first month that a list is expected for; `None` = from its first list.
    pub expected_from: Option<NaiveDate>,
    /// Whether lists are expected still.
    pub is_active: bool,
    /// Counted up with each change.
    pub version: i32,
    /// The förvaltningar that somebody has chosen for it; none = those its lists show.
    pub chosen: Vec<Uuid>,
}

/// A list, or somebody's word for a month.
#[derive(Clone, Debug)]
pub struct ListHead {
    /// Its id.
    pub id: Uuid,
    /// Who sent it.
    pub sender_id: Uuid,
    /// The first day of its month.
    pub period: NaiveDate,
    /// The run that took it in; `None` for a word on the page.
    pub run_id: Option<Uuid>,
    /// The act that took it in.
    pub change_set_id: Option<Uuid>,
    /// The day it came.
    pub received_on: NaiveDate,
    /// Its rows.
    pub row_count: i32,
    /// Those of them within the reader's reach.
    pub within: i64,
    /// It was sent as the list of a unit within reach.
    pub is_own: bool,
    /// Somebody said that there was nobody.
    pub says_nobody: bool,
    /// Who said so.
    pub said_by: String,
    /// Something to know about it.
    pub note: String,
    /// The förvaltningar that it shows.
    pub covers: Vec<Uuid>,
}

impl ListHead {
    /// As the cycle sees it.
    #[must_use]
    pub fn received(&self) -> Received {
        Received { on: self.received_on, rows: self.row_count.unsigned_abs(), says_nobody: self.says_nobody }
    }
}

/// What HR may say of somebody who is gone from the staff register (rules 2.4, L4).
pub const ANSWERS: &[(&str, &str)] =
    &[("har_slutat", "Har slutat"), ("arbetar_kvar", "Arbetar kvar"), ("vet_inte", "Vet inte")];

/// The words of an answer's code.
#[must_use]
pub fn answer_label(code: &str) -> &'static str {
    ANSWERS.iter().find(|(known, _)| *known == code).map_or("", |(_, label)| *label)
}

/// What HR has said of somebody who is gone from the staff register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Whom it is about.
    pub person_id: Uuid,
    /// A code of [`ANSWERS`].
    pub answer: String,
    /// The last day, of somebody who has left.
    pub last_day: Option<NaiveDate>,
    /// The staff register that the person was gone from.
    pub snapshot_on: Option<NaiveDate>,
    /// The day it was said.
    pub answered_on: NaiveDate,
    /// Who said it.
    pub actor: String,
}

impl Answered {
    /// In words: "Har slutat, sista dag 2026-10-31".
    #[must_use]
    pub fn words(&self) -> String {
        let label = answer_label(&self.answer);
        self.last_day.map_or_else(|| label.to_owned(), |day| format!("{label}, sista dag {day}"))
    }
}

/// The colour and the shape of a state.
#[must_use]
pub fn mark(state: MonthState) -> (&'static str, &'static str) {
    match state {
        MonthState::Delivered => ("success", "bock"),
        MonthState::DeliveredLate => ("warning", "bock"),
        MonthState::SaysNobody => ("success", "info"),
        MonthState::SaysNobodyLate => ("warning", "info"),
        MonthState::EmptyUnconfirmed => ("warning", "varning"),
        MonthState::Due => ("neutral", "klocka"),
        MonthState::Late => ("warning", "klocka"),
        MonthState::Missing => ("danger", "varning"),
    }
}

/// A sender's codes as they are understood: code and meaning, and the entries that are not.
#[must_use]
pub fn codes(text: &str) -> (Vec<(String, &'static str)>, Vec<String>) {
    let (table, unknown) = ReasonTable::parse(text);
    let known = text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|entry| {
            !entry.is_empty() && !unknown.iter().any(|other| other == entry.trim_end_matches('.'))
        })
        .filter_map(|entry| {
            let code = entry.split(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).next()?.to_owned();
            let means = table.read(&code).unwrap_or(EventKind::Unstated);
            Some((code, means.swedish()))
        })
        .collect();
    (known, unknown)
}

/// What came of a row, as counts: HR sees that something was held, never which number or system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Subscriptions that the matching proposes for the person.
    pub items: i32,
    /// Cases that wait for a decision or an answer.
    pub waiting: i64,
    /// Decided, and not yet seen in the operator's list.
    pub decided: i64,
    /// Carried out.
    pub verified: i64,
    /// Kept by decision.
    pub kept: i64,
    /// Should be gone and is not.
    pub not_gone: i64,
    /// Put aside.
    pub closed: i64,
}

impl Came {
    /// In words: "2 abonnemang: 1 avslutat, 1 väntar".
    #[must_use]
    pub fn words(&self) -> String {
        let cases = self.waiting + self.decided + self.verified + self.kept + self.not_gone + self.closed;
        let all = cases.max(self.items.into());
        if all == 0 {
            return "Inget abonnemang hittat".to_owned();
        }
        let parts: Vec<String> = [
            (self.verified, "avslutat", "avslutade"),
            (self.decided, "beslutat", "beslutade"),
            (self.not_gone, "skulle ha upphört", "skulle ha upphört"),
            (self.kept, "behålls", "behålls"),
            (self.waiting, "väntar", "väntar"),
            (self.closed, "avskrivet", "avskrivna"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
        // "Abonnemang" is the same in one and in many.
        if parts.is_empty() {
            format!("{all} abonnemang")
        } else {
            format!("{all} abonnemang: {}", parts.join(", "))
        }
    }
}

/// How reading rows is logged (rules 9.6); `None` = nothing of anybody was shown.
#[must_use]
pub fn kind_of_read(rows: &[Row]) -> Option<AccessKind> {
    if rows.iter().any(|row| row.is_revealed) {
        Some(AccessKind::Reveal)
    } else {
        rows.iter().any(|row| !row.is_protected).then_some(AccessKind::ReadPersonal)
    }
}

/// A row as HR reads it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// Its list.
    pub list_id: Uuid,
    /// The row in the file.
    pub row_no: i32,
    /// The name, or the words for a protected person.
    pub name: String,
    /// Whether who it is is not to be shown.
    pub is_protected: bool,
    /// Who it is has protected identity, and is shown because the reader has the grant.
    pub is_revealed: bool,
    /// The unit.
    pub unit: String,
    /// The last day that the list says.
    pub end_date: NaiveDate,
    /// Why, as HR wrote it, with what the sender's codes mean.
    pub reason: String,
    /// What it turned out to mean, in words; empty where nothing is worked out yet.
    pub verdict: &'static str,
    /// Its colour.
    pub color: &'static str,
    /// The ground, in words.
    pub ground: &'static str,
    /// The last day that counts, where it is another.
    pub counted_end: Option<NaiveDate>,
    /// It may be somebody's second employment.
    pub is_doubtful: bool,
    /// The person of the register.
    pub person_id: Option<Uuid>,
    /// What came of it.
    pub came: Came,
    /// When somebody withdrew it, and why.
    pub withdrawn: Option<(NaiveDate, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_a_row_is_told_in_counts() {
        assert_eq!(Came::default().words(), "Inget abonnemang hittat");
        assert_eq!(Came { items: 2, ..Came::default() }.words(), "2 abonnemang");
        let came = Came { items: 2, verified: 1, waiting: 1, ..Came::default() };
        assert_eq!(came.words(), "2 abonnemang: 1 avslutat, 1 väntar");
    }

    #[test]
    fn codes_are_shown_as_they_are_understood() {
        let (known, unknown) = codes("01 egen uppsägning, 07 byter förvaltning\n99 annat, 12 kvasi.");
        assert_eq!(
            known,
            [
                ("01".to_owned(), "Slutar"),
                ("07".to_owned(), "Byter enhet"),
                ("99".to_owned(), "Orsak saknas")
            ]
        );
        assert_eq!(unknown, ["12 kvasi"]);
    }
}
