//! The name of a system, taken apart.

use crate::rules::{
    names::{lower, to_k1},
    supplier_names::digraphs_folded,
};

/// A system's name in parts. Words are folded: lower case, marks off, "aa", "ae" and "oe" as å, ä and ö folded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SystemName {
    /// The words of the product's name.
    pub words: Vec<String>,
    /// Words marked as an instance by the writing: in brackets, or after "instans".
    pub instance: Vec<String>,
    /// Additions after a spaced dash, a comma or in brackets, not yet judged: an instance, a supplier, a purpose.
    pub additions: Vec<Vec<String>>,
    /// A version number, without "v".
    pub version: Option<String>,
    /// How it is hosted ("molnet").
    pub hosting: Option<String>,
    /// The name with letters outside a–z dropped instead of folded: what a bad export leaves.
    pub dropped: String,
}

/// Words for where a system runs. They say nothing about which system it is.
const HOSTING: [&str; 20] = [
    "moln",
    "molnet",
    "molntjanst",
    "molnbaserad",
    "saas",
    "cloud",
    "hosted",
    "onprem",
    "on",
    "prem",
    "premise",
    "lokal",
    "lokalt",
    "egen",
    "drift",
    "webb",
    "webben",
    "web",
    "online",
    "app",
];

/// Words that only introduce an instance.
const INSTANCE_WORDS: [&str; 5] = ["instans", "instance", "instansen", "miljo", "miljon"];

/// Words between others that may be left out.
const FILLERS: [&str; 4] = ["och", "and", "for", "i"];

impl SystemName {
    /// Takes a name apart.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let low = lower(text);
        let dropped: String = low.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut name = Self { dropped, ..Self::default() };
        for (i, (segment, bracketed)) in segments(&low).into_iter().enumerate() {
            let mut words = words(&segment);
            if let Some(version) = take_version(&mut words, i > 0) {
                name.version.get_or_insert(version);
            }
            if words.is_empty() {
                continue;
            }
            if i > 0 && words.iter().all(|w| HOSTING.contains(&w.as_str())) {
                name.hosting = Some(words.join(" "));
            } else if let Some(at) = words.iter().position(|w| INSTANCE_WORDS.contains(&w.as_str())) {
                let rest = words.split_off(at);
                name.words.extend(words);
                name.instance.extend(rest.into_iter().skip(1));
            } else if name.words.is_empty() && !bracketed {
                name.words = words;
            } else {
                name.additions.push(words);
            }
        }
        if name.words.is_empty() && !name.additions.is_empty() {
            name.words = name.additions.remove(0);
        }
        name
    }

    /// Whether there is anything to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Whether a word only tells how a system is hosted or reached.
pub(super) fn is_hosting(word: &str) -> bool {
    HOSTING.contains(&word)
}

/// Folds a word: marks off, digraphs as marks.
pub(super) fn fold(word: &str) -> String {
    digraphs_folded(&to_k1(word))
}

/// Folded words of a text, without fillers.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '\u{fffd}' || c == '+'))
        .map(|w| w.trim_matches('.'))
        .filter(|w| !w.is_empty() && !FILLERS.contains(w))
        .map(fold)
        .collect()
}

/// The parts between spaced dashes, commas, colons and brackets, in order, and whether a part was in brackets.
fn segments(text: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut current = String::new();
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let spaced = before.is_whitespace() || chars.peek().is_none_or(|n| n.is_whitespace());
        let dash = matches!(c, '-' | '\u{2010}'..='\u{2015}') && spaced;
        match c {
            ')' | ']' => out.push((std::mem::take(&mut current), true)),
            '(' | '[' | ',' | ':' | ';' | '|' => out.push((std::mem::take(&mut current), false)),
            _ if dash => out.push((std::mem::take(&mut current), false)),
            _ => current.push(c),
        }
        before = c;
    }
    out.push((current, false));
    out.retain(|(s, _)| !s.trim().is_empty());
    out
}

/// Takes a version off the end: "3.0", "v2", "version 2019", "ver. 4", and a year only where it stands alone.
fn take_version(words: &mut Vec<String>, alone_allowed: bool) -> Option<String> {
    let last = words.last()?.clone();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let named = words.len() >= 2
        && words
            .get(words.len() - 2)
            .is_some_and(|w| matches!(w.as_str(), "version" | "ver" | "v" | "release"));
    let bare = last.strip_prefix('v').unwrap_or(&last);
    let is_version = digits(bare) && (bare.contains('.') || bare.len() < last.len() || named);
    let year = digits(&last) && last.len() == 4 && (last.starts_with("20") || last.starts_with("19"));
    let only = words.len() == 1 + usize::from(named);
    if (is_version || year) && (!only || alone_allowed) {
        words.pop();
        if named {
            words.pop();
        }
        return Some(bare.to_owned());
    }
    None
}
