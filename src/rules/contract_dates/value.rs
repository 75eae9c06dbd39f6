//! The value counted by LOU 5 kap. 3, 13 and 14 §§ (`docs/rules.md` 1.9): the whole sum to be paid, with options and
//! extensions counted as used, without VAT.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::model::{ContractKind, ContractTerms, RenewalKind, StatedEnd};
use super::periods::{add_months, day_after, month_end, whole_months};

/// Months for which a contract without an end is counted.
const MONTHS_WITHOUT_END: u32 = 48;

/// The value in kronor, or `None` when what it is made of is not known.
#[must_use]
pub fn total_value(terms: &ContractTerms, max_end: Option<NaiveDate>) -> Option<Decimal> {
    if terms.kind == ContractKind::Framework && terms.ceiling_value.is_some() {
        return terms.ceiling_value;
    }
    if terms.annual_value.is_none() && terms.one_off_value.is_none() {
        return None;
    }
    let annual = terms.annual_value.unwrap_or_default();
    let months = match (terms.renewal, terms.start, max_end) {
        (RenewalKind::UntilFurtherNotice, _, _) => Decimal::from(MONTHS_WITHOUT_END),
        (RenewalKind::Auto, _, None) if known_length(terms) => Decimal::from(MONTHS_WITHOUT_END),
        (_, Some(start), Some(end)) => months_in_force(start, end),
        _ => return None,
    };
    let running = annual.checked_mul(months)?.checked_div(Decimal::from(12))?;
    terms.one_off_value.unwrap_or_default().checked_add(running).map(|sum| sum.round_dp(2).normalize())
}

fn known_length(terms: &ContractTerms) -> bool {
    terms.initial_months.is_some() || matches!(terms.end, StatedEnd::Date(_))
}

/// Months from the first to the last day in force; what is left over is a share of its own month.
fn months_in_force(start: NaiveDate, last: NaiveDate) -> Decimal {
    let until = day_after(last);
    let whole = whole_months(start, until);
    let reached = add_months(start, whole);
    let left = (until - reached).num_days().max(0);
    if left == 0 {
        return Decimal::from(whole);
    }
    let days = month_end(reached).day();
    Decimal::from(whole) + Decimal::from(left) / Decimal::from(days)
}
