//! A cell or two columns → the tokens of a name, with what does not belong to it taken out
//! (`docs/rules.md` 2.2 steps 2–6).

use super::fold::{lower, to_k1, to_k2};

/// What a token is in the name, as far as the source tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Given name: a column of its own, or after the comma.
    Given,
    /// Surname: a column of its own, or before the comma.
    Surname,
    /// The source does not tell.
    Unknown,
}

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A whole name.
    Plain,
    /// "af", "von", "de" …: may be left out without its being another name.
    Particle,
    /// A single letter.
    Initial,
}

/// One token of a name with its keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// Lower case, å, ä and ö kept.
    pub k0: String,
    /// Marks folded away.
    pub k1: String,
    /// What the source says it is.
    pub role: Role,
    /// Whole name, particle or initial.
    pub kind: TokenKind,
    /// A hyphen alone stands between it and the token before: the two are one name, given or sur-.
    pub is_joined: bool,
}

impl Token {
    fn new(k0: String, role: Role, is_joined: bool) -> Self {
        let kind = if k0.chars().nth(1).is_none() {
            TokenKind::Initial
        } else if PARTICLES.contains(&k0.as_str()) {
            TokenKind::Particle
        } else {
            TokenKind::Plain
        };
        Self { k1: to_k1(&k0), k0, role, kind, is_joined }
    }
}

/// The three keys of a whole name: tokens sorted and joined with a space, so that order, hyphens and commas do
/// not matter. Fit to be stored and indexed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKeys {
    /// å, ä and ö kept.
    pub k0: String,
    /// å→a, ä→a, ö→o.
    pub k1: String,
    /// å→aa, ä→ae, ö→oe.
    pub k2: String,
}

/// A person's name, ready to compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    tokens: Vec<Token>,
    markers: Vec<String>,
}

const PARTICLES: [&str; 16] =
    ["af", "von", "de", "van", "el", "al", "bin", "ben", "da", "del", "della", "der", "di", "du", "la", "zu"];

/// Words that say something about the employment or the telephone, not who it is. Removed only when two words
/// of a name remain.
const MARKERS: [&str; 36] = [
    "slutat",
    "slutar",
    "slutade",
    "avslutad",
    "fd",
    "tjl",
    "tjänstledig",
    "föräldraledig",
    "sjukskriven",
    "vik",
    "vikarie",
    "konsult",
    "extern",
    "ext",
    "inhyrd",
    "praktikant",
    "timanställd",
    "timvikarie",
    "pensionär",
    "avliden",
    "ny",
    "gammal",
    "privat",
    "arbete",
    "jobb",
    "mobil",
    "mob",
    "tel",
    "telefon",
    "iphone",
    "samsung",
    "herr",
    "fru",
    "dr",
    "prof",
    "leg",
];

/// Endings of words for a post. "Anna Svensson, enhetschef" holds a title, not a given name.
const TITLE_ENDINGS: [&str; 18] = [
    "chef",
    "ledare",
    "ansvarig",
    "samordnare",
    "strateg",
    "handläggare",
    "administratör",
    "sekreterare",
    "utvecklare",
    "tekniker",
    "controller",
    "direktör",
    "förvaltare",
    "specialist",
    "assistent",
    "koordinator",
    "rektor",
    "professor",
];

impl PersonName {
    /// A name in one cell. "Efternamn, Förnamn" is understood by its comma; without a comma the roles stay
    /// unknown. Bracketed notes, markers such as "vik.", titles, numbers and telephone numbers are taken out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut markers = Vec::new();
        let text = without_brackets(text, &mut markers);
        let mut parts = text.splitn(2, ',');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        match second {
            Some(second) => {
                let given = words(second);
                if given.is_empty()
                    || given.iter().all(|w| is_title(&w.text))
                    || is_after_a_name(first, second)
                {
                    markers.extend(given.into_iter().map(|w| w.text));
                    return Self::build(words(first), Role::Unknown, Vec::new(), markers);
                }
                Self::build(words(first), Role::Surname, given, markers)
            }
            None => Self::build(words(&text), Role::Unknown, Vec::new(), markers),
        }
    }

    /// A name from two columns. Either may be empty.
    #[must_use]
    pub fn from_parts(surname: &str, given: &str) -> Self {
        let mut markers = Vec::new();
        let surname = without_brackets(surname, &mut markers);
        let given = without_brackets(given, &mut markers);
        Self::build(words(&surname), Role::Surname, words(&given), markers)
    }

    fn build(first: Vec<Written>, role: Role, given: Vec<Written>, mut markers: Vec<String>) -> Self {
        let all: Vec<(Written, Role)> =
            first.into_iter().map(|w| (w, role)).chain(given.into_iter().map(|w| (w, Role::Given))).collect();
        let plain = |w: &str| w.chars().nth(1).is_some() && !w.chars().any(|c| c.is_ascii_digit());
        let is_marker = |w: &str| MARKERS.contains(&w) || is_title(w);
        let names = all.iter().filter(|(w, _)| plain(&w.text) && !is_marker(&w.text)).count();
        let mut tokens = Vec::with_capacity(all.len());
        let mut follows_name = false;
        for (Written { text, is_joined }, role) in all {
            let is_name =
                !(text.chars().any(|c| c.is_ascii_digit()) || (names >= 2 && is_marker(text.as_str())));
            if is_name {
                tokens.push(Token::new(text, role, is_joined && follows_name));
            } else {
                markers.push(text);
            }
            follows_name = is_name;
        }
        Self { tokens, markers }
    }

    /// The tokens in the order they were written.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// What was taken out: bracketed notes, markers, titles, words with digits.
    #[must_use]
    pub fn markers(&self) -> &[String] {
        &self.markers
    }

    /// Whether it can be the name of a person at all: two tokens, one of them whole. Only such names are
    /// compared.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.tokens.len() >= 2 && self.tokens.iter().any(|t| t.kind == TokenKind::Plain)
    }

    /// The sorted keys of the whole name.
    #[must_use]
    pub fn keys(&self) -> NameKeys {
        let joined = |key: &dyn Fn(&Token) -> String| {
            let mut words: Vec<String> = self.tokens.iter().map(key).collect();
            words.sort_unstable();
            words.join(" ")
        };
        NameKeys {
            k0: joined(&|t| t.k0.clone()),
            k1: joined(&|t| t.k1.clone()),
            k2: joined(&|t| to_k2(&t.k0)),
        }
    }
}

/// Whether what stands after a comma is what somebody does and no given name: it is written small after a name of several words
/// with capitals, as in "Ulf Sandin, undersköterska".
fn is_after_a_name(first: &str, second: &str) -> bool {
    let begins_with = |word: &str, test: fn(char) -> bool| word.chars().next().is_some_and(test);
    let mut words = first.split_whitespace().filter(|word| begins_with(word, char::is_uppercase));
    words.next().is_some()
        && words.next().is_some()
        && second.split_whitespace().next().is_some_and(|word| begins_with(word, char::is_lowercase))
}

fn is_title(word: &str) -> bool {
    TITLE_ENDINGS.iter().any(|e| word.ends_with(e))
}

/// A word of a name.
struct Written {
    text: String,
    is_joined: bool,
}

/// Words in lower case. Hyphen and space are equal; an apostrophe disappears; a letter lost in decoding
/// (U+FFFD) stays as a letter, so that the name does not turn into another one.
fn words(text: &str) -> Vec<Written> {
    let mut words: Vec<Written> = Vec::new();
    let mut is_joined = false;
    let parts = |c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '´' | '`' | '\u{fffd}'));
    for piece in lower(text).split_inclusive(parts) {
        let text: String = piece.chars().filter(|c| c.is_alphanumeric() || *c == '\u{fffd}').collect();
        let is_word = !text.is_empty();
        if is_word {
            words.push(Written { text, is_joined });
        }
        is_joined = is_word && piece.ends_with(['-', '\u{2010}', '\u{2011}', '–']);
    }
    words
}

/// The text without "(…)" and "[…]"; what stood in them goes to `markers`.
fn without_brackets(text: &str, markers: &mut Vec<String>) -> String {
    if !text.contains(['(', '[']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut note: Option<String> = None;
    for c in text.chars() {
        match (c, &mut note) {
            ('(' | '[', None) => note = Some(String::new()),
            (')' | ']', Some(inside)) => {
                markers.push(lower(inside.trim()));
                note = None;
                out.push(' ');
            }
            (c, Some(inside)) => inside.push(c),
            (c, None) => out.push(c),
        }
    }
    if let Some(unclosed) = note {
        markers.push(lower(unclosed.trim()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn k0(text: &str) -> String {
        PersonName::parse(text).keys().k0
    }

    #[test]
    fn order_hyphen_comma_and_case_give_the_same_keys() {
        for text in [
            "Anna-Karin Åkerlund",
            "Åkerlund, Anna-Karin",
            "Åkerlund Anna Karin",
            "ÅKERLUND  ANNA\u{a0}KARIN",
            " Anna–Karin Åkerlund ",
        ] {
            assert_eq!(k0(text), "anna karin åkerlund", "{text}");
        }
        assert_eq!(
            PersonName::from_parts("Åkerlund", "Anna-Karin").keys(),
            PersonName::parse("Åkerlund, Anna-Karin").keys()
        );
        let keys = PersonName::parse("Åke Öberg").keys();
        assert_eq!((keys.k1.as_str(), keys.k2.as_str()), ("ake oberg", "aake oeberg"));
    }

    #[test]
    fn what_is_not_the_name_is_taken_out_and_kept_apart() {
        for (text, name, markers) in [
            ("Lars Berg (slutat)", "berg lars", vec!["slutat"]),
            ("Eva Nilsson vik.", "eva nilsson", vec!["vik"]),
            ("Eva Nilsson 104223", "eva nilsson", vec!["104223"]),
            ("Eva Nilsson 070-174 06 05", "eva nilsson", vec!["070", "174", "06", "05"]),
            ("Dr Eva Nilsson", "eva nilsson", vec!["dr"]),
            ("Eva Nilsson, enhetschef", "eva nilsson", vec!["enhetschef"]),
            ("Eva Nilsson, undersköterska natt", "eva nilsson", vec!["undersköterska", "natt"]),
            ("Nilsson Ek, Eva", "ek eva nilsson", vec![]),
            ("nilsson, eva", "eva nilsson", vec![]),
            ("Eva Nilsson (tjl", "eva nilsson", vec!["tjl"]),
            ("Konsult Eva Nilsson", "eva nilsson", vec!["konsult"]),
            ("O'Brien Liam", "liam obrien", vec![]),
        ] {
            let parsed = PersonName::parse(text);
            assert_eq!(
                (parsed.keys().k0.as_str(), parsed.markers()),
                (name, &*markers.iter().map(ToString::to_string).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_marker_that_is_all_there_is_to_the_surname_stays() {
        // The surname Ny exists; a name is not cut down to one word.
        assert_eq!(k0("Ny, Eva"), "eva ny");
        assert_eq!(k0("Vikarie"), "vikarie");
    }

    #[test]
    fn a_comma_or_two_columns_tell_the_roles() {
        let roles = |n: &PersonName| n.tokens().iter().map(|t| t.role).collect::<Vec<_>>();
        assert_eq!(roles(&PersonName::parse("Al Pihl, Eva")), [Role::Surname, Role::Surname, Role::Given]);
        assert_eq!(roles(&PersonName::parse("Eva Pihl")), [Role::Unknown, Role::Unknown]);
        assert_eq!(roles(&PersonName::from_parts("Pihl", "")), [Role::Surname]);
        let kinds: Vec<_> = PersonName::parse("von Essen, E.").tokens().iter().map(|t| t.kind).collect();
        assert_eq!(kinds, [TokenKind::Particle, TokenKind::Plain, TokenKind::Initial]);
    }

    #[test]
    fn one_word_is_not_the_name_of_a_person() {
        for (text, expected) in [
            ("Eva Nilsson", true),
            ("E. Nilsson", true),
            ("VAKANT", false),
            ("", false),
            ("A B", false),
            ("Al Nilsson", true),
            ("von", false),
        ] {
            assert_eq!(PersonName::parse(text).is_personal(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_keys_do_not_depend_on_the_order_of_the_words(words in proptest::collection::vec("[a-zåäö]{2,9}", 2..5), seed in 0usize..24) {
            let mut other = words.clone();
            let n = other.len();
            other.rotate_left(seed % n);
            let (a, b) = (PersonName::parse(&words.join(" ")), PersonName::parse(&other.join("-")));
            prop_assert_eq!(a.keys(), b.keys());
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,60}") {
            let name = PersonName::parse(&text);
            let _ = name.keys();
            let _ = PersonName::from_parts(&text, &text);
        }
    }
}
