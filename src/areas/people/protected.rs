//! Texts that name a person with protected identity (rules 9.6): what files, messages and remarks hold that no person of the
//! register is tied to. A name counts in any order and spelling of å, ä and ö; a given name and a family name are enough, or an
//! initial and the family name. A number counts however it is written.
//!
//! Loaded once for an import, a report or a page; where nobody is protected it costs one read of an empty index, and each text
//! is looked up by its words, however many the protected persons are.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{PROTECTED, queries};
use crate::{
    auth::permissions::Permission,
    db::tenant::TenantTx,
    error::AppResult,
    rules::names::{PersonName, Role, TokenKind, lower, to_k1, to_k2},
    web::ctx::Ctx,
};

/// A number with fewer digits says too little.
const SHORTEST_NUMBER: usize = 4;

/// What is known of a person with protected identity.
#[derive(Clone, Debug, Default)]
pub struct ProtectedPerson {
    /// Given names.
    pub given_names: String,
    /// Family names, those that the person had before too.
    pub family_names: Vec<String>,
    /// The name in one, where given name and family name are not told apart.
    pub whole_name: String,
    /// Employee numbers, accounts and addresses.
    pub words: Vec<String>,
    /// Telephone numbers, as E.164.
    pub phones: Vec<String>,
    /// Keyed hash of the personal identity number.
    pub personal_id_hash: Option<Vec<u8>>,
}

/// What a word is in the name of a person, by the person's place.
#[derive(Clone, Copy, Debug)]
enum Part {
    Given(usize),
    Family(usize),
    /// The name is known as a whole: any two of its words are enough.
    Any(usize, usize),
}

/// The persons with protected identity, ready to be looked for in texts.
#[derive(Clone, Debug, Default)]
pub struct ProtectedMask {
    by_word: HashMap<String, Vec<Part>>,
    /// The first letters of each person's given names.
    initials: Vec<Vec<char>>,
    /// Employee numbers without zeros before, accounts, addresses.
    whole: HashSet<String>,
    /// Telephone numbers without their country's number.
    phones: HashSet<String>,
    phone_lengths: Vec<usize>,
    hashes: HashSet<Vec<u8>>,
}

impl ProtectedMask {
    /// Every person with protected identity, and everyone that a leaver list hides.
    pub async fn load(tx: &mut TenantTx) -> AppResult<Self> {
        let mut mask = Self::default();
        for person in queries::list_protected(tx).await? {
            mask.add(&person);
        }
        for number in queries::list_protected_numbers(tx).await? {
            mask.add_phone(&number);
        }
        Ok(mask)
    }

    /// What is to be hidden from the reader of a page: nothing from whoever has the grant for the municipality.
    pub async fn for_reader(ctx: &Ctx, tx: &mut TenantTx) -> AppResult<Self> {
        if ctx.scope_for(Permission::ProtectedRead).all { Ok(Self::default()) } else { Self::load(tx).await }
    }

    /// Adds a person.
    pub fn add(&mut self, person: &ProtectedPerson) {
        let at = self.initials.len();
        let mut initials = Vec::new();
        for family in &person.family_names {
            let name = PersonName::from_parts(family, &person.given_names);
            for token in name.tokens().iter().filter(|t| t.kind == TokenKind::Plain) {
                let part = if token.role == Role::Given { Part::Given(at) } else { Part::Family(at) };
                if token.role == Role::Given {
                    initials.extend(token.k0.chars().next());
                }
                self.add_word(&token.k0, part);
            }
        }
        if person.family_names.iter().all(|name| name.trim().is_empty()) {
            let name = PersonName::parse(&person.whole_name);
            for (i, token) in name.tokens().iter().filter(|t| t.kind == TokenKind::Plain).enumerate() {
                self.add_word(&token.k0, Part::Any(at, i));
            }
        }
        self.initials.push(initials);
        for word in &person.words {
            let word = lower(word.trim());
            let bare = word.trim_start_matches('0');
            if bare.chars().count() >= SHORTEST_NUMBER {
                self.whole.insert(bare.to_owned());
            }
        }
        for phone in &person.phones {
            self.add_phone(phone);
        }
        self.hashes.extend(person.personal_id_hash.clone());
    }

    fn add_word(&mut self, k0: &str, part: Part) {
        let (k1, k2) = (to_k1(k0), to_k2(k0));
        if k2 != k1 {
            self.by_word.entry(k2).or_default().push(part);
        }
        self.by_word.entry(k1).or_default().push(part);
    }

    fn add_phone(&mut self, e164: &str) {
        let digits: String = e164.chars().filter(char::is_ascii_digit).collect();
        let bare = digits.strip_prefix("46").unwrap_or(&digits).trim_start_matches('0');
        if bare.len() >= 6 {
            self.phones.insert(bare.to_owned());
            if !self.phone_lengths.contains(&bare.len()) {
                self.phone_lengths.push(bare.len());
            }
        }
    }

    /// Whether nobody is protected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.initials.is_empty() && self.phones.is_empty()
    }

    /// Whether a text names one of the persons, by name or by number.
    #[must_use]
    pub fn hides(&self, text: &str) -> bool {
        !self.is_empty() && (self.hides_name(text) || self.hides_number(text))
    }

    /// The text, or what stands for it where it names one of the persons.
    #[must_use]
    pub fn cover<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.hides(text) { Cow::Borrowed(PROTECTED) } else { Cow::Borrowed(text) }
    }

    /// As [`Self::cover`], in place.
    pub fn cover_in(&self, text: &mut String) {
        if self.hides(text) {
            PROTECTED.clone_into(text);
        }
    }

    /// Whether a text holds the name of one of the persons.
    #[must_use]
    pub fn hides_name(&self, text: &str) -> bool {
        if self.by_word.is_empty() {
            return false;
        }
        let low = lower(text);
        let words = || low.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut found: Vec<Part> = Vec::new();
        for word in words() {
            // "Karin Åkerlunds larm": whose something is, is said with an s after the name.
            let bare = word.strip_suffix('s').filter(|bare| bare.chars().count() > 1);
            for word in [Some(word), bare].into_iter().flatten() {
                found.extend(self.by_word.get(&to_k1(word)).into_iter().flatten());
                if !word.is_ascii() {
                    found.extend(self.by_word.get(&to_k2(word)).into_iter().flatten());
                }
            }
        }
        if found.is_empty() {
            return false;
        }
        let letters: Vec<char> =
            words().filter(|word| word.chars().nth(1).is_none()).flat_map(str::chars).collect();
        found.iter().any(|part| match *part {
            Part::Given(_) => false,
            Part::Family(at) => {
                let initials = self.initials.get(at).map(Vec::as_slice).unwrap_or_default();
                found.iter().any(|other| matches!(other, Part::Given(same) if *same == at))
                    || letters.iter().any(|letter| initials.contains(letter))
            }
            Part::Any(at, word) => found
                .iter()
                .any(|other| matches!(other, Part::Any(same, next) if *same == at && *next != word)),
        })
    }

    /// Whether a text holds an employee number, an account, an address or a telephone number of one of the persons.
    #[must_use]
    pub fn hides_number(&self, text: &str) -> bool {
        (!self.whole.is_empty() && self.hides_word(text))
            || (!self.phones.is_empty() && self.hides_phone(text))
    }

    fn hides_word(&self, text: &str) -> bool {
        let low = lower(text);
        let known = |word: &str| {
            let bare = word.trim_start_matches('0');
            bare.len() >= SHORTEST_NUMBER && self.whole.contains(bare)
        };
        low.split(|c: char| !c.is_alphanumeric()).any(known)
            || low
                .split(|c: char| {
                    c.is_whitespace()
                        || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '”' | '"' | '/' | '\\')
                })
                .any(|word| known(word.trim_matches(|c: char| !c.is_alphanumeric())))
    }

    fn hides_phone(&self, text: &str) -> bool {
        let mut run = String::new();
        for c in text.chars().chain(std::iter::once('\0')) {
            if c.is_ascii_digit() {
                run.push(c);
            } else if !matches!(c, ' ' | '\u{a0}' | '-' | '–' | '/' | '(' | ')' | '.' | '+') {
                if self.hides_digits(&run) {
                    return true;
                }
                run.clear();
            }
        }
        false
    }

    /// Whether digits hold one of the numbers, whatever stands before and after.
    fn hides_digits(&self, run: &str) -> bool {
        self.phone_lengths.iter().any(|length| {
            (0..(run.len() + 1).saturating_sub(*length))
                .any(|at| run.get(at..at + length).is_some_and(|part| self.phones.contains(part)))
        })
    }

    /// Whether one of the hashes is that of a personal identity number of one of the persons.
    #[must_use]
    pub fn has_personal_id(&self, hashes: &[Vec<u8>]) -> bool {
        hashes.iter().any(|hash| self.hashes.contains(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mask() -> ProtectedMask {
        let mut mask = ProtectedMask::default();
        mask.add(&ProtectedPerson {
            given_names: "Anna-Karin".into(),
            family_names: vec!["Åkerlund".into(), "Björk".into()],
            words: vec!["00104223".into(), "annake02".into(), "anna.akerlund@vik.example".into()],
            phones: vec!["+46701740605".into()],
            ..ProtectedPerson::default()
        });
        mask.add(&ProtectedPerson { whole_name: "Hemlig Hemma".into(), ..ProtectedPerson::default() });
        mask
    }

    #[test]
    fn a_name_is_found_in_any_order_spelling_and_company() {
        for text in [
            "Anna-Karin Åkerlund",
            "ÅKERLUND, ANNA KARIN",
            "Akerlund Karin",
            "Aakerlund Anna",
            "Jourtelefon (Karin Åkerlund) hus 3",
            "A. Åkerlund",
            "Björk, Anna",
            "Hemma Hemlig",
            "Larm vid Karin Åkerlunds villa",
            "Åkerlund, Annas telefon",
            "ANNAS ÅKERLUNDS",
            "”Åkerlund Anna” är inget datum.",
        ] {
            assert!(mask().hides(text), "{text}");
        }
    }

    #[test]
    fn what_is_another_name_stays() {
        for text in [
            "Åkerlund",
            "Anna Karin",
            "Anna Berg",
            "B. Åkerlund",
            "Hemlig",
            "Karin Lind",
            "",
            "Hemma hos",
            "Hemma, Hemmas",
        ] {
            assert!(!mask().hides(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "104223",
            "nr 0104223",
            "+46701740605",
            "070-174 06 05",
            "0046 70 174 06 05",
            "(070) 1740605, 070-111 22 33",
            "KOMMUN\\annake02",
            "Anna.Akerlund@vik.example",
            "mailto:<anna.akerlund@vik.example>",
        ] {
            assert!(mask().hides(text), "{text}");
        }
        for text in ["104224", "1104223", "070-174 06 06", "annake03", "2026-11-20"] {
            assert!(!mask().hides(text), "{text}");
        }
    }

    #[test]
    fn where_nobody_is_protected_nothing_is_hidden() {
        let nobody = ProtectedMask::default();
        assert!(nobody.is_empty() && !nobody.hides("Anna Åkerlund 104223"));
        assert_eq!(nobody.cover("Anna"), "Anna");
        assert_eq!(mask().cover("Anna Åkerlund, 070-174 06 05"), PROTECTED);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_search(text in "\\PC{0,80}") {
            let _ = mask().hides(&text);
        }

        #[test]
        fn a_name_is_found_whatever_stands_around_it(before in "[a-z ]{0,20}", after in "[0-9a-zåäö ,.]{0,20}") {
            let text = format!("{before} Åkerlund, Karin {after}");
            prop_assert!(mask().hides(&text));
        }
    }
}
