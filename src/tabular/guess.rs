//! What kind of list a sheet is, by its header first and by the names of the file and sheet second.

use super::fold::fold;
use super::grid::{Cell, Record, Sheet};
use super::header;
use super::mapping::{self, Mapping};
use super::matching::{Word, similarity};
use super::nothing;
use super::table::Table;
use super::values::{self, DateOptions, When};
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
    let start = beginning(sheet);
    let mut guesses: Vec<Guess> = vocabularies
        .iter()
        .map(|vocabulary| Guess { kind: vocabulary.kind, score: score(&start, file_name, vocabulary) })
        .filter(|guess| guess.score >= 0.45)
        .collect();
    guesses.sort_by(|a, b| b.score.total_cmp(&a.score));
    guesses
}

/// The beginning of a sheet, which tells what it is.
fn beginning(sheet: &Sheet) -> Sheet {
    Sheet {
        name: sheet.name.clone(),
        text: sheet.text.clone(),
        records: sheet.records.iter().take(LOOKED_AT).cloned().collect(),
        last_record: sheet.records.get(LOOKED_AT).map_or(sheet.last_record, |record| record.number),
        merges: sheet.merges.iter().filter(|merge| merge.first_row < 200).copied().collect(),
        hidden: sheet.hidden,
    }
}

/// Whether a sheet that has no header says, in itself or by its name, that there is nothing of the kind to list.
fn is_of_nothing(sheet: &Sheet, file_name: &str, vocabulary: &Vocabulary) -> bool {
    let texts = || sheet.records.iter().flat_map(Record::texts).map(|(_, text)| text);
    let named = says(&fold(file_name), vocabulary)
        || says(&fold(&sheet.name), vocabulary)
        || texts().any(|text| says(&fold(&text), vocabulary));
    named
        && texts().any(|text| nothing::says_none(&text, vocabulary.none_of))
        && Table::read(sheet, vocabulary).is_ok_and(|table| table.is_of_nothing())
}

/// The one kind a sheet surely is. What has a column that no list of a kind has is not surely of that kind, however well the
/// other columns fit.
#[must_use]
pub fn kind(sheet: &Sheet, file_name: &str, vocabularies: &[&Vocabulary]) -> Option<&'static str> {
    let all = kinds(sheet, file_name, vocabularies);
    let guesses = without_foreign(sheet, &all, vocabularies);
    let is_beaten = all.first() != guesses.first();
    match guesses.as_slice() {
        // What fitted better is out: the next best is no certainty for that.
        [first, ..] if is_beaten && first.score < 0.6 => None,
        [only] => Some(only.kind),
        [first, second, ..] if first.score - second.score >= 0.05 => Some(first.kind),
        [_, _, ..] => None,
        [] => vocabularies
            .iter()
            .find(|vocabulary| is_of_nothing(sheet, file_name, vocabulary))
            .map(|vocabulary| vocabulary.kind),
    }
}

/// The guesses that no column of the sheet speaks against.
#[must_use]
pub fn without_foreign(sheet: &Sheet, guesses: &[Guess], vocabularies: &[&Vocabulary]) -> Vec<Guess> {
    let start = beginning(sheet);
    let is_open = |guess: &&Guess| {
        let vocabulary = vocabularies.iter().find(|known| known.kind == guess.kind);
        vocabulary.is_none_or(|vocabulary| !has_foreign(&start, vocabulary))
    };
    guesses.iter().filter(is_open).cloned().collect()
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
    let mapping = Mapping::telling(&suggestions);
    if !mapping.missing(vocabulary).is_empty() {
        score *= 0.5;
    }
    // Those who leave have a last day: a list of everybody employed has such a column too, and hardly anything in it.
    if vocabulary.required.iter().any(|demand| is_mostly_empty(&table, &mapping, demand.any)) {
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

/// Whether most rows lack what every row of the kind must have.
fn is_mostly_empty(table: &Table<'_>, mapping: &Mapping, any: &[&str]) -> bool {
    let columns: Vec<usize> = any.iter().filter_map(|field| mapping.column(field)).collect();
    let filled = |column: usize| table.column(column).filter(|cell| says_something(cell)).count();
    table.rows.len() >= 4
        && !columns.is_empty()
        && columns.into_iter().all(|column| filled(column) * 2 < table.rows.len())
}

/// From this likeness a header is the foreign one.
const SAME: f64 = 0.85;

/// Whether a column that most rows fill, with more than that there is no end, is one that no list of the kind has.
fn has_foreign(sheet: &Sheet, vocabulary: &Vocabulary) -> bool {
    if vocabulary.foreign.is_empty() {
        return false;
    }
    let Ok(table) = Table::read(sheet, vocabulary) else { return false };
    let foreign: Vec<Word> = vocabulary.foreign.iter().map(|text| Word::new(text)).collect();
    let is_foreign = |name: &str| {
        let header = Word::new(name);
        foreign.iter().any(|word| similarity(&header, word) >= SAME)
    };
    table.header.columns.iter().enumerate().any(|(column, name)| {
        is_foreign(name)
            && table.column(column).filter(|cell| says_something(cell)).count() * 2 > table.rows.len()
    })
}

fn says_something(cell: &Cell) -> bool {
    !cell.is_blank() && !matches!(values::date(cell, DateOptions::default()), Ok(When::NoEnd | When::Missing))
}

fn says(folded: &str, vocabulary: &Vocabulary) -> bool {
    folded.split(' ').any(|token| {
        vocabulary.file_words.iter().any(|word| token == *word || word.len() >= 5 && token.starts_with(word))
    })
}
