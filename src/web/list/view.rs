//! What the templates of a list get: everything is already a text, a link or a choice.

use askama::Template;

use super::cell::Cell;
use super::load::{Facet, Row};
use crate::web::filters;
use crate::web::nav::NavItem;
use crate::web::page::{Link, Page};
use crate::web::page_parts::{Choice, Pager, Tab};

/// The page of a list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub struct ListPage {
    /// The frame.
    pub page: Page,
    /// A sentence under the heading; may be empty.
    pub lead: String,
    /// Buttons at the heading; the last is the main one.
    pub actions: Vec<NavItem>,
    /// The files.
    pub exports: Vec<Link>,
    /// Views, standing and saved.
    pub tabs: Vec<Tab>,
    /// The path of the list.
    pub path: String,
    /// What the form for a saved view needs.
    pub save: Save,
    /// Fields that the filter form carries along unseen.
    pub kept: Vec<(String, String)>,
    /// The filters with buttons.
    pub filters: Vec<FilterView>,
    /// The columns to choose among.
    pub columns: Vec<Choice>,
    /// What is chosen, each with the way to remove it.
    pub chips: Vec<Link>,
    /// The list without any of it.
    pub cleared: String,
    /// What could not be read in the URL.
    pub remarks: Vec<String>,
    /// The day shown instead of today, and the list of today; empty: the list cannot be shown so.
    pub day: Option<DayView>,
    /// The search field.
    pub q: String,
    /// What it says while empty; empty: there is no search field.
    pub search_hint: &'static str,
    /// The rows.
    pub result: ResultView,
}

/// The part of the page that htmx asks for.
#[derive(Debug, Template)]
#[template(path = "components/list_part.html")]
pub struct ListPart {
    /// The rows.
    pub result: ResultView,
}

/// The day that is shown.
#[derive(Debug, Clone, Default)]
pub struct DayView {
    /// The day, as a field holds it; empty for today.
    pub day: String,
    /// The last day that can be asked for: yesterday.
    pub last: String,
    /// The list of today.
    pub today: String,
}

/// The form that saves or changes a view.
#[derive(Debug, Clone, Default)]
pub struct Save {
    /// The list's slug.
    pub list: &'static str,
    /// Where new views are posted.
    pub create: String,
    /// Where the shown view of one's own is changed; empty: it is no such view.
    pub update: String,
    /// Its name.
    pub name: String,
    /// It is shared.
    pub is_shared: bool,
    /// The choices to save.
    pub query: String,
}

/// A filter, ready to draw.
#[derive(Debug, Clone, Default)]
pub struct FilterView {
    /// The name of its fields.
    pub key: &'static str,
    /// What the button says.
    pub label: &'static str,
    /// choice, dates, numbers, `yes_no` or text.
    pub kind: &'static str,
    /// How many values are chosen.
    pub active: usize,
    /// The values.
    pub options: Vec<(Facet, bool)>,
    /// From, or the text.
    pub from: String,
    /// To.
    pub to: String,
    /// The list without this filter.
    pub cleared: String,
}

/// The heading of a column.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// The column's key.
    pub key: &'static str,
    /// What it says.
    pub label: &'static str,
    /// What it means.
    pub help: &'static str,
    /// The list ordered by it; `None`: it cannot be.
    pub sort: Option<String>,
    /// ascending or descending, when the list is ordered by it; else empty.
    pub order: &'static str,
    /// Set to the right.
    pub is_numeric: bool,
    /// A phase stands at the top of a card.
    pub is_phase: bool,
}

/// The rows with what is around them.
#[derive(Debug, Clone, Default)]
pub struct ResultView {
    /// The list's path.
    pub path: String,
    /// Headings of the columns shown.
    pub headings: Vec<Heading>,
    /// The rows.
    pub rows: Vec<Row>,
    /// More than eight columns: the table scrolls sideways.
    pub is_broad: bool,
    /// The table's name for a screen reader.
    pub caption: String,
    /// How many the choices leave.
    pub total: i64,
    /// How many there are in the view without choices.
    pub of: i64,
    /// "38 avtal", of `of`.
    pub of_words: String,
    /// Whether anything narrows the view.
    pub is_narrowed: bool,
    /// The number of the first row shown.
    pub first: i64,
    /// The number of the last row shown.
    pub last: i64,
    /// The pages.
    pub pager: Pager,
    /// Rows on a page to choose among.
    pub per: Vec<(i64, bool)>,
    /// Orders to choose among on a narrow screen.
    pub sorts: Vec<Choice>,
    /// The order in force, when it is chosen.
    pub sort: String,
    /// Bulk actions; empty: rows cannot be marked.
    pub bulk: Vec<super::def::BulkAction>,
    /// The choices, for acting on every row they leave.
    pub query: String,
    /// One of them.
    pub one: &'static str,
    /// Several of them.
    pub many: &'static str,
    /// What to say when there are none.
    pub empty_title: String,
    /// And what to do.
    pub empty_text: String,
    /// The list without choices, when choices left nothing.
    pub cleared: String,
}

impl Cell {
    /// Classes of the table cell: even figures, or a quieter tone for what is missing.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Integer(_)
            | Self::Money(_)
            | Self::Percent(_)
            | Self::Date(_)
            | Self::Soon(_)
            | Self::Moment(_) => "num",
            Self::Missing => "sekundar",
            _ => "",
        }
    }
}
