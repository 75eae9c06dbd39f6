//! Swedish working days, computed from the calendar rules and never from a list of years.
//!
//! Used for the sending margin before a contract deadline (`docs/rules.md` 1.7): a letter must have *arrived* by the
//! deadline, so the day to act lies some working days before it. The law does not move a contract date because of a
//! weekend; only the day to act moves.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Easter Sunday of a year in the Gregorian calendar (the anonymous Gregorian computus).
///
/// Returns `None` for a year outside the range chrono can hold.
#[must_use]
pub fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let century = year.div_euclid(100);
    let in_century = year.rem_euclid(100);
    let leap_centuries = century.div_euclid(4);
    let century_rest = century.rem_euclid(4);
    let moon_shift = (century + 8).div_euclid(25);
    let moon_correction = (century - moon_shift + 1).div_euclid(3);
    let epact = (19 * golden + century - leap_centuries - moon_correction + 15).rem_euclid(30);
    let leap_years = in_century.div_euclid(4);
    let year_rest = in_century.rem_euclid(4);
    let to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday).div_euclid(451);
    let sum = epact + to_sunday - 7 * late + 114;
    let month = u32::try_from(sum / 31).ok()?;
    let day = u32::try_from(sum % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Whether the day is a Swedish public holiday, or one of the eves on which municipal offices are closed
/// (midsommarafton, julafton and nyårsafton). Ordinary Saturdays and Sundays are not holidays; see [`is_working_day`].
#[must_use]
pub fn is_holiday(date: NaiveDate) -> bool {
    let (month, day) = (date.month(), date.day());
    match month {
        1 => day == 1 || day == 6,
        3..=6 => {
            (month == 5 && day == 1)
                || (month == 6 && (day == 6 || is_midsummer(date)))
                || is_easter_holiday(date)
        }
        10 | 11 => {
            date.weekday() == Weekday::Sat && ((month == 10 && day == 31) || (month == 11 && day <= 6))
        }
        12 => matches!(day, 24 | 25 | 26 | 31),
        _ => false,
    }
}

/// Midsommarafton (Friday 19–25 June) and midsommardagen (Saturday 20–26 June).
fn is_midsummer(date: NaiveDate) -> bool {
    match date.weekday() {
        Weekday::Fri => (19..=25).contains(&date.day()),
        Weekday::Sat => (20..=26).contains(&date.day()),
        _ => false,
    }
}

/// Långfredag, påskdagen, annandag påsk, Kristi himmelsfärds dag and pingstdagen.
fn is_easter_holiday(date: NaiveDate) -> bool {
    easter_sunday(date.year())
        .is_some_and(|easter| matches!((date - easter).num_days(), -2 | 0 | 1 | 39 | 49))
}

/// Whether an ordinary office can be expected to receive a letter that day: not a Saturday, a Sunday or a holiday.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(date)
}

/// The last working day on or before the date.
#[must_use]
pub fn last_working_day_on_or_before(date: NaiveDate) -> NaiveDate {
    let mut day = date;
    while !is_working_day(day) {
        match day.pred_opt() {
            Some(earlier) => day = earlier,
            None => return day,
        }
    }
    day
}

/// Goes back a number of working days from the last working day on or before `date`.
///
/// With `days` = 0 this is [`last_working_day_on_or_before`].
#[must_use]
pub fn working_days_before(date: NaiveDate, days: u32) -> NaiveDate {
    let mut day = last_working_day_on_or_before(date);
    for _ in 0..days {
        let Some(earlier) = day.checked_sub_days(Days::new(1)) else { return day };
        day = last_working_day_on_or_before(earlier);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date in the test")
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (year, day) in [
            (1961, "1961-04-02"),
            (2000, "2000-04-23"),
            (2008, "2008-03-23"),
            (2011, "2011-04-24"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter_sunday(year), Some(date(day)), "{year}");
        }
    }

    #[test]
    fn the_holidays_of_2026_are_not_working_days() {
        for day in [
            "2026-01-01",
            "2026-01-06",
            "2026-04-03",
            "2026-04-06",
            "2026-05-01",
            "2026-05-14",
            "2026-06-06",
            "2026-06-19",
            "2026-06-20",
            "2026-10-31",
            "2026-12-24",
            "2026-12-25",
            "2026-12-26",
            "2026-12-31",
        ] {
            assert!(is_holiday(date(day)), "{day} is a holiday");
            assert!(!is_working_day(date(day)), "{day} is not a working day");
        }
    }

    #[test]
    fn ordinary_weekdays_and_eves_that_are_not_closed_are_working_days() {
        // Trettondagsafton, skärtorsdagen, valborg and the Monday of pingst (abolished 2005) are worked.
        for day in ["2026-01-05", "2026-04-02", "2026-04-30", "2026-05-25", "2026-11-20", "2026-12-23"] {
            assert!(is_working_day(date(day)), "{day}");
        }
    }

    #[test]
    fn alla_helgons_dag_is_the_saturday_between_31_october_and_6_november() {
        for day in ["2026-10-31", "2027-11-06", "2028-11-04", "2025-11-01"] {
            assert!(is_holiday(date(day)), "{day}");
        }
        assert!(!is_holiday(date("2026-11-07")));
        assert!(!is_holiday(date("2027-10-30")));
    }

    #[test]
    fn the_sending_margin_is_counted_in_working_days() {
        for (deadline, last, act_by) in [
            ("2026-11-28", "2026-11-27", "2026-11-13"),
            ("2027-03-28", "2027-03-25", "2027-03-11"),
            ("2026-12-31", "2026-12-30", "2026-12-14"),
        ] {
            assert_eq!(last_working_day_on_or_before(date(deadline)), date(last), "{deadline}");
            assert_eq!(working_days_before(date(deadline), 10), date(act_by), "{deadline}");
        }
    }

    #[test]
    fn the_first_day_of_time_is_answered_and_not_looped_on() {
        assert!(last_working_day_on_or_before(NaiveDate::MIN) >= NaiveDate::MIN);
        assert_eq!(working_days_before(NaiveDate::MIN, 30), NaiveDate::MIN);
    }

    proptest! {
        #[test]
        fn the_day_to_act_is_a_working_day_and_never_after_the_deadline(days in 0i64..60_000, margin in 0u32..40) {
            let deadline = date("1980-01-01") + chrono::Duration::days(days);
            let act_by = working_days_before(deadline, margin);
            prop_assert!(is_working_day(act_by));
            prop_assert!(act_by <= deadline);
            prop_assert!(working_days_before(deadline, margin + 1) < act_by);
        }

        #[test]
        fn easter_is_a_sunday_between_22_march_and_25_april(year in 1583i32..4000) {
            let easter = easter_sunday(year).expect("a year chrono can hold");
            prop_assert_eq!(easter.weekday(), Weekday::Sun);
            prop_assert!((NaiveDate::from_ymd_opt(year, 3, 22).expect("date")
                ..=NaiveDate::from_ymd_opt(year, 4, 25).expect("date")).contains(&easter));
        }

        #[test]
        fn a_year_has_seven_to_thirteen_holidays_on_weekdays(year in 1900i32..2200) {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("date");
            let holidays = first.iter_days().take_while(|day| day.year() == year)
                .filter(|day| is_holiday(*day) && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).count();
            prop_assert!((7..=13).contains(&holidays), "{} in {}", holidays, year);
        }
    }
}
