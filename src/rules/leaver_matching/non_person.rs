//! Items that are not a person's (`docs/rules.md` 2.7): lifts, alarms, tablets at a desk, on-call telephones. They
//! are never matched by name.

use std::collections::HashSet;

use super::{
    codes::NonPersonMark,
    model::{account_key, unit_key},
    name_index::NameIndex,
};
use crate::rules::names::{PersonName, TokenKind, lower, to_k1};

/// How sure a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Not a person's item whatever else is known.
    Strong,
    /// Not a person's item unless employee number, account or number says whose it is, or the name is that of one
    /// known person.
    Weak,
}

/// Kinds of subscription that are for machines. Folded, like all words here.
const MACHINE_TYPES: &[&str] =
    &["m2m", "iot", "telematik", "telemetri", "larmabonnemang", "machine", "maskin"];
/// Kinds of subscription without voice.
const DATA_TYPES: &[&str] =
    &["bredband", "mbb", "datakort", "dataabonnemang", "surf", "data only", "endast data", "router"];
/// Kinds of holder who are not the municipality's staff.
const OTHER_HOLDERS: &[&str] =
    &["gast", "besok", "entreprenor", "hyresgast", "extern hyresgast", "reserv", "leverantor", "forening"];

/// Words for things, duties, places, other holders and "nobody".
const WORDS: &str = "larm hiss nodtelefon surfplatta lasplatta platta ipad tablet router modem mifi bredband kassa swish \
    betal terminal skarm skylt kamera matare givare sensor pump styr skap port grind bom parkering fordon bil lastbil \
    buss moped traktor jour beredskap bakjour reserv pool vakt vaktmastare reception expedition vaxel fax skrivare \
    kopiator provabonnemang gruppnummer lanetelefon personalrum konferensrum kontor kok forrad verkstad mottagning \
    avdelning enhet boende kontaktcenter servicedesk vakant ledig oanvand lager okand saknas hemtjanst nattpatrull \
    driftcentral koordinator server tavla dator disk besok gast forening klubb firma grupp entreprenor hyresgast \
    tjanstetelefon gemensam";
/// Words in accounts that no person has.
const ACCOUNT_WORDS: &[&str] = &[
    "admin",
    "svc",
    "service",
    "test",
    "info",
    "utb",
    "system",
    "integration",
    "kiosk",
    "konto",
    "print",
    "scan",
];
/// Phrases that stand as a whole.
const PHRASES: &[&str] = &["extra sim", "extrasim", "ej person"];
/// Endings of the definite form and the plural that a word may have.
const ENDINGS: &[&str] = &["", "n", "en", "et", "na", "ar", "er", "or", "arna"];
/// Ends of surnames: a short word before one of them makes a name, not a compound ("Portström" is nobody's gate).
const SURNAME_ENDS: &[&str] = &[
    "strom", "berg", "gren", "kvist", "qvist", "lund", "man", "son", "sen", "ius", "borg", "dahl", "dal",
    "stedt", "feldt", "falt", "holm", "ling", "mark", "rud", "ler", "hag", "back", "stam",
];
/// Words between others, which no name has.
const LITTLE_WORDS: &[&str] =
    &["och", "for", "pa", "i", "vid", "till", "av", "plan", "vaning", "hus", "kallare", "nr"];

/// What is known about units, titles and accounts, for recognising what stands in a holder's place.
pub(super) struct Places {
    units: HashSet<String>,
    titles: HashSet<String>,
    /// How persons' accounts are built ("a9" for "annlin01").
    shapes: HashSet<String>,
    /// The same to the letter, of accounts with digits ("aaaaaa99").
    patterns: HashSet<String>,
    marks: Vec<&'static str>,
}

impl Places {
    pub(super) fn new<'a>(
        units: impl Iterator<Item = &'a str>,
        titles: impl Iterator<Item = &'a str>,
        accounts: impl Iterator<Item = &'a str>,
    ) -> Self {
        let long = |t: &String| t.len() >= 3;
        let accounts: Vec<&str> = accounts.collect();
        Self {
            units: units.map(phrase).filter(long).collect(),
            titles: titles.map(phrase).filter(long).collect(),
            shapes: accounts.iter().map(|account| shape(account)).collect(),
            patterns: accounts
                .iter()
                .map(|account| pattern(account))
                .filter(|p| p.contains('9') && p.contains('a'))
                .collect(),
            marks: WORDS.split_whitespace().collect(),
        }
    }
}

/// What an item says about its holder, as far as it matters here.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    /// The text in the holder's place.
    pub text: &'a str,
    /// The same as a name.
    pub name: &'a PersonName,
    /// The kind of subscription or of holder.
    pub kind: &'a str,
    /// Login or address.
    pub account: Option<&'a str>,
}

/// Judges the holder's text and the kind of subscription. `None`: a person's item, as far as they tell.
pub(super) fn assess(
    holder: Holder<'_>,
    places: &Places,
    names: &NameIndex,
) -> Option<(NonPersonMark, Strength)> {
    use NonPersonMark as Mark;
    use Strength::{Strong, Weak};
    let Holder { text: holder, name, kind, account } = holder;
    let kind = to_k1(&lower(kind));
    let has = |words: &[&str]| {
        words.iter().any(|w| {
            kind.split(|c: char| !c.is_alphanumeric()).any(|t| t.starts_with(w))
                || (w.contains(' ') && kind.contains(w))
        })
    };
    if has(MACHINE_TYPES) {
        return Some((Mark::MachineType, Strong));
    }
    if has(OTHER_HOLDERS) {
        return Some((Mark::OtherHolder, Weak));
    }
    let text = phrase(holder);
    if text.is_empty() {
        return match account.filter(|a| !a.trim().is_empty()) {
            Some(account) => shared_account(account, places).then_some((Mark::SharedAccount, Weak)),
            None => Some((if has(DATA_TYPES) { Mark::DataType } else { Mark::NoName }, Weak)),
        };
    }
    if places.units.contains(&text) || places.units.contains(&unit_key(holder)) {
        return Some((Mark::UnitName, Strong));
    }
    if places.titles.contains(&text) {
        return Some((Mark::Title, Strong));
    }
    let words: Vec<&str> = text.split(' ').collect();
    let known = words.iter().filter(|w| names.is_known(w)).count();
    if PHRASES.iter().any(|p| text.contains(p)) || words.iter().any(|w| is_mark(w, places, names)) {
        return Some((Mark::Word, Strong));
    }
    if contains_unit(&words, places, names) {
        return Some((Mark::UnitName, Strong));
    }
    let numbered = words.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()));
    if numbered && known < 2 && !looks_like_login(holder) {
        return Some((Mark::Numbered, if known == 0 { Strong } else { Weak }));
    }
    if known < 2 && words.len() > 2 && words.iter().any(|w| LITTLE_WORDS.contains(w)) && !holder.contains(',')
    {
        return Some((Mark::Word, Strong));
    }
    if has(DATA_TYPES) {
        return Some((Mark::DataType, Weak));
    }
    (!name.is_personal() && !is_account(holder, places)).then_some((Mark::NoName, Weak))
}

/// Whether somebody's account stands in the holder's place: an address that is no function's, or a word built to the letter
/// as persons' accounts are. Whose it is may be unknown, and it is a person's all the same.
fn is_account(holder: &str, places: &Places) -> bool {
    looks_like_login(holder)
        && if holder.contains('@') {
            !shared_account(holder, places)
        } else {
            places.patterns.contains(&pattern(holder))
        }
}

/// An account with letters as "a" and digits as "9".
fn pattern(account: &str) -> String {
    account_key(account)
        .chars()
        .map(|c| match c {
            c if c.is_alphabetic() => 'a',
            c if c.is_ascii_digit() => '9',
            c => c,
        })
        .collect()
}

/// Folded words with single spaces.
fn phrase(text: &str) -> String {
    to_k1(&lower(text))
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word of the list, in any inflection, alone or in a compound ("Hisstelefon", "Passerbom").
fn is_mark(word: &str, places: &Places, names: &NameIndex) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    places.marks.iter().any(|mark| {
        if letters == *mark {
            return true;
        }
        let inflected = letters.strip_prefix(mark).is_some_and(|rest| ENDINGS.contains(&rest));
        if inflected && !names.is_known(letters) {
            return true;
        }
        compound(letters, mark) && !names.is_known(letters)
    })
}

/// A long word makes a compound with anything; a short one only with a longer word, and never one that ends as
/// surnames do.
fn compound(word: &str, mark: &str) -> bool {
    if SURNAME_ENDS.iter().any(|e| word.ends_with(e)) && mark.len() < 6 {
        return word.strip_suffix(mark).is_some_and(|head| head.len() >= 5);
    }
    let other = match mark.len() {
        0..=3 => 5,
        4 => 4,
        _ => 2,
    };
    let rest = word.strip_prefix(mark).filter(|_| mark.len() >= 4).or_else(|| {
        // The compound's last word may be in the definite form.
        ENDINGS.iter().find_map(|e| word.strip_suffix(e)?.strip_suffix(mark))
    });
    rest.is_some_and(|r| r.len() >= other)
}

/// A function's account: a word no person has, or built in a way that no person's account is.
fn shared_account(account: &str, places: &Places) -> bool {
    let key = account_key(account);
    let local = key.split('@').next().unwrap_or_default();
    let mut words = local.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    let marked = words.any(|w| places.marks.contains(&w) || ACCOUNT_WORDS.contains(&w));
    marked || (!places.shapes.is_empty() && !places.shapes.contains(&shape(account)))
}

/// How an account is built: letters as "a", digits as "9", the rest as it is; what follows "@" is left out.
fn shape(account: &str) -> String {
    let mut out = String::new();
    for c in account_key(account).chars() {
        let kind = match c {
            '@' => {
                out.push('@');
                break;
            }
            c if c.is_alphabetic() => 'a',
            c if c.is_ascii_digit() => '9',
            c => c,
        };
        if !out.ends_with(kind) {
            out.push(kind);
        }
    }
    out
}

/// The name of a unit within the text, and no given name beside it.
fn contains_unit(words: &[&str], places: &Places, names: &NameIndex) -> bool {
    let n = words.len();
    for from in 0..n {
        for to in from + 1..=n {
            let part = words.get(from..to).unwrap_or_default().join(" ");
            if part.len() >= 6 && to - from < n && places.units.contains(&part) {
                let beside = words.iter().enumerate().filter(|(i, _)| *i < from || *i >= to);
                return !beside.clone().any(|(_, w)| names.is_given(w));
            }
        }
    }
    false
}

/// "annber01" in the holder's place names a person.
fn looks_like_login(holder: &str) -> bool {
    let holder = holder.trim();
    !holder.contains(' ') && holder.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether the text hides a protected person ("SKYDDAD", "Sekretess", "Skyddad uppgift").
pub(super) fn is_hidden_person(name: &PersonName) -> bool {
    let tokens: Vec<&str> =
        name.tokens().iter().filter(|t| t.kind == TokenKind::Plain).map(|t| t.k1.as_str()).collect();
    !tokens.is_empty()
        && tokens.iter().any(|t| t.starts_with("skydd") || t.starts_with("sekretess"))
        && tokens.iter().all(|t| {
            ["skydd", "sekretess", "uppgift", "identitet", "person", "namn", "markering", "folkbok"]
                .iter()
                .any(|p| t.starts_with(p))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::leaver_matching::model::{KnownName, Person};

    fn mark(holder: &str, kind: &str) -> Option<NonPersonMark> {
        marked(holder, kind, None)
    }

    fn marked(holder: &str, kind: &str, account: Option<&str>) -> Option<NonPersonMark> {
        let people: Vec<Person> =
            ["Lind, Anna", "Faxén, Bilal", "Portström, Bo", "Solberg, Eva", "Bussler, Per", "Norr, Åke"]
                .iter()
                .map(|n| Person { names: vec![KnownName::whole(n)], ..Person::default() })
                .collect();
        let names = NameIndex::build(&people, |_| true);
        let places = Places::new(
            ["Simhallen", "Ledning och stab", "Solberg", "Hemvården Norr"].into_iter(),
            ["Kurator", "Skolsköterska"].into_iter(),
            ["annlin01", "bo.portstrom@kommun.example"].into_iter(),
        );
        let name = if holder.contains('@') { PersonName::default() } else { PersonName::parse(holder) };
        assess(Holder { text: holder, name: &name, kind, account }, &places, &names).map(|(m, _)| m)
    }

    #[test]
    fn things_duties_and_places_are_not_persons() {
        for (holder, kind, expected) in [
            ("Anna Lind", "M2M Larm", NonPersonMark::MachineType),
            ("INBROTTSLARM SIMHALL KÄLLARE", "Mobil", NonPersonMark::Word),
            ("Hisstelefon 3", "Mobil", NonPersonMark::Word),
            ("Passerbom norra infarten", "Mobil", NonPersonMark::Word),
            ("Surfplatta Anna Lind", "Bredband", NonPersonMark::Word),
            ("iPad 12", "Mobil", NonPersonMark::Word),
            ("JOUR/BEREDSKAP 6", "Mobil", NonPersonMark::Word),
            ("Receptionen", "Mobil", NonPersonMark::Word),
            ("Vaktmästare Hylliebadet", "Mobil", NonPersonMark::Word),
            ("Reserv 31", "Mobil", NonPersonMark::Word),
            ("Bil 36", "Mobil", NonPersonMark::Word),
            ("VAKANT", "Mobil", NonPersonMark::Word),
            ("Extra SIM", "Mobil", NonPersonMark::Word),
            ("SIMHALLEN", "Mobil", NonPersonMark::UnitName),
            ("Ledning och stab", "Mobil", NonPersonMark::UnitName),
            ("Idrottslärarna Ledning och stab", "Mobil", NonPersonMark::UnitName),
            ("Skolsköterska", "Mobil", NonPersonMark::Title),
            ("Tropp 4 nord", "Mobil", NonPersonMark::Numbered),
            ("Barn och elev väst", "Mobil", NonPersonMark::Word),
            ("Anna Lind", "Mobilt bredband 50 GB", NonPersonMark::DataType),
            ("Lind", "Mobil", NonPersonMark::NoName),
            ("", "Mobil", NonPersonMark::NoName),
        ] {
            assert_eq!(mark(holder, kind), Some(expected), "{holder}");
        }
    }

    #[test]
    fn persons_are_persons_also_with_odd_names() {
        for holder in [
            "Anna Lind",
            "Lind, Anna",
            "Bilal Faxén",
            "Bo Portström",
            "Eva Solberg",
            "Per Bussler",
            "Pia Bilund",
            "Karl Hissgren",
            "Siv Jourdan",
            "Nisse Poolman",
            "Anna Lind 2",
            "Xu Wei",
            "Olga Petrovna Ivanova",
            "annlin01",
        ] {
            let found = mark(holder, "Mobil Plus");
            assert!(
                found.is_none() || (holder == "annlin01" && found == Some(NonPersonMark::NoName)),
                "{holder}: {found:?}"
            );
        }
    }

    #[test]
    fn an_account_without_a_name_is_a_persons_when_it_is_built_like_one() {
        for (account, expected) in [
            ("berols07", None),
            ("KOMMUN\\BEROLS07", None),
            ("berit.olsson@kommun.example", None),
            ("disk-bib03", Some(NonPersonMark::SharedAccount)),
            ("test01", Some(NonPersonMark::SharedAccount)),
            ("info@kommun.example", Some(NonPersonMark::SharedAccount)),
            ("", Some(NonPersonMark::NoName)),
        ] {
            assert_eq!(marked("", "", Some(account)), expected, "{account}");
        }
    }

    #[test]
    fn an_account_in_the_holders_place_is_a_persons_whoever_it_is() {
        for (holder, expected) in [
            ("berols07", None),
            ("BEROLS07", None),
            ("berit.olsson@kommun.example", None),
            ("info@kommun.example", Some(NonPersonMark::NoName)),
            ("Tropp4", Some(NonPersonMark::NoName)),
            ("disk-bib03", Some(NonPersonMark::Word)),
        ] {
            assert_eq!(mark(holder, "Mobil"), expected, "{holder}");
        }
    }

    #[test]
    fn other_holders_are_not_staff() {
        for (holder, kind, expected) in [
            ("Anna Ek", "Entreprenör", Some(NonPersonMark::OtherHolder)),
            ("Besökskort 22", "", Some(NonPersonMark::Word)),
            ("Simklubben Gäddan", "", Some(NonPersonMark::Word)),
            ("Föreningen Violen", "", Some(NonPersonMark::Word)),
            ("Anna Ek", "Anställd", None),
        ] {
            assert_eq!(marked(holder, kind, None), expected, "{holder}");
        }
    }

    #[test]
    fn hidden_persons_are_recognised() {
        for (text, expected) in [
            ("SKYDDAD", true),
            ("Sekretess Sekretess", true),
            ("Skyddad identitet", true),
            ("Skyddade uppgifter", true),
            ("Anna Lind", false),
            ("Anna Skydd", false),
            ("", false),
        ] {
            assert_eq!(is_hidden_person(&PersonName::parse(text)), expected, "{text}");
        }
    }
}
