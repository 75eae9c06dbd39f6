//! The order of day, month and year in dates with two-digit years, told from a whole file and never from one cell.

use chrono::NaiveDate;

use super::super::grid::Cell;
use super::date::{DateOptions, TwoDigit, day};

/// In what order a file writes dates of six digits or with two-digit years, judged from all such cells of its date columns
/// together. `near` is a day the dates should lie near: the day of the list.
///
/// A reading under which more cells are dates wins; then the one with fewer dates far ahead; then the one whose dates
/// lie closest together. `Refuse` when the cells do not tell.
#[must_use]
pub fn date_order<'a>(cells: impl IntoIterator<Item = &'a Cell>, near: NaiveDate) -> TwoDigit {
    let texts: Vec<String> = cells
        .into_iter()
        .map(|cell| cell.text().into_owned())
        .filter(|text| {
            let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
            let six = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && text != "999999";
            six || parts.len() == 3
                && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .collect();
    let judge = |two_digit| {
        let options = DateOptions { two_digit, ..DateOptions::default() };
        let days: Vec<NaiveDate> =
            texts.iter().filter_map(|text| day(&Cell::Text(text.clone()), options).ok().flatten()).collect();
        let far = days.iter().filter(|day| (**day - near).num_days() > 3 * 366).count();
        let mut spread: Vec<i64> = days.iter().map(|day| (*day - near).num_days().abs()).collect();
        spread.sort_unstable();
        (days.len(), far, spread.get(spread.len() / 2).copied().unwrap_or(0))
    };
    let (by_day, by_year) = (judge(TwoDigit::DayFirst), judge(TwoDigit::YearFirst));
    let missed = |order: (usize, usize, i64)| texts.len() - order.0 + order.1;
    if texts.is_empty() {
        return TwoDigit::Refuse;
    }
    match missed(by_day).cmp(&missed(by_year)) {
        std::cmp::Ordering::Less => TwoDigit::DayFirst,
        std::cmp::Ordering::Greater => TwoDigit::YearFirst,
        std::cmp::Ordering::Equal if by_day.2 * 2 < by_year.2 => TwoDigit::DayFirst,
        std::cmp::Ordering::Equal if by_year.2 * 2 < by_day.2 => TwoDigit::YearFirst,
        std::cmp::Ordering::Equal => TwoDigit::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_two_digit_dates_is_told_from_the_whole_file() {
        let cells =
            |texts: &[&str]| texts.iter().map(|text| Cell::Text((*text).to_owned())).collect::<Vec<_>>();
        let near = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap();
        assert_eq!(
            date_order(&cells(&["060619", "300626", "111124", "300626", "291120"]), near),
            TwoDigit::DayFirst
        );
        assert_eq!(
            date_order(&cells(&["200707", "260717", "250311", "211028", "270409"]), near),
            TwoDigit::YearFirst
        );
        assert_eq!(date_order(&cells(&["2026-01-31"]), near), TwoDigit::Refuse);
        assert_eq!(date_order(&cells(&["111111"]), near), TwoDigit::Refuse);
    }
}
