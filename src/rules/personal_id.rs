//! Personnummer and samordningsnummer: reading them as people write them, checking them, and the only two forms
//! that leave this module: the twelve digits that are stored encrypted and hashed, and the mask that is shown
//! (`docs/data-formats.md` 2.4, `docs/rules.md` 9.5).
//!
//! The sex that the third digit of the birth number tells is not derived: nothing needs it.

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

use super::digits;

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalIdKind {
    /// Given at registration in the population register.
    Personnummer,
    /// For a person who is not registered: the day of birth plus 60.
    Samordningsnummer,
    /// A number the HR system made up itself, with a letter first among the last four. It identifies a person
    /// only within that system and has no check digit.
    Temporary,
}

/// What a source's numbers may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Profile {
    /// Accept numbers with the letter T or R first among the last four ("19900101-T123").
    pub temporary: bool,
}

/// A checked identity number. `Debug` shows the mask, never the number: it must not reach a log by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonalId {
    /// `YYYYMMDDNNNN`, where a temporary number keeps its letter.
    normal: String,
    kind: PersonalIdKind,
}

/// Why a text is not an identity number. The sentences never repeat the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PersonalIdError {
    /// Nothing in the cell.
    #[error("Personnummer saknas.")]
    Empty,
    /// "1,99103E+11".
    #[error(
        "Personnumret står i grundpotensform, som kalkylbladet ger långa tal. Formatera kolumnen som text och exportera igen."
    )]
    Scientific,
    /// Wrong number of digits, or other characters than digits.
    #[error("Ett personnummer ska ha 10 eller 12 siffror, till exempel ÅÅMMDD-NNNN.")]
    Form,
    /// The first eight digits are no date, or a date to come.
    #[error("De första siffrorna är inte ett födelsedatum. Kontrollera numret.")]
    Date,
    /// The check digit does not fit.
    #[error("Kontrollsiffran stämmer inte. Kontrollera numret, något är troligen felskrivet.")]
    CheckDigit,
    /// A letter where the source's profile does not allow one.
    #[error("Numret är ett tillfälligt nummer med bokstav, och det är inte tillåtet för den här källan.")]
    Temporary,
}

impl PersonalId {
    /// Reads a number as written: 10 or 12 digits, with "-", "+", spaces or nothing between, leading zeros lost
    /// in a spreadsheet or not. A number without century gets the one that makes the person 0–99 years old on
    /// `today`; "+" means 100 years or more.
    pub fn parse(text: &str, today: NaiveDate, profile: Profile) -> Result<Self, PersonalIdError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(PersonalIdError::Empty);
        }
        if digits::is_scientific(trimmed) {
            return Err(PersonalIdError::Scientific);
        }
        let plain = digits::without_separators(trimmed);
        let (plain, hundred) = match plain.split_once('+') {
            Some((before, after)) if after.len() == 4 => (format!("{before}{after}"), true),
            Some(_) => return Err(PersonalIdError::Form),
            None => (plain, false),
        };
        let plain = plain.to_uppercase();
        if !plain.is_ascii() {
            return Err(PersonalIdError::Form);
        }
        let letter = plain.len() >= 4
            && plain.as_bytes().get(plain.len() - 4).is_some_and(|b| matches!(b, b'T' | b'R'))
            && plain.bytes().filter(|b| !b.is_ascii_digit()).count() == 1;
        if letter && !profile.temporary {
            return Err(PersonalIdError::Temporary);
        }
        if !letter && !plain.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PersonalIdError::Form);
        }
        match plain.len() {
            12 if hundred => Err(PersonalIdError::Form),
            12 => Self::from_twelve(plain, letter, today),
            10 => Self::with_century(&plain, hundred, letter, today),
            // A number column drops the zeros in front: born 2000–2009 without century.
            7..=9 if !letter => Self::with_century(&format!("{plain:0>10}"), hundred, false, today)
                .map_err(|_| PersonalIdError::Form),
            _ => Err(PersonalIdError::Form),
        }
    }

    fn with_century(
        ten: &str,
        hundred: bool,
        letter: bool,
        today: NaiveDate,
    ) -> Result<Self, PersonalIdError> {
        let centuries: &[&str] = if hundred { &["19", "18"] } else { &["20", "19"] };
        let mut error = PersonalIdError::Date;
        for century in centuries {
            match Self::from_twelve(format!("{century}{ten}"), letter, today) {
                Ok(id) if hundred && today.year() - id.birth_year() < 100 => {}
                Ok(id) if !hundred && today.year() - id.birth_year() > 100 => {}
                Ok(id) => return Ok(id),
                Err(PersonalIdError::Date) => {}
                Err(e) => error = e,
            }
        }
        Err(error)
    }

    fn from_twelve(normal: String, letter: bool, today: NaiveDate) -> Result<Self, PersonalIdError> {
        let part = |range: std::ops::Range<usize>| {
            normal.get(range).and_then(|s| s.parse::<u32>().ok()).ok_or(PersonalIdError::Form)
        };
        let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
        if !(1800..2100).contains(&year) {
            return Err(PersonalIdError::Date);
        }
        let (day, coordination) = if day > 60 { (day - 60, true) } else { (day, false) };
        let year = i32::try_from(year).map_err(|_| PersonalIdError::Form)?;
        let birth = NaiveDate::from_ymd_opt(year, month, day).ok_or(PersonalIdError::Date)?;
        if birth > today {
            return Err(PersonalIdError::Date);
        }
        let kind = if letter {
            PersonalIdKind::Temporary
        } else if normal.get(2..).is_none_or(|ten| !digits::luhn_ok(ten)) {
            return Err(PersonalIdError::CheckDigit);
        } else if coordination {
            PersonalIdKind::Samordningsnummer
        } else {
            PersonalIdKind::Personnummer
        };
        Ok(Self { normal, kind })
    }

    /// The twelve characters `YYYYMMDDNNNN`: what is encrypted, and hashed for matching. Never shown.
    #[must_use]
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// `YYMMDD-****`: the only form that is shown.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}-****", self.normal.get(2..8).unwrap_or_default())
    }

    /// Which kind of number it is.
    #[must_use]
    pub fn kind(&self) -> PersonalIdKind {
        self.kind
    }

    /// The year of birth, with century.
    #[must_use]
    pub fn birth_year(&self) -> i32 {
        self.normal.get(..4).and_then(|y| y.parse().ok()).unwrap_or_default()
    }
}

impl std::fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonalId({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Profile = Profile { temporary: false };
    const LETTERS: Profile = Profile { temporary: true };

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    fn parse(text: &str) -> Result<String, PersonalIdError> {
        PersonalId::parse(text, today(), PLAIN).map(|id| id.normal)
    }

    #[test]
    fn every_way_of_writing_one_number_gives_the_same_twelve_digits() {
        for text in [
            "19000101-9801",
            "190001019801",
            "19000101 9801",
            "000101+9801",
            " 190001019801 ",
            "'190001019801",
            "190001019801.0",
            "19000101–9801",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("190001019801"), "{text}");
        }
    }

    #[test]
    fn the_century_is_the_one_that_makes_the_person_younger_than_a_hundred() {
        // Ten digits: the check digit covers the same nine in every century.
        let id = |text: &str| PersonalId::parse(text, today(), PLAIN).map(|id| id.birth_year());
        assert_eq!(id("000101-9801"), Ok(2000));
        assert_eq!(id("000101+9801"), Ok(1900));
        let ten = |body: &str| format!("{body}{}", digits::luhn_check_digit(body).unwrap());
        assert_eq!(id(&ten("261119239")), Ok(2026), "born yesterday");
        assert_eq!(id(&ten("261120239")), Ok(2026), "born today");
        assert_eq!(id(&ten("261121239")), Ok(1926), "tomorrow has not come: 99 years");
        assert_eq!(id(&ten("270101239")), Ok(1927));
        let plus = ten("261121239");
        assert_eq!(id(&format!("{}+{}", &plus[..6], &plus[6..])), Ok(1926), "100 this year");
        let plus = ten("270101239");
        assert_eq!(id(&format!("{}+{}", &plus[..6], &plus[6..])), Ok(1827), "not 100 until next year");
    }

    #[test]
    fn leading_zeros_that_a_number_column_dropped_come_back() {
        assert_eq!(parse("1019801").as_deref(), Ok("200001019801"));
        assert_eq!(parse("1019802"), Err(PersonalIdError::Form));
    }

    #[test]
    fn a_coordination_number_has_sixty_added_to_the_day() {
        let body = "900161239";
        let text = format!("19{body}{}", digits::luhn_check_digit(body).unwrap());
        let id = PersonalId::parse(&text, today(), PLAIN).unwrap();
        assert_eq!(id.kind(), PersonalIdKind::Samordningsnummer);
        assert_eq!(id.masked(), "900161-****");
        let body = "900192239";
        let text = format!("19{body}{}", digits::luhn_check_digit(body).unwrap());
        assert_eq!(PersonalId::parse(&text, today(), PLAIN), Err(PersonalIdError::Date), "day 32");
    }

    #[test]
    fn letters_pass_only_where_the_profile_allows_them() {
        for text in ["19900101-T123", "900101-R123", "19900101t123"] {
            assert_eq!(PersonalId::parse(text, today(), PLAIN), Err(PersonalIdError::Temporary), "{text}");
            let id = PersonalId::parse(text, today(), LETTERS).unwrap();
            assert_eq!(id.kind(), PersonalIdKind::Temporary, "{text}");
        }
        for text in ["19900101-1T23", "19900101-TT23", "19900101-X123"] {
            assert_eq!(PersonalId::parse(text, today(), LETTERS), Err(PersonalIdError::Form), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_cause() {
        for (text, error) in [
            ("", PersonalIdError::Empty),
            ("   ", PersonalIdError::Empty),
            ("1,99103E+11", PersonalIdError::Scientific),
            ("19000101-9802", PersonalIdError::CheckDigit),
            ("19001301-9801", PersonalIdError::Date),
            ("19000230-9801", PersonalIdError::Date),
            ("20900101-9801", PersonalIdError::Date),
            ("170001019801", PersonalIdError::Date),
            ("12345", PersonalIdError::Form),
            ("SKYDDAD", PersonalIdError::Form),
            ("19000101+980", PersonalIdError::Form),
            ("190001019801234", PersonalIdError::Form),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_number_does_not_leak_through_debug() {
        let id = PersonalId::parse("19000101-9801", today(), PLAIN).unwrap();
        assert_eq!(format!("{id:?}"), "PersonalId(000101-****)");
    }

    #[test]
    fn every_published_test_number_is_read_and_every_other_check_digit_refused() {
        let Some(text) = crate::rules::test_support::shared_text("data/real/se_testpersonnummer.csv") else {
            return;
        };
        let mut read = 0;
        for number in text.lines().skip(1).map(str::trim).filter(|l| !l.is_empty()) {
            let id = PersonalId::parse(number, today(), PLAIN).unwrap_or_else(|e| panic!("{number}: {e}"));
            assert_eq!(id.normal(), number);
            let last = number.as_bytes()[11] - b'0';
            let wrong = format!("{}{}", &number[..11], (last + 1) % 10);
            assert_eq!(PersonalId::parse(&wrong, today(), PLAIN), Err(PersonalIdError::CheckDigit));
            // The short form finds its way back to the century.
            let sign = if 2026 - id.birth_year() >= 100 { '+' } else { '-' };
            let short = format!("{}{sign}{}", &number[2..8], &number[8..]);
            if id.birth_year() > 1900 {
                assert_eq!(parse(&short).as_deref(), Ok(number), "{short}");
            }
            read += 1;
        }
        assert!(read > 20_000, "only {read} numbers in the file");
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back_as_itself(text in "(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-9]{2})[0-9]{4}") {
            if let Ok(id) = PersonalId::parse(&text, today(), PLAIN) {
                prop_assert_eq!(PersonalId::parse(id.normal(), today(), PLAIN), Ok(id.clone()));
                prop_assert!(!id.masked().contains(&id.normal()[8..]));
            }
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,20}") {
            let _ = PersonalId::parse(&text, today(), LETTERS);
        }
    }
}
