//! Text, whole numbers, decimals, yes and no, e-mail addresses and SIM card numbers.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use unicode_normalization::UnicodeNormalization as _;

use super::super::fault::{Fault, code};
use super::super::grid::Cell;
use super::amount::{AmountStyle, amount};
use super::{is_placeholder, quoted, readable};

/// The text of a cell as it is kept: NFC, no surrounding or repeated white space, control characters gone (line breaks in
/// a cell become spaces). Blank and error cells are `None`.
#[must_use]
pub fn text(cell: &Cell) -> Option<String> {
    if matches!(cell, Cell::Error(_)) {
        return None;
    }
    let text = cell.text();
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        if c.is_whitespace() || c.is_control() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}') {
            out.push(c);
        }
    }
    let out = out.trim();
    // An apostrophe before a formula sign is how exports make such cells harmless; it is not part of the text.
    let out = match out.strip_prefix('\'').map(str::trim_start) {
        Some(rest) if crate::tabular::write::is_risky(rest) => rest,
        _ => out,
    };
    (!out.is_empty()).then(|| out.to_owned())
}

/// A whole number; `12 st` and `1 200` are read.
///
/// # Errors
/// `number_invalid` for anything else, decimals and ranges included.
pub fn integer(cell: &Cell) -> Result<Option<i64>, Fault> {
    let fault = |text: &str| {
        Fault::new(code::NUMBER_INVALID, format!("{} är inget heltal. Skriv det med siffror.", quoted(text)))
    };
    let Some(raw) = readable(cell)? else { return Ok(None) };
    if is_placeholder(&raw) {
        return Ok(None);
    }
    let number = amount(cell, AmountStyle::Unknown).map_err(|_| fault(&raw))?;
    match number {
        Some(number) if number.fract().is_zero() => number.to_i64().map(Some).ok_or_else(|| fault(&raw)),
        Some(_) => Err(fault(&raw)),
        None => Ok(None),
    }
}

/// A number with decimals; a percent sign is taken away (`99,80 %` is 99.80).
///
/// # Errors
/// `number_invalid`.
pub fn decimal(cell: &Cell) -> Result<Option<Decimal>, Fault> {
    let Some(raw) = readable(cell)? else { return Ok(None) };
    let read = match &*raw {
        text if text.contains('%') => amount(&Cell::Text(text.replace('%', "")), AmountStyle::Unknown),
        _ => amount(cell, AmountStyle::Unknown),
    };
    read.map_err(|_| {
        Fault::new(code::NUMBER_INVALID, format!("{} är inget tal. Skriv det med siffror.", quoted(&raw)))
    })
}

/// Yes or no.
///
/// # Errors
/// `yes_no_invalid` for what is neither.
pub fn yes_no(cell: &Cell) -> Result<Option<bool>, Fault> {
    let Some(raw) = readable(cell)? else { return Ok(None) };
    match raw.to_lowercase().trim_end_matches('.') {
        "ja" | "j" | "x" | "yes" | "y" | "1" | "sant" | "true" | "✓" | "✔" | "☒" | "☑" => {
            Ok(Some(true))
        }
        "nej" | "n" | "no" | "0" | "falskt" | "false" | "☐" | "nei" => Ok(Some(false)),
        text if is_placeholder(text) => Ok(None),
        _ => Err(Fault::new(
            code::YES_NO_INVALID,
            format!("{} är varken ja eller nej. Skriv ja eller nej.", quoted(&raw)),
        )),
    }
}

/// An e-mail address, lower case.
///
/// # Errors
/// `email_invalid`.
pub fn email(cell: &Cell) -> Result<Option<String>, Fault> {
    let Some(raw) = readable(cell)? else { return Ok(None) };
    if is_placeholder(&raw) {
        return Ok(None);
    }
    let address = raw.to_lowercase();
    let address = address.strip_prefix("mailto:").unwrap_or(&address);
    let sound = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && domain
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
    }) && !address.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'));
    if sound {
        Ok(Some(address.to_owned()))
    } else {
        Err(Fault::new(code::EMAIL_INVALID, format!("{} är ingen e-postadress.", quoted(&raw))))
    }
}

/// Whether a text is a number in scientific notation (`8,94608E+18`), which has lost its last digits.
#[must_use]
pub fn is_scientific(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let Some((mantissa, exponent)) = lower.split_once('e') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let whole = mantissa.split([',', '.']).collect::<Vec<_>>();
    digits(exponent) && whole.len() <= 2 && whole.iter().all(|part| digits(part))
}

/// A SIM card number (ICCID): 18 to 20 digits, spaces and dashes taken away.
///
/// # Errors
/// `iccid_scientific` when a spreadsheet has rounded it, `number_invalid` when it is something else.
pub fn iccid(cell: &Cell) -> Result<Option<String>, Fault> {
    let Some(raw) = readable(cell)? else { return Ok(None) };
    if is_placeholder(&raw) {
        return Ok(None);
    }
    if is_scientific(&raw) {
        return Err(Fault::new(
            code::ICCID_SCIENTIFIC,
            format!(
                "SIM-numret {} har avrundats av ett kalkylprogram och de sista siffrorna är borta. Hämta listan på nytt och låt \
                 kolumnen vara text.",
                quoted(&raw)
            ),
        ));
    }
    let digits: String = raw.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let digits = digits.trim_end_matches(['F', 'f']);
    if (18..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Some(digits.to_owned()))
    } else {
        Err(Fault::new(
            code::NUMBER_INVALID,
            format!("{} är inget SIM-nummer, som har 18 till 20 siffror.", quoted(&raw)),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn kept_text_is_tidy() {
        assert_eq!(
            text(&cell("  Anna\u{a0}\u{a0}Karin\r\n \u{200b}Åkerlund ")).as_deref(),
            Some("Anna Karin Åkerlund")
        );
        assert_eq!(text(&cell("A\u{30a}sa")).as_deref(), Some("Åsa"));
        assert_eq!(text(&cell("'=1+1")).as_deref(), Some("=1+1"));
        assert_eq!(text(&cell(" \u{a0} ")), None);
        assert_eq!(text(&Cell::Error("#N/A".into())), None);
    }

    #[test]
    fn whole_numbers_are_read_and_ranges_refused() {
        for (raw, number) in [("12", 12), ("12 st", 12), ("1 200", 1200), ("12,0", 12), ("-3", -3)] {
            assert_eq!(integer(&cell(raw)).unwrap(), Some(number), "{raw}");
        }
        for raw in ["1-100", "50,000+", "tolv", "1,5", "1.234"] {
            assert_eq!(integer(&cell(raw)).unwrap_err().code, "number_invalid", "{raw}");
        }
    }

    #[test]
    fn a_percentage_keeps_its_figure() {
        assert_eq!(decimal(&cell("99,80 %")).unwrap().unwrap().to_string(), "99.8");
    }

    #[test]
    fn yes_and_no_have_many_names() {
        for raw in ["ja", "J", "x", "TRUE", "1", "Yes"] {
            assert_eq!(yes_no(&cell(raw)).unwrap(), Some(true), "{raw}");
        }
        for raw in ["nej", "N", "falskt", "0"] {
            assert_eq!(yes_no(&cell(raw)).unwrap(), Some(false), "{raw}");
        }
        assert_eq!(yes_no(&cell("saknas")).unwrap(), None);
        assert_eq!(yes_no(&cell("delvis")).unwrap_err().code, "yes_no_invalid");
        assert_eq!(yes_no(&Cell::Bool(true)).unwrap(), Some(true));
    }

    #[test]
    fn addresses_are_checked() {
        assert_eq!(email(&cell(" Anna.Lind@Exempel.SE ")).unwrap().as_deref(), Some("anna.lind@exempel.se"));
        for raw in ["anna", "anna@exempel", "a@b.se; c@d.se", "@b.se", "a@b..se"] {
            assert!(email(&cell(raw)).is_err(), "{raw}");
        }
    }

    #[test]
    fn a_rounded_sim_number_is_named_for_what_happened() {
        for raw in ["8,94608E+18", "8.94608E+18", "8,94699987010377e18"] {
            assert_eq!(iccid(&cell(raw)).unwrap_err().code, "iccid_scientific", "{raw}");
        }
        assert_eq!(iccid(&Cell::Number(8_946_087_000_000_000_010.0)).unwrap_err().code, "iccid_scientific");
        assert_eq!(iccid(&cell("8946 0870 0000 0000 010")).unwrap().as_deref(), Some("8946087000000000010"));
        assert_eq!(iccid(&cell("12345")).unwrap_err().code, "number_invalid");
    }
}
