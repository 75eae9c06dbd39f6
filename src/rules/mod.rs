//! Pure domain rules: no I/O, no clock, no database. Every function has table tests and property tests.
//! The rules themselves, with their sources and worked examples, are in `docs/rules.md`.

pub mod classification;
pub(crate) mod codes;
pub mod contract_dates;
pub mod contract_terms;
pub mod digits;
pub mod iccid;
pub mod imei;
pub mod leaver_costs;
pub mod leaver_matching;
pub mod leaver_months;
pub mod masking;
pub mod month_names;
pub mod names;
pub mod org_number;
pub mod personal_id;
pub mod phone;
pub mod savings;
pub mod subscription_use;
pub mod supplier_names;
pub mod system_names;
pub mod working_days;

#[cfg(test)]
mod test_support;
