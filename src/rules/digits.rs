//! What identity numbers have in common: the Luhn check digit, separators people type between the digits, and
//! the traces a spreadsheet leaves on a long number (`docs/data-formats.md` 1: "Identity columns").

/// Whether the last digit of `digits` is the Luhn check digit of those before it. `false` for an empty text
/// and for anything but ASCII digits.
#[must_use]
pub fn luhn_ok(digits: &str) -> bool {
    let Some((body, check)) = digits.split_at_checked(digits.len().saturating_sub(1)) else { return false };
    match (luhn_check_digit(body), check.as_bytes()) {
        (Some(expected), [b]) => b.is_ascii_digit() && expected == b - b'0',
        _ => false,
    }
}

/// The Luhn check digit (0–9) that belongs after `body`. `None` when `body` is empty or holds anything but
/// ASCII digits.
#[must_use]
pub fn luhn_check_digit(body: &str) -> Option<u8> {
    if body.is_empty() || !body.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 0 { d / 5 + (d * 2) % 10 } else { d }
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).ok()
}

/// Whether a cell holds a number in scientific notation ("8,94608E+18"): the spreadsheet has thrown digits away
/// and the original number cannot be rebuilt.
#[must_use]
pub fn is_scientific(text: &str) -> bool {
    let text = text.trim();
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let mut parts = mantissa.split([',', '.']);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(exponent)
        && exponent.len() <= 3
        && parts.next().is_some_and(digits)
        && parts.next().is_none_or(digits)
        && parts.next().is_none()
}

/// A code of four figures or more without the ".0" that a program adds when it takes the column for numbers: "613952.0".
#[must_use]
pub fn without_decimals(code: &str) -> &str {
    code.strip_suffix(".0")
        .filter(|whole| whole.len() >= 4 && whole.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or(code)
}

/// Whether the digits look like a spreadsheet's double with fifteen true digits: longer than that, and nothing
/// but zeros from the sixteenth on ("8946087000000000000").
#[must_use]
pub fn is_precision_lost(digits: &str) -> bool {
    digits.len() > 17 && digits.bytes().skip(15).all(|b| b == b'0')
}

/// The text without what is typed around the digits of a number: spaces of every kind, dashes, slashes, dots,
/// brackets, a leading apostrophe and the ".0" of a number that went through a spreadsheet. Letters and "+"
/// stay, for the caller to judge.
#[must_use]
pub fn without_separators(text: &str) -> String {
    let text = text.trim().trim_start_matches('\'');
    let text = match text.split_once(['.', ',']) {
        Some((whole, "0" | "00")) if whole.len() > 4 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => text,
    };
    text.chars()
        .filter(|c| {
            !(c.is_whitespace()
                || matches!(
                    c,
                    '-' | '\u{2010}'..='\u{2015}' | '/' | '.' | '(' | ')' | '\u{200b}' | '\u{feff}'
                ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_that_was_taken_for_a_number_is_a_code_again() {
        for (text, code) in [
            ("613952.0", "613952"),
            ("4711.0", "4711"),
            ("403.0", "403.0"),
            ("4711.10", "4711.10"),
            ("4711.01", "4711.01"),
            ("A4711.0", "A4711.0"),
            ("12.4711.0", "12.4711.0"),
            ("", ""),
        ] {
            assert_eq!(without_decimals(text), code, "{text}");
        }
    }

    #[test]
    fn the_check_digit_of_known_numbers_holds() {
        // The format chapter's own sample numbers, and one digit off each.
        for (number, ok) in [
            ("0001019801", true),
            ("0001019802", false),
            ("8946087000000000010", true),
            ("8946087000000000011", false),
            ("", false),
            ("0", false),
            ("12a4", false),
            ("åäö", false),
        ] {
            assert_eq!(luhn_ok(number), ok, "{number}");
        }
    }

    #[test]
    fn scientific_notation_is_told_from_text_and_numbers() {
        for (text, expected) in [
            ("8,94608E+18", true),
            ("8.94608e+18", true),
            (" 7E+08 ", true),
            ("1E5", true),
            ("E5", false),
            ("8946087000000000010", false),
            ("12E", false),
            ("1,2,3E5", false),
            ("karin", false),
            ("2E+1000", false),
        ] {
            assert_eq!(is_scientific(text), expected, "{text}");
        }
    }

    #[test]
    fn zeros_after_the_fifteenth_digit_are_a_rounded_number() {
        assert!(is_precision_lost("8946087000000000000"));
        assert!(!is_precision_lost("8946087000000000010"));
        assert!(!is_precision_lost("894608700000000"));
    }

    #[test]
    fn separators_and_spreadsheet_traces_go_away() {
        for (text, expected) in [
            ("070-174 06 05", "0701740605"),
            ("070/174\u{a0}06 05", "0701740605"),
            ("'0701740605", "0701740605"),
            ("701740605.0", "701740605"),
            ("(070) 174.06.05", "0701740605"),
            ("070–1740605", "0701740605"),
            ("+46 70", "+4670"),
        ] {
            assert_eq!(without_separators(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_with_its_check_digit_is_accepted_and_any_single_error_is_not(body in "[0-9]{1,20}", at in 0usize..20, by in 1u8..10) {
            let check = luhn_check_digit(&body).unwrap();
            let full = format!("{body}{check}");
            prop_assert!(luhn_ok(&full));
            let mut wrong = full.into_bytes();
            let at = at % wrong.len();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            prop_assert!(!luhn_ok(&String::from_utf8(wrong).unwrap()));
        }

        #[test]
        fn no_text_breaks_the_helpers(text in "\\PC{0,40}") {
            let _ = luhn_ok(&text);
            let _ = is_scientific(&text);
            let _ = is_precision_lost(&text);
            let _ = without_separators(&text);
        }
    }
}
