//! Swedish organisation numbers (organisationsnummer): ten digits, the last a Luhn check digit.
//!
//! Files write them in many ways: `5599594222`, `559959-4222`, `16559959-4222`, the VAT form `SE559959422201`, or with a
//! number cell's lost formatting. All are read to the same ten digits. A sole trader's number is a personnummer and is
//! personal data: it is recognised and told apart, so that a page can mask it.

use std::fmt;

use crate::rules::digits::luhn_ok;

/// A checked organisation number, ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgNumber([u8; 10]);

/// Why a text is not an organisation number. The Swedish sentence is [`OrgNumberError::to_string`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrgNumberError {
    /// Nothing was written.
    #[error("Ange organisationsnumret med tio siffror.")]
    Empty,
    /// Letters or signs that belong to no known form.
    #[error("Organisationsnumret får bara ha siffror och ett bindestreck, till exempel 556000-0001.")]
    Characters,
    /// The number of digits is not ten (or twelve with a leading 16, or the VAT form).
    #[error("Organisationsnumret ska ha tio siffror. Kontrollera om en siffra saknas eller är för mycket.")]
    Length,
    /// The check digit is wrong: a digit has been mistyped or two have changed places.
    #[error("Kontrollsiffran i organisationsnumret stämmer inte. Kontrollera siffrorna.")]
    CheckDigit,
}

/// What kind of body a number belongs to, by its first digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgForm {
    /// 2: the state, regions, municipalities, parishes.
    Public,
    /// 5: limited companies.
    LimitedCompany,
    /// 7: economic and housing associations.
    EconomicAssociation,
    /// 8: non-profit associations and foundations.
    Association,
    /// 9: trading and limited partnerships.
    Partnership,
    /// The third digit is below 2: a person's own number, used by sole traders. Personal data.
    SoleTrader,
    /// Any other first digit.
    Other,
}

impl OrgNumber {
    /// Reads the forms found in supplier and contract files.
    ///
    /// # Errors
    /// Says which of the demands the text breaks.
    pub fn parse(text: &str) -> Result<Self, OrgNumberError> {
        let mut digits = [0u8; 14];
        let mut count = 0usize;
        let mut vat = false;
        let trimmed = text.trim();
        let rest = match trimmed.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("se") => {
                vat = true;
                trimmed.get(2..).unwrap_or_default()
            }
            _ => trimmed,
        };
        // A number cell read as text may end in ".0".
        let rest = rest.strip_suffix(".0").unwrap_or(rest);
        for character in rest.chars() {
            match character.to_digit(10) {
                Some(digit) => {
                    let slot = digits.get_mut(count).ok_or(OrgNumberError::Length)?;
                    *slot = u8::try_from(digit).map_err(|_| OrgNumberError::Characters)?;
                    count += 1;
                }
                None if character.is_whitespace()
                    || matches!(character, '-' | '–' | '‐' | '‑' | '−' | '.') => {}
                None => return Err(OrgNumberError::Characters),
            }
        }
        let kept: &[u8] = match (vat, count) {
            (_, 0) => return Err(OrgNumberError::Empty),
            (_, 10) | (true, 12) => digits.get(..10).unwrap_or_default(),
            // Twelve digits without SE: the century form "16" + ten, else the VAT form that lost its letters.
            (false, 12) if digits.starts_with(&[1, 6]) => digits.get(2..12).unwrap_or_default(),
            (false, 12) if digits.get(10..12) == Some(&[0, 1]) => digits.get(..10).unwrap_or_default(),
            (false, 12) if digits.starts_with(&[1, 9]) || digits.starts_with(&[2, 0]) => {
                digits.get(2..12).unwrap_or_default()
            }
            _ => return Err(OrgNumberError::Length),
        };
        let number: [u8; 10] = kept.try_into().map_err(|_| OrgNumberError::Length)?;
        let number = Self(number);
        if luhn_ok(&number.digits()) { Ok(number) } else { Err(OrgNumberError::CheckDigit) }
    }

    /// The ten digits without a dash, as stored and compared.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// The kind of body, by the number's first and third digits.
    #[must_use]
    pub fn form(&self) -> OrgForm {
        match (self.0[0], self.0[2]) {
            (_, 0 | 1) => OrgForm::SoleTrader,
            (2, _) => OrgForm::Public,
            (5, _) => OrgForm::LimitedCompany,
            (7, _) => OrgForm::EconomicAssociation,
            (8, _) => OrgForm::Association,
            (9, _) => OrgForm::Partnership,
            _ => OrgForm::Other,
        }
    }
}

impl fmt::Display for OrgNumber {
    /// The way people write it: `559959-4222`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let (head, tail) = digits.split_at(6);
        write!(formatter, "{head}-{tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Adds the check digit to nine digits, by the textbook description of Luhn.
    fn with_check_digit(nine: &str) -> String {
        let sum: u32 = nine
            .chars()
            .enumerate()
            .map(|(place, character)| {
                let digit = character.to_digit(10).expect("digit");
                let value = if place % 2 == 0 { digit * 2 } else { digit };
                if value > 9 { value - 9 } else { value }
            })
            .sum();
        format!("{nine}{}", (10 - sum % 10) % 10)
    }

    #[test]
    fn every_written_form_gives_the_same_number() {
        for text in [
            "5599594222",
            "559959-4222",
            " 559959 4222 ",
            "SE559959422201",
            "se 559959-4222 01",
            "165599594222",
            "559959422201",
            "559959–4222",
            "5599594222.0",
        ] {
            assert_eq!(
                OrgNumber::parse(text).map(|number| number.digits()),
                Ok("5599594222".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn it_is_shown_with_a_dash() {
        assert_eq!(
            OrgNumber::parse("SE559959422201").map(|number| number.to_string()),
            Ok("559959-4222".to_owned())
        );
    }

    #[test]
    fn each_fault_is_named() {
        for (text, fault) in [
            ("", OrgNumberError::Empty),
            ("  ", OrgNumberError::Empty),
            ("saknas", OrgNumberError::Characters),
            ("55995942", OrgNumberError::Length),
            ("55995942221234", OrgNumberError::Length),
            ("559959-4223", OrgNumberError::CheckDigit),
            ("559995-4222", OrgNumberError::CheckDigit),
        ] {
            assert_eq!(OrgNumber::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_sole_traders_number_is_told_apart_because_it_is_a_persons() {
        let sole = with_check_digit("000101001");
        assert_eq!(OrgNumber::parse(&sole).map(|number| number.form()), Ok(OrgForm::SoleTrader));
        assert_eq!(OrgNumber::parse("212000-0142").map(|number| number.form()), Ok(OrgForm::Public));
        assert_eq!(OrgNumber::parse("5599594222").map(|number| number.form()), Ok(OrgForm::LimitedCompany));
    }

    proptest! {
        #[test]
        fn any_text_is_answered_without_panic(text in "\\PC*") {
            let _ = OrgNumber::parse(&text);
        }

        #[test]
        fn the_shown_form_reads_back_to_the_same_number(nine in "[2-9][0-9]{8}") {
            let text = with_check_digit(&nine);
            let number = OrgNumber::parse(&text).expect("a number with its own check digit");
            prop_assert_eq!(OrgNumber::parse(&number.to_string()), Ok(number));
            prop_assert_eq!(number.digits(), text);
        }

        #[test]
        fn one_changed_digit_is_always_found(nine in "[2-9][0-9]{8}", place in 0usize..10, add in 1u8..10) {
            let mut bytes = with_check_digit(&nine).into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + add) % 10;
            let changed = String::from_utf8(bytes).expect("digits");
            prop_assert_eq!(OrgNumber::parse(&changed), Err(OrgNumberError::CheckDigit));
        }
    }
}
