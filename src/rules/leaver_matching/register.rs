//! Whose a row is: rows of snapshots and lists → persons (`docs/data-formats.md` 2.2: numbers change at re-hire, lists
//! lack columns, surnames change).
//!
//! Links are made only by what identifies: personal number, employee number within a company, account, name and work
//! number together, or name *and* unit *and* first day together. A name alone never links two records.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::model::{Employment, Person, PersonIx, account_key, number_key, unit_key};
use crate::rules::names::{KeyLevel, NameMatch, PersonName, compare};

/// What one row says about whose it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Identity<'a> {
    /// Personal number, in the form persons have it.
    pub personal_id: Option<&'a str>,
    /// Company code; may be empty.
    pub company: &'a str,
    /// Employee number; may be empty.
    pub number: &'a str,
    /// Login or e-mail.
    pub account: Option<&'a str>,
    /// Work number, E.164.
    pub mobile: Option<&'a str>,
    /// The name.
    pub name: Option<&'a PersonName>,
    /// Unit code or name; may be empty.
    pub unit: &'a str,
    /// First day of the employment.
    pub start: Option<NaiveDate>,
}

/// What made the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkedBy {
    /// Same personal number.
    PersonalId,
    /// Same employee number and company.
    Number,
    /// Same account, and no other name.
    Account,
    /// Same work number and same name, given names left out or not.
    MobileAndName,
    /// Same full name, unit and first day.
    NameUnitStart,
}

/// Whose a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// This person's.
    Found(PersonIx, LinkedBy),
    /// One of these persons', it cannot be told which: a human chooses.
    Several(Vec<PersonIx>),
    /// Nobody's that is known.
    Nobody,
}

/// Persons, found by what identifies them, to which records are added one by one.
#[derive(Debug, Default)]
pub struct Register {
    persons: Vec<Person>,
    personal_ids: HashMap<String, PersonIx>,
    numbers: HashMap<String, Vec<PersonIx>>,
    accounts: HashMap<String, Vec<PersonIx>>,
    mobiles: HashMap<String, Vec<PersonIx>>,
    names: HashMap<String, Vec<PersonIx>>,
}

impl Register {
    /// A register of these persons.
    #[must_use]
    pub fn new(persons: Vec<Person>) -> Self {
        let mut register = Self::default();
        for person in persons {
            register.persons.push(person);
            register.index(register.persons.len() - 1);
        }
        register
    }

    /// The persons, in the order they came.
    #[must_use]
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// Gives the persons back.
    #[must_use]
    pub fn into_persons(self) -> Vec<Person> {
        self.persons
    }

    /// Finds whose a row is.
    #[must_use]
    pub fn find(&self, row: &Identity<'_>) -> Link {
        if let Some(person) = row.personal_id.and_then(|id| self.personal_ids.get(id)) {
            return Link::Found(*person, LinkedBy::PersonalId);
        }
        if !row.number.is_empty() {
            let holders = self.numbers.get(&number_key(row.number)).map(Vec::as_slice).unwrap_or_default();
            let same: Vec<PersonIx> = holders
                .iter()
                .copied()
                .filter(|p| self.has_number(*p, row.company, row.number) && self.may_be(*p, row))
                .filter(|p| self.is_of_company(*p, row) || self.shares_a_name(*p, row))
                .collect();
            // Where no company is told, of several companies' persons with the number the one who bears the name.
            let named: Vec<PersonIx> = same
                .iter()
                .copied()
                .filter(|_| row.company.is_empty())
                .filter(|p| row.name.is_some_and(|name| name.is_personal() && self.bears(*p, name)))
                .collect();
            match (same.as_slice(), named.as_slice()) {
                ([], _) => {}
                ([person], _) | (_, [person]) => return Link::Found(*person, LinkedBy::Number),
                _ => return Link::Several(same),
            }
        }
        if let Some(account) = row.account.filter(|a| !a.trim().is_empty()) {
            let holders = self.accounts.get(&account_key(account)).map(Vec::as_slice).unwrap_or_default();
            let same: Vec<PersonIx> = holders
                .iter()
                .copied()
                .filter(|p| self.may_be(*p, row) && self.name_agrees(*p, row))
                .collect();
            match same.as_slice() {
                [] => {}
                [person] => return Link::Found(*person, LinkedBy::Account),
                _ => return Link::Several(same),
            }
        }
        self.find_by_name(row)
    }

    /// Those whose full name is this one, å/ä/ö folded.
    fn bearers(&self, name: &PersonName) -> &[PersonIx] {
        self.names.get(&name.keys().k1).map(Vec::as_slice).unwrap_or_default()
    }

    fn find_by_name(&self, row: &Identity<'_>) -> Link {
        let Some(name) = row.name.filter(|n| n.is_personal()) else { return Link::Nobody };
        if let Some(mobile) = row.mobile {
            // A list has the name that a person goes by, the payroll system all given names.
            let same: Vec<PersonIx> = self
                .mobiles
                .get(mobile)
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .copied()
                .filter(|p| self.may_be(*p, row) && self.bears(*p, name))
                .collect();
            match same.as_slice() {
                [] => {}
                [person] => return Link::Found(*person, LinkedBy::MobileAndName),
                _ => return Link::Several(same),
            }
        }
        if row.unit.is_empty() || row.start.is_none() {
            return Link::Nobody;
        }
        let same: Vec<PersonIx> = self
            .bearers(name)
            .iter()
            .copied()
            .filter(|p| {
                self.may_be(*p, row)
                    && self.persons.get(*p).is_some_and(|person| {
                        person.employments.iter().any(|e| {
                            e.start == row.start
                                && unit_key(&e.unit) == unit_key(row.unit)
                                && (row.number.is_empty() || e.number.is_empty())
                        })
                    })
            })
            .collect();
        match same.as_slice() {
            [] => Link::Nobody,
            [person] => Link::Found(*person, LinkedBy::NameUnitStart),
            _ => Link::Several(same),
        }
    }

    /// Takes in a record made from one row: adds what it tells to the person it is about, or adds a person. Records are
    /// given oldest first: what a newer one says about an employment replaces what an older one said. A record that
    /// may be several persons' becomes a person of its own, so that nothing is decided by chance.
    pub fn take_in(&mut self, record: Person) -> (PersonIx, Option<LinkedBy>) {
        let number = record.numbers.first();
        let employment = record.employments.first();
        let identity = Identity {
            personal_id: record.personal_id.as_deref(),
            company: number.map(|n| n.company.as_str()).unwrap_or_default(),
            number: number.map(|n| n.number.as_str()).unwrap_or_default(),
            account: record.accounts.first().map(|a| a.id.as_str()),
            mobile: record.mobiles.first().map(|m| m.number.as_str()),
            name: record.names.first().map(|n| &n.name),
            unit: employment.map(|e| e.unit.as_str()).unwrap_or_default(),
            start: employment.and_then(|e| e.start),
        };
        match self.find(&identity) {
            Link::Found(person, by) => {
                if let Some(known) = self.persons.get_mut(person) {
                    merge(known, record);
                }
                self.index(person);
                (person, Some(by))
            }
            Link::Several(_) | Link::Nobody => {
                self.persons.push(record);
                let person = self.persons.len() - 1;
                self.index(person);
                (person, None)
            }
        }
    }

    fn index(&mut self, ix: PersonIx) {
        let Some(person) = self.persons.get(ix) else { return };
        if let Some(id) = &person.personal_id {
            self.personal_ids.entry(id.clone()).or_insert(ix);
        }
        let numbers =
            person.numbers.iter().map(|n| &n.number).chain(person.employments.iter().map(|e| &e.number));
        for number in numbers.filter(|n| !n.is_empty()) {
            push(&mut self.numbers, number_key(number), ix);
        }
        for account in &person.accounts {
            push(&mut self.accounts, account_key(&account.id), ix);
        }
        for mobile in &person.mobiles {
            push(&mut self.mobiles, mobile.number.clone(), ix);
        }
        for known in &person.names {
            push(&mut self.names, known.name.keys().k1, ix);
        }
    }

    fn has_number(&self, person: PersonIx, company: &str, number: &str) -> bool {
        let Some(person) = self.persons.get(person) else { return false };
        let same = |c: &str, n: &str| {
            number_key(n) == number_key(number)
                && (company.is_empty() || c.is_empty() || number_key(c) == number_key(company))
        };
        person.numbers.iter().any(|n| same(&n.company, &n.number))
            || person.employments.iter().any(|e| same(&e.company, &e.number))
    }

    /// Whether the row says of which company the number is, and the person has it of that company.
    fn is_of_company(&self, person: PersonIx, row: &Identity<'_>) -> bool {
        let Some(person) = self.persons.get(person) else { return false };
        let same = |company: &str, number: &str| {
            !row.company.is_empty()
                && number_key(company) == number_key(row.company)
                && number_key(number) == number_key(row.number)
        };
        person.numbers.iter().any(|n| same(&n.company, &n.number))
            || person.employments.iter().any(|e| same(&e.company, &e.number))
    }

    /// Companies of a municipality number their staff each for itself. Where the company is not told, a name without a word in
    /// common with the person's is somebody else's; a new surname leaves the given names.
    fn shares_a_name(&self, person: PersonIx, row: &Identity<'_>) -> bool {
        let known = self.persons.get(person).map(|p| p.names.as_slice()).unwrap_or_default();
        let Some(name) = row.name.filter(|name| name.is_personal() && !known.is_empty()) else { return true };
        known.iter().any(|k| {
            let shared = |word: &str| k.name.tokens().iter().any(|t| t.k1 == word);
            name.tokens().iter().any(|t| shared(&t.k1)) || compare(name, &k.name) != NameMatch::None
        })
    }

    /// Whether one of the person's names is this one, some of its given names left out at most.
    fn bears(&self, person: PersonIx, name: &PersonName) -> bool {
        let known = self.persons.get(person).map(|p| p.names.as_slice()).unwrap_or_default();
        known.iter().any(|k| matches!(compare(name, &k.name), NameMatch::Full(_) | NameMatch::Subset))
    }

    /// Two different personal numbers are two persons.
    fn may_be(&self, person: PersonIx, row: &Identity<'_>) -> bool {
        match (row.personal_id, self.persons.get(person).and_then(|p| p.personal_id.as_deref())) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
    }

    /// An account may have been given to somebody else: the name must not be another.
    fn name_agrees(&self, person: PersonIx, row: &Identity<'_>) -> bool {
        let known = self.persons.get(person).map(|p| p.names.as_slice()).unwrap_or_default();
        match row.name.filter(|n| n.is_personal()) {
            Some(name) if !known.is_empty() => {
                known.iter().any(|k| compare(name, &k.name) != NameMatch::None)
            }
            _ => true,
        }
    }
}

/// Adds what a newer record tells.
fn merge(known: &mut Person, record: Person) {
    known.is_protected |= record.is_protected;
    if known.personal_id.is_none() {
        known.personal_id = record.personal_id;
    }
    for number in record.numbers {
        if !known.numbers.contains(&number) {
            known.numbers.push(number);
        }
    }
    for name in record.names {
        let same =
            known.names.iter_mut().find(|k| compare(&k.name, &name.name) == NameMatch::Full(KeyLevel::K0));
        match same {
            Some(same) => same.is_earlier &= name.is_earlier,
            None => known.names.push(name),
        }
    }
    for account in record.accounts {
        if !known.accounts.iter().any(|a| account_key(&a.id) == account_key(&account.id)) {
            known.accounts.push(account);
        }
    }
    for mobile in record.mobiles {
        match known.mobiles.iter_mut().find(|m| m.number == mobile.number) {
            Some(same) => same.recorded = same.recorded.max(mobile.recorded),
            None => known.mobiles.push(mobile),
        }
    }
    for device in record.devices {
        if !known.devices.contains(&device) {
            known.devices.push(device);
        }
    }
    for employment in record.employments {
        match known.employments.iter_mut().find(|e| is_same(e, &employment)) {
            Some(same) => {
                let in_newest = same.in_newest || employment.in_newest;
                *same = Employment { in_newest, ..employment };
            }
            None => known.employments.push(employment),
        }
    }
}

fn is_same(a: &Employment, b: &Employment) -> bool {
    let companies =
        a.company.is_empty() || b.company.is_empty() || number_key(&a.company) == number_key(&b.company);
    if a.number.is_empty() || b.number.is_empty() {
        a.start.is_some() && a.start == b.start && unit_key(&a.unit) == unit_key(&b.unit)
    } else {
        companies && number_key(&a.number) == number_key(&b.number)
    }
}

fn push(map: &mut HashMap<String, Vec<PersonIx>>, key: String, person: PersonIx) {
    let list = map.entry(key).or_default();
    if !list.contains(&person) {
        list.push(person);
    }
}

#[cfg(test)]
#[path = "register_tests.rs"]
mod tests;
