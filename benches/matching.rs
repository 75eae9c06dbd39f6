//! How fast the matching is at the size of a city: 40,000 persons, 2,000 leaver rows, 25,000 subscriptions (the goal is
//! under a second on one core, and twice the time for twice the size), and 5,000 rows of system lists.
//!
//! Names are drawn with the skew of real ones: few names have many bearers. The syllables are made up.

use std::{collections::HashMap, hint::black_box};

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use overblick::rules::{
    leaver_matching::{
        Account, EmployeeNumber, Employment, EmploymentForm, EventKind, Input, Item, KnownName, LeaverRow,
        Matcher, Person, Settings, Snapshot, WorkMobile,
    },
    names::{PersonName, compare},
    system_names::{SystemRow, propose},
};

/// A small generator of its own, so that every run measures the same data.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, sides: usize) -> usize {
        let (a, b) = (self.roll(sides), self.roll(sides));
        a * b / sides.max(1)
    }
}

const SYLLABLES: [&str; 16] =
    ["al", "be", "dri", "fo", "gun", "hå", "in", "kar", "lin", "mö", "nor", "ros", "sti", "tor", "ul", "vä"];

fn word(n: usize, end: &str) -> String {
    format!("{}{}{}{end}", SYLLABLES[n % 16], SYLLABLES[n / 16 % 16], SYLLABLES[n / 256 % 16])
}

struct City {
    today: NaiveDate,
    persons: Vec<Person>,
    rows: Vec<LeaverRow>,
    items: Vec<Item>,
    successors: HashMap<String, String>,
    units: Vec<String>,
}

fn city(persons: usize, leavers: usize, items: usize) -> City {
    let mut dice = Dice(7);
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let mut city = City {
        today,
        persons: Vec::with_capacity(persons),
        rows: Vec::new(),
        items: Vec::new(),
        successors: HashMap::from([("4000".to_owned(), "5000".to_owned())]),
        units: (0..400).map(|n| format!("Enheten {}", word(n * 7, "gården"))).collect(),
    };
    for n in 0..persons {
        let (given, surname) = (word(dice.skewed(900), "a"), word(dice.skewed(3000), "sson"));
        let given =
            if dice.roll(5) == 0 { format!("{given}-{}", word(dice.skewed(900), "e")) } else { given };
        let number = format!("{:06}", 100_000 + n);
        let unit = format!("{}", 4000 + dice.roll(800));
        let left = n < leavers;
        let start = today.checked_sub_days(Days::new(1000));
        city.persons.push(Person {
            personal_id: Some(format!("id{n}")),
            numbers: vec![EmployeeNumber { company: "01".into(), number: number.clone() }],
            names: vec![KnownName::current(&given, &surname)],
            accounts: vec![Account { id: format!("user{n}"), from: None }],
            mobiles: (n % 3 == 0)
                .then(|| WorkMobile { number: format!("+4670{n:07}"), recorded: today })
                .into_iter()
                .collect(),
            employments: vec![Employment {
                company: "01".into(),
                number: number.clone(),
                unit: unit.clone(),
                start,
                form: EmploymentForm::Monthly,
                in_newest: !left,
                ..Employment::default()
            }],
            ..Person::default()
        });
        if left {
            let end = today.checked_sub_days(Days::new(20));
            city.rows.push(LeaverRow {
                person: Some(n),
                list_month: end.unwrap_or(today),
                company: "01".into(),
                number,
                unit,
                start,
                end,
                form: EmploymentForm::Monthly,
                event: EventKind::Leaves,
                new_employment: false,
                is_protected: false,
            });
        }
    }
    for n in 0..items {
        let person = dice.roll(persons);
        let of = &city.persons[person];
        let holder = match n % 20 {
            0 => format!("Surfplatta {}", city.units[n % 400]),
            1 => format!("Larm {n}"),
            2 => of.names[0].text.replacen('s', "", 1),
            3 => format!("{} {}", word(dice.roll(4000), "o"), word(dice.roll(4000), "berg")),
            _ => of.names[0].text.clone(),
        };
        city.items.push(Item {
            holder,
            reference: if n % 3 == 0 { of.numbers[0].number.clone() } else { String::new() },
            msisdn: Some(format!("+4670{person:07}")),
            cost_centre: of.employments[0].unit.clone(),
            type_text: "Mobil 20 GB".into(),
            ..Item::default()
        });
    }
    city
}

fn leavers(c: &mut Criterion) {
    let mut group = c.benchmark_group("leaver_matching");
    group.sample_size(10);
    for share in [4, 2, 1] {
        let size = 40_000 / share;
        let city = city(size, 2_000 / share, 25_000 / share);
        let run = || {
            let matcher = Matcher::new(Input {
                today: city.today,
                persons: &city.persons,
                rows: &city.rows,
                snapshot: Some(Snapshot { taken_on: city.today }),
                successors: &city.successors,
                unit_names: &city.units,
                titles: &[],
                settings: Settings::default(),
            });
            matcher.propose_all(&city.items).len()
        };
        group.bench_function(BenchmarkId::new("persons", size), |b| b.iter(|| black_box(run())));
    }
    group.finish();
}

fn systems(c: &mut Criterion) {
    let mut dice = Dice(11);
    let names: Vec<(String, String, String)> = (0..5000)
        .map(|_| {
            let (product, area, supplier) = (dice.skewed(1500), dice.roll(60), dice.roll(200));
            let name = format!("{} {}", word(product, ""), word(area, "system"));
            let name = match dice.roll(6) {
                0 => name.to_uppercase(),
                1 => name.replace(' ', "-"),
                2 => format!("{name} (molnet)"),
                3 => name.chars().take(name.chars().count() - 1).collect(),
                _ => name,
            };
            (name, format!("{} AB", word(supplier, "data")), word(area, ""))
        })
        .collect();
    let rows: Vec<SystemRow<'_>> = names
        .iter()
        .zip(0..)
        .map(|((name, supplier, area), n)| SystemRow {
            name,
            supplier: Some(supplier),
            function_area: Some(area),
            owner: None,
            list: n % 12,
        })
        .collect();
    let mut group = c.benchmark_group("same_system");
    group.sample_size(10);
    for size in [1250, 2500, 5000] {
        group.bench_function(BenchmarkId::new("rows", size), |b| {
            b.iter(|| propose(black_box(&rows[..size])).len());
        });
    }
    group.finish();
}

fn names(c: &mut Criterion) {
    let (a, b) = (PersonName::parse("Anna-Karin Åkerlund"), PersonName::from_parts("Åkerlund", "Anna-Karin"));
    c.bench_function("names/parse", |bench| {
        bench.iter(|| PersonName::parse(black_box("Åkerlund, Anna-Karin (vik)")));
    });
    c.bench_function("names/compare", |bench| bench.iter(|| compare(black_box(&a), black_box(&b))));
}

criterion_group!(benches, leavers, systems, names);
criterion_main!(benches);
