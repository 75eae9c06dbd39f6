//! Which column is which field: suggested from the header's meaning and from what the cells look like.

use super::lexicon::Lexicon;
use super::matching::Word;
use super::persons;
use super::table::Table;
use super::vocabulary::{Content, Vocabulary};

/// From this score a column is mapped.
const MAPPED: f64 = 0.6;
/// From this score the mapping needs no second look.
const SURE: f64 = 0.8;
/// How sure it is of a column that only its being needed speaks for: too little to tell by it what kind of list it is.
const NEEDED: f64 = 0.5;
/// Two fields this close for one column are both possible.
const CLOSE: f64 = 0.06;
/// From this likeness a name is a known one.
const KNOWN: f64 = 0.9;
/// From this likeness a name alone, whatever stands below it, is enough for a field that must have a column.
const NAMED: f64 = 0.85;

/// What is suggested for one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The column.
    pub column: usize,
    /// The suggested field's code.
    pub field: Option<&'static str>,
    /// From 0 to 1.
    pub confidence: f64,
    /// Whether a person should look at it.
    pub unsure: bool,
    /// Other fields it could be, best first.
    pub others: Vec<&'static str>,
}

/// Which column each field is read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    columns: Vec<(&'static str, usize)>,
}

impl Mapping {
    /// A mapping from pairs of field and column, as a person has chosen or the memory of a source holds.
    #[must_use]
    pub fn new(columns: Vec<(&'static str, usize)>) -> Self {
        Self { columns }
    }

    /// The suggested mapping.
    #[must_use]
    pub fn suggested(suggestions: &[Suggestion]) -> Self {
        Self { columns: suggestions.iter().filter_map(|one| Some((one.field?, one.column))).collect() }
    }

    /// The part of the suggested mapping that says something of what kind of list it is.
    #[must_use]
    pub fn telling(suggestions: &[Suggestion]) -> Self {
        let telling = suggestions.iter().filter(|one| one.confidence > NEEDED);
        Self { columns: telling.filter_map(|one| Some((one.field?, one.column))).collect() }
    }

    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<usize> {
        self.columns.iter().find(|(code, _)| *code == field).map(|(_, column)| *column)
    }

    /// The field of a column.
    #[must_use]
    pub fn field(&self, column: usize) -> Option<&'static str> {
        self.columns.iter().find(|(_, at)| *at == column).map(|(code, _)| *code)
    }

    /// Every pair of field and column.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.columns.iter().copied()
    }

    /// Required fields that no column is mapped to: for each demand, the labels of the fields that would meet it.
    #[must_use]
    pub fn missing(&self, vocabulary: &Vocabulary) -> Vec<Vec<&'static str>> {
        vocabulary
            .required
            .iter()
            .filter(|demand| demand.any.iter().all(|code| self.column(code).is_none()))
            .map(|demand| {
                demand.any.iter().filter_map(|code| vocabulary.field(code)).map(|field| field.label).collect()
            })
            .collect()
    }
}

/// Suggests a field for each column.
#[must_use]
pub fn suggest(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<Suggestion> {
    let lexicon = Lexicon::of(vocabulary);
    let columns = table.header.columns.len();
    let scores: Vec<Vec<f64>> =
        (0..columns).map(|column| column_scores(table, column, vocabulary, &lexicon)).collect();
    let mut order: Vec<(f64, usize, usize)> = scores
        .iter()
        .enumerate()
        .flat_map(|(column, fields)| {
            fields.iter().enumerate().map(move |(field, score)| (*score, column, field))
        })
        .filter(|(score, ..)| *score >= MAPPED)
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut chosen: Vec<Option<(usize, f64)>> = vec![None; columns];
    let mut taken = vec![false; vocabulary.fields.len()];
    for (score, column, field) in order {
        if let (Some(place @ None), Some(free @ false)) = (chosen.get_mut(column), taken.get_mut(field)) {
            *place = Some((field, score));
            *free = true;
        }
    }
    let mut suggestions: Vec<Suggestion> = chosen
        .into_iter()
        .enumerate()
        .map(|(column, choice)| {
            suggestion(
                column,
                choice,
                scores.get(column).map(Vec::as_slice).unwrap_or_default(),
                &taken,
                vocabulary,
            )
        })
        .collect();
    by_content_alone(table, vocabulary, &mut suggestions, &mut taken);
    persons::by_content(table, vocabulary, &mut suggestions, &mut taken);
    texts_of_codes(table, vocabulary, &mut suggestions, &mut taken);
    by_name_alone(table, vocabulary, &lexicon, &mut suggestions);
    needed_first(vocabulary, &mut suggestions);
    suggestions
}

/// How alike a column's name is to each field, whatever its cells hold.
fn likeness(table: &Table<'_>, column: usize, fields: usize, lexicon: &Lexicon) -> Vec<f64> {
    let Some(name) = table.name(column) else { return vec![0.0; fields] };
    let mut likeness = lexicon.likeness(&Word::new(name), fields);
    // A part says nothing new where it is known together with its group: ”Organisation Namn” is nobody's name.
    let known = likeness.iter().any(|alike| *alike >= KNOWN);
    if let Some(part) =
        table.header.parts.get(column).filter(|part| !known && !part.is_empty() && part.as_str() != name)
    {
        for (place, alike) in likeness.iter_mut().zip(lexicon.likeness(&Word::new(part), fields)) {
            *place = place.max(alike * 0.97);
        }
    }
    likeness
}

fn column_scores(table: &Table<'_>, column: usize, vocabulary: &Vocabulary, lexicon: &Lexicon) -> Vec<f64> {
    let profile = table.profile(column);
    likeness(table, column, vocabulary.fields.len(), lexicon)
        .into_iter()
        .zip(vocabulary.fields)
        .map(|(alike, field)| {
            if alike < 0.5 {
                return 0.0;
            }
            let fit = profile.fit(field.content);
            let strict = !matches!(
                field.content,
                Content::Text | Content::Name | Content::Code | Content::Login | Content::EmployeeNo
            );
            match (strict, profile.cells) {
                (_, 0) => alike,
                // A column of crosses is a question, whatever it is called: ”Mobil”, of somebody who has one to give back.
                (true, 3..) if fit < 0.15 && profile.yes_no > 0.8 => alike * 0.5,
                // The header says one thing and most cells another.
                (true, 3..) if fit < 0.15 => alike * 0.62,
                (true, 3..) if fit < 0.4 => alike * 0.85,
                // Words that are not quite a code's name, and names in its cells: ”Beställare” is no ”Beställarreferens”.
                (false, 3..) if field.content == Content::Code && alike < 0.9 && profile.words > 0.8 => {
                    alike * 0.75
                }
                (false, 3..) if fit < 0.5 => alike * 0.9,
                // Of two names that are known the better one stays the better.
                (true, _) if fit > 0.6 => (alike + 0.05).min(0.95 + alike * 0.05),
                _ => alike,
            }
        })
        .collect()
}

fn suggestion(
    column: usize,
    choice: Option<(usize, f64)>,
    scores: &[f64],
    taken: &[bool],
    vocabulary: &Vocabulary,
) -> Suggestion {
    let code = |field: usize| vocabulary.fields.get(field).map(|field| field.code);
    let best = choice.map_or(MAPPED, |(_, score)| score);
    let mut others: Vec<(usize, f64)> = scores
        .iter()
        .copied()
        .enumerate()
        .filter(|(field, score)| {
            *score >= MAPPED.min(best - CLOSE) && choice.is_none_or(|(chosen, _)| chosen != *field)
        })
        .collect();
    others.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rival = others
        .iter()
        .any(|(field, score)| best - score < CLOSE && !taken.get(*field).copied().unwrap_or(false));
    Suggestion {
        column,
        field: choice.and_then(|(field, _)| code(field)),
        confidence: choice.map_or(0.0, |(_, score)| score),
        unsure: choice.is_some_and(|(_, score)| score < SURE || rival && score < 0.95),
        others: others.into_iter().take(3).filter_map(|(field, _)| code(field)).collect(),
    }
}

/// A column whose header says nothing but whose cells are of a sort that only one open field has.
fn by_content_alone(
    table: &Table<'_>,
    vocabulary: &Vocabulary,
    suggestions: &mut [Suggestion],
    taken: &mut [bool],
) {
    for at in 0..suggestions.len() {
        // A name that is like a field's is no name that says nothing: ”Privat mobil” beside ”Mobil”.
        let Some(content) = suggestions
            .get(at)
            .filter(|one| one.field.is_none() && one.others.is_empty())
            .and_then(|one| table.profile(one.column).unmistakable())
        else {
            continue;
        };
        let rivals = suggestions
            .iter()
            .filter(|one| one.field.is_none() && table.profile(one.column).unmistakable() == Some(content))
            .count();
        let has_one = suggestions.iter().any(|one| {
            one.field.and_then(|code| vocabulary.field(code)).is_some_and(|field| field.content == content)
        });
        let open: Vec<usize> = vocabulary
            .fields
            .iter()
            .enumerate()
            .filter(|(index, field)| field.content == content && !taken.get(*index).copied().unwrap_or(true))
            .map(|(index, _)| index)
            .collect();
        // Of several, the one that the kind cannot be without.
        let needed: Vec<usize> = open
            .iter()
            .copied()
            .filter(|index| {
                vocabulary.fields.get(*index).is_some_and(|field| {
                    vocabulary.required.iter().any(|demand| demand.any.contains(&field.code))
                })
            })
            .collect();
        let open = if open.len() > 1 { needed } else { open };
        let ([field], 1, false, Some(one)) = (open.as_slice(), rivals, has_one, suggestions.get_mut(at))
        else {
            continue;
        };
        one.field = vocabulary.fields.get(*field).map(|field| field.code);
        one.confidence = 0.65;
        one.unsure = true;
        if let Some(place) = taken.get_mut(*field) {
            *place = true;
        }
    }
}

/// Words for the text that a code stands for, folded: `Ansvar` is the code where there is `Ansvar (T)` too.
const TEXTS: [&str; 7] = ["text", "namn", "benamning", "klartext", "beskrivning", "name", "description"];

/// Where a column of codes was taken for a text, and another column bears its name and says that it is the text, that one is
/// the text; the codes go to the field's own code, where the kind has one.
fn texts_of_codes(
    table: &Table<'_>,
    vocabulary: &Vocabulary,
    suggestions: &mut [Suggestion],
    taken: &mut [bool],
) {
    for at in 0..suggestions.len() {
        let Some((column, code, confidence)) =
            suggestions.get(at).and_then(|one| Some((one.column, one.field?, one.confidence)))
        else {
            continue;
        };
        let is_text = vocabulary
            .field(code)
            .is_some_and(|field| matches!(field.content, Content::Text | Content::Name));
        let profile = table.profile(column);
        let (true, true, Some(name)) =
            (is_text, profile.code > 0.8 && profile.words < 0.2, table.name(column))
        else {
            continue;
        };
        let name = Word::new(name);
        let text = suggestions.iter().position(|one| {
            one.field.is_none()
                && table.profile(one.column).words > 0.5
                && table.name(one.column).is_some_and(|other| Word::new(other).is_text_of(&name, &TEXTS))
        });
        let Some(text) = text else { continue };
        let own = ["code", "no"].iter().find_map(|end| {
            let wanted = format!("{code}_{end}");
            vocabulary.fields.iter().position(|field| field.code == wanted)
        });
        let own = own.filter(|field| !taken.get(*field).copied().unwrap_or(true));
        if let Some(one) = suggestions.get_mut(text) {
            (one.field, one.confidence, one.unsure) = (Some(code), confidence, false);
        }
        if let Some(one) = suggestions.get_mut(at) {
            one.field = own.and_then(|field| vocabulary.fields.get(field)).map(|field| field.code);
            one.unsure = false;
        }
        if let Some(field) = own
            && let Some(place) = taken.get_mut(field)
        {
            *place = true;
        }
    }
}

/// A field that must have a column gets the one that bears its name, though its cells are not what they should be: then each of
/// them can be told what is wrong with it.
fn by_name_alone(
    table: &Table<'_>,
    vocabulary: &Vocabulary,
    lexicon: &Lexicon,
    suggestions: &mut [Suggestion],
) {
    for demand in vocabulary.required {
        let is_met = |one: &Suggestion| one.field.is_some_and(|field| demand.any.contains(&field));
        if suggestions.iter().any(is_met) {
            continue;
        }
        let mut best: Option<(f64, usize, &'static str)> = None;
        for (at, one) in suggestions.iter().enumerate().filter(|(_, one)| one.field.is_none()) {
            let alike = likeness(table, one.column, vocabulary.fields.len(), lexicon);
            for (alike, field) in alike.into_iter().zip(vocabulary.fields) {
                let is_better = alike >= NAMED && best.is_none_or(|(most, ..)| alike > most);
                if is_better && demand.any.contains(&field.code) {
                    best = Some((alike, at, field.code));
                }
            }
        }
        if let Some((_, at, code)) = best
            && let Some(one) = suggestions.get_mut(at)
        {
            (one.field, one.confidence, one.unsure) = (Some(code), MAPPED, true);
        }
    }
}

/// Where the list lacks the one day that it cannot be without, and a single column holds days and is unsure, that column is it: the
/// `Datum` of a list of who has left is the last day, not the first.
fn needed_first(vocabulary: &Vocabulary, suggestions: &mut [Suggestion]) {
    let content = |code: &str| vocabulary.field(code).map(|field| field.content);
    let is_day = |code: &str| matches!(content(code), Some(Content::Date(_)));
    for demand in vocabulary.required {
        let is_met = suggestions.iter().any(|one| one.field.is_some_and(|code| demand.any.contains(&code)));
        let Some(needed) = demand.any.first().copied().filter(|code| !is_met && is_day(code)) else {
            continue;
        };
        let days = |one: &&mut Suggestion| one.field.is_some_and(&is_day);
        let mut holding: Vec<&mut Suggestion> = suggestions.iter_mut().filter(days).collect();
        if let [one] = holding.as_mut_slice()
            && one.unsure
        {
            (one.field, one.confidence) = (Some(needed), NEEDED);
        }
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
pub(super) mod tests;
