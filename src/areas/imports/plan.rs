//! From a sheet and what the sender said about it to a plan: which kind it is and which column is which field, or why it
//! cannot be taken in.

use std::collections::BTreeMap;

use super::kinds::{Kind, Kinds};
use crate::tabular::fold::compact;
use crate::tabular::mapping::{self, Suggestion};
use crate::tabular::{Mapping, Refusal, Sheet, Table, guess, words};

/// What the sender says the file is.
#[derive(Debug, Clone, Copy)]
pub enum Said {
    /// Nothing: it is told from name and header.
    Nothing,
    /// This kind.
    Kind(Kind),
}

/// A sheet that can be taken in, once its columns are right.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The kind.
    pub kind: Kind,
    /// The sheet as a table.
    pub table: Table<'a>,
    /// What is suggested for each column.
    pub suggestions: Vec<Suggestion>,
    /// The suggested mapping.
    pub mapping: Mapping,
    /// Whether the kind was guessed.
    pub guessed: bool,
}

impl Plan<'_> {
    /// Why the mapping will not do: the required fields that no column is.
    #[must_use]
    pub fn columns_missing(&self) -> Option<Refusal> {
        columns_missing(&self.table, &self.mapping, self.kind)
    }
}

/// Another kind must fit this much better for the sender's own word to be doubted.
const DOUBT: f64 = 0.25;

/// Makes a plan for a sheet. `remembered` gives what is known of a source's headers: folded header → field, empty for none.
///
/// # Errors
/// When the sheet is no list, or another kind of list than the sender says, or of no kind that can be told.
pub fn plan<'a>(
    sheet: &'a Sheet,
    file_name: &str,
    said: Said,
    kinds: &Kinds,
    remembered: &BTreeMap<String, String>,
) -> Result<Plan<'a>, Refusal> {
    let all: Vec<_> = words::ALL
        .iter()
        .copied()
        .filter(|known| kinds.find(known.kind).is_none())
        .chain(kinds.vocabularies())
        .collect();
    let (kind, guessed) = match said {
        Said::Kind(kind) => (kind, false),
        Said::Nothing => match guess::kind(sheet, file_name, &all) {
            Some(code) => (kinds.find(code).ok_or_else(|| not_yet(code))?, true),
            None => {
                return Err(without_header(sheet, &all).unwrap_or_else(|| unknown(sheet, file_name, &all)));
            }
        },
    };
    let table = match Table::read(sheet, kind.vocabulary) {
        Ok(table) => table,
        Err(refusal) => return Err(other_kind(sheet, file_name, kind, &all).unwrap_or(refusal)),
    };
    let mut suggestions = mapping::suggest(&table, kind.vocabulary);
    remember(&table, kind, remembered, &mut suggestions);
    let mapping = Mapping::suggested(&suggestions);
    if !guessed && let Some(refusal) = other_kind(sheet, file_name, kind, &all) {
        return Err(refusal);
    }
    Ok(Plan { kind, table, suggestions, mapping, guessed })
}

/// Lets what a person chose for the same header before go before what is suggested.
fn remember(
    table: &Table<'_>,
    kind: Kind,
    remembered: &BTreeMap<String, String>,
    suggestions: &mut [Suggestion],
) {
    for at in 0..suggestions.len() {
        let Some(known) = suggestions
            .get(at)
            .and_then(|one| table.name(one.column))
            .and_then(|name| remembered.get(&compact(name)))
        else {
            continue;
        };
        let field = kind.vocabulary.field(known).map(|field| field.code);
        for (index, one) in suggestions.iter_mut().enumerate() {
            if index == at {
                (one.field, one.confidence, one.unsure) = (field, 1.0, false);
            } else if field.is_some() && one.field == field {
                one.field = None;
            }
        }
    }
}

/// The headers of a table with the fields chosen for them, to be remembered.
#[must_use]
pub fn to_remember(headers: &[String], mapping: &Mapping) -> BTreeMap<String, String> {
    headers
        .iter()
        .enumerate()
        .filter(|(_, header)| !header.is_empty())
        .map(|(column, header)| (compact(header), mapping.field(column).unwrap_or_default().to_owned()))
        .collect()
}

/// The refusal of a mapping that lacks what the kind needs.
#[must_use]
pub fn columns_missing(table: &Table<'_>, mapping: &Mapping, kind: Kind) -> Option<Refusal> {
    let missing = mapping.missing(kind.vocabulary);
    if missing.is_empty() || table.is_of_nothing() {
        return None;
    }
    let wanted: Vec<String> =
        missing.iter().map(|labels| format!("”{}”", labels.join("” eller ”"))).collect();
    Some(Refusal::new(
        "columns_missing",
        format!(
            "{} saknar en kolumn som måste finnas i en lista av sorten {}: {}. Rubrikerna på rad {} är: {}. Välj kolumn själv, eller \
             lägg till den i listan.",
            place(table.sheet),
            kind.name().to_lowercase(),
            wanted.join(" och "),
            table.header.row,
            headers(&table.header.columns)
        ),
    ))
}

fn place(sheet: &Sheet) -> String {
    if sheet.name.is_empty() { "Filen".to_owned() } else { format!("Bladet ”{}”", sheet.name) }
}

/// The place within a sentence.
fn place_within(sheet: &Sheet) -> String {
    if sheet.name.is_empty() { "filen".to_owned() } else { format!("bladet ”{}”", sheet.name) }
}

fn headers(columns: &[String]) -> String {
    let named: Vec<&str> = columns.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let shown = named.iter().take(12).copied().collect::<Vec<_>>().join(", ");
    if named.len() > 12 { format!("{shown} och {} till", named.len() - 12) } else { shown }
}

fn not_yet(code: &str) -> Refusal {
    let name = words::ALL.iter().find(|known| known.kind == code).map_or(code, |known| known.name);
    Refusal::new(
        "kind_not_supported",
        format!("Filen ser ut att vara av sorten {}, som inte kan läsas in här.", name.to_lowercase()),
    )
}

/// The refusal of a sheet in which no kind of list finds a header.
fn without_header(sheet: &Sheet, all: &[&crate::tabular::Vocabulary]) -> Option<Refusal> {
    let mut refusal = None;
    for vocabulary in all {
        refusal = Some(Table::read(sheet, vocabulary).err()?);
    }
    refusal
}

fn unknown(sheet: &Sheet, file_name: &str, all: &[&crate::tabular::Vocabulary]) -> Refusal {
    let near: Vec<String> = guess::kinds(sheet, file_name, all)
        .iter()
        .take(2)
        .filter_map(|guess| all.iter().find(|known| known.kind == guess.kind))
        .map(|known| known.name.to_lowercase())
        .collect();
    let near = if near.is_empty() {
        "Rubrikerna liknar inte någon lista som kan läsas in.".to_owned()
    } else {
        format!("Den kan vara {}.", near.join(" eller "))
    };
    Refusal::new(
        "kind_unknown",
        format!(
            "Det går inte att se vad {} är för lista. {near} Ange sorten och skicka filen igen.",
            place_within(sheet)
        ),
    )
}

/// The refusal of a list that surely is of another kind than the sender says. What a column speaks against is not sure: a list
/// of who comes, moves and goes looks like one of everybody employed and is not.
fn other_kind(
    sheet: &Sheet,
    file_name: &str,
    kind: Kind,
    all: &[&'static crate::tabular::Vocabulary],
) -> Option<Refusal> {
    let guesses = guess::kinds(sheet, file_name, all);
    let guesses = guess::without_foreign(sheet, &guesses, all);
    let best = guesses.first().filter(|best| best.kind != kind.code() && best.score >= 0.6)?;
    let own = guesses.iter().find(|guess| guess.kind == kind.code()).map_or(0.0, |own| own.score);
    let other = all.iter().find(|known| known.kind == best.kind)?;
    (best.score - own >= DOUBT).then(|| {
        Refusal::new(
            "kind_wrong",
            format!(
                "{} ser inte ut som {} utan som {}. Ingenting lästes in. Välj rätt sort, eller kontrollera att det är rätt fil.",
                place(sheet),
                kind.name().to_lowercase(),
                other.name.to_lowercase()
            ),
        )
    })
}
