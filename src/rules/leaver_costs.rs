//! What a subscription has cost since its holder's last day (`docs/rules.md` 2.9): the price of each whole month since then.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

/// Whole months from a person's last day to today; none before that day. A month ends on the same day of the month, or on the
/// month's last day where it has no such day: from 31 August one month has passed on 30 September.
#[must_use]
pub fn full_months(last_day: NaiveDate, today: NaiveDate) -> u32 {
    let has_passed =
        |months: u32| last_day.checked_add_months(Months::new(months)).is_some_and(|day| day <= today);
    // Nobody has been gone for more than a century.
    (1..=1_200).take_while(|months| has_passed(*months)).last().unwrap_or(0)
}

/// What has been paid since the last day for nobody's use.
#[must_use]
pub fn accrued(monthly_price: Decimal, last_day: NaiveDate, today: NaiveDate) -> Decimal {
    monthly_price * Decimal::from(full_months(last_day, today))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn whole_months_are_counted_and_no_part_of_one() {
        for (last_day, today, months) in [
            ("2026-06-30", "2026-11-20", 4),
            ("2026-06-20", "2026-11-20", 5),
            ("2026-06-21", "2026-11-20", 4),
            ("2026-11-20", "2026-11-20", 0),
            ("2026-12-31", "2026-11-20", 0),
            ("2026-08-31", "2026-09-29", 0),
            ("2026-08-31", "2026-09-30", 1),
            ("2026-01-31", "2026-02-28", 1),
            ("2028-01-31", "2028-02-28", 0),
            ("2028-01-31", "2028-02-29", 1),
            ("2025-11-20", "2026-11-20", 12),
        ] {
            assert_eq!(full_months(day(last_day), day(today)), months, "{last_day} – {today}");
        }
    }

    #[test]
    fn the_cost_is_the_price_of_the_months() {
        let price = Decimal::new(14_950, 2);
        assert_eq!(accrued(price, day("2026-06-30"), day("2026-11-20")), Decimal::new(59_800, 2));
        assert_eq!(accrued(price, day("2026-12-31"), day("2026-11-20")), Decimal::ZERO);
    }
}
