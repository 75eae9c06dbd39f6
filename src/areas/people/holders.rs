//! Who a text names: "Lundqvist, Staffan", "Carolina Asp (carasp02)", "lena.johansson@…", "Eva Berg 104223".
//!
//! An account, an address or an employee number decides. A name decides when exactly one person at work has it, or exactly
//! one in the unit at hand; a name that says less than the register ("Georg Holmqvist" for "Georg Peter Holmqvist") decides
//! only when no other name could be meant. Anything else stays as text, with the persons it may mean.

use std::collections::HashMap;

use uuid::Uuid;

use super::queries::{self, KnownPerson};
use crate::{
    db::tenant::TenantTx,
    error::AppResult,
    rules::names::{NameMatch, PersonName, PersonRef, TokenKind, compare, split_persons},
};

/// Who a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The person, if the text names exactly one.
    pub person_id: Option<Uuid>,
    /// What decided.
    pub how: Option<How>,
    /// The persons it may mean, when it is not clear which.
    pub candidates: Vec<Uuid>,
    /// The text itself, without account, address and number: kept where no person was found.
    pub text: String,
}

/// What decided who is meant, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The account.
    Login,
    /// The e-mail address.
    Email,
    /// The employee number.
    EmployeeNo,
    /// The whole name; nobody else at work has it.
    Name,
    /// The whole name; nobody else in the unit has it.
    NameInUnit,
    /// The whole name, of the only person who ever had it and who has left.
    NameOfFormer,
    /// An earlier family name of one person.
    EarlierName,
    /// A part of the name, which fits one person only.
    PartOfName,
}

/// The persons of the municipality, ready to be looked up.
#[derive(Debug, Default)]
pub struct Holders {
    persons: Vec<(KnownPerson, PersonName)>,
    by_login: HashMap<String, Vec<usize>>,
    by_email: HashMap<String, Vec<usize>>,
    by_number: HashMap<String, Vec<usize>>,
    by_key: HashMap<String, Vec<usize>>,
    by_token: HashMap<String, Vec<usize>>,
    by_earlier: HashMap<String, Vec<usize>>,
}

impl Holders {
    /// Loads every person: for imports with many cells.
    pub async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        Ok(Self::new(queries::list_known(tx).await?))
    }

    /// From a list of persons.
    #[must_use]
    fn new(list: Vec<KnownPerson>) -> Self {
        let mut all = Self::default();
        for (i, person) in list.into_iter().enumerate() {
            let name = if person.family_name.is_empty() {
                PersonName::parse(&person.display_name)
            } else {
                PersonName::from_parts(&person.family_name, &person.given_names)
            };
            let mut index = |map: fn(&mut Self) -> &mut HashMap<String, Vec<usize>>, key: String| {
                let places = map(&mut all).entry(key).or_default();
                if places.last() != Some(&i) {
                    places.push(i);
                }
            };
            if let Some(login) = &person.login {
                index(|s| &mut s.by_login, login.clone());
            }
            if let Some(email) = &person.email {
                index(|s| &mut s.by_email, email.clone());
            }
            for number in &person.numbers {
                index(|s| &mut s.by_number, number.trim_start_matches('0').to_owned());
            }
            if name.is_personal() {
                index(|s| &mut s.by_key, name.keys().k1);
                for token in name.tokens().iter().filter(|t| t.kind == TokenKind::Plain) {
                    index(|s| &mut s.by_token, token.k1.clone());
                }
            }
            for earlier in &person.earlier_names {
                let earlier = PersonName::from_parts(earlier, &person.given_names);
                if earlier.is_personal() {
                    index(|s| &mut s.by_earlier, earlier.keys().k1);
                }
            }
            all.persons.push((person, name));
        }
        all
    }

    /// Who a cell names, in the order named; empty for a cell that names nobody ("Vakant", "?"). `unit` is the unit that
    /// the cell's row belongs to, if it says.
    #[must_use]
    pub fn find_all(&self, text: &str, unit: Option<Uuid>) -> Vec<Holder> {
        split_persons(text).persons.iter().map(|p| self.find(p, unit)).collect()
    }

    /// Who one person of a cell is.
    #[must_use]
    pub fn find(&self, person: &PersonRef, unit: Option<Uuid>) -> Holder {
        let text = person.text.clone();
        let none = Vec::new();
        let number = person.number.as_ref().map(|n| n.trim_start_matches('0').to_owned());
        let sure = [
            (How::Login, person.login.as_ref().and_then(|l| self.by_login.get(l))),
            (How::Email, person.email.as_ref().and_then(|e| self.by_email.get(e))),
            (How::EmployeeNo, number.as_ref().and_then(|n| self.by_number.get(n))),
        ];
        for (how, found) in sure {
            // An account that has been given to another, a number of two companies: the name tells them apart.
            let found = found.unwrap_or(&none);
            let fitting: Vec<usize> = if found.len() > 1 && person.name.is_personal() {
                found
                    .iter()
                    .copied()
                    .filter(|i| compare(&self.persons[*i].1, &person.name) != NameMatch::None)
                    .collect()
            } else {
                found.clone()
            };
            if let [only] = self.at_work_first(&fitting).as_slice() {
                return self.decided(*only, how, text);
            }
        }
        if !person.name.is_personal() {
            return Holder { text, ..Holder::default() };
        }
        let key = person.name.keys().k1;
        let named = self.by_key.get(&key).unwrap_or(&none);
        let working: Vec<usize> = named.iter().copied().filter(|i| self.persons[*i].0.is_active).collect();
        let here: Vec<usize> = working
            .iter()
            .copied()
            .filter(|i| unit.is_some_and(|u| self.persons[*i].0.units.contains(&u)))
            .collect();
        match (working.as_slice(), here.as_slice(), named.as_slice()) {
            ([only], _, _) => return self.decided(*only, How::Name, text),
            (_, [only], _) => return self.decided(*only, How::NameInUnit, text),
            ([], _, [only]) => return self.decided(*only, How::NameOfFormer, text),
            ([], _, []) => {}
            ([], _, several) | (several, _, _) => return self.open(several, text),
        }
        let earlier = self.by_earlier.get(&key).unwrap_or(&none);
        let parts = self.partly(&person.name);
        match (earlier.as_slice(), parts.as_slice()) {
            ([only], _) => self.decided(*only, How::EarlierName, text),
            ([], [only]) if self.persons[*only].0.is_active => self.decided(*only, How::PartOfName, text),
            ([], several) | (several, _) => self.open(several, text),
        }
    }

    /// The head of a unit, by employee number, by name, or by both.
    #[must_use]
    pub fn find_head(&self, name: Option<&str>, number: Option<&str>, unit: Uuid) -> Option<Uuid> {
        let text = name.unwrap_or_default();
        let mut person = split_persons(text).persons.into_iter().next().unwrap_or_else(|| PersonRef {
            text: String::new(),
            name: PersonName::default(),
            login: None,
            email: None,
            number: None,
        });
        if let Some(number) = number {
            person.number = Some(number.trim().to_owned());
        }
        self.find(&person, Some(unit)).person_id
    }

    /// Whether a person of the register has protected identity.
    #[must_use]
    pub fn is_protected(&self, person: Uuid) -> bool {
        self.persons.iter().any(|(known, _)| known.id == person && known.is_protected)
    }

    /// Whether the register has no persons.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// Persons whose name says more or less than the one given.
    fn partly(&self, name: &PersonName) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for token in name.tokens().iter().filter(|t| t.kind == TokenKind::Plain) {
            for i in self.by_token.get(&token.k1).into_iter().flatten() {
                if !found.contains(i)
                    && matches!(compare(&self.persons[*i].1, name), NameMatch::Full(_) | NameMatch::Subset)
                {
                    found.push(*i);
                }
            }
        }
        self.at_work_first(&found)
    }

    /// Those at work, or all if none is.
    fn at_work_first(&self, found: &[usize]) -> Vec<usize> {
        let working: Vec<usize> = found.iter().copied().filter(|i| self.persons[*i].0.is_active).collect();
        if working.is_empty() { found.to_vec() } else { working }
    }

    fn decided(&self, i: usize, how: How, text: String) -> Holder {
        Holder { person_id: Some(self.persons[i].0.id), how: Some(how), candidates: Vec::new(), text }
    }

    fn open(&self, found: &[usize], text: String) -> Holder {
        Holder {
            person_id: None,
            how: None,
            candidates: found.iter().map(|i| self.persons[*i].0.id).collect(),
            text,
        }
    }
}

/// A person with protected identity as a form may find one: by account, address or number, never by name. An answer to a name
/// would tell that whoever has it is protected (rules 9.6).
fn without_protected_name(mut person: KnownPerson) -> KnownPerson {
    if person.is_protected {
        for name in [&mut person.given_names, &mut person.family_name, &mut person.display_name] {
            name.clear();
        }
        person.earlier_names.clear();
    }
    person
}

/// Who a text names first: for a field of a form. For many texts, load [`Holders`] once.
pub async fn find_holder(tx: &mut TenantTx, text: &str, unit: Option<Uuid>) -> AppResult<Holder> {
    let number = text.trim();
    let cell = split_persons(text);
    let mut first = match cell.persons.first() {
        // A number alone is an employee number.
        _ if number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit()) => {
            PersonRef { number: Some(number.to_owned()), ..PersonRef::default() }
        }
        Some(first) => first.clone(),
        None => return Ok(Holder::default()),
    };
    // A word alone may be an account that is not written in brackets.
    if first.login.is_none() && first.email.is_none() && !text.trim().contains(char::is_whitespace) {
        first.login = Some(text.trim().to_lowercase());
    }
    let known = queries::list_known(tx).await?.into_iter().map(without_protected_name).collect();
    Ok(Holders::new(known).find(&first, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128, given: &str, family: &str, login: &str, active: bool) -> KnownPerson {
        KnownPerson {
            id: Uuid::from_u128(n),
            given_names: given.into(),
            family_name: family.into(),
            display_name: format!("{given} {family}"),
            earlier_names: Vec::new(),
            login: Some(login.into()),
            email: Some(format!("{login}@vik.example")),
            numbers: vec![format!("{:06}", n * 1001)],
            units: vec![Uuid::from_u128(100 + n)],
            is_active: active,
            is_protected: false,
        }
    }

    fn holders() -> Holders {
        let mut married = person(6, "Karin", "Holm", "karlun01", true);
        married.earlier_names = vec!["Lund".into()];
        Holders::new(vec![
            person(1, "Lena", "Johansson", "lenjoh01", true),
            person(2, "Lena", "Johansson", "lenjoh02", true),
            person(3, "Staffan", "Lundqvist", "stalun01", true),
            person(4, "Georg Peter", "Holmqvist", "geohol01", true),
            person(5, "Åsa", "Öberg", "asaobe01", false),
            married,
        ])
    }

    fn found(text: &str, unit: Option<u128>) -> (Option<u128>, Option<How>, usize) {
        let holder = holders().find_all(text, unit.map(Uuid::from_u128)).remove(0);
        (holder.person_id.map(|id| id.as_u128()), holder.how, holder.candidates.len())
    }

    #[test]
    fn an_account_an_address_or_a_number_decides_between_namesakes() {
        assert_eq!(found("Lena Johansson (lenjoh02)", None), (Some(2), Some(How::Login), 0));
        assert_eq!(found("lenjoh01@vik.example", None), (Some(1), Some(How::Email), 0));
        // Leading zeros are lost in spreadsheets.
        assert_eq!(found("Johansson, Lena (2002)", None), (Some(2), Some(How::EmployeeNo), 0));
        assert_eq!(found("Johansson, Lena (002002)", None), (Some(2), Some(How::EmployeeNo), 0));
    }

    #[test]
    fn a_name_decides_when_one_person_has_it_or_one_in_the_unit() {
        assert_eq!(found("Lundqvist, Staffan", None), (Some(3), Some(How::Name), 0));
        assert_eq!(found("Lena Johansson", None), (None, None, 2));
        assert_eq!(found("Lena Johansson", Some(102)), (Some(2), Some(How::NameInUnit), 0));
        assert_eq!(found("Lena Johansson", Some(999)), (None, None, 2));
        assert_eq!(found("Åsa Oberg", None), (Some(5), Some(How::NameOfFormer), 0));
    }

    #[test]
    fn a_part_of_a_name_and_an_earlier_name_decide_when_they_fit_one() {
        assert_eq!(found("Georg Holmqvist", None), (Some(4), Some(How::PartOfName), 0));
        assert_eq!(found("Karin Lund", None), (Some(6), Some(How::EarlierName), 0));
        assert_eq!(found("Karin Svensson", None), (None, None, 0));
    }

    #[test]
    fn a_protected_person_is_found_by_account_and_not_by_name() {
        let mut hidden = person(7, "Hemma", "Hemlig", "hemhem01", true);
        hidden.is_protected = true;
        hidden.earlier_names = vec!["Tidigare".into()];
        let holders = Holders::new(vec![without_protected_name(hidden)]);
        let found = |text: &str| holders.find_all(text, None).remove(0);
        for name in ["Hemma Hemlig", "Hemlig, Hemma", "Hemma Tidigare"] {
            assert_eq!((found(name).person_id, found(name).candidates.len()), (None, 0), "{name}");
        }
        assert_eq!(found("hemhem01@vik.example").how, Some(How::Email));
    }

    #[test]
    fn several_persons_of_a_cell_are_found_each_by_itself() {
        let all = holders().find_all("Lundqvist, Staffan / Lena Johansson (lenjoh01)", None);
        assert_eq!(
            all.iter().map(|h| h.person_id.map(|id| id.as_u128())).collect::<Vec<_>>(),
            [Some(3), Some(1)]
        );
        assert!(holders().find_all("Vakant", None).is_empty());
        assert!(holders().find_all("?", None).is_empty());
    }

    #[test]
    fn the_text_is_kept_for_whoever_is_not_found() {
        let holder = holders().find_all("Bo Ek (boek01)", None).remove(0);
        assert_eq!((holder.person_id, holder.text.as_str()), (None, "Bo Ek"));
    }
}
