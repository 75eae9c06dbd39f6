//! The words of a vocabulary, ready to be compared with headers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::fold::compact;
use super::matching::{OF_ANOTHER, Word, abbreviates, bent, is_of_another, similarity};
use super::vocabulary::Vocabulary;

/// A vocabulary's words, folded, with the field each belongs to.
pub(super) struct Lexicon {
    words: Vec<(usize, Word)>,
    /// How much each word weighs: the words of a field are ordered, best first.
    weights: Vec<f64>,
    exact: HashMap<String, usize>,
    /// Places in `words` by first letter: a word, bent or abbreviated, begins as it does.
    by_letter: HashMap<u8, Vec<usize>>,
}

/// Lexicons are made once: by the place of the vocabulary's fields.
static LEXICONS: LazyLock<Mutex<Lexicons>> = LazyLock::new(Mutex::default);

/// By the vocabulary's code and the place of its fields.
type Lexicons = HashMap<(&'static str, usize), Arc<Lexicon>>;

impl Lexicon {
    /// The lexicon of a vocabulary.
    pub(super) fn of(vocabulary: &Vocabulary) -> Arc<Self> {
        let key = (vocabulary.kind, vocabulary.fields.as_ptr().addr());
        let mut made = LEXICONS.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(made.entry(key).or_insert_with(|| Arc::new(Self::new(vocabulary))))
    }

    fn new(vocabulary: &Vocabulary) -> Self {
        let mut words = Vec::new();
        let mut weights = Vec::new();
        let mut exact = HashMap::new();
        let mut by_letter: HashMap<u8, Vec<usize>> = HashMap::new();
        for (index, field) in vocabulary.fields.iter().enumerate() {
            let mut weight = 1.0;
            for text in field.words.iter().chain([&field.label]) {
                weights.push(weight);
                weight -= 0.001;
                exact.entry(compact(text)).or_insert(index);
                let word = Word::new(text);
                exact.entry(word.compact.clone()).or_insert(index);
                if let Some(letter) = word.compact.bytes().next() {
                    by_letter.entry(letter).or_default().push(words.len());
                }
                words.push((index, word));
            }
        }
        Self { words, weights, exact, by_letter }
    }

    /// The field whose word the header is, where that is certain enough to recognise a header row by.
    pub(super) fn known(&self, header: &str) -> Option<usize> {
        if header.len() > 80 {
            return None;
        }
        let plain = compact(header);
        if let Some(field) = self.exact.get(&plain) {
            return Some(*field);
        }
        let word = Word::new(header);
        if let Some(field) = self.exact.get(&word.compact).or_else(|| self.exact.get(&word.bare)) {
            return Some(*field);
        }
        let letter = plain.bytes().next()?;
        self.by_letter
            .get(&letter)
            .into_iter()
            .flatten()
            .filter_map(|place| self.words.get(*place))
            .find(|(_, known)| {
                bent(&plain, &known.compact)
                    || (2..=4).contains(&word.tokens.len()) && abbreviates(&word.tokens, &known.compact)
            })
            .map(|(field, _)| *field)
    }

    /// Whether a text is one of the words, to the letter: the quick question for every cell of a list.
    pub(super) fn is_word(&self, text: &str) -> bool {
        text.len() <= 80 && self.exact.contains_key(&compact(text))
    }

    /// The best likeness of a header to each field.
    pub(super) fn likeness(&self, header: &Word, fields: usize) -> Vec<f64> {
        let mut best = vec![0.0_f64; fields];
        for ((field, word), weight) in self.words.iter().zip(&self.weights) {
            if let Some(place) = best.get_mut(*field) {
                let alike = similarity(header, word) * weight;
                let alike =
                    if alike > *place && is_of_another(header, word) { alike * OF_ANOTHER } else { alike };
                if alike > *place {
                    *place = alike;
                }
            }
        }
        best
    }
}
