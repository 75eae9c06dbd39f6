//! Months and senders put together: where each list stands, and how well the routine is kept (rules 2.10).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    model::{ListHead, Sender},
    queries::read,
};
use crate::{
    areas::{organisation::Units, settings},
    auth::principal::Scope,
    db::tenant::TenantTx,
    error::AppResult,
    rules::leaver_months::{self, Compliance, MonthState, Period, Received},
};

/// How many months are shown and measured where nobody chooses them.
pub const MONTHS: u32 = 12;

/// The fewest months that the page shows, however new the routine is.
const FEWEST: usize = 3;

/// A sender with its months.
#[derive(Clone, Debug)]
pub struct Line {
    /// The sender.
    pub sender: Sender,
    /// The förvaltningar that it answers for, by name.
    pub covers: Vec<(Uuid, String)>,
    /// Whether somebody chose them.
    pub is_chosen: bool,
    /// Its months, the newest first.
    pub cells: Vec<Cell>,
}

/// A sender's month.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The day its list is due.
    pub due: NaiveDate,
    /// Where it stands; `None` = no list is expected.
    pub state: Option<MonthState>,
    /// The lists that came, the oldest first.
    pub lists: Vec<ListHead>,
}

impl Cell {
    /// Counts the month among those that were due.
    fn count(&self, lists: &mut Compliance, today: NaiveDate) {
        if let Some(state) = self.state {
            lists.add(state, self.due, today);
        }
    }

    /// How many rows within reach its lists have.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.lists.iter().map(|list| list.within).sum()
    }
}

/// How well the routine is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// A förvaltning, or all of them.
    pub name: String,
    /// Lists due, and lists in time.
    pub lists: Compliance,
}

/// Months and senders within a reader's reach.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The months, the newest first.
    pub months: Vec<NaiveDate>,
    /// The senders, by name.
    pub lines: Vec<Line>,
    /// Förvaltningar that no sender answers for.
    pub uncovered: Vec<String>,
    scope: Scope,
    today: NaiveDate,
}

impl Calendar {
    /// Reads the last twelve months up to a day.
    pub async fn load(tx: &mut TenantTx, today: NaiveDate, scope: &Scope) -> AppResult<Self> {
        Self::load_period(tx, today, Period::up_to(today, MONTHS), scope).await
    }

    /// Reads the months of a period, as they stand on a day.
    pub async fn load_period(
        tx: &mut TenantTx,
        today: NaiveDate,
        period: Period,
        scope: &Scope,
    ) -> AppResult<Self> {
        let units = Units::load(tx).await?;
        let settings = settings::load(tx).await?;
        let months = period.months();
        let spans: HashMap<Uuid, (NaiveDate, Vec<Uuid>)> = read::list_spans(tx)
            .await?
            .into_iter()
            .map(|(sender, first, covers)| (sender, (first, covers)))
            .collect();
        let mut lists: HashMap<Uuid, Vec<ListHead>> = HashMap::new();
        for list in read::list_lists(tx, period.from, scope, None, None).await? {
            lists.entry(list.sender_id).or_default().push(list);
        }
        let mut covered: HashSet<Uuid> = HashSet::new();
        let mut lines = Vec::new();
        for sender in read::list_senders(tx).await? {
            let span = spans.get(&sender.id);
            let found = span.map(|(_, covers)| covers.as_slice()).unwrap_or_default();
            let ids = if sender.chosen.is_empty() { found } else { sender.chosen.as_slice() };
            if sender.is_active {
                covered.extend(ids);
            }
            let theirs = lists.remove(&sender.id).unwrap_or_default();
            let is_within = scope.all
                || ids.iter().any(|id| scope.units.contains(id))
                || theirs.iter().any(|list| list.is_own || list.within > 0);
            if !is_within {
                continue;
            }
            let mut covers: Vec<(Uuid, String)> =
                ids.iter().filter_map(|id| units.get(*id)).map(|unit| (unit.id, unit.name.clone())).collect();
            covers.sort_by(|a, b| a.1.cmp(&b.1));
            let begins = sender.expected_from.or(span.map(|(first, _)| *first));
            let nth = sender
                .due_workday
                .and_then(|day| u32::try_from(day).ok())
                .unwrap_or(settings.leaver_due_workday);
            let cells = months
                .iter()
                .map(|month| {
                    let lists: Vec<ListHead> =
                        theirs.iter().filter(|list| list.period == *month).cloned().collect();
                    let is_expected = sender.is_active && begins.is_some_and(|begins| *month >= begins);
                    cell(today, *month, nth, settings.leaver_missing_days, is_expected, lists)
                })
                .collect();
            lines.push(Line { is_chosen: !sender.chosen.is_empty(), sender, covers, cells });
        }
        let uncovered = units
            .iter()
            .filter(|unit| unit.kind == "forvaltning" && unit.in_scope && unit.exists_on(today))
            .filter(|unit| scope.reaches_unit(Some(unit.id)) && !covered.contains(&unit.id))
            .map(|unit| unit.name.clone())
            .collect();
        Ok(Self { months, lines, uncovered, scope: scope.clone(), today })
    }

    /// How many of the months there is anything to say of: back to the first that any list was expected for or came for.
    #[must_use]
    pub fn begun(&self) -> usize {
        let says = |at: &usize| {
            self.lines.iter().filter_map(|line| line.cells.get(*at)).any(|cell| cell.state.is_some())
        };
        (0..self.months.len()).rev().find(says).map_or(0, |at| at + 1).max(FEWEST).min(self.months.len())
    }

    /// How well the lists of each förvaltning within reach came, and all of them last.
    #[must_use]
    pub fn kept(&self) -> Vec<Kept> {
        let mut of: HashMap<&str, Compliance> = HashMap::new();
        let mut all = Compliance::default();
        for line in &self.lines {
            line.cells.iter().for_each(|cell| cell.count(&mut all, self.today));
            for (_, name) in line.covers.iter().filter(|(unit, _)| self.scope.reaches_unit(Some(*unit))) {
                let lists = of.entry(name).or_default();
                line.cells.iter().for_each(|cell| cell.count(lists, self.today));
            }
        }
        let mut kept: Vec<Kept> =
            of.into_iter().map(|(name, lists)| Kept { name: name.to_owned(), lists }).collect();
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        kept.push(Kept { name: "Alla avsändare".to_owned(), lists: all });
        kept
    }

    /// How many percent of each month's lists came in time, the oldest month first; months without any due are left out.
    #[must_use]
    pub fn trend(&self) -> Vec<(NaiveDate, i64)> {
        let mut trend: Vec<(NaiveDate, i64)> = self
            .months
            .iter()
            .enumerate()
            .filter_map(|(at, month)| {
                let mut lists = Compliance::default();
                for cell in self.lines.iter().filter_map(|line| line.cells.get(at)) {
                    cell.count(&mut lists, self.today);
                }
                Some((*month, lists.percent()?.into()))
            })
            .collect();
        trend.reverse();
        trend
    }

    /// The months that ask something of somebody: missing, late, unconfirmed, and those that are due within days.
    #[must_use]
    pub fn waiting(&self, today: NaiveDate) -> Vec<(&Line, &Cell)> {
        let mut waiting: Vec<(&Line, &Cell)> = self
            .lines
            .iter()
            .flat_map(|line| line.cells.iter().map(move |cell| (line, cell)))
            .filter(|(_, cell)| match cell.state {
                Some(MonthState::Missing | MonthState::Late | MonthState::EmptyUnconfirmed) => true,
                Some(MonthState::Due) => leaver_months::months_later(cell.month, 1) <= today,
                _ => false,
            })
            .collect();
        waiting.sort_by(|a, b| a.1.due.cmp(&b.1.due).then_with(|| a.0.sender.name.cmp(&b.0.sender.name)));
        waiting
    }
}

fn cell(
    today: NaiveDate,
    month: NaiveDate,
    nth: u32,
    missing_days: u32,
    is_expected: bool,
    lists: Vec<ListHead>,
) -> Cell {
    let due = leaver_months::due_date(month, nth);
    let received: Vec<Received> = lists.iter().map(ListHead::received).collect();
    let is_asked = is_expected || !received.is_empty();
    Cell {
        month,
        due,
        state: is_asked.then(|| leaver_months::month_state_with(due, &received, today, missing_days.into())),
        lists,
    }
}
