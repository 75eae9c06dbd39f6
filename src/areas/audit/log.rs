//! The log of everything, page by page: what is asked for, found and put in words.

use super::{
    labels,
    model::{Cursor, Event, History, Part, Row, SetLink, Viewer, What},
    names::{Names, Wanted},
    queries::{self, LogFilter, SetRow},
    render,
};
use crate::{db::tenant::TenantTx, error::AppResult};

/// Rows fetched at a time when words are looked for.
const BATCH: i64 = 500;

/// Rows put in words at a time when all of them are wanted.
const FILE_BATCH: usize = 1000;

/// A page of the log, newest first.
pub(super) async fn page(
    tx: &mut TenantTx,
    viewer: &Viewer,
    filter: &LogFilter,
    before: Option<Cursor>,
    limit: usize,
) -> AppResult<History> {
    if filter.text.is_some() {
        return search(tx, viewer, filter, before, limit).await;
    }
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = queries::list_log_rows(tx, filter, before, wanted).await?;
    if filter.asks_of_rows() {
        return render::history(tx, viewer, rows, limit).await;
    }
    let sets = queries::list_sets(tx, filter, before.map(|c| c.at), wanted).await?;
    merge(tx, viewer, rows, sets, limit).await
}

/// Everything that the filter finds, newest first; `None` if it is more than `most` changes of rows.
pub(super) async fn all(
    tx: &mut TenantTx,
    viewer: &Viewer,
    filter: &LogFilter,
    most: usize,
) -> AppResult<Option<Vec<Event>>> {
    let (mut events, mut parts, mut before) = (Vec::new(), 0, None);
    loop {
        let found = page(tx, viewer, filter, before, FILE_BATCH).await?;
        parts += found.events.iter().map(|e| e.parts.len()).sum::<usize>();
        if parts > most {
            return Ok(None);
        }
        events.extend(found.events);
        match found.next.as_deref().and_then(Cursor::parse) {
            Some(next) => before = Some(next),
            None => return Ok(Some(events)),
        }
    }
}

/// Single changes and change sets in one order. A change set stands where its transaction was, before other changes of it.
async fn merge(
    tx: &mut TenantTx,
    viewer: &Viewer,
    rows: Vec<Row>,
    sets: Vec<SetRow>,
    limit: usize,
) -> AppResult<History> {
    let mut places: Vec<Cursor> = rows.iter().map(|r| r.cursor).chain(sets.iter().map(place)).collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    let next = (places.len() > limit).then(|| places[limit - 1]);
    let is_shown = |c: Cursor| next.is_none_or(|last| c >= last);
    let rows: Vec<Row> = rows.into_iter().filter(|r| is_shown(r.cursor)).collect();
    let sets: Vec<SetRow> = sets.into_iter().filter(|s| is_shown(place(s))).collect();
    let mut wanted = Wanted::default();
    for set in &sets {
        wanted.user(set.user_id);
    }
    let names = Names::find(tx, viewer, &wanted).await?;
    let of_rows = render::history(tx, viewer, rows, limit).await?;
    let mut events: Vec<Event> =
        sets.iter().map(|set| event(set, &names, viewer)).chain(of_rows.events).collect();
    events.sort_by_key(|e| std::cmp::Reverse(e.at));
    Ok(History { events, next: next.map(Cursor::code) })
}

fn place(set: &SetRow) -> Cursor {
    Cursor { at: set.at, id: i64::MAX }
}

fn event(set: &SetRow, names: &Names, viewer: &Viewer) -> Event {
    Event {
        at: set.at,
        who: names.user(set.user_id, &set.actor),
        purpose: None,
        set: Some(SetLink {
            label: names.covered(&set.head.label),
            href: format!("/{}/audit/change-sets/{}", viewer.slug, set.head.id),
            undone_at: set.head.undone_at,
            rows: Some(set.rows),
        }),
        parts: Vec::new(),
    }
}

/// Looks for words in what the reader would see. The database finds rows that hold them in any form; what is secret or
/// protected is then no hit, so that searching tells no more than reading.
async fn search(
    tx: &mut TenantTx,
    viewer: &Viewer,
    filter: &LogFilter,
    before: Option<Cursor>,
    limit: usize,
) -> AppResult<History> {
    let words = filter.text.as_ref().map(|t| t.words.to_lowercase()).unwrap_or_default();
    let mut found: Vec<Row> = Vec::new();
    let mut from = before;
    while found.len() <= limit {
        let rows = queries::list_log_rows(tx, filter, from, BATCH).await?;
        let Some(last) = rows.last() else { break };
        from = Some(last.cursor);
        let is_last = i64::try_from(rows.len()).is_ok_and(|n| n < BATCH);
        let names = Names::load(tx, viewer, &rows).await?;
        found.extend(rows.into_iter().filter(|row| tells(&render::part(row, &names, viewer), &words)));
        if is_last {
            break;
        }
    }
    render::history(tx, viewer, found, limit).await
}

/// Whether the words stand in what is shown of a change.
fn tells(part: &Part, words: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(words);
    holds(&part.title)
        || part.changes.iter().any(|change| match &change.what {
            What::Shown { from, to } => from.iter().chain(to).any(|v| holds(v)),
            What::Secret | What::Protected => false,
        })
}

/// The title of an object, as far as the reader may know it.
pub(super) async fn title_of(
    tx: &mut TenantTx,
    viewer: &Viewer,
    id: uuid::Uuid,
) -> AppResult<Option<String>> {
    let rows = queries::list_last_rows(tx, &[id]).await?;
    let names = Names::load(tx, viewer, &rows).await?;
    Ok(rows.first().map(|row| {
        let part = render::part(row, &names, viewer);
        format!("{} {}", labels::find(&row.table).map_or("uppgift", |t| t.noun), part.title)
    }))
}
