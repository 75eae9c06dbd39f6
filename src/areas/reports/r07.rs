//! R07 Leaverkörning per månad: whether the lists come in time, and what becomes of what they show.

use chrono::{Days, NaiveDate};
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Cell, Figure, Line, Report, Table};
use super::queries::CaseRow;
use super::wish::Sight;
use crate::areas::leavers::Calendar;
use crate::rules::leaver_months::{Compliance, MonthState};

/// Days after which an open case has waited too long (rules 2.10).
const TOO_LONG: u64 = 30;

/// What became of the cases of some lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Became {
    a: usize,
    b: usize,
    c: usize,
    other: usize,
    ended: usize,
    kept: usize,
    elsewhere: usize,
    ordered: usize,
    verified: usize,
    too_long: usize,
}

impl Became {
    fn add(&mut self, case: &CaseRow, day: NaiveDate) {
        match case.class.as_str() {
            "A" => self.a += 1,
            "B" => self.b += 1,
            "C" => self.c += 1,
            _ => self.other += 1,
        }
        match case.outcome.as_deref() {
            Some("avsluta" | "privat_overtagande") => self.ended += 1,
            Some("behall" | "reserv" | "ej_person") => self.kept += 1,
            Some("overlat" | "flytta_kostnad" | "fel_traff") => self.elsewhere += 1,
            _ => {}
        }
        self.ordered += usize::from(case.sent_on.is_some());
        self.verified += usize::from(case.state == "verified");
        let waits = matches!(case.state.as_str(), "open" | "waiting" | "not_gone")
            && matches!(case.class.as_str(), "A" | "B" | "C");
        let old = case.opened_on.checked_add_days(Days::new(TOO_LONG)).is_some_and(|until| until < day);
        self.too_long += usize::from(waits && old);
    }

    fn cells(self) -> [Cell; 10] {
        [
            self.a,
            self.b,
            self.c,
            self.other,
            self.ended,
            self.kept,
            self.elsewhere,
            self.ordered,
            self.verified,
            self.too_long,
        ]
        .map(Cell::count)
    }
}

const BECAME: [(&str, bool); 10] = [
    ("A", true),
    ("B", true),
    ("C", true),
    ("Övriga", true),
    ("Avslutas", true),
    ("Behålls", true),
    ("Annat beslut", true),
    ("Beställda", true),
    ("Verifierade", true),
    ("Öppna > 30 dagar", true),
];

/// Builds the report. `month` = that month alone in the tables.
pub fn report(calendar: &Calendar, cases: &[CaseRow], month: Option<NaiveDate>, sight: &Sight) -> Report {
    let mut report = Report::of("r07");
    let mut of_list: HashMap<Uuid, Became> = HashMap::new();
    let mut all = Became::default();
    for case in cases.iter().filter(|case| sight.counts(case.unit_id, case.is_protected)) {
        if let Some(list) = case.list_id {
            of_list.entry(list).or_default().add(case, sight.day);
        }
        all.add(case, sight.day);
    }
    let kept = calendar.kept();
    let total = kept.last().map(|k| k.lists).unwrap_or_default();
    let states = |wanted: fn(MonthState) -> bool| {
        calendar
            .lines
            .iter()
            .flat_map(|line| &line.cells)
            .filter(|cell| cell.state.is_some_and(wanted))
            .count()
    };
    let missing = states(|s| matches!(s, MonthState::Missing | MonthState::Late));
    let months_link = sight.links.calendar();
    report.figures = vec![
        Figure {
            label: "Listor i tid, 12 månader",
            value: total.percent().map_or_else(|| "–".to_owned(), |p| format!("{p}\u{a0}%")),
            note: format!("{} av {} som skulle ha kommit", total.in_time, total.due),
            href: months_link.clone(),
        },
        Figure {
            label: "Listor som saknas",
            value: Cell::count(missing).text,
            note: "sena eller saknade i dag".to_owned(),
            href: Cell::count(missing).to(&months_link).href,
        },
        Figure {
            label: "Öppna mer än 30 dagar",
            value: Cell::count(all.too_long).text,
            note: "ärenden i klass A, B och C".to_owned(),
            href: Cell::count(all.too_long)
                .to(&sight.links.cases(&["A", "B", "C"], &["open", "waiting", "not_gone"], None))
                .href,
        },
        Figure {
            label: "Verifierade",
            value: Cell::count(all.verified).text,
            note: "bevisade i operatörens lista".to_owned(),
            href: Cell::count(all.verified).to(&sight.links.cases(&[], &["verified"], None)).href,
        },
    ];
    report.line = Some(Line::new("Listor som kom i tid, per månad", "%", &calendar.trend()));
    report.tables = vec![
        by_month(calendar, &of_list, month, sight),
        by_sender(calendar, &of_list, month, sight),
        by_department(&kept),
    ];
    report.notes = vec![
        "Efterlevnad = listor som kom i tid av de listor som skulle ha kommit. \"Inga avslutade\" är ett svar.".to_owned(),
        "Ärenden räknas på den lista som de senast bygger på. Beslut, beställningar och bevis är som de står i dag.".to_owned(),
        "Övriga är planerade, motsagda och sådant som inte är en persons.".to_owned(),
    ];
    report
}

fn sum(of_list: &HashMap<Uuid, Became>, ids: impl Iterator<Item = Uuid>) -> Became {
    let mut total = Became::default();
    for one in ids.filter_map(|id| of_list.get(&id)) {
        total.a += one.a;
        total.b += one.b;
        total.c += one.c;
        total.other += one.other;
        total.ended += one.ended;
        total.kept += one.kept;
        total.elsewhere += one.elsewhere;
        total.ordered += one.ordered;
        total.verified += one.verified;
        total.too_long += one.too_long;
    }
    total
}

fn rows_of(count: i64) -> Cell {
    Cell::count(usize::try_from(count).unwrap_or_default())
}

fn by_month(
    calendar: &Calendar,
    of_list: &HashMap<Uuid, Became>,
    month: Option<NaiveDate>,
    sight: &Sight,
) -> Table {
    let mut columns =
        vec![("Månad", false), ("Listor", true), ("I tid", true), ("Efterlevnad", true), ("Rader", true)];
    columns.extend(BECAME);
    let rows = calendar
        .months
        .iter()
        .enumerate()
        .filter(|(_, m)| month.is_none_or(|only| only == **m))
        .map(|(at, m)| {
            let cells: Vec<_> = calendar.lines.iter().filter_map(|line| line.cells.get(at)).collect();
            let mut lists = Compliance::default();
            for cell in &cells {
                if let Some(state) = cell.state {
                    lists.add(state, cell.due, sight.day);
                }
            }
            let ids = cells.iter().flat_map(|cell| cell.lists.iter().map(|list| list.id));
            let mut row = vec![
                Cell::month(*m),
                Cell::count(lists.due as usize),
                Cell::count(lists.in_time as usize),
                Cell::percent(lists.percent()),
                rows_of(cells.iter().map(|cell| cell.rows()).sum()).to(&sight.links.leaver_rows(*m)),
            ];
            row.extend(sum(of_list, ids).cells());
            row
        })
        .collect();
    Table {
        id: "manader",
        title: "Månad för månad".to_owned(),
        note: "Vad månadens listor ledde till.".to_owned(),
        columns,
        rows,
        when_empty: "Ingen månad att visa.",
        ..Table::default()
    }
}

fn by_sender(
    calendar: &Calendar,
    of_list: &HashMap<Uuid, Became>,
    month: Option<NaiveDate>,
    sight: &Sight,
) -> Table {
    let mut columns = vec![
        ("Månad", false),
        ("Avsändare", false),
        ("Skulle ha kommit", false),
        ("Kom", false),
        ("Läge", false),
        ("Rader", true),
    ];
    columns.extend(BECAME);
    let mut rows = Vec::new();
    for (at, m) in calendar.months.iter().enumerate().filter(|(_, m)| month.is_none_or(|only| only == **m)) {
        for line in &calendar.lines {
            let Some(cell) = line.cells.get(at) else { continue };
            let Some(state) = cell.state else { continue };
            let link = cell.lists.last().map(|list| sight.links.leaver_list(list.id)).unwrap_or_default();
            let mut row = vec![
                Cell::month(*m),
                Cell::text(line.sender.name.clone()),
                Cell::day(Some(cell.due)),
                Cell::day(cell.lists.first().map(|list| list.received_on)),
                Cell::text(state.label()).to(&link),
                rows_of(cell.rows()).to(&link),
            ];
            row.extend(sum(of_list, cell.lists.iter().map(|list| list.id)).cells());
            rows.push(row);
        }
    }
    Table {
        id: "avsandare",
        title: "Per avsändare".to_owned(),
        columns,
        rows,
        when_empty: "Ingen avsändare har lämnat någon lista än.",
        ..Table::default()
    }
}

fn by_department(kept: &[crate::areas::leavers::calendar::Kept]) -> Table {
    let row = |one: &crate::areas::leavers::calendar::Kept| {
        vec![
            Cell::text(one.name.clone()),
            Cell::count(one.lists.due as usize),
            Cell::count(one.lists.in_time as usize),
            Cell::percent(one.lists.percent()),
        ]
    };
    let (all, each) = kept.split_last().map_or((None, kept), |(all, each)| (Some(all), each));
    Table {
        id: "forvaltningar",
        title: "Efterlevnad per förvaltning".to_owned(),
        note: "De senaste tolv månaderna. En lista som gäller flera förvaltningar räknas hos var och en."
            .to_owned(),
        columns: vec![("Förvaltning", false), ("Listor", true), ("I tid", true), ("Efterlevnad", true)],
        rows: each.iter().map(row).collect(),
        total: all.map(row),
        when_empty: "Ingen lista har skickats för någon förvaltning.",
        ..Table::default()
    }
}
