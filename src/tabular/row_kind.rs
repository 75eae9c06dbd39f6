//! What a record below the header is: data, the header again, a heading within the list, a sum or a note.

use std::collections::HashSet;
use std::sync::Arc;

use super::content::Profile;
use super::fold::fold;
use super::grid::{Cell, Record, Sheet};
use super::header::Header;
use super::lexicon::Lexicon;
use super::values::{self, AmountStyle};

/// What a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A title of the list, printed again.
    Title,
    /// The header again.
    Header,
    /// A heading over the rows below it.
    Section(String),
    /// A sum or a count.
    Sum,
    /// A remark.
    Note(String),
    /// Data; `alone` when only one cell is filled, so that it may be something else.
    Data {
        /// Whether one cell only is filled.
        alone: bool,
    },
}

/// Words a sum row begins with, folded.
const SUMS: [&str; 22] = [
    "summa",
    "sum",
    "summor",
    "delsumma",
    "total",
    "totalt",
    "totalsumma",
    "totalt antal",
    "slutsumma",
    "antal",
    "antal rader",
    "subtotal",
    "grand total",
    "i alt",
    "ialt",
    "samlet",
    "sammanlagt",
    "s a",
    "summering",
    "count",
    "tillsammans",
    "saldo",
];

/// Words that headings within a list begin with or end in, folded.
const UNITS: [&str; 24] = [
    "kostnadsstalle",
    "kst",
    "ansvar",
    "enhet",
    "avdelning",
    "forvaltning",
    "forvaltningen",
    "sektion",
    "sektor",
    "omrade",
    "verksamhet",
    "namnd",
    "namnden",
    "kund",
    "kundnummer",
    "kundnr",
    "grupp",
    "kategori",
    "avtal",
    "konto",
    "kontoret",
    "bolag",
    "operator",
    "org",
];

/// Judges the records of one sheet.
pub(super) struct Judge<'a> {
    sheet: &'a Sheet,
    header: Vec<(usize, String)>,
    parts: Vec<(usize, String)>,
    titles: HashSet<String>,
    profiles: &'a [Profile],
    lexicon: Arc<Lexicon>,
    width: usize,
    /// Rows with one cell only, and rows in all.
    alone: usize,
    rows: usize,
    /// Whether the rows with one cell only all stand below the list, apart from it.
    ends_apart: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        sheet: &'a Sheet,
        header: &Header,
        titles: &[&Record],
        below: &[Record],
        profiles: &'a [Profile],
        lexicon: Arc<Lexicon>,
    ) -> Self {
        let folded = |names: &[String]| -> Vec<(usize, String)> {
            names.iter().map(|name| fold(name)).enumerate().filter(|(_, name)| !name.is_empty()).collect()
        };
        Self {
            sheet,
            header: folded(&header.columns),
            parts: folded(&header.parts),
            titles: titles.iter().filter(|record| record.filled() == 1).map(|record| line(record)).collect(),
            profiles,
            lexicon,
            width: header.columns.len(),
            alone: below.iter().filter(|record| record.filled() == 1).count(),
            rows: below.len(),
            ends_apart: ends_apart(below),
        }
    }

    pub(super) fn kind(&self, record: &Record, after: &[Record]) -> RowKind {
        if self.is_header(record) || self.is_header_in_other_words(record) {
            return RowKind::Header;
        }
        let mut texts = record.texts();
        let Some((column, first)) = texts.next() else { return RowKind::Data { alone: false } };
        let filled = record.filled();
        let sparse = filled <= 3 || filled * 2 <= self.width;
        let is_sum = if sparse {
            self.is_sum(&first, record, filled)
                || Self::is_late_sum(record, filled)
                || self.is_unnamed_sum(record, filled, after)
        } else {
            self.is_wide_sum(&first, record)
        };
        if is_sum {
            return RowKind::Sum;
        }
        if filled > 1 || self.width <= 1 {
            return RowKind::Data { alone: false };
        }
        drop(texts);
        if self.titles.contains(&line(record)) {
            return RowKind::Title;
        }
        self.single(record, column, &first, after)
    }

    /// Most of the header's names in their own columns.
    fn is_header(&self, record: &Record) -> bool {
        // A data row is told from a header by its first few cells.
        let same = |names: &[(usize, String)]| {
            let allowed = names.len() / 5;
            let mut misses = 0;
            names.iter().all(|(column, name)| {
                let alike = match record.cell(*column) {
                    Cell::Text(text) if text.len() <= name.len() * 2 + 24 => fold(text) == *name,
                    _ => false,
                };
                misses += usize::from(!alike);
                misses <= allowed
            }) && names.len() - misses >= 2
        };
        record.filled() >= 2 && (same(&self.header) || self.parts != self.header && same(&self.parts))
    }

    /// A header of the same kind of list, worded otherwise: lists that were pasted together. Data holds a word or two that
    /// columns are called by, never three in a row and nearly nothing else.
    fn is_header_in_other_words(&self, record: &Record) -> bool {
        let is_word = |cell: &Cell| matches!(cell, Cell::Text(text) if self.lexicon.is_word(text));
        let filled = record.filled();
        let mut cells = record.texts().map(|(column, _)| record.cell(column));
        filled >= 4
            && cells.by_ref().take(3).all(is_word)
            && cells.filter(|cell| !is_word(cell)).count() * 4 <= filled
    }

    fn is_sum(&self, first: &str, record: &Record, filled: usize) -> bool {
        let folded = fold(first);
        let named = SUMS.iter().any(|word| {
            folded.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        // A sum stands beside figures only, and most of its row is empty.
        let figures = record
            .texts()
            .skip(1)
            .all(|(column, text)| is_figure(record.cell(column)) || text.chars().count() <= 3);
        named && figures && (filled > 1 || self.is_count(&folded, record))
    }

    /// A sum of many columns: the word alone, figures, and nothing in a column that holds words.
    fn is_wide_sum(&self, first: &str, record: &Record) -> bool {
        SUMS.contains(&fold(first).as_str())
            && record.texts().skip(1).all(|(column, _)| is_figure(record.cell(column)))
            && self
                .profiles
                .iter()
                .enumerate()
                .any(|(column, profile)| profile.words > 0.5 && record.cell(column).is_blank())
    }

    /// A sum whose word stands after a figure: `254 000 | Summa`, in a list whose first columns are amounts.
    fn is_late_sum(record: &Record, filled: usize) -> bool {
        let mut words = record.texts().filter(|(column, _)| !is_figure(record.cell(*column)));
        let (Some((_, word)), None) = (words.next(), words.next()) else { return false };
        let folded = fold(&word);
        let is_sum_word = SUMS.contains(&folded.as_str())
            || SUMS.iter().any(|sum| {
                folded.strip_prefix(sum).is_some_and(|rest| rest.starts_with(' ') && !rest.contains(" ab"))
            });
        filled > 1 && is_sum_word && folded.split(' ').count() <= 2
    }

    /// A lone `Antal: 12` or `Summa` is a count; a lone `Totalt Försvar AB` in a column of names is not.
    fn is_count(&self, folded: &str, record: &Record) -> bool {
        let words = folded.split(' ').count();
        let column = record.texts().next().map_or(0, |(column, _)| column);
        words == 1
            || folded.chars().any(|c| c.is_ascii_digit())
            || self.profiles.get(column).is_some_and(Profile::is_formed)
            || folded.split(' ').skip(1).all(|word| {
                SUMS.contains(&word) || matches!(word, "rader" | "poster" | "st" | "kr" | "kronor")
            })
    }

    /// The last row, figures only: the sums of a workbook that nobody labelled.
    fn is_unnamed_sum(&self, record: &Record, filled: usize, after: &[Record]) -> bool {
        let last = after.len() < 5 && after.iter().all(|record| record.filled() <= 1);
        if !last || filled == 0 || filled * 3 > self.width || self.width < 3 {
            return false;
        }
        let mut texts = record.texts();
        texts.all(|(column, _)| {
            let profile = self.profiles.get(column);
            matches!(record.cell(column), Cell::Number(_))
                && profile.is_some_and(|profile| profile.amount > 0.7 && profile.code < 1.1)
        }) && record.cell(0).is_blank()
            && self.sheet.records.iter().filter(|other| !other.cell(0).is_blank()).count() > 2
    }

    fn single(&self, record: &Record, column: usize, text: &str, after: &[Record]) -> RowKind {
        let followed = after
            .iter()
            .find(|next| next.filled() != 1 || self.is_header(next))
            .is_some_and(|next| next.filled() > 1);
        let followed_by_data =
            followed && after.iter().any(|next| next.filled() > 2 || next.filled() * 2 > self.width);
        let formed = self.profiles.get(column).is_some_and(Profile::is_formed);
        let merged = self.sheet.merged_across(record.number, column, 3.min(self.width));
        let sentence = is_sentence(text);
        let whole = || text.to_owned();
        if is_value_of(record.cell(column), self.profiles.get(column)) && !merged {
            return RowKind::Data { alone: true };
        }
        if self.ends_apart {
            return RowKind::Note(whole());
        }
        if (merged || is_heading(text)) && followed_by_data && !sentence {
            return RowKind::Section(whole());
        }
        // Something in a column that is not the first, with the first one empty, is a row that lacks what it needs.
        if column > 0 && !sentence && !merged {
            return RowKind::Data { alone: true };
        }
        if sentence || merged || formed {
            return if followed_by_data && !sentence {
                RowKind::Section(whole())
            } else {
                RowKind::Note(whole())
            };
        }
        // A list in which many rows have a name only.
        if self.alone * 4 > self.rows || !is_heading(text) {
            RowKind::Data { alone: true }
        } else {
            RowKind::Note(whole())
        }
    }
}

/// Whether the first record with one cell only comes after the last of several cells, with a blank line between.
fn ends_apart(below: &[Record]) -> bool {
    let last = below.iter().rfind(|record| record.filled() > 1);
    let first = below.iter().find(|record| record.filled() == 1);
    last.zip(first).is_some_and(|(last, first)| first.number > last.number + 1)
}

/// Whether a record is where a letter ends: what stands below it is who wrote it, not the list.
pub(super) fn is_farewell(record: &Record) -> bool {
    const WORDS: [&str; 6] = [
        "med vanlig halsning",
        "med vanliga halsningar",
        "vanliga halsningar",
        "halsningar",
        "mvh",
        "vanligen",
    ];
    record.filled() == 1
        && record.texts().any(|(_, text)| {
            let folded = fold(&text);
            WORDS.iter().any(|word| {
                folded.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
        })
}

fn line(record: &Record) -> String {
    record.texts().map(|(_, text)| fold(&text)).collect::<Vec<_>>().join(" ")
}

fn is_figure(cell: &Cell) -> bool {
    cell.is_typed()
        || values::amount(cell, AmountStyle::PointDecimal).is_ok()
        || values::decimal(cell).is_ok()
        || cell.text().chars().filter(char::is_ascii_digit).count() * 2 > cell.text().chars().count()
}

/// A cell of the same form as the rest of its column.
fn is_value_of(cell: &Cell, profile: Option<&Profile>) -> bool {
    profile.is_some_and(Profile::is_formed) && cell.text().chars().any(|c| c.is_ascii_digit()) && {
        let own = Profile::of([cell]);
        profile.is_some_and(|profile| {
            (own.strict() > 0.5 && profile.strict() > 0.5)
                || own.employee_no > 0.5 && profile.employee_no > 0.5
                || own.amount > 0.5
        })
    }
}

/// Prose: it ends as a sentence, begins as a remark, or is too long to be a name.
fn is_sentence(text: &str) -> bool {
    let folded = fold(text);
    let words = folded.split(' ').count();
    let remark = [
        "obs",
        "not",
        "anm",
        "kalla",
        "inga",
        "ingen",
        "inget",
        "kontakta",
        "utskriven",
        "uttag",
        "sida",
        "listan",
        "uppgifterna",
        "denna",
        "ovan",
    ]
    .iter()
    .any(|word| folded == *word || folded.starts_with(&format!("{word} ")));
    words >= 3 && text.trim_end().ends_with(['.', '!', '?']) || remark || words >= 9 || text.starts_with('*')
}

/// A heading: it names a unit or a code and a name, ends with a colon, or is written in capitals.
fn is_heading(text: &str) -> bool {
    let folded = fold(text);
    let mut tokens = folded.split(' ');
    let first = tokens.next().unwrap_or_default();
    let coded =
        first.len() >= 3 && first.bytes().all(|byte| byte.is_ascii_digit()) && tokens.next().is_some();
    let unit = folded.split(' ').any(|token| UNITS.contains(&token))
        || ["forvaltningen", "forvaltning", "namnden", "kontoret", "avdelningen", "enheten"]
            .iter()
            .any(|end| folded.ends_with(end));
    let capitals =
        text.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !text.chars().any(char::is_lowercase);
    coded || unit || capitals || text.trim_end().ends_with(':')
}
