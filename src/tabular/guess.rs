//! What kind of list a sheet is, by its header first and by the names of the file and sheet second.

use super::fold::fold;
use super::grid::Sheet;
use super::header;
use super::mapping::{self, Mapping};
use super::table::Table;
use super::vocabulary::Vocabulary;

/// How well a sheet fits a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The kind's code.
    pub kind: &'static str,
    /// From 0 to 1.
    pub score: f64,
}

/// Records that are looked at.
const LOOKED_AT: usize = 60;
/// Columns beyond these are not expected to be known: some exports have a hundred.
const COLUMNS: usize = 14;
/// Headers that many sorts of lists have: they speak for no kind, or hardly.
const GENERIC: [&str; 22] = [
    "namn",
    "name",
    "navn",
    "nr",
    "id",
    "typ",
    "type",
    "kod",
    "status",
    "produkt",
    "tjanst",
    "adress",
    "telefon",
    "e post",
    "email",
    "ort",
    "enhet",
    "kommentar",
    "anmarkning",
    "beskrivning",
    "kategori",
    "organisation",
];

/// The kinds a sheet may be, best first; empty when none fits. The first is certain when the second is well behind it.
#[must_use]
pub fn kinds(sheet: &Sheet, file_name: &str, vocabularies: &[&Vocabulary]) -> Vec<Guess> {
    // The beginning tells.
    let start = Sheet {
        name: sheet.name.clone(),
        text: sheet.text.clone(),
        records: sheet.records.iter().take(LOOKED_AT).cloned().collect(),
        last_record: sheet.records.get(LOOKED_AT).map_or(sheet.last_record, |record| record.number),
        merges: sheet.merges.iter().filter(|merge| merge.first_row < 200).copied().collect(),
        hidden: sheet.hidden,
    };
    let mut guesses: Vec<Guess> = vocabularies
        .iter()
        .map(|vocabulary| Guess { kind: vocabulary.kind, score: score(&start, file_name, vocabulary) })
        .filter(|guess| guess.score >= 0.45)
        .collect();
    guesses.sort_by(|a, b| b.score.total_cmp(&a.score));
    guesses
}

/// The one kind a sheet surely is.
#[must_use]
pub fn kind(sheet: &Sheet, file_name: &str, vocabularies: &[&Vocabulary]) -> Option<&'static str> {
    match kinds(sheet, file_name, vocabularies).as_slice() {
        [only] => Some(only.kind),
        [first, second, ..] if first.score - second.score >= 0.05 => Some(first.kind),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of columns")]
fn score(sheet: &Sheet, file_name: &str, vocabulary: &Vocabulary) -> f64 {
    if header::known_fields(sheet, vocabulary) == 0 {
        return 0.0;
    }
    let Ok(table) = Table::read(sheet, vocabulary) else { return 0.0 };
    let suggestions = mapping::suggest(&table, vocabulary);
    let generic =
        |column: usize| table.name(column).is_some_and(|name| GENERIC.contains(&fold(name).as_str()));
    let named = table.header.columns.iter().filter(|name| !name.is_empty()).count().clamp(1, COLUMNS);
    let sum: f64 = suggestions
        .iter()
        .filter(|one| one.field.is_some())
        .map(|one| if generic(one.column) { one.confidence / 2.0 } else { one.confidence })
        .sum();
    let mut score = 0.75 * (sum / named as f64).min(1.0);
    let mapping = Mapping::suggested(&suggestions);
    if !mapping.missing(vocabulary).is_empty() {
        score *= 0.5;
    }
    // The required fields by sure names speak for the kind more than any other.
    let sure = vocabulary.required.iter().all(|demand| {
        suggestions.iter().any(|one| {
            one.confidence >= 0.9
                && !generic(one.column)
                && one.field.is_some_and(|field| demand.any.contains(&field))
        })
    });
    if sure {
        score += 0.1;
    }
    if says(&fold(file_name), vocabulary) || says(&fold(&sheet.name), vocabulary) {
        score += 0.1;
    }
    if table.titles().iter().any(|title| says(&fold(title), vocabulary)) {
        score += 0.05;
    }
    score
}

fn says(folded: &str, vocabulary: &Vocabulary) -> bool {
    folded.split(' ').any(|token| {
        vocabulary.file_words.iter().any(|word| token == *word || word.len() >= 5 && token.starts_with(word))
    })
}
