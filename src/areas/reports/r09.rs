//! R09 Besparing: what could be saved, and what has been saved on what is proved to have ended.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use super::model::{Cell, Figure, Line, Report, Table};
use super::queries::{CaseRow, EndedRow};
use super::r06::{WAITING, counted, department, is_waiting, potential, unit_name, whole};
use super::wish::{Names, View};
use crate::areas::organisation::Units;
use crate::rules::leaver_months::month_of;
use crate::rules::savings::{Ended, Realised, Row, realised};
use crate::web::format::kr_of;

/// An end as the rules take it. A contract that was over when the number ended says nothing about how long it would have gone on.
fn ended(row: &EndedRow) -> Ended<Uuid> {
    Ended {
        item: row.subscription_id,
        price: row.price.unwrap_or_default(),
        last_day: row.last_day,
        binding_until: row.binding_until,
        contract_end: row.contract_end.filter(|end| *end > row.last_day),
        back_on: row.back_on,
    }
}

/// Whether there is a case for each end: a list of cases then holds exactly the ends.
fn one_each<'a>(ends: impl Iterator<Item = &'a EndedRow>) -> bool {
    let mut seen = HashSet::new();
    ends.map(|end| end.case_id).all(|case| seen.insert(case))
}

/// Builds the report.
pub fn report(cases: &[CaseRow], ends: &[EndedRow], usual_months: u32, units: &Units, view: &View) -> Report {
    let ends: Vec<&EndedRow> = ends.iter().filter(|row| view.counts(row.unit_id, row.is_protected)).collect();
    let facts: Vec<Ended<Uuid>> = ends.iter().map(|row| ended(row)).collect();
    let saved = realised(&facts, usual_months);
    let now = month_of(view.day);
    let mut report = Report::of("r09");
    report.protected = ends.iter().filter(|row| row.is_protected).count();
    let cases = counted(cases, view);
    let waiting: Vec<&CaseRow> = cases.iter().copied().filter(|case| is_waiting(case)).collect();
    let on_way: Vec<&CaseRow> = cases
        .iter()
        .copied()
        .filter(|case| matches!(case.state.as_str(), "decided" | "ordered"))
        .filter(|case| matches!(case.outcome.as_deref(), Some("avsluta" | "privat_overtagande")))
        .collect();
    let proved = if one_each(ends.iter().copied()) { view.links.proved(None) } else { String::new() };
    let sum = potential(&waiting);
    let before = month_of(view.compare.before(view.day));
    report.figures = vec![
        Figure {
            label: "Sparat hittills",
            value: kr_of(saved.until(now)),
            note: format!("{} till och med {}", kr_of(saved.until(before)), view.compare.words()),
            href: Cell::count(ends.len()).to(&proved).href,
        },
        Figure {
            label: "Sparat till naturligt slut",
            value: kr_of(saved.total()),
            note: format!("{} verifierade avslut", ends.len()),
            href: Cell::count(ends.len()).to(&proved).href,
        },
        Figure {
            label: "Kan sparas per månad",
            value: kr_of(sum.likely),
            note: if sum.possible_count > 0 {
                format!("därtill {} i klass C, som är osäker", kr_of(sum.possible))
            } else {
                "öppna ärenden i klass A och B".to_owned()
            },
            href: Cell::count(sum.likely_count).to(&view.links.cases(&["A", "B"], &WAITING, None)).href,
        },
        Figure {
            label: "På väg, per månad",
            value: kr_of(on_way.iter().filter_map(|case| case.monthly_price).sum()),
            note: "beslutat eller beställt, inte bevisat".to_owned(),
            href: Cell::count(on_way.len()).to(&view.links.on_the_way()).href,
        },
    ];
    let drawn: Vec<_> =
        saved.months.iter().filter(|m| m.month <= now).map(|m| (m.month, whole(m.cumulative))).collect();
    if drawn.len() > 1 {
        report.line = Some(Line::new("Sparat sammanlagt, månad för månad", "kr", &drawn));
    }
    report.tables = vec![by_month(&saved, now), by_department(&saved, &ends, units, view, now)];
    if view.sees_rows() {
        report.tables.push(rows(&saved, &ends, &facts, units, view, now));
    }
    report.notes = vec![
        format!("En besparing räknas från första hela månaden efter sista dagen, aldrig före bindningstidens slut, till operatörsavtalets slut. Finns inget slut i avtalsregistret räknas {usual_months} månader."),
        "Bara avslut som en senare lista från operatören bevisar räknas. Ett nummer räknas en gång, och inte längre när det är tillbaka i listan.".to_owned(),
        "Priset är det som gällde när beslutet fattades.".to_owned(),
    ];
    report
}

fn by_month(saved: &Realised<Uuid>, now: chrono::NaiveDate) -> Table {
    let rows: Vec<Vec<Cell>> = saved
        .months
        .iter()
        .map(|m| {
            vec![
                Cell::month(m.month),
                Cell::count(m.count),
                Cell::money(m.amount),
                Cell::money(m.cumulative),
                Cell::text(if m.month > now { "kommande" } else { "" }),
            ]
        })
        .collect();
    let total = vec![
        Cell::text("Summa"),
        Cell::default(),
        Cell::money(saved.total()),
        Cell::money(saved.months.last().map(|m| m.cumulative).unwrap_or_default()),
        Cell::default(),
    ];
    Table {
        id: "manader",
        title: "Månad för månad".to_owned(),
        columns: vec![
            ("Månad", false),
            ("Nummer", true),
            ("Sparat, kr", true),
            ("Sammanlagt, kr", true),
            ("", false),
        ],
        total: (!rows.is_empty()).then_some(total),
        rows,
        when_empty: "Inget avslut är bevisat än. En besparing räknas när operatörens nästa lista visar att numret är borta.",
        ..Table::default()
    }
}

fn by_department(
    saved: &Realised<Uuid>,
    ends: &[&EndedRow],
    units: &Units,
    view: &View,
    now: chrono::NaiveDate,
) -> Table {
    let mut of: BTreeMap<(String, Option<Uuid>), Vec<&Row<Uuid>>> = BTreeMap::new();
    for row in &saved.rows {
        let Some(end) = ends.get(row.of) else { continue };
        let hidden = end.is_protected && !view.protected;
        of.entry(department(units, end.unit_id, hidden)).or_default().push(row);
    }
    let line = |name: String, own: &[&Row<Uuid>]| {
        vec![
            Cell::text(name),
            Cell::count(own.len()),
            Cell::money(own.iter().map(|row| row.until(now)).sum()),
            Cell::money(own.iter().map(|row| row.total()).sum()),
        ]
    };
    let all: Vec<&Row<Uuid>> = saved.rows.iter().collect();
    Table {
        id: "forvaltningar",
        title: "Per förvaltning".to_owned(),
        columns: vec![
            ("Förvaltning", false),
            ("Avslut", true),
            ("Sparat hittills, kr", true),
            ("Till naturligt slut, kr", true),
        ],
        rows: of
            .iter()
            .map(|((name, unit), own)| {
                let mut row = line(name.clone(), own);
                if unit.is_some() && one_each(own.iter().filter_map(|row| ends.get(row.of).copied())) {
                    row[1] = row[1].clone().to(&view.links.proved(*unit));
                }
                row
            })
            .collect(),
        total: (!all.is_empty()).then(|| line("Summa".to_owned(), &all)),
        when_empty: "Inget avslut är bevisat än.",
        ..Table::default()
    }
}

fn rows(
    saved: &Realised<Uuid>,
    ends: &[&EndedRow],
    facts: &[Ended<Uuid>],
    units: &Units,
    view: &View,
    now: chrono::NaiveDate,
) -> Table {
    let names = view.names();
    let mut columns = vec![(if names == Names::None { "Avslut" } else { "Nummer" }, false)];
    columns.extend([
        ("Enhet", false),
        ("Operatör", false),
        ("Sista dag", false),
        ("Betalt till", false),
        ("Bevisat", false),
        ("Kr per månad", true),
        ("Månader", true),
        ("Sparat hittills, kr", true),
        ("Till naturligt slut, kr", true),
    ]);
    let mut rows = Vec::new();
    for (place, row) in saved.rows.iter().enumerate() {
        let (Some(end), Some(fact)) = (ends.get(row.of), facts.get(row.of)) else { continue };
        if !view.sees_row(end.unit_id) {
            continue;
        }
        let hidden = end.is_protected && !view.protected;
        let (_, number) = view.shown(&end.holder, &end.msisdn, end.unit_id, end.is_protected);
        let number = if names == Names::None { (place + 1).to_string() } else { number };
        rows.push(vec![
            Cell::text(number).to(&view.links.case(end.case_id)),
            Cell::text(unit_name(units, end.unit_id, hidden)),
            Cell::text(end.operator.clone()),
            Cell::day(Some(end.last_day).filter(|_| !hidden)),
            Cell::day(Some(fact.paid_until()).filter(|_| !hidden)),
            Cell::day(Some(end.verified_on).filter(|_| !hidden)),
            Cell::money(row.price),
            Cell::count(row.months.len()),
            Cell::money(row.until(now)),
            Cell::money(row.total()),
        ]);
    }
    Table {
        id: "avslut",
        title: "Avslut".to_owned(),
        note: "Varje avslut som en lista bevisar.".to_owned(),
        columns,
        rows,
        when_empty: "Inget avslut är bevisat än.",
        ..Table::default()
    }
}
