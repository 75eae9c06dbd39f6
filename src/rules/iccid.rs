//! ICCID, the number of a SIM card: 19 or 20 digits beginning with 89, the last one a Luhn check digit
//! (`docs/data-formats.md` 1: a number in scientific notation is refused and its cause named).

use thiserror::Error;

use super::digits;

/// A checked SIM card number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iccid(String);

/// Why a text is not a SIM card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IccidError {
    /// Nothing in the cell.
    #[error("SIM-numret saknas.")]
    Empty,
    /// "8,94608E+18", or rounded to fifteen digits: the true number is lost.
    #[error(
        "SIM-numret har förlorat siffror i ett kalkylblad (grundpotensform eller avrundat). Formatera kolumnen som text och exportera igen."
    )]
    Scientific,
    /// Not 19 or 20 digits beginning with 89.
    #[error("Ett SIM-nummer har 19 eller 20 siffror och börjar med 89.")]
    Form,
    /// The check digit does not fit.
    #[error("Kontrollsiffran i SIM-numret stämmer inte. Kontrollera numret, något är troligen felskrivet.")]
    CheckDigit,
}

impl Iccid {
    /// Reads a SIM card number, with spaces or dashes or not.
    pub fn parse(text: &str) -> Result<Self, IccidError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(IccidError::Empty);
        }
        if digits::is_scientific(trimmed) {
            return Err(IccidError::Scientific);
        }
        let plain = digits::without_separators(trimmed);
        // Some exports show the filler that pads nineteen digits to ten octets.
        let plain = plain.strip_suffix(['F', 'f']).unwrap_or(&plain);
        if !(19..=20).contains(&plain.len())
            || !plain.starts_with("89")
            || !plain.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(IccidError::Form);
        }
        if digits::luhn_ok(plain) {
            Ok(Self(plain.to_owned()))
        } else if digits::is_precision_lost(plain) {
            Err(IccidError::Scientific)
        } else {
            Err(IccidError::CheckDigit)
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For evidence: issuer and the last four digits, `8946…0010`.
    #[must_use]
    pub fn masked(&self) -> String {
        let end = self.0.len().saturating_sub(4);
        format!("{}…{}", self.0.get(..4).unwrap_or_default(), self.0.get(end..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sim_numbers_are_read_with_and_without_spaces() {
        for text in ["8946087000000000010", "8946 0870 0000 0000 010", "8946087000000000010F"] {
            assert_eq!(Iccid::parse(text).map(|i| i.0).as_deref(), Ok("8946087000000000010"), "{text}");
        }
        assert_eq!(Iccid::parse("8946087000000000010").unwrap().masked(), "8946…0010");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_cause() {
        for (text, error) in [
            ("", IccidError::Empty),
            ("8,94608E+18", IccidError::Scientific),
            ("8.94608E+18", IccidError::Scientific),
            ("8946087000000000000", IccidError::Scientific),
            ("8946087000000000011", IccidError::CheckDigit),
            ("0701740605", IccidError::Form),
            ("1246087000000000010", IccidError::Form),
            ("894608700000000001", IccidError::Form),
        ] {
            assert_eq!(Iccid::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_with_its_check_digit_is_read(body in "89[0-9]{16,17}") {
            let full = format!("{body}{}", digits::luhn_check_digit(&body).unwrap());
            let read = Iccid::parse(&full).unwrap();
            prop_assert_eq!(read.as_str(), full.as_str());
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,30}") {
            let _ = Iccid::parse(&text).map(|i| i.masked());
        }
    }
}
