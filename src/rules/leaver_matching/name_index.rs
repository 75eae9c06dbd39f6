//! Who may be meant by a name, without comparing it with every person.
//!
//! Every name has at least a given name and a surname, so two names that can be the same share a pair of tokens, or
//! a surname and an initial. Persons are indexed by their pairs; a name is looked up by its own. Only the few found
//! that way are compared.

use std::collections::HashMap;

use super::model::{Person, PersonIx};
use crate::rules::names::{
    NameMatch, PersonName, Role, Token, TokenKind, compare_tokens, one_edit_apart, to_k2, variant_key,
};

/// A person whose name agrees, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameHit {
    pub person: PersonIx,
    pub agreement: NameMatch,
    /// Agreement is with a name the person no longer bears.
    pub is_earlier: bool,
}

struct Record {
    person: PersonIx,
    is_earlier: bool,
    tokens: Vec<Token>,
}

/// Names of all persons.
pub(super) struct NameIndex {
    records: Vec<Record>,
    /// Number of each token (`k1`).
    vocabulary: HashMap<String, u32>,
    /// `k2` of a token → tokens that fold to it.
    k2: HashMap<String, Vec<u32>>,
    /// Variant key → tokens.
    variants: HashMap<String, Vec<u32>>,
    /// A token with one letter left out → tokens.
    shortened: HashMap<String, Vec<u32>>,
    words: Vec<String>,
    /// Sorted: (pair of tokens, record).
    pairs: Vec<(u64, u32)>,
    /// Tokens seen as given names, where the source tells.
    given: Vec<bool>,
    /// Tokens seen in any name.
    surname: Vec<bool>,
}

/// Names with more tokens than this are compared by the first of them only: it is then no name.
const TOKENS: usize = 8;
/// Marks the pair of a surname and an initial.
const INITIAL: u32 = 0x8000_0000;

impl NameIndex {
    /// Indexes the persons that `keep` lets through.
    pub(super) fn build(persons: &[Person], keep: impl Fn(PersonIx) -> bool) -> Self {
        let mut index = Self {
            records: Vec::with_capacity(persons.len()),
            vocabulary: HashMap::new(),
            k2: HashMap::new(),
            variants: HashMap::new(),
            shortened: HashMap::new(),
            words: Vec::new(),
            pairs: Vec::with_capacity(persons.len() * 3),
            given: Vec::new(),
            surname: Vec::new(),
        };
        for (ix, person) in persons.iter().enumerate().filter(|(ix, _)| keep(*ix)) {
            for known in &person.names {
                index.insert(ix, &known.name, known.is_earlier);
            }
        }
        index.pairs.sort_unstable();
        index
    }

    fn insert(&mut self, person: PersonIx, name: &PersonName, is_earlier: bool) {
        let Ok(record) = u32::try_from(self.records.len()) else { return };
        let tokens: Vec<Token> = name.tokens().iter().take(TOKENS).cloned().collect();
        let ids: Vec<u32> = tokens.iter().map(|t| self.token(t)).collect();
        for (i, &a) in ids.iter().enumerate() {
            for &b in ids.get(i + 1..).unwrap_or_default() {
                self.pairs.push((pair_key(a, b), record));
            }
        }
        // Every token with the initial of every other, so that "A. Lind" finds "Anna Lind".
        for (i, &a) in ids.iter().enumerate() {
            for (j, t) in tokens.iter().enumerate() {
                if i != j && t.role != Role::Surname {
                    for initial in initials(t) {
                        self.pairs.push((pair_key(a, initial), record));
                    }
                }
            }
        }
        self.records.push(Record { person, is_earlier, tokens });
    }

    fn token(&mut self, token: &Token) -> u32 {
        let id = match self.vocabulary.get(&token.k1) {
            Some(id) => *id,
            None => self.new_token(token),
        };
        let at = id as usize;
        if let Some(slot) = self.given.get_mut(at) {
            *slot |= token.role == Role::Given;
        }
        if let Some(slot) = self.surname.get_mut(at) {
            *slot |= token.role == Role::Surname;
        }
        if !token.k0.is_ascii() {
            let ids = self.k2.entry(to_k2(&token.k0)).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        id
    }

    fn new_token(&mut self, token: &Token) -> u32 {
        let id = u32::try_from(self.words.len()).unwrap_or(INITIAL - 1).min(INITIAL - 1);
        self.vocabulary.insert(token.k1.clone(), id);
        self.words.push(token.k1.clone());
        self.given.push(false);
        self.surname.push(false);
        self.variants.entry(variant_key(&token.k1).into_owned()).or_default().push(id);
        if token.k1.chars().count() >= 4 {
            for shorter in one_letter_less(&token.k1) {
                let ids = self.shortened.entry(shorter).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
            self.shortened.entry(token.k1.clone()).or_default().push(id);
        }
        id
    }

    /// Whether a word (`k1`) is known as a given name.
    pub(super) fn is_given(&self, k1: &str) -> bool {
        self.vocabulary.get(k1).and_then(|id| self.given.get(*id as usize)).copied().unwrap_or(false)
    }

    /// Whether a word (`k1`) occurs in any person's name.
    pub(super) fn is_known(&self, k1: &str) -> bool {
        self.vocabulary.contains_key(k1)
    }

    /// Persons whose name agrees with this one, each once with its best agreement, the best first.
    ///
    /// Other spellings and slips of the pen are looked for only when nobody is found without.
    pub(super) fn find(&self, name: &PersonName) -> Vec<NameHit> {
        if !name.is_personal() {
            return Vec::new();
        }
        let tokens = name.tokens().get(..TOKENS.min(name.tokens().len())).unwrap_or_default();
        let exact: Vec<Vec<u32>> = tokens.iter().map(|t| self.same(t)).collect();
        let found = self.compare(tokens, &self.candidates(&exact));
        if !found.is_empty() {
            return found;
        }
        let alike: Vec<Vec<u32>> = tokens
            .iter()
            .zip(exact)
            .map(|(t, mut ids)| {
                if t.kind != TokenKind::Initial {
                    ids.extend(self.alike(&t.k1));
                }
                ids.sort_unstable();
                ids.dedup();
                ids
            })
            .collect();
        self.compare(tokens, &self.candidates(&alike))
    }

    fn compare(&self, tokens: &[Token], candidates: &[u32]) -> Vec<NameHit> {
        let mut best: HashMap<PersonIx, NameHit> = HashMap::new();
        for record in candidates.iter().filter_map(|r| self.records.get(*r as usize)) {
            let agreement = compare_tokens(tokens, &record.tokens);
            if agreement == NameMatch::None {
                continue;
            }
            let hit = NameHit { person: record.person, agreement, is_earlier: record.is_earlier };
            let slot = best.entry(record.person).or_insert(hit);
            if (hit.agreement, hit.is_earlier) < (slot.agreement, slot.is_earlier) {
                *slot = hit;
            }
        }
        let mut hits: Vec<NameHit> = best.into_values().collect();
        hits.sort_unstable_by_key(|h| (h.agreement, h.is_earlier, h.person));
        hits
    }

    /// Records that share a pair with these tokens, each given as all the tokens it may stand for.
    fn candidates(&self, tokens: &[Vec<u32>]) -> Vec<u32> {
        let mut records = Vec::new();
        for (i, first) in tokens.iter().enumerate() {
            for second in tokens.get(i + 1..).unwrap_or_default() {
                for &a in first {
                    for &b in second {
                        let key = pair_key(a, b);
                        let from = self.pairs.partition_point(|(k, _)| *k < key);
                        let run = self.pairs.get(from..).unwrap_or_default();
                        records.extend(run.iter().take_while(|(k, _)| *k == key).map(|(_, r)| *r));
                    }
                }
            }
        }
        records.sort_unstable();
        records.dedup();
        records
    }

    /// The same token, also with "aa", "ae", "oe" for å, ä, ö; an initial as itself.
    fn same(&self, token: &Token) -> Vec<u32> {
        if token.kind == TokenKind::Initial {
            return initials(token).collect();
        }
        let mut ids: Vec<u32> = self.vocabulary.get(&token.k1).copied().into_iter().collect();
        ids.extend(self.k2.get(&token.k1).into_iter().flatten());
        if !token.k0.is_ascii() {
            ids.extend(self.vocabulary.get(&to_k2(&token.k0)));
        }
        ids
    }

    /// Other spellings, and tokens one edit away.
    fn alike(&self, k1: &str) -> Vec<u32> {
        let mut ids: Vec<u32> = self.variants.get(variant_key(k1).as_ref()).cloned().unwrap_or_default();
        if k1.chars().count() >= 4 {
            let close = one_letter_less(k1).into_iter().chain([k1.to_owned()]);
            for id in close.filter_map(|s| self.shortened.get(&s)).flatten() {
                if self.words.get(*id as usize).is_some_and(|w| one_edit_apart(w, k1)) {
                    ids.push(*id);
                }
            }
        }
        ids
    }
}

fn pair_key(a: u32, b: u32) -> u64 {
    (u64::from(a.min(b)) << 32) | u64::from(a.max(b))
}

/// The first letter of a token as it is and folded, as a number of its own.
fn initials(token: &Token) -> impl Iterator<Item = u32> + use<> {
    let first = |s: &str| s.chars().next().map(|c| INITIAL | u32::from(c));
    let (plain, folded) = (first(&token.k0), first(&token.k1));
    plain.into_iter().chain(folded.filter(|f| Some(*f) != plain))
}

fn one_letter_less(word: &str) -> Vec<String> {
    word.char_indices()
        .map(|(at, c)| {
            let mut shorter = String::with_capacity(word.len());
            shorter.push_str(word.get(..at).unwrap_or_default());
            shorter.push_str(word.get(at + c.len_utf8()..).unwrap_or_default());
            shorter
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        leaver_matching::model::KnownName,
        names::{KeyLevel, compare},
    };
    use proptest::prelude::*;

    fn persons(names: &[&str]) -> Vec<Person> {
        names.iter().map(|n| Person { names: vec![KnownName::whole(n)], ..Person::default() }).collect()
    }

    fn find(index: &NameIndex, text: &str) -> Vec<(PersonIx, NameMatch)> {
        index.find(&PersonName::parse(text)).into_iter().map(|h| (h.person, h.agreement)).collect()
    }

    #[test]
    fn names_are_found_by_part_initial_and_slip() {
        let people =
            persons(&["Lind, Anna-Karin", "Lind, Anna", "Öberg, Åke", "von Essen, Eva", "Lundberg, Bo"]);
        let index = NameIndex::build(&people, |_| true);
        for (text, expected) in [
            ("Anna Lind", vec![(1, NameMatch::Full(KeyLevel::K0)), (0, NameMatch::Subset)]),
            ("Karin Lind", vec![(0, NameMatch::Subset)]),
            ("Ake Oberg", vec![(2, NameMatch::Full(KeyLevel::K1))]),
            ("Aake Oeberg", vec![(2, NameMatch::Full(KeyLevel::K2))]),
            ("Å. Öberg", vec![(2, NameMatch::Subset)]),
            ("A Oberg", vec![(2, NameMatch::Subset)]),
            ("Essen Eva", vec![(3, NameMatch::Subset)]),
            ("Bo Lundbrg", vec![(4, NameMatch::Variant)]),
            ("Bo Berg", vec![]),
            ("Lind", vec![]),
        ] {
            assert_eq!(find(&index, text), expected, "{text}");
        }
    }

    proptest! {
        /// The index finds exactly whom a comparison with everybody would find, but for other spellings when
        /// somebody is found without them.
        #[test]
        fn the_index_agrees_with_comparing_everybody(
            names in proptest::collection::vec("[abå]{2,4}( [abå]{2,4}){0,1}, [abå]{2,4}( [abå]{2,4}){0,1}", 1..12),
            wanted in "[abå]{1,4}( [abå]{2,4}){1,2}"
        ) {
            let people = persons(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let index = NameIndex::build(&people, |_| true);
            let name = PersonName::parse(&wanted);
            prop_assume!(name.is_personal());
            let mut all: Vec<(PersonIx, NameMatch)> = people
                .iter()
                .enumerate()
                .map(|(ix, p)| (ix, compare(&name, &p.names[0].name)))
                .filter(|(_, m)| *m != NameMatch::None)
                .collect();
            if all.iter().any(|(_, m)| *m < NameMatch::Variant) {
                all.retain(|(_, m)| *m < NameMatch::Variant);
            }
            all.sort_by_key(|(ix, m)| (*m, *ix));
            let mut found = find(&index, &wanted);
            if found.iter().any(|(_, m)| *m < NameMatch::Variant) {
                found.retain(|(_, m)| *m < NameMatch::Variant);
            }
            prop_assert_eq!(found, all);
        }
    }
}
