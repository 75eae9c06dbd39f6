//! What a reader asks for, and how far the reader may see.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use uuid::Uuid;

use super::links::Links;
use crate::areas::leavers::calendar::MONTHS;
use crate::areas::organisation::Units;
use crate::auth::permissions::Permission;
use crate::auth::principal::Scope;
use crate::rules::leaver_months::{Period, month_of, months_earlier};
use crate::web::ctx::Ctx;
use crate::web::sight::{Sees, Sight};

/// The longest period: five years.
const MOST_MONTHS: u32 = 60;
/// No list is from a month before this year.
const FIRST_YEAR: i32 = 2000;

/// The choices in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Raw {
    #[serde(default)]
    pub forvaltning: String,
    /// The first month of a period.
    #[serde(default)]
    pub fran: String,
    /// The last month of a period.
    #[serde(default)]
    pub till: String,
    /// One month alone: the first and the last.
    #[serde(default)]
    pub manad: String,
    #[serde(default)]
    pub dag: String,
    #[serde(default)]
    pub jamfor: String,
    /// The table that a CSV is to hold.
    #[serde(default)]
    pub tabell: String,
}

/// What the figures are compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compare {
    /// The end of the month before.
    #[default]
    Month,
    /// The end of the quarter before.
    Quarter,
    /// The end of the year before.
    Year,
}

impl Compare {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    /// In the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Month => "manad",
            Self::Quarter => "kvartal",
            Self::Year => "ar",
        }
    }

    /// In words, after "mer än".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Month => "månaden före",
            Self::Quarter => "kvartalet före",
            Self::Year => "året före",
        }
    }

    /// The last day of the month, quarter or year before that of a day.
    #[must_use]
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        let month = month_of(day);
        let first = match self {
            Self::Month => month,
            Self::Quarter => months_earlier(month, month.month0() % 3),
            Self::Year => months_earlier(month, month.month0()),
        };
        first.pred_opt().unwrap_or(first)
    }
}

/// The choices, read: what cannot be read is as if it had not been chosen.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// A unit and everything under it.
    pub unit: Option<Uuid>,
    /// The months that were chosen.
    pub period: Option<Period>,
    /// The record as it stood on an earlier day.
    pub back: Option<NaiveDate>,
    /// What the figures are compared with.
    pub compare: Compare,
    /// The day that everything is counted from.
    pub day: NaiveDate,
}

impl Wish {
    pub fn read(raw: &Raw, today: NaiveDate) -> Self {
        let back = raw.dag.parse().ok().filter(|day: &NaiveDate| *day < today);
        let day = back.unwrap_or(today);
        let alone = month(&raw.manad);
        let period = period(month(&raw.fran).or(alone), month(&raw.till).or(alone), day);
        let compare =
            Compare::ALL.into_iter().find(|compare| compare.code() == raw.jamfor).unwrap_or_default();
        Self { unit: raw.forvaltning.parse().ok(), period, back, compare, day }
    }

    /// The months that a report by months is of: those that were chosen, or the last twelve.
    #[must_use]
    pub fn months(&self) -> Period {
        self.period.unwrap_or_else(|| Period::up_to(self.day, MONTHS))
    }
}

/// A month as it is written: 2026-10.
fn month(text: &str) -> Option<NaiveDate> {
    let month = format!("{}-01", text.trim()).parse().ok().map(month_of);
    month.filter(|month| month.year() >= FIRST_YEAR)
}

/// The months between two, up to that of a day. One of the two is enough, and they may stand the wrong way round.
fn period(from: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> Option<Period> {
    let this = month_of(day);
    let (from, until) = match (from, until) {
        (None, None) => return None,
        (Some(from), None) => (from, this),
        (None, Some(until)) => (months_earlier(until.min(this), MONTHS - 1), until),
        (Some(from), Some(until)) => (from.min(until), from.max(until)),
    };
    let until = until.min(this);
    Some(Period { from: from.min(until).max(months_earlier(until, MOST_MONTHS - 1)), until })
}

/// How names and numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// As they are.
    Full,
    /// Initials and the ends of numbers.
    Masked,
    /// Not at all: cost and counts only.
    None,
}

/// What a reader sees of a report: which figures count, which rows are shown, and where they lead.
#[derive(Debug)]
pub struct View {
    /// Figures within reach.
    reach: Scope,
    /// Row by row within reach.
    rows: Scope,
    names: Scope,
    is_masked: bool,
    /// Has the grant.
    pub protected: bool,
    /// The units that were chosen.
    chosen: Option<Vec<Uuid>>,
    /// The links to the lists.
    pub links: Links,
    /// The day.
    pub day: NaiveDate,
    /// What the figures are compared with.
    pub compare: Compare,
}

impl View {
    pub fn of(ctx: &Ctx, wish: &Wish, units: &Units) -> Self {
        Self {
            reach: ctx.scope().clone(),
            rows: ctx.scope_for(Permission::SubscriptionRead),
            names: ctx.scope_for(Permission::HolderNames),
            is_masked: ctx.can(Permission::MatchRead),
            protected: ctx.can(Permission::ProtectedRead),
            chosen: wish.unit.map(|unit| units.with_all_under(unit)),
            links: Links::of(ctx, wish.unit, wish.back.is_some(), units),
            day: wish.day,
            compare: wish.compare,
        }
    }

    /// Whether the reader sees rows at all.
    #[must_use]
    pub fn sees_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// How the reader sees names, at best.
    #[must_use]
    pub fn names(&self) -> Names {
        if !self.names.is_empty() {
            Names::Full
        } else if self.is_masked {
            Names::Masked
        } else {
            Names::None
        }
    }

    /// Whether something of a unit counts. Where a protected person works is not told by choosing a unit.
    #[must_use]
    pub fn counts(&self, unit: Option<Uuid>, is_protected: bool) -> bool {
        let is_chosen = self.chosen.as_ref().is_none_or(|chosen| {
            unit.is_some_and(|unit| chosen.contains(&unit)) && (!is_protected || self.protected)
        });
        is_chosen && self.reach.reaches_unit(unit)
    }

    /// The same where the lists hide the unit of a protected person: whoever reaches some units alone does not find it there.
    #[must_use]
    pub fn counts_hidden_unit(&self, unit: Option<Uuid>, is_protected: bool) -> bool {
        self.counts(unit, is_protected) && (!is_protected || self.protected || self.reach.all)
    }

    /// Whether who it is about, and where, is not to be told.
    #[must_use]
    pub fn hides(&self, is_protected: bool) -> bool {
        is_protected && !self.protected
    }

    /// Whether the reader sees the row itself.
    #[must_use]
    pub fn sees_row(&self, unit: Option<Uuid>) -> bool {
        self.rows.reaches_unit(unit)
    }

    /// A holder and a number as far as they may be seen.
    #[must_use]
    pub fn shown(
        &self,
        holder: &str,
        msisdn: &str,
        unit: Option<Uuid>,
        is_protected: bool,
    ) -> (String, String) {
        let sight = self.sight(unit, is_protected);
        (sight.name(holder), sight.number(msisdn))
    }

    /// How much of whose a row is the reader sees. Whoever has the grant, and sees names somewhere, sees those of the protected anywhere.
    fn sight(&self, unit: Option<Uuid>, is_protected: bool) -> Sight {
        let names = self.names.reaches_unit(unit) || (is_protected && self.names() == Names::Full);
        Sees { names, protected: self.protected }.sight(is_protected)
    }

    /// The reach of the report for a part that is asked by scope.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match &self.chosen {
            None => self.reach.clone(),
            Some(chosen) => Scope {
                units: chosen.iter().copied().filter(|unit| self.reach.reaches_unit(Some(*unit))).collect(),
                ..Scope::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_what_was_chosen_as_far_as_there_are_months() {
        let today: NaiveDate = "2026-11-20".parse().unwrap();
        let read = |fran: &str, till: &str, manad: &str, dag: &str| {
            let text = |text: &str| text.to_owned();
            let (fran, till, manad, dag) = (text(fran), text(till), text(manad), text(dag));
            let months = Wish::read(&Raw { fran, till, manad, dag, ..Raw::default() }, today).months();
            format!("{} {}", months.from.format("%Y-%m"), months.until.format("%Y-%m"))
        };
        for (asked, wanted) in [
            (["", "", "", ""], "2025-12 2026-11"),
            (["", "", "", "2026-03-31"], "2025-04 2026-03"),
            (["2025-01", "2025-06", "", ""], "2025-01 2025-06"),
            (["2025-06", "2025-01", "", ""], "2025-01 2025-06"),
            (["2025-01", "", "", ""], "2025-01 2026-11"),
            (["", "2025-06", "", ""], "2024-07 2025-06"),
            (["", "", "2026-10", ""], "2026-10 2026-10"),
            (["2026-09", "2027-02", "", ""], "2026-09 2026-11"),
            (["2027-01", "2027-02", "", ""], "2026-11 2026-11"),
            (["2010-01", "2026-10", "", ""], "2021-11 2026-10"),
            (["1066-10", "snart", "", ""], "2025-12 2026-11"),
        ] {
            let [fran, till, manad, dag] = asked;
            assert_eq!(read(fran, till, manad, dag), wanted, "{asked:?}");
        }
    }

    #[test]
    fn figures_are_compared_with_the_end_of_the_month_the_quarter_or_the_year_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let before = |text: &str| Compare::ALL.map(|compare| compare.before(day(text)).to_string());
        assert_eq!(before("2026-11-20"), ["2026-10-31", "2026-09-30", "2025-12-31"]);
        assert_eq!(before("2026-01-01"), ["2025-12-31", "2025-12-31", "2025-12-31"]);
        assert_eq!(before("2026-06-30"), ["2026-05-31", "2026-03-31", "2025-12-31"]);
    }
}
