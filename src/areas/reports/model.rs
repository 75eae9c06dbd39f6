//! What a report consists of, whatever it is about.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::wish::Compare;
use crate::rules::leaver_months::Period;
use crate::tabular::write::Value;
use crate::web::format::{amount_of, month_short, month_words, number_of};
use crate::web::svg::Trend;

/// The reports: code, name, whom they are for, what they answer.
pub const REPORTS: [(&str, &str, &str, &str); 4] = [
    (
        "r06",
        "Herrelösa abonnemang",
        "IT-enheten och abonnemangsansvarig",
        "Vilka abonnemang har en innehavare som har slutat, hur säkert är det och vad har de kostat sedan dess?",
    ),
    (
        "r07",
        "Avslutade per månad",
        "IT-enheten, HR och revisorer",
        "Kommer listorna över avslutade i tid, och vad har blivit gjort med det som de visar?",
    ),
    (
        "r08",
        "Abonnemangsinventering",
        "nämnden och IT-enheten",
        "Hur många abonnemang finns det, till vad, och är de i bruk?",
    ),
    (
        "r09",
        "Besparing",
        "ekonomi och nämnden",
        "Vad kan sparas varje månad, och vad har sparats på det som bevisligen är avslutat?",
    ),
];

/// One value in a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// As it is shown.
    pub text: String,
    /// As it goes into a file.
    pub value: Value,
    /// Its rows; empty = nowhere to go.
    pub href: String,
    /// To the right.
    pub is_number: bool,
}

impl Cell {
    /// Words that may stand on several lines: anything longer than a date, a number or a code.
    #[must_use]
    pub fn is_long(&self) -> bool {
        !self.is_number && self.text.chars().count() > 20
    }

    /// A date, a telephone number or a code: never on two lines, not on paper either.
    #[must_use]
    pub fn is_short(&self) -> bool {
        !self.is_number && self.text.chars().count() <= 13
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = if text.is_empty() { Value::Empty } else { Value::Text(text.clone()) };
        Self { text, value, ..Self::default() }
    }

    /// A count.
    pub fn count(count: usize) -> Self {
        Self::whole(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self {
            text: number_of(number.into()),
            value: Value::Integer(number),
            is_number: true,
            ..Self::default()
        }
    }

    /// Kronor.
    pub fn money(amount: Decimal) -> Self {
        Self { text: amount_of(amount), value: Value::Amount(amount), is_number: true, ..Self::default() }
    }

    /// A day, or none.
    pub fn day(day: Option<NaiveDate>) -> Self {
        Self { text: day.map(|d| d.to_string()).unwrap_or_default(), value: day.into(), ..Self::default() }
    }

    /// A month, as 2026-10.
    pub fn month(month: NaiveDate) -> Self {
        Self::text(month.format("%Y-%m").to_string())
    }

    /// Whole percent, or none.
    pub fn percent(percent: Option<u32>) -> Self {
        Self {
            text: percent.map(|p| format!("{p}\u{a0}%")).unwrap_or_default(),
            value: percent.map_or(Value::Empty, |p| Value::Integer(p.into())),
            is_number: true,
            ..Self::default()
        }
    }

    /// Leads to its rows. What is nothing leads nowhere.
    #[must_use]
    pub fn to(mut self, href: &str) -> Self {
        if !matches!(self.value, Value::Integer(0) | Value::Empty) {
            href.clone_into(&mut self.href);
        }
        self
    }
}

/// A table of a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Unique on the page; also the sheet in a workbook.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What is counted, under the heading; may be empty.
    pub note: String,
    /// Columns: heading, and whether it holds figures.
    pub columns: Vec<(&'static str, bool)>,
    /// Rows, as many cells as columns.
    pub rows: Vec<Vec<Cell>>,
    /// The sum, if the rows can be summed.
    pub total: Option<Vec<Cell>>,
    /// Rows that are in the file but not on the page.
    pub beyond: usize,
    /// What to say when there are no rows.
    pub when_empty: &'static str,
}

impl Table {
    /// As many rows on a page as somebody reads; the file has them all.
    #[must_use]
    pub fn for_page(mut self, most: usize) -> Self {
        self.beyond = self.rows.len().saturating_sub(most);
        self.rows.truncate(most);
        self
    }
}

/// A key figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// What it is.
    pub label: &'static str,
    /// The figure.
    pub value: String,
    /// What it was a month before, or what it means.
    pub note: String,
    /// Its rows; empty = nowhere to go.
    pub href: String,
}

/// A line over time with its table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// What is drawn.
    pub title: String,
    /// The drawing.
    pub trend: Trend,
    /// The same in figures.
    pub values: Vec<(String, String)>,
    /// The same as a table of a file.
    pub table: Table,
}

impl Line {
    /// Draws values by month.
    pub fn new(title: &str, unit: &str, values: &[(NaiveDate, i64)]) -> Self {
        let short = |month: NaiveDate| format!("{} {}", month_short(month), month.format("%y"));
        let labelled: Vec<(String, i64)> =
            values.iter().map(|(month, value)| (short(*month), *value)).collect();
        Self {
            title: title.to_owned(),
            trend: crate::web::svg::trend(&labelled, unit),
            values: values
                .iter()
                .map(|(month, value)| {
                    (month.format("%Y-%m").to_string(), format!("{}\u{a0}{unit}", number_of((*value).into())))
                })
                .collect(),
            table: Table {
                id: "utveckling",
                title: "Utveckling".to_owned(),
                columns: vec![("Månad", false), (counted_in(unit), true)],
                rows: values
                    .iter()
                    .map(|(month, value)| vec![Cell::month(*month), Cell::whole(*value)])
                    .collect(),
                ..Table::default()
            },
        }
    }
}

/// The heading of values in a unit.
fn counted_in(unit: &str) -> &'static str {
    match unit {
        "st" => "Antal",
        "%" => "Procent",
        "kr" => "Kronor",
        _ => "Värde",
    }
}

/// What stands over a report.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The municipality.
    pub municipality: String,
    /// Which units.
    pub scope: String,
    /// Which months, in a report by months.
    pub period: String,
    /// The day that the record is shown of.
    pub day: NaiveDate,
    /// It is an earlier day.
    pub is_back: bool,
    /// What it builds on, with days.
    pub sources: Vec<String>,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What is hidden and why.
    pub secrecy: Vec<String>,
}

/// A report.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// r06 …
    pub code: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What it answers.
    pub lead: &'static str,
    /// Key figures.
    pub figures: Vec<Figure>,
    /// A line over time.
    pub line: Option<Line>,
    /// Tables.
    pub tables: Vec<Table>,
    /// How it is counted, and what cannot be told.
    pub notes: Vec<String>,
    /// Protected persons that are counted but not shown.
    pub protected: usize,
}

impl Report {
    /// An empty report of a code.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let (code, title, _, lead) = REPORTS.into_iter().find(|r| r.0 == code).unwrap_or(REPORTS[0]);
        Self { code, title, lead, ..Self::default() }
    }

    /// The key figures as a table of a file.
    #[must_use]
    pub fn figures_table(&self) -> Table {
        let row = |figure: &Figure| {
            vec![Cell::text(figure.label), Cell::text(figure.value.clone()), Cell::text(figure.note.clone())]
        };
        Table {
            id: "nyckeltal",
            title: "Nyckeltal".to_owned(),
            columns: vec![("Nyckeltal", false), ("Värde", false), ("Förklaring", false)],
            rows: self.figures.iter().map(row).collect(),
            ..Table::default()
        }
    }
}

/// "december 2025–november 2026", or the month alone.
#[must_use]
pub fn period_words(period: Period) -> String {
    let (from, until) = (month_words(period.from), month_words(period.until));
    if from == until { until } else { format!("{from}–{until}") }
}

/// "12 fler än månaden före", "oförändrat mot året före".
#[must_use]
pub fn change(now: i64, before: i64, compared: Compare) -> String {
    let (difference, when) = (now - before, compared.words());
    let words = number_of(difference.abs().into());
    match difference {
        0 => format!("oförändrat mot {when}"),
        d if d > 0 => format!("{words} fler än {when}"),
        _ => format!("{words} färre än {when}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_nowhere() {
        assert_eq!(Cell::count(0).to("/x").href, "");
        assert_eq!(Cell::count(3).to("/x").href, "/x");
    }

    #[test]
    fn a_page_shows_what_somebody_reads_and_says_how_many_more_there_are() {
        let table = Table { rows: vec![vec![Cell::count(1)]; 5], ..Table::default() }.for_page(3);
        assert_eq!((table.rows.len(), table.beyond), (3, 2));
    }

    #[test]
    fn a_period_is_told_by_its_first_and_last_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let words = |months| period_words(Period::up_to(day("2026-11-20"), months));
        assert_eq!(words(12), "december 2025–november 2026");
        assert_eq!(words(1), "november 2026");
    }

    #[test]
    fn a_change_is_told_in_words() {
        assert_eq!(change(3, 3, Compare::Month), "oförändrat mot månaden före");
        assert_eq!(change(5, 3, Compare::Quarter), "2 fler än kvartalet före");
        assert_eq!(change(1, 3, Compare::Year), "2 färre än året före");
    }
}
