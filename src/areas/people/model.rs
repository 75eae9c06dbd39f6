//! A person and what ties it to the municipality.

use chrono::NaiveDate;
use uuid::Uuid;

/// A person as it stands.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The person.
    pub id: Uuid,
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// "Förnamn Efternamn".
    pub display_name: String,
    /// Family names that the person had before.
    pub earlier_names: Vec<String>,
    /// For search and matching (rules 2.2).
    pub name_key: String,
    /// A personal identity number is stored.
    pub has_personal_id: bool,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// E-mail, lower case.
    pub email: Option<String>,
    /// Login, lower case.
    pub login: Option<String>,
    /// E.164.
    pub work_mobile: Option<String>,
    /// Skyddade personuppgifter (rules 9.6).
    pub is_protected: bool,
    /// Counts up with every change.
    pub version: i32,
    /// Is or was employed in a unit within the reach that was asked for.
    pub is_within: bool,
}

/// How an employment or assignment stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In force.
    Active,
    /// On leave.
    OnLeave,
    /// Begins later.
    Coming,
    /// The newest staff file that ought to have it does not.
    Missing,
    /// Ended.
    Ended,
}

impl State {
    /// What it is called, with its colour.
    #[must_use]
    pub fn tag(self) -> (&'static str, &'static str) {
        match self {
            Self::Active => ("Aktiv", "success"),
            Self::OnLeave => ("Tjänstledig", "info"),
            Self::Coming => ("Kommande", "info"),
            Self::Missing => ("Inte i senaste filen", "warning"),
            Self::Ended => ("Avslutad", "neutral"),
        }
    }
}

/// An employment, or an assignment (uppdrag).
#[derive(Clone, Debug, Default)]
pub struct Employment {
    /// Which.
    pub id: Uuid,
    /// `anstallning` or `uppdrag`.
    pub kind: String,
    /// Employee number.
    pub employee_no: String,
    /// The unit, if it is in the register.
    pub org_unit_id: Option<Uuid>,
    /// The unit's name, or the file's.
    pub unit_name: String,
    /// Form of employment; sort of assignment.
    pub form: String,
    /// Title.
    pub title: String,
    /// First day.
    pub start_date: Option<NaiveDate>,
    /// Last day, inclusive.
    pub end_date: Option<NaiveDate>,
    /// As stored.
    pub status: String,
    /// The main one.
    pub is_main: bool,
    /// Is a manager.
    pub is_manager: bool,
    /// The newest staff file that ought to have it does not.
    pub is_missing: bool,
}

impl Employment {
    /// How it stands on a day.
    #[must_use]
    pub fn state(&self, day: NaiveDate) -> State {
        if self.status == "avslutad" || self.end_date.is_some_and(|to| to < day) {
            State::Ended
        } else if self.is_missing {
            State::Missing
        } else if self.start_date.is_some_and(|from| from > day) {
            State::Coming
        } else if self.status == "tjanstledig" {
            State::OnLeave
        } else {
            State::Active
        }
    }
}

/// The status that is stored for an assignment with these days.
#[must_use]
pub fn status_of(from: Option<NaiveDate>, to: Option<NaiveDate>, day: NaiveDate) -> &'static str {
    if to.is_some_and(|to| to < day) {
        "avslutad"
    } else if from.is_some_and(|from| from > day) {
        "kommande"
    } else {
        "aktiv"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_employment_stands_as_its_days_say() {
        let of = |from: &str, to: &str, status: &str, is_missing: bool| {
            Employment {
                start_date: from.parse().ok(),
                end_date: to.parse().ok(),
                status: status.into(),
                is_missing,
                ..Employment::default()
            }
            .state(day("2026-11-20"))
        };
        assert_eq!(of("2020-01-01", "", "aktiv", false), State::Active);
        assert_eq!(of("2020-01-01", "2026-11-20", "aktiv", false), State::Active);
        assert_eq!(of("2020-01-01", "2026-11-19", "aktiv", false), State::Ended);
        assert_eq!(of("2026-12-01", "", "aktiv", false), State::Coming);
        assert_eq!(of("2020-01-01", "", "tjanstledig", false), State::OnLeave);
        assert_eq!(of("2020-01-01", "", "aktiv", true), State::Missing);
        assert_eq!(of("2020-01-01", "2026-01-01", "aktiv", true), State::Ended);
    }

    #[test]
    fn an_assignment_is_stored_as_its_days_say() {
        let at = day("2026-11-20");
        assert_eq!(status_of(Some(day("2026-11-21")), None, at), "kommande");
        assert_eq!(status_of(Some(day("2026-11-20")), Some(day("2026-11-20")), at), "aktiv");
        assert_eq!(status_of(None, Some(day("2026-11-19")), at), "avslutad");
    }
}
