//! How fast the pure rules are. Each area of rules has its own group module; add yours to the list below.

use criterion::criterion_main;

#[path = "groups/contract_dates.rs"]
mod contract_dates;

criterion_main!(contract_dates::benches);
