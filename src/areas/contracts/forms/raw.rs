//! The fields of a large form by name, as they were typed.

use std::collections::BTreeMap;
use std::fmt::Display;

/// What was typed, by field name. A field that was not sent is empty.
#[derive(Clone, Debug, Default)]
pub struct Raw(BTreeMap<String, String>);

impl Raw {
    /// From the pairs of a form; of a name that comes twice the last counts.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// What was typed in a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Fills a field in beforehand.
    pub fn set(&mut self, name: &str, value: impl Display) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    /// Fills a field in beforehand when there is something to fill in.
    pub fn set_some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }
}
