//! Amounts of money as Swedish files write them (data-formats 1).

use rust_decimal::Decimal;

use super::super::fault::{Fault, code};
use super::super::grid::Cell;
use super::{is_placeholder, quoted, readable};

/// How a column writes its decimals, where both signs stand in some of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AmountStyle {
    /// Not known: `1.234` and `1,234` are refused.
    #[default]
    Unknown,
    /// `1.234,50`.
    CommaDecimal,
    /// `1,234.50`.
    PointDecimal,
}

/// Reads an amount in kronor. Empty is `None`; a lone dash is zero.
///
/// # Errors
/// `amount_ambiguous` for `1.234`, `amount_currency` for another currency, `amount_invalid` for what is no amount.
pub fn amount(cell: &Cell, style: AmountStyle) -> Result<Option<Decimal>, Fault> {
    match readable(cell)? {
        None => Ok(None),
        Some(text) if matches!(&*text, "-" | "–" | "—" | "0:-" | "--") => Ok(Some(Decimal::ZERO)),
        Some(text) if is_placeholder(&text) => Ok(None),
        Some(text) if matches!(cell, Cell::Number(_)) => {
            text.parse::<Decimal>().map(Some).map_err(|_| invalid(&text))
        }
        Some(text) => parse(&text, style).map(Some),
    }
}

fn invalid(text: &str) -> Fault {
    Fault::new(
        code::AMOUNT_INVALID,
        format!("{} är inget belopp. Skriv det med siffror, till exempel 1 234,50.", quoted(text)),
    )
}

/// How a column's amounts are written, told by cells that have both a decimal sign and a thousands sign.
#[must_use]
pub fn amount_style<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> AmountStyle {
    let (mut comma, mut point) = (0_usize, 0_usize);
    for cell in cells {
        if let Cell::Text(text) = cell
            && let (Some(last_comma), Some(last_point)) = (text.rfind(','), text.rfind('.'))
        {
            if last_comma > last_point {
                comma += 1;
            } else {
                point += 1;
            }
        }
    }
    match (comma, point) {
        (0, 0) => AmountStyle::Unknown,
        (comma, 0) if comma > 0 => AmountStyle::CommaDecimal,
        (0, _) => AmountStyle::PointDecimal,
        _ => AmountStyle::Unknown,
    }
}

fn parse(raw: &str, style: AmountStyle) -> Result<Decimal, Fault> {
    let (text, factor) = unit(raw)?;
    let (text, negative) = sign(&text);
    if text.is_empty()
        || !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b' '))
    {
        return Err(invalid(raw));
    }
    let number = plain_number(&text, style).map_err(|problem| match problem {
        Problem::Ambiguous => Fault::new(
            code::AMOUNT_AMBIGUOUS,
            format!(
                "{} kan betyda både tusental och decimaler. Skriv beloppet utan punkt, till exempel 1234 eller 1,23.",
                quoted(raw)
            ),
        ),
        Problem::Invalid => invalid(raw),
    })?;
    let value = number.checked_mul(factor).ok_or_else(|| invalid(raw))?.normalize();
    Ok(if negative { -value } else { value })
}

/// Takes away the currency and the period (`kr`, `SEK`, `kr/år`, `:-`), and gives what `tkr` and `mkr` multiply by.
fn unit(raw: &str) -> Result<(String, Decimal), Fault> {
    let spaced: String = raw
        .chars()
        .map(|c| match c {
            '\u{2212}' | '–' | '—' => '-',
            '\'' | '’' | '´' => ' ',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    let lower = spaced.to_lowercase();
    let letters: String = lower
        .chars()
        .filter(|c| c.is_alphabetic() || matches!(c, '/' | '€' | '$' | '£' | '.' | ' '))
        .collect();
    let words: Vec<&str> = letters.split([' ', '/', '.']).filter(|word| !word.is_empty()).collect();
    let mut factor = Decimal::ONE;
    for word in &words {
        match *word {
            "kr" | "sek" | "kronor" | "år" | "ar" | "mån" | "månad" | "man" | "mnd" | "per" | "st"
            | "exkl" | "excl" | "ex" | "moms" | "vat" | "årligen" | "kvartal" | "ca" | "cirka" => {}
            "tkr" | "ksek" => factor = Decimal::from(1000),
            "mkr" | "mnkr" | "msek" | "mio" => factor = Decimal::from(1_000_000),
            word if word.contains(['€', '$', '£'])
                || matches!(word, "eur" | "euro" | "usd" | "nok" | "dkk" | "gbp") =>
            {
                return Err(Fault::new(
                    code::AMOUNT_CURRENCY,
                    format!("{} är i en annan valuta. Räkna om beloppet till svenska kronor.", quoted(raw)),
                ));
            }
            _ => return Err(invalid(raw)),
        }
    }
    let kept: String = lower.chars().filter(|c| !c.is_alphabetic() && *c != '/').collect();
    let kept = kept
        .trim()
        .trim_end_matches(['.', ' '])
        .trim_end_matches(":-")
        .trim_end_matches(",-")
        .trim_end_matches([':', ' ']);
    Ok((with_comma(kept), factor))
}

/// `99:50` is kronor and öre.
fn with_comma(text: &str) -> String {
    match text.split_once(':') {
        Some((kronor, ore))
            if ore.len() == 2
                && ore.bytes().all(|byte| byte.is_ascii_digit())
                && kronor.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{kronor},{ore}")
        }
        _ => text.to_owned(),
    }
}

fn sign(text: &str) -> (String, bool) {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let minus = trimmed.strip_prefix('-').or_else(|| trimmed.strip_suffix('-'));
    match (inner, minus) {
        (Some(inner), _) => (inner.trim().to_owned(), true),
        (None, Some(rest)) => (rest.trim().to_owned(), true),
        (None, None) => (trimmed.strip_prefix('+').unwrap_or(trimmed).to_owned(), false),
    }
}

enum Problem {
    Ambiguous,
    Invalid,
}

fn plain_number(text: &str, style: AmountStyle) -> Result<Decimal, Problem> {
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let spaces = text.contains(' ');
    let last = text.rfind([',', '.']);
    let (whole, decimals, group) = match (commas, points, last) {
        (0, 0, _) | (_, _, None) => (text, "", None),
        // Both signs: the last one divides the decimals off, and stands once.
        (1.., 1.., Some(at)) => {
            let (whole, decimals) =
                (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            let group = if text.get(at..=at) == Some(",") { '.' } else { ',' };
            if whole.contains(if group == '.' { ',' } else { '.' }) || spaces {
                return Err(Problem::Invalid);
            }
            (whole, decimals, Some(group))
        }
        // One sign, many times: thousands.
        (2.., 0, _) => (text, "", Some(',')),
        (0, 2.., _) => (text, "", Some('.')),
        (_, _, Some(at)) => {
            let (whole, decimals) =
                (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            let point = points == 1;
            let looks_like_group =
                decimals.len() == 3 && !spaces && (1..=3).contains(&whole.len()) && whole != "0";
            match (looks_like_group, style, point) {
                (true, AmountStyle::CommaDecimal, true) => (text, "", Some('.')),
                (true, AmountStyle::PointDecimal, false) => (text, "", Some(',')),
                (true, AmountStyle::Unknown, _) => return Err(Problem::Ambiguous),
                _ => (whole, decimals, None),
            }
        }
    };
    let mut digits = grouped(whole, group).ok_or(Problem::Invalid)?;
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::Invalid);
    }
    if digits.is_empty() {
        digits.push('0');
    }
    if !decimals.is_empty() {
        digits.push('.');
        digits.push_str(decimals);
    }
    digits.parse().map_err(|_| Problem::Invalid)
}

/// The digits of a whole number whose thousands are divided by spaces and, perhaps, one more sign.
fn grouped(whole: &str, sign: Option<char>) -> Option<String> {
    let divider = |c: char| c == ' ' || Some(c) == sign;
    let groups: Vec<&str> = whole.split(divider).filter(|group| !group.is_empty()).collect();
    let fits = groups.len() <= 1
        || groups
            .iter()
            .enumerate()
            .all(|(index, group)| if index == 0 { group.len() <= 3 } else { group.len() == 3 });
    (fits && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit())))
        .then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, &'static str> {
        styled(text, AmountStyle::Unknown)
    }

    fn styled(text: &str, style: AmountStyle) -> Result<String, &'static str> {
        amount(&Cell::Text(text.to_owned()), style)
            .map(|value| value.map_or_else(|| "ingen".to_owned(), |value| value.to_string()))
            .map_err(|fault| fault.code)
    }

    #[test]
    fn swedish_amounts_are_read() {
        for (text, value) in [
            ("1 234,50", "1234.5"),
            ("1234.50", "1234.5"),
            ("1\u{a0}350\u{a0}000,00", "1350000"),
            ("2\u{202f}450", "2450"),
            ("245 000 kr", "245000"),
            ("99 kr", "99"),
            ("1.234,50", "1234.5"),
            ("1,234.50", "1234.5"),
            ("1.234.567", "1234567"),
            ("1,234,567.8", "1234567.8"),
            ("12 000 kr/år", "12000"),
            ("149,00", "149"),
            ("500:-", "500"),
            ("99:00", "99"),
            ("1 249:50 kr", "1249.5"),
            ("-12:50", "-12.5"),
            ("149 kr/mån", "149"),
            ("SEK 100", "100"),
            ("250 tkr", "250000"),
            ("1,5 mkr", "1500000"),
            ("(948,03)", "-948.03"),
            ("-0,05", "-0.05"),
            ("\u{2212}203,01", "-203.01"),
            ("100-", "-100"),
            ("-", "0"),
            ("0,125", "0.125"),
            ("12345.678", "12345.678"),
            ("1'250'000", "1250000"),
            ("0", "0"),
            ("", "ingen"),
            ("saknas", "ingen"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn an_amount_that_can_mean_two_things_is_refused() {
        for text in ["1.234", "1,234", "12.500", "999.000 kr"] {
            assert_eq!(read(text), Err("amount_ambiguous"), "{text}");
        }
    }

    #[test]
    fn a_column_that_shows_its_style_settles_what_is_ambiguous() {
        let cells = [Cell::Text("1,234.50".into()), Cell::Text("9,999".into())];
        assert_eq!(amount_style(&cells), AmountStyle::PointDecimal);
        assert_eq!(styled("9,999", AmountStyle::PointDecimal).as_deref(), Ok("9999"));
        assert_eq!(styled("1.234", AmountStyle::CommaDecimal).as_deref(), Ok("1234"));
        assert_eq!(styled("1.234", AmountStyle::PointDecimal).as_deref(), Ok("1.234"));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "ingår", "se avtal", "1 23 456", "12-34", "kr", "1..2", "1,2,3", "abc 12", "=1+1", "1-100",
            "1:5", "12:30:00", ":50",
        ] {
            assert_eq!(read(text), Err("amount_invalid"), "{text}");
        }
        for text in ["$0.00", "100 EUR", "£5", "12 €"] {
            assert_eq!(read(text), Err("amount_currency"), "{text}");
        }
    }

    #[test]
    fn a_workbook_number_is_exact() {
        assert_eq!(amount(&Cell::Number(22.5), AmountStyle::Unknown).unwrap(), Some(Decimal::new(225, 1)));
        assert_eq!(
            amount(&Cell::Number(1.1 + 2.2), AmountStyle::Unknown).unwrap(),
            Some(Decimal::new(33, 1))
        );
    }
}
