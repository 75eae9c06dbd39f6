//! Time comes in through here, so that every rule can be tested on any day.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;

/// The time as the product sees it: the real one, or one fixed for tests and for `--today`.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<DateTime<Utc>>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(at)))
    }

    /// A clock that stands still at noon, Swedish time, of `day`.
    #[must_use]
    pub fn fixed_day(day: NaiveDate) -> Self {
        let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
        Self::fixed(
            Stockholm.from_local_datetime(&noon).earliest().map_or(noon.and_utc(), |t| t.with_timezone(&Utc)),
        )
    }

    /// Now, in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.as_deref().copied().unwrap_or_else(Utc::now)
    }

    /// Today's date in Europe/Stockholm: the day that every rule counts from.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&Stockholm).date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_the_swedish_day_also_around_midnight() {
        let late = Utc.with_ymd_and_hms(2026, 11, 20, 23, 30, 0).single().unwrap();
        assert_eq!(Clock::fixed(late).today(), NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
        let summer = Utc.with_ymd_and_hms(2026, 7, 1, 22, 5, 0).single().unwrap();
        assert_eq!(Clock::fixed(summer).today(), NaiveDate::from_ymd_opt(2026, 7, 2).unwrap());
    }

    #[test]
    fn a_fixed_day_is_that_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        assert_eq!(Clock::fixed_day(day).today(), day);
    }
}
