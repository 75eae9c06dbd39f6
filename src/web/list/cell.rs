//! One value of one row: read once, then shown on the page or written to a file.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::def::Kind;
use crate::error::AppResult;
use crate::web::format;

/// A table of codes: what the database holds and what people read. A municipality may rename what people read, see
/// [`super::load::ListRequest::labels`].
pub type Codes = &'static [Code];

/// A code of the database and its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// What the database holds.
    pub code: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The colour of a tag: success, warning, danger, info, neutral or accent.
    pub color: &'static str,
}

impl Code {
    /// A code and its label, in a neutral colour.
    #[must_use]
    pub const fn new(code: &'static str, label: &'static str) -> Self {
        Self { code, label, color: "neutral" }
    }
    /// In a colour.
    #[must_use]
    pub const fn colored(mut self, color: &'static str) -> Self {
        self.color = color;
        self
    }
}

/// A value, ready to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing, and nothing is expected.
    Missing,
    /// Nothing, though something ought to be there.
    Lacking,
    /// Text.
    Text(String),
    /// A name that leads on, with something small beside it.
    Name {
        /// The name.
        text: String,
        /// Path from the root.
        href: String,
        /// What stands small beside it; may be empty.
        sub: String,
    },
    /// Text that leads on.
    Link {
        /// The text.
        text: String,
        /// Path from the root.
        href: String,
    },
    /// A person.
    Person(String),
    /// A whole number.
    Integer(i64),
    /// Kronor.
    Money(Decimal),
    /// Percent.
    Percent(Decimal),
    /// A date.
    Date(NaiveDate),
    /// A last day that is near or past.
    Soon(NaiveDate),
    /// A moment.
    Moment(DateTime<Utc>),
    /// Yes or no.
    YesNo(bool),
    /// A code's label with a colour.
    Tag {
        /// The label.
        label: String,
        /// The colour.
        color: &'static str,
    },
    /// A phase.
    Phase {
        /// The code of the phase.
        code: String,
        /// What the municipality calls it.
        label: String,
    },
    /// A criticality.
    Criticality {
        /// The code of the criticality.
        code: String,
        /// Its label.
        label: String,
    },
}

impl Cell {
    /// What stands in an exported file and in plain text: no marks, no dash for what is missing.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Missing | Self::Lacking => String::new(),
            Self::Text(text) | Self::Name { text, .. } | Self::Link { text, .. } | Self::Person(text) => {
                text.clone()
            }
            Self::Integer(n) => n.to_string(),
            Self::Money(n) | Self::Percent(n) => n.normalize().to_string().replace('.', ","),
            Self::Date(date) | Self::Soon(date) => date.to_string(),
            Self::Moment(at) => format::moment_of(*at),
            Self::YesNo(yes) => (if *yes { "Ja" } else { "Nej" }).to_owned(),
            Self::Tag { label, .. } | Self::Phase { label, .. } | Self::Criticality { label, .. } => {
                label.clone()
            }
        }
    }
}

/// Whether a column holds words, which are ordered as words.
pub(super) fn is_words(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name { .. } | Kind::Link { .. } | Kind::Text | Kind::Needed | Kind::Person | Kind::PersonNeeded
    )
}

/// How the SELECT's column is cast, so that it can be read without knowing its type.
pub(super) fn cast(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "bigint",
        Kind::Money | Kind::Percent => "numeric",
        Kind::Date | Kind::Deadline(_) => "date",
        Kind::Moment => "timestamptz",
        Kind::YesNo => "boolean",
        Kind::Several => "text[]",
        _ => "text",
    }
}

/// What a code is called: the municipality's own word, else the product's, else the code.
pub(super) fn label_of<'a>(codes: Codes, own: Option<&'a Vec<(String, String)>>, code: &'a str) -> &'a str {
    own.and_then(|pairs| pairs.iter().find(|(c, _)| c == code).map(|(_, label)| label.as_str()))
        .or_else(|| codes.iter().find(|c| c.code == code).map(|c| c.label))
        .unwrap_or(code)
}

/// What a cell needs beside its own value.
pub(super) struct Around<'a> {
    pub today: NaiveDate,
    /// `/ekevik/`
    pub root: &'a str,
    pub labels: Option<&'a Vec<(String, String)>>,
}

/// Reads the value at `index`; `extra` gives the other columns of the row that the kind asks for (see [`extras`]).
pub(super) fn read(
    row: &PgRow,
    index: usize,
    kind: Kind,
    around: &Around<'_>,
    extra: impl Fn(&str) -> AppResult<Option<String>>,
) -> AppResult<Cell> {
    let text = || -> AppResult<Option<String>> {
        Ok(row.try_get::<Option<String>, _>(index)?.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()))
    };
    let or_missing = |cell: Option<Cell>| cell.unwrap_or(Cell::Missing);
    let tag = |codes: Codes, code: &str| codes.iter().find(|c| c.code == code).map_or("neutral", |c| c.color);
    Ok(match kind {
        Kind::Text => or_missing(text()?.map(Cell::Text)),
        Kind::Needed => text()?.map_or(Cell::Lacking, Cell::Text),
        Kind::Person => or_missing(text()?.map(Cell::Person)),
        Kind::PersonNeeded => text()?.map_or(Cell::Lacking, Cell::Person),
        Kind::Name { href, sub } => {
            let sub = sub.map(&extra).transpose()?.flatten().unwrap_or_default();
            let href = fill(href, around.root, &extra)?.unwrap_or_default();
            Cell::Name { text: text()?.unwrap_or_else(|| "(utan namn)".to_owned()), href, sub }
        }
        Kind::Link { href } => match (text()?, fill(href, around.root, &extra)?) {
            (Some(text), Some(href)) => Cell::Link { text, href },
            (Some(text), None) => Cell::Text(text),
            (None, _) => Cell::Missing,
        },
        Kind::Integer => or_missing(row.try_get::<Option<i64>, _>(index)?.map(Cell::Integer)),
        Kind::Money => or_missing(row.try_get::<Option<Decimal>, _>(index)?.map(Cell::Money)),
        Kind::Percent => or_missing(row.try_get::<Option<Decimal>, _>(index)?.map(Cell::Percent)),
        Kind::Date => or_missing(row.try_get::<Option<NaiveDate>, _>(index)?.map(Cell::Date)),
        Kind::Deadline(days) => or_missing(row.try_get::<Option<NaiveDate>, _>(index)?.map(|date| {
            if (date - around.today).num_days() <= days { Cell::Soon(date) } else { Cell::Date(date) }
        })),
        Kind::Moment => or_missing(row.try_get::<Option<DateTime<Utc>>, _>(index)?.map(Cell::Moment)),
        Kind::YesNo => or_missing(row.try_get::<Option<bool>, _>(index)?.map(Cell::YesNo)),
        Kind::Several => {
            let several = row.try_get::<Option<Vec<Option<String>>>, _>(index)?.unwrap_or_default();
            let joined =
                several.into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
            if joined.is_empty() { Cell::Missing } else { Cell::Text(joined) }
        }
        Kind::Code(codes) => {
            or_missing(text()?.map(|c| Cell::Text(label_of(codes, around.labels, &c).to_owned())))
        }
        Kind::Tag(codes) => or_missing(text()?.map(|c| Cell::Tag {
            label: label_of(codes, around.labels, &c).to_owned(),
            color: tag(codes, &c),
        })),
        Kind::Phase(codes) => or_missing(
            text()?.map(|code| Cell::Phase { label: label_of(codes, around.labels, &code).to_owned(), code }),
        ),
        Kind::Criticality(codes) => {
            or_missing(text()?.map(|code| Cell::Criticality {
                label: label_of(codes, around.labels, &code).to_owned(),
                code,
            }))
        }
    })
}

/// The columns of the SELECT that a kind needs beside its own.
pub(super) fn extras(kind: Kind) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = match kind {
        Kind::Name { href, .. } | Kind::Link { href } => words(href).collect(),
        _ => Vec::new(),
    };
    if let Kind::Name { sub: Some(sub), .. } = kind {
        names.push(sub);
    }
    names
}

fn words(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(word, _)| word))
}

/// Puts the row's values into a path; `None` when one of them is missing.
fn fill(
    pattern: &str,
    root: &str,
    extra: impl Fn(&str) -> AppResult<Option<String>>,
) -> AppResult<Option<String>> {
    let mut path = format!("{root}{pattern}");
    for word in words(pattern) {
        let Some(value) = extra(word)? else { return Ok(None) };
        path = path.replace(&format!("{{{word}}}"), &super::state::encode(&value));
    }
    Ok(Some(path))
}
