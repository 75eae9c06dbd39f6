//! Options to extend (`docs/rules.md` 1.5): "2+1+1", "3+1+1 år, efter överenskommelse", "option 1+1".

use chrono::NaiveDate;

use super::doubt::{Doubt, Reading};
use super::notice::Words;
use super::quantity::{Unit, number, quantity_at};
use super::tokens::{Token, tokens};
use crate::rules::contract_dates::periods::{day_after, period_end, whole_months};
use crate::tabular::values::is_placeholder;

/// What a text says about options, before the contract's dates are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OptionReading {
    /// All lengths in the text, in months, in order.
    pub lengths: Vec<u32>,
    /// How many of the last lengths the text itself calls options; nothing when it does not say.
    pub stated_options: Option<usize>,
    /// Both parties must agree.
    pub mutual: bool,
}

/// The options put together with the contract's dates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResolvedOptions {
    /// The first period.
    pub initial_months: Option<u32>,
    /// The options in order, in months.
    pub steps: Vec<u32>,
    /// How many of them the stated end shows to be used.
    pub exercised: usize,
}

/// No contract has more options than this.
const MOST_OPTIONS: usize = 20;

/// Reads the text of a column such as "Förlängning" or "Option".
#[must_use]
pub fn options(text: &str) -> Reading<OptionReading> {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_placeholder(trimmed) {
        return Reading::sure(OptionReading::default());
    }
    let tokens = tokens(trimmed);
    let words = Words::new(&tokens);
    let mutual = words.any_prefix(&["overenskomm", "omsesidig", "gemensam", "samtycke", "parterna", "bada"]);
    let chains = chains(&tokens);
    let (lengths, stated_options) = match &*chains {
        [] => {
            let none = matches!(words.first(), Some("nej" | "ingen" | "inga" | "ej" | "n" | "utan"));
            let value = OptionReading { mutual, ..OptionReading::default() };
            return Reading::sure(value).doubt_if(Doubt::NotUnderstood, !none);
        }
        [only] => {
            let called_options = only.after_option_word
                || (words.any_prefix(&["option", "forlang", "forl", "mojlig"]) && !only.descends())
                || only.lengths.len() == 1;
            (only.lengths.clone(), called_options.then_some(only.lengths.len()))
        }
        // "2+1+1 (optioner 1+1)"
        [all, options, ..] if all.lengths.ends_with(&options.lengths) && options.after_option_word => {
            (all.lengths.clone(), Some(options.lengths.len()))
        }
        // "avtalstid 2 år, option 1+1 år"
        [first, rest @ ..] => {
            let options: Vec<u32> = rest.iter().flat_map(|chain| chain.lengths.iter().copied()).collect();
            let count = options.len();
            (first.lengths.iter().copied().chain(options).collect(), Some(count))
        }
    };
    // What repeats the end of the first chain takes its unit from there.
    let repeated = matches!(&*chains, [all, options, ..] if all.lengths.ends_with(&options.lengths));
    let unit_assumed =
        chains.iter().take(if repeated { 1 } else { usize::MAX }).any(|chain| chain.unit_assumed);
    let too_many = lengths.len() > MOST_OPTIONS || lengths.iter().any(|months| *months > 240);
    let lengths: Vec<u32> = lengths.into_iter().take(MOST_OPTIONS).collect();
    let stated_options = stated_options.map(|count| count.min(lengths.len()));
    let disagree = chains.len() == 2 && stated_options == Some(0);
    Reading::sure(OptionReading { lengths, stated_options, mutual })
        .doubt_if(Doubt::UnitAssumed, unit_assumed)
        .doubt_if(Doubt::Unusual, too_many)
        .doubt_if(Doubt::Contradicts, disagree)
        .doubt_if(Doubt::SeveralPeriods, chains.len() > 2)
}

/// Lengths joined by plus signs.
struct Chain {
    lengths: Vec<u32>,
    after_option_word: bool,
    unit_assumed: bool,
}

impl Chain {
    /// A long first period followed by shorter options, as in "2+1+1".
    fn descends(&self) -> bool {
        matches!(&*self.lengths, [first, rest @ ..] if rest.iter().any(|later| later < first))
    }
}

fn chains(tokens: &[Token]) -> Vec<Chain> {
    let mut chains = Vec::new();
    let mut at = 0;
    let mut after_option_word = false;
    while let Some(token) = tokens.get(at) {
        if let Some((chain, end)) = chain_at(tokens, at, after_option_word) {
            chains.push(chain);
            at = end.max(at + 1);
            after_option_word = false;
            continue;
        }
        if token.word().is_some_and(|word| {
            ["option", "forlang", "forl", "mojlig", "darefter", "varav"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
        }) {
            after_option_word = true;
        }
        at += 1;
    }
    chains
}

fn chain_at(tokens: &[Token], from: usize, after_option_word: bool) -> Option<(Chain, usize)> {
    let mut parts: Vec<(u32, Option<Unit>)> = Vec::new();
    let mut at = from;
    loop {
        let (mut items, end) = item_at(tokens, at)?;
        parts.append(&mut items);
        at = end;
        let joined = matches!(tokens.get(at), Some(Token::Sign('+')))
            || matches!(tokens.get(at).and_then(Token::word), Some("plus"));
        if !joined || item_at(tokens, at + 1).is_none() || parts.len() > MOST_OPTIONS {
            break;
        }
        at += 1;
    }
    // A unit counts for the numbers before it that have none.
    let mut unit = None;
    for part in parts.iter_mut().rev() {
        match part.1 {
            Some(own) => unit = Some(own),
            None => part.1 = unit,
        }
    }
    let bare = parts.iter().any(|(_, unit)| unit.is_none());
    let largest = parts.iter().map(|(halves, _)| *halves / 2).max().unwrap_or(0);
    let assumed = if largest > 10 { Unit::Months } else { Unit::Years };
    let lengths: Option<Vec<u32>> = parts
        .iter()
        .map(|(halves, unit)| match unit.unwrap_or(assumed) {
            Unit::Years => halves.checked_mul(6),
            Unit::Months | Unit::CalendarMonths => Some(halves / 2),
            Unit::Days | Unit::WorkingDays | Unit::Weeks => None,
        })
        .map(|months| months.filter(|months| *months > 0))
        .collect();
    // "2+1+1" in years and "24+12" in months are how these are written; 11 or a lone number could be anything.
    let usual =
        largest <= 10 && parts.len() > 1 || parts.iter().all(|(halves, _)| (halves / 2).is_multiple_of(6));
    Some((Chain { lengths: lengths?, after_option_word, unit_assumed: bare && !usual }, at))
}

/// Lengths in halves of a unit, where there is one.
type Items = Vec<(u32, Option<Unit>)>;

/// One length, or one repeated: "1", "12 mån", "2 x 12 mån", "2 ggr 1 år", "1 år x 2".
fn item_at(tokens: &[Token], at: usize) -> Option<(Items, usize)> {
    let is_times = |index: usize| {
        matches!(tokens.get(index), Some(Token::Sign('*')))
            || matches!(tokens.get(index).and_then(Token::word), Some("x" | "ggr" | "gang" | "ganger"))
    };
    let first = tokens.get(at).and_then(number)?;
    if is_times(at + 1)
        && let Some(length) = quantity_at(tokens, at + 2)
    {
        let count = usize::try_from(first / 2).unwrap_or(0).clamp(1, MOST_OPTIONS);
        return Some((vec![(length.halves, length.unit); count], length.end));
    }
    let length = quantity_at(tokens, at)?;
    // Years of four figures are dates, not lengths.
    if length.unit.is_none() && length.halves > 240 {
        return None;
    }
    if is_times(length.end)
        && let Some(Token::Number(times)) = tokens.get(length.end + 1)
    {
        let count = usize::try_from(times / 2).unwrap_or(0).clamp(1, MOST_OPTIONS);
        return Some((vec![(length.halves, length.unit); count], length.end + 2));
    }
    Some((vec![(length.halves, length.unit)], length.end))
}

/// Puts the lengths together with the first day and the last day the source shows.
///
/// In "2+1+1" the first number is the first period; how many options are used follows from the end that is shown.
#[must_use]
pub fn resolve_options(
    reading: &OptionReading,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
) -> Reading<ResolvedOptions> {
    let lengths = &reading.lengths;
    if lengths.is_empty() {
        return Reading::sure(ResolvedOptions::default());
    }
    let count = reading.stated_options.unwrap_or(lengths.len() - 1).min(lengths.len());
    let (before, steps) = lengths.split_at(lengths.len() - count);
    let initial =
        Some(before.iter().fold(0u32, |sum, months| sum.saturating_add(*months))).filter(|sum| *sum > 0);
    let whole = start.zip(end).and_then(|(start, end)| {
        let months = whole_months(start, day_after(end));
        (months > 0 && period_end(start, months) == end).then_some(months)
    });
    let Some(initial) = initial else {
        // Only options are named; the first period is what the dates show.
        return Reading::sure(ResolvedOptions { initial_months: whole, steps: steps.to_vec(), exercised: 0 })
            .doubt_if(Doubt::UsedOptionsUnknown, true);
    };
    let first = ResolvedOptions { initial_months: Some(initial), steps: steps.to_vec(), exercised: 0 };
    let Some((start, end)) = start.zip(end) else {
        return Reading::doubtful(first, Doubt::UsedOptionsUnknown);
    };
    let mut months = initial;
    for used in 0..=steps.len() {
        if period_end(start, months) == end {
            let all_equal = lengths.len() > 1 && lengths.iter().all(|length| *length == lengths[0]);
            return Reading::sure(ResolvedOptions { exercised: used, ..first })
                .doubt_if(Doubt::FirstPeriodUnclear, all_equal && reading.stated_options.is_none());
        }
        months = months.saturating_add(steps.get(used).copied().unwrap_or(0));
    }
    if reading.stated_options.is_none() && whole.is_some() {
        // Perhaps every number is an option after the period the dates show: "1+1" on a contract of three years.
        return Reading::doubtful(
            ResolvedOptions { initial_months: whole, steps: lengths.clone(), exercised: 0 },
            Doubt::FirstPeriodUnclear,
        );
    }
    Reading::doubtful(
        ResolvedOptions { initial_months: None, steps: steps.to_vec(), exercised: 0 },
        Doubt::DoesNotFitDates,
    )
}
