//! The SQL of a list. The list's SELECT becomes `r`; views, filters, search and order are conditions and expressions on `r`.
//!
//! Everything that is pushed as text is written in the program (`&'static str` in a [`ListDef`]); everything that a user
//! typed is bound. In the SELECT and in conditions these words stand for bound values:
//!
//! | word | value |
//! |---|---|
//! | `{today}` | today in Europe/Stockholm (date) |
//! | `{user}` | the signed-in user's id (uuid) |
//! | `{person}` | the id of the person the user is, or null (uuid) |
//! | `{names}` | whether the reader sees holders by name and number; else they are masked (boolean) |
//! | `{protected}` | whether the reader has the grant for persons with protected identity (boolean) |
//! | `{all}`, `{units}`, `{roles}` | the reach of the user's right: whole municipality (boolean), unit ids (uuid[]), roles on objects (text[]) |
//!
//! PostgreSQL flattens the inner SELECT, so an index on a column still serves a condition on `r`.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::def::{Column, Filter, FilterKind, ListDef, Reach};
use super::state::{Chosen, ListState, NONE};
use crate::auth::principal::Scope;

/// Whose list it is, and when.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Today in Europe/Stockholm.
    pub today: NaiveDate,
    /// The signed-in user.
    pub user_id: Uuid,
    /// How far the right reaches that the list was asked for with.
    pub scope: Scope,
    /// The person the user is.
    pub person_id: Option<Uuid>,
    /// Sees holders by name and number (rules 4.2: others see "M").
    pub sees_names: bool,
    /// Has the grant for persons with protected identity (rules 9.6).
    pub sees_protected: bool,
    /// The transaction stands on an earlier day ([`crate::db::tenant::TenantTx::stand_as_of`]): `today` is that day, and no
    /// query is kept prepared, since a prepared one would read today's tables.
    pub stands_back: bool,
    /// By a written column's key: the rows whose text there is covered for the reader ([`Column::written`]). It is shown as
    /// "Skyddad uppgift"; it is ordered and searched as if it were missing, since both would tell what it says.
    pub covered: HashMap<&'static str, Vec<Uuid>>,
}

/// A query in the making.
pub(super) type Sql = QueryBuilder<Postgres>;

/// Pushes text in which the words in braces become bound values.
pub(super) fn push_text(sql: &mut Sql, text: &str, reader: &Reader) {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        sql.push(before);
        rest = from;
        let Some(end) = from.find('}') else { break };
        let (word, after) = from.split_at(end + 1);
        match word {
            "{today}" => sql.push_bind(reader.today),
            "{user}" => sql.push_bind(reader.user_id),
            "{person}" => sql.push_bind(reader.person_id),
            "{names}" => sql.push_bind(reader.sees_names),
            "{protected}" => sql.push_bind(reader.sees_protected),
            "{all}" => sql.push_bind(reader.scope.all),
            "{units}" => sql.push_bind(reader.scope.units.clone()),
            "{roles}" => sql.push_bind(reader.scope.object_roles.clone()),
            other => sql.push(other),
        };
        rest = after;
    }
    sql.push(rest);
}

/// `(SELECT …) r where <reach>`: every row within the reader's reach.
pub(super) fn push_from(sql: &mut Sql, def: &ListDef, reader: &Reader) {
    sql.push(" from (");
    push_text(sql, def.select, reader);
    sql.push(") r where ");
    match def.reach {
        Reach::Everyone => {
            sql.push("true");
        }
        Reach::Condition(condition) => {
            sql.push("(");
            push_text(sql, condition, reader);
            sql.push(")");
        }
        Reach::Unit { unit, object } => {
            sql.push("(")
                .push_bind(reader.scope.all)
                .push(" or r.")
                .push(unit)
                .push(" = any(")
                .push_bind(reader.scope.units.clone())
                .push(")");
            if let Some(object) = object {
                // Not `person_id`: the scope says whether the person's own objects count for this right.
                sql.push(" or r.id in (select ra.")
                    .push(object)
                    .push(" from role_assignment ra where ra.person_id = ");
                sql.push_bind(reader.scope.person_id)
                    .push(" and ra.role = any(")
                    .push_bind(reader.scope.object_roles.clone());
                sql.push(") and (ra.valid_to is null or ra.valid_to >= ").push_bind(reader.today).push("))");
            }
            sql.push(")");
        }
    }
}

/// ` and <the view's condition>`.
pub(super) fn push_view(sql: &mut Sql, def: &ListDef, view: Option<&str>, reader: &Reader) {
    if let Some(view) = view.and_then(|key| def.view(key)) {
        sql.push(" and (");
        push_text(sql, view.condition, reader);
        sql.push(")");
    }
}

/// ` and …` for the search field and every filter.
pub(super) fn push_choices(sql: &mut Sql, def: &ListDef, state: &ListState, reader: &Reader) {
    if !def.search.is_empty() {
        // Every word must be somewhere: "word data" finds "Data i Väst, Wordia".
        for word in state.q.split_whitespace().take(10) {
            sql.push(" and concat_ws(' '");
            for expression in &def.search {
                sql.push(", ");
                match expression.strip_prefix("r.").filter(|key| reader.covered.contains_key(*key)) {
                    Some(key) => push_column(sql, key, None, reader),
                    None => {
                        sql.push(*expression);
                    }
                }
            }
            sql.push(") ilike ").push_bind(contains(word));
        }
    }
    for (key, chosen) in &state.filters {
        if let Some(filter) = def.filters.iter().find(|f| f.key == *key) {
            push_filter(sql, filter, chosen, reader);
        }
    }
}

fn push_filter(sql: &mut Sql, filter: &Filter, chosen: &Chosen, reader: &Reader) {
    let expression = |sql: &mut Sql, before: &str, after: &str| {
        sql.push(before);
        push_text(sql, filter.sql, reader);
        sql.push(after);
    };
    match (filter.kind, chosen) {
        (FilterKind::Among, Chosen::Any(values)) => {
            expression(sql, " and ((", ") && ");
            sql.push_bind(values.clone()).push("::text[]");
            if values.iter().any(|v| v == NONE) {
                expression(sql, " or coalesce(cardinality(", "), 0) = 0");
            }
            sql.push(")");
        }
        (FilterKind::Codes(_) | FilterKind::Loaded { .. }, Chosen::Any(values)) => {
            expression(sql, " and ((", ")::text = any(");
            sql.push_bind(values.clone()).push(")");
            if values.iter().any(|v| v == NONE) {
                expression(sql, " or coalesce((", ")::text, '') = ''");
            }
            sql.push(")");
        }
        (FilterKind::YesNo, Chosen::YesNo(yes)) => {
            expression(sql, " and coalesce((", "), false) = ");
            sql.push_bind(*yes);
        }
        (FilterKind::Text, Chosen::Text(text)) => {
            expression(sql, " and (", ")::text ilike ");
            sql.push_bind(contains(text));
        }
        (FilterKind::Dates, Chosen::Dates(from, to)) => {
            for (end, date) in [(")::date >= ", from), (")::date <= ", to)] {
                if let Some(date) = date {
                    expression(sql, " and (", end);
                    sql.push_bind(*date);
                }
            }
        }
        (FilterKind::Numbers, Chosen::Numbers(from, to)) => {
            for (end, number) in [(")::numeric >= ", from), (")::numeric <= ", to)] {
                if let Some(number) = number {
                    expression(sql, " and (", end);
                    sql.push_bind(*number);
                }
            }
        }
        // A value of another kind than the filter's: it cannot come from `ListState::from_pairs`.
        _ => {
            sql.push(" and false");
        }
    }
}

/// ` order by …`: the chosen order, what is missing last, then the heading and the id, so that the order is whole.
pub(super) fn push_order(sql: &mut Sql, def: &ListDef, state: &ListState, reader: &Reader) {
    sql.push(" order by ");
    let (key, falling) = state.order(def);
    if let Some(column) = def.column(key) {
        push_sort(sql, column, reader);
        sql.push(if falling { " desc nulls last, " } else { " asc nulls last, " });
    }
    if let Some(first) = def.columns.first().filter(|c| c.key != key) {
        push_sort(sql, first, reader);
        sql.push(", ");
    }
    sql.push("r.id");
}

/// `r.<key>`, and what stands `instead` (nothing, if `None`) in the rows where its text is covered for the reader.
pub(super) fn push_column(sql: &mut Sql, key: &str, instead: Option<&'static str>, reader: &Reader) {
    match reader.covered.get(key) {
        Some(ids) => sql
            .push("(case when r.id = any(")
            .push_bind(ids.clone())
            .push(") then ")
            .push_bind(instead)
            .push("::text else r.")
            .push(key)
            .push(" end)"),
        None => sql.push("r.").push(key),
    };
}

fn push_sort(sql: &mut Sql, column: &Column, reader: &Reader) {
    match column.sort {
        Some(expression) if !expression.is_empty() => {
            sql.push("(");
            push_text(sql, expression, reader);
            sql.push(")");
        }
        // Words as Swedes order them, with the numbers in them as numbers: "Enhet 2" before "Enhet 10".
        _ if super::cell::is_words(column.kind) => {
            push_column(sql, column.key, None, reader);
            sql.push("::text collate swedish");
        }
        _ => {
            sql.push("r.").push(column.key);
        }
    }
}

/// An ILIKE pattern that finds the text anywhere, with its own signs taken literally.
pub(super) fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
