//! From what was typed about a person or an assignment to the thing itself.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::model::{Employment, Person, status_of};
use crate::{
    rules::{
        names::PersonName,
        personal_id::{PersonalId, Profile},
        phone::Phone,
    },
    web::form::Faults,
};

/// What was typed about a person. The identity number is never sent back to the page.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct RawPerson {
    pub version: i32,
    pub given_names: String,
    pub family_name: String,
    pub email: String,
    pub login: String,
    pub work_mobile: String,
    pub personal_id: String,
    pub is_protected: String,
    /// The first assignment of a new person.
    #[serde(flatten)]
    pub assignment: RawAssignment,
}

impl RawPerson {
    /// The form of a person that is there.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            version: person.version,
            given_names: person.given_names.clone(),
            family_name: person.family_name.clone(),
            email: text(&person.email),
            login: text(&person.login),
            work_mobile: person
                .work_mobile
                .as_deref()
                .map(|m| Phone::parse(m).map_or_else(|_| m.to_owned(), |p| p.display()))
                .unwrap_or_default(),
            is_protected: if person.is_protected { "ja".to_owned() } else { String::new() },
            ..Self::default()
        }
    }

    /// Whether the box is ticked.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.is_protected == "ja"
    }

    /// Reads it over a person; the number by itself.
    #[must_use]
    pub fn read(&self, over: &Person, today: NaiveDate, q: &mut Faults) -> (Person, Option<PersonalId>) {
        let given_names = q.required("given_names", "Förnamn", &self.given_names, 100);
        let family_name = q.required("family_name", "Efternamn", &self.family_name, 100);
        let lower = |text: String| Some(text.to_lowercase()).filter(|t| !t.is_empty());
        let email = lower(q.text("email", "E-post", &self.email, 200));
        if email.as_ref().is_some_and(|e| !e.contains('@') || e.contains(char::is_whitespace)) {
            q.add("email", "Adressen ska se ut som namn@kommunen.se.");
        }
        let login = lower(q.text("login", "Inloggningsnamn", &self.login, 100));
        let typed = self.work_mobile.trim();
        let work_mobile = match Phone::parse(typed) {
            _ if typed.is_empty() => None,
            Ok(phone) => Some(phone.e164()),
            Err(error) => {
                q.add("work_mobile", error.to_string());
                None
            }
        };
        let typed = self.personal_id.trim();
        let number = match PersonalId::parse(typed, today, Profile { temporary: true }) {
            _ if typed.is_empty() => None,
            Ok(number) => Some(number),
            Err(error) => {
                q.add("personal_id", error.to_string());
                None
            }
        };
        let mut earlier_names = over.earlier_names.clone();
        let old = &over.family_name;
        if !old.is_empty() && *old != family_name && !earlier_names.contains(old) {
            earlier_names.push(old.clone());
        }
        earlier_names.retain(|name| *name != family_name);
        let person = Person {
            display_name: format!("{given_names} {family_name}").trim().to_owned(),
            name_key: PersonName::from_parts(&family_name, &given_names).keys().k1,
            given_names,
            family_name,
            earlier_names,
            email,
            login,
            work_mobile,
            is_protected: self.is_protected(),
            birth_year: number.as_ref().map(PersonalId::birth_year).or(over.birth_year),
            version: self.version,
            ..over.clone()
        };
        (person, number)
    }
}

/// What was typed about an assignment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawAssignment {
    pub form: String,
    pub title: String,
    pub org_unit_id: String,
    pub start_date: String,
    pub end_date: String,
}

/// Sorts of assignment to choose among; another can be written.
pub const SORTS: [&str; 6] =
    ["Konsult", "Förtroendevald", "Praktikant", "Inhyrd", "Arvoderad", "Extern förvaltare"];

impl RawAssignment {
    /// The form of an assignment that is there.
    #[must_use]
    pub fn of(assignment: &Employment) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            form: assignment.form.clone(),
            title: assignment.title.clone(),
            org_unit_id: assignment.org_unit_id.map(|id| id.to_string()).unwrap_or_default(),
            start_date: day(assignment.start_date),
            end_date: day(assignment.end_date),
        }
    }

    /// Whether nothing was typed that makes an assignment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.form, &self.title, &self.org_unit_id].iter().all(|t| t.trim().is_empty())
    }

    /// Reads it over an assignment. `reaches` says whether a unit may be chosen.
    #[must_use]
    pub fn read(
        &self,
        over: &Employment,
        today: NaiveDate,
        reaches: impl Fn(Uuid) -> bool,
        q: &mut Faults,
    ) -> Employment {
        let form = q.required("form", "Slag av uppdrag", &self.form, 100);
        let title = q.text("title", "Befattning", &self.title, 200);
        let unit = q.id("org_unit_id", "Enhet", &self.org_unit_id);
        match unit {
            None if q.of("org_unit_id").is_none() => {
                q.add("org_unit_id", "Välj den enhet som uppdraget hör till.");
            }
            Some(id) if !reaches(id) => q.add("org_unit_id", "Välj en enhet i listan."),
            _ => {}
        }
        let start_date = q.date("start_date", "Första dagen", &self.start_date);
        if start_date.is_none() && q.of("start_date").is_none() {
            q.add("start_date", "Ange första dagen.");
        }
        let end_date = q.date("end_date", "Sista dagen", &self.end_date);
        if start_date.zip(end_date).is_some_and(|(from, to)| to < from) {
            q.add("end_date", "Sista dagen kan inte ligga före den första.");
        }
        Employment {
            form,
            title,
            org_unit_id: unit,
            start_date,
            end_date,
            status: status_of(start_date, end_date, today).to_owned(),
            ..over.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-11-20".parse().unwrap()
    }

    fn raw() -> RawPerson {
        RawPerson { given_names: "Anna".into(), family_name: "Alm".into(), ..RawPerson::default() }
    }

    #[test]
    fn what_is_typed_is_stored_in_one_form_and_an_earlier_name_is_kept() {
        let typed = RawPerson {
            email: " Anna.Alm@Vik.Example ".into(),
            login: "ANNALM01".into(),
            work_mobile: "070-174 06 05".into(),
            ..raw()
        };
        let over = Person { family_name: "Ek".into(), ..Person::default() };
        let mut faults = Faults::default();
        let (person, number) = typed.read(&over, day(), &mut faults);
        assert!(faults.is_empty() && number.is_none());
        assert_eq!(person.email.as_deref(), Some("anna.alm@vik.example"));
        assert_eq!(person.login.as_deref(), Some("annalm01"));
        assert_eq!(person.work_mobile.as_deref(), Some("+46701740605"));
        assert_eq!((person.display_name.as_str(), person.earlier_names), ("Anna Alm", vec!["Ek".to_owned()]));
    }

    #[test]
    fn every_fault_of_a_person_is_told_at_its_field() {
        let typed = RawPerson {
            email: "anna".into(),
            work_mobile: "12".into(),
            personal_id: "19900101-1111".into(),
            ..RawPerson::default()
        };
        let mut faults = Faults::default();
        let _ = typed.read(&Person::default(), day(), &mut faults);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["given_names", "family_name", "email", "work_mobile", "personal_id"]);
    }

    #[test]
    fn an_assignment_needs_a_sort_a_unit_within_reach_and_a_first_day() {
        let mut faults = Faults::default();
        let _ = RawAssignment::default().read(&Employment::default(), day(), |_| true, &mut faults);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["form", "org_unit_id", "start_date"]);
        let typed = RawAssignment {
            form: "Konsult".into(),
            org_unit_id: Uuid::nil().to_string(),
            start_date: "2026-01-01".into(),
            end_date: "2025-12-31".into(),
            ..RawAssignment::default()
        };
        let mut faults = Faults::default();
        let _ = typed.read(&Employment::default(), day(), |_| false, &mut faults);
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["org_unit_id", "end_date"]);
    }
}
