//! Which column is which field: suggested from the header's meaning and from what the cells look like.

use super::matching::{Lexicon, Word};
use super::table::Table;
use super::vocabulary::{Content, Vocabulary};

/// From this score a column is mapped.
const MAPPED: f64 = 0.6;
/// From this score the mapping needs no second look.
const SURE: f64 = 0.8;
/// Two fields this close for one column are both possible.
const CLOSE: f64 = 0.06;

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
    suggestions
}

fn column_scores(table: &Table<'_>, column: usize, vocabulary: &Vocabulary, lexicon: &Lexicon) -> Vec<f64> {
    let fields = vocabulary.fields.len();
    let Some(name) = table.name(column) else { return vec![0.0; fields] };
    let mut likeness = lexicon.likeness(&Word::new(name), fields);
    if let Some(part) =
        table.header.parts.get(column).filter(|part| !part.is_empty() && part.as_str() != name)
    {
        for (place, alike) in likeness.iter_mut().zip(lexicon.likeness(&Word::new(part), fields)) {
            *place = place.max(alike * 0.97);
        }
    }
    let profile = table.profile(column);
    likeness
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
                // The header says one thing and most cells another.
                (true, 3..) if fit < 0.15 => alike * 0.62,
                (true, 3..) if fit < 0.4 => alike * 0.85,
                (false, 3..) if fit < 0.5 => alike * 0.9,
                (true, _) if fit > 0.6 => (alike + 0.05).min(1.0),
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
        let Some(content) = suggestions
            .get(at)
            .filter(|one| one.field.is_none())
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
