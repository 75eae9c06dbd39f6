//! Lists: search, filters, order, pages, views, chosen columns, export and bulk edit, declared instead of written.
//!
//! An area adds a list with a [`ListDef`], one SELECT and a handler of three lines:
//!
//! ```
//! use std::sync::LazyLock;
//! use overblick::web::list::{BulkAction, Code, Codes, Column, Filter, Kind, ListDef, Reach, View};
//!
//! const PHASES: Codes = &[Code::new("anvandning", "Användning"), Code::new("avveckling", "Avveckling")];
//!
//! static LIST: LazyLock<ListDef> = LazyLock::new(|| {
//!     ListDef::new(
//!         "systems", "System", ("system", "system"),
//!         "select s.id, s.name, s.phase, s.owner_unit_id, u.name as unit_name, s.annual_cost, c.end_date as contract_end
//!          from it_system s left join org_unit u on u.id = s.owner_unit_id left join contract c on c.id = s.contract_id
//!          where s.merged_into_id is null",
//!         // Whoever holds a role on a system sees it, wherever it belongs.
//!         Reach::Unit { unit: "owner_unit_id", object: Some("system_id") },
//!     )
//!     .columns([
//!         Column::name("name", "System", "systems/{id}"),
//!         Column::of("phase", "Fas", Kind::Phase(PHASES)),
//!         Column::text("unit_name", "Förvaltning"),
//!         Column::of("contract_end", "Avtal till", Kind::Deadline(90)),
//!         Column::money("annual_cost", "Kr per år").hidden(),
//!     ])
//!     .filters([
//!         Filter::codes("fas", "Fas", "r.phase", PHASES),
//!         Filter::loaded("forvaltning", "Förvaltning", "r.owner_unit_id", "r.unit_name"),
//!         Filter::dates("avtal", "Avtal till", "r.contract_end"),
//!     ])
//!     .search("Namn eller förvaltning", ["r.name", "r.unit_name"])
//!     .sorted("name")
//!     .views([View::new("loper-ut", "Avtal löper ut", "r.contract_end < {today} + 90").sorted("contract_end")])
//!     .when_empty("Lägg till ett system, eller läs in en lista.")
//!     .bulk([BulkAction { key: "phase", label: "Byt fas", icon: "livscykel" }])
//! });
//! assert!(LIST.check().is_empty());
//! ```
//! ```ignore
//! pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> AppResult<Response> {
//!     List::of(&LIST).action("Nytt system", "plus", "systems/new").respond(&ctx, query.as_deref()).await
//! }
//! // in routes(): .get("/systems", Permission::SystemRead, pages::list)
//! ```
//! That is all: the page, its part for htmx, the files and the saved views come with it. The route's permission says how far
//! the reader reaches ([`Reach`]). Bulk edit needs a POST route besides, see [`bulk`].
//!
//! | part | in |
//! |---|---|
//! | the declaration | [`def`] |
//! | the choices and their URL | [`state`] |
//! | the SQL and its words in braces | [`sql`] |
//! | values, how they are shown | [`cell`] |
//! | what is fetched | [`load`] |
//! | what the template gets | [`view`] |
//! | saved views | [`saved`] |
//! | several rows at once | [`bulk`] |

pub mod bulk;
pub mod cell;
pub mod def;
mod export;
mod frame;
pub mod load;
pub mod saved;
pub mod sql;
pub mod state;
pub mod view;

pub use bulk::{BulkEdit, BulkField, Change};
pub use cell::{Cell, Code, Codes};
pub use def::{BulkAction, Column, Filter, FilterKind, Kind, ListDef, Reach, View};
pub use sql::Reader;
pub use state::{ListState, encode};

use std::collections::HashMap;

use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::areas::audit::AccessKind;
use crate::areas::people::ProtectedMask;
use crate::db::tenant::TenantTx;
use crate::error::AppResult;
use crate::web::ctx::Ctx;
use crate::web::download::FileKind;
use crate::web::nav::NavItem;
use crate::web::sight::Sees;

/// A list about to be shown: the declaration and what this request adds to it.
#[derive(Debug)]
pub struct List<'a> {
    def: &'a ListDef,
    labels: load::Labels,
    lead: String,
    actions: Vec<(String, &'static str, String)>,
    bulk: bool,
    personal: bool,
    remarks: Vec<String>,
}

impl<'a> List<'a> {
    /// The list as declared.
    #[must_use]
    pub fn of(def: &'a ListDef) -> Self {
        Self {
            def,
            labels: load::Labels::new(),
            lead: String::new(),
            actions: Vec::new(),
            bulk: !def.bulk.is_empty(),
            personal: false,
            remarks: Vec::new(),
        }
    }
    /// A sentence under the heading.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }
    /// A button at the heading: label, icon, path inside the municipality. The last one is the main one.
    #[must_use]
    pub fn action(mut self, label: impl Into<String>, icon: &'static str, path: impl Into<String>) -> Self {
        self.actions.push((label.into(), icon, path.into()));
        self
    }
    /// What the municipality calls the codes of a column or filter (phases, roles): pairs of code and label.
    #[must_use]
    pub fn labels(mut self, key: &'static str, pairs: Vec<(String, String)>) -> Self {
        self.labels.insert(key, pairs);
        self
    }
    /// Without bulk actions, for a user who may only read.
    #[must_use]
    pub fn bulk_if(mut self, may: bool) -> Self {
        self.bulk &= may;
        self
    }
    /// A warning above the rows: what they rest on is old or lacking.
    #[must_use]
    pub fn remark(mut self, text: impl Into<String>) -> Self {
        self.remarks.push(text.into());
        self
    }
    /// The rows are personal data: reading them is logged.
    #[must_use]
    pub fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Answers with the page, the part of it that htmx asks for, or a file.
    pub async fn respond(self, ctx: &Ctx, query: Option<&str>) -> AppResult<Response> {
        let query = query.unwrap_or_default();
        let mut state = ListState::parse(self.def, query);
        let path = ctx.path(self.def.slug);
        if !ctx.is_partial
            && let Some(clean) = cleaner(self.def, &state, query)
        {
            return Ok(Redirect::to(&if clean.is_empty() { path } else { format!("{path}?{clean}") })
                .into_response());
        }
        state.remarks.extend(self.remarks.iter().cloned());
        let mut tx = ctx.begin().await?;
        let mut saved = saved::list_saved(&mut tx, self.def.slug, ctx.user.user_id).await?;
        let has_written = self.def.columns.iter().any(|column| column.written);
        let mask = if has_written || saved.iter().any(|view| !view.is_own) {
            ProtectedMask::for_reader(ctx, &mut tx).await?
        } else {
            ProtectedMask::default()
        };
        saved::cover(&mut saved, &mask);
        if let Some(view) = saved.iter().find(|v| Some(v.id) == state.saved)
            && (ListState { saved: None, ..state.clone() }).to_query().is_empty()
        {
            // A link with nothing but the saved view's mark: the choices are those that were saved.
            state = ListState { saved: Some(view.id), ..ListState::parse(self.def, &view.query) };
        }
        let mut reader = reader(ctx);
        // Another transaction stands on the earlier day: this one still writes logs and reads the menu of today.
        let mut back = None;
        if let Some(day) = state.day.filter(|day| *day < ctx.today()) {
            let mut tx = ctx.begin().await?;
            tx.stand_as_of(day).await?;
            reader = Reader { today: day, stands_back: true, ..reader };
            back = Some(tx);
        } else {
            state.day = None;
        }
        let frame = frame::Frame {
            def: self.def,
            state: &state,
            path: &path,
            bulk: self.bulk && state.day.is_none(),
        };
        let tabs = frame.tab_states(&saved);
        let states: Vec<ListState> = std::iter::once(&state).chain(&tabs).cloned().collect();
        let read = back.as_mut().unwrap_or(&mut tx);
        reader.covered = load::covered(read, self.def, &states, (&reader, &mask)).await?;
        let root = ctx.path("") + "/";
        let look = load::Look { root: &root, labels: &self.labels };
        if let Some(file) = state.file {
            let read = back.as_mut().unwrap_or(&mut tx);
            let rows = load::all_rows(read, self.def, &state, &reader, &look).await?;
            let facets = load::facets(read, self.def, &state, &reader, &self.labels).await?;
            return self.file(ctx, tx, &state, (rows, facets), file).await;
        }
        let read = back.as_mut().unwrap_or(&mut tx);
        let rows = load::rows(read, self.def, &state, &reader, &look).await?;
        let of = load::count(read, self.def, &state.cleared(), &reader).await?;
        if ctx.is_partial {
            self.log_read(ctx, &mut tx, rows.rows.len()).await?;
            tx.commit().await?;
            let mut response = ctx.html(&view::ListPart { result: frame.result(rows, of) })?;
            if let Ok(url) = HeaderValue::from_str(&state.url(&path)) {
                response.headers_mut().insert("hx-push-url", url);
            }
            return Ok(response);
        }
        let facets = load::facets(read, self.def, &state, &reader, &self.labels).await?;
        let counts = load::tab_counts(read, self.def, &tabs, &reader).await?;
        self.log_read(ctx, &mut tx, rows.rows.len()).await?;
        let page = ctx.page(&mut tx, self.def.title).await?.wide();
        tx.commit().await?;
        let actions = self
            .actions
            .iter()
            .map(|(label, icon, to)| NavItem::new(label.clone(), icon, ctx.path(to)))
            .collect();
        ctx.html(&frame.page(page, self.lead.clone(), actions, rows, of, facets, &saved, &counts))
    }

    async fn log_read(&self, ctx: &Ctx, tx: &mut TenantTx, rows: usize) -> AppResult<()> {
        if self.personal {
            let detail = serde_json::json!({ "rows": rows });
            ctx.log_access(tx, AccessKind::ReadPersonal, (self.def.slug, None), detail).await?;
        }
        Ok(())
    }

    async fn file(
        &self,
        ctx: &Ctx,
        mut tx: TenantTx,
        state: &ListState,
        (rows, facets): (load::Rows, Vec<Vec<load::Facet>>),
        file: FileKind,
    ) -> AppResult<Response> {
        let columns = state.shown(self.def);
        // What was taken out and how it was chosen; never the rows, and not what was searched for (it may be a name).
        let detail = serde_json::json!({
            "rows": rows.rows.len(),
            "format": file.ending(),
            "columns": columns.iter().map(|c| c.key).collect::<Vec<_>>(),
            "view": state.view,
            "day": state.day,
            "filters": state.filters.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
            "searched": !state.q.is_empty(),
        });
        ctx.log_access(&mut tx, AccessKind::Export, (self.def.slug, None), detail).await?;
        tx.commit().await?;
        let about = export::About {
            today: ctx.today(),
            tenant: ctx.tenant.name.clone(),
            choices: frame::choices_in_words(self.def, state, &facets),
            total: rows.total,
        };
        export::answer(self.def, file, &columns, &rows.rows, &about)
    }
}

/// The reader of a list: whoever asks, with the reach of the route's permission.
#[must_use]
pub fn reader(ctx: &Ctx) -> Reader {
    let sees = Sees::of(ctx);
    Reader {
        today: ctx.today(),
        user_id: ctx.user.user_id,
        scope: ctx.scope().clone(),
        person_id: ctx.principal.person_id,
        sees_names: sees.names,
        sees_protected: sees.protected,
        stands_back: false,
        covered: HashMap::new(),
    }
}

/// Counts what a link would show: `count(tx, &LIST, "vy=loper-ut", &reader)`. Overviews use it so that a figure and the list
/// that it leads to can never differ.
pub async fn count(tx: &mut TenantTx, def: &ListDef, query: &str, reader: &Reader) -> AppResult<i64> {
    load::count(tx, def, &ListState::parse(def, query), reader).await
}

/// Counts what several links would show, in one pass over the rows.
pub async fn counts(
    tx: &mut TenantTx,
    def: &ListDef,
    queries: &[&str],
    reader: &Reader,
) -> AppResult<Vec<i64>> {
    let states: Vec<ListState> = queries.iter().map(|query| ListState::parse(def, query)).collect();
    Ok(load::tab_counts(tx, def, &states, reader).await?.into_iter().skip(1).collect())
}

/// A form sends every field it has, chosen or not. The shorter query that means the same, if there is one.
fn cleaner(def: &ListDef, state: &ListState, query: &str) -> Option<String> {
    let clean = state.to_query();
    let is_from_form = query.split('&').any(|part| part.ends_with('=') || part.starts_with("kol="));
    (is_from_form
        && state.remarks.is_empty()
        && clean.len() < query.len()
        && ListState::parse(def, &clean).to_query() == clean)
        .then_some(clean)
}

/// A key that sorts as Swedes do: å, ä and ö last, case and other accents without weight.
#[must_use]
pub fn swedish_key(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.to_lowercase()
        .chars()
        .flat_map(|c| match c {
            'å' => vec!['{'],
            'ä' | 'æ' => vec!['|'],
            'ö' | 'ø' => vec!['}'],
            _ => c.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect(),
        })
        .collect()
}

impl ListDef {
    /// What is wrong with a declaration, in English; a test of the area asserts that it is empty.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let known = ["q", "vy", "sparad", "sort", "page", "per", "kol", "dag", "format"];
        let mut keys = std::collections::HashSet::new();
        for column in &self.columns {
            if !keys.insert(column.key) {
                faults.push(format!("two columns are called {}", column.key));
            }
            if !column.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                faults.push(format!("{} is not the name of a column of the SELECT", column.key));
            }
        }
        let mut keys = std::collections::HashSet::new();
        for filter in &self.filters {
            if known.contains(&filter.key) || !keys.insert(filter.key) {
                faults.push(format!("the filter {} needs another key", filter.key));
            }
        }
        if !matches!(self.columns.first().map(|c| (c.kind, c.shown)), Some((Kind::Name { .. }, true))) {
            faults.push("the first column must be Column::name and shown".to_owned());
        }
        for sort in self.views.iter().map(|v| v.sort).chain([self.default_sort]).filter(|s| !s.is_empty()) {
            if self.column(sort.trim_start_matches('-')).is_none_or(|c| c.sort.is_none()) {
                faults.push(format!("{sort} cannot be ordered by"));
            }
        }
        if self.bulk.iter().any(|a| a.key.is_empty()) {
            faults.push("a bulk action needs a key".to_owned());
        }
        faults
    }
}

/// The routes that all lists share: saved views, taking back a bulk edit.
#[must_use]
pub fn routes() -> crate::web::routes::Routes {
    saved::routes().merge(bulk::routes())
}

#[cfg(test)]
mod tests;
