//! Pictures made on the server as inline SVG. Shape and text carry the meaning, colour only supports it.
//!
//! The marks here are decoration beside a text and hidden from screen readers; a chart has its own text alternative and a link
//! to the same data as a table. Widths that come from data are SVG attributes, never `style`: the CSP forbids inline style.

use std::fmt::Write as _;

use askama::filters::Safe;

macro_rules! bars {
    ($a:literal $b:literal $c:literal $d:literal) => {
        concat!(
            r#"<svg viewBox="0 0 16 12" aria-hidden="true"><rect class=""#,
            $a,
            r#"" x="0" y="9" width="3" height="3" rx="1"/><rect class=""#,
            $b,
            r#"" x="4.3" y="6" width="3" height="6" rx="1"/><rect class=""#,
            $c,
            r#"" x="8.6" y="3" width="3" height="9" rx="1"/><rect class=""#,
            $d,
            r#"" x="12.9" y="0" width="3" height="12" rx="1"/></svg>"#
        )
    };
}

/// The mark of a phase of the life cycle. `code` is the phase in the database (`anskaffning`, `inforande`, `anvandning`,
/// `avveckling`, `avvecklad`, `avbruten`); an unknown code gets the mark of the last.
pub fn phase_mark(code: impl AsRef<str>) -> Safe<&'static str> {
    Safe(match code.as_ref() {
        "anskaffning" => {
            r#"<svg class="fasikon f-anskaffning" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75" stroke-dasharray="2.4 1.9"/></svg>"#
        }
        "inforande" => {
            r#"<svg class="fasikon f-inforande" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M6 3v6a3 3 0 0 0 0-6Z" stroke="none"/></svg>"#
        }
        "anvandning" => {
            r#"<svg class="fasikon f-anvandning" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.5"/></svg>"#
        }
        "avveckling" => {
            r#"<svg class="fasikon f-avveckling" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M6 6V1.3A4.7 4.7 0 0 1 6 10.7Z" stroke="none"/></svg>"#
        }
        "avvecklad" => {
            r#"<svg class="fasikon f-avvecklad" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="M3.5 6h5" stroke="currentColor" stroke-width="1.75" fill="none"/></svg>"#
        }
        _ => {
            r#"<svg class="fasikon f-avbruten" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" stroke-width="1.75"/><path d="m4.2 4.2 3.6 3.6M7.8 4.2 4.2 7.8" stroke="currentColor" stroke-width="1.5" fill="none"/></svg>"#
        }
    })
}

/// The bars of a criticality: `lag`, `medel`, `hog`, `kritisk`; anything else draws no bar filled.
pub fn criticality_mark(code: impl AsRef<str>) -> Safe<&'static str> {
    Safe(match code.as_ref() {
        "kritisk" => bars!("pa" "pa" "pa" "pa"),
        "hog" => bars!("pa" "pa" "pa" "av"),
        "medel" => bars!("pa" "pa" "av" "av"),
        "lag" => bars!("pa" "av" "av" "av"),
        _ => bars!("av" "av" "av" "av"),
    })
}

/// A part of a whole in a bar: where it begins, how wide it is, how many percent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Names the colour: the class is `f-` and this.
    pub code: String,
    /// What it is.
    pub label: String,
    /// How many.
    pub count: i64,
    /// Whole percent of all; those of a bar make exactly 100.
    pub percent: i64,
    /// Percent from the left, as an attribute.
    pub x: String,
    /// Percent of the width, as an attribute.
    pub width: String,
    /// The list of exactly these.
    pub href: String,
}

/// The parts of a bar from (code, label, count, href). Percents are rounded so that they make 100: the largest remainders are
/// rounded up. Nothing at all gives parts of 0 %.
#[must_use]
pub fn shares(parts: Vec<(String, String, i64, String)>) -> Vec<Share> {
    let total: i64 = parts.iter().map(|p| p.2.max(0)).sum();
    let whole = total.max(1);
    let mut percents: Vec<i64> = parts.iter().map(|p| p.2.max(0) * 100 / whole).collect();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| std::cmp::Reverse(parts[*i].2.max(0) * 100 % whole));
    let lacking = if total == 0 { 0 } else { 100 - percents.iter().sum::<i64>() };
    for i in by_remainder.into_iter().take(usize::try_from(lacking).unwrap_or(0)) {
        percents[i] += 1;
    }
    let mut before = 0;
    parts
        .into_iter()
        .zip(percents)
        .map(|((code, label, count, href), percent)| {
            let x = hundredths(before, whole);
            before += count.max(0);
            Share { code, label, count, percent, x, width: hundredths(count.max(0), whole), href }
        })
        .collect()
}

/// `part` of `whole` in percent with two decimals.
fn hundredths(part: i64, whole: i64) -> String {
    let n = part * 10_000 / whole.max(1);
    format!("{}.{:02}", n / 100, n % 100)
}

/// A line through values over time, as a path in a box of 100 × 40 that is stretched to its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trend {
    /// The line.
    pub line: String,
    /// A dot at each value: lines without length, drawn with round ends.
    pub dots: String,
    /// The labels below, with percent from the left; at most seven, the first and the last among them.
    pub labels: Vec<(String, String)>,
    /// The highest value on the scale, which begins at 0.
    pub top: i64,
    /// Every value in words, for a screen reader.
    pub words: String,
}

/// Draws a line through (label, value); `unit` follows each value in words ("system", "kr"). Negative values are drawn as 0.
#[must_use]
pub fn trend(values: &[(String, i64)], unit: &str) -> Trend {
    let top = nice_top(values.iter().map(|v| v.1).max().unwrap_or(0));
    let last = i64::try_from(values.len().saturating_sub(1)).unwrap_or(0);
    let mut trend = Trend { top, ..Trend::default() };
    let step = values.len().div_ceil(6);
    for (i, (label, value)) in values.iter().enumerate() {
        let n = i64::try_from(i).unwrap_or(0);
        let x = if last == 0 { "50.00".to_owned() } else { hundredths(n, last) };
        let y = hundredths((top - (*value).clamp(0, top)) * 40, top * 100);
        let _ = write!(trend.line, "{}{x} {y}", if i == 0 { "M" } else { "L" });
        let _ = write!(trend.dots, "M{x} {y}h0");
        if i % step.max(1) == 0 || n == last {
            trend.labels.push((x, label.clone()));
        }
    }
    let words: Vec<String> = values
        .iter()
        .map(|(label, value)| format!("{label}: {} {unit}", crate::web::format::number_of((*value).into())))
        .collect();
    trend.words = words.join(", ");
    trend
}

/// The smallest 1, 2 or 5 followed by zeros that is not below `max`.
fn nice_top(max: i64) -> i64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if step * factor >= max {
                return step * factor;
            }
        }
        let Some(next) = step.checked_mul(10).filter(|n| *n <= i64::MAX / 10_000) else { return max };
        step = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(counts: &[i64]) -> Vec<Share> {
        shares(counts.iter().map(|n| (String::new(), String::new(), *n, String::new())).collect())
    }

    #[test]
    fn percents_of_a_bar_make_a_hundred_and_parts_stand_side_by_side() {
        let bar = parts(&[1, 1, 1]);
        assert_eq!(bar.iter().map(|s| s.percent).sum::<i64>(), 100);
        assert_eq!(bar.iter().map(|s| s.x.as_str()).collect::<Vec<_>>(), ["0.00", "33.33", "66.66"]);
        assert_eq!(
            parts(&[11, 14, 139, 17, 6]).iter().map(|s| s.percent).collect::<Vec<_>>(),
            [6, 8, 74, 9, 3]
        );
    }

    #[test]
    fn an_empty_bar_has_no_width() {
        assert_eq!(
            parts(&[0, 0]).iter().map(|s| (s.percent, s.width.as_str())).collect::<Vec<_>>(),
            [(0, "0.00"), (0, "0.00")]
        );
    }

    #[test]
    fn a_line_begins_to_the_left_and_ends_to_the_right_and_its_top_is_the_highest() {
        let values = [("jan", 0), ("feb", 5), ("mars", 10)].map(|(l, n)| (l.to_owned(), n));
        let trend = trend(&values, "system");
        assert_eq!((trend.line.as_str(), trend.top), ("M0.00 40.00L50.00 20.00L100.00 0.00", 10));
        assert_eq!(trend.words, "jan: 0 system, feb: 5 system, mars: 10 system");
    }

    #[test]
    fn one_value_and_none_can_be_drawn() {
        assert_eq!(trend(&[("jan".to_owned(), 3)], "").line, "M50.00 16.00");
        assert_eq!(trend(&[], "").line, "");
    }

    #[test]
    fn a_scale_ends_at_a_round_number() {
        for (max, top) in [(0, 1), (1, 1), (3, 5), (11, 20), (187, 200), (1001, 2000)] {
            assert_eq!(nice_top(max), top);
        }
    }
}
