//! R06 Herrelösa abonnemang: what is held by somebody who has left, how sure it is, what it has cost since.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use uuid::Uuid;

use super::model::{Cell, Figure, Line, Report, Table, change};
use super::queries::CaseRow;
use super::wish::{Names, View};
use crate::areas::matches::CaseState;
use crate::areas::organisation::Units;
use crate::rules::leaver_matching::EvidenceCode;
use crate::rules::leaver_months::{month_of, months_earlier, months_later};
use crate::rules::savings::{self, Open, Potential};
use crate::web::format::kr_of;

/// The states in which a case waits for somebody.
pub const WAITING: [&str; 3] = ["open", "waiting", "not_gone"];
/// The classes that are proposed as leavers'.
pub const CLASSES: [&str; 3] = ["A", "B", "C"];

/// Whether a case waits today.
#[must_use]
pub fn is_waiting(case: &CaseRow) -> bool {
    CLASSES.contains(&case.class.as_str()) && WAITING.contains(&case.state.as_str())
}

/// Whether a case waited at the end of a day, as its own days tell.
#[must_use]
pub fn waited(case: &CaseRow, day: NaiveDate) -> bool {
    CLASSES.contains(&case.class.as_str())
        && case.opened_on <= day
        && case.closed_on.is_none_or(|closed| closed > day)
        && (is_waiting(case)
            || case.decided_on.is_some_and(|decided| decided > day)
            || case.closed_on.is_some_and(|c| c > day))
}

/// The cases that count for a reader.
pub fn counted<'a>(cases: &'a [CaseRow], view: &View) -> Vec<&'a CaseRow> {
    cases.iter().filter(|case| view.counts(case.unit_id, case.is_protected)).collect()
}

/// What could be saved each month on what waits.
#[must_use]
pub fn potential(waiting: &[&CaseRow]) -> Potential {
    let open: Vec<Open<Uuid>> = waiting
        .iter()
        .map(|case| Open {
            item: case.subscription_id,
            is_likely: case.class != "C",
            price: case.monthly_price,
        })
        .collect();
    savings::potential(&open)
}

fn accrued(case: &CaseRow, day: NaiveDate) -> Decimal {
    match (case.monthly_price, case.end_date) {
        (Some(price), Some(end)) => savings::accrued(price, end, day),
        _ => Decimal::ZERO,
    }
}

/// The last days of the months up to a day, the day itself last.
#[must_use]
pub fn month_ends(day: NaiveDate, months: u32) -> Vec<(NaiveDate, NaiveDate)> {
    let this = month_of(day);
    (0..months)
        .rev()
        .map(|back| {
            let month = months_earlier(this, back);
            let end = months_later(month, 1).checked_sub_days(Days::new(1)).unwrap_or(day);
            (month, end.min(day))
        })
        .collect()
}

/// The name of a unit that may be told.
pub fn unit_name(units: &Units, unit: Option<Uuid>, hidden: bool) -> String {
    if hidden {
        return crate::areas::people::PROTECTED.to_owned();
    }
    unit.and_then(|id| units.get(id)).map_or_else(|| "Utan enhet".to_owned(), |unit| unit.name.clone())
}

/// The förvaltning of a unit, by name and id; those that are hidden stand together.
pub fn department(units: &Units, unit: Option<Uuid>, hidden: bool) -> (String, Option<Uuid>) {
    if hidden {
        return (crate::areas::people::PROTECTED.to_owned(), None);
    }
    unit.and_then(|id| units.department(id))
        .map_or_else(|| ("Utan förvaltning".to_owned(), None), |unit| (unit.name.clone(), Some(unit.id)))
}

/// Builds the report.
pub fn report(cases: &[CaseRow], units: &Units, view: &View) -> Report {
    let cases = counted(cases, view);
    let waiting: Vec<&CaseRow> = cases.iter().copied().filter(|case| is_waiting(case)).collect();
    let mut report = Report::of("r06");
    report.protected = waiting.iter().filter(|case| case.is_protected).count();
    report.figures = figures(&cases, &waiting, view);
    let counts: Vec<(NaiveDate, i64)> = month_ends(view.day, 12)
        .into_iter()
        .map(|(month, end)| {
            let n = if end == view.day {
                waiting.len()
            } else {
                cases.iter().filter(|case| waited(case, end)).count()
            };
            (month, i64::try_from(n).unwrap_or(i64::MAX))
        })
        .collect();
    report.line = Some(Line::new("Abonnemang som väntade på beslut vid månadens slut", "st", &counts));
    report.tables.push(by_department(&waiting, units, view));
    if view.sees_rows() {
        report.tables.push(rows(&waiting, units, view));
    }
    report.notes = vec![
        "Klass A är säker, B sannolik och C möjlig. Namn räcker aldrig ensamt för klass A. Klasserna är förslag; en människa beslutar.".to_owned(),
        "Kostat sedan sista dagen = priset × antalet hela månader sedan sista anställningsdagen.".to_owned(),
        evidence_codes(),
    ];
    report
}

/// What the codes in the column of evidence stand for.
fn evidence_codes() -> String {
    let codes: Vec<String> = EvidenceCode::ALL
        .iter()
        .filter(|code| **code != EvidenceCode::N1)
        .map(|code| format!("{} = {}", code.code(), code.swedish()))
        .collect();
    format!("Bevis: {}.", codes.join("; "))
}

fn figures(cases: &[&CaseRow], waiting: &[&CaseRow], view: &View) -> Vec<Figure> {
    let before = view.compare.before(view.day);
    let count = |class: &str| waiting.iter().filter(|case| case.class == class).count();
    let then = |class: &str| cases.iter().filter(|case| case.class == class && waited(case, before)).count();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let class = |label: &'static str, class: &str| Figure {
        label,
        value: Cell::count(count(class)).text,
        note: change(number(count(class)), number(then(class)), view.compare),
        href: Cell::count(count(class)).to(&view.links.cases(&[class], &WAITING, None)).href,
    };
    let sum = potential(waiting);
    let cost: Decimal = waiting.iter().map(|case| accrued(case, view.day)).sum();
    let possible = if sum.possible_count > 0 {
        format!("därtill {} i klass C, som är osäker", kr_of(sum.possible))
    } else {
        "klass A och B".to_owned()
    };
    vec![
        class("A säkra", "A"),
        class("B sannolika", "B"),
        class("C möjliga", "C"),
        Figure {
            label: "Kan sparas per månad",
            value: kr_of(sum.likely),
            note: possible,
            href: Cell::count(sum.likely_count).to(&view.links.cases(&["A", "B"], &WAITING, None)).href,
        },
        Figure {
            label: "Kostat sedan sista dagen",
            value: kr_of(cost),
            note: if sum.unpriced > 0 {
                format!("{} utan pris räknas inte", sum.unpriced)
            } else {
                String::new()
            },
            href: Cell::count(waiting.len()).to(&view.links.cases(&CLASSES, &WAITING, None)).href,
        },
    ]
}

fn by_department(waiting: &[&CaseRow], units: &Units, view: &View) -> Table {
    let mut of: BTreeMap<(String, Option<Uuid>), Vec<&CaseRow>> = BTreeMap::new();
    for case in waiting {
        let hidden = case.is_protected && !view.protected;
        of.entry(department(units, case.unit_id, hidden)).or_default().push(case);
    }
    let line = |name: String, unit: Option<Uuid>, own: &[&CaseRow], leads: bool| {
        let count = |class: &str| {
            let n = own.iter().filter(|case| case.class == class).count();
            let href = if leads { view.links.cases(&[class], &WAITING, unit) } else { String::new() };
            Cell::count(n).to(&href)
        };
        vec![
            Cell::text(name),
            count("A"),
            count("B"),
            count("C"),
            Cell::money(potential(own).likely),
            Cell::money(own.iter().map(|case| accrued(case, view.day)).sum()),
        ]
    };
    Table {
        id: "forvaltningar",
        title: "Per förvaltning".to_owned(),
        columns: vec![
            ("Förvaltning", false),
            ("A säkra", true),
            ("B sannolika", true),
            ("C möjliga", true),
            ("Kr per månad, A och B", true),
            ("Kostat sedan dess, kr", true),
        ],
        rows: of.iter().map(|((name, unit), own)| line(name.clone(), *unit, own, unit.is_some())).collect(),
        total: (!waiting.is_empty()).then(|| line("Summa".to_owned(), None, waiting, true)),
        when_empty: "Inga abonnemang väntar på beslut.",
        ..Table::default()
    }
}

fn rows(waiting: &[&CaseRow], units: &Units, view: &View) -> Table {
    let names = view.names();
    let mut columns = Vec::new();
    if names != Names::None {
        columns.extend([("Nummer", false), ("Innehavare enligt operatören", false)]);
    }
    columns.extend([
        ("Enhet", false),
        ("Klass", false),
        ("Bevis", false),
        ("Sista dag", false),
        ("Hela månader", true),
        ("Kr per månad", true),
        ("Kostat sedan dess, kr", true),
        ("Läge", false),
    ]);
    let mut own: Vec<&&CaseRow> = waiting.iter().filter(|case| view.sees_row(case.unit_id)).collect();
    own.sort_by_key(|case| (case.class.clone(), std::cmp::Reverse(accrued(case, view.day)), case.id));
    let total_price: Decimal = own.iter().filter_map(|case| case.monthly_price).sum();
    let total_cost: Decimal = own.iter().map(|case| accrued(case, view.day)).sum();
    let rows: Vec<Vec<Cell>> = own
        .iter()
        .map(|case| {
            let hidden = case.is_protected && !view.protected;
            let (holder, number) = view.shown(&case.holder, &case.msisdn, case.unit_id, case.is_protected);
            let months = case.end_date.map(|end| savings::full_months(end, view.day));
            let mut row = Vec::new();
            let link = view.links.case(case.id);
            if names != Names::None {
                row.extend([Cell::text(number).to(&link), Cell::text(holder)]);
            }
            row.extend([
                Cell::text(unit_name(units, case.unit_id, hidden)),
                Cell::text(case.class.clone()).to(if names == Names::None { &link } else { "" }),
                Cell::text(if hidden { String::new() } else { case.evidence.join(" ") }),
                Cell::day(case.end_date.filter(|_| !hidden)),
                months.filter(|_| !hidden).map(|m| Cell::count(m as usize)).unwrap_or_default(),
                case.monthly_price.map(Cell::money).unwrap_or_default(),
                Cell::money(accrued(case, view.day)),
                Cell::text(CaseState::from_code(&case.state).map_or("", CaseState::label)),
            ]);
            row
        })
        .collect();
    let mut total: Vec<Cell> = vec![Cell::default(); columns.len()];
    if let Some(first) = total.first_mut() {
        *first = Cell::text("Summa");
    }
    let n = columns.len();
    total[n - 3] = Cell::money(total_price);
    total[n - 2] = Cell::money(total_cost);
    Table {
        id: "abonnemang",
        title: "Abonnemang".to_owned(),
        note: "Säkrast och dyrast först.".to_owned(),
        columns,
        total: (!rows.is_empty()).then_some(total),
        rows,
        when_empty: "Inga abonnemang väntar på beslut.",
        ..Table::default()
    }
}

/// Whole kronor, for drawing.
#[must_use]
pub fn whole(amount: Decimal) -> i64 {
    amount.round().to_i64().unwrap_or_default()
}
