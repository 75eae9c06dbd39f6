//! Fetches what a list shows: the rows, how many there are, and the counts beside views and filters.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::cell::{self, Around, Cell};
use super::def::{Column, FilterKind, ListDef};
use super::sql::{self, Reader, Sql};
use super::state::{Chosen, ListState, NONE};
use crate::areas::people::{PROTECTED, ProtectedMask};
use crate::db::tenant::TenantTx;
use crate::error::AppResult;

/// What a municipality calls the codes of a column or filter: key → (code, label).
pub type Labels = HashMap<&'static str, Vec<(String, String)>>;

/// The most rows that go into a file.
pub const MAX_FILE_ROWS: i64 = 100_000;

/// A row, ready to show.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's id.
    pub id: String,
    /// A value for each column shown, in order.
    pub cells: Vec<Cell>,
}

impl Row {
    /// What the row is called: its first value.
    #[must_use]
    pub fn name(&self) -> String {
        self.cells.first().map(Cell::plain).unwrap_or_default()
    }
}

/// The rows of one page and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many there are on all pages.
    pub total: i64,
    /// The page shown: the last one, if the one asked for is beyond it.
    pub page: i64,
}

/// One of the values of a filter, with how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value; [`NONE`] for rows without one.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// How many rows of the view have it.
    pub count: i64,
}

/// How the values of a page are to be shown.
pub(super) struct Look<'a> {
    pub root: &'a str,
    pub labels: &'a Labels,
}

/// Fetches one page of rows.
pub(super) async fn rows(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
    look: &Look<'_>,
) -> AppResult<Rows> {
    let offset = (state.page - 1) * state.per;
    let (mut rows, mut total) = fetch(tx, def, state, reader, look, (state.per, offset)).await?;
    let mut page = state.page;
    if rows.is_empty() && state.page > 1 {
        // Beyond the last page (rows were removed, or the address was typed): show the last there is.
        total = count(tx, def, state, reader).await?;
        page = (total + state.per - 1).div_euclid(state.per).max(1);
        (rows, total) = fetch(tx, def, state, reader, look, (state.per, (page - 1) * state.per)).await?;
    }
    Ok(Rows { rows, total, page })
}

/// Fetches every row, at most [`MAX_FILE_ROWS`], for a file.
pub(super) async fn all_rows(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
    look: &Look<'_>,
) -> AppResult<Rows> {
    let (rows, total) = fetch(tx, def, state, reader, look, (MAX_FILE_ROWS, 0)).await?;
    Ok(Rows { rows, total, page: 1 })
}

/// How many rows the choices leave.
pub(super) async fn count(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
) -> AppResult<i64> {
    let mut query = begin("select count(*)", reader);
    sql::push_from(&mut query, def, reader);
    sql::push_view(&mut query, def, state.view, reader);
    sql::push_choices(&mut query, def, state, reader);
    Ok(query.build_query_scalar().persistent(!reader.stands_back).fetch_one(&mut **tx).await?)
}

/// The ids of every row that the choices leave, at most `limit`, in the order shown.
pub(super) async fn ids(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
    limit: i64,
) -> AppResult<Vec<Uuid>> {
    let mut query = begin("select r.id", reader);
    sql::push_from(&mut query, def, reader);
    sql::push_view(&mut query, def, state.view, reader);
    sql::push_choices(&mut query, def, state, reader);
    sql::push_order(&mut query, def, state, reader);
    query.push(" limit ").push_bind(limit);
    Ok(query.build_query_scalar().persistent(!reader.stands_back).fetch_all(&mut **tx).await?)
}

/// Of these ids, those within reach, with what the rows are called, in the list's own order.
pub(super) async fn names(
    tx: &mut TenantTx,
    def: &ListDef,
    reader: &Reader,
    ids: &[Uuid],
) -> AppResult<Vec<(Uuid, String)>> {
    let first = def.columns.first().map_or("id", |c| c.key);
    let mut query = begin(format!("select r.id, r.{first}::text"), reader);
    sql::push_from(&mut query, def, reader);
    query.push(" and r.id = any(").push_bind(ids.to_vec()).push(")");
    sql::push_order(&mut query, def, &ListState::default(), reader);
    let rows = query.build().persistent(!reader.stands_back).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get::<Option<String>, _>(1)?.unwrap_or_default())))
        .collect()
}

/// A query begins so. On an earlier day its text differs: sqlx looks for a prepared query by its text, also when it is told to
/// keep none.
fn begin(text: impl std::fmt::Display, reader: &Reader) -> Sql {
    if reader.stands_back {
        Sql::new(format!("/* earlier day */ {text}"))
    } else {
        Sql::new(text.to_string())
    }
}

async fn fetch(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
    look: &Look<'_>,
    (limit, offset): (i64, i64),
) -> AppResult<(Vec<Row>, i64)> {
    let columns = state.shown(def);
    let mut extras: Vec<&'static str> = columns.iter().flat_map(|c| cell::extras(c.kind)).collect();
    extras.sort_unstable();
    extras.dedup();
    // Only what is shown is asked for, so that PostgreSQL can leave out joins that nothing uses.
    let mut query = begin("select count(*) over (), r.id::text", reader);
    for column in &columns {
        query.push(", ");
        sql::push_column(&mut query, column.key, Some(PROTECTED), reader);
        query.push("::").push(cell::cast(column.kind));
    }
    for extra in &extras {
        query.push(", r.").push(*extra).push("::text");
    }
    sql::push_from(&mut query, def, reader);
    sql::push_view(&mut query, def, state.view, reader);
    sql::push_choices(&mut query, def, state, reader);
    sql::push_order(&mut query, def, state, reader);
    query.push(" limit ").push_bind(limit).push(" offset ").push_bind(offset);
    let found = query.build().persistent(!reader.stands_back).fetch_all(&mut **tx).await?;
    let total = found.first().map_or(Ok(0), |row| row.try_get(0))?;
    let read_row = |row: &PgRow| -> AppResult<Row> {
        let extra = |name: &str| -> AppResult<Option<String>> {
            let Some(at) = extras.iter().position(|e| *e == name) else { return Ok(None) };
            Ok(row.try_get::<Option<String>, _>(2 + columns.len() + at)?.filter(|t| !t.is_empty()))
        };
        let cells = columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let around =
                    Around { today: reader.today, root: look.root, labels: look.labels.get(column.key) };
                cell::read(row, 2 + i, column.kind, &around, extra)
            })
            .collect::<AppResult<Vec<_>>>()?;
        Ok(Row { id: row.try_get(1)?, cells })
    };
    Ok((found.iter().map(read_row).collect::<AppResult<_>>()?, total))
}

/// What [`Reader::covered`] holds when the reader makes these choices: of the written columns that are shown, ordered by or searched
/// in, the rows whose text names somebody of the mask. One query, however many the rows are, and none where nobody is protected
/// or no such column is asked for.
pub(super) async fn covered(
    tx: &mut TenantTx,
    def: &ListDef,
    states: &[ListState],
    (reader, mask): (&Reader, &ProtectedMask),
) -> AppResult<HashMap<&'static str, Vec<Uuid>>> {
    let mut covered: HashMap<&'static str, Vec<Uuid>> = HashMap::new();
    let keys = written_keys(def, states);
    if mask.is_empty() || keys.is_empty() {
        return Ok(covered);
    }
    let mut query = begin("select r.id", reader);
    for key in &keys {
        query.push(", r.").push(*key).push("::text");
    }
    sql::push_from(&mut query, def, reader);
    for (i, key) in keys.iter().enumerate() {
        query.push(if i == 0 { " and (" } else { " or " }).push("r.").push(*key).push("::text <> ''");
    }
    query.push(")");
    for row in query.build().persistent(!reader.stands_back).fetch_all(&mut **tx).await? {
        for (i, key) in keys.iter().enumerate() {
            if row.try_get::<Option<String>, _>(1 + i)?.is_some_and(|text| mask.hides(&text)) {
                covered.entry(*key).or_default().push(row.try_get(0)?);
            }
        }
    }
    Ok(covered)
}

/// The written columns that any of these choices shows, orders by or searches in.
pub(super) fn written_keys(def: &ListDef, states: &[ListState]) -> Vec<&'static str> {
    let written = def.columns.iter().filter(|column| column.written);
    written
        .filter(|column| states.iter().any(|state| reads(state, def, column)))
        .map(|column| column.key)
        .collect()
}

fn reads(state: &ListState, def: &ListDef, column: &Column) -> bool {
    let is_searched = def.search.iter().any(|text| text.strip_prefix("r.") == Some(column.key));
    state.shown(def).iter().any(|shown| shown.key == column.key)
        || state.order(def).0 == column.key
        || (is_searched && !state.q.is_empty())
}

/// How many rows there are in each of `states` (views, standing and saved), and in all: one pass over the rows.
pub(super) async fn tab_counts(
    tx: &mut TenantTx,
    def: &ListDef,
    states: &[ListState],
    reader: &Reader,
) -> AppResult<Vec<i64>> {
    let mut query = begin("select count(*)", reader);
    for state in states {
        query.push(", count(*) filter (where true");
        sql::push_view(&mut query, def, state.view, reader);
        sql::push_choices(&mut query, def, state, reader);
        query.push(")");
    }
    sql::push_from(&mut query, def, reader);
    let row = query.build().persistent(!reader.stands_back).fetch_one(&mut **tx).await?;
    (0..=states.len()).map(|i| Ok(row.try_get(i)?)).collect()
}

/// The values of each filter with how many rows of the view have them: one pass over the rows. Empty for filters that
/// have no values to choose among, and for quiet ones that are not in use.
pub(super) async fn facets(
    tx: &mut TenantTx,
    def: &ListDef,
    state: &ListState,
    reader: &Reader,
    labels: &Labels,
) -> AppResult<Vec<Vec<Facet>>> {
    let asked: Vec<usize> = def
        .filters
        .iter()
        .enumerate()
        .filter(|(_, f)| !matches!(f.kind, FilterKind::Dates | FilterKind::Numbers | FilterKind::Text))
        .filter(|(_, f)| !f.quiet || state.chosen(f.key).is_some())
        .map(|(i, _)| i)
        .collect();
    let mut out = vec![Vec::new(); def.filters.len()];
    if asked.is_empty() {
        return Ok(out);
    }
    let mut query = begin("with f as materialized (select 1", reader);
    for i in &asked {
        let filter = &def.filters[*i];
        query.push(", ");
        match filter.kind {
            FilterKind::YesNo => {
                query.push("case when ");
                sql::push_text(&mut query, filter.sql, reader);
                query.push(" then 'ja' else 'nej' end as v").push(i);
            }
            FilterKind::Among => {
                sql::push_text(&mut query, filter.sql, reader);
                query.push(" as v").push(i);
            }
            FilterKind::Loaded { label } => {
                query.push("(");
                sql::push_text(&mut query, filter.sql, reader);
                query.push(")::text as v").push(i).push(", (");
                sql::push_text(&mut query, label, reader);
                query.push(")::text as l").push(i);
            }
            _ => {
                query.push("(");
                sql::push_text(&mut query, filter.sql, reader);
                query.push(")::text as v").push(i);
            }
        }
    }
    sql::push_from(&mut query, def, reader);
    sql::push_view(&mut query, def, state.view, reader);
    query.push(") ");
    for (n, i) in asked.iter().enumerate() {
        let filter = &def.filters[*i];
        if n > 0 {
            query.push(" union all ");
        }
        // The number of a filter is the program's own, never a user's.
        query.push(match filter.kind {
            FilterKind::Among => format!("select {i}, coalesce(u.v, ''), null, count(*) from f left join lateral unnest(f.v{i}) u(v) on true group by u.v"),
            FilterKind::Loaded { .. } => format!("select {i}, coalesce(v{i}, ''), max(l{i}), count(*) from f group by v{i}"),
            _ => format!("select {i}, coalesce(v{i}, ''), null, count(*) from f group by v{i}"),
        });
    }
    for row in query.build().persistent(!reader.stands_back).fetch_all(&mut **tx).await? {
        let i: i32 = row.try_get(0)?;
        let (value, label): (String, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
        let Some((filter, out)) =
            usize::try_from(i).ok().and_then(|i| Some((def.filters.get(i)?, out.get_mut(i)?)))
        else {
            continue;
        };
        let count = row.try_get(3)?;
        let (value, label) = if value.is_empty() {
            (NONE.to_owned(), "Saknas".to_owned())
        } else {
            let label = match filter.kind {
                FilterKind::Codes(codes) => cell::label_of(codes, labels.get(filter.key), &value).to_owned(),
                FilterKind::YesNo => (if value == "ja" { "Ja" } else { "Nej" }).to_owned(),
                _ => label.unwrap_or_else(|| value.clone()),
            };
            (value, label)
        };
        out.push(Facet { value, label, count });
    }
    for (filter, facets) in def.filters.iter().zip(&mut out) {
        order_facets(filter.kind, facets);
        // What is chosen stays in sight though no row has it any more.
        if let Some(Chosen::Any(values)) = state.chosen(filter.key) {
            for value in values {
                if !facets.iter().any(|f| f.value == *value) {
                    let label = match filter.kind {
                        FilterKind::Codes(codes) => {
                            cell::label_of(codes, labels.get(filter.key), value).to_owned()
                        }
                        FilterKind::Among => value.clone(),
                        _ => "(inget i listan)".to_owned(),
                    };
                    let label = if value == NONE { "Saknas".to_owned() } else { label };
                    facets.push(Facet { value: value.clone(), label, count: 0 });
                }
            }
        }
    }
    Ok(out)
}

/// Codes in their own order, others by label as Swedes sort; "Saknas" last.
fn order_facets(kind: FilterKind, facets: &mut [Facet]) {
    let place = |facet: &Facet| match kind {
        FilterKind::Codes(codes) => codes.iter().position(|c| c.code == facet.value).unwrap_or(codes.len()),
        _ => 0,
    };
    facets.sort_by_cached_key(|f| (f.value == NONE, place(f), super::swedish_key(&f.label)));
}
