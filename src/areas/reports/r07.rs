//! R07 Avslutade per månad: whether the lists come in time, and what becomes of what they show.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::became::{BECAME, Became, sum};
use super::model::{Cell, Figure, Line, Report, Table, period_words};
use super::queries::CaseRow;
use super::r06::CLASSES;
use super::wish::View;
use crate::areas::leavers::Calendar;
use crate::areas::leavers::calendar::{Cell as MonthCell, Kept};
use crate::areas::matches::Outcome;
use crate::rules::leaver_months::{Compliance, MonthState, Period};

/// What the share of lists in time is called, by how many months it is of.
fn in_time_label(months: usize) -> &'static str {
    match months {
        1 => "Listor i tid, månaden",
        12 => "Listor i tid, 12 månader",
        _ => "Listor i tid, perioden",
    }
}

/// Builds the report. `period` = the months of the calendar.
pub fn report(calendar: &Calendar, cases: &[CaseRow], period: Period, view: &View) -> Report {
    let mut report = Report::of("r07");
    let mut of_list: HashMap<Uuid, Became> = HashMap::new();
    let mut all = Became::default();
    let mut is_left_out = false;
    for case in cases.iter().filter(|case| view.counts(case.unit_id, case.is_protected)) {
        all.add(case, view.day);
        // Whose list it was would tell where the person worked.
        is_left_out |= view.hides(case.is_protected);
        if let Some(list) = case.list_id.filter(|_| !view.hides(case.is_protected)) {
            of_list.entry(list).or_default().add(case, view.day);
        }
    }
    let kept = calendar.kept();
    let total = kept.last().map(|k| k.lists).unwrap_or_default();
    let lacking = lacking(calendar);
    let here = |count: usize, table: &str| if count > 0 { format!("#{table}") } else { String::new() };
    report.figures = vec![
        Figure {
            label: in_time_label(calendar.months.len()),
            value: total.percent().map_or_else(|| "–".to_owned(), |p| format!("{p}\u{a0}%")),
            note: format!("{} av {} som skulle ha kommit", total.in_time, total.due),
            href: here(total.due as usize, "avsandare"),
        },
        Figure {
            label: "Listor som saknas",
            value: Cell::count(lacking.rows.len()).text,
            note: "sena eller saknade i dag".to_owned(),
            href: here(lacking.rows.len(), lacking.id),
        },
        Figure {
            label: "Öppna mer än 30 dagar",
            value: Cell::count(all.too_long).text,
            note: "ärenden i klass A, B och C".to_owned(),
            href: Cell::count(all.too_long).to(&view.links.old_cases(&CLASSES)).href,
        },
        Figure {
            label: "Verifierade",
            value: Cell::count(all.verified).text,
            note: "bevisade i operatörens lista".to_owned(),
            href: Cell::count(all.verified).to(&view.links.cases(&[], &["verified"], None)).href,
        },
    ];
    report.line = Some(Line::new("Listor som kom i tid, per månad", "%", &calendar.trend()));
    report.tables = vec![
        by_month(calendar, &of_list, view),
        by_sender(calendar, &of_list, view),
        by_outcome(calendar, cases, view),
        lacking,
        by_department(&kept, period),
    ];
    report.notes = vec![
        "Efterlevnad = listor som kom i tid av de listor som skulle ha kommit. \"Inga avslutade\" är ett svar.".to_owned(),
        "Ärenden räknas på den lista som de senast bygger på. Beslut, beställningar och bevis är som de står i dag.".to_owned(),
        "Perioden gäller listorna. Nyckeltalen om öppna och verifierade ärenden gäller alla ärenden.".to_owned(),
        "Övriga är planerade, motsagda och sådant som ingen innehavare är känd för.".to_owned(),
        "En lista är i tid när den kom senast den dag som kommunen eller avsändaren har bestämt; dagarna står i inställningarna.".to_owned(),
    ];
    if is_left_out {
        report.notes.push("Ärenden om personer med skyddade personuppgifter räknas i nyckeltalen men inte per lista, eftersom listan visar var personen arbetade.".to_owned());
    }
    report
}

/// How many lists were due, and how many of them came in time.
fn compliance<'a>(cells: impl Iterator<Item = &'a MonthCell>, day: NaiveDate) -> Compliance {
    let mut lists = Compliance::default();
    for cell in cells {
        if let Some(state) = cell.state {
            lists.add(state, cell.due, day);
        }
    }
    lists
}

/// The ids of lists as their filter takes them.
fn ids_of<'a>(cells: impl Iterator<Item = &'a MonthCell>) -> Vec<String> {
    cells.flat_map(|cell| &cell.lists).map(|list| list.id.to_string()).collect()
}

/// The lists that are late or missing.
fn lacking(calendar: &Calendar) -> Table {
    let mut rows = Vec::new();
    for (at, m) in calendar.months.iter().enumerate() {
        for line in &calendar.lines {
            let Some((cell, state)) = line.cells.get(at).and_then(|cell| Some((cell, cell.state?))) else {
                continue;
            };
            if matches!(state, MonthState::Missing | MonthState::Late) {
                rows.push(vec![
                    Cell::month(*m),
                    Cell::text(line.sender.name.clone()),
                    Cell::day(Some(cell.due)),
                    Cell::text(state.label()),
                ]);
            }
        }
    }
    Table {
        id: "saknas",
        title: "Listor som saknas".to_owned(),
        columns: vec![("Månad", false), ("Avsändare", false), ("Skulle ha kommit", false), ("Läge", false)],
        rows,
        when_empty: "Ingen lista saknas.",
        ..Table::default()
    }
}

fn rows_of(count: i64) -> Cell {
    Cell::count(usize::try_from(count).unwrap_or_default())
}

fn by_month(calendar: &Calendar, of_list: &HashMap<Uuid, Became>, view: &View) -> Table {
    let mut columns =
        vec![("Månad", false), ("Listor", true), ("I tid", true), ("Efterlevnad", true), ("Rader", true)];
    columns.extend(BECAME);
    let rows = calendar
        .months
        .iter()
        .enumerate()
        .map(|(at, m)| {
            let cells: Vec<_> = calendar.lines.iter().filter_map(|line| line.cells.get(at)).collect();
            let lists = compliance(cells.iter().copied(), view.day);
            let ids = cells.iter().flat_map(|cell| cell.lists.iter().map(|list| list.id));
            let mut row = vec![
                Cell::month(*m),
                Cell::count(lists.due as usize),
                Cell::count(lists.in_time as usize),
                Cell::percent(lists.percent()),
                rows_of(cells.iter().map(|cell| cell.rows()).sum()).to(&view.links.leaver_rows(*m, None)),
            ];
            let wanted = ids_of(cells.iter().copied());
            row.extend(sum(of_list, ids).cells(&view.links, &wanted));
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

fn by_sender(calendar: &Calendar, of_list: &HashMap<Uuid, Became>, view: &View) -> Table {
    let mut columns = vec![
        ("Månad", false),
        ("Avsändare", false),
        ("Skulle ha kommit", false),
        ("Kom", false),
        ("Läge", false),
        ("I tid", false),
        ("Rader", true),
    ];
    columns.extend(BECAME);
    let mut rows = Vec::new();
    for (at, m) in calendar.months.iter().enumerate() {
        for line in &calendar.lines {
            let Some(cell) = line.cells.get(at) else { continue };
            let Some(state) = cell.state else { continue };
            let link = cell.lists.last().map(|list| view.links.leaver_list(list.id)).unwrap_or_default();
            let mut row = vec![
                Cell::month(*m),
                Cell::text(line.sender.name.clone()),
                Cell::day(Some(cell.due)),
                Cell::day(cell.lists.first().map(|list| list.received_on)),
                Cell::text(state.label()).to(&link),
                Cell::text(in_time(cell, view.day)),
                rows_of(cell.rows()).to(&view.links.leaver_rows(*m, Some(line.sender.id))),
            ];
            let wanted = ids_of(std::iter::once(cell));
            row.extend(sum(of_list, cell.lists.iter().map(|list| list.id)).cells(&view.links, &wanted));
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

/// The most lists that a link can name: a longer address may not get through.
const MOST_NAMED: usize = 60;

/// What was decided about the cases of the period's lists, outcome by outcome.
fn by_outcome(calendar: &Calendar, cases: &[CaseRow], view: &View) -> Table {
    let cells = || calendar.lines.iter().flat_map(|line| &line.cells);
    let lists = ids_of(cells());
    let of_period: HashSet<Uuid> = cells().flat_map(|cell| &cell.lists).map(|list| list.id).collect();
    let counted: Vec<&CaseRow> = cases
        .iter()
        .filter(|case| view.counts(case.unit_id, case.is_protected) && !view.hides(case.is_protected))
        .filter(|case| case.list_id.is_some_and(|list| of_period.contains(&list)))
        .collect();
    let row = |outcome: &Outcome| {
        let of: Vec<&CaseRow> =
            counted.iter().copied().filter(|case| case.outcome.as_deref() == Some(outcome.code())).collect();
        let cell = |count: usize, more: &[(&str, &str)]| {
            let mut filters = vec![("beslut", outcome.code())];
            filters.extend(more.iter().copied());
            filters.extend(lists.iter().map(|list| ("lista", list.as_str())));
            let href =
                if lists.len() > MOST_NAMED { String::new() } else { view.links.cases_by(&filters, None) };
            Cell::count(count).to(&href)
        };
        let class = |class: &str| cell(of.iter().filter(|c| c.class == class).count(), &[("klass", class)]);
        vec![
            Cell::text(outcome.label()),
            cell(of.len(), &[]),
            class("A"),
            class("B"),
            class("C"),
            cell(of.iter().filter(|c| c.sent_on.is_some()).count(), &[("bestallt", "ja")]),
            cell(of.iter().filter(|c| c.state == "verified").count(), &[("lage", "verified")]),
        ]
    };
    Table {
        id: "beslut",
        title: "Per beslut".to_owned(),
        note: "Vad som är beslutat i de ärenden som periodens listor ledde till.".to_owned(),
        columns: vec![
            ("Beslut", false),
            ("Ärenden", true),
            ("A", true),
            ("B", true),
            ("C", true),
            ("Beställda", true),
            ("Verifierade", true),
        ],
        rows: Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::WaitForAnswer).map(row).collect(),
        when_empty: "Inget är beslutat.",
        ..Table::default()
    }
}

/// Whether a list counts as in time; nothing while it is not due yet.
fn in_time(cell: &MonthCell, day: NaiveDate) -> &'static str {
    let lists = compliance(std::iter::once(cell), day);
    match (lists.due, lists.in_time) {
        (0, _) => "",
        (_, 0) => "nej",
        _ => "ja",
    }
}

fn by_department(kept: &[Kept], period: Period) -> Table {
    let row = |one: &Kept| {
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
        note: format!(
            "Listor för {}. En lista som gäller flera förvaltningar räknas hos var och en.",
            period_words(period)
        ),
        columns: vec![("Förvaltning", false), ("Listor", true), ("I tid", true), ("Efterlevnad", true)],
        rows: each.iter().map(row).collect(),
        total: all.filter(|_| !each.is_empty()).map(row),
        when_empty: "Ingen lista har skickats för någon förvaltning.",
        ..Table::default()
    }
}
