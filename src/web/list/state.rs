//! What a user has chosen in a list. The URL is the whole of it: it can be kept, sent and gone back to.
//!
//! | in the URL | means |
//! |---|---|
//! | `q=` | the search field |
//! | `vy=` | a standing view; `sparad=` a saved one, whose choices are then in the URL too |
//! | `sort=name`, `sort=-name` | rising or falling order |
//! | `page=`, `per=` | page from 1, and 20, 50 or 100 rows on it |
//! | `kol=a&kol=b` | the columns shown; `kol=standard` those of the list |
//! | `dag=` | the list as it stood at the end of that day, where the list allows it |
//! | a filter's key | a value chosen (again for each); `key_fran=`, `key_till=` for dates and numbers |
//! | `format=csv`, `format=xlsx` | the file of exactly this |
//!
//! What is unknown is left out. A value that cannot be read is left out too, and said ([`ListState::remarks`]).

use std::fmt::Write as _;
use std::str::FromStr as _;

use chrono::NaiveDate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::def::{Column, FilterKind, ListDef};
use crate::web::download::FileKind;

/// Rows on a page without a choice.
pub const PER_PAGE: i64 = 50;
/// Rows on a page that may be chosen.
pub const PER_PAGE_CHOICES: [i64; 3] = [20, 50, 100];
/// Stands for "none at all" among the values of a filter.
pub const NONE: &str = "-";

const MAX_TEXT: usize = 200;
const MAX_VALUES: usize = 200;

/// What is chosen in one filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// Any of these values; [`NONE`] is for rows without one.
    Any(Vec<String>),
    /// From and to, both inclusive.
    Dates(Option<NaiveDate>, Option<NaiveDate>),
    /// From and to, both inclusive.
    Numbers(Option<Decimal>, Option<Decimal>),
    /// Yes or no.
    YesNo(bool),
    /// Contains this.
    Text(String),
}

/// What a user has chosen in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListState {
    /// The search field.
    pub q: String,
    /// The standing view's key.
    pub view: Option<&'static str>,
    /// The saved view that the choices come from.
    pub saved: Option<Uuid>,
    /// The column that orders, and whether it falls.
    pub sort: Option<(&'static str, bool)>,
    /// Page, from 1.
    pub page: i64,
    /// Rows on a page.
    pub per: i64,
    /// The keys of the columns shown; `None`: those of the list.
    pub columns: Option<Vec<&'static str>>,
    /// The day that is shown instead of today.
    pub day: Option<NaiveDate>,
    /// What is chosen, by the filter's key, in the order of the list's filters.
    pub filters: Vec<(&'static str, Chosen)>,
    /// The file asked for instead of a page.
    pub file: Option<FileKind>,
    /// What could not be read and was left out, as sentences.
    pub remarks: Vec<String>,
}

/// The pairs of a query string, decoded.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Makes a value fit for a URL.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

impl ListState {
    /// Reads a query string (without "?").
    #[must_use]
    pub fn parse(def: &ListDef, query: &str) -> Self {
        Self::from_pairs(def, &pairs(query))
    }

    /// Reads the pairs of a query string or of a form.
    #[must_use]
    pub fn from_pairs(def: &ListDef, pairs: &[(String, String)]) -> Self {
        let values = |key: &str| -> Vec<&str> {
            pairs.iter().filter(|(k, _)| k == key).map(|(_, v)| v.trim()).collect()
        };
        let first =
            |key: &str| pairs.iter().find(|(k, v)| k == key && !v.trim().is_empty()).map(|(_, v)| v.trim());
        let mut state = Self {
            q: first("q").map(|q| q.chars().take(MAX_TEXT).collect()).unwrap_or_default(),
            view: first("vy").and_then(|v| def.view(v)).map(|v| v.key),
            saved: first("sparad").and_then(|v| Uuid::parse_str(v).ok()),
            sort: first("sort").and_then(|s| read_sort(def, s)),
            page: first("page")
                .and_then(|p| p.parse().ok())
                .filter(|p| (1..=1_000_000).contains(p))
                .unwrap_or(1),
            per: first("per")
                .and_then(|p| p.parse().ok())
                .filter(|p| PER_PAGE_CHOICES.contains(p))
                .unwrap_or(PER_PAGE),
            day: first("dag").filter(|_| def.has_history).and_then(|v| NaiveDate::from_str(v).ok()),
            file: first("format").filter(|f| matches!(*f, "csv" | "xlsx")).map(FileKind::parse),
            ..Self::default()
        };
        let asked = values("kol");
        if !asked.is_empty() && !asked.contains(&"standard") {
            let columns: Vec<&'static str> = def
                .columns
                .iter()
                .enumerate()
                .filter(|(i, c)| *i == 0 || asked.contains(&c.key))
                .map(|(_, c)| c.key)
                .collect();
            state.columns = (columns != default_columns(def)).then_some(columns);
        }
        for filter in &def.filters {
            let chosen = match filter.kind {
                FilterKind::Codes(_) | FilterKind::Loaded { .. } | FilterKind::Among => {
                    let mut any: Vec<String> = values(filter.key)
                        .into_iter()
                        .filter(|v| !v.is_empty())
                        .take(MAX_VALUES)
                        .map(str::to_owned)
                        .collect();
                    if let FilterKind::Codes(codes) = filter.kind {
                        any.retain(|v| v == NONE || codes.iter().any(|c| c.code == v));
                    }
                    any.dedup();
                    (!any.is_empty()).then_some(Chosen::Any(any))
                }
                FilterKind::YesNo => match first(filter.key) {
                    Some("ja") => Some(Chosen::YesNo(true)),
                    Some("nej") => Some(Chosen::YesNo(false)),
                    _ => None,
                },
                FilterKind::Text => {
                    first(filter.key).map(|v| Chosen::Text(v.chars().take(MAX_TEXT).collect()))
                }
                FilterKind::Dates => {
                    let (from, to) = state.range(
                        filter.key,
                        filter.label,
                        "ett datum, skrivet som 2026-11-30",
                        first,
                        |v| NaiveDate::from_str(v).ok(),
                    );
                    (from.is_some() || to.is_some()).then_some(Chosen::Dates(from, to))
                }
                FilterKind::Numbers => {
                    let (from, to) = state.range(filter.key, filter.label, "ett tal", first, read_number);
                    (from.is_some() || to.is_some()).then_some(Chosen::Numbers(from, to))
                }
            };
            if let Some(chosen) = chosen {
                state.filters.push((filter.key, chosen));
            }
        }
        // The usual order is not a choice: a form sends it all the same.
        let chosen = state.sort.take();
        state.sort = chosen.filter(|sort| *sort != state.order(def));
        state
    }

    fn range<'a, T>(
        &mut self,
        key: &str,
        label: &str,
        kind: &str,
        first: impl Fn(&str) -> Option<&'a str>,
        read: impl Fn(&str) -> Option<T>,
    ) -> (Option<T>, Option<T>) {
        let mut one = |end: &str| {
            let typed = first(&format!("{key}_{end}"))?;
            let value = read(typed);
            if value.is_none() {
                self.remarks.push(format!(
                    "Filtret ”{label}” används inte: ”{}” är inte {kind}.",
                    typed.chars().take(40).collect::<String>()
                ));
            }
            value
        };
        let from = one("fran");
        (from, one("till"))
    }

    /// What is chosen in a filter.
    #[must_use]
    pub fn chosen(&self, key: &str) -> Option<&Chosen> {
        self.filters.iter().find(|(k, _)| *k == key).map(|(_, chosen)| chosen)
    }

    /// The keys of the columns shown.
    #[must_use]
    pub fn shown<'a>(&self, def: &'a ListDef) -> Vec<&'a Column> {
        let keys = self.columns.clone().unwrap_or_else(|| default_columns(def));
        def.columns.iter().filter(|c| keys.contains(&c.key)).collect()
    }

    /// The order in force: the user's, else the view's, else the list's, else the first column.
    #[must_use]
    pub fn order(&self, def: &ListDef) -> (&'static str, bool) {
        self.sort
            .or_else(|| self.view.and_then(|v| def.view(v)).and_then(|v| read_sort(def, v.sort)))
            .or_else(|| read_sort(def, def.default_sort))
            .or_else(|| def.columns.first().map(|c| (c.key, false)))
            .unwrap_or(("id", false))
    }

    /// Whether anything narrows the view.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || !self.filters.is_empty()
    }

    /// The pairs of the URL, in a fixed order, without what is as usual.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        let mut add = |key: &str, value: String| out.push((key.to_owned(), value));
        if let Some(view) = self.view {
            add("vy", view.to_owned());
        }
        if let Some(saved) = self.saved {
            add("sparad", saved.to_string());
        }
        if !self.q.is_empty() {
            add("q", self.q.clone());
        }
        for (key, chosen) in &self.filters {
            let mut ends = |from: Option<String>, to: Option<String>| {
                for (end, value) in [("fran", from), ("till", to)] {
                    if let Some(value) = value {
                        add(&format!("{key}_{end}"), value);
                    }
                }
            };
            match chosen {
                Chosen::Any(values) => values.iter().for_each(|v| add(key, v.clone())),
                Chosen::YesNo(yes) => add(key, (if *yes { "ja" } else { "nej" }).to_owned()),
                Chosen::Text(text) => add(key, text.clone()),
                Chosen::Dates(from, to) => ends(from.map(|d| d.to_string()), to.map(|d| d.to_string())),
                Chosen::Numbers(from, to) => ends(from.map(|n| n.to_string()), to.map(|n| n.to_string())),
            }
        }
        if let Some(day) = self.day {
            add("dag", day.to_string());
        }
        for key in self.columns.iter().flatten() {
            add("kol", (*key).to_owned());
        }
        if let Some((key, falling)) = self.sort {
            add("sort", format!("{}{key}", if falling { "-" } else { "" }));
        }
        if self.per != PER_PAGE {
            add("per", self.per.to_string());
        }
        if self.page > 1 {
            add("page", self.page.to_string());
        }
        if let Some(file) = self.file {
            add("format", file.ending().to_owned());
        }
        out
    }

    /// The query string, without "?"; empty when everything is as usual.
    #[must_use]
    pub fn to_query(&self) -> String {
        self.to_pairs().iter().fold(String::new(), |mut out, (key, value)| {
            if !out.is_empty() {
                out.push('&');
            }
            let _ = write!(out, "{}={}", encode(key), encode(value));
            out
        })
    }

    /// The address of this in the list at `path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let query = self.to_query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same on another page.
    #[must_use]
    pub fn on_page(&self, page: i64) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same, ordered by a column: rising first, then falling.
    #[must_use]
    pub fn sorted_by(&self, def: &ListDef, key: &'static str) -> Self {
        let falling = self.order(def) == (key, false);
        Self { sort: Some((key, falling)), page: 1, ..self.clone() }
    }

    /// The same as a file.
    #[must_use]
    pub fn as_file(&self, file: FileKind) -> Self {
        Self { file: Some(file), page: 1, ..self.clone() }
    }

    /// The same without one value of a filter, or without the filter.
    #[must_use]
    pub fn without(&self, key: &str, value: Option<&str>) -> Self {
        let mut next = Self { page: 1, ..self.clone() };
        next.filters.retain_mut(|(k, chosen)| {
            if *k != key {
                return true;
            }
            match (chosen, value) {
                (Chosen::Any(values), Some(value)) => {
                    values.retain(|v| v != value);
                    !values.is_empty()
                }
                _ => false,
            }
        });
        next
    }

    /// The same without the search and every filter.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { q: String::new(), filters: Vec::new(), page: 1, ..self.clone() }
    }

    /// What is left when the view is changed: columns and rows on a page.
    #[must_use]
    pub fn in_view(&self, view: Option<&'static str>) -> Self {
        Self { view, columns: self.columns.clone(), per: self.per, day: self.day, page: 1, ..Self::default() }
    }

    /// What a saved view keeps: everything but the page, the day and the file.
    #[must_use]
    pub fn to_save(&self) -> Self {
        Self { page: 1, saved: None, day: None, file: None, remarks: Vec::new(), ..self.clone() }
    }
}

/// The columns shown until the user chooses.
#[must_use]
pub fn default_columns(def: &ListDef) -> Vec<&'static str> {
    def.columns.iter().filter(|c| c.shown).map(|c| c.key).collect()
}

fn read_sort(def: &ListDef, text: &str) -> Option<(&'static str, bool)> {
    let (key, falling) = text.strip_prefix('-').map_or((text, false), |key| (key, true));
    def.column(key).filter(|c| c.sort.is_some()).map(|c| (c.key, falling))
}

fn read_number(text: &str) -> Option<Decimal> {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    Decimal::from_str(&plain.replace('−', "-"))
        .ok()
        .filter(|n| n.abs() < Decimal::from(1_000_000_000_000_i64))
}
