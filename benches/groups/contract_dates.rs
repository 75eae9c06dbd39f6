//! Contracts: a register of a thousand contracts of every kind, evaluated on one day.
//!
//! The aim is at least 200 000 evaluations a second on one core, so that every list, flag run and report can work the
//! dates out afresh instead of storing them.

use std::hint::black_box;

use chrono::NaiveDate;
use criterion::{Criterion, Throughput, criterion_group};
use overblick::rules::contract_dates::{
    ContractKind, ContractTerms, MonthBasis, Notice, OptionStep, ProcurementPath, RenewalKind, Settings,
    StatedEnd, evaluate,
};

fn register(contracts: u32) -> Vec<ContractTerms> {
    let first = NaiveDate::from_ymd_opt(2017, 1, 1).unwrap_or_default();
    (0..contracts)
        .map(|number| {
            let renewal = RenewalKind::ALL[number as usize % RenewalKind::ALL.len()];
            let start = first + chrono::Days::new(u64::from(number) * 7 % 3_400);
            let options = matches!(renewal, RenewalKind::OptionUnilateral | RenewalKind::OptionMutual);
            ContractTerms {
                start: Some(start),
                end: StatedEnd::Date(start + chrono::Days::new(1_095)),
                initial_months: (number % 3 != 0).then_some(24 + number % 2 * 12),
                option_steps: if options {
                    vec![OptionStep::exercised(12), OptionStep::open(12)]
                } else {
                    Vec::new()
                },
                auto_renewal_months: Some(12),
                notice: match number % 4 {
                    0 => Notice::months_before_end(3),
                    1 => Notice::Months { months: 3, basis: MonthBasis::Calendar },
                    2 => Notice::Days(90),
                    _ => Notice::FixedDate { month: 9, day: 30 },
                },
                option_notice: Notice::months_before_end(6),
                procurement_path: Some(ProcurementPath::MiniCompetition),
                annual_value: Some(245_000.into()),
                ..ContractTerms::new(ContractKind::Service, renewal)
            }
        })
        .collect()
}

fn evaluations(criterion: &mut Criterion) {
    let contracts = register(1_000);
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    let settings = Settings::default();
    let mut group = criterion.benchmark_group("contract_dates");
    group.throughput(Throughput::Elements(contracts.len() as u64));
    group.bench_function("evaluate", |bencher| {
        bencher.iter(|| {
            for terms in &contracts {
                black_box(evaluate(black_box(terms), today, &settings));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, evaluations);
