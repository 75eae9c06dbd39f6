//! R08 Abonnemangsinventering: how many there are, for what, where, and whether they are in use.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::model::{Cell, Figure, Line, Report, Table, change};
use super::queries::SubscriptionRow;
use super::r06::{department, month_ends, unit_name};
use super::wish::View;
use crate::areas::organisation::Units;
use crate::areas::subscriptions::{CHANGES, STATUSES};
use crate::rules::subscription_use::UseCode;
use crate::web::format::kr_of;

/// Whether it is in the operator's newest list, and not as ended.
fn is_live(row: &SubscriptionRow) -> bool {
    !row.is_missing && !matches!(row.status.as_str(), "avslutad" | "porterad")
}

/// Whether it was in the lists at the end of a day.
fn was_there(row: &SubscriptionRow, day: NaiveDate) -> bool {
    row.first_on.is_none_or(|first| first <= day) && row.missing_on.is_none_or(|missing| missing > day)
}

/// Builds the report. `changes` are those of the newest lists; `None` for an earlier day. `by_unit`: a förvaltning is chosen, so
/// its units are told apart.
pub fn report(
    rows: &[SubscriptionRow],
    changes: Option<&[(String, Uuid)]>,
    units: &Units,
    by_unit: bool,
    view: &View,
) -> Report {
    let reached: Vec<&SubscriptionRow> = rows
        .iter()
        .filter(|row| view.counts_hidden_unit(current(units, row, view.day), row.is_protected))
        .collect();
    let live: Vec<&SubscriptionRow> = reached.iter().copied().filter(|row| is_live(row)).collect();
    let mut report = Report::of("r08");
    report.protected = live.iter().filter(|row| row.is_protected).count();
    let counts: Vec<(NaiveDate, i64)> = month_ends(view.day, 12)
        .into_iter()
        .map(|(month, end)| {
            let n = if end == view.day {
                live.len()
            } else {
                reached.iter().filter(|row| was_there(row, end)).count()
            };
            (month, number(n))
        })
        .collect();
    let before = view.compare.before(view.day);
    let before = reached.iter().filter(|row| was_there(row, before)).count();
    report.figures = figures(&live, before, view);
    report.line = Some(Line::new("Abonnemang vid månadens slut", "st", &counts));
    report.tables = vec![
        by_place(&live, units, by_unit, view),
        by_use(&live, view),
        by_status(&live, view),
        by_generation(&live, view),
        since_last(&reached, changes, view),
    ];
    report.notes = vec![
        "Räknar det som finns i operatörernas senaste listor och inte är avslutat eller porterat.".to_owned(),
        "I bruk är enhetens egen bekräftelse i år. \"Inte svarat\" betyder att enheten inte har svarat, inte att abonnemanget är oanvänt.".to_owned(),
        "En enhet som har upphört visas som den som tog över.".to_owned(),
    ];
    report
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn current(units: &Units, row: &SubscriptionRow, day: NaiveDate) -> Option<Uuid> {
    row.unit_id.map(|id| units.current(id, day).map_or(id, |unit| unit.id))
}

fn price(rows: &[&SubscriptionRow]) -> Decimal {
    rows.iter().filter_map(|row| row.monthly_price).sum()
}

fn answered(rows: &[&SubscriptionRow], answer: &str) -> usize {
    rows.iter().filter(|row| row.answer.as_deref() == Some(answer)).count()
}

/// Counts that would tell about a protected person one by one are of those that may be known.
fn open<'a>(rows: &[&'a SubscriptionRow], view: &View) -> Vec<&'a SubscriptionRow> {
    rows.iter().copied().filter(|row| view.protected || !row.is_protected).collect()
}

fn figures(live: &[&SubscriptionRow], before: usize, view: &View) -> Vec<Figure> {
    let known = open(live, view);
    let of_kind = |kind: &str| known.iter().filter(|row| row.kind == kind).count();
    let figure = |label, n: usize, note: String, href: String| Figure {
        label,
        value: Cell::count(n).text,
        note,
        href: Cell::count(n).to(&href).href,
    };
    let silent = known.iter().filter(|row| row.answer.is_none()).count();
    vec![
        figure(
            "Abonnemang",
            live.len(),
            change(number(live.len()), number(before), view.compare),
            view.links.subscriptions(&[], None),
        ),
        Figure {
            label: "Kostnad per månad",
            value: kr_of(price(live)),
            note: format!("{} utan pris", live.iter().filter(|row| row.monthly_price.is_none()).count()),
            href: String::new(),
        },
        figure(
            "Personers",
            of_kind("person"),
            String::new(),
            view.links.subscriptions(&[("slag", "person")], None),
        ),
        figure(
            "Ej person",
            of_kind("non_person"),
            "larm, plattor, reserv och annat".to_owned(),
            view.links.subscriptions(&[("slag", "non_person")], None),
        ),
        figure(
            "Inte svarat i år",
            silent,
            format!("{} bekräftade i bruk", answered(&known, "i_bruk")),
            view.links.subscriptions(&[("inventerat", "nej"), ("skyddad", "nej")], None),
        ),
    ]
}

const COUNTED: [(&str, bool); 8] = [
    ("Antal", true),
    ("Personers", true),
    ("Ej person", true),
    ("I bruk", true),
    ("Ej i bruk", true),
    ("Okänt", true),
    ("Inte svarat", true),
    ("Kr per månad", true),
];

/// The counts of some rows. `link` gives the list of exactly those with a filter more; empty = there is none.
fn counted(rows: &[&SubscriptionRow], link: impl Fn(Option<(&str, &str)>) -> String) -> Vec<Cell> {
    let of_kind = |kind: &str| {
        Cell::count(rows.iter().filter(|row| row.kind == kind).count()).to(&link(Some(("slag", kind))))
    };
    let of_answer = |answer: &str| Cell::count(answered(rows, answer)).to(&link(Some(("svar", answer))));
    vec![
        Cell::count(rows.len()).to(&link(None)),
        of_kind("person"),
        of_kind("non_person"),
        of_answer("i_bruk"),
        of_answer("ej_i_bruk"),
        of_answer("okant"),
        Cell::count(rows.iter().filter(|row| row.answer.is_none()).count())
            .to(&link(Some(("inventerat", "nej")))),
        Cell::money(price(rows)),
    ]
}

fn by_place(live: &[&SubscriptionRow], units: &Units, by_unit: bool, view: &View) -> Table {
    let mut of: BTreeMap<(String, Option<Uuid>), Vec<&SubscriptionRow>> = BTreeMap::new();
    for row in live {
        let hidden = row.is_protected && !view.protected;
        let unit = current(units, row, view.day);
        let place = if by_unit {
            (unit_name(units, unit, hidden), unit.filter(|_| !hidden))
        } else {
            department(units, unit, hidden)
        };
        of.entry(place).or_default().push(row);
    }
    let rows = of
        .iter()
        .map(|((name, unit), own)| {
            let link = |filter: Option<(&str, &str)>| {
                let Some(unit) = unit else { return String::new() };
                let id = unit.to_string();
                let mut filters: Vec<(&str, &str)> = filter.into_iter().collect();
                if by_unit {
                    filters.push(("enhet", &id));
                }
                view.links.subscriptions(&filters, Some(*unit).filter(|_| !by_unit))
            };
            let mut row = vec![Cell::text(name.clone())];
            row.extend(counted(own, link));
            row
        })
        .collect();
    // Of a protected person the list tells neither kind nor answer: it holds them all and not each of those.
    let is_open = !live.iter().any(|row| view.hides(row.is_protected));
    let link = |filter: Option<(&str, &str)>| {
        if filter.is_some() && !is_open {
            return String::new();
        }
        view.links.subscriptions(&filter.into_iter().collect::<Vec<_>>(), None)
    };
    let mut total = vec![Cell::text("Summa")];
    total.extend(counted(live, link));
    let mut columns = vec![(if by_unit { "Enhet" } else { "Förvaltning" }, false)];
    columns.extend(COUNTED);
    Table {
        id: "enheter",
        title: if by_unit { "Per enhet" } else { "Per förvaltning" }.to_owned(),
        note: "I bruk, ej i bruk och okänt är enheternas svar i år.".to_owned(),
        columns,
        rows,
        total: (!live.is_empty()).then_some(total),
        when_empty: "Inga abonnemang finns i operatörernas listor.",
        ..Table::default()
    }
}

/// Rows by a code of theirs, in an order of codes; what has another code comes last.
fn by_code(
    live: &[&SubscriptionRow],
    codes: &[(&str, &str)],
    of: impl Fn(&SubscriptionRow) -> &str,
    link: impl Fn(&str) -> String,
    view: &View,
) -> Vec<Vec<Cell>> {
    let known = open(live, view);
    let bound = |rows: &[&SubscriptionRow]| {
        rows.iter().filter(|row| row.binding_until.is_some_and(|until| until > view.day)).count()
    };
    let line_of = |label: String, own: &[&SubscriptionRow], href: &str| {
        vec![
            Cell::text(label),
            Cell::count(own.len()).to(href),
            Cell::count(bound(own)),
            Cell::money(price(own)),
        ]
    };
    let mut rows = Vec::new();
    let mut seen = 0;
    for (code, label) in codes {
        let own: Vec<&SubscriptionRow> = known.iter().copied().filter(|row| of(row) == *code).collect();
        seen += own.len();
        if !own.is_empty() {
            rows.push(line_of((*label).to_owned(), &own, &link(code)));
        }
    }
    let rest: Vec<&SubscriptionRow> =
        known.iter().copied().filter(|row| codes.iter().all(|(code, _)| of(row) != *code)).collect();
    debug_assert_eq!(seen + rest.len(), known.len());
    if !rest.is_empty() {
        rows.push(line_of("Okänt".to_owned(), &rest, ""));
    }
    let hidden: Vec<&SubscriptionRow> =
        live.iter().copied().filter(|row| row.is_protected && !view.protected).collect();
    if !hidden.is_empty() {
        let link = view.links.subscriptions(&[("skyddad", "ja")], None);
        rows.push(line_of(crate::areas::people::PROTECTED.to_owned(), &hidden, &link));
    }
    rows
}

fn table(id: &'static str, title: &str, what: &'static str, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        id,
        title: title.to_owned(),
        columns: vec![(what, false), ("Antal", true), ("Bundna", true), ("Kr per månad", true)],
        rows,
        when_empty: "Inga abonnemang finns i operatörernas listor.",
        ..Table::default()
    }
}

fn by_use(live: &[&SubscriptionRow], view: &View) -> Table {
    let uses: Vec<(&str, &str)> = UseCode::ALL.iter().map(|u| (u.code(), u.label())).collect();
    let link = |code: &str| view.links.subscriptions(&[("anvandning", code)], None);
    table(
        "anvandning",
        "Vad de används till",
        "Används till",
        by_code(live, &uses, |row| &row.use_code, link, view),
    )
}

fn by_status(live: &[&SubscriptionRow], view: &View) -> Table {
    let codes: Vec<(&str, &str)> = STATUSES.to_vec();
    let link = |code: &str| view.links.subscriptions(&[("status", code), ("skyddad", "nej")], None);
    table("status", "Läge hos operatören", "Läge", by_code(live, &codes, |row| &row.status, link, view))
}

fn by_generation(live: &[&SubscriptionRow], view: &View) -> Table {
    let codes = [("2G", "2G"), ("3G", "3G"), ("4G", "4G"), ("5G", "5G")];
    let link = |code: &str| view.links.subscriptions(&[("nat", code), ("skyddad", "nej")], None);
    table("nat", "Nät", "Nät", by_code(live, &codes, |row| &row.generation, link, view))
}

fn since_last(reached: &[&SubscriptionRow], changes: Option<&[(String, Uuid)]>, view: &View) -> Table {
    let fresh = reached.iter().filter(|row| row.is_first_in_newest).count();
    let gone = reached.iter().filter(|row| row.is_gone_in_newest).count();
    let mut rows = vec![
        vec![Cell::text("Nya"), Cell::count(fresh).to(&view.links.since_last(("ny", "ja")))],
        vec![Cell::text("Borta"), Cell::count(gone).to(&view.links.since_last(("nyss-borta", "ja")))],
    ];
    if let Some(changes) = changes {
        // What changed about a protected person is not told, not even as a count.
        let ids: BTreeSet<Uuid> = open(reached, view).iter().map(|row| row.id).collect();
        for &(kind, label) in CHANGES {
            let differing: BTreeSet<Uuid> =
                changes.iter().filter(|(k, id)| k == kind && ids.contains(id)).map(|(_, id)| *id).collect();
            let link = view.links.since_last(("andring", label));
            rows.push(vec![Cell::text(label), Cell::count(differing.len()).to(&link)]);
        }
    }
    Table {
        id: "andrat",
        title: "Ändrat sedan förra listan".to_owned(),
        note: "Antal abonnemang i varje operatörs senaste lista.".to_owned(),
        columns: vec![("Ändring", false), ("Antal", true)],
        rows,
        when_empty: "Inget är ändrat.",
        ..Table::default()
    }
}
