//! The picture of a contract's periods and days. Positions are shares of the width, so that text keeps its size on every
//! screen; each numbered mark stands in the list below the picture, which is also its text alternative.

use chrono::{Datelike, NaiveDate};

use crate::rules::contract_dates::timeline::{Mark, MarkKind, PeriodKind, Timeline};

/// No more years than this before today are shown.
const YEARS_BACK: i32 = 4;
/// Marks closer than this share of the width stand on different lines.
const CLOSE: f64 = 3.0;

/// A bar of the picture.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Where it begins, in per cent of the width.
    pub x: String,
    /// How wide it is.
    pub width: String,
    /// The class of the style sheet.
    pub class: &'static str,
}

/// A new year.
#[derive(Clone, Debug)]
pub struct Year {
    /// Where, in per cent of the width.
    pub x: String,
    /// Which.
    pub number: i32,
    /// Left out on narrow screens.
    pub every_other: bool,
}

/// A marked day.
#[derive(Clone, Debug)]
pub struct Dot {
    /// Where, in per cent of the width.
    pub x: String,
    /// Height of the middle of its circle.
    pub y: u16,
    /// Its number, from 1.
    pub number: usize,
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub label: &'static str,
    /// The class of the style sheet.
    pub class: &'static str,
}

/// A period, for the list.
#[derive(Clone, Debug)]
pub struct PeriodLine {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What it is.
    pub label: &'static str,
    /// The class of the style sheet.
    pub class: &'static str,
}

/// Everything the template draws.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Periods.
    pub bars: Vec<Bar>,
    /// New years.
    pub years: Vec<Year>,
    /// Marked days, in order of time.
    pub dots: Vec<Dot>,
    /// Where today is.
    pub today: String,
    /// The periods in words.
    pub periods: Vec<PeriodLine>,
    /// Height in pixels.
    pub height: u16,
    /// The picture in one sentence.
    pub summary: String,
}

fn class_of(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Initial | PeriodKind::OpenEnded => "b-avtal",
        PeriodKind::Renewed | PeriodKind::OptionUsed => "b-forlangd",
        PeriodKind::OptionOpen | PeriodKind::WouldRenew => "b-mojlig",
        PeriodKind::OptionLost => "b-forlorad",
    }
}

fn class_of_mark(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Deadline | MarkKind::ActBy => "m-frist",
        MarkKind::Today => "m-idag",
        _ => "m-dag",
    }
}

/// Draws a timeline; nothing when there are no periods.
#[must_use]
pub fn draw(timeline: &Timeline, today: NaiveDate, sentence: &str) -> Option<Picture> {
    let earliest =
        today.with_day(1).and_then(|day| day.with_year(day.year() - YEARS_BACK)).unwrap_or(timeline.from);
    let from = timeline.from.max(earliest).min(timeline.to);
    let days = (timeline.to - from).num_days().max(1);
    let at = |date: NaiveDate| {
        let passed = (date - from).num_days().clamp(0, days);
        // At most some tens of thousands of days: exact in a double.
        f64::from(i32::try_from(passed).unwrap_or(i32::MAX))
            / f64::from(i32::try_from(days).unwrap_or(i32::MAX))
            * 100.0
    };
    let share = |value: f64| format!("{value:.2}%");
    let shown: Vec<_> = timeline.periods.iter().filter(|period| period.to >= from).collect();
    if shown.is_empty() {
        return None;
    }
    let bars = shown
        .iter()
        .map(|period| {
            let (start, end) = (at(period.from), at(period.to.succ_opt().unwrap_or(period.to)));
            Bar { x: share(start), width: share((end - start).max(0.4)), class: class_of(period.kind) }
        })
        .collect();
    let years = (from.year() + 1..=timeline.to.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .enumerate()
        .map(|(place, day)| Year { x: share(at(day)), number: day.year(), every_other: place % 2 == 1 })
        .collect();
    let dots = dots(&timeline.marks, from, at);
    let lowest = dots.iter().map(|dot| dot.y).max().unwrap_or(0);
    Some(Picture {
        bars,
        years,
        today: share(at(today)),
        periods: timeline
            .periods
            .iter()
            .map(|period| PeriodLine {
                from: period.from,
                to: period.to,
                label: period.kind.label(),
                class: class_of(period.kind),
            })
            .collect(),
        height: lowest.max(60) + 16,
        dots,
        summary: format!("Avtalets perioder från {} till {}. {sentence}", timeline.from, timeline.to),
    })
}

fn dots(marks: &[Mark], from: NaiveDate, at: impl Fn(NaiveDate) -> f64) -> Vec<Dot> {
    let mut last_on_line: Vec<f64> = Vec::new();
    marks
        .iter()
        .filter(|mark| mark.date >= from && mark.kind != MarkKind::Today)
        .zip(1..)
        .map(|(mark, number)| {
            let x = at(mark.date);
            let line = last_on_line.iter().position(|last| x - last >= CLOSE).unwrap_or(last_on_line.len());
            match last_on_line.get_mut(line) {
                Some(last) => *last = x,
                None => last_on_line.push(x),
            }
            Dot {
                x: format!("{:.2}%", x.clamp(1.2, 98.8)),
                y: 64 + 22 * u16::try_from(line).unwrap_or(0),
                number,
                date: mark.date,
                label: mark.kind.label(),
                class: class_of_mark(mark.kind),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::contract_dates::timeline::Period;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn timeline() -> Timeline {
        Timeline {
            from: date("2022-03-01"),
            to: date("2028-02-29"),
            periods: vec![
                Period { from: date("2022-03-01"), to: date("2025-02-28"), kind: PeriodKind::Initial },
                Period { from: date("2025-03-01"), to: date("2027-02-28"), kind: PeriodKind::Renewed },
                Period { from: date("2027-03-01"), to: date("2028-02-29"), kind: PeriodKind::WouldRenew },
            ],
            marks: vec![
                Mark { date: date("2026-11-13"), kind: MarkKind::ActBy },
                Mark { date: date("2026-11-20"), kind: MarkKind::Today },
                Mark { date: date("2026-11-28"), kind: MarkKind::Deadline },
                Mark { date: date("2027-02-28"), kind: MarkKind::End },
            ],
        }
    }

    #[test]
    fn every_day_but_today_is_numbered_in_order_of_time() {
        let picture = draw(&timeline(), date("2026-11-20"), "").unwrap();
        let told: Vec<_> = picture.dots.iter().map(|dot| (dot.number, dot.label)).collect();
        assert_eq!(told, [(1, "skicka senast"), (2, "sista dag för besked"), (3, "avtalet upphör")]);
    }

    #[test]
    fn days_that_lie_close_stand_on_lines_of_their_own() {
        let picture = draw(&timeline(), date("2026-11-20"), "").unwrap();
        assert_ne!(picture.dots[0].y, picture.dots[1].y);
        assert!(picture.dots.iter().all(|dot| dot.y + 10 < picture.height + 10));
    }

    #[test]
    fn what_lies_far_back_is_not_drawn_but_told() {
        let mut old = timeline();
        old.from = date("2001-01-01");
        old.periods[0].from = date("2001-01-01");
        let picture = draw(&old, date("2026-11-20"), "").unwrap();
        assert_eq!(picture.periods[0].from, date("2001-01-01"));
        assert!(picture.years.iter().all(|year| year.number > 2021));
    }

    #[test]
    fn without_periods_there_is_no_picture() {
        assert!(
            draw(
                &Timeline { from: date("2026-01-01"), to: date("2027-01-01"), ..Timeline::default() },
                date("2026-11-20"),
                ""
            )
            .is_none()
        );
    }
}
