//! IMEI, the number of a mobile device: fifteen digits, the last one a Luhn check digit (`docs/data-formats.md` 3).

use thiserror::Error;

use super::digits;

/// A checked device number of fifteen digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Imei(String);

/// Why a text is not a device number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ImeiError {
    /// Nothing in the cell.
    #[error("IMEI saknas.")]
    Empty,
    /// "3,56789E+14".
    #[error(
        "IMEI står i grundpotensform, som kalkylbladet ger långa tal. Formatera kolumnen som text och exportera igen."
    )]
    Scientific,
    /// Not fifteen digits (or fourteen without, or sixteen with the software version instead of, the check digit).
    #[error("Ett IMEI har 15 siffror.")]
    Form,
    /// The check digit does not fit.
    #[error("Kontrollsiffran i IMEI stämmer inte. Kontrollera numret, något är troligen felskrivet.")]
    CheckDigit,
}

impl Imei {
    /// Reads a device number: fifteen digits, fourteen where the check digit is left out, sixteen where the
    /// software version stands in its place; fewer when a number column dropped the zeros in front.
    pub fn parse(text: &str) -> Result<Self, ImeiError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ImeiError::Empty);
        }
        if digits::is_scientific(trimmed) {
            return Err(ImeiError::Scientific);
        }
        let plain = digits::without_separators(trimmed);
        if !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ImeiError::Form);
        }
        match plain.len() {
            15 if digits::luhn_ok(&plain) => Ok(Self(plain)),
            15 => Err(ImeiError::CheckDigit),
            16 => Self::completed(plain.get(..14).unwrap_or_default()),
            // Type codes that begin with 01 exist, others with a zero do not: only then is the zero lost.
            14 if plain.starts_with('1') && digits::luhn_ok(&plain) => Ok(Self(format!("0{plain}"))),
            14 => Self::completed(&plain),
            12..=13 => {
                let padded = format!("{plain:0>15}");
                if digits::luhn_ok(&padded) { Ok(Self(padded)) } else { Err(ImeiError::Form) }
            }
            _ => Err(ImeiError::Form),
        }
    }

    fn completed(body: &str) -> Result<Self, ImeiError> {
        digits::luhn_check_digit(body).map(|check| Self(format!("{body}{check}"))).ok_or(ImeiError::Form)
    }

    /// The fifteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For evidence: the last four digits, `…6962`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("…{}", self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_device_is_the_same_in_every_form() {
        // 49 0154203237518: the sample of the standard.
        for text in ["490154203237518", "49-015420-323751-8", "49015420323751", "4901542032375101"] {
            assert_eq!(Imei::parse(text).map(|i| i.0).as_deref(), Ok("490154203237518"), "{text}");
        }
        assert_eq!(Imei::parse("490154203237518").unwrap().masked(), "…7518");
    }

    #[test]
    fn zeros_in_front_that_a_number_column_dropped_come_back() {
        let body = "00100100669536";
        let full = format!("{body}{}", digits::luhn_check_digit(body).unwrap());
        assert_eq!(Imei::parse(full.trim_start_matches('0')).unwrap().as_str(), full);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_cause() {
        for (text, error) in [
            ("", ImeiError::Empty),
            ("4,90154E+14", ImeiError::Scientific),
            ("490154203237519", ImeiError::CheckDigit),
            ("12345", ImeiError::Form),
            ("okänd", ImeiError::Form),
        ] {
            assert_eq!(Imei::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back_as_itself(text in "[0-9]{12,16}") {
            if let Ok(imei) = Imei::parse(&text) {
                prop_assert_eq!(imei.as_str().len(), 15);
                prop_assert_eq!(Imei::parse(imei.as_str()).unwrap(), imei);
            }
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,30}") {
            let _ = Imei::parse(&text).map(|i| i.masked());
        }
    }
}
