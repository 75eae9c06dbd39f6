//! Strong evidence: who an item belongs to by number, account, telephone, device or an earlier decision
//! (`docs/rules.md` 2.3, E1–E6).

use std::collections::{HashMap, HashSet};

use super::{
    codes::{EvidenceCode, Note},
    model::{Decision, Input, Item, Person, PersonIx, account_key, number_key, unit_key},
    proposal::Evidence,
};
use crate::rules::{
    names::{NameMatch, PersonName, compare},
    phone::Phone,
};

/// Persons by what identifies them.
pub(super) struct IdentityIndex {
    personal_ids: HashMap<String, PersonIx>,
    /// Number → (company, person).
    numbers: HashMap<String, Vec<(String, PersonIx)>>,
    accounts: HashMap<String, Vec<PersonIx>>,
    /// E.164 → (record's date, person).
    mobiles: HashMap<String, Vec<(chrono::NaiveDate, PersonIx)>>,
    devices: HashMap<String, Vec<PersonIx>>,
    /// Codes of units and cost centres: a reference that is one of them is no employee number.
    units: HashSet<String>,
}

/// What was found, before it is judged.
#[derive(Default)]
pub(super) struct Found {
    pub evidence: Vec<(PersonIx, Evidence)>,
    pub notes: Vec<Note>,
}

impl IdentityIndex {
    pub(super) fn build(persons: &[Person]) -> Self {
        let mut index = Self {
            personal_ids: HashMap::new(),
            numbers: HashMap::with_capacity(persons.len()),
            accounts: HashMap::with_capacity(persons.len()),
            mobiles: HashMap::new(),
            devices: HashMap::new(),
            units: HashSet::new(),
        };
        for (ix, person) in persons.iter().enumerate() {
            if let Some(id) = &person.personal_id {
                index.personal_ids.insert(id.clone(), ix);
            }
            let employed = person.employments.iter().map(|e| (&e.company, &e.number));
            for (company, number) in person.numbers.iter().map(|n| (&n.company, &n.number)).chain(employed) {
                let entry = (number_key(company), ix);
                let list = index.numbers.entry(number_key(number)).or_default();
                if !number.is_empty() && !list.contains(&entry) {
                    list.push(entry);
                }
            }
            for unit in person.employments.iter().flat_map(|e| [&e.unit, &e.cost_centre]) {
                if !index.units.contains(unit) {
                    index.units.insert(unit_key(unit));
                }
            }
            for account in &person.accounts {
                push(&mut index.accounts, account_key(&account.id), ix);
            }
            for mobile in &person.mobiles {
                let list = index.mobiles.entry(mobile.number.clone()).or_default();
                match list.iter_mut().find(|(_, p)| *p == ix) {
                    Some(entry) => entry.0 = entry.0.max(mobile.recorded),
                    None => list.push((mobile.recorded, ix)),
                }
            }
            for device in &person.devices {
                push(&mut index.devices, device.clone(), ix);
            }
        }
        index.numbers.remove("");
        index.accounts.remove("");
        index
    }

    /// Gathers the strong evidence of an item. `is_here` tells who works here today.
    pub(super) fn gather(&self, input: &Input<'_>, item: &Item, is_here: impl Fn(PersonIx) -> bool) -> Found {
        let mut found = Found::default();
        for decision in &item.decisions {
            if let Decision::Holder(person) = decision {
                found.add(input, *person, EvidenceCode::E6, None, None);
            }
        }
        if let Some(person) = item.personal_id.as_ref().and_then(|id| self.personal_ids.get(id)) {
            found.add(input, *person, EvidenceCode::E1, None, None);
        }
        self.by_number(input, item, &mut found);
        self.by_account(input, item, &is_here, &mut found);
        self.by_mobile(input, item, &mut found);
        for device in &item.devices {
            for person in self.devices.get(device).into_iter().flatten() {
                let shown = masked(device);
                found.add(input, *person, EvidenceCode::E5, Some(shown.clone()), Some(shown));
            }
        }
        found
    }

    fn by_number(&self, input: &Input<'_>, item: &Item, found: &mut Found) {
        let is_unit =
            |n: &&str| self.units.contains(&unit_key(n)) || unit_key(n) == unit_key(&item.cost_centre);
        // An address beside the number is evidence of its own.
        let bare: Vec<&str> = item.reference.split_whitespace().filter(|w| !w.contains('@')).collect();
        let bare = bare.join(" ");
        let alone = reference_number(&bare).filter(|n| !is_unit(n));
        for number in item.employee_number.iter().map(String::as_str).chain(alone) {
            let holders = self.numbers.get(&number_key(number)).map(Vec::as_slice).unwrap_or_default();
            if holders.is_empty() && number.len() >= 4 {
                found.notes.push(Note::UnknownNumber);
            }
            let company = item.company.as_deref().map(number_key);
            for (of, person) in holders {
                let same = company.as_ref().is_none_or(|c| c.is_empty() || of.is_empty() || c == of);
                if same {
                    found.add(
                        input,
                        *person,
                        EvidenceCode::E2,
                        Some(number.to_owned()),
                        Some(number.to_owned()),
                    );
                }
            }
        }
        if alone.is_none() {
            self.by_company_and_number(input, &bare, found);
            self.by_number_and_name(input, &item.reference, found);
        }
        self.by_number_and_name(input, &item.holder, found);
    }

    /// "01-104223": an employee number behind the code of the company that gave it.
    fn by_company_and_number(&self, input: &Input<'_>, reference: &str, found: &mut Found) {
        let Some((company, number)) = reference.trim().split_once(['-', '/', '.', ' ', ':']) else { return };
        let is_number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !is_number(company, 1..=4) || !is_number(number, 3..=10) {
            return;
        }
        for (of, person) in self.numbers.get(&number_key(number)).into_iter().flatten() {
            if *of == number_key(company) {
                let shown = Some(reference.trim().to_owned());
                found.add(input, *person, EvidenceCode::E2, shown, Some(number.to_owned()));
            }
        }
    }

    /// "104223 Åkerlund Anna": a number among other words may be an order's. It counts when the words beside it are
    /// the name of whom it belongs to.
    fn by_number_and_name(&self, input: &Input<'_>, reference: &str, found: &mut Found) {
        let is_number = |w: &&str| w.len() >= 4 && w.bytes().all(|b| b.is_ascii_digit());
        for number in reference.split(|c: char| !c.is_alphanumeric()).filter(is_number) {
            let beside = PersonName::parse(&reference.replace(number, " "));
            for (_, person) in self.numbers.get(&number_key(number)).into_iter().flatten() {
                let known = input.persons.get(*person).map(|p| p.names.as_slice()).unwrap_or_default();
                if known.iter().any(|k| compare(&beside, &k.name) != NameMatch::None) {
                    found.add(
                        input,
                        *person,
                        EvidenceCode::E2,
                        Some(number.to_owned()),
                        Some(number.to_owned()),
                    );
                }
            }
        }
    }

    fn by_account(
        &self,
        input: &Input<'_>,
        item: &Item,
        is_here: &impl Fn(PersonIx) -> bool,
        found: &mut Found,
    ) {
        let looks = |w: &&str| w.contains('@') || (w.len() >= 4 && w.bytes().any(|b| b.is_ascii_digit()));
        let apart = [' ', ',', ';', '(', ')', '<', '>', '/', '|'];
        let words = item.reference.split(apart).chain([item.holder.as_str()]).filter(looks);
        for account in item.account.iter().map(String::as_str).chain(words) {
            let Some(holders) = self.accounts.get(&account_key(account)) else { continue };
            let here: Vec<PersonIx> = holders.iter().copied().filter(|p| is_here(*p)).collect();
            // Given to somebody else since: only that person has it today.
            let now = if holders.len() > 1 && !here.is_empty() {
                found.notes.push(Note::AccountReissued);
                here.as_slice()
            } else {
                holders.as_slice()
            };
            for person in now {
                let shown = Some(account_key(account));
                found.add(input, *person, EvidenceCode::E3, shown.clone(), shown);
            }
        }
    }

    fn by_mobile(&self, input: &Input<'_>, item: &Item, found: &mut Found) {
        let Some(holders) = item.msisdn.as_ref().and_then(|m| self.mobiles.get(m)) else { return };
        let Some(newest) = holders.iter().map(|(recorded, _)| *recorded).max() else { return };
        if (input.today - newest).num_days() > input.settings.mobile_max_age_days {
            found.notes.push(Note::OldMobileRecord);
            return;
        }
        let shown = item.msisdn.as_deref().and_then(|m| Phone::parse(m).ok()).map(|p| p.masked());
        for (_, person) in holders.iter().filter(|(recorded, _)| *recorded == newest) {
            found.add(input, *person, EvidenceCode::E4, shown.clone(), shown.clone());
        }
    }
}

impl Found {
    fn add(
        &mut self,
        input: &Input<'_>,
        person: PersonIx,
        code: EvidenceCode,
        item_value: Option<String>,
        person_value: Option<String>,
    ) {
        let Some(is_protected) = input.persons.get(person).map(|p| p.is_protected) else { return };
        if self.evidence.iter().any(|(p, e)| *p == person && e.code == code) {
            return;
        }
        let open = |value: Option<String>| value.filter(|_| !is_protected);
        self.evidence.push((
            person,
            Evidence { code, item_value: open(item_value), person_value: open(person_value) },
        ));
    }
}

/// A reference that is nothing but an employee number, perhaps with a word in front ("Anst.nr 104223").
fn reference_number(reference: &str) -> Option<&str> {
    let trimmed = reference.trim();
    let number = match trimmed.rsplit_once([' ', ':']) {
        Some((label, number)) if is_label(label) => number,
        Some(_) => return None,
        None => trimmed,
    };
    let is_number = (3..=10).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(number)
}

/// Whether what stands in front of a number says that it is an employee's. "AID" counts as a word of its own alone: Aida is a
/// name.
fn is_label(label: &str) -> bool {
    let label = label.to_lowercase();
    let first = label.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    matches!(first, "aid" | "aidnr")
        || ["anst", "personalnr", "personalnummer", "personal-id"].iter().any(|word| label.starts_with(word))
}

fn masked(device: &str) -> String {
    format!("…{}", device.get(device.len().saturating_sub(4)..).unwrap_or_default())
}

fn push(map: &mut HashMap<String, Vec<PersonIx>>, key: String, person: PersonIx) {
    let list = map.entry(key).or_default();
    if !list.contains(&person) {
        list.push(person);
    }
}
