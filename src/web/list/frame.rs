//! From what was fetched to what the templates get.

use super::def::{Column, FilterKind, Kind, ListDef};
use super::load::{Facet, Rows};
use super::saved::SavedView;
use super::state::{Chosen, ListState, NONE, PER_PAGE_CHOICES};
use super::view::{DayView, FilterView, Heading, ListPage, ResultView, Save};
use crate::web::download::FileKind;
use crate::web::nav::NavItem;
use crate::web::page::{Link, Page};
use crate::web::page_parts::{Choice, Pager, Tab};

/// What every part of the page is made from.
pub(super) struct Frame<'a> {
    pub def: &'a ListDef,
    pub state: &'a ListState,
    pub path: &'a str,
    pub bulk: bool,
}

impl Frame<'_> {
    /// The states of the tabs after the first: standing views, then saved ones.
    pub fn tab_states(&self, saved: &[SavedView]) -> Vec<ListState> {
        let standing = self.def.views.iter().map(|view| self.state.in_view(Some(view.key)));
        let own = saved
            .iter()
            .map(|view| ListState { saved: Some(view.id), ..ListState::parse(self.def, &view.query) });
        standing.chain(own).collect()
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "called once, by List::respond, with what it has just fetched"
    )]
    pub fn page(
        &self,
        page: Page,
        lead: String,
        actions: Vec<NavItem>,
        rows: Rows,
        of: i64,
        facets: Vec<Vec<Facet>>,
        saved: &[SavedView],
        counts: &[i64],
    ) -> ListPage {
        let (def, state) = (self.def, self.state);
        let chips = self.chips(&facets);
        let filters = def
            .filters
            .iter()
            .zip(facets)
            .filter(|(f, _)| !f.quiet)
            .map(|(f, facets)| self.filter(f, facets))
            .collect();
        let own = saved.iter().find(|v| Some(v.id) == state.saved && v.is_own);
        let root = self.path.strip_suffix(def.slug).unwrap_or("/");
        let shown: Vec<_> = state.shown(def).iter().map(|c| c.key).collect();
        ListPage {
            lead,
            actions,
            exports: [("Excel (.xlsx)", FileKind::Xlsx), ("CSV (.csv)", FileKind::Csv)]
                .map(|(label, file)| Link::new(label, state.as_file(file).url(self.path)))
                .into(),
            tabs: self.tabs(saved, counts),
            path: self.path.to_owned(),
            save: Save {
                list: def.slug,
                create: format!("{root}views"),
                update: own.map(|v| format!("{root}views/{}", v.id)).unwrap_or_default(),
                name: own.map(|v| v.name.clone()).unwrap_or_default(),
                is_shared: own.is_some_and(|v| v.is_shared),
                query: state.to_save().to_query(),
            },
            kept: self.kept(),
            filters,
            columns: def
                .columns
                .iter()
                .skip(1)
                .map(|c| Choice {
                    chosen: shown.contains(&c.key),
                    hint: c.help.to_owned(),
                    ..Choice::new(c.key, c.label)
                })
                .collect(),
            chips,
            cleared: state.cleared().url(self.path),
            remarks: state.remarks.clone(),
            day: def.has_history.then(|| DayView {
                day: state.day.map(|day| day.to_string()).unwrap_or_default(),
                last: (page.today - chrono::TimeDelta::days(1)).to_string(),
                today: ListState { day: None, page: 1, ..state.clone() }.url(self.path),
            }),
            q: state.q.clone(),
            search_hint: if def.search.is_empty() { "" } else { def.search_hint },
            result: self.result(rows, of),
            page,
        }
    }

    /// What the filter form does not show but must not lose: the view and the quiet filters.
    fn kept(&self) -> Vec<(String, String)> {
        let quiet = |key: &str| {
            self.def.filters.iter().any(|f| {
                f.quiet
                    && (f.key == key
                        || key.strip_prefix(f.key).is_some_and(|rest| rest == "_fran" || rest == "_till"))
            })
        };
        self.state
            .to_pairs()
            .into_iter()
            .filter(|(key, _)| matches!(key.as_str(), "vy" | "sparad") || quiet(key))
            .collect()
    }

    fn tabs(&self, saved: &[SavedView], counts: &[i64]) -> Vec<Tab> {
        let state = self.state;
        let count = |i: usize| counts.get(i).copied();
        let first = Tab {
            label: "Alla".to_owned(),
            href: state.in_view(None).url(self.path),
            count: count(0),
            current: state.view.is_none() && state.saved.is_none(),
        };
        let standing = self.def.views.iter().map(|view| Tab {
            label: view.label.to_owned(),
            href: state.in_view(Some(view.key)).url(self.path),
            count: None,
            current: state.saved.is_none() && state.view == Some(view.key),
        });
        let own = saved.iter().map(|view| {
            let chosen = ListState { saved: Some(view.id), ..ListState::parse(self.def, &view.query) };
            Tab {
                label: view.name.clone(),
                href: chosen.url(self.path),
                count: None,
                current: state.saved == Some(view.id),
            }
        });
        let mut tabs: Vec<Tab> = std::iter::once(first).chain(standing).chain(own).collect();
        for (i, tab) in tabs.iter_mut().enumerate() {
            tab.count = count(i);
        }
        tabs
    }

    fn filter(&self, filter: &super::def::Filter, facets: Vec<Facet>) -> FilterView {
        let chosen = self.state.chosen(filter.key);
        let mut view = FilterView {
            key: filter.key,
            label: filter.label,
            cleared: self.state.without(filter.key, None).url(self.path),
            active: usize::from(chosen.is_some()),
            ..FilterView::default()
        };
        let ends = |view: &mut FilterView, from: Option<String>, to: Option<String>| {
            view.from = from.unwrap_or_default();
            view.to = to.unwrap_or_default();
        };
        view.kind = match filter.kind {
            FilterKind::Dates => "dates",
            FilterKind::Numbers => "numbers",
            FilterKind::Text => "text",
            FilterKind::YesNo => "yes_no",
            _ => "choice",
        };
        match chosen {
            Some(Chosen::Dates(from, to)) => {
                ends(&mut view, from.map(|d| d.to_string()), to.map(|d| d.to_string()));
            }
            Some(Chosen::Numbers(from, to)) => {
                let word = |n: rust_decimal::Decimal| n.to_string().replace('.', ",");
                ends(&mut view, from.map(word), to.map(word));
            }
            Some(Chosen::Text(text)) => text.clone_into(&mut view.from),
            Some(Chosen::Any(values)) => view.active = values.len(),
            Some(Chosen::YesNo(_)) | None => {}
        }
        view.options = facets
            .into_iter()
            .map(|facet| {
                let is_chosen = match chosen {
                    Some(Chosen::Any(values)) => values.contains(&facet.value),
                    Some(Chosen::YesNo(yes)) => facet.value == if *yes { "ja" } else { "nej" },
                    _ => false,
                };
                (facet, is_chosen)
            })
            .collect();
        view
    }

    fn chips(&self, facets: &[Vec<Facet>]) -> Vec<Link> {
        let mut chips = Vec::new();
        for (filter, facets) in self.def.filters.iter().zip(facets) {
            let Some(chosen) = self.state.chosen(filter.key) else { continue };
            for (words, value) in chosen_in_words(chosen, facets) {
                let href = self.state.without(filter.key, value.as_deref()).url(self.path);
                chips.push(Link::new(format!("{}: {words}", filter.label), href));
            }
        }
        chips
    }

    /// The table and what is around it.
    pub fn result(&self, rows: Rows, of: i64) -> ResultView {
        let (def, state) = (self.def, self.state);
        let columns = state.shown(def);
        let (sorted_by, falling) = state.order(def);
        let first = (rows.page - 1) * state.per + 1;
        let last = first - 1 + i64::try_from(rows.rows.len()).unwrap_or(0);
        let pages = (rows.total + state.per - 1).div_euclid(state.per).max(1);
        let is_narrowed = state.is_narrowed();
        let word = def.column(sorted_by).map_or("", |c| c.label);
        ResultView {
            path: self.path.to_owned(),
            headings: columns
                .iter()
                .map(|c| Heading {
                    key: c.key,
                    label: c.label,
                    help: c.help,
                    sort: c.sort.map(|_| state.sorted_by(def, c.key).url(self.path)),
                    order: match (c.key == sorted_by, falling) {
                        (false, _) => "",
                        (true, false) => "ascending",
                        (true, true) => "descending",
                    },
                    is_numeric: c.kind.is_numeric(),
                    is_phase: matches!(c.kind, Kind::Phase(_)),
                })
                .collect(),
            is_broad: columns.len() > 8,
            caption: format!(
                "{}, i {} ordning efter {word}",
                def.title,
                if falling { "fallande" } else { "stigande" }
            ),
            total: rows.total,
            of,
            of_words: def.count(of),
            is_narrowed,
            first,
            last,
            pager: Pager::new(rows.page, pages, |page| state.on_page(page).url(self.path)),
            per: PER_PAGE_CHOICES.map(|n| (n, n == state.per)).into(),
            sorts: columns.iter().filter(|c| c.sort.is_some()).flat_map(|c| sort_choices(c)).collect(),
            sort: format!("{}{sorted_by}", if falling { "-" } else { "" }),
            bulk: if self.bulk { def.bulk.clone() } else { Vec::new() },
            query: state.to_save().to_query(),
            one: def.one,
            many: def.many,
            empty_title: if is_narrowed || state.view.is_some() {
                format!("Inga {} i urvalet", def.many)
            } else {
                format!("Det finns inga {} än", def.many)
            },
            empty_text: match (is_narrowed, state.view.is_some()) {
                (true, _) => "Ta bort något filter eller ändra sökningen.".to_owned(),
                (false, true) => String::new(),
                (false, false) => def.empty_text.to_owned(),
            },
            cleared: if is_narrowed { state.cleared().url(self.path) } else { String::new() },
            rows: rows.rows,
        }
    }
}

/// The two orders of a column, in words that fit its kind.
fn sort_choices(column: &Column) -> [Choice; 2] {
    let (rising, falling) = match column.kind {
        Kind::Integer | Kind::Money | Kind::Percent => ("lägst först", "högst först"),
        Kind::Date | Kind::Deadline(_) | Kind::Moment => ("tidigast först", "senast först"),
        _ => ("A–Ö", "Ö–A"),
    };
    [
        Choice::new(column.key, format!("{}, {rising}", column.label)),
        Choice::new(format!("-{}", column.key), format!("{}, {falling}", column.label)),
    ]
}

/// What is chosen in one filter, in words, with the value that the words stand for where there are several.
fn chosen_in_words(chosen: &Chosen, facets: &[Facet]) -> Vec<(String, Option<String>)> {
    let between = |from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (Some(from), None) => format!("från {from}"),
        (None, Some(to)) => format!("till {to}"),
        (None, None) => String::new(),
    };
    match chosen {
        Chosen::Any(values) => values
            .iter()
            .map(|value| {
                let label = facets.iter().find(|f| f.value == *value).map(|f| f.label.as_str());
                (
                    label.unwrap_or(if value == NONE { "Saknas" } else { value }).to_owned(),
                    Some(value.clone()),
                )
            })
            .collect(),
        Chosen::YesNo(yes) => vec![((if *yes { "Ja" } else { "Nej" }).to_owned(), None)],
        Chosen::Text(text) => vec![(format!("”{text}”"), None)],
        Chosen::Dates(from, to) => {
            vec![(between(from.map(|d| d.to_string()), to.map(|d| d.to_string())), None)]
        }
        Chosen::Numbers(from, to) => {
            let word = |n: rust_decimal::Decimal| crate::web::format::number_of(n);
            vec![(between(from.map(word), to.map(word)), None)]
        }
    }
}

/// The view, the search and the filters as sentences, for an exported file.
pub(super) fn choices_in_words(def: &ListDef, state: &ListState, facets: &[Vec<Facet>]) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(day) = state.day {
        words.push(format!("Som listan var i slutet av dagen {day}"));
    }
    if let Some(view) = state.view.and_then(|key| def.view(key)) {
        words.push(format!("Vy: {}", view.label));
    }
    if !state.q.is_empty() {
        words.push(format!("Sökning: {}", state.q));
    }
    for (filter, facets) in def.filters.iter().zip(facets) {
        if let Some(chosen) = state.chosen(filter.key) {
            let values: Vec<String> =
                chosen_in_words(chosen, facets).into_iter().map(|(words, _)| words).collect();
            words.push(format!("{}: {}", filter.label, values.join(", ")));
        }
    }
    words
}
