//! The form of a decision: what each outcome requires (`docs/rules.md` 2.8), every fault at once.

mod requirements;

use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use uuid::Uuid;

use self::requirements::{contact, end, holder, manager, review, unit};
use super::model::Outcome;
use crate::web::form::Faults;

/// What was typed. All outcomes share one form; each reads its own fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    pub beslut: String,
    pub version: i32,
    pub candidate: String,
    pub reason: String,
    /// `nu`, `bindning` or `annan`.
    pub end_choice: String,
    pub end_on: String,
    pub bound_known: String,
    /// `ja` or `nej`.
    pub port: String,
    pub review_on: String,
    pub new_holder: String,
    pub new_cost_centre: String,
    pub manager: String,
    pub unit: String,
    pub purpose: String,
    pub contact: String,
    pub reserve_days: String,
    pub agreement_ref: String,
    /// Other cases that are decided in the same way: `id:version`.
    pub also: Vec<String>,
}

/// What the requirements look at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub class: String,
    pub end_date: Option<NaiveDate>,
    pub not_before: Option<NaiveDate>,
    pub binding_until: Option<NaiveDate>,
    pub today: NaiveDate,
    /// Keys of those whom it may belong to.
    pub candidates: Vec<String>,
}

/// Whom a text in the form turned out to name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// The field is empty.
    #[default]
    Nobody,
    /// Nobody is found by it.
    Unknown,
    /// Several may be meant.
    Several,
    /// Somebody who does not work here any more.
    Gone,
    /// Whoever decides.
    Oneself,
    /// Whoever has it now.
    Holder,
    /// This person.
    One(Uuid),
}

/// What the texts of the form turned out to name.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub new_holder: Named,
    pub contact: Named,
    /// The unit, when it is one that is there.
    pub unit: Option<Uuid>,
}

/// A decision with everything that its outcome requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    pub reason: String,
    pub candidate: Option<String>,
    pub end_on: Option<NaiveDate>,
    pub port_number: bool,
    pub review_on: Option<NaiveDate>,
    pub new_person_id: Option<Uuid>,
    pub new_cost_centre: String,
    pub confirmed_by_manager: String,
    pub unit_id: Option<Uuid>,
    pub purpose: String,
    pub contact_person_id: Option<Uuid>,
    pub contact_text: String,
    pub reserve_days: Option<i32>,
    pub agreement_ref: String,
}

impl Facts {
    /// The first day on which the subscription may end: never before the person's last day, the end of the grace or today.
    #[must_use]
    pub fn earliest(&self) -> NaiveDate {
        [self.end_date, self.not_before].into_iter().flatten().fold(self.today, NaiveDate::max)
    }
}

/// Reads the form for an outcome.
///
/// # Errors
/// Every fault.
pub fn read(outcome: Outcome, form: &DecisionForm, facts: &Facts, found: &Found) -> Result<Decision, Faults> {
    let mut faults = Faults::default();
    let mut decision = Decision {
        candidate: Some(form.candidate.clone()).filter(|key| facts.candidates.contains(key)),
        ..Decision::default()
    };
    let names_somebody = matches!(outcome, Outcome::End | Outcome::PrivateTakeover | Outcome::WrongMatch);
    if facts.class == "C" && names_somebody && decision.candidate.is_none() {
        faults.add("candidate", "Välj vem det gäller. Ärendet är möjligt men inte säkert.");
    }
    if outcome.ends() && facts.class == "X" {
        faults.add(
            "",
            "Något talar emot att personen har slutat, så abonnemanget kan inte avslutas här. Fråga chefen, eller vänta på HR:s rättelse.",
        );
    }
    let needs_reason = matches!(outcome, Outcome::Keep | Outcome::WrongMatch)
        || (outcome == Outcome::End && facts.class == "U");
    decision.reason = if needs_reason {
        faults.required("reason", "Skäl", &form.reason, 2_000)
    } else {
        faults.text("reason", "Skäl", &form.reason, 2_000)
    };
    match outcome {
        Outcome::End => end(form, facts, &mut decision, &mut faults),
        Outcome::HandOver => {
            decision.new_person_id = holder(&found.new_holder, &mut faults);
            decision.new_cost_centre =
                faults.required("new_cost_centre", "Nytt kostnadsställe", &form.new_cost_centre, 60);
            decision.confirmed_by_manager = manager(form, &mut faults);
        }
        Outcome::MoveCost => {
            decision.new_cost_centre =
                faults.required("new_cost_centre", "Nytt kostnadsställe", &form.new_cost_centre, 60);
        }
        Outcome::Keep => decision.review_on = review(form, facts.today, &mut faults),
        Outcome::NonPerson => {
            decision.purpose = faults.required("purpose", "Syfte", &form.purpose, 300);
            decision.unit_id = unit(found, &mut faults);
            contact(form, &found.contact, &mut decision, &mut faults);
        }
        Outcome::Reserve => {
            decision.unit_id = unit(found, &mut faults);
            decision.reserve_days =
                faults.integer("reserve_days", "Antal dagar", &form.reserve_days, 1..=366);
            if decision.reserve_days.is_none() && faults.of("reserve_days").is_none() {
                faults
                    .add("reserve_days", "Ange hur många dagar abonnemanget får ligga i reserv, högst 366.");
            }
            decision.review_on =
                decision.reserve_days.map(|days| facts.today + TimeDelta::days(i64::from(days)));
        }
        Outcome::PrivateTakeover => {
            decision.confirmed_by_manager = manager(form, &mut faults);
            decision.agreement_ref =
                faults.required("agreement_ref", "Avtalets beteckning", &form.agreement_ref, 200);
            decision.end_on = Some(facts.earliest());
        }
        Outcome::WrongMatch | Outcome::WaitForAnswer => {}
    }
    if faults.is_empty() { Ok(decision) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts(class: &str) -> Facts {
        Facts {
            class: class.into(),
            end_date: Some(day("2026-08-31")),
            today: day("2026-11-20"),
            candidates: vec!["p:1".into(), "p:2".into()],
            ..Facts::default()
        }
    }

    fn fields(outcome: Outcome, form: &DecisionForm, facts: &Facts, found: &Found) -> Vec<String> {
        match read(outcome, form, facts, found) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(|f| f.field.to_string()).collect(),
        }
    }

    #[test]
    fn each_outcome_asks_for_exactly_what_it_requires() {
        let empty = DecisionForm::default();
        for (outcome, missing) in [
            (Outcome::End, &["end_choice", "port"][..]),
            (Outcome::HandOver, &["new_holder", "new_cost_centre", "manager"]),
            (Outcome::MoveCost, &["new_cost_centre"]),
            (Outcome::Keep, &["reason", "review_on"]),
            (Outcome::NonPerson, &["purpose", "unit", "contact"]),
            (Outcome::Reserve, &["unit", "reserve_days"]),
            (Outcome::PrivateTakeover, &["manager", "agreement_ref"]),
            (Outcome::WrongMatch, &["reason"]),
        ] {
            assert_eq!(fields(outcome, &empty, &facts("A"), &Found::default()), missing, "{outcome:?}");
        }
    }

    #[test]
    fn with_what_it_requires_each_outcome_is_taken() {
        let form = DecisionForm {
            reason: "Används av vikarien".into(),
            end_choice: "nu".into(),
            port: "nej".into(),
            review_on: "2027-05-20".into(),
            new_cost_centre: "4717".into(),
            manager: "Enhetschefen".into(),
            purpose: "Larm".into(),
            reserve_days: "90".into(),
            agreement_ref: "Dnr 2026/12".into(),
            ..DecisionForm::default()
        };
        let one = Named::One(Uuid::from_u128(7));
        let found = Found { new_holder: one.clone(), contact: one, unit: Some(Uuid::from_u128(8)) };
        for outcome in Outcome::ALL {
            assert_eq!(fields(*outcome, &form, &facts("A"), &found), Vec::<String>::new(), "{outcome:?}");
        }
        let reserve = read(Outcome::Reserve, &form, &facts("A"), &found).unwrap();
        assert_eq!(reserve.review_on, Some(day("2027-02-18")));
    }

    #[test]
    fn an_end_is_never_before_the_last_day_or_the_grace() {
        let form = |choice: &str, on: &str| DecisionForm {
            end_choice: choice.into(),
            end_on: on.into(),
            port: "nej".into(),
            ..DecisionForm::default()
        };
        let planned = Facts {
            class: "P".into(),
            end_date: Some(day("2026-12-15")),
            not_before: Some(day("2026-12-31")),
            ..facts("P")
        };
        for (choice, on, faulty) in [
            ("nu", "", &["end_choice"][..]),
            ("annan", "2026-12-30", &["end_on"]),
            ("annan", "2026-12-31", &[]),
            ("annan", "", &["end_on"]),
            ("bindning", "", &["end_choice"]),
        ] {
            assert_eq!(
                fields(Outcome::End, &form(choice, on), &planned, &Found::default()),
                faulty,
                "{choice} {on}"
            );
        }
    }

    #[test]
    fn a_binding_is_seen_before_it_is_paid_for_nothing() {
        let bound = Facts { binding_until: Some(day("2027-03-31")), ..facts("A") };
        let form = |choice: &str, known: &str| DecisionForm {
            end_choice: choice.into(),
            bound_known: known.into(),
            port: "ja".into(),
            ..DecisionForm::default()
        };
        assert_eq!(fields(Outcome::End, &form("nu", ""), &bound, &Found::default()), ["bound_known"]);
        let now = read(Outcome::End, &form("nu", "ja"), &bound, &Found::default()).unwrap();
        assert_eq!((now.end_on, now.port_number), (Some(day("2026-11-20")), true));
        let later = read(Outcome::End, &form("bindning", ""), &bound, &Found::default()).unwrap();
        assert_eq!(later.end_on, Some(day("2027-03-31")));
    }

    #[test]
    fn a_review_is_within_six_months() {
        for (on, good) in
            [("2026-11-20", false), ("2026-11-21", true), ("2027-05-20", true), ("2027-05-21", false)]
        {
            let form = DecisionForm { reason: "x".into(), review_on: on.into(), ..DecisionForm::default() };
            assert_eq!(read(Outcome::Keep, &form, &facts("A"), &Found::default()).is_ok(), good, "{on}");
        }
    }

    #[test]
    fn among_several_possible_one_is_chosen_first() {
        let form = |key: &str| DecisionForm {
            end_choice: "nu".into(),
            port: "nej".into(),
            candidate: key.into(),
            ..DecisionForm::default()
        };
        for (key, faulty) in [("", &["candidate"][..]), ("p:9", &["candidate"]), ("p:2", &[])] {
            assert_eq!(fields(Outcome::End, &form(key), &facts("C"), &Found::default()), faulty, "{key}");
        }
    }

    #[test]
    fn what_is_contradicted_is_not_ended() {
        let form = DecisionForm { end_choice: "nu".into(), port: "nej".into(), ..DecisionForm::default() };
        assert_eq!(fields(Outcome::End, &form, &facts("X"), &Found::default()), [""]);
        assert_eq!(
            fields(
                Outcome::MoveCost,
                &DecisionForm { new_cost_centre: "1".into(), ..form },
                &facts("X"),
                &Found::default()
            ),
            Vec::<String>::new()
        );
    }
}
