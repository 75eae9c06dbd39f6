//! Who a text names: "Lena Johansson (lenjoh01)", "Johansson, Lena", "lena.johansson@…". A login, an address or a number
//! decides; a name decides when one person has it. Anything else stays as text for a person to look at.

use std::collections::HashMap;

use uuid::Uuid;

use super::queries::holders::{self, Candidate};
use crate::{
    db::tenant::TenantTx,
    error::AppResult,
    rules::names::{PersonRef, split_persons},
};

/// What a text was found to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One person.
    Person(Uuid),
    /// Several have the name.
    Several(Vec<Uuid>),
    /// Nobody in the register.
    Nobody,
}

/// Looks persons up, all at once. The answer is in the order given, with the candidates that it speaks of.
pub async fn find(
    tx: &mut TenantTx,
    persons: &[&PersonRef],
) -> AppResult<(Vec<Found>, HashMap<Uuid, Candidate>)> {
    let collect = |pick: &dyn Fn(&PersonRef) -> Option<String>| -> Vec<String> {
        let mut all: Vec<String> = persons.iter().filter_map(|p| pick(p)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let logins = collect(&|p| p.login.clone());
    let emails = collect(&|p| p.email.clone());
    let numbers = collect(&|p| p.number.clone());
    let keys = collect(&|p| p.name.is_personal().then(|| p.name.keys().k1));
    let candidates = holders::list_candidates(tx, &logins, &emails, &numbers, &keys).await?;
    let found = persons.iter().map(|p| decide(p, &candidates)).collect();
    Ok((found, candidates.into_iter().map(|c| (c.person_id, c)).collect()))
}

fn decide(person: &PersonRef, candidates: &[Candidate]) -> Found {
    let by = |hit: &dyn Fn(&Candidate) -> bool| -> Vec<Uuid> {
        candidates.iter().filter(|c| hit(c)).map(|c| c.person_id).collect()
    };
    let sure = [
        person.login.as_ref().map(|login| by(&|c| c.login.as_ref() == Some(login))),
        person.email.as_ref().map(|email| by(&|c| c.email.as_ref() == Some(email))),
        person.number.as_ref().map(|number| by(&|c| c.numbers.contains(number))),
    ];
    for ids in sure.into_iter().flatten() {
        if let [only] = ids.as_slice() {
            return Found::Person(*only);
        }
    }
    if !person.name.is_personal() {
        return Found::Nobody;
    }
    let key = person.name.keys().k1;
    let named = by(&|c| c.name_key == key);
    match named.as_slice() {
        [] => Found::Nobody,
        [only] => Found::Person(*only),
        _ => Found::Several(named),
    }
}

/// Looks up the one person that a form's text names; the candidates when it may be several.
pub async fn find_one(tx: &mut TenantTx, text: &str) -> AppResult<(Found, Vec<Candidate>)> {
    let cell = split_persons(text);
    let [person] = cell.persons.as_slice() else { return Ok((Found::Nobody, Vec::new())) };
    // A word alone may be a login that is not written in brackets.
    let mut person = person.clone();
    if person.login.is_none() && person.email.is_none() && !text.trim().contains(char::is_whitespace) {
        person.login = Some(text.trim().to_lowercase());
    }
    let (found, mut known) = find(tx, &[&person]).await?;
    let found = found.into_iter().next().unwrap_or(Found::Nobody);
    let ids: Vec<Uuid> = match &found {
        Found::Person(id) => vec![*id],
        Found::Several(ids) => ids.clone(),
        Found::Nobody => Vec::new(),
    };
    Ok((found, ids.iter().filter_map(|id| known.remove(id)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n: u128, name_key: &str, login: &str) -> Candidate {
        Candidate {
            person_id: Uuid::from_u128(n),
            name: String::new(),
            note: String::new(),
            login: (!login.is_empty()).then(|| login.to_owned()),
            email: None,
            numbers: Vec::new(),
            name_key: name_key.to_owned(),
            is_protected: false,
        }
    }

    fn decided(text: &str, candidates: &[Candidate]) -> Found {
        decide(&split_persons(text).persons[0], candidates)
    }

    #[test]
    fn a_login_decides_between_namesakes_and_a_name_alone_does_not() {
        let two = [candidate(1, "johansson lena", "lenjoh01"), candidate(2, "johansson lena", "lenjoh02")];
        assert_eq!(decided("Lena Johansson (lenjoh02)", &two), Found::Person(Uuid::from_u128(2)));
        assert_eq!(
            decided("Johansson, Lena", &two),
            Found::Several(vec![Uuid::from_u128(1), Uuid::from_u128(2)])
        );
        assert_eq!(decided("Johansson Lena", &two[..1]), Found::Person(Uuid::from_u128(1)));
        assert_eq!(decided("Lena Jonsson", &two), Found::Nobody);
    }
}
