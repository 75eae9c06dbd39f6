//! Silent renewal (`docs/rules.md` 1.4).

use chrono::{Datelike, NaiveDate};

use super::doubt::{Doubt, Reading};
use super::notice::Words;
use super::options::OptionReading;
use super::quantity::{Quantity, is_of_renewal, quantities};
use super::tokens::{Token, tokens};
use crate::rules::contract_dates::RenewalKind;
use crate::tabular::values::is_placeholder;

/// What a text says about silent renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenewalReading {
    /// The kind, or nothing when the text says nothing.
    pub kind: Option<RenewalKind>,
    /// Months at a time, if the text says it.
    pub months: Option<u32>,
    /// The last day no renewal may pass.
    pub max_end: Option<NaiveDate>,
}

/// From this year on a date means "no end".
const FOREVER: i32 = 2900;

/// Reads the text of a column such as "Tyst förlängning" or "Autoförlängning".
#[must_use]
pub fn renewal(text: &str) -> Reading<RenewalReading> {
    let trimmed = text.trim();
    let lower = trimmed.to_lowercase();
    // "X" marks a box; other placeholders say nothing.
    if trimmed.is_empty() || is_placeholder(trimmed) {
        return Reading::sure(RenewalReading::default());
    }
    let tokens = tokens(trimmed);
    let words = Words::new(&tokens);
    if is_open_ended(&words) {
        let kind = Some(RenewalKind::UntilFurtherNotice);
        return Reading::sure(RenewalReading { kind, ..RenewalReading::default() });
    }
    let dates: Vec<NaiveDate> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Date(date) if date.year() < FOREVER => Some(*date),
            _ => None,
        })
        .collect();
    let max_end = dates.iter().copied().max();
    let lengths: Vec<u32> =
        quantities(&tokens).iter().filter_map(Quantity::months).filter(|months| *months > 0).collect();
    let months = lengths.first().copied().or_else(|| rhythm(&words));
    let first = words.first().unwrap_or_default();
    let says_yes = matches!(first, "ja" | "j" | "x" | "yes" | "y" | "true" | "sant")
        || matches!(lower.as_str(), "1" | "✓" | "✔")
        || words.any_prefix(&[
            "auto",
            "tyst",
            "forlang",
            "forl",
            "lopande",
            "rullande",
            "fortlopande",
            "arlig",
            "fornya",
            "renew",
            "extend",
        ])
        || months.is_some();
    // "förlängs ej", but not "förlängs om inte någon säger upp".
    let negated = words.any(&["ej", "inte", "ingen", "icke", "not"])
        && !words.any_prefix(&["uppsag", "sag", "savida"])
        && !words.any(&["om"]);
    let says_no = matches!(
        first,
        "nej" | "n" | "ej" | "ingen" | "inte" | "no" | "false" | "falskt" | "icke" | "saknas"
    ) || lower == "0"
        || negated
        || words.any_prefix(&["upphor"])
        || (words.any(&["loper"]) && words.any(&["ut"]));
    let optional = words.any_prefix(&["option", "overenskommelse", "omsesidig"]);
    let limited = words.any(&["ggr", "gang", "ganger"]) || (lengths.len() > 1 && max_end.is_none());
    let value = RenewalReading { kind: None, months, max_end };
    let no = RenewalReading { kind: Some(RenewalKind::None), ..RenewalReading::default() };
    match (says_yes, says_no) {
        (_, true) if optional => Reading::sure(no),
        (true, _) if optional && !words.any_prefix(&["auto", "tyst"]) => Reading::doubtful(
            RenewalReading { kind: Some(RenewalKind::OptionUnilateral), ..value },
            Doubt::Contradicts,
        ),
        (false, true) => Reading::sure(no),
        // "nej, förlängs inte automatiskt", "förlängs ej"
        (true, true) if negated || matches!(first, "nej" | "n" | "ej" | "ingen" | "inte") => {
            Reading::sure(no).doubt_if(Doubt::Contradicts, months.is_some() || first == "ja")
        }
        (true, contradicted) => Reading::sure(RenewalReading { kind: Some(RenewalKind::Auto), ..value })
            .doubt_if(Doubt::RenewalLengthAssumed, months.is_none())
            .doubt_if(Doubt::RenewalLimitUnclear, limited)
            .doubt_if(Doubt::Contradicts, contradicted)
            .doubt_if(Doubt::SeveralDates, dates.len() > 1)
            .doubt_if(Doubt::Unusual, months.is_some_and(|months| months > 60)),
        (false, false) => Reading::doubtful(RenewalReading::default(), Doubt::NotUnderstood),
    }
}

/// Silent renewal told by a term of notice: "senast 90 dagar före utgången, i annat fall förlängs avtalet med 12 månader".
///
/// Nothing when the text says nothing of it. What it says is always for a person to check.
#[must_use]
pub fn renewal_in_notice(text: &str) -> Option<Reading<RenewalReading>> {
    let tokens = tokens(text);
    let words = Words::new(&tokens);
    if !words.any_prefix(&["forlang", "fornya", "prolonger"]) || words.any_prefix(&["option", "overenskomm"])
    {
        return None;
    }
    let negated = words.any(&["ej", "inte", "ingen", "icke"]) && !words.any(&["om", "annars", "fall"]);
    if negated {
        return None;
    }
    let months = quantities(&tokens)
        .iter()
        .filter(|quantity| is_of_renewal(&tokens, quantity))
        .find_map(Quantity::months)
        .or_else(|| rhythm(&words));
    let value = RenewalReading { kind: Some(RenewalKind::Auto), months, max_end: None };
    Some(
        Reading::doubtful(value, Doubt::RenewalInNotice)
            .doubt_if(Doubt::RenewalLengthAssumed, months.is_none()),
    )
}

/// "tv", "t.v.", "tills vidare" and their like.
pub(super) fn is_open_ended(words: &Words<'_>) -> bool {
    words.any(&["tv", "tillsvidare", "tillsv", "tillsvidareavtal", "perpetual", "evergreen"])
        || (words.any(&["tills", "till"]) && words.any(&["vidare"]))
        || words.begin_with(&["t", "v"])
}

/// "årsvis", "varje år": how long at a time without a number.
fn rhythm(words: &Words<'_>) -> Option<u32> {
    if words.any_prefix(&["manadsvis", "manatlig"]) {
        Some(1)
    } else if words.any_prefix(&["kvartalsvis"]) {
        Some(3)
    } else if words.any_prefix(&["halvarsvis"]) {
        Some(6)
    } else if words.any_prefix(&["arsvis", "arlig", "arligen", "yearly", "annual"])
        || (words.any(&["varje", "per"]) && words.any(&["ar"]))
        || words.any_prefix(&["helar"])
    {
        Some(12)
    } else {
        None
    }
}

/// Puts together what the end, the options and the renewal text say about what happens at the end.
///
/// `notice_is_given` is whether the source states a term of notice; then a contract that does not say how it goes on is
/// doubtful.
#[must_use]
pub fn renewal_kind(
    renewal: &RenewalReading,
    options: &OptionReading,
    open_ended: bool,
    notice_is_given: bool,
) -> Reading<RenewalKind> {
    let has_options = !options.lengths.is_empty();
    let auto = renewal.kind == Some(RenewalKind::Auto);
    if open_ended || renewal.kind == Some(RenewalKind::UntilFurtherNotice) {
        return Reading::sure(RenewalKind::UntilFurtherNotice).doubt_if(Doubt::Contradicts, has_options);
    }
    if has_options {
        let kind = if options.mutual { RenewalKind::OptionMutual } else { RenewalKind::OptionUnilateral };
        return Reading::sure(kind).doubt_if(Doubt::Contradicts, auto);
    }
    match renewal.kind {
        Some(kind) => Reading::sure(kind),
        None => Reading::sure(RenewalKind::None).doubt_if(Doubt::RenewalUnclear, notice_is_given),
    }
}
